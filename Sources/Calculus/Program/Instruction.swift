// One step of a program. The extent belongs to the instruction.

/// The number of the instruction that makes a value.
package typealias Register = Int32

/// What an instruction does.
package enum Opcode: UInt8, Sendable {
  /// `a` indexes the program's constants.
  case constant
  /// `a` indexes the program's variables.
  case variable
  case add, subtract, multiply, divide, negate
  /// `a` to the literal integer power `b`.
  case power
  /// The function of row `function`, of `a` (and `b`).
  case apply
  /// 1 where the comparison `function` holds between `a` and `b`, else 0.
  case compare
  /// `b` where `a` is not 0, else `c`.
  case select
  /// The array operation of row `function`, of `a` (and `b`); all others act on entries.
  case array
}

/// A relation between two numbers.
package enum Comparison: UInt8, Sendable, CaseIterable {
  case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual

  /// Whether the comparison holds for operands in the given order (−1: a < b).
  package func holds(_ order: Int) -> Bool {
    switch self {
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    case .equal: order == 0
    case .notEqual: order != 0
    }
  }
}

/// A straight-line instruction; operands are earlier registers.
package struct Instruction: Hashable, Sendable {
  package var opcode: Opcode
  /// The row of the function table or of the array operations, or the comparison.
  package var function: UInt8 = 0
  package var a: Register = 0
  package var b: Register = 0
  package var c: Register = 0
  package var extent: Extent = .scalar

  /// How many of `a`, `b`, `c` are registers.
  package var operandCount: Int {
    switch opcode {
    case .constant, .variable: 0
    case .negate, .power: 1
    case .add, .subtract, .multiply, .divide, .compare: 2
    case .select: 3
    case .apply: ElementaryFunction.table[Int(function)].arity
    case .array: ArrayOperation.table[Int(function)].arity
    }
  }

  /// The register that must not be 0, of a quotient or a power below 0.
  package var divisor: Register? {
    switch opcode {
    case .divide: b
    case .power: b < 0 ? a : nil
    default: nil
    }
  }

  /// The comparison that a `.compare` makes.
  package var comparison: Comparison { Comparison.allCases[Int(function)] }

  /// The row of a function's application; nil for other operations.
  package var elementary: ElementaryFunction? {
    opcode == .apply ? ElementaryFunction.table[Int(function)] : nil
  }

  /// The row of an array operation; nil for what acts on entries.
  package var arrayOperation: ArrayOperation? {
    opcode == .array ? ArrayOperation.table[Int(function)] : nil
  }

  /// The same with each operand register replaced.
  func with(_ replaced: (Register) -> Register) -> Instruction {
    var out = self
    let n = operandCount
    if n > 0 { out.a = replaced(a) }
    if n > 1 { out.b = replaced(b) }
    if n > 2 { out.c = replaced(c) }
    return out
  }

  /// Calls `body` with each operand register.
  @inline(__always)
  package func forEachOperand(_ body: (Register) -> Void) {
    let n = operandCount
    if n > 0 { body(a) }
    if n > 1 { body(b) }
    if n > 2 { body(c) }
  }
}
