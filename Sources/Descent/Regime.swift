// Where a run ends and how, with the evidence (trust.md, Regimes). Proved where a quadratic or an
// exact recurrence decides; else evidence from going on in doubles; else undecided.
import Calculus

package struct Regime: Sendable {
  package enum Outcome: String, Sendable {
    case stationary, cycle, divergent, undecided
    case leavesDomain = "leaves-domain"
  }
  package enum Rate: String, Sendable { case finite, superlinear, linear, sublinear }

  package var outcome: Outcome
  package var rate: Rate?
  /// The factor of a linear rate: the multiplier at the limit, with its sign.
  package var factor: Certified?
  package var alternates: Bool?
  package var period: Int?
  package var points: [[Double]] = []
  package var limit: [Double] = []
  package var proved: Bool
  /// One sentence that says why.
  package var evidence: String
}

extension Trajectory {
  /// Classifies the run; undecided where it was interrupted or `cancelled` says so.
  package func regime(cancelled: () -> Bool = { false }) -> Regime {
    switch stop {
    case .landed:
      let at = rows.last?.point.compactMap(\.nearestDouble) ?? []
      return Regime(
        outcome: .stationary, rate: .finite, limit: at, proved: true,
        evidence: "the gradient is exactly 0 after \(steps) step\(steps == 1 ? "" : "s")")
    case .stalled:
      return Regime(
        outcome: .stationary, limit: rows.last?.point.compactMap(\.nearestDouble) ?? [],
        proved: false, evidence: "at step \(steps) the step is below the spacing of doubles")
    case .cycle(let p):
      let points = rows.suffix(p).map { $0.point.compactMap(\.nearestDouble) }
      return Regime(
        outcome: .cycle, period: p, points: points, proved: true,
        evidence: "step \(steps) is exactly where step \(steps - p) was")
    case .undefined(let why):
      return Regime(outcome: .leavesDomain, proved: true, evidence: why)
    default: break
    }
    if let r = quadraticRegime() { return r }
    if stop == .overflow {
      return Regime(
        outcome: .divergent, proved: false,
        evidence: "overflow: beyond 1.8e308 after step \(steps)")
    }
    return simulatedRegime(cancelled)
  }

  /// The multiplier of x by one step of gradient descent on a quadratic of one variable.
  package func quadraticMultiplier() -> (curvature: Rational, eta: Rational, factor: Rational)? {
    guard plan.method is GradientDescent, plan.loss.variables.count == 1, !plan.isSchedule,
      let d = plan.loss.degree, d <= 2, let x = plan.start.first
    else { return nil }
    let a = CertifiedArithmetic(bits: 128)
    let bend = plan.loss.program.hessian().run(a, at: [.exact(x)]).last?.rational
    guard let curvature = bend, let eta = plan.rate(a, 0).rational else { return nil }
    return (curvature, eta, .one - eta * curvature)
  }

  private func quadraticRegime() -> Regime? {
    guard let (h, eta, m) = quadraticMultiplier() else { return nil }
    let atRest = rows.first?.slopeNorm.sign == 0
    if atRest || eta.isZero { return nil }
    if h.isZero {
      return Regime(
        outcome: .divergent, proved: true, evidence: "the slope is the same everywhere")
    }
    let size = m.magnitude
    let factor = Certified.exact(m)
    if size < .one {
      return Regime(
        outcome: .stationary, rate: m.isZero ? .finite : .linear, factor: factor,
        alternates: m.sign < 0, proved: true,
        evidence: "every step multiplies the distance by \(factor.text(digits: 6))")
    }
    if size == .one {
      return Regime(
        outcome: .cycle, factor: factor, period: 2, proved: true,
        evidence: "every step mirrors x about the stationary point")
    }
    return Regime(
      outcome: .divergent, factor: factor, alternates: m.sign < 0, proved: true,
      evidence: "every step multiplies the distance by \(factor.text(digits: 6))")
  }

  /// Goes on in doubles for a few thousand steps.
  private func simulatedRegime(_ cancelled: () -> Bool) -> Regime {
    func undecided(_ why: String) -> Regime {
      Regime(outcome: .undecided, proved: false, evidence: why)
    }
    guard plan.method is GradientDescent, !plan.isSchedule, let last = rows.last else {
      return undecided("only gradient descent at a constant rate is classified")
    }
    let a = DoubleArithmetic()
    let eta = plan.rate(a, 0)
    var x = last.point.compactMap(\.nearestDouble)
    guard x.count == plan.start.count else { return undecided("the orbit is not known") }
    var history: [[Double]] = [x]
    for k in 0..<4000 {
      if k & 63 == 0, cancelled() { return undecided("the run was stopped") }
      let g = plan.loss.gradient.run(a, at: x)
      let next = zip(x, g.dropFirst()).map { $0 - eta * $1 }
      if next.contains(where: { !$0.isFinite || abs($0) > 1e100 }) {
        if next.contains(where: \.isNaN) && !x.contains(where: { abs($0) > 1e50 }) {
          return undecided("a later step, about \(steps + k + 1), leaves the domain")
        }
        return Regime(
          outcome: .divergent, proved: false,
          evidence: "going on, ‖x‖ passes 1e100 at step \(steps + k + 1)")
      }
      x = next
      history.append(x)
      if history.count > 8 { history.removeFirst() }
    }
    return settled(history, eta) ?? undecided("it has not settled within 4000 further steps")
  }

  private func distance(_ u: [Double], _ v: [Double]) -> Double {
    zip(u, v).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private func settled(_ h: [[Double]], _ eta: Double) -> Regime? {
    let n = h.count
    guard n >= 4 else { return nil }
    let scale = max(1e-3, h[n - 1].reduce(0) { max($0, abs($1)) })
    let one = distance(h[n - 1], h[n - 2]) / scale
    let two = distance(h[n - 1], h[n - 3]) / scale
    let curvatures = plan.loss.variables.count == 1 ? h.suffix(2).map { bend($0[0]) } : []
    if one < 1e-10 {
      guard let b = curvatures.last else {
        return Regime(
          outcome: .stationary, limit: h[n - 1], proved: false,
          evidence: "the steps have shrunk below 1e-10")
      }
      let m = 1 - eta * b
      guard abs(m) < 1 - 1e-6 else { return nil }
      return Regime(
        outcome: .stationary, rate: abs(m) < 1e-6 ? .superlinear : .linear,
        factor: .exact(Rational(m)), alternates: m < 0, limit: h[n - 1], proved: false,
        evidence: "the multiplier 1 − ηf″ at the limit is inside (−1, 1)")
    }
    if two < 1e-10, one > 1e-6 {
      let m = curvatures.reduce(1) { $0 * (1 - eta * $1) }
      guard curvatures.isEmpty || abs(m) < 1 else { return nil }
      return Regime(
        outcome: .cycle, period: 2, points: [h[n - 2], h[n - 1]], proved: false,
        evidence: "every second step returns to the same point")
    }
    return nil
  }

  private func bend(_ x: Double) -> Double {
    plan.loss.program.hessian().run(DoubleArithmetic(), at: [x]).last ?? .nan
  }
}
