// A grid of characters. The plot area of it has pixels too, several per character. What meets in one
// character is decided by rank: text, then symbols, arrow heads, curves of pixels, thin strokes,
// what is faint (guides, level lines), areas; of one rank the later one is seen.

/// What one column of one line shows.
private struct Cell {
  var scalar: Unicode.Scalar?
  var mask: UInt8 = 0
  /// The directions in which a thin stroke along the grid leaves the character.
  var arms: Arms = []
  var rank = TextCanvas.Rank.nothing
  var style = TextStyle.plain
}

/// Directions of strokes along the grid: those that meet in a character become corners and crossings.
struct Arms: OptionSet, Hashable {
  let rawValue: UInt8
  static let east = Arms(rawValue: 1)
  static let north = Arms(rawValue: 2)
  static let west = Arms(rawValue: 4)
  static let south = Arms(rawValue: 8)
}

struct TextCanvas {
  /// Who is seen, the last one in front.
  enum Rank: Int, Comparable {
    case nothing, area, faint, thin, curve, arrow, symbol, text

    static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

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
    _ s: Unicode.Scalar, _ column: Int, _ row: Int, _ style: TextStyle = .plain,
    _ rank: Rank = .text
  ) {
    guard column >= 0, column < columns, row >= 0, row < rows else { return }
    let k = row * columns + column
    guard rank >= cells[k].rank else { return }
    cells[k] = Cell(scalar: s, rank: rank, style: style)
  }

  /// A character of a thin stroke along the grid, joined with those of its style that it meets.
  mutating func put(
    _ arms: Arms, _ column: Int, _ row: Int, _ style: TextStyle, _ rank: Rank
  ) {
    guard isInArea(column, row), !arms.isEmpty else { return }
    let k = row * columns + column
    let old = cells[k]
    let all = old.rank == rank && old.style == style ? arms.union(old.arms) : arms
    put(glyphs.joint(all), column, row, style, rank)
    if cells[k].rank == rank { cells[k].arms = all }
  }

  /// Whether a character of the plot area shows something of this rank or in front of it.
  func shows(_ rank: Rank, _ column: Int, _ row: Int) -> Bool {
    isInArea(column, row) && cells[row * columns + column].rank >= rank
  }

  /// Sets a pixel of the plot area, counted from its upper left corner.
  mutating func set(_ x: Int, _ y: Int, _ hue: Hue) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let k = (area.row + y / glyphs.down) * columns + area.column + x / glyphs.across
    if cells[k].rank > .curve { return }
    if cells[k].rank < .curve { cells[k] = Cell(rank: .curve) }
    cells[k].mask |= glyphs.bits[y % glyphs.down * glyphs.across + x % glyphs.across]
    cells[k].style = TextStyle(foreground: .text(hue))
  }

  /// Whether something that a label should not cover is there; an area may be covered.
  func hasInk(_ column: Int, _ row: Int) -> Bool { shows(.faint, column, row) }

  /// The column and row of a place in the unit square.
  func cell(_ p: Point) -> (column: Int, row: Int) {
    let (x, y) = pixel(p)
    return (area.column + x / glyphs.across, area.row + y / glyphs.down)
  }

  /// A place in the unit square in columns and rows of the plot area, between whole numbers.
  func spot(_ p: Point) -> Point {
    Point(
      (p.x * Double(width - 1) + 0.5) / Double(glyphs.across),
      ((1 - p.y) * Double(height - 1) + 0.5) / Double(glyphs.down))
  }

  /// The pixel of a place in the unit square: 0 and 1 are the first and the last.
  func pixel(_ p: Point) -> (x: Int, y: Int) {
    (
      whole((min(max(p.x, 0), 1) * Double(width - 1)).rounded()),
      whole(((1 - min(max(p.y, 0), 1)) * Double(height - 1)).rounded())
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
