// Methods whose rule is linear in x, the state and the gradient, each entry by itself: gradient descent,
// the heavy ball, Nesterov's method, and whatever is typed that does the same. Their coefficients are
// exact polynomials in η, read off by running the rule over linear forms; on a loss of curvature λ the
// gradient is λ times the point where it is taken, so that a step is a matrix with entries in η and λ.
import Calculus

/// What a method is known to do from rest, whatever it is called.
package enum Law: Sendable {
  /// x ← x − η∇C.
  case gradient
  /// v ← βv − η∇C, x ← x + v.
  case inertia(Inertia)
}

/// v ← βv − η∇C, x ← x + v, with the slope taken at x or ahead at x + βv.
package struct Inertia: Sendable {
  /// β.
  package var weight: Rational
  /// Whether the slope is taken at x + βv.
  package var looksAhead: Bool
}

/// Σ cᵢ·(variable i of a rule), a number where there are none.
private struct LinearForm: Equatable {
  var constant = RatePolynomial()
  /// Without those that are 0.
  var coefficients: [Int: RatePolynomial] = [:]

  /// The polynomial of a form without variables.
  var number: RatePolynomial? { coefficients.isEmpty ? constant : nil }

  func scaled(by c: RatePolynomial) -> LinearForm {
    var out = LinearForm(constant: constant * c)
    out.coefficients = coefficients.mapValues { $0 * c }.filter { !$0.value.isZero }
    return out
  }

  static func + (a: Self, b: Self) -> Self {
    var out = a
    out.constant = a.constant + b.constant
    for (k, c) in b.coefficients {
      let sum = (out.coefficients[k] ?? RatePolynomial()) + c
      out.coefficients[k] = sum.isZero ? nil : sum
    }
    return out
  }
}

/// Forms under the operations of a rule; nil for what is not linear.
private struct LinearFormArithmetic: Arithmetic {
  typealias Number = LinearForm?
  func constant(_ value: Rational) -> Number { LinearForm(constant: RatePolynomial(value)) }
  func add(_ a: Number, _ b: Number) -> Number { a.flatMap { a in b.map { a + $0 } } }
  func subtract(_ a: Number, _ b: Number) -> Number { add(a, negate(b)) }
  func negate(_ a: Number) -> Number { a?.scaled(by: RatePolynomial(-.one)) }
  func multiply(_ a: Number, _ b: Number) -> Number {
    guard let a, let b else { return nil }
    if let c = a.number { return b.scaled(by: c) }
    return b.number.map { a.scaled(by: $0) }
  }
  func divide(_ a: Number, _ b: Number) -> Number {
    guard let c = b?.number?.constant, !c.isZero else { return nil }
    return a?.scaled(by: RatePolynomial(.one / c))
  }
  func power(_ a: Number, _ n: Int) -> Number {
    guard n >= 0, n < 64 else { return nil }
    return (0..<n).reduce(constant(.one)) { out, _ in multiply(out, a) }
  }
  func lift(_ f: ElementaryFunction, _ a: Number, _ b: Number) -> Number { nil }
  func compare(_ c: Comparison, _ a: Number, _ b: Number) -> Number { nil }
  func select(_ c: Number, _ a: Number, _ b: Number) -> Number { nil }
  func isZero(_ a: Number) -> Bool { a == LinearForm() }
}

/// The step of a linear rule on an entry of x and what is kept beside it.
struct LinearRule: Sendable {
  let law: Law?
  /// The step on (x, state) in a direction of curvature λ.
  let matrix: [[RatePolynomial]]

  /// Trace and determinant where one number is kept beside each entry: the multipliers of a direction are
  /// the zeros of z² − trace·z + determinant.
  var pair: (trace: RatePolynomial, determinant: RatePolynomial)? {
    guard matrix.count == 2 else { return nil }
    return (
      matrix[0][0] + matrix[1][1], matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
    )
  }

  /// Whether x rests with nothing kept wherever the gradient is 0, at every rate: not where a step shrinks x, or
  /// keeps a share of it.
  var restsWhereSlopeIsZero: Bool {
    matrix.indices.allSatisfy {
      matrix[$0][0].withoutCurvature == RatePolynomial($0 == 0 ? .one : .zero)
    }
  }

  /// Nil where the rule is not linear, reads the step, or mixes entries.
  ///
  /// - Parameter n: entries of x; two show whether a rule mixes them.
  init?(_ method: Method, entries n: Int) {
    let n = min(n, 2)
    guard let rule = try? RuleProgram(method, entries: n), !rule.readsStep, rule.memory % n == 0
    else { return nil }
    let a = LinearFormArithmetic()
    let inputs = rule.moves.variables.indices.map { k -> LinearForm? in
      if k == rule.rate { return LinearForm(constant: .rate) }
      return LinearForm(coefficients: [k: RatePolynomial(.one)])
    }
    let kept = rule.memory / n
    let moves = rule.moves.run(a, at: inputs).prefix(n + rule.memory)
    let places = rule.places.map { $0.run(a, at: Array(inputs.prefix($0.variables.count))) }
    guard ([Array(moves)] + places).joined().allSatisfy({ $0?.constant.isZero ?? false }) else {
      return nil
    }
    // The variables that belong to an entry: x, the states, the gradients in the order of the calls.
    func own(_ entry: Int) -> [Int] {
      (0...kept).map { $0 * n + entry } + (0..<rule.calls).map { rule.slope($0) + entry }
    }
    func coefficients(_ form: LinearForm?, _ entry: Int) -> [RatePolynomial]? {
      guard let form, Set(form.coefficients.keys).isSubset(of: own(entry)) else { return nil }
      return own(entry).map { form.coefficients[$0] ?? RatePolynomial() }
    }
    func rows(_ entry: Int) -> (moves: [[RatePolynomial]], places: [[RatePolynomial]])? {
      let m = (0...kept).map { coefficients(moves[$0 * n + entry], entry) }
      let p = places.map { coefficients($0[entry], entry) }
      guard !m.contains(nil), !p.contains(nil) else { return nil }
      return (m.compactMap(\.self), p.compactMap(\.self))
    }
    guard let first = rows(0) else { return nil }
    if n > 1 {
      guard let second = rows(1), second.moves == first.moves, second.places == first.places else {
        return nil
      }
    }
    // What is read and does not count, as 0·f(x + 1), still has a domain.
    let counted = Set(
      (Array(moves) + places.flatMap(\.self)).flatMap { $0?.coefficients.keys.map(\.self) ?? [] })
    let read = rule.instructions.filter { $0.opcode == .variable }.map { Int($0.a) }
    guard read.allSatisfy({ $0 < rule.slope(0) || counted.contains($0) }) else { return nil }
    // What a law is known to do, it does from rest.
    law =
      rule.initial.allSatisfy(\.isZero)
      ? LinearRule.law(first.moves, first.places, kept) : nil
    // A gradient is λ times its place, which is a combination of (x, state) and of gradients before it.
    var gradients: [[RatePolynomial]] = []
    func combined(_ row: [RatePolynomial]) -> [RatePolynomial] {
      (0...kept).map { k in
        gradients.indices.reduce(row[k]) { $0 + row[kept + 1 + $1] * gradients[$1][k] }
      }
    }
    for place in first.places { gradients.append(combined(place).map { $0 * .curvature }) }
    matrix = first.moves.map(combined)
  }

  /// The law of known coefficients: x, the state, the gradients.
  private static func law(
    _ moves: [[RatePolynomial]], _ places: [[RatePolynomial]], _ kept: Int
  ) -> Law? {
    let one = RatePolynomial(.one)
    let none = RatePolynomial()
    let push = -RatePolynomial.rate
    if kept == 0 {
      let others = moves[0].dropFirst(2).allSatisfy(\.isZero)
      return moves[0][0] == one && moves[0][1] == push && others ? .gradient : nil
    }
    guard kept == 1 else { return nil }
    let velocity = moves[1]
    var sum = velocity
    sum[0] = sum[0] + one
    let pushed = velocity.indices.dropFirst(2).filter { !velocity[$0].isZero }
    guard velocity[0] == none, moves[0] == sum, pushed.count == 1, velocity[pushed[0]] == push,
      let beta = velocity[1].constant
    else { return nil }
    let place = places[pushed[0] - 2]
    guard place[0] == one, place.dropFirst(2).allSatisfy(\.isZero) else { return nil }
    if place[1] == none { return .inertia(Inertia(weight: beta, looksAhead: false)) }
    return place[1] == velocity[1] ? .inertia(Inertia(weight: beta, looksAhead: true)) : nil
  }
}
