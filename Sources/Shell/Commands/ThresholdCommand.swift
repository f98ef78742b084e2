// threshold: the critical rates from a point, each with the words that say critical for what.
import Calculus
import Descent

let thresholdCommand = Command(
  name: "threshold", summary: "critical rates: for this step, for the minimum, for ever",
  usage: "threshold   threshold [f] x0=2 [eta=0.3]",
  parameters: [
    Parameter(name: "eta", summary: "your rate, to compare", standard: "that of the run"),
    Parameter(name: "from", summary: "the point, as in from=[-1.2, 1]"),
    Parameter(name: "search", summary: "how far rates are searched", standard: "16"),
  ],
  examples: ["f = x^4; threshold x0=1 eta=0.4"], picture: "why", takesPoint: true
) { call throws(Fault) in
  let s = call.session
  let loss: Loss
  let x: [Rational]
  var eta: Rational?
  let placed = call.arguments.contains { !["eta", "search"].contains($0.name) }
  if let run = s.trajectory, !placed {
    loss = run.plan.loss
    x = run.plan.start
    if !run.plan.isSchedule { eta = run.plan.rate(CertifiedArithmetic(bits: 256), 0).rational }
  } else {
    loss = try call.loss()
    try call.checkArguments([], loss.variables)
    guard let point = try call.point(of: loss, start: true) else {
      throw call.missingStart(of: loss)
    }
    x = point
  }
  // What is typed, else the run's, else what is defined.
  if let e = call.argument("eta")?.value ?? (eta == nil ? s.environment["eta"]?.body : nil) {
    eta = try s.rational(e)
  }
  let search =
    try call.argument("search").map { a throws(Fault) in try s.rational(a.value) } ?? Rational(16)
  guard search.sign > 0 else { throw Fault("search= wants a positive number") }
  _ = try s.certified(loss.gradient, at: x)
  s.lastStep = StepPlace(loss: loss, x: x, eta: eta ?? Rational(1) / Rational(10))
  let found = try Thresholds(loss, at: x, searched: search, cancelled: s.cancelled)
  try s.stopIfCancelled()
  return [s.answer(found, loss, x, eta, search)]
}

extension Session {
  fileprivate func answer(
    _ found: Thresholds, _ loss: Loss, _ x: [Rational], _ eta: Rational?, _ search: Rational
  ) -> Answer {
    let a = CertifiedArithmetic(bits: 256)
    let name = loss.name
    func t(_ c: Certified) -> String { c.text(digits: digits) }
    func times(_ c: Certified?) -> Certified? {
      guard let c, let eta, c.sign == 1 else { return nil }
      return a.divide(.exact(eta), c)
    }
    let rises = found.isAtRest ? nil : found.study.rises ?? found.study.critical.roots.first
    let critical = found.isAtRest ? nil : found.study.critical.roots.first
    let atMinimum = found.downhill?.stableBelow
    var rows: [[String]] = []
    func row(_ what: String, _ rate: Certified?, missing: String) {
      rows.append([what, rate.map(t) ?? missing, times(rate).map(multipleWords) ?? ""])
    }
    let edge = found.isAtRest ? nil : found.study.edge
    let searched = t(edge?.rate ?? .exact(search))
    row(
      "this step (above it \(name) rises)", rises,
      missing: found.isAtRest
        ? "none: the slope is 0"
        : found.study.critical.undecided ? "not decided" : "none below \(searched)")
    if let edge {
      let what = edge.isPoint ? "lands where \(name) is undefined" : "leaves the domain"
      row("this step (there it \(what))", edge.rate, missing: "")
    }
    row(
      "the curvature here (2/λmax)", found.here?.twoOverLargest,
      missing: found.here == nil
        ? "more than 32 variables"
        : found.here?.largest?.sign == 0 ? "none: it is straight" : "none: it bends down")
    if let p = found.downhill {
      let place = p.at.count > 4 ? "downhill" : "at \(pointWords(p.at, loss, digits))"
      row(
        "the \(p.kind?.rawValue ?? "point") \(place) (2/λmax)",
        atMinimum, missing: p.kind == .minimum ? "not decided" : "none")
    }
    if let d = found.divergence {
      row("this start (above it \(name) diverges)", d, missing: "")
    }
    let falls = found.isAtRest ? [] : found.study.falls
    var lines: [String] = []
    if let edge {
      let rate = edge.reasonAt.map { " (at η = \(t($0)))" } ?? ""
      lines.append("The step ends there: \(edge.reason)\(rate).")
    }
    if let sign = found.study.signAtStart, !found.isAtRest {
      lines.append(
        "At \(pointLine(loss, x)), a kink, \(name) \(sign > 0 ? "rises" : "does not fall") however short the step."
      )
    }
    if falls.count > 1 {
      let all = falls.map { "(\(t($0.lower)), \($0.upper.map(t) ?? "beyond \(searched)"))" }
      lines.append("\(name) falls in this step for η in " + all.joined(separator: " and "))
    }
    let reference: (String, Certified?) =
      atMinimum != nil ? ("2/λmax at the minimum downhill", atMinimum) : ("this step", rises)
    if let k = times(reference.1), let eta {
      let beyond = a.subtract(k, .exact(.one)).sign ?? 0
      let verdict =
        beyond > 0
        ? "beyond it no run settles there, unless it lands exactly"
        : "below it runs that come near settle there"
      lines.append(
        "η = \(t(.exact(eta))) is \(multipleWords(k)) times critical for "
          + (atMinimum != nil ? "the minimum: \(verdict)." : "this step."))
      if let k = times(found.divergence), a.subtract(k, .exact(.one)).sign == 1 {
        lines.append(
          "From this start it diverges: \(multipleWords(k)) times the rate that it bears.")
      }
    }
    if found.downhill == nil, !found.isAtRest {
      lines.append(
        loss.hasKink
          ? "A function in \(name) has a kink. Where the slope jumps, a run lands exactly or goes back and forth: no rate is critical for settling there."
          : found.divergence != nil
            ? "At the minimum the curvature is 0: no rate is critical there."
            : loss.variables.count > 1
              ? "No isolated minimum was found downhill, so no rate is critical for settling. rule shows where it rests."
              : "No minimum was found downhill, so no rate is critical for settling.")
    }
    let three = Table(
      columns: [
        .init(title: "critical for", isText: true), .init(title: "η", isText: true),
        .init(title: eta == nil ? "" : "yours/η"),
      ], rows: rows)
    var members: [(String, JSON)] = [("loss", .string(name)), ("at", pointJSON(loss, x))]
    members += member("lambda_max", found.here?.largest ?? .undefined("more than 32 variables"))
    members += member(
      "two_over_lambda_max", found.here?.twoOverLargest ?? .undefined("λmax is not positive"))
    members += member(
      "eta_critical", critical ?? .undefined("not found below \(searched)"), digits: digits)
    members += member("eta_domain_edge", edge?.rate ?? .undefined("not found below \(searched)"))
    members += member("minimum_two_over_lambda_max", atMinimum ?? .undefined("no minimum downhill"))
    members += member("eta_divergence", found.divergence ?? .undefined("none known"))
    members += member("times_critical", times(reference.1) ?? .undefined("no rate is given"))
    members.append(("reference", .string(reference.0)))
    members.append(
      ("falls", .array(falls.map { .array([json($0.lower), $0.upper.map(json) ?? .null]) })))
    members.append(("text", .array(lines.map(JSON.string))))
    return Answer(
      "threshold", members,
      [.line("critical rates of \(name) from \(pointLine(loss, x))"), .table(three)]
        + lines.map(Answer.Block.line))
  }
}
