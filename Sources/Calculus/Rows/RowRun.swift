// A program over rows of data under any arithmetic, row by row.

/// Which rows of its table a program goes through: all, or some, in an order and perhaps more than once.
package typealias RowPicks = [Int32]

extension RowSchedule {
  /// The entries of the outputs at a point; of rows those of the first `most` rows, one after the other.
  ///
  /// - Parameters:
  ///   - most: of outputs that are rows, at most so many.
  ///   - picks: the rows to go through; nil for all. What the data alone make is of all rows.
  ///
  /// Cost: the program of a row, for each row and pass.
  func run<A: Arithmetic>(
    _ a: A, at point: [A.Number], rows most: Int = .max, picks: RowPicks? = nil
  ) -> [A.Number] {
    let counts = tables.map { a.constant(Rational(picks?.count ?? $0.rowCount)) }
    let fixed = statics?.run(a, at: point) ?? []
    var results: [A.Number] = []
    var rows: [Int: [A.Number]] = [:]
    var known: [A.Number] { point + fixed + counts + results }
    for (k, pass) in passes.enumerated() {
      let uniform = between[k].run(a, at: known)
      let made = pass.run(a, uniform, rows: most, picks)
      if pass.areRows { rows[k] = made } else { results += made }
    }
    let last = between[passes.count]
    let values = last.run(a, at: known)
    var starts = [0]
    for k in last.outputs.indices { starts.append(starts[k] + last.extent(of: k).count) }
    return outputs.flatMap { output in
      switch output {
      case .value(let k): Array(values[starts[k]..<starts[k + 1]])
      case .rows(let pass): rows[pass] ?? []
      }
    }
  }
}

extension RowSchedule.Pass {
  /// Whether its rows are wanted themselves.
  fileprivate var areRows: Bool { folds.contains { $0 == nil } }

  /// The folds over rows, or the first `most` rows themselves.
  fileprivate func run<A: Arithmetic>(
    _ a: A, _ uniform: [A.Number], rows most: Int, _ picks: RowPicks?
  ) -> [A.Number] {
    var sums: [A.Number] = []
    let ways = folds.enumerated().flatMap { k, fold in
      Array(repeating: fold, count: terms.extent(of: k).count)
    }
    let all = picks?.count ?? table.rowCount
    for n in 0..<(areRows ? min(all, most) : all) {
      let row = picks.map { Int($0[n]) } ?? n
      let cells = columns.map { a.datum(table.columns[$0], row) }
      let made = terms.run(a, at: cells + uniform)
      if n == 0 || areRows {
        sums += made
      } else {
        for (k, way) in ways.enumerated() {
          if let way { sums[k] = way.combine(a, sums[k], made[k]) }
        }
      }
    }
    return sums
  }
}

extension Program {
  /// Rows up to which certified numbers go through all of them; beyond, balls in doubles do.
  private static var mostCertifiedRows: Int { 10_000 }

  /// The entries of the outputs by an engine for rows: in doubles, and of many rows in balls; nil where there is
  /// none.
  func runQuickly<A: Arithmetic>(
    _ arithmetic: A, at point: [A.Number], picks: RowPicks?
  ) -> [A.Number]? {
    guard outputs.allSatisfy({ instructions[Int($0)].extent.axis == 0 }) else { return nil }
    if arithmetic is DoubleArithmetic, let point = point as? [Double] {
      let runner = DoubleProgram(self)
      runner.pick(picks)
      runner.run(at: point)
      return runner.outputs as? [A.Number]
    }
    let most = picks?.count ?? tables.values.reduce(0) { max($0, $1.rowCount) }
    guard most > Program.mostCertifiedRows else { return nil }
    if let e = arithmetic as? EnclosureArithmetic, let point = point as? [Enclosure] {
      let made = BallEngine(self).run(at: point.map { Ball(around: $0) }, picks: picks)
      return made.map { $0.enclosure(e) } as? [A.Number]
    }
    guard let a = arithmetic as? CertifiedArithmetic, let point = point as? [Certified] else {
      return nil
    }
    let e = a.enclosures
    let made = BallEngine(self).run(at: point.map { Ball(around: $0.number(e)) }, picks: picks)
    return made.map { Certified.enclosed($0.enclosure(e)) } as? [A.Number]
  }
}
