// Eigenvalues of a small general matrix, complex allowed: the multipliers of a cycle in several
// variables. One and two variables in closed form, certified; more by Weierstrass's iteration on the
// characteristic polynomial (Faddeev & LeVerrier), in doubles.
import Calculus
import Glibc

enum GeneralEigenvalues {
  static func multipliers(_ a: CertifiedArithmetic, _ m: [[Certified]]) -> [Multiplier] {
    switch m.count {
    case 1: return [Multiplier(real: m[0][0], imaginary: .exact(.zero))]
    case 2: return two(a, m)
    case ...12: return many(m.map { $0.map { $0.nearestDouble ?? .nan } })
    default: return []
    }
  }

  private static func two(_ a: CertifiedArithmetic, _ m: [[Certified]]) -> [Multiplier] {
    let half = a.multiply(.exact(.half), a.add(m[0][0], m[1][1]))
    let gap = a.multiply(.exact(.half), a.subtract(m[0][0], m[1][1]))
    let d = a.add(a.power(gap, 2), a.multiply(m[0][1], m[1][0]))
    let root = ElementaryFunction.row(named: "sqrt")
    let zero = Certified.exact(.zero)
    if d.sign == -1 {
      let e = a.negate(d)
      let y = a.lift(root, e, e)
      return [
        Multiplier(real: half, imaginary: y), Multiplier(real: half, imaginary: a.negate(y)),
      ]
    }
    guard d.sign != nil else {
      return [Multiplier(real: half, imaginary: zero), Multiplier(real: half, imaginary: zero)]
    }
    let r = a.lift(root, d, d)
    return [
      Multiplier(real: a.add(half, r), imaginary: zero),
      Multiplier(real: a.subtract(half, r), imaginary: zero),
    ]
  }

  private static func many(_ m: [[Double]]) -> [Multiplier] {
    let n = m.count
    guard m.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return [] }
    var c = [1.0]
    var power = m
    for k in 1...n {
      let trace = (0..<n).reduce(0) { $0 + power[$1][$1] }
      c.append(-trace / Double(k))
      var shifted = power
      for i in 0..<n { shifted[i][i] += c[k] }
      power = (0..<n).map { i in
        (0..<n).map { j in (0..<n).reduce(0) { $0 + m[i][$1] * shifted[$1][j] } }
      }
    }
    var roots = (0..<n).map { k in
      (0.4 + 0.9 * cos(Double(k) * 2.4), 0.9 * sin(Double(k) * 2.4))
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
    return roots.filter { $0.0.isFinite && $0.1.isFinite }.map {
      // Double roots are known to half of the digits only.
      Multiplier(
        real: .approximate($0.0, within: 1e-7 * (1 + abs($0.0))),
        imaginary: abs($0.1) < 1e-7 ? .exact(.zero) : .approximate($0.1, within: 1e-7))
    }
  }
}
