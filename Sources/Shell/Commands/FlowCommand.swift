// flow: the run beside the limit η → 0, dx/ds = −∇C(x), from the same start at the same times.
import Calculus
import Descent

let flowCommand = Command(
  name: "flow", summary: "the limit η → 0 (dx/dt = −∇f) beside the run", usage: "flow [f] [x0=2]",
  parameters: [
    Parameter(name: "eta", summary: "the rate of the run beside it", standard: "that of the run"),
    Parameter(name: "steps", summary: "how many steps of the run", standard: "10"),
    Parameter(name: "from", summary: "the start values in order, as in from=[-1.2, 1]"),
  ],
  examples: ["f = x^2; descend eta=0.2 x0=1 steps=4; flow"], picture: "flow", takesPoint: true
) { call throws(Fault) in [try call.flow()] }

extension Call {
  func flow() throws(Fault) -> Answer {
    let s = session
    let plan: DescentPlan
    if arguments.isEmpty, let run = s.trajectory {
      plan = run.plan
      try refuseDrawn(plan)
    } else {
      let all = try plans(certifiedSteps: 1000)
      guard all.count == 1, let one = all.first else {
        throw Fault("flow is shown beside one rate", hint: "give one: eta=0.1")
      }
      plan = one
    }
    let eta = plan.rate(DoubleArithmetic(), 0)
    guard plan.step.isGradientDescent, !plan.isSchedule, eta > 0 else {
      throw Fault("flow is the limit of gradient descent at a constant rate above 0")
    }
    if plan.steps > 1000 { throw Fault("flow is shown for up to 1000 steps") }
    let run = plan.run(cancelled: s.cancelled)
    return s.flow(run, eta)
  }
}

extension Session {
  fileprivate func flow(_ run: Trajectory, _ eta: Double) -> Answer {
    let loss = run.plan.loss
    let start = run.plan.start.doubles
    // Two tolerances: what they agree on is shown.
    var coarse = GradientFlow(loss, from: start, tolerance: 1e-10)
    var fine = GradientFlow(loss, from: start, tolerance: 1e-13)
    var rows: [[String]] = []
    var items: [JSON] = []
    var end = GradientFlow.End.arrived
    var series = FlowSeries(loss: loss)
    var widest: (gap: Double, t: Int) = (0, 0)
    // How large each coordinate has been: rounding is a share of that.
    var sizes = start.map(abs)
    // The curve of the flow is drawn from its own steps, the run's are too far apart.
    let apart = eta * Double(run.steps) / 500
    var drawn = -Double.infinity
    func draw(_ time: Double, _ x: [Double], always: Bool = false) {
      guard always || time >= drawn + apart else { return }
      drawn = time
      series.flowTimes.append(time)
      series.flow.append(x)
    }
    // Of many entries a table has their length.
    let isLong = RunView.hasMany(loss)
    func shown(_ x: [Certified]) -> [Certified] {
      isLong ? [norm(CertifiedArithmetic(bits: 256), x)] : x
    }
    for r in run.rows {
      let time = eta * Double(r.t)
      end = coarse.advance(to: time, cancelled: cancelled)
      if end == .arrived {
        end = fine.advance(to: time, cancelled: cancelled) { draw($0, $1) }
      }
      guard end == .arrived else { break }
      series.times.append(time)
      series.steps.append(r.point.map { $0.nearestDouble ?? .nan })
      draw(time, fine.x, always: true)
      for k in sizes.indices { sizes[k] = max(sizes[k], abs(fine.x[k])) }
      let flow = fine.x.indices.map { agreed(coarse.x[$0], fine.x[$0], of: sizes[$0]) }
      let values = [coarse.x, fine.x].map {
        loss.program.run(DoubleArithmetic(), at: $0)[0]
      }
      let value = agreed(values[0], values[1], of: max(abs(values[0]), abs(values[1])))
      let gap = zip(r.point, fine.x).reduce(0.0) {
        let d = ($1.0.nearestDouble ?? .nan) - $1.1
        return $0 + d * d
      }.squareRoot()
      if gap > widest.gap, flow.allSatisfy(\.isDefined) { widest = (gap, r.t) }
      let when = Certified(time)
      rows.append(
        ["\(r.t)", when.text(digits: digits)]
          + (shown(r.point) + shown(flow)).map { $0.text(digits: digits) }
          + [r.value.text(digits: digits), value.text(digits: digits)])
      items.append(
        .object([
          ("t", .number(Double(r.t))), ("time", .number(time)),
          ("at", .array(r.point.map(json))), ("flow", .array(flow.map(json))),
          ("value", json(r.value)), ("flow_value", json(value)),
        ]))
    }
    results.keep(.flow(series))
    let names = isLong ? ["‖x‖"] : loss.variables.map { Spelling.shown($0, unicode: true) }
    let titles =
      ["t", "η·t"] + names.map { "\($0) by steps" } + names.map { "\($0) by flow" }
      + ["\(loss.name) by steps", "\(loss.name) by flow"]
    let verdict = sentence(end, widest, sizes.max() ?? 0, run)
    return Answer(
      "flow", [("loss", .string(loss.name)), ("rows", .array(items)), ("text", .string(verdict))],
      [
        .line("flow of \(loss.name): dx/ds = −∇\(loss.name), at the times s = η·t of the run"),
        .table(Table(columns: titles.map { .init(title: $0) }, rows: rows)), .line(verdict),
      ])
  }

  private func sentence(
    _ end: GradientFlow.End, _ widest: (gap: Double, t: Int), _ size: Double, _ run: Trajectory
  ) -> String {
    switch end {
    case .interrupted: return "Stopped; the rows so far are shown."
    case .leftDomain: return "The flow leaves the domain after the last row."
    case .tooStiff: return "The flow is too stiff to follow further."
    case .arrived: break
    }
    guard widest.gap > Session.flowRounding * size else {
      return
        "Along the flow \(run.plan.loss.name) never rises. The steps do not leave it but for rounding."
    }
    let gap = Certified(widest.gap).text(digits: 3)
    return
      "Along the flow \(run.plan.loss.name) never rises. The steps are \(gap) away from it at most (t = \(widest.t)); half the rate, half the distance, while the steps follow it."
  }

  /// A number between two that should agree, as certain as their distance and rounding allow; not decided
  /// where they agree in no digit, for then their distance is no bound either.
  ///
  /// - Parameter size: how large such numbers have been on the way.
  private func agreed(_ a: Double, _ b: Double, of size: Double) -> Certified {
    if a == 0, b == 0 { return .exact(.zero) }
    let rounding = Session.flowRounding * size
    let slack = 4 * abs(a - b) + rounding + 1e-300
    let e = EnclosureArithmetic(bits: 64)
    let shown = Certified.enclosed(e.hull(e.constant(b - slack), e.constant(b + slack)))
    let isKnown = shown.certainDigits(digits) >= 1 || abs(a - b) <= rounding
    return isKnown ? shown : .enclosed(e.constant(.nan))
  }

  /// What some hundred steps of seven stages in doubles may round, as a share of the largest number met: each
  /// by a few 2⁻⁵³.
  private static let flowRounding = 1e-13
}
