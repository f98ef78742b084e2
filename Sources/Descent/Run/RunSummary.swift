// What a sweep and a comparison keep of a run: how long to the tolerance, how often the loss rose,
// the curve C(t), and how it ends.
import Calculus

/// A run in few numbers.
package struct RunSummary: Sendable {
  package let plan: DescentPlan
  /// C(x_t) in doubles, from t = 0.
  package let values: [Double]
  /// The first t with ‖∇C‖ below the tolerance.
  package let steps: Int?
  /// The share of steps, up to there, on which C rose.
  package let rising: Double
  package let regime: Regime?
  /// How many digits of the last point in doubles are the true orbit's; nil where that is not known,
  /// or where the run is exact.
  package let trusted: Int?
  /// Whether the run lands exactly, so that no digit is in doubt.
  package let isExact: Bool

  /// - Parameters:
  ///   - tolerance: of ‖∇C‖.
  ///   - most: how many steps are taken at most.
  ///   - following: operations, of some 0.3 µs, that the count of trusted digits may cost.
  package init(
    _ plan: DescentPlan, tolerance: Double, most: Int, following: Int = 400_000,
    cancelled: @escaping () -> Bool
  ) {
    self.plan = plan
    if plan.loss.overRows {
      // In doubles alone; a quadratic loss has its verdict.
      let quiet = Trajectory(plan: plan, rows: [], stop: .stepsUsed, steps: 0)
      regime = quiet.classified(cancelled: cancelled).regime
      isExact = false
      (values, steps, trusted) = RunSummary.curve(plan, tolerance, most, 0, cancelled)
      rising = RunSummary.rising(values)
      return
    }
    var short = plan
    // Enough for exact landings and cycles; the search goes on from there.
    short.steps = 24
    let exact = short.run(cancelled: cancelled).classified(cancelled: cancelled)
    regime = exact.regime
    if exact.stop == .landed {
      // Doubles would miss an exact landing.
      values = exact.rows.compactMap(\.value.nearestDouble)
      steps = exact.steps
      let rises = exact.rows.filter { $0.rose == true }.count
      rising = exact.steps > 0 ? Double(rises) / Double(exact.steps) : 0
      trusted = nil
      isExact = true
      return
    }
    isExact = false
    (values, steps, trusted) = RunSummary.curve(
      plan, tolerance, most, following, cancelled)
    rising = RunSummary.rising(values)
  }

  /// The summaries of several runs, on all cores; those before the first unfinished one where it was
  /// cancelled.
  ///
  /// - Parameters:
  ///   - following: see `init`, for each run.
  ///   - progress: told how many are done, at most every 200 ms.
  package static func all(
    _ plans: [DescentPlan], tolerance: Double, most: Int, following: Int,
    threads: Int = processorCount(), cancelled: () -> Bool, progress: (Int) -> Void
  ) -> [RunSummary] {
    let done = Slots(plans.count)
    _ = inParallel(
      parts: plans.count, threads: threads, cancelled: cancelled,
      progress: { progress(Int(exactly: ($0 * Double(plans.count)).rounded()) ?? 0) }
    ) { queue in
      { k in
        let summary = RunSummary(
          plans[k], tolerance: tolerance, most: most, following: following,
          cancelled: { queue.isStopped })
        if !queue.isStopped { done.places[k] = summary }
      }
    }
    return (0..<plans.count).lazy.map { done.places[$0] }.prefix { $0 != nil }.compactMap(\.self)
  }

  /// A place for each result; no two threads write to the same one.
  private final class Slots: @unchecked Sendable {
    let places: UnsafeMutablePointer<RunSummary?>
    private let count: Int
    init(_ count: Int) {
      self.count = count
      places = .allocate(capacity: max(count, 1))
      places.initialize(repeating: nil, count: count)
    }
    deinit {
      places.deinitialize(count: count)
      places.deallocate()
    }
  }

  /// The share of steps on which a curve rises; what rounding alone could make is no rise.
  private static func rising(_ values: [Double]) -> Double {
    let rises = zip(values, values.dropFirst()).reduce(0) {
      $0 + ($1.1 > $1.0 + 1e-12 * abs($1.0) ? 1 : 0)
    }
    return values.count > 1 ? Double(rises) / Double(values.count - 1) : 0
  }

  private static func curve(
    _ plan: DescentPlan, _ tolerance: Double, _ most: Int, _ following: Int,
    _ cancelled: () -> Bool
  ) -> (values: [Double], steps: Int?, trusted: Int?) {
    let start = plan.step.start(DoubleArithmetic(), at: plan.start.doubles)
    let orbit = Orbit(plan, from: start, kept: 1)
    var values: [Double] = []
    var truth = ReferenceOrbit(plan, budget: following)
    var last = orbit.x
    while true {
      if orbit.t & 255 == 255, cancelled() { break }
      _ = orbit.run()
      guard orbit.valueHere.isFinite, orbit.slopeHere.allSatisfy(\.isFinite) else {
        return (values, nil, nil)
      }
      values.append(orbit.valueHere)
      last = orbit.x
      if orbit.squaresHere.squareRoot() < tolerance {
        return (values, orbit.t, truth.digits(of: last))
      }
      if orbit.t == most { break }
      orbit.accept()
      truth.step(to: orbit.x)
    }
    return (values, nil, truth.digits(of: last))
  }
}
