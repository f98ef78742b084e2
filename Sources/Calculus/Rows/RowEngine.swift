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
  /// The point, the numbers of rows, the results of passes.
  private let known: UnsafeMutablePointer<Double>
  private let knownCount: Int
  /// Where the results of each pass go.
  private let places: [Int]
  private var hasRun = false
  let input: UnsafeMutableBufferPointer<Double>
  let outputCount: Int

  /// Cost: linear in the instructions.
  init(_ program: Program) {
    schedule = RowSchedule(program)
    between = schedule.between.map(DoubleProgram.init)
    passes = schedule.passes.map { SegmentedPass<SegmentRunner>($0) }
    var end = program.layout.count
    let counts = end
    end += schedule.tables.count
    var places: [Int] = []
    for pass in schedule.passes {
      places.append(end)
      end += pass.resultCount
    }
    self.places = places
    knownCount = end
    known = .allocate(capacity: max(end, 1))
    known.initialize(repeating: 0, count: max(end, 1))
    for (k, t) in schedule.tables.enumerated() { known[counts + k] = Double(t.rowCount) }
    input = UnsafeMutableBufferPointer(start: known, count: program.layout.count)
    outputCount = program.outputs.indices.reduce(0) { $0 + program.extent(of: $1).count }
  }

  deinit { known.deallocate() }

  func run() {
    for (k, pass) in passes.enumerated() {
      // What depends on the data alone is known from the first run on.
      if hasRun, schedule.passes[k].isFixed { continue }
      between[k].run(at: UnsafeBufferPointer(start: known, count: places[k]))
      let made = pass.run(between[k].outputs)
      for (j, v) in made.enumerated() { known[places[k] + j] = v }
    }
    hasRun = true
    between[passes.count].run(at: UnsafeBufferPointer(start: known, count: knownCount))
  }

  subscript(k: Int) -> Double { between[passes.count][k] }

  func copyOutputs(from first: Int, to out: UnsafeMutableBufferPointer<Double>) -> Bool {
    between[passes.count].copyOutputs(from: first, to: out)
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
  private let length: Int
  private let whole: ArrayEngine
  /// For the last segment, which is shorter.
  private lazy var short = ArrayEngine(widened(to: pass.table.rowCount % length))

  init(
    _ scalar: Program, _ pass: RowSchedule.Pass, _ folds: [ArrayOperation.Fold], _ length: Int
  ) {
    (self.pass, self.scalar, self.folds, self.length) = (pass, scalar, folds, length)
    whole = ArrayEngine(scalar.widened(to: length, columns: pass.columns.count, folds))
  }

  private func widened(to rows: Int) -> Program {
    scalar.widened(to: rows, columns: pass.columns.count, folds)
  }

  static func combine(_ fold: ArrayOperation.Fold, _ x: Double, _ y: Double) -> Double {
    fold.combine(DoubleArithmetic(), x, y)
  }

  func run(_ rows: Range<Int>, _ uniform: [Double], into out: UnsafeMutablePointer<Double>) {
    let engine = rows.count == length ? whole : short
    guard var to = engine.input.baseAddress else { return }
    for c in pass.columns {
      to.update(
        from: pass.table.columns[c].numbers.pointer + rows.lowerBound, count: rows.count)
      to += rows.count
    }
    for (k, v) in uniform.enumerated() { to[k] = v }
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
