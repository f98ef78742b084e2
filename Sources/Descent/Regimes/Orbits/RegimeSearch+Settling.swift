// What an orbit in doubles has come to: Newton's method from where it is finds a cycle, and the orbit
// counts as drawn in by it only inside the cycle's basin, or by a neutral point's interval. Where
// rounding may have led it there, starts that differ by rounding and more digits decide.
import Calculus
import Glibc

extension RegimeSearch {
  /// The cycle or the stationary point that the orbit has come to.
  func attractingCycle() throws(Lack) -> Regime {
    var lack = Lack.noCycleNear
    for p in candidates() {
      let x = orbit.x
      let near = max(orbit.distance(p) * 1e3, 1e-6 * max(1, orbit.size))
      let reach = p == 1 ? max(near, max(1, orbit.size)) : near
      guard x.count == 1 || p <= 64, let close = rough(x, p),
        zip(close, x).allSatisfy({ abs($0 - $1) <= reach }),
        x.count == 1 || p > 1 || isTame(x, close),
        let c = observed.known(close, p) ?? map.cycle(near: close, period: p, within: reach),
        !c.multipliers.isEmpty
      else { continue }
      if observed.known(close, p) == nil { observed.found.append(c) }
      if c.largest > 1 + 1e-12 {
        let gap = zip(x, c.points[0]).reduce(0) {
          max($0, abs($1.0 - ($1.1.estimate ?? .nan)))
        }
        if gap < 1e-2 * max(1, orbit.size) { observed.repelling = c }
        lack = .cycleRepels(period: c.period)
        continue
      }
      if c.largest > 1 - 1e-12 {
        observed.neutral = c
        if let r = trapped(c) { return r }
        lack = .cycleIsNeutral(period: c.period)
        continue
      }
      if let r = attracted(c) { return r }
      lack = .outsideBasin(period: c.period)
    }
    throw lack
  }

  /// Periods that the recent points suggest: the shortest that comes back best, and 1.
  private func candidates() -> [Int] {
    let longest = min(longestPeriod, orbit.t / 2, Orbit.remembered - 1)
    guard longest >= 1 else { return [] }
    let gaps = (1...longest).map(orbit.distance)
    let spread = gaps.max() ?? 0
    let best = gaps.min() ?? 0
    let limit = 2 * best + 4e-16 * orbit.size
    var out: [Int] = []
    if let k = gaps.firstIndex(where: { $0 <= limit }),
      best < 0.02 * spread || best < 1e-6 * max(orbit.size, 1e-300)
    {
      out.append(k + 1)
    }
    if out != [1] { out.append(1) }
    return out
  }

  /// Newton's method in doubles first, to spare what cannot succeed: where it ends, or nil.
  private func rough(_ x: [Double], _ p: Int) -> [Double]? {
    let a = DoubleArithmetic()
    var at = x
    for _ in 0..<(x.count == 1 ? 6 : 8) {
      var y = at
      var product: [[Double]] = []
      for _ in 0..<p {
        let s = map.step(a, y)
        product = product.isEmpty ? s.jacobian : a.product(s.jacobian, product)
        y = s.next
      }
      guard y.allSatisfy(\.isFinite), product.allSatisfy({ $0.allSatisfy { abs($0) < 1e6 } })
      else { return nil }
      for k in x.indices { product[k][k] -= 1 }
      guard let move = a.solve(product, zip(y, at).map { $0 - $1 }) else { return x }
      at = zip(at, move).map { $0 - $1 }
      guard at.allSatisfy(\.isFinite) else { return nil }
    }
    return at
  }

  /// Whether a stationary point of several variables is worth the digits: the orbit's place may be in
  /// its basin (no multiplier beyond 1 there), or the point repels and has not been looked at.
  private func isTame(_ x: [Double], _ close: [Double]) -> Bool {
    let h = map.step(DoubleArithmetic(), x).jacobian
    if SpectralNorm.eigenvalues(h).allSatisfy({ abs($0) < 1 + 1e-9 }) { return true }
    let gap = zip(x, close).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return observed.repelling == nil && gap < 1e-2 * x.reduce(1) { max($0, abs($1)) }
  }

  /// The orbit in the basin of an attracting cycle.
  private func attracted(_ c: Cycle) -> Regime? {
    let x = orbit.x
    if let b = c.basin {
      guard b.holds(x) else { return nil }
    } else {
      // Without a ball: only when it has come there and the multiplier is clearly inside.
      guard c.largest < 1 - 1e-6, orbit.distance(c.period) <= 1e-9 * max(1e-3, orbit.size) else {
        return nil
      }
    }
    let room = c.basin?.radius.lowerDouble ?? 1e-9
    let entered = stepOfEntry(c)
    if entered == nil, log(room / (1e-15 * max(1, orbit.size))) < orbit.errors.growth {
      if map.dimension > 1, let passing = observed.repelling, passing.period == 1 {
        // On a ridge the true orbit may stay where rounding pushes the doubles off.
        return resolved(about: orbit.t) ?? .undecided(.passesRepeller)
      }
      let bits = precision(after: orbit.errors.growth)
      if map.dimension > 1, orbit.t <= affordable(bits: bits) {
        guard let end = precise(orbit.t, bits: bits)?.first, comesTo(c, end) else {
          return .undecided(.elsewhereWithMoreDigits(step: orbit.t))
        }
      }
      // Rounding may have led the doubles into another basin.
      let agree = othersAgree(orbit.t) { end in
        guard let end else { return false }
        return comesTo(c, end)
      }
      if !agree {
        return resolved(about: orbit.t)
          ?? .undecided(.neighboursEndElsewhere(period: c.period))
      }
    }
    var r = arrival(c, enteredAt: entered, seenAt: orbit.t)
    if let c = observed.repelling, let note = passedBy(c) { r.notes.append(note) }
    return r
  }

  /// Whether a point is within 10⁻⁶ of one of the cycle.
  private func comesTo(_ c: Cycle, _ end: [Double]) -> Bool {
    c.points.contains { p in
      zip(p, end).allSatisfy { abs(($0.estimate ?? .nan) - $1) <= 1e-6 * max(1, abs($1)) }
    }
  }

  /// The step at which the enclosed orbit is inside the basin, where the effort allows to go there.
  private func stepOfEntry(_ c: Cycle) -> Int? {
    guard let b = c.basin else { return nil }
    let bits = precision(after: orbit.errors.growth)
    let cost = EnclosedOrbit.cost(of: map, bits: bits)
    let steps = min(orbit.t, effort.enclosures / cost)
    // Looks are four times apart: the basin is entered after a quarter of the steps at the earliest.
    guard steps >= orbit.t / 4 else { return nil }
    var enclosed = EnclosedOrbit(map, from: plan, bits: bits)
    for k in 0...steps {
      if k & 63 == 0, cancelled() { return nil }
      if b.holds(enclosed.a, enclosed.center, enclosed.radius) { return k }
      if k == steps || !enclosed.step() || enclosed.width > 1e-2 * max(1, orbit.size) {
        return nil
      }
    }
    return nil
  }

  /// Where C was least although the run did not end there.
  private func passedBy(_ c: Cycle) -> Regime.Note? {
    let near = orbit.lowest
    guard orbit.closest < 1e-3, near.t > 8, near.t < orbit.t - 8, c.period == 1 else {
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
