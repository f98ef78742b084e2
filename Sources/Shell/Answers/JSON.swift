// JSON values, written for `--json`; nothing is ever read.
import Calculus

/// A value of JSON; members keep their order.
package indirect enum JSON: Sendable {
  case object([(String, JSON)])
  case array([JSON])
  case string(String)
  case number(Double)
  case bool(Bool)
  case null

  package var text: String {
    switch self {
    case .object(let members):
      "{" + members.map { JSON.quoted($0.0) + ":" + $0.1.text }.joined(separator: ",") + "}"
    case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
    case .string(let s): JSON.quoted(s)
    case .number(let d): JSON.shortest(d)
    case .bool(let b): b ? "true" : "false"
    case .null: "null"
    }
  }

  /// So many significant decimal digits every double keeps.
  static let mostDigits = 15

  /// Shortest round-trip form; whole numbers without ".0".
  static func shortest(_ d: Double) -> String {
    guard d.isFinite else { return "null" }
    let s = "\(d)"
    return s.hasSuffix(".0") ? String(s.dropLast(2)) : s
  }

  static func quoted(_ s: String) -> String {
    var out = "\""
    for u in s.unicodeScalars {
      switch u {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case _ where u.isHidden:
        for unit in String(u).utf16 {
          let hex = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      default: out.unicodeScalars.append(u)
      }
    }
    return out + "\""
  }
}

/// Members of an object for one number: itself, or null with its status; above 17 digits, or outside
/// the doubles, a string of certified digits.
func member(_ name: String, _ c: Certified?, digits: Int = 6) -> [(String, JSON)] {
  guard let c else { return [(name, .null)] }
  func missing(_ status: String) -> [(String, JSON)] {
    [(name, .null), (name + "_status", .string(status))]
  }
  switch c.published(digits: digits) {
  case .undefined(let why): return missing(why.isEmpty ? "undefined" : why)
  case .notDecided: return missing("not decided")
  case .overflow: return missing(c.text(digits: digits))
  case .small where c.isBelowNotice:
    return [(name, .number(0)), (name + "_status", .string("below 1e-300"))]
  case .small, .within: return missing("not decided: \(c.text(digits: digits))")
  case .digits(let shown, let certain):
    // Where the nearest double is not decided, the digits that are: those of a double, all the same.
    let few = c.published(digits: JSON.mostDigits)
    let decided = if case .digits(let d, _) = few { d.nearestDouble } else { shown.nearestDouble }
    let d = c.nearestDouble ?? decided
    if digits > 17 || !d.isFinite || (d == 0 && c.sign != 0) {
      return [(name, .string(shown.text(width: digits) + (certain < digits ? "~" : "")))]
    }
    return [(name, .number(d))]
  }
}
func json(_ c: Certified) -> JSON { member("", c)[0].1 }

/// A coordinate or a multiplier as a value and its status, null where all is well.
///
/// What may be 0 and is below 10⁻⁹ in size is 0, and its status says below what.
func coordinate(_ c: Certified) -> (value: JSON, status: JSON) {
  if case .small(let exponent) = c.published(digits: 6), exponent <= -9 {
    return (.number(0), .string("below 1e\(max(exponent, -300))"))
  }
  let one = member("", c)
  return (one[0].1, one.count > 1 ? one[1].1 : .null)
}

/// Members for the coordinates of a point: the numbers, and the status of each where one has any.
func member(_ name: String, of point: [Certified]) -> [(String, JSON)] {
  let each = point.map(coordinate)
  let numbers = (name, JSON.array(each.map(\.value)))
  let isPlain = each.allSatisfy { if case .null = $0.status { true } else { false } }
  return isPlain ? [numbers] : [numbers, (name + "_status", .array(each.map(\.status)))]
}

/// An end of an interval: a double whose decimal text is still on its side of the exact number.
///
/// The shortest text of the nearest double may lie on the other side.
func json(_ end: Rational, rounded side: FloatingPointRoundingRule) -> JSON {
  var d = end.nearestDouble
  while let text = try? Literal.value(of: JSON.shortest(abs(d)), at: SourceRange(0, 0)),
    case let shown = d < 0 ? -text : text, side == .up ? shown < end : shown > end
  {
    d = side == .up ? d.nextUp : d.nextDown
  }
  return .number(d)
}
