// Critical rates of a loss over rows of data: 2/λmax of all rows, and of batches of some.
import Calculus

/// 2/λmax at a point, of all rows and of batches.
package struct RowThresholds: Sendable {
  /// λmax of the loss over all rows, enclosed.
  package let largest: Certified
  /// Whether every curvature is above 0.
  package let isConvex: Bool
  /// 2‖g‖²/gᵀHg: of a quadratic the rate above which this step raises the loss; nil where it has none.
  package let step: Certified?
  /// The sign of gᵀHg, the bend along the step; nil where that is not decided.
  package let bend: Int?
  /// 2/λmax of some batches, ascending, in doubles; empty where no batch is asked for or it has all rows.
  package let batches: [Double]
  /// Rows of a batch.
  package let size: Int?

  /// Entries of Hessians of single rows up to which they are added up: some seconds.
  private static let mostWork = 100_000_000

  /// How many batches are looked at.
  package static let count = 25

  /// nil where the Hessian is undefined, or of more than 32 variables.
  ///
  /// Cost: a Hessian over all rows, in balls where they are many; of each batch one in doubles.
  package init?(_ loss: Loss, at x: [Certified], batch: Int?) {
    guard x.count <= SymmetricEigenvalues.largest,
      x.count * x.count * loss.rowCount <= RowThresholds.mostWork
    else { return nil }
    let a = CertifiedArithmetic(bits: 256)
    let here = loss.hessian.evaluate(a, at: x)
    guard let all = SymmetricEigenvalues.enclosures(of: here.hessian, bits: 256),
      let top = all.last
    else { return nil }
    largest = top
    isConvex = all.allSatisfy { $0.sign == 1 }
    let g = here.slopes
    let form = dot(a, g, here.hessian.map { dot(a, $0, g) })
    bend = form.sign
    step =
      form.sign == 1
      ? a.divide(a.multiply(.exact(Rational(2)), squaredNorm(a, g)), form) : nil
    size = batch.flatMap { $0 < loss.rowCount ? $0 : nil }
    guard let size else {
      batches = []
      return
    }
    let order = Batches(size: size, of: loss.rowCount)
    let runner = DoubleProgram(loss.hessian)
    let point = x.map { $0.estimate ?? .nan }
    let n = x.count
    // The last batch of an epoch may be smaller.
    batches = (0..<min(RowThresholds.count, loss.rowCount / size)).compactMap { k in
      runner.pick(order.rows(of: k, seed: 1))
      runner.run(at: point)
      let all = Evaluation(runner.outputs, variables: n)
      guard all.everything.allSatisfy(\.isFinite),
        let top = SpectralNorm.eigenvalues(all.hessian).last, top > 0
      else { return nil }
      return 2 / top
    }.sorted()
  }
}
