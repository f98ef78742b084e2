// Taylor series of one side: truncated series in s that know that only s > 0 is meant. At a kink the
// first coefficient that is not 0 tells on which branch a function is, as the tangent does for
// `OneSidedArithmetic`: |u| is u or −u.

/// Series of values for small s > 0, certified; undefined where no coefficient of the order tells the
/// branch.
package struct OneSidedJetArithmetic: ForwardingArithmetic {
  package typealias Number = [Certified]
  private let base: CertifiedArithmetic
  /// Series, for all that has no kink.
  package let inner: JetArithmetic<CertifiedArithmetic>

  /// Order 0 … 30.
  package init(_ base: CertifiedArithmetic, order: Int, cancelled: @escaping () -> Bool) {
    self.base = base
    inner = JetArithmetic(base, order: order, cancelled: cancelled)
  }

  /// value + slope·s.
  package func variable(_ value: Certified, slope: Certified) -> Number {
    inner.variable(value, slope: slope)
  }

  package func lift(_ f: ElementaryFunction, _ a: Number, _ b: Number) -> Number {
    guard f.isAtKink(base, a[0], b[0]) else { return inner.lift(f, a, b) }
    if f.chooses {
      return side(inner.subtract(a, b)).map { ($0 < 0) == (f.special == .max) ? b : a } ?? unknown
    }
    guard case .magnitude = f.growth else { return unknown }
    return side(a).map { $0 < 0 ? inner.negate(a) : a } ?? unknown
  }

  package func compare(_ c: Comparison, _ a: Number, _ b: Number) -> Number {
    guard let s = side(inner.subtract(a, b)) else { return unknown }
    return inner.constant(c.holds(s) ? .one : .zero)
  }

  /// The sign just after 0: that of the first coefficient that is not 0; 0 where all are 0.
  private func side(_ u: Number) -> Int? {
    for c in u {
      guard let s = c.sign else { return nil }
      if s != 0 { return s }
    }
    return 0
  }

  private var unknown: Number {
    (0...inner.order).map { _ in .undefined("not told from which side") }
  }
}
