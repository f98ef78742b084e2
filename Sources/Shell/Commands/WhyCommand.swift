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
  let search =
    try call.argument("search").map { a throws(Fault) in try s.rational(a.value) } ?? Rational(16)
  let orders = try call.integer("orders", 4, in: 1...30)
  guard search.sign > 0 else { throw Fault("search= wants a positive number") }
  // After a run: its first rising step, else step 0, unless a start is given.
  let given =
    call.arguments.contains { !["eta", "search", "orders"].contains($0.name) }
    || !call.positional.isEmpty
  if let run = s.trajectory, !given {
    let t = step ?? run.rows.first { $0.rose == true }?.t ?? 0
    guard let row = run.rows.first(where: { $0.t == t }) else {
      throw Fault("the run has no row \(t)", hint: "it has 0 to \(run.steps)")
    }
    let x = s.exactPoint(row.point)
    let which = (t: t, isFirstRise: step == nil)
    if let eta = call.argument("eta") {
      return [try s.why(run.plan.loss, x, try s.list(eta.value), step: which, search, orders)]
    }
    let eta = run.plan.rate(CertifiedArithmetic(bits: 256), t)
    return [try s.why(run.plan.loss, x, [s.exactPoint([eta])[0]], step: which, search, orders)]
  }
  if step != nil { throw Fault("there is no run yet", hint: "start one: descend eta=0.1 x0=1") }
  let loss = try call.loss()
  try call.checkArguments([], loss.variables)
  guard let x = try call.point(of: loss, start: true) else {
    throw call.missingStart(of: loss, eta: "0.1")
  }
  let rates = try (call.argument("eta")?.value ?? s.environment["eta"]?.body).map {
    e throws(Fault) in try s.list(e)
  }
  return [
    try s.why(loss, x, rates ?? [Rational(1) / Rational(10)], step: (0, false), search, orders)
  ]
}

extension Session {
  /// Exact numbers for certified ones: themselves, or a point of the enclosure (wider than 100 bits
  /// is never shown).
  func exactPoint(_ x: [Certified]) -> [Rational] {
    x.map { c in
      if let r = c.rational { return r }
      if case .enclosed(let e) = c, let (l, u) = e.rational { return (l + u) * .half }
      return .zero
    }
  }

  func why(
    _ loss: Loss, _ x: [Rational], _ rates: [Rational], step: (t: Int, isFirstRise: Bool),
    _ search: Rational, _ orders: Int
  ) throws(Fault) -> Answer {
    if rates.count == 1, let eta = rates.first {
      return try dissect(loss, x, eta, step, search, orders)
    }
    lastStep = rates.max().map { StepPlace(loss: loss, x: x, eta: $0, compared: rates) }
    var perSquares: [(eta: Rational, ratio: Certified)] = []
    var rows: [[String]] = []
    var items: [JSON] = []
    for eta in rates {
      try stopIfCancelled()
      let d = try Dissection(loss, x, eta, digits: digits)
      let square = eta * eta
      let a = CertifiedArithmetic(bits: 512)
      let perSquare =
        square.isZero ? Certified.undefined("η = 0") : a.divide(d.error, .exact(square))
      perSquares.append((eta, perSquare))
      let kept =
        d.predicted.sign == 0
        ? Certified.undefined("the slope is 0") : a.divide(d.change, d.predicted)
      let mark = d.change.sign == 1 ? "▲ " : ""
      rows.append([
        Certified.exact(eta).text(digits: digits), d.predicted.text(digits: digits),
        mark + d.change.text(digits: digits, signed: true),
        d.error.text(digits: digits, signed: true),
        perSquare.text(digits: digits), kept.text(digits: digits),
      ])
      items.append(
        .object(
          [("eta", json(.exact(eta)))] + member("change", d.change)
            + member("predicted", d.predicted)
            + member("error", d.error) + member("kept", kept)))
    }
    let columns = ["η", "predicted", "actual Δ\(loss.name)", "error", "error/η²", "kept"]
    return Answer(
      "why", [("at", pointJSON(loss, x)), ("rates", .array(items))],
      [
        .line("one step of \(loss.name) from \(pointLine(loss, x)) at several rates"),
        .table(Table(columns: columns.map { .init(title: $0) }, rows: rows)),
        .line(
          "kept = actual/predicted: near 1 the prediction is good, below 0 the loss rises. "
            + settling(perSquares, loss)),
      ])
  }

  /// What error/η² tells at the two smallest rates.
  private func settling(
    _ perSquares: [(eta: Rational, ratio: Certified)], _ loss: Loss
  ) -> String {
    let small = perSquares.sorted { $0.eta < $1.eta }.prefix(2).compactMap(\.ratio.nearestDouble)
    if small.count == 2, small.allSatisfy({ $0 == 0 }) {
      return "At the smallest rates the prediction is exact: there \(loss.name) is a straight line."
    }
    if small.count == 2, abs(small[0] - small[1]) <= 0.25 * max(abs(small[0]), abs(small[1])) {
      return
        "error/η² settles as η shrinks: ten times less rate, a hundred times less error. That is what ≈ means."
    }
    return loss.hasKink
      ? "\(loss.name) has kinks: a step across one has an error that grows as η, so error/η² does not settle until the steps stay on one side."
      : "These rates are too large to see error/η² settle: try smaller ones."
  }

  private func dissect(
    _ loss: Loss, _ x: [Rational], _ eta: Rational, _ step: (t: Int, isFirstRise: Bool),
    _ search: Rational, _ orders: Int
  ) throws(Fault) -> Answer {
    let d = try Dissection(loss, x, eta, digits: digits, order: orders)
    lastStep = StepPlace(loss: loss, x: x, eta: eta)
    guard d.squared.sign == 0 else {
      return try WhyReport(
        self, loss, x, eta, d, step: step.t, isFirstRise: step.isFirstRise, search: search
      ).answer()
    }
    let text =
      "The gradient is 0 at \(pointLine(loss, x)): nothing moves, at any rate. Look at hess to see what kind of point it is."
    return Answer(
      "why",
      [("at", pointJSON(loss, x)), ("eta", json(.exact(eta))), ("text", .array([.string(text)]))]
        + member("change", .exact(.zero)) + member("predicted", .exact(.zero))
        + member("error", .exact(.zero)),
      lines: [text])
  }

  func largestCurvature(_ loss: Loss, _ x: [Rational]) throws(Fault) -> Certified? {
    eigenvalues(loss, x)?.last
  }

  /// The eigenvalues of the Hessian, ascending, for up to 32 variables.
  func eigenvalues(_ loss: Loss, _ x: [Rational]) -> [Certified]? {
    Curvature(loss, at: x.map(Certified.exact))?.eigenvalues
  }
}
