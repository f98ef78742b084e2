// Why the prediction of a step is off, and the step's members for `--json`.
import Calculus
import Descent

extension WhyReport {
  /// Why the prediction is off, in words; nil where no test tells.
  var cause: String? {
    if let why = d.leaves {
      let before = study.edge.flatMap { past($0.rate) == 1 ? $0.rate : nil }
      let cure = before.map { " Below \(at($0)) it stays inside." } ?? ""
      return
        "Cause: where the step lands \(name) has no value: \(why.words). The prediction knows only the slope here, not where \(name) ends.\(cure)"
    }
    if along.isStraight(to: length) {
      return "The prediction is exact: along this step \(name) is a straight line."
    }
    if let e = study.edge, past(e.rate) == 1 {
      return
        "Cause: the step jumps over \(at(e.rate)), where \(name) is not defined. Beyond it the prediction means nothing."
    }
    if length.sign == -1 {
      return
        "η is negative, so the step goes uphill, against the descent that the other lines tell of."
    }
    let crossed = loss.kinksCrossed(from: d.at, to: d.next)
    if !crossed.isEmpty {
      return
        "Cause: the step crosses the kink of \(crossed.joined(separator: " and ")). Beyond it \(name) is another formula, which the prediction cannot know."
    }
    if study.signAtStart != nil { return nil }
    guard let low = study.best.rate else {
      guard d.change.sign == -1, study.fallsThroughout, past(study.reach) != 1 else { return nil }
      if let e = study.edge {
        return "\(name) keeps falling along this line up to \(at(e.rate)), where it ends."
      }
      if case .missing(.never) = study.best {
        return "\(name) keeps falling along this line, however far the step."
      }
      return "\(name) keeps falling along this line as far as was searched."
    }
    return comparedWithLow(low)
  }

  /// How the step compares with the first low point along its line.
  private func comparedWithLow(_ low: Certified) -> String? {
    let isLowest = study.lowest.map { a.subtract($0, low).sign != 1 } ?? false
    let point = isLowest ? "is lowest" : "has its first low point"
    let name = isLowest ? "the lowest point" : "the first low point"
    switch (d.change.sign, past(low)) {
    case (1, 1):
      let side = isLowest && study.falls.count == 1 ? ", up the other side," : ""
      return
        "Cause: overshoot. Along this line \(self.name) \(point) at \(at(low)); this step goes \(ratio(low)) times as far\(side) and ends higher than it began."
    case (0, 1):
      return
        "The step goes \(ratio(low)) times as far as \(name) along its line and ends just as high as it began."
    case (-1, 1):
      if let r = study.rises.rate, past(r) == 1 {
        return
          "The step leaps over a rise: at smaller rates along this line \(self.name) would be higher than here."
      }
      return "The step goes past \(name) along its line (\(at(low))) and ends lower than it began."
    case (-1, 0): return "The step lands on \(name) along its line."
    case (-1, -1): return "The step stops before \(name) along its line, which is at \(at(low))."
    default: return nil
    }
  }

  /// A member for what was searched along the line: the rate, or with what status there is none.
  private func rate(_ name: String, _ answer: RateStudy.Answer, never: String) -> [(String, JSON)] {
    let digits = session.digits
    switch answer {
    case .at(let r): return member(name, r, digits: digits)
    case .missing(.never): return member(name, .undefined(never))
    case .missing(.notBelow(let end)):
      return member(name, .undefined("not found below \(t(end))"))
    case .missing(.undecided(let from)):
      return member(name, .undefined("not decided from \(t(from)) on"))
    }
  }

  var members: [(String, JSON)] {
    let digits = session.digits
    var m: [(String, JSON)] = [
      ("at", session.pointJSON(loss, d.at)), ("eta", json(d.eta)), ("t", .number(Double(step.t))),
      ("method", .string(step.step.method.name)),
      ("step", .array(d.displacement.map(json))),
    ]
    m += member("change", d.change, digits: digits)
    m += member("predicted", d.predicted, digits: digits)
    m += member("error", d.error, digits: digits)
    m.append(("orders", .array(d.orders.map(json))))
    m += member("curvature_met", d.curvatureMet, digits: digits)
    m += member("two_over_eta", twoOverEta ?? .undefined("infinite"))
    // Rates belong to gradient descent; of a step with a memory they are shares of it.
    let prefix = isRate ? "eta" : "share"
    m += rate("\(prefix)_trust", study.trust, never: study.edge == nil ? "infinite" : "none")
    m += rate("\(prefix)_critical", study.critical, never: study.edge == nil ? "infinite" : "none")
    m.append(
      ("falls", .array(study.falls.map { .array([json($0.lower), $0.upper.map(json) ?? .null]) })))
    m.append(("searched_to", json(study.reach)))
    m += rate("\(prefix)_best", study.best, never: "none")
    m += member(
      "\(prefix)_best_global",
      study.lowest ?? .undefined(study.best.rate == nil ? "none" : "not shown"),
      digits: digits)
    if let b = bound, let lower = b.lower.rationalBounds, let upper = b.upper.rationalBounds {
      m.append(("bound", .array([json(lower.0, rounded: .down), json(upper.1, rounded: .up)])))
    } else {
      m += member(
        "bound", .undefined("the step meets a kink or leaves the domain, or η is 0"))
    }
    m += member(
      "\(prefix)_domain_edge",
      study.edge?.rate ?? .undefined("not found below \(t(study.reach))"), digits: digits)
    m += member("lambda_max", lambda ?? .undefined("not found"))
    m += here?.members ?? []
    let noLimit =
      lambda?.sign == nil ? "whether λmax is positive is not decided" : "λmax is not positive"
    m += member("two_over_lambda_max", twoOverLambda ?? .undefined(noLimit), digits: digits)
    return m
  }
}
