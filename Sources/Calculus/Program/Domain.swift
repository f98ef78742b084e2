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
    return run(a, at: (0..<layout.count).map { _ in a.anything(.dac) }).allSatisfy(\.isDefined)
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
