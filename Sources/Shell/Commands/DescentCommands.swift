// descend, precise, step, back.
import Calculus
import Descent

let runParameters = [
  Parameter(
    name: "eta", summary: "learning rate η: a number, a list, or a formula in t", standard: "0.1"),
  Parameter(name: "steps", summary: "how many steps", standard: "10"),
  Parameter(
    name: "method", summary: Methods.all.map { $0.name }.joined(separator: ", "), standard: "gd"),
  Parameter(name: "tol", summary: "stop when ‖∇f‖ is below", standard: "0"),
  Parameter(name: "from", summary: "the start values in order, as in from=[-1.2, 1]"),
  Parameter(name: "every", summary: "show every so many rows", standard: "1"),
  Parameter(name: "tier", summary: "double: step in doubles only", standard: "auto"),
]

let descentCommands: [Command] = [
  Command(
    name: "descend", summary: "runs descent and shows every step",
    usage: "descend [f] eta=1.2 x0=-1 [steps=10] [method=gd] [tol=0]", parameters: runParameters,
    examples: ["f = x^2; descend eta=1.2 x0=-1 steps=3"], takesPoint: true
  ) { call throws(Fault) in try call.descend(certifiedSteps: 1000) },
  Command(
    name: "precise", summary: "the same with the orbit itself certified for as long as asked",
    usage: "precise [f] eta=2 x0=0.3 steps=1000", parameters: runParameters,
    examples: ["f = x^4/4-x^2/2; precise eta=2 x0=0.3 steps=40"], takesPoint: true
  ) { call throws(Fault) in try call.descend(certifiedSteps: 100_000) },
  Command(
    name: "step", summary: "one more step of the last run; Enter repeats it", usage: "step",
    examples: ["f = x^2; descend eta=0.4 x0=1 steps=1; step"]
  ) { call throws(Fault) in [try call.session.move(by: 1)] },
  Command(
    name: "back", summary: "one step back in the last run", usage: "back",
    examples: ["f = x^2; descend eta=0.4 x0=1 steps=2; back"]
  ) { call throws(Fault) in [try call.session.move(by: -1)] },
  whyCommand,
  regimeCommand,
  bifurcateCommand,
]

extension Call {
  /// The plans that the arguments ask for: one per rate.
  func plans(certifiedSteps: Int) throws(Fault) -> [DescentPlan] {
    let loss = try loss()
    var method: any Method = GradientDescent()
    var extra: [Parameter] = []
    if let a = argument("method") {
      let name = a.value.text.trimmedBlanks
      guard let type = Methods.named(name) else {
        let all = Methods.all.map { $0.name }
        throw Fault(
          "there is no method \(name)",
          hint: Nearest.match(name, among: all).map { "did you mean \($0)?" }
            ?? "the methods are \(all.joined(separator: ", "))", at: a.range)
      }
      extra = type.parameters.map { Parameter(name: $0.name, summary: $0.summary) }
      var values: [Rational] = []
      for p in type.parameters {
        values.append(
          try argument(p.name).map { a throws(Fault) in try session.rational(a.value) }
            ?? p.standard)
      }
      method = type.init(values)
    }
    try checkArguments(extra, loss.variables)
    guard let start = try point(of: loss, start: true) else {
      let line = loss.variables.map { $0 + "0=1" }.joined(separator: " ")
      throw Fault(
        "a start is missing",
        hint: "type \(command.name) \(positional.isEmpty ? "" : "\(loss.name) ")eta=0.1 \(line)")
    }
    let steps = try integer("steps", command.name == "why" ? 1 : 10, in: 0...1_000_000_000_000_000)
    let tolerance =
      try argument("tol").map { a throws(Fault) in try session.rational(a.value) } ?? .zero
    if tolerance.sign < 0 { throw Fault("tol= is not negative") }
    let doubles = argument("tier")?.value.text.trimmedBlanks == "double"
    return try rates().map {
      DescentPlan(
        loss: loss, method: method, eta: $0, start: start, steps: steps, tolerance: tolerance,
        digits: session.digits, doublesOnly: doubles, certifiedSteps: certifiedSteps)
    }
  }

  /// The rates asked for, as programs in t.
  private func rates() throws(Fault) -> [Program] {
    guard let e = argument("eta")?.value ?? session.environment["eta"]?.body else {
      if command.name != "why" { session.warn("eta is not given: η = 0.1 is used") }
      return [constant(Rational(1) / Rational(10))]
    }
    if argument("eta")?.upper != nil {
      throw Fault("a range of rates is for scans", hint: "list the rates: eta=[0.1, 0.5, 1]")
    }
    if e.arena.nodes[Int(e.root)].kind == .matrix { return try session.list(e).map(constant) }
    let p = try session.environment.program(of: e, variables: ["t"])
    if let unknown = p.variables.dropFirst().first { throw session.unknownName(unknown, in: e) }
    if !p.instructions.contains(where: { $0.opcode == .variable }) {
      let v = try session.rational(e)
      if v.sign < 0 { session.warn("η is negative: this is ascent") }
      return [constant(v)]
    }
    return [p]
  }

  private func constant(_ r: Rational) -> Program {
    var b = ProgramBuilder(variables: ["t"])
    let c = b.constant(r)
    return b.program(outputs: [c])
  }

  func descend(certifiedSteps: Int) throws(Fault) -> [Answer] {
    var answers: [Answer] = []
    let every = try integer("every", 1, in: 1...1_000_000_000)
    for plan in try plans(certifiedSteps: certifiedSteps) {
      let s = session
      let run = plan.run(cancelled: s.cancelled) { s.report("step \($0) …") }
        .classified(cancelled: s.cancelled)
      s.trajectory = run
      s.shownStep = run.steps
      if run.stop == .interrupted { s.interrupted = true }
      if case .undefined(let why) = run.stop, run.rows.isEmpty {
        throw Fault("undefined at the start: " + why)
      }
      answers.append(runAnswer(run, session: s, every: every))
      if s.interrupted { break }
    }
    return answers
  }
}

extension Session {
  /// `step` and `back`: the row after or before the one shown.
  func move(by k: Int) throws(Fault) -> Answer {
    guard var run = trajectory, let at = shownStep else {
      throw Fault("there is no run to step in", hint: "start one: descend eta=0.1 x0=1")
    }
    let t = at + k
    guard t >= 0 else { throw Fault("this is the start") }
    if t > run.steps {
      switch run.stop {
      case .stepsUsed, .interrupted, .gradientBelow, .cycle, .landed: break
      default: throw Fault("the run ended: \(words(run.stop, run))")
      }
      var plan = run.plan
      plan.steps = t
      plan.tolerance = .zero
      var longer = plan.run(cancelled: cancelled)
      if longer.steps >= t {
        // The orbit is the same: only an end reached on the way says more.
        if longer.stop == run.stop { longer.regime = run.regime }
        run = longer.regime == nil ? longer.classified(cancelled: cancelled) : longer
      } else {
        throw Fault("the run stays where it is: \(words(longer.stop, longer))")
      }
      trajectory = run
    }
    shownStep = t
    guard let row = run.rows.first(where: { $0.t == t }) else {
      throw Fault("row \(t) was not kept in this long run")
    }
    var one = run
    one.rows = [row]
    return Answer(
      "descend", runMembers(one, session: self), [.table(runTable(one, digits: digits))])
  }
}
