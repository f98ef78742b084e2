// The curvature at a point: the Hessian's eigenvalues, certified, and which variable the largest one
// lies along.
import Calculus

/// The eigenvalues of the Hessian at a point.
package struct Curvature: Sendable {
  /// Ascending.
  package let eigenvalues: [Certified]
  /// The variable with the largest share of the direction of largest curvature, and its component
  /// there (of a vector of length 1), in doubles.
  package let along: (variable: String, share: Double)?

  /// nil for more than 32 variables, or where the Hessian is undefined.
  package init?(_ loss: Loss, at x: [Certified], bits: Int = 512) {
    guard x.count <= SymmetricEigenvalues.largest else { return nil }
    let h = loss.hessian(at: x, bits: bits)
    guard let values = SymmetricEigenvalues.enclosures(of: h, bits: bits) else { return nil }
    eigenvalues = values
    let m = h.map { $0.map { $0.nearestDouble ?? .nan } }
    guard x.count > 1, m.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      along = nil
      return
    }
    let (d, v) = Jacobi.rotate(DoubleArithmetic(), m, sweeps: 12)
    let top = d.indices.max { d[$0][$0] < d[$1][$1] } ?? 0
    let k = v.indices.max { abs(v[$0][top]) < abs(v[$1][top]) } ?? 0
    along = (loss.variables[k], abs(v[k][top]))
  }

  /// λmax in doubles, for a suggestion; nil where it is not finite.
  ///
  /// Cost: one Hessian and Jacobi's method in doubles.
  package static func roughLargest(_ loss: Loss, at x: [Double]) -> Double? {
    guard x.count <= SymmetricEigenvalues.largest else { return nil }
    let here = loss.hessian.evaluate(DoubleArithmetic(), at: x)
    guard here.everything.allSatisfy(\.isFinite) else { return nil }
    return SpectralNorm.eigenvalues(here.hessian).last
  }

  /// λmax.
  package var largest: Certified? { eigenvalues.last }
  /// 2/λmax where λmax > 0.
  package var twoOverLargest: Certified? {
    largest.flatMap {
      $0.sign == 1 ? CertifiedArithmetic(bits: 512).divide(.exact(Rational(2)), $0) : nil
    }
  }
}
