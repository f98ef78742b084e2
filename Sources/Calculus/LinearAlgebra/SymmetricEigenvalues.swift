// Certified eigenvalues of symmetric matrices. Goals in order: every enclosure contains its
// eigenvalue, exact where rational and cheaply proved, tight.
//
// Jacobi rotations (Golub & Van Loan, Matrix Computations, 8.5) find an approximate orthogonal V,
// first in doubles, then in MPFR. Whatever V is, the pencil (VᵀAV, VᵀV) has A's eigenvalues: with
// VᵀAV = D + E and VᵀV = I + F, Weyl and Ostrowski (Horn & Johnson, Matrix Analysis, 4.3.1, 4.5.9)
// give λₖ ∈ [dₖ − ‖E‖, dₖ + ‖E‖] / [1 − ‖F‖, 1 + ‖F‖]. Exact zeros and other rationals are proved
// by elimination: as many as the nullity of A − rI.

/// Enclosures of the eigenvalues of a symmetric matrix.
package enum SymmetricEigenvalues {
  /// Larger matrices are refused.
  package static let largest = 32

  /// The eigenvalues of a symmetric n×n matrix, ascending, n ≤ 32; nil where an entry is undefined.
  ///
  /// Entries that are enclosures: every symmetric matrix within is covered. Cost: O(n³) operations
  /// of `bits` bits, a few sweeps; with 96 bits or less none, for about 15 digits of the largest.
  package static func enclosures(of m: [[Certified]], bits: Int = 256) -> [Certified]? {
    let n = m.count
    guard n > 0, n <= largest, m.allSatisfy({ $0.allSatisfy { $0.isDefined } }) else { return nil }
    if n == 1 { return [m[0][0]] }
    if let d = diagonal(m) { return d }
    if n == 2 { return two(m, bits: bits) }
    let a = EnclosureArithmetic(bits: bits)
    let matrix = m.map { $0.map { $0.number(a) } }
    guard let found = bounds(matrix, a) else { return nil }
    return sharpened(found, m)
  }

  /// Exact entries on the diagonal and exact zeros beside it.
  private static func diagonal(_ m: [[Certified]]) -> [Certified]? {
    for (i, row) in m.enumerated() {
      for (j, x) in row.enumerated() where i != j && !x.isExactZero { return nil }
    }
    let d = m.indices.compactMap { m[$0][$0].rational }
    return d.count == m.count ? d.sorted().map(Certified.exact) : nil
  }

  /// The closed form: mean ± √(gap² + q²), and det/other where the sum cancels.
  private static func two(_ m: [[Certified]], bits: Int) -> [Certified] {
    let a = CertifiedArithmetic(bits: bits)
    let (p, q, r) = (m[0][0], m[0][1], m[1][1])
    let mean = a.multiply(.exact(.half), a.add(p, r))
    let gap = a.multiply(.exact(.half), a.subtract(p, r))
    let square = a.add(a.power(gap, 2), a.power(q, 2))
    let radius = a.lift(.row(named: "sqrt"), square, square)
    let low = a.subtract(mean, radius)
    let high = a.add(mean, radius)
    let product = a.subtract(a.multiply(p, r), a.power(q, 2))
    if product.isExactZero {
      let trace = a.add(p, r)
      return trace.sign.map { $0 < 0 ? [trace, .exact(.zero)] : [.exact(.zero), trace] }
        ?? [low, high]
    }
    // The eigenvalue nearer to 0 is the product over the other, without cancellation.
    if mean.sign == 1 { return [a.divide(product, high), high] }
    if mean.sign == -1 { return [low, a.divide(product, low)] }
    return [low, high]
  }

  private static func bounds(_ m: [[Enclosure]], _ a: EnclosureArithmetic) -> [Enclosure]? {
    let n = m.count
    guard let v = vectors(of: m, a) else { return nil }
    func product(_ x: [[Enclosure]], _ y: [[Enclosure]]) -> [[Enclosure]] {
      // xᵀ·y of two square matrices given by rows.
      (0..<n).map { i in
        (0..<n).map { j in
          var s = a.multiply(x[0][i], y[0][j])
          for k in 1..<n { s = a.add(s, a.multiply(x[k][i], y[k][j])) }
          return s
        }
      }
    }
    // A is symmetric: AᵀV = AV.
    let rotated = product(v, product(m, v))
    var defect = product(v, v)
    let one = a.constant(.one)
    for i in 0..<n { defect[i][i] = a.subtract(defect[i][i], one) }
    let f = rowNorm(defect, a)
    guard a.subtract(one, f).sign == 1 else { return nil }
    var middles: [Enclosure] = []
    var rest = rotated
    for i in 0..<n {
      middles.append(a.center(rotated[i][i]))
      rest[i][i] = a.subtract(rotated[i][i], middles[i])
    }
    let e = rowNorm(rest, a)
    let scale = a.ball(one, f)
    middles.sort { $0.midpoint < $1.midpoint }
    return middles.map { a.divide(a.ball($0, e), scale) }
  }

  /// The largest sum of magnitudes of a row: at least the spectral norm of a symmetric matrix.
  private static func rowNorm(_ m: [[Enclosure]], _ a: EnclosureArithmetic) -> Enclosure {
    var worst = a.constant(.zero)
    for row in m {
      let sum = row.reduce(a.constant(.zero)) { a.add($0, a.magnitude($1)) }
      worst = a.hull(worst, sum)
    }
    return a.upper(worst)
  }

  /// Columns close to orthonormal eigenvectors of the middle of `m`, as points.
  private static func vectors(
    of m: [[Enclosure]], _ a: EnclosureArithmetic
  ) -> [[Enclosure]]? {
    let n = m.count
    let middle = m.map { $0.map(a.center) }
    let rough = Jacobi.rotate(DoubleArithmetic(), middle.map { $0.map(\.midpoint) }, sweeps: 30)
    guard rough.vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    let point = MidpointArithmetic(base: a)
    var v = orthonormal(rough.vectors.map { $0.map { a.constant($0) } }, point)
    func product(_ x: [[Enclosure]], _ y: [[Enclosure]]) -> [[Enclosure]] {
      // xᵀ·y, rounded.
      (0..<n).map { i in
        (0..<n).map { j in
          (0..<n).reduce(a.constant(.zero)) {
            point.add($0, point.multiply(x[$1][i], y[$1][j]))
          }
        }
      }
    }
    // From 53 bits each sweep doubles the digits; the rotations are gathered apart.
    if a.bits <= 96 { return v }
    let close = product(v, product(middle, v))
    let fine = Jacobi.rotate(point, close, sweeps: a.bits > 128 ? 3 : 2)
    v = (0..<n).map { i in
      (0..<n).map { j in
        (0..<n).reduce(a.constant(.zero)) {
          point.add($0, point.multiply(v[i][$1], fine.vectors[$1][j]))
        }
      }
    }
    return v
  }

  /// Gram and Schmidt on the columns.
  private static func orthonormal(
    _ columns: [[Enclosure]], _ a: MidpointArithmetic
  ) -> [[Enclosure]] {
    var v = columns
    let n = v.count
    for j in 0..<n {
      for k in 0..<j {
        let d = (0..<n).reduce(a.constant(.zero)) {
          a.add($0, a.multiply(v[$1][k], v[$1][j]))
        }
        for i in 0..<n { v[i][j] = a.subtract(v[i][j], a.multiply(d, v[i][k])) }
      }
      let s = (0..<n).reduce(a.constant(.zero)) { a.add($0, a.power(v[$1][j], 2)) }
      let norm = a.lift(.row(named: "sqrt"), s, s)
      for i in 0..<n { v[i][j] = a.divide(v[i][j], norm) }
    }
    return v
  }

  /// Rational eigenvalues that elimination proves take the place of their enclosures.
  private static func sharpened(_ found: [Enclosure], _ m: [[Certified]]) -> [Certified] {
    let exact = m.map { $0.compactMap(\.rational) }
    guard exact.allSatisfy({ $0.count == m.count }) else { return found.map(Certified.enclosed) }
    var out: [Certified] = []
    for e in found {
      if let r = candidate(e), m.count <= 12 || r.isZero {
        let holding = found.filter { o in o.rational.map { $0.0 <= r && r <= $0.1 } ?? false }
        if Elimination.nullity(exact, minus: r) >= holding.count {
          out.append(.exact(r))
          continue
        }
      }
      out.append(.enclosed(e))
    }
    return out
  }

  /// The fraction of least denominator in an enclosure, where it is short.
  private static func candidate(_ e: Enclosure) -> Rational? {
    guard let (l, u) = e.rational else { return nil }
    return Rational.shortest(between: l, and: u).flatMap { $0.bits < 64 ? $0 : nil }
  }
}

/// Cyclic Jacobi rotations of a symmetric matrix.
package enum Jacobi {
  /// The rotated matrix, nearly diagonal, and the rotations gathered: columns are eigenvectors.
  package static func rotate<A: Arithmetic>(
    _ a: A, _ matrix: [[A.Number]], sweeps: Int
  ) -> (matrix: [[A.Number]], vectors: [[A.Number]]) {
    let n = matrix.count
    var m = matrix
    let zero = a.constant(.zero)
    let one = a.constant(.one)
    var v = (0..<n).map { i in (0..<n).map { $0 == i ? one : zero } }
    let root = ElementaryFunction.row(named: "sqrt")
    let size = ElementaryFunction.row(named: "abs")
    for _ in 0..<sweeps {
      var rotated = false
      for p in 0..<max(n - 1, 0) {
        for q in (p + 1)..<n where !a.isZero(m[p][q]) {
          // t = sign(θ)/(|θ| + √(θ² + 1)), θ = (m_qq − m_pp)/(2·m_pq); written without a sign test.
          let gap = a.multiply(a.constant(.half), a.subtract(m[q][q], m[p][p]))
          let square = a.add(a.power(gap, 2), a.power(m[p][q], 2))
          let radius = a.lift(root, square, square)
          let magnitude = a.lift(size, gap, gap)
          let below = a.add(magnitude, radius)
          if a.isZero(below) { continue }
          let quotient = a.divide(m[p][q], below)
          let negative = a.compare(.less, gap, zero)
          let t = a.select(negative, a.negate(quotient), quotient)
          if a.isZero(t) { continue }
          let stretch = a.add(one, a.power(t, 2))
          let c = a.divide(one, a.lift(root, stretch, stretch))
          let s = a.multiply(t, c)
          rotated = true
          for k in 0..<n {
            let (x, y) = (m[k][p], m[k][q])
            m[k][p] = a.subtract(a.multiply(c, x), a.multiply(s, y))
            m[k][q] = a.add(a.multiply(s, x), a.multiply(c, y))
          }
          for k in 0..<n {
            let (x, y) = (m[p][k], m[q][k])
            m[p][k] = a.subtract(a.multiply(c, x), a.multiply(s, y))
            m[q][k] = a.add(a.multiply(s, x), a.multiply(c, y))
            let (w, z) = (v[k][p], v[k][q])
            v[k][p] = a.subtract(a.multiply(c, w), a.multiply(s, z))
            v[k][q] = a.add(a.multiply(s, w), a.multiply(c, z))
          }
          m[p][q] = zero
          m[q][p] = zero
        }
      }
      if !rotated { break }
    }
    return (m, v)
  }
}

/// Gauss elimination over the rationals.
package enum Elimination {
  /// The nullity of A − rI, exactly.
  package static func nullity(_ matrix: [[Rational]], minus r: Rational) -> Int {
    let n = matrix.count
    var m = matrix
    for i in 0..<n { m[i][i] = m[i][i] - r }
    var rank = 0
    for column in 0..<n {
      guard let pivot = (rank..<n).first(where: { !m[$0][column].isZero }) else { continue }
      m.swapAt(rank, pivot)
      for row in (rank + 1)..<max(n, rank + 1) where !m[row][column].isZero {
        let factor = m[row][column] / m[rank][column]
        for k in column..<n { m[row][k] = m[row][k] - factor * m[rank][k] }
      }
      rank += 1
    }
    return n - rank
  }
}

/// Enclosures collapsed to their middles: plain rounded MPFR numbers, for approximations.
package struct MidpointArithmetic: Arithmetic {
  package let base: EnclosureArithmetic
  package init(base: EnclosureArithmetic) { self.base = base }
  package func constant(_ value: Rational) -> Enclosure { base.center(base.constant(value)) }
  package func add(_ a: Enclosure, _ b: Enclosure) -> Enclosure { base.center(base.add(a, b)) }
  package func subtract(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    base.center(base.subtract(a, b))
  }
  package func multiply(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    base.center(base.multiply(a, b))
  }
  package func divide(_ a: Enclosure, _ b: Enclosure) -> Enclosure {
    base.center(base.divide(a, b))
  }
  package func negate(_ a: Enclosure) -> Enclosure { base.negate(a) }
  package func power(_ a: Enclosure, _ n: Int) -> Enclosure { base.center(base.power(a, n)) }
  package func lift(_ f: ElementaryFunction, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    base.center(base.lift(f, a, b))
  }
  package func compare(_ c: Comparison, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    base.compare(c, a, b)
  }
  package func select(_ c: Enclosure, _ a: Enclosure, _ b: Enclosure) -> Enclosure {
    base.select(c, a, b)
  }
  package func isZero(_ a: Enclosure) -> Bool { base.isZero(a) }
}
