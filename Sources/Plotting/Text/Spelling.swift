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
  var rest = text[...]
  var out: [[Unicode.Scalar]] = []
  while !rest.isEmpty {
    if out.count == lines - 1 || rest.count <= width {
      out.append(cut(Array(rest), to: width, ellipsis))
      break
    }
    let head = rest.prefix(width + 1)
    let end = head.lastIndex(of: " ").flatMap { $0 > rest.startIndex ? $0 : nil }
    let line = rest[..<(end ?? rest.index(rest.startIndex, offsetBy: max(width, 1)))]
    out.append(Array(line))
    rest = rest[line.endIndex...].drop { $0 == " " }
  }
  return out
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
