// Whether the one zero of a slope that was found in a tiny box is the only one there. A search leaves such
// boxes where zeros are multiple or the slope jumps: |x| + |x − 10⁻¹²| rests on all of (0, 10⁻¹²).
import Calculus

extension Loss {
  /// What is shown of a zero in a box that may hold more.
  enum Crowd {
    /// It is the only zero in the box, or all others are closer to it than its digits tell.
    case alone(Certified)
    /// The slope jumps over 0 there and has no zero in the box.
    case jump
    /// Neither is shown.
    case open
  }

  /// Octaves by which pieces of a box come closer to the zero; after the last they are below its digits.
  private static let (stride, strides) = (3, 42)
  /// The highest multiplicity that is looked for.
  private static let highestOrder = 10

  /// Looks at the box around a zero of the slope of one variable.
  ///
  /// - Parameter stretches: where the slope is known to be 0 all along.
  ///
  /// Cost: a hundred runs at 512 bits.
  func crowd(
    about root: Certified, in box: (lower: Rational, upper: Rational),
    beside stretches: [(lower: Rational, upper: Rational)]
  ) -> Crowd {
    let a = EnclosureArithmetic(bits: 512)
    guard let (l, u) = root.number(a).rational else { return .open }
    let corner = corner(between: l, and: u)
    func isFree(from x: Rational, to end: Rational) -> Bool {
      self.isFree(
        from: corner ?? x, to: end,
        mayRest: stretches.contains { $0.lower <= end && end <= $0.upper })
    }
    guard isSimple(l, in: box) || isFree(from: l, to: box.lower) && isFree(from: u, to: box.upper)
    else { return .open }
    guard let corner else { return .alone(root) }
    return rests(at: corner) ? .alone(.exact(corner)) : .jump
  }

  /// The one number between two at which the loss turns; nil where none is shown to be.
  private func corner(between l: Rational, and u: Rational) -> Rational? {
    let a = EnclosureArithmetic(bits: 512)
    guard meetsKink(a, [a.hull(a.constant(l), a.constant(u))]),
      let short = Rational.shortest(between: l, and: u),
      turnsOnly(at: short, between: l, and: u)
    else { return nil }
    return short
  }

  /// Whether at a zero of multiplicity k of the slope the next derivative has no zero in the box: then
  /// by Rolle's theorem there are no more than these k.
  private func isSimple(_ x: Rational, in box: (lower: Rational, upper: Rational)) -> Bool {
    let e = EnclosureArithmetic(bits: 256)
    let whole = e.hull(e.constant(box.lower), e.constant(box.upper))
    guard !meetsKink(e, [whole]) else { return false }
    let exact = JetArithmetic(CertifiedArithmetic(bits: 256), order: Loss.highestOrder)
    let here = program.run(exact, at: [exact.variable(.exact(x), slope: .exact(.one))])[0]
    guard let k = here.indices.dropFirst().first(where: { !here[$0].isExactZero }), k > 1 else {
      return false
    }
    let jets = JetArithmetic(e, order: k)
    let all = program.run(jets, at: [jets.variable(whole, slope: e.constant(.one))])[0]
    return all[k].sign.map { $0 != 0 } ?? false
  }

  /// Whether between a number and the end of a box the slope has no zero but, where it `mayRest`, those
  /// of whole pieces: by pieces that come closer, each eight times as close as the last.
  private func isFree(from x: Rational, to end: Rational, mayRest: Bool) -> Bool {
    let a = EnclosureArithmetic(bits: 512)
    var outer = end
    for k in 1...Loss.strides {
      guard let share = Rational(2).power(-Loss.stride * k) else { return false }
      let inner = x + (end - x) * share
      let value = gradient.evaluate(a, at: [a.hull(a.constant(inner), a.constant(outer))])
        .slope(0)
      let holdsNone = value.decoration == .ill || value.boundSign.map { $0 != 0 } == true
      guard holdsNone || mayRest && value.sign == 0 else { return false }
      outer = inner
    }
    return true
  }
}
