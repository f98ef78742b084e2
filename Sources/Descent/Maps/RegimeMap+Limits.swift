// The limits of a map as numbers that may be printed: exact where simple fractions solve ∇C = 0, else, for
// one variable, enclosed between two points at which the slope has opposite signs; for several, by a
// contraction or Krawczyk's operator (`FixedPoints`).
import Calculus

/// A limit that cells settle at.
package struct MapLimit: Sendable {
  /// By moving variable; certified, or nil where no proof was found.
  package var certified: [Certified]?
  package var nearest: [Double]
  /// For one variable, where the slope's signs on both sides decide it.
  package var kind: String?
}

extension RegimeMap {
  /// What is known of a limit of the legend.
  package func limit(_ x: [Double]) -> MapLimit {
    let loss = plan.loss
    guard moving.count == loss.variables.count else {
      return MapLimit(certified: nil, nearest: x, kind: nil)
    }
    let a = CertifiedArithmetic(bits: 192)
    func slopes(_ point: [Certified]) -> [Certified] {
      loss.gradient.evaluate(a, at: point).slopes
    }
    let simple = x.compactMap { RegimeMap.simplest(near: $0).map(Certified.exact) }
    var out = MapLimit(certified: nil, nearest: x, kind: nil)
    if simple.count == x.count, slopes(simple).allSatisfy({ $0.sign == 0 }) {
      out.certified = simple
    }
    guard x.count == 1 else { return several(out, x) }
    func sign(_ at: Double) -> Int? { slopes([Certified(at)])[0].sign }
    let wide = 2e-6 * max(1, abs(x[0]))
    switch (sign(x[0] - wide), sign(x[0] + wide)) {
    case (-1, 1): out.kind = "minimum"
    case (1, -1): out.kind = "maximum"
    default: return out
    }
    if out.certified == nil { out.certified = bracket(x[0], wide, sign).map { [$0] } }
    return out
  }

  /// The stationary point next to x, where one is proved.
  private func several(_ limit: MapLimit, _ x: [Double]) -> MapLimit {
    var out = limit
    guard !plan.loss.hasKink, let p = FixedPoints.near(plan.loss, starts: [x]).points.first,
      zip(p.at, x).allSatisfy({
        abs(($0.estimate ?? .nan) - $1) <= 1e-5 * max(1, abs($1))
      })
    else { return out }
    if out.certified == nil { out.certified = p.at }
    out.kind = p.kind?.rawValue
    return out
  }

  /// Bisection between signs that enclosures certify.
  private func bracket(_ x: Double, _ wide: Double, _ sign: (Double) -> Int?) -> Certified? {
    var (l, u) = (x - wide, x + wide)
    guard let left = sign(l) else { return nil }
    for _ in 0..<60 {
      let middle = l + (u - l) / 2
      guard middle > l, middle < u, let s = sign(middle) else { break }
      if s == 0 { return Certified(middle) }
      if s == left { l = middle } else { u = middle }
    }
    let a = EnclosureArithmetic(bits: 64)
    return .enclosed(a.hull(a.constant(l), a.constant(u)))
  }

  /// The simplest fraction within 2·10⁻⁶, relative above 1; nil for no finite number.
  static func simplest(near x: Double) -> Rational? {
    let reach = 2e-6 * max(1, abs(x))
    if abs(x) <= reach { return .zero }
    guard let l = Rational(abs(x) - reach), let u = Rational(abs(x) + reach),
      let r = Rational.simplest(between: l, and: u)
    else { return Rational(x) }
    return x < 0 ? -r : r
  }
}
