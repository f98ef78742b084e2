// The memory in which one thread runs a block program: buffers of one block each, and the instructions with
// their addresses filled in.
import CVector

extension BlockProgram {
  /// Buffers for one thread.
  ///
  /// Fill `inputs`, call `run`, read `outputs`; the outputs may be overwritten.
  package final class Workspace {
    private let program: BlockProgram
    private let memory: UnsafeMutablePointer<Double>
    private let scalars: UnsafeMutablePointer<Double>
    private let code: UnsafeMutablePointer<vector_instruction>
    private let codeCount: Int
    /// The instructions that have no kernel.
    private let calls: [(index: Int, function: ElementaryFunction)]
    private let level: Int32

    init(_ program: BlockProgram) {
      self.program = program
      let size = program.bufferCount * BlockProgram.block
      memory = .aligned(size)
      scalars = .aligned(program.scalars.count)
      calls = program.steps.enumerated().compactMap { k, step in
        step.kernel.fallback.map { (k, $0) }
      }
      scalars.update(from: program.scalars, count: program.scalars.count)
      level = program.level.rawValue
      codeCount = program.steps.count
      code = .allocate(capacity: max(codeCount, 1))
      for (k, step) in program.steps.enumerated() { (code + k).initialize(to: instruction(step)) }
    }

    deinit {
      memory.deallocate()
      scalars.deallocate()
      code.deallocate()
    }

    /// The `BlockProgram.block` values of variable `k`.
    package func input(_ k: Int) -> UnsafeMutablePointer<Double> { buffer(k) }
    /// The values of output `k`.
    package func output(_ k: Int) -> UnsafeMutablePointer<Double> { buffer(program.inputCount + k) }

    /// Computes the outputs at the first `count` points.
    ///
    /// Up to `VECTOR_PADDING` − 1 points behind them are computed too.
    package func run(_ count: Int) {
      precondition(count <= BlockProgram.block, "a block holds \(BlockProgram.block) points")
      if calls.isEmpty {
        vector_run(level, code, codeCount, count)
      } else {
        runWithCalls(count)
      }
    }

    private func runWithCalls(_ count: Int) {
      var start = 0
      for (k, f) in calls {
        vector_run(level, code + start, k - start, count)
        code[k].callEach(f, count)
        start = k + 1
      }
      vector_run(level, code + start, codeCount - start, count)
    }

    /// One step of descent of variable `k`: x ← x − rate·(output `j`), and output `j` ← the former x.
    ///
    /// Returns whether some of the `count` points now has |x| > `bound` or is NaN.
    package func descend(
      _ k: Int, along j: Int, rates: UnsafePointer<Double>, bound: Double, _ count: Int
    ) -> Bool {
      vector_descend(level, input(k), output(j), rates, bound, count) != 0
    }

    /// Whether output `j` is NaN at some of the first `count` points.
    package func hasNaN(_ j: Int, _ count: Int) -> Bool {
      vector_any_nan(level, output(j), count) != 0
    }

    /// change ← max(change, |variable `k` − output `j`|) at the first `count` points.
    ///
    /// `change` is a buffer of `BlockProgram.block` numbers from `aligned`.
    package func widen(_ change: UnsafeMutablePointer<Double>, _ k: Int, _ j: Int, _ count: Int) {
      vector_widen(level, change, input(k), output(j), count)
    }

    /// Fills the inputs behind the last point, which are computed too, with the first point: what
    /// stands there must not be huge or undefined, because that is slow.
    package func settlePadding(_ count: Int) {
      let padding = Int(VECTOR_PADDING)
      let end = (count + padding - 1) / padding * padding
      guard count > 0, count < end else { return }
      for k in 0..<program.inputCount {
        let x = input(k)
        for lane in count..<end { x[lane] = x[0] }
      }
    }

    private func buffer(_ k: Int) -> UnsafeMutablePointer<Double> {
      memory + k * BlockProgram.block
    }

    private func instruction(_ step: Step) -> vector_instruction {
      var out = vector_instruction(step.kernel)
      out.result = buffer(step.result)
      var addresses: [UnsafePointer<Double>?] = [nil, nil, nil]
      for (k, place) in step.operands.enumerated() {
        switch place {
        case .buffer(let b): addresses[k] = UnsafePointer(buffer(b))
        case .scalar(let s):
          addresses[k] = UnsafePointer(scalars + s)
          out.scalars |= 1 << k
        }
      }
      (out.a, out.b, out.c) = (addresses[0], addresses[1], addresses[2])
      return out
    }
  }

  /// A workspace for one thread.
  package func workspace() -> Workspace { Workspace(self) }
}

extension UnsafeMutablePointer<Double> {
  /// Zeros, aligned for the widest vectors.
  package static func aligned(_ count: Int) -> UnsafeMutablePointer<Double> {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Double>.stride, alignment: 64)
    let out = raw.bindMemory(to: Double.self, capacity: max(count, 1))
    out.initialize(repeating: 0, count: max(count, 1))
    return out
  }
}
