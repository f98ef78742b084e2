// Methods with a memory: the orbit in doubles, and at a stationary point the multipliers of the
// extended state (x, v), which the method derives from each curvature.
import Calculus
import Glibc

extension RegimeSearch {
  func withMemory() -> Regime { memory(plan.method) }

  private func memory<M: Method>(_ method: M) -> Regime {
    let a = DoubleArithmetic()
    let eta = plan.rate(a, 0)
    guard let rate = plan.rate(CertifiedArithmetic(bits: 64), 0).rational,
      plan.start.count <= SymmetricEigenvalues.largest
    else { return Regime(.undecided, evidence: "too many variables for the multipliers") }
    let map = DescentMap(loss, eta: rate)
    var x = plan.start.map(\.nearestDouble)
    var kept: [Double] = []
    let cost = 40 + 20 * loss.gradient.instructions.count
    let most = max(500, min(200_000, effort.doubles / cost))
    let start = x.reduce(0) { max($0, abs($1)) }
    // Step by step, and the largest of every 64 steps, for methods that swing.
    var growth = (Growth(from: start), Growth(from: start))
    var swing = 0.0
    var look = 32
    for t in 0..<most {
      if t & 255 == 0, cancelled() {
        return Regime(.undecided, evidence: "stopped after \(t) steps")
      }
      let slope = Array(loss.gradient.run(a, at: x).dropFirst())
      let move = method.move(a, from: x, slope: slope, eta: eta, memory: kept) {
        Array(loss.gradient.run(a, at: $0).dropFirst())
      }
      let next = zip(x, move.displacement).map { $0 + $1 }
      let size = next.reduce(0) { max($0, abs($1)) }
      let step = move.displacement.reduce(0) { max($0, abs($1)) }
      let finite = next.allSatisfy(\.isFinite)
      if finite {
        growth.0.add(size)
        swing = max(swing, size)
        if t % 64 == 63 {
          growth.1.add(swing)
          swing = 0
        }
      }
      if growth.0.isSteady || growth.1.isSteady || (!finite && growth.0.isExplosive) {
        let shown = finite ? size : x.reduce(0) { max($0, abs($1)) }
        return Regime(
          .divergent,
          evidence:
            "‖x‖ passes \(Certified.exact(Rational(shown)).text(digits: 2)) at step \(t + 1) and still grows"
        )
      }
      if !finite {
        return Regime(.undecided, evidence: "step \(t + 1) has no value in doubles")
      }
      x = next
      kept = move.memory
      if t == look {
        look *= 2
        if let r = stationary(method, map, x, step, eta, t) { return r }
      }
    }
    return Regime(
      .undecided,
      evidence:
        "with \(M.name) nothing is settled after \(most) steps, and cycles of it are not sought")
  }

  /// A stationary point next to x whose multipliers are all inside the unit circle.
  private func stationary<M: Method>(
    _ method: M, _ map: DescentMap, _ x: [Double], _ step: Double, _ eta: Double, _ t: Int
  ) -> Regime? {
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
    r.rate = .linear
    r.factor = nil
    r.lyapunov = largest > 0 ? log(largest) : nil
    r.evidence =
      "every multiplier of the state (x, v) at the limit is inside the unit circle (largest \(Certified.exact(Rational(largest)).text(digits: 4))), and in doubles the orbit is there at step \(t)"
    return r
  }

  /// The zeros of s² − trace·s + determinant.
  private func roots(_ m: (trace: Double, determinant: Double)) -> [Multiplier] {
    guard m.trace.isFinite, m.determinant.isFinite else { return [] }
    let half = m.trace / 2
    let d = half * half - m.determinant
    let y = abs(d).squareRoot()
    func multiplier(_ re: Double, _ im: Double) -> Multiplier {
      Multiplier(real: .exact(Rational(re)), imaginary: .exact(Rational(im)))
    }
    return d < 0
      ? [multiplier(half, y), multiplier(half, -y)]
      : [multiplier(half + y, 0), multiplier(half - y, 0)]
  }
}
