// How fast a run comes closer to what attracts it: the largest multiplier decides, but for a run that has
// no share of its direction, as on an invariant line through the limit.
import Calculus
import Glibc

extension RegimeSearch {
  /// The rate at a stationary limit from its multipliers: the largest decides.
  func settleRate(_ r: inout Regime) {
    let a = CertifiedArithmetic(bits: 256)
    if r.multipliers.allSatisfy({ $0.real.sign == 0 && $0.imaginary.sign == 0 }) {
      r.convergence = .superlinear
      r.factor = .exact(.zero)
      return
    }
    // Perhaps 0, perhaps not: no rate is claimed.
    if r.multipliers.allSatisfy(\.mayVanish) { return }
    guard let worst = r.multipliers.max(by: { $0.modulus < $1.modulus }) else { return }
    // A pair turns about the limit: no real factor describes a step.
    if r.multipliers.contains(where: { $0.imaginary.sign != 0 }) {
      if worst.modulus < 1 - 1e-9 { r.convergence = .linear }
      return
    }
    let gap = a.subtract(.exact(.one), a.power(worst.real, 2)).sign
    if gap == 1 {
      r.convergence = .linear
      r.factor = worst.real
      r.alternates = worst.real.sign.map { $0 < 0 }
      if !keepsPace(r, worst.modulus) { r.forgetConvergence() }
    }
  }

  /// Whether the orbit in doubles comes closer, round by round, no faster than a multiplier of this
  /// modulus says; true also where it is not seen to.
  func keepsPace(_ r: Regime, _ modulus: Double) -> Bool {
    let goals = (r.period == nil ? [r.limit] : r.points).map { $0.compactMap(\.estimate) }
    let n = plan.start.count
    guard n > 1 || !plan.step.isGradientDescent, goals.allSatisfy({ $0.count == n }),
      let eta = plan.constantRate
    else { return true }
    let scale = goals.joined().reduce(1) { max($0, abs($1)) }
    var gaps: [Double] = []
    plan.walk(rate: eta.nearestDouble, for: RegimeSearch.approach) { x, _ in
      let all = goals.map { goal in zip(x, goal).reduce(0) { max($0, abs($1.0 - $1.1)) } }
      let gap = (all.min() ?? 0) / scale
      if gap < RegimeSearch.nearness.upperBound { gaps.append(gap) }
      return gap >= RegimeSearch.nearness.lowerBound
    }
    let rounds = stride(from: 0, to: gaps.count, by: goals.count).map { gaps[$0] }
      .filter { $0 >= RegimeSearch.nearness.lowerBound }
    guard rounds.count > 2, let first = rounds.first, let last = rounds.last else { return true }
    let mean = pow(last / first, 1 / Double(rounds.count - 1))
    return mean > RegimeSearch.sameRate * modulus
  }
  /// Steps for which an approach is looked at.
  private static let approach = 2000
  /// Where it is linear, and rounding is far below it.
  private static let nearness = 1e-9...1e-3
  /// A mean of at least three rounds that is smaller by more than this is that of another direction:
  /// within `nearness` the terms beyond the linear one are below a thousandth.
  private static let sameRate = 0.8
}

extension Regime {
  /// Takes back how fast it comes closer.
  mutating func forgetConvergence() { (convergence, factor, alternates) = (nil, nil, nil) }
}
