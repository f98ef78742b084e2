// From definitions to programs: free names, circles, lowering.

extension Environment {
  /// The variables of a definition: its parameters, or the free names of its body and of the
  /// formulas that it uses, in order of appearance.
  package func variables(of d: Definition) -> [String] {
    d.parameters ?? variables(of: d.body)
  }

  /// The free names of an expression, in the order in which it needs them.
  package func variables(of e: Expression) -> [String] {
    var seen: Set<String> = []
    var out: [String] = []
    // A stack of names still to look at, the next on top.
    var pending: [(name: String, call: Bool)] = e.references.reversed()
    while let (name, call) = pending.popLast() {
      guard seen.insert(name).inserted else { continue }
      if let d = self[name] {
        if d.parameters == nil, !call, let known = knownVariables(name) {
          pending += known.reversed().map { ($0, false) }
          continue
        }
        if d.parameters == nil, !call { pending += d.body.references.reversed() }
        if let p = d.parameters {
          // The free names of a function's body besides its parameters.
          pending += d.body.references.reversed().filter { !p.contains($0.name) }
        }
      } else if !call, !Environment.isTaken(name), !isOfData(name) {
        out.append(name)
      }
    }
    return out
  }

  /// The program of a definition over its variables.
  package func program(of d: Definition) throws(Fault) -> Program {
    var lowering = Lowering(self, variables: variables(of: d))
    let r = try lowering.lower(d.body, of: d)
    return lowering.builder.program(outputs: [r])
  }

  /// The program of an expression; `variables` come first and stay variables.
  package func program(
    of e: Expression, variables fixed: [String]? = nil
  ) throws(Fault) -> Program {
    var lowering = Lowering(self, variables: fixed ?? variables(of: e))
    let r = try lowering.lower(e)
    return lowering.builder.program(outputs: [r])
  }

  /// The shape of a variable: as declared, else that of its start value `name0`, else one number.
  package func shape(of name: String) -> Shape {
    if let own = declared[name] { return own }
    for start in [name + "0", name + "_0"] {
      guard let d = definitions[start], d.parameters == nil, variables(of: d).isEmpty,
        let program = try? program(of: d)
      else { continue }
      return program.extent(of: 0).shape
    }
    return .scalar
  }

  /// The shape of what a name means: of a formula that of its value.
  ///
  /// - Throws: a fault in the formula.
  package func valueShape(_ name: String) throws(Fault) -> Shape {
    guard let d = self[name] else { return shape(of: name) }
    return d.parameters == nil ? try program(of: d).extent(of: 0).shape : .scalar
  }

  /// The way from `name` back to itself if it were defined by `body`, or nil.
  package func circle(defining name: String, _ parameters: [String]?, _ body: Expression)
    -> [String]?
  {
    var from: [String: String] = [:]
    var pending = body.references.map(\.name).filter { !(parameters ?? []).contains($0) }
    for n in pending where from[n] == nil { from[n] = name }
    while let n = pending.popLast() {
      if n == name {
        var path = [name]
        var at = from[name] ?? name
        while at != name {
          path.append(at)
          at = from[at] ?? name
        }
        // Told from the definition that was there first.
        let around = [name] + path.dropFirst().reversed()
        return Array(around.dropFirst()) + [name, around[1]]
      }
      guard let d = definitions[n] else { continue }
      for (m, _) in d.body.references where from[m] == nil || m == name {
        if d.parameters?.contains(m) == true { continue }
        if from[m] == nil { from[m] = n }
        pending.append(m)
      }
    }
    return nil
  }

  /// Functions that come with the language, with a line on each.
  package static let functions: [(name: String, summary: String)] =
    ElementaryFunction.table.map { ($0.name, $0.summary) }
    + ArrayFunction.table.map { ($0.name, $0.summary) }
    + Prelude.texts.map { ($0.name, $0.summary) }

  /// Their names.
  static let builtIn = Set(functions.map(\.name))

  /// Every name that can be called, also in a start only.
  package var functionNames: [String] {
    Environment.functions.map(\.name) + Array(definitions.keys)
      + Distribution.table.map(\.name)
  }
}

extension Expression {
  /// Names used, and whether as a function.
  package var references: [(name: String, call: Bool)] {
    var seen: Set<Int32> = []
    var out: [(String, Bool)] = []
    let called = Set(arena.nodes.filter { $0.kind == .derivativeCall }.map(\.a))
    for (k, n) in arena.nodes.enumerated() {
      switch n.kind {
      // NAME' without parentheses uses the name as a value: its transpose, or its derivative here.
      case .derivative where !called.contains(Int32(clamping: k)):
        if seen.insert(n.a).inserted { out.append((arena.names[Int(n.a)], false)) }
      case .name where seen.insert(n.a).inserted: out.append((arena.names[Int(n.a)], false))
      case .call, .derivative, .gradient:
        if seen.insert(-1 - n.a).inserted { out.append((arena.names[Int(n.a)], true)) }
      default: break
      }
    }
    return out
  }
}

extension Program {
  /// The program of a text over its free names, in order of appearance.
  package init(parsing text: String) throws(Fault) {
    var parser = try Parser(Lexer(Array(text.utf8)))
    let e = try parser.expression()
    guard parser.token.kind == .end else {
      throw Fault("\(parser.text(parser.token.range)) cannot stand here", at: parser.token.range)
    }
    self = try Environment().program(of: e)
  }
}
