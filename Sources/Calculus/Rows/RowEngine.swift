// A program over rows of data made ready for many runs in doubles. Rows come in segments of equal length, each run
// by the kernels for arrays; segments are shared by threads and their sums added in a fixed tree, so that the bits
// are the same for any number of threads.

/// A prepared program over rows; one run at a time.
///
/// Values as of `ArrayEngine`. Memory for the segments of each thread; no temporary is as long as the data.
final class RowEngine: WholeEngine {
  private let schedule: RowSchedule
  private let between: [DoubleProgram]
  private let passes: [SegmentedPass<SegmentRunner>]
  /// The point, what the data alone make, the numbers of rows, the results of passes.
  private let known: UnsafeMutablePointer<Double>
  private let knownCount: Int
  private let counts: Range<Int>
  /// Where the results of each pass go.
  private let places: [Int]
  /// The rows to go through; nil for all.
  var picks: RowPicks?
  let input: UnsafeMutableBufferPointer<Double>
  let outputCount: Int

  /// Cost: linear in the instructions; a run of what the data alone make.
  init(_ program: Program) {
    schedule = RowSchedule(program)
    between = schedule.between.map(DoubleProgram.init)
    passes = schedule.passes.map { SegmentedPass<SegmentRunner>($0) }
    let fixed = schedule.statics.map { DoubleProgram($0) }
    let first = program.layout.count
    var fixedValues: [Double] = []
    if let fixed {
      fixed.run(at: [Double](repeating: 0, count: first))
      fixedValues = fixed.outputs
    }
    let start = first + fixedValues.count
    counts = start..<(start + schedule.tables.count)
    var end = counts.upperBound
    var places: [Int] = []
    for pass in schedule.passes {
      places.append(end)
      end += pass.resultCount
    }
    self.places = places
    knownCount = end
    known = .allocate(capacity: max(end, 1))
    known.initialize(repeating: 0, count: max(end, 1))
    for (k, v) in fixedValues.enumerated() { known[first + k] = v }
    input = UnsafeMutableBufferPointer(start: known, count: first)
    outputCount = program.outputs.indices.reduce(0) { $0 + program.extent(of: $1).count }
  }

  deinit { known.deallocate() }

  func run() {
    for (k, t) in schedule.tables.enumerated() {
      known[counts.lowerBound + k] = Double(picks?.count ?? t.rowCount)
    }
    for (k, pass) in passes.enumerated() {
      between[k].run(at: UnsafeBufferPointer(start: known, count: places[k]))
      pass.run(between[k], picks, into: known + places[k])
    }
    between[passes.count].run(at: UnsafeBufferPointer(start: known, count: knownCount))
  }

  subscript(k: Int) -> Double { between[passes.count][k] }

  func copyOutputs(from first: Int, to out: UnsafeMutableBufferPointer<Double>) -> Bool {
    between[passes.count].copyOutputs(from: first, to: out)
  }
}

extension SegmentedPass<SegmentRunner> {
  /// The folds over the rows picked, at what a program made for all of them.
  ///
  /// Some rows are one segment: nothing is allocated for them from the second time on.
  fileprivate func run(
    _ uniform: DoubleProgram, _ picks: RowPicks?, into out: UnsafeMutablePointer<Double>
  ) {
    if let picks, picks.count <= Segments.longestPick {
      return workers[0].run(picks, uniform, into: out)
    }
    for (j, v) in run(uniform.outputs, picks).enumerated() { out[j] = v }
  }
}

extension RowSchedule.Pass {
  /// How many numbers it makes.
  var resultCount: Int { terms.outputs.indices.reduce(0) { $0 + terms.extent(of: $1).count } }
}

/// One thread's memory in doubles.
final class SegmentRunner: SegmentWorker {
  typealias Number = Double
  private let pass: RowSchedule.Pass
  private let scalar: Program
  private let folds: [ArrayOperation.Fold]
  /// By the number of rows.
  private var engines: [Int: ArrayEngine] = [:]
  /// That of the last run.
  private var last: (rows: Int, engine: ArrayEngine)?

  init(_ scalar: Program, _ pass: RowSchedule.Pass, _ folds: [ArrayOperation.Fold]) {
    (self.pass, self.scalar, self.folds) = (pass, scalar, folds)
  }

  static func combine(_ fold: ArrayOperation.Fold, _ x: Double, _ y: Double) -> Double {
    fold.combine(DoubleArithmetic(), x, y)
  }

  private func engine(_ rows: Int) -> ArrayEngine {
    if let last, last.rows == rows { return last.engine }
    let engine =
      engines[rows]
      ?? ArrayEngine(scalar.widened(to: rows, columns: pass.columns.count, folds))
    engines[rows] = engine
    last = (rows, engine)
    return engine
  }

  /// Copies the columns of some rows, of picks those at some places, to where a kernel reads them.
  ///
  /// - Returns: where the rest of the input goes.
  private func gather(
    _ rows: Range<Int>, _ picks: RowPicks?, to start: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<Double> {
    var to = start
    for c in pass.columns {
      let from = pass.table.columns[c].numbers.pointer
      if let picks {
        picks.withUnsafeBufferPointer { picks in
          for (j, n) in rows.enumerated() { to[j] = from[Int(picks[n])] }
        }
      } else {
        to.update(from: from + rows.lowerBound, count: rows.count)
      }
      to += rows.count
    }
    return to
  }

  func run(
    _ rows: Range<Int>, _ picks: RowPicks?, _ uniform: [Double],
    into out: UnsafeMutablePointer<Double>
  ) {
    let engine = engine(rows.count)
    guard let start = engine.input.baseAddress else { return }
    let to = gather(rows, picks, to: start)
    for (k, v) in uniform.enumerated() { to[k] = v }
    engine.run()
    for k in folds.indices { out[k] = engine[k] }
  }

  /// The same over all rows picked, at what a program made.
  func run(
    _ picks: RowPicks, _ uniform: DoubleProgram, into out: UnsafeMutablePointer<Double>
  ) {
    let engine = engine(picks.count)
    guard let start = engine.input.baseAddress else { return }
    let to = gather(picks.indices, picks, to: start)
    for k in 0..<uniform.outputCount { to[k] = uniform[k] }
    engine.run()
    for k in folds.indices { out[k] = engine[k] }
  }
}

extension Program {
  /// A program of one row over arrays of so many rows, its outputs folded.
  ///
  /// - Parameter columns: how many of its variables, the first ones, vary from row to row.
  fileprivate func widened(
    to rows: Int, columns: Int, _ folds: [ArrayOperation.Fold]
  ) -> Program {
    let wide = Extent(rows, 1)
    var b = ProgramBuilder(
      Layout(
        layout.variables.enumerated().map { k, v in
          Variable(v.name, k < columns ? wide.shape : v.shape)
        }))
    var made: [Register] = []
    for i in instructions {
      if i.opcode == .variable {
        let v = b.layout.variables[Int(i.a)]
        made.append(b.variable(v.name, v.shape))
        continue
      }
      var isWide = false
      i.forEachOperand { isWide = isWide || b.extent(made[Int($0)]) == wide }
      var at: [Register: Register] = [:]
      i.forEachOperand {
        let own = made[Int($0)]
        at[$0] = isWide ? b.broadcast(own, to: wide) : own
      }
      made.append(b.copy(i, of: self) { at[$0] ?? 0 })
    }
    let results = zip(outputs, folds).map { r, fold -> Register in
      let all = b.broadcast(made[Int(r)], to: wide)
      return switch fold {
      case .sum: b.sum(all)
      case .maximum: b.maximum(all)
      case .logSumExp: b.logSumExp(all)
      }
    }
    return b.program(outputs: results)
  }
}
