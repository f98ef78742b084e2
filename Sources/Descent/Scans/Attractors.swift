// Where orbits go as the rate changes: for many rates the iterates after a burn-in, as a bifurcation
// diagram draws them and a sweep lists them.
import Calculus

/// What a scan over rates is asked for.
package struct AttractorPlan: Sendable {
  /// What is recorded of each iterate.
  package enum Quantity: Sendable, Equatable {
    /// A variable, by its index in the loss.
    case variable(Int)
    case loss
  }
  /// The loss that the step descends on.
  package var loss: Loss { step.loss }
  /// The step whose orbits are followed.
  package var step: StepProgram
  package var rates: [Double]
  /// One entry per variable.
  package var start: [Double]
  package var burnIn = 1000
  /// How many iterates are recorded after the burn-in.
  package var kept = 64
  package var quantity = Quantity.variable(0)
  /// |x| beyond this is divergence.
  package var escape = 1e6
  package var threads = processorCount()

  package init(_ step: StepProgram, rates: [Double], start: [Double]) {
    self.step = step
    self.rates = rates
    self.start = start
  }
}

/// What orbits come to at each of many rates.
package struct Attractors: Sendable {
  /// The fate of one rate within the steps made.
  package enum Fate: Sendable, Equatable {
    case bounded
    case escaped(Escape, step: Int)
    /// Far out, or without a value in doubles, but not on its way to infinity (`EscapeTest`).
    case lost
    /// Not computed: the scan was stopped.
    case missing
  }
  package let plan: AttractorPlan
  /// By rate: `kept` iterates in the order of time; all NaN where the orbit escaped, because what it did
  /// before is no attractor.
  package let points: [Double]
  package let fates: [Fate]

  /// The iterates recorded at rate k.
  package func points(at k: Int) -> ArraySlice<Double> {
    points[(k * plan.kept)..<((k + 1) * plan.kept)]
  }
}

extension AttractorPlan {
  /// Computes the scan.
  ///
  /// Cost: (burnIn + kept) steps per rate, in blocks; memory: `kept` numbers per rate.
  /// - Parameters:
  ///   - cancelled: polled every 20 ms; what was computed until then is kept.
  ///   - progress: told the share that is done.
  package func run(
    cancelled: () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) -> Attractors {
    precondition(start.count == loss.variables.count && kept >= 0 && burnIn >= 0)
    let program = OrbitProgram.following(step, wantsValue: quantity == .loss)
    let results = AttractorResults(rates: rates.count, kept: kept)
    defer { results.deallocate() }
    // Small blocks where there are few rates, so that every thread has some.
    let size = min(BlockProgram.block, max(8, (rates.count + 4 * threads - 1) / (4 * threads)))
    let plan = self
    _ = inParallel(
      parts: (rates.count + size - 1) / size, threads: threads, cancelled: cancelled,
      progress: progress
    ) { queue in
      let part = AttractorPart(plan, program, results, queue)
      return { k in
        part.run(Array(k * size..<min((k + 1) * size, plan.rates.count)))
      }
    }
    return Attractors(
      plan: self,
      points: Array(UnsafeBufferPointer(start: results.points, count: rates.count * kept)),
      fates: Array(UnsafeBufferPointer(start: results.fates, count: rates.count)))
  }
}

/// The work of one thread: one group of rates after the other.
private final class AttractorPart {
  private let plan: AttractorPlan
  private let program: OrbitProgram
  private let results: AttractorResults
  private let queue: PartQueue
  private let escapeTest: EscapeTest
  private let near: OrbitBlock
  private lazy var far = OrbitBlock(program, bound: OrbitBlock.farthest)

  init(
    _ plan: AttractorPlan, _ program: OrbitProgram, _ results: AttractorResults,
    _ queue: PartQueue
  ) {
    (self.plan, self.program, self.results, self.queue) = (plan, program, results, queue)
    escapeTest = EscapeTest(program)
    near = OrbitBlock(program, bound: plan.escape)
  }

  /// Follows the orbits at some rates, and those again, in a wider bound, that were far out but not on
  /// their way to infinity.
  func run(_ ids: [Int]) {
    follow(ids, near)
    let again = ids.filter { results.fates[$0] == .lost }
    if !again.isEmpty, !queue.isStopped { follow(again, far) }
  }

  private func follow(_ ids: [Int], _ orbits: OrbitBlock) {
    orbits.removeAll()
    for k in ids {
      var values = plan.start
      if program.rate != nil {
        values = plan.step.start(DoubleArithmetic(), at: values).all + [0, 0]
      }
      let rate = program.set(plan.rates[k], in: &values)
      orbits.append(id: k, rate: rate, values: values)
    }
    let (results, escapeTest) = (results, escapeTest)
    let last = plan.burnIn + plan.kept
    while orbits.t < last, orbits.count > 0 {
      if orbits.t & 31 == 31, queue.isStopped { return }
      let t = orbits.t
      if t >= plan.burnIn, case .variable(let v) = plan.quantity {
        note(orbits.position[v], t, orbits)
      }
      orbits.step { id, t, kind, lane in
        let leaves =
          kind == .leavesDomain
          || escapeTest.isForGood(
            orbits.point(lane), before: orbits.pointBefore(lane), rate: orbits.rate(lane))
        results.fates[id] = leaves ? .escaped(kind, step: t) : .lost
      }
      if t >= plan.burnIn, plan.quantity == .loss { note(orbits.value, t, orbits) }
    }
    for lane in 0..<orbits.count { results.fates[orbits.ids[lane]] = .bounded }
    for id in ids where results.fates[id] != .bounded {
      for k in 0..<plan.kept { results.points[id * plan.kept + k] = .nan }
    }
  }

  private func note(_ x: UnsafeMutablePointer<Double>, _ t: Int, _ orbits: OrbitBlock) {
    for lane in 0..<orbits.count {
      results.points[orbits.ids[lane] * plan.kept + t - plan.burnIn] = x[lane]
    }
  }
}

/// What the threads write: each rate is written by the one thread that has its part.
private struct AttractorResults: @unchecked Sendable {
  let points: UnsafeMutablePointer<Double>
  let fates: UnsafeMutablePointer<Attractors.Fate>
  private let count: Int

  init(rates: Int, kept: Int) {
    count = rates
    points = .allocate(capacity: rates * kept)
    points.initialize(repeating: .nan, count: rates * kept)
    fates = .allocate(capacity: rates)
    fates.initialize(repeating: .missing, count: rates)
  }

  func deallocate() {
    points.deallocate()
    fates.deinitialize(count: count)
    fates.deallocate()
  }
}
