// What is said where a text is no expression.

extension Parser {
  /// What stands in the way of the bracket's end, where something does.
  func unclosed(_ top: Entry) -> Fault {
    let next = lexer.text(token.range)
    switch token.kind {
    case .name, .number, .open, .root, .norm, .openBracket:
      let isList = enclosing?.role == .bracket
      return Fault(
        "an operator is missing before \(next)",
        hint: isList ? "entries are separated by commas: [0.1, 0.2]" : product(before: next),
        at: token.range)
    case .assign:
      return Fault(
        "= cannot stand in brackets", hint: "== compares; a point is f(3), or grad f x=3",
        at: token.range)
    default:
      return Fault("a \(opening(top)) is not closed: missing \(closing(top))", at: top.range)
    }
  }

  /// The product that was meant by two things side by side.
  private func product(before next: String) -> String {
    let left = lastOperand
    return left.isEmpty || next == "("
      ? "for a product write *" : "for a product write \(left)*\(next)"
  }

  /// `1 -2` in brackets, at its sign, with the token behind it read.
  func twoEntries(_ left: String, _ sign: Token) -> Fault {
    let (s, next) = (lexer.text(sign.range), lexer.text(token.range))
    let first = left.isEmpty ? "…" : left
    return Fault(
      "this could mean two entries or one",
      hint: "for two write \(first), \(s)\(next), for one \(first) \(s) \(next)",
      at: SourceRange(sign.range.start, token.range.end))
  }

  /// The text of what was read last; empty where it is long.
  var lastOperand: String {
    guard let last = operands.last else { return "" }
    let range = SourceRange(Int(arena.nodes[Int(last)].start), previousEnd)
    return range.end - range.start <= 20 && range.start < range.end ? lexer.text(range) : ""
  }

  func opening(_ e: Entry) -> String {
    [.bracket, .index].contains(e.role) ? "[" : e.role == .norm ? "‖" : "("
  }
  func closing(_ e: Entry) -> String {
    [.bracket, .index].contains(e.role) ? "]" : e.role == .norm ? "‖" : ")"
  }

  func missingOperand(_ t: Token) -> Fault {
    if let top = operators.last, t.kind == .end || t.kind == .separator {
      if top.role.rawValue >= Entry.Role.group.rawValue {
        return Fault(
          "a \(opening(top)) is not closed: missing \(closing(top))", at: top.range)
      }
      return Fault("something is missing after \(lexer.text(top.range))", at: top.range)
    }
    if t.kind == .end || t.kind == .newline || t.kind == .separator {
      return Fault("an expression is missing here", at: t.range)
    }
    return Fault("\(lexer.text(t.range)) cannot stand here", at: t.range)
  }
}
