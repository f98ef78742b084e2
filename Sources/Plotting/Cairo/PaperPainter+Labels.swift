// Labels inside the plot area: they avoid each other and the marks, and ink where they can.

extension PaperPainter {
  mutating func label(_ layers: [Layer]) {
    for case .marks(let marks) in layers { keepFree(marks) }
    for case .marks(let marks) in layers { label(marks) }
    for case .guide(let guide) in layers { label(guide) }
    for case .band(let band) in layers { label(band) }
    for case .contours(let contours) in layers { label(contours) }
  }

  private mutating func keepFree(_ marks: Marks) {
    let r = 9 * unit
    for p in marks.points.map(projection.unit) where p.isFinite && isInside(p) {
      let (x, y) = place(p)
      placement.take(Box(x: x - r, y: y - r, width: 2 * r, height: 2 * r))
    }
  }

  private mutating func label(_ marks: Marks) {
    for (p, label) in zip(marks.points.map(projection.unit), marks.labels) {
      guard p.isFinite, isInside(p), !label.isEmpty else { continue }
      let (x, y) = place(p)
      let (width, height) = size(label)
      write(
        label, Placement.around(x, y, width, height, 12 * unit, 11 * unit), haste: 0.1)
    }
  }

  private mutating func label(_ guide: Guide) {
    guard !guide.label.isEmpty, let (from, to) = ends(guide) else { return }
    let (width, height) = size(guide.label)
    let a = layout.area
    switch guide.position {
    case .vertical:
      let steps = stride(from: a.y + 4 * unit, to: to.y - height, by: height / 2)
      write(
        guide.label,
        steps.flatMap { y in [(from.x + 8 * unit, y), (from.x - 8 * unit - width, y)] })
    case .horizontal:
      let steps = stride(from: to.x - width - 4 * unit, to: from.x, by: -height)
      write(
        guide.label,
        steps.flatMap { x in [(x, from.y - height - 4 * unit), (x, from.y + 4 * unit)] })
    }
  }

  private mutating func label(_ band: Band) {
    guard !band.label.isEmpty, let box = box(band) else { return }
    let (width, height) = size(band.label)
    let beside = [box.x + box.width + 6 * unit, box.x - width - 6 * unit]
    let inside = box.x + (box.width - width) / 2
    let columns = width <= box.width ? [inside] + beside : beside
    let bottom = box.y + box.height - height - 6 * unit
    let steps = stride(from: bottom, to: box.y, by: -height / 2)
    write(band.label, steps.flatMap { y in columns.map { (x: $0, y: y) } })
  }

  private mutating func label(_ contours: Contours) {
    for (level, label) in zip(contours.levels, contours.labels) where !label.isEmpty {
      let runs = contours.runs(at: level, projection)
      guard let longest = runs.max(by: { $0.points.count < $1.points.count }) else { continue }
      let (width, height) = size(label)
      let count = longest.points.count
      write(
        label,
        stride(from: count / 4, to: count, by: max(1, count / 24)).map { k in
          let (x, y) = place(longest.points[k])
          return (x - width / 2, y - height / 2)
        })
    }
  }

  private func size(_ label: String) -> (width: Double, height: Double) {
    (paper.width(label, layout.labelFont) + 4 * unit, layout.labelFont.size * 1.15)
  }

  private mutating func write(
    _ label: String, _ corners: [(x: Double, y: Double)], haste: Double = 0.01
  ) {
    let (width, height) = size(label)
    guard let box = placement.place(width, height, corners, haste: haste) else { return }
    paper.blank(box)
    paper.color(.ink)
    paper.write(label, layout.labelFont, x: box.x + 2 * unit, y: box.y + height / 2)
  }
}
