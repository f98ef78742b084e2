// The orbit in doubles, fast, with what a verdict needs to know of it: the stretch of a nearby error
// (the tangent, Benettin et al. 1980), its recent points, and where the gradient was least.
import Calculus
import Glibc

final class Probe {
  static let memory = 256
  let map: DescentMap
  private let runner: DoubleProgram
  private let eta: Double
  private let n: Int
  /// x, then the tangent.
  private var state: [Double]
  private var next: [Double]
  private(set) var t = 0
  /// C(x) and ‖∇C(x)‖ at the point before the last step.
  private(set) var value = Double.nan
  private(set) var slope = Double.nan
  private(set) var errors = ErrorGrowth()
  /// The least gradient met.
  private(set) var closest = Double.infinity
  /// The least C met, and when.
  private(set) var lowest = (t: 0, value: Double.infinity)
  private var ring: [Double]
  let costOfStep: Int
  /// Where the orbit has been, if that is asked for.
  private(set) var blocks: OrbitBlocks?

  init(_ map: DescentMap, from x: [Double]) {
    self.map = map
    n = x.count
    runner = DoubleProgram(map.loss.curvatureAlong)
    eta = map.eta.nearestDouble
    state = x + Array(repeating: 1 / Double(x.count).squareRoot(), count: x.count)
    next = state
    ring = Array(repeating: .nan, count: Probe.memory * x.count)
    costOfStep = runner.cost + 12 * x.count + 8
    remember()
  }

  /// Notes from now on where the orbit goes in about so many steps.
  func watch(steps: Int) { blocks = OrbitBlocks(variables: n, steps: steps) }

  var x: [Double] { Array(state.prefix(n)) }
  var isFinite: Bool { (0..<n).allSatisfy { state[$0].isFinite } }
  var size: Double { (0..<n).reduce(0) { max($0, abs(state[$1])) } }

  /// The point so many steps ago; 0 is now.
  func point(_ ago: Int) -> [Double] {
    let at = ((t - ago) % Probe.memory) * n
    return Array(ring[at..<(at + n)])
  }

  /// So many of the last points, newest last.
  func recent(_ count: Int) -> [[Double]] {
    (0...min(t, min(count, Probe.memory - 1))).reversed().map(point)
  }

  /// The largest coordinate distance between now and so many steps ago.
  func distance(_ ago: Int) -> Double {
    guard ago <= t else { return .infinity }
    let at = ((t - ago) % Probe.memory) * n
    return (0..<n).reduce(0) { max($0, abs(ring[at + $1] - state[$1])) }
  }

  private func remember() {
    let at = (t % Probe.memory) * n
    for k in 0..<n { ring[at + k] = state[k] }
  }

  /// One step; false where it leads to no finite point (the state is then the point before).
  func step() -> Bool { step(eta) }

  /// One step at a rate of its own.
  func step(_ eta: Double) -> Bool {
    runner.run(at: state)
    value = runner[0]
    var squared = 0.0
    var moved = 0.0
    for k in 0..<n {
      let g = runner[1 + k]
      squared += g * g
      next[k] = state[k] - eta * g
      if !next[k].isFinite { return false }
      let v = state[n + k] - eta * runner[1 + n + k]
      next[n + k] = v
      moved += v * v
    }
    slope = squared.squareRoot()
    closest = min(closest, slope)
    if value < lowest.value { lowest = (t, value) }
    let length = moved.squareRoot()
    if length.isFinite, length > 1e-290 {
      errors.add(log(length))
      if n > 1 {
        for k in 0..<n { next[n + k] /= length }
      } else {
        next[1] = 1
      }
    } else {
      errors.add(-667)
      for k in 0..<n { next[n + k] = k == t % n ? 1 : 0 }
    }
    swap(&state, &next)
    blocks?.add(state, from: next, value: value)
    t += 1
    remember()
    return true
  }

  /// Where a flight begins.
  struct Place {
    var t: Int
    var size: Double
    var factor: Double
    var alternates: Bool
    var costOfStep: Int
    /// The last points, newest last.
    var recent: [[Double]]
  }

  func place(_ factor: Double) -> Place {
    Place(
      t: t, size: size, factor: factor, alternates: state[0] * point(min(1, t))[0] < 0,
      costOfStep: costOfStep, recent: recent(12))
  }

  /// Value, gradient and H·v at the present point.
  func look() -> (value: Double, gradient: [Double], bend: [Double]) {
    runner.run(at: state)
    return (runner[0], (0..<n).map { runner[1 + $0] }, (0..<n).map { runner[1 + n + $0] })
  }
}
