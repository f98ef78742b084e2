// Pictures of scans: sweep, comparison, bifurcation diagram, map of regimes, flow.
import Calculus
import Descent
import Plotting

/// The run at its times and the flow at its own, which lie dense, kept for the picture.
struct FlowSeries {
  var loss: Loss
  var times: [Double] = []
  var steps: [[Double]] = []
  var flowTimes: [Double] = []
  var flow: [[Double]] = []
}

extension Session {
  func pictureOfSweep() throws(Fault) -> Figure {
    guard case .sweep(let all)? = results[.sweep], let plan = all.first?.plan else {
      throw Fault("there is no sweep to draw", hint: "type sweep eta=0.01..1")
    }
    let runs = all.sorted { rate($0) < rate($1) }
    let loss = plan.loss
    let method = byMethod(plan.step)
    let settled = runs.map { Point(rate($0), $0.steps.map(Double.init) ?? .nan) }
    let top = settled.map(\.y).filter(\.isFinite).max() ?? 1
    var layers: [Layer] = []
    // Stretches of rates that end in the same way other than settling.
    var k = 0
    let hues: [Hue] = [.sky, .amber, .purple, .vermilion, .brown]
    var names: [String] = []
    while k < runs.count {
      let name = shortOutcome(runs[k].regime)
      var end = k
      while end + 1 < runs.count, shortOutcome(runs[end + 1].regime) == name { end += 1 }
      if name != "settles" {
        if !names.contains(name) { names.append(name) }
        let hue = hues[(names.firstIndex(of: name) ?? 0) % hues.count]
        let low = k > 0 ? middle(rate(runs[k - 1]), rate(runs[k])) : rate(runs[k])
        let high =
          end + 1 < runs.count ? middle(rate(runs[end]), rate(runs[end + 1])) : rate(runs[end])
        if low < high { layers.append(.band(Band(low...high, name, hue: hue))) }
      }
      k = end + 1
    }
    layers.append(.line(Line("steps until it settles", settled, hue: .blue, symbol: .dot)))
    let rates = runs.map(rate)
    let wide = (rates.last ?? 1) > 20 * (rates.first ?? 1) && (rates.first ?? 0) > 0
    var figure = Figure(
      title: "Sweep of \(formulaTitle(loss))\(method)",
      shortTitle: "Sweep of \(loss.name)\(method)",
      description: "Steps needed against the rate, and the rates at which it does not settle.",
      x: Axis("η", wide ? .log10 : .linear),
      y: Axis("steps", .linear, 0...(1.1 * top), isWhole: true), layers: layers)
    figure.points = settled.filter(\.y.isFinite)
    return figure
  }

  private func middle(_ a: Double, _ b: Double) -> Double {
    a > 0 && b > 20 * a ? (a * b).squareRoot() : (a + b) / 2
  }

  private func rate(_ r: RunSummary) -> Double { r.plan.rate(DoubleArithmetic(), 0) }

  private func shortOutcome(_ r: Regime?) -> String {
    switch r?.outcome {
    case .stationary: "settles"
    case .cycle: "cycle of \(r?.period ?? 0)"
    case .divergent: "diverges"
    case .leavesDomain: "leaves"
    case .some(let o): o.rawValue
    case nil: "stopped"
    }
  }

  func pictureOfComparison() throws(Fault) -> Figure {
    guard case .comparison(let runs)? = results[.comparison], let loss = runs.first?.plan.loss
    else {
      throw Fault("there is nothing compared", hint: "type compare method=[gd, momentum]")
    }
    // What all have in common stands in the title.
    let (shared, names) = apart(runs.map(\.plan))
    let common = shared.isEmpty ? "" : ", " + shared
    let longest = runs.compactMap(\.steps).max() ?? 1000
    let series = runs.map { r in
      r.values.prefix(longest + 1).enumerated().map { Point(Double($0), $1) }
    }
    let layers = zip(names, series).enumerated().map { k, s -> Layer in
      let look = Look.of(k)
      return .line(
        Line(
          s.0, s.1, hue: look.hue, stroke: look.stroke, weight: look.weight, symbol: look.symbol))
    }
    let values = series.flatMap { $0.map(\.y) }
    let first = runs[0].values.first ?? 1
    let scale = logarithmic(values.filter { $0 > 1e-14 })
    let range =
      scale == .log10
      ? hull(
        [1e-14, min(100 * max(abs(first), 0.01), 2 * (values.filter(\.isFinite).max() ?? 1))],
        margin: 0)
      : nil
    var figure = Figure(
      title: "\(formulaTitle(loss))\(common): the loss against t",
      shortTitle: "\(loss.name)\(common): the loss against t",
      description: "The loss against the step number for each run.", x: Axis("t", isWhole: true),
      y: Axis(loss.name, scale, range), layers: layers)
    figure.points = series.flatMap(\.self)
    if runs.contains(where: { $0.values.count > longest + 1 }) {
      figure.note = "shown up to t = \(longest)"
    }
    return figure
  }

  func pictureOfBifurcation() throws(Fault) -> Figure {
    guard case .bifurcation(let b)? = results[.bifurcation] else {
      throw Fault("there is no bifurcation diagram yet", hint: "type bifurcate eta=0.1..3")
    }
    var xs: [Double] = []
    var ys: [Double] = []
    for c in b.columns {
      for y in c.points {
        xs.append(c.eta)
        ys.append(y)
      }
    }
    let guides = b.onsets.prefix(4).enumerated().compactMap { k, o -> Layer? in
      o.eta.estimate.map {
        .guide(
          Guide(.vertical($0), k == 0 ? "period \(o.period)" : "\(o.period)", hue: .vermilion))
      }
    }
    let range = b.range.0.nearestDouble...b.range.1.nearestDouble
    var figure = Figure(
      title: "Where descent on \(formulaTitle(b.loss))\(byMethod(b.step)) ends, by rate",
      shortTitle: "Where descent on \(b.loss.name)\(byMethod(b.step)) ends, by rate",
      description: "The points that the orbit visits in the end, against the rate.",
      x: Axis("η", .linear, range), y: Axis(label(b.loss.variables[0])),
      layers: guides + [.cloud(Cloud("", xs: xs, ys: ys, hue: .blue))])
    figure.points = zip(xs, ys).map(Point.init)
    return figure
  }

  func pictureOfMap() throws(Fault) -> Figure {
    guard case .map(let map)? = results[.map] else {
      throw Fault("there is no map yet", hint: "type map eta=0.1..3 x0=-2..2")
    }
    let (hues, sharing) = hues(map)
    let kinds = zip(hues, zip(legendWords(map), marks(map))).map { hue, name -> ClassMap.Kind in
      // "settles at x = -1.18" is of the family "settles at x =", "cycle of 2" of "cycle of".
      let cut = [" = ", "cycle of "].lazy.compactMap { name.0.firstRange(of: $0) }.first
      guard let cut else { return ClassMap.Kind(name.0, name.1, hue) }
      return ClassMap.Kind(
        String(name.0[cut.upperBound...]), name.1, hue,
        family: String(name.0[..<cut.upperBound]).trimmedBlanks)
    }
    let p = map.plan
    let shading = map.cells.indices.map { Float(1 - (map.shade($0) ?? 1)) }
    var figure = Figure(
      title: "How descent on \(formulaTitle(p.loss))\(byMethod(p.step)) ends",
      shortTitle: "How descent on \(p.loss.name)\(byMethod(p.step)) ends",
      description: "For every pair of values where descent ends after \(p.steps) steps.",
      x: Axis(axisName(p.horizontal), .linear, p.horizontal.lower...p.horizontal.upper),
      y: Axis(axisName(p.vertical), .linear, p.vertical.lower...p.vertical.upper),
      layers: [
        .map(
          ClassMap(
            columns: p.columns, rows: p.rows, kinds: kinds, cells: map.cells, shading: shading,
            xRange: p.horizontal.lower...p.horizontal.upper,
            yRange: p.vertical.lower...p.vertical.upper))
      ])
    figure.elsewhere = "see the table of map"
    if sharing > 0 { figure.note = "the \(sharing) rarest classes share a colour" }
    return figure
  }

  /// A colour for each class of a map, and how many of the rarest share the last one.
  private func hues(_ map: RegimeMap) -> (hues: [Hue], sharing: Int) {
    /// What a class is drawn in wherever it occurs.
    func own(_ kind: MapClass.Kind) -> Hue? {
      switch kind {
      case .divergent, .missing: .ink
      case .chaotic: .vermilion
      case .undecided: .cream
      case .leavesDomain: .brown
      case .cycle(period: 2): .amber
      case .cycle(period: 4): .purple
      case .stationary, .approaching, .cycle: nil
      }
    }
    let owned = Set(map.legend.compactMap { own($0.kind) })
    var free = [Hue.blue, .green, .sky, .pink, .violet, .yellow, .navy, .brown, .vermilion]
    free = (free + [.amber, .purple, .cream]).filter { !owned.contains($0) }
    // The commonest choose first.
    let choosing = map.legend.indices.filter { own(map.legend[$0].kind) == nil }
      .sorted { (-map.legend[$0].count, $0) < (-map.legend[$1].count, $1) }
    var hues = map.legend.map { own($0.kind) ?? .ink }
    for (n, k) in choosing.enumerated() { hues[k] = free[min(n, free.count - 1)] }
    return (hues, choosing.count > free.count ? choosing.count - free.count + 1 : 0)
  }

  private func axisName(_ a: MapAxis) -> String {
    switch a.quantity {
    case .rate: "η"
    case .start(let v): label(v) + "₀"
    case .parameter(let v): label(v)
    }
  }

  func pictureOfFlow(_ window: Window) throws(Fault) -> Figure {
    guard case .flow(let f)? = results[.flow] else {
      throw Fault("there is no flow to draw", hint: "after a run type flow")
    }
    let title = "\(formulaTitle(f.loss)): steps beside the flow η → 0"
    let short = "\(f.loss.name): steps beside the flow η → 0"
    if f.loss.variables.count == 2 {
      func path(_ p: [[Double]]) -> [Point] { p.map { Point($0[0], $0[1]) } }
      let both = path(f.steps) + path(f.flow)
      let xRange = window[f.loss.variables[0]] ?? hull(both.map(\.x))
      let yRange = window[f.loss.variables[1]] ?? hull(both.map(\.y))
      var figure = Figure(
        title: title, shortTitle: short,
        description: "Level lines with the path of the steps and of the flow.",
        x: Axis(label(f.loss.variables[0]), .linear, xRange),
        y: Axis(label(f.loss.variables[1]), .linear, yRange),
        layers: [
          .contours(contours(f.loss, xRange, yRange)),
          .line(Line("flow", path(f.flow), hue: .green, weight: .thick)),
          .line(Line("steps", path(f.steps), hue: Look.run, weight: .thin)),
          .marks(Marks("steps", path(f.steps), hue: Look.run)),
        ])
      figure.points = path(f.steps)
      return figure
    }
    let one = f.loss.variables.count == 1
    func series(_ times: [Double], _ p: [[Double]]) -> [Point] {
      zip(times, p).map { t, x in
        Point(t, one ? x[0] : f.loss.program.run(DoubleArithmetic(), at: x)[0])
      }
    }
    let steps = series(f.times, f.steps)
    var figure = Figure(
      title: title, shortTitle: short,
      description: "The steps and the flow against the time η·t.", x: Axis("η·t"),
      y: Axis(one ? label(f.loss.variables[0]) : f.loss.name),
      layers: [
        .line(Line("flow", series(f.flowTimes, f.flow), hue: .green, weight: .thick)),
        .line(Line("steps", steps, hue: Look.run, weight: .thin)),
        .marks(Marks("steps", steps, hue: Look.run)),
      ])
    figure.points = steps
    return figure
  }
}
