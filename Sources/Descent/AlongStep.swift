// What the rate does from one point: φ(η) = C(x − ηg) − C(x) along the step's direction, its roots
// and minimisers, found with certainty by subdivision and refined by bisection (trust.md,
// Definitions; Moore, Kearfott & Cloud, Introduction to Interval Analysis, ch. 8).
import Calculus

/// φ and its derivatives at a point, as functions of η.
package struct AlongStep: Sendable {
  /// Outputs C(x − ηg), its first and second derivative by η; variables: η, x…, g….
  private let program: Program
  private let loss: Loss
  var lossDegree: Int? { loss.degree }
  private let point: [Rational]
  package let searched: Rational

  /// Where a root search ended.
  package struct Roots: Sendable {
    package var roots: [Certified] = []
    /// Boxes that could not be decided.
    package var undecided = false
  }

  /// - Parameter searched: the range of η is (0, searched]; a power of two, so that short decimals
  ///   often fall on the subdivision.
  package init(_ loss: Loss, at point: [Rational], searched: Rational = Rational(16)) throws(Fault)
  {
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
    var found = solve(startsAtZero: false) { c, eta in
      let s = self.sample(c, eta)
      return (s.slope, s.bend)
    }
    let c = context(bits: 256)
    found.roots = found.roots.filter { sample(c, $0.number(c.a)).bend.sign == 1 }
    return found
  }

  /// φ at a rate.
  package func change(at eta: Certified) -> Certified {
    let c = context(bits: 512)
    return .enclosed(sample(c, eta.number(c.a)).phi)
  }

  private typealias Function = (Context, Enclosure) -> (value: Enclosure, slope: Enclosure)

  private func solve(startsAtZero: Bool = true, _ f: @escaping Function) -> Roots {
    let c = context(bits: 96)
    var out = Roots()
    var pending: [(Rational, Rational)] = [(.zero, searched)]
    var budget = 6000
    let tiny = searched * (Rational(2).power(-40) ?? .one)
    while let (lo, hi) = pending.popLast() {
      budget -= 1
      if budget < 0 {
        out.undecided = true
        break
      }
      let box = c.a.hull(c.a.constant(lo), c.a.constant(hi))
      let (value, slope) = f(c, box)
      if value.definedness == .undefined { continue }
      let monotone = slope.sign.map { $0 != 0 } ?? false
      if lo.isZero && startsAtZero {
        // f(0) = 0: a slope that keeps its sign from there leaves no other root.
        if monotone { continue }
      } else {
        if let s = value.sign, s != 0 { continue }
        let mid = (lo + hi) * .half
        let m = c.a.constant(mid)
        let form = c.a.add(
          f(c, m).value, c.a.multiply(slope, c.a.subtract(box, m)))
        if let s = form.sign, s != 0 { continue }
        if monotone {
          if let root = refine(f, lo, hi), out.roots.last.map({ !same($0, root) }) ?? true {
            out.roots.append(root)
          }
          continue
        }
      }
      if hi - lo < tiny {
        if value.isDefined { out.undecided = true }
        continue
      }
      let mid = (lo + hi) * .half
      pending.append((mid, hi))
      pending.append((lo, mid))
    }
    return out
  }

  private func same(_ a: Certified, _ b: Certified) -> Bool {
    guard let x = a.nearestDouble, let y = b.nearestDouble else { return false }
    return abs(x - y) <= 1e-14 * abs(x)
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
