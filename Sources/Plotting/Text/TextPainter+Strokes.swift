// Thin strokes: one glyph per character, chosen by the way the line takes through it. A flat line
// visits the character in which it crosses the middle of a column, a steep one that in which it
// crosses the middle of a row; where it leaves that row or column there, the glyph is a slanted one.
// Lines along the grid are joined to corners and crossings, as cobwebs want it.

extension TextPainter {
  /// Draws points of the unit square with a thin stroke.
  mutating func stroke(
    _ points: [Point], _ stroke: Line.Stroke, _ style: TextStyle, _ rank: TextCanvas.Rank
  ) {
    var pen = ThinPen(stroke, glyphs)
    // Bends within one character cannot be seen.
    var corners: [Point] = []
    for (k, p) in points.map(canvas.spot).enumerated() {
      if let last = corners.last, max(abs(p.x - last.x), abs(p.y - last.y)) < 1 {
        if k < points.count - 1 || corners.count == 1 { continue }
        corners.removeLast()
      }
      corners.append(p)
    }
    if corners.count == 1, let p = points.last { corners.append(canvas.spot(p)) }
    for (a, b) in zip(corners, corners.dropFirst()) { draw(from: a, to: b, style, rank, &pen) }
  }

  private mutating func draw(
    from a: Point, to b: Point, _ style: TextStyle, _ rank: TextCanvas.Rank, _ pen: inout ThinPen
  ) {
    let isFlat = abs(b.x - a.x) >= abs(b.y - a.y)
    let (from, to) = isFlat ? (a.x, b.x) : (a.y, b.y)
    let isStraight = (isFlat ? abs(b.y - a.y) : abs(b.x - a.x)) < 1e-6
    /// The place across the main direction.
    func across(_ along: Double) -> Double {
      if from == to { return isFlat ? a.y : a.x }
      let t = (along - from) / (to - from)
      return isFlat ? a.y + t * (b.y - a.y) : a.x + t * (b.x - a.x)
    }
    let forward = to >= from
    let (first, last) = (from.rounded(.down), to.rounded(.down))
    for k in stride(from: first, through: last, by: forward ? 1 : -1) {
      let low = max(k, min(from, to))
      let high = min(k + 1, max(from, to))
      let (enter, leave) = (across(low).rounded(.down), across(high).rounded(.down))
      let side = across((low + high) / 2).rounded(.down)
      let column = layout.area.column + whole(isFlat ? k : side)
      let row = layout.area.row + whole(isFlat ? side : k)
      guard let part = pen.next(column, row) else { continue }
      if part == .dot {
        canvas.put(glyphs.dot, column, row, style, rank)
      } else if !isStraight && enter != leave {
        let isRising = (b.x - a.x) * (b.y - a.y) < 0
        canvas.put(isRising ? glyphs.rising : glyphs.falling, column, row, style, rank)
      } else {
        // Of the first and the last character only the half towards the other.
        let before: Arms = isFlat ? (forward ? .west : .east) : (forward ? .north : .south)
        let after: Arms = isFlat ? (forward ? .east : .west) : (forward ? .south : .north)
        var arms: Arms = []
        if k != first { arms.insert(before) }
        if k != last { arms.insert(after) }
        if !isStraight || first == last {
          canvas.put(
            isFlat ? glyphs.frame.horizontal : glyphs.frame.vertical, column, row, style, rank)
        } else {
          canvas.put(arms, column, row, style, rank)
        }
      }
    }
  }
}

/// Which characters of a thin line are drawn, and as what.
struct ThinPen {
  enum Part { case stroke, dot }
  private let pattern: [Part?]
  private var step = -1
  private var place = (-1, -1)

  init(_ stroke: Line.Stroke, _ glyphs: GlyphSet) {
    pattern =
      switch stroke {
      case .solid: [.stroke]
      case .dashed: [.stroke, .stroke, nil]
      case .dotted: [.dot] + Array(repeating: nil, count: glyphs.dotStep - 1)
      case .dashDotted: [.stroke, .stroke, nil, .dot, nil]
      }
  }

  /// What the next character shows; one visited again counts once.
  mutating func next(_ column: Int, _ row: Int) -> Part? {
    if place != (column, row) {
      place = (column, row)
      step += 1
    }
    return pattern[step % pattern.count]
  }
}
