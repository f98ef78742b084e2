// The layers in characters.

import Glibc

extension TextPainter {
  /// Curves are drawn in pixels; thin and broken lines have a glyph per character, unless braille's
  /// pixels are fine enough for them.
  mutating func paint(_ line: Line) {
    let isThin =
      options.glyphs != .braille && (line.weight == .thin || line.stroke != .solid)
    for run in clippedRuns(line.points.map(projection.unit)) {
      if isThin {
        stroke(run.points, line.stroke, TextStyle(foreground: .text(line.hue)), .thin)
      } else {
        var pen = Pen(line.stroke, glyphs)
        var previous = canvas.pixel(run.points[0])
        for p in run.points.dropFirst() {
          let next = canvas.pixel(p)
          draw(from: previous, to: next, line.hue, &pen)
          previous = next
        }
      }
      if run.isLast, line.end == .arrow { arrow(run, line.hue) }
    }
  }

  mutating func paintSymbols(_ line: Line, turn: Int) {
    guard let symbol = line.symbol else { return }
    let style = TextStyle(foreground: .text(line.hue))
    let places = line.points.map(projection.unit)
    for p in line.symbolPlaces(places, room: layout.area.columns, turn: turn) {
      let (column, row) = canvas.cell(p)
      canvas.put(glyphs.symbol(symbol), column, row, style, .symbol)
    }
  }

  /// Bresenham's line (IBM Systems Journal 4, 1965), the pen lifted where the stroke has gaps.
  private mutating func draw(
    from a: (x: Int, y: Int), to b: (x: Int, y: Int), _ hue: Hue, _ pen: inout Pen
  ) {
    let dx = abs(b.x - a.x)
    let dy = -abs(b.y - a.y)
    let sx = a.x < b.x ? 1 : -1
    let sy = a.y < b.y ? 1 : -1
    var (x, y) = a
    var error = dx + dy
    while true {
      if pen.isDown(x, y) { canvas.set(x, y, hue) }
      if x == b.x && y == b.y { return }
      let twice = 2 * error
      if twice >= dy {
        error += dy
        x += sx
      }
      if twice <= dx {
        error += dx
        y += sy
      }
    }
  }

  private mutating func arrow(_ run: Run, _ hue: Hue) {
    guard let tip = run.points.last else { return }
    let end = canvas.pixel(tip)
    guard let from = run.points.dropLast().last(where: { canvas.pixel($0) != end }) else { return }
    let start = canvas.pixel(from)
    // A pixel of a character is as wide as it is high only in blocks of 2 × 2 and of 1 × 2.
    let angle = atan2(
      Double(start.y - end.y) / Double(glyphs.down),
      Double(end.x - start.x) / Double(glyphs.across) / 2)
    let eighth = (whole((angle / (.pi / 4)).rounded()) + 8) % 8
    let (column, row) = canvas.cell(tip)
    canvas.put(glyphs.arrows[eighth], column, row, TextStyle(foreground: .text(hue)), .arrow)
  }

  mutating func paint(_ marks: Marks) {
    let style = TextStyle(foreground: .text(marks.hue), isBold: true)
    for (_, column, row) in shown(marks) {
      canvas.put(glyphs.symbol(marks.symbol), column, row, style, .symbol)
    }
  }

  /// The marks that are drawn, by their places in the layer, with their characters.
  func shown(_ marks: Marks) -> [(index: Int, column: Int, row: Int)] {
    let seen = marks.points.enumerated().compactMap { k, p -> (Int, Int, Int)? in
      let u = projection.unit(p)
      guard u.isFinite, isInside(u) else { return nil }
      let (column, row) = canvas.cell(u)
      return (k, column, row)
    }
    let places = seen.map { (x: Double($0.1), y: Double($0.2)) }
    return uncrowded(places) { marks.hasLabel(seen[$0].0) }.map { seen[$0] }
  }

  mutating func paint(_ guide: Guide) {
    let style = TextStyle(foreground: .text(guide.hue))
    let a = layout.area
    switch guide.position {
    case .vertical(let x):
      let u = projection.x.unit(x)
      guard u >= 0, u <= 1 else { return }
      let column = canvas.cell(Point(u, 0)).column
      for row in a.row..<a.row + a.rows {
        canvas.put(glyphs.frame.guideVertical, column, row, style, .faint)
      }
    case .horizontal(let y):
      let u = projection.y.unit(y)
      guard u >= 0, u <= 1 else { return }
      let row = canvas.cell(Point(0, u)).row
      for column in a.column..<a.column + a.columns {
        canvas.put(glyphs.frame.guideHorizontal, column, row, style, .faint)
      }
    }
  }

  /// The columns of a band, nil where none is seen.
  func columns(_ band: Band) -> ClosedRange<Int>? {
    let from = projection.x.unit(band.range.lowerBound)
    let to = projection.x.unit(band.range.upperBound)
    guard to >= 0, from <= 1, from <= to else { return nil }
    return canvas.cell(Point(max(from, 0), 0)).column...canvas.cell(Point(min(to, 1), 0)).column
  }

  mutating func paint(_ band: Band, texture: Int) {
    guard let columns = columns(band) else { return }
    let style = TextStyle(foreground: .text(band.hue))
    let glyph = glyphs.texture(texture, hasColor: options.hasColor)
    for row in layout.area.row..<layout.area.row + layout.area.rows {
      for column in columns { canvas.put(glyph, column, row, style, .area) }
    }
  }

  /// Level lines are faint and dotted, so that a path over them is seen first.
  mutating func paint(_ contours: Contours) {
    for k in shownLevels(contours) {
      for run in contours.runs(at: contours.levels[k], projection) {
        stroke(run.points, .dotted, TextStyle(foreground: .faint), .faint)
      }
    }
  }

  /// The levels for which there is room: about one for three rows, evenly chosen, at most six.
  func shownLevels(_ contours: Contours) -> [Int] {
    let count = contours.levels.count
    let shown = min(count, max(3, min(6, layout.area.rows / 3)))
    return (0..<shown).map { ($0 * 2 + 1) * count / (2 * shown) }
  }

  /// A pixel is set where its column's points lie at least half as dense as if spread evenly.
  mutating func paint(_ cloud: Cloud) {
    let width = canvas.width
    let height = canvas.height
    let counts = cloud.counts(width, height, projection)
    for x in 0..<width {
      let total = (0..<height).reduce(0) { $0 + counts[$1 * width + x] }
      let least = max(1, total / (2 * height))
      for y in 0..<height where counts[y * width + x] >= least {
        canvas.set(x, height - 1 - y, cloud.hue)
      }
    }
  }
}

/// Which pixels of a line a stroke leaves out.
private struct Pen {
  private let pattern: [Bool]
  private var step = -1
  private var place = (-1, -1)

  init(_ stroke: Line.Stroke, _ glyphs: GlyphSet) {
    let unit = glyphs.down > 2 || glyphs.across > 1 ? 2 : 1
    func part(_ on: Int, _ off: Int) -> [Bool] {
      Array(repeating: true, count: on * unit) + Array(repeating: false, count: off * unit)
    }
    pattern =
      switch stroke {
      case .solid: [true]
      case .dashed: part(3, 2)
      case .dotted: [true] + Array(repeating: false, count: unit + 1)
      case .dashDotted: part(3, 1) + part(1, 1)
      }
  }

  /// Whether the next pixel is drawn; a pixel visited again counts once.
  mutating func isDown(_ x: Int, _ y: Int) -> Bool {
    if place != (x, y) {
      place = (x, y)
      step += 1
    }
    return pattern[step % pattern.count]
  }
}
