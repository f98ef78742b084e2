// Where the line of a step leaves the domain of the loss, and which way φ sets out where the step
// begins on a kink: what a search for roots of φ must know of its two ends.
import Calculus

extension AlongStep {
  /// The first rate at which the loss is not defined.
  package struct Edge: Sendable {
    /// Enclosed to about 36 digits.
    package let rate: Certified
    /// Whether the loss is defined again just beyond.
    package let isPoint: Bool
    /// What goes wrong there, in words.
    package let reason: String
    /// φ is defined up to here.
    let lower: Rational
  }

  /// Subdivides from the left what is not shown to be defined; nil where all of the range is.
  func firstEdge() -> Edge? {
    let c = context(bits: 96)
    var pending: [(Rational, Rational)] = [(.zero, searched)]
    let tiny = searched * (Rational(2).power(-40) ?? .one)
    var budget = 4000
    while let (lo, hi) = pending.popLast() {
      budget -= 1
      if budget < 0 || cancelled() { return nil }
      if sample(c, c.a.hull(c.a.constant(lo), c.a.constant(hi))).phi.isDefined { continue }
      if hi - lo < tiny { return refined(lo, hi) }
      let mid = (lo + hi) * .half
      pending += [(mid, hi), (lo, mid)]
    }
    return nil
  }

  /// The edge within a short box.
  ///
  /// Nothing is claimed where exact numbers on both sides of it are defined and nothing between them
  /// is shown not to be.
  private func refined(_ lo: Rational, _ hi: Rational) -> Edge? {
    let c = context(bits: 512)
    func definedness(_ eta: Rational) -> Enclosure.Definedness {
      sample(c, c.a.constant(eta)).phi.definedness
    }
    let after = hi + (hi - lo)
    if definedness(after) == .undefined {
      var (l, u) = (lo, after)
      bisection: for _ in 0..<128 {
        let m = (l + u) * .half
        switch definedness(m) {
        case .undefined: u = m
        case .defined: l = m
        case .uncertain: break bisection
        }
      }
      // A rate with few digits, a little beyond, reads better in the reason.
      let beyond = Rational.shortest(between: u, and: u * Rational(3) * .half) ?? u
      let shown = definedness(beyond) == .undefined ? beyond : u
      let rate = Certified.enclosed(c.a.hull(c.a.constant(l), c.a.constant(u)))
      return Edge(rate: rate, isPoint: false, reason: reason(at: shown), lower: lo)
    }
    guard let short = Rational.shortest(between: lo, and: after), definedness(short) == .undefined
    else { return nil }
    return Edge(rate: .exact(short), isPoint: true, reason: reason(at: short), lower: lo)
  }

  private func reason(at eta: Rational) -> String {
    let a = CertifiedArithmetic(bits: 512)
    let slope = loss.gradient.run(a, at: point.map(Certified.exact)).dropFirst()
    let there = zip(point, slope).map { a.subtract(.exact($0), a.multiply(.exact(eta), $1)) }
    return Undefinedness.reason(of: loss.program, at: there)?.0 ?? "overflow"
  }

  /// The sign of the right-hand derivative of φ(η) + share·η‖g‖² at 0.
  func signAtStart(_ share: Rational) -> Int? {
    let a = CertifiedArithmetic(bits: 512)
    let slope = loss.gradient.run(a, at: point.map(Certified.exact)).dropFirst()
    let line = zip(point, slope).map { Dual(value: .exact($0), tangent: a.negate($1)) }
    let leaving = loss.program.run(OneSidedArithmetic(a), at: line)[0]
    let here = loss.program.run(a, at: point.map(Certified.exact))[0]
    // A choice that turns at the start may jump there.
    guard (a.subtract(leaving.value, here).sign ?? 0) == 0 else { return nil }
    let squared = slope.reduce(Certified.exact(.zero)) { a.add($0, a.multiply($1, $1)) }
    return a.add(leaving.tangent, a.multiply(.exact(share), squared)).sign
  }
}
