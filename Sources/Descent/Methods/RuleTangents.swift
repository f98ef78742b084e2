// The chain rule through a step: how the next state moves with the state. What the rule itself does with its
// variables is differentiated as a program; where it asks for the gradient at u, the gradient moves by the
// Hessian there times the way of u.
import Calculus

/// The derivatives of a rule in a program under construction; nil stands for 0 where no operation is wanted.
struct RuleTangents {
  private let rule: RuleProgram
  /// What stands for the variables of the rule so far: x, the state, η, t, then f and g by call.
  private(set) var inputs: [Register]
  /// By call the upper triangle of the Hessian.
  private var hessians: [[Register]] = []
  /// By program (the calls, then the moves) and variable: the derivatives of its outputs.
  private var partials: [[Int: [Register?]]]

  init(_ rule: RuleProgram, _ b: inout ProgramBuilder) {
    self.rule = rule
    inputs = b.variables.map { b.variable($0) }
    partials = Array(repeating: [:], count: rule.calls + 1)
  }

  /// The next call of the rule, at u.
  mutating func ask(_ u: [Register], _ hessian: Program, _ b: inout ProgramBuilder) {
    let n = rule.entries
    let all = b.inline(hessian, u)
    inputs += all[1...n] + [all[0]]
    hessians.append(Array(all[(n + 1)...]))
  }

  /// The derivatives of the next state by entry j of the state.
  mutating func column(_ j: Int, _ b: inout ProgramBuilder) -> [Register?] {
    let n = rule.entries
    var ways: [(variable: Int, way: Register)] = [(j, b.constant(.one))]
    for call in 0..<rule.calls {
      let u = derivative(of: rule.places[call], call, along: ways, &b)
      for i in 0..<n {
        let way = b.sum(
          (0..<n).map { m in u[m].map { (hessians[call][Triangle.index(i, m, n)], $0) } })
        if let way { ways.append((rule.slope(call) + i, way)) }
      }
      let slope = (0..<n).map { m in u[m].map { (inputs[rule.slope(call) + m], $0) } }
      if let way = b.sum(slope) { ways.append((rule.slope(call) + n, way)) }
    }
    let all = derivative(of: rule.moves, rule.calls, along: ways, &b)
    return Array(all.prefix(n + rule.memory))
  }

  /// Σ ∂outputs/∂v·way of v.
  private mutating func derivative(
    of program: Program, _ index: Int, along ways: [(variable: Int, way: Register)],
    _ b: inout ProgramBuilder
  ) -> [Register?] {
    let parts = ways.map { (partial(of: program, index, by: $0.variable, &b), $0.way) }
    return program.outputs.indices.map { o in
      b.sum(parts.map { part, way in part[o].map { ($0, way) } })
    }
  }

  private mutating func partial(
    of program: Program, _ index: Int, by variable: Int, _ b: inout ProgramBuilder
  ) -> [Register?] {
    if let known = partials[index][variable] { return known }
    let slopes = program.tangent(by: program.variables[variable]).pruned
    let made = b.inline(slopes, inputs).map { r -> Register? in b.isNought(r) ? nil : r }
    partials[index][variable] = made
    return made
  }
}

extension ProgramBuilder {
  /// The sum of products, of those that are there; nil where none is.
  fileprivate mutating func sum(_ products: [(Register, Register)?]) -> Register? {
    var out: Register?
    for p in products {
      guard let p else { continue }
      let term = multiply(p.0, p.1)
      out = out.map { add($0, term) } ?? term
    }
    return out
  }
}
