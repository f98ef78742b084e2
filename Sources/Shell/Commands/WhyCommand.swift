// why: one step dissected, in words that can be read aloud; or one line per rate.
import Calculus
import Descent

let whyCommand = Command(
  name: "why", summary: "one step dissected: prediction, bend, what the rate decides",
  usage: "why [7]   why [f] eta=1.2 x0=-1   why eta=[0.1, 0.5, 1]",
  parameters: [
    Parameter(
      name: "eta", summary: "learning rate η, or a list of rates", standard: "that of the run"),
    Parameter(name: "from", summary: "the point, as in from=[-1.2, 1]"),
    Parameter(name: "orders", summary: "how many orders of η are shown", standard: "4"),
    Parameter(name: "search", summary: "how far rates are searched", standard: "16"),
  ],
  examples: [
    "f = x^2; descend eta=1.2 x0=-1 steps=3; why", "f = x^2; why eta=[0.1, 0.5, 1, 1.2] x0=-1",
  ], picture: "why", takesPoint: true
) { call throws(Fault) in
  let s = call.session
  var call = call
  var step: Int?
  if let w = call.word(0), let t = Int(w) {
    step = t
    call.arguments.removeAll { $0.name == nil }
  }
  let search = try call.searchedRates()
  let orders = try call.integer("orders", 4, in: 1...30)
  // After a run: its first rising step, else that which left the domain, else step 0, unless a start
  // is given.
  let given =
    call.arguments.contains { !["eta", "search", "orders"].contains($0.name) }
    || !call.positional.isEmpty
  if let run = s.trajectory, !given {
    let rises = run.rows.first { $0.rose == true }
    let leaves = if case .undefined = run.stop { run.rows.last?.t } else { Int?.none }
    let t = step ?? rises?.t ?? leaves ?? 0
    guard let row = run.rows.first(where: { $0.t == t }) else {
      throw Fault("the run has no row \(t)", hint: "it has 0 to \(run.steps)")
    }
    if !run.plan.isAnalysable {
      var plan = run.plan
      if let a = call.argument("eta") { plan.eta = try call.oneRate(a) }
      let asked = step == nil ? run.rows[0] : row
      return [s.why(DrawnStep(plan, asked))]
    }
    // Rows left out may have risen before.
    let isFirst = step == nil && rises != nil && t < run.rows.count && run.rows[t].t == t
    let rates =
      try call.argument("eta").map { a throws(Fault) in try s.typedList(a.value) }
      ?? [TypedNumber(run.plan.eta, at: t)]
    let asked = AskedStep(
      step: run.plan.step, start: StepStart(run.plan, row), t: t, isFirstRise: isFirst)
    return [try s.why(asked, rates, search, orders)]
  }
  if step != nil { throw Fault("there is no run yet", hint: "start one: descend eta=0.1 x0=1") }
  let loss = try call.loss()
  try call.checkArguments([], loss.source.layout)
  guard let start = try call.stepStart(of: loss) else {
    throw call.missingStart(of: loss, eta: "0.1")
  }
  let rates = try (call.argument("eta")?.value ?? s.environment["eta"]?.body).map {
    e throws(Fault) in try s.typedList(e)
  }
  let asked = AskedStep(
    step: StepProgram(descending: loss), start: start, t: 0, isFirstRise: false)
  return [
    try s.why(asked, rates ?? [TypedNumber(Rational(1) / Rational(10))], search, orders)
  ]
}

extension Call {
  /// The point that a step starts from, each number as typed; nil where none is given.
  func stepStart(of loss: Loss) throws(Fault) -> StepStart? {
    guard let values = try pointExpressions(of: loss, start: true) else { return nil }
    return StepStart(try values.map { e throws(Fault) in try session.typed(e) })
  }

  /// How far rates are to be searched; nil where the command chooses.
  func searchedRates() throws(Fault) -> Rational? {
    guard let a = argument("search") else { return nil }
    let value = try session.rational(a.value)
    guard value.sign > 0 else { throw Fault("search= wants a positive number", at: a.range) }
    return value
  }
}

extension Session {
  /// A number for an argument, as exact as it was typed.
  func typed(_ e: Expression) throws(Fault) -> TypedNumber {
    let program = try numberProgram(of: e)
    if !program.variables.isEmpty { return TypedNumber(try rational(e)) }
    let v = try value(of: program, at: [], in: e)
    return v.rational.map { TypedNumber($0) } ?? TypedNumber(program)
  }

  func typedList(_ e: Expression) throws(Fault) -> [TypedNumber] {
    try entries(e).map { e throws(Fault) in try typed(e) }
  }

  func why(
    _ step: AskedStep, _ rates: [TypedNumber], _ search: Rational?, _ orders: Int
  ) throws(Fault) -> Answer {
    let loss = step.loss
    if rates.count == 1, let eta = rates.first {
      return try dissect(step, eta, search, orders)
    }
    let x = step.start.point(bits: 256)
    // With a memory the step does not shrink with the rate.
    let isPlain = step.isPlain
    func size(_ r: TypedNumber) -> Double {
      r.value(CertifiedArithmetic(bits: 128)).estimate ?? -.infinity
    }
    if let largest = rates.max(by: { size($0) < size($1) }) {
      results.keep(
        .step(
          StepPlace(step: step.step, start: step.start, eta: largest, compared: rates)))
    }
    var perSquares: [(eta: Certified, ratio: Certified)] = []
    var predictions: [Int?] = []
    var rows: [[String]] = []
    var items: [JSON] = []
    for rate in rates {
      try stopIfCancelled()
      let d = try dissection(step.step, from: step.start, eta: rate)
      let a = CertifiedArithmetic(bits: 512)
      let eta = d.eta
      let perSquare =
        eta.sign == 0
        ? Certified.undefined("η = 0") : a.divide(d.error, a.multiply(eta, eta))
      perSquares.append((eta, perSquare))
      predictions.append(d.predicted.sign)
      let kept =
        d.predicted.sign == 0
        ? Certified.undefined("the slope is 0") : a.divide(d.change, d.predicted)
      let mark = d.change.sign == 1 ? "▲ " : ""
      rows.append(
        [
          eta.text(digits: digits), d.predicted.text(digits: digits),
          mark + d.change.text(digits: digits, signed: true),
          d.error.text(digits: digits, signed: true),
        ] + (isPlain ? [perSquare.text(digits: digits)] : []) + [kept.text(digits: digits)])
      items.append(
        .object(
          [("eta", json(eta))] + member("change", d.change)
            + member("predicted", d.predicted)
            + member("error", d.error) + member("kept", kept)))
    }
    // Downhill a prediction is negative.
    let isDownhill = predictions.allSatisfy { $0 == -1 }
    let keptMeans = isDownhill ? "rises." : "goes the other way."
    let columns =
      ["η", "predicted", "actual Δ\(loss.name)", "error"] + (isPlain ? ["error/η²"] : []) + ["kept"]
    return Answer(
      "why", [("at", pointJSON(loss, x)), ("rates", .array(items))],
      [
        .line("one step of \(loss.name) from \(pointLine(loss, x)) at several rates"),
        .table(Table(columns: columns.map { .init(title: $0) }, rows: rows)),
        .line(
          "kept = actual/predicted: near 1 the prediction is good, below 0 the loss \(keptMeans)"
            + (isPlain ? " " + settling(perSquares, loss) : "")),
      ])
  }

  /// What error/η² tells at the two smallest rates.
  private func settling(
    _ perSquares: [(eta: Certified, ratio: Certified)], _ loss: Loss
  ) -> String {
    func size(_ c: Certified) -> Double { abs(c.estimate ?? .infinity) }
    let two = perSquares.sorted { size($0.eta) < size($1.eta) }.prefix(2).map(\.ratio)
    if two.count == 2, two.allSatisfy({ $0.sign == 0 }) {
      return "At the smallest rates the prediction is exact."
    }
    let small = two.compactMap(\.estimate)
    if small.count == 2, abs(small[0] - small[1]) <= 0.25 * max(abs(small[0]), abs(small[1])) {
      return
        "error/η² settles as η shrinks: ten times less rate, a hundred times less error. That is what ≈ means."
    }
    return loss.hasKink
      ? "\(loss.name) has kinks: a step across one has an error that grows as η, so error/η² does not settle until the steps stay on one side."
      : "These rates are too large to see error/η² settle: try smaller ones."
  }

  private func dissect(
    _ step: AskedStep, _ eta: TypedNumber, _ search: Rational?, _ orders: Int
  ) throws(Fault) -> Answer {
    let loss = step.loss
    let d = try dissection(step.step, from: step.start, eta: eta, order: orders)
    results.keep(.step(StepPlace(step: step.step, start: step.start, eta: eta)))
    let stands = d.displacement.allSatisfy { $0.sign == 0 }
    guard d.squared.sign != 1 && (stands || step.isPlain) else {
      return try WhyReport(self, step, eta, d, search: search).answer()
    }
    let place = pointLine(loss, d.at)
    let text =
      d.squared.sign == 0
      ? "The gradient is 0 at \(place): nothing moves, at any rate. Look at hess to see what kind of point it is."
      : "Whether the gradient is 0 at \(place) is not decided: no precision tried tells it from 0. A step moves by less than can be told."
    return Answer(
      "why",
      [
        ("at", pointJSON(loss, d.at)), ("eta", json(d.eta)), ("text", .array([.string(text)])),
        ("step", .array(d.displacement.map(json))),
      ]
        + member("change", d.change) + member("predicted", d.predicted)
        + member("error", d.error),
      lines: [text])
  }
}
