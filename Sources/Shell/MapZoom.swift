// Where a map is worth a closer look: windows of the size asked for are slid over it in quarters of
// their side; the one where most classes meet wins, then the one with most boundary.
import Descent

extension RegimeMap {
  /// The middle of the most varied window of a size `factor` times smaller than the map, and how many
  /// classes it holds; the middle of the map where all windows hold one class.
  ///
  /// The same for the same map. Cost: every cell is looked at about sixteen times.
  func busiest(window factor: Double) -> (x: Double, y: Double, classes: Int) {
    let (columns, rows) = (plan.columns, plan.rows)
    let wide = min(columns, max(2, Int(Double(columns) / factor)))
    let high = min(rows, max(2, Int(Double(rows) / factor)))
    var best = (classes: 1, edges: 0, column: Double(columns - 1) / 2, row: Double(rows - 1) / 2)
    for bottom in stride(from: 0, through: rows - high, by: max(1, high / 4)) {
      for left in stride(from: 0, through: columns - wide, by: max(1, wide / 4)) {
        let (classes, edges) = variety(left..<(left + wide), bottom..<(bottom + high))
        guard (classes, edges) > (best.classes, best.edges) else { continue }
        best = (
          classes, edges, Double(left) + Double(wide - 1) / 2, Double(bottom) + Double(high - 1) / 2
        )
      }
    }
    return (
      place(best.column, columns, plan.horizontal), place(best.row, rows, plan.vertical),
      best.classes
    )
  }

  /// How many classes a window holds, and how many of its neighbouring cells differ.
  private func variety(_ columns: Range<Int>, _ rows: Range<Int>) -> (classes: Int, edges: Int) {
    var seen = legend.map { _ in false }
    var edges = 0
    for row in rows {
      for column in columns {
        let cell = row * plan.columns + column
        seen[Int(cells[cell])] = true
        if column + 1 < columns.upperBound, cells[cell] != cells[cell + 1] { edges += 1 }
        if row + 1 < rows.upperBound, cells[cell] != cells[cell + plan.columns] { edges += 1 }
      }
    }
    let classes = zip(seen, legend).count { $0 && $1.kind != .missing }
    return (classes, edges)
  }

  private func place(_ cell: Double, _ count: Int, _ axis: MapAxis) -> Double {
    axis.lower + (axis.upper - axis.lower) * cell / Double(count - 1)
  }
}
