// A pass over rows in segments of equal length, shared by threads; what they make is combined in a fixed tree, so that
// the bits are the same for any number of threads.

/// One thread's memory for the segments of a pass.
protocol SegmentWorker: AnyObject {
  associatedtype Number
  /// - Parameter scalar: what one row makes, written out in entries.
  init(_ scalar: Program, _ pass: RowSchedule.Pass, _ folds: [ArrayOperation.Fold])
  /// The folds over some rows; of picks over those at some places.
  func run(
    _ rows: Range<Int>, _ picks: RowPicks?, _ uniform: [Number],
    into out: UnsafeMutablePointer<Number>)
  /// Two results of a fold made one.
  static func combine(_ fold: ArrayOperation.Fold, _ x: Number, _ y: Number) -> Number
}

/// A pass over rows in segments.
final class SegmentedPass<Worker: SegmentWorker> {
  private let rows: Int
  private let folds: [ArrayOperation.Fold]
  let workers: [Worker]

  /// - Parameter threads: at most so many; few rows take one.
  init(_ pass: RowSchedule.Pass, threads: Int = processorCount()) {
    let folds = pass.folds.enumerated().flatMap { k, fold in
      Array(repeating: fold ?? .sum, count: pass.terms.extent(of: k).count)
    }
    self.folds = folds
    rows = pass.table.rowCount
    let count = rows < Segments.leastForThreads ? 1 : min(threads, Segments.count(rows))
    let scalar = pass.terms.expanded
    workers = (0..<count).map { _ in Worker(scalar, pass, folds) }
  }

  /// The folds over all rows, or those picked.
  func run(_ uniform: [Worker.Number], _ picks: RowPicks? = nil) -> [Worker.Number] {
    let width = folds.count
    let rows = picks?.count ?? rows
    let segments = Segments.count(rows)
    let all = UnsafeMutablePointer<Worker.Number>.allocate(capacity: max(segments * width, 1))
    defer { all.deallocate() }
    let share = SegmentShare(
      workers: workers, rows: rows, width: width, picks: picks, uniform: uniform, out: all)
    if workers.count == 1 || rows < Segments.leastForThreads {
      share.run(0, of: 1)
    } else {
      let count = workers.count
      _ = inParallel(
        parts: count, threads: count, cancelled: { false }, progress: { _ in }
      ) { _ in { share.run($0, of: count) } }
    }
    var step = 1
    while step < segments {
      for s in stride(from: 0, to: segments - step, by: 2 * step) {
        for k in 0..<width {
          all[s * width + k] = Worker.combine(
            folds[k], all[s * width + k], all[(s + step) * width + k])
        }
      }
      step *= 2
    }
    return (0..<width).map { all[$0] }
  }
}

/// Sizes that results depend on.
enum Segments {
  /// Rows of a segment: the work on them is well above that of beginning it.
  private static let length = 4096
  /// Rows from which on threads are worth their start.
  static let leastForThreads = 16 * length
  /// Picked rows up to which they are one segment.
  static let longestPick = length

  /// How many segments rows make.
  static func count(_ rows: Int) -> Int { (rows + length - 1) / length }
  /// The rows of one.
  static func rows(_ s: Int, of rows: Int) -> Range<Int> {
    (s * length)..<min(rows, (s + 1) * length)
  }
}

/// Which worker does which segments: each every so many.
private struct SegmentShare<Worker: SegmentWorker>: @unchecked Sendable {
  let workers: [Worker]
  let rows: Int
  let width: Int
  let picks: RowPicks?
  let uniform: [Worker.Number]
  let out: UnsafeMutablePointer<Worker.Number>

  func run(_ worker: Int, of count: Int) {
    for s in stride(from: worker, to: Segments.count(rows), by: count) {
      workers[worker].run(Segments.rows(s, of: rows), picks, uniform, into: out + s * width)
    }
  }
}
