// The report of a run: its table, its verdict in one sentence with the evidence, its JSON.
import Calculus
import Descent

/// What of a run is shown.
struct RunView {
  /// Every so many rows; nil shows head and tail of a long run.
  var every: Int?
  /// The columns by name; nil for all.
  var columns: [String]?

  /// The names that `columns=` knows.
  static func names(_ loss: Loss) -> [String] {
    ["t", "norm"] + loss.variables + [loss.name, "gradient", "predicted", "actual", "error"]
      + ["sharpness"]
  }

  /// The columns of a table where none are asked for: of many entries their norm.
  static func standard(_ loss: Loss) -> [String] {
    // The largest curvature is only found where it is asked for.
    names(loss).dropLast().filter {
      hasMany(loss) ? !loss.variables.contains($0) : $0 != "norm"
    }
  }

  /// Whether a loss has more entries than a table shows.
  static func hasMany(_ loss: Loss) -> Bool {
    loss.variables.count > (loss.source.isScalar ? Session.mostEntries : 4)
  }
}

func runAnswer(_ run: Trajectory, session s: Session, _ view: RunView = RunView()) -> Answer {
  let loss = run.plan.loss
  let method = run.plan.method.name
  let start = s.pointLine(loss, run.plan.start)
  var blocks: [Answer.Block] = []
  // Of many entries only what is written over arrays is no list of them.
  let isShort = loss.variables.count <= Session.mostEntries || s.arrayGradient(loss) != nil
  let gradient =
    isShort && loss.program.instructions.count < 400 ? "   " + s.gradientHead(loss) : ""
  if s.environment[loss.name] == nil {
    let variables = loss.variables.map { Spelling.shown($0, unicode: true) }
    let text = Formula.text(of: loss.program, unicode: true)
    blocks.append(.line("\(loss.name)(\(variables.joined(separator: ", "))) = \(text)"))
  }
  blocks.append(
    .line(
      "descend \(loss.name) by \(method), η = \(rateText(run.plan, s)) from \(start)" + gradient))
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

/// The rows of a run; a long one shows its head and tail, and says how to see the others.
func runTable(_ run: Trajectory, digits: Int, _ view: RunView = RunView()) -> Table {
  let loss = run.plan.loss
  let gd = run.plan.step.isGradientDescent
  let name = loss.name
  let several = loss.variables.count > 1
  var columns = [Table.Column(title: "t"), Table.Column(title: "‖x‖", spared: 2)]
  columns += loss.variables.map {
    .init(title: Spelling.shown($0, unicode: true), spared: several ? 2 : 1)
  }
  columns += [
    .init(title: name, spared: several ? 1 : 3), .init(title: "‖∇\(name)‖", spared: 4),
    .init(title: "predicted", subtitle: gd ? "−η‖∇\(name)‖²" : "∇\(name)·Δx"),
    .init(title: "actual Δ\(name)"), .init(title: "error", spared: several ? 3 : 2),
    .init(title: "λmax"),
  ]
  let (shown, gaps) = shownRows(run, every: view.every)
  let blank = columns.map { _ in "" }
  let names = RunView.names(loss)
  let asked = view.columns ?? RunView.standard(loss)
  let chosen = asked.compactMap { names.firstIndex(of: $0) }
  let wantsCurvature = chosen.contains(names.count - 1)
  var table = Table(
    columns: columns,
    rows: shown.map { row in
      row.map { cells($0, digits) + [wantsCurvature ? curvatureCell($0, loss, digits) : ""] }
        ?? blank
    })
  table.gaps = gaps
  table.columns = chosen.map { columns[$0] }
  table.rows = table.rows.map { r in chosen.map { r[$0] } }
  guard view.columns == nil else {
    for k in table.columns.indices { table.columns[k].spared = 0 }
    return table
  }
  table.note = { [columns] left in
    let gone = left.map { columns[chosen[$0]].title }.joined(separator: ", ")
    let options = (["t"] + left.map { names[chosen[$0]] }).joined(separator: ", ")
    return "\(gone) left out to fit: again columns=[\(options)]"
  }
  return table
}

/// Rows that a run shows whole, and of a longer one its first and last: with verdict and prompt they
/// fill a window of 24 lines.
private let (whole, head, tail) = (14, 6, 5)

/// The rows to show, nil for each gap, and the words for the gaps by their places.
private func shownRows(_ run: Trajectory, every: Int?) -> ([Row?], [Int: String]) {
  let step = every ?? 1
  let all = run.rows.filter { $0.t % step == 0 || $0.t == run.steps }
  let isLong = every == nil && all.count > whole
  var shown: [Row?] = []
  var gaps: [Int: String] = [:]
  var last: Int?
  for (k, r) in all.enumerated() where !isLong || k < head || k >= all.count - tail {
    if let last, r.t > last + step {
      gaps[shown.count] = "\(r.t - last - 1) rows: \(wayToSee(run, after: every))"
      shown.append(nil)
    }
    last = r.t
    shown.append(r)
  }
  return (shown, gaps)
}

/// What shows more rows: all of them where they were kept, else about twenty.
private func wayToSee(_ run: Trajectory, after every: Int?) -> String {
  if every == nil, run.rows.count > run.steps { return "again every=1 shows all" }
  var power = 1
  while power < run.steps / 20 { power *= 10 }
  let step = [power / 5, power / 2, power].first { $0 > 0 && $0 >= run.steps / 20 } ?? power
  return "again every=\(step) shows some"
}

/// λmax at a row; what it is at least where no more is known.
private func curvatureCell(_ r: Row, _ loss: Loss, _ digits: Int) -> String {
  Curvature(loss, at: r.point, bits: 128)?.topText(digits) ?? "undefined"
}

private func cells(_ r: Row, _ digits: Int) -> [String] {
  var out = ["\(r.t)\(r.tier == .double ? "≈" : "")"]
  let a = CertifiedArithmetic(bits: 256)
  let square = r.point.reduce(a.constant(.zero)) { a.add($0, a.power($1, 2)) }
  out += ([a.lift(.squareRoot, square, square)] + r.point).map { $0.text(digits: digits) }
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
  // Before the end that was asked for only where digits end it.
  let tooManyDigits =
    !run.plan.doublesOnly && first.t < min(run.plan.steps, run.plan.certifiedSteps)
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
    m.append(("tier", .string(r.tier.rawValue)))
    m.append(("digits", r.trusted.map { .number(Double($0)) } ?? .null))
    return .object(m)
  }
  var members: [(String, JSON)] = [
    ("loss", .string(plan.loss.name)), ("method", .string(plan.method.name)),
    ("eta", etaJSON(plan, s)),
  ]
  members += s.variablesJSON(plan.loss)
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
