// The orbit of a method with a memory in doubles, with a neighbour 10⁻⁸ away that is drawn back after
// each step: its stretch says how rounding grows (Benettin et al. 1980).
import Calculus
import Glibc

struct MemoryOrbit<M: Method> {
  private let method: M
  /// Value and gradient.
  private let runner: DoubleProgram
  private let eta: Double
  private let a = DoubleArithmetic()
  private(set) var x: [Double]
  private var kept: [Double] = []
  private var away: [Double]
  private var keptAway: [Double] = []
  private(set) var errors = ErrorGrowth()
  private(set) var t = 0
  private(set) var lastStep = Double.infinity
  /// Where it has been.
  private(set) var blocks: OrbitBlocks
  var size: Double { x.reduce(0) { max($0, abs($1)) } }
  /// The last states (x, v), in a ring.
  static var memory: Int { 160 }
  private var ring: [[Double]] = []
  /// x and the step before it.
  var state: [Double] { x + (kept.isEmpty ? x.map { _ in 0 } : kept) }

  /// - Parameter steps: about how many steps it will make.
  init(_ method: M, _ loss: Loss, eta: Double, from x: [Double], steps: Int) {
    self.method = method
    runner = DoubleProgram(loss.gradient)
    self.eta = eta
    self.x = x
    blocks = OrbitBlocks(variables: x.count, steps: steps)
    away = x.map { $0 + 1e-8 * max(1, abs($0)) }
    ring = [state]
  }

  /// The state so many steps ago; 0 is now.
  func state(_ ago: Int) -> [Double] { ring[(t - ago) % Self.memory] }

  /// The largest coordinate distance between now and so many steps ago.
  func distance(_ ago: Int) -> Double {
    zip(state(ago), state).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// So many of the last states, newest last.
  func recent(_ count: Int) -> [[Double]] {
    (0...min(t, count, Self.memory - 1)).reversed().map(state)
  }

  private func slope(at x: [Double]) -> [Double] {
    runner.run(at: x)
    return x.indices.map { runner[$0 + 1] }
  }

  private func moved(
    _ x: [Double], _ kept: [Double]
  ) -> (x: [Double], memory: [Double], step: Double, value: Double) {
    let slope = slope(at: x)
    let value = runner[0]
    let move = method.move(
      a, from: x, slope: slope, eta: eta, memory: kept, gradient: slope(at:))
    let step = move.displacement.reduce(0) { max($0, abs($1)) }
    return (zip(x, move.displacement).map { $0 + $1 }, move.memory, step, value)
  }

  /// One step; false where it leads to no finite point (the state is then the point before).
  mutating func step() -> Bool {
    let next = moved(x, kept)
    guard next.x.allSatisfy(\.isFinite), !next.value.isNaN else { return false }
    let other = moved(away, keptAway)
    let gap = zip(other.x + other.memory, next.x + next.memory).map { $0 - $1 }
    let before = zip(away + keptAway, x + kept).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      .squareRoot()
    let now = gap.reduce(0) { $0 + $1 * $1 }.squareRoot()
    blocks.add(next.x, from: x, value: next.value)
    (x, kept) = (next.x, next.memory)
    lastStep = next.step
    t += 1
    let wanted = 1e-8 * max(1, size)
    let n = x.count
    if now > 0, now.isFinite, before > 0 {
      errors.add(log(now / before))
      away = (0..<n).map { x[$0] + gap[$0] * (wanted / now) }
      keptAway = kept.indices.map { kept[$0] + gap[n + $0] * (wanted / now) }
    } else {
      away = x.map { $0 + wanted }
      keptAway = kept
    }
    if ring.count < Self.memory {
      ring.append(state)
    } else {
      ring[t % Self.memory] = state
    }
    return true
  }
}
