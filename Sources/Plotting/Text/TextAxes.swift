// The axes of a text picture: what is shown, widened to whole characters between labels, and where
// the labels stand. Rows come first, because the width of their labels takes columns.

/// The labels of both axes and the plot area that they leave.
struct TextAxes {
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
    // Where points lie outside, what is shown is what was asked for: they are counted there.
    let isCut = figure.outside > 0
    let plotRows = max(1, rows)
    func yRoom(gap: Double) -> LabelRoom {
      LabelRoom(
        length: Double(plotRows), gap: gap, target: max(3, (plotRows + 2) / 4),
        extent: { _ in 1 })
    }
    let yEven =
      figure.hasArea || isCut && figure.y.range != nil
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
      figure.hasArea || isCut && figure.x.range != nil
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
