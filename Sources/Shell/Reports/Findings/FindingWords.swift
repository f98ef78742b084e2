// Why a run ends as it does, in words: one clause for each finding, to stand after "proved:", "evidence:"
// or by itself.
import Calculus
import Descent
import Glibc

/// Words for the findings of one run.
struct FindingWords {
  /// What the loss is called.
  let loss: String
  /// `(x, v)` for a method with a memory.
  let state: String?

  init(_ plan: DescentPlan) {
    loss = plan.loss.name
    let names = plan.method.declaration.states.map(FindingWords.shown)
    state = names.isEmpty ? nil : "(\((["x"] + names).joined(separator: ", ")))"
  }

  private init(loss: String, state: String?) { (self.loss, self.state) = (loss, state) }

  /// The clause of a finding.
  func text(_ finding: Finding) -> String {
    switch finding {
    case .gradientVanishes(after: 0): return "the gradient is exactly 0 at the start"
    case .gradientVanishes(let k): return "the gradient is exactly 0 after \(steps(k))"
    case .rests(let k): return "after \(steps(k)) x no longer moves"
    case .coasts(let k):
      return
        "from step \(k) on the slope is 0 all along the way that is left, where it comes to rest by what is kept of its last steps"
    case .returns(let k, let earlier): return "step \(k) is exactly where step \(earlier) was"
    case .leavesDomain(let k, let reason): return "at step \(k), \(reason.words)"
    case .slopeIsConstant(let rises):
      return
        "the slope is the same everywhere, so \(loss) \(rises ? "rises" : "falls") without limit"
    case .distanceIsMultiplied(let factor): return multiplies(factor)
    case .mirrors: return "every step mirrors x about the stationary point"
    case .multipliersAreInside:
      let all = state.map { " of the state \($0) is inside the unit circle" }
      return "\(loss) is quadratic and every multiplier\(all ?? " 1 − ηλ is inside (−1, 1)")"
    case .multiplierIsOutside:
      return
        "\(loss) is quadratic and a multiplier\(ofState) is outside the unit circle"
    case .gradientGrows(let k):
      return
        "\(loss) is quadratic and ‖∇\(loss)‖ grows at step \(k), which only a multiplier 1 − ηλ beyond ±1 can do"
    case .keepsToEigenvector(let factor):
      return
        "\(loss) is quadratic and the slope at the start lies along a direction of one curvature, so that the run keeps to that line and \(multiplies(factor))"
    case .slopesAlongFlat(let falls):
      return
        "\(loss) is quadratic, and along the direction without curvature it has a slope, the same everywhere, so that every step goes the same way along it\(falls ? " and \(loss) falls without limit" : "")"
    case .approachesLine(let factor):
      return
        "\(loss) is quadratic with a straight line of stationary points: across it \(multiplies(factor)), along it nothing moves"
    case .missesCritical:
      return
        "\(loss) is quadratic, the start has nothing of the direction whose multiplier is −1, and every other multiplier is inside (−1, 1)"
    case .mirrorsAlong(let curvature):
      return
        "\(loss) is quadratic: along the direction of curvature \(exact(curvature, 6)) every step mirrors the point, for the multiplier there is exactly −1, and every other multiplier is inside (−1, 1)"
    case .turns(let cosine, let period):
      let end =
        period.map { ": step \($0) is exactly the start" }
        ?? ", which is no rational part of a turn (Niven's theorem): the orbit never repeats and never settles"
      return
        "\(loss) is quadratic and both multipliers\(ofState) lie on the unit circle, at an angle with cosine \(exact(cosine, 6))\(end)"
    case .attracted(let attraction, let seen): return attracted(attraction, seen)
    case .closeToKink(let k):
      return
        "in doubles the orbit is close to it at step \(k); the curvature jumps there, so no multiplier describes how it comes closer"
    case .escapes(let set, let k): return escapes(set, k)
    case .neutralInterval(let radius, let k):
      return
        "the multiplier is exactly -1, the cubic term of two steps draws inwards on the whole interval within \(exact(radius, 3)) of the limit, and the enclosed orbit enters it at step \(k); the distance shrinks like 1/√t"
    case .creeps(let k):
      return
        "from step \(k) on the slope keeps its sign up to the limit and ηf″ ≤ 1 on the way, so every step comes closer and none passes it"
    case .equationShrinks(let equation, let seen):
      return
        "every slope has the factor \(equation.text(unicode: true)), which each step from here on multiplies by less than 1 in size, so that the way left is finite, and \(orbit(seen)) is here at step \(seen.step)"
    case .ratesDecay(let bound, let seen):
      return
        "from step \(seen.step) on every rate is below \(exact(bound, 2)), which draws in a ball about the limit, the rates tend to 0 and their sum is infinite, and \(orbit(seen)) is in the ball at step \(seen.step)"
    case .grows(let size, let k, let factor):
      return "‖x‖ passes \(number(min(size, 1e300), 2)) at step \(k) and still grows\(pace(factor))"
    case .neutralPoint:
      return
        "the multiplier is exactly -1 and the cubic term of two steps draws inwards; the distance shrinks like 1/√t"
    case .stepsShrinkAsPower(let power):
      return
        "the steps shrink like t^−\(number(power, 2)), slower than by any factor but fast enough that their sum is finite"
    case .stepsShrinkByFactor(let flat):
      return
        "the steps shrink by a steady factor, and of the multipliers \(flat) \(flat == 1 ? "is" : "are") next to 1 (along which the gradient vanishes) and the others are inside (−1, 1)"
    case .keepsFalling(let k, let value, let end):
      // Below 10⁻⁹ the last of 40 doublings is not told from 0.
      let towards = abs(end) < 1e-9 ? "0" : number(end, 3)
      return
        "after \(k) steps \(loss) is down to \(number(value, 3)) and ‖x‖ still grows; ahead \(loss) keeps falling towards \(towards) without a stationary point"
    case .fallsWithoutLimit:
      return
        "‖x‖ grows and \(loss) falls without limit: ahead there is no stationary point and no least value"
    case .drifts(let drift): return drifts(drift)
    case .chaos(let orbit, let range):
      return
        "over the last \(range.steps) steps \(stays(range)), no attracting cycle of period up to \(orbit.longestPeriod) found, and nearby orbits part: \(exponent(orbit))"
    case .chaosOnCircle(let orbit, let variable, let period):
      let x = FindingWords.shown(variable)
      return
        "\(loss) repeats every \(length(period)), so that \(x) counts mod that, and nearby orbits part: \(exponent(orbit)); \(x) itself wanders without a bound that was seen"
    case .turnsForEver(let orbit):
      return
        "bounded, no cycle of period up to \(orbit.longestPeriod) found, and nearby orbits neither part nor meet: \(exponent(orbit))"
    case .onInvariant(let held, let free, let tied, let found):
      return "\(keepsTo(held, free, tied: tied)): \(text(found))"
    case .apart(let parts, let oneDecides): return apart(parts, oneDecides: oneDecides)
    case .runsByPeriods(let motion, let found): return runs(motion) + text(found)
    case .rateSettles(from: 0, let rate, let found):
      return "the rate is always \(exact(rate, 6)): \(text(found))"
    case .rateSettles(let k, let rate, let found):
      return
        "from step \(k) on the rate is always \(exact(rate, 6)); counted from there, \(text(found))"
    case .open(let obstacle): return text(obstacle)
    }
  }

  /// The sentence of a note.
  func text(_ note: Regime.Note) -> String {
    switch note {
    case .passed(let loss, let value, let k, let point, let multiplier):
      let at = point.map { $0.text(digits: 6) }.joined(separator: ", ")
      let place = point.count == 1 ? at : "(\(at))"
      return
        "At step \(k) \(loss) was down to \(number(value, 2)) near \(place), but the multiplier there is \(multiplier?.text(digits: 5) ?? "?"), beyond ±1: it drifts out again. A small \(loss) is not convergence."
    case .slopeIsNotZero: return "The slope there is not 0: it is the rule that rests."
    case .pushMovesAway:
      return "A push off its way would move it away: a multiplier at the limit is beyond ±1."
    }
  }

  // MARK: Clauses

  private func attracted(_ a: Attraction, _ seen: Sighting) -> String {
    let inside = a.multipliers == 1 ? "the multiplier" : "every multiplier\(ofState)"
    let largest = a.largest.map { " (largest \(number($0, 4)))" } ?? ""
    let there =
      seen.isEnclosed
      ? "the enclosed orbit enters its basin" : "in doubles the orbit is close to it"
    return
      "\(inside) at the \(a.isCycle ? "cycle" : "limit") is inside the unit circle\(largest), and \(there) at step \(seen.step)"
  }

  private func escapes(_ set: NoReturn, _ k: Int) -> String {
    let there = "and the enclosed orbit is there at step \(k)"
    switch set.flight {
    case .grows: return "\(law(set)), \(there)"
    case .falls: return "\(law(set)), so \(loss) falls without limit, \(there)"
    case .runsOff:
      return
        "\(law(set)), but the slope dies out so fast that \(loss) keeps above a finite value, \(there)"
    }
  }

  /// What every step does on an escape set.
  private func law(_ set: NoReturn) -> String {
    let size = set.exponent <= 16 ? "\(1 << set.exponent)" : "2^\(set.exponent)"
    func place(_ x: String, _ side: Int?) -> String {
      guard let side else { return "|\(x)| ≥ \(size)" }
      return side > 0 ? "\(x) ≥ \(size)" : "\(x) ≤ -\(size)"
    }
    switch set.law {
    case .eachGrows:
      return "where every variable is at least \(size) in size, each grows by a factor"
    case .normGrows:
      return
        "for ‖x‖ ≥ \(size) every step multiplies ‖x‖ by more than \(number(NoReturn.leastGrowth, 3))"
    case .outgrows(let variable):
      let x = FindingWords.shown(variable)
      return
        "where |\(x)| ≥ \(size) and outgrows the rest, every step makes |\(x)| larger by a factor and leads there again"
    case .grows(let variable, let factor, let side):
      let x = FindingWords.shown(variable)
      return
        "for \(place(x, side)) every step multiplies |\(x)| by at least \(above1(min(factor, 1e6)))"
    case .outward(let variable, let side):
      return
        "for \(place(FindingWords.shown(variable), side)) the slope is never 0 and every step goes farther out"
    }
  }

  private func pace(_ factor: Double?) -> String {
    guard let factor else { return "" }
    return factor > 1e3 ? ", faster at every step" : ", each step by about \(number(factor, 3))"
  }

  private func drifts(_ d: Drift) -> String {
    let x = FindingWords.shown(d.variable)
    let (before, now) = (number(d.before.value, 3), number(d.now.value, 3))
    let seen =
      before == now
      ? "\(x) moves on while \(loss) stays at about \(now)"
      : "\(loss) still falls (\(before) at step \(d.before.step), \(now) at step \(d.now.step))"
    return
      "not settled after \(d.steps) steps: \(seen), and \(x) moves by about \(number(d.pace, 3)) a step"
  }

  /// Where a variable was seen to stay, in three digits rounded outward.
  private func stays(_ r: ObservedRange) -> String {
    let x = FindingWords.shown(r.variable)
    if r.low == r.high { return "\(x) stays at \(number(r.low, 3))" }
    func outward(_ bound: Double, _ side: OutwardSide) -> String {
      Rational(bound).map { exact($0.rounded(digits: 3, side), 3) } ?? "∞"
    }
    return "\(x) stays between \(outward(r.low, .lower)) and \(outward(r.high, .upper))"
  }

  /// Why a run keeps to fewer variables.
  private func keepsTo(_ held: [String], _ free: [String], tied: Bool) -> String {
    let (still, moving) = (FindingWords.list(held), FindingWords.list(free))
    let zero =
      held.isEmpty
      ? [] : ["the slope along \(still) is 0 wherever \(moving) may be, so \(still) never moves"]
    let equal = tied ? ["\(loss) may swap \(moving), which start equal and so stay equal"] : []
    return (zero + equal).joined(separator: ", and ")
  }

  private func apart(_ parts: [Part], oneDecides: Bool) -> String {
    func names(_ p: Part) -> String {
      p.variables.map(FindingWords.shown).joined(separator: " and ")
    }
    func reason(_ p: Part) -> String {
      FindingWords(loss: "the part of \(loss) in \(names(p))", state: state).text(p.finding)
    }
    let all = "the variables do not meet in \(loss), so that each moves by itself: "
    guard oneDecides, let first = parts.first else {
      return all
        + parts.map { "\(names($0)) comes to rest because \(reason($0))" }.joined(separator: "; ")
    }
    let others = parts.dropFirst().map { "\(names($0)) \(FindingWords.ends($0.outcome))" }
    let beside = others.isEmpty ? "" : ", while " + others.joined(separator: " and ")
    return "\(all)\(names(first)) leaves for infinity because \(reason(first))\(beside)"
  }

  /// How a part ends beside one that leaves.
  private static func ends(_ outcome: Regime.Outcome) -> String {
    switch outcome {
    case .stationary: "comes to rest"
    case .cycle: "cycles"
    case .quasiperiodic, .chaotic: "moves about for ever"
    case .divergent, .runsOff: "leaves too"
    case .drifting, .undecided: "goes its own way"
    case .leavesDomain: "leaves the domain"
    }
  }

  private func runs(_ p: Periods) -> String {
    let (x, period) = (FindingWords.shown(p.variable), length(p.period))
    let size = abs(p.count)
    let way = size == 1 ? "one period" : "\(size) periods"
    let again = p.round == 1 ? "step" : "\(p.round) steps"
    return
      "the slope repeats every \(period), and \(x) runs by \(way) a step \(p.count > 0 ? "upwards" : "downwards"), so that \(x) mod \(period) comes to the same at every \(again); counted from where it would be by then, "
  }

  // MARK: Words and numbers

  private var ofState: String { state.map { " of the state \($0)" } ?? "" }

  func exponent(_ o: OrbitStatistics) -> String {
    "Lyapunov exponent \(FindingWords.value(o.exponent)) over \(o.steps) steps"
  }

  private func multiplies(_ factor: Certified) -> String {
    "every step multiplies the distance by \(factor.textApartFromOne(digits: 6))"
  }

  private func orbit(_ seen: Sighting) -> String {
    seen.isEnclosed ? "the enclosed orbit" : "in doubles the orbit"
  }

  func steps(_ k: Int) -> String { "\(k) step\(k == 1 ? "" : "s")" }

  private func number(_ d: Double, _ digits: Int) -> String { Certified(d).text(digits: digits) }

  private func exact(_ r: Rational, _ digits: Int) -> String {
    Certified.exact(r).text(digits: digits)
  }

  /// A period 2π/g, which a double gives to 14 digits.
  private func length(_ period: Double) -> String {
    Certified.approximate(period, within: 1e-14 * period).text(digits: 6)
  }

  /// A number above 1 rounded down, with as many digits as keep it above 1.
  private func above1(_ v: Double) -> String {
    guard let most = Rational(v) else { return "1" }
    for n in 2...6 {
      let r = most.rounded(digits: n, .lower)
      if r > .one { return exact(r, n) }
    }
    return "1"
  }

  /// `0.42 ± 0.003`: digits down to the first of the error, but no more than eight.
  static func value(_ l: LyapunovMean) -> String {
    func place(_ x: Double) -> Double { log10(abs(x)).rounded(.down) }
    let digits = Int(exactly: place(l.value) - place(l.error)).map { $0 + 1 } ?? 1
    let shown = Certified(l.value).text(digits: min(max(digits, 1), 8))
    return "\(shown) ± \(Certified(l.error).text(digits: 1))"
  }

  static func shown(_ name: String) -> String { Spelling.shown(name, unicode: true) }

  static func list(_ names: [String]) -> String { names.map(shown).joined(separator: ", ") }
}
