// sweep: a line per rate; compare: a line per method, rate or schedule. Both keep the curves C(t).
import Calculus
import Descent

private let shared = [
  Parameter(name: "steps", summary: "how many steps at most", standard: "1000"),
  Parameter(name: "tol", summary: "steps are counted until ‖∇f‖ is below", standard: "1e-6"),
  Parameter(name: "from", summary: "the start values in order, as in from=[-1.2, 1]"),
]

let sweepCommand = Command(
  name: "sweep", summary: "one line per rate: how it ends, steps needed, how often f rises",
  usage: "sweep [f] eta=0.01..1 x0=2 [count=21]",
  parameters: [
    Parameter(name: "eta", summary: "a range, as in eta=0.01..1, or a list of rates"),
    Parameter(name: "count", summary: "how many rates of a range", standard: "21"),
    Parameter(
      name: "method", summary: "the method whose runs are made", standard: "gd", takesWords: true),
  ] + shared,
  examples: ["f = x^2; sweep eta=0.2..1.2 count=6 x0=1"], picture: "sweep", takesPoint: true,
  followsRun: true, goesOverRows: true,
  scansRates: true
) { call throws(Fault) in
  var call = call
  if call.argument("eta") == nil { call.arguments.append(try call.usualRates()) }
  return [try call.summaries(of: .rates)]
}

let compareCommand = Command(
  name: "compare", summary: "methods, rates or schedules side by side from the same start",
  usage: "compare [f] method=[gd, momentum] eta=[0.05, 0.1] x0=2",
  parameters: [
    Parameter(name: "method", summary: "one or several, as in method=[gd, momentum]"),
    Parameter(name: "eta", summary: "one or several rates, or a formula in t"),
  ] + shared,
  examples: ["f(x,y) = x^2+10y^2; compare method=[gd, momentum] eta=0.05 x0=1 y0=1"],
  picture: "compare", takesPoint: true, followsRun: true, goesOverRows: true
) { call throws(Fault) in [try call.summaries(of: .methods)] }

/// What the lines of a summary differ in.
enum SummaryKind {
  case rates, methods
}

extension Call {
  /// 0.1 to 1.5 times the rate that is critical at the start's minimum, or for the first step.
  fileprivate func usualRates() throws(Fault) -> Argument {
    func expression(_ r: Rational) throws(Fault) -> Expression {
      var parser = try Parser(Lexer(Array(r.description.utf8)))
      return try parser.expression()
    }
    func rates(_ low: Rational, _ high: Rational) throws(Fault) -> Argument {
      Argument(
        name: "eta", value: try expression(low), upper: try expression(high),
        range: SourceRange(0, 0))
    }
    var trial = self
    trial.arguments.append(try rates(.one, Rational(2)))
    guard let plan = try trial.plans(certifiedSteps: 1000).first else {
      throw Fault("there is nothing to sweep")
    }
    let found = Thresholds(
      plan.loss, from: StepStart(plan), cancelled: session.cancelled)
    guard
      let critical = found.downhill?.stableBelow ?? found.study?.critical.rate,
      let value = critical.nearestDouble.flatMap(Rational.init), value.sign > 0
    else { throw Fault("the rates are missing", hint: "type sweep eta=0.01..1") }
    let unit = value.rounded(digits: 2)
    let low = unit / Rational(10)
    let high = unit * Rational(3) * .half
    session.warn(
      "eta is not given: about \(Certified.exact(unit).text(digits: 2)) is critical, so rates around it are swept"
    )
    return try rates(low, high)
  }

  fileprivate func summaries(of kind: SummaryKind) throws(Fault) -> Answer {
    let most = try integer("steps", 1000, in: 1...1_000_000)
    let tolerance = try argument("tol").map { a throws(Fault) in try session.rational(a.value) }
    let limit = tolerance?.nearestDouble ?? 1e-6
    guard limit > 0 else { throw Fault("tol= wants a positive number") }
    let plans = try plans(certifiedSteps: 1000)
    let done = RunSummary.all(
      plans, tolerance: limit, most: most, following: max(60_000, 2_000_000 / plans.count),
      cancelled: session.cancelled
    ) { session.report("\($0) of \(plans.count) …") }
    if done.count < plans.count { session.interrupted = true }
    switch kind {
    case .rates: session.results.keep(.sweep(done))
    case .methods: session.results.keep(.comparison(done))
    }
    return session.summaryAnswer(kind, done, limit, most)
  }
}

extension Session {
  fileprivate func summaryAnswer(
    _ kind: SummaryKind, _ runs: [RunSummary], _ tolerance: Double, _ most: Int
  ) -> Answer {
    guard let loss = runs.first?.plan.loss, let plan = runs.first?.plan else {
      return Answer(kind == .rates ? "sweep" : "compare", lines: ["Stopped before the first line."])
    }
    let rows = runs.map { r -> [String] in
      let head =
        kind == .rates
        ? [rateText(r.plan, self)]
        : [r.plan.method.name, rateText(r.plan, self)]
      return head + [
        outcomeWords(r.regime, loss), r.steps.map { "\($0)" } ?? "–",
        "\(Int(exactly: (100 * r.rising).rounded()) ?? 0) %",
        endValue(r)?.text(digits: digits) ?? "–",
      ] + (kind == .rates ? [r.isExact ? "all" : r.trusted.map { "\($0)" } ?? "–"] : [])
    }
    let limit = Certified(tolerance).text(digits: 3)
    let titles =
      (kind == .rates ? [] : [Table.Column(title: "method", isText: true)])
      + [
        .init(title: "η"), .init(title: "how it ends", isText: true),
        .init(title: "steps", subtitle: "to \(limit)"), .init(title: "\(loss.name) rose"),
        .init(title: loss.name, subtitle: "at the limit"),
      ] + (kind == .rates ? [.init(title: "trusted", subtitle: "digits")] : [])
    let items = runs.map { r in
      JSON.object(
        [
          ("method", .string(r.plan.method.name)), ("eta", etaJSON(r.plan, self)),
          ("outcome", r.regime.map { .string($0.outcome.rawValue) } ?? .null),
          ("period", r.regime?.period.map { .number(Double($0)) } ?? .null),
          ("steps", r.steps.map { .number(Double($0)) } ?? .null),
        ] + member("value", endValue(r) ?? .undefined("not settled"))
          + [
            ("rising", .number(r.rising)), ("exact", .bool(r.isExact)),
            ("digits", r.trusted.map { .number(Double($0)) } ?? .null),
          ])
    }
    let head =
      kind == .rates
      ? "sweep of \(loss.name)\(byMethod(plan.step)) from \(pointLine(loss, plan.start))"
      : "comparison on \(loss.name) from \(pointLine(loss, plan.start))"
    let line = summaryLine(runs, most)
    return Answer(
      kind == .rates ? "sweep" : "compare",
      [
        ("loss", .string(loss.name)), ("at", pointJSON(loss, plan.start)),
        (kind == .rates ? "rows" : "runs", .array(items)), ("text", .string(line)),
      ],
      [.line(head), .table(Table(columns: titles, rows: rows))]
        + [
          .line(
            "steps: until ‖∇\(loss.name)‖ < \(limit). " + (kind == .rates ? trustLine(runs) : ""))
        ]
        + [.line(line)])
  }

  /// What the column of trusted digits says.
  private func trustLine(_ runs: [RunSummary]) -> String {
    let lost = runs.contains { $0.trusted == 0 }
    let open = runs.contains { $0.trusted == nil && !$0.isExact }
    return "trusted: digits of the last point that a run in doubles gets right"
      + (lost ? "; 0 where errors of rounding have grown to its size" : "")
      + (open ? "; – where that was not followed to the end" : "") + "."
  }

  /// The loss where a run settles.
  private func endValue(_ r: RunSummary) -> Certified? {
    guard r.regime?.outcome == .stationary, let limit = r.regime?.limit, !limit.isEmpty else {
      return nil
    }
    return r.plan.loss.program.run(CertifiedArithmetic(bits: 256), at: limit)[0]
  }

  private func outcomeWords(_ r: Regime?, _ loss: Loss) -> String {
    guard let r else { return "stopped" }
    let way =
      switch r.convergence {
      case .finite: "lands exactly"
      case .sublinear: "settles slowly"
      default: "settles"
      }
    switch r.outcome {
    case .stationary:
      let side = r.convergence != .finite && r.alternates == true ? ", changing side" : ""
      guard let first = r.limit.first else { return way + side }
      let place = r.limit.count == 1 ? numeral(first, 4) : pointWords(r.limit, loss, 4)
      return way + (r.convergence == .finite ? " at " : " to ") + place + side
    case .cycle: return "cycle of \(r.period ?? 0)"
    case .divergent: return "diverges"
    case .leavesDomain: return "leaves the domain"
    case .runsOff: return "runs off"
    case .drifting: return "drifts"
    case .chaotic, .quasiperiodic, .undecided: return r.outcome.rawValue
    }
  }

  private func summaryLine(_ runs: [RunSummary], _ most: Int) -> String {
    // Reaching the tolerance is counted, whatever is known of where the run ends.
    let reached = runs.filter { $0.steps != nil }
    guard let best = reached.min(by: { ($0.steps ?? 0) < ($1.steps ?? 0) }), let n = best.steps
    else { return "No run reached the tolerance within \(most) steps." }
    let method = best.plan.method.name
    let differs = runs.contains { $0.plan.method.name != method }
    return
      "Fastest: \(differs ? "\(method) at " : "")η = \(rateText(best.plan, self)), \(n) step\(n == 1 ? "" : "s")."
  }
}
