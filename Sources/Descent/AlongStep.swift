// What the rate does from one point: φ(η) = C(x − ηg) − C(x) along the step's direction, its roots
// and minimisers, found with certainty by `RootSearch` (trust.md, Definitions).
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

  package typealias Roots = RootSearch.Roots

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

  /// The quantities at η = 0, once per precision.
  private final class Contexts {
    private let along: AlongStep
    private var made: [Int: Context] = [:]
    init(_ along: AlongStep) { self.along = along }
    subscript(bits: Int) -> Context {
      if let c = made[bits] { return c }
      let c = along.context(bits: bits)
      made[bits] = c
      return c
    }
  }

  private func sample(_ c: Context, _ eta: Enclosure) -> Sample {
    let r = program.run(c.a, at: [eta] + c.inputs)
    return Sample(phi: c.a.subtract(r[0], c.base), slope: r[1], bend: r[2])
  }

  /// Sign changes of φ(η) + share·η‖g‖² on (0, searched], in order.
  package func roots(share: Rational = .zero) -> Roots {
    var search = RootSearch(lower: .zero, upper: searched)
    search.cancelled = cancelled
    search.startsAtZero = true
    let contexts = Contexts(self)
    return search.roots { a, eta in
      let c = contexts[a.bits]
      let s = self.sample(c, eta)
      let line = c.a.multiply(c.a.constant(share), c.squared)
      return (c.a.add(s.phi, c.a.multiply(line, eta)), c.a.add(s.slope, line))
    }
  }

  /// Zeros of φ′ on (0, searched] where φ″ > 0: local minimisers of φ.
  package func minimisers() -> Roots {
    var search = RootSearch(lower: .zero, upper: searched)
    search.cancelled = cancelled
    search.jumps = loss.hasKink
    let contexts = Contexts(self)
    var found = search.roots { a, eta in
      let s = self.sample(contexts[a.bits], eta)
      return (s.slope, s.bend)
    }
    found.roots.removeAll { $0.sign == 0 }
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
}
