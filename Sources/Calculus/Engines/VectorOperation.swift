// An instruction entry by entry as a kernel of CVector.
import CVector

/// What a kernel is told of an instruction; the places of operands are filled in by who runs it.
struct VectorOperation {
  var operation: UInt16 = 0
  var exponent: Int32 = 0
  var poles = (Double.nan, Double.nan)
  /// The function to call place by place, where there is no kernel.
  var fallback: ElementaryFunction?
  /// A number that is one more operand: the exponent of a power that no kernel takes whole.
  var number: Double?

  /// - Parameter i: neither a constant nor a variable nor an operation on arrays.
  init(_ i: Instruction, _ level: BlockProgram.Level) {
    switch i.opcode {
    case .constant, .variable, .array: return
    case .add: operation = UInt16(clamping: VECTOR_ADD)
    case .subtract: operation = UInt16(clamping: VECTOR_SUBTRACT)
    case .multiply: operation = UInt16(clamping: VECTOR_MULTIPLY)
    case .divide: operation = UInt16(clamping: VECTOR_DIVIDE)
    case .negate: operation = UInt16(clamping: VECTOR_NEGATE)
    case .compare: operation = UInt16(clamping: VECTOR_LESS) + UInt16(clamping: i.function)
    case .select: operation = UInt16(clamping: VECTOR_SELECT)
    case .power where (0...8).contains(i.b):
      operation = UInt16(clamping: VECTOR_POWER)
      exponent = i.b
    case .power:
      number = Double(i.b)
      call(.power, level)
    case .apply: call(ElementaryFunction.table[Int(i.function)], level)
    }
  }

  /// A copy of the operand.
  static let copy = VectorOperation(VECTOR_COPY)
  /// Partial sums of the operand.
  static let sum = VectorOperation(VECTOR_SUM)
  /// Partial sums of the product of two.
  static let sumOfProducts = VectorOperation(VECTOR_SUM_PRODUCTS)
  /// The product.
  static let multiply = VectorOperation(VECTOR_MULTIPLY)
  /// The sum of two.
  static let add = VectorOperation(VECTOR_ADD)

  /// Two operations at once, by their place among the kernels that do so.
  static func fused(_ k: Int) -> VectorOperation { VectorOperation(VECTOR_FUSED + k) }

  private init(_ kernel: Int) { operation = UInt16(clamping: kernel) }

  private mutating func call(_ f: ElementaryFunction, _ level: BlockProgram.Level) {
    let kernel = vector_function(level.rawValue, f.name)
    if kernel >= 0 {
      operation = UInt16(clamping: kernel)
      poles = f.domain.poles
    } else {
      fallback = f
    }
  }
}

extension ElementaryFunction.Domain {
  /// Ends of an open domain at which libm gives an infinity; NaN for none.
  fileprivate var poles: (Double, Double) {
    switch self {
    case .positive: (0, .nan)
    case .aboveMinusOne: (-1, .nan)
    case .openUnit: (-1, 1)
    case .all, .nonNegative, .atLeastOne, .closedUnit: (.nan, .nan)
    }
  }
}

extension vector_instruction {
  /// The kernel's part of an instruction.
  init(_ kernel: VectorOperation) {
    self.init()
    operation = kernel.operation
    exponent = kernel.exponent
    poles = kernel.poles
  }

  /// Calls a function that has no kernel place by place.
  func callEach(_ f: ElementaryFunction, _ count: Int) {
    let arithmetic = DoubleArithmetic()
    guard let a else { return }
    let second = b ?? a
    let isSecondScalar = b == nil ? scalars & 1 : scalars & 2
    for k in 0..<count {
      result[k] = arithmetic.lift(
        f, a[scalars & 1 == 0 ? k : 0], second[isSecondScalar == 0 ? k : 0])
    }
  }
}
