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

extension DescentMap {
  /// The stretch of rest that boxes between two numbers show, as far as it goes.
  ///
  /// - Parameters:
  ///   - inside: what the boxes show.
  ///   - found: the search that showed them; its roots hold the ends that are found.
  ///   - range: what was searched.
  func stretch(
    _ inside: (lower: Rational, upper: Rational), in found: RootSearch.Roots,
    of range: (lower: Rational, upper: Rational)
  ) -> RestingStretch {
    let a = EnclosureArithmetic(bits: 512)
    let room = (range.upper - range.lower) * RootSearch.leastShare * Rational(4)
    func isFlat(_ box: Enclosure) -> Bool {
      let slope = loss.gradient.run(a, at: [box])[1]
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
          loss.turnsOnly(at: short, between: l, and: u)
        else { return nil }
        return RestingStretch.End(at: .exact(short), rests: rests(at: short))
      }
      for (root, sides) in zip(found.roots, found.sides) {
        guard (up ? sides.before : sides.after) == 0, let (l, u) = root.number(a).rational,
          up ? u >= last && l <= beyond : l <= last && u >= beyond
        else { continue }
        let near = up ? max(l, last) : min(u, last)
        // Where the formula is too wide to show the rest, the end is somewhere up to the zero.
        guard isFlat(a.hull(here, a.constant(near))) else {
          let between = a.hull(here, root.number(a))
          return RestingStretch.End(at: .enclosed(between), rests: nil)
        }
        if let exact = turning(min(l, near), max(u, near)) { return exact }
        return RestingStretch.End(at: root, rests: l == u && rests(at: l) ? true : nil)
      }
      // Where the loss ends, there is no root beside it.
      if loss.gradient.run(a, at: [a.constant(beyond)])[1].decoration == .ill,
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

extension Loss {
  /// Whether between two numbers every kink, every condition and every edge of a domain at 0 is met at
  /// `x` alone, if at all, so that the loss of one variable is analytic on both sides of it, or nowhere
  /// defined.
  ///
  /// Each argument that may be 0 there has a slope without a zero and is exactly 0 at x. False where
  /// that is not shown. Cost: one run in dual enclosures.
  func turnsOnly(at x: Rational, between lower: Rational, and upper: Rational) -> Bool {
    let e = EnclosureArithmetic(bits: 256)
    let a = DualArithmetic(e)
    let box = e.hull(e.constant(lower), e.constant(upper))
    let around = program.trace(a, at: [Dual(value: box, tangent: e.constant(.one))])
    let exact = CertifiedArithmetic(bits: 256)
    let there = program.trace(exact, at: [.exact(x)])
    func turns(_ d: Dual<Enclosure>, _ value: Certified) -> Bool {
      if let s = d.value.sign, s != 0 { return true }
      return d.value.isContinuous && d.tangent.isDefined && d.tangent.sign.map { $0 != 0 } == true
        && value.isExactZero
    }
    return zip(program.instructions, around).allSatisfy { i, value in
      let (p, q) = (Int(i.a), Int(i.b))
      func turnsAtZero(_ r: Int) -> Bool { turns(around[r], there[r]) }
      func turnsAtTie() -> Bool {
        turns(a.subtract(around[p], around[q]), exact.subtract(there[p], there[q]))
      }
      switch i.opcode {
      case .compare: return turnsAtTie()
      case .divide: return turnsAtZero(q)
      case .power: return i.b >= 0 || turnsAtZero(p)
      case .constant, .variable, .add, .subtract, .multiply, .negate, .select: return true
      case .apply:
        let f = ElementaryFunction.table[Int(i.function)]
        switch f.kink {
        case .none where value.value.isDefined: return true
        case .none:
          return (f.domain == .positive || f.domain == .nonNegative) && turnsAtZero(p)
        case .zero: return turnsAtZero(p)
        case .equalArguments: return turnsAtTie()
        case .integers:
          let value = around[p].value
          if let n = there[p].rational, n.integer != nil {
            // The one integer that is met is met there.
            let room = e.hull(e.constant(n - .one), e.constant(n + .one))
            let shift = a.subtract(around[p], a.constant(n))
            return value.isInside(room) && turns(shift, .exact(.zero))
          }
          let below = e.lift(.row(named: "floor"), value, value)
          return below.isPoint && e.subtract(value, below).sign == 1
        case .originOnly, .cut: return false
        }
      }
    }
  }
}
