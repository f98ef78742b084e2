// Enclosures of the elementary functions, read off the rows of the table.
import CMPFR

extension EnclosureArithmetic {
  package func lift(_ f: ElementaryFunction, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    let y = f.arity == 2 ? b : a
    if let w = worst(a, y, else: nil) { return w }
    switch membership(of: a, in: f.domain) {
    case .undefined: return Enclosure(bits: 2, .undefined)
    case .uncertain: return Enclosure(bits: 2, .uncertain)
    case .defined: break
    }
    switch f.variation {
    case .increasing(let g):
      return make { l, u in
        _ = g(l, a.lower, MPFR_RNDD)
        _ = g(u, a.upper, MPFR_RNDU)
      }
    case .decreasing(let g):
      return make { l, u in
        _ = g(l, a.upper, MPFR_RNDD)
        _ = g(u, a.lower, MPFR_RNDU)
      }
    case .even(let g):
      let m = magnitude(a)
      return make { l, u in
        _ = g(l, m.lower, MPFR_RNDD)
        _ = g(u, m.upper, MPFR_RNDU)
      }
    case .wave(let g, let slope, let sign): return wave(g, slope, sign, a)
    case .special(let rule): return special(rule, a, y)
    }
  }

  private func membership(
    of a: Enclosure, in domain: ElementaryFunction.Domain
  ) -> Enclosure.Definedness {
    func above(_ bound: Int, strict: Bool) -> Enclosure.Definedness {
      let l = mpfr_cmp_si_2exp(a.lower, bound, 0)
      let u = mpfr_cmp_si_2exp(a.upper, bound, 0)
      if strict { return l > 0 ? .defined : u <= 0 ? .undefined : .uncertain }
      return l >= 0 ? .defined : u < 0 ? .undefined : .uncertain
    }
    func below(_ bound: Int, strict: Bool) -> Enclosure.Definedness {
      let l = mpfr_cmp_si_2exp(a.lower, bound, 0)
      let u = mpfr_cmp_si_2exp(a.upper, bound, 0)
      if strict { return u < 0 ? .defined : l >= 0 ? .undefined : .uncertain }
      return u <= 0 ? .defined : l > 0 ? .undefined : .uncertain
    }
    switch domain {
    case .all: return .defined
    case .positive: return above(0, strict: true)
    case .nonNegative: return above(0, strict: false)
    case .aboveMinusOne: return above(-1, strict: true)
    case .atLeastOne: return above(1, strict: false)
    case .closedUnit: return max(above(-1, strict: false), below(1, strict: false))
    case .openUnit: return max(above(-1, strict: true), below(1, strict: true))
    }
  }

  /// A sine-like function: where the interval is shorter than half a period an extreme is inside
  /// just if the slopes at its ends differ in sign; where it is shorter than a period, one extreme
  /// if they differ and both or none if they agree.
  private func wave(
    _ g: ElementaryFunction.Real, _ slope: ElementaryFunction.Real, _ sign: Int, _ a: Enclosure
  ) -> Enclosure {
    if a.isPoint {
      return make { l, u in
        _ = g(l, a.lower, MPFR_RNDD)
        _ = g(u, a.lower, MPFR_RNDU)
      }
    }
    guard mpfr_number_p(a.lower) != 0, mpfr_number_p(a.upper) != 0 else { return unitInterval() }
    // t.lower: the width, rounded up; t.upper: π, then 2π, rounded down.
    let t = Enclosure(bits: bits)
    mpfr_sub(t.lower, a.upper, a.lower, MPFR_RNDU)
    mpfr_const_pi(t.upper, MPFR_RNDD)
    let isShort = real_cmp(t.lower, t.upper) < 0
    mpfr_mul_2ui(t.upper, t.upper, 1, MPFR_RNDD)
    if real_cmp(t.lower, t.upper) >= 0 { return unitInterval() }
    // Away from 0 a sign survives rounding. The one rational zero of a slope is that of the sine
    // at 0; it increases there, so just inside its sign is that of the side.
    let s = Enclosure(bits: 32)
    _ = slope(s.lower, a.lower, MPFR_RNDA)
    _ = slope(s.upper, a.upper, MPFR_RNDA)
    let slopes = (Int(real_sign(s.lower)), Int(real_sign(s.upper)))
    let starts = (slopes.0 == 0 ? 1 : slopes.0) * sign
    let ends = (slopes.1 == 0 ? -1 : slopes.1) * sign
    if (starts > 0) == (ends > 0) {
      guard isShort else { return unitInterval() }
      return make { l, u in
        _ = g(l, starts > 0 ? a.lower : a.upper, MPFR_RNDD)
        _ = g(u, starts > 0 ? a.upper : a.lower, MPFR_RNDU)
      }
    }
    return make { l, u in
      let rounding = starts > 0 ? MPFR_RNDD : MPFR_RNDU
      _ = g(l, a.lower, rounding)
      _ = g(u, a.upper, rounding)
      if starts > 0 {
        mpfr_min(l, l, u, MPFR_RNDD)
        mpfr_set_si(u, 1, MPFR_RNDU)
      } else {
        mpfr_max(u, l, u, MPFR_RNDU)
        mpfr_set_si(l, -1, MPFR_RNDD)
      }
    }
  }

  private func unitInterval() -> Enclosure {
    make { l, u in
      mpfr_set_si(l, -1, MPFR_RNDD)
      mpfr_set_si(u, 1, MPFR_RNDU)
    }
  }

  private func special(
    _ rule: ElementaryFunction.Special, _ a: Enclosure, _ b: Enclosure
  ) -> Enclosure {
    switch rule {
    case .min:
      return make { l, u in
        mpfr_min(l, a.lower, b.lower, MPFR_RNDD)
        mpfr_min(u, a.upper, b.upper, MPFR_RNDU)
      }
    case .max:
      return make { l, u in
        mpfr_max(l, a.lower, b.lower, MPFR_RNDD)
        mpfr_max(u, a.upper, b.upper, MPFR_RNDU)
      }
    case .hypot:
      let m = magnitude(a)
      let n = magnitude(b)
      return make { l, u in
        mpfr_hypot(l, m.lower, n.lower, MPFR_RNDD)
        mpfr_hypot(u, m.upper, n.upper, MPFR_RNDU)
      }
    case .tan:
      // Where the cosine keeps its sign no pole is met and the tangent increases.
      let cosine = wave(mpfr_cos, mpfr_sin, -1, a)
      guard a.isPoint || cosine.sign.map({ $0 != 0 }) == true else {
        return Enclosure(bits: 2, .uncertain)
      }
      return make { l, u in
        mpfr_tan(l, a.lower, MPFR_RNDD)
        mpfr_tan(u, a.upper, MPFR_RNDU)
      }
    case .atan2: return angle(a, b)
    case .pow: return power(a, b)
    }
  }

  /// atan2(y, x): monotone in each argument away from the cut and the origin, so the corners
  /// bound it.
  private func angle(_ y: Enclosure, _ x: Enclosure) -> Enclosure {
    if y.sign == 0 && x.sign == 0 { return Enclosure(bits: 2, .undefined) }
    let meetsOrigin = (y.sign ?? 0) == 0 && (x.sign ?? 0) == 0
    let meetsCut = real_sign(x.lower) < 0 && real_sign(y.lower) < 0 && real_sign(y.upper) >= 0
    if meetsOrigin || meetsCut { return Enclosure(bits: 2, .uncertain) }
    if real_sign(y.lower) != 0 { return corners(y, x, mpfr_atan2) }
    // MPFR takes −0 for the lower side of the cut; the number 0 is on the upper one.
    let unsigned = make { _, u in _ = real_abs(u, y.upper, MPFR_RNDU) }
    return corners(unsigned, x, mpfr_atan2)
  }

  private func power(_ x: Enclosure, _ y: Enclosure) -> Enclosure {
    if let n = y.exact?.integer, abs(n) < 1 << 40 { return power(x, n) }
    guard let s = x.sign else {
      // [0, u] to a positive power is increasing in x; a base that may be negative is uncertain.
      if real_sign(x.lower) == 0, y.sign == 1 { return corners(x, y, mpfr_pow) }
      return Enclosure(bits: 2, .uncertain)
    }
    if s < 0 { return Enclosure(bits: 2, containsInteger(y) ? .uncertain : .undefined) }
    if s == 0 {
      guard let t = y.sign else { return Enclosure(bits: 2, .uncertain) }
      return t > 0 ? constant(.zero) : Enclosure(bits: 2, .undefined)
    }
    return corners(x, y, mpfr_pow)
  }

  private func containsInteger(_ y: Enclosure) -> Bool {
    let floors = make { l, u in
      _ = real_floor(l, y.lower, MPFR_RNDD)
      _ = real_floor(u, y.upper, MPFR_RNDU)
    }
    return mpfr_integer_p(y.lower) != 0 || !floors.isPoint
  }

  /// For a function monotone in each argument over the box.
  private func corners(_ a: Enclosure, _ b: Enclosure, _ g: Binary) -> Enclosure {
    make { l, u in
      _ = g(l, a.lower, b.lower, MPFR_RNDD)
      _ = g(u, a.lower, b.lower, MPFR_RNDU)
      let t = Enclosure(bits: bits)
      for (x, y) in [(a.lower, b.upper), (a.upper, b.lower), (a.upper, b.upper)] {
        _ = g(t.lower, x, y, MPFR_RNDD)
        _ = g(t.upper, x, y, MPFR_RNDU)
        mpfr_min(l, l, t.lower, MPFR_RNDD)
        mpfr_max(u, u, t.upper, MPFR_RNDU)
      }
    }
  }
}
