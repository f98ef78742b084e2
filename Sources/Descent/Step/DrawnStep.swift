// A step over some rows, or told the slope with noise: what it does to the loss of its batch and to that over all
// rows, and what the average over all that it could have drawn gains by the slope, pays for the bend and pays for
// the noise: E[ΔC] = −η‖g‖² + ½η²(gᵀHg + tr(HΣ)/B), without replacement tr(HΣ)/B·(N − B)/(N − 1).
import Calculus

/// A step of a run that draws, or that goes through many rows, taken apart.
package struct DrawnStep: Sendable {
  /// A prediction, what it missed, and what came.
  package struct Change: Sendable {
    package let predicted: Certified
    package let error: Certified
    package let actual: Certified
  }
  /// What the average over all draws is made of; of a loss that is no quadratic up to η³.
  package struct Average: Sendable {
    /// η‖g‖².
    package let gain: Certified
    /// ½η²·gᵀHg.
    package let bend: Certified
    /// What the noise adds: ½η²·tr(HΣ)/B and its like; nil where nothing is drawn.
    package let noise: Certified?
    /// ‖g‖², gᵀHg and tr(HΣ) times what the size of the batch makes of it.
    package let slopes: Certified
    package let curvature: Certified
    package let spread: Certified?
    /// The batch whose noise costs as much as the bend; nil where no batch is drawn.
    package let scale: Certified?
    /// How many rows Σ was found from, where not all were looked at.
    package let sample: Int?
  }

  package let plan: DescentPlan
  package let t: Int
  /// How many rows the step went through; 0 where there are no data.
  package let rows: Int
  package let at: [Certified]
  package let next: [Certified]
  package let eta: Certified
  /// The slopes that the step was told; of noise those of the loss.
  package let slope: [Certified]
  /// Of the loss over all rows.
  package let fullSlope: [Certified]
  /// On the batch; nil where the step goes through all rows.
  package let batch: Change?
  package let all: Change
  /// nil where the loss is no mean over rows, the method is not gradient descent, or curvatures are not known.
  package let average: Average?

  /// Rows up to which numbers are exact or enclosed.
  private static let mostCertified = 1000
  /// Rows of which Σ is found.
  private static let mostSampled = 10_000
  /// A mean of slopes over rows that is not the loss's slope to this share is none: doubles have 10⁻¹⁶.
  private static let tolerance = 1e-9

  /// - Parameter row: of the run of the plan.
  ///
  /// Cost: of N rows N gradients of one row, up to ten thousand; some passes over the data.
  package init(_ plan: DescentPlan, _ row: Row) {
    let a = CertifiedArithmetic(bits: 256)
    let loss = plan.loss
    self.plan = plan
    t = row.t
    rows = plan.sampling?.rows(of: row.t) ?? loss.rowCount
    at = row.point
    eta = plan.rate(a, row.t)
    let raw = plan.raw(a, row.state, row.t)
    next = raw.next.x
    slope = raw.slope
    let isPart = plan.sampling?.picks(row.t) != nil
    batch =
      isPart ? Change(predicted: raw.predicted, error: raw.error, actual: raw.change) : nil
    let here = isPart ? loss.gradient.evaluate(a, at: at) : nil
    let full = here.map { ($0.value, $0.slopes) } ?? (raw.value, raw.slope)
    fullSlope = full.1
    if isPart {
      let predicted = dot(a, full.1, raw.displacement)
      let actual = a.subtract(loss.program.run(a, at: next)[0], full.0)
      all = Change(predicted: predicted, error: a.subtract(actual, predicted), actual: actual)
    } else {
      all = Change(predicted: raw.predicted, error: raw.error, actual: raw.change)
    }
    average = DrawnStep.average(plan, rows, at, eta, full.1)
  }

  private static func average(
    _ plan: DescentPlan, _ size: Int, _ x: [Certified], _ eta: Certified, _ g: [Certified]
  ) -> Average? {
    guard plan.step.isGradientDescent, x.count <= SymmetricEigenvalues.largest else { return nil }
    let loss = plan.loss
    let a = CertifiedArithmetic(bits: 256)
    let h = loss.hessian.evaluate(a, at: x).hessian
    guard h.allSatisfy({ $0.allSatisfy(\.isDefined) }) else { return nil }
    func form(_ v: [Certified]) -> Certified { dot(a, v, h.map { dot(a, $0, v) }) }
    let (squares, curvature) = (squaredNorm(a, g), form(g))
    let half = a.multiply(.exact(.half), a.power(eta, 2))
    var (spread, scale, sample): (Certified?, Certified?, Int?)
    switch plan.sampling?.way {
    case nil: break
    case .noise(let deviations):
      spread = deviations.enumerated().reduce(Certified.exact(.zero)) { sum, d in
        a.add(sum, a.multiply(.exact(d.element * d.element), h[d.offset][d.offset]))
      }
    case .batches(let b):
      guard let found = rowSpread(loss, x, g, h) else { return nil }
      sample = found.sample
      // The last batch of an epoch is smaller than the others.
      let share =
        b.replaces || b.rows == 1
        ? Rational.one / Rational(size)
        : Rational(b.rows - size) / Rational(b.rows - 1) / Rational(size)
      spread = a.multiply(found.trace, .exact(share))
      // Where tr(HΣ)/B·(N − B)/(N − 1) is gᵀHg; drawn with replacement without the second factor.
      let rows = Certified.exact(Rational(b.rows))
      let cost =
        b.replaces
        ? a.divide(found.trace, curvature)
        : a.divide(
          a.multiply(found.trace, rows),
          a.add(a.multiply(curvature, .exact(Rational(b.rows - 1))), found.trace))
      scale = curvature.sign == 1 ? cost : nil
    }
    return Average(
      gain: a.multiply(eta, squares), bend: a.multiply(half, curvature),
      noise: spread.map { a.multiply(half, $0) }, slopes: squares, curvature: curvature,
      spread: spread, scale: scale, sample: sample)
  }

  /// tr(HΣ), where Σ is the covariance of the slopes of single rows; nil where their mean is not the slope.
  private static func rowSpread(
    _ loss: Loss, _ x: [Certified], _ g: [Certified], _ h: [[Certified]]
  ) -> (trace: Certified, sample: Int?)? {
    let n = x.count
    guard isMean(loss, x) else { return nil }
    if loss.rowCount <= mostCertified {
      let a = CertifiedArithmetic(bits: 256)
      let zero = Certified.exact(.zero)
      var (sum, mean) = (zero, [Certified](repeating: zero, count: n))
      for row in 0..<loss.rowCount {
        let all = loss.gradient.run(a, at: x, picks: [Int32(clamping: row)])
        let own = Array(all[1...n])
        mean = zip(mean, own).map { a.add($0, $1) }
        sum = a.add(sum, dot(a, own, h.map { dot(a, $0, own) }))
      }
      let rows = Certified.exact(Rational(loss.rowCount))
      mean = mean.map { a.divide($0, rows) }
      guard agree(mean.map { $0.estimate ?? .nan }, g) else { return nil }
      let whole = dot(a, g, h.map { dot(a, $0, g) })
      return (a.subtract(a.divide(sum, rows), whole), nil)
    }
    let runner = DoubleProgram(loss.gradient)
    let (point, curvature) = (
      x.map { $0.estimate ?? .nan }, h.map { $0.map { $0.estimate ?? .nan } }
    )
    let isSampled = loss.rowCount > mostSampled
    let picks =
      isSampled
      ? Batches(size: mostSampled, of: loss.rowCount).rows(of: 0, seed: 1) ?? []
      : (0..<loss.rowCount).map { Int32(clamping: $0) }
    var (sum, squares, mean) = (0.0, 0.0, [Double](repeating: 0, count: n))
    for row in picks {
      runner.pick([row])
      runner.run(at: point)
      let own = (0..<n).map { runner[1 + $0] }
      var form = 0.0
      for i in 0..<n { for j in 0..<n { form += own[i] * curvature[i][j] * own[j] } }
      sum += form
      squares += form * form
      for i in 0..<n { mean[i] += own[i] }
    }
    let count = Double(picks.count)
    if !isSampled, !agree(mean.map { $0 / count }, g) { return nil }
    let slopes = g.map { $0.estimate ?? .nan }
    var whole = 0.0
    for i in 0..<n { for j in 0..<n { whole += slopes[i] * curvature[i][j] * slopes[j] } }
    let trace = sum / count - whole
    // Of a sample three standard errors, else what a sum of doubles may lose.
    let deviation = max(0, squares / count - sum / count * (sum / count)).squareRoot()
    let error = isSampled ? 3 * deviation / count.squareRoot() : 1e-10 * (abs(trace) + abs(whole))
    guard trace.isFinite else { return nil }
    return (.approximate(trace, within: error), isSampled ? picks.count : nil)
  }

  /// Whether the slope over two rows is the mean of theirs, for some pairs: of a sum over rows, or of a function of
  /// a mean, it is not.
  private static func isMean(_ loss: Loss, _ x: [Certified]) -> Bool {
    let rows = loss.rowCount
    let runner = DoubleProgram(loss.gradient)
    let point = x.map { $0.estimate ?? .nan }
    func slopes(_ picks: RowPicks) -> [Double] {
      runner.pick(picks)
      runner.run(at: point)
      return Array(runner.outputs.dropFirst())
    }
    return (0..<min(pairs, rows / 2)).allSatisfy { k in
      let (r, s) = (Int32(clamping: k), Int32(clamping: rows - 1 - k))
      let own = zip(slopes([r]), slopes([s])).map { ($0 + $1) / 2 }
      return agree(own, slopes([r, s]).map { Certified($0) })
    }
  }

  /// Pairs of rows that are looked at, from both ends of the table.
  private static let pairs = 8

  private static func agree(_ mean: [Double], _ g: [Certified]) -> Bool {
    let slopes = g.map { $0.estimate ?? .nan }
    let size = slopes.reduce(0) { max($0, abs($1)) } + mean.reduce(0) { max($0, abs($1)) }
    return zip(mean, slopes).allSatisfy { abs($0 - $1) <= tolerance * max(size, 1e-300) }
  }
}

extension DrawnStep.Average {
  /// E[ΔC] at a multiple of the rate.
  package func change(times factor: Rational) -> Certified {
    let a = CertifiedArithmetic(bits: 256)
    let costs = a.add(bend, noise ?? .exact(.zero))
    return a.subtract(
      a.multiply(.exact(factor * factor), costs), a.multiply(.exact(factor), gain))
  }

  /// The rate at which the average stays as it is: above it, bend and noise eat the gain; nil where none does.
  package var critical: Certified? {
    let a = CertifiedArithmetic(bits: 256)
    let costs = a.add(curvature, spread ?? .exact(.zero))
    return costs.sign == 1 && slopes.sign == 1
      ? a.divide(a.multiply(.exact(Rational(2)), slopes), costs) : nil
  }
}
