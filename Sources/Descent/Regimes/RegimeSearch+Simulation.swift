// The orbit in doubles, looked at after 16, 64, 256 … steps: does it leave for infinity or the
// domain, and has it come to something (`RegimeSearch+Settling`)?
import Calculus

extension RegimeSearch {
  /// What the simulation has learnt that belongs into the words.
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
    /// Sums of log stretch at equal distances, for batch means.
    var sums: [Double] = []

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

  func simulated(_ map: DescentMap) -> Regime {
    let x0 = plan.start.doubles
    guard x0.allSatisfy(\.isFinite) else { return .undecided(.startBeyondDoubles) }
    let probe = Orbit(tangentTo: map.motion, eta: map.eta.nearestDouble, from: x0)
    let most = max(2000, min(1_500_000, effort.doubles / probe.costOfStep))
    probe.watch(steps: most)
    var observed = Observations()
    var look = 16
    let batch = max(1, most / 128)
    var growth = Growth(from: probe.size)
    // Far out, but it may yet come back: x⁴/10²⁰⁰ − x² holds x below 10¹⁰⁰.
    var far: Orbit.Place?
    while probe.t < most {
      if probe.t & 1023 == 0, cancelled() { return .undecided(.stopped(after: probe.t)) }
      guard probe.step() else { return leaves(map, probe, growth, far) }
      growth.add(probe.size)
      if growth.isSteady {
        far = far ?? probe.place(growth.factor)
        continue
      }
      far = nil
      if probe.t % batch == 0 { observed.sums.append(probe.errors.stretch) }
      if probe.t >= look {
        if let r = settled(map, probe, &observed) ?? ballistic(map, probe, &observed) { return r }
        if probe.t >= 256, let r = fled(map, probe) { return r }
        observed.looks.append((probe.t, probe.x, probe.value, probe.distance(1)))
        look *= 4
      }
    }
    if let far { return escapes(map, far) }
    if let r = settled(map, probe, &observed) { return r }
    observed.looks.append((probe.t, probe.x, probe.value, probe.distance(1)))
    return aperiodic(map, probe, observed, batch)
  }

  /// A step that leads to no finite point.
  private func leaves(
    _ map: DescentMap, _ probe: Orbit, _ growth: Growth, _ far: Orbit.Place?
  ) -> Regime {
    let t = probe.t
    if let r = outside(map, probe.x, t, decoupled: probe.errors.areDecisive) { return r }
    if let far { return escapes(map, far) }
    if growth.isExplosive { return escapes(map, probe.place(.infinity)) }
    // exp overflows long before x does.
    if let r = provedFlight(map, last: t, points: probe.recent(12)) { return r }
    return .undecided(.overflows(step: t))
  }

  /// The regime of an orbit that in doubles, as a state of the map, is outside the domain after t steps;
  /// nil where it is inside.
  func outside(_ map: DescentMap, _ state: [Double], _ t: Int, decoupled: Bool) -> Regime? {
    let a = EnclosureArithmetic(bits: 128)
    let here = state.map { a.constant($0) }
    guard map.next(a, here).contains(where: { $0.decoration == .ill }) else { return nil }
    let reasons = map.places(a, here).compactMap { x in
      let point = x.map(Certified.enclosed)
      return Undefinedness.reason(of: loss.program, at: point)
        ?? Undefinedness.reason(of: loss.gradient, at: point)
    }
    guard let reason = reasons.first?.0 else { return nil }
    if provedOutside(map, t) {
      return Regime(.leavesDomain, proved: true, .leavesDomain(step: t, reason: reason))
    }
    return .undecided(.mayLeaveDomain(step: t, reason: reason, roundingHasGrown: decoupled))
  }

  /// Whether the enclosed orbit is certainly outside the domain after t steps.
  private func provedOutside(_ map: DescentMap, _ t: Int) -> Bool {
    guard t * EnclosedOrbit.cost(of: map, bits: 512) < effort.enclosures else { return false }
    guard let orbit = followed(map, to: t, bits: 512) else { return false }
    return map.next(orbit.a, orbit.box).contains { $0.decoration == .ill }
  }

  /// The enclosed orbit after t steps, each at its own rate; nil where it is lost on the way.
  func followed(_ map: DescentMap, to t: Int, bits: Int) -> EnclosedOrbit? {
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

  private func escapes(_ map: DescentMap, _ far: Orbit.Place) -> Regime {
    if let r = provedFlight(map, last: far.t, points: far.recent) { return r }
    // Growth alone would make the growth of the probe large: what counts is a start on a boundary, or
    // chaos before the flight.
    if !othersAgree(map, far.t, far.costOfStep, { $0 == nil }) {
      return resolved(map, about: far.t) ?? .undecided(.neighboursStay(steps: far.t))
    }
    var r = Regime(.divergent, .grows(size: far.size, step: far.t, factor: far.factor))
    if far.factor < 1e3 { r.alternates = plan.start.count == 1 ? far.alternates : nil }
    return r
  }

  /// Whether starts that differ by rounding end alike: nil where they leave, else their last point.
  func othersAgree(
    _ map: DescentMap, _ t: Int, _ costOfStep: Int, _ same: ([Double]?) -> Bool
  ) -> Bool {
    let steps = min(max(64, t * 4), max(2000, effort.doubles / 8 / costOfStep))
    for k in 1...8 {
      if cancelled() { return false }
      // Each coordinate by a few roundings of its own, so that no line is kept by chance.
      let nudged = plan.start.enumerated().map { i, x in
        let away = Double((k * (i + 2)) % 9 + 1) * 4e-16
        return x.nearestDouble + (k % 2 == 0 ? away : -away) * max(abs(x.nearestDouble), 1e-3)
      }
      let other = Orbit(tangentTo: map.motion, eta: map.eta.nearestDouble, from: nudged)
      var left = false
      var growth = Growth(from: other.size)
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
