// The orbit in doubles, looked at after 16, 64, 256 … steps: does it leave for infinity or the
// domain, has it come into the basin of a cycle, does it creep one way to a limit?
import Calculus
import Glibc

extension RegimeSearch {
  /// What the simulation has learnt that belongs into the words.
  struct Passed {
    /// A repelling cycle that the orbit came close to.
    var repelling: Cycle?
    /// Cycles found at earlier looks: Newton's method need not find them again.
    var found: [Cycle] = []
    /// A cycle whose multiplier is ±1 within rounding.
    var neutral: Cycle?
    var lookedForLimit = 0
    /// x and C at the last looks.
    var looks: [(t: Int, x: [Double], value: Double, step: Double)] = []
    /// Sums of log stretch at equal distances, for batch means.
    var sums: [Double] = []

    /// A cycle of this period found before whose first point is this one up to rounding.
    func known(_ x: [Double], _ period: Int) -> Cycle? {
      found.first { c in
        c.period == period
          && zip(c.points[0], x).allSatisfy {
            abs(($0.nearestDouble ?? .nan) - $1) <= 1e-12 * max(1e-3, abs($1))
          }
      }
    }
  }

  func simulated(_ map: DescentMap) -> Regime {
    let x0 = plan.start.map(\.nearestDouble)
    guard x0.allSatisfy(\.isFinite) else {
      return Regime(.undecided, evidence: "the start is beyond the doubles")
    }
    let probe = Probe(map, from: x0)
    let most = max(2000, min(1_500_000, effort.doubles / probe.costOfStep))
    var passed = Passed()
    var look = 16
    let batch = max(1, most / 128)
    var growth = Growth(from: probe.size)
    // Far out, but it may yet come back: x⁴/10²⁰⁰ − x² holds x below 10¹⁰⁰.
    var far: Probe.Place?
    while probe.t < most {
      if probe.t & 1023 == 0, cancelled() {
        return Regime(.undecided, evidence: "stopped after \(probe.t) steps")
      }
      guard probe.step() else { return leaves(map, probe, growth, far) }
      growth.add(probe.size)
      if growth.isSteady {
        far = far ?? probe.place(growth.factor)
        continue
      }
      far = nil
      if probe.t % batch == 0 { passed.sums.append(probe.stretch) }
      if probe.t >= look {
        if let r = settled(map, probe, &passed) { return r }
        if probe.t >= 256, let r = fled(map, probe) { return r }
        passed.looks.append((probe.t, probe.x, probe.value, probe.distance(1)))
        look *= 4
      }
    }
    if let far { return escapes(map, far) }
    if let r = settled(map, probe, &passed) { return r }
    passed.looks.append((probe.t, probe.x, probe.value, probe.distance(1)))
    return aperiodic(map, probe, passed, batch)
  }

  /// A step that leads to no finite point.
  private func leaves(
    _ map: DescentMap, _ probe: Probe, _ growth: Growth, _ far: Probe.Place?
  ) -> Regime {
    let t = probe.t
    let here = probe.x.map { Certified.exact(Rational($0)) }
    let reason =
      Undefinedness.reason(of: loss.program, at: here)
      ?? Undefinedness.reason(of: loss.gradient, at: here)
    let a = EnclosureArithmetic(bits: 128)
    let there = loss.gradient.run(a, at: here.map { $0.number(a) })
    let outside = there.contains { $0.definedness == .undefined }
    if let reason, outside {
      var r = Regime(.leavesDomain, evidence: "at step \(t), \(reason.0)")
      r.proved = provedOutside(map, t)
      if r.proved || !decoupled(probe) { return r }
      return Regime(
        .undecided,
        evidence:
          "in doubles it leaves the domain at step \(t) (\(reason.0)), but rounding has grown to the size of x by then"
      )
    }
    if let far { return escapes(map, far) }
    if growth.isExplosive { return escapes(map, probe.place(.infinity)) }
    return Regime(
      .undecided,
      evidence: "at step \(t) a number overflows the doubles, without a steady growth before")
  }

  /// Whether the enclosed orbit is certainly outside the domain after t steps.
  private func provedOutside(_ map: DescentMap, _ t: Int) -> Bool {
    guard t * map.hessian.instructions.count < effort.enclosures else { return false }
    let a = EnclosureArithmetic(bits: 512)
    var orbit = EnclosedOrbit(map, from: plan, bits: 512)
    for _ in 0..<t { guard orbit.step() else { return false } }
    return loss.gradient.run(a, at: orbit.box).contains { $0.definedness == .undefined }
  }

  /// Whether an error of one rounding has grown, on the way, to the size of x.
  func decoupled(_ probe: Probe) -> Bool { probe.growth > 27 }

  private func escapes(_ map: DescentMap, _ far: Probe.Place) -> Regime {
    if let r = provedFlight(map, last: far.t, points: far.recent) { return r }
    // Growth alone would make the growth of the probe large: what counts is a start on a boundary, or
    // chaos before the flight.
    if !othersAgree(map, far.t, far.costOfStep, { $0 == nil }) {
      return resolved(map, about: far.t)
        ?? Regime(
          .undecided,
          evidence:
            "this orbit leaves for infinity after \(far.t) steps in doubles, but starts that differ by rounding do not"
        )
    }
    let size = Certified.exact(Rational(min(far.size, 1e300))).text(digits: 2)
    let how =
      far.factor > 1e3
      ? ", faster at every step"
      : ", each step by about \(Certified.exact(Rational(far.factor)).text(digits: 3))"
    var r = Regime(
      .divergent, evidence: "‖x‖ passes \(size) at step \(far.t) and still grows\(how)")
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
      let other = Probe(map, from: nudged)
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

  /// Looks for what the orbit has come to.
  private func settled(_ map: DescentMap, _ probe: Probe, _ passed: inout Passed) -> Regime? {
    for p in candidates(probe) {
      let x = probe.x
      let near = max(probe.distance(p) * 1e3, 1e-6 * max(1, probe.size))
      let reach = p == 1 ? max(near, max(1, probe.size)) : near
      guard x.count == 1 || p <= 64, let close = rough(map, x, p),
        zip(close, x).allSatisfy({ abs($0 - $1) <= reach }),
        x.count == 1 || p > 1 || isTame(map, x, close, passed),
        let c = passed.known(close, p) ?? map.cycle(near: close, period: p, within: reach),
        !c.multipliers.isEmpty
      else { continue }
      if passed.known(close, p) == nil { passed.found.append(c) }
      if c.largest > 1 + 1e-12 {
        let gap = zip(x, c.points[0]).reduce(0) {
          max($0, abs($1.0 - ($1.1.nearestDouble ?? .nan)))
        }
        if gap < 1e-2 * max(1, probe.size) { passed.repelling = c }
        continue
      }
      if c.largest > 1 - 1e-12 {
        passed.neutral = c
        if let r = trapped(map, probe, c) { return r }
        continue
      }
      if let r = attracted(map, probe, c, passed) { return r }
    }
    return creeping(map, probe, &passed) ?? shrinking(map, probe)
  }

  /// Periods that the recent points suggest: the shortest that comes back best, and 1.
  private func candidates(_ probe: Probe) -> [Int] {
    let longest = min(RegimeSearch.longestPeriod, probe.t / 2, Probe.memory - 1)
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
    _ map: DescentMap, _ x: [Double], _ close: [Double], _ passed: Passed
  ) -> Bool {
    let h = map.step(DoubleArithmetic(), x).jacobian
    if SpectralNorm.eigenvalues(h).allSatisfy({ abs($0) < 1 + 1e-9 }) { return true }
    let gap = zip(x, close).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return passed.repelling == nil && gap < 1e-2 * x.reduce(1) { max($0, abs($1)) }
  }

  /// The orbit in the basin of an attracting cycle.
  private func attracted(
    _ map: DescentMap, _ probe: Probe, _ c: Cycle, _ passed: Passed
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
    if entered == nil, log(room / (1e-15 * max(1, probe.size))) < probe.growth {
      if map.dimension > 1, let passing = passed.repelling, passing.period == 1 {
        // On a ridge the true orbit may stay where rounding pushes the doubles off.
        return resolved(map, about: probe.t)
          ?? Regime(
            .undecided,
            evidence:
              "it passes so close to a repelling point that rounding decides which way it leaves")
      }
      if map.dimension > 1, probe.t <= affordable(map) {
        let bits = 64 * (2 + Int(probe.growth * 1.6 / 64))
        guard let end = precise(map, probe.t, bits: bits)?.first, comesTo(c, end) else {
          return Regime(
            .undecided,
            evidence:
              "rounding decides where it goes: with more digits the orbit is elsewhere at step \(probe.t)"
          )
        }
      }
      // Rounding may have led the doubles into another basin.
      let agree = othersAgree(map, probe.t, probe.costOfStep) { end in
        guard let end else { return false }
        return comesTo(c, end)
      }
      if !agree {
        return resolved(map, about: probe.t)
          ?? Regime(
            .undecided,
            evidence:
              "in doubles it ends in \(c.period == 1 ? "a stationary point" : "a \(c.period)-cycle"), but the way there is chaotic, and starts that differ by rounding end elsewhere or later"
          )
      }
    }
    var r = arrival(c, enteredAt: entered, seenAt: probe.t)
    if let c = passed.repelling, let s = passedBy(probe, c) { r.notes.append(s) }
    return r
  }

  /// Whether a point is within 10⁻⁶ of one of the cycle.
  private func comesTo(_ c: Cycle, _ end: [Double]) -> Bool {
    c.points.contains { p in
      zip(p, end).allSatisfy { abs(($0.nearestDouble ?? .nan) - $1) <= 1e-6 * max(1, abs($1)) }
    }
  }

  /// The step at which the enclosed orbit is inside the basin, where the effort allows to go there.
  private func enters(_ map: DescentMap, _ c: Cycle, _ probe: Probe) -> Int? {
    guard let b = c.basin else { return nil }
    let bits = 64 * (2 + Int(probe.growth * 1.6 / 64))
    let cost = 2 * map.hessian.instructions.count + 12 * plan.start.count * plan.start.count + 20
    let steps = min(probe.t, effort.enclosures / max(1, cost * (1 + bits / 1024)))
    // Looks are four times apart: the basin is entered after a quarter of the steps at the earliest.
    guard steps >= probe.t / 4 else { return nil }
    var orbit = EnclosedOrbit(map, from: plan, bits: bits)
    for k in 0...max(steps, 0) {
      if k & 63 == 0, cancelled() { return nil }
      if b.holds(orbit.a, orbit.center, orbit.radius) { return k }
      if k == steps || !orbit.step() || orbit.width > 1e-2 * max(1, probe.size) { return nil }
    }
    return nil
  }

  /// Says where C was least although the run did not end there.
  private func passedBy(_ probe: Probe, _ c: Cycle) -> String? {
    let near = probe.lowest
    guard probe.closest < 1e-3, near.t > 8, near.t < probe.t - 8, c.period == 1 else {
      return nil
    }
    let a = EnclosureArithmetic(bits: 256)
    guard !loss.meetsKink(a, c.points[0].map { $0.number(a) }) else { return nil }
    let at = c.points[0].map { $0.text(digits: 6) }.joined(separator: ", ")
    let place = c.points[0].count == 1 ? at : "(\(at))"
    let worst = c.multipliers.max { $0.modulus < $1.modulus }
    let value = Certified.exact(Rational(near.value)).text(digits: 2)
    let multiplier = worst.map { $0.real.text(digits: 5) } ?? "?"
    return
      "At step \(near.t) \(loss.name) was down to \(value) near \(place), but the multiplier there is \(multiplier), beyond ±1: it drifts out again. A small \(loss.name) is not convergence."
  }
}
