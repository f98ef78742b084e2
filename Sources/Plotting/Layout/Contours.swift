// Level lines of a grid of values by marching squares (after Lorensen and Cline, "Marching cubes",
// SIGGRAPH 1987, in two dimensions): where a cell's corners lie on both sides of a level, the line
// crosses its edges, at the place where the cubic through the four values about the edge has the level: a
// straight line through the two ends of the edge errs by an eighth of the second difference, by another share in every
// cell, and where a valley is only a few cells wide the level line would wiggle. An ambiguous cell
// (opposite corners above) is decided by its mean. Crossings are joined edge by edge into long lines.

/// Values at the crossings of a rectangular grid.
package struct Grid: Sendable {
  package let columns: Int
  package let rows: Int
  /// Row by row from the lowest y, from the lowest x; columns·rows of them.
  package let values: [Double]
  package let xRange: ClosedRange<Double>
  package let yRange: ClosedRange<Double>

  /// A grid whose first and last columns and rows lie on the bounds of the ranges.
  ///
  /// Places are evenly spaced on the scales of the figure's axes. At least 2 × 2 values.
  package init(
    columns: Int, rows: Int, values: [Double], xRange: ClosedRange<Double>,
    yRange: ClosedRange<Double>
  ) {
    precondition(columns >= 2 && rows >= 2 && values.count == columns * rows)
    self.columns = columns
    self.rows = rows
    self.values = values
    self.xRange = xRange
    self.yRange = yRange
  }

  var corners: [Point] {
    [Point(xRange.lowerBound, yRange.lowerBound), Point(xRange.upperBound, yRange.upperBound)]
  }
}

/// Level lines of a grid.
package struct Contours: Sendable {
  package var name: String
  package var grid: Grid
  package var levels: [Double]
  /// Empty, or one text per level, written on its line where there is room.
  package var labels: [String]
  package var hue: Hue

  package init(
    _ name: String = "", _ grid: Grid, levels: [Double], labels: [String] = [], hue: Hue = .ink
  ) {
    self.name = name
    self.grid = grid
    self.levels = levels
    self.labels = labels
    self.hue = hue
  }
}

extension Grid {
  /// The lines where the value is `level`, in grid units: 0...columns−1 and 0...rows−1.
  ///
  /// Closed lines repeat their first point. Cells with a corner that is not finite have no line.
  /// Error: that of cubic interpolation along an edge, O(cell⁴) for smooth values. Cost: one pass over
  /// the grid.
  package func lines(at level: Double) -> [[Point]] {
    var net = CrossingNet()
    for j in 0..<rows - 1 {
      for i in 0..<columns - 1 { cross(i, j, level, &net) }
    }
    return net.lines { place(of: $0, level) }
  }

  /// Joins the edges of one cell where the level passes.
  private func cross(_ i: Int, _ j: Int, _ level: Double, _ net: inout CrossingNet) {
    let k = j * columns + i
    let (a, b) = (values[k], values[k + 1])
    let (d, c) = (values[k + columns], values[k + columns + 1])
    let which =
      (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0)
    if which == 0 || which == 15 { return }
    guard a.isFinite, b.isFinite, c.isFinite, d.isFinite else { return }
    let bottom = 2 * k
    let left = 2 * k + 1
    let top = 2 * (k + columns)
    let right = 2 * (k + 1) + 1
    switch which {
    case 1, 14: net.join(left, bottom)
    case 2, 13: net.join(bottom, right)
    case 4, 11: net.join(right, top)
    case 8, 7: net.join(top, left)
    case 3, 12: net.join(left, right)
    case 6, 9: net.join(bottom, top)
    default:
      // Two lines: around the corners that differ from the middle.
      let middle = a / 4 + b / 4 + c / 4 + d / 4 >= level
      if middle == (which == 5) {
        net.join(bottom, right)
        net.join(top, left)
      } else {
        net.join(left, bottom)
        net.join(right, top)
      }
    }
  }

  /// The place on an edge where the level is crossed.
  private func place(of edge: Int, _ level: Double) -> Point {
    let k = edge / 2
    let isVertical = edge % 2 == 1
    let (step, at, count) =
      isVertical ? (columns, k / columns, rows) : (1, k % columns, columns)
    func above(_ n: Int) -> Double? {
      (0..<count).contains(at + n) ? values[k + n * step] - level : nil
    }
    let share = crossing(above(-1), values[k] - level, values[k + step] - level, above(2))
    let x = Double(k % columns)
    let y = Double(k / columns)
    return isVertical ? Point(x, y + share) : Point(x + share, y)
  }

  /// Where between 0 and 1 the curve through values at −1, 0, 1, 2 is 0; those at 0 and 1 differ in
  /// sign, an outer one that is missing or not finite is left out.
  private func crossing(_ a: Double?, _ b: Double, _ c: Double, _ d: Double?) -> Double {
    let straight = c == b ? 0.5 : min(max(b / (b - c), 0), 1)
    // Divided differences, the outer values last.
    var second = 0.0
    var third = 0.0
    if let a, a.isFinite {
      second = a / 2 - b + c / 2
      if let d, d.isFinite { third = (d - 3 * c + 3 * b - a) / 6 }
    } else if let d, d.isFinite {
      second = b / 2 - c + d / 2
    }
    func value(_ t: Double) -> Double {
      b + (c - b) * t + t * (t - 1) * (second + third * (t + 1))
    }
    var (low, high) = (0.0, 1.0)
    var t = straight
    guard value(t).isFinite else { return straight }
    // The ends differ in sign, so halving comes to a zero whatever the curve is.
    for _ in 0..<Grid.halvings {
      if (value(t) >= 0) == (b >= 0) { low = t } else { high = t }
      t = (low + high) / 2
    }
    return t
  }

  /// Halvings of an edge: down to 2⁻²⁰ of a cell, far below a pixel.
  private static let halvings = 20
}

/// Which edges are joined: every edge of the grid has at most two neighbours on a level line.
private struct CrossingNet {
  private var neighbours: [Int: (Int, Int?)] = [:]
  /// In order of discovery, so that the result does not depend on hashing.
  private var order: [Int] = []

  mutating func join(_ a: Int, _ b: Int) {
    link(a, b)
    link(b, a)
  }

  private mutating func link(_ a: Int, _ b: Int) {
    if let known = neighbours[a] {
      neighbours[a] = (known.0, b)
    } else {
      neighbours[a] = (b, nil)
      order.append(a)
    }
  }

  /// Open lines from their ends, then closed ones.
  func lines(_ place: (Int) -> Point) -> [[Point]] {
    var seen: Set<Int> = []
    var out: [[Point]] = []
    func walk(from start: Int) {
      guard seen.insert(start).inserted else { return }
      var line = [place(start)]
      var here = start
      while let (a, b) = neighbours[here] {
        guard let next = [a, b].compactMap({ $0 }).first(where: { !seen.contains($0) }) else {
          break
        }
        seen.insert(next)
        line.append(place(next))
        here = next
      }
      if let ends = neighbours[start], ends.1 != nil { line.append(line[0]) }
      out.append(line)
    }
    for edge in order where neighbours[edge]?.1 == nil { walk(from: edge) }
    for edge in order { walk(from: edge) }
    return out
  }
}
