// Bytes → tokens, one at a time. Own rules before any library conversion: what looks like a number
// is one, or is an error that says so. ASCII and Unicode spellings of one thing are one token.

/// A word, number or sign with its place.
package struct Token: Sendable {
  /// What a token is.
  package enum Kind: UInt8, Sendable {
    case number, name, string
    case plus, minus, times, divide, power, prime, transposed, root, nabla, norm
    case dotPlus, dotMinus, dotTimes, dotDivide, dotPower
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
    case assign, open, close, openBracket, closeBracket, comma, range, colon, bang
    case separator, newline, end
  }
  package var kind: Kind
  package var range: SourceRange
  /// A superscript is read as `^` and the number that it spells.
  package var superscript = false
}

/// Reads tokens from bytes, one at a time.
package struct Lexer: Sendable {
  package let bytes: [UInt8]
  package private(set) var position: Int
  /// Where the line begins in which this lexer starts.
  package let lineStart: Int
  /// Where the text that this lexer may read ends.
  package let limit: Int

  package init(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    position = start
    limit = end ?? bytes.count
    var line = start
    while line > 0, bytes[line - 1] != 0x0A, start - line < 4000 { line -= 1 }
    lineStart = line
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// What was typed at a place.
  package func text(_ r: SourceRange) -> String {
    String(decoding: bytes[r.start..<r.end], as: UTF8.self)
  }

  private func byte(_ k: Int = 0) -> UInt8 { position + k < limit ? bytes[position + k] : 0 }

  /// The next token.
  ///
  /// Blanks and comments are skipped; a newline is a token.
  package mutating func next() throws(Fault) -> Token {
    while position < limit {
      let c = bytes[position]
      if c == 0x20 || c == 0x09 {
        position += 1
      } else if c == 0x23 {
        while position < limit, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
      } else if c >= 0x80, let (s, n) = scalar(), Spelling.isBlank(s) {
        position += n
      } else {
        break
      }
    }
    let start = position
    guard position < limit else { return Token(kind: .end, range: SourceRange(start, start)) }
    let c = bytes[position]
    if c == 0x0A || c == 0x0D {
      position += c == 0x0D && byte(1) == 0x0A ? 2 : 1
      return token(.newline, start)
    }
    if isDigit(c) || (c == 0x2E && isDigit(byte(1))) { return try number(start) }
    if isLetter(c) { return try name(start) }
    if c < 0x80 { return try symbol(c, start) }
    return try unicode(start)
  }

  private func token(_ kind: Token.Kind, _ start: Int) -> Token {
    Token(kind: kind, range: SourceRange(start, position))
  }

  private mutating func symbol(_ c: UInt8, _ start: Int) throws(Fault) -> Token {
    let pair = byte(1)
    let two: Token.Kind? =
      switch (c, pair) {
      case (0x3C, 0x3D): .lessOrEqual
      case (0x3E, 0x3D): .greaterOrEqual
      case (0x3D, 0x3D): .equal
      case (0x21, 0x3D): .notEqual
      case (0x2E, 0x2E): .range
      case (0x2E, 0x2B): .dotPlus
      case (0x2E, 0x2D): .dotMinus
      case (0x2E, 0x2A): .dotTimes
      case (0x2E, 0x2F): .dotDivide
      case (0x2E, 0x5E): .dotPower
      case (0x2A, 0x2A): .power
      default: nil
      }
    if let two {
      position += 2
      return token(two, start)
    }
    position += 1
    switch c {
    case 0x2B: return token(.plus, start)
    case 0x2D: return token(.minus, start)
    case 0x2A: return token(.times, start)
    case 0x2F: return token(.divide, start)
    case 0x5E: return token(.power, start)
    case 0x27: return token(.prime, start)
    case 0x3C: return token(.less, start)
    case 0x3E: return token(.greater, start)
    case 0x3D: return token(.assign, start)
    case 0x28: return token(.open, start)
    case 0x29: return token(.close, start)
    case 0x5B: return token(.openBracket, start)
    case 0x5D: return token(.closeBracket, start)
    case 0x2C: return token(.comma, start)
    case 0x3B: return token(.separator, start)
    case 0x3A: return token(.colon, start)
    case 0x21: return token(.bang, start)
    case 0x22: return try string(start)
    case 0x2E where pair == 0x54 && !isLetter(byte(1)):
      throw Fault(
        ".T is not read", hint: "A' is the transpose of A",
        at: SourceRange(start, position + 1))
    case 0x40:
      throw Fault(
        "@ is not part of the language", hint: "A*b is the product of matrices",
        at: SourceRange(start, position))
    case 0x2E:
      throw Fault(
        "a point alone is no number",
        hint: "write 0.5; file names are quoted; there are no modules (np., plt.): exp(1), plot f",
        at: SourceRange(start, position))
    case 0x5C:
      throw Fault(
        "a backslash starts a symbol's name only while typing (\\eta, then Tab)",
        hint: "write eta", at: SourceRange(start, position))
    case 0x7C:
      throw bars(start)
    default:
      throw Fault(
        "\(spelled(Unicode.Scalar(c))) is not part of the language",
        at: SourceRange(start, position))
    }
  }

  /// |x| is written abs(x).
  private func bars(_ start: Int) -> Fault {
    var end = position
    while end < limit, bytes[end] != 0x7C, bytes[end] != 0x0A, end - start < 60 { end += 1 }
    let inside = text(SourceRange(position, min(end, limit))).trimmedBlanks
    let closed = end < limit && bytes[end] == 0x7C && !inside.isEmpty
    return Fault(
      "bars are not read", hint: closed ? "write abs(\(inside))" : "write abs(x), or norm(x, y)",
      at: SourceRange(start, position))
  }

  private mutating func string(_ start: Int) throws(Fault) -> Token {
    while position < limit, bytes[position] != 0x22, bytes[position] != 0x0A { position += 1 }
    guard byte() == 0x22 else {
      throw Fault(
        "the text is not closed", hint: "end it with \"", at: SourceRange(start, position))
    }
    position += 1
    return token(.string, start)
  }

  private mutating func number(_ start: Int) throws(Fault) -> Token {
    while isDigit(byte()) { position += 1 }
    if byte() == 0x2E, isDigit(byte(1)) {
      position += 1
      while isDigit(byte()) { position += 1 }
    } else if byte() == 0x2E, ![0x2E, 0x2B, 0x2D, 0x2A, 0x2F, 0x5E].contains(byte(1)) {
      position += 1
      throw Fault(
        "digits must follow the point", hint: "write \(text(SourceRange(start, position)))0",
        at: SourceRange(start, position))
    }
    var exponent = false
    if byte() | 0x20 == 0x65 {
      let signed = byte(1) == 0x2B || byte(1) == 0x2D
      if isDigit(byte(1)) || (signed && isDigit(byte(2))) {
        exponent = true
        position += signed ? 2 : 1
        while isDigit(byte()) { position += 1 }
      } else if !isLetter(byte(1)) && byte(1) < 0x80 {
        position += signed ? 2 : 1
        throw Fault(
          "an exponent needs a digit", hint: "write 1e3, or 2*e for the number e",
          at: SourceRange(start, position))
      }
    }
    if byte() == 0x2E, isDigit(byte(1)) || (byte(1) == 0x2E && !isOperandStart(byte(2))) {
      while byte() == 0x2E || isDigit(byte()) { position += 1 }
      throw Fault(
        "\(text(SourceRange(start, position))) is not a number", at: SourceRange(start, position))
    }
    let zeroX = position == start + 1 && bytes[start] == 0x30 && byte() | 0x20 == 0x78
    if byte() == 0x5F || (exponent && isLetter(byte())) || (zeroX && !isLetter(byte(1))) {
      position += 1
      let why =
        exponent
        ? "a number with an exponent may not touch a letter"
        : zeroX ? "0x is not a number here" : "digits are not grouped"
      throw Fault(
        why, hint: exponent || zeroX ? "write a * between them" : "write 1000",
        at: SourceRange(start, position))
    }
    return token(.number, start)
  }

  private func isOperandStart(_ c: UInt8) -> Bool {
    isDigit(c) || isLetter(c) || [0x2D, 0x2E, 0x28, 0x20].contains(c) || c >= 0x80
  }

  private mutating func name(_ start: Int) throws(Fault) -> Token {
    while position < limit {
      let c = bytes[position]
      if isLetter(c) || isDigit(c) {
        position += 1
      } else if c >= 0x80, let (s, n) = scalar(), isNamePart(s) {
        position += n
      } else {
        break
      }
    }
    // A column of a table: the point touches its name and a letter. `A.T` is of other languages.
    if byte() == 0x2E, isLetter(byte(1)), !(byte(1) == 0x54 && !isLetter(byte(2))) {
      position += 1
      while position < limit, isLetter(byte()) || isDigit(byte()) { position += 1 }
    }
    let range = SourceRange(start, position)
    if position - start > 2, bytes[start] == 0xCF, bytes[start + 1] == 0x80 {
      // π and a letter would be one name that nobody means.
      let rest = text(SourceRange(start + 2, position))
      throw Fault("\(text(range)) would be one name", hint: "write pi*\(rest)", at: range)
    }
    return token(.name, start)
  }

  private mutating func unicode(_ start: Int) throws(Fault) -> Token {
    guard let (s, n) = scalar() else {
      position += 1
      throw Fault(
        "the byte 0x\(String(bytes[start], radix: 16)) is not UTF-8 text",
        at: SourceRange(start, position))
    }
    position += n
    if let kind = Spelling.operators[s] { return token(kind, start) }
    if Spelling.superscripts[s] != nil {
      while let (t, m) = scalar(), Spelling.superscripts[t] != nil { position += m }
      var t = token(.number, start)
      t.superscript = true
      return t
    }
    if isNameStart(s) { return try name(start) }
    throw Spelling.fault(of: s, at: SourceRange(start, position))
  }

  /// The scalar at the position and its length in bytes.
  private func scalar() -> (Unicode.Scalar, Int)? {
    var decoder = UTF8()
    var iterator = bytes[position..<min(position + 4, limit)].makeIterator()
    guard case .scalarValue(let s) = decoder.decode(&iterator) else { return nil }
    return (s, UTF8.width(s))
  }

  private func isNameStart(_ s: Unicode.Scalar) -> Bool {
    let v = s.value
    let latinOrGreek =
      (0xC0...0x24F).contains(v) || (0x370...0x3FF).contains(v) || (0x1E00...0x1FFF).contains(v)
    return latinOrGreek && s.properties.isAlphabetic
  }
  private func isNamePart(_ s: Unicode.Scalar) -> Bool {
    isNameStart(s) || (0x300...0x36F).contains(s.value) || (0x2080...0x2089).contains(s.value)
  }
  private func isDigit(_ c: UInt8) -> Bool { c >= 0x30 && c <= 0x39 }
  private func isLetter(_ c: UInt8) -> Bool {
    (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7A || c == 0x5F
  }
}
