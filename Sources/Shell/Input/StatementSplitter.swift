// Source text → statements: where each begins and ends.
//
//   source := (statement (';' | newline))*        brackets may span lines; '#' starts a comment;
//                                                 a method's line that ends in , or : goes on

import Calculus

/// Finds where the statements of a text begin and end, one at a time.
struct StatementSplitter {
  let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next statement that is not empty.
  mutating func next() -> SourceRange? {
    while position < bytes.count {
      skipPrompt()
      let start = position
      var text = OpenText()
      let end = text.end(in: bytes, from: start)
      position = end + 1
      if !text.isEmpty { return SourceRange(start, end) }
    }
    return nil
  }

  /// A byte order mark, and a pasted prompt (`∇> ` or `...> `), before a statement are dropped.
  private mutating func skipPrompt() {
    for prompt in ["\u{FEFF}", "∇> ", "...> "] where bytes[position...].starts(with: prompt.utf8) {
      position += prompt.utf8.count
    }
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
      position += 1
    }
  }

  /// Whether the text ends in a line of a method's rule that goes on.
  static func ruleGoesOn(_ bytes: [UInt8]) -> Bool {
    var position = 0
    while true {
      var text = OpenText()
      position = text.end(in: bytes, from: position) + 1
      if position > bytes.count { return text.goesOn }
    }
  }

  /// Whether the text ends inside a bracket.
  static func isOpen(_ bytes: [UInt8]) -> Bool { openBracket(bytes) != nil }

  /// The bracket, `(` or `[`, inside which the text ends.
  static func openBracket(_ bytes: [UInt8]) -> UInt8? {
    var open: [UInt8] = []
    var surplus = 0
    var i = 0
    while i < bytes.count {
      switch bytes[i] {
      case 0x28, 0x5B: if surplus > 0 { surplus -= 1 } else { open.append(bytes[i]) }
      case 0x29, 0x5D: if open.popLast() == nil { surplus += 1 }
      case 0x23: while i < bytes.count, bytes[i] != 0x0A { i += 1 }
      case 0x22: repeat { i += 1 } while i < bytes.count && bytes[i] != 0x22 && bytes[i] != 0x0A
      default: break
      }
      i += 1
    }
    return open.last
  }
}

/// Finds how far a text that comes in pieces can be run: its lines outside brackets are complete.
package struct CompleteLines {
  private var text = OpenText()

  package init() {}

  /// Takes the next piece; how many of its bytes go up to its last newline that ends a statement.
  ///
  /// Nil where it has none. Linear in the piece.
  package mutating func take(_ piece: [UInt8]) -> Int? {
    var count: Int?
    var position = 0
    while true {
      position = text.end(in: piece, from: position)
      if position == piece.count { return count }
      text = OpenText()
      position += 1
      if piece[position - 1] == 0x0A { count = position }
    }
  }
}

/// What a text leaves open: brackets, a comment or a quotation.
private struct OpenText {
  private enum Place {
    case code, comment, quotation
  }
  private var place = Place.code
  private var depth = 0
  /// Whether there was nothing but blanks and comments.
  private(set) var isEmpty = true
  /// How much of `method` and a blank the statement begins with.
  private var word = 0
  private static let method = Array("method ".utf8)
  /// The last byte that is no blank.
  private var last: UInt8 = 0

  /// Whether a newline does not end the statement: the rule of a method goes on.
  var goesOn: Bool {
    word == OpenText.method.count && (last == 0x2C || last == 0x3A)
  }

  /// Follows the first word.
  private mutating func begin(with byte: UInt8) {
    guard word < OpenText.method.count, word >= 0 else { return }
    word = OpenText.method[word] == byte ? word + 1 : -1
  }

  /// Goes on through the bytes to the first that ends a statement, or to their end.
  mutating func end(in bytes: [UInt8], from start: Int) -> Int {
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      switch (place, byte) {
      case (.comment, 0x0A), (.comment, 0x0D), (.quotation, 0x0A):
        // The newline counts as code.
        place = .code
        continue
      case (.comment, _): break
      case (.quotation, _): if byte == 0x22 { place = .code }
      case (.code, 0x0A), (.code, 0x0D): if depth == 0, !goesOn { return position }
      case (.code, 0x3B): if depth == 0 { return position }
      case (.code, 0x20), (.code, 0x09): if !isEmpty { begin(with: 0x20) }
      case (.code, 0x23): place = .comment
      case (.code, _):
        isEmpty = false
        begin(with: byte)
        last = byte
        switch byte {
        case 0x22: place = .quotation
        case 0x28, 0x5B: depth += 1
        case 0x29, 0x5D: depth = max(0, depth - 1)
        default: break
        }
      }
      position += 1
    }
    return position
  }
}
