// A program made ready for very many runs in doubles: constants are loaded once, every register has
// its own place, nothing is allocated. The same numbers as `DoubleArithmetic`.

/// A prepared program; one run at a time.
package final class DoubleRunner {
  private struct Operation {
    var opcode: Opcode
    var comparison: Comparison
    var a: Int32
    var b: Int32
    var c: Int32
    var place: Int32
    var function: Int32
  }

  private var code: [Operation] = []
  private var functions: [@Sendable (Double, Double) -> Double] = []
  private let values: UnsafeMutablePointer<Double>
  /// Places of the variables that the program uses: (variable, place).
  private var inputs: [(Int, Int)] = []
  private let outputs: [Int]
  /// Operations of one run, with a function counted as four: a measure of its cost.
  package let cost: Int

  package init(_ program: Program) {
    values = .allocate(capacity: max(program.instructions.count, 1))
    values.initialize(repeating: 0, count: max(program.instructions.count, 1))
    outputs = program.outputs.map(Int.init)
    var cost = 1
    for (k, i) in program.instructions.enumerated() {
      switch i.opcode {
      case .constant: values[k] = program.constants[Int(i.a)].nearestDouble
      case .variable: inputs.append((Int(i.a), k))
      default:
        var o = Operation(
          opcode: i.opcode, comparison: .less, a: i.a, b: i.b, c: i.c, place: Int32(k),
          function: 0)
        cost += i.opcode == .apply ? 4 : 1
        if i.opcode == .compare { o.comparison = Comparison.allCases[Int(i.function)] }
        if i.opcode == .apply {
          let f = ElementaryFunction.table[Int(i.function)]
          o.function = Int32(functions.count)
          if f.arity == 1 { o.b = i.a }
          if case .all = f.domain, f.arity == 1 {
            functions.append(f.value)
          } else {
            functions.append { DoubleArithmetic().lift(f, $0, $1) }
          }
        }
        code.append(o)
      }
    }
    self.cost = cost
  }

  deinit { values.deallocate() }

  /// Runs at a point of one number per variable.
  package func run(_ x: [Double]) {
    for (k, place) in inputs { values[place] = x[k] }
    let v = values
    let a = DoubleArithmetic()
    for o in code {
      let l = v[Int(o.a)]
      let r: Double
      switch o.opcode {
      case .add: r = l + v[Int(o.b)]
      case .subtract: r = l - v[Int(o.b)]
      case .multiply: r = l * v[Int(o.b)]
      case .divide: r = a.divide(l, v[Int(o.b)])
      case .negate: r = -l
      case .power: r = a.power(l, Int(o.b))
      case .apply: r = functions[Int(o.function)](l, v[Int(o.b)])
      case .compare: r = a.compare(o.comparison, l, v[Int(o.b)])
      case .select: r = a.select(l, v[Int(o.b)], v[Int(o.c)])
      case .constant, .variable: continue
      }
      v[Int(o.place)] = r
    }
  }

  /// Output k of the last run.
  @inline(__always)
  package subscript(k: Int) -> Double { values[outputs[k]] }
}
