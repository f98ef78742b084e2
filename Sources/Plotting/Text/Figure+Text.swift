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
    // Names that find no place in the picture go to the legend, which takes room from the picture.
    var named: Set<String> = []
    for _ in 0..<3 {
      let painter = painted(options, glyphs, named)
      if painter.leftOut.isEmpty { return painter.canvas.picture }
      named.formUnion(painter.leftOut)
    }
    return painted(options, glyphs, named).canvas.picture
  }

  func painted(_ options: TextOptions, _ glyphs: GlyphSet, _ named: Set<String>) -> TextPainter {
    let layout = TextLayout(self, options, glyphs, named)
    var painter = TextPainter(options, glyphs, layout, named)
    painter.paintFrame()
    painter.paint(self)
    painter.label(layers)
    return painter
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
  /// Labels that stand in the legend.
  let named: Set<String>
  /// Names for which there was no place.
  var leftOut: Set<String> = []
  /// The labels of bands that were written.
  var bandsNamed: Set<String> = []

  init(
    _ options: TextOptions, _ glyphs: GlyphSet, _ layout: TextLayout, _ named: Set<String>
  ) {
    self.options = options
    self.glyphs = glyphs
    projection = layout.projection
    self.layout = layout
    self.named = named
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
      var column = place.column
      for (text, style) in [
        (place.heading, TextStyle.plain), (place.sample, style(place.entry.sample)),
        (place.name, .plain),
      ] where !text.isEmpty {
        canvas.write(text, column, place.row, style)
        if text == place.sample { paintShades(place.entry.sample, column, place.row) }
        column += text.count + 1
      }
    }
  }

  /// Behind the letter of a shaded class the paler shades that its cells have.
  private mutating func paintShades(_ sample: LegendEntry.Sample, _ column: Int, _ row: Int) {
    guard options.hasColor, case .kind(let kind, true) = sample else { return }
    for shade in 1...2 {
      canvas.put(
        " ", column + shade, row, TextStyle(background: .area(kind.hue, shade: shade)))
    }
  }

  private func style(_ sample: LegendEntry.Sample) -> TextStyle {
    switch sample {
    case .line(let l): TextStyle(foreground: .text(l.hue))
    case .marks(_, let hue), .cloud(let hue), .band(let hue, _):
      TextStyle(foreground: .text(hue))
    case .guide(let guide): TextStyle(foreground: .text(guide.hue))
    case .contours: TextStyle(foreground: .faint)
    case .none: .plain
    case .kind(let kind, _):
      options.hasColor
        ? TextStyle(
          foreground: kind.hue.wantsBlackText ? .black : .white,
          background: .area(kind.hue, shade: 0))
        : .plain
    }
  }

  /// The layers in order, then all symbols, which nothing may hide.
  mutating func paint(_ figure: Figure) {
    for layer in figure.layers {
      switch layer {
      case .line(let line): paint(line)
      case .guide(let guide): paint(guide)
      case .band(let band): paint(band, texture: figure.texture(band))
      case .contours(let contours): paint(contours)
      case .map(let map): paint(map)
      case .cloud(let cloud): paint(cloud)
      case .marks: break
      }
    }
    for (turn, layer) in figure.layers.enumerated() {
      switch layer {
      case .line(let line): paintSymbols(line, turn: turn)
      case .marks(let marks): paint(marks)
      default: break
      }
    }
  }
}
