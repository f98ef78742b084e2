// Pictures of a run: on the curve, over contours, against t, as a cobweb, by sharpness.
import Calculus
import Descent
import Plotting

extension Session {
  /// - Parameter until: the last step that is shown; the axes are those of the whole run.
  func pictureOfRun(until: Int = .max) throws(Fault) -> Figure {
    let run = try lastRun()
    switch run.plan.loss.variables.count {
    case 1: return onCurve(run, until)
    case 2: return onContours(run, until)
    default: return againstTime(thinned(run))
    }
  }

  func pictureOfLoss() throws(Fault) -> Figure { againstTime(thinned(try lastRun())) }

  /// A long run, of which only head and tail were kept, with rows all along it.
  private func thinned(_ run: Trajectory) -> Trajectory {
    guard run.rows.count <= run.steps else { return run }
    var plan = run.plan
    plan.steps = run.steps
    plan.every = max(2, run.steps / 300)
    plan.certifiedSteps = 0
    var again = plan.run(cancelled: cancelled)
    again.regime = run.regime
    return again
  }

  private func runTitle(_ run: Trajectory, short: Bool = false) -> String {
    let method = run.plan.method is GradientDescent ? "" : "\(type(of: run.plan.method).name), "
    let loss = short ? run.plan.loss.name : formulaTitle(run.plan.loss)
    return "\(loss), \(method)η = \(rateText(run.plan, self))"
  }

  /// The states of the rows in doubles, up to where they leave the neighbourhood of the first step.
  private func places(_ run: Trajectory) -> [(row: Row, x: [Double])] {
    var out: [(row: Row, x: [Double])] = []
    var reach = 0.0
    for r in run.rows {
      let x = r.point.map { $0.nearestDouble ?? .nan }
      guard x.allSatisfy(\.isFinite) else { break }
      if let first = out.first {
        let away = zip(x, first.x).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
        if out.count == 1 { reach = 20 * max(away, 1) }
        if away > reach { break }
      }
      out.append((r, x))
    }
    return out
  }

  private func onCurve(_ run: Trajectory, _ until: Int) -> Figure {
    let loss = run.plan.loss
    let all = places(run)
    let xs = all.map { $0.x[0] }
    let limit = (run.regime?.limit ?? []).compactMap(\.nearestDouble)
    let range = hull(xs + (limit.count == 1 ? limit : []))
    let line = curve(loss, range)
    // After a run its first step; after `step` and `back` the one shown.
    let shown = shownStep.map { $0 == run.steps ? 0 : $0 } ?? 0
    // The curve fills the picture: a prediction that goes far below it is cut at the frame. The
    // same axes in all pictures of a series.
    let aims = all.filter { until < .max || $0.row.t == shown }.compactMap { a in
      a.row.predicted?.nearestDouble.map { (a.row.value.nearestDouble ?? .nan) + $0 }
    }
    let shape = hull(line.map(\.y), margin: 0.05)
    let size = shape.upperBound - shape.lowerBound
    let lowest = (aims.filter(\.isFinite) + [shape.lowerBound]).min() ?? shape.lowerBound
    let heights = max(lowest, shape.lowerBound - size / 3)...shape.upperBound
    let points = all.filter { $0.row.t <= until }.map {
      Point($0.x[0], $0.row.value.nearestDouble ?? .nan)
    }
    var layers: [Layer] = [
      .line(Line(loss.name, line, hue: .blue, weight: .thick)),
      .line(Line("steps", points, hue: .vermilion, weight: .thin)),
    ]
    let current = all.firstIndex { $0.row.t == shown && $0.row.change != nil }
    if let k = current, let predicted = all[k].row.predicted?.nearestDouble {
      let p = points[k]
      let x = k + 1 < all.count ? all[k + 1].x[0] : p.x
      layers.append(
        .line(
          Line(
            "prediction", [p, Point(x, p.y + predicted)], hue: .green, stroke: .dotted, end: .arrow
          )))
    }
    let rose = points.indices.filter { all[$0].row.rose == true }
    let labels = points.indices.map { $0 < 8 ? "\(all[$0].row.t)" : "" }
    layers.append(.marks(Marks("steps", points, labels: labels, symbol: .dot, hue: .vermilion)))
    if !rose.isEmpty {
      layers.append(
        .marks(Marks("\(loss.name) rises next", rose.map { points[$0] }, symbol: .up, hue: .ink)))
    }
    return Figure(
      title: runTitle(run), shortTitle: runTitle(run, short: true),
      description:
        "The curve of \(loss.name) with the points of the run on it, and the straight-line prediction of step \(shown).",
      x: Axis(label(loss.variables[0]), .linear, range), y: Axis(loss.name, .linear, heights),
      layers: layers)
  }

  /// A curve in a range.
  func curve(_ loss: Loss, _ range: ClosedRange<Double>) -> [Point] {
    let program = DoubleProgram(loss.program)
    return samples(range, 600).map { x in
      program.run(at: [x])
      return Point(x, program.outputs[0])
    }
  }

  private func onContours(_ run: Trajectory, _ until: Int) -> Figure {
    let loss = run.plan.loss
    let all = places(run)
    let limit = (run.regime?.limit ?? []).compactMap(\.nearestDouble)
    let ends = limit.count == 2 ? [limit] : []
    let xRange = hull(all.map { $0.x[0] } + ends.map { $0[0] })
    let yRange = hull(all.map { $0.x[1] } + ends.map { $0[1] })
    let seen = all.filter { $0.row.t <= until }
    let path = seen.map { Point($0.x[0], $0.x[1]) }
    let rose = seen.filter { $0.row.rose == true }.map { Point($0.x[0], $0.x[1]) }
    var layers: [Layer] = [
      .contours(contours(loss, xRange, yRange)),
      .line(Line("steps", path, hue: .vermilion, weight: .thin)),
      .marks(
        Marks(
          "steps", path, labels: path.indices.map { $0 < 4 ? "\(all[$0].row.t)" : "" },
          symbol: .dot,
          hue: .vermilion)),
    ]
    if !rose.isEmpty {
      layers.append(.marks(Marks("\(loss.name) rises next", rose, symbol: .up, hue: .ink)))
    }
    layers += ends.map { .marks(Marks("limit", [Point($0[0], $0[1])], symbol: .cross, hue: .blue)) }
    return Figure(
      title: runTitle(run), shortTitle: runTitle(run, short: true),
      description: "Level lines of \(loss.name) with the path of the run.",
      x: Axis(label(loss.variables[0]), .linear, xRange),
      y: Axis(label(loss.variables[1]), .linear, yRange), layers: layers)
  }

  /// Level lines at round values near even shares of all values, so that valleys and walls both show.
  func contours(
    _ loss: Loss, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>
  ) -> Contours {
    let program = DoubleProgram(loss.program)
    let (columns, rows) = (120, 90)
    let values = samples(yRange, rows).flatMap { y in
      samples(xRange, columns).map { x -> Double in
        program.run(at: [x, y])
        return program.outputs[0]
      }
    }
    let sorted = values.filter(\.isFinite).sorted()
    let shares = [0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85]
    let levels = RoundLevels(
      near: sorted.isEmpty ? [] : shares.map { sorted[Int($0 * Double(sorted.count - 1))] })
    let grid = Grid(columns: columns, rows: rows, values: values, xRange: xRange, yRange: yRange)
    return Contours(
      "level of \(loss.name)", grid, levels: levels.values, labels: levels.texts, hue: .blue)
  }

  private func againstTime(_ run: Trajectory) -> Figure {
    let points = run.rows.map { Point(Double($0.t), $0.value.nearestDouble ?? .nan) }
    let rises = run.rows.filter { $0.rose == true }.compactMap { r in
      r.value.nearestDouble.map { Point(Double(r.t), $0) }
    }
    let name = run.plan.loss.name
    var layers: [Layer] = [.line(Line(name, points, hue: .blue, symbol: symbol(points)))]
    if !rises.isEmpty {
      layers.append(.marks(Marks("\(name) rises next", rises, symbol: .up, hue: .vermilion)))
    }
    return Figure(
      title: runTitle(run), shortTitle: runTitle(run, short: true),
      description: "The loss \(name) against the step number t.",
      x: Axis("t"), y: Axis(name, logarithmic(points.map(\.y))), layers: layers)
  }

  /// A symbol on every step of a short run; a few of many would look as if they were special.
  private func symbol(_ points: [Point]) -> Symbol? { points.count <= 12 ? .dot : nil }

  /// Logarithmic where all are positive and span more than two decades.
  func logarithmic(_ values: [Double]) -> Scale {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), low > 0, high > 100 * low else {
      return .linear
    }
    return .log10
  }

  func pictureOfChanges() throws(Fault) -> Figure {
    let run = try lastRun()
    func series(_ k: KeyPath<Row, Certified?>) -> [Point] {
      run.rows.compactMap { r in
        r[keyPath: k]?.nearestDouble.map { Point(Double(r.t), $0) }
      }
    }
    let predicted = series(\.predicted)
    let actual = series(\.change)
    guard !actual.isEmpty else { throw Fault("the run took no step to draw") }
    let name = run.plan.loss.name
    let sizes = (predicted + actual).map { abs($0.y) }.filter { $0 > 0 && $0.isFinite }
    let spread = (sizes.max() ?? 1) / max(sizes.min() ?? 1, 1e-300)
    let rises = actual.filter { $0.y > 0 }
    var layers: [Layer] = [
      .guide(Guide(.horizontal(0))),
      .line(Line("predicted", predicted, hue: .green, stroke: .dotted, symbol: .ring)),
      .line(Line("actual Δ\(name)", actual, hue: .blue, symbol: .dot)),
    ]
    if !rises.isEmpty {
      layers.append(.marks(Marks("\(name) rises", rises, symbol: .up, hue: .vermilion)))
    }
    return Figure(
      title: "Predicted and actual change of \(runTitle(run))",
      shortTitle: "Predicted and actual change of \(runTitle(run, short: true))",
      description: "Per step the linear prediction and the actual change.", x: Axis("t"),
      y: Axis("Δ\(name)", spread > 1000 ? .symlog((sizes.max() ?? 1) / 1000) : .linear),
      layers: layers)
  }

  func pictureOfCobweb() throws(Fault) -> Figure {
    let run = try lastRun()
    let loss = run.plan.loss
    guard loss.variables.count == 1, run.plan.method is GradientDescent, !run.plan.isSchedule else {
      throw Fault(
        "a cobweb is for gradient descent in one variable at a constant rate", hint: "plot run")
    }
    let eta = run.plan.rate(DoubleArithmetic(), 0)
    let xs = places(run).map { $0.x[0] }
    let range = hull(xs)
    let gradient = DoubleProgram(loss.gradient)
    let map = samples(range, 600).map { x in
      gradient.run(at: [x])
      return Point(x, x - eta * gradient.outputs[1])
    }
    var stairs = [Point(xs[0], xs[0])]
    for (a, b) in zip(xs, xs.dropFirst()) { stairs += [Point(a, b), Point(b, b)] }
    let x = label(loss.variables[0])
    return Figure(
      title: "Cobweb of \(runTitle(run))",
      shortTitle: "Cobweb of \(runTitle(run, short: true))",
      description: "The descent map, the diagonal, and the staircase of the run.",
      x: Axis(x, .linear, range), y: Axis("next \(x)", .linear, range),
      layers: [
        .line(
          Line(
            "next \(x) = \(x)",
            [
              Point(range.lowerBound, range.lowerBound),
              Point(range.upperBound, range.upperBound),
            ], hue: .ink, stroke: .dotted, weight: .thin)),
        .line(Line("\(x) − η\(loss.name)′(\(x))", map, hue: .blue, weight: .thick)),
        .line(Line("the run", stairs, hue: .vermilion, weight: .thin)),
        .marks(Marks("", [stairs[0]], labels: ["start"], symbol: .ring, hue: .vermilion)),
      ])
  }

  func pictureOfSharpness() throws(Fault) -> Figure {
    let run = thinned(try lastRun())
    let loss = run.plan.loss
    let every = max(1, run.rows.count / 300)
    let rows = run.rows.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    let points = rows.compactMap { r in
      Curvature(loss, at: r.point, bits: 128)?.largest?.nearestDouble.map {
        Point(Double(r.t), $0)
      }
    }
    guard !points.isEmpty else {
      throw Fault("the curvature is not defined along this run, or it has more than 32 variables")
    }
    var layers: [Layer] = [.line(Line("λmax", points, hue: .blue, symbol: symbol(points)))]
    let eta = run.plan.rate(DoubleArithmetic(), 0)
    if !run.plan.isSchedule, eta > 0 {
      layers.append(.guide(Guide(.horizontal(2 / eta), "2/η", hue: .vermilion)))
    }
    return Figure(
      title: "Sharpness along \(runTitle(run))",
      shortTitle: "Sharpness along \(runTitle(run, short: true))",
      description: "The largest curvature at each step beside 2/η.", x: Axis("t"),
      y: Axis("λmax", .linear), layers: layers)
  }
}
