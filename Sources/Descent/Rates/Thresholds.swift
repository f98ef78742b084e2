// Rates that are critical for something: for this step, for the minimum that lies downhill, for ever.
import Calculus

/// The critical rates at a point, along its step, and at the minimum downhill.
package struct Thresholds: Sendable {
  /// nil where the slope is 0, or not told from it: no step is taken, or none that can be studied.
  package let study: RateStudy?
  /// Whether the gradient is 0 at the point, so that no step is taken; nil where that is not decided.
  package let isAtRest: Bool?
  /// The curvature at the point; nil where it is not found.
  package let here: Curvature?
  /// Where the gradient flow from the point ends, if that is a stationary point.
  package let downhill: FixedPoint?
  /// The rate above which descent from the point diverges, for an even polynomial of one variable
  /// whose coefficients are not negative; at that rate x ↔ −x.
  package let divergence: Certified?

  package init(
    _ loss: Loss, from start: StepStart, searched: Rational? = nil,
    cancelled: @escaping () -> Bool = { false }
  ) {
    let bits = 512
    let x = start.point(bits: bits)
    let slope = loss.gradient.evaluate(CertifiedArithmetic(bits: bits), at: x).slopes
    if slope.contains(where: { $0.sign.map { $0 != 0 } ?? false }) {
      isAtRest = false
      study = RateStudy(
        AlongStep(
          StepProgram(descending: loss), from: start, searched: searched, cancelled: cancelled))
    } else {
      isAtRest = slope.allSatisfy { $0.sign == 0 } ? true : nil
      study = nil
    }
    here = Curvature(loss, at: x)
    downhill = Thresholds.downhill(loss, x.map { $0.estimate ?? .nan }, cancelled)
    divergence = Thresholds.divergence(loss, start)
  }

  /// Follows the flow until it rests, then solves for the stationary point there.
  private static func downhill(
    _ loss: Loss, _ x: [Double], _ cancelled: () -> Bool
  ) -> FixedPoint? {
    if loss.hasKink || x.count > SymmetricEigenvalues.largest { return nil }
    let found =
      loss.isQuadratic
      ? lowest(loss, x) ?? StiffFlow.end(loss, from: x, cancelled: cancelled)
      : StiffFlow.end(loss, from: x, cancelled: cancelled)
    guard let end = found,
      let p = FixedPoints.near(loss, starts: [end]).points.first
    else { return nil }
    let isThere = zip(p.at, end).allSatisfy {
      abs(($0.estimate ?? .nan) - $1) < 1e-3 * (1 + abs($1))
    }
    return isThere ? p : nil
  }

  /// Of a quadratic loss that is convex x − H⁻¹∇C, where every flow ends.
  private static func lowest(_ loss: Loss, _ x: [Double]) -> [Double]? {
    let here = loss.hessian.evaluate(DoubleArithmetic(), at: x)
    guard here.everything.allSatisfy(\.isFinite),
      SpectralNorm.eigenvalues(here.hessian).allSatisfy({ $0 > 0 })
    else { return nil }
    return DoubleArithmetic().solve(here.hessian, here.slopes).map { zip(x, $0).map { $0 - $1 } }
  }

  /// 2x/C′(x): there one step leads to −x.
  ///
  /// With C′(x)/x growing in |x|, starts nearer to 0 come
  /// closer and starts further out go further.
  private static func divergence(_ loss: Loss, _ start: StepStart) -> Certified? {
    guard loss.variables.count == 1, let degree = loss.degree, degree >= 4, degree <= 64 else {
      return nil
    }
    let a = CertifiedArithmetic(bits: 256)
    let jets = JetArithmetic(a, order: degree)
    let series = loss.program.run(jets, at: [jets.variable(.exact(.zero), slope: .exact(.one))])[0]
    let c = series.compactMap(\.rational)
    let suits = c.enumerated().dropFirst().allSatisfy { k, v in
      k % 2 == 0 ? v.sign >= 0 : v.isZero
    }
    let x = start.point(bits: 256)
    guard c.count == degree + 1, suits, x[0].sign.map({ $0 != 0 }) ?? false,
      c[4...].contains(where: { $0.sign > 0 })
    else { return nil }
    let slope = loss.gradient.evaluate(a, at: x).slope(0)
    return a.divide(a.multiply(x[0], .exact(Rational(2))), slope)
  }
}
