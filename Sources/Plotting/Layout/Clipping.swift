// Lines cut to the unit square, by Liang and Barsky, "A new concept and method for line clipping"
// (ACM Trans. Graphics 3, 1984): the parameter interval of a segment inside four half planes.

import Glibc

/// A connected piece of a line, inside 0...1 × 0...1.
struct Run {
  var points: [Point]
  /// Whether the piece ends where the line ends, or where its last segment leaves the picture, so
  /// that an arrow head belongs there.
  var isLast: Bool
}

/// The pieces of a line that are seen; points that are not finite break it.
///
/// Cost: one pass.
func clippedRuns(_ points: some Sequence<Point>) -> [Run] {
  var runs: [Run] = []
  var current: [Point] = []
  var last: Point?
  var lastLeaves = false
  func close() {
    if current.count > 1 { runs.append(Run(points: current, isLast: false)) }
    current = []
  }
  for p in points {
    lastLeaves = false
    guard p.isFinite else {
      close()
      last = nil
      continue
    }
    if let a = last {
      if let (from, to, leaves) = clipped(a, p) {
        lastLeaves = leaves
        if current.last != from { close() }
        if current.isEmpty { current.append(from) }
        current.append(to)
        if leaves { close() }
      } else {
        close()
      }
    }
    last = p
  }
  let endsInside = current.last != nil && current.last == last
  close()
  if endsInside || lastLeaves, !runs.isEmpty { runs[runs.count - 1].isLast = true }
  return runs
}

/// The part of a segment inside the unit square, and whether it ends before the segment does.
private func clipped(_ a: Point, _ b: Point) -> (Point, Point, Bool)? {
  if isInside(a) && isInside(b) { return (a, b, false) }
  // Half coordinates: differences of finite doubles may overflow.
  let dx = b.x / 2 - a.x / 2
  let dy = b.y / 2 - a.y / 2
  var from = 0.0
  var to = 1.0
  for (step, room) in [(-dx, a.x), (dx, 1 - a.x), (-dy, a.y), (dy, 1 - a.y)] {
    if step == 0 {
      if room < 0 { return nil }
    } else if step < 0 {
      from = max(from, room / 2 / step)
    } else {
      to = min(to, room / 2 / step)
    }
  }
  guard from <= to else { return nil }
  func at(_ t: Double) -> Point {
    if t == 0 { return a }
    if t == 1 { return b }
    return Point(min(max(a.x + 2 * t * dx, 0), 1), min(max(a.y + 2 * t * dy, 0), 1))
  }
  return (at(from), at(to), to < 1)
}

func isInside(_ p: Point) -> Bool { p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1 }

extension Contours {
  /// Where on a line of so many points its value may stand: from the middle to both ends.
  static func labelPlaces(_ count: Int) -> [Int] {
    (0...12).flatMap { [24 + $0, 24 - $0] }.map { min($0 * count / 48, count - 1) }
  }

  /// The lines of one level in the unit square of the figure.
  func runs(at level: Double, _ projection: Projection) -> [Run] {
    let xs = Span(projection.x.scale, grid.xRange.lowerBound, grid.xRange.upperBound)
    let ys = Span(projection.y.scale, grid.yRange.lowerBound, grid.yRange.upperBound)
    return grid.lines(at: level).flatMap { line in
      clippedRuns(
        line.lazy.map { p in
          Point(
            projection.x.unit(xs.value(p.x / Double(grid.columns - 1))),
            projection.y.unit(ys.value(p.y / Double(grid.rows - 1))))
        })
    }
  }
}

extension Cloud {
  /// How many points fall into each of `columns` × `rows` bins, row by row from the lowest y.
  ///
  /// Cost: one pass over the points.
  func counts(_ columns: Int, _ rows: Int, _ projection: Projection) -> [Int] {
    var out = [Int](repeating: 0, count: columns * rows)
    let x = projection.x
    let y = projection.y
    for k in 0..<min(xs.count, ys.count) {
      // Most points of a zoomed picture are outside: a comparison costs less than a place.
      guard xs[k] >= x.lower, xs[k] <= x.upper, ys[k] >= y.lower, ys[k] <= y.upper else {
        continue
      }
      let x = x.unit(xs[k])
      let y = y.unit(ys[k])
      let i = min(columns - 1, whole(x * Double(columns)))
      let j = min(rows - 1, whole(y * Double(rows)))
      out[j * columns + i] += 1
    }
    return out
  }
}

extension Line {
  /// Which points carry the symbol: all where there is room, else about eight of those shown.
  ///
  /// `places` are the points in the unit square, `room` how many symbols fit side by side, and
  /// `turn` tells lines apart, so that their symbols do not fall on each other.
  func symbolPlaces(_ places: [Point], room: Int, turn: Int) -> [Point] {
    let shown = places.filter { $0.isFinite && isInside($0) }
    if shown.count * 3 <= room { return shown }
    let stride = max(1, shown.count / 8)
    let first = stride / 2 + (turn % 4) * stride / 4
    return Swift.stride(from: first % stride, to: shown.count, by: stride).map { shown[$0] }
  }
}
