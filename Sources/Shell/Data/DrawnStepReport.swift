// why, of a step that draws: this batch beside all rows, then what the average over all draws gains and pays.
import Calculus
import Descent

extension Session {
  /// A step of a run that draws, or that goes through many rows.
  func why(_ d: DrawnStep) -> Answer {
    DrawnStepReport(d: d, digits: digits, session: self).answer()
  }
}

private struct DrawnStepReport {
  let d: DrawnStep
  let digits: Int
  let session: Session
  var loss: Loss { d.plan.loss }
  var name: String { Spelling.shown(loss.name, unicode: true) }
  func t(_ c: Certified, signed: Bool = false) -> String { c.text(digits: digits, signed: signed) }

  func answer() -> Answer {
    let sentences = [pulls, average, tenth, critical, scaling].compactMap { $0 }
    var members: [(String, JSON)] = [
      ("at", session.pointJSON(loss, d.at)), ("eta", json(d.eta)),
      ("t", .number(Double(d.t))),
    ]
    members +=
      member("change", d.all.actual) + member("predicted", d.all.predicted)
      + member("error", d.all.error)
    if let b = d.batch {
      members += member("batch_change", b.actual) + member("batch_predicted", b.predicted)
      members += member("batch_error", b.error)
    }
    if let a = d.average {
      members += member("gain", a.gain) + member("bend", a.bend)
      if let noise = a.noise { members += member("noise_cost", noise) }
      members += member("mean_change", a.change(times: .one))
      if let critical = a.critical { members += member("eta_critical", critical) }
      if let scale = a.scale { members += member("noise_scale", scale) }
    }
    if let sampling = d.plan.sampling { members += sampling.members }
    members.append(("text", .array(([head] + sentences).map(JSON.string))))
    return Answer(
      "why", members, [.line(head), .table(table)] + sentences.map(Answer.Block.line))
  }

  private var head: String {
    let on =
      d.rows == 0
      ? "" : " on \(d.rows == loss.rowCount ? "all" : "\(d.rows) of") \(loss.rowCount) rows"
    let arrow = session.arrow(loss, from: d.at, to: d.next)
    let by = d.plan.step.isGradientDescent ? "" : " by \(d.plan.method.name)"
    return "step \(d.t)\(on): \(arrow), η = \(t(d.eta))\(by)"
  }

  /// In one variable the slopes themselves.
  private var pulls: String? {
    if d.batch != nil {
      let x = Spelling.shown(loss.variables[0], unicode: true)
      let own =
        loss.variables.count == 1
        ? "This batch pulls \(x) by its own slope, \(t(d.slope[0])); over all rows the slope is \(t(d.fullSlope[0])). "
        : "This batch has a slope of its own; over all rows it is another. "
      return own + bothWays
    }
    guard d.plan.sampling?.deviations != nil else { return nil }
    return
      "The step was told the slope and a random number. The prediction is the slope here times the move that came of it."
  }

  /// What became of the batch's loss and of that over all rows.
  private var bothWays: String {
    switch (d.batch?.actual.sign, d.all.actual.sign) {
    case (-1, 1): "So the batch's loss falls while \(name) over all rows rises."
    case (1, 1): "Both rise here: the step goes too far even for its own batch."
    case (1, -1): "Here the step goes too far for its own batch, and \(name) over all rows falls."
    default: "So the batch's loss can fall where \(name) over all rows rises."
    }
  }

  private var table: Table {
    let text = Table.Column(title: "", isText: true)
    func rose(_ c: Certified) -> String { (c.sign == 1 ? "▲ " : "") + t(c, signed: true) }
    let all = d.all
    guard let batch = d.batch else {
      return Table(
        columns: [text, .init(title: ""), text],
        rows: [
          ["predicted", t(all.predicted, signed: true), "the slope here × the move"],
          ["error", t(all.error, signed: true), "what the slope missed"],
          ["actual", rose(all.actual), outcome(all.actual)],
        ])
    }
    return Table(
      columns: [text, .init(title: "this batch"), .init(title: "all rows"), text],
      rows: [
        ["predicted", t(batch.predicted, signed: true), t(all.predicted, signed: true), ""],
        ["error", t(batch.error, signed: true), t(all.error, signed: true), ""],
        ["actual", rose(batch.actual), rose(all.actual), outcome(all.actual)],
      ])
  }

  private func outcome(_ c: Certified) -> String {
    let whole = d.batch == nil ? name : "\(name) over all rows"
    return switch c.sign {
    case 1: "\(whole) rises"
    case -1: "\(whole) falls"
    case 0: "\(whole) stays"
    default: ""
    }
  }

  /// A loss that is no quadratic has terms beyond η².
  private var about: String { loss.isQuadratic ? "" : "about " }

  private func verb(_ c: Certified) -> String {
    switch c.sign {
    case 1: "\(name) rises by \(about)\(sampled(c))"
    case -1: "\(name) falls by \(about)\(sampled(negated(c)))"
    default: "\(name) stays"
    }
  }

  /// A number that a sample knows roughly.
  private func sampled(_ c: Certified) -> String {
    guard d.average?.sample != nil, let v = c.estimate else { return t(c) }
    return "about " + v.rough()
  }

  private func negated(_ c: Certified) -> Certified { CertifiedArithmetic(bits: 256).negate(c) }

  private var average: String? {
    guard let a = d.average else { return nil }
    guard let noise = a.noise else {
      return
        "Of the change the slope gives \(t(negated(a.gain))), the bend \(about)\(t(a.bend, signed: true)) (½η²·∇\(name)ᵀH∇\(name))."
    }
    let over =
      d.plan.sampling?.batches.map {
        $0.shuffles || $0.replaces
          ? "Over all batches that it could have drawn" : "Over all batches of \(d.rows) rows"
      } ?? "Over all noise that it could have drawn"
    let sample = a.sample.map { " (from a sample of \($0) rows)" } ?? ""
    return
      "\(over), this step gains \(t(a.gain)) by the slope, pays \(about)\(t(a.bend)) for the bend and \(about)\(sampled(noise)) for the noise\(sample): \(verb(a.change(times: .one)))."
  }

  private var tenth: String? {
    guard let a = d.average, let noise = a.noise else { return nil }
    let c = CertifiedArithmetic(bits: 256)
    let (one, two) = (Rational(1) / Rational(10), Rational(1) / Rational(100))
    func part(_ x: Certified, _ share: Rational) -> String { t(c.multiply(.exact(share), x)) }
    let ofNoise = sampled(c.multiply(.exact(two), noise))
    return
      "At a tenth of the rate: gains \(part(a.gain, one)), pays \(part(a.bend, two)) and \(ofNoise): \(verb(a.change(times: one)))."
  }

  private var critical: String? {
    guard let rate = d.average?.critical else { return nil }
    let what = d.average?.noise == nil ? "the bend eats" : "bend and noise eat"
    return "Above η = \(about)\(sampled(rate)) \(what) the gain of the slope."
  }

  private var scaling: String? {
    // Batches that do not differ have no noise.
    guard let size = d.average?.scale?.estimate, size > 0 else { return nil }
    let shown = size.rough()
    let isSmall = Double(d.rows) < size
    return
      "Noise costs as much as the bend at batches of about \(shown) rows: "
      + (isSmall
        ? "below, twice the batch allows about twice the rate, or more; beyond, a larger one gains little."
        : "these are larger, and a still larger one gains little.")
  }
}
