// A program prepared for many runs in doubles: constants and functions looked up once, nothing
// allocated. The same values as under `DoubleArithmetic`, at a tenth of the cost.

/// What runs a program as a whole, not number by number; one run at a time.
protocol WholeEngine: AnyObject {
  /// The point, the entries of all variables one behind the other: who writes here saves a copy.
  var input: UnsafeMutableBufferPointer<Double> { get }
  /// How many entries the outputs have together.
  var outputCount: Int { get }
  /// Runs at the point that `input` has.
  func run()
  /// Entry k of the outputs of the last run, one output after the other.
  subscript(k: Int) -> Double { get }
  /// Copies entries of the outputs from number `first` on; whether all are finite.
  func copyOutputs(from first: Int, to out: UnsafeMutableBufferPointer<Double>) -> Bool
}

/// A prepared program; one run at a time.
package final class DoubleProgram {
  private struct Step {
    var opcode: Opcode
    var comparison = Comparison.less
    /// Where the value goes, and where the operands are; `b` is the exponent of `.power`.
    var place: Int32
    var a: Int32
    var b: Int32
    var c: Int32
    /// Of `.apply`.
    var function = ElementaryFunction.Native.unary { $0 }
    var pole = Pole.none
  }

  private let steps: [Step]
  private let outputPlaces: [Int]
  /// How many entries the outputs have together.
  let outputCount: Int
  /// Where the variables stand in the workspace.
  private let inputs: Int
  private let inputCount: Int
  /// The program's places, then its constants, then its variables.
  private let workspace: UnsafeMutablePointer<Double>
  /// Operations of one run, with a function counted as four: a measure of its cost.
  package let cost: Int

  /// Of a program over rows, or over arrays that is not written out in entries.
  private let arrays: (any WholeEngine)?
  /// Operations up to which a program over arrays is written out in entries: below, kernels cost more than
  /// they save.
  private static let mostWrittenOut = 1024

  /// - Complexity: one pass over the instructions.
  package init(_ source: Program) {
    let isWrittenOut =
      source.isScalar || !source.hasRows && source.expandedCount <= DoubleProgram.mostWrittenOut
    if isWrittenOut {
      arrays = nil
    } else {
      arrays = source.hasRows ? RowEngine(source) : ArrayEngine(source)
    }
    let program =
      isWrittenOut
      ? source.expanded
      : Program(layout: Layout(), constants: [], instructions: [], origins: [], outputs: [])
    let constants = program.constants.map(\.nearestDouble)
    let inputs = program.placeCount + constants.count
    func place(_ r: Register) -> Int32 {
      let i = program.instructions[Int(r)]
      return switch i.opcode {
      case .constant: Int32(clamping: program.placeCount) + i.a
      case .variable: Int32(clamping: inputs) + i.a
      default: program.places[Int(r)]
      }
    }
    var steps: [Step] = []
    var cost = 1
    for (n, i) in program.instructions.enumerated() {
      if i.opcode == .constant || i.opcode == .variable { continue }
      var s = Step(opcode: i.opcode, place: program.places[n], a: place(i.a), b: i.b, c: i.c)
      if i.opcode == .power, i.b == 2 { (s.opcode, s.b) = (.multiply, s.a) }
      if i.operandCount > 1 { s.b = place(i.b) }
      if i.operandCount > 2 { s.c = place(i.c) }
      if i.opcode == .compare { s.comparison = i.comparison }
      if let f = i.elementary {
        s.function = f.native
        s.pole = f.pole
        if f.arity == 1 { s.b = s.a }
      }
      cost += i.opcode == .apply ? 4 : 1
      steps.append(s)
    }
    self.steps = steps
    self.inputs = inputs
    inputCount = program.layout.count
    outputPlaces = program.outputs.map { Int(place($0)) }
    self.cost = isWrittenOut ? cost : source.expandedCount
    outputCount = arrays?.outputCount ?? outputPlaces.count
    let size = inputs + program.layout.count + 1
    workspace = .allocate(capacity: size)
    workspace.initialize(repeating: 0, count: size)
    for (k, c) in constants.enumerated() { workspace[program.placeCount + k] = c }
  }

  deinit { workspace.deallocate() }

  /// The entries of the outputs of the last run, in order.
  package var outputs: [Double] { (0..<outputCount).map { self[$0] } }

  /// Entry k of the outputs of the last run.
  @inline(__always)
  package subscript(k: Int) -> Double { arrays.map { $0[k] } ?? workspace[outputPlaces[k]] }

  /// Copies outputs of the last run from number `first` on; whether all are finite.
  package func copyOutputs(
    from first: Int, to out: UnsafeMutableBufferPointer<Double>
  ) -> Bool {
    if let arrays { return arrays.copyOutputs(from: first, to: out) }
    var isFinite = true
    for k in out.indices {
      let v = workspace[outputPlaces[first + k]]
      out[k] = v
      if !v.isFinite { isFinite = false }
    }
    return isFinite
  }

  /// Runs at a point, one number per entry of the variables.
  ///
  /// Cost: `cost` operations; nothing is allocated.
  package func run(at x: [Double]) { x.withUnsafeBufferPointer(run) }

  /// The same at a point in memory, which is only read.
  package func run(at x: UnsafeBufferPointer<Double>) {
    if let from = x.baseAddress { input.baseAddress?.update(from: from, count: x.count) }
    run()
  }

  /// The point at which `run()` runs, one number per entry of the variables: who writes here saves a copy.
  package var input: UnsafeMutableBufferPointer<Double> {
    arrays?.input ?? UnsafeMutableBufferPointer(start: workspace + inputs, count: inputCount)
  }

  /// Sets the rows of data that are gone through from now on; nil for all.
  package func pick(_ rows: RowPicks?) { (arrays as? RowEngine)?.picks = rows }

  /// Runs at the point that `input` has.
  package func run() {
    if let arrays { return arrays.run() }
    let a = DoubleArithmetic()
    let w = workspace
    steps.withUnsafeBufferPointer { steps in
      for n in steps.indices {
        let s = steps[n]
        let u = w[Int(s.a)]
        let value: Double
        switch s.opcode {
        case .constant, .variable, .array: continue
        case .add: value = u + w[Int(s.b)]
        case .subtract: value = u - w[Int(s.b)]
        case .multiply: value = u * w[Int(s.b)]
        case .divide: value = a.divide(u, w[Int(s.b)])
        case .negate: value = -u
        case .power: value = a.power(u, Int(s.b))
        case .apply:
          let v = w[Int(s.b)]
          value = s.pole.contains(u, v) ? .nan : s.function(u, v)
        case .compare: value = a.compare(s.comparison, u, w[Int(s.b)])
        case .select: value = a.select(u, w[Int(s.b)], w[Int(s.c)])
        }
        w[Int(s.place)] = value
      }
    }
  }
}
