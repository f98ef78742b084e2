// Forward mode as a transformation of programs: the derivative of every register along one
// variable. Its output, simplified, is what `diff` shows; Hessians are tangents of gradients.

extension Program {
  /// A program whose outputs are the derivatives of this program's outputs by `name`, as formulas: they
  /// may have values where the outputs have none (`ProgramBuilder.confined`).
  package func tangent(by name: String) -> Program {
    var builder = ProgramBuilder(self)
    let registers = builder.tangents(of: outputs, by: name)
    return builder.program(outputs: registers)
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
  /// Registers of the derivatives of `outputs` by the variable `name`.
  package mutating func tangents(of outputs: [Register], by name: String) -> [Register] {
    guard let last = outputs.max() else { return [] }
    let active = activeRegisters(from: [name], to: last)
    let zero = constant(.zero)
    var tangent = [Register](repeating: zero, count: Int(last) + 1)
    for r in 0...last where active[Int(r)] {
      let i = instruction(r)
      origin = origin(of: r)
      let da = i.opcode == .variable ? zero : tangent[Int(i.a)]
      switch i.opcode {
      case .constant, .compare: break
      case .variable: tangent[Int(r)] = constant(.one)
      case .add: tangent[Int(r)] = add(da, tangent[Int(i.b)])
      case .subtract:
        let db = tangent[Int(i.b)]
        tangent[Int(r)] = active[Int(i.a)] ? subtract(da, db) : negate(db)
      case .multiply:
        var sum = zero
        if active[Int(i.a)], !isNought(i.b) { sum = multiply(da, i.b) }
        if active[Int(i.b)], !isNought(i.a) {
          sum = add(sum, multiply(i.a, tangent[Int(i.b)]))
        }
        tangent[Int(r)] = sum
      case .divide:
        var sum = zero
        if active[Int(i.a)] { sum = divide(da, i.b) }
        if active[Int(i.b)] {
          let t = divide(multiply(i.a, tangent[Int(i.b)]), power(i.b, 2))
          sum = active[Int(i.a)] ? subtract(sum, t) : negate(t)
        }
        tangent[Int(r)] = sum
      case .negate: tangent[Int(r)] = negate(da)
      case .power where i.b != 0:
        tangent[Int(r)] = multiply(
          multiply(constant(Rational(Int(i.b))), power(i.a, i.b - 1)), da)
      case .power: break
      case .apply:
        let f = ElementaryFunction.table[Int(i.function)]
        var sum = zero
        for (k, operand) in [i.a, i.b].prefix(f.arity).enumerated() where active[Int(operand)] {
          let s = slope(of: f, by: k, at: i.a, i.b, value: r)
          sum = add(sum, multiply(s, tangent[Int(operand)]))
        }
        tangent[Int(r)] = sum
      case .select:
        tangent[Int(r)] = select(i.a, tangent[Int(i.b)], tangent[Int(i.c)])
      }
    }
    origin = -1
    return outputs.map { tangent[Int($0)] }
  }
}
