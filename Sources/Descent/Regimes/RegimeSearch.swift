// Finds the regime of a run. In this order: what the run itself shows exactly; quadratics, where the
// multipliers decide; exact recurrence further on; then the orbit in doubles, looked at after 16, 64,
// 256 … steps for a cycle that attracts it. A cycle counts only when Newton's method finds it, its
// multipliers lie inside the unit circle and the orbit is in its basin; it is proved when the
// enclosed orbit enters a ball that a round contracts into itself. A small gradient or a small C
// decides nothing. What is left is judged by the whole orbit (`RegimeSearch+Aperiodic`).
import Calculus
import Glibc

struct RegimeSearch {
  let run: Trajectory
  let effort: Effort
  let cancelled: () -> Bool
  /// What all proofs of one search together may cost.
  let allowance: Allowance
  var plan: DescentPlan { run.plan }
  var loss: Loss { run.plan.loss }
  static let longestPeriod = 128
  /// The same for a state, whose Jacobian is as large again.
  static let longestPeriodOfState = 64

  init(_ run: Trajectory, _ effort: Effort, _ cancelled: @escaping () -> Bool) {
    self.run = run
    self.effort = effort
    self.cancelled = cancelled
    allowance = Allowance(2 * effort.enclosures)
  }

  func found() -> Regime {
    if let r = shown() { return r }
    if plan.step.readsStep {
      return .undecided(.readsStep)
    }
    if plan.isSchedule { return reduced() ?? parted() ?? scheduled() }
    guard plan.step.isGradientDescent else { return withState() }
    guard let eta = plan.constantRate else { return .undecided(.rateMayVanish) }
    guard plan.start.count <= SymmetricEigenvalues.largest else {
      return .undecided(.tooManyVariables(most: SymmetricEigenvalues.largest))
    }
    let map = DescentMap(loss, eta: eta)
    if let r = quadratic(map) ?? reduced() ?? parted() { return r }
    if let r = recurrence(map) { return r }
    return simulated(map)
  }

  /// What the run ended with, where that is exact.
  private func shown() -> Regime? {
    guard let last = run.rows.last, last.tier != .double else { return nil }
    switch run.stop {
    case .landed:
      var r = Regime(.stationary, proved: true, .gradientVanishes(after: run.steps))
      r.limit = last.point
      r.convergence = .finite
      describe(&r)
      return r
    case .cycle(1) where plan.step.law == nil:
      return resting(last.point, run.steps - 1)
    case .cycle(let p):
      let points = run.rows.suffix(p + 1).prefix(p).map(\.point)
      return recurring(points, .returns(step: run.steps, to: run.steps - p))
    case .undefined(let why):
      return Regime(
        .leavesDomain, proved: true, .leavesDomain(step: run.steps, reason: why))
    case .overflow where run.steps == 0: return .undecided(.firstStepOverflows)
    default: return nil
    }
  }

  /// A rule that makes no step any more, from a step on.
  private func resting(_ x: [Certified], _ k: Int) -> Regime {
    var r = Regime(.stationary, proved: true, .rests(after: k))
    r.limit = x
    r.convergence = .finite
    describe(&r)
    return r
  }

  /// An exact cycle, met or tended to.
  func recurring(_ points: [[Certified]], _ why: Finding) -> Regime {
    var r = Regime(.cycle, proved: true, why)
    r.isReached = true
    r.period = points.count
    r.points = points
    if plan.step.isGradientDescent, let eta = plan.constantRate,
      points.count <= 512, points[0].count <= SymmetricEigenvalues.largest
    {
      let map = DescentMap(loss, eta: eta)
      let fine = EnclosureArithmetic(bits: 256)
      if points.contains(where: { p in loss.meetsKink(fine, p.map { $0.number(fine) }) }) {
        return r
      }
      r.multipliers = map.multipliers(points)
      r.lyapunov = exponent(r.multipliers, points.count)
    }
    return r
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
      let map = DescentMap(loss, eta: eta)
      guard let values = SymmetricEigenvalues.enclosures(of: map.hessian(at: r.limit)) else {
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
    let slope = loss.gradient.run(CertifiedArithmetic(bits: 256), at: r.limit).dropFirst()
    if slope.contains(where: { $0.sign.map { $0 != 0 } ?? false }) {
      r.notes.append(.slopeIsNotZero)
    }
    return slope.allSatisfy(\.isExactZero)
  }

  /// The orbit as exact fractions for as long as they stay short: landing or recurrence.
  func recurrence(_ map: DescentMap) -> Regime? {
    let a = CertifiedArithmetic(bits: 64, limit: 1024)
    guard let start = plan.start.rationals else { return nil }
    let n = start.count
    var x = start + plan.step.rule.initial
    var seen: [[Rational]: Int] = [:]
    var orbit: [[Rational]] = []
    let most = min(2000, max(50, effort.enclosures / max(1, loss.gradient.instructions.count)))
    while orbit.count < most {
      if let k = seen[x] {
        // What is kept may go round while x does not, or more often.
        let round = orbit[k...].map { Array($0.prefix(n)) }
        let period = (1...round.count).first { p in
          round.count % p == 0 && zip(round, round.dropFirst(p)).allSatisfy { $0 == $1 }
        }
        let points = round.prefix(period ?? round.count).map { $0.map(Certified.exact) }
        if points.count == 1 {
          if plan.step.law == nil {
            let first = orbit.lastIndex { Array($0.prefix(n)) != round[0] }.map { $0 + 1 } ?? 0
            return resting(points[0], first)
          }
          var r = Regime(.stationary, proved: true, .gradientVanishes(after: k))
          r.limit = points[0]
          r.convergence = .finite
          describe(&r)
          return r
        }
        return recurring(points, .returns(step: k + points.count, to: k))
      }
      seen[x] = orbit.count
      orbit.append(x)
      let y = map.next(a, x.map(Certified.exact)).compactMap(\.rational)
      guard y.count == x.count, y.allSatisfy({ $0.bits <= 1024 }) else { return nil }
      x = y
    }
    return nil
  }
}
