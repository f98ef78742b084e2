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

  /// A sine-like function: its ends where it is monotone, else [g(m) − r, g(m) + r] ∩ [−1, 1] with
  /// m in the enclosure and r reaching both ends.
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
    // t.lower: the middle; t.upper: the radius, rounded up.
    let t = Enclosure(bits: bits)
    let s = Enclosure(bits: bits)
    mpfr_add(t.lower, a.lower, a.upper, MPFR_RNDN)
    mpfr_div_2ui(t.lower, t.lower, 1, MPFR_RNDN)
    mpfr_sub(t.upper, a.upper, t.lower, MPFR_RNDU)
    mpfr_sub(s.upper, t.lower, a.lower, MPFR_RNDU)
    mpfr_max(t.upper, t.upper, s.upper, MPFR_RNDU)
    if mpfr_cmp_si_2exp(t.upper, 2, 0) >= 0 { return unitInterval() }
    _ = slope(s.lower, t.lower, MPFR_RNDZ)
    if mpfr_cmpabs(s.lower, t.upper) > 0 {
      let increases = (real_sign(s.lower) > 0) == (sign > 0)
      return make { l, u in
        _ = g(l, increases ? a.lower : a.upper, MPFR_RNDD)
        _ = g(u, increases ? a.upper : a.lower, MPFR_RNDU)
      }
    }
    return make { l, u in
      _ = g(l, t.lower, MPFR_RNDD)
      _ = g(u, t.lower, MPFR_RNDU)
      mpfr_sub(l, l, t.upper, MPFR_RNDD)
      mpfr_add(u, u, t.upper, MPFR_RNDU)
      if mpfr_cmp_si_2exp(l, -1, 0) < 0 { mpfr_set_si(l, -1, MPFR_RNDD) }
      if mpfr_cmp_si_2exp(u, 1, 0) > 0 { mpfr_set_si(u, 1, MPFR_RNDU) }
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

  /// atan2(y, x): monotone in each argument away from the cut, so the corners bound it.
  private func angle(_ y: Enclosure, _ x: Enclosure) -> Enclosure {
    if y.sign == 0 && x.sign == 0 { return Enclosure(bits: 2, .undefined) }
    let crossesCut = real_sign(x.lower) < 0 && y.sign.map { $0 == 0 && !y.isPoint } ?? true
    if crossesCut || (x.sign == nil && y.sign == nil) { return Enclosure(bits: 2, .uncertain) }
    return corners(y, x, mpfr_atan2)
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
