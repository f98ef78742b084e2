// Pictures of one step: the change along it against the rate, the error against the rate.
import Calculus
import Descent
import Plotting

/// The step that `why` looked at last.
struct StepPlace {
  var step: StepProgram
  var loss: Loss { step.loss }
  var start: StepStart
  var eta: TypedNumber
  /// The rates that were compared there, where they are several; `eta` is the largest of them.
  var compared: [TypedNumber] = []
}

extension Session {
  /// The step that was asked about last, or the first of the last run.
  private func place() throws(Fault) -> StepPlace {
    if case .step(let asked)? = results[.step], isCurrent(asked.loss) { return asked }
    let run = try lastRun()
    if !run.plan.isAnalysable {
      throw Fault(
        "the picture of a step is of losses that draw nothing, over few rows", hint: "plot loss")
    }
    return StepPlace(
      step: run.plan.step, start: StepStart(run.plan),
      eta: TypedNumber(run.plan.eta, at: 0))
  }

  func pictureOfStep() throws(Fault) -> Figure {
    let p = try place()
    let name = p.loss.name
    let along = AlongStep(
      p.step, from: p.start, eta: p.eta, cancelled: cancelled)
    let d = try dissection(p.step, from: p.start, eta: p.eta, digits: 6)
    guard d.squared.sign != 0, let squared = d.squared.estimate else {
      throw Fault("the gradient is 0 here: there is no step to draw")
    }
    let study = RateStudy(along)
    try stopIfCancelled()
    // Of a step with a memory the share of it is drawn, which is 1 where it ends.
    let isRate = along.unit == .rate
    let eta = isRate ? d.eta.estimate ?? .nan : 1
    let slope = isRate ? -squared : d.predicted.estimate ?? .nan
    let critical = study.critical.rate?.estimate
    let best = study.best.rate?.estimate
    let compared = p.compared.map { $0.value(CertifiedArithmetic(bits: 128)) }
    let mine = !isRate ? [.exact(.one)] : compared.isEmpty ? [d.eta] : compared
    let end = 1.25 * max(eta, critical ?? 0, best.map { 2 * $0 } ?? 0, 1e-300)
    // A negative rate goes up the slope; it has its place on the left.
    let start = 1.25 * min(mine.compactMap(\.estimate).min() ?? 0, 0)
    func phi(_ s: Double) -> Double {
      s == 0 ? 0 : along.change(at: Certified(s)).estimate ?? .nan
    }
    let curve = samples(start...end, 161).map { Point($0, phi($0)) }
    let low = curve.map(\.y).filter(\.isFinite).min() ?? -1
    let high = curve.map(\.y).filter(\.isFinite).max() ?? 1
    let room = 0.15 * max(high - low, 1e-300)
    let tangent = [Point(start, start * slope), Point(end, end * slope)]
    let bend = eta == 0 ? .nan : (d.orders.dropFirst().first?.estimate ?? 0) / (eta * eta)
    let parabola = samples(start...end, 121).map { Point($0, $0 * slope + bend * $0 * $0) }
    var layers: [Layer] = []
    if let trust = study.trust.rate?.estimate, trust < end {
      layers.append(.band(Band(0...trust, "within 10 %", hue: .green)))
    }
    layers += [
      .guide(Guide(.horizontal(0))),
      .line(Line("actual Δ\(name)", curve, hue: .blue, weight: .thick)),
      .line(
        Line(
          isRate ? "predicted −η‖∇\(name)‖²" : "predicted", tangent, hue: .green, stroke: .dotted)),
    ]
    if (p.loss.degree ?? 3) > 2, !p.loss.hasKink {
      layers.append(.line(Line("with the bend", parabola, hue: .purple, stroke: .dashed)))
    }
    var marks = mine.map { r -> (eta: Double, name: String, symbol: Symbol) in
      let name = mine.count == 1 ? "yours" : "η = \(r.text(digits: digits))"
      return (r.estimate ?? .nan, name, .dot)
    }
    if let best { marks.append((best, "best", .diamond)) }
    if let critical { marks.append((critical, "critical", .ring)) }
    // A step that lands outside has a line: there is no point to mark.
    let outside = marks.filter { !phi($0.eta).isFinite }
    marks.removeAll { !phi($0.eta).isFinite }
    layers += outside.map { .guide(Guide(.vertical($0.eta), $0.name, hue: .vermilion)) }
    if let edge = study.edge, !edge.isPoint, let at = edge.rate.estimate, at < end {
      let again = curve.first { $0.x > at && $0.y.isFinite }?.x ?? end
      layers.append(.band(Band(at...again, "outside the domain", hue: .brown)))
    }
    layers += marks.map {
      .marks(
        Marks(
          "", [Point($0.eta, phi($0.eta))], labels: [$0.name], symbol: $0.symbol,
          hue: .vermilion))
    }
    var figure = Figure(
      title: "One step of \(formulaTitle(p.loss)) from \(pointLine(p.loss, d.at))",
      shortTitle: "One step of \(name) from \(pointLine(p.loss, d.at))",
      description:
        "The change of \(name) along the step against the rate, its tangent at 0, and the rates that are best and critical.",
      x: Axis(isRate ? "η" : "share of the step", .linear, start...end),
      y: Axis("Δ\(name)", .linear, (low - room)...(high + room)), layers: layers)
    figure.points = marks.map { Point($0.eta, phi($0.eta)) }
    return figure
  }

  func pictureOfError() throws(Fault) -> Figure {
    let p = try place()
    let a = CertifiedArithmetic(bits: 256)
    let place = pointLine(p.loss, p.start.point(bits: 256))
    let plain = StepProgram(descending: p.loss)
    var points: [Point] = []
    // A half-decade grid from 1e-16 to 3; each error is certified, so there is no noise.
    for k in -32...1 {
      try stopIfCancelled()
      let power = Rational(10).power(k.quotientAndRemainder(dividingBy: 2).quotient) ?? .one
      let eta = k % 2 == 0 ? power : power * (k < 0 ? Rational(3) / Rational(10) : Rational(3))
      guard
        let d = try? Dissection(
          plain, from: p.start, eta: TypedNumber(eta), digits: 6, order: 1),
        let error = a.lift(.row(named: "abs"), d.error, d.error).estimate, error > 0
      else { continue }
      points.append(Point(eta.nearestDouble, error))
    }
    guard let first = points.first, let last = points.last else {
      throw Fault("the prediction is exact at every rate tried: there is no error to draw")
    }
    // Beside the errors, an eighth of the picture lower, else it would hide under them.
    let apart = ElementaryFunction.power.value(first.y / last.y, 0.125)
    let guide = points.map { Point($0.x, apart * last.y * ($0.x / last.x) * ($0.x / last.x)) }
    var figure = Figure(
      title: "Error of the prediction, \(formulaTitle(p.loss)) from \(place)",
      shortTitle: "Error of the prediction, \(p.loss.name) from \(place)",
      description: "The size of the error against the rate on logarithmic axes, beside slope 2.",
      x: Axis("η", .log10), y: Axis("|error|", .log10),
      layers: [
        .line(
          Line(
            "slope 2: η/10 → error/100", guide, hue: .green, stroke: .dotted, weight: .thin)),
        .line(Line("|error|", points, hue: .blue)),
      ])
    figure.points = points
    return figure
  }
}
