// The orbit in doubles as a run: it ends as a run ends.
import Calculus

extension Orbit {
  /// Goes on to step `end` of the plan that it is made for; returns why it stopped before, or nil.
  func advance(_ plan: DescentPlan, to end: Int) -> Stop? {
    let tolerance = plan.tolerance.nearestDouble
    let restsForGood = plan.restsForGood
    let isAutonomous = plan.isAutonomous
    // Of a known law what is kept moves nothing by itself.
    let ignoresMemory = plan.step.law != nil
    while t < end {
      let isFinite = run()
      let squares = squaresHere
      if squares == 0, restsForGood, ignoresMemory || keepsMemory, isAtRest(plan) {
        return .landed
      }
      if squares.squareRoot() < tolerance { return .gradientBelow }
      let value = valueHere
      if !isFinite || !value.isFinite {
        return missing(plan).map { .undefined($0) } ?? .overflow
      }
      if isAutonomous, !isMoving, keepsMemory { return .stalled }
      accept()
    }
    return nil
  }

  /// Whether the slope is 0, and what the step adds.
  private func isAtRest(_ plan: DescentPlan) -> Bool {
    guard slopeHere.allSatisfy({ $0 == 0 }) else { return false }
    let a = DoubleArithmetic()
    let step = plan.step.run(a, from: state, eta: plan.rate(a, t), t: t)
    return step.displacement.allSatisfy { $0 == 0 }
  }

  /// What of the step from here has no value; nil where it is beyond the doubles only.
  func missing(_ plan: DescentPlan) -> MissingValue? {
    guard valueHere.isNaN || (0..<columns.size).contains(where: { next[$0].isNaN }) else {
      return nil
    }
    let a = CertifiedArithmetic(bits: 128)
    let missing = plan.step.missing(
      a, from: state.map { Certified($0) }, eta: plan.rate(a, t), t: t)
    let here = state.all + [now[columns.rate], Double(t)]
    return missing ?? (plan.step.advance.overflows(at: here) ? nil : .inDoubles)
  }

  private var isMoving: Bool { (0..<columns.entries).contains { next[$0] != now[$0] } }

  private var keepsMemory: Bool {
    (columns.entries..<columns.size).allSatisfy { next[$0] == now[$0] }
  }

  /// The last states, oldest first: those from step `first` on that are kept.
  func recent(from first: Int) -> [(t: Int, state: State<Double>)] {
    let first = max(first, t - depth + 1, 0)
    guard first <= t else { return [] }
    return (first...t).map { ($0, State(state(t - $0), entries: columns.entries)) }
  }
}
