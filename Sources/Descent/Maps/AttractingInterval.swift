// The neighbourhood of a stationary point in one variable that every orbit in it tends to, however
// slowly: where f″ ≥ 0 and η·max f″ < 2 on [x* − r, x* + r], a step multiplies the distance to x* by
// 1 − ηf″(ξ), between −1 and 1 (mean value theorem). x⁴ shrinks like t^(−1/2): no run ends it.
import Calculus

/// A stationary point with radii around it on which the loss is convex, by enclosures.
struct AttractingInterval {
  let limit: Rational
  /// Descending radii with the largest curvature within.
  private var steps: [(radius: Double, curvature: Double)] = []

  /// Nil where the slope is not exactly 0 at `limit`, or the loss not convex about it.
  ///
  /// The slope is not 0 at each radius, so that what orbits tend to is within the least of them, 10⁻⁶.
  init?(_ loss: Loss, at limit: Rational) {
    self.limit = limit
    let a = EnclosureArithmetic(bits: 96)
    let exact = CertifiedArithmetic(bits: 192)
    guard loss.gradient.evaluate(exact, at: [.exact(limit)]).slope(0).sign == 0 else { return nil }
    for k in stride(from: -20, through: 7, by: 1) {
      guard let r = Rational(2).power(k) else { break }
      let (l, u) = (a.constant(limit - r), a.constant(limit + r))
      let curvature = loss.slope(a, a.hull(l, u)).slope
      guard curvature.isDefined, curvature.lowerDouble >= 0, curvature.upperDouble.isFinite,
        loss.slope(a, l).value.sign == -1, loss.slope(a, u).value.sign == 1
      else { break }
      steps.append((r.nearestDouble, curvature.upperDouble))
    }
    if steps.isEmpty || loss.hasKink { return nil }
  }

  /// Whether the orbit from x at this rate tends to the limit.
  func holds(_ x: Double, rate: Double) -> Bool {
    let distance = abs(x - limit.nearestDouble)
    guard let step = steps.first(where: { distance <= 0.999 * $0.radius }) else { return false }
    return rate > 0 && rate * step.curvature < 1.999
  }
}
