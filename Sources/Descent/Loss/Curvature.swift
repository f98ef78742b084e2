// The curvature at a point: the Hessian's eigenvalues, and which variable the largest one lies along. Of up to
// 32 variables they are certified; of up to 512 LAPACK finds all, beyond Lanczos' method the ends.
import Calculus

/// The eigenvalues of the Hessian at a point.
package struct Curvature: Sendable {
  /// Ways to know eigenvalues.
  package enum Source: Sendable {
    /// All of them, enclosed.
    case certified
    /// All of them, by LAPACK from a Hessian in doubles, within a bound of those of that matrix; λmax is not
    /// below, λmin not above what is told, which is enclosed.
    case dense(within: Double)
    /// The smallest and the largest as quotients of Rayleigh, enclosed: λmax is at least the latter, λmin at
    /// most the former. After so many products, with a residual within which an eigenvalue lies.
    case lanczos(products: Int, residual: Double)
  }
  /// How the eigenvalues are known.
  package let source: Source
  /// Ascending; of Lanczos' method the two ends.
  package let eigenvalues: [Certified]
  /// The variable with the largest share of the direction of largest curvature, and its component
  /// there (of a vector of length 1), in doubles.
  package let along: (variable: String, share: Double)?

  /// nil where the Hessian is undefined, of more than 32 variables also where it is not finite in doubles.
  ///
  /// Cost: of n > 32 variables n, or up to 200, products with the Hessian in doubles, and two certified.
  package init?(_ loss: Loss, at x: [Certified], bits: Int = 512) {
    if x.count <= SymmetricEigenvalues.largest {
      self.init(enclosing: loss, at: x, bits)
    } else {
      self.init(products: loss, at: x)
    }
  }

  private init?(enclosing loss: Loss, at x: [Certified], _ bits: Int) {
    let h = loss.hessian(at: x, bits: bits)
    guard let values = SymmetricEigenvalues.enclosures(of: h, bits: bits) else { return nil }
    eigenvalues = values
    source = .certified
    let m = h.map { $0.map { $0.nearestDouble ?? .nan } }
    guard x.count > 1, m.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      along = nil
      return
    }
    let (d, v) = Jacobi.rotate(DoubleArithmetic(), m, sweeps: 12)
    let top = d.indices.max { d[$0][$0] < d[$1][$1] } ?? 0
    along = Curvature.largestShare(of: v.map { $0[top] }, in: loss)
  }

  private init?(products loss: Loss, at x: [Certified]) {
    let products = HessianProducts(loss, at: x.map { $0.estimate ?? .nan })
    if let dense = products.dense {
      guard let ends = [dense.first, dense.last].certified(loss, x) else { return nil }
      var values = dense.values.map { Certified.near($0, within: dense.within) }
      let last = values.count - 1
      values[0] = ends[0].reaching(dense.values[0] - dense.within)
      values[last] = ends[1].reaching(dense.values[last] + dense.within)
      eigenvalues = values
      source = .dense(within: dense.within)
      along = Curvature.largestShare(of: dense.last, in: loss)
      return
    }
    guard let found = products.lanczos,
      let ends = [found.smallest.vector, found.largest.vector].certified(loss, x)
    else { return nil }
    eigenvalues = ends.map(\.quotient)
    source = .lanczos(products: found.products, residual: ends[1].residual)
    along = Curvature.largestShare(of: found.largest.vector, in: loss)
  }

  private static func largestShare(of v: [Double], in loss: Loss) -> (String, Double) {
    let k = v.indices.max { abs(v[$0]) < abs(v[$1]) } ?? 0
    return (loss.variables[k], abs(v[k]))
  }

  /// λmax in doubles, for a suggestion or a picture; nil where it is not finite.
  ///
  /// Cost: one Hessian and Jacobi's method in doubles; of more than 32 variables up to 200 products.
  package static func roughLargest(_ loss: Loss, at x: [Double]) -> Double? {
    guard x.count <= SymmetricEigenvalues.largest else {
      return HessianProducts(loss, at: x).lanczos?.largest.value
    }
    let here = loss.hessian.evaluate(DoubleArithmetic(), at: x)
    guard here.everything.allSatisfy(\.isFinite) else { return nil }
    return SpectralNorm.eigenvalues(here.hessian).last
  }

  /// λmax, or what it is at least.
  package var largest: Certified? { eigenvalues.last }
  /// Whether `largest` is only what λmax is at least.
  package var isBound: Bool {
    if case .lanczos = source { true } else { false }
  }
  /// 2/λmax where λmax > 0; what it is at most where `largest` is a bound.
  package var twoOverLargest: Certified? {
    largest.flatMap {
      $0.sign == 1 ? CertifiedArithmetic(bits: 512).divide(.exact(Rational(2)), $0) : nil
    }
  }
}
