// Arithmetic far out: a number stands for all values of an expression while some variables y₁, y₂, …
// are each at least R, as y^k·E with powers k and an enclosure E. Sums align to the larger power, with
// y^(−d) in [0, R^(−d)], so that leading terms decide; exp u is bounded by u⁴/24. This is what interval
// arithmetic on the compactified 1/y gives, without rewriting the expression. (Moore, Kearfott & Cloud,
// Introduction to Interval Analysis, ch. 6, on unbounded sets.)
import Calculus

/// y^(k/12)·E over all y ≥ R, one k for each far variable.
package struct FarNumber {
  /// Each k, in twelfths.
  package var powers: [Int]
  /// E: holds value/y^(k/12) for every y ≥ R.
  package var bound: Enclosure
  /// The sign of the value where it is strict at every finite y; nil where it is not known.
  package var sign: Int?

  package init(_ powers: [Int], _ bound: Enclosure, sign: Int? = nil) {
    self.powers = powers
    self.bound = bound
    self.sign = bound.sign ?? (bound.isDefined ? sign : nil)
  }
}

/// Values over all points whose far variables are at least 2^exponent in size, rigorous, with 96 bits.
///
/// A function without a rule of its own is enclosed over the whole range of its argument; where that is
/// unbounded, so may the number be. Cost: a few operations on enclosures for each instruction, and for
/// each far variable.
package struct FarArithmetic: Arithmetic {
  /// Powers are counted in twelfths, so that square and cube roots have theirs.
  package static let unit = 12
  package let base = EnclosureArithmetic(bits: 96)
  /// How many variables are far, and log₂ of R.
  package let count: Int
  package let exponent: Int
  private let level: [Int]

  package init(count: Int, exponent: Int) {
    self.count = count
    self.exponent = exponent
    level = Array(repeating: 0, count: count)
  }

  /// σ·y of a far variable.
  package func far(_ k: Int, side: Int) -> FarNumber {
    var p = level
    p[k] = FarArithmetic.unit
    return FarNumber(p, base.constant(Rational(side)))
  }

  package func constant(_ value: Rational) -> FarNumber { FarNumber(level, base.constant(value)) }

  /// [0, R^(k/12)] for k < 0; 1 for k = 0.
  private func shrink(_ k: Int) -> Enclosure {
    if k == 0 { return base.constant(.one) }
    // Rounded up: −(−k·e/12) with floor division.
    let power = -((-k * exponent) / FarArithmetic.unit)
    return base.hull(
      base.constant(.zero), base.power(base.constant(Rational(2)), power))
  }

  /// The bound at larger powers.
  private func bound(_ x: FarNumber, at powers: [Int]) -> Enclosure {
    let down = zip(x.powers, powers).reduce(0) { $0 + $1.0 - $1.1 }
    return down == 0 ? x.bound : base.multiply(x.bound, shrink(down))
  }

  private func common(_ a: FarNumber, _ b: FarNumber) -> [Int] {
    zip(a.powers, b.powers).map { max($0, $1) }
  }

  package func add(_ a: FarNumber, _ b: FarNumber) -> FarNumber {
    if a.bound.sign == 0 { return b }
    if b.bound.sign == 0 { return a }
    let p = common(a, b)
    let same = a.sign == b.sign ? a.sign : nil
    return FarNumber(p, base.add(bound(a, at: p), bound(b, at: p)), sign: same)
  }

  package func negate(_ a: FarNumber) -> FarNumber {
    FarNumber(a.powers, base.negate(a.bound), sign: a.sign.map { -$0 })
  }

  package func subtract(_ a: FarNumber, _ b: FarNumber) -> FarNumber { add(a, negate(b)) }

  package func multiply(_ a: FarNumber, _ b: FarNumber) -> FarNumber {
    if isZero(a), b.bound.isDefined { return constant(.zero) }
    if isZero(b), a.bound.isDefined { return constant(.zero) }
    return bounded(
      zip(a.powers, b.powers).map { $0 + $1 }, base.multiply(a.bound, b.bound),
      sign: a.sign.flatMap { s in b.sign.map { s * $0 } })
  }

  package func divide(_ a: FarNumber, _ b: FarNumber) -> FarNumber {
    guard b.bound.isDefined, b.bound.sign != 0 else {
      return FarNumber(level, base.divide(a.bound, b.bound))
    }
    if isZero(a) { return a }
    let p = zip(a.powers, b.powers).map { $0 - $1 }
    let sign = a.sign.flatMap { s in b.sign.map { s * $0 } }
    if b.bound.sign != nil {
      return bounded(p, base.divide(a.bound, b.bound), sign: sign)
    }
    // Never 0, but as small as it likes: 1/b is only bounded from below.
    guard let s = b.sign else { return FarNumber(level, base.divide(a.bound, b.bound)) }
    let most = base.upper(base.magnitude(b.bound))
    let least = base.divide(base.constant(.one), most)
    let inverse = base.multiply(base.constant(Rational(s)), base.above(least))
    return bounded(p, base.multiply(a.bound, inverse), sign: sign)
  }

  /// The number where its powers can be counted with: products of products are soon beyond any integer,
  /// and then nothing is claimed.
  ///
  /// Below 2³⁰, a power of one, times an exponent, is an integer.
  private func bounded(_ powers: [Int], _ bound: Enclosure, sign: Int?) -> FarNumber {
    if powers.allSatisfy({ $0.magnitude < 1 << 30 }) {
      return FarNumber(powers, bound, sign: sign)
    }
    let zero = base.constant(.zero)
    return FarNumber(level, base.divide(zero, base.hull(zero, base.constant(.one))))
  }

  package func power(_ a: FarNumber, _ n: Int) -> FarNumber {
    if n == 0 {
      return a.bound.isDefined ? constant(.one) : a
    }
    if n < 0 { return divide(constant(.one), power(a, -n)) }
    return bounded(
      a.powers.map { $0 * n }, base.power(a.bound, n),
      sign: n % 2 == 0 ? a.sign.map { $0 * $0 } : a.sign)
  }

  package func isZero(_ a: FarNumber) -> Bool { a.bound.sign == 0 }

  package func compare(_ c: Comparison, _ a: FarNumber, _ b: FarNumber) -> FarNumber {
    let gap = subtract(a, b)
    guard let s = gap.sign else { return FarNumber(level, base.undecided) }
    return constant(c.holds(s) ? .one : .zero)
  }

  package func select(_ c: FarNumber, _ a: FarNumber, _ b: FarNumber) -> FarNumber {
    if let s = c.sign { return s == 0 ? b : a }
    let p = common(a, b)
    return FarNumber(
      p, base.select(c.bound, bound(a, at: p), bound(b, at: p)),
      sign: a.sign == b.sign ? a.sign : nil)
  }

  /// All values, without the powers.
  package func range(_ x: FarNumber) -> Enclosure {
    let up = x.powers.reduce(0) { $0 + max($1, 0) }
    let down = x.powers.reduce(0) { $0 + min($1, 0) }
    var out = x.bound
    if up > 0 {
      // R^(k/12), rounded down, to infinity.
      let least = base.power(base.constant(Rational(2)), up * exponent / FarArithmetic.unit)
      out = base.multiply(out, base.above(least))
    }
    return down < 0 ? base.multiply(out, shrink(down)) : out
  }

  package func lift(_ f: ElementaryFunction, _ a: FarNumber, _ b: FarNumber) -> FarNumber {
    if f.arity == 1, let special = leading(f, a) { return special }
    if f.arity == 2, let special = leading(f, a, b) { return special }
    return FarNumber(level, base.lift(f, range(a), range(b)), sign: f.isPositive ? 1 : nil)
  }

  /// Functions of one argument whose growth is known.
  private func leading(_ f: ElementaryFunction, _ u: FarNumber) -> FarNumber? {
    let grows = u.powers.contains { $0 > 0 } && u.powers.allSatisfy { $0 >= 0 }
    switch f.growth {
    case .magnitude:
      return FarNumber(u.powers, base.magnitude(u.bound), sign: u.sign.map { $0 * $0 })
    case .root(let n) where n % 2 == 1 || u.sign == 1: return root(f, u, n)
    case .exponential: return grows ? exponential(u) : nil
    case .exponentialOfBase2:
      let two = base.constant(Rational(2))
      return grows
        ? exponential(multiply(u, FarNumber(level, base.lift(.row(named: "log"), two, two)))) : nil
    case .exponentialLess1:
      return grows && u.bound.sign == 1 ? subtract(exponential(u), constant(.one)) : nil
    case .hyperbolic(let isEven):
      guard grows, let s = u.bound.sign, s != 0 else { return nil }
      // exp|u|/2 ≤ cosh u and exp|u|/2 − 1/2 ≤ |sinh u|.
      var out = multiply(constant(.half), exponential(multiply(u, constant(Rational(s)))))
      if isEven { return out }
      out = subtract(out, constant(.half))
      out.sign = 1
      return s < 0 ? negate(out) : out
    case .logarithm where grows && u.bound.sign == 1:
      // log y < y^(1/2) for every y > 0.
      let here = base.lift(f, u.bound, u.bound)
      return u.powers.enumerated().reduce(FarNumber(level, here)) { sum, entry in
        guard entry.element > 0 else { return sum }
        var p = level
        p[entry.offset] = FarArithmetic.unit / 2
        let share = Rational(entry.element) / Rational(FarArithmetic.unit)
        let most = base.hull(base.constant(.zero), base.constant(share))
        // At y = 1 it is 0.
        return add(sum, FarNumber(p, most, sign: exponent > 0 ? 1 : nil))
      }
    case .logarithmOf1Plus where grows && u.bound.sign == 1:
      return leading(.row(named: "log"), add(constant(.one), u))
    default: return nil
    }
  }

  private func root(_ f: ElementaryFunction, _ u: FarNumber, _ n: Int) -> FarNumber? {
    guard u.powers.allSatisfy({ $0 % n == 0 }), u.bound.isDefined else { return nil }
    return FarNumber(u.powers.map { $0 / n }, base.lift(f, u.bound, u.bound), sign: u.sign)
  }

  /// exp u > u⁴/24 for u > 0, and exp(−u) < 24/u⁴.
  private func exponential(_ u: FarNumber) -> FarNumber {
    let nothing = FarNumber(level, base.lift(.row(named: "exp"), range(u), range(u)), sign: 1)
    guard let s = u.bound.sign, s != 0 else { return nothing }
    let fourth = base.divide(base.power(u.bound, 4), base.constant(Rational(24)))
    let p = u.powers.map { 4 * $0 }
    if s > 0 { return FarNumber(p, base.above(fourth), sign: 1) }
    let most = base.divide(base.constant(.one), fourth)
    return FarNumber(p.map { -$0 }, base.hull(base.constant(.zero), most), sign: 1)
  }

  /// Homogeneous functions of two arguments, and powers with a constant exponent.
  private func leading(_ f: ElementaryFunction, _ a: FarNumber, _ b: FarNumber) -> FarNumber? {
    switch f.growth {
    case .homogeneous:
      let p = common(a, b)
      return FarNumber(p, base.lift(f, bound(a, at: p), bound(b, at: p)))
    case .power where a.powers == level && b.powers != level && a.bound.sign == 1:
      let log = base.lift(.row(named: "log"), a.bound, a.bound)
      return leading(.row(named: "exp"), multiply(b, FarNumber(level, log)))
    case .power:
      guard a.sign == 1, a.bound.sign == 1, let c = b.bound.exact, b.powers == level else {
        return nil
      }
      let p = a.powers.map { c * Rational($0) }
      let whole = p.compactMap(\.integer)
      guard whole.count == p.count else { return nil }
      return bounded(whole, base.lift(f, a.bound, b.bound), sign: 1)
    default: return nil
    }
  }
}
