// A grid of characters. The plot area of it has pixels too, several per character; a character
// over pixels hides them, and pixels hide weak characters (bands, guides, level lines).

/// What one column of one line shows.
private struct Cell {
  var scalar: Unicode.Scalar?
  var isWeak = false
  var mask: UInt8 = 0
  var style = TextStyle.plain
}

struct TextCanvas {
  /// The plot area in columns and rows of the canvas.
  struct Area {
    var column: Int
    var row: Int
    var columns: Int
    var rows: Int
  }

  let columns: Int
  let rows: Int
  let glyphs: GlyphSet
  var area: Area
  private var cells: [Cell]

  init(columns: Int, rows: Int, glyphs: GlyphSet, area: Area) {
    self.columns = columns
    self.rows = rows
    self.glyphs = glyphs
    self.area = area
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  /// Pixels of the plot area.
  var width: Int { area.columns * glyphs.across }
  var height: Int { area.rows * glyphs.down }

  /// Writes characters; what is outside the canvas is left out.
  mutating func write(
    _ text: some Sequence<Unicode.Scalar>, _ column: Int, _ row: Int, _ style: TextStyle = .plain
  ) {
    for (k, s) in text.enumerated() { put(s, column + k, row, style) }
  }

  mutating func put(
    _ s: Unicode.Scalar, _ column: Int, _ row: Int, _ style: TextStyle = .plain
  ) {
    guard column >= 0, column < columns, row >= 0, row < rows else { return }
    let k = row * columns + column
    cells[k].scalar = s
    cells[k].isWeak = false
    cells[k].style = style
  }

  /// A character that pixels and other characters of the plot area replace.
  mutating func putWeak(_ s: Unicode.Scalar, _ column: Int, _ row: Int, _ style: TextStyle) {
    guard isInArea(column, row) else { return }
    let k = row * columns + column
    guard cells[k].mask == 0, cells[k].scalar == nil || cells[k].isWeak else { return }
    cells[k].scalar = s
    cells[k].isWeak = true
    cells[k].style = style
  }

  /// Sets a pixel of the plot area, counted from its upper left corner.
  mutating func set(_ x: Int, _ y: Int, _ hue: Hue) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let k = (area.row + y / glyphs.down) * columns + area.column + x / glyphs.across
    if cells[k].scalar != nil && !cells[k].isWeak { return }
    cells[k].scalar = nil
    cells[k].mask |= glyphs.bits[y % glyphs.down * glyphs.across + x % glyphs.across]
    cells[k].style = TextStyle(foreground: .text(hue))
  }

  /// Whether something that a label should not cover is there; a band may be covered.
  func hasInk(_ column: Int, _ row: Int) -> Bool {
    guard isInArea(column, row) else { return false }
    let cell = cells[row * columns + column]
    if cell.isWeak && cell.scalar == glyphs.band { return false }
    return cell.mask != 0 || cell.scalar != nil
  }

  /// The column and row of a place in the unit square.
  func cell(_ p: Point) -> (column: Int, row: Int) {
    let (x, y) = pixel(p)
    return (area.column + x / glyphs.across, area.row + y / glyphs.down)
  }

  /// The pixel of a place in the unit square: 0 and 1 are the first and the last.
  func pixel(_ p: Point) -> (x: Int, y: Int) {
    (
      Int((min(max(p.x, 0), 1) * Double(width - 1)).rounded()),
      Int(((1 - min(max(p.y, 0), 1)) * Double(height - 1)).rounded())
    )
  }

  private func isInArea(_ column: Int, _ row: Int) -> Bool {
    column >= area.column && column < area.column + area.columns && row >= area.row
      && row < area.row + area.rows
  }

  /// The lines, neighbours of one style joined, blanks at the ends left out.
  var picture: TextPicture {
    TextPicture(
      lines: (0..<rows).map { row in
        var runs: [TextPicture.Run] = []
        var line = cells[row * columns..<(row + 1) * columns]
        while let last = line.last, glyph(last) == " ", last.style.background == nil {
          line.removeLast()
        }
        for cell in line {
          let scalar = glyph(cell)
          let style =
            scalar == " " && cell.style.background == nil ? TextStyle.plain : cell.style
          if runs.last?.style == style {
            runs[runs.count - 1].text.unicodeScalars.append(scalar)
          } else {
            runs.append(TextPicture.Run(text: String(Character(scalar)), style: style))
          }
        }
        return runs
      })
  }

  private func glyph(_ cell: Cell) -> Unicode.Scalar {
    if let s = cell.scalar { return s }
    return cell.mask == 0 ? " " : glyphs.block(cell.mask)
  }
}
