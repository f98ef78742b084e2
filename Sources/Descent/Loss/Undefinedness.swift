// Where a program has no value though what it is computed from has one: which operation, of which numbers.
import Calculus

/// An operation that is undefined at a point, its operands being defined.
package struct Undefinedness: Equatable, Sendable {
  /// The operation.
  package let instruction: Instruction
  /// What it is computed from; of a selection the condition.
  package let operands: [Certified]
  /// Where it stands in the text of the formula; −1 where it stands in none.
  package let origin: Int

  /// The first such operation of a program at a point; nil where 128 bits blame none.
  ///
  /// Cost: one run in enclosures.
  package static func first(in source: Program, at point: [Certified]) -> Undefinedness? {
    // Of millions of rows none is blamed.
    if source.hasRows, source.expandedCount > Loss.largest { return nil }
    let program = source.expanded
    let a = EnclosureArithmetic(bits: 128)
    let values = program.trace(a, at: point.map { $0.number(a) })
    let matters = reached(program, values)
    for (k, i) in program.instructions.enumerated()
    where matters[k] && i.opcode != .variable && !values[k].isDefined {
      var operands: [Enclosure] = []
      i.forEachOperand { operands.append(values[Int($0)]) }
      if i.opcode == .select { operands = [operands[0]] }
      guard operands.allSatisfy(\.isDefined) else { continue }
      return Undefinedness(
        instruction: i, operands: operands.map(Certified.enclosed),
        origin: Int(program.origins[k]))
    }
    return nil
  }

  /// Whether it is the same operation of the same formula.
  package static func == (a: Undefinedness, b: Undefinedness) -> Bool {
    a.instruction == b.instruction && a.origin == b.origin
  }

  /// Whether it divides by 0, as by a power below 0.
  var isDivision: Bool {
    instruction.divisor != nil
      || function?.special == .pow && operands[0].sign == 0 && operands[1].sign != 0
  }

  /// The function that it is; nil for an operation.
  package var function: ElementaryFunction? { instruction.elementary }

  /// Which registers the outputs need at these values: of a selection that is decided, the branch taken.
  private static func reached(_ program: Program, _ values: [Enclosure]) -> [Bool] {
    var needed = [Bool](repeating: false, count: values.count)
    for r in program.outputs { needed[Int(r)] = true }
    for (k, i) in program.instructions.enumerated().reversed() where needed[k] {
      if i.opcode == .select, let sign = values[Int(i.a)].sign {
        needed[Int(i.a)] = true
        needed[Int(sign == 0 ? i.c : i.b)] = true
      } else {
        i.forEachOperand { needed[Int($0)] = true }
      }
    }
    return needed
  }
}

extension Program {
  /// Whether what is not a number at a point in doubles comes from an overflow rather than from a point
  /// outside the domain.
  func overflows(at point: [Double]) -> Bool {
    let values = trace(DoubleArithmetic(), at: point)
    guard var r = outputs.map(Int.init).first(where: { values[$0].isNaN }) else {
      return true
    }
    // Down to the first register that is undefined although its operands are defined.
    while true {
      let i = instructions[r]
      var operands: [Int] = []
      i.forEachOperand { operands.append(Int($0)) }
      if i.opcode == .select {
        let condition = values[operands[0]]
        operands = condition.isNaN ? [operands[0]] : [operands[condition != 0 ? 1 : 2]]
      }
      guard let cause = operands.first(where: { values[$0].isNaN }) else {
        return operands.contains { values[$0].isInfinite }
      }
      r = cause
    }
  }
}

/// What a step has no value of, and the operation to blame; nil where none is known.
package enum MissingValue: Equatable, Sendable {
  case value(Undefinedness?)
  case slope(Undefinedness?)
  /// The loss has a value, but this function of it no finite slope (infinite, or a kink).
  case slopeOfFunction(ElementaryFunction, origin: Int)
  /// Of the rate at this step.
  case rate(Undefinedness?)
  /// The rule asks for the loss or its slope at a point beside x where there is none.
  case asked(Undefinedness?)
  /// Of the method's own rule.
  case rule(Undefinedness?)
  /// The step leads to where the loss has no value.
  case landing(Undefinedness?)
  /// A number in doubles.
  case inDoubles

  /// Why the gradient is undefined where the loss is defined.
  static func slope(of loss: Loss, at point: [Certified]) -> MissingValue {
    let cause = Undefinedness.first(in: loss.gradient, at: point)
    guard let cause, cause.isDivision else { return .slope(cause) }
    let program = loss.program
    let blamed = zip(program.instructions, program.origins).first {
      $0.opcode == .apply && $1 == cause.origin
    }
    guard let f = blamed?.0.elementary else { return .slope(cause) }
    return .slopeOfFunction(f, origin: cause.origin)
  }
}
