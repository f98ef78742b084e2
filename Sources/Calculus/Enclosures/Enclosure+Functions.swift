// Enclosures of the elementary functions, read off the rows of the table.
import CMPFR

extension EnclosureArithmetic {
  package func lift(_ f: ElementaryFunction, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    let y = f.arity == 2 ? b : a
    let inside = membership(of: a, in: f.domain)
    if min(a.decoration, y.decoration, inside) == .ill { return undefined }
    let x = inside == .trv ? clipped(a, to: f.domain) : a
    let value = image(f, x, f.arity == 2 ? b : x)
    guard f.jumps, inside == .dac, value.isDefined else { return lowered(value, to: inside) }
    // A value that is one number all over the box is continuous, even of an argument that is not.
    value.decoration = real_cmp(value.lower, value.upper) == 0 ? .dac : .def
    return value
  }

  /// The values over a box inside the domain.
  private func image(_ f: ElementaryFunction, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    switch f.variation {
    case .increasing(let g):
      return make(a, a) { l, u in
        _ = g(l, a.lower, MPFR_RNDD)
        _ = g(u, a.upper, MPFR_RNDU)
      }
    case .decreasing(let g):
      return make(a, a) { l, u in
        _ = g(l, a.upper, MPFR_RNDD)
        _ = g(u, a.lower, MPFR_RNDU)
      }
    case .even(let g):
      let m = magnitude(a)
      return make(a, a) { l, u in
        _ = g(l, m.lower, MPFR_RNDD)
        _ = g(u, m.upper, MPFR_RNDU)
      }
    case .wave(let g, let slope, let sign): return wave(g, slope, sign, a)
    case .special(let rule): return special(rule, a, b)
    }
  }

  /// `dac` for a box inside the domain, `ill` for one wholly outside, else `trv`.
  private func membership(
    of a: Enclosure, in domain: ElementaryFunction.Domain
  ) -> Decoration {
    var out = Decoration.dac
    for edge in domain.edges {
      // How the two ends lie to the edge: positive is inside.
      let lower = Int(mpfr_cmp_si_2exp(a.lower, edge.at, 0)) * edge.side
      let upper = Int(mpfr_cmp_si_2exp(a.upper, edge.at, 0)) * edge.side
      func isOutside(_ end: Int) -> Bool { edge.isOpen ? end <= 0 : end < 0 }
      if isOutside(lower) && isOutside(upper) { return .ill }
      if isOutside(lower) || isOutside(upper) { out = .trv }
    }
    return out
  }

  /// The part of a box that lies in the closure of a domain.
  private func clipped(_ a: Enclosure, to domain: ElementaryFunction.Domain) -> Enclosure {
    make(a, a) { l, u in
      real_set(l, a.lower, MPFR_RNDD)
      real_set(u, a.upper, MPFR_RNDU)
      for edge in domain.edges {
        if edge.side > 0, mpfr_cmp_si_2exp(l, edge.at, 0) < 0 { mpfr_set_si(l, edge.at, MPFR_RNDD) }
        if edge.side < 0, mpfr_cmp_si_2exp(u, edge.at, 0) > 0 { mpfr_set_si(u, edge.at, MPFR_RNDU) }
      }
    }
  }

  /// Beyond so many bits before the point a sine is not reduced: it may take seconds.
  private static let largestAngle = 1 << 14

  private func isHuge(_ a: Enclosure) -> Bool {
    func isHuge(_ x: UnsafeMutablePointer<__mpfr_struct>) -> Bool {
      mpfr_regular_p(x) != 0 && mpfr_get_exp(x) > EnclosureArithmetic.largestAngle
    }
    return isHuge(a.lower) || isHuge(a.upper)
  }

  /// A sine-like function: where the interval is shorter than half a period an extreme is inside
  /// just if the slopes at its ends differ in sign; where it is shorter than a period, one extreme
  /// if they differ and both or none if they agree.
  private func wave(
    _ g: ElementaryFunction.Real, _ slope: ElementaryFunction.Real, _ sign: Int, _ a: Enclosure
  ) -> Enclosure {
    guard mpfr_number_p(a.lower) != 0, mpfr_number_p(a.upper) != 0, !isHuge(a) else {
      return unitInterval(a.decoration)
    }
    if real_cmp(a.lower, a.upper) == 0 {
      // Correctly rounded: what is not exact lies below the next number.
      let known = Enclosure(bits: 32)
      if isLong { roughly(slope, known.lower, a.lower) }
      return withExtendedLifetime(known) {
        make(a, a) { l, u in
          if isLong, onCrest(g, known.lower, l, a.lower, MPFR_RNDD),
            onCrest(g, known.lower, u, a.lower, MPFR_RNDU)
          {
            return
          }
          let isExact = g(l, a.lower, MPFR_RNDD) == 0
          real_set(u, l, MPFR_RNDU)
          if !isExact { mpfr_nextabove(u) }
        }
      }
    }
    // t.lower: the width, rounded up; t.upper: π, then 2π, rounded down.
    let t = Enclosure(bits: bits)
    mpfr_sub(t.lower, a.upper, a.lower, MPFR_RNDU)
    mpfr_const_pi(t.upper, MPFR_RNDD)
    let isShort = real_cmp(t.lower, t.upper) < 0
    mpfr_mul_2ui(t.upper, t.upper, 1, MPFR_RNDD)
    if real_cmp(t.lower, t.upper) >= 0 { return unitInterval(a.decoration) }
    // A sign survives rounding to nearest. The one rational zero of a slope is that of the sine
    // at 0; it increases there, so just inside its sign is that of the side.
    let s = Enclosure(bits: 32)
    roughly(slope, s.lower, a.lower)
    roughly(slope, s.upper, a.upper)
    let slopes = (Int(real_sign(s.lower)), Int(real_sign(s.upper)))
    let starts = (slopes.0 == 0 ? 1 : slopes.0) * sign
    let ends = (slopes.1 == 0 ? -1 : slopes.1) * sign
    if (starts > 0) == (ends > 0) {
      guard isShort else { return unitInterval(a.decoration) }
      return withExtendedLifetime(s) {
        make(a, a) { l, u in
          let (low, high) = starts > 0 ? (s.lower, s.upper) : (s.upper, s.lower)
          rounded(g, low, l, starts > 0 ? a.lower : a.upper, MPFR_RNDD)
          rounded(g, high, u, starts > 0 ? a.upper : a.lower, MPFR_RNDU)
        }
      }
    }
    return withExtendedLifetime(s) {
      make(a, a) { l, u in
        let rounding = starts > 0 ? MPFR_RNDD : MPFR_RNDU
        rounded(g, s.lower, l, a.lower, rounding)
        rounded(g, s.upper, u, a.upper, rounding)
        if starts > 0 {
          mpfr_min(l, l, u, MPFR_RNDD)
          mpfr_set_si(u, 1, MPFR_RNDU)
        } else {
          mpfr_max(u, l, u, MPFR_RNDU)
          mpfr_set_si(l, -1, MPFR_RNDD)
        }
      }
    }
  }

  /// Whether numbers have so many bits that a wave is first looked at with few.
  private var isLong: Bool { bits >= 512 }

  /// A number that is as near to x as 64 bits behind the point are, which a wave does not tell from x but
  /// next to its zeros.
  private func beside(_ x: Bound) -> Enclosure {
    let near = Enclosure(bits: 64 + max(0, real_sign(x) == 0 ? 0 : real_binary_exponent(x) + 1))
    real_set(near.lower, x, MPFR_RNDN)
    return near
  }

  /// A wave to some 30 bits, with its sign.
  ///
  /// Next to ±1 MPFR takes the longer to round it the more bits x has, but few tell what it is there.
  private func roughly(_ g: ElementaryFunction.Real, _ out: Bound, _ x: Bound) {
    if isLong {
      let near = beside(x)
      withExtendedLifetime(near) { _ = g(out, near.lower, MPFR_RNDN) }
      // x is within 2⁻⁶⁴ of what was asked.
      if real_sign(out) != 0, real_binary_exponent(out) > -30 { return }
    }
    _ = g(out, x, MPFR_RNDN)
  }

  /// A wave at a point, rounded to a side, where its slope there is known to 32 bits.
  private func rounded(
    _ g: ElementaryFunction.Real, _ known: Bound, _ out: Bound, _ x: Bound, _ rounding: mpfr_rnd_t
  ) {
    if !onCrest(g, known, out, x, rounding) { _ = g(out, x, rounding) }
  }

  /// The same next to ±1, as √(1 − g′²); false where 32 bits of the slope are too few for that.
  ///
  /// The slope, next to its zero, is rounded at once, and g′² counts as far as the digits of 1 reach.
  private func onCrest(
    _ g: ElementaryFunction.Real, _ known: Bound, _ out: Bound, _ x: Bound,
    _ rounding: mpfr_rnd_t
  ) -> Bool {
    // An error of 2⁻³⁰ of g′ is one of 2⁻²⁹·g′² of the square.
    guard real_sign(known) != 0, 2 * real_binary_exponent(known) + 2 - 29 < -bits else {
      return false
    }
    let near = beside(x)
    let isUp = withExtendedLifetime(near) {
      _ = g(near.upper, near.lower, MPFR_RNDN)
      return real_sign(near.upper) > 0
    }
    let isAway = (rounding == MPFR_RNDU) == isUp
    let slope = Enclosure(bits: 32)
    defer { withExtendedLifetime(slope) {} }
    real_set(slope.lower, known, MPFR_RNDN)
    // Of the size of the slope a bound on the side that makes the result one on the wanted side.
    if (real_sign(known) > 0) == isAway {
      mpfr_nextbelow(slope.lower)
    } else {
      mpfr_nextabove(slope.lower)
    }
    mpfr_sqr(slope.upper, slope.lower, isAway ? MPFR_RNDD : MPFR_RNDU)
    mpfr_ui_sub(out, 1, slope.upper, isAway ? MPFR_RNDU : MPFR_RNDD)
    mpfr_sqrt(out, out, isAway ? MPFR_RNDU : MPFR_RNDD)
    if !isUp { mpfr_neg(out, out, MPFR_RNDN) }
    return true
  }

  private func unitInterval(_ decoration: Decoration) -> Enclosure {
    make(decoration) { l, u in
      mpfr_set_si(l, -1, MPFR_RNDD)
      mpfr_set_si(u, 1, MPFR_RNDU)
    }
  }

  private func special(
    _ rule: ElementaryFunction.Special, _ a: Enclosure, _ b: Enclosure
  ) -> Enclosure {
    switch rule {
    case .min:
      return make(a, b) { l, u in
        mpfr_min(l, a.lower, b.lower, MPFR_RNDD)
        mpfr_min(u, a.upper, b.upper, MPFR_RNDU)
      }
    case .max:
      return make(a, b) { l, u in
        mpfr_max(l, a.lower, b.lower, MPFR_RNDD)
        mpfr_max(u, a.upper, b.upper, MPFR_RNDU)
      }
    case .hypot:
      let m = magnitude(a)
      let n = magnitude(b)
      return make(a, b) { l, u in
        mpfr_hypot(l, m.lower, n.lower, MPFR_RNDD)
        mpfr_hypot(u, m.upper, n.upper, MPFR_RNDU)
      }
    case .tan:
      // Where the cosine keeps its sign no pole is met and the tangent increases.
      let cosine = wave(mpfr_cos, mpfr_sin, -1, a)
      let isPoint = real_cmp(a.lower, a.upper) == 0
      guard !isHuge(a), isPoint || cosine.boundSign.map({ $0 != 0 }) == true else {
        return anything(.trv)
      }
      return make(a, a) { l, u in
        _ = mpfr_tan(l, a.lower, MPFR_RNDD)
        _ = mpfr_tan(u, a.upper, MPFR_RNDU)
      }
    case .atan2: return angle(a, b)
    case .pow: return power(a, b)
    }
  }

  /// atan2(y, x): monotone in each argument away from the cut and the origin, so the corners
  /// bound it; over the cut it jumps.
  private func angle(_ y: Enclosure, _ x: Enclosure) -> Enclosure {
    if y.boundSign == 0 && x.boundSign == 0 { return undefined }
    let meetsOrigin = (y.boundSign ?? 0) == 0 && (x.boundSign ?? 0) == 0
    let meetsCut = real_sign(x.lower) < 0 && real_sign(y.lower) < 0 && real_sign(y.upper) >= 0
    if meetsOrigin || meetsCut {
      let least = min(x.decoration, y.decoration)
      return make(min(least, meetsOrigin ? .trv : .def)) { l, u in
        mpfr_const_pi(u, MPFR_RNDU)
        mpfr_neg(l, u, MPFR_RNDD)
      }
    }
    if real_sign(y.lower) != 0 { return corners(y, x, mpfr_atan2) }
    // MPFR takes −0 for the lower side of the cut; the number 0 is on the upper one.
    let unsigned = make(y, y) { _, u in _ = real_abs(u, y.upper, MPFR_RNDU) }
    return corners(unsigned, x, mpfr_atan2)
  }

  private func power(_ x: Enclosure, _ y: Enclosure) -> Enclosure {
    if let n = y.exact?.integer, n.magnitude < 1 << 40 { return power(x, n) }
    let least = min(x.decoration, y.decoration)
    let isRoot = y.boundSign == 1
    switch x.boundSign {
    case 1: return positivePower(x, y)
    case 0:
      // 0⁰ is 1 where the exponent is exactly 0, which is a power above.
      if isRoot { return lowered(constant(.zero), to: least) }
      return y.boundSign == -1 ? undefined : anything(.trv)
    case -1: return containsInteger(y) ? anything(.trv) : undefined
    default:
      // [0, u] to a positive power is increasing in x; a base that may be negative is uncertain.
      guard isRoot else { return anything(.trv) }
      if real_sign(x.lower) >= 0 { return corners(x, y, mpfr_pow) }
      return lowered(corners(clipped(x, to: .nonNegative), y, mpfr_pow), to: .trv)
    }
  }

  /// x^y of positive x: it rises with x where y > 0, and with y where x > 1, so that two corners bound it.
  private func positivePower(_ x: Enclosure, _ y: Enclosure) -> Enclosure {
    if let close = powerBesideOne(x, y) { return close }
    let isLarge = mpfr_cmp_si_2exp(x.lower, 1, 0) >= 0
    guard let sign = y.boundSign, isLarge || mpfr_cmp_si_2exp(x.upper, 1, 0) <= 0 else {
      return corners(x, y, mpfr_pow)
    }
    let (least, most) = sign >= 0 ? (x.lower, x.upper) : (x.upper, x.lower)
    let (low, high) = isLarge ? (y.lower, y.upper) : (y.upper, y.lower)
    return make(x, y) { l, u in
      mpfr_pow(l, least, low, MPFR_RNDD)
      mpfr_pow(u, most, high, MPFR_RNDU)
    }
  }

  /// x^y = e^z with z = y·log x where |z| < 2^(−bits/2): 1 + z ≤ e^z ≤ 1 + z + z² is tight there, and to
  /// round a number so close to 1 takes MPFR up to thirty times as long as another; nil elsewhere.
  private func powerBesideOne(_ x: Enclosure, _ y: Enclosure) -> Enclosure? {
    let one = constant(.one)
    guard let rate = magnitude(y).exponent, let gap = magnitude(subtract(x, one)).exponent else {
      return nil
    }
    // |y| < 2^(rate + 1); |log x| ≤ 2|x − 1| from 1/2 on, and below 2⁶⁴ for every bound.
    guard rate + 1 + (gap <= -2 ? gap + 2 : 64) <= -bits / 2 else { return nil }
    let z = multiply(y, lift(.row(named: "log"), x, x))
    let square = power(z, 2)
    return make(z, square) { l, u in
      mpfr_add_ui(l, z.lower, 1, MPFR_RNDD)
      mpfr_add(u, square.upper, z.upper, MPFR_RNDU)
      mpfr_add_ui(u, u, 1, MPFR_RNDU)
    }
  }

  /// Whether some number of the bounds may be an integer.
  private func containsInteger(_ y: Enclosure) -> Bool {
    let floors = make { l, u in
      _ = real_floor(l, y.lower, MPFR_RNDD)
      _ = real_floor(u, y.upper, MPFR_RNDU)
    }
    return mpfr_integer_p(y.lower) != 0 || !floors.isPoint
  }

  private typealias Binary = (
    UnsafeMutablePointer<__mpfr_struct>?, UnsafePointer<__mpfr_struct>?,
    UnsafePointer<__mpfr_struct>?, mpfr_rnd_t
  ) -> Int32

  /// For a function monotone in each argument over the box.
  private func corners(_ a: Enclosure, _ b: Enclosure, _ g: Binary) -> Enclosure {
    make(a, b) { l, u in
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
