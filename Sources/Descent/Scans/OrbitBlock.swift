// A block of orbits stepped together. Orbits that escape or are done are taken out at once: huge and
// undefined numbers are slow in vector functions, and the others move up.
import Calculus

/// How an orbit ended early.
package enum Escape: Sendable, Equatable {
  /// Some |x| passed the bound, or a number overflowed.
  case divergent
  /// The loss or its slope is undefined at the point reached.
  case leavesDomain
}

/// Up to `BlockProgram.block` orbits; one per thread.
final class OrbitBlock {
  let program: OrbitProgram
  /// The present values of the moving variables, by variable and lane.
  let position: [UnsafeMutablePointer<Double>]
  /// Those before the last step.
  let previous: [UnsafeMutablePointer<Double>]
  /// The loss before the last step; only where the program wants it.
  let value: UnsafeMutablePointer<Double>
  /// The caller's number of the orbit in each lane.
  let ids: UnsafeMutablePointer<Int>
  /// The bound of orbits that are far out, but not on their way to infinity.
  static let farthest = 1e100
  // Only the thread that owns the block touches them; checks of exclusive access would cost a tenth.
  @exclusivity(unchecked) private(set) var count = 0
  /// The step that the orbits have reached.
  @exclusivity(unchecked) private(set) var t = 0

  private let workspace: BlockProgram.Workspace
  // Copies of this thread: counting references to shared arrays would make threads wait for each other.
  let moving: [Int]
  private let variables: Int
  private let points: Int
  private let wantsValue: Bool
  private let rates: UnsafeMutablePointer<Double>
  private let change: UnsafeMutablePointer<Double>
  private let bound: Double

  init(_ program: OrbitProgram, bound: Double) {
    let workspace = program.blocks.workspace()
    self.program = program
    self.workspace = workspace
    self.bound = bound
    moving = program.moving.map { $0 }
    variables = program.program.variables.count
    points = program.points
    wantsValue = program.wantsValue
    position = program.moving.map { workspace.input($0) }
    previous = program.moving.indices.map { workspace.output($0) }
    value = program.wantsValue ? workspace.output(program.moving.count) : workspace.output(0)
    ids = .allocate(capacity: BlockProgram.block)
    ids.initialize(repeating: 0, count: BlockProgram.block)
    rates = .aligned(BlockProgram.block)
    change = .aligned(BlockProgram.block)
  }

  deinit {
    ids.deallocate()
    rates.deallocate()
    change.deallocate()
  }

  /// Starts again with no orbits.
  func removeAll() {
    count = 0
    t = 0
  }

  /// Adds an orbit; `values` has one entry per variable of the loss.
  func append(id: Int, rate: Double, values: [Double]) {
    ids[count] = id
    rates[count] = rate
    for (k, v) in values.enumerated() { workspace.input(k)[count] = v }
    count += 1
  }

  /// One step of all orbits; `escaped` is told id, time, kind and lane of those that end here.
  ///
  /// The time of an escape is the step that leads outside; a point outside the domain counts when it
  /// is reached.
  func step(_ escaped: (Int, Int, Escape, Int) -> Void) {
    guard count > 0 else { return }
    if t == 0 { workspace.settlePadding(count) }
    workspace.run(count)
    var someEscaped = wantsValue && workspace.hasNaN(moving.count, count)
    for (k, v) in moving.enumerated() {
      // What a method keeps may be of any size.
      let bound = k < points ? bound : .greatestFiniteMagnitude
      let outside = workspace.descend(v, along: k, rates: rates, bound: bound, count)
      someEscaped = someEscaped || outside
    }
    t += 1
    if someEscaped { takeOutEscaped(escaped) }
  }

  /// By lane, the largest change of a variable in the last step.
  func changes() -> UnsafePointer<Double> {
    change.update(repeating: 0, count: BlockProgram.block)
    for (k, v) in moving.enumerated() { workspace.widen(change, v, k, count) }
    return UnsafePointer(change)
  }

  /// Takes out the lanes for which `isDone` holds; asked from the last lane to the first.
  func removeLanes(where isDone: (Int) -> Bool) {
    let before = count
    for lane in (0..<count).reversed() where isDone(lane) { remove(lane) }
    if count != before { workspace.settlePadding(count) }
  }

  /// The orbits of two lanes change places.
  func exchange(_ a: Int, _ b: Int) {
    guard a != b else { return }
    func exchange(_ x: UnsafeMutablePointer<Double>) { (x[a], x[b]) = (x[b], x[a]) }
    for v in 0..<variables { exchange(workspace.input(v)) }
    previous.forEach(exchange)
    if wantsValue { exchange(value) }
    exchange(rates)
    (ids[a], ids[b]) = (ids[b], ids[a])
  }

  /// The values of all variables of the loss in a lane.
  func point(_ lane: Int) -> [Double] {
    (0..<variables).map { workspace.input($0)[lane] }
  }

  /// Those before the last step.
  func pointBefore(_ lane: Int) -> [Double] {
    var before = point(lane)
    for (k, v) in moving.enumerated() { before[v] = previous[k][lane] }
    return before
  }

  /// The rate of the orbit in a lane.
  func rate(_ lane: Int) -> Double { rates[lane] }

  private func takeOutEscaped(_ escaped: (Int, Int, Escape, Int) -> Void) {
    removeLanes { lane in
      var undefined = wantsValue && value[lane].isNaN
      var outside = false
      for (k, x) in position.enumerated() {
        undefined = undefined || x[lane].isNaN
        outside = outside || !(abs(x[lane]) <= (k < points ? bound : .greatestFiniteMagnitude))
      }
      if undefined {
        let overflow = program.program.overflows(at: pointBefore(lane))
        escaped(ids[lane], overflow ? t : t - 1, overflow ? .divergent : .leavesDomain, lane)
      } else if outside {
        let left = program.isOutside(point(lane))
        escaped(ids[lane], t, left ? .leavesDomain : .divergent, lane)
      }
      return undefined || outside
    }
  }

  /// The last orbit takes the place of the one in `lane`.
  private func remove(_ lane: Int) {
    count -= 1
    guard lane != count else { return }
    for v in 0..<variables {
      workspace.input(v)[lane] = workspace.input(v)[count]
    }
    for x in previous { x[lane] = x[count] }
    if wantsValue { value[lane] = value[count] }
    rates[lane] = rates[count]
    ids[lane] = ids[count]
  }
}
