// The orbit in doubles, looked at after 16, 64, 256 … steps, of a method with a state after 32, 64, 128 …;
// and what is asked of one that leaves for infinity or the domain.
import Calculus

extension RegimeSearch {
  /// What the orbit has shown so far that belongs into the words or to a later look.
  struct Observations {
    /// A repelling cycle that the orbit came close to.
    var repelling: Cycle?
    /// Cycles found at earlier looks: Newton's method need not find them again.
    var found: [Cycle] = []
    /// A cycle whose multiplier is ±1 within rounding.
    var neutral: Cycle?
    var lookedForLimit = 0
    /// Whether a run by whole periods has been looked for.
    var soughtPeriods = false
    /// Curves of stationary points, once they have been asked for.
    var sets: [RestingSet]?
    /// x and C at the last looks.
    var looks: [(t: Int, x: [Double], value: Double, step: Double)] = []
    /// Sums of log stretch at distances of so many steps, for batch means.
    var sums: [Double] = []
    var batch = 1

    /// A cycle of this period found before whose first point is this one up to rounding.
    func known(_ x: [Double], _ period: Int) -> Cycle? {
      found.first { c in
        c.period == period
          && zip(c.points[0], x).allSatisfy {
            abs(($0.estimate ?? .nan) - $1) <= 1e-12 * max(1e-3, abs($1))
          }
      }
    }
  }

  /// Where looks begin, and how far they are apart: the proofs of a state need bits for every step up to
  /// the look, so that theirs are closer.
  private var looks: (first: Int, ratio: Int) { meets(.state) ? (32, 2) : (16, 4) }

  /// Follows the orbit until a prover decides.
  func followed() -> Regime {
    guard plan.start.doubles.allSatisfy(\.isFinite) else {
      return .undecided(.startBeyondDoubles)
    }
    let most = max(2000, min(1_500_000, effort.doubles / orbit.costOfStep))
    orbit.watch(steps: most)
    growth = SwingingGrowth(from: orbit.size, swings: meets(.state))
    observed.batch = max(1, most / 128)
    var look = looks.first
    while orbit.t < most {
      if orbit.t & 255 == 0, cancelled() { return .undecided(.stopped(after: orbit.t)) }
      guard orbit.step() else {
        hasStopped = true
        if let r = first(.left) { return r }
        return .undecided(
          orbit.missing(plan) == nil ? .overflows(step: orbit.t) : .hasNoValue(step: orbit.t))
      }
      growth.add(orbit.size)
      if growth.isSteady {
        far = far ?? orbit.place(growth.factor)
        continue
      }
      far = nil
      if orbit.t % observed.batch == 0 { observed.sums.append(orbit.errors.stretch) }
      if orbit.t >= look {
        if let r = looked() { return r }
        look *= looks.ratio
      }
    }
    if far != nil, let r = first(.left) { return r }
    return looked() ?? first(.end)
      ?? .undecided(.notSettled(steps: orbit.t, longestPeriod: longestPeriod))
  }

  private func looked() -> Regime? {
    if let r = first(.look) { return r }
    observed.looks.append((orbit.t, orbit.x, orbit.value, orbit.distance(1)))
    return nil
  }

  // MARK: An orbit that leaves

  /// Whether it is the domain that an orbit without a next step leaves.
  func domainEdge() throws(Lack) -> Regime {
    guard hasStopped,
      let r = outside(stateMap, orbit.state.all, orbit.t, decoupled: orbit.errors.areDecisive)
    else { throw .isInDomain }
    return r
  }

  /// The regime of an orbit that in doubles, as a state of the map, is outside the domain after t steps;
  /// nil where it is inside.
  func outside(_ map: DescentMap, _ state: [Double], _ t: Int, decoupled: Bool) -> Regime? {
    let a = EnclosureArithmetic(bits: 128)
    let here = state.map { a.constant($0) }
    guard map.next(a, here).contains(where: { $0.decoration == .ill }) else { return nil }
    let reasons = map.places(a, here).compactMap { x in
      let point = x.map(Certified.enclosed)
      return Undefinedness.first(in: loss.program, at: point)
        ?? Undefinedness.first(in: loss.gradient, at: point)
    }
    guard let reason = reasons.first.map({ MissingValue.value($0) }) else { return nil }
    if provedOutside(map, t) {
      return Regime(.leavesDomain, proved: true, .leavesDomain(step: t, reason: reason))
    }
    return .undecided(.mayLeaveDomain(step: t, reason: reason, roundingHasGrown: decoupled))
  }

  /// Whether the enclosed orbit is certainly outside the domain after t steps.
  private func provedOutside(_ map: DescentMap, _ t: Int) -> Bool {
    guard t * EnclosedOrbit.cost(of: map, bits: 512) < effort.enclosures else { return false }
    guard let orbit = enclosedOrbit(map, after: t, bits: 512) else { return false }
    return map.next(orbit.a, orbit.box).contains { $0.decoration == .ill }
  }

  /// The enclosed orbit after t steps, each at its own rate; nil where it is lost on the way.
  func enclosedOrbit(_ map: DescentMap, after t: Int, bits: Int) -> EnclosedOrbit? {
    var orbit = EnclosedOrbit(map, from: plan, bits: bits)
    for k in 0..<t {
      if k & 63 == 0, cancelled() { return nil }
      if plan.isSchedule {
        guard let rate = plan.rate(of: k) else { return nil }
        orbit.map = map.at(rate)
      }
      guard orbit.step() else { return nil }
    }
    return orbit
  }

  /// The proof that an orbit which leaves in doubles does leave; exp overflows long before x does.
  func provedFlight() throws(Lack) -> Regime {
    let points = far?.recent ?? orbit.recent(12)
    var targets = Targets()
    targets.escapes = escapes + [stateMap.noReturn(holding: points)].compactMap(\.self)
    guard !targets.escapes.isEmpty else { throw .noEscapeSet }
    return try followed(
      stateMap, targets, steps: (far?.t ?? orbit.t) + 16, budget: effort.enclosures
    ).or(.notFollowed)
  }

  /// Divergent by a steady growth, where starts that differ by rounding leave too.
  func steadyGrowth() throws(Lack) -> Regime {
    let explosive = growth.isExplosive ? orbit.place(meets(.state) ? nil : .infinity) : nil
    let far = try (far ?? explosive).or(.noSteadyGrowth)
    if !meets(.knownRule) {
      guard let isFar = isFarWithMoreDigits(far.t, far.size) else {
        return .undecided(.tooFarToConfirm(steps: far.t))
      }
      if !isFar { return .undecided(.staysWithMoreDigits) }
    }
    // Growth alone would make the growth of errors large: what counts is a start on a boundary, or chaos
    // before the flight.
    if !othersAgree(far.t, { $0 == nil }) {
      return resolved(about: far.t)
        ?? .undecided(.neighboursStay(steps: far.t, within: neighbours(far.t).steps))
    }
    var r = Regime(.divergent, .grows(size: far.size, step: far.t, factor: far.factor))
    if let factor = far.factor, factor < 1e3, meets(.oneVariable) { r.alternates = far.alternates }
    return r
  }

  /// Whether the orbit is as far out after so many steps with two precisions that are far above the
  /// doubles': an orbit on what does not grow leaves it by rounding, whatever its digits; nil where that
  /// costs too much.
  private func isFarWithMoreDigits(_ t: Int, _ size: Double) -> Bool? {
    for bits in [512, 1024] {
      let cost = t * EnclosedOrbit.cost(of: stateMap, bits: bits)
      guard cost < effort.enclosures, allowance.take(cost) else { return nil }
      let there = precise(t, bits: bits)?.first?.reduce(0) { max($0, abs($1)) } ?? .nan
      guard there > size / 2, there < 2 * size else { return false }
    }
    return true
  }

  /// How many starts are nudged, and for how many steps they are followed, to see whether they end like an
  /// orbit that did after t: eight four times as far, or, where that is beyond the effort, two a little
  /// farther.
  private func neighbours(_ t: Int) -> (count: Int, steps: Int) {
    let affordable = max(2000, effort.doubles / 8 / orbit.costOfStep)
    return 4 * t <= affordable ? (8, max(64, 4 * t)) : (2, t + t / 4)
  }

  /// Whether starts that differ by rounding end alike: nil where they leave, else their last point.
  func othersAgree(_ t: Int, _ same: ([Double]?) -> Bool) -> Bool {
    let (count, steps) = neighbours(t)
    for k in 1...count {
      if cancelled() { return false }
      // Each coordinate by a few roundings of its own, so that no line is kept by chance.
      let nudged = plan.start.enumerated().map { i, x in
        let away = Double((k * (i + 2)) % 9 + 1) * 4e-16
        return x.nearestDouble + (k % 2 == 0 ? away : -away) * max(abs(x.nearestDouble), 1e-3)
      }
      let other = Orbit(stateMap.motion, eta: map.eta.nearestDouble, from: nudged, kept: 1)
      var left = false
      var growth = SwingingGrowth(from: other.size, swings: meets(.state))
      for _ in 0..<steps where !left {
        if other.step() {
          growth.add(other.size)
          left = growth.isSteady
        } else {
          left = growth.isExplosive
          if !left { return false }
        }
      }
      if !same(left ? nil : other.x) { return false }
    }
    return true
  }
}
