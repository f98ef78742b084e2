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

  /// The same program over the entries of variables and of each row; rows stay an axis, along which reductions
  /// go.
  ///
  /// Cost: an instruction per entry of each instruction, whatever the number of rows.
  package var expandedByRow: Program {
    let a = RegisterArithmetic(layout.labels)
    let point = layout.labels.map { a.builder.variable($0) }
    var entries: [[Register]] = []
    for (n, i) in instructions.enumerated() {
      a.builder.origin = origins[n]
      let extent = Extent(.scalar, axis: i.extent.axis)
      func load(_ r: Register, _ k: Int) -> Register { entries[Int(r)][k] }
      switch i.arrayOperation?.loop {
      case .data?:
        guard let table = table(of: i) else { preconditionFailure("a table is missing") }
        let isCount = i.extent.axis == 0
        entries.append([
          isCount ? a.builder.rowCount(of: table) : a.builder.column(Int(i.a), of: table)
        ])
      case .fold(let fold)? where instructions[Int(i.a)].extent.axis != extent.axis:
        entries.append(
          entries[Int(i.a)].map { r in
            let along = a.builder.broadcast(
              r, to: Extent(.scalar, axis: instructions[Int(i.a)].extent.axis))
            return switch fold {
            case .sum: a.builder.sum(along, to: extent)
            case .maximum: a.builder.maximum(along, to: extent)
            case .logSumExp: a.builder.logSumExp(along, to: extent)
            }
          })
      case .some:
        let operands = [i.a, i.b]
        let step = ArrayStep(i) { instructions[Int($0)] }
        entries.append(i.arrayOperation?.run(a, step, { load(operands[$0], $1) }).entries ?? [])
      case nil:
        entries.append(
          (0..<i.extent.count).map { k in
            switch i.opcode {
            case .constant: a.builder.constant(constants[Int(i.a) + k])
            case .variable: point[layout.starts[Int(i.a)] + k]
            default: a.operation(i, load(i.a, k), load(i.b, k), load(i.c, k))
            }
          })
      }
    }
    return a.builder.program(outputs: outputs.flatMap { entries[Int($0)] })
  }

  /// How many instructions the expanded program has at most.
  package var expandedCount: Int {
    instructions.reduce(0) { sum, i in
      var each = 1
      switch i.arrayOperation?.loop {
      case .contract?: each = 2 * max(1, instructions[Int(i.b)].extent.shape.rows)
      case .attain?: each = 2 * i.extent.count
      case .fold?: each = max(1, instructions[Int(i.a)].extent.count / max(1, i.extent.count))
      case .move?, .data?, nil: break
      }
      // What is summed over rows is done in each of them.
      let axis = i.operandCount > 0 ? instructions[Int(i.a)].extent.axis : i.extent.axis
      let rows = tables[max(axis, i.extent.axis)]?.rowCount ?? 1
      return sum + each * i.extent.count * rows
    }
  }
}

/// The arithmetic of instructions: to compute is to write down.
private final class RegisterArithmetic: Arithmetic {
  var builder: ProgramBuilder

  init(_ labels: [String]) { builder = ProgramBuilder(variables: labels) }

  static var sharesTies: Bool { false }
  func constant(_ value: Rational) -> Register { builder.constant(value) }

  /// An operation on operands of one extent: what is the same for all rows is spread along them.
  private func along(
    _ operands: Register..., make: (inout ProgramBuilder, [Register]) -> Register
  ) -> Register {
    let axis = operands.map { builder.extent($0).axis }.max() ?? 0
    return make(&builder, operands.map { builder.broadcast($0, to: Extent(.scalar, axis: axis)) })
  }
  func add(_ a: Register, _ b: Register) -> Register { along(a, b) { $0.add($1[0], $1[1]) } }
  func subtract(_ a: Register, _ b: Register) -> Register {
    along(a, b) { $0.subtract($1[0], $1[1]) }
  }
  func multiply(_ a: Register, _ b: Register) -> Register {
    along(a, b) { $0.multiply($1[0], $1[1]) }
  }
  func divide(_ a: Register, _ b: Register) -> Register { along(a, b) { $0.divide($1[0], $1[1]) } }
  func negate(_ a: Register) -> Register { builder.negate(a) }
  func power(_ a: Register, _ n: Int) -> Register { builder.power(a, Int32(clamping: n)) }
  func lift(_ f: ElementaryFunction, _ a: Register, _ b: Register) -> Register {
    f.arity == 2
      ? along(a, b) { $0.applied(f, $1[0], $1[1]) } : builder.applied(f, a, 0)
  }
  func compare(_ c: Comparison, _ a: Register, _ b: Register) -> Register {
    along(a, b) { $0.compare(c, $1[0], $1[1]) }
  }
  func select(_ condition: Register, _ a: Register, _ b: Register) -> Register {
    along(condition, a, b) { $0.select($1[0], $1[1], $1[2]) }
  }
  func isZero(_ a: Register) -> Bool { builder.isNought(a) }
}
