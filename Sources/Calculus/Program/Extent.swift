// How many numbers a value has, and what they vary along. Every value has exactly two dimensions: a vector
// is n×1, a scalar 1×1. Rows of data are an axis, never a dimension: their number is in no program.

/// Rows and columns of a value; its entries are counted row by row.
package struct Shape: Hashable, Sendable, CustomStringConvertible {
  private let storedRows: Int32
  private let storedColumns: Int32
  /// That of one number.
  package static let scalar = Shape(1, 1)

  /// Both from 1 to 2³¹ − 1.
  package init(_ rows: Int, _ columns: Int) {
    storedRows = Int32(clamping: rows)
    storedColumns = Int32(clamping: columns)
  }

  /// How many rows it has.
  package var rows: Int { Int(storedRows) }
  /// How many columns it has.
  package var columns: Int { Int(storedColumns) }

  /// How many entries it has.
  package var count: Int { rows * columns }
  /// Whether it is one number.
  package var isScalar: Bool { rows == 1 && columns == 1 }
  /// Whether it is one column of several entries.
  package var isColumn: Bool { columns == 1 && rows > 1 }
  /// Rows and columns swapped.
  package var transposed: Shape { Shape(columns, rows) }
  /// As in `3×2`.
  package var description: String { "\(rows)×\(columns)" }

  /// Whether this may be repeated to fill `other`: each dimension is that of it, or 1.
  package func spreads(to other: Shape) -> Bool {
    (rows == other.rows || rows == 1) && (columns == other.columns || columns == 1)
  }
}

/// The shape of a value and the data set along whose rows it varies: on an axis the shape is that of one
/// row (1×k).
package struct Extent: Hashable, Sendable {
  /// Rows and columns, on an axis of one row of data.
  package var shape: Shape
  /// 0 for what is the same for all rows of data, else the number of the data set.
  package var axis: Int32 = 0
  /// That of one number, the same for all rows.
  package static let scalar = Extent(.scalar)

  /// A shape on an axis.
  package init(_ shape: Shape, axis: Int32 = 0) {
    self.shape = shape
    self.axis = axis
  }

  /// A shape that is the same for all rows.
  package init(_ rows: Int, _ columns: Int) { self.init(Shape(rows, columns)) }

  /// How many entries it has, of one row of data.
  package var count: Int { shape.count }
  /// Whether it is one number, the same for all rows.
  package var isScalar: Bool { self == .scalar }

  /// Whether this may be repeated to fill `other`.
  package func spreads(to other: Extent) -> Bool {
    shape.spreads(to: other.shape) && (axis == other.axis || axis == 0)
  }
}
