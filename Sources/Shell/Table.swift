// A table whose columns align at the decimal point, refitted where the window is narrow.

struct Table: Sendable {
  struct Column: Sendable {
    var title: String
    var subtitle = ""
    /// Left-aligned text rather than numbers.
    var isText = false
  }
  var columns: [Column]
  var rows: [[String]]

  func lines(_ d: Display) -> [String] {
    let (cells, widths) = aligned()
    let gap = "   "
    let total = widths.reduce(0, +) + gap.count * (columns.count - 1) + 1
    if total > d.width { return records(d.width) }
    var out: [String] = []
    func line(_ texts: [String]) -> String {
      var s = " " + zip(texts, zip(widths, columns)).map { pad($0, $1.0, left: $1.1.isText) }
        .joined(separator: gap)
      while s.last == " " { s.removeLast() }
      return s
    }
    if columns.contains(where: { !$0.title.isEmpty }) { out.append(line(columns.map(\.title))) }
    if columns.contains(where: { !$0.subtitle.isEmpty }) {
      out.append(line(columns.map(\.subtitle)))
    }
    return out + cells.map(line)
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
    if let i = s.firstIndex(of: ".") { return s.distance(from: i, to: s.endIndex) }
    if let i = s.firstIndex(of: "e"), s.contains(where: \.isNumber) {
      return s.distance(from: i, to: s.endIndex)
    }
    return s.hasSuffix("~") ? 1 : 0
  }

  /// One row as a few short lines: for narrow windows.
  private func records(_ width: Int) -> [String] {
    let label = columns.map(\.title.count).max() ?? 0
    return rows.flatMap { row in
      zip(columns, row).enumerated().compactMap { i, cell in
        if cell.1.isEmpty { return nil }
        let name = cell.0.title
        return (i == 0 ? "" : "  ") + name
          + String(repeating: " ", count: max(1, label + 2 - name.count - (i == 0 ? 0 : 2)))
          + cell.1
      }
    }
  }
}
