// Maps and clouds go onto the paper as images: one pixel per cell, stretched without smoothing.

import Glibc

extension PaperPainter {
  mutating func paint(_ map: ClassMap) {
    let lower = place(
      Point(projection.x.unit(map.xRange.lowerBound), projection.y.unit(map.yRange.lowerBound)))
    let upper = place(
      Point(projection.x.unit(map.xRange.upperBound), projection.y.unit(map.yRange.upperBound)))
    let box = Box(x: lower.x, y: upper.y, width: upper.x - lower.x, height: lower.y - upper.y)
    guard box.width > 0, box.height > 0 else { return }
    paper.clip(layout.area)
    paper.image(pixels(map), columns: map.columns, rows: map.rows, in: box)
    paintLetters(map, box)
    paper.restore()
  }

  /// ARGB from the top row down; cells without a class are transparent.
  private func pixels(_ map: ClassMap) -> [UInt32] {
    // The shade at 0...255 of each class, from its full colour to the palest.
    let shades = map.kinds.map { kind in
      (0...255).map { k -> UInt32 in
        let (r, g, b) = kind.hue.onPaper(paled: Double(k) / 255)
        func part(_ v: Double) -> UInt32 { level(v) }
        return 0xff00_0000 | part(r) << 16 | part(g) << 8 | part(b)
      }
    }
    var out = [UInt32](repeating: 0, count: map.cells.count)
    for row in 0..<map.rows {
      let from = (map.rows - 1 - row) * map.columns
      for column in 0..<map.columns {
        let kind = Int(clamping: map.cells[from + column])
        guard kind < shades.count else { continue }
        let shade = map.shading.isEmpty ? 0 : min(max(map.shading[from + column], 0), 1)
        out[row * map.columns + column] = shades[kind][whole(Double(shade * 255))]
      }
    }
    return out
  }

  /// The letter of each class inside its largest square, where that is large enough.
  private mutating func paintLetters(_ map: ClassMap, _ box: Box) {
    let font = Font(size: 26 * unit, isBold: true)
    // Every n-th cell is enough to find a large square.
    let n = max(1, max(map.columns, map.rows) / 250)
    let columns = map.columns / n
    let rows = map.rows / n
    guard columns > 0, rows > 0 else { return }
    let anchors = ClassMap.anchors(columns, rows) { i, j in
      let kind = Int(clamping: map.cells[j * n * map.columns + i * n])
      return kind < map.kinds.count ? kind : nil
    }
    let (dx, dy) = (box.width / Double(columns), box.height / Double(rows))
    for anchor in anchors where Double(anchor.side) * min(dx, dy) > 1.3 * font.size {
      let kind = map.kinds[anchor.kind]
      let middle = (x: box.x + anchor.x * dx, y: box.y + box.height - anchor.y * dy)
      // The square may be shaded: the letter brings its class's full colour.
      let side = 1.2 * font.size
      let back = Box(x: middle.x - side / 2, y: middle.y - side / 2, width: side, height: side)
      paper.color(kind.hue)
      paper.fill(back)
      write(kind.letter, of: kind, at: middle, font)
      placement.take(back)
    }
  }

  mutating func paint(_ cloud: Cloud) {
    // Dots of two pixels are seen from afar; less than one would be lost between pixels.
    let side = max(1, (2 * unit).rounded())
    let columns = max(1, whole(layout.area.width / side))
    let rows = max(1, whole(layout.area.height / side))
    let counts = cloud.counts(columns, rows, projection)
    let total = counts.reduce(0, +)
    // As dense as twice an even spread is the full colour.
    let full = max(1, 2 * Double(total) / Double(columns * rows))
    let (r, g, b) = cloud.hue.onPaper
    var pixels = [UInt32](repeating: 0, count: columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let count = counts[(rows - 1 - row) * columns + column]
        if count == 0 { continue }
        let alpha = min(1, 0.2 + 0.8 * (Double(count) / full).squareRoot())
        func part(_ v: Double) -> UInt32 { level(v * alpha) }
        pixels[row * columns + column] = part(1) << 24 | part(r) << 16 | part(g) << 8 | part(b)
        placement.mark(
          layout.area.x + (Double(column) + 0.5) * side, layout.area.y + (Double(row) + 0.5) * side)
      }
    }
    paper.image(pixels, columns: columns, rows: rows, in: layout.area)
  }
}
