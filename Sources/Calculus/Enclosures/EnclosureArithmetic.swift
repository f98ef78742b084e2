// Interval arithmetic at one precision.
import CMPFR

/// Intervals whose bounds have so many bits, rounded outward, with decorations (IEEE 1788-2015).
package struct EnclosureArithmetic: Arithmetic {
  typealias Bound = UnsafeMutablePointer<__mpfr_struct>
  package typealias Number = Enclosure
  /// Bits of every bound.
  package let bits: Int

  /// Exponents inside a formula reach 2^±`exponentRange`, so that log(exp(-1e10)) is −1e10; beyond
  /// them a bound is the largest number or ∞, the smallest or 0, whichever is outward.
  package init(bits: Int) {
    self.bits = bits
    real_clamp_exponents(EnclosureArithmetic.exponentRange)
  }
  /// A quarter of what MPFR has, so that a sum of two exponents never overflows inside it.
  static let exponentRange = 1 << 60

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
    make(a, b) { l, u in product(a, b, l, u) }
  }
  package func divide(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    if a.decoration == .ill || b.decoration == .ill { return undefined }
    if let s = b.boundSign {
      return s == 0 ? undefined : make(a, b) { l, u in quotient(a, b, l, u) }
    }
    // Where 0 is an end of b, what is divided by has one sign.
    let side = real_sign(b.lower) == 0 ? 1 : real_sign(b.upper) == 0 ? -1 : 0
    if side == 0 { return anything(.trv) }
    let beside = make(b, b) { l, u in
      real_set(l, b.lower, MPFR_RNDD)
      real_set(u, b.upper, MPFR_RNDU)
      mpfr_set_zero(side > 0 ? l : u, Int32(clamping: side))
    }
    return lowered(make(a, b) { l, u in quotient(a, beside, l, u) }, to: .trv)
  }

  package func power(_ a: Enclosure, _ n: Int) -> Enclosure {
    if a.decoration == .ill { return undefined }
    if n == 0 { return lowered(constant(.one), to: a.isDefined ? .dac : .trv) }
    if n < 0, a.boundSign ?? 0 == 0 { return divide(constant(.one), power(a, -n)) }
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
  /// 0 or 1 where it is decided, and then continuous whatever the operands; else [0, 1], which jumps.
  package func compare(_ c: Comparison, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    let least = min(a.decoration, b.decoration)
    if least == .ill { return undefined }
    var orders: Set<Int> = []
    if real_cmp(a.lower, b.upper) < 0 { orders.insert(-1) }
    if real_cmp(a.upper, b.lower) > 0 { orders.insert(1) }
    if real_cmp(a.lower, b.upper) <= 0 && real_cmp(b.lower, a.upper) <= 0 { orders.insert(0) }
    let answers = Set(orders.map { c.holds($0) })
    if answers.count == 1, let answer = answers.first {
      return lowered(constant(answer ? .one : .zero), to: least >= .def ? .dac : .trv)
    }
    return lowered(undecided, to: least)
  }

  /// A condition that is not decided: 0 or 1, somewhere from one to the other.
  package var undecided: Enclosure { make(.def) { _, u in mpfr_set_si(u, 1, MPFR_RNDU) } }

  /// The branch taken; where that is not decided the hull of both, which may jump, and which is only
  /// perhaps undefined where one branch is.
  package func select(_ c: Enclosure, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    if c.decoration == .ill { return undefined }
    let own: Decoration = c.isDefined ? .dac : .trv
    if let s = c.boundSign { return lowered(s == 0 ? b : a, to: own) }
    switch (a.decoration, b.decoration) {
    case (.ill, .ill): return undefined
    case (.ill, _): return lowered(b, to: .trv)
    case (_, .ill): return lowered(a, to: .trv)
    default: return lowered(hull(a, b), to: min(own, .def))
    }
  }
  package func isZero(_ a: Enclosure) -> Bool { a.sign == 0 }

  /// The smallest box around both.
  package func hull(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    make(a, b) { l, u in
      mpfr_min(l, a.lower, b.lower, MPFR_RNDD)
      mpfr_max(u, a.upper, b.upper, MPFR_RNDU)
    }
  }

  /// Every number not below those of `a`.
  package func above(_ a: Enclosure) -> Enclosure {
    make(a, a) { l, u in
      real_set(l, a.lower, MPFR_RNDD)
      mpfr_set_inf(u, 1)
    }
  }

  /// All reals.
  func anything(_ decoration: Decoration) -> Enclosure {
    let r = Enclosure(bits: bits, decoration)
    mpfr_set_inf(r.lower, -1)
    mpfr_set_inf(r.upper, 1)
    return r
  }

  /// No value at all.
  package var undefined: Enclosure { Enclosure(bits: 2, .ill) }

  /// The same values with at most this decoration.
  func lowered(_ a: Enclosure, to most: Decoration) -> Enclosure {
    if a.decoration <= most { return a }
    let r = make { l, u in
      real_set(l, a.lower, MPFR_RNDD)
      real_set(u, a.upper, MPFR_RNDU)
    }
    r.decoration = most
    return r
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

  /// An enclosure written by `fill`, with everything for a bound that comes out as NaN (∞ − ∞).
  func make(
    _ decoration: Decoration = .dac,
    _ fill: (Bound, Bound) -> Void
  ) -> Enclosure {
    let r = Enclosure(bits: bits, decoration)
    fill(r.lower, r.upper)
    if real_is_nan(r.lower) != 0 { mpfr_set_inf(r.lower, -1) }
    if real_is_nan(r.upper) != 0 { mpfr_set_inf(r.upper, 1) }
    return r
  }

  /// The result of a continuous operation: the least decoration of its operands.
  func make(
    _ a: Enclosure, _ b: Enclosure,
    _ fill: (Bound, Bound) -> Void
  ) -> Enclosure {
    let least = min(a.decoration, b.decoration)
    return least == .ill ? undefined : make(least, fill)
  }

  /// The bounds of a·b by the signs of the operands: two products, four where both contain 0 inside;
  /// 0·∞ counts as 0 (no real point is infinite).
  private func product(_ a: Enclosure, _ b: Enclosure, _ l: Bound, _ u: Bound) {
    let low: (Bound, Bound)
    let high: (Bound, Bound)
    if real_sign(a.lower) >= 0 {
      low = (real_sign(b.lower) >= 0 ? a.lower : a.upper, b.lower)
      high = (real_sign(b.upper) >= 0 ? a.upper : a.lower, b.upper)
    } else if real_sign(a.upper) <= 0 {
      low = (real_sign(b.upper) >= 0 ? a.lower : a.upper, b.upper)
      high = (real_sign(b.lower) >= 0 ? a.upper : a.lower, b.lower)
    } else if real_sign(b.lower) >= 0 {
      low = (a.lower, b.upper)
      high = (a.upper, b.upper)
    } else if real_sign(b.upper) <= 0 {
      low = (a.upper, b.lower)
      high = (a.lower, b.lower)
    } else {
      let t = Enclosure(bits: bits)
      mpfr_mul(l, a.lower, b.upper, MPFR_RNDD)
      mpfr_mul(t.lower, a.upper, b.lower, MPFR_RNDD)
      mpfr_min(l, l, t.lower, MPFR_RNDD)
      mpfr_mul(u, a.lower, b.lower, MPFR_RNDU)
      mpfr_mul(t.upper, a.upper, b.upper, MPFR_RNDU)
      mpfr_max(u, u, t.upper, MPFR_RNDU)
      return
    }
    mpfr_mul(l, low.0, low.1, MPFR_RNDD)
    mpfr_mul(u, high.0, high.1, MPFR_RNDU)
    cleanCorner(l, u)
  }

  /// The bounds of a/b for a divisor of one sign, whose end may be a 0 with that sign; 0/0 and ∞/∞
  /// count as 0.
  private func quotient(_ a: Enclosure, _ b: Enclosure, _ l: Bound, _ u: Bound) {
    if mpfr_signbit(b.lower) == 0 {
      mpfr_div(l, a.lower, real_sign(a.lower) >= 0 ? b.upper : b.lower, MPFR_RNDD)
      mpfr_div(u, a.upper, real_sign(a.upper) >= 0 ? b.lower : b.upper, MPFR_RNDU)
    } else {
      mpfr_div(l, a.upper, real_sign(a.upper) >= 0 ? b.upper : b.lower, MPFR_RNDD)
      mpfr_div(u, a.lower, real_sign(a.lower) >= 0 ? b.lower : b.upper, MPFR_RNDU)
    }
    cleanCorner(l, u)
  }

  private func cleanCorner(_ l: Bound, _ u: Bound) {
    if real_is_nan(l) != 0 { mpfr_set_si(l, 0, MPFR_RNDD) }
    if real_is_nan(u) != 0 { mpfr_set_si(u, 0, MPFR_RNDU) }
  }
}
