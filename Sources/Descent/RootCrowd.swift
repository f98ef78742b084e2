// Whether the one zero of a slope that was found in a tiny box is the only one there. A search leaves such
// boxes where zeros are multiple or the slope jumps: |x| + |x − 10⁻¹²| rests on all of (0, 10⁻¹²).
import Calculus

extension DescentMap {
  /// What is shown of a zero in a box that may hold more.
  enum Crowd {
    /// It is the only zero in the box, or all others are closer to it than its digits tell.
    case alone(Certified)
    /// The slope jumps over 0 there and has no zero in the box.
    case none
    /// Neither is shown.
    case open
  }

  /// Octaves by which pieces of a box come closer to the zero; after the last they are below its digits.
  private static let (stride, strides) = (3, 42)
  /// The highest multiplicity that is looked for.
  private static let highestOrder = 10

  /// Looks at a box around a zero of the slope of one variable.
  ///
  /// Cost: a hundred runs at 512 bits.
  func crowd(about root: Certified, in box: (lower: Rational, upper: Rational)) -> Crowd {
    let a = EnclosureArithmetic(bits: 512)
    guard let (l, u) = root.number(a).rational else { return .open }
    let short = Rational.shortest(between: l, and: u)
    let turns = loss.meetsKink(a, [a.hull(a.constant(l), a.constant(u))])
    let isShort = turns && (short.map { loss.turnsOnly(at: $0, between: l, and: u) } ?? false)
    let center = isShort ? short ?? l : l
    let isAlone =
      isSimple(center, in: box)
      || isFree(from: isShort ? center : l, to: box.lower)
        && isFree(from: isShort ? center : u, to: box.upper)
    guard isAlone else { return .open }
    guard isShort else { return .alone(root) }
    return rests(at: center) ? .alone(.exact(center)) : .none
  }

  /// Whether at a zero of multiplicity k of the slope the next derivative has no zero in the box: then
  /// by Rolle's theorem there are no more than these k.
  private func isSimple(_ x: Rational, in box: (lower: Rational, upper: Rational)) -> Bool {
    let e = EnclosureArithmetic(bits: 256)
    let whole = e.hull(e.constant(box.lower), e.constant(box.upper))
    guard !loss.meetsKink(e, [whole]) else { return false }
    let exact = JetArithmetic(CertifiedArithmetic(bits: 256), order: DescentMap.highestOrder)
    let here = loss.program.run(exact, at: [exact.variable(.exact(x), slope: .exact(.one))])[0]
    guard let k = here.indices.dropFirst().first(where: { !here[$0].isExactZero }), k > 1 else {
      return false
    }
    let jets = JetArithmetic(e, order: k)
    let all = loss.program.run(jets, at: [jets.variable(whole, slope: e.constant(.one))])[0]
    return all[k].sign.map { $0 != 0 } ?? false
  }

  /// Whether between a number and the end of a box the slope has no zero, or is exactly 0 on whole pieces,
  /// which belong to a stretch: by pieces that come closer, each eight times as close as the last.
  private func isFree(from x: Rational, to end: Rational) -> Bool {
    let a = EnclosureArithmetic(bits: 512)
    var outer = end
    for k in 1...DescentMap.strides {
      guard let share = Rational(2).power(-DescentMap.stride * k) else { return false }
      let inner = x + (end - x) * share
      let value = loss.gradient.run(a, at: [a.hull(a.constant(inner), a.constant(outer))])[1]
      guard value.decoration == .ill || value.boundSign.map({ $0 != 0 || value.isDefined }) == true
      else { return false }
      outer = inner
    }
    return true
  }
}
