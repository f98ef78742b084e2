// Labels inside the plot area: they avoid each other and the marks, and ink where they can. A label
// stands next to what it names; names that find no place there are handed back for the legend.

extension PaperPainter {
  mutating func label(_ layers: [Layer]) {
    for case .marks(let marks) in layers { keepFree(marks) }
    for case .marks(let marks) in layers { label(marks) }
    for case .guide(let guide) in layers { label(guide) }
    for case .band(let band) in layers { label(band) }
    for case .contours(let contours) in layers { label(contours) }
    leftOut.subtract(bandsNamed)
  }

  private mutating func keepFree(_ marks: Marks) {
    let r = 9 * unit
    for (_, at) in shown(marks) {
      placement.take(Box(x: at.x - r, y: at.y - r, width: 2 * r, height: 2 * r))
    }
  }

  private mutating func label(_ marks: Marks) {
    let shown = shown(marks)
    let middles = shown.map(\.at)
    for n in unheaped(inMarks(middles)) {
      let (k, own) = shown[n]
      guard k < marks.labels.count, case let label = marks.labels[k], !label.isEmpty,
        !named.contains(label)
      else { continue }
      let (width, height) = size(label)
      let corners = Placement.around(own.x, own.y, width, height, 12 * unit, 11 * unit)
      let stands = write(label, corners, haste: 0.1) { $0.belongs(to: own, among: middles) }
      if !stands && Marks.isName(label) { leftOut.insert(label) }
    }
  }

  private mutating func label(_ guide: Guide) {
    guard !guide.label.isEmpty, !named.contains(guide.label), let (from, to) = ends(guide) else {
      return
    }
    let (width, height) = size(guide.label)
    let a = layout.area
    var corners: [(x: Double, y: Double)] = []
    switch guide.position {
    case .vertical:
      corners = stride(from: a.y + 4 * unit, to: to.y - height, by: height / 2).map {
        (from.x + 6 * unit, $0)
      }
    case .horizontal:
      corners = stride(from: to.x - width - 4 * unit, to: from.x, by: -height).flatMap {
        [($0, from.y - height - 4 * unit), ($0, from.y + 4 * unit)]
      }
    }
    if !write(guide.label, corners) { leftOut.insert(guide.label) }
  }

  private mutating func label(_ band: Band) {
    guard !band.label.isEmpty, !named.contains(band.label), let box = box(band) else { return }
    let (width, height) = size(band.label)
    let inside = box.x + (box.width - width) / 2
    let bottom = box.y + box.height - height - 6 * unit
    let steps = stride(from: bottom, to: box.y, by: -height / 2)
    let stands = width <= box.width && write(band.label, steps.map { (x: inside, y: $0) })
    // One stretch of a kind is enough: the others look like it.
    if stands { bandsNamed.insert(band.label) } else { leftOut.insert(band.label) }
  }

  /// In the colour of the lines, so that no value is taken for the number of a mark.
  private mutating func label(_ contours: Contours) {
    for (level, label) in zip(contours.levels, contours.labels) where !label.isEmpty {
      let runs = contours.runs(at: level, projection)
      guard let longest = runs.max(by: { $0.points.count < $1.points.count }) else { continue }
      let (width, height) = size(label)
      let count = longest.points.count
      _ = write(
        label,
        Contours.labelPlaces(count).map { k in
          let (x, y) = place(longest.points[k])
          return (x - width / 2, y - height / 2)
        }, hue: contours.hue)
    }
  }

  private func size(_ label: String) -> (width: Double, height: Double) {
    (paper.width(label, layout.labelFont) + 4 * unit, layout.labelFont.size * 1.15)
  }

  /// Whether a place was found.
  private mutating func write(
    _ label: String, _ corners: [(x: Double, y: Double)], haste: Double = 0.01,
    hue: Hue = .ink, suits: (Box) -> Bool = { _ in true }
  ) -> Bool {
    let (width, height) = size(label)
    guard let box = placement.place(width, height, corners, haste: haste, suits: suits) else {
      return false
    }
    paper.blank(box)
    paper.color(hue)
    paper.write(label, layout.labelFont, x: box.x + 2 * unit, y: box.y + height / 2)
    return true
  }
}
