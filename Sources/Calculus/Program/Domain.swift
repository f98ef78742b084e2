// Where a program has a value. The derivative of a formula is a formula that may have values where the
// function has none: 1/x, of log x, at −1, or 0, of floor(log x). A derivative exists only where the
// function does, so that it carries the function's domain: s + 0·f.

extension Program {
  /// Whether every output certainly has a value at every point of ℝⁿ.
  ///
  /// By one run over all reals: false may mean that enclosures do not show it. Cost: one run in
  /// enclosures.
  package var isTotal: Bool {
    let a = EnclosureArithmetic(bits: 64)
    if !isScalar { return hulls(a).allSatisfy(\.isDefined) }
    return run(a, at: variables.map { _ in a.anything(.dac) }).allSatisfy(\.isDefined)
  }

  /// For each output one enclosure of all its entries, over all reals.
  ///
  /// Cost: one operation per instruction, however many entries it has.
  private func hulls(_ a: EnclosureArithmetic) -> [Enclosure] {
    var values: [Enclosure] = []
    for i in instructions {
      func at(_ r: Register) -> Enclosure { values[Int(r)] }
      let value: Enclosure
      switch i.opcode {
      case .constant:
        let entries = entries(ofConstant: i)
        value = a.hull(
          a.constant(entries.min() ?? .zero), a.constant(entries.max() ?? .zero))
      case .variable: value = a.anything(.dac)
      case .array where i.operandCount == 0: value = a.anything(.dac)
      case .array: value = hull(of: i, a, at(i.a), i.operandCount == 2 ? at(i.b) : at(i.a))
      default:
        value = a.operation(i, at(i.a), at(i.b), at(i.c))
      }
      values.append(value)
    }
    return outputs.map { values[Int($0)] }
  }

  /// An enclosure of all entries of an array operation, from those of its operands.
  private func hull(
    of i: Instruction, _ a: EnclosureArithmetic, _ x: Enclosure, _ y: Enclosure
  ) -> Enclosure {
    func times(_ n: Int, _ u: Enclosure) -> Enclosure { a.multiply(a.constant(Rational(n)), u) }
    switch i.arrayOperation?.loop {
    case .data?: return a.anything(.dac)
    case .move?, nil:
      let both = a.hull(x, y)
      return i.arrayOperation.map { $0 == .place } ?? true ? a.hull(both, a.constant(.zero)) : both
    case .attain?: return a.compare(.equal, x, x)
    case .contract(let columns)?:
      let first = instructions[Int(i.a)].extent.shape
      return times(columns ? first.rows : first.columns, a.multiply(x, y))
    case .fold(let fold)?:
      let many = valueCount(i.a) / i.extent.count
      switch fold {
      case .sum: return times(many, x)
      case .maximum: return x
      // Between the largest and log n more.
      case .logSumExp:
        let n = a.constant(Rational(many))
        return a.hull(x, a.add(x, a.lift(.row(named: "log"), n, n)))
      }
    }
  }
}

extension ProgramBuilder {
  /// Derivatives of `value` made undefined wherever it is.
  ///
  /// Nothing is added where the value exists everywhere. Cost: an operation each.
  package mutating func confined(_ derivatives: [Register], to value: Register) -> [Register] {
    if program(outputs: [value]).isTotal { return derivatives }
    let nought = multiply(constant(.zero), value)
    return derivatives.map { add($0, broadcast(nought, to: extent($0))) }
  }

  /// Whether a factor is the number 0: its product has a value to keep its domain, and no slope.
  package func isNought(_ r: Register) -> Bool { constantValue(r)?.isZero == true }
}
