// map: which regime holds at each point of a grid over two quantities; map zoom looks closer.
import Calculus
import Descent

let mapCommand = Command(
  name: "map", summary: "the map of regimes over the rate and the start, or two other quantities",
  usage:
    "map [f] eta=0.1..3 x0=-2..2   map f x0=-2..2 y0=-2..2 eta=0.1   map zoom   map zoom eta=0.8..1.2   map … to \"map.png\"",
  parameters: [
    Parameter(name: "eta", summary: "learning rate η: a range, or a number", standard: "chosen"),
    Parameter(
      name: "method", summary: "the method whose orbits are followed", standard: "gd",
      takesWords: true),
    Parameter(name: "steps", summary: "how many steps each cell is given", standard: "200"),
    Parameter(name: "size", summary: "cells per side, or [columns, rows]", standard: "200"),
    Parameter(name: "from", summary: "the start values in order, for those without a range"),
    Parameter(name: "threads", summary: "how many threads work", standard: "all cores"),
    Parameter(name: "factor", summary: "map zoom: how many times closer", standard: "4"),
  ] + fileParameters,
  examples: ["f = x^4/4-x^2/2; map f eta=0.1..2 x0=-2..2 size=100"], picture: "map", bareValues: 6,
  takesPoint: true
) { call throws(Fault) in
  var call = call
  let path = try call.takeFile()
  let isZoom = call.word(0) == "zoom" && call.session.environment["zoom"] == nil
  let (plan, note) = isZoom ? try call.zoomedPlan() : (try call.mapPlan(), nil)
  let map = try call.session.map(plan)
  let written = try path.map { path throws(Fault) in
    (path, try call.write(try call.session.pictureOfMap(), to: path))
  }
  return [call.session.mapAnswer(map, note: note, written)]
}

extension Call {
  private static let mostCells = 16_000_000
  /// Numbers stored by one map: 640 megabytes.
  private static let mostStorage = 80_000_000

  /// The plan that the arguments ask for; what they leave out is chosen and said.
  func mapPlan() throws(Fault) -> RegimeMapPlan {
    let loss = try mapLoss()
    let (method, extra) = try scannedMethod()
    try checkArguments(extra, loss.source.layout)
    var fixed = try fixedValues(loss)
    var axes = try axes(loss)
    let held = loss.variables.filter { v in
      fixed.parameters[v] != nil || axes.contains { $0.quantity == .parameter(v) }
    }
    let moving = loss.variables.filter { !held.contains($0) }
    if moving.isEmpty {
      throw Fault(
        "no variable is left to descend in", hint: "give starts as \(loss.variables[0].startName)=")
    }
    let wanted = wantedAxes(axes, moving, hasRate: fixed.rate != nil)
    for quantity in wanted where axes.count < 2 {
      let range = suggested(quantity, loss, moving, fixed, axes)
      axes.append(MapAxis(quantity, range.0, range.1))
    }
    guard axes.count == 2 else {
      throw Fault("a map has two axes", hint: "leave eta out, or give a range: eta=0.1..2")
    }
    if fixed.rate == nil, !axes.contains(where: { $0.quantity == .rate }) {
      let searches = searches(loss, moving, fixed, axes)
      let rate = MapRanges.rate(searches) ?? 0.1
      fixed.rate = rate
      session.warn("eta is not given: η = \(JSON.shortest(rate)) is used")
    }
    for v in moving where fixed.start[v] == nil {
      if axes.contains(where: { $0.quantity == .start(v) }) { continue }
      throw Fault(
        "no start value for \(v)", hint: "add \(v.startName)=1, or a range: \(v.startName)=-2..2")
    }
    let (columns, rows) = try size()
    let step = try scannedStep(method, on: loss)
    if !held.isEmpty, !step.isGradientDescent {
      throw Fault(
        "a map by \(method.name) holds no variable of the loss",
        hint: "its axes are the rate and starts; give \(held[0]) a value: \(held[0]) = 1")
    }
    var plan = RegimeMapPlan(
      step, horizontal: axes[0], vertical: axes[1], columns: columns, rows: rows,
      rate: fixed.rate ?? 0, start: fixed.start, parameters: fixed.parameters)
    plan.steps = try integer("steps", 200, in: 1...100_000_000)
    return try checked(plan)
  }

  /// A plan whose size is within what a map may have, else the fault that says so.
  func checked(_ asked: RegimeMapPlan) throws(Fault) -> RegimeMapPlan {
    var plan = asked
    plan.threads = try integer("threads", processorCount(), in: 1...256)
    if plan.storage > Call.mostStorage || plan.columns * plan.rows > Call.mostCells {
      throw Fault("the map would be too large", hint: "give a smaller size=")
    }
    return plan
  }

  /// The loss named, else that of the last run, else the current one; names that are numbers now but have
  /// a range here are variables again.
  private func mapLoss() throws(Fault) -> Loss {
    let saved = session.environment
    defer { session.environment = saved }
    for a in arguments where a.upper != nil {
      guard let name = a.name, name != "eta", let d = saved.definitions[name],
        d.parameters == nil, saved.variables(of: d).isEmpty
      else { continue }
      // `x0 = 1` is a start value, not a number that the loss uses.
      if saved.usedNames.contains(name) { session.environment.forget(name) }
    }
    if positional.isEmpty, let name = session.lastPlan?.loss.name,
      let d = session.environment.definitions[name]
    {
      if !session.environment.variables(of: d).isEmpty { return try session.loss(d) }
    }
    return try loss()
  }

  private typealias Fixed = (rate: Double?, start: [String: Double], parameters: [String: Double])

  /// What is one number: from the arguments, the last run of the same loss, and definitions.
  private func fixedValues(_ loss: Loss) throws(Fault) -> Fixed {
    var out: Fixed = (nil, [:], [:])
    let variables = loss.variables
    for (v, e) in try startExpressions(of: loss) {
      out.start[v] = try? session.rational(e).nearestDouble
    }
    if let plan = session.trajectory?.plan ?? session.lastPlan, plan.loss.variables == variables,
      plan.loss.name == loss.name
    {
      for (v, x) in zip(variables, plan.start) { out.start[v] = x.nearestDouble }
      if variables.count > 1, !plan.isSchedule {
        out.rate = plan.rate(DoubleArithmetic(), 0)
        if argument("eta") == nil {
          session.warn("eta is not given: η = \(rateText(plan, session)) of the last run is used")
        }
      }
    }
    if let a = argument("from") {
      for (v, x) in zip(variables, try session.list(a.value, count: variables.count)) {
        out.start[v] = x.nearestDouble
      }
    }
    for a in arguments where a.upper == nil {
      guard let name = a.name else { continue }
      if name == "eta" {
        out.rate = try session.rational(a.value).nearestDouble
      } else if let q = quantity(name, variables) {
        let value = try session.rational(a.value).nearestDouble
        if case .start(let v) = q { out.start[v] = value }
        if case .parameter(let v) = q { out.parameters[v] = value }
      }
    }
    return out
  }

  /// `x0=` is a start value; `a=` holds a, unless a is the only variable.
  func quantity(_ name: String, _ variables: [String]) -> MapAxis.Quantity? {
    if variables.contains(name) { return variables.count == 1 ? .start(name) : .parameter(name) }
    return variables.first { $0.startNames.contains(name) }.map { .start($0) }
  }

  /// The axes that arguments with a range ask for, in the order typed.
  func axes(_ loss: Loss) throws(Fault) -> [MapAxis] {
    var out: [MapAxis] = []
    for a in arguments {
      guard let upper = a.upper else { continue }
      guard let name = a.name,
        let q = name == "eta" ? .rate : quantity(name, loss.variables)
      else { throw Fault("a range belongs to a rate, a start or a parameter", at: a.range) }
      let l = try session.rational(a.value).nearestDouble
      let u = try session.rational(upper).nearestDouble
      guard l.isFinite, u.isFinite, l < u else {
        throw Fault("a range goes from the smaller number to the larger", at: a.range)
      }
      guard ((u - l) * Double(MapAxis.mostCells)).isFinite else {
        throw Fault("the range is too wide to be spread over a map", at: a.range)
      }
      if out.contains(where: { $0.quantity == q }) {
        throw Fault("\(name) has two ranges", at: a.range)
      }
      out.append(MapAxis(q, l, u))
    }
    if out.count > 2 { throw Fault("a map has two axes; here are \(out.count) ranges") }
    return out
  }

  /// Which quantities may become axes where ranges are left out, best first.
  private func wantedAxes(
    _ axes: [MapAxis], _ moving: [String], hasRate: Bool
  ) -> [MapAxis.Quantity] {
    var out: [MapAxis.Quantity] = hasRate || (axes.isEmpty && moving.count > 1) ? [] : [.rate]
    out += moving.map { .start($0) }
    return out.filter { q in !axes.contains { $0.quantity == q } }
  }

  /// A range for a quantity that has none; it is said.
  private func suggested(
    _ quantity: MapAxis.Quantity, _ loss: Loss, _ moving: [String], _ fixed: Fixed,
    _ axes: [MapAxis]
  ) -> (Double, Double) {
    let searches = searches(loss, moving, fixed, axes)
    let range: (Double, Double)
    let name: String
    switch quantity {
    case .rate:
      range = MapRanges.rates(searches, showing: fixed.rate)
      name = "eta"
    case .start(let v), .parameter(let v):
      let k = moving.firstIndex(of: v) ?? 0
      range = searches[k].start(showing: [fixed.start[v]].compactMap { $0 })
      name = v.startName
    }
    session.warn(
      "\(name) has no range: \(name)=\(JSON.shortest(range.0))..\(JSON.shortest(range.1)) is used")
    return range
  }

  /// A coarse search along each moving variable, the others where they start or in the middle of their
  /// ranges.
  private func searches(
    _ loss: Loss, _ moving: [String], _ fixed: Fixed, _ axes: [MapAxis]
  ) -> [MapRanges] {
    let values = loss.variables.map { v -> Double in
      let axis = axes.first { $0.quantity == .start(v) || $0.quantity == .parameter(v) }
      let middle = axis.map { ($0.lower + $0.upper) / 2 }
      return fixed.parameters[v] ?? middle ?? fixed.start[v] ?? 0
    }
    return moving.map { v in
      MapRanges(loss, along: loss.variables.firstIndex(of: v) ?? 0, values: values)
    }
  }

  /// Columns and rows.
  func size() throws(Fault) -> (Int, Int) {
    guard let a = argument("size") else { return (200, 200) }
    let list = try session.list(a.value)
    let sides = list.compactMap(\.integer)
    guard sides.count == list.count, (1...2).contains(sides.count),
      sides.allSatisfy({ (2...100_000).contains($0) })
    else { throw Fault("size= wants one or two whole numbers from 2", at: a.range) }
    return (sides[0], sides[sides.count - 1])
  }
}
