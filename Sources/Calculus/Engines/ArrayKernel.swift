// Operations on whole arrays in one memory: places are numbers of doubles from its beginning.
import CVector
import Glibc

/// An array operation with its operands' places.
struct ArrayKernel {
  var operation: ArrayOperation
  var step: ArrayStep
  var operands: [Int]
  var result: Int
  /// Of a product the row with which the sums of its columns begin.
  var start: Int?
  /// Room for a packed operand of a product, or for a row.
  var scratch = 0

  /// How much room it wants beside its result.
  static func scratch(_ operation: ArrayOperation, _ step: ArrayStep) -> Int {
    switch operation.loop {
    case .contract(let columns):
      let first = step.operands[0].shape
      return vector_matmul_scratch(columns ? first.rows : first.columns, step.extent.shape.columns)
    case .fold: return max(step.operands[0].shape.rows, step.operands[0].shape.columns) + 8
    case .attain: return step.extent.count + 8
    case .move, .data: return 0
    }
  }

  func run(_ memory: UnsafeMutablePointer<Double>, _ level: BlockProgram.Level) {
    switch operation.loop {
    case .contract(let columns):
      let first = step.operands[0].shape
      vector_matmul(
        level.rawValue, memory + result, memory + operands[0], memory + operands[1],
        columns ? first.columns : first.rows, columns ? first.rows : first.columns,
        step.extent.shape.columns, columns ? 1 : first.columns, columns ? first.columns : 1,
        start.map { UnsafePointer(memory + $0) }, memory + scratch)
    case .fold(let fold): self.fold(fold, memory, level)
    case .attain: attain(memory)
    case .move(let copies): move(copies(step), memory)
    case .data: break
    }
  }

  private func attain(_ memory: UnsafeMutablePointer<Double>) {
    let (x, to, most) = (memory + operands[0], memory + result, memory + scratch)
    let count = step.extent.count
    for k in 0..<count { most[k] = -.infinity }
    for k in 0..<count {
      let g = step.decided(with: k)
      most[g] = x[k].isNaN || most[g].isNaN ? .nan : max(most[g], x[k])
    }
    for k in 0..<count {
      let largest = most[step.decided(with: k)]
      to[k] = largest.isNaN ? .nan : x[k] == largest ? 1 : 0
    }
  }

  private func move(_ copies: [StridedCopy], _ memory: UnsafeMutablePointer<Double>) {
    let to = memory + result
    let width = step.extent.shape.columns
    let covered = copies.reduce(0) { $0 + $1.shape.count }
    if covered < step.extent.count { to.update(repeating: 0, count: step.extent.count) }
    for c in copies {
      let from = memory + operands[c.operand] + c.from
      let (rows, columns) = (c.shape.rows, c.shape.columns)
      // What lies in one piece on both sides is one copy.
      if c.columnStep == 1, columns == width, c.rowStep == columns {
        (to + c.to).update(from: from, count: rows * columns)
        continue
      }
      for row in 0..<rows {
        let source = from + row * c.rowStep
        let row = to + c.to + row * width
        if c.columnStep == 1 {
          row.update(from: source, count: columns)
        } else {
          for k in 0..<columns { row[k] = source[k * c.columnStep] }
        }
      }
    }
  }

  private func fold(
    _ fold: ArrayOperation.Fold, _ memory: UnsafeMutablePointer<Double>, _ level: BlockProgram.Level
  ) {
    let x = memory + operands[0]
    let to = memory + result
    let shape = step.operands[0].shape
    let rows = step.extent.shape.rows
    let isWhole = step.extent.count == 1
    if case .sum = fold, rows == 1, !isWhole {
      return vector_add_rows(level.rawValue, to, x, shape.rows, shape.columns)
    }
    // Each group is a row, or the whole; columns are gathered first.
    let groups = step.extent.count
    let length = step.operands[0].count / groups
    for g in 0..<groups {
      var group = x + g * length
      if !isWhole, rows == 1 {
        group = memory + scratch
        for k in 0..<length { group[k] = x[k * shape.columns + g] }
      }
      to[g] = ArrayKernel.folded(fold, group, length, level)
    }
  }

  private static func folded(
    _ fold: ArrayOperation.Fold, _ x: UnsafeMutablePointer<Double>, _ count: Int,
    _ level: BlockProgram.Level
  ) -> Double {
    switch fold {
    case .sum:
      var sum = 0.0
      for k in 0..<count { sum += x[k] }
      return sum
    case .maximum: return vector_largest(level.rawValue, x, count)
    case .logSumExp:
      let largest = vector_largest(level.rawValue, x, count)
      var sum = 0.0
      for k in 0..<count { sum += exp(x[k] - largest) }
      return largest + log(sum)
    }
  }
}
