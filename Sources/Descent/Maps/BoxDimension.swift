// The box-counting dimension of a set of cells: N(s) boxes of side s meet the set, and log N falls with
// log s by the dimension (Falconer, Fractal Geometry, section 3.1; for the boundaries of basins McDonald,
// Grebogi, Ott and Yorke, Physica D 17 (1985) 125). A smooth boundary has dimension 1.
import Glibc

/// The slope of a straight line through (log 1/s, log N(s)).
package struct BoxDimension: Sendable, Equatable {
  package let value: Double
  /// The standard error of the slope: how well the points lie on a line, not how near the dimension is.
  package let standardError: Double
  /// The sides of the boxes, in cells: the range of the fit.
  package let sides: [Int]
  /// N(s) for each side.
  package let boxes: [Int]

  /// The dimension of the boundary of a map: of the cells whose right or upper neighbour is of another
  /// class.
  ///
  /// Nil where fewer than 32 cells belong to it, or the grid is too small for three sizes of boxes.
  package init?(boundaryOf cells: [UInt8], columns: Int, rows: Int) {
    var set = [Bool](repeating: false, count: cells.count)
    for j in 0..<rows {
      for i in 0..<columns {
        let k = j * columns + i
        set[k] =
          (i + 1 < columns && cells[k] != cells[k + 1])
          || (j + 1 < rows && cells[k] != cells[k + columns])
      }
    }
    self.init(of: set, columns: columns, rows: rows)
  }

  /// The dimension of a set of cells, stored by rows; sides are the powers of two up to an eighth of the
  /// shorter side of the grid.
  package init?(of set: [Bool], columns: Int, rows: Int) {
    var sides: [Int] = []
    var s = 1
    while s * 8 <= min(columns, rows) {
      sides.append(s)
      s *= 2
    }
    var boxes: [Int] = []
    var (level, width, height) = (set, columns, rows)
    for k in sides.indices {
      if k > 0 { (level, width, height) = BoxDimension.halved(level, width, height) }
      boxes.append(level.reduce(0) { $0 + ($1 ? 1 : 0) })
    }
    guard sides.count >= 3, boxes[0] >= 32 else { return nil }
    let x = sides.map { -log(Double($0)) }
    let y = boxes.map { log(Double($0)) }
    let n = Double(x.count)
    let meanX = x.reduce(0, +) / n
    let meanY = y.reduce(0, +) / n
    let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
    let residual = zip(x, y).reduce(0) {
      let r = $1.1 - meanY - slope * ($1.0 - meanX)
      return $0 + r * r
    }
    value = slope
    standardError = (residual / (n - 2) / spread).squareRoot()
    self.sides = sides
    self.boxes = boxes
  }

  /// Boxes of twice the side; one at the edge may be cut off.
  private static func halved(
    _ set: [Bool], _ columns: Int, _ rows: Int
  ) -> ([Bool], Int, Int) {
    let width = (columns + 1) / 2
    let height = (rows + 1) / 2
    var out = [Bool](repeating: false, count: width * height)
    for j in 0..<rows {
      for i in 0..<columns where set[j * columns + i] { out[(j / 2) * width + i / 2] = true }
    }
    return (out, width, height)
  }
}
