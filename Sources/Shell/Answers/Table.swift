// A table whose columns align at the decimal point, refitted where the window is narrow: columns that
// can be spared are left out, and a line says how to get them; what cannot be spared and does not fit
// stands in several tables, one below the other.

/// Stands where rows are left out.
private let gapMark = "⋮"

struct Table: Sendable {
  struct Column: Sendable {
    var title: String
    var subtitle = ""
    /// Left-aligned text rather than numbers.
    var isText = false
    /// How soon it is left out where the window is narrow: the highest first, 0 never.
    var spared = 0
  }
  var columns: [Column]
  var rows: [[String]]
  /// Lines in the place of rows, by the row: what is left out there.
  var gaps: [Int: String] = [:]
  /// The line about columns that are left out, from their indices.
  var note: @Sendable ([Int]) -> String = { _ in "" }

  func lines(_ d: Display) -> [String] {
    let (fitting, left) = fitted(to: d.width)
    guard left.isEmpty else { return fitting.lines(d) + wrap(note(left), d.width) }
    let (cells, natural) = aligned()
    let whole = broken(Array(columns.indices), natural, d.width)
    let gap = Table.spaces.first { total(whole.widths[...], $0) <= d.width } ?? Table.spaces[0]
    if columns.allSatisfy({ $0.title.isEmpty }), total(natural[...], gap) > d.width {
      return cells.flatMap { hanging($0, natural, d.width) }
    }
    var out: [String] = []
    for part in parts(whole.widths, gap, d.width) {
      let isWhole = part.count == columns.count
      let (widths, column) = isWhole ? whole : broken(part, natural, d.width)
      let space = column == nil ? gap : Table.spaces[Table.spaces.count - 1]
      func line(_ texts: [String]) -> String {
        row(part.map { pad(texts[$0], widths[$0], left: columns[$0].isText) }, space)
      }
      if part.contains(where: { !columns[$0].title.isEmpty }) {
        out.append(line(columns.map(\.title)))
      }
      if part.contains(where: { !columns[$0].subtitle.isEmpty }) {
        out.append(line(columns.map(\.subtitle)))
      }
      for (k, texts) in cells.enumerated() {
        let first = pad(gapMark, widths[0], left: columns[0].isText)
        out +=
          gaps[k].map { wrap(" \(first)  \($0)", d.width) }
          ?? pieces(texts, column, widths).map(line)
      }
    }
    return out
  }

  /// The widths at which the columns of a part fit, and the text column that is broken for it; what they
  /// were where that leaves it no room.
  private func broken(
    _ part: [Int], _ widths: [Int], _ width: Int
  ) -> (widths: [Int], column: Int?) {
    let least = Table.spaces[Table.spaces.count - 1]
    let excess = total(part.map { widths[$0] }[...], least) - width
    let texts = part.filter { columns[$0].isText && !columns[$0].title.isEmpty }
    guard excess > 0, let c = texts.max(by: { widths[$0] < widths[$1] }),
      widths[c] - excess >= max(16, columns[c].title.count)
    else { return (widths, nil) }
    var out = widths
    out[c] -= excess
    return (out, c)
  }

  /// A row whose text column c is broken below itself.
  private func pieces(_ cells: [String], _ c: Int?, _ widths: [Int]) -> [[String]] {
    guard let c else { return [cells] }
    return wrap(cells[c], widths[c]).enumerated().map { k, text in
      cells.indices.map { $0 == c ? text : k == 0 ? cells[$0] : "" }
    }
  }

  /// Blanks between columns: as many as fit.
  private static let spaces = [3, 2]

  /// The table without the columns that must go for it to fit, and their indices.
  private func fitted(to width: Int) -> (Table, left: [Int]) {
    let widths = aligned().1
    var kept = Array(columns.indices)
    while total(kept.map { widths[$0] }[...], Table.spaces[Table.spaces.count - 1]) > width,
      let rank = kept.map({ columns[$0].spared }).max(), rank > 0
    {
      kept.removeAll { columns[$0].spared == rank }
    }
    guard kept.count < columns.count else { return (self, []) }
    var table = self
    table.columns = kept.map { columns[$0] }
    for k in table.columns.indices { table.columns[k].spared = 0 }
    table.rows = rows.map { row in kept.map { row[$0] } }
    return (table, columns.indices.filter { !kept.contains($0) })
  }

  private func total(_ widths: ArraySlice<Int>, _ gap: Int) -> Int {
    widths.reduce(1, +) + gap * (widths.count - 1)
  }

  private func row(_ cells: [String], _ gap: Int) -> String {
    var s = " " + cells.joined(separator: String(repeating: " ", count: gap))
    while s.last == " " { s.removeLast() }
    return s
  }

  /// A row without titles whose last column, a text, is broken beside or below the others.
  private func hanging(_ cells: [String], _ widths: [Int], _ width: Int) -> [String] {
    let gap = 2
    let head = widths.indices.dropLast().map {
      pad(cells[$0], widths[$0], left: columns[$0].isText)
    }
    let indent = total(widths.dropLast(), gap) + gap
    let text = cells.last ?? ""
    if width - indent >= 24 {
      let lines = wrap(text, width - indent)
      return [row(head + lines.prefix(1), gap)]
        + lines.dropFirst().map { String(repeating: " ", count: indent) + $0 }
    }
    let first = wrap(row(head, gap), width)
    return first + wrap("   " + text, width)
  }

  /// Which columns stand side by side: all, or several tables that each begin with the first column.
  private func parts(_ widths: [Int], _ gap: Int, _ width: Int) -> [[Int]] {
    if total(widths[...], gap) <= width { return [Array(columns.indices)] }
    var out: [[Int]] = []
    var part = [0]
    for c in columns.indices.dropFirst() {
      let wide = total((part + [c]).map { widths[$0] }[...], gap) > width
      if wide && part.count > 1 {
        out.append(part)
        part = [0]
      }
      part.append(c)
    }
    return out + [part]
  }

  private func pad(_ s: String, _ width: Int, left: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - s.count))
    return left ? s + blanks : blanks + s
  }

  /// Cells padded on the right so that points align, and the width of each column.
  private func aligned() -> ([[String]], [Int]) {
    var cells = rows
    var widths = columns.map { max($0.title.count, $0.subtitle.count) }
    for c in columns.indices {
      if !columns[c].isText {
        let tails = rows.map { tail($0[c]) }
        let longest = tails.max() ?? 0
        for r in rows.indices where !rows[r][c].isEmpty {
          cells[r][c] += String(repeating: " ", count: longest - tails[r])
        }
      }
      widths[c] = max(widths[c], cells.map { $0[c].count }.max() ?? 0)
    }
    return (cells, widths)
  }

  /// Characters from the decimal point on.
  private func tail(_ s: String) -> Int {
    guard let first = s.first, first.isNumber || "+-▲|≈".contains(first) else { return 0 }
    if let i = s.firstIndex(of: ".") { return s.distance(from: i, to: s.endIndex) }
    if let i = s.firstIndex(of: "e"), s.contains(where: \.isNumber) {
      return s.distance(from: i, to: s.endIndex)
    }
    return s.hasSuffix("~") ? 1 : 0
  }
}
