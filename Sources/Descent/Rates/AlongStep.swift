// What the length of a step decides: φ(s) = C(x + s·d) − C(x). Of gradient descent d is −∇C and s the
// rate η; of a method with a memory d is the step that it made and s the share of it. φ is known by
// enclosures at any precision; its roots and minimisers are found by `RateSearch`.
import Calculus

/// φ and its derivatives along the line of one step.
package final class AlongStep {
  /// What s counts.
  package enum Unit: Sendable { case rate, share }

  /// Outputs C(x + s·d) and its first and second derivative by s; variables: s, x…, d….
  let program: Program
  private let step: StepProgram
  var loss: Loss { step.loss }
  private let start: StepStart
  private let eta: TypedNumber
  package let unit: Unit
  /// Where the search ends unless it is asked for more: s is in (0, searched].
  let wanted: Rational?
  let cancelled: () -> Bool
  /// Whether the loss has a condition or a function that jumps.
  let mayJump: Bool
  private var contexts: [Int: Context] = [:]

  /// - Parameters:
  ///   - step: with `eta` decides the direction where that is not the gradient's.
  ///   - searched: how far s is searched; nil for a range that suits the step.
  ///   - cancelled: polled at each box; what it ends is undecided.
  package init(
    _ step: StepProgram, from start: StepStart, eta: TypedNumber = TypedNumber(.one),
    searched: Rational? = nil,
    cancelled: @escaping () -> Bool = { false }
  ) {
    self.step = step
    self.start = start
    let loss = step.loss
    self.eta = eta
    self.cancelled = cancelled
    wanted = searched
    let moves = loss.variables.count
    unit = step.isAlongGradient(start.state(of: step, bits: 64)) ? .rate : .share
    var b = ProgramBuilder(
      variables: ["s"] + (0..<moves).map { "x\($0)" } + (0..<moves).map { "d\($0)" })
    let s = b.variable("s")
    let inputs = (0..<moves).map { k in
      b.add(b.variable("x\(k)"), b.multiply(s, b.variable("d\(k)")))
    }
    let value = b.inline(loss.program, inputs)[0]
    let first = b.tangents(of: [value], by: "s")[0]
    let second = b.tangents(of: [first], by: "s")[0]
    program = b.program(outputs: [value, first, second])
    mayJump = loss.program.instructions.contains { i in
      guard let f = i.elementary else { return i.opcode == .compare }
      return f.jumps || f.kink == .cut
    }
  }

  /// The line at one precision.
  struct Context {
    let a: EnclosureArithmetic
    /// x…, d….
    let inputs: [Enclosure]
    let base: Enclosure
    /// ∇C·d, of gradient descent −‖∇C‖².
    let slope: Enclosure
    /// The same, exact where it can be.
    let point: [Certified]
    let direction: [Certified]
    /// Any number, or none.
    var unknown: Enclosure {
      a.divide(a.constant(.one), a.hull(a.constant(Rational(-1)), a.constant(.one)))
    }
  }

  /// The point, the direction and the gradient, exact where they can be.
  func line(
    _ a: CertifiedArithmetic
  ) -> (x: [Certified], d: [Certified], here: Evaluation<Certified>) {
    let state = start.state(of: step, bits: a.enclosures.bits)
    let made = step.run(a, from: state, eta: eta.value(a), t: start.t)
    let d = unit == .rate ? made.slope.map(a.negate) : made.displacement
    return (state.x, d, Evaluation([made.value] + made.slope, variables: d.count))
  }

  func context(bits: Int) -> Context {
    if let known = contexts[bits] { return known }
    let exact = CertifiedArithmetic(bits: bits)
    let a = exact.enclosures
    let (x, d, here) = line(exact)
    let g = here.slopes
    let slope =
      unit == .rate ? a.negate(squaredNorm(a, g.map { $0.number(a) })) : dot(exact, g, d).number(a)
    let made = Context(
      a: a, inputs: (x + d).map { $0.number(a) }, base: here.value.number(a), slope: slope,
      point: x,
      direction: d)
    contexts[bits] = made
    return made
  }

  /// φ, φ′ and φ″ over an enclosure of s.
  struct Sample {
    var phi: Enclosure
    var slope: Enclosure
    var curvature: Enclosure
  }

  func sample(_ c: Context, _ s: Enclosure) -> Sample {
    let r = program.run(c.a, at: [s] + c.inputs)
    let phi = c.a.subtract(r[0], c.base)
    // Across a jump derivatives say nothing of the change.
    return r[0].isContinuous
      ? Sample(phi: phi, slope: r[1], curvature: r[2])
      : Sample(phi: phi, slope: c.unknown, curvature: c.unknown)
  }

  /// x + s·d.
  func landing(_ c: Context, _ s: Enclosure) -> [Enclosure] {
    let n = c.inputs.count / 2
    return (0..<n).map { c.a.add(c.inputs[$0], c.a.multiply(s, c.inputs[n + $0])) }
  }

  /// x + s·d, exact where it can be.
  func landing(_ a: CertifiedArithmetic, _ s: Rational) -> [Certified] {
    let (x, d, _) = line(a)
    return zip(x, d).map { a.add($0, a.multiply(.exact(s), $1)) }
  }

  /// φ at a length.
  package func change(at s: Certified) -> Certified {
    let c = context(bits: 512)
    return .enclosed(sample(c, s.number(c.a)).phi)
  }

  /// Whether φ is shown to be a straight line on [0, s].
  package func isStraight(to s: Certified) -> Bool {
    if loss.degree.map({ $0 <= 1 }) ?? false { return true }
    let c = context(bits: 128)
    let box = c.a.hull(c.a.constant(.zero), s.number(c.a))
    if loss.hasKink, loss.meetsKink(c.a, landing(c, box)) { return false }
    return sample(c, box).curvature.sign == 0
  }
}
