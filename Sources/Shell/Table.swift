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
    if columns.allSatisfy({ $0.title.isEmpty }), total(widths[...]) > d.width {
      return rows.flatMap { row in
        wrap(" " + row.filter { !$0.isEmpty }.joined(separator: "  "), d.width)
      }
    }
    var out: [String] = []
    for part in parts(widths, d.width) {
      func line(_ texts: [String]) -> String {
        var s =
          " "
          + part.map { pad(texts[$0], widths[$0], left: columns[$0].isText) }
          .joined(separator: Table.gap)
        while s.last == " " { s.removeLast() }
        return s
      }
      if part.contains(where: { !columns[$0].title.isEmpty }) {
        out.append(line(columns.map(\.title)))
      }
      if part.contains(where: { !columns[$0].subtitle.isEmpty }) {
        out.append(line(columns.map(\.subtitle)))
      }
      out += cells.map(line)
    }
    return out
  }

  private static let gap = "   "

  private func total(_ widths: ArraySlice<Int>) -> Int {
    widths.reduce(1, +) + Table.gap.count * (widths.count - 1)
  }

  /// Which columns stand side by side: all, or several tables that each begin with the first column.
  private func parts(_ widths: [Int], _ width: Int) -> [[Int]] {
    if total(widths[...]) <= width { return [Array(columns.indices)] }
    var out: [[Int]] = []
    var part = [0]
    for c in columns.indices.dropFirst() {
      let wide = total((part + [c]).map { widths[$0] }[...]) > width
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
    if let i = s.firstIndex(of: ".") { return s.distance(from: i, to: s.endIndex) }
    if let i = s.firstIndex(of: "e"), s.contains(where: \.isNumber) {
      return s.distance(from: i, to: s.endIndex)
    }
    return s.hasSuffix("~") ? 1 : 0
  }
}
