// The layers on paper.

import Glibc

extension PaperPainter {
  func width(_ weight: Line.Weight) -> Double {
    switch weight {
    case .thin: 2.2 * unit
    case .normal: 3.5 * unit
    case .thick: 5 * unit
    }
  }

  /// Lengths on and off, in multiples of the width.
  func dashes(_ stroke: Line.Stroke, _ width: Double) -> [Double] {
    let pattern: [Double] =
      switch stroke {
      case .solid: []
      case .dashed: [4, 2.2]
      case .dotted: [1.2, 1.6]
      case .dashDotted: [5, 1.8, 1.2, 1.8]
      }
    return pattern.map { $0 * width }
  }

  mutating func paint(_ line: Line) {
    let width = width(line.weight)
    for run in clippedRuns(line.points.map(projection.unit)) {
      var pixels: [(x: Double, y: Double)] = []
      for p in run.points {
        let next = place(p)
        // Points closer than a third of a pixel cannot be told apart.
        if let last = pixels.last, hypot(next.x - last.x, next.y - last.y) < 0.33,
          p != run.points.last
        {
          continue
        }
        if let last = pixels.last { placement.mark(from: last, to: next) }
        pixels.append(next)
      }
      paper.color(line.hue)
      if run.isLast, line.end == .arrow {
        let tip = pixels[pixels.count - 1]
        let from = pixels.last { hypot($0.x - tip.x, $0.y - tip.y) > 6 * unit } ?? pixels[0]
        pixels[pixels.count - 1] = arrow(from, tip, width)
      }
      paper.stroke(pixels, width: width, dashes: dashes(line.stroke, width))
    }
  }

  func paintSymbols(_ line: Line, turn: Int) {
    guard let symbol = line.symbol else { return }
    let room = whole(layout.area.width / (12 * unit))
    for p in line.symbolPlaces(line.points.map(projection.unit), room: room, turn: turn) {
      draw(symbol, place(p), 6.5 * unit, line.hue)
    }
  }

  /// A head whose tip is `tip`, or as near before it as the whole head is inside the frame; returns where
  /// the line should end.
  private func arrow(
    _ from: (x: Double, y: Double), _ tip: (x: Double, y: Double), _ width: Double
  ) -> (x: Double, y: Double) {
    guard let head = arrowHead(from, tip, width) else { return tip }
    paper.polygon(head)
    paper.cairo.fill(paper.context)
    let base = (x: (head[1].x + head[2].x) / 2, y: (head[1].y + head[2].y) / 2)
    return (0.8 * base.x + 0.2 * head[0].x, 0.8 * base.y + 0.2 * head[0].y)
  }

  /// Tip and the two corners behind it; nil where the line has no length.
  func arrowHead(
    _ from: (x: Double, y: Double), _ tip: (x: Double, y: Double), _ width: Double
  ) -> [(x: Double, y: Double)]? {
    let length = hypot(tip.x - from.x, tip.y - from.y)
    guard length > 0 else { return nil }
    // Long enough to be seen beside a mark on the tip.
    let size = min(3 * width + 17 * unit, length)
    let half = 0.42 * size
    let (ux, uy) = ((tip.x - from.x) / length, (tip.y - from.y) / length)
    let frame = grown(layout.area, by: -2 * unit)
    func corners(_ back: Double) -> [(x: Double, y: Double)] {
      let end = (x: tip.x - back * ux, y: tip.y - back * uy)
      let base = (x: end.x - size * ux, y: end.y - size * uy)
      return [
        end, (base.x - half * uy, base.y + half * ux), (base.x + half * uy, base.y - half * ux),
      ]
    }
    let backs = stride(from: 0, through: length - size, by: unit)
    return backs.lazy.map(corners).first { $0.allSatisfy(frame.holds) } ?? corners(0)
  }

  /// A symbol of about `radius` around a pixel, with a white rim that parts it from lines.
  func draw(_ symbol: Symbol, _ at: (x: Double, y: Double), _ radius: Double, _ hue: Hue) {
    let (x, y, r) = (at.x, at.y, radius)
    func shape(_ points: [(x: Double, y: Double)]) {
      paper.polygon(points.map { (x + r * $0.x, y + r * $0.y) })
      rimmed(hue)
    }
    func cross(_ ends: [(x: Double, y: Double)]) {
      for (white, width) in [(true, 7.0), (false, 3.6)] {
        for k in [0, 2] {
          if white {
            paper.cairo.setSourceRGBA(paper.context, 1, 1, 1, 1)
          } else {
            paper.color(hue)
          }
          paper.stroke(
            [
              (x + r * ends[k].x, y + r * ends[k].y),
              (x + r * ends[k + 1].x, y + r * ends[k + 1].y),
            ],
            width: width * unit)
        }
      }
    }
    switch symbol {
    case .dot:
      paper.cairo.newPath(paper.context)
      paper.cairo.arc(paper.context, x, y, r, 0, 2 * .pi)
      rimmed(hue)
    case .ring:
      paper.cairo.newPath(paper.context)
      paper.cairo.arc(paper.context, x, y, r, 0, 2 * .pi)
      paper.cairo.setSourceRGBA(paper.context, 1, 1, 1, 1)
      paper.cairo.fillPreserve(paper.context)
      paper.color(hue)
      paper.strokePath(width: 3 * unit)
    case .cross: cross([(-0.85, -0.85), (0.85, 0.85), (-0.85, 0.85), (0.85, -0.85)])
    case .plus: cross([(-1.1, 0), (1.1, 0), (0, -1.1), (0, 1.1)])
    case .up: shape([(0, -1.3), (1.25, 0.9), (-1.25, 0.9)])
    case .down: shape([(0, 1.3), (1.25, -0.9), (-1.25, -0.9)])
    case .square: shape([(-0.95, -0.95), (0.95, -0.95), (0.95, 0.95), (-0.95, 0.95)])
    case .diamond: shape([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    }
  }

  private func rimmed(_ hue: Hue) {
    paper.color(hue)
    paper.cairo.fillPreserve(paper.context)
    paper.cairo.setSourceRGBA(paper.context, 1, 1, 1, 1)
    paper.strokePath(width: 1.4 * unit)
  }

  mutating func paint(_ marks: Marks) {
    for (_, at) in shown(marks) { draw(marks.symbol, at, markRadius, marks.hue) }
  }

  /// The size of a mark, from its middle.
  private var markRadius: Double { 8 * unit }

  /// The marks that are drawn, by their places in the layer, with their pixels.
  func shown(_ marks: Marks) -> [(index: Int, at: (x: Double, y: Double))] {
    let seen = marks.points.enumerated().compactMap { k, p -> (Int, (x: Double, y: Double))? in
      let u = projection.unit(p)
      return u.isFinite && isInside(u) ? (k, place(u)) : nil
    }
    return uncrowded(inMarks(seen.map(\.1))) { marks.hasLabel(seen[$0].0) }.map { seen[$0] }
  }

  /// Pixels in the widths of a mark.
  func inMarks(_ places: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    places.map { ($0.x / (2 * markRadius), $0.y / (2 * markRadius)) }
  }

  mutating func paint(_ guide: Guide) {
    guard let (from, to) = ends(guide) else { return }
    paper.color(guide.hue, alpha: 0.8)
    paper.stroke([from, to], width: 2 * unit, dashes: [9 * unit, 6 * unit])
    placement.mark(from: from, to: to)
  }

  /// The pixels where a guide begins and ends; nil where it is not shown.
  func ends(_ guide: Guide) -> (from: (x: Double, y: Double), to: (x: Double, y: Double))? {
    switch guide.position {
    case .vertical(let v):
      let u = projection.x.unit(v)
      return u >= 0 && u <= 1 ? (place(Point(u, 1)), place(Point(u, 0))) : nil
    case .horizontal(let v):
      let u = projection.y.unit(v)
      return u >= 0 && u <= 1 ? (place(Point(0, u)), place(Point(1, u))) : nil
    }
  }

  /// The part of the paper that a band covers; nil where it is not shown.
  func box(_ band: Band) -> Box? {
    let from = max(projection.x.unit(band.range.lowerBound), 0)
    let to = min(projection.x.unit(band.range.upperBound), 1)
    guard from <= to else { return nil }
    let a = layout.area
    return Box(x: a.x + from * a.width, y: a.y, width: (to - from) * a.width, height: a.height)
  }

  mutating func paint(_ band: Band) {
    guard let box = box(band) else { return }
    paper.color(band.hue, alpha: 0.2)
    paper.fill(box)
  }

  mutating func paint(_ contours: Contours) {
    for level in contours.levels {
      for run in contours.runs(at: level, projection) {
        let pixels = run.points.map(place)
        for (a, b) in zip(pixels, pixels.dropFirst()) { placement.mark(from: a, to: b) }
        paper.color(contours.hue, alpha: 0.5)
        paper.stroke(pixels, width: 1.6 * unit)
      }
    }
  }
}
