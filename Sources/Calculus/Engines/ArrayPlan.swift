// How a program over arrays is run: in phases. In each the operations on whole arrays come first, then the
// instructions entry by entry, those over equally many entries together; an instruction is in the first
// phase in which what it reads is there.
import CVector

/// The order of work, and where everything stands in one memory.
struct ArrayPlan {
  /// An instruction of a strip.
  struct Code {
    var kernel: VectorOperation
    var result: Int
    var operands: [Int]
    var scalars: UInt16
    var moves: UInt8

    func instruction(_ memory: UnsafeMutablePointer<Double>) -> vector_instruction {
      var out = vector_instruction(kernel)
      out.result = memory + result
      out.scalars = scalars
      let at = operands.map { UnsafePointer(memory + $0) }
      if at.count > 0 { out.a = at[0] }
      if at.count > 1 { out.b = at[1] }
      if at.count > 2 { out.c = at[2] }
      return out
    }
  }

  /// What an operand of a strip is: an array from a place of its root on, or one number for all.
  private struct View {
    var root: Int
    var offset = 0
    var isSpread = false
  }

  private enum Kind { case leaf, strip, sum, call, kernel }

  private(set) var constants: [(at: Int, values: [Double])] = []
  private(set) var inputs: [(from: Int, to: Int, count: Int)] = []
  private(set) var outputs: [(at: Int, count: Int)] = []
  private(set) var code: [Code] = []
  private(set) var tasks: [ArrayEngine.Task] = []
  private(set) var size = 0

  private let program: Program
  private let level: BlockProgram.Level
  private let needed: [Bool]
  private var views: [View] = []
  private var kinds: [Kind] = []
  private var phases: [Int] = []
  /// Spread numbers that somebody reads as an array.
  private var isFilled: Set<Int> = []
  /// Where a root stands; −1 while it has no place.
  private var places: [Int]
  private var free: [Int: [Int]] = [:]

  init(_ program: Program, _ level: BlockProgram.Level) {
    self.program = program
    self.level = level
    var needed = program.needed(by: program.outputs)
    needed += Array(repeating: false, count: program.instructions.count - needed.count)
    self.needed = needed
    places = Array(repeating: -1, count: program.instructions.count)
  }

  private func count(_ r: Int) -> Int { program.instructions[r].extent.count }

  private func operands(_ r: Int) -> [Int] {
    var out: [Int] = []
    program.instructions[r].forEachOperand { out.append(Int($0)) }
    return out
  }

  /// The whole plan.
  mutating func schedule() {
    for r in program.instructions.indices { classify(r) }
    for r in program.outputs where views[Int(r)].isSpread { isFilled.insert(Int(r)) }
    for r in program.instructions.indices where needed[r] {
      let spread = operands(r).filter { views[$0].isSpread }
      switch kinds[r] {
      case .kernel, .call, .sum: isFilled.formUnion(spread)
      // Kernels read at least one operand entry by entry.
      case .strip where spread.count == operands(r).count: isFilled.insert(spread[0])
      case .strip, .leaf: break
      }
    }
    for r in isFilled { (views[r], kinds[r]) = (View(root: r), .kernel) }
    phase()
    arrange()
  }

  /// What kind of work an instruction is, and which array it is a view of.
  private mutating func classify(_ r: Int) {
    let i = program.instructions[r]
    var view = View(root: r)
    var kind = Kind.kernel
    switch i.opcode {
    case .constant, .variable: kind = .leaf
    case .array:
      guard let operation = i.arrayOperation else { break }
      let a = Int(i.a)
      if case .fold(.sum) = operation.loop, i.extent.count == 1 { kind = .sum }
      if case .move(let copies) = operation.loop, operation.arity == 1 {
        let step = ArrayStep(i) { program.instructions[Int($0)] }
        let copy = copies(step)[0]
        if count(a) == 1, i.extent.count > 1, copy.rowStep == 0 || copy.columnStep == 0 {
          view = View(root: views[a].root, offset: views[a].offset, isSpread: true)
        } else if copy.shape.count == i.extent.count, !views[a].isSpread, copy.isContiguous {
          view = View(root: views[a].root, offset: views[a].offset + copy.from)
        }
      }
    default: kind = VectorOperation(i, level).fallback == nil ? .strip : .call
    }
    views.append(view)
    kinds.append(kind)
  }

  /// The phase of every instruction.
  private mutating func phase() {
    phases = Array(repeating: 0, count: program.instructions.count)
    for r in program.instructions.indices where needed[r] && views[r].root == r {
      for o in operands(r) {
        let root = views[o].root
        let isSame = kinds[r] == .strip || kinds[r] == .sum
        let width = kinds[r] == .sum ? count(Int(program.instructions[r].a)) : count(r)
        let after =
          switch kinds[root] {
          case .leaf: 0
          case .kernel, .call: phases[root]
          case .strip:
            isSame && root == o && count(root) == width ? phases[root] : phases[root] + 1
          case .sum: phases[root] + 1
          }
        phases[r] = max(phases[r], after)
      }
    }
  }

  /// Tasks in order, then places by when they are last read.
  private mutating func arrange() {
    let work = program.instructions.indices.filter {
      needed[$0] && views[$0].root == $0 && kinds[$0] != .leaf
    }
    var order: [[Int]] = []
    let last = work.map { phases[$0] }.max() ?? 0
    var byPhase = [[Int]](repeating: [], count: last + 1)
    for r in work { byPhase[phases[r]].append(r) }
    for all in byPhase {
      for r in all where kinds[r] == .kernel || kinds[r] == .call { order.append([r]) }
      var groups: [Int: [Int]] = [:]
      for r in all where kinds[r] == .strip || kinds[r] == .sum {
        groups[kinds[r] == .sum ? count(Int(program.instructions[r].a)) : count(r), default: []]
          .append(r)
      }
      for n in groups.keys.sorted() { order.append(groups[n] ?? []) }
    }
    var taskOf = [Int](repeating: -1, count: program.instructions.count)
    for (t, all) in order.enumerated() { for r in all { taskOf[r] = t } }
    var lastRead = [Int](repeating: -1, count: program.instructions.count)
    for r in work {
      for o in operands(r) { lastRead[views[o].root] = max(lastRead[views[o].root], taskOf[r]) }
    }
    for r in program.outputs { lastRead[views[Int(r)].root] = Int.max }
    placeLeaves()
    let isLocal = locals(work, taskOf)
    for (t, all) in order.enumerated() {
      run(all, isLocal)
      for r in program.instructions.indices where lastRead[r] == t && places[r] >= 0 && !isLocal[r]
      {
        if kinds[r] != .leaf { release(places[r], count(r)) }
      }
    }
    outputs = program.outputs.map { r in
      let v = views[Int(r)]
      return (places[v.root] + v.offset, count(Int(r)))
    }
  }

  private mutating func placeLeaves() {
    for (r, i) in program.instructions.enumerated() where kinds[r] == .leaf {
      // Outputs may be leaves that nothing else needs.
      guard needed[r] else { continue }
      places[r] = room(i.extent.count)
      if i.opcode == .variable {
        inputs.append((program.layout.starts[Int(i.a)], places[r], i.extent.count))
      } else {
        constants.append((places[r], program.entries(ofConstant: i).map(\.nearestDouble)))
      }
    }
  }

  /// Which values only their own group reads, entry by entry.
  private func locals(_ work: [Int], _ taskOf: [Int]) -> [Bool] {
    var isLocal = program.instructions.indices.map { kinds[$0] == .strip && needed[$0] }
    for r in work {
      for o in operands(r) {
        let root = views[o].root
        let direct = root == o && !views[o].isSpread && taskOf[root] == taskOf[r]
        if !direct || kinds[r] == .kernel || kinds[r] == .call { isLocal[root] = false }
      }
    }
    for r in program.outputs { isLocal[views[Int(r)].root] = false }
    return isLocal
  }

  /// Room for so many numbers: whole vectors, and one more that a view may read beyond its end.
  private static func padded(_ count: Int) -> Int {
    let padding = Int(VECTOR_PADDING)
    return (count + padding - 1) / padding * padding + padding
  }

  private mutating func room(_ count: Int) -> Int {
    let size = ArrayPlan.padded(count)
    if let p = free[size]?.popLast() { return p }
    self.size += size
    return self.size - size
  }

  private mutating func release(_ place: Int, _ count: Int) {
    free[ArrayPlan.padded(count), default: []].append(place)
  }

  /// The task of instructions that run together.
  private mutating func run(_ all: [Int], _ isLocal: [Bool]) {
    let first = all[0]
    let i = program.instructions[first]
    switch kinds[first] {
    case .kernel:
      guard let operation = i.arrayOperation else { return }
      let step = ArrayStep(i) { program.instructions[Int($0)] }
      let at = operands(first).map { places[views[$0].root] + views[$0].offset }
      places[first] = room(i.extent.count)
      let extra = ArrayKernel.scratch(operation, step)
      let scratch = extra > 0 ? room(extra) : 0
      if extra > 0 { release(scratch, extra) }
      tasks.append(
        .kernel(
          ArrayKernel(
            operation: operation, step: step, operands: at, result: places[first], scratch: scratch)
        ))
    case .call:
      guard let f = VectorOperation(i, level).fallback else { return }
      places[first] = room(i.extent.count)
      code.append(strip(first, isLocal: false, isLocal, moves: false))
      tasks.append(.calls(code.count - 1, f, i.extent.count))
    case .strip, .sum: strips(all, isLocal)
    case .leaf: break
    }
  }

  /// A group of instructions over equally many entries.
  private mutating func strips(_ all: [Int], _ isLocal: [Bool]) {
    let first = all[0]
    let entries =
      kinds[first] == .sum ? count(Int(program.instructions[first].a)) : count(first)
    let start = code.count
    var lastRead: [Int: Int] = [:]
    for r in all { for o in operands(r) where isLocal[o] { lastRead[o] = r } }
    let room = min(entries, Int(VECTOR_STRIP))
    // What lasts has its room first: what a strip leaves behind is overwritten in the next.
    var sums: [(parts: Int, result: Int)] = []
    for r in all where !isLocal[r] {
      places[r] = self.room(kinds[r] == .sum ? 1 : entries)
      if kinds[r] == .sum { sums.append((self.room(Int(VECTOR_SUMS)), places[r])) }
    }
    for r in all {
      if let s = sums.first(where: { $0.result == places[r] }), kinds[r] == .sum {
        code.append(sum(r, into: s.parts, isLocal))
      } else {
        if isLocal[r] { places[r] = self.room(room) }
        code.append(strip(r, isLocal: isLocal[r], isLocal, moves: true))
      }
      for o in Set(operands(r)) where lastRead[o] == r { release(places[o], room) }
    }
    for s in sums { release(s.parts, Int(VECTOR_SUMS)) }
    tasks.append(.strips(first: start, count: code.count - start, entries: entries, sums: sums))
  }

  private mutating func strip(
    _ r: Int, isLocal: Bool, _ locals: [Bool], moves: Bool
  ) -> Code {
    let kernel = VectorOperation(program.instructions[r], level)
    var out = Code(
      kernel: kernel, result: places[r], operands: [], scalars: 0,
      moves: moves && !isLocal ? UInt8(clamping: VECTOR_MOVES_RESULT) : 0)
    for (k, o) in operands(r).enumerated() {
      let v = views[o]
      out.operands.append(places[v.root] + v.offset)
      if v.isSpread {
        out.scalars |= 1 << k
      } else if moves, !locals[v.root] {
        out.moves |= UInt8(clamping: VECTOR_MOVES_A) << k
      }
    }
    if let number = kernel.number {
      // Of its own: what was released is written in every run.
      let place = size
      size += ArrayPlan.padded(1)
      constants.append((place, [number]))
      out.operands.append(place)
      out.scalars |= 2
    }
    return out
  }

  private func sum(_ r: Int, into parts: Int, _ locals: [Bool]) -> Code {
    let v = views[Int(program.instructions[r].a)]
    return Code(
      kernel: .sum, result: parts, operands: [places[v.root] + v.offset], scalars: 0,
      moves: locals[v.root] ? 0 : UInt8(clamping: VECTOR_MOVES_A))
  }
}

extension StridedCopy {
  /// Whether the entries stand one behind the other where they come from.
  fileprivate var isContiguous: Bool {
    if shape.rows == 1 { return columnStep == 1 || shape.columns == 1 }
    if shape.columns == 1 { return rowStep == 1 }
    return columnStep == 1 && rowStep == shape.columns
  }
}
