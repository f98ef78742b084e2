// One-sided derivatives: dual numbers whose tangents know that only s > 0 is meant, so that a kink
// at the very point is no obstacle. A function of the table that does not jump at its kink is positively
// homogeneous there, and its slope towards one side is the function of the tangents
// (Shapiro, On concepts of directional differentiability, 1990).

/// Values and right-hand derivatives by one parameter s at s = 0, certified.
///
/// Where a function jumps, the derivative is undefined. Where a condition turns, the number is that
/// just after s = 0, value included. Cost: that of dual numbers.
package struct OneSidedArithmetic: ForwardingArithmetic {
  package typealias Number = Dual<Certified>
  private let base: CertifiedArithmetic
  /// Dual numbers, for all that has no kink.
  package let inner: DualArithmetic<CertifiedArithmetic>

  package init(_ base: CertifiedArithmetic) {
    self.base = base
    inner = DualArithmetic(base)
  }

  package func lift(_ f: ElementaryFunction, _ a: Number, _ b: Number) -> Number {
    guard f.isAtKink(base, a.value, b.value) else { return inner.lift(f, a, b) }
    return Dual(
      value: base.lift(f, a.value, b.value),
      tangent: f.jumps || f.kink == .cut
        ? .undefined("the value jumps") : base.lift(f, a.tangent, b.tangent))
  }

  /// On a tie, whether the comparison holds just after s = 0; the caller sees by the value whether
  /// the choice that hangs on it is continuous.
  package func compare(_ c: Comparison, _ a: Number, _ b: Number) -> Number {
    guard base.isZero(base.subtract(a.value, b.value)) else { return inner.compare(c, a, b) }
    let parting = base.subtract(a.tangent, b.tangent)
    guard let sign = parting.sign, sign != 0 else {
      return Dual(value: .undefined("a condition may turn here"), tangent: .exact(.zero))
    }
    return Dual(value: base.compare(c, parting, .exact(.zero)), tangent: .exact(.zero))
  }
}

extension ElementaryFunction {
  /// Whether the slope of the function jumps exactly at these arguments.
  package func isAtKink(_ a: CertifiedArithmetic, _ x: Certified, _ y: Certified) -> Bool {
    switch kink {
    case .none: false
    case .zero: x.sign == 0
    case .equalArguments: a.subtract(x, y).sign == 0
    case .integers: x.rational?.isInteger == true
    case .originOnly: x.sign == 0 && y.sign == 0
    case .cut: x.sign == 0 && y.sign == -1
    }
  }
}
