// Orbits that settle on a curve of stationary points given by an equation h = 0, where ∇C = h·q
// (`RestingSet`), as ½(wv − 1)². By the mean value theorem along the step,
//
//   h(x − ηhq) = h·(1 − η·∇h(ξ)·q(x)),
//
// so that where |1 − η·∇h·q| ≤ ρ < 1 on a ball, h shrinks by ρ a step and the whole way left is at most
// η·|h|·‖q‖/(1 − ρ): an orbit with that much room in the ball stays in it and comes to a point of the
// curve. (Polyak 1963, with the equation in the place of C.)
import Calculus
import Glibc

extension RegimeSearch {
  /// The limit on such a curve, next to where the orbit is.
  func restingSet() throws(Lack) -> Regime {
    if orbit.errors.areDecisive { throw .roundingDecides }
    let sets = observed.sets ?? RestingSet.all(of: loss)
    observed.sets = sets
    if !sets.contains(where: { $0.exponent == 1 }) { throw .noSetOfRest }
    for set in sets where set.exponent == 1 {
      let field = set.field(loss.variables)
      let here = seen(field, DoubleArithmetic(), orbit.x, map.eta.nearestDouble)
      let left = abs(map.eta.nearestDouble * here.h) * here.reach / (1 - abs(here.factor))
      guard abs(here.factor) < 1 - 1e-6, left < 1e-3 * max(1e-3, orbit.size) else { continue }
      if let r = arrived(set, field, here.factor, left) { return r }
    }
    throw .notDrawnToSet
  }

  /// h, the factor 1 − η·∇h·q and ‖q‖.
  private func seen(
    _ field: Program, _ a: DoubleArithmetic, _ x: [Double], _ eta: Double
  ) -> (h: Double, factor: Double, reach: Double) {
    let here = RestingSet.Field(field.run(a, at: x))
    return (
      here.h, 1 - eta * dot(a, here.q, here.slopes), squaredNorm(a, here.q).squareRoot()
    )
  }

  /// The proof from where the enclosed orbit is, some steps on so that the limit has its digits; from the
  /// double where that is too far to follow.
  private func arrived(
    _ set: RestingSet, _ field: Program, _ factor: Double, _ left: Double
  ) -> Regime? {
    let more = factor == 0 ? 8 : log(1e-30 / max(left, 1e-30)) / log(abs(factor))
    let steps = orbit.t + (Int(exactly: max(0, min(more, 2000)).rounded(.down)) ?? 0) + 1
    var enclosed = EnclosedOrbit(map, from: plan, bits: 192)
    let cost = EnclosedOrbit.cost(of: map, bits: 192)
    var proved = steps <= min(effort.enclosures, allowance.left) / cost
    if proved {
      _ = allowance.take(steps * cost)
      for k in 0..<steps where proved {
        if k & 63 == 0, cancelled() { return nil }
        proved = enclosed.step() && enclosed.width < 1e-12 * max(1e-3, orbit.size)
      }
    }
    // A double is good for a limit once what is left of the way is below its spacing.
    for _ in 0..<4000 where !proved {
      if orbit.distance(1) <= 1e-17 * max(1e-300, orbit.size) || !orbit.step() { break }
    }
    let a = enclosed.a
    let center = proved ? enclosed.center : orbit.x.map { a.constant($0) }
    let start = proved ? enclosed.box : center
    guard let (limit, at) = settling(field, a, center, start) else { return nil }
    let seen = Sighting(step: proved ? steps : orbit.t, isEnclosed: proved)
    var r = Regime(.stationary, proved: proved, .equationShrinks(set.equation, seen))
    r.limit = limit.map(Certified.enclosed)
    r.kind = .degenerate
    let across = Multiplier(real: .enclosed(at), imaginary: .exact(.zero))
    let along = Multiplier(real: .exact(.one), imaginary: .exact(.zero))
    r.multipliers = [across] + Array(repeating: along, count: limit.count - 1)
    if !across.mayVanish, at.sign != nil {
      r.convergence = .linear
      r.factor = .enclosed(at)
      r.alternates = at.sign.map { $0 < 0 }
    }
    // The largest multiplier is 1: what is pushed along the curve stays pushed.
    r.lyapunov = 0
    return r
  }

  /// A box about the limit of an orbit in `start`, and the factor there; nil where nothing is proved.
  private func settling(
    _ field: Program, _ a: EnclosureArithmetic, _ center: [Enclosure], _ start: [Enclosure]
  ) -> (limit: [Enclosure], factor: Enclosure)? {
    let eta = map.eta.number(a)
    let one = a.constant(.one)
    let h = a.magnitude(RestingSet.Field(field.run(a, at: start)).h)
    let spread = EnclosedOrbit.length(
      a, zip(start, center).map { a.upper(a.magnitude(a.subtract($0, $1))) })
    guard h.isDefined else { return nil }
    func factor(_ here: RestingSet.Field<Enclosure>) -> Enclosure {
      a.subtract(one, a.multiply(eta, dot(a, here.q, here.slopes)))
    }
    /// The way left if the orbit keeps to a ball of this radius.
    func way(_ radius: Enclosure) -> Enclosure? {
      let box = center.map { a.ball($0, a.upper(a.add(radius, spread))) }
      let all = field.run(a, at: box)
      guard all.allSatisfy(\.isDefined) else { return nil }
      let around = RestingSet.Field(all)
      let rho = a.upper(a.magnitude(factor(around)))
      guard a.subtract(one, rho).sign == 1 else { return nil }
      let reach = EnclosedOrbit.length(a, around.q.map { a.upper(a.magnitude($0)) })
      return a.upper(
        a.divide(a.multiply(a.magnitude(eta), a.multiply(h, reach)), a.subtract(one, rho)))
    }
    // What a point of room asks for, with twice as much room.
    guard let least = way(a.constant(.zero)) else { return nil }
    let room = a.upper(a.multiply(a.constant(Rational(2)), least))
    guard let total = way(room), a.subtract(room, total).sign == 1 || total.sign == 0 else {
      return nil
    }
    let limit = center.map { a.ball($0, a.upper(a.add(total, spread))) }
    return (limit, factor(RestingSet.Field(field.run(a, at: limit))))
  }
}
