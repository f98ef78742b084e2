// Pictures of runs in the space of their variables: on the curve, over level lines. All runs of an answer
// are drawn over one another, and every point of them: where a run goes away for ever the line leaves the
// frame, and the picture says how many points lie outside.
import Calculus
import Descent
import Plotting

/// A run as it is drawn: its points in doubles.
struct DrawnRun {
  var run: Trajectory
  /// The rows as points; what no double can name is infinite, or not a number where it is undefined.
  var states: [[Double]]
  var values: [Double]

  init(_ run: Trajectory) {
    self.run = run
    states = run.rows.map { $0.point.map { $0.estimate ?? .nan } }
    values = run.rows.map { $0.value.estimate ?? .nan }
  }

  var rows: [Row] { run.rows }

  /// How far from the start, in first steps, the picture goes along with a run that goes away for ever.
  ///
  /// Farther out nothing would be left to see of how it began: at 80 columns the first step would be
  /// narrower than a pixel.
  private static let reach = 200.0

  /// How many points, from the start, the picture is made for: all, but of a run that goes away for ever
  /// those within `reach`, and the first step at least.
  var framed: Int {
    let start = states.first ?? []
    let distances = states.map { x in
      zip(x, start).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
    }
    let known = states.prefix { $0.allSatisfy(\.isFinite) }.count
    guard run.regime?.outcome == .divergent || run.stop == .overflow || known < states.count
    else { return known }
    guard known > 2 else { return known }
    let near = distances.prefix(known).prefix { $0 <= DrawnRun.reach * distances[1] }.count
    return max(near, 2)
  }

  /// A point of the picture, pushed to the edge of the doubles where it lies beyond: the line to it leaves
  /// the frame.
  static func reachable(_ p: Point) -> Point {
    func inside(_ v: Double) -> Double {
      v.isInfinite ? (v < 0 ? -1 : 1) * Double.greatestFiniteMagnitude : v
    }
    return Point(inside(p.x), inside(p.y))
  }
}

extension Session {
  /// - Parameter until: the last step that is shown; the axes are those of the whole run.
  func picture(
    of runs: [DrawnRun], until: Int = .max, _ window: Window = .all
  ) -> Figure {
    switch runs[0].run.plan.loss.variables.count {
    case 1: onCurve(runs, until, window)
    case 2: onContours(runs, until, window)
    default: againstTime(runs)
    }
  }

  /// The runs of the last answer, with rows all along them.
  func drawnRuns() throws(Fault) -> [DrawnRun] {
    _ = try lastRun()
    return results.runs.all.map { DrawnRun(thinned($0)) }
  }

  /// A long run, of which only head and tail were kept, with rows all along it.
  func thinned(_ run: Trajectory) -> Trajectory {
    guard run.rows.count <= run.steps else { return run }
    var plan = run.plan
    plan.steps = run.steps
    plan.every = max(2, run.steps / 300)
    var again = plan.run(cancelled: cancelled)
    again.regime = run.regime
    return again
  }

  /// What a picture of runs says beside its points: that not all are drawn, where that is so.
  func note(_ runs: [DrawnRun]) -> String {
    let drawn = runs.reduce(0) { $0 + $1.rows.count }
    let all = runs.reduce(0) { $0 + $1.run.steps + 1 }
    return drawn < all ? "\(drawn) of \(all) points are drawn" : ""
  }

  /// What several plans have in common, and what tells each from the others.
  func apart(_ plans: [DescentPlan]) -> (common: String, names: [String]) {
    let methods = plans.map { $0.method.name }
    let rates = plans.map { "η = \(rateText($0, self))" }
    let isOneMethod = Set(methods).count == 1
    let isOneRate = Set(rates).count == 1
    let plain = isOneMethod && plans.allSatisfy { $0.step.isGradientDescent }
    let common = [isOneMethod && !plain ? methods.first : nil, isOneRate ? rates.first : nil]
    let names = zip(methods, rates).map { m, r in
      [isOneMethod ? nil : m, isOneRate && !isOneMethod ? nil : r].compactMap(\.self)
        .joined(separator: ", ")
    }
    return (common.compactMap(\.self).joined(separator: ", "), names)
  }

  func runTitle(_ runs: [DrawnRun], short: Bool = false) -> String {
    let loss = runs[0].run.plan.loss
    let common = apart(runs.map(\.run.plan)).common
    return (short ? loss.name : formulaTitle(loss)) + (common.isEmpty ? "" : ", " + common)
  }

  /// The numbers of the rows that have one, else "": every step, or every so many, so that there are no
  /// more than twenty and that of the start.
  private func numbers(_ rows: [Row]) -> [String] {
    let last = rows.last?.t ?? 0
    var power = 1
    while last / (5 * power) > 20 { power *= 10 }
    let step = [power, 2 * power, 5 * power].first { last / $0 <= 20 } ?? power
    return rows.map { $0.t % step == 0 ? "\($0.t)" : "" }
  }

  /// The layers that show runs: their lines, their points, and where the loss rises.
  private func layers(
    _ runs: [DrawnRun], _ until: Int, _ place: (DrawnRun, Int) -> Point
  ) -> (layers: [Layer], points: [Point]) {
    let names = apart(runs.map(\.run.plan)).names
    var layers: [Layer] = []
    var all: [Point] = []
    for (k, r) in runs.enumerated() {
      let isAlone = runs.count == 1
      // The first look is that of the curve.
      let look = Look.of(k + 1)
      let hue = isAlone ? Look.run : look.hue
      let name = isAlone ? "steps" : names[k]
      let shown = r.rows.indices.filter { r.rows[$0].t <= until }
      let points = shown.map { place(r, $0) }
      let numbers = numbers(r.rows)
      all += points
      layers += [
        .line(Line(name, points.map(DrawnRun.reachable), hue: hue, weight: .thin)),
        .marks(
          Marks(
            name, points, labels: isAlone ? shown.map { numbers[$0] } : [],
            symbol: isAlone ? .dot : look.symbol, hue: hue)),
      ]
      guard isAlone else { continue }
      let rises = shown.filter { r.rows[$0].rose == true }.map { place(r, $0) }
      if !rises.isEmpty {
        let loss = r.run.plan.loss.name
        layers.append(.marks(Marks("\(loss) rises next", rises, symbol: .up, hue: Look.rise)))
      }
    }
    return (layers, all)
  }

  /// Where runs settle, as far as that is a point of so many variables.
  private func limits(_ runs: [DrawnRun]) -> [[Double]] {
    let found = runs.map { ($0.run.regime?.limit ?? []).compactMap(\.estimate) }
    let count = runs[0].run.plan.loss.variables.count
    return found.filter { $0.count == count && $0.allSatisfy(\.isFinite) }
  }

  /// The coordinates that a picture of runs is made for.
  private func framed(_ runs: [DrawnRun], _ k: Int) -> [Double] {
    runs.flatMap { $0.states.prefix($0.framed).map { $0[k] } } + limits(runs).map { $0[k] }
  }

  private func onCurve(_ runs: [DrawnRun], _ until: Int, _ window: Window) -> Figure {
    let loss = runs[0].run.plan.loss
    let variable = loss.variables[0]
    let range = window[variable] ?? hull(framed(runs, 0))
    let line = curve(loss, range)
    let drawn = layers(runs, until) { r, k in Point(r.states[k][0], r.values[k]) }
    // Points stand on the curve, but a kink may lie between its samples.
    let seen = drawn.points.filter { range.contains($0.x) }.map(\.y)
    let shape = hull(line.map(\.y) + seen, margin: 0.05)
    let prediction = runs.count == 1 ? prediction(runs[0], until) : nil
    // The curve fills the picture: a prediction that goes far below it is cut at the frame. The same axes
    // in all pictures of a series.
    let size = shape.upperBound - shape.lowerBound
    let lowest = (prediction?.aims ?? []).filter(\.isFinite).min().map { $0 - size / 20 }
    let bottom = max(min(lowest ?? shape.lowerBound, shape.lowerBound), shape.lowerBound - size / 3)
    var layers: [Layer] = [.line(Line(loss.name, line, hue: .blue, weight: .thick))]
    layers += drawn.layers
    if let arrow = prediction?.arrow, Session.isSeen(arrow, range, size) {
      layers.insert(.line(arrow), at: 2)
    }
    var figure = Figure(
      title: runTitle(runs), shortTitle: runTitle(runs, short: true),
      description:
        "The curve of \(loss.name) with the points of \(runs.count == 1 ? "the run" : "\(runs.count) runs") on it"
        + (prediction.map { ", and the straight-line prediction of step \($0.t)." } ?? "."),
      x: Axis(label(variable), .linear, range),
      y: Axis(loss.name, .linear, bottom...shape.upperBound), layers: layers)
    figure.points = drawn.points
    figure.note = note(runs)
    return figure
  }

  /// Whether an arrow is longer than a character beside a curve of this size.
  private static func isSeen(
    _ arrow: Line, _ range: ClosedRange<Double>, _ size: Double
  ) -> Bool {
    let (from, to) = (arrow.points[0], arrow.points[1])
    return abs(to.x - from.x) > (range.upperBound - range.lowerBound) / 50
      || abs(to.y - from.y) > size / 20
  }

  /// The straight line on which a step was predicted: its arrow, and how low such lines come in all
  /// pictures of a series.
  private func prediction(
    _ r: DrawnRun, _ until: Int
  ) -> (t: Int, arrow: Line?, aims: [Double])? {
    // After a run its first step; after `step` and `back` the one shown.
    let t = results.runs.row.map { $0 == r.run.steps ? 0 : $0 } ?? 0
    func aim(_ k: Int) -> Double? {
      r.rows[k].predicted?.estimate.map { r.values[k] + $0 }
    }
    let aims = r.rows.indices.filter { until < .max || r.rows[$0].t == t }.compactMap(aim)
    guard let k = r.rows.firstIndex(where: { $0.t == t && $0.change != nil }), let end = aim(k)
    else { return (t, nil, aims) }
    let x = k + 1 < r.states.count ? r.states[k + 1][0] : r.states[k][0]
    return (
      t,
      Line(
        "prediction", [Point(r.states[k][0], r.values[k]), Point(x, end)], hue: .green,
        stroke: .dotted, end: .arrow), aims
    )
  }

  private func onContours(_ runs: [DrawnRun], _ until: Int, _ window: Window) -> Figure {
    let loss = runs[0].run.plan.loss
    let xRange = window[loss.variables[0]] ?? hull(framed(runs, 0))
    let yRange = window[loss.variables[1]] ?? hull(framed(runs, 1))
    let drawn = layers(runs, until) { r, k in Point(r.states[k][0], r.states[k][1]) }
    var ends = limits(runs)
    // One cross for one limit, however many runs come to it.
    ends = ends.indices.filter { k in !ends[..<k].contains(ends[k]) }.map { ends[$0] }
    let layers =
      [.contours(contours(loss, xRange, yRange))] + drawn.layers
      + ends.map {
        Layer.marks(Marks("limit", [Point($0[0], $0[1])], symbol: .cross, hue: .blue))
      }
    var figure = Figure(
      title: runTitle(runs), shortTitle: runTitle(runs, short: true),
      description:
        "Level lines of \(loss.name) with the path of \(runs.count == 1 ? "the run" : "\(runs.count) runs").",
      x: Axis(label(loss.variables[0]), .linear, xRange),
      y: Axis(label(loss.variables[1]), .linear, yRange), layers: layers)
    figure.points = drawn.points
    figure.note = note(runs)
    return figure
  }
}
