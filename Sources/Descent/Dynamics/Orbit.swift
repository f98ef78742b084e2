// The orbit of any method in doubles: x and what the method keeps, moved by the step program, with the
// last states in a ring. A verdict needs more of it: the tangent, whose stretch says how an error of
// rounding grows (Benettin et al. 1980), where the orbit has been, and where the gradient was least.
import Calculus
import Glibc

final class Orbit {
  /// How many of the last states are kept for a verdict.
  static let remembered = 256
  let runner: DoubleProgram
  let columns: StepProgram.Columns
  let depth: Int
  /// x, what is kept, η, t, then the tangent where it is carried: so many numbers.
  private let inputs: Int
  // Only its owner touches an orbit: its loop needs no checks of exclusive access.
  @exclusivity(unchecked) private(set) var now: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var next: UnsafeMutablePointer<Double>
  /// The last states, state t at place t mod `depth`, which is a power of 2.
  private let ring: UnsafeMutablePointer<Double>
  private let carriesTangent: Bool
  /// η of the number of the step, where it changes with it.
  private let schedule: DescentPlan.Schedule?
  /// What each step draws.
  private let sampling: Sampling?
  /// The number of the state.
  @exclusivity(unchecked) private(set) var t: Int
  /// C and ‖∇C‖ at the point before the last step.
  private(set) var value = Double.nan
  private(set) var slope = Double.nan
  private(set) var errors = ErrorGrowth()
  /// The least gradient met.
  private(set) var closest = Double.infinity
  /// The least C met, and when.
  private(set) var lowest = (t: 0, value: Double.infinity)
  /// Where the orbit has been, if that is asked for.
  private(set) var blocks: OrbitBlocks?
  /// Where what is kept, the rate and t have been, entry by entry, while that is watched.
  private(set) var besideX: [(low: Double, high: Double)] = []

  /// At a constant rate, from rest, without a tangent.
  ///
  /// - Parameter kept: how many of the last states are remembered, a power of 2.
  convenience init(_ step: StepProgram, eta: Double, from x: [Double], kept: Int) {
    let start = step.start(DoubleArithmetic(), at: x)
    self.init(step, step.advance, eta, start, kept: kept)
  }

  /// At the rates of a plan, from state t on, without a tangent.
  ///
  /// - Parameter kept: how many of the last states are remembered, a power of 2.
  convenience init(_ plan: DescentPlan, from start: State<Double>, t: Int = 0, kept: Int) {
    self.init(
      plan.step, plan.step.advance, plan.rate(DoubleArithmetic(), t), start, t, kept: kept,
      schedule: plan.isSchedule ? DescentPlan.Schedule(plan) : nil, sampling: plan.sampling)
  }

  /// A direction of length 1 that no loss distinguishes: not the one in which all entries move alike, nor one
  /// in which some do not.
  static func direction(_ n: Int) -> [Double] {
    // Shares of the golden ratio: no two are equal or opposite.
    let shares = (1...n).map { k in
      let turned = Double(k) * 0.6180339887498949
      return 0.5 + turned - turned.rounded(.down)
    }
    let length = shares.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return shares.map { $0 / length }
  }

  /// With its tangent, which starts along `direction`.
  convenience init(tangentTo step: StepProgram, eta: Double, from x: [Double]) {
    let tangent = Orbit.direction(x.count) + step.rule.initial.map { _ in 0 }
    let start = step.start(DoubleArithmetic(), at: x)
    self.init(step, step.advanceAlong, eta, start, kept: Orbit.remembered, tangent: tangent)
  }

  private init(
    _ step: StepProgram, _ program: Program, _ eta: Double, _ start: State<Double>,
    _ t: Int = 0, kept: Int, tangent: [Double] = [],
    schedule: DescentPlan.Schedule? = nil, sampling: Sampling? = nil
  ) {
    self.schedule = schedule
    self.sampling = sampling
    runner = DoubleProgram(program)
    columns = step.columns
    let noise = [Double](repeating: 0, count: step.columns.noise)
    let start = start.all + [eta, Double(t)] + noise + tangent
    inputs = start.count
    now = .allocate(capacity: inputs)
    next = .allocate(capacity: inputs)
    for (k, v) in start.enumerated() {
      now[k] = v
      next[k] = v
    }
    precondition(kept.nonzeroBitCount == 1)
    depth = kept
    ring = .allocate(capacity: kept * step.columns.size)
    ring.initialize(repeating: 0, count: kept * step.columns.size)
    carriesTangent = !tangent.isEmpty
    self.t = t
    remember()
  }

  deinit {
    now.deallocate()
    next.deallocate()
    ring.deallocate()
  }

  /// Operations of one step, with what is done beside the program.
  var costOfStep: Int { runner.cost + 10 * columns.size + 6 }

  /// Notes from now on where the orbit goes in about so many steps.
  func watch(steps: Int) {
    blocks = OrbitBlocks(variables: columns.entries, steps: steps)
    besideX = (columns.entries..<columns.direction).map { (now[$0], now[$0]) }
  }

  var x: [Double] { (0..<columns.entries).map { now[$0] } }
  var state: State<Double> {
    State((0..<columns.size).map { now[$0] }, entries: columns.entries)
  }
  var size: Double { (0..<columns.entries).reduce(0) { max($0, abs(now[$1])) } }
  /// The largest change of a coordinate of x in the last step.
  var move: Double {
    guard t > 0 else { return .infinity }
    let at = place(of: t - 1)
    return (0..<columns.entries).reduce(0) { max($0, abs(ring[at + $1] - now[$1])) }
  }

  /// The state so many steps ago; 0 is now.
  func state(_ ago: Int) -> [Double] {
    let at = place(of: t - ago)
    return (0..<columns.size).map { ring[at + $0] }
  }

  /// So many of the last states, newest last.
  func recent(_ count: Int) -> [[Double]] {
    (0...min(t, count, depth - 1)).reversed().map(state)
  }

  /// The largest distance of an entry of the state between now and so many steps ago.
  func distance(_ ago: Int) -> Double {
    guard ago <= t else { return .infinity }
    let at = place(of: t - ago)
    return (0..<columns.size).reduce(0) { max($0, abs(ring[at + $1] - now[$1])) }
  }

  /// Where the ring has a state.
  @inline(__always)
  private func place(of t: Int) -> Int { (t & (depth - 1)) * columns.size }

  private func remember() {
    let at = place(of: t)
    for k in 0..<columns.size { ring[at + k] = now[k] }
  }

  /// One step; false where it leads to no finite point, or C has no value (the state is then the one before).
  func step() -> Bool {
    guard run(), !runner[columns.value].isNaN else { return false }
    value = runner[columns.value]
    slope = squaresHere.squareRoot()
    closest = min(closest, slope)
    if value < lowest.value { lowest = (t, value) }
    if carriesTangent { turn() }
    accept()
    if blocks != nil { note() }
    return true
  }

  /// One step at a rate of its own.
  func step(_ eta: Double) -> Bool {
    now[columns.rate] = eta
    return step()
  }

  /// Computes the step from here without going it: whether the state that it leads to is finite.
  @inline(__always)
  func run() -> Bool {
    if let schedule { now[columns.rate] = schedule.rate(t) }
    if let sampling {
      if sampling.batches != nil { runner.pick(sampling.picks(t)) }
      for (k, v) in sampling.noise(t).enumerated() {
        now[columns.noiseStart + k] = v.nearestDouble
      }
    }
    runner.run(at: UnsafeBufferPointer(start: now, count: inputs))
    return runner.copyOutputs(
      from: columns.next.lowerBound,
      to: UnsafeMutableBufferPointer(start: next, count: columns.size))
  }

  /// C and ∇C at the point from which the last step was computed.
  var valueHere: Double { runner[columns.value] }
  var slopeHere: [Double] { columns.slope.map { runner[$0] } }
  /// ‖∇C‖² there.
  var squaresHere: Double { columns.slope.reduce(0) { $0 + runner[$1] * runner[$1] } }

  /// Goes the step that was computed.
  @inline(__always)
  func accept() {
    t += 1
    next[columns.step] = Double(t)
    swap(&now, &next)
    remember()
  }

  /// Takes the tangent through the step, scaled to length 1; of length 0 it starts again along one entry.
  private func turn() {
    let first = columns.direction
    var squares = 0.0
    for k in 0..<columns.size {
      let v = runner[columns.tangent.lowerBound + k]
      next[first + k] = v
      squares += v * v
    }
    let length = squares.squareRoot()
    if length.isFinite, length > Orbit.shortest {
      errors.add(log(length))
      if columns.size > 1 {
        for k in 0..<columns.size { next[first + k] /= length }
      } else {
        next[first] = 1
      }
    } else {
      errors.add(log(Orbit.shortest))
      for k in 0..<columns.size { next[first + k] = k == t % columns.entries ? 1 : 0 }
    }
  }
  /// A tangent below is 0: the square of what is shorter is no normal double.
  private static let shortest = 1e-290

  private func note() {
    blocks?.add(now, from: next, value: value)
    for k in besideX.indices {
      let v = now[columns.entries + k]
      besideX[k] = (min(besideX[k].low, v), max(besideX[k].high, v))
    }
  }

  /// Where a flight begins.
  struct Place {
    var t: Int
    var size: Double
    /// What a step multiplies the size by, where that is known.
    var factor: Double?
    var alternates: Bool
    /// The last states, newest last.
    var recent: [[Double]]
  }

  func place(_ factor: Double?) -> Place {
    Place(
      t: t, size: size, factor: factor, alternates: now[0] * state(min(1, t))[0] < 0,
      recent: recent(12))
  }
}
