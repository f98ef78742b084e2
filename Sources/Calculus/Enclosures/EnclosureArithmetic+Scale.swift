// Enclosures at any scale: powers of two are exact, however large.
import CMPFR

extension EnclosureArithmetic {
  /// a·2^e, exactly where the precision of `a` is not above this one.
  package func scaled(_ a: Enclosure, by e: Int) -> Enclosure {
    make(a, a) { l, u in
      real_scale(l, a.lower, e, MPFR_RNDD)
      real_scale(u, a.upper, e, MPFR_RNDU)
    }
  }

  /// The lower bound as a point, rounded down.
  package func lower(_ a: Enclosure) -> Enclosure { negate(upper(negate(a))) }

  /// The number half-way between the bounds, rounded; for places to look at, never a value to show.
  package func between(_ a: Enclosure, _ b: Enclosure) -> Enclosure { center(hull(a, b)) }
}

extension Enclosure {
  /// Whether both bounds are numbers.
  package var isFinite: Bool {
    isDefined && mpfr_number_p(lower) != 0 && mpfr_number_p(upper) != 0
  }

  /// The e with 2^e ≤ |x| < 2^(e+1) for the bound x that is larger in size; nil where that is 0 or
  /// infinite, or nothing is known.
  package var exponent: Int? {
    guard isFinite else { return nil }
    let ends = [UnsafePointer(lower), UnsafePointer(upper)].filter { real_sign($0) != 0 }
    return ends.map { real_binary_exponent($0) }.max()
  }

  /// The same of the bound that is smaller in size; nil where the enclosure reaches 0.
  package var leastExponent: Int? {
    guard let s = sign, s != 0 else { return nil }
    let x = s > 0 ? lower : upper
    return mpfr_number_p(x) != 0 ? real_binary_exponent(x) : nil
  }
}
