// Exact rationals, up to a size limit. A number is a rational, undefined, or not known exactly
// (irrational or too large); in the last case the certified tier is the enclosures.

/// A number of `ExactArithmetic`.
package enum Exact: Sendable {
  case value(Rational)
  case undefined
  /// Irrational, or larger than the limit.
  case inexact
}

package struct ExactArithmetic: Arithmetic {
  /// The largest numerator and denominator together, in bits.
  package var limit: Int
  package init(limit: Int = 8192) { self.limit = limit }

  package func constant(_ value: Rational) -> Exact { .value(value) }
  package func add(_ a: Exact, _ b: Exact) -> Exact { combine(a, b, +) }
  package func subtract(_ a: Exact, _ b: Exact) -> Exact { combine(a, b, -) }
  package func multiply(_ a: Exact, _ b: Exact) -> Exact { combine(a, b, *) }
  package func divide(_ a: Exact, _ b: Exact) -> Exact {
    if case .value(let d) = b, d.isZero { return .undefined }
    return combine(a, b, /)
  }
  package func negate(_ a: Exact) -> Exact {
    if case .value(let v) = a { return .value(-v) }
    return a
  }
  package func power(_ a: Exact, _ n: Int) -> Exact {
    guard case .value(let v) = a else { return a }
    guard v.bits == 2 || n == 0 || v.bits.multipliedReportingOverflow(by: abs(n)).partialValue < limit,
      abs(n) < 1 << 30
    else { return v.isZero ? (n < 0 ? .undefined : .value(.zero)) : .inexact }
    guard let p = v.power(n) else { return .undefined }
    return .value(p)
  }
  package func lift(_ f: ElementaryFunction, _ a: Exact, _ b: Exact) -> Exact {
    if case .undefined = a { return a }
    if case .undefined = b { return b }
    guard case .value(let x) = a, case .value(let y) = b, let v = f.exact(x, y), v.bits < limit
    else { return .inexact }
    return .value(v)
  }
  package func compare(_ c: Comparison, _ a: Exact, _ b: Exact) -> Exact {
    combine(a, b) { x, y in c.holds(x < y ? -1 : x > y ? 1 : 0) ? .one : .zero }
  }
  package func select(_ c: Exact, _ a: Exact, _ b: Exact) -> Exact {
    guard case .value(let v) = c else { return c }
    return v.isZero ? b : a
  }
  package func isZero(_ a: Exact) -> Bool {
    if case .value(let v) = a { return v.isZero }
    return false
  }

  private func combine(
    _ a: Exact, _ b: Exact, _ body: (Rational, Rational) -> Rational
  ) -> Exact {
    switch (a, b) {
    case (.value(let x), .value(let y)):
      let r = body(x, y)
      return r.bits <= limit ? .value(r) : .inexact
    case (.undefined, _), (_, .undefined): return .undefined
    default: return .inexact
    }
  }
}
