// The limit η → 0 of gradient descent: dx/ds = −∇C(x), with the time s = η·t. Integrated by the
// Runge-Kutta pair of orders 5 and 4 of Dormand and Prince (1980) with their step control.
import Calculus

/// The limit η → 0: the curve that descent follows with very small steps.
package struct GradientFlow {
  private let gradient: DoubleProgram
  private let tolerance: Double
  package private(set) var x: [Double]
  package private(set) var time = 0.0
  private var step: Double?

  /// - Parameter tolerance: of one step, relative to max(1, |x|).
  package init(_ loss: Loss, from x: [Double], tolerance: Double) {
    gradient = DoubleProgram(loss.gradient)
    self.tolerance = tolerance
    self.x = x
  }

  /// How the curve ended.
  package enum End: Sendable { case arrived, interrupted, leftDomain, tooStiff }

  private static let stages: [[Double]] = [
    [], [1.0 / 5], [3.0 / 40, 9.0 / 40], [44.0 / 45, -56.0 / 15, 32.0 / 9],
    [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
    [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
    [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
  ]
  /// Order 5 minus order 4.
  private static let difference: [Double] = [
    71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40,
  ]

  private mutating func velocity(_ y: [Double]) -> [Double] {
    gradient.run(at: y)
    return gradient.outputs.dropFirst().map { -$0 }
  }

  /// Integrates to a time; `budget` bounds the steps, `accepted` hears time and place of each.
  package mutating func advance(
    to end: Double, budget: Int = 1_000_000, cancelled: () -> Bool = { false },
    accepted: (Double, [Double]) -> Void = { _, _ in }
  ) -> End {
    var k1 = velocity(x)
    guard k1.allSatisfy(\.isFinite) else { return .leftDomain }
    var h = step ?? min(end - time, 1e-3 / max(1, k1.reduce(0) { max($0, abs($1)) }))
    var steps = 0
    while time < end {
      steps += 1
      if steps & 255 == 0, cancelled() { return .interrupted }
      if steps > budget { return .tooStiff }
      let last = time + h >= end
      let used = last ? end - time : h
      var k = [k1]
      var y = x
      for row in GradientFlow.stages.dropFirst() {
        y = x.indices.map { i in
          x[i] + used * zip(row, k).reduce(0) { $0 + $1.0 * $1.1[i] }
        }
        k.append(velocity(y))
      }
      let error = x.indices.reduce(0.0) { worst, i in
        let e = used * zip(GradientFlow.difference, k).reduce(0) { $0 + $1.0 * $1.1[i] }
        let share = abs(e) / (tolerance * max(1, abs(x[i])))
        return share.isNaN ? .infinity : max(worst, share)
      }
      let factor = error == 0 ? 5 : min(5, max(0.2, 0.9 * fifthRoot(1 / error)))
      if error <= 1 {
        time = last ? end : time + used
        x = y
        accepted(time, x)
        k1 = k[6]
        if !last || factor < 1 { h = used * factor }
        step = h
      } else {
        h = used * factor
        if h < 1e-14 * max(1, abs(time)) { return .leftDomain }
      }
    }
    return .arrived
  }

  private func fifthRoot(_ x: Double) -> Double {
    ElementaryFunction.power.value(x, 0.2)
  }
}
