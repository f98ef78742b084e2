// regime: where a run ends and how, with the evidence; and the fixed points of the map.
import Calculus
import Descent

let regimeCommand = Command(
  name: "regime", summary: "where a run ends and how: settles, cycles, chaos, divergence",
  usage: "regime   regime [f] eta=2.5 x0=2 [explain=on]",
  parameters: runParameters + [
    Parameter(
      name: "explain", summary: "on or off: what was tried for the verdict, and what each lacked",
      standard: "off", takesWords: true)
  ],
  examples: [
    "f = log(cosh(x)); regime eta=2.5 x0=2", "f = x^4 - x^2; regime eta=0.9 x0=0.3 explain=on",
  ], picture: "run", takesPoint: true,
  followsRun: true
) { call throws(Fault) in
  let s = call.session
  let explains = try call.isOn("explain")
  if call.arguments.allSatisfy({ $0.name == "explain" }), let run = s.trajectory {
    try call.refuseDrawn(run.plan)
    return [s.regime(of: run, explains: explains)]
  }
  var answers: [Answer] = []
  var runs: [Trajectory] = []
  for plan in try call.plans(certifiedSteps: 1000) {
    var plan = plan
    // Enough to show exact landings; the search goes on from there.
    if call.argument("steps") == nil { plan.steps = 24 }
    let run = plan.run(cancelled: s.cancelled)
    if let fault = startFault(run) { throw fault }
    runs.append(run)
    s.results.keep(.runs(Runs(all: runs, row: run.steps)))
    answers.append(s.regime(of: run, explains: explains))
    if s.cancelled() { break }
  }
  return answers
}

extension Session {
  fileprivate func regime(of run: Trajectory, explains: Bool) -> Answer {
    let found = run.classified(.full, cancelled: cancelled)
    let plan = run.plan
    let loss = plan.loss
    guard let r = found.regime else { return Answer("regime", lines: []) }
    var members: [(String, JSON)] = [
      ("loss", .string(loss.name)), ("method", .string(plan.method.name)),
      ("eta", etaJSON(plan, self)), ("at", pointJSON(loss, plan.start)),
    ]
    let words = FindingWords(plan)
    members += regimeMembers(r, words)
    var blocks: [Answer.Block] = [
      .line(
        "regime of \(loss.name) by \(plan.method.name), η = \(rateText(plan, self)) from \(pointLine(loss, plan.start))"
      ),
      .table(facts(r, run)),
    ]
    let isOpen = r.outcome == .undecided && !explains
    blocks.append(.line(regimeWords(r, run, self) + (isOpen ? " Try: regime explain=on" : "")))
    blocks += r.notes.map { .line(words.text($0)) }
    if explains {
      members.append(("provers", words.json(r.attempts)))
      blocks += words.blocks(r.attempts, decided: r.outcome != .undecided)
    }
    if let rests = fixedPoints(run, r) {
      members.append(("fixed_points", rests.json))
      blocks += rests.blocks
    }
    members.append(("verdict", .string(regimeWords(r, run, self))))
    return Answer("regime", members, blocks)
  }

  private func facts(_ r: Regime, _ run: Trajectory) -> Table {
    var rows: [[String]] = []
    func row(_ name: String, _ value: String?) { if let value { rows.append([name, value]) } }
    row(
      "outcome",
      r.outcome == .cycle ? "cycle of period \(r.period ?? 0)" : r.outcome.rawValue)
    if !r.limit.isEmpty {
      row(
        "limit",
        pointWords(r.limit, run.plan.loss, digits) + (r.kind.map { ", \($0.rawValue)" } ?? ""))
    }
    for (k, p) in r.points.prefix(12).enumerated() {
      row(k == 0 ? "points" : "", pointWords(p, run.plan.loss, max(digits, 12)))
    }
    if r.points.count > 12 { row("", "… (\(r.points.count) in all)") }
    let multipliers = r.multipliers.map { multiplierWords($0, digits) }.abbreviated(to: 8)
    if !multipliers.isEmpty {
      row(
        multipliers.count == 1 ? "multiplier" : "multipliers", multipliers.joined(separator: ", "))
    }
    row(
      "rate",
      r.convergence.map { k in
        k.rawValue + (r.factor.map { ", factor \(numeral($0, digits))" } ?? "")
      })
    row(
      "alternates",
      r.alternates.map {
        !$0
          ? "no"
          : run.plan.loss.variables.count > 1
            ? "yes: along one direction it changes side at every step"
            : "yes: \(Spelling.shown(run.plan.loss.variables[0], unicode: true)) changes side at every step"
      })
    if let l = r.lyapunov {
      let value =
        l == -.infinity
        ? "-∞ (superstable)"
        : r.standardError == nil ? exponentWords(l) : Certified(l).text(digits: 4)
      let error = r.standardError.map {
        " ± \(Certified($0).text(digits: 1)) over \(r.steps ?? 0) steps"
      }
      row("Lyapunov exponent", value + (error ?? ""))
    }
    row("proved", r.proved ? "yes" : r.outcome == .undecided ? nil : "no: evidence")
    return Table(
      columns: [.init(title: "", isText: true), .init(title: "", isText: true)], rows: rows)
  }

  /// An exponent is the nearest double: only the digits that it has.
  private func exponentWords(_ l: Double) -> String {
    l == 0 ? "0" : Certified.approximate(l, within: l.ulp).text(digits: digits)
  }

  /// The fixed points of the map with their multipliers at this rate.
  private func fixedPoints(_ run: Trajectory, _ r: Regime) -> FixedPointReport? {
    let plan = run.plan
    guard plan.step.isGradientDescent, plan.loss.variables.count <= 8,
      let eta = plan.constantRate
    else { return nil }
    let known = (r.points + [r.limit]).map { $0.compactMap(\.estimate) }
    let last = run.rows.suffix(1).map { $0.point.compactMap(\.estimate) }
    let several = plan.loss.variables.count > 1
    return FixedPointReport(
      plan.loss, eta: eta,
      around: [plan.start.doubles] + known + (several ? last : []),
      limit: r.outcome == .stationary ? r.limit : [], budget: 3000, session: self)
  }
}
