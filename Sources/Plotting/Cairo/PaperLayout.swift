// Which part of the paper belongs to what, from outside in: title, legend and axis names first,
// then the labels of the y axis, then those of the x axis in the width that is left.
//
//     title
//     legend
//     name of y
//     labels | plot area
//              labels
//             name of x

struct PaperLayout {
  struct LegendPlace {
    let entry: LegendEntry
    let heading: String
    let name: String
    let x: Double
    /// Where the sample begins.
    let sampleX: Double
    let sampleWidth: Double
    /// The middle of the row.
    let y: Double
  }

  let titleFont: Font
  let nameFont: Font
  let tickFont: Font
  let labelFont: Font
  let margin: Double
  let title: [String]
  let legend: [LegendPlace]
  let area: Box
  let xTicks: Ticks
  let yTicks: Ticks
  let xName: String
  let yName: String
  /// The middles of the lines with the names of the axes.
  let xNameY: Double
  let yNameY: Double

  /// - Parameter named: labels that stand in the legend.
  init(
    _ figure: Figure, _ projection: Projection, _ paper: Paper, _ named: Set<String> = []
  ) {
    let unit = paper.scale
    titleFont = Font(size: 26 * unit, isBold: true)
    nameFont = Font(size: 23 * unit)
    tickFont = Font(size: 21 * unit)
    labelFont = Font(size: 20 * unit)
    margin = 16 * unit
    let inner = paper.width - 2 * margin
    title = paper.wrapped(figure.title, titleFont, to: inner, lines: 2)
    var y = margin + Double(title.count) * titleFont.size * 1.3

    // Names keep 60 % of the page at most, so that a long one does not push all others away.
    let all = figure.legend(naming: named)
    let font = labelFont
    func sample(_ entry: LegendEntry) -> Double {
      if case .none = entry.sample { return 0 }
      if case .kind(_, true) = entry.sample { return font.size * 2.6 }
      return entry.isLong ? 54 * unit : 28 * unit
    }
    func heading(_ entry: LegendEntry) -> Double {
      entry.heading.isEmpty ? 0 : paper.width(entry.heading, font) + 10 * unit
    }
    func name(_ entry: LegendEntry) -> String { paper.cut(entry.name, font, to: 0.6 * inner) }
    func width(_ entry: LegendEntry) -> Double {
      heading(entry) + sample(entry) + 8 * unit + paper.width(name(entry), font)
    }
    let row = font.size * 1.5
    let most = max(1, whole((paper.height - y) / 2 / row))
    let (shown, places) = flow(
      all.map(width), gap: 26 * unit, page: inner, rows: most,
      left: { width(figure.leftOutOfLegend($0)) })
    let entries =
      all.prefix(shown) + (shown < all.count ? [figure.leftOutOfLegend(all.count - shown)] : [])
    let legendTop = y + 4 * unit
    let left = margin
    legend = zip(entries, places).map { entry, place in
      LegendPlace(
        entry: entry, heading: entry.heading, name: name(entry), x: left + place.offset,
        sampleX: left + place.offset + heading(entry), sampleWidth: sample(entry),
        y: legendTop + (Double(place.row) + 0.5) * row)
    }
    if let last = places.last { y = legendTop + Double(last.row + 1) * row }

    y += 4 * unit
    yNameY = y + nameFont.size * 0.65
    if !figure.y.label.isEmpty {
      y += nameFont.size * 1.3 + tickFont.size * 0.5
    } else {
      y += tickFont.size * 0.6
    }
    let tickHeight = tickFont.size * 1.3 + 12 * unit
    let nameHeight = figure.x.label.isEmpty ? margin : nameFont.size * 1.3 + 10 * unit
    let bottom = max(y + 20 * unit, paper.height - tickHeight - nameHeight)
    xNameY = bottom + tickHeight + nameFont.size * 0.6

    let ticks = tickFont
    yTicks = Ticks(
      projection.y,
      LabelRoom(
        length: bottom - y, gap: 0.5 * ticks.size,
        target: max(2, whole((bottom - y) / (78 * unit))),
        overhang: (ticks.size, ticks.size), extent: { _ in ticks.size }))
    let widest = yTicks.marks.map { paper.width($0.label, ticks) }.max() ?? 0
    let start = margin + widest + 14 * unit
    let end = paper.width - 2.2 * margin
    area = Box(x: start, y: y, width: max(end - start, 20 * unit), height: bottom - y)
    xTicks = Ticks(
      projection.x,
      LabelRoom(
        length: area.width, gap: 0.9 * ticks.size,
        target: max(2, whole(area.width / (125 * unit))),
        overhang: (start - 2, 2.2 * margin - 2), extent: { paper.width($0, ticks) }))
    xName = paper.cut(figure.x.label + xTicks.suffix, nameFont, to: area.width)
    yName = paper.cut(figure.y.label + yTicks.suffix, nameFont, to: inner)
  }
}
