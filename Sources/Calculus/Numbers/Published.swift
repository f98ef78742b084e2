// The one gate through which a certified number reaches a reader: digits that are certain, a bound, or
// the word that it is not decided or undefined. Nothing between the ends of an enclosure is shown.
import CMPFR

extension Certified {
  /// What may be shown of a number.
  package enum Published: Equatable, Sendable {
    /// So many of the digits wanted are certain, at least one.
    case digits(Decimal, certain: Int)
    /// Perhaps 0, and below 10^`exponent` in size.
    case small(exponent: Int)
    /// Between two numbers, rounded outward; nil where there is no end within reach.
    case within(Decimal?, Decimal?)
    /// Beyond ±10^`exponent` and the doubles, how far is not known.
    case overflow(isNegative: Bool, exponent: Int)
    /// Whether there is a number is not known.
    case notDecided
    /// There is no number, and why where that is known.
    case undefined(String)
  }

  /// The number to so many significant digits, as far as it may be shown.
  package func published(digits n: Int) -> Published {
    switch self {
    case .undefined(let why): return .undefined(why)
    case .exact(let r): return .digits(r.decimal(digits: n), certain: n)
    case .enclosed(let e):
      if e.decoration == .ill { return .undefined("") }
      guard e.isDefined else { return .notDecided }
      let certain = certainDigits(n)
      if certain > 0, let (l, _) = e.ends(digits: certain) { return .digits(l, certain: certain) }
      if e.sign == 0 { return .digits(.zero, certain: n) }
      if e.sign == nil, let (l, u) = e.ends(digits: 1) {
        let sizes = [l, u].filter { $0 != .zero }.map(\.exponent)
        return .small(exponent: sizes.max() ?? 1)
      }
      let (l, u) = (e.outward(digits: n, lower: true), e.outward(digits: n, lower: false))
      // The end that is known, where the other is out of reach.
      if let end = l == nil ? u : l, l == nil || u == nil, end.exponent > Decimal.largestDouble,
        end.negative == (l == nil)
      {
        return .overflow(isNegative: end.negative, exponent: end.exponent - 1)
      }
      return .within(l, u)
    }
  }

  /// The number to so many significant digits, every one certain; fewer carry `~`.
  package func text(digits n: Int, signed: Bool = false) -> String {
    let plus = signed && sign == 1 ? "+" : ""
    switch published(digits: n) {
    case .undefined: return "undefined"
    case .notDecided: return "not decided"
    case .digits(let d, let certain):
      return plus + d.text(width: n) + (certain < n ? "~" : "")
    case .overflow(let isNegative, let exponent):
      return isNegative ? "overflow (< -1e\(exponent))" : "overflow (> 1e\(exponent))"
    case .small(let exponent): return "|·|<1e" + String(max(exponent, -300))
    case .within(let l, let u):
      return (l.map { "[" + $0.text(width: n) } ?? "(-∞") + ", "
        + (u.map { $0.text(width: n) + "]" } ?? "∞)")
    }
  }
}

extension Enclosure {
  /// Both ends to so many significant digits, correctly rounded, ties away from zero where they are
  /// short enough for fractions (beyond, a tie would need thousands of digits); nil where one is
  /// infinite.
  func ends(digits n: Int) -> (Decimal, Decimal)? {
    if let (l, u) = rational { return (l.decimal(digits: n), u.decimal(digits: n)) }
    guard isDefined, mpfr_number_p(lower) != 0, mpfr_number_p(upper) != 0 else { return nil }
    return (Decimal(lower, digits: n, MPFR_RNDN), Decimal(upper, digits: n, MPFR_RNDN))
  }

  /// One end rounded away from the values; nil where it is infinite.
  func outward(digits n: Int, lower isLower: Bool) -> Decimal? {
    let end = isLower ? lower : upper
    guard mpfr_number_p(end) != 0 else { return nil }
    return Decimal(end, digits: n, isLower ? MPFR_RNDD : MPFR_RNDU)
  }
}

extension Decimal {
  static let zero = Decimal(negative: false, digits: [0], exponent: 1)
  /// The exponent of the largest double, 0.1797…·10³⁰⁹.
  static let largestDouble = 309

  /// A finite number to so many significant digits, zeros dropped at the end.
  init(_ x: UnsafePointer<__mpfr_struct>, digits n: Int, _ rounding: mpfr_rnd_t) {
    if mpfr_zero_p(x) != 0 {
      self = .zero
      return
    }
    // A sign, the digits, the end; MPFR wants seven places at least.
    var buffer = [CChar](repeating: 0, count: max(n + 2, 7))
    var exponent = 0
    real_digits(x, n, rounding, &buffer, &exponent)
    var digits = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let negative = digits.first == UInt8(ascii: "-")
    if negative { digits.removeFirst() }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    self.init(negative: negative, digits: digits.map { $0 - 0x30 }, exponent: exponent)
  }

  /// The double nearest to these digits; infinite or 0 beyond the doubles.
  package var nearestDouble: Double {
    Double((negative ? "-0." : "0.") + digits.map { String($0) }.joined() + "e\(exponent)") ?? .nan
  }
}
