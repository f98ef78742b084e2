// An interval that contains the true value: two MPFR numbers with outward rounding (Moore 1966;
// Fousse et al., MPFR, ACM TOMS 33, 2007). MPFR is correctly rounded, so every bound is rigorous.
import CMPFR
import Glibc

/// What is known of a function over a box: the least over all its operands (IEEE 1788-2015, 8.8).
///
/// Nothing that rests on less than `def` is a proof of a value, and nothing but `ill` is a proof that
/// there is none.
package enum Decoration: UInt8, Comparable, Sendable {
  /// Nowhere defined on the box.
  case ill
  /// It may be undefined on the box, or on a part of it; the bounds hold wherever it is defined.
  case trv
  /// Defined on the whole box; it may jump.
  case def
  /// Defined and continuous on the whole box.
  case dac

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A set of reals [lower, upper] that contains every value, with what is known of its being defined.
package final class Enclosure: @unchecked Sendable {
  /// Lower bound at [0], upper at [1]; written only while the value is made.
  let bounds: UnsafeMutablePointer<__mpfr_struct>
  package internal(set) var decoration: Decoration

  init(bits: Int, _ decoration: Decoration = .dac) {
    bounds = interval_new(bits)
    self.decoration = decoration
  }

  deinit { free(bounds) }

  var lower: UnsafeMutablePointer<__mpfr_struct> { bounds }
  var upper: UnsafeMutablePointer<__mpfr_struct> { bounds + 1 }

  /// Whether it is certainly defined on the whole box.
  package var isDefined: Bool { decoration >= .def }
  /// Whether it is certainly defined and continuous on the whole box.
  package var isContinuous: Bool { decoration == .dac }
  /// −1 or 1 where every value has that sign, 0 where every value is 0, else nil: of the bounds alone.
  package var boundSign: Int? {
    let l = real_sign(lower)
    let u = real_sign(upper)
    if l > 0 { return 1 }
    if u < 0 { return -1 }
    return l == 0 && u == 0 ? 0 : nil
  }
  /// Whether it is one number, and certainly defined.
  package var isPoint: Bool { isDefined && real_cmp(lower, upper) == 0 }
  /// −1 or 1 where the sign is certain, 0 where the value is exactly 0, else nil.
  package var sign: Int? { isDefined ? boundSign : nil }
  package var lowerDouble: Double { mpfr_get_d(lower, MPFR_RNDD) }
  package var upperDouble: Double { mpfr_get_d(upper, MPFR_RNDU) }
  /// A double inside or next to the enclosure.
  package var midpoint: Double {
    guard isDefined else { return .nan }
    let l = mpfr_get_d(lower, MPFR_RNDN)
    let u = mpfr_get_d(upper, MPFR_RNDN)
    return l == u ? l : l / 2 + u / 2
  }
  /// The double nearest to the value, where the enclosure decides it.
  package var nearestDouble: Double? {
    guard isDefined else { return nil }
    let l = mpfr_get_d(lower, MPFR_RNDN)
    return l == mpfr_get_d(upper, MPFR_RNDN) ? l + 0 : nil
  }
  /// The exact value of a point enclosure that is finite, and short enough for a fraction.
  package var exact: Rational? { isPoint ? Enclosure.fraction(lower) : nil }

  /// Beyond this exponent a fraction would have hundreds of thousands of bits.
  static let largestExponent = 1 << 18

  /// A bound as a fraction; nil where it is infinite or its exponent is beyond `largestExponent`.
  static func fraction(_ x: UnsafePointer<__mpfr_struct>) -> Rational? {
    guard mpfr_number_p(x) != 0 else { return nil }
    if mpfr_zero_p(x) != 0 { return .zero }
    guard abs(mpfr_get_exp(x)) <= largestExponent else { return nil }
    return Rational { real_to_rational($0, x) }
  }
}
