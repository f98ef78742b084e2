// Orbits that have come to no cycle: what goes one way (`RegimeSearch+OneWay`), else chaos and
// quasi-periodicity by the Lyapunov exponent with batch means (Benettin et al. 1980; Law & Kelton on
// batch means). All evidence, never proof.
import Calculus
import Glibc

extension RegimeSearch {
  /// The exponent's mean and standard error by batch means after a quarter of burn-in.
  private var exponent: LyapunovMean? {
    let (sums, batch) = (observed.sums, observed.batch)
    let kept = Array(sums.suffix(sums.count * 3 / 4))
    let group = (kept.count - 1) / 24
    guard group >= 1 else { return nil }
    let means = (0..<24).map { k in
      (kept[(k + 1) * group] - kept[k * group]) / Double(group * batch)
    }
    let mean = means.reduce(0, +) / 24
    let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 23
    return LyapunovMean(value: mean, error: (variance / 24).squareRoot())
  }

  /// After how many steps every one of these points has almost come back, to a thousandth of the range
  /// of each coordinate: what turns on a closed curve comes back there at some of them only.
  private static func almostBack(_ points: [[Double]], upTo longest: Int) -> Int? {
    guard let first = points.first else { return nil }
    let near = first.indices.map { k in
      let all = points.map { $0[k] }
      return almost * ((all.max() ?? 0) - (all.min() ?? 0))
    }
    return (1...longest).first { p in
      zip(points, points.dropFirst(p)).allSatisfy { u, v in
        near.indices.allSatisfy { abs(u[$0] - v[$0]) <= near[$0] }
      }
    }
  }
  private static let almost = 1e-3

  /// After how many of the next steps the orbit is back to 10⁻⁸ of its range, and once more after as many.
  ///
  /// That is a long cycle: what turns by an irrational part comes so near within some 10⁸ steps only.
  private func longReturn() -> Int? {
    guard let blocks = orbit.blocks else { return nil }
    let home = orbit.x
    let near = home.indices.map { k in
      RegimeSearch.comeBack * (blocks.range(k).high - blocks.range(k).low)
    }
    var round: Int?
    for t in 1...min(max(1, orbit.t / 4), RegimeSearch.longestReturn) {
      guard t & 1023 != 0 || !cancelled(), orbit.step() else { return nil }
      guard zip(zip(orbit.x, home), near).allSatisfy({ abs($0.0 - $0.1) <= $1 }) else { continue }
      if let round { return t == 2 * round ? round : nil }
      round = t
    }
    return nil
  }
  private static let comeBack = 1e-8
  /// So many steps are made for it; half of them is the longest period that is found.
  private static let longestReturn = 250_000

  /// Chaos or quasi-periodicity by the exponent, else undecided.
  func statistics() -> Regime {
    guard orbit.size < 1e30, let l = exponent, orbit.t >= 10_000, let blocks = orbit.blocks else {
      return .undecided(.notSettled(steps: orbit.t, longestPeriod: longestPeriod))
    }
    // Rounding alone may hold it: that says nothing about the true orbit.
    if orbit.distance(1) == 0 || (orbit.t > 300 && orbit.distance(2) == 0) {
      return .undecided(.stuckInDoubles)
    }
    let statistics = OrbitStatistics(exponent: l, steps: orbit.t, longestPeriod: longestPeriod)
    let linear = RegimeSearch.linearParting / Double(orbit.t)
    if l.value > 3 * l.error, l.value > max(RegimeSearch.leastExponent, linear) {
      return parting(statistics, blocks)
    }
    if stateMap.dimension > 1, abs(l.value) <= max(3 * l.error, linear),
      abs(l.value) < RegimeSearch.neutralExponent,
      observed.neutral == nil, keepsItsRange(), judged(mixes: false) == .bounded
    {
      // Between kinks the map may be a rotation by a rational part of a turn, whose cycle is long.
      if loss.hasKink || stateMap.motion.rule.hasKink {
        return .undecided(.kinksMayHold(statistics))
      }
      // Almost back after a round: a cycle that is slow to come to, or one of a whole curve of them.
      if let p = almostBack() ?? longReturn() {
        return .undecided(.almostBack(after: p, neighboursPart: false))
      }
      guard keepsUp() else { return .undecided(.pushedOff) }
      return statistics.regime(.quasiperiodic, .turnsForEver(statistics))
    }
    return statistics.regime(.undecided, .open(.exponentNotPositive(statistics)))
  }
  /// An exponent below is none: over 10⁵ steps and more its mean is not known better.
  private static let leastExponent = 1e-4
  /// What turns has an exponent below, whatever its error: one above is growth that is not known well.
  private static let neutralExponent = 1e-3
  /// Where neighbours part like t, as on circles that turn unlike, the mean after t steps is log(t)/t, and
  /// log(t) < 20 for every t that is reached.
  private static let linearParting = 20.0

  private func almostBack() -> Int? {
    RegimeSearch.almostBack(orbit.recent(Orbit.remembered), upTo: longestPeriod)
  }

  /// Whether the orbit stays in a range; of a rule that is no known law by what x moves by, not by ∇C.
  private func judged(mixes: Bool) -> Boundedness {
    guard let blocks = orbit.blocks else { return .unbounded(0, .widens) }
    return plan.step.law != nil
      ? blocks.judged(of: loss, mixes: mixes)
      : blocks.judged(of: loss, mixes: mixes, by: plan.step.pull, beside: orbit.besideX)
  }

  /// Nearby orbits part: chaos where the orbit stays in a range and no attracting cycle is in reach.
  private func parting(_ statistics: OrbitStatistics, _ blocks: OrbitBlocks) -> Regime {
    if case .unbounded(let k, let flaw) = judged(mixes: true) {
      if flaw != .coarse, flaw != .oneWay, let r = onCircle(statistics) { return r }
      return statistics.regime(.undecided, unbounded(k, flaw, statistics))
    }
    switch unvisitedCycle() {
    case .found(let period):
      return .undecided(.attractorElsewhere(period: period, steps: orbit.t))
    case .notSearched:
      return statistics.regime(.undecided, .open(.attractorsNotSearched(statistics)))
    case .none: break
    }
    if let period = slowSink() {
      return .undecided(.attractorElsewhere(period: period, steps: orbit.t))
    }
    guard keepsUp() else { return .undecided(.pushedOff) }
    // At a jump of the rule neighbours part whatever the orbit does.
    if plan.step.law == nil, let p = almostBack() {
      return .undecided(.almostBack(after: p, neighboursPart: true))
    }
    return statistics.regime(.chaotic, .chaos(statistics, in: range(blocks)))
  }

  /// Where a state loses its volume slowly, by β a step: the period of an attracting cycle that is proved
  /// near the origin, found from rest and on the move.
  ///
  /// Such maps have sinks beside chaos that orbits come to after 10⁵ to 10⁸ steps (Grebogi, Ott & Yorke 1983
  /// on chaotic transients): log(1 + x²) by momentum with β = 0.999. Cost: some hundred Newton searches in
  /// doubles.
  private func slowSink() -> Int? {
    guard let weight = plan.step.inertia?.weight.nearestDouble.magnitude,
      weight > RegimeSearch.slowLoss, weight < 1
    else { return nil }
    let starts = StationarySearch.starts(plan.start.count)
    for period in 1...RegimeSearch.longestSink {
      for x in starts {
        let reach = 1e3 * x.reduce(1) { max($0, abs($1)) }
        // A cycle of x turns: it is as fast as it is far out, one way or the other.
        for speed in period == 1 ? [0.0] : [0, 1, -1, 2, -2] {
          if cancelled() { return nil }
          let z = State(x, kept: x.map { speed * $0 }).all
          if let c = stateMap.cycle(near: z, period: period, within: reach), c.isIsolated {
            return c.period
          }
        }
      }
    }
    return nil
  }
  /// Sinks of higher periods are narrow.
  private static let longestSink = 4
  /// A volume that takes more than some fifty steps to fall to a third.
  private static let slowLoss = 0.98

  /// An orbit that wanders over the periods of a loss that repeats: bounded where x is taken mod the
  /// period, which is all that the loss sees of it.
  private func onCircle(_ statistics: OrbitStatistics) -> Regime? {
    guard meets(.gradientDescent), let (g, ofValue) = loss.repetition, ofValue else { return nil }
    return statistics.regime(
      .chaotic,
      .chaosOnCircle(
        statistics, variable: loss.variables[0], period: 2 * Double.pi / g.nearestDouble))
  }

  /// The range of the first variable.
  private func range(_ blocks: OrbitBlocks) -> ObservedRange {
    let (low, high) = blocks.range(0)
    return ObservedRange(variable: loss.variables[0], low: low, high: high, steps: blocks.steps)
  }

  /// Why an orbit whose errors grow is not called chaotic.
  private func unbounded(
    _ k: Int, _ flaw: Boundedness.Flaw, _ statistics: OrbitStatistics
  ) -> Finding {
    .open(.unbounded((loss.variables + [loss.name])[k], flaw, statistics))
  }

  private var rangeSteps: Int { max(2000, min(50_000, orbit.t / 8)) }

  /// Whether the two ranges agree closely, and are not a point.
  private func keepsItsRange() -> Bool {
    let (a, b) = ranges()
    let pairs = zip(a, b)
    return pairs.contains { $0.0.1 - $0.0.0 > 1e-6 }
      && pairs.allSatisfy { u, v in
        abs(u.0 - v.0) + abs(u.1 - v.1) <= 2e-2 * (u.1 - u.0) + 1e-12
      }
  }

  /// The range of each coordinate over the next steps, first half and second half.
  private func ranges() -> ([(Double, Double)], [(Double, Double)]) {
    let steps = rangeSteps
    var halves: [[(Double, Double)]] = []
    for _ in 0..<2 {
      var range = orbit.x.map { ($0, $0) }
      for _ in 0..<steps {
        guard orbit.step() else { break }
        for (k, v) in orbit.x.enumerated() {
          range[k] = (min(range[k].0, v), max(range[k].1, v))
        }
      }
      halves.append(range)
    }
    return (halves[0], halves[1])
  }
}

extension OrbitStatistics {
  /// A regime that rests on them.
  fileprivate func regime(_ outcome: Regime.Outcome, _ finding: Finding) -> Regime {
    var r = Regime(outcome, finding)
    (r.lyapunov, r.standardError, r.steps) = (exponent.value, exponent.error, steps)
    return r
  }
}
