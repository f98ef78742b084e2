// The orbit of gradient descent itself, enclosed: a ball around an MPFR point, stepped in mean-value
// form, m(B(c, r)) ⊂ B(m(c), ‖m′(B)‖·r), so that it widens only as the map itself stretches.
import Calculus
import Glibc

struct EnclosedOrbit {
  /// Its rate may be changed between steps.
  var map: DescentMap
  let a: EnclosureArithmetic
  /// Points.
  private(set) var center: [Enclosure]
  /// A point; the Euclidean radius.
  private(set) var radius: Enclosure
  private(set) var steps = 0

  init(_ map: DescentMap, from start: [Rational], bits: Int) {
    self.init(map, bits: bits) { a in start.map(a.constant) }
  }

  /// From the start of a plan, which may be irrational; where there is a memory, it begins at rest.
  init(_ map: DescentMap, from plan: DescentPlan, bits: Int) {
    self.init(map, bits: bits) { a in
      let x = plan.irrational?.map { $0.run(a, at: [])[0] } ?? plan.start.map(a.constant)
      return x + Array(repeating: a.constant(.zero), count: map.dimension - x.count)
    }
  }

  private init(_ map: DescentMap, bits: Int, _ start: (EnclosureArithmetic) -> [Enclosure]) {
    self.map = map
    a = EnclosureArithmetic(bits: bits)
    let x = start(a)
    center = x.map(a.center)
    radius = EnclosedOrbit.length(a, zip(x, center).map { [a] in a.radius($0, about: $1) })
  }

  /// A box around the ball.
  var box: [Enclosure] { center.map { a.ball($0, radius) } }

  /// One step; false where the map is not defined or not smooth over the ball.
  mutating func step() -> Bool {
    let around = box
    guard !map.meetsKink(a, around) else { return false }
    let jacobian = map.step(a, around).jacobian
    guard let stretch = map.stretch(jacobian) else { return false }
    let next = map.next(a, center)
    guard next.allSatisfy(\.isDefined) else { return false }
    center = next.map(a.center)
    let rounding = EnclosedOrbit.length(a, zip(next, center).map { a.radius($0, about: $1) })
    radius = a.upper(a.add(a.multiply(a.constant(stretch), radius), rounding))
    steps += 1
    return radius.isDefined
  }

  /// The radius as a double, rounded up.
  var width: Double { radius.upperDouble }

  /// An upper bound of √Σuₖ² of points.
  static func length(_ a: EnclosureArithmetic, _ u: [Enclosure]) -> Enclosure {
    if u.count == 1 { return a.upper(a.magnitude(u[0])) }
    let s = squaredNorm(a, u)
    return a.upper(a.lift(.row(named: "sqrt"), s, s))
  }
}

enum SpectralNorm {
  /// An upper bound of the spectral norm of every symmetric matrix within; nil where undefined.
  ///
  /// The middle's norm in doubles with a margin of 10⁻¹⁰, far above the backward error of Jacobi's
  /// method at these sizes (Golub & Van Loan 8.5), plus the norm of the widths.
  static func bound(_ m: [[Enclosure]]) -> Double? {
    let n = m.count
    var middle = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    var width = 0.0
    var size = 0.0
    for i in 0..<n {
      for j in 0..<n {
        let e = m[i][j]
        guard e.isDefined else { return nil }
        let c = e.midpoint
        guard c.isFinite else { return nil }
        let w = max(e.upperDouble - c, c - e.lowerDouble)
        middle[i][j] = c
        width += w * w
        size += c * c
      }
    }
    if n == 1 { return max(abs(m[0][0].lowerDouble), abs(m[0][0].upperDouble)) }
    let spread = width.squareRoot() * (1 + 1e-12)
    let margin = size.squareRoot() * 1e-10
    let values = eigenvalues(middle)
    let largest = values.reduce(0) { max($0, abs($1)) }
    let total = largest + margin + spread
    return total.isFinite ? total : nil
  }

  /// An upper bound of the spectral norm of every matrix within: of the middle M the root of the
  /// largest eigenvalue of MᵀM, with the same margins.
  static func generalBound(_ m: [[Enclosure]]) -> Double? {
    let n = m.count
    var (width, size) = (0.0, 0.0)
    var middle = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for i in 0..<n {
      for j in 0..<n {
        let c = m[i][j].midpoint
        guard c.isFinite else { return nil }
        let w = max(m[i][j].upperDouble - c, c - m[i][j].lowerDouble)
        middle[i][j] = c
        width += w * w
        size += c * c
      }
    }
    let gram = (0..<n).map { i in
      (0..<n).map { j in (0..<n).reduce(0) { $0 + middle[$1][i] * middle[$1][j] } }
    }
    let largest = eigenvalues(gram).reduce(0) { max($0, $1) }.squareRoot()
    let total = largest + size.squareRoot() * 1e-10 + width.squareRoot() * (1 + 1e-12)
    return total.isFinite ? total : nil
  }

  /// Eigenvalues of a symmetric matrix in doubles, ascending.
  static func eigenvalues(_ m: [[Double]]) -> [Double] {
    if m.count == 1 { return [m[0][0]] }
    if m.count == 2 {
      let mean = (m[0][0] + m[1][1]) / 2
      let radius = hypot((m[0][0] - m[1][1]) / 2, m[0][1])
      return [mean - radius, mean + radius]
    }
    return rotated(m)
  }

  /// Jacobi's method without the vectors, written for doubles: this runs once per tried ball.
  private static func rotated(_ matrix: [[Double]]) -> [Double] {
    let n = matrix.count
    var m = matrix.flatMap { $0 }
    let size = m.reduce(0) { $0 + $1 * $1 }
    guard size.isFinite else { return matrix.indices.map { matrix[$0][$0] } }
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
    return (0..<n).map { m[$0 * n + $0] }.sorted()
  }
}
