// Numbers that may be printed: exact, or enclosed tightly enough that their digits are certain.
import CMPFR

/// A number with what is known of it: a fraction, bounds, or that there is none.
package enum Certified: Sendable {
  case exact(Rational)
  case enclosed(Enclosure)
  /// No number, and why (made by reports, never by an arithmetic).
  case undefined(String)

  /// The exact value of a double; undefined where that is infinite or no number.
  package init(_ d: Double) {
    self = Rational(d).map(Certified.exact) ?? .undefined("beyond the doubles")
  }

  /// −1, 0, 1 where certain.
  package var sign: Int? {
    switch self {
    case .exact(let r): r.sign
    case .enclosed(let e): e.sign
    case .undefined: nil
    }
  }

  package var isDefined: Bool {
    switch self {
    case .exact: true
    case .enclosed(let e): e.isDefined
    case .undefined: false
    }
  }

  /// The double nearest to the value; nil where there is none or it is not decided.
  package var nearestDouble: Double? {
    switch self {
    case .exact(let r): r.nearestDouble + 0
    case .enclosed(let e): e.nearestDouble
    case .undefined: nil
    }
  }

  /// A double within or next to what is known, for iterations that are judged by their results and for
  /// the places of marks; never for a number that is shown.
  package var estimate: Double? {
    guard case .enclosed(let e) = self, e.isDefined else { return nearestDouble }
    return e.midpoint
  }

  /// How many significant digits (at most `wanted`) are certain; 0 where not even the sign is.
  package func certainDigits(_ wanted: Int) -> Int {
    switch self {
    case .exact: return wanted
    case .undefined: return wanted
    case .enclosed(let e):
      guard e.isDefined else { return 0 }
      if e.isPoint { return wanted }
      guard let s = e.sign, s != 0 else { return 0 }
      var n = wanted
      while n > 0 {
        if let (l, u) = e.ends(digits: n), l == u { return n }
        n -= 1
      }
      return 0
    }
  }

  /// Whether so many digits and the nearest double are certain.
  package func isCertain(_ digits: Int) -> Bool {
    guard certainDigits(digits) == digits else { return false }
    if case .enclosed(let e) = self { return e.nearestDouble != nil }
    return true
  }

  /// Whether the number is shown to be less than 10⁻³⁰⁰ in size, which is how it is then printed.
  ///
  /// A zero that only enclosures could show is one of these at any precision.
  package var isBelowNotice: Bool {
    guard case .enclosed(let e) = self, e.isDefined, e.sign == nil else { return false }
    return max(-e.lowerDouble, e.upperDouble) < Certified.leastNoticed
  }
  static let leastNoticed = 1e-300

  /// The number under an arithmetic.
  package func number(_ a: EnclosureArithmetic) -> Enclosure {
    switch self {
    case .exact(let r): a.constant(r)
    case .enclosed(let e): e
    case .undefined: a.undefined
    }
  }
}

extension Enclosure {
  /// The bounds as exact numbers, where they are finite and short enough for fractions.
  package var rational: (Rational, Rational)? {
    guard isDefined, let l = Enclosure.fraction(lower), let u = Enclosure.fraction(upper) else {
      return nil
    }
    return (l, u)
  }
}

/// To which side a bound is rounded, so that it stays one.
package enum OutwardSide: Sendable { case lower, upper }

/// Decimal digits of a number: ± 0.d₁d₂… × 10^exponent.
package struct Decimal: Equatable, Sendable {
  package var negative: Bool
  package var digits: [UInt8]
  package var exponent: Int
}

extension Rational {
  /// The nearest number of so many significant decimal digits.
  package func rounded(digits n: Int) -> Rational {
    if isZero { return self }
    let d = decimal(digits: n)
    let size = d.digits.reduce(Rational.zero) { $0 * Rational(10) + Rational(Int($1)) }
    let scaled = size * (Rational(10).power(d.exponent - d.digits.count) ?? .one)
    return d.negative ? -scaled : scaled
  }

  /// A number of so many significant decimal digits (or one more) next to it on one side.
  package func rounded(digits n: Int, _ side: OutwardSide) -> Rational {
    let r = rounded(digits: n)
    guard side == .lower ? r > self : r < self else { return r }
    let unit = Rational(10).power(r.decimal(digits: n).exponent - n) ?? .zero
    return side == .lower ? r - unit : r + unit
  }

  /// Correctly rounded to so many significant digits, ties away from zero; zeros dropped at the end.
  package func decimal(digits n: Int) -> Decimal {
    if isZero { return Decimal(negative: false, digits: [0], exponent: 1) }
    var buffer = [CChar](repeating: 0, count: n + 3)
    var exponent = 0
    rational_digits(pointer, n, &buffer, &exponent)
    var digits = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) - 0x30 }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    return Decimal(negative: sign < 0, digits: digits, exponent: exponent)
  }
}

extension Decimal {
  /// Plain notation for 1e-5 ≤ |x| < 10^max(digits, 6)…, else scientific; the sign is ASCII.
  package func text(width: Int) -> String {
    let sign = negative ? "-" : ""
    let d = digits.map { String($0) }.joined()
    if exponent > max(width, 6) || exponent < -4 {
      let rest = d.dropFirst()
      return sign + d.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e" + String(exponent - 1)
    }
    if exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + d }
    if d.count <= exponent {
      return sign + d + String(repeating: "0", count: exponent - d.count)
    }
    return sign + d.prefix(exponent) + "." + d.dropFirst(exponent)
  }
}
