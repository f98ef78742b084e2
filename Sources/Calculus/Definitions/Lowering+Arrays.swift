// Literals, places and transposes. Places are known when a program is made: they are whole numbers from 1.

extension Lowering {
  /// A literal, `[1, 2; 3, 4]`: numbers, columns and matrices below each other and side by side.
  ///
  /// A list without `;` is one column of numbers and columns; with a row or a matrix among them its parts
  /// stand side by side.
  mutating func literal(_ n: Node, _ f: Frame) throws(Fault) -> Register {
    let entries = f.arena.list(at: n.a).map { f.registers[Int($0)] }
    guard !entries.isEmpty else { throw Fault("an array has entries", at: n.range) }
    if let rows = try besideRows(entries, n) { return rows }
    let columns = max(1, Int(n.b))
    let numbers = entries.compactMap {
      builder.extent($0).isScalar ? builder.constantValue($0) : nil
    }
    if numbers.count == entries.count {
      return builder.constant(numbers, Shape(entries.count / columns, columns))
    }
    if n.b == 0 {
      try refuseLists(n, f)
      let isColumn = entries.allSatisfy { builder.extent($0).shape.columns == 1 }
      return try stacked(entries, isColumn, n)
    }
    var rows: [Register] = []
    for start in stride(from: 0, to: entries.count, by: columns) {
      rows.append(try stacked(Array(entries[start..<(start + columns)]), false, n))
    }
    return try stacked(rows, true, n)
  }

  /// `[[1, 2], [3, 4]]` is rows to some, and one column here.
  private func refuseLists(_ n: Node, _ f: Frame) throws(Fault) {
    let parts = f.arena.list(at: n.a).map { f.arena.nodes[Int($0)] }
    guard parts.count > 1, parts.allSatisfy({ $0.kind == .matrix && $0.b == 0 }) else { return }
    let inside = parts.map { p in
      f.arena.list(at: p.a).map { text($0, f) }.joined(separator: ", ")
    }
    throw Fault(
      "this could mean rows or one column",
      hint:
        "for rows write [\(inside.joined(separator: "; "))], for a column [\(inside.joined(separator: ", "))]",
      at: n.range)
  }

  private mutating func stacked(
    _ parts: [Register], _ vertically: Bool, _ n: Node
  ) throws(Fault) -> Register {
    let shapes = parts.map { builder.extent($0).shape }
    for s in shapes.dropFirst()
    where vertically ? s.columns != shapes[0].columns : s.rows != shapes[0].rows {
      let other = vertically ? shapes[0].rows == s.rows : shapes[0].columns == s.columns
      throw Fault(
        "\(shapes[0]) and \(s) do not stand \(vertically ? "below each other" : "side by side")",
        hint: !other
          ? "A' is the transpose"
          : vertically ? "[A, b] puts them side by side" : "[A; B] puts them below each other",
        at: n.range)
    }
    return builder.stack(parts, vertically: vertically)
  }

  /// `A'` of an array.
  mutating func transposed(_ r: Register, _ n: Node) throws(Fault) -> Register {
    try refuseRows(
      r, "' would lay them side by side",
      hint: "sum(u.*v) is the product of columns u and v", at: n)
    guard !builder.extent(r).isScalar else {
      throw Fault(
        "' behind a bracket transposes, and this is a number",
        hint: "a derivative is of a name: g = …, then g'(x)", at: n.range)
    }
    return builder.transpose(r)
  }

  /// `w[2]`, `w[2..5]`, `A[i,:]`.
  mutating func part(_ n: Node, _ f: Frame) throws(Fault) -> Register {
    let whole = f.registers[Int(n.a)]
    try refuseRows(
      whole, "rows have no places", hint: "mean, sum, max and min make one number of them", at: n)
    let shape = builder.extent(whole).shape
    let name = text(n.a, f)
    let places = Array(f.arena.list(at: n.b))
    if shape.isScalar, environment.declared[name] == nil {
      let size = try? places.map { p throws(Fault) in try range(p, in: Int.max, name, f).upperBound
      }
      let wanted = (size ?? [2]).map { $0 == Int.max ? "2" : "\($0)" }.joined(separator: ",")
      throw Fault(
        "\(name) is a number here and has no entries", hint: "var \(name)[\(wanted)]", at: n.range)
    }
    if places.count == 2 {
      let rows = try range(places[0], in: shape.rows, name, f, "row")
      let columns = try range(places[1], in: shape.columns, name, f, "column")
      return builder.slice(
        whole, rows.lowerBound, columns.lowerBound, Shape(rows.count, columns.count))
    }
    guard places.count == 1 else {
      throw Fault("\(name) has rows and columns: two places at most", at: n.range)
    }
    if shape.rows > 1, shape.columns > 1 {
      let k = text(places[0], f)
      throw Fault(
        "\(name) is \(shape): \(name)[\(k)] could be a row or an entry",
        hint: "\(name)[\(k),:] is the row, \(name)[\(k),1] its first entry", at: n.range)
    }
    let at = try range(places[0], in: shape.count, name, f)
    return shape.columns == 1
      ? builder.slice(whole, at.lowerBound, 0, Shape(at.count, 1))
      : builder.slice(whole, 0, at.lowerBound, Shape(1, at.count))
  }

  /// A function of all entries, or along a dimension.
  mutating func reduced(
    _ row: ArrayFunction, _ arguments: [Register], _ n: Node, _ f: Frame
  ) throws(Fault) -> Register {
    guard (1...(row.takesDimension ? 2 : 1)).contains(arguments.count) else {
      throw Fault("\(row.name) takes one array, here are \(arguments.count)", at: n.range)
    }
    let extent = builder.extent(arguments[0])
    if row.wantsSeveralColumns, extent.axis > 0, extent.shape.isScalar {
      throw Fault(
        "\(row.name) is of each row of data, and this is one column",
        hint: "[u, v] puts columns side by side", at: n.range)
    }
    if row.takesColumn {
      let shown = f.arena.list(at: n.b).first.map { text($0, f) } ?? "this"
      guard extent.shape.isColumn else {
        throw Fault("\(row.name) takes a column, and \(shown) is \(extent.shape)", at: n.range)
      }
      guard extent.count <= ArrayFunction.longestDiagonal else {
        throw Fault(
          "\(shown) has \(extent.count) entries, and \(row.name) makes a matrix of up to \(ArrayFunction.longestDiagonal)",
          at: n.range)
      }
    }
    guard arguments.count == 2 else { return row.lower(&builder, arguments[0], row.target(extent)) }
    let along = builder.integerConstant(arguments[1])
    guard along == 1 || along == 2 else {
      throw Fault(
        "the second argument of \(row.name) is 1, for each column, or 2, for each row", at: n.range)
    }
    let to =
      along == 1
      ? Extent(1, extent.shape.columns) : Extent(Shape(extent.shape.rows, 1), axis: extent.axis)
    return row.lower(&builder, arguments[0], to)
  }

  /// The places that a node names, from 0.
  private func range(
    _ place: Int32, in size: Int, _ name: String, _ f: Frame, _ what: String? = nil
  ) throws(Fault) -> Range<Int> {
    let p = f.arena.nodes[Int(place)]
    if p.kind == .all { return 0..<size }
    func whole(_ node: Int32) throws(Fault) -> Int {
      guard let v = builder.integerConstant(f.registers[Int(node)]), v > 0 else {
        throw Fault(
          "a place in \(name) is a whole number from 1", at: f.arena.nodes[Int(node)].range)
      }
      guard v <= size else {
        throw Fault(
          what.map { "\(name) has \(size) \($0)\(size == 1 ? "" : "s"): there is no \($0) \(v)" }
            ?? "\(name) has \(size) entries: there is no \(name)[\(v)]",
          at: f.arena.nodes[Int(node)].range)
      }
      return Int(v)
    }
    guard p.kind == .range else {
      let k = try whole(place)
      return (k - 1)..<k
    }
    let (low, high) = (try whole(p.a), try whole(p.b))
    guard low <= high else { throw Fault("\(low)..\(high) goes down", at: p.range) }
    return (low - 1)..<high
  }
}
