// An interval that contains the true value: two MPFR numbers with outward rounding (Moore 1966;
// Fousse et al., MPFR, ACM TOMS 33, 2007). MPFR is correctly rounded, so every bound is rigorous.
import CMPFR
import Glibc

/// A set of reals [lower, upper] that contains the value, with what is known of its being defined.
package final class Enclosure: @unchecked Sendable {
  package enum Definedness: UInt8, Sendable {
    case defined
    /// The enclosure reaches outside a domain; more precision may decide.
    case uncertain
    /// Certainly outside a domain.
    case undefined
  }

  /// Lower bound at [0], upper at [1]; written only while the value is made.
  let bounds: UnsafeMutablePointer<__mpfr_struct>
  package internal(set) var definedness: Definedness

  init(bits: Int, _ definedness: Definedness = .defined) {
    bounds = interval_new(bits)
    self.definedness = definedness
  }

  deinit { free(bounds) }

  var lower: UnsafeMutablePointer<__mpfr_struct> { bounds }
  var upper: UnsafeMutablePointer<__mpfr_struct> { bounds + 1 }

  package var isDefined: Bool { definedness == .defined }
  package var isPoint: Bool { isDefined && real_cmp(lower, upper) == 0 }
  /// −1 or 1 where the sign is certain, 0 where the value is exactly 0, else nil.
  package var sign: Int? {
    guard isDefined else { return nil }
    let l = real_sign(lower)
    let u = real_sign(upper)
    if l > 0 { return 1 }
    if u < 0 { return -1 }
    return l == 0 && u == 0 ? 0 : nil
  }
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
  /// The exact value of a point enclosure that is finite.
  package var exact: Rational? {
    guard isPoint, mpfr_number_p(lower) != 0 else { return nil }
    return Rational { real_to_rational($0, lower) }
  }
}
