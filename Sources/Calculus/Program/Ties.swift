// Where several arguments of min or max are equal and attain it, each has the same share of the slope:
// of n arguments 1/n, the midpoint for n = 2. max(a, b, c) is max(max(a, b), c), so the share of an
// operand is the number of arguments in it that attain the value, out of those in both.

extension ElementaryFunction {
  /// For min and max, how the argument that is the value stands to the other one.
  var winner: Comparison? {
    switch variation {
    case .special(.min): .less
    case .special(.max): .greater
    default: nil
    }
  }
}

extension Arithmetic {
  /// How many arguments attain f(a, b), where `own` attain a and b.
  func ties(
    _ winner: Comparison, _ a: Number, _ b: Number, _ own: (Number, Number)
  ) -> Number {
    let wins = select(compare(winner, a, b), own.0, own.1)
    return select(compare(.equal, a, b), add(own.0, own.1), wins)
  }

  package static var sharesTies: Bool { false }
  package func lift(
    _ f: ElementaryFunction, _ a: Number, _ b: Number, ties: (Number, Number)
  ) -> Number { lift(f, a, b) }
}

extension ProgramBuilder {
  /// The share of operand `k` of f(a, b) in the slope on a tie.
  mutating func tieShare(
    of f: ElementaryFunction, by k: Int, at a: Register, _ b: Register
  ) -> Register {
    let counts = [a, b].map { isCall($0, f) ? attained($0, f) : nil }
    if counts[0] == nil, counts[1] == nil { return constant(.half) }
    let own = counts.map { $0 ?? constant(.one) }
    return divide(own[k], add(own[0], own[1]))
  }

  private func isCall(_ r: Register, _ f: ElementaryFunction) -> Bool {
    let i = instruction(r)
    return i.opcode == .apply && i.function == f.index
  }

  /// How many arguments attain the min or max in register `r`.
  ///
  /// Cost: once per register, without recursion.
  private mutating func attained(_ r: Register, _ f: ElementaryFunction) -> Register {
    guard let winner = f.winner else { return constant(.one) }
    var pending = [r]
    while let n = pending.last {
      let operands = [instruction(n).a, instruction(n).b]
      let open = operands.filter { isCall($0, f) && tieCounts[$0] == nil }
      if open.isEmpty {
        pending.removeLast()
        let own = operands.map { (isCall($0, f) ? tieCounts[$0] : nil) ?? constant(.one) }
        let wins = select(compare(winner, operands[0], operands[1]), own[0], own[1])
        let equal = compare(.equal, operands[0], operands[1])
        tieCounts[n] = select(equal, add(own[0], own[1]), wins)
      } else {
        pending += open
      }
    }
    return tieCounts[r] ?? constant(.one)
  }
}
