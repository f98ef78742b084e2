// A loss lowered to straight-line code in static single assignment form with shared
// subexpressions. Everything consumes programs: runners, derivatives, printers.

/// Straight-line code over variables and exact constants.
package struct Program: Sendable {
  package let layout: Layout
  /// Numbers; an array of them is a run.
  package var constants: [Rational]
  package var instructions: [Instruction]
  /// Where each instruction was typed: the offset in its source, or −1.
  package var origins: [Int32]
  /// The registers that a run returns, in order.
  package var outputs: [Register]
  /// Where each register's entries begin in memory; room is reused after the last use.
  package let places: [Int32]
  /// The size of that memory.
  package let placeCount: Int
  /// Whether every value is one number.
  package let isScalar: Bool
  /// The tables along whose rows values vary, by their axes.
  package let tables: [Int32: DataTable]
  /// The names of the variables.
  package var variables: [String] { layout.names }

  package init(
    layout: Layout, constants: [Rational], instructions: [Instruction], origins: [Int32],
    outputs: [Register], tables: [Int32: DataTable] = [:]
  ) {
    self.tables = tables
    self.layout = layout
    self.constants = constants
    self.instructions = instructions
    self.origins = origins
    self.outputs = outputs
    isScalar = instructions.allSatisfy { $0.extent.isScalar && $0.opcode != .array }
    (places, placeCount) = Program.allocate(instructions, outputs)
  }

  /// Whether the other is the same code over the same variables, wherever it was typed.
  ///
  /// Cost: linear.
  package func isSame(as other: Program) -> Bool {
    layout == other.layout && outputs == other.outputs && constants == other.constants
      && instructions == other.instructions
  }

  /// The same code with other outputs.
  package func with(outputs: [Register]) -> Program {
    Program(
      layout: layout, constants: constants, instructions: instructions, origins: origins,
      outputs: outputs, tables: tables)
  }

  /// Which registers, up to the last of those given, their values need.
  ///
  /// Cost: linear.
  func needed(by registers: [Register]) -> [Bool] {
    var needed = [Bool](repeating: false, count: Int(registers.max() ?? -1) + 1)
    for r in registers { needed[Int(r)] = true }
    for n in needed.indices.reversed() where needed[n] {
      instructions[n].forEachOperand { needed[Int($0)] = true }
    }
    return needed
  }

  /// How often each register is read, by instructions that outputs need and as an output.
  ///
  /// Cost: linear.
  var uses: [Int] {
    var uses = [Int](repeating: 0, count: instructions.count)
    for r in outputs { uses[Int(r)] += 1 }
    for (n, isNeeded) in needed(by: outputs).enumerated() where isNeeded {
      instructions[n].forEachOperand { uses[Int($0)] += 1 }
    }
    return uses
  }

  /// The same outputs without the instructions that none of them needs.
  ///
  /// Cost: linear.
  package var pruned: Program {
    let needed = needed(by: outputs)
    var moved = [Register](repeating: -1, count: instructions.count)
    var kept: [Instruction] = []
    var from: [Int32] = []
    for n in needed.indices where needed[n] {
      moved[n] = Int32(clamping: kept.count)
      kept.append(instructions[n].with { moved[Int($0)] })
      from.append(origins[n])
    }
    return Program(
      layout: layout, constants: constants, instructions: kept, origins: from,
      outputs: outputs.map { moved[Int($0)] }, tables: tables)
  }

  /// Whether values vary along the rows of a table.
  package var hasRows: Bool { !tables.isEmpty }

  /// The table that an operation on data is about.
  func table(of i: Instruction) -> DataTable? { tables[i.extent.axis == 0 ? i.a : i.extent.axis] }

  /// How many values a register has: of each row so many as its shape.
  package func valueCount(_ r: Register) -> Int {
    let extent = instructions[Int(r)].extent
    return extent.count * (tables[extent.axis]?.rowCount ?? 1)
  }

  /// The numbers of a constant.
  func entries(ofConstant i: Instruction) -> [Rational] {
    Array(constants[Int(i.a)..<(Int(i.a) + i.extent.count)])
  }

  /// The extent of an output.
  package func extent(of output: Int) -> Extent { instructions[Int(outputs[output])].extent }

  /// Assigns places by one backward pass (last uses) and one forward pass (a free list).
  private static func allocate(_ code: [Instruction], _ outputs: [Register]) -> ([Int32], Int) {
    var lastUse = [Int32](repeating: -1, count: code.count)
    for (i, instruction) in code.enumerated() {
      instruction.forEachOperand { lastUse[Int($0)] = Int32(clamping: i) }
    }
    for r in outputs { lastUse[Int(r)] = Int32(clamping: code.count) }
    var places = [Int32](repeating: 0, count: code.count)
    // Free room by its size: a value takes the place of one as large.
    var free: [Int: [Int32]] = [:]
    var count = 0
    for (i, instruction) in code.enumerated() {
      var released: (Register, Register, Register) = (-1, -1, -1)
      instruction.forEachOperand { r in
        guard lastUse[Int(r)] == i else { return }
        lastUse[Int(r)] = -2
        if released.0 < 0 {
          released.0 = r
        } else if released.1 < 0 {
          released.1 = r
        } else {
          released.2 = r
        }
      }
      let size = instruction.extent.count
      if let p = free[size]?.popLast() {
        places[i] = p
      } else {
        places[i] = Int32(clamping: count)
        count += size
      }
      for r in [released.0, released.1, released.2] where r >= 0 {
        free[code[Int(r)].extent.count, default: []].append(places[Int(r)])
      }
      if lastUse[i] == -1 { free[size, default: []].append(places[i]) }
    }
    return (places, count)
  }
}
