// Functions of balls by + − × ÷ and scaling by powers of two alone, so that their bits are the same on every machine,
// each with a bound that is proved here. Below u is 2⁻⁵³; every operation of doubles is off by u of its result at
// most, where that is a normal number.
//
// exp. k is the whole number next to x/ln 2, L₁ is ln 2 to 32 bits, so that k·L₁ is exact, |k| < 2¹¹; x − k·L₁ is exact
// (for k ≠ 0 both are multiples of 2⁻⁵⁴, and their difference is below ½), and r = (x − k·L₁) − k·L₂ is off by u|r| + 2⁻¹⁰u. With
// |r| ≤ 0.36 that moves eʳ by 0.4u of it. Taylor's polynomial to r¹³ leaves out less than r¹⁴/14!·1.5 < 0.11u. By Horner's
// scheme q = (p − 1)/r is off by less than 3u of itself (each stage adds (1 + |r|/2·…)u), |r·q| ≤ 0.44, and p = 1 + r·q
// adds u: together less than (1 + 0.44·4/0.69)u ≈ 3.6u of p ≥ 0.69. Times 2ᵏ is exact. In all below 4.5u: 8u is taken.
//
// expm1. For |x| ≤ 0.36 it is x·q with k = 0: below 4u + 0.2u. Else eˣ − 1, with 8u of eˣ: eˣ/|eˣ − 1| ≤ 3.4 there:
// 27.2u + u. 32u is taken for both.
//
// log. x = 2ᵏ·m with m from √½ to √2; m − 1 is exact (Sterbenz), s = (m − 1)/(m + 1) is off by 2u + u², and
// log m = 2s(1 + s²/3 + s⁴/5 + …) by its terms to s²⁰ leaves out less than 0.03²·¹¹/23 < 0.01u. The series is 1 + z·q with
// |z·q| < 0.011: off by 1.1u; s moves it by 1.04·2u; two products add 2u: below 6u of log m. Then k·L₁ exact, and
// k·L₂ + log m, added to it: |log x| ≥ 0.34 ≥ |log m| for k ≠ 0, so that 6u + 3u of it remain: 12u is taken.
//
// log1p. For −0.29 ≤ x ≤ 0.41 as log m with s = x/(2 + x): 2u again, 12u. Else log(1 + x): 1 + x is off by u of itself,
// which moves the logarithm by u absolutely, at most 3u of it: 15u, 16u is taken.
//
// From these: softplus x = max(x, 0) + log1p(e^−|x|), both terms positive: 8u of e moves log1p(e) by 8u of it, 16u, u:
// 32u is taken. tanh x = E/(E + 2), E = expm1 2|x|: 32u moves it by 32u of it at most, 2u: 40u is taken.
// cosh x = (e^|x| + e^−|x|)/2: 8u, 3u: 16u is taken.

/// Functions of doubles with proved bounds.
enum BallFunctions {
  private static let firstLog2 = 0x1.62E42FEEp-1
  private static let secondLog2 = 0x1.A39EF35793C76p-33
  /// Beyond, eˣ or its inverse is near the ends of the doubles.
  private static let largest = 700.0

  /// 1/k! for k = 2…13, the last first.
  private static let factorials: [Double] = (2...13).reversed().map { n in
    1 / (1...n).reduce(1.0) { $0 * Double($1) }
  }

  /// (eʳ − 1)/r, for |r| ≤ 0.36; coefficients are off by u each, which Horner's bound holds with them.
  @inline(__always)
  private static func quotient(_ r: Double) -> Double {
    factorials.withUnsafeBufferPointer { c in
      var q = c[0]
      for k in 1..<c.count { q = q * r + c[k] }
      return q * r + 1
    }
  }

  /// eˣ within 8u of it, for |x| ≤ 700.
  @inline(__always)
  static func exp(_ x: Double) -> Double {
    let k = (x * 1.4426950408889634).rounded()
    let r = (x - k * firstLog2) - k * secondLog2
    let p = 1 + r * quotient(r)
    let biased = Int64(clamping: Int(exactly: k) ?? 0) + 1023
    return p * Double(bitPattern: UInt64(clamping: biased) << 52)
  }

  /// eˣ − 1 within 32u of it, for |x| ≤ 700.
  @inline(__always)
  static func expm1(_ x: Double) -> Double { abs(x) <= 0.36 ? x * quotient(x) : exp(x) - 1 }

  /// 2·atanh s within 4u of it and what s is off, for |s| ≤ 0.1716.
  @inline(__always)
  private static func doubledArtanh(_ s: Double) -> Double {
    let z = s * s
    var q = 1.0 / 21
    q = q * z + 1.0 / 19
    q = q * z + 1.0 / 17
    q = q * z + 1.0 / 15
    q = q * z + 1.0 / 13
    q = q * z + 1.0 / 11
    q = q * z + 1.0 / 9
    q = q * z + 1.0 / 7
    q = q * z + 1.0 / 5
    q = q * z + 1.0 / 3
    return 2 * s * (1 + z * q)
  }

  /// log x within 12u of it, for normal x > 0.
  @inline(__always)
  static func log(_ x: Double) -> Double {
    var (k, m) = (Double(x.exponent), x.significand)
    if m > 1.4142135623730951 {
      k += 1
      m *= 0.5
    }
    let l = doubledArtanh((m - 1) / (m + 1))
    return k == 0 ? l : k * firstLog2 + (k * secondLog2 + l)
  }

  /// log(1 + x) within 16u of it, for x > −1 such that 1 + x is no less than 2⁻⁵⁰.
  @inline(__always)
  static func log1p(_ x: Double) -> Double {
    x >= -0.29 && x <= 0.41 ? doubledArtanh(x / (2 + x)) : log(1 + x)
  }

  /// By the row of the table: f of a ball; nil where it is not known there.
  static let table: [UInt8: @Sendable (Ball) -> Ball?] = {
    let rows: [(String, @Sendable (Ball) -> Ball?)] = [
      ("exp", { b in grown(b, 8, exp) }),
      ("cosh", { b in grown(b, 16) { (exp(abs($0)) + exp(-abs($0))) / 2 } }),
      ("log", { b in logarithm(b, log, 12) }),
      (
        "log1p",
        { b in
          // 1 + x is off by u, the difference by no more than 300u then.
          guard b.middle > -0.999, b.radius < 0.99 * (1 + b.middle), b.middle < 1e300 else {
            return nil
          }
          return scaled(
            b, log1p(b.middle), 16, slope: (1 + 1e-12) / (1 + b.middle - b.radius))
        }
      ),
      (
        "expm1",
        { b in
          guard abs(b.middle) <= largest, b.radius <= 0.5 else { return nil }
          return scaled(b, expm1(b.middle), 32, slope: exp(b.middle) * (1 + 2 * b.radius) * 1.0001)
        }
      ),
      ("softplus", softplus),
      (
        "logsigmoid",
        { b in
          softplus(Ball(-b.middle, b.radius)).map { Ball(-$0.middle, $0.radius) }
        }
      ),
      (
        "tanh",
        { b in
          // Beyond 18.4 it is 1 less than 2⁻⁵³.
          guard abs(b.middle) <= largest / 2 else { return nil }
          let e = expm1(2 * abs(b.middle))
          let value = e / (e + 2)
          return scaled(b, b.middle < 0 ? -value : value, 40, slope: 1)
        }
      ),
    ]
    return Dictionary(
      uniqueKeysWithValues: rows.map { (ElementaryFunction.row(named: $0.0).index, $0.1) })
  }()

  /// A value with a share of u, and what the radius carries through a slope that is nowhere in the ball larger.
  @inline(__always)
  private static func scaled(_ b: Ball, _ value: Double, _ units: Double, slope: Double) -> Ball? {
    let radius = (abs(value) * units * Ball.unit + b.radius * slope) * Ball.outward + Ball.least
    return value.isFinite && radius < .infinity && slope >= 0 ? Ball(value, radius) : nil
  }

  /// A function whose logarithm has a slope of size 1 at most: eʳ − 1 ≤ r + r² for r ≤ ½.
  @inline(__always)
  private static func grown(_ b: Ball, _ units: Double, _ f: (Double) -> Double) -> Ball? {
    guard abs(b.middle) <= largest, b.radius <= 0.5 else { return nil }
    let value = f(b.middle)
    let share = b.radius + b.radius * b.radius
    return Ball(
      value,
      value * (units * Ball.unit * (1 + share) + share) * (1 + 2 * units * Ball.unit)
        * Ball.outward + Ball.least)
  }

  /// log m ± r lies within r/(m − r) of log m.
  @inline(__always)
  private static func logarithm(
    _ b: Ball, _ f: (Double) -> Double, _ units: Double
  ) -> Ball? {
    let least = (b.middle - b.radius) * (1 - 4 * Ball.unit)
    guard least >= .leastNormalMagnitude, b.middle < .infinity else { return nil }
    return scaled(b, f(b.middle), units, slope: (1 + 4 * Ball.unit) / least)
  }

  /// max(x, 0) + log1p(e^−|x|), of slope 1 at most.
  @inline(__always)
  private static func softplus(_ b: Ball) -> Ball? {
    guard abs(b.middle) <= largest else { return nil }
    let value = max(b.middle, 0) + log1p(exp(-abs(b.middle)))
    // Of a large negative argument the slope is as small as the value.
    let slope = b.middle + b.radius < 0 ? min(1, exp(b.middle + b.radius) * 1.0001) : 1
    return scaled(b, value, 32, slope: slope)
  }
}
