// Interval arithmetic at one precision.
import CMPFR

package struct EnclosureArithmetic: Arithmetic {
  package typealias Number = Enclosure
  /// Bits of every bound.
  package let bits: Int

  /// Exponents beyond 2^18 count as overflow or underflow: no double is affected, and functions of
  /// huge arguments stay fast.
  package init(bits: Int) {
    self.bits = bits
    real_clamp_exponents(1 << 18)
  }

  package func constant(_ value: Rational) -> Enclosure {
    make { l, u in
      real_set_rational(l, value.pointer, MPFR_RNDD)
      real_set_rational(u, value.pointer, MPFR_RNDU)
    }
  }
  package func add(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    make(a, b) { l, u in
      mpfr_add(l, a.lower, b.lower, MPFR_RNDD)
      mpfr_add(u, a.upper, b.upper, MPFR_RNDU)
    }
  }
  package func subtract(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    make(a, b) { l, u in
      mpfr_sub(l, a.lower, b.upper, MPFR_RNDD)
      mpfr_sub(u, a.upper, b.lower, MPFR_RNDU)
    }
  }
  package func negate(_ a: Enclosure) -> Enclosure {
    make(a, a) { l, u in
      mpfr_neg(l, a.upper, MPFR_RNDD)
      mpfr_neg(u, a.lower, MPFR_RNDU)
    }
  }
  package func multiply(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    make(a, b) { l, u in extremes(a, b, l, u, mpfr_mul) }
  }
  package func divide(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    guard let s = b.sign else { return worst(a, b, else: .uncertain) }
    if s == 0 { return worst(a, b, else: .undefined) }
    return make(a, b) { l, u in extremes(a, b, l, u, mpfr_div) }
  }
  package func power(_ a: Enclosure, _ n: Int) -> Enclosure {
    if n == 0 { return worst(a, a, else: nil) ?? constant(.one) }
    if n < 0 {
      guard let s = a.sign else { return worst(a, a, else: .uncertain) }
      if s == 0 { return worst(a, a, else: .undefined) }
    }
    let nonNegative = real_sign(a.lower) >= 0
    let even = n % 2 == 0
    if even && !nonNegative {
      let m = magnitude(a)
      return make(a, a) { l, u in
        mpfr_pow_si(l, n > 0 ? m.lower : m.upper, n, MPFR_RNDD)
        mpfr_pow_si(u, n > 0 ? m.upper : m.lower, n, MPFR_RNDU)
      }
    }
    return make(a, a) { l, u in
      mpfr_pow_si(l, n > 0 ? a.lower : a.upper, n, MPFR_RNDD)
      mpfr_pow_si(u, n > 0 ? a.upper : a.lower, n, MPFR_RNDU)
    }
  }
  package func compare(_ c: Comparison, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    if let w = worst(a, b, else: nil) { return w }
    var orders: Set<Int> = []
    if real_cmp(a.lower, b.upper) < 0 { orders.insert(-1) }
    if real_cmp(a.upper, b.lower) > 0 { orders.insert(1) }
    if real_cmp(a.lower, b.upper) <= 0 && real_cmp(b.lower, a.upper) <= 0 { orders.insert(0) }
    let answers = Set(orders.map { c.holds($0) })
    if answers.count == 1, let answer = answers.first {
      return constant(answer ? .one : .zero)
    }
    return make { _, u in mpfr_set_si(u, 1, MPFR_RNDU) }
  }
  package func select(_ c: Enclosure, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    if !c.isDefined { return Enclosure(bits: 2, c.definedness) }
    if let s = c.sign { return s == 0 ? b : a }
    return hull(a, b)
  }
  package func isZero(_ a: Enclosure) -> Bool { a.sign == 0 }

  /// The smallest enclosure of both.
  package func hull(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    guard a.isDefined, b.isDefined else { return Enclosure(bits: 2, .uncertain) }
    return make { l, u in
      mpfr_min(l, a.lower, b.lower, MPFR_RNDD)
      mpfr_max(u, a.upper, b.upper, MPFR_RNDU)
    }
  }

  /// {|x|}: from 0 where the enclosure contains it.
  package func magnitude(_ a: Enclosure) -> Enclosure {
    if real_sign(a.lower) >= 0 { return a }
    if real_sign(a.upper) <= 0 { return negate(a) }
    return make(a, a) { _, u in
      mpfr_neg(u, a.lower, MPFR_RNDU)
      mpfr_max(u, u, a.upper, MPFR_RNDU)
    }
  }

  /// A defined enclosure written by `fill`; a bound that comes out as NaN makes it uncertain.
  func make(
    _ fill: (UnsafeMutablePointer<__mpfr_struct>, UnsafeMutablePointer<__mpfr_struct>) -> Void
  ) -> Enclosure {
    let r = Enclosure(bits: bits)
    fill(r.lower, r.upper)
    if real_is_nan(r.lower) != 0 || real_is_nan(r.upper) != 0 { r.definedness = .uncertain }
    return r
  }

  func make(
    _ a: Enclosure, _ b: Enclosure,
    _ fill: (UnsafeMutablePointer<__mpfr_struct>, UnsafeMutablePointer<__mpfr_struct>) -> Void
  ) -> Enclosure {
    if a.definedness != .defined || b.definedness != .defined {
      return Enclosure(bits: 2, max(a.definedness, b.definedness))
    }
    return make(fill)
  }

  /// What the operands' definedness makes of the result, or else the given one.
  func worst(_ a: Enclosure, _ b: Enclosure, else own: Enclosure.Definedness) -> Enclosure {
    worst(a, b, else: nil) ?? Enclosure(bits: 2, own)
  }
  func worst(_ a: Enclosure, _ b: Enclosure, else own: Enclosure.Definedness?) -> Enclosure? {
    let d = max(a.definedness, b.definedness)
    if d != .defined { return Enclosure(bits: 2, d) }
    return own.map { Enclosure(bits: 2, $0) }
  }

  typealias Binary = (
    UnsafeMutablePointer<__mpfr_struct>?, UnsafePointer<__mpfr_struct>?,
    UnsafePointer<__mpfr_struct>?, mpfr_rnd_t
  ) -> Int32

  /// The extremes of × or ÷ over the corners; 0·∞ counts as 0 (no real point is infinite).
  private func extremes(
    _ a: Enclosure, _ b: Enclosure, _ l: UnsafeMutablePointer<__mpfr_struct>,
    _ u: UnsafeMutablePointer<__mpfr_struct>, _ op: Binary
  ) {
    let aPoint = a.isPoint
    let bPoint = b.isPoint
    _ = op(l, a.lower, b.lower, MPFR_RNDD)
    _ = op(u, a.lower, b.lower, MPFR_RNDU)
    cleanCorner(l, u)
    if aPoint && bPoint { return }
    let t = Enclosure(bits: bits)
    for (x, y) in [(a.lower, b.upper), (a.upper, b.lower), (a.upper, b.upper)] {
      _ = op(t.lower, x, y, MPFR_RNDD)
      _ = op(t.upper, x, y, MPFR_RNDU)
      cleanCorner(t.lower, t.upper)
      if real_cmp(t.lower, l) < 0 { real_set(l, t.lower, MPFR_RNDD) }
      if real_cmp(t.upper, u) > 0 { real_set(u, t.upper, MPFR_RNDU) }
    }
  }

  private func cleanCorner(
    _ l: UnsafeMutablePointer<__mpfr_struct>, _ u: UnsafeMutablePointer<__mpfr_struct>
  ) {
    if real_is_nan(l) != 0 { mpfr_set_si(l, 0, MPFR_RNDD) }
    if real_is_nan(u) != 0 { mpfr_set_si(u, 0, MPFR_RNDU) }
  }
}

extension Enclosure.Definedness: Comparable {
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
