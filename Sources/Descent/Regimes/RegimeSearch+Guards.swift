// What keeps doubles from deciding a label that the true orbit does not have: the orbit again with
// more digits, attracting cycles that an orbit has not come to yet (each attracts a critical point of
// the map where the Schwarzian derivative is negative: Singer 1978), stationary points that are
// proved, and curves of them.
import Calculus
import Glibc

extension RegimeSearch {
  /// The last points of the orbit after so many steps, in rounded numbers of so many bits, newest
  /// first; nil where it leaves.
  func precise(_ steps: Int, bits: Int, kept: Int = 1) -> [[Double]]? {
    let a = MidpointArithmetic(base: EnclosureArithmetic(bits: bits))
    let n = plan.start.count
    var x = plan.state(a).all
    var out: [[Double]] = []
    for t in 0...steps {
      if t & 63 == 0, cancelled() { return nil }
      guard x.allSatisfy(\.isDefined) else { return nil }
      if t > steps - kept { out.append(x.prefix(n).map(\.midpoint)) }
      if t < steps { x = stateMap.next(a, x) }
    }
    return out.reversed()
  }

  /// So many steps of the precise orbit are within the effort.
  func affordable(bits: Int) -> Int {
    min(effort.enclosures, allowance.left) / (loss.gradient.cost(bits: bits) + 3 * map.dimension)
  }

  /// Several variables: whether the precise orbit moves about like the doubles do.
  ///
  /// One that starts on an invariant line stays there, where rounding pushes the doubles off.
  func keepsUp() -> Bool {
    guard map.dimension > 1 else { return true }
    let steps = min(160, affordable(bits: 1024))
    guard steps >= 32, let fine = precise(steps, bits: 1024, kept: steps / 2) else {
      return false
    }
    let recent = (0..<min(Orbit.remembered, steps / 2)).map(orbit.state)
    return (0..<map.dimension).allSatisfy { k in
      func width(_ p: [[Double]]) -> Double {
        (p.map { $0[k] }.max() ?? 0) - (p.map { $0[k] }.min() ?? 0)
      }
      return width(fine) > 0.2 * width(recent)
    }
  }

  /// Whether an attracting cycle is where an orbit could come to it.
  enum InReach {
    case none, notSearched
    case found(period: Int)
  }

  /// One variable: an attracting cycle within reach of the orbit, though the orbit has not come to
  /// it.
  ///
  /// A critical point c, where m′ = 0, that comes back after p steps to a distance d lies in a window
  /// of period p only if |Ad| ≤ 4, where A = (mᵖ)″(c): mᵖ is there the quadratic map.
  func unvisitedCycle() -> InReach {
    guard stateMap.dimension == 1, !loss.hasKink else { return .none }
    let xs = (0..<min(orbit.t, Orbit.remembered)).map { orbit.state($0)[0] }
    guard let low = xs.min(), let high = xs.max(), high > low, high - low < 1e12 else {
      return .none
    }
    // Newton's method takes some ten rounds, the critical orbits little beside it.
    let toil = Allowance(effort.enclosures)
    let cost = 10 * loss.hessian.cost(bits: DescentMap.cycleBits)
    let margin = 0.3 * (high - low)
    let curvature = loss.program.tangent(by: loss.variables[0]).tangent(by: loss.variables[0])
    let third = curvature.tangent(by: loss.variables[0])
    let a = MidpointArithmetic(base: EnclosureArithmetic(bits: 192))
    for c in criticalPoints(curvature, between: low - margin, and: high + margin).prefix(8) {
      // Newton's method for the digits beyond the doubles.
      var start = a.base.constant(c)
      for _ in 0..<3 {
        let over = a.multiply(map.eta.number(a), curvature.run(a, at: [start])[0])
        let slope = a.multiply(map.eta.number(a), third.run(a, at: [start])[0])
        if slope.sign == 0 { break }
        start = a.subtract(start, a.divide(a.subtract(over, a.constant(.one)), slope))
      }
      guard start.isDefined, abs(start.midpoint - c) < 1e-6 * max(1, abs(c)) else { continue }
      let turn = third.run(a, at: [start])[0].midpoint * map.eta.nearestDouble
      guard turn != 0, turn.isFinite else { continue }
      // log |A| and the critical orbit.
      var stretch = log(abs(turn))
      var x = [start]
      for p in 1...RegimeSearch.longestPeriod {
        x = map.next(a, x)
        guard x[0].isDefined else { break }
        let d = abs(a.subtract(x[0], start).midpoint)
        if d == 0 || stretch + log(d) < log(4.2) {
          for q in [p, 2 * p, 4 * p] where q <= RegimeSearch.longestPeriod {
            guard toil.take(q * cost) else { return .notSearched }
            let near = max(10 * d, 1e-9 * (high - low))
            if let found = map.cycle(near: [start.midpoint], period: q, within: near),
              found.largest < 1
            {
              return .found(period: found.period)
            }
          }
        }
        let slope = map.step(DoubleArithmetic(), [x[0].midpoint]).jacobian[0][0]
        guard slope != 0, slope.isFinite else { break }
        stretch += log(abs(slope))
      }
    }
    return .none
  }

  /// Where 1 − ηf″ changes sign, to doubles, by samples and bisection.
  private func criticalPoints(
    _ curvature: Program, between low: Double, and high: Double
  ) -> [Double] {
    let runner = DoubleProgram(curvature)
    let eta = map.eta.nearestDouble
    func slope(_ x: Double) -> Double {
      runner.run(at: [x])
      return 1 - eta * runner[0]
    }
    let samples = 400
    let xs = (0...samples).map { low + (high - low) * Double($0) / Double(samples) }
    let values = xs.map(slope)
    return (0..<samples).compactMap { k -> Double? in
      if values[k] == 0 { return xs[k] }
      guard values[k] * values[k + 1] < 0 else { return nil }
      var (l, u) = (xs[k], xs[k + 1])
      for _ in 0..<60 {
        let m = l / 2 + u / 2
        if slope(m) * values[k] > 0 { l = m } else { u = m }
      }
      return l
    }
  }

  /// Whether a stationary point lies in the ball, proved: one variable by a sign change or an exact
  /// zero of f′, several only where a short fraction is one exactly.
  func holdsStationaryPoint(_ x: [Double], _ radius: Double) -> Bool {
    guard radius > 0, radius.isFinite else { return false }
    let short = x.compactMap { at in
      Rational(at - radius).flatMap { l in
        Rational(at + radius).flatMap { Rational.shortest(between: l, and: $0) }
      }
    }
    let exact = CertifiedArithmetic(bits: 256)
    if short.count == x.count,
      loss.gradient.evaluate(exact, at: short.map(Certified.exact)).slopes.allSatisfy({
        $0.sign == 0
      })
    {
      return true
    }
    guard x.count == 1, let lower = Rational(x[0] - radius), let upper = Rational(x[0] + radius)
    else { return false }
    var search = RootSearch(lower: lower, upper: upper)
    search.budget = 500
    search.most = 1
    search.isRoot = loss.rests
    search.jumps = loss.hasKink
    let loss = loss
    let found = search.roots { a, box in loss.slope(a, box) }
    return !found.roots.isEmpty || !found.stretches.isEmpty
  }

  /// Whether a curve of stationary points passes by x: damped Newton steps in many digits bring the
  /// whole gradient to 0, which a small curvature along the curve would not let them.
  func isOnCurve(_ x: [Double], _ hessian: [[Double]]) -> Bool {
    let top = hessian.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
    let a = MidpointArithmetic(base: EnclosureArithmetic(bits: 512))
    var damped = hessian
    for k in x.indices { damped[k][k] += 1e-6 * top }
    var at = x.map { a.base.constant($0) }
    let scale = x.reduce(1) { max($0, abs($1)) }
    var left = Double.infinity
    for _ in 0..<40 {
      let slope = loss.gradient.evaluate(a, at: at).slopes
      guard slope.allSatisfy(\.isDefined) else { return false }
      let g = slope.map(\.midpoint)
      left = g.reduce(0) { max($0, abs($1)) }
      if left < 1e-80 * top * scale { break }
      guard let move = DoubleArithmetic().solve(damped, g) else { return false }
      at = zip(at, move).map { a.subtract($0, a.base.constant($1)) }
    }
    let away = zip(at, x).reduce(0) { max($0, abs($1.0.midpoint - $1.1)) }
    return left < 1e-80 * top * scale && away < 1e-6 * scale
  }
}
