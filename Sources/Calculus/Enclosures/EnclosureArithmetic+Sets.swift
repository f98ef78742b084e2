// Enclosures as sets: middles, radii, balls and inclusions, for proofs by contraction (Moore,
// Kearfott & Cloud, Introduction to Interval Analysis, ch. 5 and 8).
import CMPFR

extension EnclosureArithmetic {
  /// The middle of an enclosure as a point of this precision; `trv` where it has no finite one.
  package func center(_ a: Enclosure) -> Enclosure {
    guard mpfr_number_p(a.lower) != 0, mpfr_number_p(a.upper) != 0 else { return anything(.trv) }
    return make(a, a) { l, u in
      mpfr_add(l, a.lower, a.upper, MPFR_RNDN)
      mpfr_div_2ui(l, l, 1, MPFR_RNDN)
      real_set(u, l, MPFR_RNDN)
    }
  }

  /// The upper bound as a point, rounded up.
  package func upper(_ a: Enclosure) -> Enclosure {
    make(a, a) { l, u in
      real_set(u, a.upper, MPFR_RNDU)
      real_set(l, u, MPFR_RNDU)
    }
  }

  /// An upper bound of |a − c| over the enclosure, as a point.
  package func radius(_ a: Enclosure, about c: Enclosure) -> Enclosure {
    upper(magnitude(subtract(a, c)))
  }

  /// [c − r, c + r] with the upper bound of r.
  package func ball(_ c: Enclosure, _ r: Enclosure) -> Enclosure {
    make(c, r) { l, u in
      mpfr_sub(l, c.lower, r.upper, MPFR_RNDD)
      mpfr_add(u, c.upper, r.upper, MPFR_RNDU)
    }
  }

  /// An enclosure of a double, which is exact; of what is infinite or no number nothing is known.
  package func constant(_ d: Double) -> Enclosure {
    Rational(d).map(constant) ?? anything(.trv)
  }
}

extension Enclosure {
  /// Whether every number of this enclosure is inside `other`, not on its ends.
  package func isInside(_ other: Enclosure) -> Bool {
    isDefined && other.isDefined && real_cmp(lower, other.lower) > 0
      && real_cmp(upper, other.upper) < 0
  }

  /// Whether every number of this enclosure is below every one of `other`.
  package func isBelow(_ other: Enclosure) -> Bool {
    isDefined && other.isDefined && real_cmp(upper, other.lower) < 0
  }

  /// Whether no number is in both.
  package func isDisjoint(from other: Enclosure) -> Bool {
    isBelow(other) || other.isBelow(self)
  }
}
