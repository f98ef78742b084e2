// Plain doubles: fast, for long orbits and scans. NaN means undefined, ±∞ overflow.

package struct DoubleArithmetic: Arithmetic {
  package init() {}
  @inline(__always) package func constant(_ value: Rational) -> Double { value.nearestDouble }
  @inline(__always) package func add(_ a: Double, _ b: Double) -> Double { a + b }
  @inline(__always) package func subtract(_ a: Double, _ b: Double) -> Double { a - b }
  @inline(__always) package func multiply(_ a: Double, _ b: Double) -> Double { a * b }
  @inline(__always) package func divide(_ a: Double, _ b: Double) -> Double {
    b == 0 ? .nan : a / b
  }
  @inline(__always) package func negate(_ a: Double) -> Double { -a }
  package func power(_ a: Double, _ n: Int) -> Double {
    switch n {
    case 0: a.isNaN ? a : 1
    case 2: a * a
    case 3: a * a * a
    case ..<0: a == 0 ? .nan : ElementaryFunction.power.value(a, Double(n))
    default: ElementaryFunction.power.value(a, Double(n))
    }
  }
  package func lift(_ f: ElementaryFunction, _ a: Double, _ b: Double) -> Double {
    if f.index == ElementaryFunction.power.index, a == 0, b < 0 { return .nan }
    if f.index == ElementaryFunction.arctangent2.index, a == 0, b == 0 { return .nan }
    if case .positive = f.domain, a == 0 { return .nan }
    if case .aboveMinusOne = f.domain, a == -1 { return .nan }
    if case .openUnit = f.domain, a == 1 || a == -1 { return .nan }
    return f.value(a, b)
  }
  @inline(__always) package func compare(_ c: Comparison, _ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return .nan }
    return c.holds(a < b ? -1 : a > b ? 1 : 0) ? 1 : 0
  }
  @inline(__always) package func select(_ c: Double, _ a: Double, _ b: Double) -> Double {
    c.isNaN ? c : c != 0 ? a : b
  }
  @inline(__always) package func isZero(_ a: Double) -> Bool { a == 0 }
}

extension ElementaryFunction {
  /// The row of x^y.
  package static let power: ElementaryFunction = row(named: "pow")
  package static let arctangent2: ElementaryFunction = row(named: "atan2")

  /// A row that overshoot itself relies on.
  package static func row(named name: String) -> ElementaryFunction {
    guard let f = named(name) else { preconditionFailure("the table has no row \(name)") }
    return f
  }
}
