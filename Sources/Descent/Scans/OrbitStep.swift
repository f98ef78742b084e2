// The step of a block of orbits, for one point in doubles: what the tests of a cell take, beside the kernels.
import Calculus

/// The step of an orbit program at one point: each variable that moves goes by the rate times its output.
///
/// One run at a time.
struct OrbitStep {
  private let program: DoubleProgram
  let moving: [Int]

  init(_ orbits: OrbitProgram) {
    program = DoubleProgram(orbits.program)
    moving = orbits.moving
  }

  /// What the variables that move go by at the rate 1: of gradient descent the slopes.
  func slopes(_ x: [Double]) -> [Double] {
    program.run(at: x)
    return moving.indices.map { program[$0] }
  }

  /// One step; false where a slope, or with it the loss, is undefined.
  ///
  /// Nothing is allocated.
  func take(from x: [Double], to next: inout [Double], _ rate: Double) -> Bool {
    program.run(at: x)
    var isDefined = true
    for (k, v) in moving.enumerated() {
      let slope = program[k]
      if slope.isNaN { isDefined = false }
      next[v] = x[v] - rate * slope
    }
    return isDefined
  }
}
