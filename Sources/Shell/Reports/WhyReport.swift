// One step told: its three numbers, what its length decides, the cause, and all of it for `--json`. A
// clause is told only from the test that was run; what is not known is told as that, or not at all.
import Calculus
import Descent

struct WhyReport {
  let session: Session
  let step: AskedStep
  let d: Dissection
  let along: AlongStep
  let study: RateStudy
  let bound: (lower: Certified, upper: Certified)?
  let here: Curvature?
  var lambda: Certified? { here?.largest }
  let a = CertifiedArithmetic(bits: 512)

  init(
    _ session: Session, _ step: AskedStep, _ eta: TypedNumber, _ d: Dissection, search: Rational?
  ) throws(Fault) {
    self.session = session
    self.step = step
    self.d = d
    along = AlongStep(
      step.step, from: step.start, eta: eta, searched: search,
      cancelled: session.cancelled)
    study = RateStudy(along)
    bound = along.bound(at: along.unit == .rate ? eta : TypedNumber(.one))
    here = Curvature(step.loss, at: d.at)
    try session.stopIfCancelled()
  }

  func answer() -> Answer {
    let sentences =
      [summary] + [edge, falls, orders, boundLine, curvature, kinks, cause, size].compactMap { $0 }
    return Answer(
      "why", members + [("text", .array(([head] + sentences).map(JSON.string)))],
      [.line(head), .table(table)] + sentences.map(Answer.Block.line))
  }

  var loss: Loss { step.loss }
  var name: String { loss.name }
  /// Whether rates are searched, so that a sentence about η > 0 is one about this step.
  var isRate: Bool { along.unit == .rate }
  func t(_ c: Certified, signed: Bool = false) -> String {
    c.text(digits: session.digits, signed: signed)
  }
  /// What is searched, at a value: a rate, or a share of the step.
  func at(_ c: Certified) -> String { isRate ? "η = \(t(c))" : "\(t(c)) of the step" }
  /// How far this step goes in that measure.
  var length: Certified { isRate ? d.eta : .exact(.one) }
  /// Whether the step goes the way that was searched.
  var goesForward: Bool { length.sign == 1 }
  /// How many times a length ours is.
  func ratio(_ c: Certified) -> String { multipleWords(a.divide(length, c)) }
  /// The sign of our length less another; nil where it is not decided.
  func past(_ c: Certified) -> Int? { a.subtract(length, c).sign }

  private var head: String {
    let arrow = session.arrow(loss, from: d.at, to: d.next)
    let which = step.isFirstRise && step.t > 0 ? ", the first on which \(name) rose" : ""
    let by = isRate ? "" : " by \(step.step.method.name)"
    return "step \(step.t)\(which): \(arrow), η = \(t(d.eta))\(by)"
  }

  var twoOverEta: Certified? {
    d.eta.sign.flatMap { $0 == 0 ? nil : a.divide(.exact(Rational(2)), d.eta) }
  }

  private var table: Table {
    let text = Table.Column(title: "", isText: true)
    let sum = "\(t(d.predicted)) \(t(d.error, signed: true).spacedSign)"
    let predicted = [
      "predicted", isRate ? "−η‖∇\(name)‖²" : "∇\(name)·Δx", t(d.predicted),
      "the slope here, as if it stayed the same",
    ]
    let columns = [text, text, .init(title: ""), text]
    if d.leaves != nil {
      return Table(
        columns: columns,
        rows: [predicted, ["actual", "Δ\(name)", "undefined", "\(name) has no value there"]])
    }
    return Table(
      columns: columns,
      rows: [
        predicted,
        [
          "bend", growth, t(d.error, signed: true),
          "curvature met \(t(d.curvatureMet))\(comparison)",
        ],
        ["actual", "Δ\(name)", t(d.change, signed: true), "= \(sum): \(outcome)"],
      ])
  }

  private var outcome: String {
    switch d.change.sign {
    case 1: "\(name) rises"
    case 0: "\(name) stays"
    case -1: "\(name) falls"
    default: "whether \(name) rose is not decided"
    }
  }

  /// Which powers of η the error holds: of a parabola the square alone.
  private var growth: String {
    if loss.hasKink { return "with kinks" }
    guard isRate else { return "the rest" }
    guard let degree = loss.degree else { return "η² and on" }
    return degree <= 2 ? "grows as η²" : "η² to η\(Spelling.raised(degree))"
  }

  private var comparison: String {
    guard isRate, goesForward, let two = twoOverEta else { return "" }
    switch a.subtract(d.curvatureMet, two).sign {
    case 1: return ", more than 2/η = \(t(two))"
    case 0: return ", exactly 2/η"
    case -1: return ", less than 2/η = \(t(two))"
    default: return ""
    }
  }

  private var summary: String {
    [trusted, best, risesAtOnce ?? rises].joined(separator: " · ")
  }

  private var trusted: String {
    let within = "prediction within 10 %"
    switch study.trust {
    case .at(let r) where r.sign == 0:
      return "\(within) at no \(isRate ? "rate" : "part of the step")"
    case .at(let r): return "\(within) up to \(at(r))"
    case .missing(.never):
      return study.edge.map { "\(within) up to \(at($0.rate)), where \(name) ends" }
        ?? "\(within) at every rate"
    case .missing(.notBelow(let end)) where !isNothing(end):
      return "\(within) at least up to \(at(end))"
    case .missing(.undecided), .missing(.notBelow):
      return "up to which η the prediction is within 10 % is not decided"
    }
  }

  /// Whether a search ended before it began: no double is so short.
  private func isNothing(_ end: Certified) -> Bool { end.nearestDouble == 0 && end.sign != 0 }

  private var best: String {
    let what = isRate ? "best step" : "lowest"
    switch study.best {
    case .at(let r): return "\(what) at \(at(r))"
    case .missing(.never): return "\(what): none"
    case .missing(.notBelow(let end)): return "\(what): not found below \(at(end))"
    case .missing(.undecided): return "\(what): not decided"
    }
  }

  private var rises: String {
    if let c = study.rises.rate {
      let often = study.risesForEver ? "rises" : "first rises"
      // Beyond the edge of the domain that says nothing of this step.
      let edge = study.edge.map { ", before its edge at \(at($0.rate))" } ?? ""
      let isBeyond = study.edge.map { past($0.rate) != -1 } ?? false
      let ours = isRate && goesForward && !isBeyond ? ", yours is \(ratio(c)) times that" : ""
      return "\(name) \(often) above \(at(c))\(edge)\(ours)"
    }
    switch study.critical {
    case .at(let c): return "\(name) is as high as here at \(at(c))"
    case .missing(.never):
      return study.edge == nil
        ? "\(name) rises at no rate" : "\(name) rises nowhere before its edge"
    case .missing(.notBelow(let end)):
      return "a rate at which \(name) rises: not found below \(at(end))"
    case .missing(.undecided): return "a rate at which \(name) rises: not decided"
    }
  }

  /// Where a step, however short, does not go downhill: what it does.
  private var risesAtOnce: String? {
    guard let sign = study.signAtStart else { return nil }
    let until = study.notLowerUpTo.map { ", and is not lower up to \(at($0))" } ?? ""
    return
      "\(name) \(sign > 0 ? "rises" : "stays as it is") from the start, however short the step\(until)"
  }

  /// Where the line leaves the domain.
  private var edge: String? {
    study.edge.map { e in
      let why = e.reasonAt.map { ", as at \(at($0)): " } ?? ": "
      let what =
        e.isPoint
        ? "the step lands where \(name) is not defined" : "the line leaves the domain of \(name)"
      return "At \(at(e.rate)) \(what)\(why)\(e.words)."
    }
  }

  private var kinks: String? {
    guard let x = step.start.rational, loss.slopeJumps(at: x) == true else { return nil }
    let here = loss.kinks(at: x)
    return here.isEmpty
      ? nil
      : "The start is at a kink of \(here.joined(separator: " and ")): the slope there is only a convention, \(here == ["if"] ? "that of the side taken" : "the midpoint of both sides")\(d.error.sign == 0 ? "." : ", and no step need keep to it.")"
  }

  private var falls: String? {
    guard study.falls.count > 1 else { return nil }
    return
      "\(name) falls for \(isRate ? "η" : "shares of the step") in \(study.fallsWords(session.digits))"
  }

  /// The terms of the expansion and their sum, where there are more than two.
  private var orders: String? {
    guard isRate, !loss.hasKink, (loss.degree ?? 3) > 2, d.leaves == nil,
      d.orders.allSatisfy(\.isDefined)
    else { return nil }
    let terms = d.orders.enumerated().map { k, c in
      k == 0 ? t(c) : t(c, signed: true).spacedSign
    }
    let sum = d.orders.reduce(.exact(.zero)) { a.add($0, $1) }
    let half = a.power(a.multiply(d.change, .exact(.half)), 2)
    let far = a.subtract(a.power(a.subtract(sum, d.change), 2), half).sign == 1
    let note = far ? " (η is too large for so few orders)" : ""
    return
      "by orders of η up to η\(Spelling.raised(d.orders.count)): \(terms.joined(separator: " ")) = \(t(sum)); actual \(t(d.change))\(note)"
  }

  private var boundLine: String? {
    guard let b = bound, (loss.degree ?? 3) > 2 else { return nil }
    guard let lower = b.lower.rationalBounds, let upper = b.upper.rationalBounds else { return nil }
    let low = session.outward(lower.0, .lower)
    let high = session.outward(upper.1, .upper)
    return "from the curvature along the step alone, the error lies between \(low) and \(high)"
  }

  var twoOverLambda: Certified? {
    lambda.flatMap { $0.sign == 1 ? a.divide(.exact(Rational(2)), $0) : nil }
  }

  private var curvature: String? {
    // At a kink the second derivative is that of one side, or of none.
    guard let here, let lambda,
      step.start.rational.map({ loss.kinks(at: $0).isEmpty }) ?? !loss.hasKink
    else { return nil }
    if here.isBound {
      guard let limit = here.limitText(session.digits), let top = here.topText(session.digits)
      else {
        return nil
      }
      return "2/λmax \(limit) from the curvature here (λmax \(top), by Lanczos' method)"
    }
    if let limit = twoOverLambda {
      return "2/λmax = \(t(limit)) from the curvature here (largest λ = \(t(lambda)))"
    }
    return lambda.sign.map { _ in
      "The curve does not bend up here (largest λ = \(t(lambda))), so the curvature sets no limit."
    }
  }

  private var size: String {
    let slope = a.lift(.row(named: "sqrt"), d.squared, d.squared)
    let push = a.lift(.row(named: "abs"), a.multiply(d.eta, slope), .exact(.zero))
    if !isRate {
      let other =
        step.step.law == nil
        ? "one of gradient descent" : "without the memory of the steps before it"
      return
        "The step is \(t(norm(a, d.displacement))) long; \(other) would be η‖∇\(name)‖ = \(t(push)), straight downhill."
    }
    let sign = d.eta.sign == -1 ? "|η|" : "η"
    var s =
      "The gradient is a slope, not a distance: it gives \(t(slope)) here; the step is \(sign)‖∇\(name)‖ = \(t(push))"
    // A parabola of one variable tells how far its minimum is: |g|/λ.
    if loss.degree == 2, d.at.count == 1, let lambda, lambda.sign == 1 {
      s += "; the minimum is \(t(a.divide(slope, lambda))) away"
    }
    return s + "."
  }
}

extension String {
  /// `+0.3` as `+ 0.3` and `-0.3` as `− 0.3`, for a sum.
  fileprivate var spacedSign: String {
    hasPrefix("-") ? "− " + dropFirst() : hasPrefix("+") ? "+ " + dropFirst() : "+ " + self
  }
}

extension Certified {
  /// The bounds as fractions, where they have not too many digits.
  var rationalBounds: (Rational, Rational)? {
    if let r = rational { return (r, r) }
    guard case .enclosed(let e) = self else { return nil }
    return e.rational
  }
}

extension RateStudy {
  /// Up to six of the intervals on which the loss falls, and how many more there are.
  func fallsWords(_ digits: Int) -> String {
    func t(_ c: Certified) -> String { c.text(digits: digits) }
    let all = falls.map { f in
      "(\(t(f.lower)), \(f.upper.map(t) ?? (fallsForEver ? "∞" : "beyond \(t(reach))")))"
    }
    let more = all.count > 6 ? ", \(all.count) intervals up to \(t(reach))" : ""
    return all.prefix(6).joined(separator: " and ") + more
  }
}

/// A multiple to three digits, to six where three would say 1.
func multipleWords(_ k: Certified) -> String {
  let near = abs((k.estimate ?? 0) - 1) < 0.02
  return k.text(digits: near ? 6 : 3)
}

/// The step that is asked about, but for its rate.
struct AskedStep {
  var step: StepProgram
  var loss: Loss { step.loss }
  var start: StepStart
  var t: Int
  var isFirstRise: Bool
  /// Whether it is a step along the gradient, of the size of the rate.
  var isPlain: Bool { step.isAlongGradient(start.state(of: step, bits: 64)) }
}
