// Choices that are made already: a comparison of numbers, |−2|, the branch of a condition that is a number. Data written
// out are full of them, and a choice that no variable has a part in is no kink.

extension Program {
  /// Whether each register depends on a variable.
  ///
  /// Cost: linear.
  package var dependsOnVariables: [Bool] {
    var out: [Bool] = []
    for i in instructions {
      var depends = i.opcode == .variable
      i.forEachOperand { depends = depends || out[Int($0)] }
      out.append(depends)
    }
    return out
  }

  /// The same with comparisons and choices between numbers made.
  ///
  /// Values, domain and slopes stay: a branch that is not taken may be undefined. Cost: linear.
  package var choicesMade: Program {
    let isChoice = instructions.contains {
      $0.opcode == .compare || $0.opcode == .select || ($0.elementary?.kink ?? .none) != .none
    }
    guard isChoice, isScalar || hasRows else { return self }
    var b = ProgramBuilder(layout)
    var made: [Register] = []
    for (n, i) in instructions.enumerated() {
      b.origin = origins[n]
      func at(_ r: Register) -> Register { made[Int(r)] }
      made.append(b.chosen(i, at) ?? b.copy(i, of: self, at))
    }
    return b.program(outputs: outputs.map { made[Int($0)] }).pruned
  }
}

extension ProgramBuilder {
  /// What a choice between numbers is; nil where it is none.
  fileprivate mutating func chosen(
    _ i: Instruction, _ at: (Register) -> Register
  ) -> Register? {
    switch i.opcode {
    case .compare:
      guard let x = constantValue(at(i.a)), let y = constantValue(at(i.b)) else { return nil }
      let order = x == y ? 0 : x < y ? -1 : 1
      return constant(i.comparison.holds(order) ? .one : .zero, extent(at(i.a)))
    case .select:
      guard let c = constantValue(at(i.a)) else { return nil }
      return c.isZero ? at(i.c) : at(i.b)
    case .apply:
      guard let f = i.elementary, f.kink != .none, let x = constantValue(at(i.a)) else {
        return nil
      }
      let y = f.arity == 2 ? constantValue(at(i.b)) : x
      guard let y, let value = f.exact(x, y) else { return nil }
      return constant(value, extent(at(i.a)))
    default: return nil
    }
  }
}
