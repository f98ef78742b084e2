// The loops, once for every arithmetic.

extension ArrayOperation {
  /// The entries of the result, from those of the operands.
  ///
  /// - Parameter ties: how many arguments of a function attain an entry of an operand; nil for one.
  /// - Returns: the entries, and for what chooses how many arguments attain each.
  package func run<A: Arithmetic>(
    _ a: A, _ step: ArrayStep, _ load: (_ operand: Int, _ entry: Int) -> A.Number,
    ties: (ElementaryFunction, _ operand: Int, _ entry: Int) -> A.Number? = { _, _, _ in nil }
  ) -> (entries: [A.Number], ties: [(ElementaryFunction, [A.Number])]) {
    switch loop {
    case .move(let copies):
      let from = step.sources(copies(step))
      let counts = A.sharesTies ? movedTies(a, from, ties) : []
      return (from.map { $0.map { load($0.operand, $0.entry) } ?? a.constant(.zero) }, counts)
    case .fold(let fold):
      guard A.sharesTies, let f = fold.chooser, let winner = f.winner else {
        return (folded(step, { load(0, $0) }) { fold.combine(a, $0, $1) }, [])
      }
      let chosen = folded(step, { k in (load(0, k), ties(f, 0, k) ?? a.constant(.one)) }) { x, y in
        let own = (x.1, y.1)
        return (a.lift(f, x.0, y.0, ties: own), a.ties(winner, x.0, y.0, own))
      }
      return (chosen.map(\.0), [(f, chosen.map(\.1))])
    case .attain:
      let all = (0..<step.extent.count).map(step.decided)
      return (all.indices.map { k in attains(a, k, all, { load(0, $0) }) }, [])
    case .contract(let columns): return (products(a, step, columns, load), [])
    // Rows are read by who goes through them (`RowSchedule`).
    case .data: return ([], [])
    }
  }

  /// Counts move with their entries.
  private func movedTies<A: Arithmetic>(
    _ a: A, _ from: [(operand: Int, entry: Int)?],
    _ ties: (ElementaryFunction, Int, Int) -> A.Number?
  ) -> [(ElementaryFunction, [A.Number])] {
    [ElementaryFunction.minimum, .maximum].compactMap { f in
      let counts = from.map { $0.flatMap { ties(f, $0.operand, $0.entry) } }
      if counts.allSatisfy({ $0 == nil }) { return nil }
      return (f, counts.map { $0 ?? a.constant(.one) })
    }
  }

  private func folded<Value>(
    _ step: ArrayStep, _ entry: (Int) -> Value, _ combine: (Value, Value) -> Value
  ) -> [Value] {
    var out = [Value?](repeating: nil, count: step.extent.count)
    for k in 0..<step.operands[0].count {
      let place = step.group(of: k)
      out[place] = out[place].map { combine($0, entry(k)) } ?? entry(k)
    }
    return out.compactMap(\.self)
  }

  /// Whether entry k is not below another of its group.
  private func attains<A: Arithmetic>(
    _ a: A, _ k: Int, _ groups: [Int], _ load: (Int) -> A.Number
  ) -> A.Number {
    var out = a.constant(.one)
    for j in groups.indices where j != k && groups[j] == groups[k] {
      out = a.select(a.compare(.greaterOrEqual, load(k), load(j)), out, a.constant(.zero))
    }
    return out
  }

  private func products<A: Arithmetic>(
    _ a: A, _ step: ArrayStep, _ columns: Bool, _ load: (Int, Int) -> A.Number
  ) -> [A.Number] {
    let first = step.operands[0].shape
    let width = step.extent.shape.columns
    let length = columns ? first.rows : first.columns
    return (0..<step.extent.count).map { k in
      let (row, column) = k.quotientAndRemainder(dividingBy: width)
      func term(_ j: Int) -> A.Number {
        let left = columns ? j * first.columns + row : row * first.columns + j
        return a.multiply(load(0, left), load(1, j * width + column))
      }
      return (1..<length).reduce(term(0)) { a.add($0, term($1)) }
    }
  }
}

extension ArrayStep {
  /// The first entry of the group that entry k is decided within.
  @inline(__always)
  func decided(with k: Int) -> Int {
    let (r, c) = k.quotientAndRemainder(dividingBy: extent.shape.columns)
    return (row == 1 ? 0 : r) * extent.shape.columns + (column == 1 ? 0 : c)
  }

  /// For each entry of the result where it comes from; nil for 0.
  fileprivate func sources(_ copies: [StridedCopy]) -> [(operand: Int, entry: Int)?] {
    var out = [(operand: Int, entry: Int)?](repeating: nil, count: extent.count)
    for c in copies {
      for row in 0..<c.shape.rows {
        for column in 0..<c.shape.columns {
          out[c.to + row * extent.shape.columns + column] = (
            c.operand, c.from + row * c.rowStep + column * c.columnStep
          )
        }
      }
    }
    return out
  }
}

extension ArrayOperation.Fold {
  /// Two numbers made one.
  func combine<A: Arithmetic>(_ a: A, _ x: A.Number, _ y: A.Number) -> A.Number {
    switch self {
    case .sum: return a.add(x, y)
    case .maximum: return a.lift(.maximum, x, y)
    case .logSumExp:
      // log(eˣ + eʸ) = x + log(1 + e^(y − x)): smooth, where a largest one taken out has a kink.
      let excess = a.subtract(y, x)
      return a.add(x, a.lift(.softplus, excess, excess))
    }
  }
}
