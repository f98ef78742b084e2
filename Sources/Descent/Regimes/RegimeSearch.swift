// Finds the regime of a run by the table of provers: what the rows and the formulas show; then the orbit in
// doubles, looked at after 16, 64, 256 … steps for what it comes to. A cycle counts only when Newton's
// method finds it, its multipliers lie inside the unit circle and the orbit is in its basin; it is proved
// when the enclosed orbit enters a ball that a round contracts into itself. A small gradient or a small C
// decides nothing.
import Calculus

final class RegimeSearch {
  let run: Trajectory
  let effort: Effort
  let cancelled: () -> Bool
  /// What all proofs of one search together may cost.
  let allowance: Allowance
  var plan: DescentPlan { run.plan }
  var loss: Loss { run.plan.loss }
  static let longestPeriod = 128
  /// The longest cycle that is looked for; of a state, whose Jacobian is as large again, half of it.
  var longestPeriod: Int {
    meets(.gradientDescent) ? RegimeSearch.longestPeriod : RegimeSearch.longestPeriod / 2
  }

  // The evidence, gathered where it is asked for.

  /// Gradient descent at the run's rate; where that changes, at 1.
  private(set) lazy var map = DescentMap(loss, eta: plan.constantRate ?? Rate(.one))
  /// The map of the method on what it keeps.
  private(set) lazy var stateMap =
    plan.step.isGradientDescent ? map : DescentMap(plan.step, eta: map.eta)
  /// The orbit in doubles, with a tangent.
  private(set) lazy var orbit = Orbit(
    tangentTo: stateMap.motion, eta: map.eta.nearestDouble, from: plan.start.doubles)
  /// The sides of one variable from which nothing comes back.
  private(set) lazy var escapes = stateMap.noReturns()
  /// How the orbit grows, from where it starts.
  var growth = SwingingGrowth(from: 0, swings: false)
  /// Where a flight began that goes on: it may yet come back, as x⁴/10²⁰⁰ − x² holds x below 10¹⁰⁰.
  var far: Orbit.Place?
  /// Whether the orbit has no next step in doubles.
  var hasStopped = false
  var observed = Observations()

  // What was tried.

  private var lacks: [Prover.Name: Lack] = [:]
  private var decider: Prover.Name?

  init(_ run: Trajectory, _ effort: Effort, _ cancelled: @escaping () -> Bool) {
    self.run = run
    self.effort = effort
    self.cancelled = cancelled
    allowance = Allowance(2 * effort.enclosures)
  }

  /// The regime, with what was tried for it.
  func found() -> Regime {
    if plan.sampling != nil { return .undecided(.drawn) }
    if loss.overRows { return overRows ?? .undecided(.tooManyRows) }
    var r = searched()
    if !r.proved, breaksSymmetry(r.limit) { r = .undecided(.pushedOff) }
    // Of a search in fewer variables, or from a later step, what was tried there.
    r.attempts = attempts + r.attempts
    return r
  }

  /// Of a quadratic loss over rows its curvatures decide, which balls enclose; of others nothing is shown.
  private var overRows: Regime? {
    guard loss.isQuadratic, meets(.gradientDescent), meets(.constantRate),
      plan.start.count <= SymmetricEigenvalues.largest, loss.rowCount <= RegimeSearch.mostRows
    else { return nil }
    return try? quadratic()
  }

  /// Rows beyond which a verdict's passes in balls would take more than a few seconds.
  private static let mostRows = 10_000_000

  /// Whether variables that start equal, and that the loss may swap, are apart at a limit: every step keeps
  /// them equal, but rounding need not.
  private func breaksSymmetry(_ limit: [Certified]) -> Bool {
    guard limit.count > 1, let start = plan.start.rationals else { return false }
    let x = limit.map { $0.estimate ?? .nan }
    let size = x.map(abs).max() ?? 0
    return x.indices.contains { j in
      x.indices.prefix(j).contains { i in
        start[i] == start[j] && abs(x[i] - x[j]) > ErrorGrowth.share * size && loss.swaps(i, j)
      }
    }
  }

  private func searched() -> Regime {
    if let obstacle { return first(.start, upTo: .exactRows) ?? .undecided(obstacle) }
    return first(.start) ?? followed()
  }

  /// What no prover but that of the rows can do with.
  private var obstacle: Obstacle? {
    if plan.step.readsStep { return .readsStep }
    if plan.isSchedule { return nil }
    if plan.constantRate == nil { return .rateMayVanish }
    return plan.start.count > SymmetricEigenvalues.largest
      ? .tooManyVariables(most: SymmetricEigenvalues.largest) : nil
  }

  /// The first answer of the provers of a stage; what the others lacked is kept.
  func first(_ stage: Prover.Stage, upTo last: Prover.Name? = nil) -> Regime? {
    let provers = Prover.table.filter { $0.stage == stage }
    // Of several looks the last counts.
    for prover in provers { lacks[prover.name] = nil }
    for prover in provers {
      do throws(Lack) {
        if let need = prover.needs.first(where: { !meets($0) }) { throw .need(need) }
        let r = try prover.attempt(self)()
        decider = prover.name
        return r
      } catch {
        lacks[prover.name] = error
      }
      if prover.name == last { break }
    }
    return nil
  }

  /// What was tried, in the order of the table.
  private var attempts: [Attempt] {
    Prover.table.filter { $0.name == decider || lacks[$0.name] != nil }
      .map { Attempt(prover: $0.name, cost: $0.cost, lack: lacks[$0.name]) }
  }

  /// Whether the run is what a prover takes.
  func meets(_ need: Prover.Need) -> Bool {
    switch need {
    case .gradientDescent: plan.step.isGradientDescent
    case .state: !plan.step.isGradientDescent
    case .memory: plan.step.inertia != nil
    case .knownRule: plan.step.law != nil
    case .constantRate: plan.constantRate != nil && !plan.isSchedule
    case .changingRate: plan.isSchedule
    case .positiveRate: map.eta.sign > 0
    case .quadratic: loss.isQuadratic
    case .noKink: !loss.hasKink
    case .oneVariable: plan.start.count == 1
    case .severalVariables: plan.start.count > 1
    case .exactStart: plan.start.rationals != nil
    }
  }

  /// Kind, multipliers and exponent of a stationary point from its Hessian.
  func describe(_ r: inout Regime) {
    guard isStationary(&r) else { return }
    guard r.limit.count <= SymmetricEigenvalues.largest, let eta = plan.constantRate else {
      return
    }
    // At a kink the Hessian says nothing.
    let fine = EnclosureArithmetic(bits: 256)
    guard !loss.meetsKink(fine, r.limit.map { $0.number(fine) }) else { return }
    let a = CertifiedArithmetic(bits: 256)
    if r.multipliers.isEmpty || !plan.step.isGradientDescent {
      guard let values = SymmetricEigenvalues.enclosures(of: loss.hessian(at: r.limit)) else {
        return
      }
      r.kind = Regime.Kind(signs: values.map(\.sign))
      guard plan.step.isGradientDescent, !plan.isSchedule else { return }
      r.multipliers = values.reversed().map {
        Multiplier(
          real: a.subtract(.exact(.one), a.multiply(eta.number(a), $0)), imaginary: .exact(.zero))
      }
    } else {
      // 1 − ηλ is known: the sign of λ follows.
      r.kind = Regime.Kind(
        signs: r.multipliers.map { m in
          a.subtract(.exact(.one), m.real).sign.map { $0 * eta.sign }
        })
    }
    if r.convergence != .finite { r.lyapunov = exponent(r.multipliers, 1) }
  }

  /// log of the largest modulus per step; −∞ where it is exactly 0, nil where it may be or where the
  /// multipliers do not decide its nearest double.
  func exponent(_ m: [Multiplier], _ period: Int) -> Double? {
    guard !m.isEmpty else { return nil }
    if m.allSatisfy({ $0.real.sign == 0 && $0.imaginary.sign == 0 }) { return -.infinity }
    // Whether it is 0, where the exponent is −∞, is not known.
    if m.allSatisfy({ $0.mayVanish }) { return nil }
    let a = CertifiedArithmetic(bits: 256)
    let squares = m.map { a.add(a.power($0.real, 2), a.power($0.imaginary, 2)) }
    guard
      let largest = squares.max(by: { ($0.estimate ?? 0) < ($1.estimate ?? 0) }),
      largest.sign == 1
    else { return nil }
    let log = a.lift(.row(named: "log"), largest, largest)
    let each = a.divide(log, .exact(Rational(2 * period)))
    if let r = each.rational { return r.nearestDouble }
    // Of a double the spacing is 1 in 2⁵³: 17 digits are enough for it.
    return each.certainDigits(17) == 17 ? each.nearestDouble : nil
  }

  /// Whether a limit of the run is known to be a stationary point of the loss: of a rule that is not known
  /// only where the slope is exactly 0; a slope that is not is noted.
  private func isStationary(_ r: inout Regime) -> Bool {
    if plan.step.law != nil { return true }
    let slope = loss.gradient.evaluate(CertifiedArithmetic(bits: 256), at: r.limit).slopes
    if slope.contains(where: { $0.sign.map { $0 != 0 } ?? false }) {
      r.notes.append(.slopeIsNotZero)
    }
    return slope.allSatisfy(\.isExactZero)
  }
}
