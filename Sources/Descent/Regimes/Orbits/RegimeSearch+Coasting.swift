// Runs that have come to a flat stretch with some momentum: where ∇C is 0 all along the way that is left,
// v ← βv and x ← x + v, so that x comes to rest at x + v·β/(1 − β), from x and v of one step on.
import Calculus

extension RegimeSearch {
  /// Momentum or Nesterov's method on a stretch that it does not leave any more.
  ///
  /// Every point at which the slope is taken from step t on is within |v|·|β|/(1 − |β|) of x, coordinate by
  /// coordinate: there an enclosure has to show that it is exactly 0.
  ///
  /// Cost: the steps so far in enclosures.
  func coasting() throws(Lack) -> Regime {
    let weight = try plan.step.inertia.or(.need(.memory)).weight
    guard weight.magnitude < .one, orbit.slopeHere.allSatisfy({ $0 == 0 }) else {
      throw .wayIsNotFlat
    }
    for bits in [1, 4, 16].map({ $0 * (128 + 2 * orbit.t) }) {
      if let r = try coasting(weight, bits) { return r }
    }
    throw .notFollowed
  }

  /// The same with so many bits; nil where these do not tell the limit.
  private func coasting(_ weight: Rational, _ bits: Int) throws(Lack) -> Regime? {
    let cost = orbit.t * plan.step.loss.gradient.cost(bits: bits)
    guard bits <= RegimeSearch.coastingBits, cost <= min(effort.enclosures, allowance.left),
      allowance.take(cost)
    else { throw .notFollowed }
    let a = EnclosureArithmetic(bits: bits)
    let here = (0..<orbit.t).reduce(plan.state(a)) {
      plan.step.run(a, from: $0, eta: plan.rate(a, $1), t: $1).next
    }
    let (x, v) = (here.x, Array(here.kept))
    let reach = a.constant(weight.magnitude / (.one - weight.magnitude))
    let way = zip(x, v).map { a.ball($0, a.upper(a.multiply(a.magnitude($1), reach))) }
    let left = a.constant(weight / (.one - weight))
    let limit = zip(x, v).map { a.add($0, a.multiply($1, left)) }
    guard (x + v).allSatisfy(\.isDefined) else { throw .wayIsNotFlat }
    guard
      limit.allSatisfy({
        Certified.enclosed($0).isCertain(RegimeSearch.coastingDigits)
          || a.radius($0, about: a.center($0)).upperDouble < RegimeSearch.coastingRadius
      })
    else { return nil }
    guard loss.gradient.evaluate(a, at: way).slopes.allSatisfy({ $0.isContinuous && $0.sign == 0 })
    else { throw .wayIsNotFlat }
    var r = Regime(.stationary, proved: true, .coasts(from: orbit.t))
    r.limit = limit.map(Certified.enclosed)
    if !loss.meetsKink(a, limit) {
      r.kind = .degenerate
      r.multipliers = [Rational.one, weight].flatMap { m in
        x.map { _ in Multiplier(real: .exact(m), imaginary: .exact(.zero)) }
      }
      r.lyapunov = 0
    }
    // Whether it still moves may not be known: −0.9·√2 + 0.9·√2 is 0.
    if v.allSatisfy({ $0.sign == 0 }) {
      r.convergence = .finite
    } else if v.contains(where: { ($0.sign ?? 0) != 0 }) {
      r.convergence = .linear
      (r.factor, r.alternates) = (.exact(weight), weight.sign < 0)
    }
    return r
  }

  /// Beyond so many bits, some two thousand steps, the way to the stretch is not followed.
  private static let coastingBits = 4096
  /// The limit is known to so many digits, twice those of a double, or where it is next to 0 to this radius.
  private static let coastingDigits = 30
  private static let coastingRadius = 1e-30
}
