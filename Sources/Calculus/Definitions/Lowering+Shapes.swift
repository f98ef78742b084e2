// Shapes of operands: what is repeated to fit, and what is said where nothing fits. A fault names both
// shapes, the place, and what to type.

extension Lowering {
  /// Registers repeated to one extent.
  ///
  /// - Parameter isDotted: whether a dimension of 1 is repeated, too; else only numbers are.
  /// - Returns: nil where they do not fit.
  mutating func aligned(_ registers: [Register], isDotted: Bool = false) -> [Register]? {
    var (rows, columns) = (1, 1)
    var axis: Int32 = 0
    for r in registers {
      let own = builder.extent(r)
      rows = max(rows, own.shape.rows)
      columns = max(columns, own.shape.columns)
      if own.axis != 0, axis != 0, own.axis != axis { return nil }
      axis = max(axis, own.axis)
    }
    let extent = Extent(Shape(rows, columns), axis: axis)
    let fit = registers.allSatisfy { r in
      let own = builder.extent(r)
      return isDotted
        ? own.spreads(to: extent) : own.shape == extent.shape && own.axis == axis || own.isScalar
    }
    return fit ? registers.map { builder.broadcast($0, to: extent) } : nil
  }

  /// Two operands of an operation entry by entry.
  mutating func pair(
    _ n: Node, _ f: Frame, isDotted: Bool = false
  ) throws(Fault) -> (Register, Register) {
    if let both = aligned([f.registers[Int(n.a)], f.registers[Int(n.b)]], isDotted: isDotted) {
      return (both[0], both[1])
    }
    throw misfit(n, f, isDotted: isDotted)
  }

  /// Arguments of a function entry by entry.
  mutating func arguments(
    _ registers: [Register], of name: String, _ n: Node, _ f: Frame
  ) throws(Fault) -> [Register] {
    if let all = aligned(registers) { return all }
    let children = Array(f.arena.list(at: n.b))
    let shapes = zip(children, registers).map { "\(text($0, f)) is \(shown($1))" }
    throw Fault(
      "\(shapes.joined(separator: ", ")): \(name) wants equal shapes, or numbers",
      hint: suspected ?? transposing(children, registers, f) ?? "", at: n.range)
  }

  /// The product of two operands: of matrices, of columns entry by entry, of numbers.
  mutating func product(_ n: Node, _ f: Frame) throws(Fault) -> Register {
    let (a, b) = (f.registers[Int(n.a)], f.registers[Int(n.b)])
    let (x, y) = (builder.extent(a).shape, builder.extent(b).shape)
    suspect(n, f)
    let isOfRows = isOfRows(n, f)
    if x.isScalar || y.isScalar || x == y && (x.isColumn || isOfRows && x.rows > 1) {
      let (a, b) = try pair(n, f)
      return builder.multiply(a, b)
    }
    if x.columns == y.rows { return builder.matmul(a, b) }
    let (left, right) = (text(n.a, f), text(n.b, f))
    let hint =
      suspected
      ?? (x == y
        ? "\(left).*\(right) multiplies entry by entry, \(left)'*\(right) by the transpose"
        : x.rows == y.rows ? "\(left)'*\(right) multiplies by the transpose" : nil)
      ?? (isVariable(b) ? "var \(right)[\(x.columns)]" : "")
    let s = x.columns == 1 ? "" : "s"
    throw Fault(
      "\(left) is \(shown(a)) and \(right) is \(shown(b)): \(x.columns) column\(s) times \(y.rows) row\(y.rows == 1 ? "" : "s")",
      hint: hint, at: n.range)
  }

  /// A quotient: below stands a number, or a column as long as the one above.
  mutating func quotient(_ n: Node, _ f: Frame) throws(Fault) -> Register {
    let below = builder.extent(f.registers[Int(n.b)]).shape
    guard below.columns == 1 || builder.extent(f.registers[Int(n.b)]).axis > 0 else {
      throw Fault(
        "\(text(n.b, f)) is \(below): / divides by a number, or by a column entry by entry",
        hint: "\(text(n.a, f)) ./ \(text(n.b, f)) divides by each entry", at: n.range)
    }
    let (a, b) = try pair(n, f)
    return builder.divide(a, b)
  }

  /// A power: of numbers, and of columns entry by entry.
  mutating func power(_ n: Node, _ f: Frame, isDotted: Bool) throws(Fault) -> Register {
    let base = builder.extent(f.registers[Int(n.a)]).shape
    if !isDotted, base.columns > 1 {
      let (left, right) = (text(n.a, f), text(n.b, f))
      throw Fault(
        "\(left) is \(base): ^ could mean its entries or a product of matrices",
        hint: "\(left).^\(right) of the entries"
          + (right == "2" && base.rows == base.columns ? ", \(left)*\(left) the product" : ""),
        at: n.range)
    }
    let (a, b) = try pair(n, f, isDotted: isDotted)
    return builder.raise(a, to: b)
  }

  private func misfit(_ n: Node, _ f: Frame, isDotted: Bool) -> Fault {
    let registers = [f.registers[Int(n.a)], f.registers[Int(n.b)]]
    let (left, right) = (text(n.a, f), text(n.b, f))
    let (x, y) = (builder.extent(registers[0]).shape, builder.extent(registers[1]).shape)
    let sign = n.kind.sign
    let axes = Set(registers.map { builder.extent($0).axis })
    if !axes.contains(0), axes.count > 1 {
      return Fault(
        "\(left) and \(right) are rows of different data",
        hint: "one table has columns that go together",
        at: n.range)
    }
    if axes.count > 1, doesNotFit(registers) {
      return Fault(
        "\(left) is \(shown(registers[0])) and \(right) is \(shown(registers[1])): what goes with rows of data is a number, or a row with .\(sign)",
        hint: x.isColumn || y.isColumn ? "one number: w; a row repeated: X .\(sign) b'" : "",
        at: n.range)
    }
    let all = Shape(max(x.rows, y.rows), max(x.columns, y.columns))
    let doesSpread = x.spreads(to: all) && y.spreads(to: all)
    let hint =
      suspected ?? transposing([n.a, n.b], registers, f)
      ?? (doesSpread && !isDotted && n.kind.dotted != nil
        ? "\(left) .\(sign) \(right) repeats the smaller one" : nil)
      ?? (isVariable(registers[1]) ? "var \(right)[\(x.declared)]" : nil)
      ?? (isVariable(registers[0]) ? "var \(left)[\(y.declared)]" : nil)
      ?? (x.isColumn && y.isColumn
        ? "\(x.rows > y.rows ? left : right)[1..\(min(x.rows, y.rows))] has as many" : "")
    return Fault(
      "\(left) is \(shown(registers[0])) and \(right) is \(shown(registers[1])): \(sign) wants "
        + (isDotted ? "shapes that differ only where one is 1" : "equal shapes, or a number"),
      hint: hint, at: n.range)
  }

  /// Whether plain entries stand beside rows of data that they do not spread to.
  private func doesNotFit(_ registers: [Register]) -> Bool {
    let columns = registers.map { builder.extent($0).shape.columns }.max() ?? 1
    return registers.contains { !builder.extent($0).shape.spreads(to: Shape(1, columns)) }
  }

  /// That one operand fits when it is transposed.
  private func transposing(_ nodes: [Int32], _ registers: [Register], _ f: Frame) -> String? {
    guard nodes.count == 2 else { return nil }
    let shapes = registers.map { builder.extent($0).shape }
    guard shapes[0] == shapes[1].transposed else { return nil }
    let k = shapes[0].isColumn ? 1 : 0
    return "write \(transposed(nodes[k], f))"
  }

  private func transposed(_ node: Int32, _ f: Frame) -> String {
    let n = f.arena.nodes[Int(node)]
    switch n.kind {
    case .name: return "\(text(node, f))'"
    case .transpose: return text(n.a, f)
    case .derivative where n.b == 1: return f.arena.names[Int(n.a)]
    default: return "(\(text(node, f)))'"
    }
  }

  /// A part of the text as one would type it.
  func text(_ node: Int32, _ f: Frame) -> String {
    let written = Expression(arena: f.arena, root: node, text: "").written(unicode: false)
    return written.count <= 30 ? written : "one side"
  }

  /// Whether a register is a variable, whose shape a declaration may change.
  private func isVariable(_ r: Register) -> Bool { builder.instruction(r).opcode == .variable }

  /// Notes a variable that is a number beside a matrix, where a column was likely meant.
  private mutating func suspect(_ n: Node, _ f: Frame) {
    let (a, b) = (f.registers[Int(n.a)], f.registers[Int(n.b)])
    let shape = builder.extent(a).shape
    guard shape.columns > 1, builder.extent(b).isScalar, isVariable(b) else { return }
    suspects.append((text(n.b, f), text(n.a, f), shape.columns))
  }

  /// The declaration that a variable beside a matrix may want.
  private var suspected: String? {
    suspects.last.map { name, matrix, columns in
      "\(name) is a number here; var \(name)[\(columns)] gives it an entry for each column of \(matrix)"
    }
  }
}

extension String {
  /// The first pair of parentheses as square brackets.
  var replacingBrackets: String {
    guard let open = firstIndex(of: "("), hasSuffix(")") else { return self }
    return self[..<open] + "[" + self[index(after: open)...].dropLast() + "]"
  }
}

extension Shape {
  /// As between the brackets of a declaration: `3`, or `3,2`.
  package var declared: String { columns == 1 ? "\(rows)" : "\(rows),\(columns)" }
}

extension Node.Kind {
  /// The operation that repeats what is 1; nil where there is none.
  var dotted: Node.Kind? {
    switch self {
    case .add: .dotAdd
    case .subtract: .dotSubtract
    case .multiply: .dotMultiply
    case .divide: .dotDivide
    case .power: .dotPower
    default: nil
    }
  }

  /// Its sign as typed.
  var sign: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .power: "^"
    case .dotAdd: ".+"
    case .dotSubtract: ".-"
    case .dotMultiply: ".*"
    case .dotDivide: "./"
    case .dotPower: ".^"
    case .and: "and"
    case .or: "or"
    default: "the comparison"
    }
  }
}
