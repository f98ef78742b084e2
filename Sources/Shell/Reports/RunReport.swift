// The report of a run: its verdict in one sentence with the evidence, its JSON.
import Calculus
import Descent

func runAnswer(_ run: Trajectory, session s: Session, _ view: RunView = RunView()) -> Answer {
  let loss = run.plan.loss
  let method = run.plan.method.name
  let start = s.pointLine(loss, run.plan.start)
  var blocks: [Answer.Block] = []
  // Of many entries only what is written over arrays is no list of them.
  let isShort =
    !loss.overRows
    && (loss.variables.count <= Session.mostEntries || s.arrayGradient(loss) != nil)
  let gradient =
    isShort && loss.program.instructions.count < 400 ? "   " + s.gradientHead(loss) : ""
  if s.environment[loss.name] == nil {
    let variables = loss.variables.map { Spelling.shown($0, unicode: true) }
    let text = Formula.text(of: loss.program, unicode: true)
    blocks.append(.line("\(loss.name)(\(variables.joined(separator: ", "))) = \(text)"))
  }
  blocks.append(
    .line(
      "descend \(loss.name) by \(method), η = \(rateText(run.plan, s)) from \(start)"
        + (run.plan.sampling.map { ", " + $0.words } ?? "") + gradient))
  blocks.append(.table(runTable(run, digits: s.digits, view)))
  if view.columns == nil, RunView.hasMany(loss) {
    let some = loss.variables.prefix(2).joined(separator: ", ")
    blocks.append(
      .line(
        "‖x‖ is the length of all \(loss.variables.count) entries: again columns=[t, \(some)] shows some"
      ))
  }
  let verdict = verdict(run, s)
  blocks += (spacingNote(run) + tierNotes(run)).map(Answer.Block.line)
  if let first = run.rows.first { blocks += s.kinkNote(loss, first, "At the start ") }
  if run.stop == .landed, run.steps > 0, let last = run.rows.last {
    blocks += s.kinkNote(loss, last, "At the end ")
  }
  blocks.append(.line(verdict))
  return Answer(
    "descend",
    deferred: {
      runMembers(run, session: s, columns: view.columns) + [("verdict", .string(verdict))]
    }, blocks)
}

extension Session {
  /// Says that a row stands exactly on a kink.
  fileprivate func kinkNote(_ loss: Loss, _ row: Row, _ place: String) -> [Answer.Block] {
    kinks(loss, row.point.compactMap(\.rational)).prefix(1).map { .line(place + $0) }
  }
}

func rateText(_ plan: DescentPlan, _ s: Session) -> String {
  if plan.isSchedule { return Formula.text(of: plan.eta, unicode: true) }
  let v = plan.eta.run(CertifiedArithmetic(bits: 256), at: [.exact(.zero)])[0]
  return v.text(digits: s.digits)
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
  // Before the end that was asked for only where digits end it.
  let tooManyDigits =
    !run.plan.doublesOnly && !run.plan.loss.isTooLong
    && first.t < min(run.plan.steps, run.plan.certifiedSteps)
  let why =
    tooManyDigits ? ", where the true orbit takes more digits than two seconds allow," : ""
  var notes = [
    "≈ from step \(first.t) on\(why) the steps are taken in doubles; each row is exact about its own x."
  ]
  if let trusted = run.rows.last?.trusted {
    notes.append(
      trusted == 0
        ? "At step \(run.steps) no digit of x can be trusted: rounding has grown to the size of x."
          + (tooManyDigits ? "" : " precise carries the true orbit.")
        : "At step \(run.steps) about \(trusted) digits of x can be trusted.")
  }
  return notes
}

/// Points of more entries are left out of JSON where no column asks for an entry.
private let longestPoint = 100

/// A run in JSON.
///
/// - Parameter columns: those asked for.
func runMembers(
  _ run: Trajectory, session s: Session, columns: [String]? = nil
) -> [(String, JSON)] {
  let plan = run.plan
  let hasPoints =
    plan.loss.variables.count <= longestPoint
    || columns?.contains(where: plan.loss.variables.contains) ?? false
  // Where a step leaves the domain, the numbers that it does not have say why.
  func told(_ number: Certified?) -> Certified? {
    guard case .undefined(let missing) = run.stop, case .undefined("") = number else {
      return number
    }
    return .undefined("undefined: " + missing.cause)
  }
  let rows = run.rows.map { r -> JSON in
    var m: [(String, JSON)] = [("t", .number(Double(r.t)))]
    if hasPoints { m.append(("at", .array(s.entriesJSON(plan.loss, r.point)))) }
    m += member("value", r.value, digits: s.digits)
    m += member("gradnorm", r.slopeNorm, digits: s.digits)
    if r.change != nil {
      m += member("change", told(r.change), digits: s.digits)
      m += member("predicted", r.predicted, digits: s.digits)
      m += member("error", told(r.error), digits: s.digits)
      m.append(("rose", r.rose.map(JSON.bool) ?? .null))
    }
    if let full = r.full { m += member("full", full, digits: s.digits) }
    if let expected = r.expected { m += member("expected", expected, digits: s.digits) }
    if plan.sampling?.batches != nil {
      m.append(("epoch", .number(Double(plan.epoch(r.t)))))
      m += member("batch_change", r.change, digits: s.digits)
      m += member("batch_predicted", r.predicted, digits: s.digits)
    }
    m.append(("tier", .string(r.tier.rawValue)))
    m.append(("digits", r.trusted.map { .number(Double($0)) } ?? .null))
    return .object(m)
  }
  var members: [(String, JSON)] = [
    ("loss", .string(plan.loss.name)), ("method", .string(plan.method.name)),
    ("eta", etaJSON(plan, s)),
  ]
  members += s.variablesJSON(plan.loss)
  if let sampling = plan.sampling { members += sampling.members }
  members += [
    ("rows", .array(rows)), ("stopped", .string(words(run.stop, run))),
  ]
  members += regimeMembers(run.regime, FindingWords(run.plan))
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
  case .undefined(let why): why.words
  case .undecided(let why): "not decided, too few digits tell: " + why.words
  case .interrupted: "interrupted"
  }
}

/// A constant rate as its nearest double, a schedule as its text.
func etaJSON(_ plan: DescentPlan, _ s: Session) -> JSON {
  if !plan.isSchedule,
    let d = plan.eta.run(CertifiedArithmetic(bits: 256), at: [.exact(.zero)])[0].nearestDouble
  {
    return .number(d)
  }
  return .string(rateText(plan, s))
}
