// Upper bounds of the norms of matrices of enclosures, by Jacobi's method in doubles with bounds of what it
// leaves and of what it rounds. (Golub & Van Loan 8.5; Weyl.)
import Calculus
import Glibc

/// Norms of the matrices that stretch an enclosed orbit; they run once per step and per tried ball.
enum SpectralNorm {
  /// What thirty sweeps of rotations in doubles may add to a matrix of Frobenius norm 1.
  ///
  /// c and s are right to 4 roundings, so that c² + s² is to 8; an entry c·u − s·v has 3 more; both sides make 2·(8 + 3·√2)
  /// < 25 roundings of 2⁻⁵³. Thirty sweeps of n(n − 1)/2 rotations of a matrix of up to 64 rows make
  /// 30·2016·25·2⁻⁵³ < 1.7·10⁻¹⁰.
  static let margin = 2e-10
  /// The largest matrix for which `margin` is derived.
  static let largest = 64
  /// Products that fall below the doubles are rounded by at most 2⁻¹⁰⁷⁵ each, which is all that the
  /// relative bounds leave out.
  private static let underflow = 1e-150

  /// An upper bound of the spectral norm of every symmetric matrix within; nil where undefined.
  ///
  /// The middle's norm plus the Frobenius norm of the widths.
  static func bound(_ m: [[Enclosure]]) -> Double? {
    if m.count == 1 {
      let size = max(abs(m[0][0].lowerDouble), abs(m[0][0].upperDouble))
      return m[0][0].isDefined && size.isFinite ? size : nil
    }
    guard let (middle, width, size) = parts(m) else { return nil }
    let total = largest(middle, size) + width
    return total.isFinite ? total : nil
  }

  /// An upper bound of the spectral norm of every matrix within: of the middle M the root of the
  /// largest eigenvalue of MᵀM.
  static func generalBound(_ m: [[Enclosure]]) -> Double? {
    guard let (middle, width, size) = parts(m) else { return nil }
    let n = m.count
    let gram = (0..<n).map { i in
      (0..<n).map { j in (0..<n).reduce(0) { $0 + middle[$1][i] * middle[$1][j] } }
    }
    // Its entries are right to n + 1 roundings of ‖M‖², its norm is at most ‖M‖².
    let square = size * size * (1 + 1e-12)
    let top = largest(gram, square) + Double(n * (n + 1)) * 2.3e-16 * square
    let total = top.squareRoot() * (1 + 1e-12) + width
    return total.isFinite ? total : nil
  }

  /// The middles, the Frobenius norm of the widths and of the middles, both rounded up.
  private static func parts(
    _ m: [[Enclosure]]
  ) -> (middle: [[Double]], width: Double, size: Double)? {
    let n = m.count
    guard n <= largest else { return nil }
    var middle = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    var (width, size) = (0.0, 0.0)
    for i in 0..<n {
      for j in 0..<n {
        let e = m[i][j]
        let c = e.midpoint
        guard e.isDefined, c.isFinite else { return nil }
        let w = max(e.upperDouble - c, c - e.lowerDouble).nextUp
        middle[i][j] = c
        width += w * w
        size += c * c
      }
    }
    func up(_ square: Double) -> Double { square.squareRoot() * (1 + 1e-12) + underflow }
    return (middle, up(width), up(size))
  }

  /// An upper bound of the largest |λ| of a symmetric matrix whose Frobenius norm is at most `size`: the
  /// largest entry that rotations leave on the diagonal, what they leave beside it (Weyl), and what
  /// they have rounded.
  private static func largest(_ m: [[Double]], _ size: Double) -> Double {
    let (diagonal, beside) = rotated(m)
    return diagonal.reduce(0) { max($0, abs($1)) } + beside * (1 + 1e-12) + margin * size
      + underflow
  }

  /// Eigenvalues of a symmetric matrix in doubles, ascending.
  static func eigenvalues(_ m: [[Double]]) -> [Double] {
    m.count == 1 ? [m[0][0]] : rotated(m).diagonal.sorted()
  }

  /// Jacobi's method without the vectors: the diagonal that it ends with, and the Frobenius norm of
  /// what is left beside it.
  private static func rotated(_ matrix: [[Double]]) -> (diagonal: [Double], beside: Double) {
    let n = matrix.count
    var m = matrix.flatMap { $0 }
    let size = m.reduce(0) { $0 + $1 * $1 }
    func beside() -> Double {
      var left = 0.0
      for p in 0..<n { for q in 0..<n where q != p { left += m[p * n + q] * m[p * n + q] } }
      return left.squareRoot()
    }
    guard size.isFinite else { return (matrix.indices.map { matrix[$0][$0] }, .infinity) }
    for _ in 0..<30 {
      var left = 0.0
      for p in 0..<(n - 1) {
        for q in (p + 1)..<n {
          let x = m[p * n + q]
          left += x * x
          if x * x <= 1e-36 * size { continue }
          let gap = (m[q * n + q] - m[p * n + p]) / 2
          let t = x / (abs(gap) + (gap * gap + x * x).squareRoot()) * (gap < 0 ? -1 : 1)
          let c = 1 / (1 + t * t).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (u, v) = (m[k * n + p], m[k * n + q])
            m[k * n + p] = c * u - s * v
            m[k * n + q] = s * u + c * v
          }
          for k in 0..<n {
            let (u, v) = (m[p * n + k], m[q * n + k])
            m[p * n + k] = c * u - s * v
            m[q * n + k] = s * u + c * v
          }
        }
      }
      if left <= 1e-30 * size { break }
    }
    return ((0..<n).map { m[$0 * n + $0] }, beside())
  }
}
