// Simplification for display only: values always come from the expression as typed. A rewrite keeps
// value and domain; the result is compared with what was typed before it is shown.

extension Program {
  /// What of a formula is worth reading first.
  package enum Reading {
    /// The least to read.
    case shortest
    /// One product where common factors and numbers allow it.
    case product
  }

  /// One output simplified for reading, or as typed where it is large or a doubt remains.
  ///
  /// - Parameter turns: whether a minus may turn a factor round, -(x - 1) to 1 - x; without, the
  ///   same factor looks the same in several formulas.
  package func simplified(
    output: Int = 0, as reading: Reading = .shortest, turns: Bool = true
  ) -> Formula {
    let typed = Formula(self, output: output)
    guard typed.nodes.count <= Self.simplificationLimit, typed.depth <= 400,
      let short = try? collected(output, reading, turns)
    else { return typed }
    return agrees(with(outputs: [outputs[output]]), short.program()) ? short : typed
  }

  static let simplificationLimit = 20_000

  private func collected(
    _ output: Int, _ reading: Reading, _ turns: Bool
  ) throws(Unsimplified) -> Formula {
    var algebra = Algebra()
    let terms = try algebra.terms(of: self, outputs: [outputs[output]])[0]
    let best =
      reading == .product ? try algebra.asProduct(terms) : try algebra.shortest(terms)
    var formula = Formula(variables: variables)
    formula.root = algebra.write(best, into: &formula, turns: turns)
    return formula
  }
}

extension Algebra {
  /// The registers `outputs` of a program, collected.
  mutating func terms(of program: Program, outputs: [Register]) throws(Unsimplified) -> [Terms] {
    let root = Int(outputs.max() ?? 0)
    let used = program.needed(by: outputs)
    var terms = [Terms](repeating: [], count: root + 1)
    // Variables first, so that the order of bases is the order of first appearance.
    for v in program.variables.indices { _ = base(.variable(Int32(clamping: v))) }
    for r in 0...root where used[r] {
      let i = program.instructions[r]
      switch i.opcode {
      case .constant: terms[r] = number(program.constants[Int(i.a)])
      case .variable: terms[r] = single(base(.variable(i.a)))
      case .add: terms[r] = try sum(terms[Int(i.a)] + terms[Int(i.b)])
      case .subtract:
        terms[r] = try sum(terms[Int(i.a)] + scaled(terms[Int(i.b)], Rational(-1)))
      case .multiply: terms[r] = try product(terms[Int(i.a)], terms[Int(i.b)])
      case .divide:
        let inverse = try power(terms[Int(i.b)], -1)
        terms[r] = try product(terms[Int(i.a)], inverse)
      case .negate: terms[r] = scaled(terms[Int(i.a)], Rational(-1))
      case .power: terms[r] = try power(terms[Int(i.a)], i.b)
      case .apply:
        var x: [Terms] = []
        i.forEachOperand { x.append(terms[Int($0)]) }
        terms[r] = try call(i.function, x)
      case .compare: terms[r] = try comparison(i.function, terms[Int(i.a)], terms[Int(i.b)])
      case .select:
        terms[r] = try selection(terms[Int(i.a)], terms[Int(i.b)], terms[Int(i.c)])
      case .array: throw Unsimplified()
      }
    }
    return outputs.map { terms[Int($0)] }
  }
}

extension Formula {
  /// The longest chain of operands.
  var depth: Int {
    var depth = [Int](repeating: 1, count: nodes.count)
    for (n, node) in nodes.enumerated() {
      let operands: [Int32] =
        switch node {
        case .number, .variable: []
        case .sum(let x), .product(let x), .apply(_, let x): x
        case .quotient(let a, let b), .compare(_, let a, let b): [a, b]
        case .negate(let a), .power(let a, _): [a]
        case .select(let c, let a, let b): [c, a, b]
        }
      for o in operands { depth[n] = max(depth[n], depth[Int(o)] + 1) }
    }
    return depth.max() ?? 0
  }
}

/// Whether the first outputs are both defined with values that may be equal, or both undefined: by
/// exact numbers and enclosures at fixed points, among them 0, ±1 and ±10²⁰⁰.
///
/// Where neither is certain at a point it says nothing. Cost: 14 certified runs of each, 4 of large ones.
package func agrees(_ a: Program, _ b: Program) -> Bool {
  let arithmetic = CertifiedArithmetic(bits: 128)
  let huge = Rational(10).power(200) ?? .one
  // Tenths; then the bounds of what is ever typed.
  let tenths = [0, 10, -10, 7, 33, -26, -7, 1, 19, -3, 125, 4].map { Rational($0) / Rational(10) }
  let seeds = tenths + [huge, -huge]
  let isLarge = a.instructions.count + b.instructions.count > 3000
  let spread = Rational(137) / Rational(1000)
  for (k, seed) in seeds.prefix(isLarge ? 4 : seeds.count).enumerated() {
    let point = a.variables.indices.map { n in
      Certified.exact(k < 3 ? seed : seed + spread * Rational(n % 17))
    }
    let x = a.run(arithmetic, at: point)[0]
    let y = b.run(arithmetic, at: point)[0]
    if x.isDefined && y.isDefined {
      if let s = arithmetic.subtract(x, y).sign, s != 0 { return false }
    } else if x.isDefined && y.isCertainlyUndefined || y.isDefined && x.isCertainlyUndefined {
      return false
    }
  }
  return true
}
