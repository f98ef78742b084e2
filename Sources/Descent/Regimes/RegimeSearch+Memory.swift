// Methods other than gradient descent: the orbit in doubles, and where it comes to rest or to a cycle the
// multipliers of the whole state (x, v); of a linear rule they follow from each curvature.
import Calculus
import Glibc

extension RegimeSearch {
  func withState() -> Regime {
    guard let rate = plan.constantRate else { return .undecided(.rateMayVanish) }
    guard plan.start.count <= SymmetricEigenvalues.largest else {
      return .undecided(.tooManyVariables(most: SymmetricEigenvalues.largest))
    }
    let map = DescentMap(loss, eta: rate)
    let lifted = DescentMap(plan.step, eta: rate)
    if plan.step.inertia == nil {
      if let r = recurrence(lifted) { return r }
    } else if let r = linearState(map) ?? reduced() ?? parted() {
      return r
    }
    let cost = 2 * (40 + 20 * loss.gradient.instructions.count)
    let most = max(500, min(200_000, effort.doubles / cost))
    let orbit = Orbit(tangentTo: plan.step, eta: rate.nearestDouble, from: plan.start.doubles)
    orbit.watch(steps: most)
    var growth = SwingingGrowth(from: orbit.size)
    var far: (t: Int, size: Double, recent: [[Double]])?
    var look = 32
    var sums: [Double] = []
    let batch = max(1, most / 128)
    for t in 0..<most {
      if t & 255 == 0, cancelled() { return .undecided(.stopped(after: t)) }
      let finite = orbit.step()
      if finite { growth.add(orbit.size) }
      if !finite, let r = outside(lifted, orbit.state, t, decoupled: orbit.errors.areDecisive) {
        return r
      }
      if !finite, let f = far ?? (growth.isExplosive ? (t + 1, orbit.size, orbit.recent(12)) : nil)
      {
        return leaves(lifted, f.t, f.size, f.recent)
      }
      if !finite { return .undecided(.hasNoValue(step: t + 1)) }
      far = growth.isSteady ? far ?? (t + 1, orbit.size, orbit.recent(12)) : nil
      if t % batch == 0 { sums.append(orbit.errors.stretch) }
      if t == look || t == most - 1 {
        look *= 2
        if far == nil, let r = settles(map, lifted, orbit, t) { return r }
      }
    }
    if let far { return leaves(lifted, far.t, far.size, far.recent) }
    return wanders(orbit, sums, batch)
  }

  /// The stationary point or the cycle of the state that the orbit has come to.
  private func settles(
    _ map: DescentMap, _ lifted: DescentMap, _ orbit: Orbit, _ t: Int
  ) -> Regime? {
    if map.dimension == 1, t >= 64 {
      let a = EnclosureArithmetic(bits: 64)
      let here = orbit.state.map { a.constant($0) }
      let sets = lifted.noReturns().filter { $0.holds(a, here) }
      if !sets.isEmpty,
        let r = followed(
          lifted, Targets(escapes: sets), steps: orbit.t + 1, budget: effort.enclosures)
      {
        return r
      }
    }
    let isKnown = plan.step.inertia != nil
    if isKnown, let r = stationary(map, orbit, t) {
      return r.outcome == .stationary ? provedStationary(r, lifted, orbit) : r
    }
    let longest = min(RegimeSearch.longestPeriodOfState, orbit.t / 2)
    guard longest >= 2 else { return nil }
    let size = orbit.state.reduce(1e-3) { max($0, abs($1)) }
    let gaps = (1...longest).map(orbit.distance)
    let best = gaps.min() ?? .infinity
    guard best < 1e-3 * size, let p = gaps.firstIndex(where: { $0 <= 2 * best + 4e-16 * size }),
      p > 0 || !isKnown,
      let c = lifted.cycle(near: orbit.state, period: p + 1, within: max(1e3 * best, 1e-6) * size),
      c.period > 1 || !isKnown, !c.multipliers.isEmpty, c.largest < 1 - 1e-9
    else { return nil }
    if !isKnown, !suits(c, lifted) { return nil }
    if let r = followed(
      lifted, Targets(cycles: [c]), steps: orbit.t + 64, budget: effort.enclosures,
      bits: 128 + 64 * (orbit.t / 64))
    {
      return r
    }
    guard best <= 1e-9 * size else { return nil }
    if orbit.errors.growth > 16, isThere(map, orbit) != true { return rounding(t) }
    return arrival(c, enteredAt: nil, seenAt: t)
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

  /// The same with its proof, where the enclosed orbit can be followed into the basin.
  private func provedStationary(
    _ r: Regime, _ lifted: DescentMap, _ orbit: Orbit
  ) -> Regime {
    guard let c = lifted.cycle(near: orbit.state, period: 1, within: 1e-3 * max(1e-3, orbit.size)),
      c.basin != nil,
      let sure = followed(
        lifted, Targets(cycles: [c]), steps: orbit.t + 64, budget: effort.enclosures,
        bits: 128 + 64 * (orbit.t / 64))
    else { return r }
    var out = r
    (out.proved, out.finding) = (sure.proved, sure.finding)
    return out
  }

  /// Divergent where starts that differ by rounding leave too.
  private func leaves(
    _ map: DescentMap, _ t: Int, _ size: Double, _ recent: [[Double]]
  ) -> Regime {
    if let r = provedFlight(map, last: t, points: recent) { return r }
    if plan.step.law == nil, !isFarWithMoreDigits(map, t, size) {
      return .undecided(.staysWithMoreDigits)
    }
    for k in 1...4 {
      let nudged = plan.start.map {
        $0.nearestDouble + Double(k % 2 == 0 ? k : -k) * 4e-16 * max(abs($0.nearestDouble), 1e-3)
      }
      let other = Orbit(plan.step, eta: map.eta.nearestDouble, from: nudged, kept: 1)
      var growth = SwingingGrowth(from: other.size)
      var left = false
      for _ in 0..<(2 * t + 200) where !left {
        if other.step() {
          growth.add(other.size)
          left = growth.isSteady
        } else if growth.isExplosive {
          left = true
        } else {
          break
        }
      }
      if !left { return .undecided(.neighboursStay(steps: t)) }
    }
    return Regime(.divergent, .grows(size: size, step: t, factor: nil))
  }

  /// Whether the orbit is as far out after so many steps with two precisions that are far above the
  /// doubles': an orbit on what does not grow leaves it by rounding, whatever its digits.
  private func isFarWithMoreDigits(_ map: DescentMap, _ t: Int, _ size: Double) -> Bool {
    let sizes = [512, 1024].map { bits -> Double in
      let cost = t * EnclosedOrbit.cost(of: map, bits: bits)
      guard cost < effort.enclosures, allowance.take(cost) else { return .nan }
      let a = MidpointArithmetic(base: EnclosureArithmetic(bits: bits))
      var z = plan.start.values(a) + map.motion.start(a)
      for _ in 0..<t {
        z = map.next(a, z)
        guard z.allSatisfy(\.isDefined) else { return .nan }
      }
      return z.prefix(plan.start.count).reduce(0) { max($0, abs($1.midpoint)) }
    }
    return sizes.allSatisfy { $0 > size / 2 && $0 < 2 * size }
  }

  /// Whether the orbit with more digits, after as many steps, is where the doubles are: needed where
  /// an error of one rounding may have grown on the way.
  private func isThere(_ map: DescentMap, _ orbit: Orbit) -> Bool? {
    let steps = orbit.t
    let bits = precision(after: orbit.errors.growth)
    let cost = 2 * loss.gradient.cost(bits: bits) + 6 * map.dimension
    guard steps <= min(effort.enclosures, allowance.left) / cost,
      allowance.take(steps * cost)
    else { return nil }
    let a = MidpointArithmetic(base: EnclosureArithmetic(bits: bits))
    var x = plan.start.values(a)
    var kept = plan.step.start(a)
    let eta = map.eta.number(a)
    for t in 0..<steps {
      let made = plan.step.run(a, from: x, memory: kept, eta: eta, t: t)
      (x, kept) = (made.next, made.memory)
      guard x.allSatisfy(\.isDefined) else { return false }
    }
    return zip(x, orbit.x).allSatisfy { abs($0.midpoint - $1) <= 1e-6 * max(1, abs($1)) }
  }

  /// A stationary point next to x whose multipliers are all inside the unit circle.
  private func stationary(
    _ map: DescentMap, _ orbit: Orbit, _ t: Int
  ) -> Regime? {
    let (x, step) = (orbit.x, orbit.move)
    let size = x.reduce(1e-3) { max($0, abs($1)) }
    guard step < 1e-7 * size, let c = map.cycle(near: x, period: 1, within: 1e-3 * size) else {
      return nil
    }
    let gap = zip(x, c.points[0]).reduce(0) { max($0, abs($1.0 - ($1.1.estimate ?? .nan))) }
    guard gap < 1e-6 * size,
      let curvatures = SymmetricEigenvalues.enclosures(of: map.hessian(at: c.points[0]))
    else { return nil }
    let fineNumbers = CertifiedArithmetic(bits: 256)
    let multipliers = curvatures.reversed().flatMap { h in
      plan.step.pair(fineNumbers, eta: map.eta.number(fineNumbers), curvature: h).map(roots) ?? []
    }
    let largest = multipliers.reduce(0) { max($0, $1.modulus) }
    guard largest < 1 - 1e-9 else { return nil }
    let attraction = Attraction(
      isCycle: false, multipliers: multipliers.count, largest: largest)
    var r = Regime(.stationary, .attracted(attraction, Sighting(step: t, isEnclosed: false)))
    r.limit = c.points[0]
    describe(&r)
    r.multipliers = multipliers
    // 10⁻¹⁶ grown by e¹⁶ is still far below the distance that decides.
    if orbit.errors.growth > 16 {
      guard let agrees = isThere(map, orbit) else { return rounding(t) }
      if !agrees { return rounding(t) }
    }
    // The rows that were computed with more digits must lie there too.
    let late = run.rows.filter { $0.t > t && $0.tier != .double }
    let near = { (p: [Certified]) in
      zip(p, x).allSatisfy { abs(($0.estimate ?? .nan) - $1) <= 1e-4 * size }
    }
    guard late.allSatisfy({ near($0.point) }) else { return rounding(t) }
    let fine = EnclosureArithmetic(bits: 256)
    guard !loss.meetsKink(fine, r.limit.map { $0.number(fine) }) else { return nil }
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

  private func rounding(_ t: Int) -> Regime { .undecided(.restsAfterChaos(step: t)) }
}
