// Columns of data in expressions: `pts.x`, `pts[x, y]`, `pts`; texts, which are compared.

extension Environment {
  /// Whether a name is a column or a table, or looks like one of data that are not there.
  package func isOfData(_ name: String) -> Bool {
    tables[name] != nil || name.contains { $0 == "." || $0 == "[" }
  }

  /// The table of a name, and the names of columns that stand behind it.
  ///
  /// - Returns: the table's name alone where no column is named.
  private func parts(_ name: String) -> (table: String, columns: [String]?) {
    if tables[name] != nil { return (name, nil) }
    if let point = name.firstIndex(of: "."), name.firstIndex(of: "[").map({ point < $0 }) ?? true {
      return (String(name[..<point]), [String(name[name.index(after: point)...])])
    }
    guard let open = name.firstIndex(of: "[") else { return (name, nil) }
    let inside = name[name.index(after: open)...].dropLast()
    return (String(name[..<open]), ColumnChoice.names(in: inside))
  }

  /// Whether a name is a column of texts.
  func isTexts(_ name: String) -> Bool {
    guard let choice = try? columns(named: name) else { return false }
    return choice.columns.count == 1 && choice.table.columns[choice.columns[0]].isText
  }

  /// The columns that a name means.
  ///
  /// - Throws: where there is no such table or column; the fault has no place.
  package func columns(named name: String) throws(Fault) -> ColumnChoice {
    let (own, names) = parts(name)
    guard let table = tables[own] else {
      throw Fault(
        "there is no data \(own)",
        hint: "data \(own) \"file.csv\" reads a table; there are no modules (np., plt.): exp(1)")
    }
    let chosen = try (names ?? table.numeric.map { table.columns[$0].name }).map {
      name throws(Fault) -> Int in
      if let k = table.columns.firstIndex(where: { $0.name == name }) { return k }
      let all = table.columns.map(\.name)
      throw Fault(
        "\(own) has no column \(name)",
        hint: ClosestName.match(name, among: all).map { "did you mean \($0)?" }
          ?? "its columns are \(all.joined(separator: ", "))")
    }
    guard !chosen.isEmpty else { throw Fault("\(own) has no column of numbers") }
    return ColumnChoice(table: table, columns: chosen)
  }
}

extension Lowering {
  /// Columns of data side by side.
  mutating func columns(_ name: String, _ n: Node) throws(Fault) -> Register {
    let choice: ColumnChoice
    do throws(Fault) { choice = try environment.columns(named: name) } catch {
      throw Fault(error.message, hint: error.hint, at: n.range)
    }
    for k in choice.columns where choice.table.columns[k].isText {
      let (column, shown) = (choice.table.columns[k], choice.table.typed(k))
      throw Fault(
        "\(shown) has texts, and numbers are wanted",
        hint: "\(shown) == \"\(column.levels[0])\" is 1 where it says so, else 0", at: n.range)
    }
    let registers = choice.columns.map { builder.column($0, of: choice.table) }
    return registers.count == 1 ? registers[0] : builder.stack(registers, vertically: false)
  }

  /// Whether an operand of an operation varies along rows of data.
  func isOfRows(_ n: Node, _ f: Frame) -> Bool {
    [n.a, n.b].contains {
      f.registers[Int($0)] >= 0 && builder.extent(f.registers[Int($0)]).axis > 0
    }
  }

  /// The shape of a register for a reader: of data N stands for the rows.
  func shown(_ r: Register) -> String {
    let e = builder.extent(r)
    return e.axis > 0 ? "N×\(e.shape.columns)" : "\(e.shape)"
  }

  /// Refuses what would take rows of data for entries.
  func refuseRows(_ r: Register, _ what: String, hint: String, at n: Node) throws(Fault) {
    guard builder.extent(r).axis > 0 else { return }
    throw Fault("this has a value in each row of data: \(what)", hint: hint, at: n.range)
  }

  /// Columns of data and numbers side by side; nil where none of them is of data.
  mutating func besideRows(_ parts: [Register], _ n: Node) throws(Fault) -> Register? {
    guard let axis = parts.map({ builder.extent($0).axis }).first(where: { $0 > 0 }) else {
      return nil
    }
    guard n.b == 0,
      parts.allSatisfy({
        let e = builder.extent($0)
        return e.axis == axis || e.isScalar
      })
    else {
      throw Fault(
        "columns of one table and numbers stand beside columns of data",
        hint: "[pts.x, pts.x^2, 1] is N×3", at: n.range)
    }
    let all = parts.map {
      builder.extent($0).axis == axis ? $0 : builder.broadcast($0, to: Extent(.scalar, axis: axis))
    }
    return builder.stack(all, vertically: false)
  }

  /// Whether a node, a text or a column of texts, is compared.
  func comparesText(_ node: Int, _ f: Frame) -> Bool {
    f.arena.nodes[(node + 1)...].contains { n in
      guard n.kind == .equal || n.kind == .notEqual else { return false }
      let (a, b) = (Int(n.a), Int(n.b))
      let other = a == node ? b : b == node ? a : -1
      guard other >= 0 else { return false }
      return f.arena.nodes[node].kind == .string || f.arena.nodes[other].kind == .string
    }
  }

  /// 1 where a column of texts is a text, or is not; nil where none is compared.
  mutating func textComparison(
    _ c: Comparison, _ n: Node, _ f: Frame
  ) throws(Fault) -> Register? {
    let nodes = [n.a, n.b].map { f.arena.nodes[Int($0)] }
    guard let k = nodes.firstIndex(where: { $0.kind == .string }) else { return nil }
    let (text, other) = (nodes[k], nodes[1 - k])
    let typed = f.arena.names[Int(text.a)]
    guard other.kind == .name,
      let choice = try? environment.columns(named: f.arena.names[Int(other.a)]),
      choice.columns.count == 1, choice.table.columns[choice.columns[0]].isText
    else {
      throw Fault("a text is compared with a column of texts", at: text.range)
    }
    let column = choice.table.columns[choice.columns[0]]
    guard let level = column.levels.firstIndex(of: typed) else {
      let all = column.levels.prefix(8).joined(separator: ", ")
      throw Fault(
        "\(choice.table.typed(choice.columns[0])) is nowhere \"\(typed)\"",
        hint: ClosestName.match(typed, among: column.levels).map { "did you mean \"\($0)\"?" }
          ?? "it is \(all)\(column.levels.count > 8 ? ", …" : "")", at: text.range)
    }
    let codes = builder.column(choice.columns[0], of: choice.table)
    return builder.compare(c, codes, builder.constant(Rational(level), builder.extent(codes)))
  }
}
