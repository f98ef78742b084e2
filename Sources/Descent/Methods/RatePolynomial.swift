// Polynomials in the rate η and a curvature λ with exact coefficients: what the law of a linear method is
// made of. The few that occur are of degree one or two.
import Calculus

/// Σ c·ηⁱλʲ.
struct RatePolynomial: Hashable, Sendable {
  private struct Power: Hashable {
    var rate: Int
    var curvature: Int
  }
  /// Without those that are 0.
  private var terms: [Power: Rational] = [:]

  init(_ value: Rational = .zero) {
    if !value.isZero { terms[Power(rate: 0, curvature: 0)] = value }
  }

  static let rate = RatePolynomial(Power(rate: 1, curvature: 0))
  static let curvature = RatePolynomial(Power(rate: 0, curvature: 1))

  private init(_ power: Power) { terms[power] = .one }

  var isZero: Bool { terms.isEmpty }

  /// The value of a polynomial that is one.
  var constant: Rational? {
    if isZero { return .zero }
    return terms.count == 1 ? terms[Power(rate: 0, curvature: 0)] : nil
  }

  /// What is left where the curvature is 0.
  var withoutCurvature: RatePolynomial {
    var out = self
    out.terms = terms.filter { $0.key.curvature == 0 }
    return out
  }

  static func + (a: Self, b: Self) -> Self {
    var out = a
    for (power, c) in b.terms {
      let sum = (out.terms[power] ?? .zero) + c
      out.terms[power] = sum.isZero ? nil : sum
    }
    return out
  }

  static prefix func - (a: Self) -> Self { a * RatePolynomial(-.one) }
  static func - (a: Self, b: Self) -> Self { a + -b }

  static func * (a: Self, b: Self) -> Self {
    var out = RatePolynomial()
    for (p, c) in a.terms {
      for (q, d) in b.terms {
        var one = RatePolynomial(
          Power(rate: p.rate + q.rate, curvature: p.curvature + q.curvature))
        one.terms = one.terms.mapValues { _ in c * d }
        out = out + one
      }
    }
    return out
  }

  /// The value at a rate and a curvature.
  func value<A: Arithmetic>(_ a: A, rate: A.Number, curvature: A.Number) -> A.Number {
    let order = terms.keys.sorted { ($0.curvature, $0.rate) < ($1.curvature, $1.rate) }
    var sum: A.Number?
    for p in order {
      var term = a.constant(terms[p] ?? .zero)
      for _ in 0..<p.rate { term = a.multiply(term, rate) }
      for _ in 0..<p.curvature { term = a.multiply(term, curvature) }
      sum = sum.map { a.add($0, term) } ?? term
    }
    return sum ?? a.constant(.zero)
  }
}
