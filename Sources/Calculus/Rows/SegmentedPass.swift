// A pass over rows in segments of equal length, shared by threads; what they make is combined in a fixed tree, so that
// the bits are the same for any number of threads.

/// One thread's memory for the segments of a pass.
protocol SegmentWorker: AnyObject {
  associatedtype Number
  /// - Parameter scalar: what one row makes, written out in entries.
  init(_ scalar: Program, _ pass: RowSchedule.Pass, _ folds: [ArrayOperation.Fold], _ length: Int)
  /// The folds over some rows.
  func run(_ rows: Range<Int>, _ uniform: [Number], into out: UnsafeMutablePointer<Number>)
  /// Two results of a fold made one.
  static func combine(_ fold: ArrayOperation.Fold, _ x: Number, _ y: Number) -> Number
}

/// A pass over rows in segments.
final class SegmentedPass<Worker: SegmentWorker> {
  private let rows: Int
  private let folds: [ArrayOperation.Fold]
  private let workers: [Worker]
  private let segments: Int

  /// - Parameter threads: at most so many; few rows take one.
  init(_ pass: RowSchedule.Pass, threads: Int = processorCount()) {
    let folds = pass.folds.enumerated().flatMap { k, fold in
      Array(repeating: fold ?? .sum, count: pass.terms.extent(of: k).count)
    }
    self.folds = folds
    rows = pass.table.rowCount
    let rows = rows
    segments = (rows + Segments.length - 1) / Segments.length
    let count = rows < Segments.leastForThreads ? 1 : min(threads, segments)
    let scalar = pass.terms.expanded
    workers = (0..<count).map { _ in Worker(scalar, pass, folds, min(rows, Segments.length)) }
  }

  /// The folds over all rows.
  func run(_ uniform: [Worker.Number]) -> [Worker.Number] {
    let width = folds.count
    let all = UnsafeMutablePointer<Worker.Number>.allocate(capacity: max(segments * width, 1))
    defer { all.deallocate() }
    let share = SegmentShare(
      workers: workers, rows: rows, width: width, uniform: uniform, out: all)
    if workers.count == 1 {
      share.run(0)
    } else {
      _ = inParallel(
        parts: workers.count, threads: workers.count, cancelled: { false }, progress: { _ in }
      ) { _ in { share.run($0) } }
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
private enum Segments {
  /// Rows of a segment: the work on them is well above that of beginning it.
  static let length = 4096
  /// Rows from which on threads are worth their start.
  static let leastForThreads = 16 * length
}

/// Which worker does which segments: each every so many.
private struct SegmentShare<Worker: SegmentWorker>: @unchecked Sendable {
  let workers: [Worker]
  let rows: Int
  let width: Int
  let uniform: [Worker.Number]
  let out: UnsafeMutablePointer<Worker.Number>

  func run(_ worker: Int) {
    let segments = (rows + Segments.length - 1) / Segments.length
    for s in stride(from: worker, to: segments, by: workers.count) {
      let first = s * Segments.length
      workers[worker].run(
        first..<min(rows, first + Segments.length), uniform, into: out + s * width)
    }
  }
}
