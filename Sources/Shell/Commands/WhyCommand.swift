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
    Parameter(name: "search", summary: "how far rates are searched", standard: "16"),
  ],
  examples: [
    "f = x^2; descend eta=1.2 x0=-1 steps=3; why", "f = x^2; why eta=[0.1, 0.5, 1, 1.2] x0=-1",
  ], takesPoint: true
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
  guard search.sign > 0 else { throw Fault("search= wants a positive number") }
  // After a run: its first rising step, else step 0, unless a start is given.
  let given =
    call.arguments.contains { $0.name != "eta" && $0.name != "search" } || !call.positional.isEmpty
  if let run = s.trajectory, !given {
    let t = step ?? run.rows.first { $0.rose == true }?.t ?? 0
    guard let row = run.rows.first(where: { $0.t == t }) else {
      throw Fault("the run has no row \(t)", hint: "it has 0 to \(run.steps)")
    }
    let x = s.exactPoint(row.point)
    if let eta = call.argument("eta") {
      return [try s.why(run.plan.loss, x, try s.list(eta.value), step: t, search)]
    }
    let eta = run.plan.rate(CertifiedArithmetic(bits: 256), t)
    return [try s.why(run.plan.loss, x, [s.exactPoint([eta])[0]], step: t, search)]
  }
  if step != nil { throw Fault("there is no run yet", hint: "start one: descend eta=0.1 x0=1") }
  let loss = try call.loss()
  try call.checkArguments([], loss.variables)
  guard let x = try call.point(of: loss, start: true) else {
    throw Fault(
      "a start is missing",
      hint: "type why eta=0.1 " + loss.variables.map { $0 + "0=1" }.joined(separator: " "))
  }
  let rates = try (call.argument("eta")?.value ?? s.environment["eta"]?.body).map {
    e throws(Fault) in try s.list(e)
  }
  return [try s.why(loss, x, rates ?? [Rational(1) / Rational(10)], step: 0, search)]
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
    _ loss: Loss, _ x: [Rational], _ rates: [Rational], step: Int, _ search: Rational
  ) throws(Fault) -> Answer {
    if rates.count == 1, let eta = rates.first { return try dissect(loss, x, eta, step, search) }
    var rows: [[String]] = []
    var items: [JSON] = []
    for eta in rates {
      try stopIfCancelled()
      let d = try Dissection(loss, x, eta, digits: digits)
      let square = eta * eta
      let a = CertifiedArithmetic(bits: 512)
      let perSquare =
        square.isZero ? Certified.undefined("η = 0") : a.divide(d.error, .exact(square))
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
          "kept = actual/predicted: near 1 the prediction is good, below 0 the loss rises. error/η² settles as η shrinks: ten times less rate, a hundred times less error. That is what ≈ means."
        ),
      ])
  }

  private func dissect(
    _ loss: Loss, _ x: [Rational], _ eta: Rational, _ step: Int, _ search: Rational
  ) throws(Fault) -> Answer {
    let d = try Dissection(loss, x, eta, digits: digits)
    let a = CertifiedArithmetic(bits: 512)
    func t(_ c: Certified, signed: Bool = false) -> String {
      c.text(digits: digits, signed: signed)
    }
    let name = loss.name
    if d.squared.sign == 0 {
      let text =
        "The gradient is 0 at \(pointLine(loss, x)): nothing moves, at any rate. Look at hess to see what kind of point it is."
      return Answer(
        "why",
        [("at", pointJSON(loss, x)), ("eta", json(.exact(eta))), ("text", .array([.string(text)]))]
          + member("change", .exact(.zero)) + member("predicted", .exact(.zero))
          + member("error", .exact(.zero)),
        lines: [text])
    }
    let along = try AlongStep(loss, at: x, searched: search, cancelled: cancelled)
    let critical = along.roots()
    let best = along.minimisers()
    let tenth = Rational(1) / Rational(10)
    let trust = (along.roots(share: .one - tenth).roots + along.roots(share: .one + tenth).roots)
      .compactMap { r in r.nearestDouble.map { (r, $0) } }.min { $0.1 < $1.1 }?.0
    let falls = fallIntervals(critical.roots, along)
    let twoOverEta = eta.isZero ? nil : Certified.exact(Rational(2) / eta)
    let lambda = try largestCurvature(loss, x)
    let twoOverLambda = lambda.flatMap { $0.sign == 1 ? a.divide(.exact(Rational(2)), $0) : nil }
    let comparison =
      twoOverEta.map { two in
        let m = a.subtract(d.curvatureMet, two).sign
        return m == 1
          ? ", more than 2/η = \(t(two))" : m == 0 ? ", exactly 2/η" : ", less than 2/η = \(t(two))"
      } ?? ""
    let next = zip(loss.variables, d.next).map { $0.1 }
    let arrow =
      loss.variables.count == 1
      ? "\(Spelling.shown(loss.variables[0], unicode: true)) = \(t(.exact(x[0]))) → \(t(next[0]))"
      : "(\(x.map { t(.exact($0)) }.joined(separator: ", "))) → (\(next.map { t($0) }.joined(separator: ", ")))"
    let outcome =
      d.change.sign.map { $0 > 0 ? "\(name) rises" : $0 < 0 ? "\(name) falls" : "\(name) stays" }
      ?? "whether \(name) rose is not decided"
    let hasKink = loss.hasKink
    let table = Table(
      columns: [
        .init(title: "", isText: true), .init(title: "", isText: true), .init(title: ""),
        .init(title: "", isText: true),
      ],
      rows: [
        ["predicted", "−η‖∇\(name)‖²", t(d.predicted), "the slope here, as if it stayed the same"],
        [
          "bend", hasKink ? "with kinks" : "grows as η²", t(d.error, signed: true),
          "curvature met \(t(d.curvatureMet))\(comparison)",
        ],
        [
          "actual", "Δ\(name)", t(d.change, signed: true),
          "= \(t(d.predicted)) + \(t(d.error)): \(outcome)",
        ],
      ])
    let none = critical.undecided ? "not decided" : "not found below \(t(.exact(search)))"
    let missing = best.undecided ? "not decided" : "not found below \(t(.exact(search)))"
    var summary =
      trust.map { "prediction within 10 % up to η = \(t($0))" }
      ?? "prediction within 10 % for every rate up to \(t(.exact(search)))"
    summary += best.roots.first.map { " · best step at η = \(t($0))" } ?? " · best step: \(missing)"
    summary +=
      critical.roots.first.map {
        " · \(name) \(falls.count > 1 ? "first rises" : "rises") above η = \(t($0))"
      }
      ?? " · a rate at which \(name) rises: \(none)"
    var lines = [summary]
    if falls.count > 1 {
      lines.append(
        "\(name) falls for η in "
          + falls.map { "(\(t($0.0)), \($0.1.map { t($0) } ?? "beyond \(t(.exact(search)))"))" }
          .joined(separator: " and "))
    }
    lines.append(
      twoOverLambda.map {
        "2/λmax = \(t($0)) from the curvature here (largest λ = \(lambda.map { t($0) } ?? ""))"
      }
        ?? "no curvature limit here: the largest curvature is not positive")
    if hasKink {
      lines.append(
        "\(name) has kinks, where the slope jumps: a step across one has an error that grows as η, not as η²."
      )
    }
    let size = a.lift(.row(named: "sqrt"), d.squared, d.squared)
    lines.append(
      "The gradient is a slope, not a distance: it gives \(t(size)) here; the step is η‖∇\(name)‖ = \(t(a.multiply(.exact(eta), size)))."
    )
    var members: [(String, JSON)] = [
      ("at", pointJSON(loss, x)), ("eta", json(.exact(eta))),
      ("step", .array(d.displacement.map(json))),
    ]
    members +=
      member("change", d.change, digits: digits) + member("predicted", d.predicted, digits: digits)
    members += member("error", d.error, digits: digits)
    members.append(("orders", .array(d.orders.map(json))))
    members += member("curvature_met", d.curvatureMet, digits: digits)
    members += member("two_over_eta", twoOverEta ?? .undefined("infinite"))
    members += member("eta_trust", trust ?? .undefined(along.isLinear ? "infinite" : none))
    members += member("eta_critical", critical.roots.first ?? .undefined(none), digits: digits)
    members.append(("falls", .array(falls.map { .array([json($0.0), $0.1.map(json) ?? .null]) })))
    members += member("eta_best", best.roots.first ?? .undefined("none"), digits: digits)
    members += member("eta_best_global", globalBest(best.roots, along) ?? .undefined("none"))
    if let b = along.bound(at: eta) {
      members.append(("bound", .array([json(b.lower), json(b.upper)])))
    } else {
      members += member("bound", .undefined("the step meets a kink, or η is 0"))
    }
    members += member("lambda_max", lambda ?? .undefined("not computed for this many variables"))
    members += member("two_over_lambda_max", twoOverLambda ?? .undefined("λmax is not positive"))
    try stopIfCancelled()
    let head = "step \(step): \(arrow), η = \(t(.exact(eta)))"
    members.append(("text", .array(([head] + lines).map(JSON.string))))
    return Answer("why", members, [.line(head), .table(table)] + lines.map(Answer.Block.line))
  }

  /// Intervals of (0, searched] on which φ < 0, from its roots.
  private func fallIntervals(_ roots: [Certified], _ along: AlongStep) -> [(Certified, Certified?)]
  {
    var ends: [Certified] = [.exact(.zero)] + roots
    ends.append(.exact(along.searched))
    var out: [(Certified, Certified?)] = []
    for (l, u) in zip(ends, ends.dropFirst()) {
      guard let x = l.nearestDouble, let y = u.nearestDouble, y > x else { continue }
      if along.change(at: .exact(Rational(x + (y - x) / 2))).sign == -1 {
        out.append((l, u.rational == along.searched ? nil : u))
      }
    }
    return out
  }

  /// The minimiser with the least φ; nil where φ is lower still at the end of the search.
  private func globalBest(_ minimisers: [Certified], _ along: AlongStep) -> Certified? {
    let end = along.change(at: .exact(along.searched)).nearestDouble ?? .infinity
    let values = minimisers.compactMap { m in
      along.change(at: m).nearestDouble.map { (m, $0) }
    }
    guard let best = values.min(by: { $0.1 < $1.1 }), best.1 <= end else { return nil }
    return best.0
  }

  private func largestCurvature(_ loss: Loss, _ x: [Rational]) throws(Fault) -> Certified? {
    eigenvalues(loss, x)?.last
  }

  /// The eigenvalues of the Hessian, ascending, for one or two variables.
  func eigenvalues(_ loss: Loss, _ x: [Rational]) -> [Certified]? {
    guard x.count <= 2 else { return nil }
    let a = CertifiedArithmetic(bits: 512)
    let h = loss.program.hessian().run(a, at: x.map(Certified.exact))
    if x.count == 1 { return h[2].isDefined ? [h[2]] : nil }
    let (p, q, r) = (h[3], h[4], h[5])
    guard p.isDefined, q.isDefined, r.isDefined else { return nil }
    let mean = a.multiply(.exact(.half), a.add(p, r))
    let gap = a.multiply(.exact(.half), a.subtract(p, r))
    let root = a.add(a.power(gap, 2), a.power(q, 2))
    let radius = a.lift(.row(named: "sqrt"), root, root)
    return [a.subtract(mean, radius), a.add(mean, radius)]
  }
}
