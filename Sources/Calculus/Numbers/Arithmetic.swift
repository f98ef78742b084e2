// The number type belongs to the run: a program runs under any arithmetic that has these
// operations. Arithmetics are values (a precision, an order), numbers are theirs.

/// What a program needs of numbers.
package protocol Arithmetic {
  associatedtype Number
  /// The number nearest to an exact one, or that encloses it.
  func constant(_ value: Rational) -> Number
  /// The number in a row of a column of data.
  func datum(_ column: Column, _ row: Int) -> Number
  /// a + b.
  func add(_ a: Number, _ b: Number) -> Number
  /// a − b.
  func subtract(_ a: Number, _ b: Number) -> Number
  /// a·b.
  func multiply(_ a: Number, _ b: Number) -> Number
  /// a/b; undefined where b is 0.
  func divide(_ a: Number, _ b: Number) -> Number
  /// −a.
  func negate(_ a: Number) -> Number
  /// aⁿ; a⁰ is 1 wherever a is defined.
  func power(_ a: Number, _ n: Int) -> Number
  /// f(a), or f(a, b) for a function of two arguments (`b` is ignored otherwise).
  func lift(_ f: ElementaryFunction, _ a: Number, _ b: Number) -> Number
  /// Whether slopes are part of the numbers, so that ties of min and max have to be counted.
  static var sharesTies: Bool { get }
  /// The same for min and max, where so many arguments attain `a` and `b`.
  func lift(
    _ f: ElementaryFunction, _ a: Number, _ b: Number, ties: (Number, Number)
  ) -> Number
  /// 1 where the comparison holds, 0 where not.
  func compare(_ c: Comparison, _ a: Number, _ b: Number) -> Number
  /// a where the condition is not 0, else b. What is not chosen may be undefined.
  func select(_ condition: Number, _ a: Number, _ b: Number) -> Number
  /// Whether the number is certainly and exactly 0.
  func isZero(_ a: Number) -> Bool
}

extension Arithmetic {
  /// What the column has there, exactly, as a constant.
  package func datum(_ column: Column, _ row: Int) -> Number { constant(column.exact(row)) }
}

/// An arithmetic that does as another one but for what it says itself.
package protocol ForwardingArithmetic: Arithmetic where Number == Inner.Number {
  associatedtype Inner: Arithmetic
  /// The arithmetic that does the rest.
  var inner: Inner { get }
}

extension ForwardingArithmetic {
  /// The inner constant.
  package func constant(_ value: Rational) -> Number { inner.constant(value) }
  /// The inner sum.
  package func add(_ a: Number, _ b: Number) -> Number { inner.add(a, b) }
  /// The inner difference.
  package func subtract(_ a: Number, _ b: Number) -> Number { inner.subtract(a, b) }
  /// The inner product.
  package func multiply(_ a: Number, _ b: Number) -> Number { inner.multiply(a, b) }
  /// The inner quotient.
  package func divide(_ a: Number, _ b: Number) -> Number { inner.divide(a, b) }
  /// The inner negative.
  package func negate(_ a: Number) -> Number { inner.negate(a) }
  /// The inner power.
  package func power(_ a: Number, _ n: Int) -> Number { inner.power(a, n) }
  /// The inner selection.
  package func select(_ c: Number, _ a: Number, _ b: Number) -> Number { inner.select(c, a, b) }
  /// What the inner arithmetic says of 0.
  package func isZero(_ a: Number) -> Bool { inner.isZero(a) }
}
