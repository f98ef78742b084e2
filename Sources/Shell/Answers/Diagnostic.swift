// A fault or a warning as it is shown: place, one sentence, the line with a caret, what to type.
import Calculus

/// A fault or warning with its line, for a reader.
package struct Diagnostic: Sendable {
  package var isWarning: Bool
  var fault: Fault
  /// The name of the source, its line and column (from 1), and the text of that line.
  var name: String
  var line: Int
  var column: Int
  var excerpt: String
  var statement: String
  /// A person typed it: no file name is needed.
  var interactive: Bool

  /// The text for a terminal of that width.
  package func text(_ d: Display) -> String {
    func fit(_ line: String) -> [String] { wrap(line, max(d.width, 40)).map { shown($0, d) } }
    var out: [String] = []
    if fault.range != nil, excerpt.count <= 160, interactive {
      let before = String(String.UnicodeScalarView(excerpt.unicodeScalars.prefix(column - 1)))
      let lead = String(repeating: " ", count: shown(before, d).unicodeScalars.count)
      out += fit("  " + excerpt) + fit("  " + lead + "^")
    }
    let word = (isWarning ? "warning" : "error") + ":"
    let place = interactive ? "" : "\(name):\(line):\(column): "
    var sentence = fit("\(place)\(word) \(limited(fault.message))")
    if d.color, let k = sentence.firstIndex(where: { $0.contains(word) }),
      let at = sentence[k].firstRange(of: word)
    {
      sentence[k].replaceSubrange(at, with: "\u{1B}[31m\(word.dropLast())\u{1B}[0m:")
    }
    out += sentence
    if !fault.hint.isEmpty { out += fit("  " + limited(fault.hint)) }
    return out.joined(separator: "\n")
  }

  package var json: String {
    let length = fault.range.map { max(1, $0.end - $0.start) } ?? 0
    return Answer(
      isWarning ? "warning" : "error",
      [
        ("source", .string(limited(statement))), ("message", .string(limited(fault.message))),
        ("hint", fault.hint.isEmpty ? .null : .string(limited(fault.hint))),
        ("line", .number(Double(line))), ("column", .number(Double(column))),
        ("length", .number(Double(length))),
      ], lines: []
    ).json
  }

  /// Its cost does not grow with the text.
  private func limited(_ s: String) -> String {
    s.dropFirst(200).isEmpty ? s : s.prefix(199) + "…"
  }
}
