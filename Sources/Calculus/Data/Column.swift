// One column of a table of data: doubles one behind the other, and what each stands for.
import Glibc

/// Numbers one behind the other, with room behind the last that vector kernels may read.
///
/// Written only while a table is read or made.
package final class ColumnNumbers: @unchecked Sendable {
  package private(set) var pointer: UnsafeMutablePointer<Double>
  package private(set) var count = 0
  private var capacity: Int

  /// What kernels may read behind the last number: whole vectors, and one more.
  private static let padding = 16

  /// None yet, with room for so many.
  package init(capacity: Int = 0) {
    self.capacity = max(capacity, 1024)
    pointer = ColumnNumbers.room(nil, self.capacity)
  }

  deinit { free(pointer) }

  /// Grows in place where the system can move pages: what is reserved and never written costs no memory.
  private static func room(
    _ old: UnsafeMutablePointer<Double>?, _ count: Int
  ) -> UnsafeMutablePointer<Double> {
    let bytes = (count + padding) * MemoryLayout<Double>.stride
    guard let raw = realloc(old, bytes) else { fatalError("no memory for \(bytes) bytes") }
    return raw.assumingMemoryBound(to: Double.self)
  }

  /// Adds a number behind the last one.
  @inline(__always)
  package func append(_ value: Double) {
    if count == capacity { grow() }
    pointer[count] = value
    count += 1
  }

  @inline(never)
  private func grow() {
    capacity += max(capacity / 2, 1024)
    pointer = ColumnNumbers.room(pointer, capacity)
  }

  /// Ends the writing: what is not used is given back, and zeros stand behind the last number.
  package func finish() {
    capacity = count
    pointer = ColumnNumbers.room(pointer, capacity)
    for k in 0..<ColumnNumbers.padding { pointer[count + k] = 0 }
  }

  /// Forgets what was added behind the first `count` numbers.
  func cut(to count: Int) { self.count = min(self.count, count) }

  /// Number k.
  @inline(__always)
  package subscript(k: Int) -> Double { pointer[k] }
}

/// A column of a table: numbers, or texts by the numbers of their levels.
package struct Column: Sendable {
  /// What a double of a column stands for.
  package enum Meaning: Sendable {
    /// The shortest decimal that names it: what was written, of up to 15 digits.
    case decimal
    /// Itself.
    case binary
  }

  /// What it is called in its table.
  package let name: String
  /// Its doubles, a row each.
  package let numbers: ColumnNumbers
  /// What they stand for.
  package let meaning: Meaning
  /// Of texts what number k stands for, in order of appearance; empty for numbers.
  package let levels: [String]
  /// Of texts; numbers have none.
  package var isText: Bool { !levels.isEmpty }

  /// - Parameter levels: of texts, which are numbers from 0 on into it.
  package init(
    _ name: String, _ numbers: ColumnNumbers, meaning: Meaning = .decimal, levels: [String] = []
  ) {
    self.name = name
    self.numbers = numbers
    self.meaning = meaning
    self.levels = levels
  }

  /// Numbers that were typed.
  package init(_ name: String, numbers: [Double], meaning: Meaning) {
    let own = ColumnNumbers(capacity: numbers.count)
    for v in numbers { own.append(v) }
    own.finish()
    self.init(name, own, meaning: meaning)
  }

  /// The number in a row, exactly.
  ///
  /// Cost: of a decimal the shortest one that names a double, some 2 µs.
  package func exact(_ row: Int) -> Rational {
    let d = numbers[row]
    let isItself = meaning == .binary || abs(d) < Column.wholeBelow && d == d.rounded()
    if isItself { return Rational(d) ?? .zero }
    return Rational(shortestDecimalOf: d)
  }

  /// Whole numbers below are doubles, and their own shortest decimals.
  private static let wholeBelow = 0x1p53
}

extension Rational {
  /// The shortest decimal whose nearest double is `d`, which is finite.
  package init(shortestDecimalOf d: Double) {
    // Swift prints the shortest digits that read back (Adams, Ryū, PLDI 2018, and its successors).
    let text = "\(d)"
    let parts = text.split(separator: "e", maxSplits: 1)
    let digits = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = digits.count > 1 ? digits[1] : ""
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    self =
      Rational(digits: digits[0] + String(fraction), exponent: exponent - fraction.utf8.count)
      ?? Rational(d) ?? .zero
  }
}
