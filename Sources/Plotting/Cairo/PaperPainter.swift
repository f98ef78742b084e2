// A figure on paper: frame, layers in order, labels last.

struct PaperPainter {
  let paper: Paper
  let projection: Projection
  let layout: PaperLayout
  var placement: Placement
  /// The unit of lengths: 1 pixel at 1000 × 700.
  let unit: Double
  /// Labels that stand in the legend.
  let named: Set<String>
  /// Names for which there was no place.
  var leftOut: Set<String> = []
  /// The labels of bands that were written.
  var bandsNamed: Set<String> = []

  init(_ figure: Figure, _ paper: Paper, _ named: Set<String> = []) {
    self.paper = paper
    self.named = named
    projection = figure.projection()
    layout = PaperLayout(figure, projection, paper, named)
    unit = paper.scale
    placement = Placement(bounds: layout.area, tile: 6 * paper.scale)
  }

  mutating func paint(_ figure: Figure) {
    paintFrame(figure)
    paper.clip(grown(layout.area, by: 1.5 * unit))
    for case .band(let band) in figure.layers { paint(band) }
    paper.restore()
    for layer in figure.layers { paint(layer) }
    // Nothing may hide a symbol.
    for (turn, layer) in figure.layers.enumerated() {
      switch layer {
      case .line(let line): paintSymbols(line, turn: turn)
      case .marks(let marks): paint(marks)
      default: break
      }
    }
    paintAxes()
    label(figure.layers)
  }

  /// The pixel of a place in the unit square.
  func place(_ p: Point) -> (x: Double, y: Double) {
    let a = layout.area
    return (a.x + p.x * a.width, a.y + (1 - p.y) * a.height)
  }

  func grown(_ box: Box, by room: Double) -> Box {
    Box(
      x: box.x - room, y: box.y - room, width: box.width + 2 * room, height: box.height + 2 * room)
  }

  private func paintFrame(_ figure: Figure) {
    paper.color(.ink)
    for (k, line) in layout.title.enumerated() {
      paper.write(
        line, layout.titleFont, x: layout.margin,
        y: layout.margin + (Double(k) + 0.5) * layout.titleFont.size * 1.3)
    }
    for place in layout.legend { paintLegend(place) }
    paper.color(.ink)
    paper.write(layout.yName, layout.nameFont, x: layout.margin, y: layout.yNameY)
    let a = layout.area
    let nameWidth = paper.width(layout.xName, layout.nameFont)
    paper.write(
      layout.xName, layout.nameFont, x: a.x + (a.width - nameWidth) / 2, y: layout.xNameY)
    // Lines at the ticks, so pale that they are seen only where one looks for them.
    paper.color(.ink, alpha: 0.13)
    for tick in layout.yTicks.marks {
      paper.stroke([place(Point(0, tick.unit)), place(Point(1, tick.unit))], width: 1.2 * unit)
    }
    for tick in layout.xTicks.marks {
      paper.stroke([place(Point(tick.unit, 0)), place(Point(tick.unit, 1))], width: 1.2 * unit)
    }
  }

  /// Over the layers, so that maps do not hide the axes.
  private func paintAxes() {
    let a = layout.area
    let base = a.y + a.height
    paper.color(.ink)
    paper.stroke([(a.x, a.y), (a.x, base), (a.x + a.width, base)], width: 2 * unit)
    let long = 8 * unit
    for tick in layout.yTicks.marks {
      let y = place(Point(0, tick.unit)).y
      paper.stroke([(a.x - long, y), (a.x, y)], width: 2 * unit)
      let width = paper.width(tick.label, layout.tickFont)
      paper.write(tick.label, layout.tickFont, x: a.x - 12 * unit - width, y: y)
    }
    for tick in layout.xTicks.marks {
      let x = place(Point(tick.unit, 0)).x
      paper.stroke([(x, base), (x, base + long)], width: 2 * unit)
      let width = paper.width(tick.label, layout.tickFont)
      let start = min(max(x - width / 2, 2), paper.width - 2 - width)
      paper.write(
        tick.label, layout.tickFont, x: start, y: base + 12 * unit + 0.6 * layout.tickFont.size)
    }
    for u in layout.xTicks.minor {
      let x = place(Point(u, 0)).x
      paper.stroke([(x, base), (x, base + long / 2)], width: 1.2 * unit)
    }
    for u in layout.yTicks.minor {
      let y = place(Point(0, u)).y
      paper.stroke([(a.x - long / 2, y), (a.x, y)], width: 1.2 * unit)
    }
  }

  private func paintLegend(_ place: PaperLayout.LegendPlace) {
    let left = place.sampleX
    let middle = (x: left + place.sampleWidth / 2, y: place.y)
    let ends = [(x: left, y: place.y), (x: left + place.sampleWidth, y: place.y)]
    paper.color(.ink)
    paper.write(place.heading, layout.labelFont, x: place.x, y: place.y)
    switch place.entry.sample {
    case .line(let line):
      paper.color(line.hue)
      let width = width(line.weight)
      paper.stroke(ends, width: width, dashes: dashes(line.stroke, width))
      if let symbol = line.symbol { draw(symbol, middle, 6.5 * unit, line.hue) }
    case .marks(let symbol, let hue): draw(symbol, middle, 8 * unit, hue)
    case .kind(let kind, let isShaded):
      let side = layout.labelFont.size * 1.3
      let box = Box(x: left, y: middle.y - side / 2, width: side, height: side)
      paper.color(kind.hue)
      paper.fill(box)
      write(
        kind.letter, of: kind, at: (x: left + side / 2, y: middle.y),
        Font(size: layout.labelFont.size, isBold: true))
      if isShaded { paintShades(kind, beside: box) }
    case .contours(let hue):
      paper.color(hue, alpha: 0.6)
      paper.stroke(ends, width: 1.8 * unit)
    case .cloud(let hue):
      paper.color(hue)
      for k in 0..<5 {
        let x = left + (Double(k) + 0.5) * place.sampleWidth / 5
        let y = place.y + (k % 2 == 0 ? 3 : -3) * unit
        paper.fill(Box(x: x - 2 * unit, y: y - 2 * unit, width: 4 * unit, height: 4 * unit))
      }
    case .guide(let guide):
      paper.color(guide.hue, alpha: 0.8)
      paper.stroke(ends, width: 2 * unit, dashes: [9 * unit, 6 * unit])
    case .band(let hue, _):
      let side = layout.labelFont.size * 1.2
      paper.color(hue, alpha: 0.3)
      paper.fill(Box(x: middle.x - side / 2, y: middle.y - side / 2, width: side, height: side))
    case .none: break
    }
    paper.color(.ink)
    let gap = place.sampleWidth > 0 ? 8 * unit : 0
    paper.write(place.name, layout.labelFont, x: left + place.sampleWidth + gap, y: place.y)
  }

  /// From the full colour of a class to its palest, in steps too small to be seen.
  private func paintShades(_ kind: ClassMap.Kind, beside box: Box) {
    let steps = 16
    let width = box.width / Double(steps)
    for k in 0..<steps {
      let (r, g, b) = kind.hue.onPaper(paled: (Double(k) + 0.5) / Double(steps))
      paper.cairo.setSourceRGBA(paper.context, r, g, b, 1)
      paper.fill(
        Box(
          x: box.x + box.width + Double(k) * width, y: box.y, width: width, height: box.height))
    }
  }

  /// A class's letter on its own colour.
  func write(
    _ letter: Character, of kind: ClassMap.Kind, at middle: (x: Double, y: Double), _ font: Font
  ) {
    let shade = kind.hue.wantsBlackText ? 0.0 : 1.0
    paper.cairo.setSourceRGBA(paper.context, shade, shade, shade, 1)
    let text = String(letter)
    paper.write(text, font, x: middle.x - paper.width(text, font) / 2, y: middle.y)
  }

  private mutating func paint(_ layer: Layer) {
    switch layer {
    case .line(let line): paint(line)
    case .guide(let guide): paint(guide)
    case .contours(let contours): paint(contours)
    case .map(let map): paint(map)
    case .cloud(let cloud): paint(cloud)
    case .band, .marks: break
    }
  }
}
