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
    /// What a table of data has in a row, or how many rows it has.
    case data
  }

  /// How a fold combines two numbers.
  package enum Fold: Sendable {
    case sum, maximum, logSumExp

    /// The function that chooses one of its arguments as this does.
    package var chooser: ElementaryFunction? { self == .maximum ? .maximum : nil }
  }

  /// What it is called in texts and tests.
  package let name: String
  /// How many operands it has: none, one or two.
  package let arity: Int
  /// Whether the extents of the operands, of the result and an offset fit; what a user is told where they do
  /// not is said where the text is at hand (`Lowering+Shapes.swift`).
  package let fits: @Sendable (ArrayStep) -> Bool
  /// What it does with entries.
  package let loop: Loop
  /// The adjoint of operand k, where `w` is that of the result.
  let adjoint: @Sendable (inout ProgramBuilder, Cotangent, _ k: Int) -> Register
  /// The gate of operand k: where an entry of it counts for some entry of the result that counts.
  let gate: @Sendable (inout ProgramBuilder, Cotangent, _ k: Int) -> Register
  /// The tangent of the result, where `d` are those of the operands.
  let tangent: @Sendable (inout ProgramBuilder, Register, _ d: [Register]) -> Register
  /// Its place in the table.
  package let index: UInt8

  /// What a result is in its operands: a linear form, or one in each of two; nil for neither.
  package enum Order: Sendable { case linear, bilinear }
  /// What this is.
  package var order: Order? {
    switch loop {
    case .move, .fold(.sum): .linear
    case .contract: .bilinear
    case .fold, .attain, .data: nil
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

  /// Whether both are the same row.
  package static func == (a: ArrayOperation, b: ArrayOperation) -> Bool { a.index == b.index }
}

/// Entries of an operand that become a block of rows and columns of the result.
package struct StridedCopy: Sendable {
  /// Of the first operand 0, of the second 1.
  package var operand = 0
  /// Where the first entry comes from.
  package var from = 0
  /// From a row to the next, where it comes from.
  package var rowStep: Int
  /// From a column to the next.
  package var columnStep = 1
  /// Where the block begins in the result.
  package var to = 0
  /// The size of the block.
  package var shape: Shape
}

/// What a row is told of an instruction: the extents of its operands and its own, and where a part stands.
package struct ArrayStep: Sendable {
  /// The extents of the operands.
  package let operands: [Extent]
  /// The extent of the result.
  package let extent: Extent
  /// Of a part the row where it stands, from 0; of a decision 1 where the rows are one group.
  package let row: Int
  /// The same of columns.
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
