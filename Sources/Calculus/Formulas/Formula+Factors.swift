// A formula taken apart as a product: what `rule` writes with the rate among the factors, and what
// several formulas have in common.

extension Formula {
  /// ± number · above/below, by the numbers of nodes.
  package struct Factors {
    package var isNegative = false
    /// Not below 0.
    package var number = Rational.one
    /// The factors above the line, in the order shown.
    package var above: [Int32] = []
    /// Those below it.
    package var below: [Int32] = []
  }

  /// The formula as one product.
  package var factors: Factors {
    var out = Factors()
    var pending: [(node: Int32, below: Bool)] = [(root, false)]
    while let (n, below) = pending.popLast() {
      switch nodes[Int(n)] {
      case .negate(let a):
        out.isNegative.toggle()
        pending.append((a, below))
      case .product(let x): pending += x.reversed().map { ($0, below) }
      case .quotient(let a, let b) where !below: pending += [(b, true), (a, false)]
      case .number(let v) where !below || !v.isZero:
        if v.sign < 0 { out.isNegative.toggle() }
        out.number = below ? out.number / v.magnitude : out.number * v.magnitude
      default: if below { out.below.append(n) } else { out.above.append(n) }
      }
    }
    return out
  }

  /// Whether a node is a sum or a power of one.
  package func isSum(at node: Int32) -> Bool {
    switch nodes[Int(node)] {
    case .sum: return true
    case .power(let base, _): if case .sum = nodes[Int(base)] { return true }
    default: break
    }
    return false
  }

  /// Whether it is the number 0.
  package var isZero: Bool { nodes[Int(root)] == .number(.zero) }

  /// The formula divided by a number other than 0, simplified as a product.
  package func divided(by number: Rational) -> Formula {
    var b = ProgramBuilder(variables: variables)
    let r = registers(in: &b)[Int(root)]
    let all = b.divide(r, b.constant(number))
    return b.program(outputs: [all]).simplified(as: .product, turns: false)
  }

  /// The exact number that it is, if it is one.
  package var value: Rational? {
    let f = factors
    guard f.above.isEmpty, f.below.isEmpty else { return nil }
    return f.isNegative ? -f.number : f.number
  }

  /// The power of a variable that a node is: (variable, exponent).
  package func variablePower(_ node: Int32) -> (variable: Int32, exponent: Int32)? {
    switch nodes[Int(node)] {
    case .variable(let v): return (v, 1)
    case .power(let base, let n):
      guard case .variable(let v) = nodes[Int(base)], n > 0 else { return nil }
      return (v, n)
    default: return nil
    }
  }
}
