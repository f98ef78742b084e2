// Where the gradient flow dx/ds = −∇C(x) ends, also where it is stiff: the linearly implicit Euler step
// (I + hH)Δ = −h∇C, whose length is held by comparing it with two halves of it (Hairer & Wanner, Solving
// Ordinary Differential Equations II, IV.9). What it finds is a suggestion; certificates are elsewhere.
import Calculus

enum StiffFlow {
  /// How far two halves of a step may end from the whole, relative to max(1, |x|).
  private static let tolerance = 1e-4
  /// A flow that has not come to rest after so many steps creeps or runs away.
  private static let steps = 400
  /// Where a step of length h ≥ 1/|λ| moves by less, relative to max(1, |x|), the flow rests.
  private static let rest = 1e-9

  /// The point that the flow from x tends to; nil where none is reached.
  ///
  /// Cost: three Hessians and eliminations a step.
  static func end(_ loss: Loss, from start: [Double], cancelled: () -> Bool) -> [Double]? {
    var x = start
    guard let first = slope(loss, x) else { return nil }
    if first.g.allSatisfy({ $0 == 0 }) { return x }
    let largest = first.h.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
    var h = largest > 0 ? 0.1 / largest : 1
    var still = 0
    for _ in 0..<steps {
      if cancelled() { return nil }
      let size = x.reduce(1) { max($0, abs($1)) }
      guard let whole = step(loss, x, h), let half = step(loss, x, h / 2),
        let other = step(loss, half, h / 2)
      else {
        h /= 4
        if h < 1e-300 { return nil }
        continue
      }
      let error = zip(whole, other).reduce(0) { max($0, abs($1.0 - $1.1)) } / (tolerance * size)
      guard error <= 1 else {
        h *= max(0.2, 0.8 / error.squareRoot())
        continue
      }
      let moved = zip(x, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
      x = other
      // Twice in a row, though the steps grow.
      still = moved < rest * size ? still + 1 : 0
      if still > 3 { return x }
      h *= min(5, 0.8 / max(error, 1e-4).squareRoot())
      guard h.isFinite else { return x }
    }
    return nil
  }

  private static func slope(_ loss: Loss, _ x: [Double]) -> (g: [Double], h: [[Double]])? {
    let here = loss.hessian.evaluate(DoubleArithmetic(), at: x)
    return here.everything.allSatisfy(\.isFinite) ? (here.slopes, here.hessian) : nil
  }

  /// One step; nil where the loss is undefined, or the step does not go downhill.
  private static func step(_ loss: Loss, _ x: [Double], _ h: Double) -> [Double]? {
    guard let (g, hessian) = slope(loss, x) else { return nil }
    let matrix = hessian.enumerated().map { i, row in
      row.enumerated().map { j, b in (i == j ? 1 : 0) + h * b }
    }
    guard let move = DoubleArithmetic().solve(matrix, g.map { -h * $0 }) else { return nil }
    guard zip(move, g).reduce(0, { $0 + $1.0 * $1.1 }) <= 0 else { return nil }
    let next = zip(x, move).map { $0 + $1 }
    return next.allSatisfy(\.isFinite) ? next : nil
  }
}
