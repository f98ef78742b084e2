// How many digits of an orbit in doubles are the true orbit's: the same steps are taken beside it in
// numbers of 192 bits, and the two are compared. An error of rounding grows along the way as the map
// stretches, and fades where the map contracts (Hammel, Yorke & Grebogi 1987 on pseudo-orbits).
import Calculus
import Glibc

struct ReferenceOrbit {
  private let plan: DescentPlan
  private let a = MidpointArithmetic(base: EnclosureArithmetic(bits: ReferenceOrbit.bits))
  private var state: State<Enclosure>
  private let rate: Enclosure?
  /// Work that is left, in operations.
  private var budget: Int
  private let cost: Int
  private var steps = 0
  /// When the orbits had parted, so that no digit was left.
  private var partedAt: Int?
  /// Whether the two are still compared.
  private var isFollowing = true
  /// Whether the reference itself has too few digits left to tell.
  private var isLost = false

  private static var bits: Int { 192 }

  /// - Parameter budget: how many operations, of some 0.3 µs, may be spent.
  init(_ plan: DescentPlan, budget: Int) {
    self.plan = plan
    let a = self.a
    state = plan.state(a)
    rate = plan.isSchedule ? nil : plan.rate(a, 0)
    // A function costs as much as some ten operations.
    cost = plan.loss.gradient.instructions.reduce(4 * plan.start.count) {
      $0 + ($1.opcode == .apply ? 10 : 1)
    }
    self.budget = budget
  }

  /// One step, beside the step that led the doubles to `y`.
  mutating func step(to y: [Double]) {
    guard isFollowing else { return }
    budget -= cost
    guard budget >= 0 else {
      isFollowing = false
      return
    }
    state = plan.step.run(a, from: state, eta: rate ?? plan.rate(a, steps), t: steps).next
    steps += 1
    // Doubles that have overflowed are no point to compare with.
    guard state.x.allSatisfy(\.isDefined), y.allSatisfy(\.isFinite) else { return lose() }
    if partedAt == nil, error(of: y) > 0.5 { partedAt = steps }
    // Twice as long, and the reference has still half of its digits.
    if let partedAt, steps > 2 * partedAt + 8 { lose() }
  }

  private mutating func lose() {
    isFollowing = false
    isLost = true
  }

  /// ‖y − x‖/‖x‖ in the largest coordinate; ∞ where x is 0 and y is not.
  private func error(of y: [Double]) -> Double {
    var gap = 0.0
    var size = 0.0
    for (e, d) in zip(state.x, y) {
      gap = max(gap, abs(a.subtract(e, a.base.constant(d)).midpoint))
      size = max(size, abs(e.midpoint))
    }
    return gap == 0 ? 0 : gap / size
  }

  /// The digits of y that are the true orbit's, counted from the first digit of its largest
  /// coordinate; 0 where the orbits have parted, nil where they were not compared to the end.
  func digits(of y: [Double]) -> Int? {
    if isLost { return 0 }
    guard isFollowing else { return nil }
    let e = error(of: y)
    guard e.isFinite else { return 0 }
    return max(0, min(16, Int(exactly: (-log10(max(e, 1e-17))).rounded(.down)) ?? 0))
  }
}
