// Rates that change with the step. From where they stay the same the run is one at a constant rate.
// Where they tend to 0 and their sum is infinite, a ball that the largest of them contracts is
// contracted by each, and the product of the factors is 0: with 0 < s ≤ η,
// ‖I − sH‖ ≤ 1 − (s/η)(1 − ‖I − ηH‖). (Robbins & Monro 1951.)
import Calculus

extension RegimeSearch {
  func schedule() -> Regime {
    guard plan.start.count <= SymmetricEigenvalues.largest else {
      return .undecided(.tooManyVariables(most: SymmetricEigenvalues.largest))
    }
    let trends = RateTrend.all(of: plan.eta, upTo: 14)
    for trend in trends {
      switch trend {
      case .constant(let eta, let from):
        return settledRate(eta, from) ?? .undecided(.rateChanges(.stateUnknown))
      case .summable: return .undecided(.rateChanges(.sumIsFinite))
      case .decays: continue
      }
    }
    guard !trends.isEmpty, plan.step.isGradientDescent else {
      return .undecided(.rateChanges(.always))
    }
    return decaying(trends) ?? .undecided(.rateChanges(.noBasin))
  }

  /// The regime at the rate that the schedule keeps from some step on.
  private func settledRate(_ eta: Rational, _ late: Int) -> Regime? {
    let a = CertifiedArithmetic(bits: 128)
    // The first step from which the rate is that one.
    var from = late
    while from > 0, plan.rate(a, from - 1).rational == eta { from -= 1 }
    if eta.isZero { return .undecided(.rateVanishes(from: from)) }
    guard from == 0 || plan.step.isGradientDescent, from <= 256 else { return nil }
    var later = plan
    var b = ProgramBuilder(variables: [])
    let constant = b.constant(eta)
    later.eta = b.program(outputs: [constant])
    let map = DescentMap(loss, eta: eta)
    let exact = CertifiedArithmetic(bits: 256, limit: 4096)
    var x = plan.start.values(exact)
    for t in 0..<from {
      guard let rate = plan.rate(a, t).rational else { return nil }
      x = map.at(rate).next(exact, x)
    }
    // What has grown beyond all digits on the way is no start of a later run.
    guard x.allSatisfy({ $0.nearestDouble?.isFinite == true }) else { return nil }
    let rational = x.compactMap(\.rational)
    if rational.count == x.count {
      later.start = rational.map { TypedNumber($0) }
    } else if from > 0 {
      guard let lead = lead(from) else { return nil }
      later.start = lead.map { TypedNumber($0) }
    }
    var r = regime(of: later, effort)
    r.finding = .rateSettles(from: from, at: eta, r.finding)
    return r
  }

  /// The point after so many steps as programs without variables.
  private func lead(_ steps: Int) -> [Program]? {
    let a = CertifiedArithmetic(bits: 128)
    guard steps * loss.gradient.instructions.count < 20_000 else { return nil }
    let map = plan.step.map
    var b = ProgramBuilder(variables: [])
    var x = plan.start.map { $0.register(in: &b) }
    for t in 0..<steps {
      guard let rate = plan.rate(a, t).rational else { return nil }
      x = b.inline(map, x + [b.constant(rate), b.constant(Rational(t))])
    }
    return x.map { b.program(outputs: [$0]) }
  }

  /// A minimum in whose ball the orbit is at a step from which the rates are small enough, or the step
  /// that leaves the domain before.
  private func decaying(_ trends: [RateTrend]) -> Regime? {
    let map = DescentMap(loss, eta: .one)
    let probe = Orbit(tangentTo: map.motion, eta: map.eta.nearestDouble, from: plan.start.doubles)
    for trend in trends {
      guard case .decays(let most, let t) = trend else { continue }
      while probe.t < t {
        if probe.t & 255 == 0, cancelled() { return nil }
        guard probe.step(plan.rate(DoubleArithmetic(), probe.t)) else {
          return outside(map, probe.x, probe.t, decoupled: probe.errors.areDecisive)
        }
      }
      let bits = precision(after: probe.errors.growth)
      // Where errors decide, the doubles may be in another basin.
      let known = probe.errors.areDecisive ? enclosed(map, at: t, bits: bits) : nil
      guard let x = probe.errors.areDecisive ? known?.center.map(\.midpoint) : probe.x else {
        return nil
      }
      // A short number above, so that the proof stays cheap.
      guard let bound = Rational((most.nearestDouble * 1.0001).nextUp) else { continue }
      let reach = x.reduce(1) { max($0, abs($1)) }
      guard let c = map.at(bound).cycle(near: x, period: 1, within: reach), let b = c.basin,
        c.largest < 1, b.holds(x)
      else { continue }
      // The true limit is a little off the centre of the ball.
      let entered =
        (known ?? enclosed(map, at: t, bits: bits)).map {
          b.holds($0.a, $0.center, $0.a.add($0.radius, $0.a.add(b.offset, b.offset)))
        } ?? false
      var r = Regime(
        .stationary, proved: entered,
        .ratesDecay(below: bound, Sighting(step: t, isEnclosed: entered)))
      r.limit = c.points[0]
      describe(&r)
      r.multipliers = []
      r.lyapunov = nil
      return r
    }
    return nil
  }

  /// The enclosed orbit after t steps; nil where that costs too much or too few digits are left.
  private func enclosed(_ map: DescentMap, at t: Int, bits: Int) -> EnclosedOrbit? {
    let cost = t * EnclosedOrbit.cost(of: map, bits: bits)
    guard cost <= effort.enclosures, allowance.take(cost) else { return nil }
    guard let orbit = enclosedOrbit(map, after: t, bits: bits), orbit.width < 1e-2 else {
      return nil
    }
    return orbit
  }
}
