// What the arguments of a command ask to be run: the loss, the start, the methods and the rates.
import Calculus
import Descent

extension Call {
  /// The plans that the arguments ask for: one per method and rate.
  func plans(certifiedSteps: Int) throws(Fault) -> [DescentPlan] {
    let whole = try loss()
    let (methods, extra) = try methods()
    try checkArguments(extra, whole.source.layout)
    let start = try start(of: whole)
    let (sampling, loss) = try sampling(of: whole)
    let standardSteps = try epochs(sampling) ?? (command.name == "why" ? 1 : 10)
    let steps = try integer("steps", standardSteps, in: 0...1_000_000_000_000_000)
    let tolerance =
      try argument("tol").map { a throws(Fault) in try session.rational(a.value) } ?? .zero
    if tolerance.sign < 0 { throw Fault("tol= is not negative") }
    let doubles = argument("tier")?.value.text.trimmedBlanks == "double"
    let given = try givenRates(hasEpochs: sampling?.batches != nil)
    let made = try methods.map { method throws(Fault) in
      try StepProgram(method, on: loss, isNoisy: sampling?.deviations != nil)
    }
    let plans = made.flatMap { step in
      (given ?? [standardRate(of: step.method)]).map {
        var plan = DescentPlan(
          step, eta: $0, start: start, steps: steps, tolerance: tolerance,
          digits: session.digits, doublesOnly: doubles,
          certifiedSteps: certifiedSteps)
        plan.sampling = sampling
        return plan
      }
    }
    session.lastPlan = plans.last
    session.lastStart = StartPlace(variables: loss.variables, values: start)
    return plans
  }

  /// The methods named, and the parameters that they declare.
  func methods() throws(Fault) -> ([Method], [Parameter]) {
    guard let a = argument("method") else { return ([.gradientDescent], []) }
    var methods: [Method] = []
    var extra: [Parameter] = []
    for name in try session.nameList(a.value) {
      guard let declaration = session.method(named: name) else {
        let all = session.methods.map(\.name)
        throw Fault(
          "there is no method \(name)",
          hint: ClosestName.match(name, among: all).map { "did you mean \($0)?" }
            ?? "the methods are \(all.joined(separator: ", "))", at: a.range)
      }
      extra += declaration.parameters
      var values: [String: Rational] = [:]
      for p in declaration.parameters {
        if let a = argument(p.name) { values[p.name] = try session.rational(a.value) }
      }
      methods.append(Method(declaration, values, in: session.environment))
    }
    return (methods, extra)
  }

  /// The one method whose orbits a scan follows, and the parameters that it declares.
  func scannedMethod() throws(Fault) -> (Method, [Parameter]) {
    let (methods, extra) = try methods()
    if argument("method") == nil, let last = session.trajectory?.plan,
      !last.step.isGradientDescent
    {
      session.warn(
        "method is not given: gd is used",
        hint: "that of the last run is method=\(last.method.name)")
    }
    guard methods.count == 1 else {
      throw Fault("\(command.name) follows one method", at: argument("method")?.range)
    }
    return (methods[0], extra)
  }

  /// Its step on a loss.
  func scannedStep(_ method: Method, on loss: Loss) throws(Fault) -> StepProgram {
    let step = try StepProgram(method, on: loss)
    if step.readsStep {
      throw Fault(
        "\(method.name) reads the number of the step: \(command.name) follows rules that do not",
        at: argument("method")?.range)
    }
    return step
  }

  /// The start values; a command that follows a run of the same loss takes that run's.
  private func start(of loss: Loss) throws(Fault) -> [TypedNumber] {
    if let values = try pointExpressions(of: loss, start: true) {
      return try values.map { e throws(Fault) in try session.typed(e) }
    }
    if command.followsRun, let last = session.lastStart, last.variables == loss.variables {
      return last.values
    }
    throw missingStart(
      of: loss, eta: argument("eta").map { $0.value.text.trimmedBlanks } ?? "0.1")
  }

  /// The rate of a method where none is given: its own, else 0.1, which is said.
  private func standardRate(of method: Method) -> Program {
    if let own = method.declaration.parameters.first(where: { $0.name == "eta" })?.number {
      return constant(own)
    }
    session.warn("eta is not given: η = 0.1 is used")
    return constant(Rational(1) / Rational(10))
  }

  /// The rates asked for, as programs in t; nil where none is given.
  private func givenRates(hasEpochs: Bool) throws(Fault) -> [Program]? {
    guard let e = argument("eta")?.value ?? session.environment["eta"]?.body else { return nil }
    if let a = argument("eta"), let upper = a.upper {
      guard command.scansRates else {
        throw Fault(
          "a range of rates is for scans",
          hint: "list the rates: eta=[0.1, 0.5, 1]; or: sweep eta=0.1..1", at: a.range)
      }
      let low = try session.rational(e)
      let high = try session.rational(upper)
      guard low.sign > 0, low < high else {
        throw Fault("a range of rates goes up from above 0", hint: "eta=0.01..1", at: a.range)
      }
      let count = try integer("count", 21, in: 2...1000)
      return Call.spread(from: low, to: high, count: count).map(constant)
    }
    return try session.entries(e).map { e throws(Fault) in try rate(e, hasEpochs) }
  }

  /// The one rate of an argument.
  func oneRate(_ a: Argument) throws(Fault) -> Program {
    let all = try session.entries(a.value)
    guard all.count == 1 else {
      throw Fault("one rate is wanted for a step that draws", hint: "why eta=0.1", at: a.range)
    }
    return try rate(all[0], false)
  }

  /// One rate or schedule, in t and over batches in the epoch k.
  private func rate(_ e: Expression, _ hasEpochs: Bool) throws(Fault) -> Program {
    let known = hasEpochs ? ["t", "k"] : ["t"]
    let p = try session.numberProgram(of: e, variables: known)
    if let unknown = p.variables.dropFirst(known.count).first {
      throw unknown == "k"
        ? Fault(
          "k is the epoch, and this run has none",
          hint: "batch=32 runs over batches of data; t is the number of the step")
        : session.unknownName(unknown, in: e)
    }
    if !p.instructions.contains(where: { $0.opcode == .variable }) {
      _ = try session.rational(e)
      let v = try session.value(e)
      if v.sign == -1 { session.warn("η is negative: this is ascent") }
      // A rate such as 1/sqrt(2) stays a program: every precision evaluates it anew.
      return v.rational.map(constant) ?? p
    }
    return p
  }

  /// Even steps, or even ratios rounded to three digits where the range spans a factor of 20.
  static func spread(from low: Rational, to high: Rational, count: Int) -> [Rational] {
    let last = Rational(count - 1)
    guard high >= low * Rational(20) else {
      return (0..<count).map { low + (high - low) * Rational($0) / last }
    }
    // By logarithms: the ratio of typed numbers may be beyond the doubles.
    let a = EnclosureArithmetic(bits: 128)
    let log = ElementaryFunction.row(named: "log")
    let exp = ElementaryFunction.row(named: "exp")
    let (l, h) = (a.constant(low), a.constant(high))
    let start = a.lift(log, l, l)
    let width = a.subtract(a.lift(log, h, h), start)
    return (0..<count).map { k in
      if k == 0 { return low }
      if k == count - 1 { return high }
      let u = a.add(start, a.multiply(width, a.constant(Rational(k) / last)))
      return a.lift(exp, u, u).rational?.0.rounded(digits: 3) ?? low
    }
  }

  private func constant(_ r: Rational) -> Program {
    var b = ProgramBuilder(variables: ["t"])
    let c = b.constant(r)
    return b.program(outputs: [c])
  }
}
