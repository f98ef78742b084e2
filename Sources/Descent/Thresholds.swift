// Rates that are critical for something: for this step, for the minimum that lies downhill, for ever.
import Calculus

package struct Thresholds: Sendable {
  package let study: RateStudy
  /// Whether the gradient is 0 at the point, so that no step is taken.
  package let isAtRest: Bool
  /// The curvature at the point; nil for more than 32 variables.
  package let here: Curvature?
  /// Where the gradient flow from the point ends, if that is a stationary point.
  package let downhill: FixedPoint?
  /// The rate above which descent from the point diverges, for an even polynomial of one variable
  /// whose coefficients are not negative; at that rate x ↔ −x.
  package let divergence: Certified?

  /// - Throws: a fault where the step's direction cannot be searched.
  package init(
    _ loss: Loss, at x: [Rational], searched: Rational,
    cancelled: @escaping () -> Bool = { false }
  ) throws(Fault) {
    let slope = loss.gradient.run(CertifiedArithmetic(bits: 512), at: x.map(Certified.exact))
    isAtRest = slope.dropFirst().allSatisfy { $0.sign == 0 }
    study = RateStudy(try AlongStep(loss, at: x, searched: searched, cancelled: cancelled))
    here = Curvature(loss, at: x.map(Certified.exact))
    downhill = Thresholds.downhill(loss, x.map(\.nearestDouble), cancelled)
    divergence = Thresholds.divergence(loss, x)
  }

  /// Follows the flow until it hardly moves, then solves for the stationary point there.
  private static func downhill(
    _ loss: Loss, _ x: [Double], _ cancelled: () -> Bool
  ) -> FixedPoint? {
    if loss.hasKink || x.count > SymmetricEigenvalues.largest { return nil }
    var flow = GradientFlow(loss, from: x, tolerance: 1e-9)
    var time = 1.0
    for _ in 0..<16 {
      let before = flow.x
      guard flow.advance(to: time, budget: 40_000, cancelled: cancelled) == .arrived else {
        return nil
      }
      let moved = zip(before, flow.x).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
      if moved < 1e-7, let p = FixedPoints.near(loss, starts: [flow.x]).points.first,
        zip(p.at, flow.x).allSatisfy({ abs(($0.nearestDouble ?? .nan) - $1) < 1e-3 * (1 + abs($1)) }
        )
      {
        return p
      }
      time *= 2
    }
    return nil
  }

  /// 2x/C′(x): there one step leads to −x.
  ///
  /// With C′(x)/x growing in |x|, starts nearer to 0 come
  /// closer and starts further out go further.
  private static func divergence(_ loss: Loss, _ x: [Rational]) -> Certified? {
    guard x.count == 1, let degree = loss.degree, degree >= 4, degree <= 64 else { return nil }
    let a = CertifiedArithmetic(bits: 256)
    let jets = JetArithmetic(a, order: degree)
    let series = loss.program.run(jets, at: [jets.variable(.exact(.zero), slope: .exact(.one))])[0]
    let c = series.compactMap(\.rational)
    let suits = c.enumerated().dropFirst().allSatisfy { k, v in
      k % 2 == 0 ? v.sign >= 0 : v.isZero
    }
    guard c.count == degree + 1, suits, !x[0].isZero, c[4...].contains(where: { $0.sign > 0 })
    else { return nil }
    let slope = loss.gradient.run(a, at: [.exact(x[0])])[1]
    return a.divide(.exact(x[0] * Rational(2)), slope)
  }
}
