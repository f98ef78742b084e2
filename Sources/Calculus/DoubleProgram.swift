// A program prepared for many runs in doubles: constants and functions looked up once, the
// workspace kept. The same values as under `DoubleArithmetic`, at a tenth of the cost.

package struct DoubleProgram {
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
  /// Where the variables stand in the workspace.
  private let inputs: Int
  /// The program's places, then its constants, then its variables.
  private var workspace: [Double]
  /// The outputs of the last run, in order.
  package private(set) var outputs: [Double]

  /// - Complexity: one pass over the instructions.
  package init(_ program: Program) {
    let constants = program.constants.map(\.nearestDouble)
    let inputs = program.placeCount + constants.count
    func place(_ r: Register) -> Int32 {
      let i = program.instructions[Int(r)]
      return switch i.opcode {
      case .constant: Int32(program.placeCount) + i.a
      case .variable: Int32(inputs) + i.a
      default: program.places[Int(r)]
      }
    }
    var steps: [Step] = []
    for (n, i) in program.instructions.enumerated() {
      if i.opcode == .constant || i.opcode == .variable { continue }
      var s = Step(opcode: i.opcode, place: program.places[n], a: place(i.a), b: i.b, c: i.c)
      if i.operandCount > 1 { s.b = place(i.b) }
      if i.operandCount > 2 { s.c = place(i.c) }
      if i.opcode == .compare { s.comparison = Comparison.allCases[Int(i.function)] }
      if i.opcode == .apply {
        let f = ElementaryFunction.table[Int(i.function)]
        s.function = f.native
        s.pole = f.pole
        if f.arity == 1 { s.b = s.a }
      }
      steps.append(s)
    }
    self.steps = steps
    self.inputs = inputs
    outputPlaces = program.outputs.map { Int(place($0)) }
    workspace =
      [Double](repeating: 0, count: program.placeCount) + constants
      + [Double](repeating: 0, count: program.variables.count)
    outputs = [Double](repeating: 0, count: program.outputs.count)
  }

  /// Runs at a point, one number per variable; the results are in `outputs`.
  package mutating func run(at x: [Double]) {
    let a = DoubleArithmetic()
    workspace.withUnsafeMutableBufferPointer { w in
      for k in x.indices { w[inputs + k] = x[k] }
      steps.withUnsafeBufferPointer { steps in
        for n in steps.indices {
          let s = steps[n]
          let u = w[Int(s.a)]
          let value: Double
          switch s.opcode {
          case .constant, .variable: continue
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
    for k in outputPlaces.indices { outputs[k] = workspace[outputPlaces[k]] }
  }
}
