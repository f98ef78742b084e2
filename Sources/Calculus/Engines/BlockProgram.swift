// A program over blocks of points: each instruction runs over a whole block before the next begins, so
// that dispatch vanishes and the registers stay in the first cache (CVector holds the kernels, libmvec
// the functions). Goals in order: NaN and infinity as under DoubleArithmetic, the same answer whatever
// the neighbours, speed.
import CVector

/// A program compiled for blocks; immutable, shared by threads that have a `Workspace` each.
///
/// `+ − × ÷`, √, comparisons and selections have the bits of `DoubleArithmetic`; xⁿ for n in 4…8 is
/// within (n − 1)·2⁻⁵³ relative, other functions within 4 ulp of libm (64 ulp for results below 10⁻³⁰⁷):
/// measured on the arguments of the tests, not proved.
package struct BlockProgram: Sendable {
  /// An instruction set of the kernels.
  package enum Level: Int32, Sendable, CaseIterable {
    case portable, sse2, avx2, avx512

    /// The best one of this machine.
    package static let best = Level(rawValue: vector_best_level()) ?? .portable
    /// Those that this machine can run.
    package static var available: [Level] { allCases.filter { $0.rawValue <= best.rawValue } }
  }

  /// Where an operand stands: a buffer of the workspace, or a number for the whole block.
  enum Place {
    case buffer(Int)
    case scalar(Int)
  }

  struct Step {
    var kernel: VectorOperation
    var result = 0
    var operands: [Place]
  }

  /// How many points a block holds at most.
  package static let block = 256

  let level: Level
  // Buffers are the inputs (variables), then the outputs, then temporaries.
  let inputCount: Int
  let outputCount: Int
  private(set) var bufferCount: Int
  private(set) var scalars: [Double] = []
  private(set) var steps: [Step] = []

  /// Compiles what the outputs need.
  ///
  /// - Parameter uniform: per variable, the one value that it has in every block, or nil where each
  ///   point has its own. What depends on uniform values only is computed here, once.
  package init(_ source: Program, uniform: [Double?]? = nil, level: Level = .best) {
    let program = source.expanded
    self.level = level
    inputCount = program.variables.count
    outputCount = program.outputs.count
    bufferCount = inputCount + outputCount
    var allocation = Allocation(program, firstTemporary: bufferCount)
    let known = BlockProgram.knownValues(program, uniform ?? [])
    for (r, i) in program.instructions.enumerated() where allocation.isNeeded(r) {
      if let value = known[r] {
        scalars.append(value)
        allocation.places[r] = .scalar(scalars.count - 1)
      } else if i.opcode == .variable {
        allocation.places[r] = .buffer(Int(i.a))
      } else {
        append(i, r, &allocation)
      }
    }
    finish(program, &allocation)
  }

  /// The values of the registers that are the same everywhere.
  private static func knownValues(_ program: Program, _ uniform: [Double?]) -> [Double?] {
    var isKnown: [Bool] = []
    for i in program.instructions {
      if i.opcode == .variable {
        let k = Int(i.a)
        isKnown.append(k < uniform.count && uniform[k] != nil)
      } else {
        var all = true
        i.forEachOperand { all = all && isKnown[Int($0)] }
        isKnown.append(all)
      }
    }
    let at = program.variables.indices.map { $0 < uniform.count ? uniform[$0] ?? .nan : .nan }
    return zip(isKnown, program.trace(DoubleArithmetic(), at: at)).map { $0 ? $1 : nil }
  }

  private mutating func append(_ i: Instruction, _ r: Int, _ allocation: inout Allocation) {
    var operands: [Place] = []
    i.forEachOperand { operands.append(allocation.places[Int($0)]) }
    let kernel = VectorOperation(i, level)
    if let number = kernel.number { operands.append(scalar(number)) }
    var step = Step(kernel: kernel, operands: operands)
    step.result = allocation.place(for: r, of: i)
    steps.append(step)
  }

  private mutating func scalar(_ value: Double) -> Place {
    scalars.append(value)
    return .scalar(scalars.count - 1)
  }

  /// Copies the outputs that no step writes itself: variables, constants, second occurrences.
  private mutating func finish(_ program: Program, _ allocation: inout Allocation) {
    for (k, r) in program.outputs.enumerated() {
      let home = inputCount + k
      if case .buffer(home) = allocation.places[Int(r)] { continue }
      steps.append(
        Step(kernel: .copy, result: home, operands: [allocation.places[Int(r)]]))
    }
    bufferCount = allocation.bufferCount
  }
}

extension BlockProgram {
  /// Gives buffers to registers; a temporary is free again after the last use, also for the result of
  /// the instruction that uses it last.
  private struct Allocation {
    var places: [Place]
    private(set) var bufferCount: Int
    private let firstTemporary: Int
    private var lastUse: [Int]
    private var free: [Int] = []
    private var homes: [Register: Int] = [:]

    init(_ program: Program, firstTemporary: Int) {
      let code = program.instructions
      places = Array(repeating: .buffer(-1), count: code.count)
      lastUse = Array(repeating: -1, count: code.count)
      bufferCount = firstTemporary
      self.firstTemporary = firstTemporary
      for (k, r) in program.outputs.enumerated() {
        lastUse[Int(r)] = code.count
        if homes[r] == nil { homes[r] = program.variables.count + k }
      }
      for r in code.indices.reversed() where lastUse[r] >= 0 {
        code[r].forEachOperand { lastUse[Int($0)] = max(lastUse[Int($0)], r) }
      }
    }

    func isNeeded(_ r: Int) -> Bool { lastUse[r] >= 0 }

    /// The buffer for the result of instruction `r`.
    mutating func place(for r: Int, of i: Instruction) -> Int {
      i.forEachOperand { operand in
        guard lastUse[Int(operand)] == r, case .buffer(let b) = places[Int(operand)],
          b >= firstTemporary, !free.contains(b)
        else { return }
        free.append(b)
      }
      let place: Int
      if let home = homes[Register(clamping: r)] {
        place = home
      } else if let b = free.popLast() {
        place = b
      } else {
        place = bufferCount
        bufferCount += 1
      }
      places[r] = .buffer(place)
      return place
    }
  }
}
