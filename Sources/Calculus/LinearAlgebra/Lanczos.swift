// The ends of the spectrum of a symmetric operator that is known by its products with vectors only: Lanczos'
// method with full reorthogonalisation (Golub & Van Loan, Matrix Computations, 4th ed., 10.1 and 10.3.6).
import Glibc

/// The largest and the smallest eigenvalue that products with vectors show.
package struct Lanczos: Sendable {
  /// An approximate eigenvalue with its vector of length 1.
  package struct Pair: Sendable {
    /// θ.
    package let value: Double
    /// v.
    package let vector: [Double]
    /// ‖Hv − θv‖ as the method knows it: an eigenvalue lies so near, but for rounding.
    package let residual: Double
  }
  /// At the lower end: the smallest eigenvalue is at most its value, but for rounding.
  package let smallest: Pair
  /// At the upper end: the largest eigenvalue is at least its value, but for rounding.
  package let largest: Pair
  /// How many products were asked for.
  package let products: Int

  /// - Parameters:
  ///   - n: the dimension.
  ///   - most: products at most.
  ///   - tolerance: of both residuals, relative to the larger of the two values.
  /// - Returns: nil where a product is not finite.
  ///
  /// Cost: so many products, and k²n operations for k of them.
  package init?(
    dimension n: Int, most: Int = 200, tolerance: Double = 1e-9, multiply: ([Double]) -> [Double]
  ) {
    let stream = RandomStream(seed: 0, .direction, occurrence: 0)
    var basis = [
      Lanczos.unit((0..<n).map { (stream.unit(UInt64(clamping: $0)) - .half).nearestDouble })
    ]
    var (diagonal, beside): ([Double], [Double]) = ([], [])
    let last = min(n, most)
    while true {
      let k = basis.count - 1
      var next = multiply(basis[k])
      guard next.count == n, next.allSatisfy(\.isFinite) else { return nil }
      diagonal.append(Lanczos.dot(basis[k], next))
      // Twice is enough (Giraud, Langou & Rozložník 2005).
      for _ in 0..<2 {
        for u in basis {
          let share = Lanczos.dot(u, next)
          for i in 0..<n { next[i] -= share * u[i] }
        }
      }
      let length = Lanczos.dot(next, next).squareRoot()
      let scale = diagonal.map(abs).max() ?? 0
      let isInvariant = length <= 1e-13 * max(scale, beside.max() ?? 0) || length == 0
      if isInvariant || k + 1 == last || (k + 1) % 8 == 0 {
        let (values, vectors) = Tridiagonal.eigen(diagonal, beside)
        let ends = [0, values.count - 1].map { e -> Pair in
          var v = [Double](repeating: 0, count: n)
          for (share, u) in zip(vectors[e], basis) { for i in 0..<n { v[i] += share * u[i] } }
          return Pair(
            value: values[e], vector: Lanczos.unit(v),
            residual: isInvariant ? length : length * abs(vectors[e].last ?? 0))
        }
        let size = max(abs(ends[0].value), abs(ends[1].value))
        if isInvariant || k + 1 == last || ends.allSatisfy({ $0.residual <= tolerance * size }) {
          (smallest, largest, products) = (ends[0], ends[1], k + 1)
          return
        }
      }
      beside.append(length)
      basis.append(next.map { $0 / length })
    }
  }

  private static func unit(_ v: [Double]) -> [Double] {
    let length = dot(v, v).squareRoot()
    return length > 0 ? v.map { $0 / length } : v
  }

  private static func dot(_ u: [Double], _ v: [Double]) -> Double {
    var sum = 0.0
    for i in u.indices { sum += u[i] * v[i] }
    return sum
  }
}

/// Symmetric tridiagonal matrices.
enum Tridiagonal {
  /// Eigenvalues, ascending, with their vectors, by the implicit QL method (EISPACK's tql2; Golub & Van Loan
  /// 8.3).
  ///
  /// Cost: some 3 n³ operations.
  static func eigen(
    _ diagonal: [Double], _ beside: [Double]
  ) -> (values: [Double], vectors: [[Double]]) {
    let n = diagonal.count
    var d = diagonal
    var e = Array(beside.prefix(n - 1)) + [0]
    // Row k is vector k.
    var z = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    for l in 0..<n {
      for _ in 0..<60 {
        let m =
          (l..<(n - 1)).first { abs(e[$0]) <= 0x1p-53 * (abs(d[$0]) + abs(d[$0 + 1])) } ?? n - 1
        if m == l { break }
        var g = (d[l + 1] - d[l]) / (2 * e[l])
        var r = hypot(g, 1)
        g = d[m] - d[l] + e[l] / (g + (g >= 0 ? abs(r) : -abs(r)))
        var (s, c, p) = (1.0, 1.0, 0.0)
        var isDone = false
        for i in (l..<m).reversed() {
          let (f, b) = (s * e[i], c * e[i])
          r = hypot(f, g)
          e[i + 1] = r
          if r == 0 {
            d[i + 1] -= p
            e[m] = 0
            isDone = true
            break
          }
          (s, c) = (f / r, g / r)
          g = d[i + 1] - p
          r = (d[i] - g) * s + 2 * c * b
          p = s * r
          d[i + 1] = g + p
          g = c * r - b
          for k in 0..<n {
            let (u, v) = (z[i][k], z[i + 1][k])
            z[i + 1][k] = s * u + c * v
            z[i][k] = c * u - s * v
          }
        }
        if isDone { continue }
        d[l] -= p
        e[l] = g
        e[m] = 0
      }
    }
    let order = d.indices.sorted { d[$0] < d[$1] }
    return (order.map { d[$0] }, order.map { z[$0] })
  }
}
