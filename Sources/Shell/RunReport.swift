// The report of a run: its table, its verdict in one sentence with the evidence, its JSON.
import Calculus
import Descent

func runAnswer(_ run: Trajectory, session s: Session, every: Int = 1) -> Answer {
  let loss = run.plan.loss
  let method = type(of: run.plan.method).name
  let start = s.pointLine(loss, run.plan.start)
  var blocks: [Answer.Block] = []
  let gradient = loss.program.instructions.count < 400 ? "   " + s.gradientHead(loss) : ""
  blocks.append(
    .line(
      "descend \(loss.name) by \(method), η = \(rateText(run.plan, s)) from \(start)" + gradient))
  blocks.append(.table(runTable(run, digits: s.digits, every: every)))
  let verdict = verdict(run, s)
  blocks += (spacingNote(run) + tierNotes(run)).map(Answer.Block.line)
  if let first = run.rows.first {
    blocks += s.kinks(loss, first.point.compactMap(\.rational)).prefix(
      first.point.allSatisfy { $0.rational != nil } ? 1 : 0
    ).map { .line("At the start " + $0) }
  }
  if run.stop == .landed, run.steps > 0, let last = run.rows.last {
    blocks += s.kinks(loss, last.point.compactMap(\.rational)).prefix(1).map {
      .line("At the end " + $0)
    }
  }
  blocks.append(.line(verdict))
  return Answer(
    "descend", deferred: { runMembers(run, session: s) + [("verdict", .string(verdict))] }, blocks)
}

func rateText(_ plan: DescentPlan, _ s: Session) -> String {
  if plan.isSchedule { return Writing.text(of: plan.eta, unicode: true) }
  let v = plan.eta.run(CertifiedArithmetic(bits: 256), at: [.exact(.zero)])[0]
  return v.text(digits: s.digits)
}

/// The rows of a run; a long one shows its head and tail.
func runTable(_ run: Trajectory, digits: Int, every: Int = 1) -> Table {
  let loss = run.plan.loss
  let gd = run.plan.method is GradientDescent
  let name = loss.name
  var columns = [Table.Column(title: "t")]
  columns += loss.variables.map { .init(title: Spelling.shown($0, unicode: true)) }
  columns += [
    .init(title: name), .init(title: "‖∇\(name)‖"),
    .init(title: "predicted", subtitle: gd ? "−η‖∇\(name)‖²" : "∇\(name)·Δx"),
    .init(title: "actual Δ\(name)"), .init(title: "error"),
  ]
  var rows: [[String]] = []
  var last = -1
  let all = run.rows.filter { every <= 1 || $0.t % every == 0 || $0.t == run.steps }
  let long = all.count > 32
  for (k, r) in all.enumerated() {
    if long, k >= 12, k < all.count - 12 { continue }
    if last >= 0, r.t > last + max(every, 1) {
      rows.append(columns.indices.map { $0 == 0 ? "⋮" : "" })
    }
    last = r.t
    rows.append(cells(r, digits))
  }
  return Table(columns: columns, rows: rows)
}

private func cells(_ r: Row, _ digits: Int) -> [String] {
  var out = ["\(r.t)\(r.tier == .double ? "≈" : "")"]
  out += r.point.map { $0.text(digits: digits) }
  out += [r.value.text(digits: digits), r.slopeNorm.text(digits: digits)]
  guard let change = r.change, let predicted = r.predicted, let error = r.error else {
    return out + ["", "", ""]
  }
  let mark = r.rose == true ? "▲ " : ""
  return out + [
    predicted.text(digits: digits), mark + change.text(digits: digits, signed: true),
    error.text(digits: digits, signed: true),
  ]
}

/// Says where a step is too short to move a double.
private func spacingNote(_ run: Trajectory) -> [String] {
  guard run.rows.count > 1, run.rows[0].slopeNorm.sign != 0 else { return [] }
  let (a, b) = (run.rows[0].point, run.rows[1].point)
  guard zip(a, b).allSatisfy({ $0.nearestDouble == $1.nearestDouble }),
    run.rows[0].predicted?.sign != 0
  else { return [] }
  return ["The step is below the spacing of doubles here: in doubles x would not move at all."]
}

private func tierNotes(_ run: Trajectory) -> [String] {
  guard let first = run.rows.first(where: { $0.tier == .double }) else { return [] }
  var notes = [
    "≈ from step \(first.t) on the steps are taken in doubles; each row is exact about its own x."
  ]
  if let trusted = run.rows.last?.trusted {
    notes.append(
      trusted == 0
        ? "At step \(run.steps) no digit of x can be trusted: rounding has grown to the size of x. precise carries the true orbit."
        : "At step \(run.steps) about \(trusted) digits of x can be trusted.")
  }
  return notes
}

func runMembers(_ run: Trajectory, session s: Session) -> [(String, JSON)] {
  let plan = run.plan
  let rows = run.rows.map { r -> JSON in
    var m: [(String, JSON)] = [
      ("t", .number(Double(r.t))), ("at", .array(r.point.map(json))),
    ]
    m += member("value", r.value, digits: s.digits)
    m += member("gradnorm", r.slopeNorm, digits: s.digits)
    if r.change != nil {
      m += member("change", r.change, digits: s.digits)
      m += member("predicted", r.predicted, digits: s.digits)
      m += member("error", r.error, digits: s.digits)
      m.append(("rose", r.rose.map(JSON.bool) ?? .null))
    }
    m.append(("tier", .string(r.tier.rawValue)))
    m.append(("digits", r.trusted.map { .number(Double($0)) } ?? .null))
    return .object(m)
  }
  var eta: JSON = .string(rateText(plan, s))
  if !plan.isSchedule,
    let d = plan.eta.run(CertifiedArithmetic(bits: 256), at: [.exact(.zero)])[0].nearestDouble
  {
    eta = .number(d)
  }
  let r = run.regime(cancelled: s.cancelled)
  var members: [(String, JSON)] = [
    ("loss", .string(plan.loss.name)), ("method", .string(type(of: plan.method).name)),
    ("eta", eta), ("variables", .array(plan.loss.variables.map(JSON.string))),
    ("rows", .array(rows)), ("stopped", .string(words(run.stop, run))),
    ("outcome", .string(r.outcome.rawValue)),
    ("rate", r.rate.map { .string($0.rawValue) } ?? .null),
  ]
  members += member("factor", r.factor)
  members += [
    ("alternates", r.alternates.map(JSON.bool) ?? .null),
    ("period", r.period.map { .number(Double($0)) } ?? .null),
    ("points", .array(r.points.map { .array($0.map(JSON.number)) })),
    ("limit", r.limit.isEmpty ? .null : .array(r.limit.map(JSON.number))),
    ("proved", .bool(r.proved)), ("evidence", .string(r.evidence)),
  ]
  return members
}

func words(_ stop: Stop, _ run: Trajectory) -> String {
  switch stop {
  case .stepsUsed: "steps used up"
  case .landed: "the gradient is exactly 0"
  case .stalled: "the step is below the spacing of doubles"
  case .gradientBelow: "the gradient is below tol"
  case .cycle(let p): "exact cycle of period \(p)"
  case .overflow: "overflow: beyond 1.8e308"
  case .undefined(let why): why
  case .interrupted: "interrupted"
  }
}

/// One sentence of verdict with its evidence, and what to try.
func verdict(_ run: Trajectory, _ s: Session) -> String {
  let r = run.regime(cancelled: s.cancelled)
  let name = run.plan.loss.name
  let one = run.plan.loss.variables.count == 1
  func number(_ d: Double) -> String { Certified.exact(Rational(d)).text(digits: s.digits) }
  func point(_ p: [Double]) -> String {
    p.count == 1 ? number(p[0]) : "(" + p.map(number).joined(separator: ", ") + ")"
  }
  if run.stop == .interrupted {
    return "Stopped after \(run.steps) steps; the rows so far are kept. step goes on."
  }
  if let q = run.quadraticMultiplier(), r.outcome != .leavesDomain, run.stop != .landed,
    q.eta.sign > 0
  {
    return quadraticVerdict(q, r, run, s)
  }
  let eta = run.plan.rate(CertifiedArithmetic(bits: 128), 0)
  let smaller =
    eta.rational.map { "again eta=\(Certified.exact($0 * .half).text(digits: 6))" } ?? "again"
  switch r.outcome {
  case .stationary where run.stop == .landed:
    return
      "Lands exactly: after \(run.steps) step\(run.steps == 1 ? "" : "s") the gradient is 0, so it stays. Try: why"
  case .stationary:
    let limit =
      r.limit.isEmpty
      ? ""
      : " to \(one ? Spelling.shown(run.plan.loss.variables[0], unicode: true) + " = " : "")\(point(r.limit.map { ($0 * 1e9).rounded() / 1e9 }))"
    let how =
      r.factor.map { "; near the end each step multiplies the distance by \($0.text(digits: 3))" }
      ?? ""
    return "Settles\(limit)\(how) (evidence: \(r.evidence)). Try: why"
  case .cycle where r.period == 1:
    return "Nothing moves: the step is exactly 0 although the slope is not. Is η = 0?"
  case .cycle where r.proved:
    let points = r.points.map(point).joined(separator: " ↔ ")
    return
      "Cycles for ever: \(points) (exactly: \(r.evidence)). \(name) does not change over a round. Try: why, \(smaller)"
  case .cycle:
    return
      "Ends in a 2-cycle \(r.points.map(point).joined(separator: " ↔ ")) (evidence: \(r.evidence)). Try: why, \(smaller)"
  case .divergent:
    return "Diverges (evidence: \(r.evidence)). Try: why, \(smaller)"
  case .leavesDomain:
    return "Stops: \(r.evidence). The rows before are kept. Try: \(smaller)"
  case .undecided:
    return "Undecided: \(r.evidence). Try: why, again steps=\(max(100, 10 * run.plan.steps))"
  }
}

private func quadraticVerdict(
  _ q: (curvature: Rational, eta: Rational, factor: Rational), _ r: Regime, _ run: Trajectory,
  _ s: Session
) -> String {
  func t(_ v: Rational) -> String { Certified.exact(v).text(digits: s.digits) }
  let x = Spelling.shown(run.plan.loss.variables[0], unicode: true)
  let name = run.plan.loss.name
  if q.curvature.isZero {
    return
      "Falls for ever: the slope is the same everywhere, so the prediction is exact and \(name) has no least value."
  }
  let quantity = run.plan.loss.program.hasRestAtZero ? x : "the distance from the stationary point"
  let shown = t(q.factor)
  let rounded = (shown == "1" || shown == "-1") && q.factor.magnitude != .one
  let formula = ("1 − \(t(q.curvature))η" + (rounded ? ", close to \(shown)" : " = \(shown)"))
    .replacingDoubleSign
  let half = q.eta * q.curvature * .half
  if q.curvature.sign < 0 {
    return
      "Diverges: every step multiplies \(quantity) by \(formula). The curve bends down, so \(name) falls without limit at every rate."
  }
  let critical =
    "\(name) falls for η < \(t(Rational(2) / q.curvature)) (= 2/\(name)″) from any start."
  switch r.outcome {
  case .divergent:
    return
      "Diverges: every step multiplies \(quantity) by \(formula). The prediction uses only the slope; the bend of the curve, ½η²·∇\(name)ᵀH∇\(name), is \(t(half)) times as large, so \(name) rises. \(critical) Try: why, again eta=\(t(Rational(9) / Rational(5) / q.curvature))"
  case .cycle:
    return
      "Cycles for ever: every step multiplies \(quantity) by \(formula); the bend is exactly as large as the prediction, so \(name) stays as it is. \(critical) Try: why, again eta=\(t(.one / q.curvature))"
  default:
    let how =
      q.factor.isZero
      ? "lands in one step"
      : q.factor.sign < 0 ? "converges, changing side at every step" : "converges from one side"
    let capital = how.prefix(1).uppercased() + how.dropFirst()
    return
      "\(capital): every step multiplies \(quantity) by \(formula). \(critical) Try: why, again eta=\(t(Rational(12) / Rational(5) / q.curvature))"
  }
}

extension String {
  fileprivate var replacingDoubleSign: String {
    hasPrefix("1 − -") ? "1 + " + dropFirst(5) : self
  }
}

extension Program {
  /// Whether the slope at 0 of a one-variable program is exactly 0.
  var hasRestAtZero: Bool {
    gradient().run(CertifiedArithmetic(bits: 128), at: [.exact(.zero)])[1].sign == 0
  }
}
