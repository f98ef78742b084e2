// Where a step begins and at which rate it is made, as exactly as they are known: numbers as typed, or
// the state of a run, memory included. Any precision asks anew, so that nothing is rounded and called
// exact.
import Calculus

/// The state that a step begins in.
package struct StepStart: Sendable {
  private enum Source: Sendable {
    case typed([TypedNumber])
    /// A row of a run whose numbers are all that is known of it.
    case row([Certified], [Certified])
    /// The state of a run at a step, which the same run in more digits makes again.
    case orbit(DescentPlan, Int)
  }
  private let source: Source

  private init(_ source: Source) { self.source = source }

  package init(_ x: [Rational]) { source = .typed(x.map { TypedNumber($0) }) }

  package init(_ x: [TypedNumber]) { source = .typed(x) }

  /// The start of a run.
  package init(_ plan: DescentPlan) { source = .typed(plan.start) }

  /// The state at a row of a run.
  package init(_ plan: DescentPlan, _ row: Row) {
    if row.t == 0, !plan.doublesOnly {
      self = StepStart(plan)
    } else {
      self = StepStart(
        row.tier == .orbit ? .orbit(plan, row.t) : .row(row.point, row.memory))
    }
  }

  /// The point where all its coordinates are known to be rational.
  package var rational: [Rational]? {
    let values =
      switch source {
      case .typed(let x): x.map(\.rational)
      case .row(let x, _): x.map(\.rational)
      case .orbit: [Rational?.none]
      }
    return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }

  /// The point, and the memory of the method (empty where it has none), to about half of the bits.
  ///
  /// Cost: for a run with irrational numbers its steps so far.
  package func state(bits: Int) -> (x: [Certified], memory: [Certified]) {
    switch source {
    case .typed(let x): return (x.values(CertifiedArithmetic(bits: bits)), [])
    case .row(let x, let memory): return (x, memory)
    case .orbit(let plan, let t):
      // A step of a chaotic run loses digits; what half the precision does not tell, twice may.
      var used = bits
      while true {
        let found = plan.state(at: t, CertifiedArithmetic(bits: used))
        let sharp = found.x.allSatisfy { $0.isNarrow(bits / 2) }
        if sharp || used >= DescentPlan.mostBits { return found }
        used *= 2
      }
    }
  }

  /// The point to a precision.
  package func point(bits: Int) -> [Certified] { state(bits: bits).x }
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
  /// The state before step t, from the start on.
  func state(at t: Int, _ a: CertifiedArithmetic) -> (x: [Certified], memory: [Certified]) {
    state(method, at: t, a)
  }

  private func state<M: Method>(
    _ method: M, at t: Int, _ a: CertifiedArithmetic
  ) -> (x: [Certified], memory: [Certified]) {
    var x = start.values(a)
    var memory: [Certified] = []
    func slope(_ x: [Certified]) -> [Certified] { Array(loss.gradient.run(a, at: x).dropFirst()) }
    for step in 0..<t {
      let (d, kept) = method.move(
        a, from: x, slope: slope(x), eta: rate(a, step), memory: memory, gradient: slope)
      x = zip(x, d).map { a.add($0, $1) }
      memory = kept
    }
    return (x, memory)
  }
}
