// ASCII and Unicode spellings of one thing are one. The canonical name is ASCII: η is `eta`.

/// Names and signs as they are typed and shown: `eta` and η, `x_1` and x₁.
package enum Spelling {
  static let operators: [Unicode.Scalar: Token.Kind] = [
    "−": .minus, "–": .minus, "×": .times, "·": .times, "⋅": .times, "∗": .times, "÷": .divide,
    "√": .root, "∇": .nabla, "‖": .norm, "≤": .lessOrEqual, "≥": .greaterOrEqual,
    "≠": .notEqual, "′": .prime, "’": .prime, "…": .range, "ᵀ": .transposed, "⊙": .dotTimes,
    "⊘": .dotDivide,
  ]

  static let superscripts: [Unicode.Scalar: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁻": "-",
  ]

  /// The digits of a whole number raised: ².
  package static func raised(_ n: Int) -> String { String(String(n).compactMap { letters[$0] }) }
  private static let letters = Dictionary(
    uniqueKeysWithValues: superscripts.map { ($1, Character($0)) })

  /// ASCII name → letter, for the Greek alphabet.
  package static let greek: [(name: String, letter: String)] = [
    ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ε"),
    ("zeta", "ζ"), ("eta", "η"), ("theta", "θ"), ("iota", "ι"), ("kappa", "κ"), ("lambda", "λ"),
    ("mu", "μ"), ("nu", "ν"), ("xi", "ξ"), ("pi", "π"), ("rho", "ρ"), ("sigma", "σ"),
    ("tau", "τ"), ("upsilon", "υ"), ("phi", "φ"), ("chi", "χ"), ("psi", "ψ"), ("omega", "ω"),
    ("Gamma", "Γ"), ("Delta", "Δ"), ("Theta", "Θ"), ("Lambda", "Λ"), ("Xi", "Ξ"), ("Sigma", "Σ"),
    ("Phi", "Φ"), ("Psi", "Ψ"), ("Omega", "Ω"),
  ]

  /// Symbols that `\name` + Tab types.
  package static let symbols: [(name: String, letter: String)] =
    greek + [
      ("nabla", "∇"), ("sqrt", "√"), ("norm", "‖"), ("times", "×"), ("cdot", "·"), ("le", "≤"),
      ("ge", "≥"), ("ne", "≠"),
    ]

  private static let nameOf: [Character: String] = Dictionary(
    uniqueKeysWithValues: greek.map { (Character($0.letter), $0.name) })
  private static let letterOf: [String: String] = Dictionary(
    uniqueKeysWithValues: greek.map { ($0.name, $0.letter) })

  /// The one name of a typed name: Greek letters spelled out, subscript digits plain, NFC.
  package static func canonical(_ typed: String) -> String {
    if typed.utf8.allSatisfy({ $0 < 0x80 }) { return typed }
    var out = ""
    for c in typed {
      if let name = nameOf[c] {
        out += name
      } else if let s = c.unicodeScalars.first, (0x2080...0x2089).contains(s.value) {
        out += String(s.value - 0x2080)
      } else {
        out.append(c)
      }
    }
    return out
  }

  /// How a canonical name is shown: `eta` as η, `theta1` as θ1, where Unicode is wanted.
  package static func shown(_ name: String, unicode: Bool) -> String {
    guard unicode else { return name }
    if let letter = letterOf[name] { return letter }
    let head = String(name.prefix { $0.isASCII && $0.isLetter })
    if head.count < name.count, let letter = letterOf[head] {
      return letter + name.dropFirst(head.count)
    }
    return name
  }

  /// Letters of other scripts that look like Latin ones.
  private static let lookalikes: [Unicode.Scalar: String] = [
    "х": "x", "у": "y", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "і": "i", "Х": "X",
    "С": "C", "А": "A", "В": "B", "Е": "E", "О": "O", "Р": "P", "Т": "T", "М": "M", "Н": "H",
    "К": "K", "ℓ": "l", "∂": "d", "∗": "*",
  ]

  /// A space of any width, as texts from elsewhere have them.
  static func isBlank(_ s: Unicode.Scalar) -> Bool {
    s.properties.generalCategory == .spaceSeparator
  }

  /// Characters that are there and not seen, by name.
  private static let unseen: [Unicode.Scalar: String] = [
    "\u{AD}": "a soft hyphen", "\u{200B}": "a zero-width space",
    "\u{200C}": "a zero-width non-joiner", "\u{200D}": "a zero-width joiner",
    "\u{2060}": "a word joiner", "\u{2061}": "an invisible function sign",
    "\u{2062}": "an invisible times", "\u{2063}": "an invisible comma",
    "\u{2064}": "an invisible plus", "\u{FEFF}": "a byte order mark",
    "\u{200E}": "a left-to-right mark", "\u{200F}": "a right-to-left mark",
    "\u{202A}": "a change of direction", "\u{202B}": "a change of direction",
    "\u{202C}": "a change of direction", "\u{202D}": "a change of direction",
    "\u{202E}": "a change of direction", "\u{2066}": "a change of direction",
    "\u{2067}": "a change of direction", "\u{2068}": "a change of direction",
    "\u{2069}": "a change of direction",
  ]

  /// ½ and its like as what is typed here.
  private static func fraction(_ s: Unicode.Scalar) -> String? {
    guard let value = s.properties.numericValue, s.properties.generalCategory == .otherNumber
    else { return nil }
    for q in 2...10 {
      let p = (value * Double(q)).rounded()
      if p > 0, abs(value * Double(q) - p) < 1e-6, let p = Rational(p) { return "\(p)/\(q)" }
    }
    return nil
  }

  static func fault(of s: Unicode.Scalar, at range: SourceRange) -> Fault {
    let code = String(s.value, radix: 16, uppercase: true)
    let padded = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    if let name = unseen[s] {
      return Fault("here is \(name) (\(padded)), which is not seen", hint: "delete it", at: range)
    }
    if let fraction = fraction(s) {
      return Fault("\(s) (\(padded)) is not read", hint: "write (\(fraction))", at: range)
    }
    if let latin = lookalikes[s] {
      return Fault("unknown name \(s) (\(padded))", hint: "did you mean \(latin)?", at: range)
    }
    if (0xFF01...0xFF5E).contains(s.value), let plain = Unicode.Scalar(s.value - 0xFEE0) {
      return Fault("\(s) (\(padded)) is a wide character", hint: "write \(plain)", at: range)
    }
    return Fault("\(spelled(s)) is not part of the language", at: range)
  }
}

/// A scalar as it can be shown safely: itself and its code, or its code alone.
package func spelled(_ s: Unicode.Scalar) -> String {
  let code = String(s.value, radix: 16, uppercase: true)
  let padded = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
  switch s.properties.generalCategory {
  case .surrogate, .privateUse, .unassigned: return padded
  default: return s.isHidden ? padded : "\(s) (\(padded))"
  }
}

extension Unicode.Scalar {
  /// Whether it is not seen itself, but may steer a terminal or change how what stands beside it is
  /// read: C0 and C1 controls, bidi marks and overrides, zero-width characters, line separators.
  package var isHidden: Bool {
    if value < 0x7F { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
