// How exact numbers are written in formulas.

extension Rational {
  /// Numerator and denominator where both fit an integer.
  var fraction: (numerator: Int, denominator: Int)? {
    let parts = description.split(separator: "/")
    guard let p = Int(parts[0]), let q = parts.count > 1 ? Int(parts[1]) : 1 else { return nil }
    return (p, q)
  }

  /// The exact decimal text, nil where the decimals do not end (or are very many).
  var decimal: String? {
    var places = 0
    var scaled = magnitude
    let ten = Rational(10)
    while !scaled.isInteger {
      scaled = scaled * ten
      places += 1
      if places > (bits > 80 ? 400 : 20) { return nil }
    }
    var digits = scaled.description
    var zeros = 0
    while digits.count > 1, digits.last == "0" {
      digits.removeLast()
      zeros += 1
    }
    let exponent = zeros - places
    let minus = sign < 0 ? "-" : ""
    if digits.count + max(0, exponent) > 18, exponent > 6 { return "\(minus)\(digits)e\(exponent)" }
    if exponent >= 0 { return minus + digits + String(repeating: "0", count: exponent) }
    if -exponent > digits.count + 6 { return "\(minus)\(digits)e\(exponent)" }
    while digits.count <= -exponent { digits = "0" + digits }
    let point = digits.index(digits.endIndex, offsetBy: exponent)
    return minus + digits[..<point] + "." + digits[point...]
  }

  /// Whether a careful writer prefers a decimal to a fraction: 0.15, but 1/3 and 3/4.
  var prefersDecimal: Bool {
    if isInteger { return true }
    if let (_, q) = fraction, q <= 12, q % 5 != 0 { return false }
    guard let text = decimal else { return false }
    return text.count <= 14
  }
}
