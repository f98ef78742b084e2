// Lines broken to fit the window. A short equation stays whole: `1 − 2η = -0.6` is one piece; a long
// formula breaks before an operator.

/// Breaks a line at blanks to fit; further lines are indented like the first.
///
/// Three blanks part what belongs on lines of its own where it does not fit on one.
package func wrap(_ s: String, _ width: Int) -> [String] {
  guard s.count > width, width > 10 else { return [s] }
  let indent = String(s.prefix { $0 == " " })
  if let (head, tail) = parted(s.dropFirst(indent.count)) {
    return wrap(indent + head, width) + wrap(indent + tail, width)
  }
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

/// What stands before and after the first three blanks.
private func parted(_ s: Substring) -> (head: Substring, tail: Substring)? {
  var blanks = 0
  for i in s.indices {
    blanks = s[i] == " " ? blanks + 1 : 0
    if blanks == 3 {
      let tail = s[i...].drop { $0 == " " }
      return tail.isEmpty ? nil : (s[..<i].dropLast(2), tail)
    }
  }
  return nil
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
