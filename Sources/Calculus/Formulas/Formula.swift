// An expression for reading: a directed acyclic graph of nodes, operands before their users, so that
// nothing here recurses. The typed form keeps every operand where it was typed.

/// A formula over named variables.
package struct Formula: Sendable {
  /// An operation on nodes before it, or a leaf.
  package enum Node: Hashable, Sendable {
    case number(Rational)
    case variable(Int32)
    /// Operands in the order shown; a negated one is shown after a minus.
    case sum([Int32])
    case product([Int32])
    case quotient(Int32, Int32)
    case negate(Int32)
    case power(Int32, Int32)
    case apply(UInt8, [Int32])
    case compare(UInt8, Int32, Int32)
    case select(Int32, Int32, Int32)
  }

  package let variables: [String]
  package internal(set) var nodes: [Node] = []
  package internal(set) var root: Int32 = 0
  private var index: [Node: Int32] = [:]

  init(variables: [String]) { self.variables = variables }

  /// The form as typed of one output of a program, a number; arrays are written out in entries.
  ///
  /// Cost: linear in the program.
  package init(_ source: Program, output: Int = 0) {
    let program = source.expanded
    self.init(variables: program.variables)
    let register = program.outputs[output]
    let used = program.needed(by: [register])
    var node = [Int32](repeating: 0, count: Int(register) + 1)
    for r in 0...Int(register) where used[r] {
      let i = program.instructions[r]
      var x: [Int32] = []
      i.forEachOperand { x.append(node[Int($0)]) }
      switch i.opcode {
      case .constant: node[r] = add(.number(program.constants[Int(i.a)]))
      case .variable: node[r] = add(.variable(i.a))
      case .add: node[r] = add(.sum(x))
      case .subtract: node[r] = add(.sum([x[0], add(.negate(x[1]))]))
      case .multiply: node[r] = add(.product(x))
      case .divide: node[r] = add(.quotient(x[0], x[1]))
      case .negate: node[r] = add(.negate(x[0]))
      case .power: node[r] = add(.power(x[0], i.b))
      case .apply: node[r] = add(.apply(i.function, x))
      case .compare: node[r] = add(.compare(i.function, x[0], x[1]))
      case .select: node[r] = add(.select(x[0], x[1], x[2]))
      // Written out above.
      case .array: break
      }
    }
    root = node[Int(register)]
  }

  /// Whether the whole is a sum, which wants brackets as a factor.
  package var isSum: Bool {
    if case .sum = nodes[Int(root)] { return true }
    return false
  }

  /// The number of `node`, which is made if it is new.
  mutating func add(_ node: Node) -> Int32 {
    if let i = index[node] { return i }
    nodes.append(node)
    index[node] = Int32(clamping: nodes.count - 1)
    return Int32(clamping: nodes.count - 1)
  }

  /// The formula as a program over the same variables, or over `all` that include them.
  package func program(over all: [String]? = nil) -> Program {
    var b = ProgramBuilder(variables: all ?? variables)
    let r = registers(in: &b)
    return b.program(outputs: [r[Int(root)]])
  }

  /// The register of each node, computed by `b` from its variables of the same names.
  package func registers(in b: inout ProgramBuilder) -> [Register] {
    var r: [Register] = []
    r.reserveCapacity(nodes.count)
    for node in nodes {
      func at(_ n: Int32) -> Register { r[Int(n)] }
      switch node {
      case .number(let value): r.append(b.constant(value))
      case .variable(let v): r.append(b.variable(variables[Int(v)]))
      case .sum(let terms):
        var sum = at(terms[0])
        for t in terms.dropFirst() { sum = b.add(sum, at(t)) }
        r.append(sum)
      case .product(let factors):
        var product = at(factors[0])
        for f in factors.dropFirst() { product = b.multiply(product, at(f)) }
        r.append(product)
      case .quotient(let a, let c): r.append(b.divide(at(a), at(c)))
      case .negate(let a): r.append(b.negate(at(a)))
      case .power(let a, let n): r.append(b.power(at(a), n))
      case .apply(let f, let x):
        r.append(
          b.apply(ElementaryFunction.table[Int(f)], at(x[0]), x.count > 1 ? at(x[1]) : 0))
      case .compare(let c, let a, let d):
        r.append(b.compare(Comparison.allCases[Int(c)], at(a), at(d)))
      case .select(let c, let a, let d): r.append(b.select(at(c), at(a), at(d)))
      }
    }
    return r
  }
}
