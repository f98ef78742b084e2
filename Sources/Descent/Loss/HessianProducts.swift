// The Hessian of a loss of many variables by its products with vectors.
import Calculus

/// Products with the Hessian at a point, in doubles.
struct HessianProducts {
  private let runner: DoubleProgram
  private let n: Int

  init(_ loss: Loss, at x: [Double]) {
    runner = DoubleProgram(loss.products)
    n = x.count
    for (k, v) in x.enumerated() { runner.input[k] = v }
  }

  /// H·v.
  private func times(_ v: [Double]) -> [Double] {
    for k in 0..<n { runner.input[n + k] = v[k] }
    runner.run()
    return runner.outputs
  }

  /// All eigenvalues, of up to 512 variables where LAPACK is installed; nil else, or where not finite.
  var dense: DenseEigenvalues? {
    guard n <= DenseEigenvalues.largest else { return nil }
    var rows: [Double] = []
    rows.reserveCapacity(n * n)
    var unit = [Double](repeating: 0, count: n)
    for k in 0..<n {
      unit[k] = 1
      rows += times(unit)
      unit[k] = 0
    }
    return (try? DenseEigenvalues(rows, n)).flatMap(\.self)
  }

  /// The ends of the spectrum; nil where they are not finite.
  var lanczos: Lanczos? { Lanczos(dimension: n, multiply: times) }
}

extension Loss {
  /// Over the entries of the variables and those of a vector: the Hessian times the vector.
  var products: Program { source.gradient().product(along: source.variables) }
}

/// The quotient of Rayleigh of a vector, vᵀHv/vᵀv: not above λmax, nor below λmin.
struct RayleighQuotient {
  let quotient: Certified
  /// ‖Hv − θv‖/‖v‖, rounded up: an eigenvalue lies so near.
  let residual: Double

  /// What lies between the quotient and a double.
  func reaching(_ end: Double) -> Certified {
    let a = EnclosureArithmetic(bits: RayleighQuotient.bits)
    guard let end = Rational(end) else { return quotient }
    return .enclosed(a.hull(quotient.number(a), a.constant(end)))
  }

  static let bits = 128
}

extension [[Double]] {
  /// The quotients of Rayleigh of vectors, enclosed; nil where the Hessian is undefined.
  func certified(_ loss: Loss, _ x: [Certified]) -> [RayleighQuotient]? {
    let a = CertifiedArithmetic(bits: RayleighQuotient.bits)
    let products = loss.products
    var out: [RayleighQuotient] = []
    for vector in self {
      let v = vector.map { Certified($0) }
      let image = products.run(a, at: x + v)
      let squares = squaredNorm(a, v)
      let quotient = a.divide(dot(a, v, image), squares)
      let left = zip(image, v).map { a.subtract($0, a.multiply(quotient, $1)) }
      let root = a.divide(squaredNorm(a, left), squares)
      let residual = a.lift(.row(named: "sqrt"), root, root).number(a.enclosures)
      guard quotient.isDefined, residual.isDefined else { return nil }
      out.append(RayleighQuotient(quotient: quotient, residual: residual.upperDouble))
    }
    return out
  }
}

extension Certified {
  /// What lies within a distance of a double.
  static func near(_ value: Double, within distance: Double) -> Certified {
    let a = EnclosureArithmetic(bits: 64)
    guard let v = Rational(value), let d = Rational(distance) else { return .undefined("") }
    return .enclosed(a.hull(a.constant(v - d), a.constant(v + d)))
  }
}
