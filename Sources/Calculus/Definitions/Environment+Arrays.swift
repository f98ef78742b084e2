// Gradients of losses over arrays as text, with the names that the loss was typed with.

extension Environment {
  /// The gradient of a definition by its variables in array form; nil where one has no notation.
  ///
  /// What is shown was read back and agrees with reverse mode at points drawn here. Cost: linear in the
  /// program, and some runs in doubles.
  package func gradientTexts(of d: Definition, _ notation: Notation) -> [String]? {
    let names = variables(of: d)
    guard let program = try? named(d, names), program.extent(of: 0).isScalar else { return nil }
    let symmetric = Set(program.variables.filter { !names.contains($0) && isSymmetric($0) })
    guard let typed = program.gradientTexts(by: names, .ascii, symmetric: symmetric),
      agree(typed, program, names, symmetric)
    else { return nil }
    return notation == .ascii
      ? typed : program.gradientTexts(by: names, notation, symmetric: symmetric)
  }

  /// The program of a definition in which arrays without variables stay names.
  private func named(_ d: Definition, _ names: [String]) throws(Fault) -> Program {
    var kept: [Variable] = []
    var pending = [d.body]
    var seen: Set<String> = [d.name]
    while let e = pending.popLast() {
      for (name, call) in e.references where seen.insert(name).inserted {
        guard let used = definitions[name], used.parameters == nil else { continue }
        if !call, variables(of: used).isEmpty {
          let shape = try valueShape(name)
          if !shape.isScalar { kept.append(Variable(name, shape)) }
        } else {
          pending.append(used.body)
        }
      }
    }
    var lowering = Lowering(self, variables: names, arrays: kept)
    let r = try lowering.lower(d.body, of: d)
    return lowering.builder.program(outputs: [r])
  }

  /// Whether an array without variables is its transpose, in exact numbers.
  private func isSymmetric(_ name: String) -> Bool {
    guard let d = definitions[name], let p = try? program(of: d) else { return false }
    let shape = p.extent(of: 0).shape
    guard shape.rows == shape.columns, shape.count <= Environment.largestCompared else {
      return false
    }
    let all = p.run(CertifiedArithmetic(bits: 64), at: []).map(\.rational)
    return (0..<shape.count).allSatisfy { k in
      let (i, j) = k.quotientAndRemainder(dividingBy: shape.columns)
      return all[k] != nil && all[k] == all[j * shape.columns + i]
    }
  }

  /// Entries of a matrix up to which it is compared with its transpose.
  private static let largestCompared = 10_000

  /// Whether texts mean what reverse mode says, where they are read with the shapes of the program.
  private func agree(
    _ texts: [String], _ program: Program, _ names: [String], _ symmetric: Set<String>
  ) -> Bool {
    var b = ProgramBuilder(program)
    let registers = b.adjoints(of: program.outputs[0], by: names)
    let truth = b.program(outputs: registers)
    var plain = Environment()
    for v in program.layout.variables { plain.declare(v.name, v.shape) }
    var read: [Double] = []
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var point = (0..<program.layout.count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) * 2 - 1
    }
    for (k, v) in program.layout.variables.enumerated() where symmetric.contains(v.name) {
      let start = program.layout.starts[k]
      for i in 0..<v.shape.rows {
        for j in 0..<i {
          point[start + i * v.shape.columns + j] = point[start + j * v.shape.columns + i]
        }
      }
    }
    for (text, name) in zip(texts, names) {
      guard var parser = try? Parser(Lexer(Array(text.utf8))), let e = try? parser.expression(),
        parser.token.kind == .end,
        let p = try? plain.program(of: e, variables: program.variables),
        p.extent(of: 0).shape == program.layout[name]?.shape
      else { return false }
      read += p.run(DoubleArithmetic(), at: point)
    }
    let right = truth.run(DoubleArithmetic(), at: point)
    return read.count == right.count
      && zip(read, right).allSatisfy { a, b in
        abs(a - b) <= Environment.textTolerance * max(1, abs(b)) || a.isNaN && b.isNaN
      }
  }

  /// Two orders of the same operations differ by some thousand roundings at most.
  private static let textTolerance = 1e-9
}
