// Whole intervals on which a loss of one variable is flat: relu(x) for x < 0. Boxes on which the
// slope is exactly 0 prove them; where such a stretch ends is exact where the one condition that turns
// there is met at a short fraction and nowhere beside it, since between kinks the slope is analytic.
import Calculus

/// An interval of one variable, each point of which rests.
package struct RestingStretch: Sendable {
  /// Where it ends.
  package struct End: Sendable {
    /// Exact, or an enclosure of the last point at which all before it rest.
    package let at: Certified
    /// Whether that point rests, too; nil where that is not shown.
    package let rests: Bool?
  }

  /// nil where it has no end.
  package let lower: End?
  /// nil where it has no end.
  package let upper: End?

  /// Whether a point is certainly or perhaps one of it, its ends included.
  func covers(_ x: Certified) -> Bool {
    let a = CertifiedArithmetic(bits: 512)
    return (lower.map { a.subtract(x, $0.at).sign != -1 } ?? true)
      && (upper.map { a.subtract($0.at, x).sign != -1 } ?? true)
  }
}

extension Loss {
  /// The stretch of rest that boxes between two numbers show, as far as it goes.
  ///
  /// - Parameters:
  ///   - inside: what the boxes show.
  ///   - found: the search that showed them; its roots hold the ends that are found.
  ///   - range: what was searched.
  func restingStretch(
    _ inside: (lower: Rational, upper: Rational), in found: RootSearch.Roots,
    of range: (lower: Rational, upper: Rational)
  ) -> RestingStretch {
    let a = EnclosureArithmetic(bits: 512)
    let room = (range.upper - range.lower) * RootSearch.leastShare * Rational(4)
    func isFlat(_ box: Enclosure) -> Bool {
      let slope = gradient.evaluate(a, at: [box]).slope(0)
      return slope.isDefined && slope.boundSign == 0
    }
    func end(_ last: Rational, limit: Rational, up: Bool) -> RestingStretch.End? {
      let here = a.constant(last)
      if last == limit {
        let flat = isFlat(up ? a.above(here) : a.negate(a.above(a.negate(here))))
        return flat ? nil : RestingStretch.End(at: .exact(last), rests: true)
      }
      let beyond = last + (up ? room : -room)
      func turning(_ l: Rational, _ u: Rational) -> RestingStretch.End? {
        guard let short = Rational.shortest(between: l, and: u),
          turnsOnly(at: short, between: l, and: u)
        else { return nil }
        return RestingStretch.End(at: .exact(short), rests: rests(at: short))
      }
      for root in found.roots {
        guard (up ? root.before : root.after) == 0, let (l, u) = root.at.number(a).rational,
          up ? u >= last && l <= beyond : l <= last && u >= beyond
        else { continue }
        let near = up ? max(l, last) : min(u, last)
        // Where the formula is too wide to show the rest, the end is somewhere up to the zero.
        guard isFlat(a.hull(here, a.constant(near))) else {
          let between = a.hull(here, root.at.number(a))
          return RestingStretch.End(at: .enclosed(between), rests: nil)
        }
        if let exact = turning(min(l, near), max(u, near)) { return exact }
        return RestingStretch.End(at: root.at, rests: l == u && rests(at: l) ? true : nil)
      }
      // Where the loss ends, there is no root beside it.
      if gradient.evaluate(a, at: [a.constant(beyond)]).slope(0).decoration == .ill,
        let exact = turning(min(last, beyond), max(last, beyond))
      {
        return exact
      }
      return RestingStretch.End(at: .exact(last), rests: nil)
    }
    return RestingStretch(
      lower: end(inside.lower, limit: range.lower, up: false),
      upper: end(inside.upper, limit: range.upper, up: true))
  }
}
