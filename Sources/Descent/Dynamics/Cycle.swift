// A periodic orbit of gradient descent: fixed points are cycles of period 1. Its points are polished
// to some 60 digits by Newton's method on the p-fold map; its multipliers are the eigenvalues of the
// product of the Jacobians I − ηH along it, Π(1 − ηf″) in one variable.
import Calculus

/// A complex number, real where `imaginary` is exactly 0.
package struct Multiplier: Sendable {
  package var real: Certified
  package var imaginary: Certified
  /// Its modulus as a double.
  package var modulus: Double {
    let (x, y) = (real.estimate ?? .nan, imaginary.estimate ?? .nan)
    return (x * x + y * y).squareRoot()
  }
  /// Whether it is 0, or so close to 0 that its digits do not decide.
  var mayVanish: Bool {
    [real, imaginary].allSatisfy { $0.sign == 0 || $0.mayVanish }
  }
}

/// States that return after a period, enclosed, with the multipliers of a round.
package struct Cycle: Sendable {
  package var period: Int { points.count }
  /// In the order in which they are visited.
  package var points: [[Certified]]
  package var multipliers: [Multiplier] = []
  /// Where convergence to it is proved, if that succeeded.
  var basin: Basin?
  /// Whether interval Newton proved that it exists, with this minimal period.
  package var isIsolated: Bool { basin != nil }

  /// The largest modulus of the multipliers.
  package var largest: Double { multipliers.reduce(0) { max($0, $1.modulus) } }

  /// A ball that m^(period·rounds) maps into itself as a contraction.
  struct Basin: Sendable {
    var center: [Enclosure]
    var radius: Enclosure
    /// The Lipschitz constant of the round.
    var contraction: Double
    /// The true point is at most so far from the centre.
    var offset: Enclosure
    /// Coordinates in which the ball is one, where they are not those of the map.
    var frame: Frame?

    /// Whether a ball lies inside.
    func holds(_ a: EnclosureArithmetic, _ x: [Enclosure], _ r: Enclosure) -> Bool {
      let gap = zip(x, center).map { a.subtract($0, $1) }
      if let frame {
        let out = a.add(frame.length(a, gap), a.multiply(frame.scale(a), r))
        return a.subtract(radius, out).sign == 1
      }
      let reach = a.add(EnclosedOrbit.length(a, gap.map { a.upper(a.magnitude($0)) }), r)
      return a.subtract(radius, reach).sign == 1
    }

    func holds(_ x: [Double]) -> Bool {
      guard x.allSatisfy(\.isFinite) else { return false }
      let a = EnclosureArithmetic(bits: 128)
      return holds(a, x.map { a.constant($0) }, a.constant(.zero))
    }
  }
}

extension DescentMap {
  static let cycleBits = 256

  /// The cycle of period p (or of a divisor of p) near a point, by Newton's method; nil where the
  /// iteration does not settle nearby.
  ///
  /// - Parameter near: a point close to the cycle.
  /// - Parameter within: how far from it the cycle's point may be.
  package func cycle(near x: [Double], period p: Int, within reach: Double) -> Cycle? {
    guard let kept = polished(near: x, period: p, within: reach) else { return nil }
    let a = EnclosureArithmetic(bits: DescentMap.cycleBits)
    if let exact = exactly(kept) {
      var c = Cycle(points: exact.map { $0.map(Certified.exact) })
      c.multipliers = multipliers(exact.map { $0.map(Certified.exact) })
      c.basin = basin(exact.map { $0.map(a.constant) }, a)
      return c
    }
    var c = Cycle(points: kept.map { $0.map(Certified.enclosed) })
    c.basin = basin(kept, a)
    if let b = c.basin {
      c.points = enclosures(kept, b, a).map { $0.map(Certified.enclosed) }
    }
    c.multipliers = multipliers(c.points)
    return c
  }

  /// Points of the cycle to some 60 digits (of `bits` bits), of minimal period; nothing is proved.
  func polished(
    near x: [Double], period p: Int, within reach: Double, bits: Int = DescentMap.cycleBits
  ) -> [[Enclosure]]? {
    guard let orbit = polish(x, p, reach, bits) else { return nil }
    let minimal = (1...p).first { d in
      p % d == 0 && (d == p || close(orbit[0], orbit[d % p]))
    }
    return Array(orbit.prefix(minimal ?? p))
  }

  private func close(_ u: [Enclosure], _ v: [Enclosure]) -> Bool {
    zip(u, v).allSatisfy { abs($0.midpoint - $1.midpoint) <= 1e-15 * max(1e-6, abs($0.midpoint)) }
  }

  /// Newton's method in MPFR numbers, from where doubles come to; the points of the cycle in order.
  private func polish(
    _ x: [Double], _ p: Int, _ reach: Double, _ bits: Int
  ) -> [[Enclosure]]? {
    let a = MidpointArithmetic(base: EnclosureArithmetic(bits: bits))
    let (fine, coarse) = bits >= 256 ? (1e-70, 1e-40) : (1e-34, 1e-20)
    guard x.allSatisfy(\.isFinite), let close = approach(x, p, reach) else { return nil }
    var at = close.map { a.base.constant($0) }
    var last = Double.infinity
    for _ in 0..<DescentMap.newtonRounds {
      guard let move = newton(a, at, p)?.move else { return nil }
      at = zip(at, move).map { a.subtract($0, $1) }
      let far = zip(at, x).reduce(0) { max($0, abs($1.0.midpoint - $1.1)) }
      guard far <= reach else { return nil }
      let size = move.reduce(0) { max($0, abs($1.midpoint)) }
      let scale = at.reduce(1e-30) { max($0, abs($1.midpoint)) }
      if size == 0 || size < scale * fine || (size < scale * coarse && size >= last) {
        var orbit = [at]
        for _ in 1..<max(p, 1) where p > 1 { orbit.append(next(a, orbit[orbit.count - 1])) }
        return orbit
      }
      last = size
    }
    return nil
  }

  /// Newton's method settles in some ten rounds or wanders.
  static let newtonRounds = 40

  /// Where Newton's method in doubles comes close to a cycle, or the point itself where their rounding
  /// decides or has no value; nil where it wanders or leaves the ball.
  private func approach(_ x: [Double], _ p: Int, _ reach: Double) -> [Double]? {
    var at = x
    var noise = 0.0
    for _ in 0..<DescentMap.newtonRounds {
      guard let round = newton(DoubleArithmetic(), at, p) else { return x }
      at = zip(at, round.move).map { $0 - $1 }
      let far = zip(at, x).reduce(0) { max($0, abs($1.0 - $1.1)) }
      let size = round.move.reduce(0) { max($0, abs($1)) }
      noise = max(noise, 0x1p-52 * round.amplified)
      guard far <= reach else { break }
      // Half of the digits of a double: Newton's method doubles them from here. Next to 0 it goes on until
      // the doubles end, where their spacing is the least step.
      let spacing = at.reduce(Double.leastNormalMagnitude) { max($0, 0x1p-26 * abs($1)) }
      if size <= spacing { return at }
    }
    return noise < 1e-3 * reach ? nil : x
  }

  /// A round of Newton's method for a point of a cycle: what is subtracted from it, and the sum of the
  /// sizes on the way times what they are stretched by, which times the unit of rounding bounds the
  /// error of the last one; nil where the orbit leaves the domain or the matrix is singular.
  private func newton<A: Pivoting>(
    _ a: A, _ at: [A.Number], _ p: Int
  ) -> (move: [A.Number], amplified: Double)? {
    var y = at
    var product: [[A.Number]] = []
    var amplified = 0.0
    for _ in 0..<p {
      let s = step(a, y)
      let size = s.next.reduce(0) { $0 + a.size($1) }
      guard !size.isNaN else { return nil }
      let stretch = s.jacobian.joined().reduce(0) { $0 + a.size($1) * a.size($1) }.squareRoot()
      amplified = stretch * amplified + size
      product = product.isEmpty ? s.jacobian : a.product(s.jacobian, product)
      y = s.next
    }
    for i in at.indices { product[i][i] = a.subtract(product[i][i], a.constant(.one)) }
    return a.solve(product, zip(y, at).map { a.subtract($0, $1) }).map { ($0, amplified) }
  }

  /// The same points as short fractions, where they recur exactly.
  private func exactly(_ orbit: [[Enclosure]]) -> [[Rational]]? {
    let width = Rational(2).power(-120) ?? .zero
    let a = CertifiedArithmetic(bits: 256)
    var points: [[Rational]] = []
    for x in orbit {
      var point: [Rational] = []
      for e in x {
        guard let (l, _) = e.rational,
          let r = Rational.shortest(between: l - width, and: l + width), r.bits < 100
        else { return nil }
        point.append(r)
      }
      points.append(point)
    }
    for (k, x) in points.enumerated() {
      let y = next(a, x.map(Certified.exact)).compactMap(\.rational)
      if y != points[(k + 1) % points.count] { return nil }
    }
    return points
  }

  /// Eigenvalues of the product of the Jacobians along a cycle.
  func multipliers(_ points: [[Certified]]) -> [Multiplier] {
    let n = dimension
    let a = CertifiedArithmetic(bits: DescentMap.cycleBits)
    if points.count == 1, n > 1, hasSymmetricJacobian {
      let h = loss.hessian(at: points[0])
      guard let values = SymmetricEigenvalues.enclosures(of: h, bits: n > 8 ? 96 : 256) else {
        return []
      }
      return values.reversed().map {
        let m = a.subtract(.exact(.one), a.multiply(eta.number(a), $0))
        return Multiplier(real: m, imaginary: .exact(.zero))
      }
    }
    var product: [[Certified]] = []
    for x in points {
      let j = step(a, x).jacobian
      product = product.isEmpty ? j : a.product(j, product)
    }
    guard product.allSatisfy({ $0.allSatisfy(\.isDefined) }) else { return [] }
    return GeneralEigenvalues.multipliers(a, product)
  }
}
