// One step of a method on a loss as a program: the rule (`RuleProgram`) with the loss and its gradient put
// in where it asks for them. Exact, certified and double orbits run it under their arithmetic, blocks what
// it falls short by (`shortfall`); its Jacobian comes from it by the chain rule. What a step is, is written
// nowhere else.
import Calculus

/// The step of a method on a loss.
package struct StepProgram: Sendable {
  package let loss: Loss
  package let method: Method
  let rule: RuleProgram
  /// What the rule is where it is linear.
  let linear: LinearRule?
  /// Over those of the loss, the state, η and t what `Outcome` names, where `Columns` says.
  private let full: Program

  /// What a step makes, as numbers of one arithmetic.
  struct Outcome<Number> {
    /// C and ∇C at x.
    var value: Number
    var slope: [Number]
    var next: State<Number>
    var displacement: [Number]
    /// ‖∇C‖².
    var slopeSquared: Number
    /// The linear prediction ∇C·Δx.
    var predicted: Number
  }

  /// Where a step program has what.
  struct Columns {
    let entries: Int
    let memory: Int
    /// Numbers of noise.
    let noise: Int
    /// Entries of the state: x, and what is kept.
    var size: Int { entries + memory }
    /// Among the variables η, t, the noise and a direction, after the state.
    var rate: Int { size }
    var step: Int { size + 1 }
    var noiseStart: Int { size + 2 }
    var direction: Int { size + 2 + noise }
    /// Among the outputs C, ∇C, the next state; then Δx, ‖∇C‖² and the prediction, or the way of the next
    /// state where the state goes in a direction.
    var value: Int { 0 }
    var slope: Range<Int> { 1..<(1 + entries) }
    var next: Range<Int> { slope.upperBound..<(slope.upperBound + size) }
    var displacement: Range<Int> { next.upperBound..<(next.upperBound + entries) }
    var squared: Int { displacement.upperBound }
    var predicted: Int { squared + 1 }
    var tangent: Range<Int> { next.upperBound..<(next.upperBound + size) }
  }
  var columns: Columns {
    Columns(
      entries: rule.entries, memory: rule.memory, noise: isNoisy ? rule.entries : 0)
  }
  /// Whether the rule is told the gradient with noise, numbers that are inputs behind t.
  package let isNoisy: Bool

  /// - Throws: where the rule has no meaning for a loss of so many variables.
  package init(_ method: Method, on loss: Loss, isNoisy: Bool = false) throws(Fault) {
    self.isNoisy = isNoisy
    self.loss = loss
    self.method = method
    rule = try RuleProgram(method, entries: loss.variables.count)
    linear = LinearRule(method, entries: loss.variables.count)
    var b = StepProgram.builder(loss, rule, isNoisy: isNoisy)
    let made = b.step(rule, loss.gradient, isNoisy: isNoisy)
    let squared = b.sumOfSquares(made.slope)
    let predicted = b.prediction(rule, made, squared)
    full =
      b.program(
        outputs: [made.value] + made.slope + made.moves + [squared, predicted]
      ).pruned
  }

  /// The step of gradient descent.
  package init(descending loss: Loss) {
    guard let step = try? StepProgram(.gradientDescent, on: loss) else {
      preconditionFailure("gradient descent is a method")
    }
    self = step
  }

  package var law: Law? { linear?.law }
  /// Whether it is x ← x − η∇C, whatever it is called.
  package var isGradientDescent: Bool {
    if case .gradient = law { true } else { false }
  }
  /// How the last step is kept, where the method is the heavy ball or Nesterov's.
  var inertia: Inertia? {
    if case .inertia(let inertia) = law { inertia } else { nil }
  }
  /// Whether a step from a state is −η∇C: also the first of a method that keeps the last step.
  package func isAlongGradient(_ state: State<Certified>) -> Bool {
    isGradientDescent || inertia != nil && state.kept.allSatisfy { $0.sign == 0 }
  }
  /// Trace and determinant of the step in a direction of constant curvature, where one number is kept
  /// beside each entry: its eigenvalues are the multipliers of that direction.
  func pair(
    _ a: CertifiedArithmetic, eta: Certified, curvature: Certified
  ) -> (trace: Certified, determinant: Certified)? {
    linear?.pair.map {
      (
        $0.trace.value(a, rate: eta, curvature: curvature),
        $0.determinant.value(a, rate: eta, curvature: curvature)
      )
    }
  }
  /// Whether the rule is linear and rests wherever the gradient is 0.
  var restsWhereSlopeIsZero: Bool { linear?.restsWhereSlopeIsZero ?? false }
  /// Whether the rule reads the number of the step.
  package var readsStep: Bool { rule.readsStep }
  /// Whether a step needs nothing of those before it.
  package var isMemoryless: Bool { rule.memory == 0 }

  private static func builder(
    _ loss: Loss, _ rule: RuleProgram, isNoisy: Bool = false
  ) -> ProgramBuilder {
    let noise = isNoisy ? loss.variables.indices.map { "n\($0)′" } : []
    return ProgramBuilder(
      variables: loss.variables + (0..<rule.memory).map { "v\($0)′" } + ["η′", "t′"] + noise)
  }

  /// The step from a state.
  ///
  /// - Parameters:
  ///   - noise: added to the gradient that the rule is told, where the step is noisy.
  ///   - picks: the rows of data that the loss goes through; nil for all.
  func run<A: Arithmetic>(
    _ a: A, from state: State<A.Number>, eta: A.Number, t: Int, noise: [A.Number] = [],
    picks: RowPicks? = nil
  ) -> Outcome<A.Number> {
    outcome(full.run(a, at: state.all + [eta, a.constant(Rational(t))] + noise, picks: picks))
  }

  /// What the outputs of a step's program are.
  func outcome<Number>(_ all: [Number]) -> Outcome<Number> {
    let c = columns
    return Outcome(
      value: all[c.value], slope: Array(all[c.slope]),
      next: State(Array(all[c.next]), entries: c.entries),
      displacement: Array(all[c.displacement]), slopeSquared: all[c.squared],
      predicted: all[c.predicted])
  }

  /// The program whose outputs `outcome` reads, over the state, η and t.
  var whole: Program { full }

  /// What of the step from a state has no value, from the loss at x to where the step leads; nil where all has
  /// one.
  func missing(
    _ a: CertifiedArithmetic, from state: State<Certified>, eta: Certified, t: Int
  ) -> MissingValue? {
    let inputs = state.all + [eta, .exact(Rational(t))]
    for (k, u) in places(a, inputs).enumerated() {
      guard u.allSatisfy(\.isDefined) else { break }
      let here = loss.gradient.evaluate(a, at: u)
      if here.everything.allSatisfy(\.isDefined) { continue }
      if k > 0 { return .asked(.first(in: loss.gradient, at: u)) }
      return here.value.isDefined
        ? .slope(of: loss, at: u) : .value(.first(in: loss.program, at: u))
    }
    let next = run(a, from: state, eta: eta, t: t).next
    guard next.all.allSatisfy(\.isDefined) else {
      return .rule(.first(in: full, at: inputs))
    }
    return loss.program.run(a, at: next.x)[0].isDefined
      ? nil : .landing(.first(in: loss.program, at: next.x))
  }

  /// The state before the first step.
  func start<A: Arithmetic>(_ a: A, at x: [A.Number]) -> State<A.Number> {
    State(x, kept: rule.initial.map(a.constant))
  }

  /// The points where the loss and its gradient are asked for, x first: `inputs` are x, the state, η, t.
  func places<A: Arithmetic>(_ a: A, _ inputs: [A.Number]) -> [[A.Number]] {
    var inputs = inputs
    var out: [[A.Number]] = []
    for (k, place) in rule.places.enumerated() {
      let missing = place.variables.count - inputs.count
      let u = place.run(a, at: inputs + Array(repeating: a.constant(.zero), count: missing))
      out.append(u)
      guard k + 1 < rule.places.count else { break }
      let here = loss.gradient.evaluate(a, at: u)
      inputs += here.slopes + [here.value]
    }
    return out
  }

  /// Over x, the state, η and t: the next x and state, where the loss has a value at x.
  package var map: Program {
    var b = StepProgram.builder(loss, rule)
    let made = b.step(rule, loss.gradient)
    var next = Array(made.moves.prefix(rule.entries + rule.memory))
    if !rule.readsHere { next = b.confined(next, to: made.value) }
    return b.program(outputs: next).pruned
  }

  /// The next x and state as formulas to read, without the domain of the loss: over its variables, the state,
  /// the rate, and t where the rule reads it.
  ///
  /// - Parameter rate: the name that η bears.
  func written(rate: String) -> Program {
    let names = StepProgram.builder(loss, rule).variables.dropLast(2)
    var b = ProgramBuilder(variables: names + [rate] + (rule.readsStep ? ["t\u{2032}"] : []))
    let zero = rule.readsStep ? [] : [b.constant(.zero)]
    var inputs = b.variables.map { b.variable($0) } + zero
    for place in rule.places {
      let u = b.inline(place, inputs)
      inputs += loss.variables.map { b.inline(loss.program.tangent(by: $0), u)[0] }
      inputs += b.inline(loss.program, u)
    }
    let next = b.inline(rule.moves, inputs).prefix(columns.size)
    return b.program(outputs: Array(next)).pruned
  }

  /// The state less the next one, and C(x) where it is asked for.
  func shortfall(wantsValue: Bool) -> Program {
    var b = ProgramBuilder(map)
    let state = b.variables.prefix(rule.entries + rule.memory).map { b.variable($0) }
    let less = zip(state, map.outputs).map { b.subtract($0, $1) }
    let value = wantsValue ? b.inline(loss.program, Array(state.prefix(rule.entries))) : []
    return b.program(outputs: less + value).pruned
  }

  /// Over x, the state, η and t what x moves by, entry by entry.
  var pull: Program {
    let less = shortfall(wantsValue: false)
    return less.with(outputs: Array(less.outputs.prefix(rule.entries))).pruned
  }

  /// The next x and state with the Jacobian by rows.
  ///
  /// By the chain rule: what the rule makes of its variables, and the Hessian where it asks for the
  /// gradient.
  ///
  /// - Parameter hessian: of the loss. Cost: (n + m)² entries; each call takes a Hessian.
  func jacobian(_ hessian: Program) -> Program {
    var b = StepProgram.builder(loss, rule)
    var chain = RuleTangents(rule, hessian: hessian, &b)
    let one = b.constant(.one)
    let columns = (0..<self.columns.size).map { chain.along([($0, one)], &b) }
    var next = Array(b.inline(rule.moves, chain.inputs).prefix(columns.count))
    if !rule.readsHere { next = b.confined(next, to: chain.inputs[rule.slope(0) + rule.entries]) }
    let rows = columns.indices.flatMap { i in columns.map { $0[i] ?? b.constant(.zero) } }
    return b.program(outputs: next + rows).pruned
  }

  /// For orbits in doubles: C, ∇C, the next state.
  var advance: Program {
    full.with(outputs: Array(full.outputs.prefix(columns.next.upperBound))).pruned
  }

  /// What `advance` names and the way of the next state, over a direction of the state too.
  var advanceAlong: Program {
    let names = (0..<columns.size).map { "d\($0)\u{2032}" }
    let advance = advance
    var b = ProgramBuilder(advance)
    var chain = RuleTangents(rule, curvatureAlong: loss.curvatureAlong, &b)
    let way = chain.along(names.enumerated().map { ($0, b.variable($1)) }, &b)
    let ways = way.map { $0 ?? b.constant(.zero) }
    return b.program(outputs: advance.outputs + ways).pruned
  }
}

extension ProgramBuilder {
  /// The registers of a step.
  fileprivate struct Step {
    var value: Register
    var slope: [Register]
    /// The outputs of the rule: next x, next state, displacement.
    var moves: [Register]
    var displacement: [Register]
  }

  /// Puts a loss into a rule; the builder's variables are x, the state, η, t.
  fileprivate mutating func step(
    _ rule: RuleProgram, _ gradient: Program, isNoisy: Bool = false
  ) -> Step {
    let noise = isNoisy ? variables.suffix(rule.entries).map { variable($0) } : []
    var inputs = variables.dropLast(noise.count).map { variable($0) }
    var first: Evaluation<Register>?
    for place in rule.places {
      let u = inline(place, inputs)
      let here = Evaluation(inline(gradient, u), variables: rule.entries)
      first = first ?? here
      let told = isNoisy ? zip(here.slopes, noise).map { add($0, $1) } : here.slopes
      inputs += told + [here.value]
    }
    guard let first else { preconditionFailure("a rule asks for the gradient at x") }
    let moves = inline(rule.moves, inputs)
    return Step(
      value: first.value, slope: first.slopes, moves: moves,
      displacement: Array(moves[rule.displacement]))
  }

  fileprivate mutating func sumOfSquares(_ g: [Register]) -> Register {
    let squares = g.map { power($0, 2) }
    return squares.dropFirst().reduce(squares[0]) { add($0, $1) }
  }

  /// ∇C·Δx; where Δx is −s∇C it is −s‖∇C‖², which as a sum of squares keeps its sign in enclosures.
  fileprivate mutating func prediction(
    _ rule: RuleProgram, _ step: Step, _ squared: Register
  ) -> Register {
    let shares = zip(step.displacement, step.slope).map { share(of: $0, in: $1) }
    if let first = shares[0], shares.allSatisfy({ $0 == first }) {
      return negate(multiply(first, squared))
    }
    let terms = zip(step.slope, step.displacement).map { multiply($0, $1) }
    return terms.dropFirst().reduce(terms[0]) { add($0, $1) }
  }

  /// s where a displacement is −(s·g).
  private func share(of displacement: Register, in g: Register) -> Register? {
    let minus = instruction(displacement)
    guard minus.opcode == .negate else { return nil }
    let product = instruction(minus.a)
    guard product.opcode == .multiply else { return nil }
    return product.b == g ? product.a : product.a == g ? product.b : nil
  }
}
