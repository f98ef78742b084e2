// An answer is a value: blocks of text and tables beside a JSON object. Terminal, plain text and JSON
// are renderers of it.
import Calculus
import Plotting

/// An answer as a value: its members for JSON, its blocks for a reader.
package struct Answer {
  enum Block: Sendable {
    case line(String)
    case table(Table)
    case figure(Figure)
  }
  var blocks: [Block]
  /// What its pictures are made of, where the session says so.
  var glyphs: TextOptions.Glyphs?
  private var members: [(String, JSON)]
  /// What only a reader of JSON pays for.
  private var rest: () -> [(String, JSON)] = { [] }

  init(_ kind: String, _ members: [(String, JSON)], _ blocks: [Block]) {
    self.blocks = blocks
    self.members = [("overshoot", .number(1)), ("kind", .string(kind))] + members
  }

  init(_ kind: String, deferred rest: @escaping () -> [(String, JSON)], _ blocks: [Block]) {
    self.init(kind, [], blocks)
    self.rest = rest
  }

  init(_ kind: String, _ members: [(String, JSON)] = [], lines: [String]) {
    self.init(kind, members, lines.map(Block.line))
  }

  /// The same with the text of its statement.
  func from(source: String) -> Answer {
    var a = self
    a.members.insert(("source", .string(source)), at: 2)
    return a
  }

  package var json: String { JSON.object(members + rest()).text }

  /// The text, without a newline at the end.
  ///
  /// - Parameter image: shows a picture in the front end's own way; nil leaves it to characters.
  package func text(_ d: Display, image: (Image) -> String? = { _ in nil }) -> String {
    let parts = blocks.map { b -> [String] in
      switch b {
      case .line(let s): wrap(s, d.width).map { shown($0, d) }
      case .table(let t): t.lines(d).map { shown($0, d) }
      case .figure: []
      }
    }
    // What is said with a picture is to be seen beside it, unless it fills the window itself.
    var rest = d
    let words = max(0, parts.reduce(0) { $0 + $1.count } - 1)
    if words < d.height * 2 / 3 { rest.height -= words }
    return zip(blocks, parts).flatMap { b, lines -> [String] in
      guard case .figure(let f) = b else { return lines }
      return image(Image(figure: f)).map { [$0] } ?? f.lines(rest, glyphs)
    }.joined(separator: "\n")
  }
}

/// A line in which what is hidden, and could steer a terminal, is spelled: `\u{1b}`.
package func visible(_ line: String) -> String { shown(line, Display()) }

/// A line for a display: ASCII spellings where Unicode is not available; what is hidden is spelled.
///
/// Escapes of our own are put around what this returns.
func shown(_ s: String, _ d: Display) -> String {
  var out = ""
  for u in s.unicodeScalars {
    if u.isHidden {
      out += "\\u{\(String(u.value, radix: 16))}"
    } else if !d.unicode, let ascii = asciiSpelling[u] {
      out += ascii
    } else if u == "▲" && d.color {
      out += "\u{1B}[31m▲\u{1B}[0m"
    } else {
      out.unicodeScalars.append(u)
    }
  }
  return out
}

private let asciiSpelling: [Unicode.Scalar: String] = [
  "η": "eta", "∇": "grad ", "‖": "||", "²": "^2", "³": "^3", "⁴": "^4", "·": "*", "−": "-",
  "▲": "^", "Δ": "d", "½": "1/2", "″": "''", "′": "'", "→": "->", "←": "<-", "≤": "<=",
  "≥": ">=", "≈": "~", "λ": "lambda", "θ": "theta", "φ": "phi", "π": "pi", "ᵀ": "'", "…": "...",
  "∞": "infinity", "×": "*", "β": "beta", "√": "sqrt", "⋮": ":", "≠": "!=", "ⁿ": "^n", "∂": "d",
]

extension Figure {
  /// The figure in characters, with colours where the display has them.
  fileprivate func lines(_ d: Display, _ wanted: TextOptions.Glyphs?) -> [String] {
    let options = TextOptions(
      columns: min(d.width, 160), rows: min(max(d.height - 2, 8), max(12, d.width * 2 / 5)),
      glyphs: d.unicode ? wanted ?? .blocks : .ascii, hasColor: d.color)
    let picture = text(options)
    guard d.color else { return picture.plain.map { shown($0, d) } }
    return picture.lines.map { runs in
      runs.map { run in
        let style = run.style.parameters(basic: d.basicColors)
        let text = shown(run.text, d)
        return style.isEmpty ? text : "\u{1B}[\(style)m\(text)\u{1B}[0m"
      }.joined()
    }
  }
}
