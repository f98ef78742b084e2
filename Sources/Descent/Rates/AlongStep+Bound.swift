// Bounds of the error of the prediction from the curvature along the step.
import Calculus

extension AlongStep {
  /// How many pieces may be looked at, an instruction of φ counting as one of so many.
  private static let boundEffort = 150_000

  /// Bounds of the error of the prediction at a length s: ½s²·[min, max of φ″ on (0, s)], rigorous.
  ///
  /// Branch and bound: pieces whose enclosure of φ″ reaches beyond what its middles attain are
  /// halved until the excess is below half a percent, or the budget is used.
  /// nil where the loss has a kink or a choice, or φ″ is not bounded there.
  package func bound(at length: TypedNumber) -> (lower: Certified, upper: Certified)? {
    let c = context(bits: 128)
    let s = length.value(CertifiedArithmetic(bits: 128)).number(c.a)
    if loss.hasKink || s.sign == 0 { return nil }
    struct Piece {
      var from: Rational
      var to: Rational
      var curvature: Enclosure
      /// Of φ″ at the middle.
      var middle: Enclosure
    }
    /// φ″ between two shares of s.
    func curvature(_ l: Rational, _ u: Rational) -> Enclosure? {
      let box = c.a.multiply(s, c.a.hull(c.a.constant(l), c.a.constant(u)))
      let all = sample(c, box)
      return all.phi.isDefined && all.curvature.isDefined && all.curvature.isFinite
        ? all.curvature : nil
    }
    func piece(_ l: Rational, _ u: Rational) -> Piece? {
      let m = (l + u) * .half
      guard let all = curvature(l, u), let middle = curvature(m, m) else { return nil }
      return Piece(from: l, to: u, curvature: all, middle: middle)
    }
    let parts = 32
    var pieces: [Piece] = []
    for k in 0..<parts {
      guard let p = piece(Rational(k) / Rational(parts), Rational(k + 1) / Rational(parts)) else {
        return nil
      }
      pieces.append(p)
    }
    // What φ″ attains for certain: [least of the upper bounds, greatest of the lower ones].
    var attained = pieces[0].middle
    for p in pieces { attained = c.a.hull(attained, p.middle) }
    var done: [Enclosure] = []
    let share = c.a.constant(Rational(1) / Rational(200))
    var budget = max(64, AlongStep.boundEffort / max(program.instructions.count, 1))
    while let p = pieces.popLast() {
      if cancelled() { return nil }
      attained = c.a.hull(attained, p.middle)
      let slack = c.a.ball(attained, c.a.multiply(c.a.upper(c.a.magnitude(attained)), share))
      guard !p.curvature.isInside(slack), budget > 0 else {
        done.append(p.curvature)
        continue
      }
      budget -= 2
      let middle = (p.from + p.to) * .half
      guard let l = piece(p.from, middle), let u = piece(middle, p.to) else { return nil }
      pieces += [u, l]
    }
    let all = done.dropFirst().reduce(done[0]) { c.a.hull($0, $1) }
    let half = c.a.multiply(c.a.power(s, 2), c.a.constant(.half))
    let error = c.a.multiply(half, all)
    return (.enclosed(c.a.lower(error)), .enclosed(c.a.upper(error)))
  }
}
