// bifurcate: what descent ends in as the rate grows, and the rates at which cycles double.
import Calculus
import Descent

let bifurcateCommand = Command(
  name: "bifurcate", summary: "what descent ends in over a range of rates, and where cycles double",
  usage: "bifurcate [f] eta=1.8..3 [x0=0.1]",
  parameters: [
    Parameter(name: "eta", summary: "the range of rates, as in eta=1.8..3"),
    Parameter(
      name: "method", summary: "the method whose orbits are followed", standard: "gd",
      takesWords: true),
    Parameter(name: "columns", summary: "how many rates are tried", standard: "480"),
    Parameter(name: "burn", summary: "steps not shown, at each rate", standard: "1200"),
    Parameter(name: "from", summary: "the start values in order"),
  ],
  examples: ["f = x^2/2-x^3/3; bifurcate eta=1.8..2.6"], picture: "bifurcate", takesPoint: true
) { call throws(Fault) in
  let s = call.session
  let loss = try call.loss()
  let (method, extra) = try call.scannedMethod()
  try call.checkArguments(extra, loss.source.layout)
  let followed = try call.scannedStep(method, on: loss)
  guard let range = call.argument("eta"), let upper = range.upper else {
    throw Fault(
      "bifurcate wants a range of rates", hint: "write eta=0.1..3", at: call.argument("eta")?.range)
  }
  let low = try s.rational(range.value)
  let high = try s.rational(upper)
  guard low.sign > 0, low < high else {
    throw Fault("the range wants 0 < low < high", hint: "write eta=0.1..3", at: range.range)
  }
  let columns = try call.integer("columns", 480, in: 2...20_000)
  guard (high.nearestDouble * Double(columns)).isFinite else {
    throw Fault("the range is too wide to be spread over \(columns) rates", at: range.range)
  }
  var note = ""
  let start: [Rational]
  if let x = try call.point(of: loss, start: true) {
    start = x
  } else if let last = s.lastStart, last.variables == loss.variables,
    case let kept = last.values.compactMap({ $0.rational ?? Rational($0.nearestDouble) }),
    kept.count == last.values.count
  {
    start = kept
  } else if loss.variables.count == 1, let (x, why) = s.startNextToMinimum(loss) {
    start = [x]
    note = why
  } else {
    throw call.missingStart(of: loss)
  }
  let found = Bifurcation(
    followed, from: low, to: high, start: start, columns: columns,
    burnIn: try call.integer("burn", 1200, in: 0...10_000_000), cancelled: s.cancelled
  ) { s.report("rate \($0) of \(columns) …") }
  s.results.keep(.bifurcation(found))
  s.lastStart = StartPlace(variables: loss.variables, values: start.map { TypedNumber($0) })
  if s.cancelled() { s.interrupted = true }
  return [s.answer(to: found, note: note)]
}

extension Session {
  /// A start a tenth of the way from the minimum nearest to 0 to its next stationary point.
  fileprivate func startNextToMinimum(_ loss: Loss) -> (Rational, String)? {
    let all = FixedPoints.all(of: loss, around: [0], budget: 2000).points
    let places = all.compactMap { p in p.at[0].nearestDouble.map { (p.kind, $0) } }
    let minima = places.filter { $0.0 == .minimum || $0.0 == .degenerate }.map(\.1)
    guard let m = minima.min(by: { (abs($0), -$0) < (abs($1), -$1) }) else { return nil }
    let gap = places.map { abs($0.1 - m) }.filter { $0 > 1e-9 }.min() ?? 1
    let near = m + min(1, gap) / 10
    // A short decimal.
    guard let x = Rational((near * 1000).rounded()).map({ $0 / Rational(1000) }) else { return nil }
    let v = Spelling.shown(loss.variables[0], unicode: true)
    let place = Certified(m).text(digits: 4)
    return (x, ", next to the stationary point \(v) = \(place)")
  }

  fileprivate func answer(to b: Bifurcation, note: String) -> Answer {
    let digits = max(self.digits, 10)
    var rows: [[String]] = []
    for (k, o) in b.onsets.enumerated() {
      let ratio = k >= 2 ? b.ratios[k - 2] : nil
      rows.append([
        o.eta.text(digits: digits), "\(o.period / 2) → \(o.period)",
        ratio.map { Certified($0).text(digits: 5) } ?? "",
      ])
    }
    var blocks: [Answer.Block] = [
      .line(
        "bifurcate \(b.loss.name)\(byMethod(b.step)), η = \(t(b.range.0))..\(t(b.range.1)) in \(b.columns.count) rates, from \(pointLine(b.loss, b.start))\(note)"
      )
    ]
    if rows.isEmpty {
      let doubles = b.columns.contains { ($0.period ?? 1) > 1 }
      blocks.append(
        .line(
          doubles
            ? b.step.isGradientDescent
              ? "No onset was solved for in this range."
              : "Onsets are solved for gradient descent."
            : "No doubling was found in this range."))
      if let r = b.release {
        blocks.append(
          .line(
            "Above η = \(r.text(digits: digits)) the resting point no longer attracts (its multiplier is -1 there), and no cycle takes over."
          ))
      }
    } else {
      blocks.append(
        .table(
          Table(
            columns: [
              .init(title: "onset η"), .init(title: "period", isText: true),
              .init(title: "ratio"),
            ], rows: rows)))
    }
    for w in b.windows {
      blocks.append(
        .line("A window of period \(w.period) opens at η = \(w.eta.text(digits: digits))."))
    }
    blocks += summary(b).map(Answer.Block.line)
    if !b.ratios.isEmpty {
      blocks.append(
        .line(
          "ratio = the last stretch of η over this one: it tends to Feigenbaum's constant 4.6692 for almost every loss. Try: plot"
        ))
    }
    func item(_ o: Bifurcation.Onset) -> JSON {
      .object([("eta", json(o.eta)), ("period", .number(Double(o.period)))])
    }
    let items = b.onsets.map(item)
    let windows = b.windows.map(item)
    let points = b.columns.flatMap { c in
      distinct(c).map { JSON.array([.number(c.eta), .number($0)]) }
    }
    return Answer(
      "bifurcate",
      [
        ("loss", .string(b.loss.name)), ("method", .string(b.step.method.name)),
        ("range", .array([json(.exact(b.range.0)), json(.exact(b.range.1))])),
        ("at", pointJSON(b.loss, b.start)), ("onsets", .array(items)),
        ("ratios", .array(b.ratios.map(JSON.number))), ("windows", .array(windows)),
        ("release", b.release.map { json($0) } ?? .null),
        ("points", .array(points)),
      ], blocks)
  }

  private func t(_ r: Rational) -> String { Certified.exact(r).text(digits: digits) }

  /// A column's points: one round of its cycle, or all.
  private func distinct(_ c: Bifurcation.Column) -> [Double] {
    c.period.map { Array(c.points.suffix($0)) } ?? c.points
  }

  /// What the columns show, in a sentence or two.
  private func summary(_ b: Bifurcation) -> [String] {
    func number(_ d: Double) -> String { Certified(d).text(digits: 4) }
    var parts: [String] = []
    // Of several variables the scan keeps the first.
    let who =
      b.loss.variables.count == 1 ? "it" : Spelling.shown(b.loss.variables[0], unicode: true)
    let settled = b.columns.prefix { $0.period == 1 }
    // Where the rate that lets go is known, columns next to it only seem to settle.
    if let last = settled.last, b.release == nil {
      parts.append(
        settled.count == b.columns.count
          ? "\(who) settles at every rate" : "\(who) settles up to about η = \(number(last.eta))")
    }
    let creeping = b.columns.filter(\.creeps)
    let endless = b.columns.filter { !$0.left && $0.period == nil && !$0.creeps }
    if b.onsets.isEmpty, let first = b.columns.first(where: { $0.period ?? 1 > 1 }) {
      parts.append(
        "\(who) ends in a cycle of period \(first.period ?? 2) from about η = \(number(first.eta))")
    }
    if b.release == nil, !endless.isEmpty, !b.onsets.isEmpty || endless.count > b.columns.count / 20
    {
      parts.append(
        "\(endless.count) of the \(b.columns.count) rates show no period up to 128: chaos, or slow next to an onset"
      )
    }
    if creeping.count > b.columns.count / 20 {
      parts.append(
        "at \(creeping.count) of the \(b.columns.count) rates it still creeps one way at the end: a plateau, or slow"
      )
    }
    for (how, words) in [(Escape.divergent, "for infinity"), (.leavesDomain, "the domain")] {
      guard let first = b.columns.first(where: { $0.escape == how }) else { continue }
      parts.append("it leaves \(words) from about η = \(number(first.eta))")
    }
    return parts.isEmpty ? [] : ["In the scan " + parts.joined(separator: "; ") + "."]
  }
}
