// Orbits that have come to no cycle: what goes one way (`RegimeSearch+OneWay`), else chaos and
// quasi-periodicity by the Lyapunov exponent with batch means (Benettin et al. 1980; Law & Kelton on
// batch means). All evidence, never proof.
import Calculus
import Glibc

extension RegimeSearch {
  func aperiodic(_ map: DescentMap, _ probe: Orbit, _ observed: Observations, _ batch: Int)
    -> Regime
  {
    if let r = neutral(map, probe, observed) { return r }
    if let r = flight(map, probe, observed) { return r }
    if let r = slow(map, probe, observed) { return r }
    if let r = drift(probe, observed) { return r }
    return statistical(map, probe, observed, batch)
  }

  /// The exponent's mean and standard error by batch means after a quarter of burn-in.
  private func exponent(_ sums: [Double], _ batch: Int) -> LyapunovMean? {
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

  private func statistical(
    _ map: DescentMap, _ probe: Orbit, _ observed: Observations, _ batch: Int
  ) -> Regime {
    func undecided(_ why: String) -> Regime { Regime(.undecided, evidence: why) }
    guard probe.size < 1e30, let l = exponent(observed.sums, batch), probe.t >= 10_000 else {
      return undecided("nothing is settled after \(probe.t) steps")
    }
    // Rounding alone may hold it: that says nothing about the true orbit.
    if probe.distance(1) == 0 || (probe.t > 300 && probe.distance(2) == 0) {
      return undecided(
        "x no longer moves in doubles, or only back and forth, and no multiplier says what it comes to"
      )
    }
    if l.value > 3 * l.error, l.value > 1e-4 {
      return parting(map, probe, l)
    }
    if map.dimension > 1, abs(l.value) <= 3 * l.error, abs(l.value) < 1e-3, observed.neutral == nil,
      let blocks = probe.blocks, blocks.judged(of: loss, mixes: false) == .bounded,
      keepsItsRange(probe)
    {
      if loss.hasKink { return undecided(longCycle(probe.t, RegimeSearch.longestPeriod)) }
      if let p = RegimeSearch.almostBack(
        probe.recent(Orbit.remembered), upTo: RegimeSearch.longestPeriod)
      {
        return undecided(
          "x almost comes back after \(p) steps, again and again, but neighbours neither part nor meet: perhaps a cycle beside others"
        )
      }
      guard keepsUp(map, probe) else { return RegimeSearch.pushedOff }
      return l.regime(
        .quasiperiodic,
        "bounded, no cycle of period up to \(RegimeSearch.longestPeriod) found, and nearby orbits neither part nor meet: Lyapunov exponent \(l.text()) over \(probe.t) steps",
        probe.t)
    }
    return l.regime(
      .undecided,
      "no cycle of period up to \(RegimeSearch.longestPeriod) found after \(probe.t) steps, and the Lyapunov exponent \(l.text()) is not clearly above 0",
      probe.t)
  }

  /// Nearby orbits part: chaos where the orbit stays in a range and no attracting cycle is in reach.
  private func parting(_ map: DescentMap, _ probe: Orbit, _ l: LyapunovMean) -> Regime {
    guard let blocks = probe.blocks else {
      return Regime(.undecided, evidence: "nothing is settled after \(probe.t) steps")
    }
    let judged = blocks.judged(of: loss, mixes: true)
    if case .unbounded(let k, let flaw) = judged {
      if flaw != .coarse, flaw != .oneWay, let r = onCircle(probe, l) { return r }
      return l.regime(.undecided, unbounded(k, flaw, l, probe.t), probe.t)
    }
    switch unvisitedCycle(map, probe) {
    case .found(let period):
      return Regime(
        .undecided,
        evidence: period == 1
          ? "an attracting stationary point exists, but this orbit has not come to it after \(probe.t) steps"
          : "an attracting cycle of period \(period) exists, but this orbit has not come to it after \(probe.t) steps"
      )
    case .notSearched:
      return l.regime(
        .undecided,
        "errors grow (Lyapunov exponent \(l.text())), but whether an attracting cycle is in reach was not found out",
        probe.t)
    case .none: break
    }
    guard keepsUp(map, probe) else { return RegimeSearch.pushedOff }
    return l.regime(
      .chaotic,
      "over the last \(blocks.steps) steps \(stays(blocks)), no attracting cycle of period up to \(RegimeSearch.longestPeriod) found, and nearby orbits part: Lyapunov exponent \(l.text()) over \(probe.t) steps",
      probe.t)
  }

  /// An orbit that wanders over the periods of a loss that repeats: bounded where x is taken mod the
  /// period, which is all that the loss sees of it.
  private func onCircle(_ probe: Orbit, _ l: LyapunovMean) -> Regime? {
    guard let (g, ofValue) = loss.repetition, ofValue else { return nil }
    let period = Certified.approximate(
      2 * Double.pi / g.nearestDouble, within: 1e-14 * (2 * Double.pi / g.nearestDouble))
    let name = Spelling.shown(loss.variables[0], unicode: true)
    return l.regime(
      .chaotic,
      "\(loss.name) repeats every \(period.text(digits: 6)), so that \(name) counts mod that, and nearby orbits part: Lyapunov exponent \(l.text()) over \(probe.t) steps; \(name) itself wanders without a bound that was seen",
      probe.t)
  }

  private static let pushedOff = Regime(
    .undecided,
    evidence:
      "in doubles it moves about, but with more digits the orbit does not: rounding may have pushed it off a line that it keeps to"
  )

  /// The range of the first variable, in words.
  private func stays(_ blocks: OrbitBlocks) -> String {
    let (low, high) = blocks.range(0)
    let name = Spelling.shown(loss.variables[0], unicode: true)
    return low == high
      ? "\(name) stays at \(Certified(low).text(digits: 3))"
      : "\(name) stays between \(outward(low, .lower)) and \(outward(high, .upper))"
  }

  /// Three digits of a bound, rounded outward.
  private func outward(_ bound: Double, _ side: OutwardSide) -> String {
    Rational(bound).map { Certified.exact($0.rounded(digits: 3, side)).text(digits: 3) } ?? "∞"
  }

  /// Why an orbit whose errors grow is not called chaotic.
  private func unbounded(
    _ k: Int, _ flaw: Boundedness.Flaw, _ l: LyapunovMean, _ steps: Int
  ) -> String {
    let n = loss.variables.count
    let name = k < n ? Spelling.shown(loss.variables[k], unicode: true) : loss.name
    let why =
      switch flaw {
      case .oneWay: "the slope along \(name) keeps one sign, so that \(name) does not come back"
      case .leavesItsBox: "\(name) does not come back to where it was"
      case .widens: "the range of \(name) keeps growing"
      case .spreads: "\(name) wanders ever farther, as by chance"
      case .drifts: "\(name) drifts"
      case .thrown:
        "the slope along \(name) is not bounded where \(name) goes, so that a step may throw it anywhere"
      case .coarse: "doubles are too coarse for the steps of \(name)"
      }
    return
      "nearby orbits part (Lyapunov exponent \(l.text()) over \(steps) steps), but it is not seen to stay in a range: \(why)"
  }

  /// Why an orbit on pieces is not called quasi-periodic: between kinks the map may be a rotation by a
  /// rational part of a turn, whose cycle is long.
  private func longCycle(_ steps: Int, _ longest: Int) -> String {
    "it stays in its range and nearby orbits neither part nor meet, but \(loss.name) has kinks: a cycle longer than \(longest) may hold it, and \(steps) steps do not tell"
  }

  private func rangeSteps(_ probe: Orbit) -> Int { max(2000, min(50_000, probe.t / 8)) }

  /// Whether the two ranges agree closely, and are not a point.
  private func keepsItsRange(_ probe: Orbit) -> Bool {
    let (a, b) = ranges(probe)
    let pairs = zip(a, b)
    return pairs.contains { $0.0.1 - $0.0.0 > 1e-6 }
      && pairs.allSatisfy { u, v in
        abs(u.0 - v.0) + abs(u.1 - v.1) <= 2e-2 * (u.1 - u.0) + 1e-12
      }
  }

  /// The range of each coordinate over the next steps, first half and second half.
  private func ranges(_ probe: Orbit) -> ([(Double, Double)], [(Double, Double)]) {
    let steps = rangeSteps(probe)
    var halves: [[(Double, Double)]] = []
    for _ in 0..<2 {
      var range = probe.x.map { ($0, $0) }
      for _ in 0..<steps {
        guard probe.step() else { break }
        for (k, v) in probe.x.enumerated() {
          range[k] = (min(range[k].0, v), max(range[k].1, v))
        }
      }
      halves.append(range)
    }
    return (halves[0], halves[1])
  }

  /// With a memory, no cycle found: chaos or quasi-periodicity by the exponent, else undecided.
  func wanders(_ orbit: Orbit, _ method: String, _ sums: [Double], _ batch: Int) -> Regime {
    let steps = orbit.t
    let n = plan.start.count
    // The range of x over the next steps, in two halves.
    var ranges: [[(Double, Double)]] = []
    let more = max(2000, min(20_000, steps / 8))
    var last: [[Double]] = []
    for half in 0..<2 {
      var range = Array(repeating: (Double.infinity, -Double.infinity), count: n)
      for t in 0..<more {
        guard orbit.step() else { break }
        if half == 1, t >= more - 1500 { last.append(orbit.x) }
        for k in 0..<n { range[k] = (min(range[k].0, orbit.x[k]), max(range[k].1, orbit.x[k])) }
      }
      ranges.append(range)
    }
    let keepsItsRange = zip(ranges[0], ranges[1]).allSatisfy { u, v in
      abs(u.0 - v.0) + abs(u.1 - v.1) <= 2e-2 * (u.1 - u.0)
    }
    if let l = exponent(sums, batch), steps >= 10_000, let blocks = orbit.blocks {
      let growing = l.value > 3 * l.error && l.value > 1e-3
      let isKnown = plan.step.law != nil
      let judged = blocks.judged(
        of: loss, mixes: growing, by: isKnown ? nil : plan.step.pull,
        beside: isKnown ? [] : orbit.besideX)
      if case .unbounded(let k, let flaw) = judged {
        return growing
          ? l.regime(.undecided, unbounded(k, flaw, l, steps), steps)
          : Regime(
            .undecided,
            evidence:
              "with \(method) nothing is settled after \(steps) steps, and no cycle of period up to 64 was found"
          )
      }
      func words(_ range: String, _ neighbours: String, digits: Int = 8) -> String {
        "with \(method) x \(range), no cycle of period up to 64 was found, and nearby orbits \(neighbours): Lyapunov exponent \(l.text(digits: digits)) over \(steps) steps"
      }
      // Where neighbours part like t, as on circles that turn unlike, the mean falls like log(t)/t.
      if keepsItsRange, abs(l.value) <= max(3 * l.error, 20 / Double(steps)), abs(l.value) < 1e-3 {
        if loss.hasKink { return Regime(.undecided, evidence: longCycle(steps, 64)) }
        // Almost back after a round: a cycle that is slow to come to, or one of a whole curve of them.
        if let almost = RegimeSearch.almostBack(last, upTo: 64) {
          return Regime(
            .undecided,
            evidence:
              "with \(method) x almost comes back after \(almost) steps, but is not settled after \(steps)"
          )
        }
        return l.regime(
          .quasiperiodic, words("keeps its range", "neither part nor meet", digits: 1), steps)
      }
      if growing {
        // At a jump of the rule neighbours part whatever the orbit does.
        if !isKnown, let almost = RegimeSearch.almostBack(last, upTo: 64) {
          return Regime(
            .undecided,
            evidence: "with \(method) x comes back after \(almost) steps, but neighbours part")
        }
        return l.regime(
          .chaotic,
          "over the last \(blocks.steps) steps \(stays(blocks)); "
            + words("stays in its range", "part"), steps)
      }
    }
    return Regime(
      .undecided,
      evidence:
        "with \(method) nothing is settled after \(steps) steps, and no cycle of period up to 64 was found"
    )
  }
}

/// A Lyapunov exponent per step, the mean of batches with its standard error.
private struct LyapunovMean {
  let value: Double
  let error: Double

  /// `0.42 ± 0.003`, with as many digits as the error leaves, but no more than `most`.
  func text(digits most: Int = 8) -> String {
    let digits = Int(exactly: log10(abs(value) / error).rounded(.down)).map { $0 + 1 } ?? 1
    let shown = Certified(value).text(digits: min(max(digits, 1), most))
    return "\(shown) ± \(Certified(error).text(digits: 1))"
  }

  /// The regime of which it is the evidence, after so many steps.
  func regime(_ outcome: Regime.Outcome, _ evidence: String, _ steps: Int) -> Regime {
    var r = Regime(outcome, evidence: evidence)
    r.lyapunov = value
    r.standardError = error
    r.steps = steps
    return r
  }
}
