// The orbit of a method with a memory in doubles, with a neighbour 10⁻⁸ away that is drawn back after
// each step: its stretch says how rounding grows (Benettin et al. 1980).
import Calculus
import Glibc

struct MemoryOrbit {
  /// How many of the last states are kept.
  static let memory = 160
  private let runner: DoubleProgram
  private let n: Int
  /// Entries of the state: x, then what is kept.
  private let states: Int
  /// x, the memory and the rate; the same of the neighbour, and after the step.
  private var now: [Double]
  private var away: [Double]
  private var next: [Double]
  private(set) var errors = ErrorGrowth()
  private(set) var t = 0
  private(set) var lastStep = Double.infinity
  /// Where it has been.
  private(set) var blocks: OrbitBlocks
  /// Where what is kept has been, entry by entry.
  private var spans: [(low: Double, high: Double)]
  /// The last states, in a ring.
  private var ring: [Double]

  /// - Parameter steps: about how many steps it will make.
  init(_ step: StepProgram, eta: Double, from x: [Double], steps: Int) {
    runner = DoubleProgram(step.moves)
    n = x.count
    states = n + step.rule.memory
    let rest = step.start(DoubleArithmetic()) + [eta, 0]
    now = x + rest
    away = x.map { $0 + 1e-8 * max(1, abs($0)) } + rest
    next = now
    blocks = OrbitBlocks(variables: x.count, steps: steps)
    spans = rest.map { ($0, $0) }
    ring = Array(repeating: 0, count: MemoryOrbit.memory * states)
    remember()
  }

  /// The ranges of what a step reads beside x: what is kept, the rate, the number of the step.
  var besideX: [(low: Double, high: Double)] { spans }
  var x: [Double] { Array(now[..<n]) }
  /// x and the step before it.
  var state: [Double] { Array(now[..<states]) }
  var size: Double { (0..<n).reduce(0) { max($0, abs(now[$1])) } }

  /// The state so many steps ago; 0 is now.
  func state(_ ago: Int) -> [Double] {
    let at = ((t - ago) % MemoryOrbit.memory) * states
    return Array(ring[at..<(at + states)])
  }

  /// The largest coordinate distance between now and so many steps ago.
  func distance(_ ago: Int) -> Double {
    let at = ((t - ago) % MemoryOrbit.memory) * states
    return (0..<states).reduce(0) { max($0, abs(ring[at + $1] - now[$1])) }
  }

  /// So many of the last states, newest last.
  func recent(_ count: Int) -> [[Double]] {
    (0...min(t, count, MemoryOrbit.memory - 1)).reversed().map(state)
  }

  private mutating func remember() {
    let at = (t % MemoryOrbit.memory) * states
    for k in 0..<states { ring[at + k] = now[k] }
    for k in n..<states {
      let s = spans[k - n]
      spans[k - n] = (min(s.low, now[k]), max(s.high, now[k]))
    }
  }

  /// One step; false where it leads to no finite point (the state is then the point before).
  mutating func step() -> Bool {
    runner.run(at: now)
    let value = runner[states]
    var longest = 0.0
    for k in 0..<states {
      next[k] = runner[k]
      guard next[k].isFinite else { return false }
      if k < n { longest = max(longest, abs(next[k] - now[k])) }
    }
    guard !value.isNaN else { return false }
    var before = 0.0
    for k in 0..<states { before += (away[k] - now[k]) * (away[k] - now[k]) }
    before = before.squareRoot()
    runner.run(at: away)
    // The gap after the step takes the neighbour's place.
    var after = 0.0
    for k in 0..<states {
      away[k] = runner[k] - next[k]
      after += away[k] * away[k]
    }
    after = after.squareRoot()
    blocks.add(next, from: now, value: value)
    swap(&now, &next)
    lastStep = longest
    t += 1
    let wanted = 1e-8 * max(1, size)
    if after > 0, after.isFinite, before > 0 {
      errors.add(log(after / before))
      for k in 0..<states { away[k] = now[k] + away[k] * (wanted / after) }
    } else {
      for k in 0..<states { away[k] = now[k] + (k < n ? wanted : 0) }
    }
    remember()
    return true
  }
}
