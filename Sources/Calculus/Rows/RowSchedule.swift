// A program over rows of data as passes over them. An instruction's level is the number of reductions over rows
// before it: all reductions of a level are made in one pass, what they read of the rows is computed anew in each
// pass, and nothing is stored that is as long as the data. Between passes stand programs without rows.

/// The passes over rows that a program takes, and the programs between them.
struct RowSchedule {
  /// One pass over the rows of a table.
  struct Pass {
    let table: DataTable
    /// Which columns it reads.
    let columns: [Int]
    /// Over its columns, each a number, then what is the same for all rows: of one row what is folded, an
    /// output each.
    let terms: Program
    /// How each output is made one over the rows; nil where its rows are wanted themselves.
    let folds: [ArrayOperation.Fold?]
  }

  /// What the data alone make, of all rows; nil where nothing is.
  let statics: Program?

  /// Program k makes what pass k wants beside its columns; the last one the outputs that are no rows.
  ///
  /// Its variables are those of the program, then the entries of `statics`, then the numbers of rows of `tables`,
  /// then the results of the passes before.
  private(set) var between: [Program] = []
  private(set) var passes: [Pass] = []
  /// The tables whose numbers of rows are asked for.
  let tables: [DataTable]
  /// Of each output where it comes from.
  private(set) var outputs: [Output] = []

  /// Where an output comes from.
  enum Output {
    /// The entries of an output of the last program between.
    case value(Int)
    /// All rows that a pass gives.
    case rows(pass: Int)
  }

  init(_ whole: Program) {
    let (statics, program) = whole.withoutStatics
    self.statics = statics
    var maker = Maker(program)
    tables = maker.countedTables
    for (level, axis) in maker.order {
      let made = maker.reductions(level, axis)
      let (pass, wanted) = maker.pass(made, axis)
      between.append(maker.between(wanted))
      passes.append(pass)
      maker.know(made)
    }
    var values: [Register] = []
    for r in program.outputs {
      if program.instructions[Int(r)].extent.axis == 0 {
        outputs.append(.value(values.count))
        values.append(r)
        continue
      }
      // Rows that are wanted themselves have a pass of their own, behind all others.
      let (pass, wanted) = maker.rows(r)
      between.append(maker.between(wanted))
      outputs.append(.rows(pass: passes.count))
      passes.append(pass)
    }
    between.append(maker.between(values))
  }
}

/// What is known while a schedule is made.
private struct Maker {
  let program: Program
  /// Reductions over rows before each register.
  private var levels: [Int] = []
  private let needed: [Bool]
  /// Registers of reductions, by pass as they are made.
  private var results: [Register] = []

  init(_ program: Program) {
    self.program = program
    needed = program.needed(by: program.outputs)
    for i in program.instructions {
      var level = 0
      i.forEachOperand { level = max(level, levels[Int($0)]) }
      levels.append(level + (program.isReduction(i) ? 1 : 0))
    }
  }

  private func isNeeded(_ r: Int) -> Bool { r < needed.count && needed[r] }

  private func axis(_ r: Register) -> Int32 { program.instructions[Int(r)].extent.axis }

  private func isCount(_ i: Instruction) -> Bool {
    i.arrayOperation.map { $0 == .count } ?? false
  }

  /// The tables whose numbers of rows are read.
  var countedTables: [DataTable] {
    var seen: Set<Int32> = []
    return program.instructions.enumerated().compactMap { r, i in
      isNeeded(r) && isCount(i) && seen.insert(i.a).inserted ? program.tables[i.a] : nil
    }
  }

  /// The passes in their order: level, then table.
  var order: [(level: Int, axis: Int32)] {
    var seen: Set<[Int]> = []
    var out: [(Int, Int32)] = []
    for (r, i) in program.instructions.enumerated() where isNeeded(r) && program.isReduction(i) {
      let level = levels[Int(i.a)]
      if seen.insert([level, Int(axis(i.a))]).inserted { out.append((level, axis(i.a))) }
    }
    return out.sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 < $1.1 }
  }

  /// The reductions of a level over a table.
  func reductions(_ level: Int, _ axis: Int32) -> [Register] {
    program.instructions.indices.filter { r in
      let i = program.instructions[r]
      return isNeeded(r) && program.isReduction(i) && self.axis(i.a) == axis
        && levels[Int(i.a)] == level
    }.map { Register(clamping: $0) }
  }

  /// Counts reductions as known from now on.
  mutating func know(_ made: [Register]) { results += made }

  /// The pass that makes reductions, and the registers that it wants beside columns.
  func pass(_ made: [Register], _ axis: Int32) -> (RowSchedule.Pass, [Register]) {
    let folds = made.map { r -> ArrayOperation.Fold? in
      guard case .fold(let fold)? = program.instructions[Int(r)].arrayOperation?.loop else {
        preconditionFailure("rows are folded")
      }
      return fold
    }
    return terms(of: made.map { program.instructions[Int($0)].a }, folds, axis)
  }

  /// The pass that gives all rows of a register.
  func rows(_ r: Register) -> (RowSchedule.Pass, [Register]) { terms(of: [r], [nil], axis(r)) }

  private func terms(
    of outputs: [Register], _ folds: [ArrayOperation.Fold?], _ axis: Int32
  ) -> (RowSchedule.Pass, [Register]) {
    guard let table = program.tables[axis] else { preconditionFailure("a table is missing") }
    let used = program.needed(by: outputs)
    var columns: [Int] = []
    var uniform: [Register] = []
    for r in used.indices where used[r] && program.instructions[r].extent.axis == axis {
      let i = program.instructions[r]
      if i.operandCount == 0, !columns.contains(Int(i.a)) { columns.append(Int(i.a)) }
      i.forEachOperand { o in
        let isPlain = self.axis(o) == 0 && program.instructions[Int(o)].opcode != .constant
        if isPlain, !uniform.contains(o) { uniform.append(o) }
      }
    }
    var b = ProgramBuilder(
      Layout(
        columns.map { Variable("c\($0)") }
          + uniform.map { Variable("u\($0)", program.instructions[Int($0)].extent.shape) }))
    var made: [Register: Register] = [:]
    for r in used.indices where used[r] {
      let i = program.instructions[r]
      let register = Register(clamping: r)
      if i.extent.axis == axis {
        if i.operandCount == 0 {
          made[register] = b.variable("c\(i.a)")
        } else {
          var plain = i
          plain.extent.axis = 0
          made[register] = b.copy(plain, of: program) { made[$0] ?? 0 }
        }
      } else if i.opcode == .constant {
        made[register] = b.copy(i, of: program) { $0 }
      } else if uniform.contains(register) {
        made[register] = b.variable("u\(register)")
      }
    }
    let terms = b.program(outputs: outputs.compactMap { made[$0] }).pruned
    return (
      RowSchedule.Pass(table: table, columns: columns, terms: terms, folds: folds), uniform
    )
  }

  /// The program of registers that are no rows, from what is known so far.
  func between(_ wanted: [Register]) -> Program {
    let counted = countedTables
    let known = Set(results)
    var b = ProgramBuilder(
      Layout(
        program.layout.variables + counted.map { Variable("n\($0.axis)′") }
          + results.map { Variable("r\($0)′", program.instructions[Int($0)].extent.shape) }))
    // What only makes what is known already is not made again.
    var isUsed = [Bool](repeating: false, count: Int(wanted.max() ?? -1) + 1)
    for r in wanted { isUsed[Int(r)] = true }
    for r in isUsed.indices.reversed() where isUsed[r] {
      if known.contains(Register(clamping: r)) { continue }
      program.instructions[r].forEachOperand { isUsed[Int($0)] = true }
    }
    var made: [Register: Register] = [:]
    for r in isUsed.indices where isUsed[r] {
      let i = program.instructions[r]
      let register = Register(clamping: r)
      if known.contains(register) {
        made[register] = b.variable("r\(register)′", i.extent.shape)
      } else if isCount(i) {
        made[register] = b.variable("n\(i.a)′")
      } else {
        made[register] = b.copy(i, of: program) { made[$0] ?? 0 }
      }
    }
    return b.program(outputs: wanted.map { made[$0] ?? 0 })
  }
}

extension Program {
  /// Whether an instruction makes one of rows.
  fileprivate func isReduction(_ i: Instruction) -> Bool {
    i.extent.axis == 0 && i.operandCount > 0 && instructions[Int(i.a)].extent.axis != 0
  }

  /// The program with what is fixed as variables behind its own, and the program of these, the outputs of which
  /// they are in order.
  fileprivate var withoutStatics: (statics: Program?, rest: Program) {
    let needed = needed(by: outputs)
    let cut = needed.indices.filter { r in
      needed[r] && instructions[r].arrayOperation.map { $0 == .fixed } ?? false
    }.map { Register(clamping: $0) }
    guard !cut.isEmpty else { return (nil, self) }
    var b = ProgramBuilder(layout)
    var made: [Register: Register] = [:]
    // Variables in the order of the cut.
    for r in cut { made[r] = b.variable("s\(r)′", instructions[Int(r)].extent.shape) }
    var isUsed = [Bool](repeating: false, count: instructions.count)
    for r in outputs { isUsed[Int(r)] = true }
    for r in isUsed.indices.reversed() where isUsed[r] && made[Register(clamping: r)] == nil {
      instructions[r].forEachOperand { isUsed[Int($0)] = true }
    }
    for r in isUsed.indices where isUsed[r] && made[Register(clamping: r)] == nil {
      made[Register(clamping: r)] = b.copy(instructions[r], of: self) { made[$0] ?? 0 }
    }
    let whole = cut.map { instructions[Int($0)].a }
    return (with(outputs: whole).pruned, b.program(outputs: outputs.map { made[$0] ?? 0 }))
  }

  /// The program in which what reductions of the data alone make is fixed: of all rows, also where the rest goes
  /// through some of them, so that a mean that standardises a column is the column's.
  ///
  /// Of the loss itself, not of derivatives: in those of a quadratic the curvature is made of the data alone.
  package var withDataFixed: Program {
    var isStatic: [Bool] = []
    var depends: [Bool] = []
    for i in instructions {
      var (known, varies) = (isReduction(i), i.opcode == .variable)
      i.forEachOperand {
        known = known || isStatic[Int($0)]
        varies = varies || depends[Int($0)]
      }
      depends.append(varies)
      isStatic.append(known && !varies)
    }
    var b = ProgramBuilder(layout)
    var made: [Register] = []
    var fixed: [Register: Register] = [:]
    for (r, i) in instructions.enumerated() {
      // Where a number without rows meets what is not made of the data alone.
      let isOutside = !isStatic[r] || i.extent.axis != 0
      var at: [Register: Register] = [:]
      i.forEachOperand { o in
        let isCut = isOutside && isStatic[Int(o)] && instructions[Int(o)].extent.axis == 0
        if isCut, fixed[o] == nil { fixed[o] = b.fixed(made[Int(o)]) }
        at[o] = isCut ? fixed[o] : made[Int(o)]
      }
      made.append(b.copy(i, of: self) { at[$0] ?? 0 })
    }
    return b.program(outputs: outputs.map { made[Int($0)] })
  }
}

extension ProgramBuilder {
  /// A register of all rows, also where the rest goes through some of them.
  fileprivate mutating func fixed(_ a: Register) -> Register {
    array(
      Instruction(
        opcode: .array, function: ArrayOperation.fixed.index, a: a, extent: extent(a)))
  }
}
