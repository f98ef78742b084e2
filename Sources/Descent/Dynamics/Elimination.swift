// Elimination in any arithmetic whose numbers have a size: what a Newton step, a frame and a determinant need.
import Calculus

/// An arithmetic whose numbers can be compared in size, for elimination.
protocol Pivoting: Arithmetic {
  /// |x| as a double, 0 only for 0; NaN where undefined.
  func size(_ x: Number) -> Double
}

extension DoubleArithmetic: Pivoting {
  func size(_ x: Double) -> Double { abs(x) }
}

extension EnclosureArithmetic: Pivoting {
  func size(_ x: Enclosure) -> Double {
    x.sign == 0 ? 0 : max(abs(x.midpoint), .leastNonzeroMagnitude)
  }
}

extension CertifiedArithmetic: Pivoting {
  func size(_ x: Certified) -> Double {
    switch x {
    case .exact(let r): r.isZero ? 0 : max(abs(r.nearestDouble), .leastNonzeroMagnitude)
    case .enclosed(let e): enclosures.size(e)
    case .undefined: .nan
    }
  }
}

extension MidpointArithmetic: Pivoting {
  func size(_ x: Enclosure) -> Double { base.size(x) }
}

extension Arithmetic {
  /// The product of two square matrices of one size.
  func product(_ x: [[Number]], _ y: [[Number]]) -> [[Number]] {
    let n = x.count
    return (0..<n).map { i in
      (0..<n).map { j in
        var s = multiply(x[i][0], y[0][j])
        for k in 1..<max(n, 1) where k < n { s = add(s, multiply(x[i][k], y[k][j])) }
        return s
      }
    }
  }
}

extension Pivoting {
  /// The solution of a linear system by Gauss's elimination with row pivots; nil where a pivot vanishes.
  ///
  /// Cost: n³/3 products.
  func solve(_ matrix: [[Number]], _ right: [Number]) -> [Number]? {
    var m = matrix
    var b = right
    let n = b.count
    for c in 0..<n {
      guard let p = (c..<n).max(by: { size(m[$0][c]) < size(m[$1][c]) }),
        size(m[p][c]) > 0
      else { return nil }
      m.swapAt(c, p)
      b.swapAt(c, p)
      for r in (c + 1)..<max(n, c + 1) {
        let f = divide(m[r][c], m[c][c])
        for k in c..<n { m[r][k] = subtract(m[r][k], multiply(f, m[c][k])) }
        b[r] = subtract(b[r], multiply(f, b[c]))
      }
    }
    for r in (0..<n).reversed() {
      for k in (r + 1)..<max(n, r + 1) { b[r] = subtract(b[r], multiply(m[r][k], b[k])) }
      b[r] = divide(b[r], m[r][r])
      guard size(b[r]).isFinite else { return nil }
    }
    return b
  }

  /// The determinant of a matrix, by the same elimination; 0 where a whole column is.
  func determinant(_ matrix: [[Number]]) -> Number {
    var m = matrix
    var out = constant(.one)
    for c in m.indices {
      guard let p = (c..<m.count).max(by: { size(m[$0][c]) < size(m[$1][c]) }),
        size(m[p][c]) != 0
      else { return constant(.zero) }
      if p != c {
        m.swapAt(c, p)
        out = negate(out)
      }
      out = multiply(out, m[c][c])
      for r in (c + 1)..<m.count {
        let f = divide(m[r][c], m[c][c])
        for k in c..<m.count { m[r][k] = subtract(m[r][k], multiply(f, m[c][k])) }
      }
    }
    return out
  }
}
