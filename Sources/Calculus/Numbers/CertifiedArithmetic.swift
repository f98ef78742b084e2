// The certified tier: a number is an exact rational for as long as it is one and small enough, else
// an enclosure. Enclosures can never prove a zero; rationals can (x² at η = 1 has ΔC exactly 0).

/// Fractions for as long as they stay fractions and short, enclosures of so many bits from there.
package struct CertifiedArithmetic: Arithmetic {
  package let enclosures: EnclosureArithmetic
  /// The largest numerator and denominator of an exact number together, in bits.
  package let limit: Int

  package init(bits: Int, limit: Int = 8192) {
    enclosures = EnclosureArithmetic(bits: bits)
    self.limit = limit
  }

  package func constant(_ value: Rational) -> Certified { .exact(value) }
  package func add(_ a: Certified, _ b: Certified) -> Certified {
    if a.isExactZero { return b }
    if b.isExactZero { return a }
    return combine(a, b, +, enclosures.add)
  }
  package func subtract(_ a: Certified, _ b: Certified) -> Certified {
    b.isExactZero ? a : combine(a, b, -, enclosures.subtract)
  }
  package func multiply(_ a: Certified, _ b: Certified) -> Certified {
    if a.isExactZero && b.isDefined || b.isExactZero && a.isDefined { return .exact(.zero) }
    return combine(a, b, *, enclosures.multiply)
  }
  package func divide(_ a: Certified, _ b: Certified) -> Certified {
    if b.isExactZero { return .enclosed(enclosures.undefined) }
    if a.isExactZero, b.isDefined, b.sign.map({ $0 != 0 }) == true { return .exact(.zero) }
    return combine(a, b, /, enclosures.divide)
  }
  package func negate(_ a: Certified) -> Certified {
    if case .exact(let v) = a { return .exact(-v) }
    return .enclosed(enclosures.negate(a.number(enclosures)))
  }
  package func power(_ a: Certified, _ n: Int) -> Certified {
    if case .exact(let v) = a {
      if v.isZero && n < 0 { return .enclosed(enclosures.undefined) }
      let (size, overflow) = UInt(clamping: v.bits).multipliedReportingOverflow(by: n.magnitude)
      if n == 0 || v.bits == 2 || (!overflow && size <= limit), let p = v.power(n) {
        return .exact(p)
      }
    }
    return .enclosed(enclosures.power(a.number(enclosures), n))
  }
  package func lift(_ f: ElementaryFunction, _ a: Certified, _ b: Certified) -> Certified {
    if case .exact(let x) = a, case .exact(let y) = b, let v = f.exact(x, y), v.bits <= limit {
      return .exact(v)
    }
    return .enclosed(enclosures.lift(f, a.number(enclosures), b.number(enclosures)))
  }
  package func compare(_ c: Comparison, _ a: Certified, _ b: Certified) -> Certified {
    if case .exact(let x) = a, case .exact(let y) = b {
      return .exact(c.holds(x < y ? -1 : x > y ? 1 : 0) ? .one : .zero)
    }
    return .enclosed(enclosures.compare(c, a.number(enclosures), b.number(enclosures)))
  }
  package func select(_ c: Certified, _ a: Certified, _ b: Certified) -> Certified {
    if let s = c.sign { return s == 0 ? b : a }
    let chosen = enclosures.select(
      c.number(enclosures), a.number(enclosures), b.number(enclosures))
    return .enclosed(chosen)
  }
  package func isZero(_ a: Certified) -> Bool { a.sign == 0 }

  private func combine(
    _ a: Certified, _ b: Certified, _ exact: (Rational, Rational) -> Rational,
    _ enclosed: (Enclosure, Enclosure) -> Enclosure
  ) -> Certified {
    if case .exact(let x) = a, case .exact(let y) = b {
      let r = exact(x, y)
      if r.bits <= limit { return .exact(r) }
    }
    return .enclosed(enclosed(a.number(enclosures), b.number(enclosures)))
  }
}

extension Certified {
  /// The value where it is an exact rational.
  package var rational: Rational? {
    if case .exact(let r) = self { return r }
    return nil
  }
  package var isExactZero: Bool { rational?.isZero == true }
  /// Certainly outside a domain, at any precision.
  package var isCertainlyUndefined: Bool {
    switch self {
    case .exact: false
    case .enclosed(let e): e.decoration == .ill
    case .undefined: true
    }
  }
  /// Whether the value is known to exceed the doubles.
  package var overflows: Bool {
    isDefined && nearestDouble.map { abs($0) == .infinity } == true
  }
}
