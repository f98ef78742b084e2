// Tick values are exact decimals, n·10ᵉ with integers n and e: their labels are the shortest that
// name them, and no rounding noise (0.30000000000000004) can appear.

import Glibc

struct Decimal: Sendable, Equatable {
  var digits: Int
  var exponent: Int

  /// The double nearest to the number, where |digits| < 2⁵³ and |exponent| ≤ 22; else within an ulp.
  var value: Double {
    exponent < 0
      ? exponent < -308
        ? Double(digits) / 1e308 / pow(10, Double(-exponent - 308))
        : Double(digits) / pow(10, Double(-exponent))
      : Double(digits) * pow(10, Double(exponent))
  }

  /// The same number without trailing zeros.
  var reduced: Decimal {
    if digits == 0 { return Decimal(digits: 0, exponent: 0) }
    var d = self
    while d.digits % 10 == 0 {
      d.digits /= 10
      d.exponent += 1
    }
    return d
  }

  /// The power of ten of the leading digit; nil for 0.
  var magnitude: Int? {
    digits == 0 ? nil : String(digits.magnitude).count - 1 + exponent
  }

  /// The shortest decimal without an exponent: "-0.25", "1200".
  var text: String {
    let r = reduced
    let sign = r.digits < 0 ? "-" : ""
    let s = String(r.digits.magnitude)
    if r.exponent >= 0 { return sign + s + String(repeating: "0", count: r.exponent) }
    let point = s.count + r.exponent
    if point > 0 { return sign + s.prefix(point) + "." + s.dropFirst(point) }
    return sign + "0." + String(repeating: "0", count: -point) + s
  }

  /// "10⁻³", "2·10⁵", "-10²"; 1 is "1" and 10 is "10".
  var powerText: String {
    let r = reduced
    if r.digits == 0 { return "0" }
    if r.exponent == 0 { return String(r.digits) }
    if r.exponent == 1 { return String(r.digits * 10) }
    let factor = r.digits == 1 ? "" : r.digits == -1 ? "-" : "\(r.digits)·"
    return factor + Decimal.powerOfTen(r.exponent)
  }

  /// "10⁻³".
  static func powerOfTen(_ exponent: Int) -> String {
    "10" + String(String(exponent).unicodeScalars.map { superscripts[$0] ?? Character($0) })
  }

  private static let superscripts: [Unicode.Scalar: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
    "8": "⁸", "9": "⁹",
  ]
}
