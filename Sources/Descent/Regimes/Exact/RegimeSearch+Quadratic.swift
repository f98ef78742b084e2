// Losses of degree 2: the map is linear, and its multipliers 1 − ηλ decide everything.
import Calculus

extension Trajectory {
  /// The multiplier of x by one step of gradient descent on a quadratic of one variable.
  package func quadraticMultiplier() -> (curvature: Rational, eta: Certified, factor: Certified)? {
    guard plan.step.isGradientDescent, plan.loss.variables.count == 1,
      let rate = plan.constantRate, plan.loss.isQuadratic, let x = plan.start.first
    else { return nil }
    let a = CertifiedArithmetic(bits: 128)
    let here = plan.loss.hessian.evaluate(a, at: [x.value(a)])
    guard let curvature = here.curvature(0, 0).rational else { return nil }
    let eta = rate.number(a)
    return (curvature, eta, a.subtract(.exact(.one), a.multiply(eta, .exact(curvature))))
  }
}

extension RegimeSearch {
  func quadratic() throws(Lack) -> Regime {
    if map.eta.isZero { throw .rateIsZero }
    let a = CertifiedArithmetic(bits: 256)
    let start = plan.start.values(a)
    let h = loss.hessian(at: start)
    let curvatures = try SymmetricEigenvalues.enclosures(of: h).or(.curvaturesNotEnclosed)
    let slope = loss.gradient.evaluate(a, at: start).slopes
    if slope.allSatisfy({ $0.sign == 0 }) { throw .startsAtRest }
    let factors = curvatures.reversed().map {
      a.subtract(.exact(.one), a.multiply(map.eta.number(a), $0))
    }
    let found =
      start.count == 1 && !loss.overRows
      ? oneVariable(slope[0], curvatures[0], factors[0]) : several(slope, h, curvatures, factors)
    return try found.or(.multipliersLeaveOpen)
  }

  private func oneVariable(
    _ slope: Certified, _ curvature: Certified, _ factor: Certified
  ) -> Regime? {
    let a = CertifiedArithmetic(bits: 256)
    // Whether the factor is inside (−1, 1), on its edge or outside.
    guard let inside = a.subtract(.exact(.one), a.power(factor, 2)).sign,
      let m = factor.sign, let h = curvature.rational
    else { return nil }
    // What rests where it starts neither cycles nor leaves.
    let moves = slope.sign.map { $0 != 0 } ?? false
    if h.isZero {
      guard moves else { return nil }
      return Regime(.divergent, proved: true, .slopeIsConstant(rises: map.eta.sign < 0))
    }
    // −f′(0)/f″, whatever the start.
    let limit = a.negate(
      a.divide(loss.gradient.evaluate(a, at: [.exact(.zero)]).slope(0), curvature))
    if inside == 1 {
      var r = Regime(.stationary, proved: true, .distanceIsMultiplied(by: factor))
      r.limit = [limit]
      r.convergence = m == 0 ? .finite : .linear
      r.factor = factor
      r.alternates = m == 0 ? nil : m < 0
      describe(&r)
      return r
    }
    guard moves else { return nil }
    if inside == 0 {
      var r = Regime(.cycle, proved: true, .mirrors)
      r.isReached = true
      r.period = 2
      let start = plan.start[0].value(a)
      r.points = [[start], [a.subtract(a.add(limit, limit), start)]]
      r.factor = factor
      r.multipliers = [Multiplier(real: .exact(.one), imaginary: .exact(.zero))]
      r.lyapunov = 0
      return r
    }
    var r = Regime(.divergent, proved: true, .distanceIsMultiplied(by: factor))
    r.factor = factor
    r.alternates = m < 0
    return r
  }

  /// Several variables: proved where every multiplier is inside the unit circle, or the slope has
  /// grown beyond what the others allow.
  private func several(
    _ slope: [Certified], _ h: [[Certified]], _ curvatures: [Certified], _ factors: [Certified]
  ) -> Regime? {
    let a = CertifiedArithmetic(bits: 256)
    let inside = factors.allSatisfy {
      a.subtract(.exact(.one), a.power($0, 2)).sign == 1
    }
    if inside, curvatures.allSatisfy({ ($0.sign ?? 0) != 0 }) {
      if let r = along(slope, h) { return r }
      // Where ∇C is 0: x₀ − H⁻¹∇C(x₀).
      guard let way = a.solve(h, slope) else { return nil }
      var r = Regime(.stationary, proved: true, .multipliersAreInside)
      r.limit = zip(plan.start.values(a), way).map { a.subtract($0, $1) }
      describe(&r)
      settleRate(&r)
      if !movesEveryWay(slope, h, curvatures) { r.forgetConvergence() }
      return r
    }
    if let r = valley(slope, factors) ?? along(slope, h) ?? critical(slope, h, factors) {
      return r
    }
    // ‖∇C‖ cannot grow in any step unless a multiplier beyond ±1 has its share of it: ∇C ← (I − ηH)∇C, and
    // H is symmetric. While others fade it may fall at first.
    var before = squaredNorm(a, slope)
    var x = plan.start.values(a)
    let most = min(400, effort.enclosures / loss.gradient.cost(bits: 256))
    for t in 1..<max(2, most) {
      x = map.next(a, x)
      guard x.allSatisfy(\.isDefined) else { return nil }
      let g = loss.gradient.evaluate(a, at: x).slopes
      let now = squaredNorm(a, g)
      if a.subtract(now, before).sign == 1 {
        var r = Regime(.divergent, proved: true, .gradientGrows(at: t))
        // Of several beyond ±1 it is open which have a share.
        let beyond = factors.filter { a.subtract(.exact(.one), a.power($0, 2)).sign != 1 }
        if beyond.count == 1 { r.factor = beyond[0] }
        r.alternates = r.factor?.sign.map { $0 < 0 }
        return r
      }
      before = now
    }
    return nil
  }

  /// Whether the slope at the start certainly has a share of every direction of curvature, so that the
  /// largest multiplier is that of the run: the rank of g, Hg, H²g, … is the number of different curvatures.
  private func movesEveryWay(
    _ slope: [Certified], _ h: [[Certified]], _ curvatures: [Certified]
  ) -> Bool {
    let g = slope.compactMap(\.rational)
    let rows = h.map { $0.compactMap(\.rational) }
    guard g.count == slope.count, rows.allSatisfy({ $0.count == g.count }) else { return false }
    var powers = [g]
    while powers.count < g.count, let last = powers.last {
      powers.append(rows.map { row in zip(row, last).reduce(.zero) { $0 + $1.0 * $1.1 } })
    }
    let different =
      1 + zip(curvatures, curvatures.dropFirst()).filter { !RootSearch.meet($0, $1) }.count
    return RationalSystem(powers).pivots.count >= different
  }

  /// A slope that is exactly an eigenvector of H, Hg = λg: the run keeps to its line and shrinks by
  /// 1 − ηλ, whatever the other multipliers are, to x₀ − g/λ.
  private func along(_ slope: [Certified], _ h: [[Certified]]) -> Regime? {
    let g = slope.compactMap(\.rational)
    let rows = h.map { $0.compactMap(\.rational) }
    guard let start = plan.start.rationals, g.count == slope.count,
      rows.allSatisfy({ $0.count == g.count }), let k = g.firstIndex(where: { !$0.isZero })
    else { return nil }
    let push = rows.map { row in zip(row, g).reduce(Rational.zero) { $0 + $1.0 * $1.1 } }
    let curvature = push[k] / g[k]
    guard !curvature.isZero, zip(push, g).allSatisfy({ $0 == curvature * $1 }) else { return nil }
    let a = CertifiedArithmetic(bits: 256)
    let factor = a.subtract(.exact(.one), a.multiply(map.eta.number(a), .exact(curvature)))
    guard a.subtract(.exact(.one), a.power(factor, 2)).sign == 1, let sign = factor.sign else {
      return nil
    }
    var r = Regime(.stationary, proved: true, .keepsToEigenvector(factor: factor))
    r.limit = zip(start, g).map { .exact($0 - $1 / curvature) }
    r.convergence = sign == 0 ? .finite : .linear
    r.factor = factor
    r.alternates = sign == 0 ? nil : sign < 0
    completed(&r)
    return r
  }

  /// Two variables with one curvature exactly 0: a straight valley floor, or a slope along it.
  ///
  /// H² = λH for the other curvature λ, so that the limit is x₀ − H∇C(x₀)/λ².
  private func valley(_ slope: [Certified], _ factors: [Certified]) -> Regime? {
    let g = slope.compactMap(\.rational)
    guard let start = plan.start.rationals, start.count == 2, g.count == 2 else { return nil }
    let h = loss.hessian(at: start.map(Certified.exact)).map { $0.compactMap(\.rational) }
    guard
      h.allSatisfy({ $0.count == 2 }),
      (h[0][0] * h[1][1] - h[0][1] * h[1][0]).isZero
    else { return nil }
    let curvature = h[0][0] + h[1][1]
    guard !curvature.isZero else { return nil }
    let push = h.map { $0[0] * g[0] + $0[1] * g[1] }
    let along = zip(g, push).map { $0 - $1 / curvature }
    let a = CertifiedArithmetic(bits: 256)
    let factor = a.subtract(.exact(.one), a.multiply(map.eta.number(a), .exact(curvature)))
    let inside = a.subtract(.exact(.one), a.power(factor, 2)).sign
    guard along.allSatisfy(\.isZero) else {
      // Across, f rises without limit where that multiplier is beyond ±1 and the curvature is positive.
      let falls =
        map.eta.sign > 0
        && (inside.map { $0 >= 0 } ?? false || curvature.sign < 0 || push.allSatisfy(\.isZero))
      return Regime(.divergent, proved: true, .slopesAlongFlat(falls: falls))
    }
    guard inside == 1, let sign = factor.sign else { return nil }
    var r = Regime(.stationary, proved: true, .approachesLine(factor: factor))
    r.limit = zip(start, push).map { .exact($0 - $1 / (curvature * curvature)) }
    r.kind = .degenerate
    r.convergence = sign == 0 ? .finite : .linear
    r.factor = factor
    r.alternates = sign == 0 ? nil : sign < 0
    r.multipliers = factors.map { Multiplier(real: $0, imaginary: .exact(.zero)) }
    r.lyapunov = 0
    return r
  }
}
