// A program under an arithmetic. Arithmetics know single numbers only: entries are looped over here, so
// that whatever computes with numbers computes with arrays.

extension Program {
  /// The entries of the outputs at a point, which has the entries of the variables.
  ///
  /// Cost: one operation per entry of each instruction; of a matrix product one per product.
  ///
  /// - Parameters:
  ///   - begin: told where each instruction was typed before it is run.
  ///   - rows: of outputs that vary along rows of data how many rows at most.
  ///   - picks: the rows of data to go through; nil for all.
  package func run<A: Arithmetic>(
    _ arithmetic: A, at point: [A.Number], rows: Int = .max, picks: RowPicks? = nil,
    begin: (Int32) -> Void = { _ in }
  ) -> [A.Number] {
    if hasRows {
      return runQuickly(arithmetic, at: point, picks: picks)
        ?? RowSchedule(self).run(arithmetic, at: point, rows: rows, picks: picks)
    }
    var values = [A.Number](
      repeating: arithmetic.constant(.zero), count: max(placeCount, 1))
    execute(arithmetic, point, &values, at: places) { begin(origins[$0]) }
    return outputEntries { values[$0] }
  }

  /// Every register's entries, one register after the other, for finding where something went wrong.
  package func trace<A: Arithmetic>(_ arithmetic: A, at point: [A.Number]) -> [A.Number] {
    var starts: [Int32] = []
    var count = 0
    for i in instructions {
      starts.append(Int32(clamping: count))
      count += i.extent.count
    }
    var values = [A.Number](repeating: arithmetic.constant(.zero), count: count)
    execute(arithmetic, point, &values, at: starts)
    return values
  }

  /// The entries of the outputs, from where each stands.
  private func outputEntries<Number>(_ value: (Int) -> Number) -> [Number] {
    var out: [Number] = []
    out.reserveCapacity(outputs.count)
    for r in outputs {
      let start = Int(places[Int(r)])
      for k in 0..<instructions[Int(r)].extent.count { out.append(value(start + k)) }
    }
    return out
  }

  /// Runs every instruction, its entries at `places` in memory.
  ///
  /// - Parameter begin: told of each instruction before it is run.
  func execute<A: Arithmetic>(
    _ arithmetic: A, _ point: [A.Number], _ memory: inout [A.Number], at places: [Int32],
    begin: (Int) -> Void = { _ in }
  ) {
    // How many arguments attain each entry of what was chosen.
    var tied: [TieKey: [A.Number]] = [:]
    for n in instructions.indices {
      begin(n)
      let i = instructions[n]
      let to = Int(places[n])
      func load(_ r: Register, _ k: Int) -> A.Number { memory[Int(places[Int(r)]) + k] }
      if let operation = i.arrayOperation {
        let operands = [i.a, i.b]
        let made = operation.run(
          arithmetic, ArrayStep(i) { instructions[Int($0)] }, { load(operands[$0], $1) },
          ties: { tied[TieKey(register: operands[$1], function: $0.index)]?[$2] })
        for (k, v) in made.entries.enumerated() { memory[to + k] = v }
        for (f, counts) in made.ties {
          tied[TieKey(register: Register(clamping: n), function: f.index)] = counts
        }
        continue
      }
      for k in 0..<i.extent.count {
        let value: A.Number
        switch i.opcode {
        case .constant: value = arithmetic.constant(constants[Int(i.a) + k])
        case .variable: value = point[layout.starts[Int(i.a)] + k]
        case .apply where A.sharesTies && (i.elementary?.chooses ?? false):
          value = chosen(arithmetic, n, k, load(i.a, k), load(i.b, k), &tied)
        default:
          value = arithmetic.operation(i, load(i.a, k), load(i.b, k), load(i.c, k))
        }
        memory[to + k] = value
      }
    }
  }

  /// An entry of a min or max, which counts how many arguments attain it.
  private func chosen<A: Arithmetic>(
    _ arithmetic: A, _ n: Int, _ k: Int, _ a: A.Number, _ b: A.Number,
    _ tied: inout [TieKey: [A.Number]]
  ) -> A.Number {
    let i = instructions[n]
    let f = ElementaryFunction.table[Int(i.function)]
    guard let winner = f.winner else { return arithmetic.lift(f, a, b) }
    func count(_ r: Register) -> A.Number {
      tied[TieKey(register: r, function: f.index)]?[k] ?? arithmetic.constant(.one)
    }
    let own = (count(i.a), count(i.b))
    tied[TieKey(register: Register(clamping: n), function: f.index), default: []]
      .append(arithmetic.ties(winner, a, b, own))
    return arithmetic.lift(f, a, b, ties: own)
  }
}

extension Arithmetic {
  /// What an instruction that acts entry by entry makes of its operands.
  @inline(__always)
  func operation(
    _ i: Instruction, _ a: Number, _ b: @autoclosure () -> Number, _ c: @autoclosure () -> Number
  ) -> Number {
    switch i.opcode {
    // Not made of operands.
    case .constant, .variable, .array: return a
    case .add: return add(a, b())
    case .subtract: return subtract(a, b())
    case .multiply: return multiply(a, b())
    case .divide: return divide(a, b())
    case .negate: return negate(a)
    case .power: return power(a, Int(i.b))
    case .apply:
      let f = ElementaryFunction.table[Int(i.function)]
      return lift(f, a, f.arity == 2 ? b() : a)
    case .compare: return compare(i.comparison, a, b())
    case .select: return select(a, b(), c())
    }
  }
}
