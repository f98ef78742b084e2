// The names that arguments of commands have.

extension Parser {
  /// The name before `=` with which an argument begins, as `x0`, or an entry as `w[2]`; then what follows the
  /// sign is next.
  ///
  /// - Returns: nil where none stands here; then nothing was consumed.
  /// - Throws: a fault at a sign or number that is none.
  package mutating func argumentName() throws(Fault) -> String? {
    guard token.kind == .name else { return nil }
    var name = self.name(token)
    var look = self
    try look.advance()
    if look.token.kind == .openBracket, look.token.range.start == token.range.end {
      var places: [String] = []
      repeat {
        try look.advance()
        guard look.token.kind == .number, let k = Int(look.text(look.token.range)) else {
          return nil
        }
        places.append("\(k)")
        try look.advance()
      } while look.token.kind == .comma
      guard look.token.kind == .closeBracket else { return nil }
      try look.advance()
      name += "[\(places.joined(separator: ","))]"
    }
    guard look.token.kind == .assign else { return nil }
    try look.advance()
    self = look
    return name
  }
}
