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
    let block = TextLegend(figure, options, glyphs, named)

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
    func measured(_ rows: Int, _ margin: Int) -> TextAxes {
      TextAxes(
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
