// A table of data: columns of equally many rows, read once and never changed.

/// Columns of equally many rows under one name.
package struct DataTable: Sendable {
  /// What it is called: its columns are `name.column`.
  package let name: String
  /// The number of its rows' axis, from 1 on; no two tables of a session have the same.
  package let axis: Int32
  /// Its columns, in order.
  package let columns: [Column]
  /// How many rows it has, 1 or more.
  package let rowCount: Int
  /// The file that it comes from; nil where it was typed or made.
  package let file: String?

  /// - Parameter columns: one or more, of equally many rows.
  package init(name: String, axis: Int32, columns: [Column], file: String? = nil) {
    self.name = name
    self.axis = axis
    self.columns = columns
    self.file = file
    rowCount = columns.first?.numbers.count ?? 0
  }

  /// The places of the columns of numbers.
  package var numeric: [Int] { columns.indices.filter { !columns[$0].isText } }

  /// How a column is typed: `pts.x`, or `pts["Weight (kg)"]` where its name is no name of the language.
  package func typed(_ k: Int) -> String {
    ColumnChoice.typed(name, [columns[k].name])
  }
}

extension String {
  /// Whether it can stand behind a point: letters, digits and underscores, no digit first.
  package var isPlainName: Bool {
    guard let first = unicodeScalars.first, first.properties.isAlphabetic || first == "_" else {
      return false
    }
    return unicodeScalars.allSatisfy {
      $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
    }
  }
}

/// Columns of a table that a name means, as `pts.x`, `pts[x, y]`, `pts`.
package struct ColumnChoice: Sendable {
  /// The table.
  package let table: DataTable
  /// The places of the columns.
  package let columns: [Int]

  /// How columns are typed: `pts.x`, `pts[x, y]`, `pts["Weight (kg)"]`.
  package static func typed(_ table: String, _ columns: [String]) -> String {
    if columns.count == 1, columns[0].isPlainName { return "\(table).\(columns[0])" }
    let all = columns.map { $0.isPlainName ? $0 : "\"\($0)\"" }
    return "\(table)[\(all.joined(separator: ", "))]"
  }

  /// The names of columns between brackets, quoted or not.
  static func names(in inside: some StringProtocol) -> [String] {
    var out = [""]
    var isQuoted = false
    for c in inside {
      if c == "\"" {
        isQuoted.toggle()
      } else if c == ",", !isQuoted {
        out.append("")
      } else if c != " " || isQuoted {
        out[out.count - 1].append(c)
      }
    }
    return out
  }
}
