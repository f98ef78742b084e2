// A program over rows of data in balls: digits that are certain, of sums over millions of rows.

/// A prepared program over rows; one run at a time.
///
/// Cost: some nanoseconds an operation and row; of a function without a proof of its own in doubles some two
/// microseconds.
package final class BallEngine {
  private let schedule: RowSchedule
  private let passes: [SegmentedPass<BallSegments>]
  /// What the data alone make.
  private let fixed: [Ball]

  package init(_ program: Program) {
    schedule = RowSchedule(program)
    passes = schedule.passes.map { SegmentedPass<BallSegments>($0) }
    let nowhere = [Ball](repeating: Ball(0), count: program.layout.count)
    fixed = schedule.statics.map { BallEngine($0).run(at: nowhere) } ?? []
  }

  /// The entries of the outputs at a point.
  ///
  /// - Parameter picks: the rows to go through; nil for all.
  package func run(at point: [Ball], picks: RowPicks? = nil) -> [Ball] {
    let a = BallArithmetic()
    var known =
      point + fixed + schedule.tables.map { Ball(Double(picks?.count ?? $0.rowCount)) }
    for (k, pass) in passes.enumerated() {
      known += pass.run(schedule.between[k].run(a, at: known), picks)
    }
    return schedule.between[passes.count].run(a, at: known)
  }
}

/// Segments of a pass in balls, block by block: each operation over a block before the next.
final class BallSegments: SegmentWorker {
  typealias Number = Ball
  private let pass: RowSchedule.Pass
  private let scalar: Program
  private let folds: [ArrayOperation.Fold]
  /// Rows of a block: the registers of a small program stay in the second cache.
  private static let block = 128
  /// Middles and radii of each register.
  private let middles: UnsafeMutablePointer<Double>
  private let radii: UnsafeMutablePointer<Double>
  private let exact: [Ball]

  init(_ scalar: Program, _ pass: RowSchedule.Pass, _ folds: [ArrayOperation.Fold]) {
    (self.scalar, self.pass, self.folds) = (scalar, pass, folds)
    let size = max(scalar.instructions.count, 1) * BallSegments.block
    middles = .aligned(size)
    radii = .aligned(size)
    exact = scalar.constants.map(BallArithmetic().constant)
    for (r, i) in scalar.instructions.enumerated() where i.opcode == .constant {
      fill(r, exact[Int(i.a)])
    }
  }

  deinit {
    middles.deallocate()
    radii.deallocate()
  }

  static func combine(_ fold: ArrayOperation.Fold, _ x: Ball, _ y: Ball) -> Ball {
    fold.combine(BallArithmetic(), x, y)
  }

  private func fill(_ r: Int, _ value: Ball) {
    let at = r * BallSegments.block
    (middles + at).update(repeating: value.middle, count: BallSegments.block)
    (radii + at).update(repeating: value.radius, count: BallSegments.block)
  }

  func run(
    _ rows: Range<Int>, _ picks: RowPicks?, _ uniform: [Ball],
    into out: UnsafeMutablePointer<Ball>
  ) {
    for (r, i) in scalar.instructions.enumerated() where i.opcode == .variable {
      let k = Int(i.a) - pass.columns.count
      if k >= 0 { fill(r, uniform[k]) }
    }
    var sums = [BallSum](repeating: BallSum(), count: folds.count)
    var others = [Ball?](repeating: nil, count: folds.count)
    let a = BallArithmetic()
    var first = rows.lowerBound
    while first < rows.upperBound {
      let count = min(BallSegments.block, rows.upperBound - first)
      for r in scalar.instructions.indices { compute(r, first, count, picks) }
      for (k, r) in scalar.outputs.enumerated() {
        let at = Int(r) * BallSegments.block
        if folds[k] == .sum {
          sums[k].add(middles + at, radii + at, count)
        } else {
          for j in 0..<count {
            let value = Ball(middles[at + j], radii[at + j])
            others[k] = others[k].map { folds[k].combine(a, $0, value) } ?? value
          }
        }
      }
      first += count
    }
    for k in folds.indices { out[k] = folds[k] == .sum ? sums[k].ball : others[k] ?? .unknown }
  }

  /// An instruction over a block.
  private func compute(_ r: Int, _ first: Int, _ count: Int, _ picks: RowPicks?) {
    let i = scalar.instructions[r]
    let a = BallArithmetic()
    let to = r * BallSegments.block
    let (x, y, z) = (
      Int(i.a) * BallSegments.block, Int(i.b) * BallSegments.block, Int(i.c) * BallSegments.block
    )
    let (middles, radii) = (middles, radii)
    @inline(__always) func at(_ place: Int, _ k: Int) -> Ball {
      Ball(middles[place + k], radii[place + k])
    }
    @inline(__always) func each(_ value: (Int) -> Ball) {
      for k in 0..<count {
        let made = value(k)
        middles[to + k] = made.middle
        radii[to + k] = made.radius
      }
    }
    switch i.opcode {
    case .constant, .array: break
    case .variable:
      guard Int(i.a) < pass.columns.count else { return }
      let column = pass.table.columns[pass.columns[Int(i.a)]]
      if let picks {
        each { a.datum(column, Int(picks[first + $0])) }
      } else {
        each { a.datum(column, first + $0) }
      }
    case .add: each { a.add(at(x, $0), at(y, $0)) }
    case .subtract: each { a.subtract(at(x, $0), at(y, $0)) }
    case .multiply: each { a.multiply(at(x, $0), at(y, $0)) }
    case .divide: each { a.divide(at(x, $0), at(y, $0)) }
    case .negate: each { a.negate(at(x, $0)) }
    case .power where i.b == 2: each { a.multiply(at(x, $0), at(x, $0)) }
    case .power: each { a.power(at(x, $0), Int(i.b)) }
    case .apply:
      let f = ElementaryFunction.table[Int(i.function)]
      each { a.lift(f, at(x, $0), f.arity == 2 ? at(y, $0) : at(x, $0)) }
    case .compare: each { a.compare(i.comparison, at(x, $0), at(y, $0)) }
    case .select: each { a.select(at(x, $0), at(y, $0), at(z, $0)) }
    }
  }
}

/// A sum of many balls: of the middles with the errors of its rounding (`CompensatedSum`), of the radii.
private struct BallSum {
  private var sum = 0.0
  private var rest = 0.0
  private var sizes = 0.0
  private var radii = 0.0
  private var count = 0

  mutating func add(
    _ middles: UnsafePointer<Double>, _ radii: UnsafePointer<Double>, _ n: Int
  ) {
    var (s, e, size, radius) = (sum, rest, sizes, self.radii)
    for k in 0..<n {
      let x = middles[k]
      let t = s + x
      let b = t - s
      e += (s - (t - b)) + (x - b)
      s = t
      size += abs(x)
      radius += radii[k]
    }
    (sum, rest, sizes, self.radii) = (s, e, size, radius)
    count += n
  }

  /// The sum: rounding of the middle, 2n²u²·Σ|x| of the errors that are kept, and the radii with what adding them
  /// up lost.
  var ball: Ball {
    let m = sum + rest
    if m.isNaN || !radii.isFinite { return sizes.isNaN ? .undefined : .unknown }
    let n = Double(count) * Ball.unit
    let radius =
      radii * (1 + 2 * n) + 2 * n * n * sizes * (1 + 2 * n) + abs(m) * Ball.unit
    guard m.isFinite else { return .unknown }
    return Ball(m, radius * Ball.outward + (radius > 0 ? Ball.least : 0))
  }
}
