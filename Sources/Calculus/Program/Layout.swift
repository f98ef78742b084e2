// The variables of a program and where their entries stand in a point: one after the other, row by row.

/// A name with a shape.
package struct Variable: Hashable, Sendable {
  /// What it is called.
  package let name: String
  /// Its rows and columns.
  package let shape: Shape

  /// A number, where no shape is given.
  package init(_ name: String, _ shape: Shape = .scalar) {
    self.name = name
    self.shape = shape
  }

  /// What entry `k` is called: the name of a number, `w[3]` of a column, `W[2,5]` else.
  package func label(_ k: Int) -> String {
    if shape.isScalar { return name }
    if shape.isColumn { return "\(name)[\(k + 1)]" }
    return "\(name)[\(k / shape.columns + 1),\(k % shape.columns + 1)]"
  }
}

/// Variables in their order; a point has their entries one after the other.
package struct Layout: Hashable, Sendable {
  /// The variables.
  package private(set) var variables: [Variable] = []
  /// Their names.
  package private(set) var names: [String] = []
  /// Where each variable's entries begin in a point.
  package private(set) var starts: [Int] = []
  /// How many entries a point has.
  package private(set) var count = 0

  /// Variables one after the other.
  package init(_ variables: [Variable] = []) { for v in variables { append(v) } }

  /// Adds a variable behind the others.
  package mutating func append(_ v: Variable) {
    variables.append(v)
    names.append(v.name)
    starts.append(count)
    count += v.shape.count
  }

  /// The variable of a name; nil where there is none.
  package subscript(name: String) -> Variable? { variables.first { $0.name == name } }

  /// Whether every variable is one number.
  package var isScalar: Bool { count == variables.count }

  /// The places of a variable's entries in a point.
  package func range(_ k: Int) -> Range<Int> { starts[k]..<(starts[k] + variables[k].shape.count) }

  /// What the entries of a point are called, in order.
  package var labels: [String] {
    isScalar ? names : variables.flatMap { v in (0..<v.shape.count).map(v.label) }
  }
}
