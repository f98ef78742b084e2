// An array program written out in numbers: it is run under the arithmetic whose numbers are registers of
// another program. What reads numbers only (proofs, kinks, formulas by entry) reads the written-out form.

extension Program {
  /// The same program over the entries, each a variable with its label; the outputs entry by entry.
  ///
  /// Cost: an instruction per entry of each instruction, of a matrix product one per product and sum.
  package var expanded: Program {
    if isScalar { return self }
    let a = RegisterArithmetic(layout.labels)
    let entries = layout.labels.map { a.builder.variable($0) }
    let registers = run(a, at: entries) { a.builder.origin = $0 }
    return a.builder.program(outputs: registers)
  }

  /// How many instructions the expanded program has at most.
  package var expandedCount: Int {
    instructions.reduce(0) { sum, i in
      var each = 1
      switch i.arrayOperation?.loop {
      case .contract?: each = 2 * max(1, instructions[Int(i.b)].extent.shape.rows)
      case .attain?: each = 2 * i.extent.count
      case .fold?: each = max(1, instructions[Int(i.a)].extent.count / max(1, i.extent.count))
      case .move?, nil: break
      }
      return sum + each * i.extent.count
    }
  }
}

/// The arithmetic of instructions: to compute is to write down.
private final class RegisterArithmetic: Arithmetic {
  var builder: ProgramBuilder

  init(_ labels: [String]) { builder = ProgramBuilder(variables: labels) }

  static var sharesTies: Bool { false }
  func constant(_ value: Rational) -> Register { builder.constant(value) }
  func add(_ a: Register, _ b: Register) -> Register { builder.add(a, b) }
  func subtract(_ a: Register, _ b: Register) -> Register { builder.subtract(a, b) }
  func multiply(_ a: Register, _ b: Register) -> Register { builder.multiply(a, b) }
  func divide(_ a: Register, _ b: Register) -> Register { builder.divide(a, b) }
  func negate(_ a: Register) -> Register { builder.negate(a) }
  func power(_ a: Register, _ n: Int) -> Register { builder.power(a, Int32(clamping: n)) }
  func lift(_ f: ElementaryFunction, _ a: Register, _ b: Register) -> Register {
    builder.applied(f, a, f.arity == 2 ? b : 0)
  }
  func compare(_ c: Comparison, _ a: Register, _ b: Register) -> Register {
    builder.compare(c, a, b)
  }
  func select(_ condition: Register, _ a: Register, _ b: Register) -> Register {
    builder.select(condition, a, b)
  }
  func isZero(_ a: Register) -> Bool { builder.isNought(a) }
}
