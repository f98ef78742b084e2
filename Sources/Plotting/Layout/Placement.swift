// Where a label goes: the first of the places around its anchor that covers the least ink and no
// other text. Greedy, in the order of the layers (the point-feature labelling of J. Christensen,
// J. Marks, S. Shieber, ACM Trans. Graphics 14, 1995, section 3.1, with their order of positions
// begun at the right, as one reads).

/// A rectangle in the renderer's units; y grows downwards.
struct Box {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  func meets(_ other: Box) -> Bool {
    x < other.x + other.width && other.x < x + width && y < other.y + other.height
      && other.y < y + height
  }

  func holds(_ p: (x: Double, y: Double)) -> Bool {
    p.x >= x && p.x <= x + width && p.y >= y && p.y <= y + height
  }

  func lies(in other: Box) -> Bool {
    x >= other.x && y >= other.y && x + width <= other.x + other.width
      && y + height <= other.y + other.height
  }
}

/// What is drawn where: labels avoid text always, and ink where they can.
struct Placement {
  let bounds: Box
  /// The side of a tile on which ink is remembered.
  private let tile: Double
  private let columns: Int
  private let rows: Int
  private var ink: [Bool]
  /// Where no text may go: marks and what was placed.
  private var taken: [Box] = []
  /// The labels.
  private(set) var placed: [Box] = []

  init(bounds: Box, tile: Double) {
    self.bounds = bounds
    self.tile = tile
    columns = max(1, whole((bounds.width / tile).rounded(.up)))
    rows = max(1, whole((bounds.height / tile).rounded(.up)))
    ink = Array(repeating: false, count: columns * rows)
  }

  /// Remembers ink at a point.
  mutating func mark(_ x: Double, _ y: Double) {
    let i = whole((x - bounds.x) / tile)
    let j = whole((y - bounds.y) / tile)
    if i >= 0, i < columns, j >= 0, j < rows { ink[j * columns + i] = true }
  }

  /// Remembers ink along a segment.
  mutating func mark(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) {
    // What reaches far beyond the bounds is seen in few of its parts.
    let most = 8 * (columns + rows)
    let steps = max(1, min(most, whole(max(abs(b.x - a.x), abs(b.y - a.y)) / tile * 2)))
    for k in 0...steps {
      let t = Double(k) / Double(steps)
      mark(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y))
    }
  }

  /// Keeps text away from here.
  mutating func take(_ box: Box) { taken.append(box) }

  /// The best of some upper left corners, taken; nil where all meet other text or leave the bounds.
  ///
  /// Covering ink altogether costs 20, every corner passed over `haste`; `suits` may refuse a box.
  /// Beside it `apart` stays free of other labels.
  mutating func place(
    _ width: Double, _ height: Double, _ corners: [(x: Double, y: Double)], haste: Double = 0.01,
    apart: Double = 0, suits: (Box) -> Bool = { _ in true }
  ) -> Box? {
    var best: (box: Box, cost: Double)?
    for (order, corner) in corners.enumerated() {
      let box = Box(x: corner.x, y: corner.y, width: width, height: height)
      guard box.lies(in: bounds), !taken.contains(where: box.meets), suits(box) else { continue }
      let cost = covered(box) * 20 + Double(order) * haste
      if cost < best?.cost ?? .infinity { best = (box, cost) }
      if cost <= Double(order) * haste { break }
    }
    guard let box = best?.box else { return nil }
    taken.append(
      Box(x: box.x - apart, y: box.y, width: box.width + 2 * apart, height: box.height))
    placed.append(box)
    return box
  }

  /// The share of a box that covers ink.
  private func covered(_ box: Box) -> Double {
    let i0 = max(0, whole((box.x - bounds.x) / tile))
    let i1 = min(columns - 1, whole((box.x + box.width - bounds.x - 1e-6) / tile))
    let j0 = max(0, whole((box.y - bounds.y) / tile))
    let j1 = min(rows - 1, whole((box.y + box.height - bounds.y - 1e-6) / tile))
    guard i0 <= i1, j0 <= j1 else { return 0 }
    var count = 0
    for j in j0...j1 {
      for i in i0...i1 where ink[j * columns + i] { count += 1 }
    }
    return Double(count) / Double((i1 - i0 + 1) * (j1 - j0 + 1))
  }

  /// Corners next to a point: right, left, above, below, and the diagonals, then a little farther.
  static func around(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ dx: Double, _ dy: Double
  ) -> [(x: Double, y: Double)] {
    [1.0, 1.5].flatMap { r -> [(x: Double, y: Double)] in
      let right = x + dx * r
      let left = x - dx * r - width
      let above = y - dy * r - height
      let below = y + dy * r
      let level = y - height / 2
      let center = x - width / 2
      let sides = [(right, level), (left, level), (center, above), (center, below)]
      return sides + [(right, above), (right, below), (left, above), (left, below)]
    }
  }
}

extension Box {
  /// The distance from a point to the nearest point of the box, heights counted `tall` times.
  func distance(to x: Double, _ y: Double, tall: Double = 1) -> Double {
    let dx = max(self.x - x, 0, x - self.x - width)
    let dy = max(self.y - y, 0, y - self.y - height) * tall
    return (dx * dx + dy * dy).squareRoot()
  }

  /// Whether a label here belongs to the first place rather than to any of the others: a label
  /// between two marks would be read as the nearer one's.
  func belongs(
    to own: (x: Double, y: Double), among all: [(x: Double, y: Double)], tall: Double = 1
  ) -> Bool {
    let near = distance(to: own.x, own.y, tall: tall)
    return all.allSatisfy {
      ($0.x == own.x && $0.y == own.y) || distance(to: $0.x, $0.y, tall: tall) > near
    }
  }
}
