// The chain rule through a step: how the next state moves with the state. What the rule itself does with its
// variables is differentiated as a program; where it asks for the gradient at u, the gradient moves by the
// Hessian there times the way of u.
import Calculus

/// The derivatives of a rule in a program under construction; nil stands for 0 where no operation is wanted.
struct RuleTangents {
  /// Value and gradient at u, and the way of the gradient where u moves by `way`.
  typealias Gradient = (_ u: [Register], _ way: [Register?], _ b: inout ProgramBuilder) -> (
    value: Register, slope: [Register], slopeWay: [Register?]
  )
  private let rule: RuleProgram
  private let gradient: Gradient
  /// x, the state, η and t.
  private let given: [Register]
  /// What stands for the variables of the rule: the given, then the gradient and the value by call; known
  /// once a tangent has been asked for.
  private(set) var inputs: [Register] = []
  /// By program (the calls, then the moves) and variable: the derivatives of its outputs.
  private var partials: [[Int: [Register?]]]

  private init(_ rule: RuleProgram, _ b: inout ProgramBuilder, _ gradient: @escaping Gradient) {
    self.rule = rule
    self.gradient = gradient
    given = b.variables.prefix(rule.step + 1).map { b.variable($0) }
    partials = Array(repeating: [:], count: rule.calls + 1)
  }

  /// For the Jacobian: a Hessian (value, gradient, upper triangle by rows) for each call.
  init(_ rule: RuleProgram, hessian: Program, _ b: inout ProgramBuilder) {
    let n = rule.entries
    self.init(rule, &b) { u, way, b in
      let here = Evaluation(b.inline(hessian, u), variables: n)
      let slopeWay = (0..<n).map { i in
        b.sum((0..<n).map { m in way[m].map { (here.curvature(i, m), $0) } })
      }
      return (here.value, here.slopes, slopeWay)
    }
  }

  /// Along one direction: the Hessian times the way (value, gradient, product) for each call.
  init(_ rule: RuleProgram, curvatureAlong: Program, _ b: inout ProgramBuilder) {
    let n = rule.entries
    self.init(rule, &b) { u, way, b in
      let all = b.inline(curvatureAlong, u + way.map { $0 ?? b.constant(.zero) })
      let slopeWay = all[(n + 1)...].map { r -> Register? in b.isNought(r) ? nil : r }
      return (all[0], Array(all[1...n]), slopeWay)
    }
  }

  /// The way of the next state where entries of the state move.
  mutating func along(
    _ direction: [(entry: Int, way: Register)], _ b: inout ProgramBuilder
  ) -> [Register?] {
    let n = rule.entries
    inputs = given
    var ways = direction.map { (variable: $0.entry, way: $0.way) }
    for call in 0..<rule.calls {
      let u = b.inline(rule.places[call], inputs)
      let way = derivative(of: rule.places[call], call, along: ways, &b)
      let here = gradient(u, way, &b)
      inputs += here.slope + [here.value]
      for (i, r) in here.slopeWay.enumerated() {
        if let r { ways.append((rule.slope(call) + i, r)) }
      }
      let rise = b.sum((0..<n).map { m in way[m].map { (here.slope[m], $0) } })
      if let rise { ways.append((rule.slope(call) + n, rise)) }
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
