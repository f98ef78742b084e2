// Escape sets of one variable: a side |x| ≥ R on which a step multiplies x by at least q > 1 in size, or
// on which f′ pushes outward and vanishes nowhere. By `FarArithmetic`.
import Calculus

extension DescentMap {
  /// The escape sets of one variable, by side, nearest first; at most one each for −1 and 1.
  func noReturns() -> [NoReturn] {
    guard motion.law != nil, loss.variables.count == 1, !eta.isZero else { return [] }
    if let inertia {
      // v keeps pointing outward where the slope does.
      guard inertia.weight.sign >= 0 else { return [] }
      return DescentMap(loss, eta: eta).noReturns().compactMap { set in
        if case .grows = set.flight { return nil }
        guard case .cone(_, let sides, _, _) = set.shape else { return nil }
        var out = set
        out.shape = .outward(side: sides[0])
        return out
      }
    }
    var out: [NoReturn] = []
    for e in NoReturn.exponents where out.count < 2 {
      let sides = [-1, 1].map { (side: $0, seen: side($0, exponent: e)) }
      for (side, seen) in sides where !out.contains(where: { $0.isOf(side) }) {
        guard let seen else { continue }
        // What changes sides needs the other side to be an escape set too.
        let other = sides.first { $0.side != side }?.seen
        if seen.leadsTo != side {
          guard let other, case .grows = other.flight else { continue }
        }
        out.append(
          NoReturn(
            shape: .cone(variable: 0, sides: [side], widths: [0], powers: [0]),
            flight: seen.flight, exponent: e,
            alternates: seen.leadsTo == side ? false : other?.leadsTo == side ? true : nil,
            law: seen.least.map { least in
              .grows(
                variable: loss.variables[0], by: min(least, other?.least ?? least),
                side: other?.least == nil ? side : nil)
            } ?? .outward(variable: loss.variables[0], side: side)))
      }
    }
    return out
  }

  /// Whether every x with σx ≥ 2^e moves outward, where to, and how.
  private func side(
    _ side: Int, exponent e: Int
  ) -> (leadsTo: Int, flight: NoReturn.Flight, least: Double?)? {
    let f = FarArithmetic(count: 1, exponent: e)
    let a = f.base
    let x = f.far(0, side: side)
    let here = loss.gradient.evaluate(f, at: [x])
    let (value, slope) = (here.value, here.slope(0))
    guard value.bound.isDefined, slope.bound.isDefined else { return nil }
    let rate = FarNumber(x.powers.map { _ in 0 }, eta.number(a))
    let factor = f.subtract(f.constant(.one), f.multiply(rate, f.divide(slope, x)))
    if let s = factor.bound.sign, s != 0, factor.powers[0] >= 0 {
      let least = a.magnitude(f.range(factor)).lowerDouble
      if least > 1.0001 {
        return (s * side, .grows, least)
      }
    }
    // Outward on a side without a stationary point: x comes to rest nowhere where the slope is
    // continuous or keeps away from 0. f is the integral of its slope where it does not jump.
    guard eta.sign > 0, let s = slope.sign, s * side < 0, value.bound.isContinuous,
      slope.bound.isContinuous || slope.bound.sign != nil
    else { return nil }
    let power = slope.powers[0]
    let flight: NoReturn.Flight
    if power < -FarArithmetic.unit, slope.bound.upperDouble.isFinite,
      slope.bound.lowerDouble.isFinite
    {
      flight = .runsOff
    } else if power >= -FarArithmetic.unit, slope.bound.sign != nil {
      flight = .falls
    } else {
      return nil
    }
    return (side, flight, nil)
  }
}
