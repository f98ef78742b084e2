// Whether an orbit that has passed a radius goes on to infinity. Size alone decides nothing: (x − 10⁸)²
// sends every orbit to 10⁸, and it stays there. From where it stands the orbit is followed in plain
// doubles until it steps back, or has grown very far without a step back (`Growth`), or grows by a
// factor that is the same at every scale, or overflows and would at the edge of the doubles overflow
// again.
import Calculus

/// The judge of orbits far out; one per thread.
final class EscapeTest {
  private let program: OrbitProgram
  private let step: OrbitStep
  private var moving: [Int] { step.moving }
  /// Steps followed at most, and the growth asked of each `stretch` of them: enough to come far.
  private static let steps = 2048
  private static let stretch = 32
  private static let growth = 7.0
  /// A number next to the largest doubles.
  private static let edge = 1e300

  init(_ program: OrbitProgram) {
    self.program = program
    step = OrbitStep(program)
  }

  /// Whether the orbit at `point` (one entry per variable of the loss) leaves for good at this rate.
  ///
  /// `before` is the point one step earlier: where a number has overflowed, its sign is taken from there.
  func isForGood(_ point: [Double], before: [Double], rate: Double) -> Bool {
    var x = point
    guard moving.allSatisfy({ x[$0].isFinite }) else { return overflowsAgain(before, rate) }
    let first = size(x)
    var last = first
    var mark = first
    // The point before, in a buffer of its own: the loop allocates nothing.
    var start = x
    for k in 1...EscapeTest.steps {
      swap(&start, &x)
      guard step.take(from: start, to: &x, rate) else {
        return program.program.overflows(at: start) && overflowsAgain(start, rate)
      }
      guard moving.allSatisfy({ x[$0].isFinite }) else { return overflowsAgain(start, rate) }
      let now = size(x)
      if now <= last { return false }
      if now > Growth.far * first { return true }
      let factor = now / last
      last = now
      guard k % EscapeTest.stretch == 0 else { continue }
      let isSlow = now < EscapeTest.growth * mark
      // What is linear grows far out as it grows here, and may need a thousand steps to be far.
      if isSlow || program.isLinear, growsAtEveryScale(x, by: factor, rate) { return true }
      if isSlow { return false }
      mark = now
    }
    return false
  }

  /// Whether a step multiplies the size by the same factor above 1 from here on out, on both sides, as
  /// where the loss grows like x².
  private func growsAtEveryScale(_ x: [Double], by factor: Double, _ rate: Double) -> Bool {
    guard factor > 1.0001 else { return false }
    var scale = 1.0
    for _ in 0...10 {
      for side in [scale, -scale] {
        var y = x
        for v in moving { y[v] *= side }
        var next = y
        guard step.take(from: y, to: &next, rate), size(next) >= size(y) * (1 + 0.99 * (factor - 1))
        else { return false }
      }
      scale *= 1e6
    }
    return true
  }

  /// The step from x overflows: whether, put back to the edge of the doubles, it would leave them again.
  ///
  /// exp(x) − x throws x = 800 beyond the doubles, but to the left, where it creeps.
  private func overflowsAgain(_ x: [Double], _ rate: Double) -> Bool {
    var y = x
    _ = step.take(from: x, to: &y, rate)
    for v in moving where !y[v].isFinite {
      y[v] = EscapeTest.edge * sign(y[v].isNaN ? x[v] : y[v])
    }
    return step.slopes(y).contains { !(abs(rate * $0) < EscapeTest.edge) }
  }

  private func sign(_ x: Double) -> Double { x < 0 ? -1 : 1 }

  private func size(_ x: [Double]) -> Double {
    moving.prefix(program.points).reduce(0) { max($0, abs(x[$1])) }
  }
}
