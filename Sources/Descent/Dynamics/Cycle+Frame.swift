// The ball that a round contracts, in coordinates of its own: maps with a memory turn and shear, so that
// no round shortens every Euclidean length though all multipliers are inside the unit circle. With P
// the Jacobian of the round and ρ between its spectral radius and 1, the norm of
// M = Σ ρ^(−2k)(Pᵏ)ᵀPᵏ is one that P shortens by ρ (Stein's equation; Golub & Van Loan 7.1.9). M only
// proposes coordinates, in doubles; the contraction is then enclosed.
import Calculus
import Glibc

extension Cycle {
  /// Points c + Su, with R close to S⁻¹ and ‖I − RS‖ ≤ defect.
  struct Frame: Sendable {
    var basis: [[Double]]
    var inverse: [[Double]]
    var defect: Double

    /// An upper bound of ‖u‖ where Su is `gap`.
    func length(_ a: EnclosureArithmetic, _ gap: [Enclosure]) -> Enclosure {
      let u = inverse.map { row in
        zip(row, gap).reduce(a.constant(.zero)) {
          a.add($0, a.multiply(a.constant($1.0), $1.1))
        }
      }
      let size = EnclosedOrbit.length(a, u.map { a.upper(a.magnitude($0)) })
      return a.upper(a.divide(size, a.subtract(a.constant(.one), a.constant(defect))))
    }

    /// ‖u‖ for gaps of length 1 at most.
    func scale(_ a: EnclosureArithmetic) -> Enclosure {
      let all = inverse.flatMap { $0 }.map { a.magnitude(a.constant($0)) }
      let size = EnclosedOrbit.length(a, all)
      return a.upper(a.divide(size, a.subtract(a.constant(.one), a.constant(defect))))
    }
  }
}

extension DescentMap {
  /// The largest ball tried, in a frame made for the cycle.
  func framedBasin(
    _ points: [[Enclosure]], reach: Double, _ a: EnclosureArithmetic
  ) -> Cycle.Basin? {
    guard let frame = frame(points, a) else { return nil }
    // A ball of radius r in u is at most this large in x.
    let widest = frame.basis.flatMap { $0 }.reduce(0) { max($0, abs($1)) }
    guard widest > 0 else { return nil }
    var r = reach / widest
    for _ in 0..<16 {
      if let found = contraction(points, frame, a.constant(r), a), separate(points, found, a) {
        return found
      }
      r /= r * widest > reach * 1e-3 ? 3 : 10
    }
    return nil
  }

  private func contraction(
    _ points: [[Enclosure]], _ frame: Cycle.Frame, _ r: Enclosure, _ a: EnclosureArithmetic
  ) -> Cycle.Basin? {
    // The set after k steps is within center ± r‖rows of Q‖, Q = J_k … J₁S.
    var center = points[0]
    var q = frame.basis.map { $0.map { a.constant($0) } }
    for _ in points {
      let box = zip(center, q).map { c, row in
        a.add(
          c, a.ball(a.constant(.zero), a.multiply(r, EnclosedOrbit.length(a, row.map(a.magnitude))))
        )
      }
      if meetsKink(a, box) { return nil }
      let s = step(a, box)
      guard s.jacobian.allSatisfy({ $0.allSatisfy(\.isDefined) }) else { return nil }
      q = a.product(s.jacobian, q)
      center = next(a, center)
      guard center.allSatisfy(\.isDefined) else { return nil }
    }
    let inverse = frame.inverse.map { $0.map { a.constant($0) } }
    guard let norm = SpectralNorm.generalBound(a.product(inverse, q)) else { return nil }
    let one = a.constant(.one)
    let lipschitz = a.upper(a.divide(a.constant(norm), a.subtract(one, a.constant(frame.defect))))
    guard a.subtract(one, lipschitz).sign == 1 else { return nil }
    let drift = frame.length(a, zip(center, points[0]).map { a.subtract($0, $1) })
    guard a.subtract(r, a.add(drift, a.multiply(lipschitz, r))).sign == 1 else { return nil }
    let share = a.upper(a.divide(drift, a.subtract(one, lipschitz)))
    let size = EnclosedOrbit.length(
      a, frame.basis.flatMap { $0 }.map { a.magnitude(a.constant($0)) })
    return Cycle.Basin(
      center: points[0], radius: r, contraction: lipschitz.upperDouble,
      offset: a.upper(a.multiply(share, size)), frame: frame)
  }

  /// Coordinates in which a round shortens, from its Jacobian in doubles.
  private func frame(_ points: [[Enclosure]], _ a: EnclosureArithmetic) -> Cycle.Frame? {
    let n = dimension
    let point = MidpointArithmetic(base: a)
    var exact: [[Enclosure]] = []
    for x in points {
      let j = step(point, x).jacobian
      exact = exact.isEmpty ? j : point.product(j, exact)
    }
    let p = exact.map { $0.map(\.midpoint) }
    guard p.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    let d = DoubleArithmetic()
    // ‖Pᵏ‖^(1/k) tends to the spectral radius.
    var power = p
    var logarithm = 0.0
    for _ in 0..<10 {
      power = d.product(power, power)
      let size = power.flatMap { $0 }.reduce(0) { max($0, abs($1)) }
      logarithm *= 2
      if size == 0 || !size.isFinite { break }
      power = power.map { $0.map { $0 / size } }
      logarithm += log2(size)
    }
    let radius = exp2(logarithm / 1024)
    guard radius < 1 else { return nil }
    let rho = 0.5 + 0.5 * max(radius, 0.02)
    var m = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    power = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    for _ in 0..<2000 {
      var largest = 0.0
      for i in 0..<n {
        for j in 0..<n {
          let s = (0..<n).reduce(0) { $0 + power[$1][i] * power[$1][j] }
          m[i][j] += s
          largest = max(largest, abs(s))
        }
      }
      if largest < 1e-6 { break }
      power = d.product(p, power).map { $0.map { $0 / rho } }
    }
    guard let lower = cholesky(m) else { return nil }
    // R = Lᵀ with M = LLᵀ; S its inverse.
    let inverse = (0..<n).map { i in (0..<n).map { lower[$0][i] } }
    var columns: [[Double]] = []
    for k in 0..<n {
      let unit = (0..<n).map { $0 == k ? 1.0 : 0 }
      guard let c = d.solve(inverse, unit) else { return nil }
      columns.append(c)
    }
    let basis = (0..<n).map { i in (0..<n).map { columns[$0][i] } }
    var rest = a.product(
      inverse.map { $0.map { a.constant($0) } }, basis.map { $0.map { a.constant($0) } })
    for k in 0..<n { rest[k][k] = a.subtract(rest[k][k], a.constant(.one)) }
    guard let defect = SpectralNorm.generalBound(rest), defect < 1e-3 else { return nil }
    return Cycle.Frame(basis: basis, inverse: inverse, defect: defect)
  }

  private func cholesky(_ m: [[Double]]) -> [[Double]]? {
    let n = m.count
    var l = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for i in 0..<n {
      for j in 0...i {
        let s = m[i][j] - (0..<j).reduce(0) { $0 + l[i][$1] * l[j][$1] }
        if i == j {
          guard s > 0, s.isFinite else { return nil }
          l[i][i] = s.squareRoot()
        } else {
          l[i][j] = s / l[j][j]
        }
      }
    }
    return l
  }
}
