// Array operations on a program under construction. Shapes have been checked before: here a misfit is a
// mistake of this program.

extension ProgramBuilder {
  /// How many numbers a register has.
  package func extent(_ r: Register) -> Extent { instruction(r).extent }

  /// A number in every entry.
  package mutating func constant(_ value: Rational, _ extent: Extent) -> Register {
    let number = constant(value)
    return broadcast(number, to: extent)
  }

  /// A register repeated along the dimensions in which it is 1; itself where it fills the extent.
  package mutating func broadcast(_ a: Register, to extent: Extent) -> Register {
    if self.extent(a) == extent { return a }
    let inner = instruction(a)
    let isTwice = inner.arrayOperation.map { $0 == .broadcast } ?? false
    return array(.broadcast, isTwice ? inner.a : a, extent)
  }

  /// The sum along what `extent` no longer has; of one number n times, the product.
  package mutating func sum(_ a: Register, to extent: Extent = .scalar) -> Register {
    let own = self.extent(a)
    if own == extent { return a }
    if own.axis != extent.axis, own.shape != extent.shape {
      // Rows are one dimension, those of data another.
      let row = sum(a, to: Extent(extent.shape, axis: own.axis))
      return sum(row, to: extent)
    }
    if let one = uniform(a) {
      if let table = tables[own.axis], own.axis != extent.axis {
        let times = broadcast(rowCount(of: table), to: extent)
        let spread = broadcast(one, to: extent)
        return multiply(times, spread)
      }
      let times = constant(Rational(self.extent(a).count / extent.count), extent)
      let spread = broadcast(one, to: extent)
      return multiply(times, spread)
    }
    return array(.sum, a, extent)
  }

  /// The largest entry along what `extent` no longer has.
  package mutating func maximum(_ a: Register, to extent: Extent = .scalar) -> Register {
    folded(.maximum, a, extent)
  }

  /// 1 where an entry is the largest along what `extent` no longer has, else 0.
  mutating func attains(_ a: Register, to extent: Extent) -> Register {
    let own = self.extent(a)
    // Of rows of data the largest is known when they are compared with it.
    if own.axis != extent.axis {
      let largest = maximum(a, to: extent)
      return compare(.equal, a, broadcast(largest, to: own))
    }
    let isRow = extent.shape.rows == 1 && own.shape.rows > 1
    let isColumn = extent.shape.columns == 1 && own.shape.columns > 1
    return array(.attains, a, own, isRow ? 1 : 0, isColumn ? 1 : 0)
  }

  /// log Σ eˣ along what `extent` no longer has.
  package mutating func logSumExp(_ a: Register, to extent: Extent = .scalar) -> Register {
    folded(.logSumExp, a, extent)
  }

  /// Entries made one along what `extent` no longer has: first those of a row of data, then its rows.
  private mutating func folded(
    _ operation: ArrayOperation, _ a: Register, _ extent: Extent
  ) -> Register {
    let own = self.extent(a)
    if own == extent { return a }
    guard own.axis != extent.axis, own.shape != extent.shape else {
      return array(operation, a, extent)
    }
    let row = array(operation, a, Extent(extent.shape, axis: own.axis))
    return array(operation, row, extent)
  }

  /// The matrix product; of numbers the product.
  package mutating func matmul(_ a: Register, _ b: Register) -> Register {
    let (x, y) = (extent(a), extent(b))
    let axis = max(x.axis, y.axis)
    if x.shape.isScalar, y.shape.isScalar {
      let extent = Extent(.scalar, axis: axis)
      let left = broadcast(a, to: extent)
      return multiply(left, broadcast(b, to: extent))
    }
    let inner = instruction(a)
    if inner.arrayOperation.map({ $0 == .transpose }) ?? false { return crossprod(inner.a, b) }
    return array(.matmul, a, Extent(Shape(x.shape.rows, y.shape.columns), axis: axis), b)
  }

  /// The first operand transposed, times the second.
  package mutating func crossprod(_ a: Register, _ b: Register) -> Register {
    let (x, y) = (extent(a), extent(b))
    if x.isScalar, y.isScalar { return multiply(a, b) }
    let shape = Shape(x.shape.columns, y.shape.columns)
    return array(.crossprod, a, Extent(shape, axis: max(x.axis, y.axis)), b)
  }

  /// Rows and columns swapped.
  package mutating func transpose(_ a: Register) -> Register {
    if extent(a).shape.isScalar { return a }
    let inner = instruction(a)
    if inner.arrayOperation.map({ $0 == .transpose }) ?? false { return inner.a }
    let swapped = Extent(extent(a).shape.transposed, axis: extent(a).axis)
    if let one = uniform(a) { return broadcast(one, to: swapped) }
    return array(.transpose, a, swapped)
  }

  /// The part that begins at a row and a column, both from 0.
  package mutating func slice(_ a: Register, _ row: Int, _ column: Int, _ shape: Shape) -> Register
  {
    let part = Extent(shape, axis: extent(a).axis)
    if part == extent(a) { return a }
    if let one = uniform(a) { return broadcast(one, to: part) }
    return array(
      .slice, a, part, Int32(clamping: row), Int32(clamping: column))
  }

  /// A register within zeros, from a row and a column on.
  package mutating func place(
    _ a: Register, _ row: Int, _ column: Int, in extent: Extent
  ) -> Register {
    if self.extent(a) == extent { return a }
    return array(.place, a, extent, Int32(clamping: row), Int32(clamping: column))
  }

  /// Registers below each other (`vertically`) or side by side.
  ///
  /// Cost: log n copies of each entry.
  package mutating func stack(_ parts: [Register], vertically: Bool) -> Register {
    var row = parts
    while row.count > 1 {
      row = stride(from: 0, to: row.count, by: 2).map { k in
        k + 1 < row.count ? pair(row[k], row[k + 1], vertically) : row[k]
      }
    }
    return row[0]
  }

  private mutating func pair(_ a: Register, _ b: Register, _ vertically: Bool) -> Register {
    let (x, y) = (extent(a).shape, extent(b).shape)
    let shape = vertically ? x.stacked(below: y) : x.stacked(beside: y)
    guard let shape else { preconditionFailure("\(x) and \(y) do not stack") }
    return array(.stack, a, Extent(shape, axis: extent(a).axis), b)
  }

  /// The register of an array operation.
  mutating func array(
    _ operation: ArrayOperation, _ a: Register, _ extent: Extent, _ b: Register = 0,
    _ c: Register = 0
  ) -> Register {
    array(
      Instruction(
        opcode: .array, function: operation.index, a: a, b: b, c: c, extent: extent))
  }

  /// The number that stands in every entry, as a scalar register; nil where that is not known.
  package func uniform(_ r: Register) -> Register? {
    if extent(r).isScalar { return r }
    let i = instruction(r)
    guard i.arrayOperation.map({ $0 == .broadcast }) ?? false, extent(i.a).isScalar else {
      return nil
    }
    return i.a
  }
}

extension ProgramBuilder {
  /// An adjoint, 0 where its gate is closed.
  mutating func gated(_ c: Cotangent) -> Register {
    guard c.gate >= 0 else { return c.value }
    return select(c.gate, c.value, constant(.zero, extent(c.value)))
  }

  /// 1 where a gate is open for some entry of those that become one, else 0.
  mutating func anyOpen(_ gate: Register, to extent: Extent) -> Register {
    let all = self.extent(gate)
    let truth = select(gate, constant(.one, all), constant(.zero, all))
    return maximum(truth, to: extent)
  }

  /// Where an entry of factor k of a matrix product counts: in some entry of its row or column of the
  /// result.
  mutating func openFactor(_ k: Int, of c: Cotangent) -> Register {
    let i = c.instruction
    let factor = extent(k == 0 ? i.a : i.b)
    let isCross = i.arrayOperation.map { $0 == .crossprod } ?? false
    let result = i.extent.shape
    // Factor 0 has the rows of the result (crossprod: as columns), factor 1 its columns.
    if k == 0 {
      let open = anyOpen(c.gate, to: Extent(Shape(result.rows, 1), axis: factor.axis))
      return isCross ? broadcast(transpose(open), to: factor) : broadcast(open, to: factor)
    }
    let open = anyOpen(c.gate, to: Extent(Shape(1, result.columns), axis: factor.axis))
    return broadcast(open, to: factor)
  }

  /// The adjoint or gate of a slice's operand.
  mutating func placed(_ w: Register, as i: Instruction) -> Register {
    place(w, Int(i.b), Int(i.c), in: extent(i.a))
  }

  /// The adjoint or gate of what was placed.
  mutating func taken(_ w: Register, as i: Instruction) -> Register {
    slice(w, Int(i.b), Int(i.c), extent(i.a).shape)
  }

  /// The part of a stack that came from operand k.
  mutating func part(_ k: Int, of w: Register, in i: Instruction) -> Register {
    let first = extent(i.a).shape
    if k == 0 { return slice(w, 0, 0, first) }
    let isBelow = i.extent.shape.columns == first.columns
    return slice(w, isBelow ? first.rows : 0, isBelow ? 0 : first.columns, extent(i.b).shape)
  }
}
