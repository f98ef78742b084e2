// Tokens → arena, by two explicit stacks (Dijkstra's shunting-yard, 1961): depth costs memory, never
// the call stack.
//
//   expression  := operand (operator operand)*
//   operand     := number | name | name '(' list ')' | '(' expression ')' | '[' rows ']'
//                | name'[' places ']' | '‖' expression '‖' | '√' operand | ('-' | '+' | 'not') operand
//   place       := expression | expression '..' expression | ':'
//   tightest first: call and '   ^ (right)   unary −   implicit product   * /   + −
//                   comparisons   not   and   or
//   implicit product: a number before a name or '(', and ')(' — never after '/'

/// Reads expressions from tokens into an arena: shunting-yard with a stack of its own, no recursion.
package struct Parser {
  package private(set) var lexer: Lexer
  /// The token not yet consumed.
  package private(set) var token: Token
  var arena = Arena()
  var operands: [Int32] = []
  var operators: [Entry] = []
  var previousEnd = 0
  /// Names, no calls, that begin something new behind a number and a blank; others are factors.
  package var beginsAnew: (String) -> Bool = { _ in false }
  /// Names of tables of data, behind which brackets hold names of columns.
  package var isTable: (String) -> Bool = { _ in false }

  struct Entry {
    enum Role: UInt8 { case binary, prefix, group, call, bracket, norm, index }
    var role: Role
    var kind: Node.Kind
    var precedence: UInt8
    var implicit = false
    /// For groups: the operands below, the name called, its primes, columns of the first row.
    var base = 0
    var name: Int32 = -1
    var rows: [Int] = []
    var range: SourceRange
  }

  package init(_ lexer: Lexer) throws(Fault) {
    self.lexer = lexer
    token = Token(kind: .end, range: SourceRange(0, 0))
    try advance()
  }

  /// Goes to the next token.
  ///
  /// - Throws: a fault at a sign or number that is none.
  package mutating func advance() throws(Fault) {
    previousEnd = token.range.end
    token = try lexer.next()
  }

  /// The token behind the current one, without consuming either.
  package func peek() -> Token? {
    var l = lexer
    return try? l.next()
  }

  /// What was typed at a place.
  package func text(_ r: SourceRange) -> String { lexer.text(r) }
  /// The name that a token spells, η as `eta`.
  package func name(_ t: Token) -> String { Spelling.canonical(lexer.text(t.range)) }

  /// Parses one expression; stops before the first token that cannot continue it.
  package mutating func expression() throws(Fault) -> Expression {
    arena = Arena()
    arena.lineStart = Int32(clamping: lexer.lineStart)
    operands = []
    operators = []
    let start = token.range.start
    let root = try parse()
    let end = max(previousEnd, start)
    let text = end - start <= 4000 ? lexer.text(SourceRange(start, end)) : ""
    return Expression(arena: arena, root: root, text: text)
  }

  private mutating func parse() throws(Fault) -> Int32 {
    var wantsOperand = true
    while true {
      if operators.last.map({ $0.role.rawValue >= Entry.Role.group.rawValue }) ?? false
        || depth > 0
      {
        while token.kind == .newline { try advance() }
      }
      if wantsOperand {
        wantsOperand = try operand()
      } else if let more = try continuation() {
        wantsOperand = more
      } else {
        break
      }
    }
    while let top = operators.last {
      if top.role != .binary && top.role != .prefix { throw unclosed(top) }
      reduce()
    }
    return operands[0]
  }

  var depth = 0
  /// Reads where an operand is due; returns whether one is still due.
  private mutating func operand() throws(Fault) -> Bool {
    let t = token
    switch t.kind {
    case .number where !t.superscript:
      operands.append(try number(t))
      try advance()
      return false
    case .name where lexer.text(t.range) == "not":
      push(Entry(role: .prefix, kind: .not, precedence: 3, range: t.range))
    case .name:
      let id = arena.intern(name(t))
      try advance()
      return try named(id, t)
    case .string:
      let inside = arena.intern(lexer.text(SourceRange(t.range.start + 1, t.range.end - 1)))
      operands.append(arena.append(.string, inside, 0, t.range.start, t.range.end))
      try advance()
      return false
    case .minus: push(Entry(role: .prefix, kind: .negate, precedence: 8, range: t.range))
    case .plus: push(Entry(role: .prefix, kind: .add, precedence: 8, range: t.range))
    case .root:
      push(Entry(role: .prefix, kind: .call, precedence: 10, range: t.range))
    case .nabla:
      try advance()
      guard token.kind == .name else {
        throw Fault("∇ wants the name of a formula", hint: "write ∇f", at: t.range)
      }
      let id = arena.intern(name(token))
      operands.append(arena.append(.gradient, id, 0, t.range.start, token.range.end))
      try advance()
      return false
    case .open: open(.group, t)
    case .openBracket: open(.bracket, t)
    case .colon where enclosing?.role == .index:
      operands.append(arena.append(.all, 0, 0, t.range.start, t.range.end))
      try advance()
      return false
    case .norm: open(.norm, t)
    case .close:
      if let top = operators.last, top.role == .call, operands.count == top.base {
        return try close(t)
      }
      throw missingOperand(t)
    default: throw missingOperand(t)
    }
    try advance()
    return true
  }

  private mutating func number(_ t: Token) throws(Fault) -> Int32 {
    let value = try Literal.value(of: lexer.text(t.range), at: t.range)
    arena.numbers.append(value)
    return arena.append(
      .number, Int32(clamping: arena.numbers.count - 1), 0, t.range.start, t.range.end)
  }

  /// A name: a call where `(` follows, with primes between; otherwise a value.
  private mutating func named(_ id: Int32, _ t: Token) throws(Fault) -> Bool {
    var primes: Int32 = 0
    while token.kind == .prime {
      primes += 1
      try advance()
    }
    if token.kind == .open {
      let range = SourceRange(t.range.start, token.range.end)
      var node: Int32 = -1
      if primes > 0 {
        node = arena.append(.derivative, id, primes, t.range.start, previousEnd)
      }
      operators.append(
        Entry(
          role: .call, kind: primes > 0 ? .derivativeCall : .call, precedence: 0,
          base: operands.count, name: primes > 0 ? node : id, range: range))
      depth += 1
      try advance()
      return true
    }
    let end = previousEnd
    if token.kind == .transposed, token.range.start == end, primes == 0 {
      let inner = arena.append(.name, id, 0, t.range.start, end)
      operands.append(arena.append(.transpose, inner, 0, t.range.start, token.range.end))
      try advance()
      return false
    }
    operands.append(
      primes > 0
        ? arena.append(.derivative, id, primes, t.range.start, end)
        : arena.append(.name, id, 0, t.range.start, end))
    if token.kind == .openBracket, token.range.start == end, primes == 0 {
      open(.index, Token(kind: .openBracket, range: SourceRange(t.range.start, token.range.end)))
      try advance()
      return true
    }
    return false
  }

  mutating func open(_ role: Entry.Role, _ t: Token) {
    operators.append(
      Entry(role: role, kind: .call, precedence: 0, base: operands.count, range: t.range))
    depth += 1
  }

  private mutating func push(_ e: Entry) { operators.append(e) }

  /// Reads where an operator is due.
  ///
  /// nil: the expression ends here; else whether an operand is due.
  private mutating func continuation() throws(Fault) -> Bool? {
    let t = token
    if t.superscript {
      binary(.power, 9, t.range)
      operands.append(try superscript(t))
      try advance()
      return false
    }
    if let (kind, precedence) = binaryOperator(t) {
      // [1 -2] is read as two entries by some, and as a difference by others.
      let isApart =
        (kind == .add || kind == .subtract) && previousEnd < t.range.start
        && enclosing?.role == .bracket
      let left = isApart ? lastOperand : ""
      try advance()
      if isApart, token.range.start == t.range.end { throw twoEntries(left, t) }
      binary(kind, precedence, t.range)
      return true
    }
    switch t.kind {
    case .close, .closeBracket: return depth == 0 ? nil : try close(t)
    case .norm:
      if enclosing?.role == .norm { return try close(t) }
    case .comma, .separator:
      guard depth > 0, let i = operators.lastIndex(where: { $0.role.rawValue > 1 }) else {
        return nil
      }
      let role = operators[i].role
      guard [.call, .index].contains(role) && t.kind == .comma || role == .bracket else {
        if t.kind == .separator {
          throw Fault(
            "a \(opening(operators[i])) is not closed", hint: "add \(closing(operators[i]))",
            at: operators[i].range)
        }
        throw Fault("a comma cannot stand in these parentheses", at: t.range)
      }
      reduce(downTo: i)
      if t.kind == .separator { operators[i].rows.append(operands.count - operators[i].base) }
      try advance()
      return true
    case .colon where enclosing?.role == .index:
      throw Fault(
        "a range of places is written with two points", hint: "write 1..2; : alone is all of them",
        at: t.range)
    case .prime, .transposed: return try transpose(t)
    default: break
    }
    if implicitProduct(before: t) {
      while let top = operators.last, top.role.rawValue <= 1, top.precedence > 7 { reduce() }
      if let top = operators.last, top.kind == .divide, top.role == .binary {
        let left = lexer.text(SourceRange(top.range.end, previousEnd)).trimmedBlanks
        let right = lexer.text(t.range)
        throw Fault(
          "this could mean two things after /",
          hint: "write /(\(left)*\(right)…) or /\(left)*\(right)…",
          at: SourceRange(top.range.start, t.range.end))
      }
      operators.append(
        Entry(role: .binary, kind: .multiply, precedence: 7, implicit: true, range: t.range))
      return true
    }
    return nil
  }

  var enclosing: Entry? { operators.last { $0.role.rawValue > 1 } }

  private func implicitProduct(before t: Token) -> Bool {
    guard let last = operands.last else { return false }
    let n = arena.nodes[Int(last)]
    let closed = previousEnd > 0 && lexer.bytes[previousEnd - 1] == 0x29
    switch t.kind {
    case .name:
      let word = lexer.text(t.range)
      if word == "and" || word == "or" { return false }
      if n.kind == .number && Int(n.end) == previousEnd && !closed {
        if Int(n.end) == t.range.start { return true }
        if peek()?.kind == .open { return true }
        var look = self
        let isArgument = (try? look.argumentName()) != nil
        return !isArgument && (depth > 0 || !beginsAnew(name(t)))
      }
      return false
    case .root, .nabla: return n.kind == .number && !closed
    case .norm: return n.kind == .number && !closed && enclosing?.role != .norm
    case .open: return (n.kind == .number && !closed) || closed
    default: return false
    }
  }

  private func binaryOperator(_ t: Token) -> (Node.Kind, UInt8)? {
    switch t.kind {
    case .plus: (.add, 5)
    case .minus: (.subtract, 5)
    case .times: (.multiply, 6)
    case .divide: (.divide, 6)
    case .power: (.power, 9)
    case .dotPlus: (.dotAdd, 5)
    case .dotMinus: (.dotSubtract, 5)
    case .dotTimes: (.dotMultiply, 6)
    case .dotDivide: (.dotDivide, 6)
    case .dotPower: (.dotPower, 9)
    case .range where enclosing?.role == .index: (.range, 0)
    case .less: (.less, 4)
    case .lessOrEqual: (.lessOrEqual, 4)
    case .greater: (.greater, 4)
    case .greaterOrEqual: (.greaterOrEqual, 4)
    case .equal: (.equal, 4)
    case .notEqual: (.notEqual, 4)
    case .name where lexer.text(t.range) == "and": (.and, 2)
    case .name where lexer.text(t.range) == "or": (.or, 1)
    default: nil
    }
  }

  private mutating func binary(_ kind: Node.Kind, _ precedence: UInt8, _ range: SourceRange) {
    while let top = operators.last, top.role.rawValue <= 1,
      top.precedence > precedence || (top.precedence == precedence && precedence != 9)
    {
      reduce()
    }
    push(Entry(role: .binary, kind: kind, precedence: precedence, range: range))
  }

  private mutating func superscript(_ t: Token) throws(Fault) -> Int32 {
    var digits = ""
    for c in lexer.text(t.range).unicodeScalars { digits.append(Spelling.superscripts[c] ?? "0") }
    guard let value = Rational(digits: digits, exponent: 0) else {
      throw Fault("\(lexer.text(t.range)) is not an exponent", at: t.range)
    }
    arena.numbers.append(value)
    return arena.append(
      .number, Int32(clamping: arena.numbers.count - 1), 0, t.range.start, t.range.end)
  }

  private mutating func reduce(downTo i: Int) { while operators.count > i + 1 { reduce() } }

  /// Applies the operator on top of the stack.
  mutating func reduce() {
    let e = operators.removeLast()
    let right = operands.removeLast()
    let r = arena.nodes[Int(right)]
    if e.role == .prefix {
      if e.kind == .add { return operands.append(right) }
      var list: Int32 = 0
      if e.kind == .call { list = arena.list([right]) }
      let a = e.kind == .call ? arena.intern("sqrt") : right
      operands.append(arena.append(e.kind, a, list, e.range.start, Int(r.end)))
    } else {
      let left = operands.removeLast()
      let start = Int(arena.nodes[Int(left)].start)
      operands.append(arena.append(e.kind, left, right, start, Int(r.end)))
    }
  }
}

extension String {
  /// Without blanks at both ends.
  package var trimmedBlanks: String {
    var s = Substring(self)
    while let c = s.first, c == " " || c == "\t" { s.removeFirst() }
    while let c = s.last, c == " " || c == "\t" { s.removeLast() }
    return String(s)
  }
}
