// The number type belongs to the run: a program runs under any arithmetic that has these
// operations. Arithmetics are values (a precision, an order), numbers are theirs.

/// What a program needs of numbers.
package protocol Arithmetic {
  associatedtype Number
  /// The number nearest to an exact one, or that encloses it.
  func constant(_ value: Rational) -> Number
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

extension Program {
  /// The outputs at a point, one number per variable.
  ///
  /// Cost: one operation per instruction.
  package func run<A: Arithmetic>(_ arithmetic: A, at point: [A.Number]) -> [A.Number] {
    var values = [A.Number](
      repeating: arithmetic.constant(.zero), count: max(placeCount, 1))
    execute(arithmetic, point) {
      values[Int(places[$0])] = $1
    } load: {
      values[Int(places[Int($0)])]
    }
    return outputs.map { values[Int(places[Int($0)])] }
  }

  /// Every register's value, for finding where something went wrong.
  package func trace<A: Arithmetic>(_ arithmetic: A, at point: [A.Number]) -> [A.Number] {
    var values: [A.Number] = []
    values.reserveCapacity(instructions.count)
    execute(arithmetic, point) {
      values.append($1)
    } load: {
      values[Int($0)]
    }
    return values
  }

  @inline(__always)
  private func execute<A: Arithmetic>(
    _ arithmetic: A, _ point: [A.Number], store: (Int, A.Number) -> Void,
    load: (Register) -> A.Number
  ) {
    // How many arguments attain each min and max so far.
    var tied: [Register: (function: UInt8, count: A.Number)] = [:]
    for n in instructions.indices {
      let i = instructions[n]
      let value: A.Number
      switch i.opcode {
      case .constant: value = arithmetic.constant(constants[Int(i.a)])
      case .variable: value = point[Int(i.a)]
      case .add: value = arithmetic.add(load(i.a), load(i.b))
      case .subtract: value = arithmetic.subtract(load(i.a), load(i.b))
      case .multiply: value = arithmetic.multiply(load(i.a), load(i.b))
      case .divide: value = arithmetic.divide(load(i.a), load(i.b))
      case .negate: value = arithmetic.negate(load(i.a))
      case .power: value = arithmetic.power(load(i.a), Int(i.b))
      case .apply:
        let f = ElementaryFunction.table[Int(i.function)]
        let a = load(i.a)
        let b = f.arity == 2 ? load(i.b) : a
        if A.sharesTies, let winner = f.winner {
          func count(_ r: Register) -> A.Number {
            tied[r].flatMap { $0.function == f.index ? $0.count : nil } ?? arithmetic.constant(.one)
          }
          let own = (count(i.a), count(i.b))
          value = arithmetic.lift(f, a, b, ties: own)
          tied[Register(clamping: n)] = (f.index, arithmetic.ties(winner, a, b, own))
        } else {
          value = arithmetic.lift(f, a, b)
        }
      case .compare:
        value = arithmetic.compare(i.comparison, load(i.a), load(i.b))
      case .select: value = arithmetic.select(load(i.a), load(i.b), load(i.c))
      }
      store(n, value)
    }
  }
}
