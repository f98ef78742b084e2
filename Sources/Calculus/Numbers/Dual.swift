// Dual numbers over any arithmetic: a value and its derivative along one direction
// (Clifford 1873; Wengert 1964). Slopes come from the rows of the function table.

/// value + tangent·ε with ε² = 0.
package struct Dual<Number> {
  package var value: Number
  /// Its derivative.
  package var tangent: Number

  package init(value: Number, tangent: Number) {
    self.value = value
    self.tangent = tangent
  }
}

/// Numbers with a derivative, over any arithmetic.
package struct DualArithmetic<A: Arithmetic>: Arithmetic {
  package typealias Number = Dual<A.Number>
  package let base: A
  private let zero: A.Number

  package init(_ base: A) {
    self.base = base
    zero = base.constant(.zero)
  }

  package func constant(_ value: Rational) -> Number {
    Dual(value: base.constant(value), tangent: zero)
  }
  package func add(_ a: Number, _ b: Number) -> Number {
    Dual(value: base.add(a.value, b.value), tangent: base.add(a.tangent, b.tangent))
  }
  package func subtract(_ a: Number, _ b: Number) -> Number {
    Dual(value: base.subtract(a.value, b.value), tangent: base.subtract(a.tangent, b.tangent))
  }
  package func multiply(_ a: Number, _ b: Number) -> Number {
    Dual(
      value: base.multiply(a.value, b.value),
      tangent: base.add(base.multiply(a.tangent, b.value), base.multiply(a.value, b.tangent)))
  }
  package func divide(_ a: Number, _ b: Number) -> Number {
    let q = base.divide(a.value, b.value)
    let t = base.subtract(a.tangent, base.multiply(q, b.tangent))
    return Dual(value: q, tangent: base.divide(t, b.value))
  }
  package func negate(_ a: Number) -> Number {
    Dual(value: base.negate(a.value), tangent: base.negate(a.tangent))
  }
  package func power(_ a: Number, _ n: Int) -> Number {
    let value = base.power(a.value, n)
    if n == 0 { return Dual(value: value, tangent: zero) }
    let slope = base.multiply(base.constant(Rational(n)), base.power(a.value, n - 1))
    return Dual(value: value, tangent: base.multiply(slope, a.tangent))
  }
  package static var sharesTies: Bool { true }
  package func lift(_ f: ElementaryFunction, _ a: Number, _ b: Number) -> Number {
    let one = constant(.one)
    return lift(f, a, b, ties: (one, one))
  }
  package func lift(
    _ f: ElementaryFunction, _ a: Number, _ b: Number, ties: (Number, Number)
  ) -> Number {
    let value = base.lift(f, a.value, b.value)
    let own = [ties.0.value, ties.1.value]
    var tangent = zero
    for (k, argument) in [a, b].prefix(f.arity).enumerated() {
      // A constant argument contributes nothing, even where the slope is undefined.
      if base.isZero(argument.tangent) { continue }
      let share = f.winner == nil ? zero : base.divide(own[k], base.add(own[0], own[1]))
      let s = f.slope(k).run(base, at: [a.value, b.value, value, share])[0]
      tangent = base.add(tangent, base.multiply(s, argument.tangent))
    }
    return Dual(value: value, tangent: tangent)
  }
  package func compare(_ c: Comparison, _ a: Number, _ b: Number) -> Number {
    Dual(value: base.compare(c, a.value, b.value), tangent: zero)
  }
  package func select(_ c: Number, _ a: Number, _ b: Number) -> Number {
    Dual(
      value: base.select(c.value, a.value, b.value),
      tangent: base.select(c.value, a.tangent, b.tangent))
  }
  package func isZero(_ a: Number) -> Bool { base.isZero(a.value) && base.isZero(a.tangent) }
}
