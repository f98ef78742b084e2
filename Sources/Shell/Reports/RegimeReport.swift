// Where a run ends, in words that can be read aloud and as members of JSON.
import Calculus
import Descent

func regimeMembers(_ r: Regime?, _ words: FindingWords) -> [(String, JSON)] {
  guard let r else { return [("outcome", .null)] }
  func point(_ p: [Certified]) -> JSON { .array(p.map { coordinate($0).value }) }
  var members: [(String, JSON)] = [("outcome", .string(r.outcome.rawValue))]
  members += r.limit.isEmpty ? [("limit", .null)] : member("limit", of: r.limit)
  members += [
    ("limit_kind", r.kind.map { .string($0.rawValue) } ?? .null),
    ("rate", r.convergence.map { .string($0.rawValue) } ?? .null),
  ]
  members += member("factor", r.factor)
  members += [
    ("alternates", r.alternates.map(JSON.bool) ?? .null),
    ("period", r.period.map { .number(Double($0)) } ?? .null),
    ("points", .array(r.points.map(point))),
    (
      "multipliers",
      .array(
        r.multipliers.map { m in
          m.imaginary.sign == 0
            ? coordinate(m.real).value : point([m.real, m.imaginary])
        })
    ),
  ]
  if r.lyapunov == -.infinity {
    members += member("lyapunov", .undefined("minus infinity"))
  } else {
    members.append(("lyapunov", r.lyapunov.map(JSON.number) ?? .null))
  }
  members += [
    ("standard_error", r.standardError.map(JSON.number) ?? .null),
    ("N", r.steps.map { .number(Double($0)) } ?? .null),
    ("proved", .bool(r.proved)), ("evidence", .string(words.text(r.finding))),
    ("notes", .array(r.notes.map { .string(words.text($0)) })),
  ]
  return members
}

extension Certified {
  /// So many digits, or more where fewer would print ±1 for what is not ±1.
  func textApartFromOne(digits: Int) -> String {
    func isOne(_ t: String) -> Bool { ["1", "-1", "1~", "-1~"].contains(t) }
    let plain = text(digits: digits)
    let a = CertifiedArithmetic(bits: 256)
    guard isOne(plain), let side = a.subtract(a.power(self, 2), .exact(.one)).sign, side != 0 else {
      return plain
    }
    for n in (digits + 1)...max(digits + 1, 60) {
      let longer = text(digits: n)
      if !isOne(longer) { return longer }
    }
    return "a little \(side < 0 ? "less" : "more") than \(plain) in size"
  }
}

/// A number for a sentence; what is enclosed tightly about 0 is "0~".
func numeral(_ c: Certified, _ digits: Int) -> String {
  if case .enclosed(let e) = c, e.isDefined, e.sign == nil, abs(e.lowerDouble) < 1e-9,
    abs(e.upperDouble) < 1e-9
  {
    return "0~"
  }
  return c.textApartFromOne(digits: digits)
}

/// `x = 1`, or `(1, 2)`.
func pointWords(_ p: [Certified], _ loss: Loss, _ digits: Int) -> String {
  p.count == 1
    ? "\(Spelling.shown(loss.variables[0], unicode: true)) = \(numeral(p[0], digits))"
    : tuple(p, digits)
}

private func tuple(_ p: [Certified], _ digits: Int) -> String {
  p.count == 1
    ? numeral(p[0], digits)
    : "("
      + p.map { numeral($0, digits) }.abbreviated(to: Session.mostEntries).joined(separator: ", ")
      + ")"
}

/// A multiplier for a sentence.
func multiplierWords(_ m: Multiplier, _ digits: Int) -> String {
  let re = numeral(m.real, digits)
  guard m.imaginary.sign != 0 else { return re }
  let im = numeral(m.imaginary, digits)
  return
    "\(re) \(im.hasPrefix("-") ? "-" : "+") \(im.hasPrefix("-") ? String(im.dropFirst()) : im)i"
}

/// One sentence of verdict with its evidence, and what to try.
func verdict(_ run: Trajectory, _ s: Session) -> String {
  if run.stop == .interrupted {
    return "Stopped after \(run.steps) steps; the rows so far are kept. step goes on."
  }
  if run.plan.sampling != nil { return samplingVerdict(run, s) }
  guard let r = run.regime else { return "" }
  if let q = run.quadraticMultiplier(), r.outcome != .leavesDomain, run.stop != .landed,
    q.eta.sign == 1
  {
    return (endWords(run) + [quadraticVerdict(q, r, run, s)]).joined(separator: " ")
  }
  let eta = run.plan.rate(CertifiedArithmetic(bits: 128), 0)
  let smaller = "again eta=" + gentler(run, eta)
  let tries: String
  switch r.outcome {
  case .stationary: tries = r.notes.isEmpty ? "why, plot" : "why, plot, \(smaller)"
  case .leavesDomain:
    tries =
      "why"
      + (roughly(eta).flatMap(run.plan.rateThatStays).map {
        ", again eta=" + Certified.exact($0).text(digits: 6)
      } ?? "")
  case .undecided, .drifting:
    let constant = !run.plan.isSchedule && run.plan.step.isGradientDescent
    let isSmall =
      run.plan.start.count <= SymmetricEigenvalues.largest && !run.plan.loss.overRows
    tries =
      "why, again steps=\(max(100, 10 * run.plan.steps))"
      + (isSmall ? constant ? ", regime" : "" : ", threshold")
  case .runsOff: tries = "why, again eta=\(bigger(eta))"
  default: tries = "why, plot, \(smaller)"
  }
  let notes = r.notes.map(FindingWords(run.plan).text)
  let sentences = [regimeWords(r, run, s)] + endWords(run) + notes + divergenceWords(r, run, s)
  return sentences.joined(separator: " ") + " Try: " + tries
}

/// Why the rows end before the steps asked for.
private func endWords(_ run: Trajectory) -> [String] {
  switch run.stop {
  case .overflow:
    ["The rows end at step \(run.steps): the next step overflows, beyond 1.8e308."]
  case .stalled:
    [
      "The rows end at step \(run.steps): the next step is below the spacing of doubles there, so in doubles nothing moves any more."
    ]
  case .undefined where run.steps > 0: ["The rows before are kept."]
  default: []
  }
}

/// A smaller rate: below 2/λmax at the start where that is known and exceeded, else half.
private func gentler(_ run: Trajectory, _ eta: Certified) -> String {
  guard let eta = roughly(eta), eta.sign > 0 else { return "0.1" }
  let half = Certified.exact(eta * .half).text(digits: 6)
  guard run.plan.step.isGradientDescent, let first = run.rows.first,
    case let at = first.point.compactMap(\.nearestDouble), at.count == first.point.count,
    let top = Curvature.roughLargest(run.plan.loss, at: at), top > 0,
    2 / top < eta.nearestDouble
  else { return half }
  let safe = Rational(0.9 * 2 / top).map { Certified.exact($0.rounded(digits: 2)) }
  return safe?.text(digits: 6) ?? half
}

/// A rate to start from in a suggestion: an irrational one to three digits.
private func roughly(_ eta: Certified) -> Rational? {
  eta.rational ?? eta.nearestDouble.flatMap { Rational($0)?.rounded(digits: 3) }
}

private func bigger(_ eta: Certified) -> String {
  roughly(eta).map { Certified.exact($0 * Rational(10)).text(digits: 6) } ?? "1"
}

/// The regime in one or two sentences.
func regimeWords(_ r: Regime, _ run: Trajectory, _ s: Session) -> String {
  let name = run.plan.loss.name
  let why = FindingWords(run.plan).text(r.finding)
  let basis = (r.proved ? "proved: " : "evidence: ") + why
  switch r.outcome {
  case .stationary where r.convergence == .finite:
    let push = r.kind == .degenerate ? "" : ": a push would move it away"
    let kind = r.kind.map { $0 == .minimum ? "" : " It is \(article($0))\(push)." }
    return
      "Lands exactly at \(pointWords(r.limit, run.plan.loss, s.digits)): \(why), so it stays."
      + (kind ?? "")
  case .stationary:
    let place = pointWords(r.limit, run.plan.loss, s.digits)
    let kind = r.kind.map { ", " + article($0) } ?? ""
    return "Settles to \(place)\(kind)\(rateWords(r, s.digits)) (\(basis))."
  case .cycle where r.period == 1:
    return "Nothing moves: the step is exactly 0 although the slope is not. "
      + (run.plan.constantRate?.isZero == true ? "Is η = 0?" : "It is the rule that rests.")
  case .cycle:
    let shown = r.points.prefix(8).map { tuple($0, s.digits) }.joined(separator: " ↔ ")
    let more = r.points.count > 8 ? " ↔ …" : ""
    let m = r.multipliers.max { $0.modulus < $1.modulus }
    let closer = m.map { worst in
      let size = Certified(worst.modulus).text(digits: 4)
      let factor =
        switch worst.imaginary.sign {
        case 0: multiplierWords(worst, 4)
        case nil: size + " in size"
        default: size + ", turning"
        }
      return worst.modulus < 1 && r.keepsPace
        ? "; a round multiplies the distance to it by \(factor)" : ""
    }
    let start = r.isReached ? "Cycles for ever" : "Ends in a cycle"
    let change = r.isReached ? " \(name) does not change over a round." : ""
    return
      "\(start) of period \(r.period ?? 0): \(shown)\(more)\(closer ?? "") (\(basis)).\(change)"
  case .divergent: return "Diverges (\(basis))."
  case .leavesDomain: return "Stops: \(why)."
  case .chaotic:
    return "Never settles: chaotic (\(basis))."
  case .quasiperiodic:
    return "Never settles and never repeats: quasiperiodic (\(basis))."
  case .runsOff:
    return "Runs off: there is no minimum to find (\(basis))."
  case .drifting: return "Drifts: \(why)."
  case .undecided: return "Undecided: \(why)."
  }
}

private func article(_ k: Regime.Kind) -> String {
  k == .degenerate ? "a degenerate point (some curvature is 0)" : "a \(k.rawValue)"
}

private func rateWords(_ r: Regime, _ digits: Int) -> String {
  switch r.convergence {
  case .superlinear:
    return "; near it the multiplier is 0, so the right digits at least double with every step"
  case .sublinear: return ", ever more slowly: the multiplier there is 1 in size"
  case .linear:
    guard let f = r.factor else { return "" }
    let side = r.alternates == true ? ", changing side" : ""
    return "; near the end each step multiplies the distance by \(numeral(f, 4))\(side)"
  default: return ""
  }
}

/// What makes a run diverge: the largest curvature at the start against 2/η.
private func divergenceWords(_ r: Regime, _ run: Trajectory, _ s: Session) -> [String] {
  let loss = run.plan.loss
  guard r.outcome == .divergent, run.plan.step.isGradientDescent, !run.plan.isSchedule,
    loss.variables.count > 1, let first = run.rows.first,
    let c = Curvature(loss, at: first.point), !c.isBound, let top = c.largest,
    let two = c.twoOverLargest,
    let eta = run.plan.rate(CertifiedArithmetic(bits: 128), 0).rational
  else { return [] }
  let a = CertifiedArithmetic(bits: 256)
  let times = a.divide(.exact(eta), two)
  guard a.subtract(times, .exact(.one)).sign == 1 else { return [] }
  var text =
    "At the start the largest curvature is λmax = \(top.text(digits: s.digits)), so steps along it grow for η > 2/λmax = \(two.text(digits: s.digits)): this η is \(times.textApartFromOne(digits: 3)) times that."
  if let along = c.along, along.share > 0.8 {
    text += " The bend is nearly all along \(Spelling.shown(along.variable, unicode: true))."
  }
  return [text]
}

private func quadraticVerdict(
  _ q: (curvature: Rational, eta: Certified, factor: Certified), _ r: Regime, _ run: Trajectory,
  _ s: Session
) -> String {
  func t(_ v: Rational) -> String { Certified.exact(v).text(digits: s.digits) }
  let x = Spelling.shown(run.plan.loss.variables[0], unicode: true)
  let name = run.plan.loss.name
  if q.curvature.isZero {
    return
      "Falls for ever: the slope is the same everywhere, so the prediction is exact and \(name) has no least value."
  }
  let quantity = run.plan.loss.program.hasRestAtZero ? x : "the distance from the stationary point"
  let shown = q.factor.text(digits: s.digits)
  let rounded = (shown == "1" || shown == "-1") && q.factor.rational?.magnitude != .one
  let times = q.curvature == .one ? "" : t(q.curvature)
  let formula = ("1 − \(times)η" + (rounded ? ", close to \(shown)" : " = \(shown)"))
    .replacingDoubleSign
  let a = CertifiedArithmetic(bits: 256)
  let half = a.multiply(q.eta, .exact(q.curvature * .half)).text(digits: s.digits)
  if q.curvature.sign < 0 {
    return
      "Diverges: every step multiplies \(quantity) by \(formula). The curve bends down, so \(name) falls without limit at every rate."
  }
  let critical =
    "\(name) falls for 0 < η < \(t(Rational(2) / q.curvature)) (= 2/\(name)″) from every start but the minimum."
  switch r.outcome {
  case .divergent:
    return
      "Diverges: every step multiplies \(quantity) by \(formula). The prediction uses only the slope; the bend of the curve, ½η²·∇\(name)ᵀH∇\(name), is \(half) times as large, so \(name) rises. \(critical) Try: why, plot, again eta=\(t(Rational(9) / Rational(5) / q.curvature))"
  case .cycle:
    return
      "Cycles for ever: every step multiplies \(quantity) by \(formula); the bend is exactly as large as the prediction, so \(name) stays as it is. \(critical) Try: why, plot, again eta=\(t(.one / q.curvature))"
  default:
    let how =
      q.factor.sign == 0
      ? "lands in one step"
      : q.factor.sign == -1 ? "converges, changing side at every step" : "converges from one side"
    let capital = how.prefix(1).uppercased() + how.dropFirst()
    return
      "\(capital): every step multiplies \(quantity) by \(formula). \(critical) Try: why, plot, or see it fail: again eta=\(t(Rational(12) / Rational(5) / q.curvature))"
  }
}

extension String {
  fileprivate var replacingDoubleSign: String {
    hasPrefix("1 − -") ? "1 + " + dropFirst(5) : self
  }
}

extension Program {
  /// Whether the slope at 0 of a one-variable program is exactly 0.
  fileprivate var hasRestAtZero: Bool {
    gradient().run(CertifiedArithmetic(bits: 128), at: [.exact(.zero)])[1].sign == 0
  }
}
