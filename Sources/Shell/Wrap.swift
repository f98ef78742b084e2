// Lines broken to fit the window. A short equation stays whole: `1 − 2η = -0.6` is one piece; a long
// formula breaks before an operator.

/// Breaks a line at blanks to fit; further lines are indented like the first.
package func wrap(_ s: String, _ width: Int) -> [String] {
  guard s.count > width, width > 10 else { return [s] }
  let indent = String(s.prefix { $0 == " " })
  var lines: [String] = []
  var line = indent
  for piece in pieces(of: s.dropFirst(indent.count), longest: min(width * 2 / 3, 48)) {
    if line.count + piece.count + 1 > width, line.count > indent.count {
      while line.last == " " { line.removeLast() }
      lines.append(line)
      line = indent
    }
    line += (line.count > indent.count ? " " : "") + piece
  }
  return lines + [line]
}

private let operators: Set<Substring> = [
  "=", "−", "-", "+", "·", "<", ">", "≤", "≥", "↔", "→", "≈", "←",
]

/// The parts of a line that are not broken: words, and equations up to a length.
private func pieces(of line: Substring, longest: Int) -> [String] {
  var out: [String] = []
  var joins = false
  for word in line.split(separator: " ", omittingEmptySubsequences: false) {
    let isOperator = operators.contains(word)
    if let last = out.last, joins || isOperator, last.count + 1 + word.count <= longest {
      out[out.count - 1] += " " + word
    } else if joins, let last = out.popLast() {
      // Too long to be one piece: the operator goes with what follows it.
      let cut = last.lastIndex(of: " ") ?? last.startIndex
      if cut > last.startIndex { out.append(String(last[..<cut])) }
      out.append(last[cut...].drop { $0 == " " } + " " + word)
    } else {
      out.append(String(word))
    }
    joins = isOperator
  }
  return out
}
