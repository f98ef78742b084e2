// Exact rational numbers (GMP's mpq). Decimal literals are exact: `1.2` is 6/5.
import CMPFR

/// An exact rational number of any size, immutable.
package struct Rational: Sendable {
  /// The canonical fraction; never written to after initialisation.
  private final class Storage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<__mpq_struct>
    init() {
      pointer = .allocate(capacity: 1)
      rational_init(pointer)
    }
    deinit {
      rational_clear(pointer)
      pointer.deallocate()
    }
  }

  private let storage: Storage

  /// The number under the libraries' own type, for reading only.
  package var pointer: UnsafePointer<__mpq_struct> { UnsafePointer(storage.pointer) }

  /// A number made by `fill`, which writes a canonical fraction into the given storage.
  package init(_ fill: (UnsafeMutablePointer<__mpq_struct>) -> Void) {
    storage = Storage()
    fill(storage.pointer)
  }

  package init(_ n: Int) { self.init { rational_set_long($0, n) } }

  /// The exact value of a double; nil where it is infinite or no number.
  package init?(_ d: Double) {
    guard d.isFinite else { return nil }
    self.init { rational_set_double($0, d) }
  }

  /// mantissa × 10^exponent; nil where `mantissa` is not an integer's decimal digits.
  package init?(digits mantissa: String, exponent: Int) {
    var ok: Int32 = 0
    self.init { ok = rational_set_decimal($0, mantissa, exponent) }
    if ok == 0 { return nil }
  }

  package static let zero = Rational(0)
  package static let one = Rational(1)
  package static let half = Rational(1) / Rational(2)

  /// −1, 0 or 1.
  package var sign: Int { Int(rational_sign(pointer)) }
  package var isZero: Bool { sign == 0 }
  package var isInteger: Bool { rational_is_integer(pointer) != 0 }
  /// The value where it is an integer that fits.
  package var integer: Int? { rational_fits_long(pointer) != 0 ? rational_long(pointer) : nil }
  /// Bits of numerator and denominator together.
  package var bits: Int { rational_bits(pointer) }
  /// The double nearest towards zero.
  package var truncatedDouble: Double { rational_double(pointer) }

  /// The exact sum.
  package static func + (a: Rational, b: Rational) -> Rational {
    Rational { rational_add($0, a.pointer, b.pointer) }
  }
  /// The exact difference.
  package static func - (a: Rational, b: Rational) -> Rational {
    Rational { rational_sub($0, a.pointer, b.pointer) }
  }
  /// The exact product.
  package static func * (a: Rational, b: Rational) -> Rational {
    Rational { rational_mul($0, a.pointer, b.pointer) }
  }
  /// The quotient; `b` is not zero.
  package static func / (a: Rational, b: Rational) -> Rational {
    precondition(!b.isZero, "division by zero")
    return Rational { rational_div($0, a.pointer, b.pointer) }
  }
  package static prefix func - (a: Rational) -> Rational {
    Rational { rational_neg($0, a.pointer) }
  }

  /// aⁿ for n of either sign; nil for 0 to a negative power.
  package func power(_ n: Int) -> Rational? {
    if n < 0, isZero { return nil }
    let base = n < 0 ? Rational.one / self : self
    return Rational { rational_pow($0, base.pointer, n.magnitude) }
  }

  package var magnitude: Rational { sign < 0 ? -self : self }
  package var floor: Rational { Rational { rational_floor($0, pointer) } }
  /// √ where it is rational.
  package var squareRoot: Rational? {
    guard sign >= 0 else { return nil }
    var ok: Int32 = 0
    let r = Rational { ok = rational_sqrt($0, pointer) }
    return ok == 0 ? nil : r
  }
  /// ∛ where it is rational.
  package var cubeRoot: Rational? {
    var ok: Int32 = 0
    let r = Rational { ok = rational_cbrt($0, pointer) }
    return ok == 0 ? nil : r
  }
}

extension Rational: Comparable, Hashable, CustomStringConvertible {
  package static func == (a: Rational, b: Rational) -> Bool {
    rational_cmp(a.pointer, b.pointer) == 0
  }
  package static func < (a: Rational, b: Rational) -> Bool {
    rational_cmp(a.pointer, b.pointer) < 0
  }
  package func hash(into hasher: inout Hasher) { hasher.combine(truncatedDouble) }
  /// The fraction "p" or "p/q".
  package var description: String {
    guard let text = rational_text(pointer) else { return "" }
    defer { rational_free_text(text) }
    return String(cString: text)
  }
}

extension Rational {
  /// The fraction with the least denominator in [l, u], 0 < l ≤ u, by continued fractions; nil after
  /// 60 terms.
  package static func simplest(between l: Rational, and u: Rational) -> Rational? {
    var terms: [Rational] = []
    var lo = l
    var hi = u
    for _ in 0..<60 {
      let whole = lo.floor
      if whole == lo || whole < hi.floor {
        terms.append(whole == lo ? whole : whole + .one)
        return terms.dropLast().reversed().reduce(terms[terms.count - 1]) { $1 + .one / $0 }
      }
      terms.append(whole)
      let a = .one / (hi - whole)
      hi = .one / (lo - whole)
      lo = a
    }
    return nil
  }

  /// The fraction with the least denominator in [l, u] of any signs; nil where it is long.
  package static func shortest(between l: Rational, and u: Rational) -> Rational? {
    if l.sign <= 0, u.sign >= 0 { return .zero }
    return l.sign > 0
      ? simplest(between: l, and: u) : simplest(between: -u, and: -l).map { -$0 }
  }
}
