// Reverse mode as a transformation of programs (Griewank & Walther, Evaluating Derivatives, ch. 6).
// An adjoint contribution that passes a selection carries the condition with it and is gated only
// at the end, after all products, so that what a branch not taken leaves undefined never spreads.

extension Program {
  /// A program whose outputs are this program's first output followed by its gradient, one entry
  /// per name in `names` (default: all variables); the gradient exists only where the value does.
  ///
  /// Cost: a small multiple of this program.
  package func gradient(by names: [String]? = nil) -> Program {
    var builder = ProgramBuilder(self)
    let value = outputs[0]
    var gradient = builder.adjoints(of: value, by: names ?? variables)
    gradient = builder.confined(gradient, to: value)
    return builder.program(outputs: [value] + gradient)
  }
}

extension ProgramBuilder {
  /// Registers of the derivatives of `output` by each variable.
  package mutating func adjoints(of output: Register, by names: [String]) -> [Register] {
    let active = activeRegisters(from: names, to: output)
    let one = constant(.one, extent(output))
    // Per register: the adjoint under each gate (−1: no gate).
    var adjoint = [Int32: [(gate: Register, value: Register)]]()
    adjoint[output] = [(-1, one)]
    var result = names.map { constant(.zero, Extent(layout[$0]?.shape ?? .scalar)) }
    for r in stride(from: output, through: 0, by: -1) {
      guard active[Int(r)], let parts = adjoint.removeValue(forKey: r) else { continue }
      let i = instruction(r)
      origin = origin(of: r)
      if i.opcode == .variable {
        guard let n = names.firstIndex(of: variables[Int(i.a)]) else { continue }
        for p in parts {
          let v = p.gate < 0 ? p.value : select(p.gate, p.value, constant(.zero, i.extent))
          result[n] = add(result[n], v)
        }
        continue
      }
      for part in parts {
        for (operand, gate, value) in contributions(r, i, part, active) {
          accumulate(&adjoint[operand, default: []], gate, value)
        }
      }
    }
    origin = -1
    return result
  }

  private mutating func accumulate(
    _ list: inout [(gate: Register, value: Register)], _ gate: Register, _ value: Register
  ) {
    if let k = list.firstIndex(where: { $0.gate == gate }) {
      list[k].value = add(list[k].value, value)
    } else {
      list.append((gate, value))
    }
  }

  private mutating func contributions(
    _ r: Register, _ i: Instruction, _ part: (gate: Register, value: Register), _ active: [Bool]
  ) -> [(Register, Register, Register)] {
    let w = part.value
    func on(_ r: Register) -> Bool { active[Int(r)] }
    var out: [(Register, Register, Register)] = []
    switch i.opcode {
    case .constant, .variable, .compare: break
    case .add:
      if on(i.a) { out.append((i.a, part.gate, w)) }
      if on(i.b) { out.append((i.b, part.gate, w)) }
    case .subtract:
      if on(i.a) { out.append((i.a, part.gate, w)) }
      if on(i.b) { out.append((i.b, part.gate, negate(w))) }
    case .multiply:
      if on(i.a), !isNought(i.b) { out.append((i.a, part.gate, multiply(w, i.b))) }
      if on(i.b), !isNought(i.a) { out.append((i.b, part.gate, multiply(w, i.a))) }
    case .divide:
      let q = divide(w, i.b)
      if on(i.a) { out.append((i.a, part.gate, q)) }
      if on(i.b) { out.append((i.b, part.gate, negate(multiply(q, r)))) }
    case .negate: out.append((i.a, part.gate, negate(w)))
    case .power:
      if i.b != 0 {
        let slope = multiply(constant(Rational(Int(i.b)), i.extent), power(i.a, i.b - 1))
        out.append((i.a, part.gate, multiply(w, slope)))
      }
    case .apply:
      let f = ElementaryFunction.table[Int(i.function)]
      for (k, operand) in [i.a, i.b].prefix(f.arity).enumerated() where on(operand) {
        let s = slope(of: f, by: k, at: i.a, i.b, value: r)
        out.append((operand, part.gate, multiply(w, s)))
      }
    case .select:
      let other = not(i.a)
      if on(i.b) { out.append((i.b, join(part.gate, i.a), w)) }
      if on(i.c) { out.append((i.c, join(part.gate, other), w)) }
    case .array:
      guard let operation = i.arrayOperation else { break }
      let back = Cotangent(register: r, instruction: i, value: w, gate: part.gate)
      for (k, operand) in [i.a, i.b].prefix(operation.arity).enumerated() where on(operand) {
        let gate = part.gate < 0 ? -1 : operation.gate(&self, back, k)
        out.append((operand, gate, operation.adjoint(&self, back, k)))
      }
    }
    return out
  }

  /// Both gates: the second counts only where the first is open.
  private mutating func join(_ outer: Register, _ inner: Register) -> Register {
    outer < 0 ? inner : select(outer, inner, constant(.zero, extent(inner)))
  }

  /// Which registers depend on a variable of `names`.
  package func activeRegisters(from names: [String], to last: Register) -> [Bool] {
    var active = [Bool](repeating: false, count: Int(last) + 1)
    for r in 0...Int(last) {
      let i = instructions[r]
      switch i.opcode {
      case .variable: active[r] = names.contains(variables[Int(i.a)])
      case .compare: break
      case .array where i.arrayOperation?.isDecision ?? false: break
      case .select: active[r] = active[Int(i.b)] || active[Int(i.c)]
      default: i.forEachOperand { if active[Int($0)] { active[r] = true } }
      }
    }
    return active
  }
}
