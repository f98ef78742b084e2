// Quadratics of several variables at a rate that is exactly critical for some direction: η = 2/λ. There
// the multiplier is −1, and what the start has of that direction is mirrored for ever about the
// stationary point, while the rest dies out.
import Calculus

extension RegimeSearch {
  /// The cycle of period 2 that the run tends to, or the point where the start has nothing of the
  /// critical direction; nil unless all data are rational, λ = 2/η is an eigenvalue of H and all other
  /// multipliers lie inside (−1, 1).
  ///
  /// x_t = c + (−1)ᵗp + r_t with ∇C(c) = 0, p the projection of x₀ − c onto the null space of H − λI,
  /// and r_t → 0. Cost: a few eliminations in exact numbers.
  func critical(
    _ slope: [Certified], _ h: [[Certified]], _ factors: [Certified]
  ) -> Regime? {
    let g = slope.compactMap(\.rational)
    let rows = h.map { $0.compactMap(\.rational) }
    let n = g.count
    guard let start = plan.start.rationals, let eta = map.eta.rational, n == slope.count,
      rows.allSatisfy({ $0.count == n })
    else { return nil }
    let lambda = Rational(2) / eta
    let shifted = rows.indices.map { i in
      rows[i].indices.map { i == $0 ? rows[i][$0] - lambda : rows[i][$0] }
    }
    let basis = RationalSystem(shifted).nullSpace
    let a = CertifiedArithmetic(bits: 256)
    let inside = factors.filter { a.subtract(.exact(.one), a.power($0, 2)).sign == 1 }
    guard !basis.isEmpty, inside.count == n - basis.count,
      let way = RationalSystem.solution(of: rows, g.map { -$0 })
    else { return nil }
    // x₀ − c is −way.
    func dot(_ u: [Rational], _ v: [Rational]) -> Rational {
      zip(u, v).reduce(.zero) { $0 + $1.0 * $1.1 }
    }
    let gram = basis.map { u in basis.map { dot(u, $0) } }
    guard let weights = RationalSystem.solution(of: gram, basis.map { -dot($0, way) }) else {
      return nil
    }
    let mirrored = (0..<n).map { k in
      zip(weights, basis).reduce(Rational.zero) { $0 + $1.0 * $1.1[k] }
    }
    let center = zip(start, way).map { $0 + $1 }
    if mirrored.allSatisfy(\.isZero) {
      var r = Regime(.stationary, proved: true, .missesCritical)
      r.limit = center.map(Certified.exact)
      r.convergence = inside.allSatisfy { $0.sign == 0 } ? .finite : .linear
      completed(&r)
      return r
    }
    let points = [
      zip(center, mirrored).map { Certified.exact($0 + $1) },
      zip(center, mirrored).map { Certified.exact($0 - $1) },
    ]
    var r = recurring(points, .mirrorsAlong(curvature: lambda))
    r.isReached = false
    // The map is linear: those of a round are the squares.
    r.multipliers = factors.map { Multiplier(real: a.power($0, 2), imaginary: .exact(.zero)) }
    r.lyapunov = 0
    return r
  }
}
