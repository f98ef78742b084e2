// What the programs of a loss give at a point, read by name.
import Calculus

/// Value, slopes and curvatures of a loss at a point.
///
/// Of n variables: numbers, or the registers of a program that is put into another. Made by a program of
/// value and gradient, or of these and the upper triangle of the Hessian by rows; curvatures are only there
/// in the second case.
struct Evaluation<Number> {
  private let all: [Number]
  private let n: Int

  init(_ all: [Number], variables n: Int) {
    self.all = all
    self.n = n
  }

  var value: Number { all[0] }
  /// ∇C.
  var slopes: [Number] { Array(all[1...n]) }
  func slope(_ k: Int) -> Number { all[1 + k] }
  /// An entry of the Hessian.
  func curvature(_ i: Int, _ j: Int) -> Number { all[1 + n + Triangle.index(i, j, n)] }
  /// The Hessian by rows.
  var hessian: [[Number]] {
    (0..<n).map { i in (0..<n).map { curvature(i, $0) } }
  }
  /// Value, slopes and curvatures.
  var everything: [Number] { all }
  /// Value and slopes.
  var first: ArraySlice<Number> { all[...n] }
}

/// Places in the upper triangle of a symmetric matrix, by rows.
private enum Triangle {
  static func index(_ i: Int, _ j: Int, _ n: Int) -> Int {
    let (p, q) = i <= j ? (i, j) : (j, i)
    return p * n - p * (p - 1) / 2 + (q - p)
  }
}

extension Program {
  /// The values of a program that `gradient()` or `hessian()` made.
  ///
  /// Cost: one run.
  func evaluate<A: Arithmetic>(_ a: A, at x: [A.Number]) -> Evaluation<A.Number> {
    Evaluation(run(a, at: x), variables: variables.count)
  }
}
