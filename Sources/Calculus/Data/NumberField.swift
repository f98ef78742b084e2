// Decimals of a file → doubles: the nearest one, always; the common ones by one exact operation (Clinger, How to
// read floating point numbers accurately, PLDI 1990).
import Glibc

/// What a field of a file is.
enum NumberField {
  case number(Double)
  /// It says that a value is missing: empty, NA, NaN, null, inf.
  case missing
  /// It is no number.
  case text
  /// It is a number beyond the doubles.
  case tooLarge
  /// It is not 0, and no double but 0 is near.
  case tooSmall

  /// Powers of ten that doubles have exactly.
  private static let powers: [Double] = (0...22).map { k in
    (0..<k).reduce(1) { p, _ in p * 10 }
  }

  /// - Parameters:
  ///   - field: without blanks around it.
  ///   - point: the decimal sign, `.` or `,`.
  ///
  /// Cost: some 10 ns; a number of more than 15 digits some 200.
  @inline(__always)
  init(_ field: UnsafeBufferPointer<UInt8>, point: UInt8) {
    let count = field.count
    var k = 0
    var isNegative = false
    if count > 0, field[0] == 0x2D || field[0] == 0x2B {
      isNegative = field[0] == 0x2D
      k = 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    while k < count, field[k] &- 0x30 < 10 {
      if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(clamping: field[k] &- 0x30) }
      digits += mantissa == 0 ? 0 : 1
      k += 1
    }
    let whole = k
    var fraction = 0
    if k < count, field[k] == point {
      k += 1
      let start = k
      while k < count, field[k] &- 0x30 < 10 {
        if digits < 19 {
          mantissa = mantissa &* 10 &+ UInt64(clamping: field[k] &- 0x30)
          exponent -= 1
        }
        digits += mantissa == 0 ? 0 : 1
        k += 1
      }
      fraction = k - start
    }
    let hasSign = count > 0 && (field[0] == 0x2D || field[0] == 0x2B)
    guard whole - (hasSign ? 1 : 0) + fraction > 0 else {
      self = NumberField.isMissing(field) ? .missing : .text
      return
    }
    if k < count, field[k] | 0x20 == 0x65 {
      var e = k + 1
      var isDown = false
      if e < count, field[e] == 0x2D || field[e] == 0x2B {
        isDown = field[e] == 0x2D
        e += 1
      }
      guard e < count, field[e] &- 0x30 < 10 else {
        self = .text
        return
      }
      var n = 0
      while e < count, field[e] &- 0x30 < 10 {
        n = min(n * 10 + Int(clamping: field[e] &- 0x30), 100_000)
        e += 1
      }
      exponent += isDown ? -n : n
      k = e
    }
    guard k == count else {
      self = NumberField.isMissing(field) ? .missing : .text
      return
    }
    if digits <= 19, mantissa < 1 << 53, abs(exponent) <= 22 {
      let m = Double(mantissa)
      let v = exponent < 0 ? m / NumberField.powers[-exponent] : m * NumberField.powers[exponent]
      self = .number(isNegative && v != 0 ? -v : v)
      return
    }
    self = NumberField.slow(field, point)
  }

  /// A number that takes more than one rounding.
  @inline(never)
  private static func slow(_ field: UnsafeBufferPointer<UInt8>, _ point: UInt8) -> NumberField {
    let text = String(decoding: field.map { $0 == point ? 0x2E : $0 }, as: UTF8.self)
    // "5." is a number in files.
    let padded = text.hasSuffix(".") ? text + "0" : text
    guard let v = Double(padded) else { return .text }
    guard v.isFinite else { return .tooLarge }
    let digits = text.prefix { $0 != "e" && $0 != "E" }
    if v == 0, digits.contains(where: { "123456789".contains($0) }) { return .tooSmall }
    return .number(v + 0)
  }

  /// What programs write for nothing.
  private static let absent: Set<String> = [
    "", "na", "n/a", "nan", "null", "none", "-", "?", ".", "inf", "infinity", "#n/a", "missing",
  ]

  @inline(never)
  private static func isMissing(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    guard field.count <= 9 else { return false }
    var text = String(decoding: field, as: UTF8.self).lowercased()
    if text.count > 1, let sign = text.first, "+-".contains(sign) { text.removeFirst() }
    return absent.contains(text)
  }
}
