// What the rate does from one point: φ(η) = C(x − ηg) − C(x) along the step's direction, its roots
// and minimisers, found with certainty by `RootSearch`.
import Calculus

/// φ and its derivatives at a point, as functions of η.
package struct AlongStep {
  /// Outputs C(x − ηg), its first and second derivative by η; variables: η, x…, g….
  private let program: Program
  private let mayJump: Bool
  let loss: Loss
  let point: [Rational]
  /// The end of the range of η that is searched.
  package let searched: Rational
  let cancelled: () -> Bool
  /// Where the line first leaves the domain of the loss, if within the range.
  package private(set) var edge: Edge?
  /// Up to where φ is looked at: the edge, else the end of the range.
  var reach: Rational { edge?.lower ?? searched }

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
    mayJump = loss.program.instructions.contains {
      $0.opcode == .compare
        || $0.opcode == .apply && ElementaryFunction.table[Int($0.function)].jumps
    }
    edge = firstEdge()
  }

  /// φ(η) + cη, and its derivative, over an enclosure of η.
  struct Sample {
    var phi: Enclosure
    var slope: Enclosure
    var bend: Enclosure
  }

  struct Context {
    let a: EnclosureArithmetic
    let inputs: [Enclosure]
    let base: Enclosure
    let squared: Enclosure
  }

  func context(bits: Int) -> Context {
    let a = EnclosureArithmetic(bits: bits)
    let x = point.map(a.constant)
    let all = loss.gradient.run(a, at: x)
    let g = Array(all.dropFirst())
    return Context(a: a, inputs: x + g, base: all[0], squared: squaredNorm(a, g))
  }

  /// Whether some condition, or a function that jumps, is undecided over an enclosure of η.
  private func straddlesJump(_ c: Context, _ eta: Enclosure) -> Bool {
    let n = point.count
    let line = (0..<n).map {
      c.a.subtract(c.inputs[$0], c.a.multiply(eta, c.inputs[n + $0]))
    }
    let all = loss.program.trace(c.a, at: line)
    return loss.program.instructions.enumerated().contains { k, i in
      switch i.opcode {
      case .compare: (c.a.subtract(all[Int(i.a)], all[Int(i.b)]).sign ?? 0) == 0
      case .apply where ElementaryFunction.table[Int(i.function)].jumps:
        all[k].rational.map { $0.0 != $0.1 } ?? true
      default: false
      }
    }
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

  func sample(_ c: Context, _ eta: Enclosure) -> Sample {
    let r = program.run(c.a, at: [eta] + c.inputs)
    if mayJump, straddlesJump(c, eta) {
      // Across a jump derivatives say nothing of the change.
      let unknown = c.a.divide(c.a.constant(.zero), c.a.constant(.zero))
      return Sample(phi: c.a.subtract(r[0], c.base), slope: unknown, bend: unknown)
    }
    return Sample(phi: c.a.subtract(r[0], c.base), slope: r[1], bend: r[2])
  }

  /// Sign changes of φ(η) + share·η‖g‖² on (0, reach], in order; 0 itself is the first where the
  /// sign is not `before` from the start.
  ///
  /// - Parameter before: the sign that a short step has where the loss is smooth.
  package func roots(share: Rational = .zero, before: Int = -1) -> Roots {
    var search = RootSearch(lower: .zero, upper: reach)
    search.cancelled = cancelled
    search.startsAtZero = true
    let sign = signAtStart(share)
    search.leavesZero = sign.map { $0 != 0 } ?? false
    let contexts = Contexts(self)
    var found = search.roots { a, eta in
      let c = contexts[a.bits]
      let s = self.sample(c, eta)
      let line = c.a.multiply(c.a.constant(share), c.squared)
      return (c.a.add(s.phi, c.a.multiply(line, eta)), c.a.add(s.slope, line))
    }
    if found.startsFlat && share.isZero || sign == -before {
      found.roots.insert(.exact(.zero), at: 0)
    }
    return found
  }

  /// Zeros of φ′ on (0, reach] where φ″ > 0: local minimisers of φ.
  package func minimisers() -> Roots {
    var search = RootSearch(lower: .zero, upper: reach)
    search.cancelled = cancelled
    search.jumps = loss.hasKink
    search.leavesZero = signAtStart(.zero).map { $0 != 0 } ?? false
    let contexts = Contexts(self)
    var found = search.roots { a, eta in
      let s = self.sample(contexts[a.bits], eta)
      return (s.slope, s.bend)
    }
    found.roots.removeAll { $0.sign == 0 }
    // A jump upwards ends a fall without a zero of φ′.
    if mayJump { found.undecided = true }
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
  /// Branch and bound: pieces whose enclosure of φ″ reaches beyond what its middles attain are
  /// halved until the excess is below half a percent, or the budget of 4000 pieces is used.
  /// nil where the loss has a kink or a choice, or φ″ is not bounded there.
  package func bound(at eta: Rational) -> (lower: Certified, upper: Certified)? {
    if loss.hasKink || eta.isZero { return nil }
    let c = context(bits: 128)
    struct Piece {
      var from: Rational
      var to: Rational
      var bend: (low: Rational, high: Rational)
      /// Of φ″ at the middle.
      var middle: (low: Rational, high: Rational)
    }
    func bend(_ box: Enclosure) -> (low: Rational, high: Rational)? {
      sample(c, box).bend.rational.map { (low: $0.0, high: $0.1) }
    }
    func piece(_ l: Rational, _ u: Rational) -> Piece? {
      guard let all = bend(c.a.hull(c.a.constant(l), c.a.constant(u))),
        let middle = bend(c.a.constant((l + u) * .half))
      else { return nil }
      return Piece(from: l, to: u, bend: all, middle: middle)
    }
    let parts = 32
    let width = eta / Rational(parts)
    var pieces: [Piece] = []
    for k in 0..<parts {
      guard let p = piece(width * Rational(k), width * Rational(k + 1)) else { return nil }
      pieces.append(p)
    }
    var least = pieces.reduce(pieces[0].middle.high) { min($0, $1.middle.high) }
    var most = pieces.reduce(pieces[0].middle.low) { max($0, $1.middle.low) }
    var done: [Piece] = []
    var budget = 4000
    while let p = pieces.popLast() {
      if cancelled() { return nil }
      least = min(least, p.middle.high)
      most = max(most, p.middle.low)
      let slack = max(least.magnitude, most.magnitude) / Rational(200)
      let reaches = p.bend.low < least - slack || p.bend.high > most + slack
      guard reaches, budget > 0 else {
        done.append(p)
        continue
      }
      budget -= 2
      let middle = (p.from + p.to) * .half
      guard let l = piece(p.from, middle), let u = piece(middle, p.to) else { return nil }
      pieces += [u, l]
    }
    let half = eta * eta * .half
    let low = done.reduce(done[0].bend.low) { min($0, $1.bend.low) }
    let high = done.reduce(done[0].bend.high) { max($0, $1.bend.high) }
    return (.exact(low * half), .exact(high * half))
  }

  /// φ at a rate.
  package func change(at eta: Certified) -> Certified {
    let c = context(bits: 512)
    return .enclosed(sample(c, eta.number(c.a)).phi)
  }
}
