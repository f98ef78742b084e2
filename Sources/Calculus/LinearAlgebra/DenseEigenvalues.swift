// All eigenvalues of a symmetric matrix of doubles by LAPACK, with a bound from what its eigenvectors leave.
import Glibc
import Native

/// The eigenvalues of a symmetric matrix, and how far off they may be.
package struct DenseEigenvalues: Sendable {
  /// Ascending.
  package let values: [Double]
  /// The eigenvector of the smallest, of length 1.
  package let first: [Double]
  /// That of the largest.
  package let last: [Double]
  /// No eigenvalue of the matrix is further from the value of its place.
  ///
  /// With Q the orthogonal matrix next to V, ‖V − Q‖ ≤ ‖VᵀV − I‖, so ‖HQ − QΛ‖ ≤ ‖HV − VΛ‖ + 2‖H‖·‖VᵀV − I‖
  /// in Frobenius norms, and by Weyl no eigenvalue of H is further from Λ. The products are rounded by at
  /// most (n + 1)·2⁻⁵³ of ‖H‖√n and of n (Higham, Accuracy and Stability, 3.5), which is added.
  package let within: Double

  /// The largest matrix: beyond, n³ operations are felt.
  package static let largest = 512

  /// - Parameter rows: n × n numbers by rows, of which the upper triangle is read.
  /// - Returns: nil where a number is not finite or LAPACK gives up.
  /// - Throws: `MissingLibrary` where LAPACK is not installed.
  ///
  /// Cost: some 10 n³ operations.
  package init?(_ rows: [Double], _ n: Int) throws(MissingLibrary) {
    let lapack = try Lapack.opened()
    precondition(rows.count == n * n && n > 0)
    guard rows.allSatisfy(\.isFinite) else { return nil }
    var h = rows
    for i in 0..<n { for j in 0..<i { h[i * n + j] = h[j * n + i] } }
    // Columns of Fortran are rows here, and the matrix is symmetric.
    var vectors = h
    var values = [Double](repeating: 0, count: n)
    var (order, status): (Int32, Int32) = (Int32(clamping: n), 0)
    var (size, whole) = (Int32(clamping: 1 + 6 * n + 2 * n * n), Int32(clamping: 3 + 5 * n))
    var work = [Double](repeating: 0, count: 1 + 6 * n + 2 * n * n)
    var wholeWork = [Int32](repeating: 0, count: 3 + 5 * n)
    var leading = order
    lapack.dsyevd(
      "V", "U", &order, &vectors, &leading, &values, &work, &size, &wholeWork, &whole, &status, 1,
      1)
    guard status == 0, values.allSatisfy(\.isFinite) else { return nil }
    self.values = values
    first = Array(vectors.prefix(n))
    last = Array(vectors.suffix(n))
    within = DenseEigenvalues.bound(h, vectors, values, n)
  }

  /// - Parameter vectors: eigenvector k in row k.
  private static func bound(
    _ h: [Double], _ vectors: [Double], _ values: [Double], _ n: Int
  ) -> Double {
    var (left, askew, size) = (0.0, 0.0, 0.0)
    for v in h { size += v * v }
    size = size.squareRoot()
    var image = [Double](repeating: 0, count: n)
    for k in 0..<n {
      let own = vectors[(k * n)..<(k * n + n)]
      for i in image.indices { image[i] = 0 }
      // H·v as a sum of rows: H is symmetric.
      for (j, share) in own.enumerated() {
        for i in 0..<n { image[i] += share * h[j * n + i] }
      }
      for (i, v) in own.enumerated() {
        let gap = image[i] - values[k] * v
        left += gap * gap
      }
      for l in k..<n {
        var product = l == k ? -1.0 : 0
        for i in 0..<n { product += vectors[k * n + i] * vectors[l * n + i] }
        askew += product * product * (l == k ? 1 : 2)
      }
    }
    let unit = Double(n + 1) * 0x1p-53
    let total =
      left.squareRoot() + unit * size * Double(n).squareRoot()
      + 2 * size * (askew.squareRoot() + unit * Double(n))
    return total * (1 + 1e-6)
  }
}
