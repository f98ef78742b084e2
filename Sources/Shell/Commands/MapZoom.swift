// map zoom: the plan of a closer look. Where none is asked for, windows of the size are slid over the last
// map in quarters of their side; the one where most classes meet wins, then the one with most boundary.
import Calculus
import Descent

extension Call {
  /// `map zoom`, `map zoom 0.5, -1.2, 4`, or with arguments that name the new ranges or the new middle;
  /// with what is to be said of the choice.
  mutating func zoomedPlan() throws(Fault) -> (RegimeMapPlan, String?) {
    guard case .map(let map)? = session.results[.map] else {
      throw Fault("there is no map to zoom in", hint: "make one: map eta=0.1..2 x0=-2..2")
    }
    let last = map.plan
    try checkArguments([], last.loss.source.layout)
    arguments.removeFirst()
    let numbers = try positional.map { a throws(Fault) in
      try session.rational(a.value).nearestDouble
    }
    let factor =
      try argument("factor").map { a throws(Fault) in try session.rational(a.value).nearestDouble }
      ?? (numbers.count == 3 ? numbers[2] : 4)
    guard factor > 0, factor.isFinite, numbers.isEmpty || (2...3).contains(numbers.count) else {
      throw Fault("zoom wants x, y and a factor", hint: "write map zoom 0.5, -1.2, 4")
    }
    var plan = last
    var note: String?
    let ranges = try axes(last.loss)
    if ranges.isEmpty {
      let fixed = try fixedValues(last.loss, last.horizontal, last.vertical)
      var middle = (
        (last.horizontal.lower + last.horizontal.upper) / 2,
        (last.vertical.lower + last.vertical.upper) / 2
      )
      if numbers.count >= 2 {
        middle = (numbers[0], numbers[1])
      } else if fixed.0 == nil, fixed.1 == nil, factor > 1 {
        let busiest = map.busiest(window: factor)
        middle = (busiest.x, busiest.y)
        note =
          busiest.classes > 1
          ? "Zoomed in on the part where most classes meet: \(busiest.classes) of them."
          : "One class everywhere: zoomed in on the middle."
      }
      plan = last.zoomed(x: fixed.0 ?? middle.0, y: fixed.1 ?? middle.1, by: factor)
    }
    for r in ranges {
      if r.quantity == plan.horizontal.quantity {
        plan.horizontal = r
      } else if r.quantity == plan.vertical.quantity {
        plan.vertical = r
      } else {
        throw Fault(
          "the last map has other axes", hint: "zoom keeps them: " + session.axesText(last))
      }
    }
    if argument("size") != nil { (plan.columns, plan.rows) = try size() }
    plan.steps = try integer("steps", last.steps, in: 1...100_000_000)
    return (try checked(plan), note)
  }

  /// The numbers that arguments give for the two axes.
  private func fixedValues(
    _ loss: Loss, _ horizontal: MapAxis, _ vertical: MapAxis
  ) throws(Fault) -> (Double?, Double?) {
    func value(_ axis: MapAxis) throws(Fault) -> Double? {
      for a in arguments where a.upper == nil {
        guard let name = a.name,
          axis.quantity == (name == "eta" ? .rate : quantity(name, loss.variables))
        else { continue }
        return try session.rational(a.value).nearestDouble
      }
      return nil
    }
    return (try value(horizontal), try value(vertical))
  }
}

extension RegimeMap {
  /// The middle of the most varied window of a size `factor` times smaller than the map, and how many
  /// classes it holds; the middle of the map where all windows hold one class.
  ///
  /// The same for the same map. Cost: every cell is looked at about sixteen times.
  func busiest(window factor: Double) -> (x: Double, y: Double, classes: Int) {
    let (columns, rows) = (plan.columns, plan.rows)
    let wide = min(columns, max(2, Int(exactly: (Double(columns) / factor).rounded(.down)) ?? 2))
    let high = min(rows, max(2, Int(exactly: (Double(rows) / factor).rounded(.down)) ?? 2))
    var best = (classes: 1, edges: 0, column: Double(columns - 1) / 2, row: Double(rows - 1) / 2)
    for bottom in stride(from: 0, through: rows - high, by: max(1, high / 4)) {
      for left in stride(from: 0, through: columns - wide, by: max(1, wide / 4)) {
        let (classes, edges) = variety(left..<(left + wide), bottom..<(bottom + high))
        guard (classes, edges) > (best.classes, best.edges) else { continue }
        best = (
          classes, edges, Double(left) + Double(wide - 1) / 2, Double(bottom) + Double(high - 1) / 2
        )
      }
    }
    return (
      place(best.column, columns, plan.horizontal), place(best.row, rows, plan.vertical),
      best.classes
    )
  }

  /// How many classes a window holds, and how many of its neighbouring cells differ.
  private func variety(_ columns: Range<Int>, _ rows: Range<Int>) -> (classes: Int, edges: Int) {
    var seen = legend.map { _ in false }
    var edges = 0
    for row in rows {
      for column in columns {
        let cell = row * plan.columns + column
        seen[Int(cells[cell])] = true
        if column + 1 < columns.upperBound, cells[cell] != cells[cell + 1] { edges += 1 }
        if row + 1 < rows.upperBound, cells[cell] != cells[cell + plan.columns] { edges += 1 }
      }
    }
    let classes = zip(seen, legend).count { $0 && $1.kind != .missing }
    return (classes, edges)
  }

  private func place(_ cell: Double, _ count: Int, _ axis: MapAxis) -> Double {
    axis.lower + (axis.upper - axis.lower) * cell / Double(count - 1)
  }
}
