// Text for a grid of one-column characters, and its spelling in ASCII.

/// The scalars of a text, each taken as one column.
///
/// Control characters become blanks; noncharacters, which cairo refuses, become question marks.
func columnScalars(_ text: String, ascii: Bool) -> [Unicode.Scalar] {
  var out: [Unicode.Scalar] = []
  var raised = false
  for s in text.unicodeScalars {
    if s.value < 0x20 || (0x7f..<0xa0).contains(s.value) {
      out.append(" ")
    } else if s.value & 0xfffe == 0xfffe || (0xfdd0...0xfdef).contains(s.value) {
      out.append("?")
    } else if s.isASCII || !ascii {
      out.append(s)
    } else if let digit = superscripts[s] {
      if !raised { out.append("^") }
      out.append(digit)
      raised = true
      continue
    } else if let digit = subscripts[s] {
      out.append(digit)
    } else {
      out += asciiSpellings[s].map { Array($0.unicodeScalars) } ?? ["?"]
    }
    raised = false
  }
  return out
}

/// A text cut to a number of columns; the cut is marked.
func cut(_ text: [Unicode.Scalar], to width: Int, _ ellipsis: String) -> [Unicode.Scalar] {
  if text.count <= width { return text }
  let mark = Array(ellipsis.unicodeScalars)
  if width <= mark.count { return Array(text.prefix(max(0, width))) }
  return text.prefix(width - mark.count) + mark
}

/// A text broken at blanks into at most `lines` lines; the last one is cut.
func wrapped(
  _ text: [Unicode.Scalar], to width: Int, lines: Int, _ ellipsis: String
) -> [[Unicode.Scalar]] {
  guard width > 0, lines > 0 else { return [] }
  let pieces = wrapped(text, lines: lines) { $0.count <= width }
  return pieces.map { cut(Array($0), to: width, ellipsis) }
}

/// A text broken at blanks into at most `lines` pieces, of which the last may not fit.
///
/// A line ends behind a comma or colon outside brackets where that leaves enough in it, else before
/// an operator, as formulas are broken in print.
func wrapped(
  _ text: [Unicode.Scalar], lines: Int, fits: (ArraySlice<Unicode.Scalar>) -> Bool
) -> [ArraySlice<Unicode.Scalar>] {
  var rest = text[...]
  var out: [ArraySlice<Unicode.Scalar>] = []
  while !rest.isEmpty {
    if out.count == lines - 1 || fits(rest) { return out + [rest] }
    let ends = rest.indices.dropFirst().filter { rest[$0] == " " && fits(rest[..<$0]) }
    guard let longest = ends.last else { return out + [rest] }
    let enough = rest.startIndex + (longest - rest.startIndex) * 2 / 5
    let good = ends.last {
      let tail = rest[$0...].drop { $0 == " " }
      return $0 >= enough && [",", ":"].contains(rest[$0 - 1])
        && depth(rest[..<$0]) == 0 && (out.count + 2 < lines || fits(tail))
    }
    func isFair(_ end: Int) -> Bool {
      !operators.contains(rest[end - 1]) && rest[(end + 1)...].first != "="
    }
    let end =
      good ?? ends.last { isFair($0) && depth(rest[..<$0]) == 0 } ?? ends.last(where: isFair)
      ?? longest
    out.append(rest[..<end])
    rest = rest[end...].drop { $0 == " " }
  }
  return out
}

private let operators: [Unicode.Scalar] = ["+", "-", "−", "·", "*", "/", "="]

/// How many brackets are open at the end.
private func depth(_ text: ArraySlice<Unicode.Scalar>) -> Int {
  text.reduce(0) { $1 == "(" ? $0 + 1 : $1 == ")" ? $0 - 1 : $0 }
}

/// Raised characters and what they raise.
let superscripts: [Unicode.Scalar: Unicode.Scalar] = [
  "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
  "⁹": "9", "⁻": "-", "⁺": "+", "ⁿ": "n", "ᵀ": "T",
]

/// Lowered characters and what they lower.
let subscripts: [Unicode.Scalar: Unicode.Scalar] = [
  "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8",
  "₉": "9", "₋": "-", "₊": "+",
]

private let asciiSpellings: [Unicode.Scalar: String] = [
  "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
  "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
  "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi",
  "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "d", "Θ": "Theta", "Λ": "Lambda", "Σ": "Sigma",
  "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "∇": "grad ", "∂": "d", "‖": "|", "·": "*", "×": "x",
  "−": "-", "–": "-", "—": "-", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≈": "~", "≠": "!=",
  "√": "sqrt", "∞": "inf", "…": "...", "′": "'", "½": "1/2", "▲": "^", "±": "+-", "ᵢ": "i",
]
