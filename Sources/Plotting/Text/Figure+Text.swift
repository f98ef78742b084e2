// A figure drawn in characters: frame, layers in order, labels last.

extension Figure {
  /// The figure in at most `columns` × `rows` characters; below 20 × 8 its title alone.
  ///
  /// Text of the figure that finds no room is left out rather than written over other text. Every
  /// scalar counts as one column. Cost: milliseconds, and one pass over maps and clouds.
  package func text(_ options: TextOptions = TextOptions()) -> TextPicture {
    let glyphs = GlyphSet.of(options.glyphs)
    if options.columns < 20 || options.rows < 8 {
      let text = columnScalars(title, ascii: options.glyphs == .ascii)
      let lines = wrapped(
        text, to: max(0, options.columns), lines: max(0, options.rows), glyphs.ellipsis)
      return TextPicture(
        lines: lines.map {
          [TextPicture.Run(text: String(String.UnicodeScalarView($0)), style: .plain)]
        })
    }
    let projection = projection
    let layout = TextLayout(self, projection, options, glyphs)
    var painter = TextPainter(options, glyphs, projection, layout)
    painter.paintFrame()
    for (turn, layer) in layers.enumerated() { painter.paint(layer, turn: turn) }
    painter.label(layers)
    return painter.canvas.picture
  }
}

/// Draws on a text canvas what a layout has given a place.
struct TextPainter {
  let options: TextOptions
  let glyphs: GlyphSet
  let projection: Projection
  let layout: TextLayout
  var canvas: TextCanvas
  var placement: Placement

  init(
    _ options: TextOptions, _ glyphs: GlyphSet, _ projection: Projection, _ layout: TextLayout
  ) {
    self.options = options
    self.glyphs = glyphs
    self.projection = projection
    self.layout = layout
    canvas = TextCanvas(
      columns: options.columns, rows: options.rows, glyphs: glyphs, area: layout.area)
    let a = layout.area
    placement = Placement(
      bounds: Box(
        x: Double(a.column), y: Double(a.row), width: Double(a.columns), height: Double(a.rows)),
      tile: 1)
  }

  func scalars(_ s: String) -> [Unicode.Scalar] {
    columnScalars(s, ascii: options.glyphs == .ascii)
  }

  mutating func paintFrame() {
    let a = layout.area
    for (row, line) in layout.title.enumerated() {
      canvas.write(line, 0, row, TextStyle(isBold: true))
    }
    canvas.write(layout.yName, 0, layout.title.count)
    for row in a.row..<a.row + a.rows { canvas.put(glyphs.frame.vertical, a.column - 1, row) }
    for tick in layout.yTicks.marks {
      let row = canvas.cell(Point(0, tick.unit)).row
      let label = cut(scalars(tick.label), to: a.column - 1, "")
      canvas.write(label, a.column - 1 - label.count, row)
      canvas.put(glyphs.frame.tickLeft, a.column - 1, row)
    }
    let axis = a.row + a.rows
    canvas.put(glyphs.frame.corner, a.column - 1, axis)
    for column in a.column..<a.column + a.columns {
      canvas.put(glyphs.frame.horizontal, column, axis)
    }
    for tick in layout.xTicks.marks {
      let column = canvas.cell(Point(tick.unit, 0)).column
      let label = scalars(tick.label)
      let start = min(max(column - label.count / 2, 0), options.columns - label.count)
      canvas.put(glyphs.frame.tickBelow, column, axis)
      canvas.write(label, start, axis + 1)
    }
    if layout.isNameAtAxis {
      canvas.write(layout.xName, a.column + a.columns + 1, axis)
    } else {
      canvas.write(layout.xName, a.column + (a.columns - layout.xName.count) / 2, axis + 2)
    }
    for place in layout.legend {
      canvas.write(place.sample, place.column, place.row, style(place.entry.sample))
      canvas.write(place.name, place.column + place.sample.count + 1, place.row)
    }
  }

  private func style(_ sample: LegendEntry.Sample) -> TextStyle {
    switch sample {
    case .line(let l): TextStyle(foreground: .text(l.hue))
    case .marks(_, let hue), .cloud(let hue), .contours(let hue):
      TextStyle(foreground: .text(hue))
    case .kind(let kind):
      options.hasColor
        ? TextStyle(
          foreground: kind.hue.wantsBlackText ? .black : .white,
          background: .area(kind.hue, shade: 0))
        : .plain
    }
  }

  mutating func paint(_ layer: Layer, turn: Int) {
    switch layer {
    case .line(let line): paint(line, turn: turn)
    case .marks(let marks): paint(marks)
    case .guide(let guide): paint(guide)
    case .band(let band): paint(band)
    case .contours(let contours): paint(contours)
    case .map(let map): paint(map)
    case .cloud(let cloud): paint(cloud)
    }
  }
}
