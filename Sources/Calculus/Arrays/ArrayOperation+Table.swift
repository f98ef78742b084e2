// The rows. Moves and sums are linear, so that their adjoint is another row: that of a broadcast is a sum
// (and the other way round), of a slice a place, of a stack slices. Where a gate shrinks, it is open if one
// of its entries is.

extension ArrayOperation {
  /// All rows, by their index.
  package static let table: [ArrayOperation] = [
    broadcast, sum, maximum, logSumExp, matmul, crossprod, transpose, slice, place, stack, attains,
    column, count, fixed,
  ]

  /// The operand repeated along the dimensions in which it is 1.
  package static let broadcast = linear(
    0, "broadcast", fits: { $0.operands[0].spreads(to: $0.extent) },
    loop: .move { s in
      let from = s.operands[0].shape
      return [
        StridedCopy(
          rowStep: from.rows == 1 ? 0 : from.columns, columnStep: from.columns == 1 ? 0 : 1,
          shape: s.extent.shape)
      ]
    },
    adjoint: { b, c, _ in b.sum(b.gated(c), to: b.extent(c.instruction.a)) },
    gate: { b, c, _ in b.anyOpen(c.gate, to: b.extent(c.instruction.a)) })

  /// The sum along the dimensions, and the axis, that the result no longer has.
  package static let sum = linear(
    1, "sum", fits: shrinks, loop: .fold(.sum),
    adjoint: { b, c, _ in b.broadcast(c.value, to: b.extent(c.instruction.a)) },
    gate: { b, c, _ in b.broadcast(c.gate, to: b.extent(c.instruction.a)) })

  /// The largest entry along the dimensions that the result no longer has; equal ones share its slope.
  package static let maximum = fold(2, "max", .maximum) { b, r in b.shares(ofMaximum: r) }

  /// log Σ eˣ along the dimensions that the result no longer has; smooth, without overflow.
  package static let logSumExp = fold(3, "logsumexp", .logSumExp) { b, r in
    let x = b.instruction(r).a
    let excess = b.subtract(x, b.broadcast(r, to: b.extent(x)))
    return b.apply(.exponential, excess)
  }

  /// The matrix product; of data, row by row.
  package static let matmul = product(
    4, "matmul",
    fits: { s in
      let (a, b) = (s.operands[0], s.operands[1])
      return a.shape.columns == b.shape.rows && (a.axis == b.axis || a.axis * b.axis == 0)
        && s.extent
          == Extent(Shape(a.shape.rows, b.shape.columns), axis: max(a.axis, b.axis))
    },
    loop: .contract(columns: false),
    adjoint: { b, c, k in
      let (x, y) = (c.instruction.a, c.instruction.b)
      let w = k == 0 ? b.matmul(c.value, b.transpose(y)) : b.crossprod(x, c.value)
      return b.sum(w, to: b.extent(k == 0 ? x : y))
    })

  /// The first operand transposed, times the second; of data, row by row.
  package static let crossprod = product(
    5, "crossprod",
    fits: { s in
      let (a, b) = (s.operands[0], s.operands[1])
      return a.shape.rows == b.shape.rows && (a.axis == b.axis || a.axis * b.axis == 0)
        && s.extent
          == Extent(Shape(a.shape.columns, b.shape.columns), axis: max(a.axis, b.axis))
    },
    loop: .contract(columns: true),
    adjoint: { b, c, k in
      let (x, y) = (c.instruction.a, c.instruction.b)
      let w = k == 0 ? b.matmul(y, b.transpose(c.value)) : b.matmul(x, c.value)
      return b.sum(w, to: b.extent(k == 0 ? x : y))
    })

  /// Rows and columns swapped.
  package static let transpose = linear(
    6, "transpose",
    fits: {
      $0.extent == Extent($0.operands[0].shape.transposed, axis: $0.operands[0].axis)
    },
    loop: .move { s in
      [StridedCopy(rowStep: 1, columnStep: s.extent.shape.rows, shape: s.extent.shape)]
    },
    adjoint: { b, c, _ in b.transpose(c.value) }, gate: { b, c, _ in b.transpose(c.gate) })

  /// The part of the operand that begins at row `b` and column `c`, both from 0.
  package static let slice = linear(
    7, "slice", fits: { lies($0.extent, $0.operands[0], $0) },
    loop: .move { s in
      let columns = s.operands[0].shape.columns
      return [
        StridedCopy(from: s.row * columns + s.column, rowStep: columns, shape: s.extent.shape)
      ]
    },
    adjoint: { b, c, _ in b.placed(c.value, as: c.instruction) },
    gate: { b, c, _ in b.placed(c.gate, as: c.instruction) })

  /// The operand within zeros, from row `b` and column `c` on.
  package static let place = linear(
    8, "place", fits: { lies($0.operands[0], $0.extent, $0) },
    loop: .move { s in
      let from = s.operands[0].shape
      return [
        StridedCopy(
          rowStep: from.columns, to: s.row * s.extent.shape.columns + s.column, shape: from)
      ]
    },
    adjoint: { b, c, _ in b.taken(c.value, as: c.instruction) },
    gate: { b, c, _ in b.taken(c.gate, as: c.instruction) })

  /// Two operands below each other, or side by side where the result has as many rows as they have.
  package static let stack = linear(
    9, "stack", arity: 2,
    fits: { s in
      let (a, b) = (s.operands[0], s.operands[1])
      guard a.axis == s.extent.axis, b.axis == a.axis else { return false }
      // Below each other rows of data would be more of them.
      return s.extent.shape == a.shape.stacked(beside: b.shape)
        || a.axis == 0 && s.extent.shape == a.shape.stacked(below: b.shape)
    },
    loop: .move { s in
      let (a, b) = (s.operands[0].shape, s.operands[1].shape)
      let isBelow = s.extent.shape.columns == a.columns
      return [
        StridedCopy(rowStep: a.columns, shape: a),
        StridedCopy(operand: 1, rowStep: b.columns, to: isBelow ? a.count : a.columns, shape: b),
      ]
    },
    adjoint: { b, c, k in b.part(k, of: c.value, in: c.instruction) },
    gate: { b, c, k in b.part(k, of: c.gate, in: c.instruction) })
}

extension ArrayOperation {
  /// Which entries are the largest of their group: the whole column where `b` is 1, the whole row where `c` is.
  ///
  /// Decided entry against entry: a maximum of enclosures is never seen to equal one of them.
  package static let attains = ArrayOperation(
    name: "attains", arity: 1,
    fits: {
      $0.extent == $0.operands[0] && (0...1).contains($0.row) && (0...1).contains($0.column)
    }, loop: .attain, adjoint: { b, c, _ in b.constant(.zero, b.extent(c.instruction.a)) },
    gate: { b, c, _ in b.constant(.zero, b.extent(c.instruction.a)) },
    tangent: { b, r, _ in b.constant(.zero, b.extent(r)) }, index: 10)

  /// Column `a` of the table along whose rows the result varies.
  package static let column = data(11, "column") { $0.extent.axis > 0 && $0.extent.shape.isScalar }

  /// How many rows the table of axis `a` has.
  package static let count = data(12, "count") { $0.extent.isScalar }

  /// The operand, of all rows also where the rest goes through some of them.
  package static let fixed = linear(
    13, "fixed", fits: { $0.extent == $0.operands[0] && $0.extent.axis == 0 },
    loop: .move { s in
      let shape = s.extent.shape
      return [StridedCopy(rowStep: shape.columns, shape: shape)]
    },
    adjoint: { _, c, _ in c.value }, gate: { _, c, _ in c.gate })

  /// What is known of a table: it has no operand, and no slope.
  private static func data(
    _ index: UInt8, _ name: String, fits: @escaping @Sendable (ArrayStep) -> Bool
  ) -> ArrayOperation {
    ArrayOperation(
      name: name, arity: 0, fits: fits, loop: .data,
      adjoint: { b, c, _ in c.value }, gate: { b, c, _ in c.gate },
      tangent: { b, r, _ in b.constant(.zero, b.extent(r)) }, index: index)
  }

  private typealias Back = @Sendable (inout ProgramBuilder, Cotangent, Int) -> Register

  private static func linear(
    _ index: UInt8, _ name: String, arity: Int = 1,
    fits: @escaping @Sendable (ArrayStep) -> Bool, loop: Loop, adjoint: @escaping Back,
    gate: @escaping Back
  ) -> ArrayOperation {
    ArrayOperation(
      name: name, arity: arity, fits: fits, loop: loop, adjoint: adjoint, gate: gate,
      tangent: { b, r, d in
        var i = b.instruction(r)
        (i.a, i.b) = (d[0], arity == 2 ? d[1] : i.b)
        return b.array(i)
      }, index: index)
  }

  /// A fold whose slopes by the entries are known.
  private static func fold(
    _ index: UInt8, _ name: String, _ fold: Fold,
    slopes: @escaping @Sendable (inout ProgramBuilder, Register) -> Register
  ) -> ArrayOperation {
    ArrayOperation(
      name: name, arity: 1, fits: shrinks, loop: .fold(fold),
      adjoint: { b, c, _ in
        let spread = b.broadcast(c.value, to: b.extent(c.instruction.a))
        return b.multiply(spread, slopes(&b, c.register))
      }, gate: sum.gate,
      tangent: { b, r, d in
        let change = b.multiply(slopes(&b, r), d[0])
        return b.sum(change, to: b.extent(r))
      }, index: index)
  }

  private static func product(
    _ index: UInt8, _ name: String, fits: @escaping @Sendable (ArrayStep) -> Bool, loop: Loop,
    adjoint: @escaping Back
  ) -> ArrayOperation {
    ArrayOperation(
      name: name, arity: 2, fits: fits, loop: loop,
      adjoint: { b, c, k in
        guard c.gate >= 0 else { return adjoint(&b, c, k) }
        var gated = c
        gated.value = b.gated(c)
        // What counts nowhere may be undefined: it is 0 as a factor.
        let other = k == 0 ? c.instruction.b : c.instruction.a
        let open = b.openFactor(1 - k, of: c)
        let factor = b.select(open, other, b.constant(.zero, b.extent(other)))
        let i = c.instruction
        gated = Cotangent(
          register: c.register,
          instruction: i.with { $0 == other ? factor : $0 }, value: gated.value, gate: c.gate)
        return adjoint(&b, gated, k)
      },
      gate: { b, c, k in b.openFactor(k, of: c) },
      tangent: { b, r, d in
        let i = b.instruction(r)
        var (left, right) = (i, i)
        left.a = d[0]
        right.b = d[1]
        let parts = [(d[0], left), (d[1], right)].filter { !b.isNought($0.0) }.map { b.array($0.1) }
        return parts.isEmpty
          ? b.constant(.zero, i.extent) : parts.dropFirst().reduce(parts[0]) { b.add($0, $1) }
      }, index: index)
  }

  private static let shrinks: @Sendable (ArrayStep) -> Bool = {
    $0.extent.spreads(to: $0.operands[0])
  }

  private static let lies: @Sendable (Extent, Extent, ArrayStep) -> Bool = { part, whole, s in
    let (a, b) = (part.shape, whole.shape)
    return part.axis == whole.axis && s.row >= 0 && s.column >= 0 && s.row + a.rows <= b.rows
      && s.column + a.columns <= b.columns
  }
}

extension Shape {
  /// The shape of this above another of as many columns; nil where they differ.
  package func stacked(below other: Shape) -> Shape? {
    columns == other.columns ? Shape(rows + other.rows, columns) : nil
  }

  /// The shape of this beside another of as many rows; nil where they differ.
  package func stacked(beside other: Shape) -> Shape? {
    rows == other.rows ? Shape(rows, columns + other.columns) : nil
  }
}
