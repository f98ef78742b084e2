// What the tests share: the committed cases, and numbers read from their digits.
import Calculus
import Descent
import Foundation

@testable import Shell

/// The files of `Cases`, whose origins are in its PROVENANCE.md.
enum Cases {
  static func text(_ name: String) throws -> String {
    let url = Bundle.module.bundleURL.appendingPathComponent("Cases/\(name)")
    return try String(contentsOf: url, encoding: .utf8)
  }

  static func lines(_ name: String) throws -> [Substring] {
    try text(name).split(whereSeparator: \.isNewline)
  }

  /// One JSON object per line.
  static func objects(_ name: String) throws -> [[String: Any]] {
    try lines(name).map { try object(String($0)) }
  }

  static func object(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  /// The case of hard-numbers.json with this id.
  static func hard(_ id: String) throws -> [String: Any] {
    let all = try object(text("hard-numbers.json"))["cases"] as? [[String: Any]] ?? []
    return all.first { $0["id"] as? String == id } ?? [:]
  }

  static func rows(_ id: String) throws -> [[String: Any]] {
    try hard(id)["rows"] as? [[String: Any]] ?? []
  }
}

/// A signed decimal as the exact number that it writes.
func exact(_ text: some StringProtocol) throws -> Rational {
  let digits = text.drop { $0 == "-" || $0 == "+" }
  let value = try Literal.value(of: String(digits), at: SourceRange(0, 0))
  return text.hasPrefix("-") ? -value : value
}

/// A decimal text rounded to `n` significant digits by its digits alone, ties away from zero.
func rounded(_ text: String, to n: Int) -> Double {
  let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
  var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  var digits: [Int] = []
  var fraction = false
  for c in parts[0] {
    if c == "." { fraction = true }
    guard let d = c.wholeNumberValue else { continue }
    if fraction { exponent -= 1 }
    if !digits.isEmpty || d != 0 { digits.append(d) }
  }
  if digits.count > n {
    let up = digits[n] >= 5
    exponent += digits.count - n
    digits.removeSubrange(n...)
    var k = n - 1
    while up, k >= 0 {
      digits[k] += 1
      if digits[k] < 10 { break }
      digits[k] = 0
      k -= 1
    }
    if up, k < 0 { digits.insert(1, at: 0) }
  }
  let sign = text.hasPrefix("-") ? "-" : ""
  return Double(sign + "0" + digits.map(String.init).joined() + "e\(exponent)") ?? .nan
}

/// Whether a number is the truth up to a share of max(floor, |truth|).
func near(_ a: Double?, _ truth: Double, _ share: Double, floor: Double = 1) -> Bool {
  guard let a else { return false }
  return a == truth || abs(a - truth) <= share * max(floor, abs(truth))
}

extension Session {
  /// The last map.
  var lastMap: RegimeMap? {
    guard case .map(let map)? = results[.map] else { return nil }
    return map
  }

  /// The last flow.
  var lastFlow: FlowSeries? {
    guard case .flow(let flow)? = results[.flow] else { return nil }
    return flow
  }
}
