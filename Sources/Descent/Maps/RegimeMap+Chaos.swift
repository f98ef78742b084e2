// Which undecided cells are chaotic by evidence: from where they are they go on for a while, each with a
// neighbour beside it. Chaotic is what stays in the range that it has and parts from its neighbour, by the
// mean growth of their distance a step (the Lyapunov exponent by two particles, put together again at every
// step: G. Benettin, L. Galgani, J.-M. Strelcyn, Phys. Rev. A 14, 1976) with the standard error of batch
// means. What wanders off parts from its neighbours too, so the range is tested first.
import Calculus
import Glibc

/// The judge of undecided orbits; one per thread.
final class ChaosTest {
  /// Steps of a test: batches of 64, so that the means of batches are nearly independent.
  static let steps = 1024
  private static let batch = 64
  private static let batches = steps / batch
  /// How far apart the two start, as a share of the size: the root of a double's precision, where growth
  /// is not yet bent and rounding is small beside it.
  private static let apart = 0x1p-26
  /// Over the test the two part by a factor e¹⁰ at least, which no rounding makes.
  private static let least = 10.0 / Double(steps)
  /// The exponent is this many standard errors above 0.
  private static let sureness = 3.0
  /// By how much the range of all steps may be wider than that of any quarter of them.
  ///
  /// A quarter of a walk at random has half the range of the whole, which grows like √t; a quarter of an
  /// orbit that keeps its range has all of it but a hundredth.
  private static let growth = 1.1
  private static let quarters = 4
  private let orbits: OrbitBlock
  private let neighbours: OrbitBlock
  private let width: Int
  private let isLost = UnsafeMutablePointer<Bool>.allocate(capacity: BlockProgram.block)
  /// By quarter, variable and orbit: the range.
  private let low: UnsafeMutablePointer<Double>
  private let high: UnsafeMutablePointer<Double>
  /// By orbit the logarithm of the growth in this batch; by batch and orbit that of a step.
  private let sum = UnsafeMutablePointer<Double>.allocate(capacity: BlockProgram.block)
  private let means = UnsafeMutablePointer<Double>.allocate(capacity: batches * BlockProgram.block)

  init(_ program: OrbitProgram, bound: Double) {
    orbits = OrbitBlock(program, bound: bound)
    neighbours = OrbitBlock(program, bound: .greatestFiniteMagnitude)
    width = program.moving.count
    let places = ChaosTest.quarters * width * BlockProgram.block
    low = .allocate(capacity: places)
    high = .allocate(capacity: places)
    for p in [low, high] { p.initialize(repeating: 0, count: places) }
    means.initialize(repeating: 0, count: ChaosTest.batches * BlockProgram.block)
    sum.initialize(repeating: 0, count: BlockProgram.block)
    isLost.initialize(repeating: false, count: BlockProgram.block)
  }

  deinit {
    for p in [low, high, means, sum] { p.deallocate() }
    isLost.deallocate()
  }

  /// Which of some orbits, by their places in the list, are chaotic by evidence.
  ///
  /// - Parameter starts: at most `BlockProgram.block` rates and points, one entry per variable of the loss.
  func chaotic(
    _ starts: [(rate: Double, values: [Double])], isStopped: () -> Bool
  ) -> [Int] {
    orbits.removeAll()
    neighbours.removeAll()
    let moving = orbits.moving
    for (id, s) in starts.enumerated() {
      isLost[id] = false
      sum[id] = 0
      for k in 0..<ChaosTest.quarters * width {
        low[k * BlockProgram.block + id] = .infinity
        high[k * BlockProgram.block + id] = -.infinity
      }
      orbits.append(id: id, rate: s.rate, values: s.values)
      let size = moving.reduce(1) { max($0, abs(s.values[$1])) }
      var beside = s.values
      for v in moving { beside[v] += ChaosTest.apart * size / Double(width).squareRoot() }
      neighbours.append(id: id, rate: s.rate, values: beside)
    }
    for t in 1...ChaosTest.steps {
      if t & 31 == 0, isStopped() { return [] }
      step()
      let quarter = (t - 1) * ChaosTest.quarters / ChaosTest.steps
      for lane in 0..<orbits.count { note(lane, quarter) }
      if t % ChaosTest.batch == 0 { close(t / ChaosTest.batch - 1) }
      drop()
      if orbits.count == 0 { return [] }
    }
    return (0..<orbits.count).map { orbits.ids[$0] }.filter(isChaotic).sorted()
  }

  /// One step of both; who leaves is lost, with its neighbour.
  private func step() {
    let isLost = isLost
    func lose(_ id: Int, _: Int, _: Escape, _: Int) { isLost[id] = true }
    orbits.step(lose)
    neighbours.step(lose)
    drop()
  }

  /// Takes out those that are lost, and puts the neighbours of the others into the lanes of their orbits.
  private func drop() {
    let isLost = isLost
    let before = (orbits.count, neighbours.count)
    orbits.removeLanes { isLost[orbits.ids[$0]] }
    neighbours.removeLanes { isLost[neighbours.ids[$0]] }
    let isWhole = (orbits.count, neighbours.count) == before && before.0 == before.1
    guard !isWhole else { return }
    for lane in 0..<orbits.count {
      var other = lane
      while neighbours.ids[other] != orbits.ids[lane] { other += 1 }
      neighbours.exchange(lane, other)
    }
  }

  /// Notes the growth and the range of the orbit in a lane, and puts its neighbour beside it again.
  private func note(_ lane: Int, _ quarter: Int) {
    let id = orbits.ids[lane]
    var square = 0.0
    var size = 1.0
    for v in 0..<width {
      let x = orbits.position[v][lane]
      let d = neighbours.position[v][lane] - x
      square += d * d
      size = max(size, abs(x))
      let place = (quarter * width + v) * BlockProgram.block + id
      low[place] = min(low[place], x)
      high[place] = max(high[place], x)
    }
    let distance = square.squareRoot()
    let wanted = ChaosTest.apart * size
    // The two have come together: neighbours do not part.
    guard distance > 0, distance.isFinite else {
      isLost[id] = true
      return
    }
    sum[id] += log(distance / wanted)
    for v in 0..<width {
      let x = orbits.position[v][lane]
      neighbours.position[v][lane] = x + (neighbours.position[v][lane] - x) * (wanted / distance)
    }
  }

  /// Ends a batch.
  private func close(_ batch: Int) {
    for lane in 0..<orbits.count {
      let id = orbits.ids[lane]
      means[batch * BlockProgram.block + id] = sum[id] / Double(ChaosTest.batch)
      sum[id] = 0
    }
  }

  private func isChaotic(_ id: Int) -> Bool {
    let means = (0..<ChaosTest.batches).map { self.means[$0 * BlockProgram.block + id] }
    let n = Double(means.count)
    let mean = means.reduce(0, +) / n
    let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return mean > ChaosTest.least && mean > ChaosTest.sureness * (variance / n).squareRoot()
      && (0..<width).allSatisfy { staysInRange(id, $0) }
  }

  private func staysInRange(_ id: Int, _ v: Int) -> Bool {
    let places = (0..<ChaosTest.quarters).map { ($0 * width + v) * BlockProgram.block + id }
    let all =
      places.reduce(-.infinity) { max($0, high[$1]) }
      - places.reduce(.infinity) { min($0, low[$1]) }
    return places.allSatisfy { all <= ChaosTest.growth * (high[$0] - low[$0]) }
  }
}

extension MapPart {
  /// Looks at the undecided cells of a part once more.
  func findChaos(_ base: Int) {
    let size = min(BlockProgram.block, plan.columns * plan.rows - base)
    var starts: [(rate: Double, values: [Double])] = []
    var cells: [Int] = []
    for cell in base..<base + size where results.fates[cell] == CellFate.undecided.code {
      let x = (0..<width).map { results.limits[cell * width + $0] }
      guard x.allSatisfy(\.isFinite) else { continue }
      var (rate, values) = start(cell)
      for (k, v) in orbits.moving.enumerated() { values[v] = x[k] }
      guard rate != 0 else { continue }
      starts.append((rate, values))
      cells.append(cell)
    }
    guard !starts.isEmpty else { return }
    for k in chaos.chaotic(starts, isStopped: { queue.isStopped }) {
      results.fates[cells[k]] = CellFate.chaotic.code
    }
  }
}
