// Running a map: parts of one block of neighbouring cells, shared by threads.
import Calculus
import Glibc

func logarithm(_ x: Double) -> Double { log(x) }

/// What the threads write: each cell is written by the one thread that has its part.
struct MapResults: @unchecked Sendable {
  let fates: UnsafeMutablePointer<UInt8>
  let times: UnsafeMutablePointer<UInt32>
  /// The last state of cells that settled, `width` numbers per cell.
  let limits: UnsafeMutablePointer<Double>
  let width: Int

  init(cells: Int, width: Int) {
    self.width = width
    fates = .allocate(capacity: cells)
    fates.initialize(repeating: CellFate.missing.code, count: cells)
    times = .allocate(capacity: cells)
    times.initialize(repeating: 0, count: cells)
    // Written before it is read: first touched by the threads.
    limits = .allocate(capacity: cells * width)
  }

  func deallocate() {
    fates.deallocate()
    times.deallocate()
    limits.deallocate()
  }
}

/// What is known of one cell after its run, in one byte.
enum CellFate: Equatable {
  case missing, undecided, divergent, leavesDomain
  /// Period 1 is a limit.
  case returns(period: Int)

  var code: UInt8 {
    switch self {
    case .missing: 0
    case .undecided: 1
    case .divergent: 2
    case .leavesDomain: 3
    case .returns(let p): UInt8(3 + p)
    }
  }

  init(code: UInt8) {
    switch code {
    case 0: self = .missing
    case 1: self = .undecided
    case 2: self = .divergent
    case 3: self = .leavesDomain
    default: self = .returns(period: Int(code) - 3)
    }
  }
}

extension RegimeMapPlan {
  /// Computes the map.
  ///
  /// - Parameters:
  ///   - cancelled: polled every 20 ms; what was computed until then is kept.
  ///   - progress: told the share that is done.
  package func run(
    cancelled: () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) -> RegimeMap {
    precondition(columns > 0 && rows > 0 && (1...250).contains(longestPeriod))
    var held = Set(parameters.keys)
    var uniform = parameters
    for axis in [horizontal, vertical] {
      guard case .parameter(let name) = axis.quantity else { continue }
      held.insert(name)
      uniform[name] = nil
    }
    let program = OrbitProgram(loss, held: held, uniform: uniform)
    let cells = columns * rows
    let results = MapResults(cells: cells, width: program.moving.count)
    defer { results.deallocate() }
    let plan = self
    _ = inParallel(
      parts: (cells + Batch.block - 1) / Batch.block, threads: threads, cancelled: cancelled,
      progress: progress
    ) { queue in
      let part = MapPart(plan, program, results, queue)
      return { part.run($0) }
    }
    return classified(results, program)
  }
}

/// The work of one thread: one block of cells after the other.
final class MapPart {
  private let plan: RegimeMapPlan
  private let program: OrbitProgram
  private let results: MapResults
  private let queue: PartQueue
  private let orbits: OrbitBlock
  /// The states of the last `slots` steps: [step mod slots][variable][cell of the part].
  private let history: UnsafeMutablePointer<Double>
  private let slots: Int
  private let width: Int
  private let tolerance: Double
  /// By cell: the period that it seems to have (0: none), and how well it returned.
  private let found: UnsafeMutablePointer<(period: Int, distance: Double)>
  /// The values of the variables, those on axes to be replaced.
  private var values: [Double]
  /// Which variable each axis sets; nil for the rate.
  private let horizontal: Int?
  private let vertical: Int?

  init(
    _ plan: RegimeMapPlan, _ program: OrbitProgram, _ results: MapResults, _ queue: PartQueue
  ) {
    self.plan = plan
    self.program = program
    self.results = results
    self.queue = queue
    orbits = OrbitBlock(program, bound: plan.escape)
    slots = plan.longestPeriod + 1
    width = program.moving.count
    tolerance = plan.tolerance
    history = .allocate(capacity: slots * width * Batch.block)
    history.initialize(repeating: 0, count: slots * width * Batch.block)
    found = .allocate(capacity: Batch.block)
    found.initialize(repeating: (0, 0), count: Batch.block)
    values = plan.loss.variables.map { plan.parameters[$0] ?? plan.start[$0] ?? 0 }
    horizontal = plan.horizontal.variable(in: plan.loss)
    vertical = plan.vertical.variable(in: plan.loss)
  }

  deinit {
    history.deallocate()
    found.deallocate()
  }

  func run(_ part: Int) {
    let base = part * Batch.block
    fill(base)
    let results = results
    func escape(_ id: Int, _ t: Int, _ kind: Escape) {
      results.fates[base + id] = (kind == .divergent ? CellFate.divergent : .leavesDomain).code
      results.times[base + id] = UInt32(t)
    }
    let steps = plan.steps
    while orbits.t < steps, orbits.count > 0 {
      if orbits.t & 31 == 31, queue.isStopped { return }
      if orbits.t > steps - slots { record() }
      orbits.step(escape)
      if orbits.t & 3 == 0 { noteSettled(base) }
    }
    confirmReturns(base)
  }

  /// One orbit per cell of the part; a start outside the bound has escaped already, and at the rate 0
  /// nothing moves, which decides nothing.
  private func fill(_ base: Int) {
    orbits.removeAll()
    let (columns, rows) = (plan.columns, plan.rows)
    for id in 0..<min(Batch.block, columns * rows - base) {
      let x = plan.horizontal.value((base + id) % columns, of: columns)
      let y = plan.vertical.value((base + id) / columns, of: rows)
      if let k = horizontal { values[k] = x }
      if let k = vertical { values[k] = y }
      let rate = horizontal == nil ? x : vertical == nil ? y : plan.rate
      if rate == 0 {
        results.fates[base + id] = CellFate.undecided.code
      } else if isInside() {
        orbits.append(id: id, rate: rate, values: values)
      } else {
        results.fates[base + id] = CellFate.divergent.code
      }
    }
  }

  private func isInside() -> Bool {
    for k in orbits.moving where !(abs(values[k]) <= plan.escape) { return false }
    return true
  }

  /// Notes since when the steps are below the tolerance, and takes out the orbits that stand still: they
  /// stay there for ever.
  ///
  /// Steps below the normal doubles count as none: subnormal numbers are slow.
  private func noteSettled(_ base: Int) {
    let change = orbits.changes()
    let times = results.times + base
    let t = UInt32(orbits.t)
    var someStill = false
    for lane in 0..<orbits.count {
      let id = orbits.ids[lane]
      let small = change[lane] <= tolerance
      times[id] = small ? (times[id] == 0 ? t : times[id]) : 0
      someStill = someStill || change[lane] < .leastNormalMagnitude
    }
    guard someStill else { return }
    orbits.removeLanes { lane in
      guard change[lane] < .leastNormalMagnitude else { return false }
      if t == 4, !isStationary(lane) {
        results.fates[base + orbits.ids[lane]] = CellFate.undecided.code
      } else {
        settle(base + orbits.ids[lane], lane)
      }
      return true
    }
  }

  /// Whether an orbit that never moved starts at rest; else its rate is too small for doubles.
  private func isStationary(_ lane: Int) -> Bool {
    program.program.run(DoubleArithmetic(), at: orbits.point(lane))
      .prefix(program.moving.count).allSatisfy { abs($0) <= plan.tolerance }
  }

  private func settle(_ cell: Int, _ lane: Int) {
    results.fates[cell] = CellFate.returns(period: 1).code
    for v in 0..<width { results.limits[cell * width + v] = orbits.position[v][lane] }
  }

  private func record() {
    let states = history + orbits.t % slots * width * Batch.block
    for v in 0..<width {
      let x = orbits.position[v]
      for lane in 0..<orbits.count { states[v * Batch.block + orbits.ids[lane]] = x[lane] }
    }
  }

  /// The largest difference of a coordinate between now and `back` steps ago.
  private func distance(_ lane: Int, back: Int) -> Double {
    let states = history + (orbits.t - back) % slots * width * Batch.block + orbits.ids[lane]
    var largest = 0.0
    for v in 0..<width {
      largest = max(largest, abs(orbits.position[v][lane] - states[v * Batch.block]))
    }
    return largest
  }

  /// The least period p with |x_T − x_{T−p}| within the tolerance, confirmed by going round once more:
  /// the second round must not return worse than the first (else the cycle repels), and for a limit the
  /// distance still to go, as the geometric series of the last two steps has it, must be small (else a
  /// slow drift would pass for a limit).
  private func confirmReturns(_ base: Int) {
    let fates = results.fates + base
    let last = orbits.t
    record()
    orbits.removeLanes { lane in
      let id = orbits.ids[lane]
      found[id] = period(lane, longest: last)
      if found[id].period == 0 { fates[id] = CellFate.undecided.code }
      return found[id].period == 0
    }
    while orbits.count > 0 {
      orbits.step { id, _, _ in fates[id] = CellFate.undecided.code }
      let done = orbits.t - last
      orbits.removeLanes { lane in
        let id = orbits.ids[lane]
        guard found[id].period == done else { return false }
        let again = distance(lane, back: done)
        if !isReturn(found[id].distance, again, isLimit: done == 1) {
          fates[id] = CellFate.undecided.code
        } else if done == 1 {
          settle(base + id, lane)
        } else {
          fates[id] = CellFate.returns(period: done).code
        }
        return true
      }
      record()
    }
  }

  /// The least period within the tolerance, and how well it returns; 0 where there is none, or where the
  /// points of the cycle are so close together that it may be a limit approached from both sides.
  private func period(_ lane: Int, longest: Int) -> (period: Int, distance: Double) {
    var least = Double.infinity
    for p in 1..<max(min(slots, longest + 1), 1) {
      let d = distance(lane, back: p)
      if d <= tolerance { return least > tolerance * 1e3 ? (p, d) : (0, d) }
      least = min(least, d)
    }
    return (0, 0)
  }

  private func isReturn(_ first: Double, _ second: Double, isLimit: Bool) -> Bool {
    let noise = tolerance * 1e-3
    if first <= noise, second <= noise { return true }
    guard second <= first else { return false }
    return !isLimit || second * second <= (first - second) * tolerance * 1e3
  }
}
