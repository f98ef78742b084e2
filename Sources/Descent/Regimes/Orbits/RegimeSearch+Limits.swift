// Limits that no contraction proves: an orbit that creeps one way to a stationary point, degenerate
// or far away, and one that settles on a curve of stationary points.
import Calculus

extension RegimeSearch {
  /// One variable, moving one way: the first zero of f′ ahead is the limit where f′ keeps its sign up
  /// to it and ηf″ ≤ 1 on the way, for then the map is increasing and its orbit monotone.
  func creep() throws(Lack) -> Regime {
    guard orbit.t >= 16 else { throw .tooFewSteps }
    let steps = (0..<8).map { orbit.state($0)[0] - orbit.state($0 + 1)[0] }
    // Slow, or a contraction would have been found.
    guard let way = steps.first, way != 0, steps.allSatisfy({ $0 * way > 0 }),
      abs(steps[0]) > 0.5 * abs(steps[7])
    else { throw .doesNotCreep }
    guard observed.lookedForLimit < 3 else { throw .noRestAhead }
    observed.lookedForLimit += 1
    guard let x = Rational(orbit.x[0]), let p = ahead(x, way > 0) else { throw .noRestAhead }
    let a = EnclosureArithmetic(bits: 192)
    // Where the orbit truly is: enclosed from the start, or the double.
    var enclosed = EnclosedOrbit(map, from: plan, bits: 192)
    let cost = EnclosedOrbit.cost(of: map, bits: 192)
    var proved = orbit.t * cost <= effort.enclosures
    if proved {
      for _ in 0..<orbit.t where proved { proved = enclosed.step() && enclosed.width < 1e-6 }
    }
    let place = proved ? enclosed.box[0] : a.constant(x)
    guard monotone(from: place, to: p, a) else { throw .slopeTurnsAhead }
    var r = Regime(.stationary, proved: proved, .creeps(from: orbit.t))
    r.limit = [p]
    describe(&r)
    settleRate(&r)
    r.alternates = false
    if r.multipliers.first?.real.rational == .one { r.convergence = .sublinear }
    return r
  }

  /// The first zero of f′ ahead of x in a range that covers some times |x|.
  private func ahead(_ x: Rational, _ up: Bool) -> Certified? {
    let size = max(1, abs(x.nearestDouble))
    guard size < 1e12, let far = Rational(size.rounded(.up) * 16) else { return nil }
    // A power of two beyond 0, so that short fractions fall on the subdivision.
    var search = RootSearch(lower: up ? x : -far, upper: up ? far : x)
    search.budget = min(2000, effort.enclosures / (2 * loss.hessian.cost(bits: 128)))
    search.descending = !up
    search.most = 1
    search.isRoot = loss.rests
    let loss = loss
    let found = search.roots { a, box in loss.slope(a, box) }
    return found.roots.first?.at
  }

  /// Whether f′ has no zero strictly between `x` and p, and ηf″ ≤ 1 there, by pieces that shrink
  /// towards p; the last piece by the first derivative that is not 0 at p.
  private func monotone(
    from x: Enclosure, to p: Certified, _ a: EnclosureArithmetic
  ) -> Bool {
    let end = p.number(a)
    guard x.isDisjoint(from: end) else { return false }
    let one = a.constant(.one)
    let eta = map.eta.number(a)
    func tame(_ box: Enclosure) -> (slope: Int?, fits: Bool) {
      let here = loss.hessian.evaluate(a, at: [box])
      let curvature = here.curvature(0, 0)
      let fits =
        curvature.isDefined && (a.subtract(one, a.multiply(eta, curvature)).sign ?? -1) >= 0
      return (here.slope(0).sign, fits)
    }
    let gap = a.subtract(x, end)
    var share = Rational.one
    var outer = x
    for turn in 0..<40 {
      if turn > 0, lastPiece(a.hull(outer, end), p, end, a), tame(a.hull(outer, end)).fits {
        return true
      }
      share = share * .half
      let inner = a.add(end, a.multiply(gap, a.constant(share)))
      // Each piece in eight.
      for k in 0..<8 {
        let (u, v) = (Rational(k) / Rational(8), Rational(k + 1) / Rational(8))
        func between(_ s: Rational) -> Enclosure {
          a.add(a.multiply(outer, a.constant(.one - s)), a.multiply(inner, a.constant(s)))
        }
        let t = tame(a.hull(between(u), between(v)))
        // f′ must draw towards p.
        if t.slope != (end.isBelow(x) ? 1 : -1) || !t.fits { return false }
      }
      outer = inner
    }
    return false
  }

  /// Whether f′ has no other zero on a box that ends at p: f″ keeps its sign, or p is exact, the
  /// derivatives up to order k − 1 are exactly 0 there and the k-th keeps its sign.
  private func lastPiece(
    _ box: Enclosure, _ p: Certified, _ end: Enclosure,
    _ a: EnclosureArithmetic
  ) -> Bool {
    var derivative = loss.program.tangent(by: loss.variables[0])
    for _ in 2...8 {
      derivative = derivative.tangent(by: loss.variables[0])
      if let s = derivative.run(a, at: [box])[0].sign, s != 0 { return true }
      guard p.rational != nil, derivative.run(CertifiedArithmetic(bits: 64), at: [p])[0].isExactZero
      else { return false }
    }
    return false
  }

  /// Several variables: steps that shrink by a steady factor to a point whose Hessian is singular (a
  /// curve of minima), with no multiplier beyond 1.
  func shrinkingSteps() throws(Lack) -> Regime {
    guard orbit.t >= 64 else { throw .tooFewSteps }
    if orbit.errors.areDecisive { throw .roundingDecides }
    let lengths = stride(from: 0, to: 48, by: 8).map { k in
      zip(orbit.state(k), orbit.state(k + 1)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        .squareRoot()
    }
    let ratios = zip(lengths, lengths.dropFirst()).map { $1 > 0 ? $0 / $1 : 0 }
    guard lengths[0] < 1e-7 * max(1, orbit.size), lengths[5] > 0,
      lengths[0] == 0 || ratios.allSatisfy({ $0 < 0.98 })
    else { throw .stepsDoNotShrink }
    let map = map
    let curved = { (x: [Double]) in
      let here = x.map { Certified($0) }
      return self.loss.hessian(at: here).map { $0.map { $0.estimate ?? .nan } }
    }
    func isRegular(_ h: [[Double]]) -> Bool {
      guard h.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return false }
      let curvatures = SpectralNorm.eigenvalues(h)
      let top = curvatures.reduce(0) { max($0, abs($1)) }
      let others = curvatures.filter { abs($0) > 1e-6 * top }
      return !others.isEmpty && others.count < curvatures.count
        && others.allSatisfy { abs(1 - map.eta.nearestDouble * $0) < 1 - 1e-6 }
    }
    let first = curved(orbit.x)
    guard isRegular(first), isOnCurve(orbit.x, first) else { throw .noSetOfRest }
    // Go on until the steps are below the spacing of doubles, so that the limit has its digits.
    for _ in 0..<4000 {
      if orbit.distance(1) <= 1e-17 * max(1e-300, orbit.size) || !orbit.step() { break }
    }
    let h = curved(orbit.x)
    guard isRegular(h) else { throw .noSetOfRest }
    let curvatures = SpectralNorm.eigenvalues(h)
    let top = curvatures.reduce(0) { max($0, abs($1)) }
    let eta = map.eta.nearestDouble
    let flat = curvatures.filter { abs($0) <= 1e-6 * top }
    let others = curvatures.filter { abs($0) > 1e-6 * top }
    var r = Regime(.stationary, .stepsShrinkByFactor(flat: flat.count))
    r.limit = orbit.x.map { rounded(Certified($0), 1e-16 * max(1, orbit.size)) }
    r.kind = .degenerate
    r.convergence = .linear
    let factor = others.map { 1 - eta * $0 }.max { abs($0) < abs($1) } ?? 0
    // Of Jacobi's method, and of the Hessian's entries as doubles.
    let error = 2 * SpectralNorm.margin * abs(eta) * top * Double(curvatures.count)
    r.factor = .approximate(factor, within: error)
    r.alternates = factor < 0
    r.multipliers = curvatures.reversed().map {
      Multiplier(
        real: .approximate(
          1 - eta * $0, within: max(error, flat.contains($0) ? eta * 1e-6 * top : 0)),
        imaginary: .exact(.zero))
    }
    // The largest multiplier is that along the curve, 1.
    r.lyapunov = 0
    return r
  }

  /// A double with only the digits that rounding on the way leaves.
  private func rounded(_ c: Certified, _ step: Double) -> Certified {
    let a = EnclosureArithmetic(bits: 128)
    return .enclosed(a.ball(c.number(a), a.constant(step * 1e4)))
  }
}
