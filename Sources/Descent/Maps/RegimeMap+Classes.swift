// From the fates of cells to classes: which limits are the same, how many cells have each class.
import Calculus

extension RegimeMapPlan {
  /// More limits than this are not told apart: one class holds them all.
  private static let mostLimits = 24
  /// Limits whose coordinates differ by less than this (relative above 1) are the same: settled cells are
  /// within a thousand tolerances of theirs.
  private static let sameLimit = 1e-5

  /// The map of what the threads wrote.
  func classified(_ results: MapResults, _ program: OrbitProgram) -> RegimeMap {
    let cells = columns * rows
    var limits: [[Double]] = []
    /// The limit of each settled cell.
    var owner = [UInt8](repeating: 0, count: cells)
    var last = 0
    var tooMany = false
    for cell in 0..<cells where CellFate(code: results.fates[cell]) == .returns(period: 1) {
      let x = results.limits + cell * results.width
      if last >= limits.count || !isSame(limits[last], x) {
        if let k = limits.firstIndex(where: { isSame($0, x) }) {
          last = k
        } else if limits.count < RegimeMapPlan.mostLimits {
          last = limits.count
          // A coordinate that went on shrinking until the doubles ended is 0.
          limits.append((0..<program.points).map { abs(x[$0]) < tolerance * 1e-3 ? 0 : x[$0] })
        } else {
          tooMany = true
          break
        }
      }
      owner[cell] = UInt8(clamping: last)
    }
    let order = limits.indices.sorted { limits[$0].lexicographicallyPrecedes(limits[$1]) }
    let intervals = intervals(results, program)
    let linear = QuadraticCells(self, program)
    let targets = intervals.map { [$0.limit.nearestDouble] } + (linear?.limit.map { [$0] } ?? [])
    let kinds = kinds(limits: tooMany ? nil : order.map { limits[$0] }, targets)
    var position = [UInt8](repeating: 0, count: limits.count)
    for (k, o) in order.enumerated() { position[o] = UInt8(clamping: k) }
    let approached = tooMany ? 1 : limits.count
    let settled = approached + targets.count
    var classes = [UInt8](repeating: 0, count: cells)
    var counts = [Int](repeating: 0, count: kinds.count)
    // A time belongs to a decision: what once looked settled may be undecided in the end.
    var times = [UInt32](repeating: 0, count: cells)
    for cell in 0..<cells {
      let fate = CellFate(code: results.fates[cell])
      let c: Int =
        switch fate {
        case .returns(period: 1): tooMany ? 0 : Int(position[Int(owner[cell])])
        case .returns(let p): settled + p - 2
        case .divergent: settled + longestPeriod - 1
        case .leavesDomain: settled + longestPeriod
        case .chaotic: settled + longestPeriod + 1
        case .undecided:
          switch later(cell, intervals, linear, results) {
          case .comes(let k): approached + k
          case .leaves: settled + longestPeriod - 1
          case nil: settled + longestPeriod + 2
          }
        case .missing: settled + longestPeriod + 3
        }
      classes[cell] = UInt8(clamping: c)
      if ![.undecided, .chaotic, .missing].contains(fate) { times[cell] = results.times[cell] }
      counts[c] += 1
    }
    return map(times, program, kinds, counts, classes)
  }

  /// The stationary points that orbits are seen to tend to, where some cells are undecided; for one
  /// variable, those that are simple fractions.
  private func intervals(_ results: MapResults, _ program: OrbitProgram) -> [AttractingInterval] {
    guard step.isGradientDescent, loss.variables.count == 1, program.moving.count == 1,
      (0..<columns * rows).contains(where: { CellFate(code: results.fates[$0]) == .undecided })
    else { return [] }
    return MapRanges(loss, along: 0, values: [0]).stationary.prefix(RegimeMapPlan.mostLimits)
      .compactMap { RegimeMap.simplest(near: $0).flatMap { AttractingInterval(loss, at: $0) } }
  }

  /// What becomes of an undecided cell.
  private enum Later {
    case comes(Int)
    case leaves
  }

  /// What the orbit of an undecided cell does from its last state: which limit it tends to, or whether it
  /// leaves.
  private func later(
    _ cell: Int, _ intervals: [AttractingInterval], _ linear: QuadraticCells?, _ results: MapResults
  ) -> Later? {
    guard linear != nil || !intervals.isEmpty else { return nil }
    let x = (0..<results.width).map { results.limits[cell * results.width + $0] }
    guard x.allSatisfy(\.isFinite) else { return nil }
    let rate =
      horizontal.quantity == .rate
      ? horizontal.value(cell % columns, of: columns)
      : vertical.quantity == .rate ? vertical.value(cell / columns, of: rows) : self.rate
    switch linear?.fate(of: x, rate: rate) {
    case .comes: return .comes(intervals.count)
    case .leaves: return .leaves
    case nil: break
    }
    return intervals.firstIndex { $0.holds(x[0], rate: rate) }.map { .comes($0) }
  }

  private func kinds(limits: [[Double]]?, _ targets: [[Double]]) -> [MapClass.Kind] {
    (limits.map { $0.map { .stationary(limit: $0) } } ?? [.stationary(limit: nil)])
      + targets.map { .approaching(limit: $0) }
      + (2..<(longestPeriod + 1)).map { .cycle(period: $0) }
      + [.divergent, .leavesDomain, .chaotic, .undecided, .missing]
  }

  /// Leaves out the classes that no cell has.
  private func map(
    _ times: [UInt32], _ program: OrbitProgram, _ kinds: [MapClass.Kind], _ counts: [Int],
    _ classes: [UInt8]
  ) -> RegimeMap {
    var legend: [MapClass] = []
    var number = [UInt8](repeating: 0, count: kinds.count)
    for (k, kind) in kinds.enumerated() where counts[k] > 0 {
      number[k] = UInt8(clamping: legend.count)
      legend.append(MapClass(kind: kind, count: counts[k]))
    }
    let cells = classes.map { number[Int($0)] }
    let isComplete = counts.last == 0
    // Between chaotic and undecided cells there is no boundary: evidence was found, or not yet.
    let chaotic = legend.firstIndex { $0.kind == .chaotic }
    let undecided = legend.firstIndex { $0.kind == .undecided }
    let bounded =
      if let chaotic, let undecided {
        cells.map { Int($0) == chaotic ? UInt8(clamping: undecided) : $0 }
      } else { cells }
    return RegimeMap(
      plan: self, legend: legend, cells: cells,
      times: times,
      boundary: isComplete
        ? BoxDimension(
          boundaryOf: bounded, columns: columns, rows: rows) : nil,
      moving: program.moving.prefix(program.points).map { loss.variables[$0] })
  }

  private func isSame(_ limit: [Double], _ x: UnsafePointer<Double>) -> Bool {
    for (k, l) in limit.enumerated()
    where !(abs(l - x[k]) <= RegimeMapPlan.sameLimit * max(1, abs(l))) {
      return false
    }
    return true
  }
}
