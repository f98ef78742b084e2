// Methods that keep a state: where the orbit comes to rest or to a cycle, the multipliers of the whole state
// decide; of a linear rule they follow from each curvature.
import Calculus

extension RegimeSearch {
  /// The stationary point that the orbit has come to, proved where the enclosed orbit can be followed into
  /// its basin.
  func stateRest() throws(Lack) -> Regime {
    let r = try stationary(map)
    guard r.outcome == .stationary else { return r }
    guard
      let c = stateMap.cycle(
        near: orbit.state.all, period: 1, within: 1e-3 * max(1e-3, orbit.size)), c.basin != nil,
      let sure = enters(c)
    else { return r }
    var out = r
    (out.proved, out.finding) = (sure.proved, sure.finding)
    return out
  }

  /// The cycle of the state that the orbit has come to; of a rule that is no known law also a point.
  func stateCycle() throws(Lack) -> Regime {
    let isKnown = meets(.memory)
    let longest = min(longestPeriod, orbit.t / 2)
    guard longest >= 2 else { throw .tooFewSteps }
    let size = orbit.state.all.reduce(1e-3) { max($0, abs($1)) }
    let gaps = (1...longest).map(orbit.distance)
    let best = gaps.min() ?? .infinity
    guard best < 1e-3 * size, let p = gaps.firstIndex(where: { $0 <= 2 * best + 4e-16 * size }),
      p > 0 || !isKnown,
      let c = stateMap.cycle(
        near: orbit.state.all, period: p + 1, within: max(1e3 * best, 1e-6) * size),
      c.period > 1 || !isKnown, !c.multipliers.isEmpty
    else { throw .noCycleNear }
    guard c.largest < 1 - 1e-9 else { throw .multiplierNotInside }
    if !isKnown, !suits(c, stateMap) { throw .endIsNotClear }
    if let r = enters(c) { return r }
    guard best <= 1e-9 * size else { throw .outsideBasin(period: c.period) }
    if orbit.errors.areDecisive, !isThere() {
      return .undecided(.restsAfterChaos(step: orbit.t))
    }
    return arrival(c, enteredAt: nil, seenAt: orbit.t)
  }

  /// The proof that the enclosed orbit enters the basin of a cycle of the state.
  private func enters(_ c: Cycle) -> Regime? {
    followed(
      stateMap, Targets(cycles: [c]), steps: orbit.t + 64, budget: effort.enclosures,
      bits: 128 + 64 * (orbit.t / 64))
  }

  /// Whether a cycle of a rule that is no known law is one that x makes, away from kinks, where multipliers
  /// tell how it comes closer, and not next to a 0 that Newton's method took for a place.
  private func suits(_ c: Cycle, _ map: DescentMap) -> Bool {
    let n = plan.start.count
    let a = EnclosureArithmetic(bits: 96)
    let points = c.points.map { $0.map { $0.estimate ?? .nan } }
    let size = points.joined().reduce(1) { max($0, abs($1)) }
    let goesRound = (1..<max(c.period, 1)).allSatisfy { p in
      c.period % p != 0
        || zip(points[0], points[p]).prefix(n).contains {
          abs($0 - $1) > RegimeSearch.besideKink * size
        }
    }
    let isPlace = c.points.joined().allSatisfy {
      $0.rational != nil || abs($0.estimate ?? 0) > RegimeSearch.leastPlace
    }
    let reach = a.constant(RegimeSearch.besideKink * size)
    return goesRound && isPlace
      && !(map.motion.rule.hasKink
        && points.contains { map.meetsKink(a, $0.map { a.ball(a.constant($0), reach) }) })
  }
  /// Newton's method stops at moves of 10⁻⁷⁰ of at least this size.
  private static let leastPlace = 1e-30
  /// An orbit in doubles that has come so close to a kink (relative above 1) may end on it.
  private static let besideKink = 1e-6

  /// Whether the orbit with more digits, after as many steps, is where the doubles are: needed where
  /// an error of one rounding may have grown on the way.
  private func isThere() -> Bool {
    let bits = precision(after: orbit.errors.growth)
    let cost = 2 * loss.gradient.cost(bits: bits) + 6 * map.dimension
    guard orbit.t <= min(effort.enclosures, allowance.left) / cost,
      allowance.take(orbit.t * cost), let end = precise(orbit.t, bits: bits)?.first
    else { return false }
    return zip(end, orbit.x).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
  }

  /// A stationary point next to x whose multipliers are all inside the unit circle.
  private func stationary(_ map: DescentMap) throws(Lack) -> Regime {
    let (x, t) = (orbit.x, orbit.t)
    let size = x.reduce(1e-3) { max($0, abs($1)) }
    guard orbit.move < 1e-7 * size, let c = map.cycle(near: x, period: 1, within: 1e-3 * size),
      zip(x, c.points[0]).allSatisfy({ abs($0 - ($1.estimate ?? .nan)) < 1e-6 * size })
    else { throw .noRestNear }
    let curvatures = try SymmetricEigenvalues.enclosures(of: loss.hessian(at: c.points[0])).or(
      .curvaturesNotEnclosed)
    let fine = CertifiedArithmetic(bits: 256)
    let multipliers = curvatures.reversed().flatMap { h in
      plan.step.pair(fine, eta: map.eta.number(fine), curvature: h).map(roots) ?? []
    }
    let largest = multipliers.reduce(0) { max($0, $1.modulus) }
    guard largest < 1 - 1e-9 else { throw .multiplierNotInside }
    let attraction = Attraction(
      isCycle: false, multipliers: multipliers.count, largest: largest)
    var r = Regime(.stationary, .attracted(attraction, Sighting(step: t, isEnclosed: false)))
    r.limit = c.points[0]
    describe(&r)
    r.multipliers = multipliers
    if orbit.errors.areDecisive, !isThere() {
      return .undecided(.restsAfterChaos(step: t))
    }
    // The rows that were computed with more digits must lie there too.
    let late = run.rows.filter { $0.t > t && $0.tier != .double }
    let near = { (p: [Certified]) in
      zip(p, x).allSatisfy { abs(($0.estimate ?? .nan) - $1) <= 1e-4 * size }
    }
    guard late.allSatisfy({ near($0.point) }) else {
      return .undecided(.restsAfterChaos(step: t))
    }
    let a = EnclosureArithmetic(bits: 256)
    guard !loss.meetsKink(a, r.limit.map { $0.number(a) }) else { throw .meetsKink }
    r.convergence = .linear
    r.factor = nil
    r.lyapunov = exponent(r.multipliers, 1)
    return r
  }

  /// The multipliers of a direction of constant curvature.
  func roots(_ m: (trace: Certified, determinant: Certified)) -> [Multiplier] {
    GeneralEigenvalues.zeros(
      CertifiedArithmetic(bits: 256), trace: m.trace, determinant: m.determinant)
  }
}
