// What an orbit in doubles has come to: Newton's method from where it is finds a cycle, and the orbit
// counts as drawn in by it only inside the cycle's basin, or by a neutral point's interval. Where
// rounding may have led it there, starts that differ by rounding and more digits decide.
import Calculus
import Glibc

extension RegimeSearch {
  /// Looks for what the orbit has come to.
  func settled(_ map: DescentMap, _ probe: Orbit, _ observed: inout Observations) -> Regime? {
    for p in candidates(probe) {
      let x = probe.x
      let near = max(probe.distance(p) * 1e3, 1e-6 * max(1, probe.size))
      let reach = p == 1 ? max(near, max(1, probe.size)) : near
      guard x.count == 1 || p <= 64, let close = rough(map, x, p),
        zip(close, x).allSatisfy({ abs($0 - $1) <= reach }),
        x.count == 1 || p > 1 || isTame(map, x, close, observed),
        let c = observed.known(close, p) ?? map.cycle(near: close, period: p, within: reach),
        !c.multipliers.isEmpty
      else { continue }
      if observed.known(close, p) == nil { observed.found.append(c) }
      if c.largest > 1 + 1e-12 {
        let gap = zip(x, c.points[0]).reduce(0) {
          max($0, abs($1.0 - ($1.1.estimate ?? .nan)))
        }
        if gap < 1e-2 * max(1, probe.size) { observed.repelling = c }
        continue
      }
      if c.largest > 1 - 1e-12 {
        observed.neutral = c
        if let r = trapped(map, probe, c) { return r }
        continue
      }
      if let r = attracted(map, probe, c, observed) { return r }
    }
    return creeping(map, probe, &observed) ?? onCurve(map, probe, &observed)
      ?? shrinking(map, probe)
  }

  /// Periods that the recent points suggest: the shortest that comes back best, and 1.
  private func candidates(_ probe: Orbit) -> [Int] {
    let longest = min(RegimeSearch.longestPeriod, probe.t / 2, Orbit.remembered - 1)
    guard longest >= 1 else { return [] }
    let gaps = (1...longest).map(probe.distance)
    let spread = gaps.max() ?? 0
    let best = gaps.min() ?? 0
    let limit = 2 * best + 4e-16 * probe.size
    var out: [Int] = []
    if let k = gaps.firstIndex(where: { $0 <= limit }),
      best < 0.02 * spread || best < 1e-6 * max(probe.size, 1e-300)
    {
      out.append(k + 1)
    }
    if out != [1] { out.append(1) }
    return out
  }

  /// Newton's method in doubles first, to spare what cannot succeed: where it ends, or nil.
  private func rough(_ map: DescentMap, _ x: [Double], _ p: Int) -> [Double]? {
    let a = DoubleArithmetic()
    var at = x
    for _ in 0..<(x.count == 1 ? 6 : 8) {
      var y = at
      var product: [[Double]] = []
      for _ in 0..<p {
        let s = map.step(a, y)
        product = product.isEmpty ? s.jacobian : map.multiply(a, s.jacobian, product)
        y = s.next
      }
      guard y.allSatisfy(\.isFinite), product.allSatisfy({ $0.allSatisfy { abs($0) < 1e6 } })
      else { return nil }
      for k in x.indices { product[k][k] -= 1 }
      guard let move = map.solve(a, product, zip(y, at).map { $0 - $1 }) else { return x }
      at = zip(at, move).map { $0 - $1 }
      guard at.allSatisfy(\.isFinite) else { return nil }
    }
    return at
  }

  /// Whether a stationary point of several variables is worth the digits: the orbit's place may be in
  /// its basin (no multiplier beyond 1 there), or the point repels and has not been looked at.
  private func isTame(
    _ map: DescentMap, _ x: [Double], _ close: [Double], _ observed: Observations
  ) -> Bool {
    let h = map.step(DoubleArithmetic(), x).jacobian
    if SpectralNorm.eigenvalues(h).allSatisfy({ abs($0) < 1 + 1e-9 }) { return true }
    let gap = zip(x, close).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return observed.repelling == nil && gap < 1e-2 * x.reduce(1) { max($0, abs($1)) }
  }

  /// The orbit in the basin of an attracting cycle.
  private func attracted(
    _ map: DescentMap, _ probe: Orbit, _ c: Cycle, _ observed: Observations
  ) -> Regime? {
    let x = probe.x
    if let b = c.basin {
      guard b.holds(x) else { return nil }
    } else {
      // Without a ball: only when it has come there and the multiplier is clearly inside.
      guard c.largest < 1 - 1e-6, probe.distance(c.period) <= 1e-9 * max(1e-3, probe.size) else {
        return nil
      }
    }
    let room = c.basin?.radius.lowerDouble ?? 1e-9
    let entered = enters(map, c, probe)
    if entered == nil, log(room / (1e-15 * max(1, probe.size))) < probe.errors.growth {
      if map.dimension > 1, let passing = observed.repelling, passing.period == 1 {
        // On a ridge the true orbit may stay where rounding pushes the doubles off.
        return resolved(map, about: probe.t) ?? .undecided(.passesRepeller)
      }
      let bits = precision(after: probe.errors.growth)
      if map.dimension > 1, probe.t <= affordable(map, bits: bits) {
        guard let end = precise(map, probe.t, bits: bits)?.first, comesTo(c, end) else {
          return .undecided(.elsewhereWithMoreDigits(step: probe.t))
        }
      }
      // Rounding may have led the doubles into another basin.
      let agree = othersAgree(map, probe.t, probe.costOfStep) { end in
        guard let end else { return false }
        return comesTo(c, end)
      }
      if !agree {
        return resolved(map, about: probe.t)
          ?? .undecided(.neighboursEndElsewhere(period: c.period))
      }
    }
    var r = arrival(c, enteredAt: entered, seenAt: probe.t)
    if let c = observed.repelling, let note = passedBy(probe, c) { r.notes.append(note) }
    return r
  }

  /// Whether a point is within 10⁻⁶ of one of the cycle.
  private func comesTo(_ c: Cycle, _ end: [Double]) -> Bool {
    c.points.contains { p in
      zip(p, end).allSatisfy { abs(($0.estimate ?? .nan) - $1) <= 1e-6 * max(1, abs($1)) }
    }
  }

  /// The step at which the enclosed orbit is inside the basin, where the effort allows to go there.
  private func enters(_ map: DescentMap, _ c: Cycle, _ probe: Orbit) -> Int? {
    guard let b = c.basin else { return nil }
    let bits = precision(after: probe.errors.growth)
    let cost = EnclosedOrbit.cost(of: map, bits: bits)
    let steps = min(probe.t, effort.enclosures / cost)
    // Looks are four times apart: the basin is entered after a quarter of the steps at the earliest.
    guard steps >= probe.t / 4 else { return nil }
    var orbit = EnclosedOrbit(map, from: plan, bits: bits)
    for k in 0...steps {
      if k & 63 == 0, cancelled() { return nil }
      if b.holds(orbit.a, orbit.center, orbit.radius) { return k }
      if k == steps || !orbit.step() || orbit.width > 1e-2 * max(1, probe.size) { return nil }
    }
    return nil
  }

  /// Where C was least although the run did not end there.
  private func passedBy(_ probe: Orbit, _ c: Cycle) -> Regime.Note? {
    let near = probe.lowest
    guard probe.closest < 1e-3, near.t > 8, near.t < probe.t - 8, c.period == 1 else {
      return nil
    }
    let a = EnclosureArithmetic(bits: 256)
    guard !loss.meetsKink(a, c.points[0].map { $0.number(a) }) else { return nil }
    let worst = c.multipliers.max { $0.modulus < $1.modulus }
    return .passed(
      loss: loss.name, value: near.value, step: near.t, at: c.points[0], multiplier: worst?.real)
  }

  /// The bits that leave two words certain where errors have grown by e to the `growth`: log₂ e of them
  /// for each unit, and a tenth more.
  func precision(after growth: Double) -> Int {
    64 * (2 + (Int(exactly: (growth * 1.6 / 64).rounded(.down)) ?? 0))
  }
}
