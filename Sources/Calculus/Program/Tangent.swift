// Forward mode as a transformation of programs: the derivative of every register along one
// variable. Its output, simplified, is what `diff` shows; Hessians are tangents of gradients.

extension Program {
  /// A program whose outputs are the derivatives of this program's outputs by the number `name`, as
  /// formulas: they may have values where the outputs have none (`ProgramBuilder.confined`).
  package func tangent(by name: String) -> Program {
    var builder = ProgramBuilder(self)
    let registers = builder.tangents(of: outputs, by: name)
    return builder.program(outputs: registers)
  }

  /// The derivative of every output but the first along a direction: of a gradient program the product of the
  /// Hessian with a vector.
  ///
  /// - Parameter names: the variables that move; how each moves is one more variable of its shape, behind
  ///   the others, called `name′`.
  /// - Returns: a program with an output for each output but the first.
  ///
  /// Cost: a small multiple of this program.
  package func product(along names: [String]) -> Program {
    var builder = ProgramBuilder(self)
    var directions: [String: Register] = [:]
    for name in names {
      guard let v = layout[name] else { continue }
      directions[name] = builder.variable(name + "′", v.shape)
    }
    let rows = builder.tangents(of: Array(outputs.dropFirst()), along: directions)
    return builder.program(outputs: rows).pruned
  }

  /// Value, gradient and the upper triangle of the Hessian by rows: f, g₁…gₙ, h₁₁, h₁₂, …, hₙₙ, all
  /// of them only where f exists.
  package func hessian() -> Program {
    let g = gradient()
    var builder = ProgramBuilder(g)
    var outputs = g.outputs
    for (i, name) in variables.enumerated() {
      outputs += builder.tangents(of: Array(g.outputs[(1 + i)...]), by: name)
    }
    // Row i of the upper triangle wants ∂g_j/∂x_i for j ≥ i, which is what was appended.
    let curvatures = builder.confined(Array(outputs[g.outputs.count...]), to: outputs[0])
    return builder.program(outputs: g.outputs + curvatures)
  }
}

extension ProgramBuilder {
  /// Registers of the derivatives of `outputs` by the number `name`.
  package mutating func tangents(of outputs: [Register], by name: String) -> [Register] {
    tangents(of: outputs, along: [name: constant(.one)])
  }

  /// Registers of the derivatives of `outputs` along a direction: per variable that moves, the register of
  /// how, of its shape.
  package mutating func tangents(
    of outputs: [Register], along directions: [String: Register]
  ) -> [Register] {
    guard let last = outputs.max() else { return [] }
    let active = activeRegisters(from: Array(directions.keys), to: last)
    var tangent = [Register](repeating: -1, count: Int(last) + 1)
    for r in 0...last where active[Int(r)] {
      origin = origin(of: r)
      tangent[Int(r)] = self.tangent(r, directions, active) { tangent[Int($0)] }
    }
    origin = -1
    return outputs.map { active[Int($0)] ? tangent[Int($0)] : constant(.zero, extent($0)) }
  }

  /// The tangent of an active register, where those of its active operands are known.
  private mutating func tangent(
    _ r: Register, _ directions: [String: Register], _ active: [Bool],
    _ tangent: (Register) -> Register
  ) -> Register {
    let i = instruction(r)
    let zero = constant(.zero, i.extent)
    func on(_ r: Register) -> Bool { active[Int(r)] }
    switch i.opcode {
    case .constant, .compare: return zero
    case .variable: return directions[layout.names[Int(i.a)]] ?? zero
    case .add:
      return add(on(i.a) ? tangent(i.a) : zero, on(i.b) ? tangent(i.b) : zero)
    case .subtract:
      guard on(i.b) else { return tangent(i.a) }
      return on(i.a) ? subtract(tangent(i.a), tangent(i.b)) : negate(tangent(i.b))
    case .multiply:
      var sum = zero
      if on(i.a), !isNought(i.b) { sum = multiply(tangent(i.a), i.b) }
      if on(i.b), !isNought(i.a) { sum = add(sum, multiply(i.a, tangent(i.b))) }
      return sum
    case .divide:
      guard on(i.b) else { return divide(tangent(i.a), i.b) }
      let t = divide(multiply(i.a, tangent(i.b)), power(i.b, 2))
      return on(i.a) ? subtract(divide(tangent(i.a), i.b), t) : negate(t)
    case .negate: return negate(tangent(i.a))
    case .power:
      if i.b == 0 { return zero }
      let slope = multiply(constant(Rational(Int(i.b)), i.extent), power(i.a, i.b - 1))
      return multiply(slope, tangent(i.a))
    case .apply:
      let f = ElementaryFunction.table[Int(i.function)]
      var sum = zero
      for (k, operand) in [i.a, i.b].prefix(f.arity).enumerated() where on(operand) {
        sum = add(sum, multiply(slope(of: f, by: k, at: i.a, i.b, value: r), tangent(operand)))
      }
      return sum
    case .select: return select(i.a, part(i.b), part(i.c))
    case .array:
      guard let operation = i.arrayOperation else { return zero }
      let parts = [i.a, i.b].prefix(operation.arity).map(part)
      return operation.tangent(&self, r, parts)
    }
    func part(_ operand: Register) -> Register {
      on(operand) ? tangent(operand) : constant(.zero, extent(operand))
    }
  }
}
