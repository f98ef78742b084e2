// Labels inside the plot area: they avoid each other and the marks, and ink where they can. A label
// stands next to what it names; names that find no place there are handed back for the legend.

extension TextPainter {
  mutating func label(_ layers: [Layer]) {
    rememberInk()
    for case .marks(let marks) in layers { keepFree(marks) }
    for case .marks(let marks) in layers { label(marks) }
    for case .guide(let guide) in layers { label(guide) }
    for case .band(let band) in layers { label(band) }
    for case .contours(let contours) in layers { label(contours) }
    leftOut.subtract(bandsNamed)
  }

  private mutating func rememberInk() {
    let a = layout.area
    for row in a.row..<a.row + a.rows {
      for column in a.column..<a.column + a.columns where canvas.hasInk(column, row) {
        placement.mark(Double(column) + 0.5, Double(row) + 0.5)
      }
    }
  }

  private mutating func keepFree(_ marks: Marks) {
    for (_, column, row) in shown(marks) {
      placement.take(Box(x: Double(column), y: Double(row), width: 1, height: 1))
    }
  }

  private mutating func label(_ marks: Marks) {
    let shown = shown(marks)
    let middles = shown.map { (x: Double($0.column) + 0.5, y: Double($0.row) + 0.5) }
    for n in unheaped(middles) {
      let (k, column, row) = shown[n]
      guard k < marks.labels.count, !marks.labels[k].isEmpty, !named.contains(marks.labels[k])
      else { continue }
      let own = middles[n]
      let text = scalars(marks.labels[k])
      // Corners of whole characters next to the mark: one blank beside it, or none.
      let center = column - (text.count - 1) / 2
      let left = column - text.count
      let corners = [
        (column + 2, row), (left - 1, row), (center, row - 1), (center, row + 1),
        (column + 1, row - 1), (column + 1, row + 1), (left, row - 1), (left, row + 1),
        (column + 1, row), (left, row),
      ].map { (x: Double($0.0), y: Double($0.1)) }
      // A character is about twice as high as wide.
      let stands = write(text, corners, marks.hue, haste: 0.1) {
        $0.belongs(to: own, among: middles, tall: 2)
      }
      if !stands && Marks.isName(marks.labels[k]) { leftOut.insert(marks.labels[k]) }
    }
  }

  private mutating func label(_ guide: Guide) {
    guard !guide.label.isEmpty, !named.contains(guide.label) else { return }
    let text = scalars(guide.label)
    let a = layout.area
    var corners: [(x: Double, y: Double)] = []
    switch guide.position {
    case .vertical(let x):
      let u = projection.x.unit(x)
      guard u >= 0, u <= 1 else { return }
      let column = canvas.cell(Point(u, 0)).column
      corners = (a.row..<a.row + a.rows).map { (Double(column + 2), Double($0)) }
    case .horizontal(let y):
      let u = projection.y.unit(y)
      guard u >= 0, u <= 1 else { return }
      let row = canvas.cell(Point(0, u)).row
      corners = stride(from: a.column + a.columns - text.count, through: a.column, by: -4)
        .flatMap { column in
          [(Double(column), Double(row - 1)), (Double(column), Double(row + 1))]
        }
    }
    // Amid a curve the label would be lost: other guides alone may be behind it.
    let drawn = canvas
    let stands = write(text, corners, guide.hue) { box in
      (0..<text.count).allSatisfy { !drawn.shows(.thin, whole(box.x) + $0, whole(box.y)) }
    }
    if !stands { leftOut.insert(guide.label) }
  }

  private mutating func label(_ band: Band) {
    guard !band.label.isEmpty, !named.contains(band.label), let columns = columns(band) else {
      return
    }
    let text = scalars(band.label)
    let a = layout.area
    let inside = Double((columns.lowerBound + columns.upperBound + 1 - text.count) / 2)
    let stands =
      text.count <= columns.count
      && write(
        text, (a.row..<a.row + a.rows).reversed().map { (inside, Double($0)) }, band.hue)
    // One stretch of a kind is enough: the others look like it.
    if stands { bandsNamed.insert(band.label) } else { leftOut.insert(band.label) }
  }

  /// The values stand in their lines, apart from each other, on a piece of the line that is flat.
  private mutating func label(_ contours: Contours) {
    for k in shownLevels(contours) where k < contours.labels.count {
      let text = scalars(contours.labels[k])
      let runs = contours.runs(at: contours.levels[k], projection)
      let longest = runs.max { $0.points.count < $1.points.count }
      guard let longest, !text.isEmpty else { continue }
      let cells = longest.points.map { canvas.cell($0) }
      let corners = Contours.labelPlaces(cells.count).map {
        (x: Double(cells[$0].column - text.count / 2), y: Double(cells[$0].row))
      }
      let style = TextStyle(foreground: .faint)
      // Only the line itself may be covered, with a blank on both sides.
      let free = corners.filter { corner in
        (-1...text.count).allSatisfy {
          !canvas.shows(.thin, whole(corner.x) + $0, whole(corner.y))
        }
      }
      guard let box = placement.place(Double(text.count), 1, free, apart: 2) else { continue }
      canvas.write(text, whole(box.x), whole(box.y), style)
    }
  }

  /// Whether a place was found.
  private mutating func write(
    _ text: [Unicode.Scalar], _ corners: [(x: Double, y: Double)], _ hue: Hue,
    haste: Double = 0.01, suits: (Box) -> Bool = { _ in true }
  ) -> Bool {
    guard
      let box = placement.place(
        Double(text.count), 1, corners, haste: haste, apart: 1, suits: suits)
    else { return false }
    canvas.write(text, whole(box.x), whole(box.y), TextStyle(foreground: .text(hue)))
    return true
  }
}
