// Cells of a map whose loss is quadratic: the gradient of a step is (I − ηH) times the one before, so that
// a multiplier next to ±1, which no run of doubles decides, is decided by its enclosure.
import Calculus

struct QuadraticCells {
  enum Fate { case comes, leaves }
  private let map: DescentMap
  /// The constant eigenvalues of the Hessian.
  private let curvatures: [Certified]
  /// The one stationary point, where there is one.
  let limit: [Double]?

  /// Nil where the loss is not of degree 2 or a variable is held.
  init?(_ plan: RegimeMapPlan, _ program: OrbitProgram) {
    let n = plan.loss.variables.count
    guard plan.step.isGradientDescent, let d = plan.loss.degree, d == 2,
      program.moving == Array(0..<n),
      n <= SymmetricEigenvalues.largest
    else { return nil }
    map = DescentMap(plan.loss, eta: .one)
    let origin = Array(repeating: Certified.exact(.zero), count: n)
    guard let values = SymmetricEigenvalues.enclosures(of: plan.loss.hessian(at: origin)) else {
      return nil
    }
    curvatures = values
    let point = FixedPoints.near(plan.loss, starts: [Array(repeating: 0, count: n)]).points.first
    limit = point.map { $0.at.map { $0.estimate ?? 0 } }
  }

  /// Where the orbit from x goes at a constant rate: to the limit where every |1 − ηλ| < 1; away where
  /// one is above 1 and ‖∇C‖ has grown by a step, exactly (sums of μᵢ²ᵗ are convex in t and grow on).
  func fate(of x: [Double], rate: Double) -> Fate? {
    guard let eta = Rational(rate) else { return nil }
    let a = CertifiedArithmetic(bits: 256)
    let gaps = curvatures.map { h in
      a.subtract(.exact(.one), a.power(a.subtract(.exact(.one), a.multiply(.exact(eta), h)), 2))
        .sign
    }
    if gaps.allSatisfy({ $0 == 1 }), limit != nil { return .comes }
    guard gaps.contains(-1) else { return nil }
    let here = x.map { Certified($0) }
    func length(_ x: [Certified]) -> Certified {
      squaredNorm(a, map.loss.gradient.evaluate(a, at: x).slopes)
    }
    let next = map.at(eta).next(a, here)
    return a.subtract(length(next), length(here)).sign == 1 ? .leaves : nil
  }
}
