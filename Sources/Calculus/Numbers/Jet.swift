// Truncated Taylor series over any arithmetic (Griewank & Walther, ch. 13). One rule lifts every
// function: with s = f′(u) as a series, k·f_k = Σ_{j=1…k} j·u_j·s_{k−j}.

/// Truncated power series, over any arithmetic.
package struct JetArithmetic<A: Arithmetic>: Arithmetic {
  /// Coefficients c₀ … c_order.
  package typealias Number = [A.Number]
  package let base: A
  package let order: Int
  private let zero: A.Number
  private let cancelled: () -> Bool

  /// Order 0 … 30.
  ///
  /// Once `cancelled` says so, the coefficients are meaningless and soon there.
  package init(_ base: A, order: Int, cancelled: @escaping () -> Bool = { false }) {
    self.base = base
    self.order = order
    self.cancelled = cancelled
    zero = base.constant(.zero)
  }

  package func constant(_ value: Rational) -> Number {
    [base.constant(value)] + Array(repeating: zero, count: order)
  }
  /// value + slope·ε.
  package func variable(_ value: A.Number, slope: A.Number) -> Number {
    order == 0 ? [value] : [value, slope] + Array(repeating: zero, count: order - 1)
  }
  package func add(_ a: Number, _ b: Number) -> Number {
    (0...order).map { base.add(a[$0], b[$0]) }
  }
  package func subtract(_ a: Number, _ b: Number) -> Number {
    (0...order).map { base.subtract(a[$0], b[$0]) }
  }
  package func negate(_ a: Number) -> Number { a.map(base.negate) }
  package func multiply(_ a: Number, _ b: Number) -> Number {
    (0...order).map { k in
      var sum = base.multiply(a[0], b[k])
      for j in stride(from: 1, through: k, by: 1) {
        if base.isZero(a[j]) || base.isZero(b[k - j]) { continue }
        sum = base.add(sum, base.multiply(a[j], b[k - j]))
      }
      return sum
    }
  }
  package func divide(_ a: Number, _ b: Number) -> Number {
    var q: Number = []
    for k in 0...order {
      var sum = a[k]
      for j in stride(from: 1, through: k, by: 1) where !base.isZero(b[j]) {
        sum = base.subtract(sum, base.multiply(b[j], q[k - j]))
      }
      q.append(base.divide(sum, b[0]))
    }
    return q
  }
  package func power(_ a: Number, _ n: Int) -> Number {
    if n == 0 { return [base.power(a[0], 0)] + Array(repeating: zero, count: order) }
    if n < 0 { return divide(constant(.one), power(a, -n)) }
    var result: Number?
    var square = a
    var rest = n
    while rest > 0 {
      if rest & 1 == 1 { result = result.map { multiply($0, square) } ?? square }
      rest >>= 1
      if rest > 0 { square = multiply(square, square) }
    }
    return result ?? a
  }
  package static var sharesTies: Bool { true }
  package func lift(_ f: ElementaryFunction, _ a: Number, _ b: Number) -> Number {
    let one = constant(.one)
    return lift(f, a, b, ties: (one, one))
  }
  package func lift(
    _ f: ElementaryFunction, _ a: Number, _ b: Number, ties: (Number, Number)
  ) -> Number {
    let value = base.lift(f, a[0], b[0])
    if order == 0 { return [value] }
    let moving = [a, b].prefix(f.arity).enumerated().filter { !isConstant($0.element) }
    var result = [value] + Array(repeating: zero, count: order)
    if moving.isEmpty || cancelled() { return result }
    if f.index == ElementaryFunction.power.index, moving.contains(where: { $0.offset == 1 }),
      order > 1 || !base.isZero(a[0])
    {
      // xʸ with a moving exponent is exp(y·log x): its own slope would call it twice an order. At 0 there
      // is no logarithm, but a first derivative.
      let log = lift(.logarithm, a, a)
      return lift(.exponential, multiply(b, log), b)
    }
    let lower = JetArithmetic(base, order: order - 1, cancelled: cancelled)
    let x = Array(a.dropLast())
    let y = Array(b.dropLast())
    // Only for the slopes that are taken: that of a power by its base does not read the value, and both
    // together would double the work with each order.
    let inner = moving.contains { f.slope($0.offset, reads: "f") } ? lower.lift(f, x, y) : x
    let own = [ties.0[0], ties.1[0]]
    for (k, argument) in moving {
      let share = f.winner == nil ? zero : base.divide(own[k], base.add(own[0], own[1]))
      let fixed = [share] + Array(repeating: zero, count: order - 1)
      let s = f.slope(k).run(lower, at: [x, y, inner, fixed])[0]
      for n in 1...order {
        var sum = zero
        for j in 1...n where !base.isZero(argument[j]) {
          let term = base.multiply(base.multiply(base.constant(Rational(j)), argument[j]), s[n - j])
          sum = base.add(sum, term)
        }
        if base.isZero(sum) { continue }
        result[n] = base.add(result[n], base.divide(sum, base.constant(Rational(n))))
      }
    }
    return result
  }
  package func compare(_ c: Comparison, _ a: Number, _ b: Number) -> Number {
    [base.compare(c, a[0], b[0])] + Array(repeating: zero, count: order)
  }
  package func select(_ c: Number, _ a: Number, _ b: Number) -> Number {
    (0...order).map { base.select(c[0], a[$0], b[$0]) }
  }
  package func isZero(_ a: Number) -> Bool { a.allSatisfy(base.isZero) }
  private func isConstant(_ a: Number) -> Bool { a.dropFirst().allSatisfy(base.isZero) }
}

extension ElementaryFunction {
  static let logarithm = row(named: "log")
  static let exponential = row(named: "exp")
}
