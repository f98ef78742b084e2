// Running a map: parts of one block of neighbouring cells, shared by threads.
import Calculus
import Glibc

func logarithm(_ x: Double) -> Double { log(x) }

/// What the threads write: each cell is written by the one thread that has its part.
struct MapResults: @unchecked Sendable {
  let fates: UnsafeMutablePointer<UInt8>
  let times: UnsafeMutablePointer<UInt32>
  /// The last state of cells that settled or are undecided, `width` numbers per cell.
  let limits: UnsafeMutablePointer<Double>
  let width: Int

  init(cells: Int, width: Int) {
    self.width = width
    fates = .allocate(capacity: cells)
    fates.initialize(repeating: CellFate.missing.code, count: cells)
    times = .allocate(capacity: cells)
    times.initialize(repeating: 0, count: cells)
    // First touched by the threads: an undecided cell may have none, which is what NaN says.
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
  /// Undecided by its returns, but chaotic by evidence (`ChaosTest`).
  case chaotic
  /// Period 1 is a limit.
  case returns(period: Int)

  var code: UInt8 {
    switch self {
    case .missing: 0
    case .undecided: 1
    case .divergent: 2
    case .leavesDomain: 3
    case .chaotic: .max
    case .returns(let p): UInt8(clamping: 3 + p)
    }
  }

  init(code: UInt8) {
    switch code {
    case 0: self = .missing
    case 1: self = .undecided
    case 2: self = .divergent
    case 3: self = .leavesDomain
    case .max: self = .chaotic
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
    precondition(held.isEmpty || step.isGradientDescent)
    let program =
      step.isGradientDescent
      ? OrbitProgram(loss, held: held, uniform: uniform) : OrbitProgram.following(step)
    let cells = columns * rows
    let results = MapResults(cells: cells, width: program.moving.count)
    defer { results.deallocate() }
    let plan = self
    _ = inParallel(
      parts: (cells + BlockProgram.block - 1) / BlockProgram.block, threads: threads,
      cancelled: cancelled,
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
  let plan: RegimeMapPlan
  private let program: OrbitProgram
  let results: MapResults
  let queue: PartQueue
  let escapeTest: EscapeTest
  let rest: RestTest
  /// Those stepped now: `near` up to the plan's radius, then `far` where some came back from beyond it.
  @exclusivity(unchecked) private(set) var orbits: OrbitBlock
  let near: OrbitBlock
  private lazy var far = OrbitBlock(program, bound: OrbitBlock.farthest)
  private(set) lazy var chaos = ChaosTest(program, bound: plan.escape)
  /// Cells to be run again with the larger radius.
  private var again: [Int] = []
  /// A stationary point that was found, which other cells may settle at too.
  var known: [Double] = []
  /// Where a parameter is on an axis, each cell has its own.
  let sharesStationaryPoints: Bool
  /// The states of the last `slots` steps: [step mod slots][variable][cell of the part].
  let history: UnsafeMutablePointer<Double>
  let slots: Int
  let width: Int
  let tolerance: Double
  /// By cell: the period that it seems to have (0: none), and how well it returned.
  let found: UnsafeMutablePointer<(period: Int, distance: Double)>
  /// The values of the variables, those on axes to be replaced.
  private var values: [Double]
  /// Which variable each axis sets; nil for the rate.
  let horizontal: Int?
  let vertical: Int?

  init(
    _ plan: RegimeMapPlan, _ program: OrbitProgram, _ results: MapResults, _ queue: PartQueue
  ) {
    self.plan = plan
    self.program = program
    self.results = results
    self.queue = queue
    near = OrbitBlock(program, bound: plan.escape)
    orbits = near
    escapeTest = EscapeTest(program)
    rest = RestTest(program)
    slots = plan.longestPeriod + 1
    width = program.moving.count
    tolerance = plan.tolerance
    history = .allocate(capacity: slots * width * BlockProgram.block)
    history.initialize(repeating: 0, count: slots * width * BlockProgram.block)
    found = .allocate(capacity: BlockProgram.block)
    found.initialize(repeating: (0, 0), count: BlockProgram.block)
    values = plan.loss.variables.map { plan.parameters[$0] ?? plan.start[$0] ?? 0 }
    if program.rate != nil {
      values = plan.step.start(DoubleArithmetic(), at: values).all + [0, 0]
    }
    horizontal = plan.horizontal.variable(in: plan.loss)
    vertical = plan.vertical.variable(in: plan.loss)
    let moving = program.moving
    sharesStationaryPoints = [horizontal, vertical].allSatisfy { $0.map(moving.contains) ?? true }
  }

  deinit {
    history.deallocate()
    found.deallocate()
  }

  func run(_ part: Int) {
    let base = part * BlockProgram.block
    again.removeAll(keepingCapacity: true)
    orbits = near
    fill(
      base, Array(0..<min(BlockProgram.block, plan.columns * plan.rows - base)), within: plan.escape
    )
    follow(base)
    if !again.isEmpty, !queue.isStopped {
      orbits = far
      fill(base, again, within: OrbitBlock.farthest)
      follow(base)
    }
    if !queue.isStopped { findChaos(base) }
  }

  private func follow(_ base: Int) {
    let results = results
    func escape(_ id: Int, _ t: Int, _ kind: Escape, _ lane: Int) {
      if kind == .divergent, !leaves(lane) {
        if orbits === near { again.append(id) }
        results.fates[base + id] = CellFate.undecided.code
        return
      }
      results.fates[base + id] = (kind == .divergent ? CellFate.divergent : .leavesDomain).code
      results.times[base + id] = UInt32(clamping: t)
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

  func leaves(_ lane: Int) -> Bool {
    escapeTest.isForGood(
      orbits.point(lane), before: orbits.pointBefore(lane), rate: orbits.rate(lane))
  }

  /// One orbit for each of the cells `ids` of the part; at the rate 0 nothing moves, which decides
  /// nothing, nor does a start outside the bound.
  private func fill(_ base: Int, _ ids: [Int], within bound: Double) {
    orbits.removeAll()
    for id in ids {
      results.times[base + id] = 0
      for v in 0..<width { results.limits[(base + id) * width + v] = .nan }
      let eta = place(base + id)
      let rate = program.set(eta, in: &values)
      if eta == 0 {
        results.fates[base + id] = CellFate.undecided.code
      } else if orbits.moving.prefix(program.points).allSatisfy({ abs(values[$0]) <= bound }) {
        orbits.append(id: id, rate: rate, values: values)
      } else {
        results.fates[base + id] = CellFate.undecided.code
        if bound < OrbitBlock.farthest { again.append(id) }
      }
    }
  }

  /// Puts the values of a cell into `values`; returns its rate.
  private func place(_ cell: Int) -> Double {
    let x = plan.horizontal.value(cell % plan.columns, of: plan.columns)
    let y = plan.vertical.value(cell / plan.columns, of: plan.rows)
    if let k = horizontal { values[k] = x }
    if let k = vertical { values[k] = y }
    return horizontal == nil ? x : vertical == nil ? y : plan.rate
  }

  /// The rate of a cell and the values of the variables where it starts.
  func start(_ cell: Int) -> (rate: Double, values: [Double]) {
    let eta = place(cell)
    let rate = program.set(eta, in: &values)
    return (eta == 0 ? 0 : rate, values)
  }

  /// Notes since when the steps are below the tolerance, and takes out the orbits that stand still: they
  /// stay there for ever.
  ///
  /// Steps below the normal doubles count as none: subnormal numbers are slow.
  private func noteSettled(_ base: Int) {
    let change = orbits.changes()
    let times = results.times + base
    let t = UInt32(clamping: orbits.t)
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
      // Else its rate, or the slope, is too small for doubles.
      let rests = isAtRest(lane)
      end(base + orbits.ids[lane], lane, rests ? .returns(period: 1) : .undecided)
      return true
    }
  }

  func end(_ cell: Int, _ lane: Int, _ fate: CellFate) {
    results.fates[cell] = fate.code
    for v in 0..<width { results.limits[cell * width + v] = orbits.position[v][lane] }
  }
}
