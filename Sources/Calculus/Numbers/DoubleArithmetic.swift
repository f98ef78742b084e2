// Plain doubles: fast, for long orbits and scans. NaN means undefined, ±∞ overflow.

/// Doubles; a pole and a value outside a domain are NaN.
package struct DoubleArithmetic: Arithmetic {
  package init() {}
  @inline(__always) package func constant(_ value: Rational) -> Double { value.nearestDouble }
  @inline(__always) package func datum(_ column: Column, _ row: Int) -> Double {
    column.numbers[row]
  }
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
    f.value(a, b)
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
  /// The value in doubles; NaN at a pole, where libm gives ±∞ or a convention.
  package func value(_ a: Double, _ b: Double) -> Double {
    pole.contains(a, b) ? .nan : native(a, b)
  }

  /// The row of x^y.
  package static let power: ElementaryFunction = row(named: "pow")
  package static let arctangent2: ElementaryFunction = row(named: "atan2")
  package static let squareRoot: ElementaryFunction = row(named: "sqrt")
  package static let magnitude: ElementaryFunction = row(named: "abs")
  package static let minimum: ElementaryFunction = row(named: "min")
  package static let maximum: ElementaryFunction = row(named: "max")
  package static let softplus: ElementaryFunction = row(named: "softplus")

  /// A row that overshoot itself relies on.
  package static func row(named name: String) -> ElementaryFunction {
    guard let f = named(name) else { preconditionFailure("the table has no row \(name)") }
    return f
  }
}

extension ElementaryFunction.Native {
  @inline(__always)
  func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .unary(let f): f(a)
    case .binary(let f): f(a, b)
    }
  }
}

/// Where a function is undefined though libm returns something.
enum Pole: Sendable {
  case none, zero, minusOne, plusMinusOne, negativePowerOfZero, origin

  @inline(__always)
  func contains(_ a: Double, _ b: Double) -> Bool {
    switch self {
    case .none: false
    case .zero: a == 0
    case .minusOne: a == -1
    case .plusMinusOne: a == 1 || a == -1
    case .negativePowerOfZero: a == 0 && b < 0
    case .origin: a == 0 && b == 0
    }
  }
}

extension ElementaryFunction {
  var pole: Pole {
    switch domain {
    case .positive: .zero
    case .aboveMinusOne: .minusOne
    case .openUnit: .plusMinusOne
    default:
      index == ElementaryFunction.power.index
        ? .negativePowerOfZero
        : index == ElementaryFunction.arctangent2.index ? .origin : .none
    }
  }
}
