// A decimal literal is an exact rational: 1.2 is 6/5, 1e-3 is 1/1000.

/// Numbers as they are typed.
package enum Literal {
  /// The value of digits with at most one point and one exponent.
  /// - Throws: a fault for numbers above the largest double.
  package static func value(of text: String, at range: SourceRange) throws(Fault) -> Rational {
    var digits = ""
    var exponent = 0
    var fraction = false
    var rest = Substring(text)
    while let c = rest.first, c != "e", c != "E" {
      rest.removeFirst()
      if c == "." {
        fraction = true
      } else {
        digits.append(c)
        if fraction { exponent -= 1 }
      }
    }
    if !rest.isEmpty {
      guard let e = Int(rest.dropFirst().drop { $0 == "+" }), abs(e) < 1 << 40 else {
        throw tooLarge(text, range)
      }
      exponent += e
    }
    let significant = digits.drop { $0 == "0" }
    if significant.isEmpty { return .zero }
    let magnitude = significant.count + exponent
    if magnitude > 309 { throw tooLarge(text, range) }
    if magnitude < -400 { return .zero }
    // Beyond 1,000 digits no double can tell the difference.
    let kept = significant.prefix(1000)
    exponent += significant.count - kept.count
    guard let value = Rational(digits: String(kept), exponent: exponent) else {
      throw Fault("\(text) is not a number", at: range)
    }
    if value > largest { throw tooLarge(text, range) }
    return value
  }

  /// Whether a literal is so small that it counts as 0: not 0 and below half the smallest double.
  package static func underflows(_ text: String) -> Bool {
    let mantissa = text.prefix { $0 != "e" && $0 != "E" }
    guard mantissa.contains(where: { $0 != "0" && $0 != "." }) else { return false }
    guard let v = try? value(of: text, at: SourceRange(0, 0)) else { return false }
    return v.truncatedDouble == 0
  }

  /// (2⁵³ − 1)·2⁹⁷¹, the largest double.
  private static let largest =
    Rational((1 << 53) - 1) * (Rational(2).power(971) ?? .one)

  private static func tooLarge(_ text: String, _ range: SourceRange) -> Fault {
    let shown = text.count > 20 ? text.prefix(20) + "…" : Substring(text)
    return Fault("\(shown) is larger than 1.797e308, the largest number here", at: range)
  }
}

extension Rational {
  /// The nearest double, ties to even; ±∞ above the largest.
  package var nearestDouble: Double {
    // GMP truncates; the neighbour away from zero may be nearer.
    let low = truncatedDouble
    let high = sign < 0 ? low.nextDown : low.nextUp
    guard let a = Rational(low), let b = Rational(high), a != self else { return low }
    let down = (self - a).magnitude
    let up = (b - self).magnitude
    if down == up { return low.significandBitPattern & 1 == 0 ? low : high }
    return down < up ? low : high
  }
}
