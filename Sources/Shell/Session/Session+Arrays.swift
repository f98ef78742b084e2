// Arrays at the prompt: declarations, values as rows of numbers, entries of what is given for a variable.
import Calculus
import Descent

extension Session {
  /// `var w[3]`: gives variables their shapes.
  ///
  /// - Throws: where a name has a meaning, or is a definition.
  func declare(
    _ variables: [Variable], at range: SourceRange, _ text: String
  ) throws(Fault) -> Answer {
    for v in variables {
      if Environment.isTaken(v.name) {
        throw Fault(
          "\(v.name) has a meaning already",
          hint: "choose another name; help \(v.name) tells it", at: range)
      }
      if environment.definitions[v.name] != nil {
        throw Fault(
          "\(v.name) is defined, so that it is no variable",
          hint: "forget \(v.name) makes it a variable again", at: range)
      }
    }
    for v in variables {
      let before = environment.declared[v.name]
      history.append(Change(name: v.name, before: .shape(before), statement: text))
      environment.declare(v.name, v.shape)
    }
    let members: [(String, JSON)] = [
      ("variables", .array(variables.map { .string($0.name) })),
      ("shapes", .object(variables.map { ($0.name, shapeJSON($0.shape)) })),
    ]
    return Answer(
      "var", members,
      lines: variables.map { v in
        let n = v.shape.count
        if n == 1 { return "\(v.name) is one number" }
        let what = v.shape.isColumn ? "a column of \(n) entries" : "\(v.shape), \(n) entries"
        return "\(v.name) is \(what): \(v.label(0)) … \(v.label(n - 1))"
      })
  }

  /// Entries of a point that a line shows whole.
  static let mostEntries = 8

  /// `[rows, columns]`.
  func shapeJSON(_ s: Shape) -> JSON {
    .array([.number(Double(s.rows)), .number(Double(s.columns))])
  }

  /// `[1, 2; 3, 4]` with the digits set, of entries row by row.
  func arrayText(_ entries: [Certified], _ shape: Shape) -> String {
    let all = entries.map { $0.text(digits: digits) }
    // A list is a column; what is one row reads back with its '.
    let isList = shape.columns == 1 || shape.rows == 1
    let rows = isList ? [all[...]] : rows(of: all, shape)
    return "[" + rows.map { $0.joined(separator: ", ") }.joined(separator: "; ")
      + (shape.columns > 1 && isList ? "]'" : "]")
  }

  /// A column is one list, anything else a list of rows.
  func arrayJSON(_ entries: [Certified], _ shape: Shape) -> JSON {
    if shape.columns == 1 { return .array(entries.map(json)) }
    return .array(rows(of: entries, shape).map { .array($0.map(json)) })
  }

  private func rows<Entry>(of entries: [Entry], _ shape: Shape) -> [ArraySlice<Entry>] {
    stride(from: 0, to: entries.count, by: shape.columns).map {
      entries[$0..<($0 + shape.columns)]
    }
  }

  /// The program of an expression that is one number, written out in numbers.
  ///
  /// - Throws: where it is an array.
  func numberProgram(
    of e: Expression, variables: [String]? = nil
  ) throws(Fault) -> Program {
    let program = try plainProgram(of: e, variables: variables)
    let shape = program.extent(of: 0).shape
    guard shape.isScalar else {
      throw Fault(
        "this is \(shape), and one number is wanted", at: e.arena.nodes[Int(e.root)].range)
    }
    return program.expanded
  }

  /// The shape of what an expression without variables is.
  func shape(_ e: Expression) throws(Fault) -> Shape {
    try plainProgram(of: e).extent(of: 0).shape
  }

  /// The program of an expression that is not one value in each row of data.
  func plainProgram(
    of e: Expression, variables: [String]? = nil
  ) throws(Fault) -> Program {
    let program = try environment.program(of: e, variables: variables)
    guard program.extent(of: 0).axis == 0 else {
      throw Fault(
        "this has a value in each row of data, and one is wanted",
        hint: "mean, sum, max and min make one number of them",
        at: e.arena.nodes[Int(e.root)].range)
    }
    return program
  }

  /// The entries of an expression as expressions, row by row; a number is one entry.
  func entryExpressions(_ e: Expression, _ shape: Shape) -> [Expression] {
    let n = e.arena.nodes[Int(e.root)]
    if shape.isScalar { return [e] }
    if n.kind == .matrix {
      let children = e.arena.list(at: n.a)
      if children.count == shape.count {
        return children.map { Expression(arena: e.arena.pruned(to: $0), root: $0, text: e.text) }
      }
    }
    return (0..<shape.count).map { e.entry($0 / shape.columns + 1, $0 % shape.columns + 1) }
  }

  /// The loss of a definition: one number of its variables.
  ///
  /// - Throws: where its value is an array, or it is too large.
  func loss(_ d: Definition, at range: SourceRange? = nil) throws(Fault) -> Loss {
    let (name, program) = (d.name, try environment.program(of: d))
    let shape = program.extent(of: 0).shape
    guard program.extent(of: 0).axis == 0 else {
      let shown = Spelling.shown(name, unicode: true)
      throw Fault(
        "\(shown) is a number in each row of data: a loss is one number",
        hint: "mean(\(shown)) is", at: range)
    }
    guard shape.isScalar else {
      let shown = Spelling.shown(name, unicode: true)
      throw Fault(
        "\(shown) is \(shape): a loss is one number",
        hint: "sum(\(shown)^2), norm(\(shown)) and mean(\(shown)) are", at: range)
    }
    guard program.layout.isScalar || program.layout.count <= Loss.mostEntries else {
      throw Fault(
        "\(Spelling.shown(name, unicode: true)) has \(program.layout.count) entries to descend in; \(Loss.mostEntries) are the most",
        at: range)
    }
    guard program.isScalar || program.hasRows || program.expandedCount <= Loss.largest else {
      throw Fault(
        "\(Spelling.shown(name, unicode: true)) takes \(program.expandedCount) operations on entries; \(Loss.largest) are the most",
        at: range)
    }
    return Loss(name: name, program: program, definition: d)
  }
}

extension [String] {
  /// The first ones and the last where there are more than `most`.
  func abbreviated(to most: Int) -> [String] {
    count <= most ? self : prefix(most < 6 ? 2 : most / 2) + ["…"] + suffix(1)
  }
}
