// Methods with a memory: the orbit in doubles, and at a stationary point the multipliers of the
// extended state (x, v), which the method derives from each curvature.
import Calculus
import Glibc

extension RegimeSearch {
  func withMemory() -> Regime { memory(plan.method) }

  private func memory<M: Method>(_ method: M) -> Regime {
    guard let rate = plan.rate(CertifiedArithmetic(bits: 64), 0).rational,
      plan.start.count <= SymmetricEigenvalues.largest
    else { return Regime(.undecided, evidence: "too many variables for the multipliers") }
    let map = DescentMap(loss, eta: rate)
    let cost = 2 * (40 + 20 * loss.gradient.instructions.count)
    let most = max(500, min(200_000, effort.doubles / cost))
    var orbit = MemoryOrbit(
      method, loss, eta: plan.rate(DoubleArithmetic(), 0), from: plan.start.map(\.nearestDouble))
    var growth = Flight(from: orbit.size)
    var far: (t: Int, size: Double)?
    var look = 32
    for t in 0..<most {
      if t & 255 == 0, cancelled() {
        return Regime(.undecided, evidence: "stopped after \(t) steps")
      }
      let finite = orbit.step()
      if finite { growth.add(orbit.size) }
      if !finite, let f = far ?? (growth.isExplosive ? (t + 1, orbit.size) : nil) {
        return leaves(method, map, f.t, f.size)
      }
      if !finite {
        return Regime(.undecided, evidence: "step \(t + 1) has no value in doubles")
      }
      far = growth.isSteady ? far ?? (t + 1, orbit.size) : nil
      if t == look {
        look *= 2
        if far == nil, let r = stationary(method, map, orbit, t) { return r }
      }
    }
    if let far { return leaves(method, map, far.t, far.size) }
    return Regime(
      .undecided,
      evidence:
        "with \(M.name) nothing is settled after \(most) steps, and cycles of it are not sought")
  }

  /// Divergent where starts that differ by rounding leave too.
  private func leaves<M: Method>(
    _ method: M, _ map: DescentMap, _ t: Int, _ size: Double
  ) -> Regime {
    for k in 1...4 {
      let nudged = plan.start.map {
        $0.nearestDouble + Double(k % 2 == 0 ? k : -k) * 4e-16 * max(abs($0.nearestDouble), 1e-3)
      }
      var other = MemoryOrbit(method, loss, eta: map.eta.nearestDouble, from: nudged)
      var growth = Flight(from: other.size)
      var left = false
      for _ in 0..<(2 * t + 200) where !left {
        if other.step() {
          growth.add(other.size)
          left = growth.isSteady
        } else if growth.isExplosive {
          left = true
        } else {
          break
        }
      }
      if !left {
        return Regime(
          .undecided,
          evidence:
            "this orbit leaves for infinity after \(t) steps in doubles, but starts that differ by rounding do not"
        )
      }
    }
    return Regime(
      .divergent,
      evidence:
        "‖x‖ passes \(Certified.exact(Rational(size)).text(digits: 2)) at step \(t) and still grows"
    )
  }

  /// Whether the orbit with more digits, after as many steps, is where the doubles are: needed where
  /// an error of one rounding may have grown on the way.
  private func isThere<M: Method>(_ method: M, _ map: DescentMap, _ orbit: MemoryOrbit<M>) -> Bool?
  {
    let steps = orbit.t
    guard steps <= effort.enclosures / (2 * loss.gradient.instructions.count + 6 * map.dimension)
    else { return nil }
    let a = CenteredArithmetic(
      base: EnclosureArithmetic(bits: 64 * (2 + Int(orbit.growth * 1.6 / 64))))
    var x = plan.start.map(a.constant)
    var kept: [Enclosure] = []
    let eta = a.constant(map.eta)
    for _ in 0..<steps {
      let slope = Array(loss.gradient.run(a, at: x).dropFirst())
      let move = method.move(a, from: x, slope: slope, eta: eta, memory: kept) {
        Array(loss.gradient.run(a, at: $0).dropFirst())
      }
      x = zip(x, move.displacement).map { a.add($0, $1) }
      kept = move.memory
      guard x.allSatisfy(\.isDefined) else { return false }
    }
    return zip(x, orbit.x).allSatisfy { abs($0.midpoint - $1) <= 1e-6 * max(1, abs($1)) }
  }

  /// A stationary point next to x whose multipliers are all inside the unit circle.
  private func stationary<M: Method>(
    _ method: M, _ map: DescentMap, _ orbit: MemoryOrbit<M>, _ t: Int
  ) -> Regime? {
    let (x, step, eta) = (orbit.x, orbit.lastStep, map.eta.nearestDouble)
    let size = x.reduce(1e-3) { max($0, abs($1)) }
    guard step < 1e-7 * size, let c = map.cycle(near: x, period: 1, within: 1e-3 * size) else {
      return nil
    }
    let gap = zip(x, c.points[0]).reduce(0) { max($0, abs($1.0 - ($1.1.nearestDouble ?? .nan))) }
    var r = Regime(.stationary, evidence: "")
    r.limit = c.points[0]
    describe(&r)
    guard gap < 1e-6 * size,
      let curvatures = SymmetricEigenvalues.enclosures(of: map.hessian(at: c.points[0]))
    else { return nil }
    r.multipliers = curvatures.reversed().flatMap { h in
      let bend = eta * (h.nearestDouble ?? .nan)
      return roots(method.linear(bend))
    }
    let largest = r.multipliers.reduce(0) { max($0, $1.modulus) }
    guard largest < 1 - 1e-9 else { return nil }
    // 10⁻¹⁶ grown by e¹⁶ is still far below the distance that decides.
    if orbit.growth > 16 {
      guard let agrees = isThere(method, map, orbit) else { return rounding(t) }
      if !agrees { return rounding(t) }
    }
    // The rows that were computed with more digits must lie there too.
    let late = run.rows.filter { $0.t > t && $0.tier != .double }
    let near = { (p: [Certified]) in
      zip(p, x).allSatisfy { abs(($0.nearestDouble ?? .nan) - $1) <= 1e-4 * size }
    }
    guard late.allSatisfy({ near($0.point) }) else { return rounding(t) }
    let fine = EnclosureArithmetic(bits: 256)
    guard !loss.meetsKink(fine, r.limit.map { $0.number(fine) }) else { return nil }
    r.rate = .linear
    r.factor = nil
    r.lyapunov = largest > 0 ? log(largest) : nil
    r.evidence =
      "every multiplier of the state (x, v) at the limit is inside the unit circle (largest \(Certified.exact(Rational(largest)).text(digits: 4))), and in doubles the orbit is there at step \(t)"
    return r
  }

  private func rounding(_ t: Int) -> Regime {
    Regime(
      .undecided,
      evidence:
        "in doubles it is at rest at step \(t), but the way there is chaotic, and rounding decides where it ends"
    )
  }

  /// The zeros of s² − trace·s + determinant, to the digits that their doubles have.
  private func roots(_ m: (trace: Double, determinant: Double)) -> [Multiplier] {
    guard m.trace.isFinite, m.determinant.isFinite else { return [] }
    let half = m.trace / 2
    let d = half * half - m.determinant
    let y = abs(d).squareRoot()
    let error = 1e-14 * (half * half + abs(m.determinant))
    let spread = (y > 0 ? min(error.squareRoot(), error / y) : error.squareRoot()) + 1e-14 * y
    let all = spread + 1e-14 * abs(half)
    func multiplier(_ re: Double, _ im: Double, _ within: Double) -> Multiplier {
      Multiplier(
        real: .approximate(re, within: within),
        imaginary: im == 0 ? .exact(.zero) : .approximate(im, within: spread))
    }
    return d < 0
      ? [multiplier(half, y, 1e-14 * abs(half)), multiplier(half, -y, 1e-14 * abs(half))]
      : [multiplier(half + y, 0, all), multiplier(half - y, 0, all)]
  }
}
