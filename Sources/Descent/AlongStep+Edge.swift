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
    /// Whether the loss is undefined just beyond the rate, but not shown to be so at it.
    package let isIncluded: Bool
    /// What goes wrong, in words.
    package let reason: String
    /// The rate at which that goes wrong, where it is another one.
    package let reasonAt: Certified?
    /// φ is defined up to here.
    let lower: Rational
  }

  /// Subdivides from the left what is not shown to be defined; nil where all of the range is.
  func firstEdge() -> Edge? {
    let c = context(bits: 96)
    var pending: [(Rational, Rational)] = [(.zero, searched)]
    let relative = Rational(2).power(-40) ?? .one
    let speck = searched * (Rational(2).power(-1200) ?? .one)
    var budget = 4000
    while let (lo, hi) = pending.popLast() {
      budget -= 1
      if budget < 0 || cancelled() { return nil }
      if sample(c, c.a.hull(c.a.constant(lo), c.a.constant(hi))).phi.isDefined { continue }
      if hi < speck { return nil }
      if hi - lo < hi * relative { return refined(lo, hi) }
      let mid = (lo + hi) * .half
      pending += [(mid, hi), (lo, mid)]
    }
    return nil
  }

  /// The edge within a short box: the end of the domain, or a pole.
  private func refined(_ lo: Rational, _ hi: Rational) -> Edge? {
    let c = context(bits: 512)
    func decoration(_ eta: Rational) -> Decoration { sample(c, c.a.constant(eta)).phi.decoration }
    let after = hi + (hi - lo)
    if decoration(after) == .ill {
      var (l, u) = (lo, after)
      bisection: for _ in 0..<128 {
        let m = (l + u) * .half
        switch decoration(m) {
        case .ill: u = m
        case .def, .dac: l = m
        case .trv: break bisection
        }
      }
      let rate = Certified.enclosed(c.a.hull(c.a.constant(l), c.a.constant(u)))
      let short = Rational.shortest(between: l, and: u)
      if let short, isExactlyUndefined(short) {
        return Edge(
          rate: .exact(short), isPoint: false, isIncluded: false, reason: reason(at: short),
          reasonAt: nil, lower: lo)
      }
      // A rate with few digits, a little beyond, reads better in the reason.
      let beyond = Rational.shortest(between: u, and: u * Rational(3) * .half) ?? u
      let shown = decoration(beyond) == .ill ? beyond : u
      return Edge(
        rate: rate, isPoint: false, isIncluded: true, reason: reason(at: shown),
        reasonAt: .exact(shown), lower: lo)
    }
    if let short = Rational.shortest(between: lo, and: after), isExactlyUndefined(short) {
      return Edge(
        rate: .exact(short), isPoint: true, isIncluded: false, reason: reason(at: short),
        reasonAt: nil, lower: lo)
    }
    // A pole at a rate that is no fraction: between two numbers where φ is defined lies one where no
    // enclosure, however narrow, is.
    var (l, u) = (lo, after)
    for _ in 0..<60 {
      let m = (l + u) * .half
      if isDefined(l, m) {
        l = m
      } else if isDefined(m, u) {
        u = m
      } else {
        break
      }
    }
    guard !isDefined(l, u) else { return nil }
    return Edge(
      rate: .enclosed(c.a.hull(c.a.constant(l), c.a.constant(u))), isPoint: true,
      isIncluded: false, reason: "a division by 0, or the like", reasonAt: nil, lower: lo)
  }

  /// Where the step of a rate leads, by numbers that are exact where they can be.
  private func landing(_ a: CertifiedArithmetic, _ eta: Rational) -> [Certified] {
    let slope = loss.gradient.run(a, at: point.map(Certified.exact)).dropFirst()
    return zip(point, slope).map { a.subtract(.exact($0), a.multiply(.exact(eta), $1)) }
  }

  private func isExactlyUndefined(_ eta: Rational) -> Bool {
    let a = CertifiedArithmetic(bits: 512)
    return loss.program.run(a, at: landing(a, eta))[0].isCertainlyUndefined
  }

  private func isDefined(_ low: Rational, _ high: Rational) -> Bool {
    let c = context(bits: 512)
    return sample(c, c.a.hull(c.a.constant(low), c.a.constant(high))).phi.isDefined
  }

  private func reason(at eta: Rational) -> String {
    let there = landing(CertifiedArithmetic(bits: 512), eta)
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
