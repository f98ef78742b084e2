// Which rows and columns of a text picture belong to what, from outside in: title, legend and axis
// names first, then the labels of the y axis, then those of the x axis in the width that is left.
//
//     title
//     name of y
//     labels ┤ plot area
//            └──┬───
//              labels
//             name of x
//     legend

struct TextLayout {
  let title: [[Unicode.Scalar]]
  let yName: [Unicode.Scalar]
  let xName: [Unicode.Scalar]
  let legend: [LegendPlace]
  let area: TextCanvas.Area
  /// What is shown, widened to whole characters between labels.
  let projection: Projection
  let xTicks: Ticks
  let yTicks: Ticks

  struct LegendPlace {
    let entry: LegendEntry
    let row: Int
    let column: Int
    let heading: [Unicode.Scalar]
    let sample: [Unicode.Scalar]
    let name: [Unicode.Scalar]
  }

  /// Whether the name of x stands at the end of its axis rather than on a line of its own.
  let isNameAtAxis: Bool

  /// - Parameter named: labels that stand in the legend.
  init(_ figure: Figure, _ options: TextOptions, _ glyphs: GlyphSet, _ named: Set<String>) {
    let ascii = options.glyphs == .ascii
    func scalars(_ s: String) -> [Unicode.Scalar] { columnScalars(s, ascii: ascii) }
    let columns = options.columns
    let full = scalars(figure.title)
    let short = figure.shortTitle.isEmpty ? full : scalars(figure.shortTitle)
    let frame = 2 + (figure.y.label.isEmpty ? 0 : 1) + (figure.x.label.count > 3 ? 1 : 0)
    let block = LegendBlock(figure, options, glyphs, named)

    // The legend never takes more rows than the plot, a second line of the title not its last six.
    func legendRows(_ titleRows: Int) -> Int {
      min(block.rows, max(1, (options.rows - titleRows - frame) / 2))
    }
    let isLong =
      full.count > columns && options.rows >= 12
      && (short.count > columns || options.rows - 2 - frame - legendRows(2) >= 6)
    title = wrapped(
      isLong || full.count <= columns ? full : short, to: columns, lines: isLong ? 2 : 1,
      glyphs.ellipsis)
    let legend = block.placed(rows: legendRows(title.count))
    let legendCount = (legend.last?.row ?? -1) + 1

    let top = title.count + (figure.y.label.isEmpty ? 0 : 1)
    let name = scalars(figure.x.label)
    func measured(_ rows: Int, _ margin: Int) -> Axes {
      Axes(
        figure, options, glyphs, rows: options.rows - top - rows - legendCount,
        rightMargin: margin, measure: { scalars($0).count })
    }
    var axes = measured(2, max(2, name.count + 1))
    isNameAtAxis = name.count <= 3 && axes.x.suffix.isEmpty
    if !isNameAtAxis { axes = measured(3, 2) }
    projection = axes.projection
    xTicks = axes.x
    yTicks = axes.y
    area = TextCanvas.Area(column: axes.left, row: top, columns: axes.columns, rows: axes.rows)
    yName = cut(scalars(figure.y.label + yTicks.suffix), to: columns, glyphs.ellipsis)
    xName = cut(scalars(figure.x.label + xTicks.suffix), to: axes.columns, glyphs.ellipsis)
    let first = options.rows - legendCount
    self.legend = legend.map {
      LegendPlace(
        entry: $0.entry, row: first + $0.row, column: $0.column, heading: $0.heading,
        sample: $0.sample, name: $0.name)
    }
  }
}

/// The rows of the legend before they have their place.
private struct LegendBlock {
  let entries: [TextLayout.LegendPlace]
  let rows: Int
  private let page: Double
  private let left: (Int) -> TextLayout.LegendPlace

  init(_ figure: Figure, _ options: TextOptions, _ glyphs: GlyphSet, _ named: Set<String>) {
    let width = options.columns - 2
    func box(_ entry: LegendEntry) -> TextLayout.LegendPlace {
      let heading = columnScalars(entry.heading, ascii: options.glyphs == .ascii)
      let sample = glyphs.sample(entry.sample, hasColor: options.hasColor)
      let name = columnScalars(entry.name, ascii: options.glyphs == .ascii)
      return TextLayout.LegendPlace(
        entry: entry, row: 0, column: 0, heading: heading, sample: sample,
        name: cut(name, to: width - heading.count - sample.count - 2, glyphs.ellipsis))
    }
    // What fewer than one character in the picture can be expected to show comes last.
    entries = figure.legend(naming: named, cells: options.columns * options.rows / 2).map(box)
    left = { box(figure.leftOutOfLegend($0)) }
    page = Double(width)
    rows = (flow(entries.map(\.width), gap: 3, page: page).last?.row ?? -1) + 1
  }

  /// As many as fit in so many rows, from row 0.
  func placed(rows: Int) -> [TextLayout.LegendPlace] {
    guard !entries.isEmpty else { return [] }
    let (shown, places) = flow(
      entries.map(\.width), gap: 3, page: page, rows: rows, left: { left($0).width })
    var boxes = Array(entries.prefix(shown))
    if shown < entries.count { boxes.append(left(entries.count - shown)) }
    return zip(boxes, places).map {
      TextLayout.LegendPlace(
        entry: $0.entry, row: $1.row, column: 1 + Int($1.offset), heading: $0.heading,
        sample: $0.sample, name: $0.name)
    }
  }
}

extension TextLayout.LegendPlace {
  fileprivate var width: Double {
    let parts = [heading, sample, name].filter { !$0.isEmpty }
    return Double(parts.reduce(0) { $0 + $1.count } + max(0, parts.count - 1))
  }
}

/// The labels of both axes and the plot area that they leave.
private struct Axes {
  let left: Int
  let columns: Int
  let rows: Int
  let projection: Projection
  let x: Ticks
  let y: Ticks

  init(
    _ figure: Figure, _ options: TextOptions, _ glyphs: GlyphSet, rows: Int, rightMargin: Int,
    measure: @escaping (String) -> Int
  ) {
    let given = figure.projection()
    // What is widened to whole characters needs little air.
    let tight = figure.projection(air: 0.2)
    let columns = options.columns
    let plotRows = max(1, rows)
    func yRoom(gap: Double) -> LabelRoom {
      LabelRoom(
        length: Double(plotRows), gap: gap, target: max(3, (plotRows + 2) / 4),
        extent: { _ in 1 })
    }
    let yEven =
      figure.hasArea
      ? nil
      : EvenAxis(
        tight.y,
        .init(
          count: plotRows, parts: glyphs.down, least: { _ in 2 }, slack: plotRows < 10 ? 0.4 : 0.25,
          room: yRoom(gap: 1)))
    // A little less than a row between labels may do, once they stand in their rows.
    let close = Ticks(given.y, yRoom(gap: 0.8))
    let places = close.marks.map { (Double(plotRows) * (1 - $0.unit)).rounded(.down) }
    let isClear = zip(places, places.dropFirst()).allSatisfy { $0 - $1 >= 2 }
    let wide = Ticks(given.y, yRoom(gap: 1))
    y = yEven?.ticks ?? (isClear || wide.marks.count < 2 ? close : wide)
    let widest = y.marks.map { measure($0.label) }.max() ?? 0
    let margin = min(widest, columns / 3) + 1
    let plotColumns = max(2, columns - margin - rightMargin)
    let xRoom = LabelRoom(
      length: Double(plotColumns), gap: 2, target: max(3, plotColumns / 11),
      overhang: (Double(margin), Double(rightMargin)), extent: { Double(measure($0)) })
    let xEven =
      figure.hasArea
      ? nil
      : EvenAxis(
        tight.x,
        .init(
          count: plotColumns, parts: glyphs.across, least: { $0 + 2 }, slack: 0.05, room: xRoom))
    x = xEven?.ticks ?? Ticks(given.x, xRoom)
    projection = Projection(x: xEven?.span ?? given.x, y: yEven?.span ?? given.y)
    left = margin
    self.columns = plotColumns
    self.rows = plotRows
  }
}

extension GlyphSet {
  /// The filling of a band: colours tell bands apart where there are any.
  func texture(_ number: Int, hasColor: Bool) -> Unicode.Scalar {
    textures[hasColor ? 0 : number % textures.count]
  }

  /// What stands before a name in the legend: the stroke and symbol of the picture.
  func sample(_ s: LegendEntry.Sample, hasColor: Bool) -> [Unicode.Scalar] {
    switch s {
    case .line(let line):
      let isCurve = line.stroke == .solid && line.weight != .thin
      let bar = isCurve ? curve : frame.horizontal
      let symbol = line.symbol.map(self.symbol)
      return switch line.stroke {
      case .solid: [bar, symbol ?? bar, bar]
      case .dashed: symbol.map { [bar, " ", $0, " ", bar] } ?? [bar, " ", bar]
      case .dotted: [dot, symbol ?? (dotStep > 1 ? " " : dot), dot]
      case .dashDotted: symbol.map { [bar, dot, $0, dot, bar] } ?? [bar, dot, bar]
      }
    case .marks(let s, _): return [symbol(s)]
    case .kind(let kind):
      let letter = kind.letter.unicodeScalars.first ?? "?"
      return hasColor ? [" ", letter, " "] : [letter]
    case .contours(_, let isAlone):
      let glyph = isAlone || hasColor ? frame.horizontal : dot
      return [glyph, glyph == dot && dotStep > 1 ? " " : glyph, glyph]
    // Every other pixel of the first row, and the others of the second.
    case .cloud: return [block(across == 1 ? bits[1] : bits[0] | bits[3])]
    case .guide(let guide):
      if case .vertical = guide.position { return [frame.guideVertical] }
      return [frame.guideHorizontal, frame.guideHorizontal]
    case .band(_, let texture):
      return Array(repeating: self.texture(texture, hasColor: hasColor), count: 3)
    case .none: return []
    }
  }
}
