// Whether a point at which an orbit stands still is near a stationary point. A small step is no rest:
// exp(−x) makes steps of 10⁻¹³ at x = 30 and has no stationary point. Asked for are changes of sign of
// the slope across the point; where doubles show none, an exact zero.
import Calculus

/// The test of rest and of contraction in plain doubles; one per thread.
final class RestTest {
  private let step: OrbitStep
  private let program: Program
  private var moving: [Int] { step.moving }
  /// Half the width over which the slope must change its sign, relative above 1.
  static let reach = 1e-6

  init(_ program: OrbitProgram) {
    step = OrbitStep(program)
    self.program = program.program
  }

  /// Whether a stationary point is near: along each moving variable, and along the slope, the slope
  /// changes its sign within `reach`, or it is exactly 0.
  ///
  /// - Parameter x: one entry per variable of the loss.
  func isStationary(_ x: [Double]) -> Bool {
    let d = RestTest.reach * moving.reduce(1) { max($0, abs(x[$1])) }
    let here = step.slopes(x)
    var shows = true
    for k in moving.indices where shows {
      shows = changesSign(x, moving.indices.map { $0 == k ? 1 : 0 }, d)
    }
    let largest = here.reduce(0) { max($0, abs($1)) }
    guard largest.isFinite else { return false }
    if shows, largest == 0 || changesSign(x, unit(here, largest), d) { return true }
    return largest == 0 && isExactlyZero(x, along: here.map { _ in 1 })
  }

  /// Whether p steps bring points near x closer to its orbit.
  func contracts(_ x: [Double], period: Int, rate: Double) -> Bool {
    let d = RestTest.reach * moving.reduce(1) { max($0, abs(x[$1])) }
    let image = round(x, period, rate)
    for v in moving {
      var y = x
      y[v] += d
      let other = round(y, period, rate)
      for w in moving where !(abs(other[w] - image[w]) < 0.999 * d) { return false }
    }
    return true
  }

  private func round(_ x: [Double], _ steps: Int, _ rate: Double) -> [Double] {
    var y = x
    for _ in 0..<steps {
      let before = y
      _ = step.take(from: before, to: &y, rate)
    }
    return y
  }

  private func unit(_ g: [Double], _ largest: Double) -> [Double] { g.map { $0 / largest } }

  /// Whether the slope along u has opposite signs at x − du and x + du.
  private func changesSign(_ x: [Double], _ u: [Double], _ d: Double) -> Bool {
    func along(_ d: Double) -> Double {
      var y = x
      for (k, v) in moving.enumerated() { y[v] += d * u[k] }
      return zip(step.slopes(y), u).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (left, right) = (along(-d), along(d))
    // The edge of a plateau, if the slope there is 0 and not only below the doubles.
    if left == 0 || right == 0, left != right {
      var y = x
      for (k, v) in moving.enumerated() { y[v] += (left == 0 ? -d : d) * u[k] }
      return isExactlyZero(y, along: u)
    }
    return left < 0 && right > 0 || left > 0 && right < 0
  }

  /// Of a plateau, and of slopes that have only sunk below the doubles: whether those that count in u
  /// are 0.
  private func isExactlyZero(_ x: [Double], along u: [Double]) -> Bool {
    let a = EnclosureArithmetic(bits: 64)
    let all = program.run(a, at: x.map { a.constant($0) })
    return zip(all, u).allSatisfy { $1 == 0 || $0.sign == 0 }
  }
}
