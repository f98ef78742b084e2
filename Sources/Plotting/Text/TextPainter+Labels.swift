// Labels inside the plot area: they avoid each other and the marks, and ink where they can.

extension TextPainter {
  mutating func label(_ layers: [Layer]) {
    rememberInk()
    for case .marks(let marks) in layers { label(marks) }
    for case .guide(let guide) in layers { label(guide) }
    for case .band(let band) in layers { label(band) }
    for case .contours(let contours) in layers { label(contours) }
  }

  private mutating func rememberInk() {
    let a = layout.area
    for row in a.row..<a.row + a.rows {
      for column in a.column..<a.column + a.columns where canvas.hasInk(column, row) {
        placement.mark(Double(column) + 0.5, Double(row) + 0.5)
      }
    }
  }

  private mutating func label(_ marks: Marks) {
    let places = marks.points.map(projection.unit)
    let shown = places.indices.filter { places[$0].isFinite && isInside(places[$0]) }
    for k in shown {
      let (column, row) = canvas.cell(places[k])
      placement.take(Box(x: Double(column), y: Double(row), width: 1, height: 1))
    }
    for k in shown where k < marks.labels.count && !marks.labels[k].isEmpty {
      let (column, row) = canvas.cell(places[k])
      let text = scalars(marks.labels[k])
      // Corners of whole cells around the mark: one blank beside it, none above or below.
      let corners = [1, 2, 3].flatMap { r -> [(x: Double, y: Double)] in
        let right = column + r + 1
        let left = column - r - text.count
        let center = column - text.count / 2
        let columns = [right, left, center, center, right, right, left, left]
        let rows = [row, row, row - r, row + r, row - r, row + r, row - r, row + r]
        return zip(columns, rows).map { (Double($0), Double($1)) }
      }
      write(text, corners, marks.hue, haste: 0.1)
    }
  }

  private mutating func label(_ guide: Guide) {
    guard !guide.label.isEmpty else { return }
    let text = scalars(guide.label)
    let a = layout.area
    switch guide.position {
    case .vertical(let x):
      let u = projection.x.unit(x)
      guard u >= 0, u <= 1 else { return }
      let column = canvas.cell(Point(u, 0)).column
      write(
        text,
        (a.row..<a.row + a.rows).flatMap { row in
          [(Double(column + 2), Double(row)), (Double(column - 1 - text.count), Double(row))]
        }, guide.hue)
    case .horizontal(let y):
      let u = projection.y.unit(y)
      guard u >= 0, u <= 1 else { return }
      let row = canvas.cell(Point(0, u)).row
      let last = a.column + a.columns - text.count
      write(
        text,
        stride(from: last, through: a.column, by: -4).flatMap { column in
          [(Double(column), Double(row - 1)), (Double(column), Double(row + 1))]
        }, guide.hue)
    }
  }

  private mutating func label(_ band: Band) {
    guard !band.label.isEmpty, let columns = columns(band) else { return }
    let text = scalars(band.label)
    let a = layout.area
    let inside = (columns.lowerBound + columns.upperBound + 1 - text.count) / 2
    let fits = text.count <= columns.count
    write(
      text,
      (a.row..<a.row + a.rows).reversed().flatMap { row in
        [
          fits ? inside : columns.upperBound + 2, columns.upperBound + 2,
          columns.lowerBound - 1 - text.count,
        ].map { (Double($0), Double(row)) }
      }, band.hue)
  }

  private mutating func label(_ contours: Contours) {
    for (level, label) in zip(contours.levels, contours.labels) where !label.isEmpty {
      let text = scalars(label)
      let runs = contours.runs(at: level, projection)
      guard let longest = runs.max(by: { $0.points.count < $1.points.count }) else { continue }
      let count = longest.points.count
      write(
        text,
        stride(from: count / 4, to: count, by: max(1, count / 12)).map { k in
          let (column, row) = canvas.cell(longest.points[k])
          return (Double(column - text.count / 2), Double(row))
        }, contours.hue)
    }
  }

  private mutating func write(
    _ text: [Unicode.Scalar], _ corners: [(x: Double, y: Double)], _ hue: Hue,
    haste: Double = 0.01
  ) {
    guard let box = placement.place(Double(text.count), 1, corners, haste: haste) else { return }
    canvas.write(text, Int(box.x), Int(box.y), TextStyle(foreground: .text(hue)))
  }
}
