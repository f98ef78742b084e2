// Where a run is: x, and what the method keeps beside it. The map of a step takes one to the next.

/// A point of the space that a method moves in.
package struct State<Number> {
  /// x, then what is kept.
  package let all: [Number]
  private let entries: Int

  /// - Parameter entries: how many of the numbers are x.
  init(_ all: [Number], entries: Int) {
    self.all = all
    self.entries = entries
  }

  init(_ x: [Number], kept: [Number] = []) { self.init(x + kept, entries: x.count) }

  /// The point.
  package var x: [Number] { entries == all.count ? all : Array(all.prefix(entries)) }
  /// What the method keeps of the steps before; empty where it keeps nothing.
  package var kept: ArraySlice<Number> { all.dropFirst(entries) }

  /// The same state in other numbers.
  func map<Other>(_ number: (Number) -> Other) -> State<Other> {
    State<Other>(all.map(number), entries: entries)
  }
}

extension State: Sendable where Number: Sendable {}
