// What of a run is drawn: noise on the gradient, or which rows of data a step goes through. A seed is a schedule:
// each step's draw is a function of the seed and the number of the step alone.
import Calculus
import Glibc

/// What each step of a run draws.
package struct Sampling: Sendable {
  /// What is drawn.
  package enum Way: Sendable {
    /// The gradient and a normal number for each entry, with its standard deviation.
    case noise([Rational])
    /// The loss over some rows.
    case batches(Batches)
  }
  package let way: Way
  package let seed: UInt64

  package init(_ way: Way, seed: UInt64) {
    self.way = way
    self.seed = seed
  }

  /// The batches; nil where none are drawn.
  package var batches: Batches? {
    if case .batches(let b) = way { b } else { nil }
  }

  /// The standard deviations of the noise; nil where none is drawn.
  package var deviations: [Rational]? {
    if case .noise(let d) = way { d } else { nil }
  }

  /// The noise of step t, a number for each entry; empty where none is drawn.
  func noise(_ t: Int) -> [Rational] {
    guard let deviations else { return [] }
    let stream = RandomStream(seed: seed, .noise, occurrence: 0)
    return deviations.enumerated().map { k, deviation in
      if deviation.isZero { return .zero }
      let n = UInt64(clamping: t * deviations.count + k)
      return deviation * (Rational(stream.normal(n)) ?? .zero)
    }
  }

  /// How many rows step t goes through; nil where all, or where none are drawn.
  package func rows(of t: Int) -> Int? { picks(t)?.count }

  /// The rows of step t; nil for all.
  func picks(_ t: Int) -> RowPicks? { batches?.rows(of: t, seed: seed) }
}

/// How rows are cut into batches.
package struct Batches: Sendable {
  /// Rows of a batch; the last one of an epoch has what is left.
  package let size: Int
  /// Rows that there are.
  package let rows: Int
  /// Whether each row of a batch is drawn from all rows.
  package let replaces: Bool
  /// Whether each epoch has an order of its own; else the rows come in theirs.
  package let shuffles: Bool
  private let order = EpochOrder()

  /// - Parameter size: 1 or more, at most as many as rows.
  package init(size: Int, of rows: Int, replaces: Bool = false, shuffles: Bool = true) {
    self.size = size
    self.rows = rows
    self.replaces = replaces
    self.shuffles = shuffles
  }

  /// Steps in which every row comes once; of rows drawn with replacement as many.
  package var stepsOfEpoch: Int { (rows + size - 1) / size }

  /// The rows of a step.
  ///
  /// An epoch's order is that of Fisher and Yates (Knuth, TAOCP 2, 3.4.2, algorithm P), its numbers drawn by
  /// multiplication: each row's chance is 1/n to within n/2⁶⁴.
  func rows(of t: Int, seed: UInt64) -> RowPicks? {
    if size == rows, !replaces { return nil }
    if replaces {
      let stream = RandomStream(seed: seed, .replacement, occurrence: 0)
      return (0..<size).map {
        Int32(clamping: Batches.below(rows, stream.bits(UInt64(clamping: t * size + $0))))
      }
    }
    let (epoch, k) = t.quotientAndRemainder(dividingBy: stepsOfEpoch)
    let range = (k * size)..<min(rows, (k + 1) * size)
    guard shuffles else { return range.map { Int32(clamping: $0) } }
    return order.slice(range, of: epoch, rows, seed)
  }

  /// A number from 0 to n − 1 from 64 random bits.
  fileprivate static func below(_ n: Int, _ bits: UInt64) -> Int {
    Int(clamping: UInt64(clamping: n).multipliedFullWidth(by: bits).high)
  }
}

/// The order of rows in the epoch asked for last.
private final class EpochOrder: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var epoch = -1
  private var seed: UInt64 = 0
  private var order: RowPicks = []

  init() { pthread_mutex_init(lock, nil) }
  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  func slice(_ range: Range<Int>, of epoch: Int, _ rows: Int, _ seed: UInt64) -> RowPicks {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if self.epoch != epoch || self.seed != seed || order.count != rows {
      (self.epoch, self.seed) = (epoch, seed)
      let stream = RandomStream(seed: seed, .shuffle, occurrence: UInt32(clamping: epoch))
      order = (0..<rows).map { Int32(clamping: $0) }
      for k in stride(from: rows - 1, to: 0, by: -1) {
        order.swapAt(k, Batches.below(k + 1, stream.bits(UInt64(clamping: k))))
      }
    }
    return Array(order[range])
  }
}
