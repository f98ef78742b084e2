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
    /// Where the partial sums of its squares stand.
    var squares: Int?
    /// Where the factor between two operations stands.
    var factor: Int?
    /// Where a second result goes.
    var second: Int?

    func instruction(_ memory: UnsafeMutablePointer<Double>) -> vector_instruction {
      var out = vector_instruction(kernel)
      out.result = memory + result
      out.scalars = scalars
      let at = operands.map { UnsafePointer(memory + $0) }
      if at.count > 0 { out.a = at[0] }
      if at.count > 1 { out.b = at[1] }
      if at.count > 2 { out.c = at[2] }
      out.squares = squares.map { memory + $0 }
      out.factor = factor.map { UnsafePointer(memory + $0) }
      out.second = second.map { memory + $0 }
      return out
    }
  }

  /// What an operand of a strip is: an array from a place of its root on, or one number for all.
  struct View {
    var root: Int
    var offset = 0
    var isSpread = false
  }

  /// How an instruction is run; `parts` is an array put together from parts, which are absorbed in it.
  enum Kind { case leaf, strip, sum, parts, absorbed, call, kernel }

  /// A part of an array: the entries of a register, from a place on.
  struct Part {
    var register: Int
    var offset: Int
  }

  private(set) var constants: [(at: Int, values: [Double])] = []
  /// Where the entries of all variables stand, one behind the other.
  private(set) var input = 0
  private(set) var outputs: [(at: Int, count: Int)] = []
  var code: [Code] = []
  var tasks: [ArrayEngine.Task] = []
  private(set) var size = 0

  let program: Program
  let level: BlockProgram.Level
  private let needed: [Bool]
  private(set) var views: [View] = []
  private(set) var kinds: [Kind] = []
  private var phases: [Int] = []
  /// Of registers that are put together: of what.
  private(set) var parts: [Int: [Part]] = [:]
  /// Of sums of a product of matrices and a row that is repeated: the product and the row.
  private var begun: [Int: (product: Int, row: Int)] = [:]
  /// How often a register is read, by instructions and as an output.
  let uses: [Int]
  /// Spread numbers that somebody reads as an array.
  private var isFilled: Set<Int> = []
  /// Where a root stands; −1 while it has no place.
  var places: [Int]
  private var free: [Int: [Int]] = [:]

  init(_ program: Program, _ level: BlockProgram.Level) {
    self.program = program
    self.level = level
    uses = program.uses
    var needed = program.needed(by: program.outputs)
    needed += Array(repeating: false, count: program.instructions.count - needed.count)
    self.needed = needed
    places = Array(repeating: -1, count: program.instructions.count)
  }

  func count(_ r: Int) -> Int { program.instructions[r].extent.count }

  /// What an instruction reads.
  func operands(_ r: Int) -> [Int] {
    if let own = parts[r] { return own.map(\.register) }
    if let own = begun[r] { return operands(own.product) + [own.row] }
    var out: [Int] = []
    program.instructions[r].forEachOperand { out.append(Int($0)) }
    return out
  }

  /// Over how many entries a strip runs for an instruction.
  func width(_ r: Int) -> Int {
    switch kinds[r] {
    case .sum, .parts: count(operands(r)[0])
    case .leaf, .strip, .absorbed, .call, .kernel: count(r)
    }
  }

  /// The whole plan.
  mutating func schedule() {
    for r in program.instructions.indices { classify(r) }
    for r in program.instructions.indices.reversed() where needed[r] { putTogether(r) }
    for r in program.instructions.indices where needed[r] { begin(r) }
    for r in program.outputs where views[Int(r)].isSpread { isFilled.insert(Int(r)) }
    for r in program.instructions.indices where needed[r] {
      let spread = operands(r).filter { views[$0].isSpread }
      switch kinds[r] {
      case .kernel, .call, .sum, .parts: isFilled.formUnion(spread)
      // Kernels read at least one operand entry by entry.
      case .strip where spread.count == operands(r).count: isFilled.insert(spread[0])
      case .strip, .leaf, .absorbed: break
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

  /// Takes a sum of placed parts as one array to which each of them is added where it stands.
  private mutating func putTogether(_ r: Int) {
    guard kinds[r] != .absorbed, let (own, inner) = placed(in: r), own.count > 0,
      own.allSatisfy({ count($0.register) == count(own[0].register) })
    else { return }
    parts[r] = own
    kinds[r] = .parts
    for n in inner { kinds[n] = .absorbed }
  }

  /// Takes a product of matrices plus a repeated row as a product whose sums begin with that row: the row is
  /// not written out, and the product not read again.
  private mutating func begin(_ r: Int) {
    let i = program.instructions[r]
    guard i.opcode == .add, kinds[r] == .strip else { return }
    for (product, other) in [(Int(i.a), Int(i.b)), (Int(i.b), Int(i.a))] {
      let (p, o) = (program.instructions[product], program.instructions[other])
      guard case .contract? = p.arrayOperation?.loop, uses[product] == 1, kinds[product] == .kernel,
        o.arrayOperation.map({ $0 == .broadcast }) ?? false, kinds[other] == .kernel,
        count(Int(o.a)) == i.extent.shape.columns, i.extent.shape.columns > 1,
        program.instructions[Int(o.a)].extent.shape.rows == 1
      else { continue }
      begun[r] = (product, Int(o.a))
      kinds[r] = .kernel
      kinds[product] = .absorbed
      if uses[other] == 1 { kinds[other] = .absorbed }
      return
    }
  }

  /// The parts of a sum of placed parts, and the instructions within it.
  private func placed(in r: Int) -> (parts: [Part], inner: [Int])? {
    let i = program.instructions[r]
    if i.opcode == .add {
      let sides = [Int(i.a), Int(i.b)]
      guard sides[0] != sides[1], sides.allSatisfy({ uses[$0] == 1 }), let x = placed(in: sides[0]),
        let y = placed(in: sides[1])
      else { return nil }
      return (x.parts + y.parts, x.inner + y.inner + sides)
    }
    guard let operation = i.arrayOperation, operation == .place,
      case .move(let copies) = operation.loop
    else { return nil }
    let copy = copies(ArrayStep(i) { program.instructions[Int($0)] })[0]
    let width = i.extent.shape.columns
    guard copy.shape.columns == width || copy.shape.rows == 1 else { return nil }
    let terms = terms(of: Int(i.a))
    return (terms.of.map { Part(register: $0, offset: copy.to) }, terms.inner)
  }

  /// What is added up in a register that is read once, and the sums within it.
  private func terms(of r: Int) -> (of: [Int], inner: [Int]) {
    let i = program.instructions[r]
    guard i.opcode == .add, uses[r] == 1, i.a != i.b else { return ([r], []) }
    let (x, y) = (terms(of: Int(i.a)), terms(of: Int(i.b)))
    return (x.of + y.of, x.inner + y.inner + [r])
  }

  /// The phase of every instruction.
  private mutating func phase() {
    phases = Array(repeating: 0, count: program.instructions.count)
    for r in program.instructions.indices where isWork(r) {
      for o in operands(r) {
        let root = views[o].root
        let isSame = kinds[r] == .strip || kinds[r] == .sum || kinds[r] == .parts
        let after =
          switch kinds[root] {
          case .leaf: 0
          case .kernel, .call: phases[root]
          case .strip:
            isSame && root == o && count(root) == width(r) ? phases[root] : phases[root] + 1
          case .sum, .parts, .absorbed: phases[root] + 1
          }
        phases[r] = max(phases[r], after)
      }
    }
  }

  private func isWork(_ r: Int) -> Bool {
    needed[r] && views[r].root == r && kinds[r] != .leaf && kinds[r] != .absorbed
  }

  /// Tasks in order, then places by when they are last read.
  private mutating func arrange() {
    let work = program.instructions.indices.filter(isWork)
    var order: [[Int]] = []
    let last = work.map { phases[$0] }.max() ?? 0
    var byPhase = [[Int]](repeating: [], count: last + 1)
    for r in work { byPhase[phases[r]].append(r) }
    for all in byPhase {
      for r in all where kinds[r] == .kernel || kinds[r] == .call { order.append([r]) }
      var groups: [Int: [Int]] = [:]
      for r in all where kinds[r] != .kernel && kinds[r] != .call {
        groups[width(r), default: []].append(r)
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
    input = room(program.layout.count)
    for (r, i) in program.instructions.enumerated() where kinds[r] == .leaf {
      // Outputs may be leaves that nothing else needs.
      guard needed[r] else { continue }
      if i.opcode == .variable {
        places[r] = input + program.layout.starts[Int(i.a)]
      } else {
        places[r] = room(i.extent.count)
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

  mutating func room(_ count: Int) -> Int {
    let size = ArrayPlan.padded(count)
    if let p = free[size]?.popLast() { return p }
    self.size += size
    return self.size - size
  }

  /// The place of a number of a kernel: of its own, as what was released is written in every run.
  mutating func ownConstant(_ number: Double) -> Int {
    let place = size
    size += ArrayPlan.padded(1)
    constants.append((place, [number]))
    return place
  }

  mutating func release(_ place: Int, _ count: Int) {
    free[ArrayPlan.padded(count), default: []].append(place)
  }

  /// The task of instructions that run together.
  private mutating func run(_ all: [Int], _ isLocal: [Bool]) {
    let first = all[0]
    let i = program.instructions[first]
    switch kinds[first] {
    case .kernel:
      let own = begun[first].map { program.instructions[$0.product] } ?? i
      guard let operation = own.arrayOperation else { return }
      let step = ArrayStep(own) { program.instructions[Int($0)] }
      let at = operands(first).map { places[views[$0].root] + views[$0].offset }
      places[first] = room(i.extent.count)
      let extra = ArrayKernel.scratch(operation, step)
      let scratch = extra > 0 ? room(extra) : 0
      if extra > 0 { release(scratch, extra) }
      tasks.append(
        .kernel(
          ArrayKernel(
            operation: operation, step: step, operands: at, result: places[first],
            start: begun[first].map { _ in at[2] }, scratch: scratch)
        ))
    case .call:
      guard let f = VectorOperation(i, level).fallback else { return }
      places[first] = room(i.extent.count)
      code.append(strip(places[first], StripForm(first, self), isLocal, moves: false))
      tasks.append(.calls(code.count - 1, f, i.extent.count))
    case .strip, .sum, .parts: strips(all, isLocal)
    case .leaf, .absorbed: break
    }
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
