// The text of a statement → what it is.
//
//   statement  := NAME '=' expression | NAME '(' names ')' '=' expression
//               | 'method' NAME …                      (`MethodDeclaration`)
//               | 'var' (NAME ['[' rows [',' columns] ']'])*
//               | 'data' NAME '[' rows ']'
//               | COMMAND (expression | text | NAME '=' value)* | expression
import Calculus
import Descent

/// An argument of a command: `name=value` or `name=low..high`, or a bare value.
struct Argument: Sendable {
  var name: String?
  var value: Expression
  var upper: Expression?
  var range: SourceRange
}

enum Statement: Sendable {
  case definition(name: String, parameters: [String]?, body: Expression, at: SourceRange)
  case method(MethodDeclaration, at: SourceRange)
  case variables([Variable], at: SourceRange)
  /// `data pts [`, rows as they were pasted, `]`.
  case table(name: String, rows: SourceRange, at: SourceRange)
  case command(Command, [Argument], forced: Bool)
  case expression(Expression)
}

extension Statement {
  /// - Parameters:
  ///   - isDefined: whether a name is the user's own, which no shorthand takes.
  ///   - isFormula: whether a name is a formula with variables, which behind the value of an argument is
  ///     what the command is about: `x=-80..80 f` is no product.
  static func parse(
    _ bytes: [UInt8], _ range: SourceRange, isDefined: (String) -> Bool,
    isFormula: @escaping (String) -> Bool = { _ in false },
    isTable: @escaping (String) -> Bool = { _ in false }
  ) throws(Fault) -> Statement {
    if let c = shorthand(bytes, range, isDefined) { return .command(c, [], forced: false) }
    let file = fileClause(bytes, range)
    var p = try Parser(Lexer(bytes, from: range.start, to: file?.start ?? range.end))
    p.isTable = isTable
    if let d = try definition(&p, bytes, range) { return d }
    if p.token.kind == .name, p.text(p.token.range) == "method", !isDefined("method"),
      [.name, .end].contains(p.peek()?.kind)
    {
      try p.advance()
      let name = p.token.range
      return .method(try MethodDeclaration(&p), at: name)
    }
    if let t = pastedTable(p, bytes, range) { return t }
    if p.token.kind == .name, p.text(p.token.range) == "var", !isDefined("var"),
      [.name, .end].contains(p.peek()?.kind)
    {
      return try variables(&p)
    }
    if p.token.kind == .name, let command = Command.named(p.text(p.token.range)),
      p.peek()?.kind != .assign, p.peek()?.kind != .open || command.takesExpression
    {
      let word = p.token.range
      try p.advance()
      if p.token.kind == .open, p.token.range.start == word.end, command.takesPoint,
        bytes[word.end..<range.end].contains(0x3D)
      {
        throw Fault(
          "commands take no parentheses", hint: "write \(command.usage)", at: p.token.range)
      }
      let forced = p.token.kind == .bang
      if forced { try p.advance() }
      var given = try arguments(&p, isFormula)
      if let file {
        var q = try Parser(Lexer(bytes, from: file.start, to: file.end))
        q.isTable = isTable
        given += try arguments(&q, isFormula)
      }
      return .command(command, given, forced: forced)
    }
    let first = p.token
    let e = try p.expression()
    try end(p, first, e)
    let root = e.arena.nodes[Int(e.root)]
    if root.kind == .call, let hint = Foreign.hint(p.text(first.range)),
      !isDefined(p.text(first.range))
    {
      throw Fault("\(p.text(first.range)) is not a function", hint: hint, at: first.range)
    }
    return .expression(e)
  }

  /// `data NAME [ … ]`: what stands between the brackets is read as a file would be.
  private static func pastedTable(
    _ p: Parser, _ bytes: [UInt8], _ range: SourceRange
  ) -> Statement? {
    var look = p
    guard p.token.kind == .name, p.text(p.token.range) == "data" else { return nil }
    guard (try? look.advance()) != nil, look.token.kind == .name else { return nil }
    let name = look.token.range
    guard let open = look.peek(), open.kind == .openBracket,
      let close = bytes[open.range.end..<range.end].lastIndex(of: 0x5D),
      bytes[(close + 1)..<range.end].allSatisfy({ $0 == 0x20 || $0 == 0x09 })
    else { return nil }
    return .table(
      name: look.name(look.token), rows: SourceRange(open.range.end, close), at: name)
  }

  /// The `to "figure.svg"` that ends a statement: no number before it multiplies `to`.
  private static func fileClause(_ bytes: [UInt8], _ range: SourceRange) -> SourceRange? {
    let text = bytes[range.start..<range.end]
    guard let close = text.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }), text[close] == 0x22,
      let open = text[..<close].lastIndex(of: 0x22),
      let o = text[..<open].lastIndex(where: { $0 != 0x20 && $0 != 0x09 }), o > range.start + 2,
      text[(o - 1)...o].elementsEqual("to".utf8), text[o - 2] == 0x20 || text[o - 2] == 0x09
    else { return nil }
    return SourceRange(o - 1, range.end)
  }

  /// What people type to leave or to ask in other programs.
  private static func shorthand(
    _ bytes: [UInt8], _ range: SourceRange, _ isDefined: (String) -> Bool
  ) -> Command? {
    guard range.end - range.start < 12 else { return nil }
    let text = String(decoding: bytes[range.start..<range.end], as: UTF8.self).trimmedBlanks
    if isDefined(text) { return nil }
    switch text {
    case "q", ":q", ":quit", "quit()", "exit()", "\\q": return Command.named("quit")
    case "?", ":help", "help()": return Command.named("help")
    default: return nil
    }
  }

  private static func end(_ p: Parser, _ first: Token, _ e: Expression) throws(Fault) {
    guard p.token.kind != .end else { return }
    let word = p.text(first.range)
    let rest = p.text(p.token.range)
    if first.kind == .name, e.arena.nodes.count == 1, p.token.kind != .assign {
      if ElementaryFunction.named(word) != nil {
        throw Fault(
          "\(word) wants its argument in parentheses", hint: "write \(word)(\(rest))",
          at: SourceRange(first.range.start, p.token.range.end))
      }
      if let command = Command.named(word) {
        throw Fault(
          "\(word) is a command and stands alone", hint: "write \(command.usage)",
          at: first.range)
      }
      if let hint = Foreign.hint(word) {
        throw Fault("\(word) is not a command", hint: hint, at: first.range)
      }
      if let close = ClosestName.match(word, among: Command.all.map(\.name)) {
        throw Fault("\(word) is not a command", hint: "did you mean \(close)?", at: first.range)
      }
      if p.token.kind == .name || p.token.kind == .number {
        throw Fault(
          "\(word) is not a command, and an operator is missing before \(rest)",
          hint: "help lists the commands; for a product write \(word)*\(rest)", at: p.token.range)
      }
    }
    if p.token.kind == .comma {
      throw Fault(
        "a comma does not begin decimals", hint: "write a point: 0.5", at: p.token.range)
    }
    if p.token.kind == .name || p.token.kind == .number || p.token.kind == .open {
      let left = e.text.trimmedBlanks
      let isShort = !left.isEmpty && left.utf8.count <= 20 && p.token.kind != .open
      throw Fault(
        "an operator is missing before \(rest)",
        hint: "for a product write \(isShort ? "\(left)*\(rest)" : "*")", at: p.token.range)
    }
    if p.token.kind == .assign {
      throw Fault(
        "only a name can be defined", hint: "write f = …, or f(x) = …; == compares",
        at: p.token.range)
    }
    throw Fault(
      "\(rest) cannot stand here", hint: rest == ":" ? "a definition is written f = …" : "",
      at: p.token.range)
  }

  private static func definition(
    _ p: inout Parser, _ bytes: [UInt8], _ range: SourceRange
  ) throws(Fault) -> Statement? {
    guard p.token.kind == .name else { return nil }
    let name = p.name(p.token)
    let at = p.token.range
    var parameters: [String]?
    var look = try Parser(Lexer(bytes, from: range.start, to: range.end))
    look.isTable = p.isTable
    do throws(Fault) {
      try look.advance()
      if look.token.kind == .open {
        var names: [String] = []
        repeat {
          try look.advance()
          guard look.token.kind == .name else { return nil }
          names.append(look.name(look.token))
          try look.advance()
        } while look.token.kind == .comma
        guard look.token.kind == .close else { return nil }
        try look.advance()
        parameters = names
      }
      guard look.token.kind == .assign else { return nil }
    } catch { return nil }
    try look.advance()
    p = look
    let first = p.token
    let body = try p.expression()
    if p.token.kind == .assign {
      throw Fault("only one name is defined at a time", at: p.token.range)
    }
    try end(p, first, body)
    return .definition(name: name, parameters: parameters, body: body, at: at)
  }

  private static func arguments(
    _ p: inout Parser, _ isFormula: @escaping (String) -> Bool
  ) throws(Fault) -> [Argument] {
    var out: [Argument] = []
    while p.token.kind != .end {
      if p.token.kind == .comma {
        try p.advance()
        if p.token.kind == .number, let before = out.last, before.name != nil {
          throw Fault(
            "a comma does not begin decimals",
            hint: "write a point: 0.1; lists have brackets: [0.1, 1]",
            at: p.token.range)
        }
        continue
      }
      let start = p.token.range.start
      var name: String?
      if let label = try p.argumentName() {
        name = label
        if p.token.kind == .end {
          throw Fault(
            "\(name ?? "")= wants a value", at: SourceRange(start, p.token.range.end))
        }
      }
      p.beginsAnew = name == nil ? { _ in false } : isFormula
      let value = try p.expression()
      var upper: Expression?
      if p.token.kind == .range {
        if name == nil {
          throw Fault(
            "a range wants a name", hint: "write x=-2..2", at: SourceRange(start, p.token.range.end)
          )
        }
        try p.advance()
        upper = try p.expression()
      }
      if p.token.range.start == start {
        throw Fault("\(p.text(p.token.range)) cannot stand here", at: p.token.range)
      }
      out.append(
        Argument(
          name: name, value: value, upper: upper, range: SourceRange(start, p.token.range.start)))
    }
    return out
  }
}
