// Eigenvalues of a small general matrix, complex allowed: the multipliers of a cycle in several
// variables. One and two variables in closed form; more as zeros of the characteristic polynomial
// (Faddeev & LeVerrier), approximated by Weierstrass's iteration and enclosed by its corrections: the
// disks |z − zᵢ| ≤ n·|p(zᵢ)/Π(zᵢ − zⱼ)| hold all zeros, and as many of them as a connected part has
// disks (Smith 1970; Braess & Hadeler 1973).
import Calculus
import Glibc

enum GeneralEigenvalues {
  static func multipliers(_ a: CertifiedArithmetic, _ m: [[Certified]]) -> [Multiplier] {
    switch m.count {
    case 1: return [Multiplier(real: m[0][0], imaginary: .exact(.zero))]
    case 2:
      let trace = a.add(m[0][0], m[1][1])
      let determinant = a.subtract(
        a.multiply(m[0][0], m[1][1]), a.multiply(m[0][1], m[1][0]))
      let gap = a.multiply(.exact(.half), a.subtract(m[0][0], m[1][1]))
      let d = a.add(a.power(gap, 2), a.multiply(m[0][1], m[1][0]))
      return zeros(a, trace: trace, determinant: determinant, discriminant: d)
    case ...12: return many(a, m)
    default: return []
    }
  }

  /// The zeros of s² − trace·s + determinant, enclosed.
  static func zeros(
    _ a: CertifiedArithmetic, trace: Certified, determinant: Certified
  ) -> [Multiplier] {
    let half = a.multiply(.exact(.half), trace)
    return zeros(
      a, trace: trace, determinant: determinant,
      discriminant: a.subtract(a.power(half, 2), determinant))
  }

  /// - Parameter d: (trace/2)² − determinant, in the form that cancels least.
  private static func zeros(
    _ a: CertifiedArithmetic, trace: Certified, determinant: Certified, discriminant d: Certified
  ) -> [Multiplier] {
    let half = a.multiply(.exact(.half), trace)
    guard half.isDefined, d.isDefined else { return [] }
    let root = ElementaryFunction.row(named: "sqrt")
    let zero = Certified.exact(.zero)
    switch d.sign {
    case -1:
      let e = a.negate(d)
      let y = a.lift(root, e, e)
      return [y, a.negate(y)].map { Multiplier(real: half, imaginary: $0) }
    case nil:
      // Real or a pair, within the root of |d| of the middle.
      let e = a.enclosures
      let size = e.upper(e.magnitude(d.number(e)))
      let spread = e.ball(e.constant(.zero), e.upper(e.lift(root, size, size)))
      let real = Certified.enclosed(e.add(half.number(e), spread))
      return Array(repeating: Multiplier(real: real, imaginary: .enclosed(spread)), count: 2)
    default:
      let r = a.lift(root, d, d)
      return [a.add(half, r), a.subtract(half, r)].map { Multiplier(real: $0, imaginary: zero) }
    }
  }

  /// A complex number in enclosures.
  private typealias Complex = (x: Enclosure, y: Enclosure)

  private static func many(_ a: CertifiedArithmetic, _ m: [[Certified]]) -> [Multiplier] {
    let e = a.enclosures
    let c = characteristic(a, m).map { $0.number(e) }
    guard c.allSatisfy(\.isDefined) else { return [] }
    let rough = approximations(c.map(\.midpoint))
    guard rough.allSatisfy({ $0.0.isFinite && $0.1.isFinite }) else { return [] }
    // Next to the real line zeros are tried on it: a disk about a real centre that holds one zero of a
    // real polynomial holds a real one. Where centres then agree, a multiple zero or a close pair, the
    // rough ones stand.
    let size = rough.reduce(1e-300) { max($0, abs($1.0), abs($1.1)) }
    let onLine = polished(rough.map { abs($0.1) < 1e-6 * size ? ($0.0, 0) : $0 }, c, e)
    let plain: [Complex] = rough.map { (e.constant($0.0), e.constant($0.1)) }
    guard
      let (points, radii) = [onLine, plain].lazy.compactMap({ p in radii(p, c, e).map { (p, $0) } })
        .first
    else { return [] }
    return points.indices.map { i in
      let alone = points.indices.allSatisfy { j in
        j == i || areApart(e, points[i], points[j], e.add(radii[i], radii[j]))
      }
      // Where disks touch, a zero is somewhere in all of them together.
      let reach = alone ? radii[i] : e.upper(radii.reduce(e.constant(.zero)) { e.add($0, $1) })
      let spread = e.multiply(e.constant(Rational(alone ? 1 : 2)), reach)
      let isReal = alone && points[i].y.sign == 0
      return Multiplier(
        real: .enclosed(e.ball(points[i].x, e.upper(spread))),
        imaginary: isReal ? .exact(.zero) : .enclosed(e.ball(points[i].y, e.upper(spread))))
    }
    .filter(\.real.isDefined)
  }

  /// Coefficients of det(s − M), the leading 1 first.
  private static func characteristic(_ a: CertifiedArithmetic, _ m: [[Certified]]) -> [Certified] {
    let n = m.count
    var c = [Certified.exact(.one)]
    var power = m
    for k in 1...n {
      var trace = Certified.exact(.zero)
      for i in 0..<n { trace = a.add(trace, power[i][i]) }
      c.append(a.multiply(.exact(-(Rational.one / Rational(k))), trace))
      var shifted = power
      for i in 0..<n { shifted[i][i] = a.add(shifted[i][i], c[k]) }
      for i in 0..<n {
        for j in 0..<n {
          var sum = Certified.exact(.zero)
          for l in 0..<n { sum = a.add(sum, a.multiply(m[i][l], shifted[l][j])) }
          power[i][j] = sum
        }
      }
    }
    return c
  }

  /// Weierstrass's iteration in doubles.
  private static func approximations(_ c: [Double]) -> [(Double, Double)] {
    let n = c.count - 1
    // The zeros are at most twice the largest |c_k|^(1/k) in size (Fujiwara).
    var scale = 1e-300
    for k in 1...n { scale = max(scale, pow(abs(c[k]), 1 / Double(k))) }
    var roots: [(Double, Double)] = []
    for k in 0..<n {
      let angle = Double(k) * 2.4
      roots.append((scale * (0.4 + 0.9 * cos(angle)), scale * 0.9 * sin(angle)))
    }
    for _ in 0..<400 {
      for k in 0..<n {
        let z = roots[k]
        var (x, y) = (1.0, 0.0)
        for i in 1...n { (x, y) = (x * z.0 - y * z.1 + c[i], x * z.1 + y * z.0) }
        var (u, v) = (1.0, 0.0)
        for (j, w) in roots.enumerated() where j != k {
          let (p, q) = (z.0 - w.0, z.1 - w.1)
          (u, v) = (u * p - v * q, u * q + v * p)
        }
        let s = u * u + v * v
        if s == 0 { continue }
        roots[k] = (z.0 - (x * u + y * v) / s, z.1 - (y * u - x * v) / s)
      }
    }
    return roots
  }

  /// The same iteration in some 60 digits; the centres are points.
  private static func polished(
    _ rough: [(Double, Double)], _ c: [Enclosure], _ e: EnclosureArithmetic
  ) -> [Complex] {
    var out: [Complex] = rough.map { (e.constant($0.0), e.constant($0.1)) }
    for _ in 0..<4 {
      for k in out.indices {
        guard let w = correction(k, out, c, e) else { continue }
        let x = e.center(e.subtract(out[k].x, w.x))
        let y = out[k].y.sign == 0 ? out[k].y : e.center(e.subtract(out[k].y, w.y))
        if x.isDefined, y.isDefined { out[k] = (x, y) }
      }
    }
    return out
  }

  /// p(zₖ)/Π(zₖ − zⱼ); nil where two centres agree.
  private static func correction(
    _ k: Int, _ points: [Complex], _ c: [Enclosure], _ e: EnclosureArithmetic
  ) -> Complex? {
    func product(_ a: Complex, _ b: Complex) -> Complex {
      (
        e.subtract(e.multiply(a.x, b.x), e.multiply(a.y, b.y)),
        e.add(e.multiply(a.x, b.y), e.multiply(a.y, b.x))
      )
    }
    let z = points[k]
    var value: Complex = (e.constant(.one), e.constant(.zero))
    for i in 1..<c.count {
      value = product(value, z)
      value.x = e.add(value.x, c[i])
    }
    var below: Complex = (e.constant(.one), e.constant(.zero))
    for (j, w) in points.enumerated() where j != k {
      below = product(below, (e.subtract(z.x, w.x), e.subtract(z.y, w.y)))
    }
    let square = e.add(e.power(below.x, 2), e.power(below.y, 2))
    guard square.sign == 1 else { return nil }
    let top = product(value, (below.x, e.negate(below.y)))
    return (e.divide(top.x, square), e.divide(top.y, square))
  }

  /// The radii of the disks.
  private static func radii(
    _ points: [Complex], _ c: [Enclosure], _ e: EnclosureArithmetic
  ) -> [Enclosure]? {
    let n = e.constant(Rational(points.count))
    let out = points.indices.map { k in
      correction(k, points, c, e).map { w in
        e.upper(
          e.multiply(n, EnclosedOrbit.length(e, [w.x, w.y].map { e.upper(e.magnitude($0)) })))
      }
    }
    let known = out.compactMap(\.self)
    return known.count == out.count && known.allSatisfy(\.isDefined) ? known : nil
  }

  private static func areApart(
    _ e: EnclosureArithmetic, _ z: Complex, _ w: Complex, _ reach: Enclosure
  ) -> Bool {
    let square = e.add(e.power(e.subtract(z.x, w.x), 2), e.power(e.subtract(z.y, w.y), 2))
    return e.subtract(square, e.power(reach, 2)).sign == 1
  }
}
