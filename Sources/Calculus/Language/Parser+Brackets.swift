// What brackets hold: groups, arguments, rows of a matrix, places in an array.

extension Parser {
  /// Closes the innermost bracket at its closing sign.
  ///
  /// - Returns: whether an operand is due then: no.
  mutating func close(_ t: Token) throws(Fault) -> Bool {
    while let top = operators.last, top.role.rawValue <= 1 { reduce() }
    guard let group = operators.popLast() else {
      throw Fault("\(lexer.text(t.range)) closes nothing", at: t.range)
    }
    guard t.kind == group.end else {
      throw Fault(
        "\(lexer.text(t.range)) cannot close this \(opening(group))",
        hint: "add \(closing(group))", at: SourceRange(group.range.start, t.range.end))
    }
    depth -= 1
    let children = operands[group.base...]
    let range = SourceRange(group.range.start, t.range.end)
    if group.role == .group {
      if children.isEmpty { throw Fault("nothing stands in these parentheses", at: t.range) }
    } else {
      let columns = group.role == .bracket ? try columns(of: group, children.count, range) : 1
      let list = arena.list(children)
      operands.removeSubrange(group.base...)
      let node: (Node.Kind, Int32, Int32)
      switch group.role {
      case .bracket: node = (.matrix, list, columns)
      case .norm: node = (.call, arena.intern("norm"), list)
      case .index:
        let whole = operands.removeLast()
        node = try dataColumns(of: whole, list) ?? (.index, whole, list)
      default: node = (group.kind, group.name, list)
      }
      operands.append(arena.append(node.0, node.1, node.2, range.start, range.end))
    }
    try advance()
    return false
  }

  /// How many columns the entries of a bracket make; 0 for a list: [1, 2, 3] is a column.
  private func columns(of group: Entry, _ count: Int, _ range: SourceRange) throws(Fault) -> Int32 {
    let rows = group.rows + [count]
    var last = 0
    for r in rows {
      if r - last != rows[0] { throw Fault("the rows differ in length", at: range) }
      last = r
    }
    return rows.count == 1 ? 0 : Int32(clamping: rows[0])
  }

  /// The name of columns of a table, `pts[x, y]`, as one node; nil where the name is no table's.
  private mutating func dataColumns(
    of whole: Int32, _ list: Int32
  ) throws(Fault) -> (Node.Kind, Int32, Int32)? {
    let n = arena.nodes[Int(whole)]
    guard n.kind == .name, isTable(arena.names[Int(n.a)]) else { return nil }
    let own = arena.names[Int(n.a)]
    let places = Array(arena.list(at: list))
    var names: [String] = []
    for p in places {
      let place = arena.nodes[Int(p)]
      guard place.kind == .name || place.kind == .string else {
        throw Fault(
          "behind a table stand names of columns", hint: "\(own)[x, y], or \(own)[\"Weight (kg)\"]",
          at: place.range)
      }
      names.append(arena.names[Int(place.a)])
      arena.nodes[Int(p)].kind = .all
    }
    arena.nodes[Int(whole)].kind = .all
    return (.name, arena.intern(ColumnChoice.typed(own, names)), 0)
  }

  /// A ' behind brackets: what they hold, transposed.
  mutating func transpose(_ t: Token) throws(Fault) -> Bool {
    let isTouching = previousEnd == t.range.start
    guard isTouching, previousEnd > 0, [0x29, 0x5D].contains(lexer.bytes[previousEnd - 1]),
      let inner = operands.popLast()
    else {
      throw Fault(
        "' stands behind a name or a bracket", hint: "write f'(x), or A' for a transpose",
        at: t.range)
    }
    let start = Int(arena.nodes[Int(inner)].start)
    operands.append(arena.append(.transpose, inner, 0, start, t.range.end))
    try advance()
    return false
  }
}

extension Parser.Entry {
  /// The sign that closes it.
  fileprivate var end: Token.Kind {
    switch role {
    case .bracket, .index: .closeBracket
    case .norm: .norm
    default: .close
    }
  }
}
