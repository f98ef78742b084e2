// Runs on invariant lines, searched in the variables that move (`Symmetry`).
import Calculus

extension RegimeSearch {
  /// The regime of a run that keeps to a line or plane; nil where it does not, or that is not known.
  func invariantLine() throws(Lack) -> Regime {
    let start = try plan.start.rationals.or(.need(.exactStart))
    let held = loss.pinned(at: start)
    let free = plan.start.indices.filter { !held.contains($0) }
    if free.isEmpty { throw .startsAtRest }
    let part = loss.restricted(to: free, held: start, tied: false)
    let tied =
      free.count > 1 && free.allSatisfy { start[$0] == start[free[0]] }
      && part.isSymmetric
    guard tied || !held.isEmpty else { throw .keepsToNoLine }
    var own = try plan.with(
      tied ? loss.restricted(to: free, held: start, tied: true) : part,
      start: tied ? [plan.start[free[0]]] : free.map { plan.start[$0] }
    ).or(.keepsToNoLine)
    if tied {
      // f(u, u, …)′ is the sum of k equal slopes.
      var b = ProgramBuilder(plan.eta)
      let rate = b.divide(plan.eta.outputs[0], b.constant(Rational(free.count)))
      own.eta = b.program(outputs: [rate]).folded
    }
    var r = regime(of: own, effort)
    func lifted(_ p: [Certified]) -> [Certified] {
      plan.start.indices.map { k in
        held.contains(k) ? .exact(start[k]) : p[tied ? 0 : free.firstIndex(of: k) ?? 0]
      }
    }
    r.points = r.points.map(lifted)
    r.finding = .onInvariant(
      held: held.sorted().map { loss.variables[$0] }, free: free.map { loss.variables[$0] },
      tied: tied, r.finding)
    if r.limit.isEmpty {
      r.multipliers = []
      if r.outcome == .cycle { r.lyapunov = nil }
      return r
    }
    r.limit = lifted(r.limit)
    completed(&r)
    return r
  }
}

extension Program {
  /// The same program of constants as one constant, where it is an exact number.
  fileprivate var folded: Program {
    guard !instructions.contains(where: { $0.opcode == .variable }),
      let value = run(CertifiedArithmetic(bits: 64), at: variables.map { _ in .exact(.zero) })[0]
        .rational
    else { return self }
    var b = ProgramBuilder(variables: [])
    let constant = b.constant(value)
    return b.program(outputs: [constant])
  }
}
