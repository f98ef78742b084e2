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
  let xTicks: Ticks
  let yTicks: Ticks

  struct LegendPlace {
    let entry: LegendEntry
    let row: Int
    let column: Int
    /// Sample and name.
    let sample: [Unicode.Scalar]
    let name: [Unicode.Scalar]
  }

  /// Whether the name of x stands at the end of its axis rather than on a line of its own.
  let isNameAtAxis: Bool

  init(_ figure: Figure, _ projection: Projection, _ options: TextOptions, _ glyphs: GlyphSet) {
    let ascii = options.glyphs == .ascii
    func scalars(_ s: String) -> [Unicode.Scalar] { columnScalars(s, ascii: ascii) }
    let columns = options.columns
    title = wrapped(
      scalars(figure.title), to: columns, lines: options.rows >= 15 ? 2 : 1, glyphs.ellipsis)

    let entries = figure.legend
    let samples = entries.map { glyphs.sample($0.sample, hasColor: options.hasColor) }
    let names = zip(entries, samples).map { entry, sample in
      cut(scalars(entry.name), to: columns - sample.count - 2, glyphs.ellipsis)
    }
    let places = flow(
      zip(samples, names).map { Double($0.count + 1 + $1.count) }, gap: 3,
      page: Double(columns - 1))
    let legendRows = min((places.last?.row ?? -1) + 1, max(1, options.rows / 3))

    let top = title.count + (figure.y.label.isEmpty ? 0 : 1)
    let name = scalars(figure.x.label)
    var axes = Axes(
      projection, columns: columns, rows: options.rows - top - 2 - legendRows,
      rightMargin: max(2, name.count + 1), measure: { scalars($0).count })
    isNameAtAxis = name.count <= 3 && axes.x.suffix.isEmpty
    if !isNameAtAxis {
      axes = Axes(
        projection, columns: columns, rows: options.rows - top - 3 - legendRows, rightMargin: 2,
        measure: { scalars($0).count })
    }
    xTicks = axes.x
    yTicks = axes.y
    area = TextCanvas.Area(column: axes.left, row: top, columns: axes.columns, rows: axes.rows)
    let plotColumns = axes.columns
    yName = cut(scalars(figure.y.label + yTicks.suffix), to: columns, glyphs.ellipsis)
    xName = cut(scalars(figure.x.label + xTicks.suffix), to: plotColumns, glyphs.ellipsis)
    let firstLegendRow = options.rows - legendRows
    legend = entries.indices.filter { places[$0].row < legendRows }.map { k in
      LegendPlace(
        entry: entries[k], row: firstLegendRow + places[k].row,
        column: 1 + Int(places[k].offset), sample: samples[k], name: names[k])
    }
  }
}

/// The labels of both axes and the plot area that they leave.
private struct Axes {
  let left: Int
  let columns: Int
  let rows: Int
  let x: Ticks
  let y: Ticks

  init(
    _ projection: Projection, columns: Int, rows: Int, rightMargin: Int,
    measure: @escaping (String) -> Int
  ) {
    let plotRows = max(1, rows)
    y = Ticks(
      projection.y,
      LabelRoom(
        length: Double(plotRows), gap: 1, target: max(2, (plotRows + 2) / 4),
        extent: { _ in 1 }))
    let widest = y.marks.map { measure($0.label) }.max() ?? 0
    let margin = min(widest, columns / 3) + 1
    let plotColumns = max(2, columns - margin - rightMargin)
    x = Ticks(
      projection.x,
      LabelRoom(
        length: Double(plotColumns), gap: 2, target: max(3, plotColumns / 11),
        overhang: (Double(margin), Double(rightMargin)),
        extent: { Double(measure($0)) }))
    left = margin
    self.columns = plotColumns
    self.rows = plotRows
  }
}

extension GlyphSet {
  /// What stands before a name in the legend.
  func sample(_ s: LegendEntry.Sample, hasColor: Bool) -> [Unicode.Scalar] {
    switch s {
    case .line(let line):
      let dash = strokeSample(line.stroke)
      guard let symbol = line.symbol.map(self.symbol) else { return dash }
      return [dash[0], symbol, dash[2]]
    case .marks(let s, _): return [symbol(s)]
    case .kind(let kind):
      let letter = kind.letter.unicodeScalars.first ?? "?"
      return hasColor ? [" ", letter, " "] : [letter]
    case .contours: return [level, level, level]
    // Every other pixel of the first row, and the others of the second.
    case .cloud: return [block(across == 1 ? bits[1] : bits[0] | bits[3])]
    }
  }

  private func strokeSample(_ stroke: Line.Stroke) -> [Unicode.Scalar] {
    let (bar, gap) = (frame.horizontal, Unicode.Scalar(" "))
    return switch stroke {
    case .solid: [bar, bar, bar]
    case .dashed: [bar, gap, bar]
    case .dotted: [level, level, level]
    case .dashDotted: [bar, level, bar]
    }
  }
}
