// Tables of data in a session: read, kept, summarised.
import Calculus

extension Session {
  /// Reads a table from a file, or from standard input as `-`.
  func readTable(
    _ path: String, _ options: TableReader.Options
  ) throws(Fault) -> TableReader.Result {
    guard !safe else { throw Fault("--safe: nothing is read") }
    var reader = TableReader(path == "-" ? "<stdin>" : path, options)
    try UserFiles.pieces(of: UserFiles.dataPath(path)) { piece throws(Fault) in
      try stopIfCancelled()
      try reader.feed(piece)
    }
    return try reader.finish()
  }

  /// Reads a table from what was pasted between brackets.
  func paste(_ rows: ArraySlice<UInt8>, as name: String, at range: SourceRange) throws(Fault)
    -> Answer
  {
    var reader = TableReader("pasted")
    // A line break behind the bracket is none of the table.
    var text = Array(rows.drop { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 })
    // On one line rows are apart as in a matrix.
    if !text.contains(0x0A) { text = text.map { $0 == 0x3B ? 0x0A : $0 } }
    try text.withUnsafeBufferPointer { p throws(Fault) in try reader.feed(p) }
    let r = try reader.finish()
    return try keep((r.columns, nil, r.skipped, r.missing), named: name, at: range)
  }

  /// Gives what was read a name; the answer summarises it.
  func keep(
    _ read: (columns: [Column], file: String?, skipped: Int, missing: [Int]), named name: String,
    at range: SourceRange
  ) throws(Fault) -> Answer {
    if Environment.isTaken(name) || environment.definitions[name] != nil {
      throw Fault(
        "\(name) has a meaning already", hint: "choose another name, or forget \(name)", at: range)
    }
    let table = DataTable(
      name: name, axis: environment.newAxis(), columns: read.columns, file: read.file)
    history.append(
      Change(name: name, before: .table(environment.tables[name]), statement: "data \(name)"))
    environment.keep(table, named: name)
    return summary(of: table, skipped: read.skipped, missing: read.missing)
  }
}

extension Session {
  /// A column of made-up data: what an expression of earlier columns, of draws and of the number of the row,
  /// `row`, is in each row, in doubles.
  ///
  /// Each call that draws is a stream of its own, set apart by the column's place and its own.
  func column(
    _ e: Expression, rows: Int, seed: UInt64, place: Int, beside earlier: [Column]
  ) throws(Fault) -> ColumnNumbers {
    var environment = environment
    var (arena, columns) = (e.arena, earlier)
    let numbers = ColumnNumbers(capacity: rows)
    for k in 0..<rows { numbers.append(Double(k + 1)) }
    numbers.finish()
    if !earlier.contains(where: { $0.name == "row" }) {
      columns.append(Column("row", numbers, meaning: .binary))
    }
    let own = "rows\u{2032}"
    for c in columns {
      environment.define(c.name, nil, Expression(naming: ColumnChoice.typed(own, [c.name])))
    }
    for (n, draw) in environment.draws(in: e).enumerated() {
      let node = arena.nodes[draw.node]
      let drawn = try drawnColumn(draw.call, node, e, rows, seed, UInt32(clamping: place << 16 | n))
      let name = "\(draw.call.name)\(n)\u{2032}"
      columns.append(Column(name, numbers: drawn, meaning: .binary))
      arena.name(draw.node, ColumnChoice.typed(own, [name]))
    }
    let table = DataTable(name: own, axis: environment.newAxis(), columns: columns)
    environment.keep(table, named: own)
    let program = try environment.program(of: Expression(arena: arena, root: e.root, text: e.text))
    if let unknown = program.variables.first { throw unknownName(unknown, in: e) }
    guard program.extent(of: 0).shape.isScalar else {
      throw Fault(
        "a column of data is one number in each row", at: e.arena.nodes[Int(e.root)].range)
    }
    let made = program.run(DoubleArithmetic(), at: [])
    let out = ColumnNumbers(capacity: rows)
    for k in 0..<rows { out.append(made.count == 1 ? made[0] : made[k]) }
    out.finish()
    return out
  }

  /// What one call draws for all rows.
  private func drawnColumn(
    _ row: Distribution, _ node: Node, _ e: Expression, _ rows: Int, _ seed: UInt64, _ which: UInt32
  ) throws(Fault) -> [Double] {
    let arguments = e.arena.list(at: node.b).map {
      Expression(arena: e.arena.alone($0), root: $0, text: e.text)
    }
    guard arguments.count == row.arguments.count, !row.hasSeed else {
      throw Fault(
        row.hasSeed
          ? "\(row.name) draws start values; data are drawn by uniform and normal"
          : "\(row.name) takes \(row.arguments.count) numbers, here are \(arguments.count)",
        hint: "x=uniform(-1, 1), y=2x + normal(0, 0.3)", at: node.range)
    }
    let values = try arguments.map { e throws(Fault) in try rational(e) }
    if let complaint = row.complaint(values) { throw Fault(complaint, at: node.range) }
    let stream = RandomStream(seed: seed, .data, occurrence: which)
    return row.draw(values, Shape(rows, 1), stream).map(\.nearestDouble)
  }
}
