// Builds programs with hash-consing: the same operation on the same registers is the same register.
// Only identities that keep value and domain everywhere are applied (x + 0, 1·x, x/1, −−x, x¹,
// max(x, x)).

/// A program under construction.
package struct ProgramBuilder {
  package private(set) var layout: Layout
  /// The names of the variables.
  package var variables: [String] { layout.names }
  package private(set) var constants: [Rational] = []
  package private(set) var instructions: [Instruction] = []
  private var origins: [Int32] = []
  /// The origin given to instructions built from now on.
  package var origin: Int32 = -1
  /// Registers made by `and`, `or` and `not`, which are 1 or 0.
  var truths: Set<Register> = []
  /// Of registers that a min or a max may be in: how many of its arguments attain it; −1 for one.
  var tieCounts: [TieKey: Register] = [:]
  /// The tables along whose rows values vary, by their axes.
  package private(set) var tables: [Int32: DataTable] = [:]
  private var constantIndex: [[Rational]: Int32] = [:]
  private var variableIndex: [String: Int32] = [:]
  /// Open-addressed: register + 1, or 0 where empty; its size is a power of two.
  private var table: [Int32] = Array(repeating: 0, count: 64)

  package init(variables: [String] = []) { self.init(Layout(variables.map { Variable($0) })) }

  package init(_ layout: Layout) {
    self.layout = Layout()
    for v in layout.variables { declare(v) }
  }

  /// Goes on building after the instructions of `program`.
  package init(_ program: Program) {
    self.init(program.layout)
    constants = program.constants
    tables = program.tables
    for i in program.instructions where i.opcode == .constant {
      let from = Int(i.a)
      constantIndex[Array(constants[from..<(from + i.extent.count)])] = i.a
    }
    for (i, instruction) in program.instructions.enumerated() {
      origin = program.origins[i]
      _ = append(instruction)
    }
    origin = -1
  }

  /// The program so far, with these outputs.
  package func program(outputs: [Register]) -> Program {
    Program(
      layout: layout, constants: constants, instructions: instructions, origins: origins,
      outputs: outputs, tables: tables)
  }

  /// The instruction that makes a register.
  package func instruction(_ r: Register) -> Instruction { instructions[Int(r)] }
  /// Where in the formula's text a register comes from; −1 for nowhere.
  package func origin(of r: Register) -> Int32 { origins[Int(r)] }

  /// The number of a constant register, or of one with this number in every entry.
  package func constantValue(_ r: Register) -> Rational? {
    guard let one = uniform(r) else { return nil }
    let i = instructions[Int(one)]
    return i.opcode == .constant ? constants[Int(i.a)] : nil
  }

  /// The register of a number.
  package mutating func constant(_ value: Rational) -> Register {
    append(Instruction(opcode: .constant, a: index(of: [value])))
  }

  /// The register of an array of numbers, row by row.
  package mutating func constant(_ entries: [Rational], _ shape: Shape) -> Register {
    precondition(entries.count == shape.count, "\(entries.count) entries for \(shape)")
    if let first = entries.first, entries.allSatisfy({ $0 == first }) {
      return constant(first, Extent(shape))
    }
    return append(
      Instruction(opcode: .constant, a: index(of: entries), extent: Extent(shape)))
  }

  /// The register of a variable, which is new where its name is; then it has the shape given.
  package mutating func variable(_ name: String, _ shape: Shape = .scalar) -> Register {
    if variableIndex[name] == nil { declare(Variable(name, shape)) }
    let i = variableIndex[name] ?? 0
    let extent = Extent(layout.variables[Int(i)].shape)
    return append(Instruction(opcode: .variable, a: i, extent: extent))
  }

  /// The register of a column of a table.
  package mutating func column(_ k: Int, of table: DataTable) -> Register {
    tables[table.axis] = table
    return array(
      Instruction(
        opcode: .array, function: ArrayOperation.column.index, a: Int32(clamping: k),
        extent: Extent(.scalar, axis: table.axis)))
  }

  /// The register of how many rows a table has.
  package mutating func rowCount(of table: DataTable) -> Register {
    tables[table.axis] = table
    return array(
      Instruction(opcode: .array, function: ArrayOperation.count.index, a: table.axis))
  }

  private mutating func declare(_ v: Variable) {
    // Of two of one name the first is meant.
    if variableIndex[v.name] == nil { variableIndex[v.name] = Int32(clamping: layout.names.count) }
    layout.append(v)
  }

  /// The register of a sum; x where 0 is added.
  package mutating func add(_ a: Register, _ b: Register) -> Register {
    if constantValue(a)?.isZero == true { return b }
    if constantValue(b)?.isZero == true { return a }
    return elementwise(Instruction(opcode: .add, a: a, b: b))
  }

  /// The register of a difference.
  package mutating func subtract(_ a: Register, _ b: Register) -> Register {
    if constantValue(b)?.isZero == true { return a }
    return elementwise(Instruction(opcode: .subtract, a: a, b: b))
  }

  /// The register of a product; of two short constants their product.
  package mutating func multiply(_ a: Register, _ b: Register) -> Register {
    if constantValue(a) == .one { return b }
    if constantValue(b) == .one { return a }
    if let x = constantValue(a), let y = constantValue(b), x.bits + y.bits < 2048 {
      return constant(x * y, extent(a))
    }
    return elementwise(Instruction(opcode: .multiply, a: a, b: b))
  }

  /// The register of a quotient.
  package mutating func divide(_ a: Register, _ b: Register) -> Register {
    if constantValue(b) == .one { return a }
    return elementwise(Instruction(opcode: .divide, a: a, b: b))
  }

  /// The register of the negative.
  package mutating func negate(_ a: Register) -> Register {
    if let v = constantValue(a) { return constant(-v, extent(a)) }
    if instruction(a).opcode == .negate { return instruction(a).a }
    return elementwise(Instruction(opcode: .negate, a: a))
  }

  /// The register of aⁿ.
  package mutating func power(_ a: Register, _ n: Int32) -> Register {
    if n == 1 { return a }
    // (√u)² is u where u is seen not to be negative.
    let inner = instruction(a)
    if n > 0, n % 2 == 0, inner.elementary.map({ $0 == .squareRoot }) ?? false, isSquare(inner.a) {
      return power(inner.a, n / 2)
    }
    return append(Instruction(opcode: .power, a: a, b: n, extent: extent(a)))
  }

  /// The register of f(a), or f(a, b); what f undoes where it undoes it.
  package mutating func apply(
    _ f: ElementaryFunction, _ a: Register, _ b: Register = 0
  ) -> Register {
    // Of two equal arguments max and min are that argument, and so is the slope: ½ of each.
    if a == b, f.chooses { return a }
    let inner = instruction(a)
    if inner.opcode == .apply, f.undoes == inner.function { return inner.a }
    return elementwise(Instruction(opcode: .apply, function: f.index, a: a, b: b))
  }

  /// The register of a comparison: 1 or 0.
  package mutating func compare(_ c: Comparison, _ a: Register, _ b: Register) -> Register {
    elementwise(Instruction(opcode: .compare, function: c.rawValue, a: a, b: b))
  }

  /// The register of a where the condition c is not 0, else of b.
  package mutating func select(_ c: Register, _ a: Register, _ b: Register) -> Register {
    if a == b { return a }
    return elementwise(Instruction(opcode: .select, a: c, b: a, c: b))
  }

  /// An operation entry by entry: its operands have its extent.
  private mutating func elementwise(_ i: Instruction) -> Register {
    var new = i
    new.extent = extent(i.a)
    i.forEachOperand { precondition(extent($0) == new.extent, "operands differ in shape") }
    return append(new)
  }

  /// An array operation, whose shapes have to fit.
  mutating func array(_ i: Instruction) -> Register {
    let fits = i.arrayOperation?.fits(ArrayStep(i, instruction)) ?? false
    precondition(fits, "shapes of \(i.arrayOperation?.name ?? "no operation")")
    return append(i)
  }

  /// Whether a value is an even power, or a sum of such, so that it is never negative.
  func isSquare(_ r: Register, depth: Int = 0) -> Bool {
    let i = instruction(r)
    guard depth < 4 else { return false }
    switch i.opcode {
    case .power: return i.b % 2 == 0
    case .multiply: return i.a == i.b
    case .add: return isSquare(i.a, depth: depth + 1) && isSquare(i.b, depth: depth + 1)
    case .array:
      return i.arrayOperation?.order == .linear && i.operandCount == 1
        && isSquare(i.a, depth: depth + 1)
    default: return false
    }
  }

  private mutating func index(of entries: [Rational]) -> Int32 {
    if let i = constantIndex[entries] { return i }
    let i = Int32(clamping: constants.count)
    constants += entries
    constantIndex[entries] = i
    return i
  }

  private mutating func append(_ new: Instruction) -> Register {
    if (instructions.count + 1) * 2 > table.count { grow() }
    var slot = hash(new) & (table.count - 1)
    while table[slot] != 0 {
      if instructions[Int(table[slot] - 1)] == new { return table[slot] - 1 }
      slot = (slot + 1) & (table.count - 1)
    }
    instructions.append(new)
    origins.append(origin)
    table[slot] = Int32(clamping: instructions.count)
    return Int32(clamping: instructions.count - 1)
  }

  private mutating func grow() {
    table = Array(repeating: 0, count: table.count * 2)
    for (i, instruction) in instructions.enumerated() {
      var slot = hash(instruction) & (table.count - 1)
      while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = Int32(clamping: i + 1)
    }
  }

  @inline(__always)
  private func hash(_ i: Instruction) -> Int {
    var h = UInt64(clamping: i.opcode.rawValue) &* 31 &+ UInt64(clamping: i.function)
    for v in [i.a, i.b, i.c] {
      h = (h ^ UInt64(clamping: UInt32(bitPattern: v))) &* 0x9E37_79B9_7F4A_7C15
      h ^= h >> 29
    }
    return Int(truncatingIfNeeded: h >> 1)
  }
}
