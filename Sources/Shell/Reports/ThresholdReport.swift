// The critical rates of a point told, each with what it is critical for; a missing one with why.
import Calculus
import Descent

struct ThresholdReport {
  let session: Session
  let found: Thresholds
  let loss: Loss
  let start: StepStart
  /// The rate to compare with, if any.
  let eta: Certified?
  private let a = CertifiedArithmetic(bits: 256)

  init(session: Session, found: Thresholds, loss: Loss, start: StepStart, eta: Certified?) {
    self.session = session
    self.found = found
    self.loss = loss
    self.start = start
    self.eta = eta
  }

  private var digits: Int { session.digits }
  private var name: String { loss.name }
  private func t(_ c: Certified) -> String { c.text(digits: digits) }

  /// How many times a rate ours is; nil where one is missing or ours is no step downhill.
  private func times(_ c: Certified?) -> Certified? {
    guard let c, let eta, c.sign == 1, eta.sign == 1 else { return nil }
    return a.divide(eta, c)
  }

  private var atMinimum: Certified? { found.downhill?.stableBelow }

  func answer() -> Answer {
    let x = start.point(bits: 256)
    let three = Table(
      columns: [
        .init(title: "critical for", isText: true), .init(title: "η", isText: true),
        .init(title: eta == nil ? "" : "yours/η"),
      ], rows: rows)
    return Answer(
      "threshold",
      [("loss", .string(name)), ("at", session.pointJSON(loss, x))] + members
        + [("text", .array(lines.map(JSON.string)))],
      [.line("critical rates of \(name) from \(session.pointLine(loss, x))"), .table(three)]
        + lines.map(Answer.Block.line))
  }

  private var rows: [[String]] {
    var rows: [[String]] = []
    func row(_ what: String, _ rate: Certified?, missing: String) {
      rows.append([what, rate.map(t) ?? missing, times(rate).map(multipleWords) ?? ""])
    }
    let rises = found.study.map { $0.rises.rate == nil || $0.risesForEver } ?? true
    row(
      "this step (\(rises ? "above it \(name)" : "there \(name) first") rises)", thisStep,
      missing: noStep)
    if let edge = found.study?.edge {
      let what = edge.isPoint ? "lands where \(name) is undefined" : "leaves the domain"
      row("this step (there it \(what))", edge.rate, missing: "")
    }
    let isBound = found.here?.isBound ?? false
    row(
      "the curvature here (2/λmax)", isBound ? nil : found.here?.twoOverLargest,
      missing: found.here?.limitText(digits) ?? noCurvature)
    if let p = found.downhill {
      let place = p.at.count > 4 ? "downhill" : "at \(pointWords(p.at, loss, digits))"
      row(
        "the \(p.kind?.rawValue ?? "point") \(place) (2/λmax)",
        atMinimum, missing: p.kind == .minimum ? "not decided" : "none")
    }
    if let d = found.divergence {
      row("this start (above it \(name) diverges)", d, missing: "")
    }
    return rows
  }

  /// The rate above which this step rises, else the first at which it comes back to where it was.
  private var thisStep: Certified? { found.study.flatMap { $0.rises.rate ?? $0.critical.rate } }

  private var noStep: String {
    guard let study = found.study else {
      return found.isAtRest == true
        ? "none: the slope is 0" : "not decided: the slope is not told from 0"
    }
    switch study.critical {
    case .at: return ""
    case .missing(.never):
      return study.edge.map { "none below \(t($0.rate))" } ?? "none: \(name) falls at every rate"
    case .missing(.notBelow(let end)): return "none below \(t(end))"
    case .missing(.undecided): return "not decided"
    }
  }

  private var noCurvature: String {
    guard let here = found.here else {
      return loss.variables.count > SymmetricEigenvalues.largest ? "not found" : "none here"
    }
    switch here.largest?.sign {
    case 0 where here.isBound, -1 where here.isBound: return "not decided"
    case 0: return "none: λ = 0"
    case -1: return "none: it bends down"
    default: return "not decided"
    }
  }

  private var lines: [String] {
    var lines: [String] = []
    if let edge = found.study?.edge {
      let rate = edge.reasonAt.map { " (at η = \(t($0)))" } ?? ""
      lines.append("The step ends there: \(edge.words)\(rate).")
    }
    if let sign = found.study?.signAtStart {
      let place = session.pointLine(loss, start.point(bits: 256))
      lines.append(
        "At \(place), a kink, \(name) \(sign > 0 ? "rises" : "does not fall") however short the step."
      )
    }
    if let study = found.study, study.falls.count > 1 {
      lines.append("\(name) falls in this step for η in \(study.fallsWords(digits))")
    }
    lines += comparison + [found.here?.sourceWords(digits)].compactMap { $0 }
    if let nothing = noMinimum { lines.append(nothing) }
    return lines
  }

  /// Our rate beside the critical ones.
  private var comparison: [String] {
    guard let eta else { return [] }
    if eta.sign == -1 {
      return ["η = \(t(eta)) is negative: it goes uphill, and the rates here are those of descent."]
    }
    var lines: [String] = []
    if let k = times(atMinimum) {
      let verdict: String
      switch a.subtract(k, .exact(.one)).sign {
      case 1: verdict = ": beyond it the minimum repels, and only special starts come to rest there"
      case -1: verdict = ": below it runs that come near settle there"
      default: verdict = ""
      }
      lines.append("η = \(t(eta)) is \(timesCritical(k)) for the minimum\(verdict).")
    } else if let k = times(thisStep) {
      lines.append("η = \(t(eta)) is \(timesCritical(k)) for this step.")
    }
    if let k = times(found.divergence), a.subtract(k, .exact(.one)).sign == 1 {
      lines.append(
        "From this start it diverges: \(multipleWords(k)) times the rate that it bears.")
    }
    return lines
  }

  /// What is said where no minimum was found downhill.
  private var noMinimum: String? {
    guard found.downhill == nil, found.isAtRest == false else { return nil }
    if found.divergence != nil {
      return "At the minimum the curvature is 0: no rate is critical there."
    }
    guard loss.variables.count <= SymmetricEigenvalues.largest else {
      return
        "Minima downhill are looked for with up to \(SymmetricEigenvalues.largest) variables."
    }
    if loss.hasKink {
      return
        "A function in \(name) has a kink. Where the slope jumps, a run lands exactly or goes back and forth: no rate is critical for settling there."
    }
    return loss.variables.count > 1
      ? "No isolated minimum was found downhill, so none gives a rate for settling. rule shows where it rests."
      : "No minimum was found downhill, so none gives a rate for settling."
  }

  private var members: [(String, JSON)] {
    var m = member(
      "lambda_max", found.here?.largest ?? .undefined(noCurvature), digits: digits)
    m += member(
      "two_over_lambda_max", found.here?.twoOverLargest ?? .undefined(noCurvature), digits: digits)
    m += found.here?.members ?? []
    let study = found.study
    let end = study.map { t($0.reach) }
    switch study?.critical {
    case .at(let c): m += member("eta_critical", c, digits: digits)
    case .missing(.never) where study?.edge == nil:
      m += member("eta_critical", .undefined("infinite"))
    case .missing(.undecided(let from)):
      m += member("eta_critical", .undefined("not decided from \(t(from)) on"))
    default:
      m += member("eta_critical", .undefined(end.map { "not found below \($0)" } ?? noStep))
    }
    m += member(
      "eta_domain_edge",
      study?.edge?.rate ?? .undefined(end.map { "not found below \($0)" } ?? "none"), digits: digits
    )
    m += member(
      "minimum_two_over_lambda_max", atMinimum ?? .undefined("no minimum downhill"), digits: digits)
    m += member("eta_divergence", found.divergence ?? .undefined("none known"), digits: digits)
    let reference = atMinimum ?? thisStep
    m += member(
      "times_critical",
      times(reference) ?? .undefined(eta == nil ? "no rate is given" : "none"), digits: digits)
    m.append(
      ("reference", .string(atMinimum != nil ? "2/λmax at the minimum downhill" : "this step")))
    let falls = study?.falls ?? []
    m.append(
      ("falls", .array(falls.map { .array([json($0.lower), $0.upper.map(json) ?? .null]) })))
    m.append(("searched_to", study.map { json($0.reach) } ?? .null))
    return m
  }
}

/// `exactly critical`, or `1.5 times critical`.
private func timesCritical(_ k: Certified) -> String {
  k.rational == .one ? "exactly critical" : "\(multipleWords(k)) times critical"
}
