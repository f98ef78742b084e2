// Proofs about the orbit itself: enclosed with as many digits as it takes, followed until it is inside
// an escape set (`NoReturn`), the basin of an attracting cycle, or an interval that a neutral point draws
// in. What starts next to a boundary is decided here: with enough digits every orbit leaves it.
import Calculus

/// The interval about a stationary point with multiplier −1 that two steps draw in: there
/// (m²)‴ < 0 and 0 ≤ (m²)′, so that by Taylor p + u goes to between p and p + u.
struct NeutralTrap {
  let point: Rational
  let radius: Rational

  init?(_ map: DescentMap, at p: Rational) {
    guard map.dimension == 1, !map.loss.hasKink else { return nil }
    let exact = JetArithmetic(CertifiedArithmetic(bits: 256), order: 2)
    let x = exact.variable(.exact(p), slope: .exact(.one))
    let one = map.next(exact, [x])[0]
    guard one[0].rational == p, one[1].rational == -.one else { return nil }
    let a = EnclosureArithmetic(bits: 128)
    let jets = JetArithmetic(a, order: 3)
    for k in 0..<14 {
      guard let r = Rational(2).power(-k) else { return nil }
      let box = a.ball(a.constant(p), a.constant(r))
      let two = map.next(jets, map.next(jets, [jets.variable(box, slope: a.constant(.one))]))[0]
      if two[3].sign == -1, two[1].isDefined, two[1].lowerDouble >= 0 {
        point = p
        radius = r
        return
      }
    }
    return nil
  }

  func holds(_ a: EnclosureArithmetic, _ box: Enclosure) -> Bool {
    box.isInside(a.ball(a.constant(point), a.constant(radius)))
  }
}

extension RegimeSearch {
  /// What the enclosed orbit is followed into.
  struct Targets {
    var escapes: [NoReturn] = []
    var cycles: [Cycle] = []
    var traps: [NeutralTrap] = []
    /// Whether cycles are looked for next to the orbit as it is followed.
    var seeks = false
  }

  /// One variable: an orbit that has come to a side from which none comes back.
  func escapeSet() throws(Lack) -> Regime {
    guard orbit.t >= 64 else { throw .tooFewSteps }
    if escapes.isEmpty { throw .noEscapeSet }
    let a = EnclosureArithmetic(bits: 64)
    let here = orbit.state.all.map { a.constant($0) }
    guard escapes.contains(where: { $0.holds(a, here) }) else { throw .notInEscapeSet }
    return try followed(
      stateMap, Targets(escapes: escapes), steps: orbit.t + 1, budget: effort.enclosures
    ).or(.notFollowed)
  }

  /// The regime of a start that rounding does not decide, with more digits and steps: up to half of the
  /// effort in enclosures.
  func resolved(about t: Int) -> Regime? {
    var targets = Targets(seeks: true)
    if meets(.oneVariable) { targets.escapes = escapes }
    return followed(
      stateMap, targets, steps: max(4 * t, 1000), budget: max(effort.enclosures / 2, 200_000))
  }

  /// Follows the enclosed orbit, from 128 bits on with twice the bits when digits run out.
  func followed(
    _ map: DescentMap, _ targets: Targets, steps: Int, budget: Int, bits first: Int = 128
  ) -> Regime? {
    var left = budget
    var bits = first
    while bits <= 8192, left > 0, allowance.left > 0 {
      var orbit = EnclosedOrbit(map, from: plan, bits: bits)
      var targets = targets
      var centers: [[Double]] = []
      var look = 12
      let cost = EnclosedOrbit.cost(of: map, bits: bits)
      var isLost = false
      for k in 0...steps {
        if k & 31 == 0, cancelled() { return nil }
        if let r = reached(orbit, targets, k) { return r }
        if targets.seeks {
          centers.append(orbit.center.map(\.midpoint))
          if k == look {
            look += max(8, look / 3)
            seek(map, centers, &targets)
            left -= 40 * cost
            _ = allowance.take(40 * cost)
          }
        }
        left -= cost
        if k == steps || left < 0 || !allowance.take(cost) { return nil }
        guard orbit.step(), orbit.width <= 1e-2 * (1 + scale(orbit)) else {
          isLost = true
          break
        }
      }
      if !isLost { return nil }
      bits *= 2
    }
    return nil
  }

  private func scale(_ orbit: EnclosedOrbit) -> Double {
    orbit.center.reduce(0) { max($0, abs($1.midpoint)) }
  }

  private func reached(_ orbit: EnclosedOrbit, _ targets: Targets, _ k: Int) -> Regime? {
    let box = orbit.box
    if let e = targets.escapes.first(where: { $0.holds(orbit.a, box) }) { return escaped(e, k) }
    for c in targets.cycles where c.basin?.holds(orbit.a, orbit.center, orbit.radius) == true {
      return arrival(c, enteredAt: k, seenAt: k)
    }
    if let trap = targets.traps.first(where: { $0.holds(orbit.a, box[0]) }) {
      return neutralLimit(trap, k)
    }
    return nil
  }

  /// The proof that the orbit is drawn in by a neutral point close by.
  func trapped(_ c: Cycle) -> Regime? {
    guard c.period == 1, map.dimension == 1, let p = c.points[0][0].rational,
      let trap = NeutralTrap(map, at: p)
    else { return nil }
    let a = EnclosureArithmetic(bits: 64)
    guard trap.holds(a, a.constant(orbit.x[0])) else { return nil }
    let here = followed(
      map, Targets(traps: [trap]), steps: 2 * orbit.t + 64, budget: effort.enclosures)
    // Rounding may have led the doubles to another point than the true one.
    return here
      ?? (orbit.errors.areDecisive && orbit.t <= 1024 ? resolved(about: orbit.t) : nil)
  }

  /// Adds the cycle that the orbit seems to come to.
  private func seek(_ map: DescentMap, _ centers: [[Double]], _ targets: inout Targets) {
    guard let x = centers.last, targets.cycles.count < 4 else { return }
    let size = x.reduce(1) { max($0, abs($1)) }
    func gap(_ p: Int) -> Double {
      zip(x, centers[centers.count - 1 - p]).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    let longest = min(64, (centers.count - 1) / 2)
    guard longest >= 1 else { return }
    let gaps = (1...longest).map(gap)
    guard let p = gaps.firstIndex(where: { $0 < 0.02 * size && $0 <= 4 * (gaps.min() ?? 0) })
    else { return }
    for q in Set([p + 1, 1]).sorted(by: >) {
      guard let c = map.cycle(near: x, period: q, within: 0.5 * size) else { continue }
      if c.largest < 1, c.basin != nil {
        targets.cycles.append(c)
      } else if q == 1, map.dimension == 1, let at = c.points[0][0].rational,
        let trap = NeutralTrap(map, at: at)
      {
        targets.traps.append(trap)
      }
    }
  }

  private func escaped(_ e: NoReturn, _ k: Int) -> Regime {
    var r = Regime(
      e.flight == .runsOff ? .runsOff : .divergent, proved: true, .escapes(e, step: k))
    if e.flight == .grows { r.alternates = e.alternates }
    return r
  }

  /// The regime of an orbit that is in the interval of a neutral point.
  func neutralLimit(_ trap: NeutralTrap, _ k: Int) -> Regime {
    var r = Regime(
      .stationary, proved: true, .neutralInterval(radius: trap.radius, step: k))
    r.limit = [.exact(trap.point)]
    describe(&r)
    r.convergence = .sublinear
    r.alternates = true
    r.lyapunov = 0
    return r
  }

  /// The regime of an orbit at an attracting cycle: proved where the enclosed orbit has entered the
  /// basin.
  func arrival(_ c: Cycle, enteredAt entered: Int?, seenAt seen: Int) -> Regime {
    let seen = Sighting(step: entered ?? seen, isEnclosed: entered != nil)
    let attraction = Attraction(isCycle: c.period > 1, multipliers: c.multipliers.count)
    var r = Regime(
      c.period == 1 ? .stationary : .cycle, proved: seen.isEnclosed, .attracted(attraction, seen))
    let fine = EnclosureArithmetic(bits: 256)
    let n = plan.start.count
    // Of a state (x, v) the point.
    let points = c.points.map { Array($0.prefix(n)) }
    let atKink = points.contains { loss.meetsKink(fine, $0.map { $0.number(fine) }) }
    if !atKink {
      r.multipliers = c.multipliers
      r.lyapunov = exponent(c.multipliers, c.period)
    }
    if c.period == 1 {
      r.limit = points[0]
      if !atKink {
        describe(&r)
        settleRate(&r)
      }
    } else {
      r.period = c.period
      r.points = points
      if !atKink { r.keepsPace = keepsPace(r, c.largest) }
    }
    if atKink { r.finding = .closeToKink(step: seen.step) }
    return r
  }
}
