// A map of classes: which of a few kinds every cell of a rectangle is, and how strongly.

/// A grid of cells, each of one class.
package struct ClassMap: Sendable {
  /// One row of the legend.
  package struct Kind: Sendable {
    package var name: String
    /// Stands for the class where there is no colour; differs from the others'.
    package var letter: Character
    package var hue: Hue
    /// Words that are written once before the names of all who share them; may be empty.
    package var family: String

    package init(_ name: String, _ letter: Character, _ hue: Hue, family: String = "") {
      self.name = name
      self.letter = letter
      self.hue = hue
      self.family = family
    }
  }

  package let columns: Int
  package let rows: Int
  package let kinds: [Kind]
  /// Indices into `kinds`, row by row from the lowest y, columns·rows of them.
  ///
  /// Other numbers stay blank.
  package let cells: [UInt8]
  /// Empty, or 0 (the full colour) to 1 (the palest) per cell; seen in colour only.
  ///
  /// The legend shows the colour from full to palest.
  package let shading: [Float]
  /// How much white is in the palest shade on paper: the hue is still seen.
  static let palest = 0.6
  package let xRange: ClosedRange<Double>
  package let yRange: ClosedRange<Double>

  /// A map whose outer edges are the bounds of the ranges.
  ///
  /// Cells are evenly spaced on the scales of the figure's axes.
  package init(
    columns: Int, rows: Int, kinds: [Kind], cells: [UInt8], shading: [Float] = [],
    xRange: ClosedRange<Double>, yRange: ClosedRange<Double>
  ) {
    precondition(columns > 0 && rows > 0 && cells.count == columns * rows)
    precondition(shading.isEmpty || shading.count == cells.count)
    self.columns = columns
    self.rows = rows
    self.kinds = kinds
    self.cells = cells
    self.shading = shading
    self.xRange = xRange
    self.yRange = yRange
  }

  var corners: [Point] {
    [Point(xRange.lowerBound, yRange.lowerBound), Point(xRange.upperBound, yRange.upperBound)]
  }
}

extension ClassMap {
  /// The kinds, those behind that no picture of so many cells can be expected to show, and whether some
  /// of their cells are paler than others.
  func kinds(seenIn seen: Int) -> [(kind: Kind, isShaded: Bool)] {
    var counts = [Int](repeating: 0, count: kinds.count)
    var isShaded = [Bool](repeating: false, count: kinds.count)
    for (k, c) in cells.enumerated() where Int(clamping: c) < counts.count {
      counts[Int(clamping: c)] += 1
      if !shading.isEmpty, shading[k] > 0 { isShaded[Int(clamping: c)] = true }
    }
    let isSeen = counts.map { $0 * max(seen, 1) >= cells.count }
    let order = kinds.indices.filter { isSeen[$0] } + kinds.indices.filter { !isSeen[$0] }
    return order.map { (kinds[$0], isShaded[$0]) }
  }

  /// What a rectangle of the map mostly is.
  struct Sample: Equatable {
    var kind: Int
    var shading: Float
  }

  /// The commonest class in a part of the map, and its mean shading; nil outside the map.
  ///
  /// Bounds are 0...1 of the map. Looks at no more than 6 × 6 cells.
  func sample(x: ClosedRange<Double>, y: ClosedRange<Double>) -> Sample? {
    let across = picks(x, columns)
    let down = picks(y, rows)
    var counts = [Int](repeating: 0, count: kinds.count)
    var sums = [Float](repeating: 0, count: kinds.count)
    for j in down {
      for i in across {
        let k = j * columns + i
        let kind = Int(clamping: cells[k])
        guard kind < kinds.count else { continue }
        counts[kind] += 1
        if !shading.isEmpty { sums[kind] += shading[k] }
      }
    }
    guard let most = counts.max(), most > 0, let kind = counts.firstIndex(of: most) else {
      return nil
    }
    return Sample(kind: kind, shading: sums[kind] / Float(most))
  }

  /// Up to six cells spread over a part of an axis.
  private func picks(_ part: ClosedRange<Double>, _ count: Int) -> [Int] {
    guard part.upperBound > 0, part.lowerBound < 1 else { return [] }
    let from = max(0, part.lowerBound) * Double(count)
    let to = min(1, part.upperBound) * Double(count)
    let n = min(6, max(1, whole((to - from).rounded(.up))))
    return (0..<n).map {
      min(count - 1, whole(from + (to - from) * (Double($0) + 0.5) / Double(n)))
    }
  }

  /// For each class the middle of its largest square of cells, in cells from the lower left corner.
  ///
  /// Dynamic programming: the largest square that ends in a cell is one more than the smallest of
  /// its three neighbours'. Cost: one pass.
  static func anchors(_ columns: Int, _ rows: Int, _ kindAt: (Int, Int) -> Int?) -> [Anchor] {
    var best: [Int: Anchor] = [:]
    var previous = [Int](repeating: 0, count: columns + 1)
    var previousKinds = [Int?](repeating: nil, count: columns)
    for j in 0..<rows {
      var current = [Int](repeating: 0, count: columns + 1)
      var kinds = [Int?](repeating: nil, count: columns)
      for i in 0..<columns {
        guard let kind = kindAt(i, j) else { continue }
        kinds[i] = kind
        var side = 1
        if i > 0, j > 0, kinds[i - 1] == kind, previousKinds[i] == kind,
          previousKinds[i - 1] == kind
        {
          side += min(current[i], previous[i + 1], previous[i])
        }
        current[i + 1] = side
        if side > best[kind]?.side ?? 0 {
          best[kind] = Anchor(
            kind: kind, x: Double(i + 1) - Double(side) / 2, y: Double(j + 1) - Double(side) / 2,
            side: side)
        }
      }
      previous = current
      previousKinds = kinds
    }
    return best.values.sorted { $0.kind < $1.kind }
  }

  /// Where a class can be named inside the map.
  struct Anchor {
    let kind: Int
    let x: Double
    let y: Double
    /// Cells along the side of the square.
    let side: Int
  }
}
