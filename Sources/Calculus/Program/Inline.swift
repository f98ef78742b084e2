// Programs within programs: slopes of table rows, derivatives of definitions.

extension ProgramBuilder {
  /// Copies a program's instructions with its variables replaced; returns its outputs.
  ///
  /// - Parameters:
  ///   - zero: a register of the program whose value is taken as 0.
  ///   - extent: of a program of numbers the extent over which it is meant, entry by entry: that of its
  ///     inputs.
  package mutating func inline(
    _ program: Program, _ inputs: [Register], zero: Register? = nil, over extent: Extent = .scalar
  ) -> [Register] {
    var map: [Register] = []
    map.reserveCapacity(program.instructions.count)
    for i in program.instructions {
      if zero.map({ Int($0) == map.count }) ?? false {
        map.append(constant(.zero, extent))
        continue
      }
      if i.opcode == .variable {
        map.append(inputs[Int(i.a)])
      } else {
        let r = copy(i, of: program) { map[Int($0)] }
        map.append(i.opcode == .constant && !extent.isScalar ? broadcast(r, to: extent) : r)
      }
    }
    return program.outputs.map { map[Int($0)] }
  }

  /// One instruction of another program; a variable as the one of its name.
  ///
  /// - Parameter at: where its operands are here.
  package mutating func copy(
    _ i: Instruction, of program: Program, _ at: (Register) -> Register
  ) -> Register {
    switch i.opcode {
    case .constant: return constant(program.entries(ofConstant: i), i.extent.shape)
    case .variable:
      let v = program.layout.variables[Int(i.a)]
      return variable(v.name, v.shape)
    case .add: return add(at(i.a), at(i.b))
    case .subtract: return subtract(at(i.a), at(i.b))
    case .multiply: return multiply(at(i.a), at(i.b))
    case .divide: return divide(at(i.a), at(i.b))
    case .negate: return negate(at(i.a))
    case .power: return power(at(i.a), i.b)
    case .apply:
      let f = ElementaryFunction.table[Int(i.function)]
      return applied(f, at(i.a), f.arity == 2 ? at(i.b) : 0)
    case .compare: return compare(i.comparison, at(i.a), at(i.b))
    case .select: return select(at(i.a), at(i.b), at(i.c))
    case .array:
      guard case .data? = i.arrayOperation?.loop else { return array(i.with(at)) }
      guard let table = program.table(of: i) else { preconditionFailure("a table is missing") }
      return i.extent.axis == 0 ? rowCount(of: table) : column(Int(i.a), of: table)
    }
  }

  /// The register of f(a, b), a power where f is one and b a whole number.
  mutating func applied(_ f: ElementaryFunction, _ a: Register, _ b: Register) -> Register {
    if f == .power, let n = integerConstant(b) { return power(a, n) }
    return apply(f, a, b)
  }

  /// The register of ∂f/∂(argument k), for f applied at `a`, `b` with result `value`.
  mutating func slope(
    of f: ElementaryFunction, by k: Int, at a: Register, _ b: Register, value: Register
  ) -> Register {
    if f.index == ElementaryFunction.power.index, k == 0, let y = constantValue(b) {
      // y·x^(y−1), with the exponent kept a constant.
      let lower = y - .one
      let p = lower.exponent.map { power(a, $0) } ?? apply(.power, a, constant(lower, extent(a)))
      return multiply(b, p)
    }
    let share = f.winner == nil ? a : tieShare(of: f, by: k, at: a, b)
    return inline(f.slope(k), [a, f.arity == 2 ? b : a, value, share], over: extent(a))[0]
  }

  /// a^b: a power where b is a whole number, exp where a is e, else the function.
  package mutating func raise(_ a: Register, to b: Register) -> Register {
    if let n = integerConstant(b) { return power(a, n) }
    // e^u is exp(u): a base that is known to be positive needs no case of its own.
    let base = instruction(uniform(a) ?? a)
    if base.opcode == .apply, base.function == ElementaryFunction.exponential.index,
      constantValue(base.a) == .one
    {
      return apply(.exponential, b)
    }
    return apply(.power, a, b)
  }

  /// The register of pi or e; nil for other names.
  package mutating func namedConstant(_ name: String) -> Register? {
    switch name {
    case "pi": apply(.row(named: "acos"), constant(Rational(-1)))
    case "e": apply(.exponential, constant(.one))
    default: nil
    }
  }

  /// The value of a register computed from constants only, where it can be the exponent of a power.
  package func integerConstant(_ r: Register) -> Int32? {
    constantExpression(r, depth: 0)?.exponent
  }

  private func constantExpression(_ r: Register, depth: Int) -> Rational? {
    guard depth < 8, let r = uniform(r) else { return nil }
    let i = instruction(r)
    func at(_ r: Register) -> Rational? {
      constantExpression(r, depth: depth + 1).flatMap { $0.bits < 256 ? $0 : nil }
    }
    switch i.opcode {
    case .constant: return constantValue(r)
    case .negate: return at(i.a).map { -$0 }
    case .add: return at(i.a).flatMap { a in at(i.b).map { a + $0 } }
    case .subtract: return at(i.a).flatMap { a in at(i.b).map { a - $0 } }
    case .multiply: return at(i.a).flatMap { a in at(i.b).map { a * $0 } }
    case .divide: return at(i.a).flatMap { a in at(i.b).flatMap { $0.isZero ? nil : a / $0 } }
    case .power: return abs(Int(i.b)) < 64 ? at(i.a).flatMap { $0.power(Int(i.b)) } : nil
    default: return nil
    }
  }
}

extension Rational {
  /// The value where it can be the exponent of a `.power`: a whole number below 2³⁰ in size, so that
  /// the exponents of many derivatives fit, too.
  package var exponent: Int32? {
    integer.flatMap { $0.magnitude < 1 << 30 ? Int32(exactly: $0) : nil }
  }
}

extension ElementaryFunction {
  /// The program of ∂f/∂(argument k) over x, y, the value f and the share t on a tie.
  package func slope(_ k: Int) -> Program { ElementaryFunction.slopePrograms[Int(index)][k] }

  /// Whether the slope by argument k reads `name`: x, y, f or t.
  package func slope(_ k: Int, reads name: String) -> Bool {
    let p = slope(k)
    return p.instructions.contains {
      $0.opcode == .variable && p.variables[Int($0.a)] == name
    }
  }

  private static let slopePrograms: [[Program]] = table.map { row in
    row.slopes.map { program(of: $0, over: ["x", "y", "f", "t"], row.name) }
  }

  /// The value over x by functions that engines have kernels for; nil where it needs none.
  var composed: Program? { ElementaryFunction.composedPrograms[Int(index)] }

  private static let composedPrograms: [Program?] = table.map { row in
    row.composedText.map { program(of: $0, over: ["x"], row.name) }
  }

  /// The program of a text of the table.
  private static func program(of text: String, over names: [String], _ row: String) -> Program {
    guard var parser = try? Parser(Lexer(Array(text.utf8))), let e = try? parser.expression() else {
      preconditionFailure("a text of \(row) does not parse")
    }
    var lowering = Lowering(Environment(), variables: names)
    guard let r = try? lowering.lower(e) else {
      preconditionFailure("a text of \(row) cannot be lowered")
    }
    return lowering.builder.program(outputs: [r])
  }
}
