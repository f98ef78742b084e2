// Pictures of runs against the step number, and of the map of one step: the loss, predicted and actual
// change, the cobweb, the sharpness.
import Calculus
import Descent
import Plotting

extension Session {
  func againstTime(_ runs: [DrawnRun]) -> Figure {
    let name = runs[0].run.plan.loss.name
    let names = apart(runs.map(\.run.plan)).names
    let isAlone = runs.count == 1
    var layers: [Layer] = []
    var all: [Point] = []
    // Of several noisy runs what each is on average: one would hide the other.
    let areMeans = !isAlone && runs.allSatisfy { $0.rows.allSatisfy { $0.expected != nil } }
    for (k, r) in runs.enumerated() {
      let points =
        areMeans ? r.points(\.expected) : r.hasFull ? r.points(\.full) : r.valuePoints
      all += points
      let look = Look.of(k)
      layers.append(
        .line(
          Line(
            isAlone ? name : names[k], points.map(DrawnRun.reachable), hue: look.hue,
            stroke: look.stroke, weight: look.weight,
            symbol: isAlone ? symbol(points) : look.symbol)))
      layers += r.changesOfRate.map {
        .guide(Guide(.vertical($0.t), "η = \($0.rate)", hue: look.hue))
      }
      guard isAlone else { continue }
      let means = r.points(\.expected)
      if !means.isEmpty {
        layers.append(
          .line(Line("mean of all seeds", means, hue: .ink, stroke: .dotted, weight: .thick)))
        continue
      }
      let rises = zip(r.rows, points).filter { $0.0.rose == true }.map(\.1)
      if !rises.isEmpty {
        layers.append(.marks(Marks("\(name) rises next", rises, symbol: .up, hue: Look.rise)))
      }
    }
    var figure = Figure(
      title: runTitle(runs), shortTitle: runTitle(runs, short: true),
      description: "The loss \(name) against the step number t.",
      x: Axis("t", isWhole: true),
      y: Axis(areMeans ? "mean \(name) of all seeds" : name, logarithmic(all.map(\.y))),
      layers: layers)
    figure.points = all
    figure.note = note(runs)
    return figure
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
    let drawn = DrawnRun(thinned(try lastRun()))
    let run = drawn.run
    func series(_ k: KeyPath<Row, Certified?>) -> [Point] {
      run.rows.compactMap { r in
        r[keyPath: k]?.estimate.map { Point(Double(r.t), $0) }
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
      layers.append(.marks(Marks("\(name) rises", rises, symbol: .up, hue: Look.rise)))
    }
    var figure = Figure(
      title: "Predicted and actual change of \(runTitle([drawn]))",
      shortTitle: "Predicted and actual change of \(runTitle([drawn], short: true))",
      description: "Per step the linear prediction and the actual change.",
      x: Axis("t", isWhole: true),
      y: Axis("Δ\(name)", spread > 1000 ? .symlog((sizes.max() ?? 1) / 1000) : .linear),
      layers: layers)
    figure.points = actual
    figure.note = note([drawn])
    return figure
  }

  func pictureOfCobweb(_ window: Window) throws(Fault) -> Figure {
    let drawn = DrawnRun(thinned(try lastRun()))
    let run = drawn.run
    let loss = run.plan.loss
    guard loss.variables.count == 1, run.plan.step.isMemoryless, run.plan.isAutonomous else {
      throw Fault(
        "a cobweb is for one variable at a constant rate, by a method that keeps nothing",
        hint: "plot run")
    }
    let eta = run.plan.rate(DoubleArithmetic(), 0)
    let xs = drawn.states.map { $0[0] }
    let range = window[loss.variables[0]] ?? hull(Array(xs.prefix(drawn.framed)))
    let step = run.plan.step
    let runner = DoubleProgram(step.map)
    let map = samples(range, 600).map { x in
      runner.run(at: [x, eta, 0])
      return Point(x, runner[0])
    }
    var stairs = [Point(xs[0], xs[0])]
    for (a, b) in zip(xs, xs.dropFirst()) { stairs += [Point(a, b), Point(b, b)] }
    let x = label(loss.variables[0])
    var figure = Figure(
      title: "Cobweb of \(runTitle([drawn]))",
      shortTitle: "Cobweb of \(runTitle([drawn], short: true))",
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
        .line(
          Line(
            step.isGradientDescent
              ? "\(x) − η\(loss.name)′(\(x))" : "a step by \(step.method.name)", map, hue: .blue,
            weight: .thick)),
        .line(
          Line("the run", stairs.map(DrawnRun.reachable), hue: Look.run, weight: .thin)),
        .marks(Marks("", [stairs[0]], labels: ["start"], symbol: .ring, hue: Look.run)),
      ])
    // Every step is a place on the curve of the map.
    figure.points = zip(xs, xs.dropFirst()).map { Point($0, $1) }
    figure.note = note([drawn])
    return figure
  }

  func pictureOfSharpness() throws(Fault) -> Figure {
    var drawn = DrawnRun(thinned(try lastRun()))
    let run = drawn.run
    let loss = run.plan.loss
    let every = max(1, run.rows.count / 300)
    let rows = run.rows.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    let points = rows.compactMap { r in
      Curvature.roughLargest(loss, at: r.point.map { $0.estimate ?? .nan }).map {
        Point(Double(r.t), $0)
      }
    }
    guard !points.isEmpty else { throw Fault("the curvature is not defined along this run") }
    var layers: [Layer] = [.line(Line("λmax", points, hue: .blue, symbol: symbol(points)))]
    let eta = run.plan.rate(DoubleArithmetic(), 0)
    if !run.plan.isSchedule, eta > 0 {
      layers.append(.guide(Guide(.horizontal(2 / eta), "2/η", hue: .vermilion)))
    }
    var figure = Figure(
      title: "Sharpness along \(runTitle([drawn]))",
      shortTitle: "Sharpness along \(runTitle([drawn], short: true))",
      description: "The largest curvature at each step beside 2/η.", x: Axis("t", isWhole: true),
      y: Axis("λmax", .linear), layers: layers)
    figure.points = points
    drawn.run.rows = rows
    figure.note = note([drawn])
    return figure
  }
}

extension DrawnRun {
  /// The loss at each row.
  fileprivate var valuePoints: [Point] {
    zip(rows, values).map { Point(Double($0.t), $1) }
  }

  /// What rows have of a number, by step.
  fileprivate func points(_ number: KeyPath<Row, Certified?>) -> [Point] {
    rows.compactMap { r in r[keyPath: number]?.estimate.map { Point(Double(r.t), $0) } }
  }

  /// Whether the loss over all rows of data is told.
  fileprivate var hasFull: Bool { rows.contains { $0.full != nil } }

  /// Where a schedule jumps, and to what.
  fileprivate var changesOfRate: [(t: Double, rate: String)] {
    guard run.plan.isSchedule, run.steps <= DrawnRun.mostWatched else { return [] }
    let a = DoubleArithmetic()
    var out: [(Double, String)] = []
    var before = run.plan.rate(a, 0)
    for t in 1..<max(2, run.steps) {
      let rate = run.plan.rate(a, t)
      if rate > DrawnRun.jump * before || before > DrawnRun.jump * rate {
        out.append((Double(t), Certified(rate).text(digits: 3)))
      }
      before = rate
    }
    return out.count <= DrawnRun.mostJumps ? out : []
  }

  /// A change of the rate by more than this factor in one step is one that somebody made.
  private static let jump = 1.5
  /// Steps up to which changes are looked for, and changes up to which they are marked.
  private static let mostWatched = 100_000
  private static let mostJumps = 4
}
