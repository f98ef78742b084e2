// Gradients of losses over arrays as text, with the names that the loss was typed with.

extension Environment {
  /// The gradient of a definition by its variables in array form, by notation; nil where it has none.
  ///
  /// What is shown was read back and agrees with reverse mode at two points. Cost: linear in the program,
  /// and some runs in doubles.
  package func gradientTexts(of d: Definition) -> [Notation: [String]]? {
    let names = variables(of: d)
    guard let program = try? named(d, names), program.extent(of: 0).isScalar else { return nil }
    let symmetric = Set(program.variables.filter { !names.contains($0) && isSymmetric($0) })
    let texts = program.gradientTexts(by: names, symmetric: symmetric)
    var b = ProgramBuilder(program)
    let registers = b.adjoints(of: program.outputs[0], by: names)
    let truth = b.program(outputs: registers)
    let shapes = names.compactMap { program.layout[$0]?.shape }
    guard let typed = texts[.ascii],
      agree(
        Array(zip(typed, shapes)), program.layout, symmetric,
        { truth.run(DoubleArithmetic(), at: $0) })
    else { return nil }
    return texts
  }

  /// The Hessian of a definition by its one variable, a column, in array form, by notation, and whether I
  /// stands in it; nil where it has none.
  ///
  /// What is shown was read back and agrees with products at two points, column by column. Cost: linear in
  /// the program, and as many runs in doubles as there are entries.
  package func hessianTexts(
    of d: Definition
  ) -> (texts: [Notation: String], hasIdentity: Bool)? {
    let names = variables(of: d)
    guard names.count == 1, let program = try? named(d, names), program.extent(of: 0).isScalar,
      let shape = program.layout[names[0]]?.shape, shape.isColumn,
      shape.count <= Environment.mostColumns
    else { return nil }
    let symmetric = Set(program.variables.filter { !names.contains($0) && isSymmetric($0) })
    let found = program.hessianTexts(by: names[0], symmetric: symmetric)
    let products = program.gradient(by: names).product(along: names)
    let n = shape.count
    func truth(_ x: [Double]) -> [Double] {
      let columns = (0..<n).map { k in
        products.run(DoubleArithmetic(), at: x + (0..<n).map { $0 == k ? 1 : 0 })
      }
      return (0..<(n * n)).map { columns[$0 % n][$0 / n] }
    }
    guard let typed = found.texts[.ascii],
      agree([(typed, Shape(n, n))], program.layout, symmetric, truth)
    else { return nil }
    return found
  }

  /// Entries of a variable up to which a Hessian is compared column by column.
  private static let mostColumns = 256

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

  /// Whether texts mean what a program says, where they are read with the shapes of a layout.
  ///
  /// - Parameter truth: the entries of all of them at a point.
  private func agree(
    _ texts: [(text: String, shape: Shape)], _ layout: Layout, _ symmetric: Set<String>,
    _ truth: ([Double]) -> [Double]
  ) -> Bool {
    var plain = Environment()
    for v in layout.variables { plain.declare(v.name, v.shape) }
    var read: [Program] = []
    for (text, shape) in texts {
      guard var parser = try? Parser(Lexer(Array(text.utf8))), let e = try? parser.expression(),
        parser.token.kind == .end,
        let p = try? plain.program(of: e, variables: layout.names), p.extent(of: 0).shape == shape
      else { return false }
      read.append(p)
    }
    // Every entry has a value at one of the points: between −1 and 1, or between 0 and 1.
    var isChecked = [Bool](repeating: false, count: texts.reduce(0) { $0 + $1.shape.count })
    for least in [-1.0, 0] {
      let point = drawn(layout, from: least, symmetric)
      let right = truth(point)
      let found = read.flatMap { $0.run(DoubleArithmetic(), at: point) }
      guard found.count == right.count, right.count == isChecked.count else { return false }
      for (k, (x, y)) in zip(found, right).enumerated() {
        if x.isNaN, y.isNaN { continue }
        guard abs(x - y) <= Environment.textTolerance * max(1, abs(y)) else { return false }
        isChecked[k] = true
      }
    }
    return isChecked.allSatisfy { $0 }
  }

  /// A point between a number and 1 that is the same in every run, its matrices symmetric where they are to
  /// be.
  private func drawn(_ layout: Layout, from least: Double, _ symmetric: Set<String>) -> [Double] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var point = (0..<layout.count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return least + (1 - least) * Double(state >> 40) / Double(1 << 24)
    }
    for (k, v) in layout.variables.enumerated() where symmetric.contains(v.name) {
      let (start, n) = (layout.starts[k], v.shape.columns)
      for i in 0..<n { for j in 0..<i { point[start + i * n + j] = point[start + j * n + i] } }
    }
    return point
  }

  /// Two orders of the same operations on numbers of size 1: a million roundings of 2⁻⁵³ are 1e-10.
  private static let textTolerance = 1e-9
}
