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

/// A register, and the function whose ties in it are asked for.
struct TieKey: Hashable {
  let register: Register
  let function: UInt8
}

extension ProgramBuilder {
  /// The share of operand `k` of f(a, b) in the slope on a tie.
  mutating func tieShare(
    of f: ElementaryFunction, by k: Int, at a: Register, _ b: Register
  ) -> Register {
    let extent = extent(a)
    let counts = [attained(a, f), attained(b, f)]
    if counts[0] == nil, counts[1] == nil { return constant(.half, extent) }
    let own = counts.map { $0 ?? constant(.one, extent) }
    return divide(own[k], add(own[0], own[1]))
  }

  /// How many arguments of f attain each entry of a register; nil for one each.
  ///
  /// Cost: once per register, without recursion.
  mutating func attained(_ r: Register, _ f: ElementaryFunction) -> Register? {
    var pending = [r]
    while let n = pending.last {
      let key = TieKey(register: n, function: f.index)
      guard tieCounts[key] == nil else {
        pending.removeLast()
        continue
      }
      let operands = choices(in: n, f)
      let open = operands.filter { tieCounts[TieKey(register: $0, function: f.index)] == nil }
      if open.isEmpty {
        pending.removeLast()
        tieCounts[key] = operands.isEmpty ? -1 : attained(n, operands, f)
      } else {
        pending += open
      }
    }
    return known(r, f)
  }

  private func known(_ r: Register, _ f: ElementaryFunction) -> Register? {
    tieCounts[TieKey(register: r, function: f.index)].flatMap { $0 < 0 ? nil : $0 }
  }

  /// The operands whose ties count in a register: those of f, of a maximum, and of what only moves entries.
  private func choices(in r: Register, _ f: ElementaryFunction) -> [Register] {
    let i = instruction(r)
    if i.opcode == .apply, i.function == f.index { return [i.a, i.b] }
    guard let operation = i.arrayOperation else { return [] }
    switch operation.loop {
    case .fold(let fold): return fold.chooser == f ? [i.a] : []
    case .move: return operation.arity == 2 ? [i.a, i.b] : [i.a]
    case .contract, .attain, .data: return []
    }
  }

  private mutating func attained(
    _ r: Register, _ operands: [Register], _ f: ElementaryFunction
  ) -> Register {
    let counts = operands.map { known($0, f) }
    let i = instruction(r)
    let isMoved = i.arrayOperation.map { $0.isMove } ?? false
    if isMoved, counts.allSatisfy({ $0 == nil }) { return -1 }
    let own = zip(operands, counts).map { $1 ?? constant(.one, extent($0)) }
    if isMoved {
      var moved = i
      moved.a = own[0]
      if own.count > 1 { moved.b = own[1] }
      return array(moved)
    }
    if i.opcode == .array { return sum(countsOfMaximum(r, own[0]), to: i.extent) }
    guard let winner = f.winner else { return -1 }
    let wins = select(compare(winner, operands[0], operands[1]), own[0], own[1])
    let equal = compare(.equal, operands[0], operands[1])
    return select(equal, add(own[0], own[1]), wins)
  }

  /// Of each entry that is the maximum how many arguments attain it, 0 of the others.
  private mutating func countsOfMaximum(_ r: Register, _ own: Register) -> Register {
    let x = instruction(r).a
    let isLargest = attains(x, to: extent(r))
    return select(isLargest, own, constant(.zero, extent(x)))
  }

  /// What the entries of a maximum have of its slope: equal ones share it.
  mutating func shares(ofMaximum r: Register) -> Register {
    let x = instruction(r).a
    let single = constant(.one, extent(x))
    let own = countsOfMaximum(r, attained(x, .maximum) ?? single)
    return divide(own, broadcast(sum(own, to: extent(r)), to: extent(x)))
  }
}
