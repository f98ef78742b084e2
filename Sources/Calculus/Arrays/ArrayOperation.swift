// The closed table of operations on arrays: whatever does not act entry by entry is one of these rows. The
// runner, the derivatives, the texts and the tests read the row; mean, dot, norm, softmax … are lines of
// the Prelude.

/// One row of the table of array operations.
package struct ArrayOperation: Sendable {
  /// What it does with entries.
  package enum Loop: Sendable {
    /// Entries of operands are copied; what is not copied to is 0.
    case move(@Sendable (ArrayStep) -> [StridedCopy])
    /// Entries of the operand that share a place in the result are combined.
    case fold(Fold)
    /// 1 for each entry that no other of its group exceeds, else 0: a decision, without slope.
    case attain
    /// Sums of products: of the rows of the first operand, or of its columns, with the columns of the
    /// second.
    case contract(columns: Bool)
  }

  /// How a fold combines two numbers.
  package enum Fold: Sendable {
    case sum, maximum, logSumExp

    /// The function that chooses one of its arguments as this does.
    package var chooser: ElementaryFunction? { self == .maximum ? .maximum : nil }
  }

  package let name: String
  package let arity: Int
  /// Why shapes do not fit, in terms of the operands' extents, the result's and an offset; nil where they
  /// do.
  package let misfit: @Sendable (ArrayStep) -> Misfit?
  package let loop: Loop
  /// The adjoint of operand k, where `w` is that of the result.
  let adjoint: @Sendable (inout ProgramBuilder, Cotangent, _ k: Int) -> Register
  /// The gate of operand k: where an entry of it counts for some entry of the result that counts.
  let gate: @Sendable (inout ProgramBuilder, Cotangent, _ k: Int) -> Register
  /// The tangent of the result, where `d` are those of the operands.
  let tangent: @Sendable (inout ProgramBuilder, Register, _ d: [Register]) -> Register
  package let index: UInt8

  /// What a result is in its operands: a linear form, or one in each of two; nil for neither.
  package enum Order: Sendable { case linear, bilinear }
  package var order: Order? {
    switch loop {
    case .move, .fold(.sum): .linear
    case .contract: .bilinear
    case .fold, .attain: nil
    }
  }

  /// Whether the result is a decision, which has no slope.
  package var isDecision: Bool {
    if case .attain = loop { true } else { false }
  }

  /// Whether entries are only moved.
  package var isMove: Bool {
    if case .move = loop { true } else { false }
  }

  package static func == (a: ArrayOperation, b: ArrayOperation) -> Bool { a.index == b.index }
}

/// Entries of an operand that become a block of rows and columns of the result.
package struct StridedCopy: Sendable {
  package var operand = 0
  /// Where the first entry comes from, and how far the next row's and the next column's are.
  package var from = 0
  package var rowStep: Int
  package var columnStep = 1
  /// Where the block begins in the result, and its size.
  package var to = 0
  package var shape: Shape
}

/// Why shapes do not fit.
package enum Misfit: Hashable, Sendable {
  /// The dimensions that have to be the same are not.
  case differ(Shape, Shape)
  /// The first cannot be repeated to fill the second.
  case spread(Shape, Shape)
  /// The second does not lie inside the first.
  case outside(Shape, Shape)
  /// An operation that is not made along rows of data.
  case axis
}

/// What a row is told of an instruction: the extents of its operands and its own, and where a part stands.
package struct ArrayStep: Sendable {
  package let operands: [Extent]
  package let extent: Extent
  package let row: Int
  package let column: Int

  package init(_ operands: [Extent], _ extent: Extent, row: Int = 0, column: Int = 0) {
    self.operands = operands
    self.extent = extent
    self.row = row
    self.column = column
  }

  /// Of an operation of a program.
  init(_ i: Instruction, _ at: (Register) -> Instruction) {
    var operands: [Extent] = []
    i.forEachOperand { operands.append(at($0).extent) }
    let hasOffset = operands.count == 1
    self.init(
      operands, i.extent, row: hasOffset ? Int(i.b) : 0, column: hasOffset ? Int(i.c) : 0)
  }

  /// The place in the result of entry k of the operand of a fold.
  @inline(__always)
  package func group(of k: Int) -> Int {
    let (row, column) = k.quotientAndRemainder(dividingBy: operands[0].shape.columns)
    return (extent.shape.rows == 1 ? 0 : row) * extent.shape.columns
      + (extent.shape.columns == 1 ? 0 : column)
  }
}

/// An instruction in reverse mode: its register, the adjoint of its result, and the gate under which that
/// counts (−1: everywhere).
struct Cotangent {
  let register: Register
  let instruction: Instruction
  var value: Register
  let gate: Register
}
