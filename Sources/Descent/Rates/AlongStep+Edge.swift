// Where the line of a step leaves the domain of the loss, and which way φ sets out where the step
// begins on a kink: what a search for roots of φ must know of its two ends.
import Calculus

extension AlongStep {
  /// The first rate at which the loss is not defined; what is not shown to be one is none.
  package struct Edge: Sendable {
    /// Enclosed to about 36 digits.
    package let rate: Certified
    /// Whether the loss is defined again just beyond.
    package let isPoint: Bool
    /// Why the line ends there.
    package enum Reason: Sendable {
      case operation(Undefinedness)
      case overflow
      /// A number that divides turns its sign.
      case pole
    }
    /// What goes wrong there.
    package let reason: Reason
    /// The rate at which that goes wrong, where it is another one.
    package let reasonAt: Certified?
    /// φ is defined up to here.
    let lower: ScaledNumber
  }

  /// How many boxes may be looked at for an edge; of a loss whose run costs more than `quickRun` fewer.
  private static let edgeBudget = 1500
  /// In the unit of `Effort`, some 0.3 µs: so that looking takes a second or two.
  private static let quickRun = 1000
  /// A place that is not shown to be in the domain is looked at from this share of its rate on.
  private static let edgeShare = Rational(2).power(-40) ?? .one

  /// Subdivides from the left what is not shown to be defined; nil where no edge is shown.
  func firstEdge() -> Edge? {
    let c = context(bits: 128)
    let scales = RateSearch.scales(self, context(bits: 192))
    let last = RateSearch.last(self, scales.high)
    let a = c.a
    func isDefined(_ lo: Enclosure, _ hi: Enclosure) -> Bool {
      sample(c, a.hull(lo, hi)).phi.isDefined
    }
    func power(_ e: Int) -> Enclosure { a.scaled(a.constant(.one), by: e) }
    var first = last.exponent + 1
    if isDefined(a.constant(.zero), last.number(a)) { return nil }
    var stride = 1
    while !isDefined(a.constant(.zero), power(first)) {
      if stride > 1 << 20 { return nil }
      first = min(scales.low, last.exponent) - stride
      stride *= 2
    }
    // Octaves by their exponents, then parts of one by the mantissas.
    var octaves = [(first, last.exponent + 1)]
    let share = 1 + loss.program.cost(bits: 192) / AlongStep.quickRun
    var budget = AlongStep.edgeBudget / share
    while let (low, high) = octaves.popLast() {
      budget -= 1
      if budget < 0 || cancelled() { return nil }
      if isDefined(power(low), power(high)) { continue }
      if high - low > 1 {
        let middle = low + (high - low) / 2
        octaves += [(middle, high), (low, middle)]
        continue
      }
      var parts = [(Rational.one, low == last.exponent ? last.mantissa : Rational(2))]
      while let (l, u) = parts.popLast() {
        budget -= 1
        if budget < 0 || cancelled() { return nil }
        if isDefined(ScaledNumber(l, low).number(a), ScaledNumber(u, low).number(a)) { continue }
        if u - l < AlongStep.edgeShare {
          if let edge = refined(l, u, low) { return edge }
          continue
        }
        let middle = (l + u) * .half
        parts += [(middle, u), (l, middle)]
      }
    }
    return nil
  }

  /// The edge within a short box of mantissas: the end of the domain, or a pole; nil where neither is
  /// shown.
  private func refined(_ lo: Rational, _ hi: Rational, _ e: Int) -> Edge? {
    let c = context(bits: 512)
    func number(_ m: Rational) -> Certified { ScaledNumber(m, e).certified }
    func decoration(_ m: Rational) -> Decoration {
      sample(c, number(m).number(c.a)).phi.decoration
    }
    let lower = ScaledNumber(lo, e)
    func edge(
      _ rate: Certified, isPoint: Bool, at shown: Rational,
      elsewhere: Bool = false
    ) -> Edge {
      Edge(
        rate: rate, isPoint: isPoint, reason: reason(at: number(shown)),
        reasonAt: elsewhere ? number(shown) : nil, lower: lower)
    }
    let after = hi + (hi - lo)
    let short = Rational.shortest(between: lo, and: after)
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
      if let short = Rational.shortest(between: l, and: u), isExactlyUndefined(number(short)) {
        return edge(number(short), isPoint: false, at: short)
      }
      // A rate with few digits, a little beyond, reads better in the reason.
      let beyond = Rational.shortest(between: u, and: u * Rational(3) * .half) ?? u
      let shown = decoration(beyond) == .ill ? beyond : u
      return edge(
        hull(number(l), number(u)), isPoint: false, at: shown, elsewhere: true)
    }
    if let short, isExactlyUndefined(number(short)) {
      return edge(number(short), isPoint: true, at: short)
    }
    // A pole at a rate that is no fraction: what divides has opposite signs on both sides of it.
    var (l, u) = (lo, after)
    guard let pole = divisorThatTurns(number(l), number(u)) else { return nil }
    for _ in 0..<128 {
      let m = (l + u) * .half
      guard let s = divisor(pole, number(m)).sign, s != 0 else { break }
      if s == divisor(pole, number(l)).sign { l = m } else { u = m }
    }
    return Edge(
      rate: hull(number(l), number(u)), isPoint: true,
      reason: .pole, reasonAt: nil, lower: lower)
  }

  private func hull(_ a: Certified, _ b: Certified) -> Certified {
    let e = EnclosureArithmetic(bits: 512)
    return .enclosed(e.hull(a.number(e), b.number(e)))
  }

  /// An instruction that divides by a number which is continuous between two rates and has opposite
  /// signs at them.
  private func divisorThatTurns(_ l: Certified, _ u: Certified) -> Int? {
    let c = context(bits: 512)
    let whole = loss.program.trace(c.a, at: landing(c, c.a.hull(l.number(c.a), u.number(c.a))))
    func values(_ s: Certified) -> [Enclosure] {
      loss.program.trace(c.a, at: landing(c, s.number(c.a)))
    }
    let (below, above) = (values(l), values(u))
    return loss.program.instructions.indices.first { k in
      let i = loss.program.instructions[k]
      guard let operand = i.divisor ?? (i.elementary?.special == .tan ? i.a : nil) else {
        return false
      }
      // A jump may leap over 0.
      guard whole[Int(operand)].isContinuous, let before = divisor(k, below, c.a).sign,
        let after = divisor(k, above, c.a).sign
      else { return false }
      return before * after < 0
    }
  }

  /// What the instruction divides by at a rate; of the tangent the cosine.
  private func divisor(_ k: Int, _ s: Certified) -> Enclosure {
    let c = context(bits: 512)
    return divisor(k, loss.program.trace(c.a, at: landing(c, s.number(c.a))), c.a)
  }

  /// The same where the values of all instructions are known.
  private func divisor(_ k: Int, _ all: [Enclosure], _ a: EnclosureArithmetic) -> Enclosure {
    let i = loss.program.instructions[k]
    if let d = i.divisor { return all[Int(d)] }
    let operand = all[Int(i.a)]
    return a.lift(.row(named: "cos"), operand, operand)
  }

  private func isExactlyUndefined(_ s: Certified) -> Bool {
    guard let s = s.rational else { return false }
    let a = CertifiedArithmetic(bits: 512)
    return loss.program.run(a, at: landing(a, s))[0].isCertainlyUndefined
  }

  private func reason(at s: Certified) -> Edge.Reason {
    let a = CertifiedArithmetic(bits: 512)
    let c = context(bits: 512)
    let there =
      s.rational.map { landing(a, $0) } ?? landing(c, s.number(c.a)).map(Certified.enclosed)
    return Undefinedness.first(in: loss.program, at: there).map { .operation($0) } ?? .overflow
  }

  /// The sign of the right-hand derivative of φ(s) − share·φ′(0)·s at 0.
  func signAtStart(_ share: Rational) -> Int? {
    let a = CertifiedArithmetic(bits: 512)
    let (x, d, start) = line(a)
    let moving = zip(x, d).map { Dual(value: $0, tangent: $1) }
    let leaving = loss.program.run(OneSidedArithmetic(a), at: moving)[0]
    // A choice that turns at the start may jump there.
    guard !mayJump || a.subtract(leaving.value, start.value).sign == 0 else { return nil }
    let line = a.multiply(.exact(share), slope(a, start.slopes, d))
    return a.subtract(leaving.tangent, line).sign
  }
}
