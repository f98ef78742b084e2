// Stationary points of a loss of several variables from many starts, in doubles: Newton's method
// with the pseudo-inverse of the Hessian, so that it also settles where the Hessian is singular
// (Ben-Israel 1966). What it finds is a suggestion; certificates are in `FixedPoints`.
import Calculus
import Glibc

/// The search and the short forms of what it finds.
package enum StationarySearch {
  /// The curvatures that are not 0, and the directions in which it is.
  struct Spectrum {
    /// Ascending.
    var curved: [Double]
    /// Orthonormal.
    var flat: [[Double]]
  }

  /// Eigenvalues below this share of the largest count as 0.
  private static let negligible = 1e-7

  /// The origin, corners and axes of the unit cube, then points of [−4, 4]ⁿ that fill it evenly
  /// (Halton 1960); the same for every loss.
  package static func starts(_ n: Int) -> [[Double]] {
    var out = [0.0, 1, -1].map { Array(repeating: $0, count: n) }
    for k in 0..<n {
      for s in [1.0, -1] { out.append((0..<n).map { $0 == k ? s : 0 }) }
    }
    let primes = [2, 3, 5, 7, 11, 13, 17, 19]
    for i in 1...32 {
      out.append(
        (0..<n).map { k in
          var (f, r, j) = (1.0, 0.0, i)
          let base = primes[k % primes.count]
          while j > 0 {
            f /= Double(base)
            r += f * Double(j % base)
            j /= base
          }
          return 8 * r - 4
        })
    }
    return out
  }

  /// Newton's method from one start; nil where it does not settle within `reach` of it.
  static func settle(
    _ loss: Loss, _ start: [Double], within reach: Double
  ) -> (x: [Double], spectrum: Spectrum)? {
    let n = start.count
    let a = DoubleArithmetic()
    var x = start
    var last = Double.infinity
    for _ in 0..<60 {
      let here = loss.hessian.evaluate(a, at: x)
      guard here.everything.allSatisfy(\.isFinite) else { return nil }
      let (g, h) = (here.slopes, here.hessian)
      let (d, v) = Jacobi.rotate(a, h, sweeps: 16)
      let top = (0..<n).reduce(0) { max($0, abs(d[$1][$1])) }
      guard top.isFinite else { return nil }
      if top == 0 {
        // No curvature at all.
        let axes = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
        return g.allSatisfy { $0 == 0 } ? (x, Spectrum(curved: [], flat: axes)) : nil
      }
      var move = Array(repeating: 0.0, count: n)
      for k in 0..<n where abs(d[k][k]) > negligible * top {
        let along = (0..<n).reduce(0) { $0 + v[$1][k] * g[$1] } / d[k][k]
        for i in 0..<n { move[i] += along * v[i][k] }
      }
      let size = move.reduce(0) { max($0, abs($1)) }
      let scale = max(1, x.reduce(0) { max($0, abs($1)) })
      let slope = g.reduce(0) { max($0, abs($1)) }
      if size <= 1e-13 * scale || (size < 1e-8 * scale && size >= last) {
        guard slope <= 1e-12 * top * scale else { return nil }
        let order = (0..<n).sorted { d[$0][$0] < d[$1][$1] }
        let spectrum = Spectrum(
          curved: order.map { d[$0][$0] }.filter { abs($0) > negligible * top },
          flat: order.filter { abs(d[$0][$0]) <= negligible * top }.map { k in
            (0..<n).map { v[$0][k] }
          })
        return (x, spectrum)
      }
      last = size
      x = zip(x, move).map { $0 - $1 }
      guard zip(x, start).allSatisfy({ abs($0 - $1) <= reach }) else { return nil }
    }
    return nil
  }

  /// Short fractions close to the coordinates; nil where one has none.
  static func short(_ x: [Double]) -> [Rational]? {
    let width = Rational(1) / Rational(1_000_000_000)
    let out = x.compactMap { d -> Rational? in
      guard abs(d) < 1e6, let q = Rational(d) else { return nil }
      return Rational.shortest(between: q - width, and: q + width)
        .flatMap { $0.bits <= 24 ? $0 : nil }
    }
    return out.count == x.count ? out : nil
  }

  /// The same space by vectors of short fractions in echelon form; nil where there are none.
  static func shortBasis(_ vectors: [[Double]]) -> [[Rational]]? {
    var rows = vectors
    let n = vectors.first?.count ?? 0
    var row = 0
    for c in 0..<n where row < rows.count {
      guard let p = (row..<rows.count).max(by: { abs(rows[$0][c]) < abs(rows[$1][c]) }),
        abs(rows[p][c]) > 1e-6
      else { continue }
      rows.swapAt(row, p)
      let pivot = rows[row][c]
      rows[row] = rows[row].map { $0 / pivot }
      for other in rows.indices where other != row {
        let share = rows[other][c]
        rows[other] = zip(rows[other], rows[row]).map { $0 - share * $1 }
      }
      row += 1
    }
    let out = rows.compactMap(short)
    return out.count == vectors.count ? out : nil
  }
}
