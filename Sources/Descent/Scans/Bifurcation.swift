// What descent ends in as the rate grows: the attractor's points over η, and the rates at which a
// cycle gives way to one of twice its period (Feigenbaum 1978). The scan is in doubles; the onsets
// are solved for in MPFR numbers and enclosed.
import Calculus
import Glibc

/// The attractors of gradient descent from one start over a range of rates.
package struct Bifurcation: Sendable {
  /// A rate at which a cycle of this period begins.
  package struct Onset: Sendable {
    package var eta: Certified
    package var period: Int
  }
  /// One rate of the scan.
  package struct Column: Sendable {
    package var eta: Double
    /// The last iterates of the first variable; empty where the orbit left.
    package var points: [Double]
    /// The period up to 128; nil where there is none, or the orbit left.
    package var period: Int?
    /// How the orbit left; nil where it did not.
    package var escape: Escape?
    /// Whether the orbit left.
    package var left: Bool { escape != nil }
    /// Whether no period shows because every iterate kept still goes the same way.
    package var creeps: Bool {
      guard period == nil, let first = points.first, let last = points.last else { return false }
      return zip(points, points.dropFirst()).allSatisfy { first < last ? $0 < $1 : $0 > $1 }
    }
  }

  /// The loss that the step descends on.
  package var loss: Loss { step.loss }
  /// The step whose attractors are scanned.
  package let step: StepProgram
  package let range: (Rational, Rational)
  package let start: [Rational]
  package internal(set) var columns: [Column] = []
  /// Of the first cascade of period doubling, in order of η: each period twice the one before.
  package internal(set) var onsets: [Onset] = []
  /// Where other periodic windows begin (at a multiplier +1), in order of η.
  package internal(set) var windows: [Onset] = []
  /// Where the resting point stops attracting with a multiplier of −1 and no cycle takes over, so
  /// that the orbit leaves.
  package internal(set) var release: Certified?

  /// (η_{k+1} − η_k)/(η_{k+2} − η_{k+1}) of the cascade: they tend to 4.6692….
  package var ratios: [Double] {
    // One for each onset: the caller counts them.
    let first = onsets.map { $0.eta.estimate ?? .nan }
    guard first.count > 2 else { return [] }
    let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
    return zip(gaps, gaps.dropFirst()).map { $0 / $1 }
  }

  /// Scans the rates from `range.0` to `range.1` from one start.
  ///
  /// - Parameters:
  ///   - columns: how many rates, at least 2.
  ///   - burnIn: steps not shown, per rate.
  ///   - kept: iterates shown per rate, at least 160.
  package init(
    _ step: StepProgram, from low: Rational, to high: Rational, start: [Rational],
    columns count: Int = 480,
    burnIn: Int = 1200, kept: Int = 160, cancelled: () -> Bool = { false },
    progress: (Int) -> Void = { _ in }
  ) {
    self.step = step
    range = (low, high)
    self.start = start
    let (a, b) = (low.nearestDouble, high.nearestDouble)
    let rates = (0..<count).map { a + (b - a) * Double($0) / Double(max(1, count - 1)) }
    var plan = AttractorPlan(step, rates: rates, start: start.map(\.nearestDouble))
    plan.burnIn = burnIn
    plan.kept = max(kept, 160)
    plan.escape = 1e6 * max(1, start.reduce(0) { max($0, abs($1.nearestDouble)) })
    let scan = plan.run(cancelled: cancelled) {
      progress(Int(exactly: ($0 * Double(count)).rounded()) ?? 0)
    }
    for k in rates.indices {
      if scan.fates[k] == .missing || cancelled() { return }
      var column = Column(eta: rates[k], points: [])
      switch scan.fates[k] {
      case .escaped(let how, _): column.escape = how
      case .lost, .missing: break
      case .bounded:
        column.points = Array(scan.points(at: k))
        column.period = Bifurcation.period(of: column.points)
      }
      if column.period == nil, !column.left { column.period = slowPeriod(column) }
      columns.append(column)
    }
    // Onsets are solved for of gradient descent.
    if step.isGradientDescent { findOnsets(cancelled) }
  }

  /// Where the orbit has not quite settled: the period of an attracting cycle close to its points.
  private func slowPeriod(_ c: Column) -> Int? {
    guard step.isGradientDescent, start.count == 1, let x = c.points.last else { return nil }
    let end = c.points.count
    let scale = c.points.reduce(1e-3) { max($0, abs($1)) }
    let gaps = (1...16).map { abs(x - c.points[end - 1 - $0]) }
    let least = gaps.min() ?? .infinity
    guard least < 0.02 * scale, let k = gaps.firstIndex(where: { $0 <= 2 * least }) else {
      return nil
    }
    // It must come closer from round to round.
    let p = k + 1
    let earlier = end - 1 - p * (end / 2 / p)
    guard gaps[k] < 0.999 * abs(c.points[earlier] - c.points[earlier - p]) else { return nil }
    // Changing sides looks like twice the period.
    return (p % 2 == 0 ? [p, p / 2] : [p]).first { q in
      cycle(q, [x], c.eta).map { abs($0.multiplier) < 1 && abs($0.x[0] - x) < 0.1 * scale } ?? false
    }
  }

  /// The least p ≤ 128 after which the points come back, to 10⁻⁷ of their size.
  private static func period(of points: [Double]) -> Int? {
    let scale = points.reduce(1e-3) { max($0, abs($1)) }
    let end = points.count
    var found = (1...min(128, end / 2)).first { p in
      ((end - min(end - p, 32))..<end).allSatisfy {
        abs(points[$0] - points[$0 - p]) <= 1e-7 * scale
      }
    }
    // Half of it, where the halves are still coming together.
    while let p = found, p % 2 == 0 {
      let half = p / 2
      let now = abs(points[end - 1] - points[end - 1 - half])
      // The same point of the cycle, many rounds earlier: gaps differ from point to point.
      let earlier = end - 1 - p * max(1, end / 2 / p)
      guard earlier >= half, now < 0.97 * abs(points[earlier] - points[earlier - half]) else {
        break
      }
      found = half
    }
    return found
  }
}
