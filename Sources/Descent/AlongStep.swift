// What the rate does from one point: φ(η) = C(x − ηg) − C(x) along the step's direction, its roots
// and minimisers, found with certainty by subdivision and refined by bisection (trust.md,
// Definitions; Moore, Kearfott & Cloud, Introduction to Interval Analysis, ch. 8).
import Calculus

/// φ and its derivatives at a point, as functions of η.
package struct AlongStep {
  /// Outputs C(x − ηg), its first and second derivative by η; variables: η, x…, g….
  private let program: Program
  private let loss: Loss
  var lossDegree: Int? { loss.degree }
  private let point: [Rational]
  package let searched: Rational
  private let cancelled: () -> Bool

  /// Where a root search ended.
  package struct Roots: Sendable {
    package var roots: [Certified] = []
    /// Boxes that could not be decided.
    package var undecided = false
  }

  /// - Parameter searched: the range of η is (0, searched]; a power of two, so that short decimals
  ///   often fall on the subdivision.
  /// - Parameter cancelled: polled at each box; what it ends is undecided.
  package init(
    _ loss: Loss, at point: [Rational], searched: Rational = Rational(16),
    cancelled: @escaping () -> Bool = { false }
  ) throws(Fault) {
    self.cancelled = cancelled
    self.loss = loss
    self.point = point
    self.searched = searched
    let n = point.count
    var b = ProgramBuilder(variables: ["η"] + (0..<n).map { "x\($0)" } + (0..<n).map { "g\($0)" })
    let eta = b.variable("η")
    let inputs = (0..<n).map { k in
      let move = b.multiply(eta, b.variable("g\(k)"))
      return b.subtract(b.variable("x\(k)"), move)
    }
    let value = b.inline(loss.program, inputs)[0]
    let first = b.tangents(of: [value], by: "η")[0]
    let second = b.tangents(of: [first], by: "η")[0]
    program = b.program(outputs: [value, first, second])
  }

  /// φ(η) + cη, and its derivative, over an enclosure of η.
  private struct Sample {
    var phi: Enclosure
    var slope: Enclosure
    var bend: Enclosure
  }

  private struct Context {
    let a: EnclosureArithmetic
    let inputs: [Enclosure]
    let base: Enclosure
    let squared: Enclosure
  }

  private func context(bits: Int) -> Context {
    let a = EnclosureArithmetic(bits: bits)
    let x = point.map(a.constant)
    let all = loss.gradient.run(a, at: x)
    let g = Array(all.dropFirst())
    return Context(a: a, inputs: x + g, base: all[0], squared: squaredNorm(a, g))
  }

  private func sample(_ c: Context, _ eta: Enclosure) -> Sample {
    let r = program.run(c.a, at: [eta] + c.inputs)
    return Sample(phi: c.a.subtract(r[0], c.base), slope: r[1], bend: r[2])
  }

  /// Sign changes of φ(η) + share·η‖g‖² on (0, searched], in order.
  package func roots(share: Rational = .zero) -> Roots {
    solve { c, eta in
      let s = self.sample(c, eta)
      let line = c.a.multiply(c.a.constant(share), c.squared)
      return (c.a.add(s.phi, c.a.multiply(line, eta)), c.a.add(s.slope, line))
    }
  }

  /// Zeros of φ′ on (0, searched] where φ″ > 0: local minimisers of φ.
  package func minimisers() -> Roots {
    var found = solve(startsAtZero: false, jumps: loss.hasKink) { c, eta in
      let s = self.sample(c, eta)
      return (s.slope, s.bend)
    }
    let c = context(bits: 256)
    let near = Rational(1) / Rational(1 << 30)
    found.roots = found.roots.filter { root in
      guard case let x = root.number(c.a), let (l, u) = x.rational else { return false }
      let before = sample(c, c.a.constant(l * (.one - near))).slope.sign
      let after = sample(c, c.a.constant(u * (.one + near))).slope.sign
      return before == -1 && after == 1
    }
    return found
  }

  /// Bounds of the error of the prediction at a rate: ½η²·[min, max of φ″ on (0, η)], rigorous.
  ///
  /// nil where the loss has a kink or a choice, or φ″ is not bounded there. Cost: 512 samples.
  package func bound(at eta: Rational) -> (lower: Certified, upper: Certified)? {
    if loss.hasKink || eta.isZero { return nil }
    let c = context(bits: 128)
    let parts = 512
    let width = eta / Rational(parts)
    var hull: Enclosure?
    for k in 0..<parts {
      if cancelled() { return nil }
      let lo = c.a.constant(width * Rational(k))
      let hi = c.a.constant(width * Rational(k + 1))
      let bend = sample(c, c.a.hull(lo, hi)).bend
      guard bend.isDefined else { return nil }
      hull = hull.map { c.a.hull($0, bend) } ?? bend
    }
    let half = eta * eta * .half
    guard let hull, let (l, u) = hull.rational else { return nil }
    return (.exact(l * half), .exact(u * half))
  }

  /// φ at a rate.
  package func change(at eta: Certified) -> Certified {
    let c = context(bits: 512)
    return .enclosed(sample(c, eta.number(c.a)).phi)
  }

  private typealias Function = (Context, Enclosure) -> (value: Enclosure, slope: Enclosure)

  /// - Parameter jumps: whether the function is discontinuous somewhere, so that its derivative says
  ///   nothing across a box.
  private func solve(
    startsAtZero: Bool = true, jumps: Bool = false, _ f: @escaping Function
  ) -> Roots {
    let c = context(bits: 96)
    var out = Roots()
    var pending: [(Rational, Rational)] = [(.zero, searched)]
    var budget = 6000
    let tiny = searched * (Rational(2).power(-40) ?? .one)
    while let (lo, hi) = pending.popLast() {
      budget -= 1
      if budget < 0 || cancelled() {
        out.undecided = true
        break
      }
      let box = c.a.hull(c.a.constant(lo), c.a.constant(hi))
      let (value, slope) = f(c, box)
      if value.definedness == .undefined { continue }
      let monotone = !jumps && slope.sign.map { $0 != 0 } ?? false
      if lo.isZero && startsAtZero {
        // f(0) = 0: a slope that keeps its sign from there leaves no other root.
        if monotone { continue }
      } else {
        if let s = value.sign, s != 0 { continue }
        let mid = (lo + hi) * .half
        let m = c.a.constant(mid)
        let form = c.a.add(
          f(c, m).value, c.a.multiply(slope, c.a.subtract(box, m)))
        if !jumps, let s = form.sign, s != 0 { continue }
        if monotone {
          if let root = refine(f, lo, hi), out.roots.last.map({ !same($0, root) }) ?? true {
            out.roots.append(root)
          }
          continue
        }
      }
      if hi - lo < tiny {
        if let root = crossing(f, lo - tiny, hi + tiny) {
          if out.roots.last.map({ !same($0, root, 1e-8) }) ?? true { out.roots.append(root) }
        } else if value.isDefined {
          out.undecided = true
        }
        continue
      }
      let mid = (lo + hi) * .half
      pending.append((mid, hi))
      pending.append((lo, mid))
    }
    return out
  }

  /// A sign change across a box too small to divide: a multiple root, or the jump at a kink.
  private func crossing(_ f: Function, _ lo: Rational, _ hi: Rational) -> Certified? {
    let c = context(bits: 512)
    guard lo.sign > 0, let l = exactSign(f, c, lo), let u = exactSign(f, c, hi), l * u < 0 else {
      return nil
    }
    if let r = Rational.simplest(between: lo, and: hi), r.bits < 24 { return .exact(r) }
    return .enclosed(c.a.hull(c.a.constant(lo), c.a.constant(hi)))
  }

  private func same(_ a: Certified, _ b: Certified, _ tolerance: Double = 1e-14) -> Bool {
    guard let x = a.nearestDouble, let y = b.nearestDouble else { return false }
    return abs(x - y) <= tolerance * abs(x)
  }

  /// The root of a monotone function in [lo, hi], to about 38 digits; nil where its sign is the same
  /// at both ends.
  private func refine(_ f: Function, _ lo: Rational, _ hi: Rational) -> Certified? {
    let c = context(bits: 512)
    func sign(_ x: Rational) -> Int? { exactSign(f, c, x) }
    var l = lo
    var u = hi
    guard let sl = sign(l), let su = sign(u) else { return nil }
    if sl == 0 { return lo.isZero ? nil : .exact(l) }
    if su == 0 { return .exact(u) }
    if sl == su { return nil }
    for _ in 0..<128 {
      let m = (l + u) * .half
      guard let s = sign(m) else { break }
      if s == 0 { return .exact(m) }
      if s == sl { l = m } else { u = m }
    }
    return simplest(f, c, l, u) ?? .enclosed(c.a.hull(c.a.constant(l), c.a.constant(u)))
  }

  /// The sign of f at an exact rate; 0 only where the enclosure is a point.
  private func exactSign(_ f: Function, _ c: Context, _ x: Rational) -> Int? {
    if let s = f(c, c.a.constant(x)).value.sign { return s }
    let wide = context(bits: 4096)
    let v = f(wide, wide.a.constant(x)).value
    // Within 10⁻¹⁰⁰⁰ of zero at an exact rate: taken as a root.
    return v.isDefined ? (v.sign ?? 0) : nil
  }

  /// A fraction with a small denominator inside the bracket that is a root exactly (0.4, 2/3).
  private func simplest(
    _ f: Function, _ c: Context, _ l: Rational, _ u: Rational
  ) -> Certified? {
    guard let r = Rational.simplest(between: l, and: u), r.bits < 96 else { return nil }
    return exactSign(f, c, r) == 0 ? .exact(r) : nil
  }
}
