// Builds programs with hash-consing: the same operation on the same registers is the same register.
// Only identities that keep value and domain everywhere are applied (x + 0, 1·x, x/1, −−x, x¹,
// max(x, x)).

/// A program under construction.
package struct ProgramBuilder {
  package private(set) var variables: [String]
  package private(set) var constants: [Rational] = []
  package private(set) var instructions: [Instruction] = []
  private var origins: [Int32] = []
  /// The origin given to instructions built from now on.
  package var origin: Int32 = -1
  /// Registers made by `and`, `or` and `not`, which are 1 or 0.
  var truths: Set<Register> = []
  /// Of registers that are a min or a max: how many of its arguments attain it.
  var tieCounts: [Register: Register] = [:]
  private var constantIndex: [Rational: Int32] = [:]
  /// Open-addressed: register + 1, or 0 where empty; its size is a power of two.
  private var table: [Int32] = Array(repeating: 0, count: 64)

  package init(variables: [String] = []) { self.variables = variables }

  /// Goes on building after the instructions of `program`.
  package init(_ program: Program) {
    variables = program.variables
    for c in program.constants { _ = index(of: c) }
    for (i, instruction) in program.instructions.enumerated() {
      origin = program.origins[i]
      _ = append(instruction)
    }
    origin = -1
  }

  /// The program so far, with these outputs.
  package func program(outputs: [Register]) -> Program {
    Program(
      variables: variables, constants: constants, instructions: instructions, origins: origins,
      outputs: outputs)
  }

  /// The instruction that makes a register.
  package func instruction(_ r: Register) -> Instruction { instructions[Int(r)] }
  /// Where in the formula's text a register comes from; −1 for nowhere.
  package func origin(of r: Register) -> Int32 { origins[Int(r)] }

  /// The value of a constant register.
  package func constantValue(_ r: Register) -> Rational? {
    let i = instructions[Int(r)]
    return i.opcode == .constant ? constants[Int(i.a)] : nil
  }

  /// The register of a number.
  package mutating func constant(_ value: Rational) -> Register {
    append(Instruction(opcode: .constant, a: index(of: value)))
  }

  /// The register of a variable, which is new where its name is.
  package mutating func variable(_ name: String) -> Register {
    let i = variables.firstIndex(of: name) ?? variables.count
    if i == variables.count { variables.append(name) }
    return append(Instruction(opcode: .variable, a: Int32(clamping: i)))
  }

  /// The register of a sum; x where 0 is added.
  package mutating func add(_ a: Register, _ b: Register) -> Register {
    if constantValue(a)?.isZero == true { return b }
    if constantValue(b)?.isZero == true { return a }
    return append(Instruction(opcode: .add, a: a, b: b))
  }

  /// The register of a difference.
  package mutating func subtract(_ a: Register, _ b: Register) -> Register {
    if constantValue(b)?.isZero == true { return a }
    return append(Instruction(opcode: .subtract, a: a, b: b))
  }

  /// The register of a product; of two short constants their product.
  package mutating func multiply(_ a: Register, _ b: Register) -> Register {
    if constantValue(a) == .one { return b }
    if constantValue(b) == .one { return a }
    if let x = constantValue(a), let y = constantValue(b), x.bits + y.bits < 2048 {
      return constant(x * y)
    }
    return append(Instruction(opcode: .multiply, a: a, b: b))
  }

  /// The register of a quotient.
  package mutating func divide(_ a: Register, _ b: Register) -> Register {
    if constantValue(b) == .one { return a }
    return append(Instruction(opcode: .divide, a: a, b: b))
  }

  /// The register of the negative.
  package mutating func negate(_ a: Register) -> Register {
    if let v = constantValue(a) { return constant(-v) }
    if instruction(a).opcode == .negate { return instruction(a).a }
    return append(Instruction(opcode: .negate, a: a))
  }

  /// The register of aⁿ.
  package mutating func power(_ a: Register, _ n: Int32) -> Register {
    n == 1 ? a : append(Instruction(opcode: .power, a: a, b: n))
  }

  /// The register of f(a), or f(a, b); what f undoes where it undoes it.
  package mutating func apply(
    _ f: ElementaryFunction, _ a: Register, _ b: Register = 0
  ) -> Register {
    // Of two equal arguments max and min are that argument, and so is the slope: ½ of each.
    if a == b, f.chooses { return a }
    let inner = instruction(a)
    if inner.opcode == .apply, f.undoes == inner.function { return inner.a }
    return append(Instruction(opcode: .apply, function: f.index, a: a, b: b))
  }

  /// The register of a comparison: 1 or 0.
  package mutating func compare(_ c: Comparison, _ a: Register, _ b: Register) -> Register {
    append(Instruction(opcode: .compare, function: c.rawValue, a: a, b: b))
  }

  /// The register of a where the condition c is not 0, else of b.
  package mutating func select(_ c: Register, _ a: Register, _ b: Register) -> Register {
    if a == b { return a }
    return append(Instruction(opcode: .select, a: c, b: a, c: b))
  }

  private mutating func index(of value: Rational) -> Int32 {
    if let i = constantIndex[value] { return i }
    constants.append(value)
    constantIndex[value] = Int32(clamping: constants.count - 1)
    return Int32(clamping: constants.count - 1)
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
