// One step told: its three numbers, what the rate decides, the cause, and all of it for `--json`.
import Calculus
import Descent

struct WhyReport {
  private let session: Session
  private let loss: Loss
  private let x: [Rational]
  private let eta: Rational
  private let step: Int
  private let isFirstRise: Bool
  private let search: Rational
  private let d: Dissection
  private let study: RateStudy
  private let bound: (lower: Certified, upper: Certified)?
  private let lambda: Certified?
  private let isLinear: Bool
  private let a = CertifiedArithmetic(bits: 512)

  init(
    _ session: Session, _ loss: Loss, _ x: [Rational], _ eta: Rational, _ d: Dissection,
    step: Int, isFirstRise: Bool, search: Rational
  ) throws(Fault) {
    let along = try AlongStep(loss, at: x, searched: search, cancelled: session.cancelled)
    self.session = session
    self.loss = loss
    self.x = x
    self.eta = eta
    self.step = step
    self.isFirstRise = isFirstRise
    self.search = search
    self.d = d
    study = RateStudy(along)
    bound = along.bound(at: eta)
    lambda = try session.largestCurvature(loss, x)
    isLinear = along.isLinear
    try session.stopIfCancelled()
  }

  func answer() -> Answer {
    let sentences =
      [summary] + [edge, falls, orders, boundLine, curvature, kinks, cause, size].compactMap { $0 }
    return Answer(
      "why", members + [("text", .array(([head] + sentences).map(JSON.string)))],
      [.line(head), .table(table)] + sentences.map(Answer.Block.line))
  }

  private var name: String { loss.name }
  private func t(_ c: Certified, signed: Bool = false) -> String {
    c.text(digits: session.digits, signed: signed)
  }
  /// How many times a rate ours is.
  private func ratio(_ c: Certified) -> String { multipleWords(a.divide(.exact(eta), c)) }

  private var head: String {
    let next = d.next.map { t($0) }
    let here = x.map { t(.exact($0)) }
    let arrow =
      x.count == 1
      ? "\(Spelling.shown(loss.variables[0], unicode: true)) = \(here[0]) → \(next[0])"
      : "(\(here.joined(separator: ", "))) → (\(next.joined(separator: ", ")))"
    let which = isFirstRise && step > 0 ? ", the first on which \(name) rose" : ""
    return "step \(step)\(which): \(arrow), η = \(t(.exact(eta)))"
  }

  private var twoOverEta: Certified? {
    eta.isZero ? nil : .exact(Rational(2) / eta)
  }

  private var table: Table {
    let comparison =
      twoOverEta.map { two in
        switch a.subtract(d.curvatureMet, two).sign {
        case 1: ", more than 2/η = \(t(two))"
        case 0: ", exactly 2/η"
        default: ", less than 2/η = \(t(two))"
        }
      } ?? ""
    let outcome =
      d.change.sign.map { $0 > 0 ? "\(name) rises" : $0 < 0 ? "\(name) falls" : "\(name) stays" }
      ?? "whether \(name) rose is not decided"
    let sum = "\(t(d.predicted)) \(t(d.error, signed: true).spacedSign)"
    let text = Table.Column(title: "", isText: true)
    return Table(
      columns: [text, text, .init(title: ""), text],
      rows: [
        ["predicted", "−η‖∇\(name)‖²", t(d.predicted), "the slope here, as if it stayed the same"],
        [
          "bend", loss.hasKink ? "with kinks" : "grows as η²", t(d.error, signed: true),
          "curvature met \(t(d.curvatureMet))\(comparison)",
        ],
        ["actual", "Δ\(name)", t(d.change, signed: true), "= \(sum): \(outcome)"],
      ])
  }

  /// What stands for a rate that was not found.
  private func missing(_ r: AlongStep.Roots) -> String {
    r.undecided ? "not decided" : "not found below \(end)"
  }

  /// Up to where rates were searched.
  private var end: String { t(study.edge?.rate ?? .exact(search)) }

  /// No rate was found at which the prediction fails, none was missed, and ours does not fail.
  private var isTrustedThroughout: Bool {
    guard study.trust == nil, study.isTrustDecided, loss.kinks(at: x).isEmpty else {
      return false
    }
    return d.change.sign == -1
  }

  private var summary: String {
    let trusted =
      study.trust.map {
        $0.sign == 0
          ? "prediction within 10 % at no rate" : "prediction within 10 % up to η = \(t($0))"
      }
      ?? (isTrustedThroughout
        ? "prediction within 10 % for every rate up to \(end)"
        : "up to which η the prediction is within 10 % is not decided")
    let best =
      study.best.roots.first.map { "best step at η = \(t($0))" }
      ?? "best step: \(missing(study.best))"
    let rises =
      risesAtOnce
      ?? study.rises.map { c in
        let often = study.falls.count > 1 ? "first rises" : "rises"
        return "\(name) \(often) above η = \(t(c)), yours is \(ratio(c)) times that"
      }
      ?? study.critical.roots.first.map { "\(name) is as high as here at η = \(t($0))" }
      ?? "a rate at which \(name) rises: \(missing(study.critical))"
    return [trusted, best, rises].joined(separator: " · ")
  }

  /// Where a step, however short, does not go downhill: what it does.
  private var risesAtOnce: String? {
    guard let sign = study.signAtStart else { return nil }
    let until = study.critical.roots.dropFirst().first.map { "up to η = \(t($0))" }
    return
      "\(name) \(sign > 0 ? "rises" : "stays as it is") at every rate \(until ?? "up to \(end)")"
  }

  /// Where the line leaves the domain.
  private var edge: String? {
    study.edge.map { e in
      let rate = "η = \(t(e.rate))"
      let why = e.reasonAt.map { ", as at η = \(t($0)): " } ?? ": "
      return
        (e.isPoint
        ? "At \(rate) the step lands where \(name) is not defined"
        : "\(e.isIncluded ? "Beyond" : "From") \(rate)\(e.isIncluded ? "" : " on") the step leaves the domain of \(name)")
        + "\(why)\(e.reason)."
    }
  }

  private var kinks: String? {
    let here = loss.kinks(at: x)
    return here.isEmpty
      ? nil
      : "The start is at a kink of \(here.joined(separator: " and ")): the slope there is only a convention, \(here == ["if"] ? "that of the side taken" : "the midpoint of both sides")\(d.error.sign == 0 ? "." : ", and no step need keep to it.")"
  }

  private var falls: String? {
    guard study.falls.count > 1 else { return nil }
    let all = study.falls.map { f in
      "(\(t(f.lower)), \(f.upper.map { t($0) } ?? "beyond \(t(.exact(search)))"))"
    }
    return "\(name) falls for η in " + all.joined(separator: " and ")
  }

  /// The terms of the expansion by η and their sum, where there are more than two.
  private var orders: String? {
    guard !loss.hasKink, (loss.degree ?? 3) > 2, d.orders.allSatisfy(\.isDefined) else {
      return nil
    }
    let terms = d.orders.enumerated().map { k, c in
      k == 0 ? t(c) : t(c, signed: true).spacedSign
    }
    let sum = d.orders.reduce(.exact(.zero)) { a.add($0, $1) }
    let miss = a.subtract(sum, d.change).nearestDouble.map(abs) ?? 0
    let far = miss > 0.5 * abs(d.change.nearestDouble ?? 0)
    let note = far ? " (η is too large for so few orders)" : ""
    return
      "by orders of η up to η\(Spelling.raised(d.orders.count)): \(terms.joined(separator: " ")) = \(t(sum)); actual \(t(d.change))\(note)"
  }

  private var boundLine: String? {
    guard let b = bound, (loss.degree ?? 3) > 2 else { return nil }
    guard let lower = b.lower.rational, let upper = b.upper.rational else { return nil }
    let low = session.outward(lower, .lower)
    let high = session.outward(upper, .upper)
    return "from the curvature along the step alone, the error lies between \(low) and \(high)"
  }

  private var twoOverLambda: Certified? {
    lambda.flatMap { $0.sign == 1 ? a.divide(.exact(Rational(2)), $0) : nil }
  }

  private var curvature: String? {
    // At a kink the second derivative is that of one side, or of none.
    guard let lambda, loss.kinks(at: x).isEmpty else { return nil }
    if let limit = twoOverLambda {
      return "2/λmax = \(t(limit)) from the curvature here (largest λ = \(t(lambda)))"
    }
    return lambda.sign.map { _ in
      "The curve does not bend up here (largest λ = \(t(lambda))), so the curvature sets no limit."
    }
  }

  /// Why the prediction is off, in words.
  private var cause: String? {
    let crossed = loss.kinksCrossed(from: x.map(Certified.exact), to: d.next)
    let isStraight = d.orders.dropFirst().allSatisfy { $0.sign == 0 } && crossed.isEmpty
    if d.error.sign == 0, isStraight {
      return "The prediction is exact: along this step \(name) is a straight line."
    }
    if let e = study.edge, a.subtract(.exact(eta), e.rate).sign == 1 {
      return
        "Cause: the step jumps over η = \(t(e.rate)), where \(name) is not defined. Beyond it the prediction means nothing."
    }
    if !crossed.isEmpty {
      return
        "Cause: the step crosses the kink of \(crossed.joined(separator: " and ")). Beyond it \(name) is another formula, which the prediction cannot know."
    }
    guard let fell = d.change.sign, let lowest = study.best.roots.first else {
      return d.change.sign == -1 && study.fallsThroughout
        ? "\(name) keeps falling along this line \(study.edge.map { "up to η = \(t($0.rate)), where it ends" } ?? "as far as was searched")."
        : nil
    }
    let past = a.subtract(.exact(eta), lowest).sign ?? -1
    switch (fell, past) {
    case (1, _) where study.signAtStart == nil:
      return
        "Cause: overshoot. Along this line \(name) is lowest at η = \(t(lowest)); this step goes \(ratio(lowest)) times as far, up the other side, and ends higher than it began."
    case (0, _):
      return
        "The step goes \(ratio(lowest)) times as far as the lowest point along its line and ends just as high as it began."
    case (_, 1) where a.subtract(.exact(eta), study.rises ?? .exact(eta)).sign == 1:
      return
        "The step leaps over a rise: at smaller rates along this line \(name) would be higher than here."
    case (_, 1):
      return
        "The step goes past the lowest point along its line (η = \(t(lowest))) and ends lower than it began."
    case (_, 0): return "The step lands on the lowest point along its line."
    default:
      return "The step stops before the lowest point along its line, which is at η = \(t(lowest))."
    }
  }

  private var size: String {
    let slope = a.lift(.row(named: "sqrt"), d.squared, d.squared)
    var s =
      "The gradient is a slope, not a distance: it gives \(t(slope)) here; the step is η‖∇\(name)‖ = \(t(a.multiply(.exact(eta), slope)))"
    // A parabola of one variable tells how far its minimum is: |g|/λ.
    if loss.degree == 2, x.count == 1, let lambda, lambda.sign == 1 {
      s += "; the minimum is \(t(a.divide(slope, lambda))) away"
    }
    return s + "."
  }

  private var members: [(String, JSON)] {
    let digits = session.digits
    var m: [(String, JSON)] = [
      ("at", session.pointJSON(loss, x)), ("eta", json(.exact(eta))),
      ("step", .array(d.displacement.map(json))),
    ]
    m += member("change", d.change, digits: digits)
    m += member("predicted", d.predicted, digits: digits)
    m += member("error", d.error, digits: digits)
    m.append(("orders", .array(d.orders.map(json))))
    m += member("curvature_met", d.curvatureMet, digits: digits)
    m += member("two_over_eta", twoOverEta ?? .undefined("infinite"))
    let none = missing(study.critical)
    m += member(
      "eta_trust",
      study.trust
        ?? .undefined(isLinear ? "infinite" : isTrustedThroughout ? none : "not decided"))
    m += member("eta_critical", study.critical.roots.first ?? .undefined(none), digits: digits)
    m.append(
      ("falls", .array(study.falls.map { .array([json($0.lower), $0.upper.map(json) ?? .null]) })))
    m += member(
      "eta_best", study.best.roots.first ?? .undefined(missing(study.best)), digits: digits)
    m += member("eta_best_global", study.globalBest ?? .undefined(missing(study.best)))
    if let b = bound, let lower = b.lower.rational, let upper = b.upper.rational {
      let ends = [json(lower, rounded: .down), json(upper, rounded: .up)]
      m.append(("bound", .array(ends)))
    } else {
      m += member(
        "bound", .undefined("the step meets a kink or leaves the domain, or η is 0"))
    }
    m += member("eta_domain_edge", study.edge?.rate ?? .undefined("not found below \(end)"))
    m += member("lambda_max", lambda ?? .undefined("not computed for this many variables"))
    m += member("two_over_lambda_max", twoOverLambda ?? .undefined("λmax is not positive"))
    return m
  }
}

extension String {
  /// `+0.3` as `+ 0.3` and `-0.3` as `− 0.3`, for a sum.
  fileprivate var spacedSign: String {
    hasPrefix("-") ? "− " + dropFirst() : hasPrefix("+") ? "+ " + dropFirst() : "+ " + self
  }
}

/// A multiple to three digits, to six where three would say 1.
func multipleWords(_ k: Certified) -> String {
  let near = abs((k.nearestDouble ?? 0) - 1) < 0.02
  return k.text(digits: near ? 6 : 3)
}
