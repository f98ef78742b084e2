// A program over arrays made ready for many runs in doubles. Instructions entry by entry run together in
// strips that stay in the first cache; what they make for each other only is never written out. Everything
// else is a kernel of its own. Every sum has one order, so that all machines give the same bits but for
// functions.
import CVector

/// A prepared program over arrays; one run at a time.
///
/// Values as under `DoubleArithmetic`, functions within 4 ulp (`BlockProgram`), sums and products of matrices
/// in an order of their own.
final class ArrayEngine: WholeEngine {
  /// Something to do in one go.
  enum Task {
    /// Instructions over `count` entries, strip by strip, then sums of 32 parts each made one.
    case strips(first: Int, count: Int, entries: Int, sums: [(parts: Int, result: Int)])
    /// A function that has no kernel, entry by entry: the instruction, and how many.
    case calls(Int, ElementaryFunction, Int)
    case kernel(ArrayKernel)
    /// Places that become 0.
    case clear([(at: Int, count: Int)])
  }

  private let memory: UnsafeMutablePointer<Double>
  private let size: Int
  private let code: UnsafeMutablePointer<vector_instruction>
  private let codeCount: Int
  private let moves: [UInt8]
  private let tasks: [Task]
  /// The point, the entries of all variables one behind the other: who writes here saves a copy.
  let input: UnsafeMutableBufferPointer<Double>
  private let outputs: [(at: Int, count: Int)]
  private let level: BlockProgram.Level
  /// How many entries the outputs have together.
  let outputCount: Int

  /// Cost: linear in the instructions; memory for the values that are written out.
  init(_ program: Program, level: BlockProgram.Level = .best) {
    var plan = ArrayPlan(program.withFactorsGathered, level)
    plan.schedule()
    self.level = level
    size = plan.size
    memory = .aligned(size + Int(VECTOR_PADDING) + Int(VECTOR_STRIP))
    for (at, values) in plan.constants {
      for (k, v) in values.enumerated() { memory[at + k] = v }
    }
    codeCount = plan.code.count
    code = .allocate(capacity: max(codeCount, 1))
    let base = memory
    for (k, c) in plan.code.enumerated() { (code + k).initialize(to: c.instruction(base)) }
    moves = plan.code.map(\.moves)
    tasks = plan.tasks
    input = UnsafeMutableBufferPointer(start: memory + plan.input, count: program.layout.count)
    outputs = plan.outputs
    outputCount = plan.outputs.reduce(0) { $0 + $1.count }
  }

  deinit {
    memory.deallocate()
    code.deallocate()
  }

  /// Runs at the point that `input` has.
  func run() {
    for task in tasks {
      switch task {
      case .strips(let first, let count, let entries, let sums):
        for s in sums { (memory + s.parts).update(repeating: 0, count: Int(VECTOR_SUMS)) }
        moves.withUnsafeBufferPointer { m in
          guard let moves = m.baseAddress else { return }
          vector_strips(level.rawValue, code + first, moves + first, count, entries)
        }
        for s in sums { memory[s.result] = vector_total(memory + s.parts) }
      case .calls(let k, let f, let count): code[k].callEach(f, count)
      case .kernel(let kernel): kernel.run(memory, level)
      case .clear(let places):
        for p in places { (memory + p.at).update(repeating: 0, count: p.count) }
      }
    }
  }

  /// Entry k of the outputs of the last run, one output after the other.
  subscript(k: Int) -> Double {
    var rest = k
    for o in outputs {
      if rest < o.count { return memory[o.at + rest] }
      rest -= o.count
    }
    return .nan
  }

  /// Copies entries of the outputs from number `first` on; whether all are finite.
  func copyOutputs(from first: Int, to out: UnsafeMutableBufferPointer<Double>) -> Bool {
    var skip = first
    var filled = 0
    for o in outputs where filled < out.count {
      if skip >= o.count {
        skip -= o.count
        continue
      }
      let count = min(o.count - skip, out.count - filled)
      guard let to = out.baseAddress else { break }
      (to + filled).update(from: memory + o.at + skip, count: count)
      filled += count
      skip = 0
    }
    // A sum over x − x is 0 unless something is not finite.
    var gap = 0.0
    for v in out { gap += v - v }
    return gap == 0
  }
}
