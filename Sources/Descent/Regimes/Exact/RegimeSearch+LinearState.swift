// Linear rules that keep one number beside each entry, on losses of degree 2: the state (x, v) moves linearly,
// in each direction of curvature by a matrix whose trace and determinant decide (the conditions of Jury:
// |trace| < 1 + det and det < 1). On the unit circle the angle decides: cos θ rational and θ a rational part of
// a turn only for cos θ in {0, ±1/2, ±1} (Niven, Irrational Numbers, 1956, corollary 3.12).
import Calculus

extension RegimeSearch {
  func quadraticState() throws(Lack) -> Regime {
    if map.eta.isZero { throw .rateIsZero }
    // Else it rests elsewhere than the loss.
    guard plan.step.restsWhereSlopeIsZero else { throw .multipliersLeaveOpen }
    let a = CertifiedArithmetic(bits: 256)
    let start = plan.start.values(a)
    let slope = loss.gradient.evaluate(a, at: start).slopes
    guard slope.contains(where: { $0.sign != 0 }) else { throw .startsAtRest }
    let curvatures = try SymmetricEigenvalues.enclosures(of: loss.hessian(at: start)).or(
      .curvaturesNotEnclosed)
    let rules = curvatures.compactMap {
      plan.step.pair(a, eta: map.eta.number(a), curvature: $0)
    }
    guard rules.count == curvatures.count else { throw .multipliersLeaveOpen }
    let one = Certified.exact(.one)
    let tests = rules.map { m -> [Int?] in
      let sum = a.add(one, m.determinant)
      return [a.subtract(one, m.determinant), a.subtract(sum, m.trace), a.add(sum, m.trace)].map(
        \.sign)
    }
    let isStable = tests.allSatisfy { $0.allSatisfy { $0 == 1 } }
    if isStable, curvatures.allSatisfy({ ($0.sign ?? 0) != 0 }) {
      let c = try map.cycle(near: start.map { $0.estimate ?? 0 }, period: 1, within: .infinity)
        .or(.noRestNear)
      var r = Regime(.stationary, proved: true, .multipliersAreInside)
      r.limit = c.points[0]
      describe(&r)
      r.multipliers = rules.reversed().flatMap(roots)
      r.convergence = .linear
      r.lyapunov = exponent(r.multipliers, 1)
      return r
    }
    // Of other rules whether the start has a share of every multiplier is not looked at.
    if plan.step.inertia == nil { throw .multipliersLeaveOpen }
    // A share of the orbit changes sign for ever and neither grows nor fades: it does not turn.
    if !tests.contains(where: { $0.contains(-1) }), tests.contains(where: { $0[2] != 1 }) {
      return .undecided(.multiplierIsMinusOne)
    }
    // What rests where it starts neither turns nor leaves.
    guard start.count == 1, let m = rules.first, let s = slope[0].sign, s != 0 else {
      throw .multipliersLeaveOpen
    }
    if tests[0].contains(-1) {
      // The start at rest is no eigenvector, so that every multiplier has its share of it.
      return Regime(.divergent, proved: true, .multiplierIsOutside)
    }
    guard m.determinant.rational == .one, let trace = m.trace.rational,
      trace.magnitude < Rational(2)
    else { throw .multipliersLeaveOpen }
    return try turning(trace).or(.multipliersLeaveOpen)
  }

  /// Both multipliers on the unit circle, at the angle θ with 2cos θ = trace.
  private func turning(_ trace: Rational) -> Regime? {
    let cosine = trace * .half
    let multipliers = roots((.exact(trace), .exact(.one)))
    guard let period = [-1: 3, 0: 4, 1: 6].first(where: { Rational($0.key) == trace })?.value else {
      var r = Regime(.quasiperiodic, proved: true, .turns(cosine: cosine, period: nil))
      r.multipliers = multipliers
      r.lyapunov = 0
      return r
    }
    let a = CertifiedArithmetic(bits: 256)
    var z = plan.start.values(a) + [.exact(.zero)]
    var points: [[Certified]] = []
    for _ in 0..<period {
      points.append([z[0]])
      z = stateMap.next(a, z)
    }
    guard let x = plan.start[0].rational, z[0].rational == x, z[1].sign == 0 else { return nil }
    var r = Regime(.cycle, proved: true, .turns(cosine: cosine, period: period))
    r.isReached = true
    r.period = period
    r.points = points
    r.multipliers = [1, 1].map { Multiplier(real: .exact(Rational($0)), imaginary: .exact(.zero)) }
    r.lyapunov = 0
    return r
  }
}
