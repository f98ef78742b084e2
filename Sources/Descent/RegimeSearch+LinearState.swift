// Methods with a memory on losses of degree 2: the state (x, v) moves linearly, in each direction of
// curvature by a matrix whose trace and determinant decide (the conditions of Jury: |trace| < 1 + det
// and det < 1). On the unit circle the angle decides: cos θ rational and θ a rational part of a turn only
// for cos θ in {0, ±1/2, ±1} (Niven, Irrational Numbers, 1956, corollary 3.12).
import Calculus

extension RegimeSearch {
  func linearState<M: Method>(_ method: M, _ map: DescentMap) -> Regime? {
    guard let d = loss.degree, d <= 2, !map.eta.isZero else { return nil }
    let start = plan.start.map(Certified.exact)
    let a = CertifiedArithmetic(bits: 256)
    let slope = Array(loss.gradient.run(a, at: start).dropFirst())
    guard slope.contains(where: { $0.sign != 0 }),
      let curvatures = SymmetricEigenvalues.enclosures(of: map.hessian(at: start))
    else { return nil }
    let rules = curvatures.map { method.linear(a, a.multiply(.exact(map.eta), $0)) }
    let one = Certified.exact(.one)
    let tests = rules.map { m -> [Int?] in
      let sum = a.add(one, m.determinant)
      return [a.subtract(one, m.determinant), a.subtract(sum, m.trace), a.add(sum, m.trace)].map(
        \.sign)
    }
    let isStable = tests.allSatisfy { $0.allSatisfy { $0 == 1 } }
    if isStable, curvatures.allSatisfy({ ($0.sign ?? 0) != 0 }) {
      guard
        let c = map.cycle(near: start.map { $0.nearestDouble ?? 0 }, period: 1, within: .infinity)
      else { return nil }
      var r = Regime(
        .stationary, proved: true,
        evidence:
          "\(loss.name) is quadratic and every multiplier of the state (x, v) is inside the unit circle"
      )
      r.limit = c.points[0]
      describe(&r)
      r.multipliers = rules.reversed().flatMap { m in
        roots((m.trace.nearestDouble ?? .nan, m.determinant.nearestDouble ?? .nan))
      }
      r.rate = .linear
      r.lyapunov = exponent(r.multipliers, 1)
      return r
    }
    guard start.count == 1, let m = rules.first else { return nil }
    if tests[0].contains(-1) {
      // The start at rest is no eigenvector, so that every multiplier has its share of it.
      return Regime(
        .divergent, proved: true,
        evidence:
          "\(loss.name) is quadratic and a multiplier of the state (x, v) is outside the unit circle"
      )
    }
    guard m.determinant.rational == .one, let trace = m.trace.rational,
      trace.magnitude < Rational(2)
    else { return nil }
    return turning(method, map, trace)
  }

  /// Both multipliers on the unit circle, at the angle θ with 2cos θ = trace.
  private func turning<M: Method>(_ method: M, _ map: DescentMap, _ trace: Rational) -> Regime? {
    let angle = Certified.exact(trace * .half).text(digits: 6)
    let cosine =
      "both multipliers of the state (x, v) lie on the unit circle, at an angle with cosine \(angle)"
    let multipliers = roots((trace.nearestDouble, 1))
    guard let period = [-1: 3, 0: 4, 1: 6].first(where: { Rational($0.key) == trace })?.value else {
      var r = Regime(
        .quasiperiodic, proved: true,
        evidence:
          "\(loss.name) is quadratic and \(cosine), which is no rational part of a turn (Niven's theorem): the orbit never repeats and never settles"
      )
      r.multipliers = multipliers
      r.lyapunov = 0
      return r
    }
    let lifted = DescentMap(loss, eta: map.eta, inertia: method.inertia)
    let a = CertifiedArithmetic(bits: 256)
    var z = plan.start.map(Certified.exact) + [.exact(.zero)]
    var points: [[Certified]] = []
    for _ in 0..<period {
      points.append([z[0]])
      z = lifted.next(a, z)
    }
    guard z[0].rational == plan.start[0], z[1].sign == 0 else { return nil }
    var r = Regime(
      .cycle, proved: true,
      evidence: "\(loss.name) is quadratic and \(cosine): step \(period) is exactly the start")
    r.period = period
    r.points = points
    r.multipliers = [1, 1].map { Multiplier(real: .exact(Rational($0)), imaginary: .exact(.zero)) }
    r.lyapunov = 0
    return r
  }

  /// No cycle found: chaos by the exponent with batch means, as without a memory, else undecided.
  func wanders<M: Method>(
    _ method: M, _ orbit: MemoryOrbit<M>, _ sums: [Double], _ batch: Int
  ) -> Regime {
    let steps = orbit.t
    var orbit = orbit
    let l = exponent(sums, batch)
    let n = plan.start.count
    // The range of x over the next steps, in two halves.
    var ranges: [[(Double, Double)]] = []
    let more = max(2000, min(20_000, steps / 8))
    for _ in 0..<2 {
      var range = Array(repeating: (Double.infinity, -Double.infinity), count: n)
      for _ in 0..<more {
        guard orbit.step() else { break }
        for k in 0..<n { range[k] = (min(range[k].0, orbit.x[k]), max(range[k].1, orbit.x[k])) }
      }
      ranges.append(range)
    }
    let isBounded = zip(ranges[0], ranges[1]).allSatisfy { u, v in
      let width = max(u.1 - u.0, 1e-300)
      return u.1 - u.0 > 1e-6 && abs(u.0 - v.0) < 0.25 * width && abs(u.1 - v.1) < 0.25 * width
    }
    let keepsItsRange = zip(ranges[0], ranges[1]).allSatisfy { u, v in
      abs(u.0 - v.0) + abs(u.1 - v.1) <= 2e-2 * (u.1 - u.0)
    }
    // Where neighbours part like t, as on circles that turn unlike, the mean falls like log(t)/t.
    if let l, isBounded, keepsItsRange, steps >= 10_000,
      abs(l.mean) <= max(3 * l.error, 20 / Double(steps)), abs(l.mean) < 1e-3
    {
      var r = Regime(
        .quasiperiodic,
        evidence:
          "with \(M.name) x keeps its range, no cycle of period up to 64 was found, and nearby orbits neither part nor meet: Lyapunov exponent \(Certified.exact(Rational(l.mean)).text(digits: 1)) ± \(Certified.exact(Rational(l.error)).text(digits: 1)) over \(steps) steps"
      )
      r.lyapunov = l.mean
      r.standardError = l.error
      r.steps = steps
      return r
    }
    guard let l, isBounded, steps >= 10_000, l.mean > 3 * l.error, l.mean > 1e-3 else {
      return Regime(
        .undecided,
        evidence:
          "with \(M.name) nothing is settled after \(steps) steps, and no cycle of period up to 64 was found"
      )
    }
    let kept = l.error > 0 ? Int(min(8, max(1, (l.mean / l.error).exponentOf10 + 1))) : 1
    var r = Regime(
      .chaotic,
      evidence:
        "with \(M.name) x stays in its range, no cycle of period up to 64 was found, and nearby orbits part: Lyapunov exponent \(Certified.exact(Rational(l.mean)).text(digits: kept)) ± \(Certified.exact(Rational(l.error)).text(digits: 1)) over \(steps) steps"
    )
    r.lyapunov = l.mean
    r.standardError = l.error
    r.steps = steps
    return r
  }
}

extension Double {
  /// ⌊log₁₀⌋ of a positive number.
  fileprivate var exponentOf10: Double { (Double(exponent) * 0.30103).rounded(.down) }
}
