// Where a step begins and at which rate it is made, as exactly as they are known: numbers as typed, or
// the state of a run, memory included. Any precision asks anew, so that nothing is rounded and called
// exact.
import Calculus

/// The state that a step begins in.
package struct StepStart: Sendable {
  private enum Source: Sendable {
    case typed([TypedNumber])
    /// A row of a run whose numbers are all that is known of it.
    case row(State<Certified>)
    /// The state of a run at a step, which the same run in more digits makes again.
    case orbit(DescentPlan, Int)
  }
  private let source: Source

  private init(_ source: Source, _ t: Int = 0) {
    self.source = source
    self.t = t
  }

  package init(_ x: [Rational]) { self.init(x.map { TypedNumber($0) }) }

  package init(_ x: [TypedNumber]) { self.init(.typed(x)) }

  /// The start of a run.
  package init(_ plan: DescentPlan) { self.init(.typed(plan.start)) }

  /// The state at a row of a run.
  package init(_ plan: DescentPlan, _ row: Row) {
    if row.t == 0, !plan.doublesOnly {
      self = StepStart(plan)
    } else {
      self = StepStart(
        row.tier == .orbit ? .orbit(plan, row.t) : .row(row.state), row.t)
    }
  }

  /// The point where all its coordinates are known to be rational.
  package var rational: [Rational]? {
    let values =
      switch source {
      case .typed(let x): x.map(\.rational)
      case .row(let state): state.x.map(\.rational)
      case .orbit: [Rational?.none]
      }
    return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }

  /// The number of the step that begins here.
  let t: Int

  /// The point, and what a method keeps beside it, to about half of the bits.
  ///
  /// Cost: for a run with irrational numbers its steps so far.
  package func state(of step: StepProgram, bits: Int) -> State<Certified> {
    switch source {
    case .typed(let x):
      let a = CertifiedArithmetic(bits: bits)
      return step.start(a, at: x.values(a))
    case .row(let state): return state
    case .orbit(let plan, let t):
      // A step of a chaotic run loses digits; what half the precision does not tell, twice may.
      var used = bits
      while true {
        let found = plan.state(at: t, CertifiedArithmetic(bits: used))
        let sharp = found.x.allSatisfy { $0.isNarrow(bits / 2) }
        // What a run affords at a precision is asked for with twice the digits too.
        let isLast = used >= DescentPlan.mostBits || !plan.loss.affords(bits: used, steps: t)
        if sharp || isLast { return found }
        used *= 2
      }
    }
  }

  /// The point to about half of the bits.
  package func point(bits: Int) -> [Certified] {
    switch source {
    case .typed(let x): x.values(CertifiedArithmetic(bits: bits))
    case .row(let state): state.x
    case .orbit(let plan, _): state(of: plan.step, bits: bits).x
    }
  }
}

extension Certified {
  /// Whether the bounds differ by less than 2^−bits of the larger.
  fileprivate func isNarrow(_ bits: Int) -> Bool {
    guard case .enclosed(let e) = self else { return true }
    let a = EnclosureArithmetic(bits: 64)
    let width = a.radius(e, about: a.center(e))
    guard let w = width.exponent, let size = e.exponent else { return true }
    return w < size - bits
  }
}

extension DescentPlan {
  /// The state before the first step.
  func state<A: Arithmetic>(_ a: A) -> State<A.Number> { step.start(a, at: start.values(a)) }

  /// The state before step t, from the start on.
  func state(at t: Int, _ a: CertifiedArithmetic) -> State<Certified> {
    (0..<t).reduce(state(a)) {
      step.run(
        a, from: $0, eta: rate(a, $1), t: $1, noise: sampling?.noise($1).map(a.constant) ?? [],
        picks: sampling?.picks($1)
      ).next
    }
  }
}
