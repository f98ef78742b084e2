// Runs that fall apart: a loss that is a sum of parts in different variables is searched part by part,
// and one part decides where the others could not be followed: one that runs to infinity does so
// whatever a chaotic one beside it does.
import Calculus

extension RegimeSearch {
  /// The regime from those of the parts; nil where the loss has no parts or they do not decide.
  func parts() throws(Lack) -> Regime {
    let parts = try (Separation(loss)?.parts).or(.isOnePart)
    // Most of the effort stays for the whole.
    let share = Effort(
      doubles: effort.doubles / (4 * parts.count), enclosures: effort.enclosures / (2 * parts.count)
    )
    var found: [Searched] = []
    for part in parts {
      if cancelled() { throw .partsLeaveOpen }
      let own = try plan.with(part.loss, start: part.variables.map { plan.start[$0] }).or(
        .isOnePart)
      let regime = regime(of: own, share)
      found.append(Searched(variables: part.variables, loss: part.loss, regime: regime))
      // A part that is not known to stay defined leaves nothing to say of the rest.
      if regime.outcome == .leavesDomain { throw .partsLeaveOpen }
    }
    if found.contains(where: \.escapes) { return try escaping(found).or(.partsLeaveOpen) }
    guard found.allSatisfy({ $0.regime.outcome == .stationary }) else { throw .partsLeaveOpen }
    return settledParts(found)
  }

  private struct Searched {
    let variables: [Int]
    let loss: Loss
    let regime: Regime
    var escapes: Bool { regime.outcome == .divergent || regime.outcome == .runsOff }
    /// Whether the orbit of this part is known to have a value at every step.
    var lasts: Bool {
      loss.gradient.isTotal || (regime.proved && regime.outcome != .leavesDomain)
    }
    var part: Part {
      Part(
        variables: loss.variables, outcome: regime.outcome,
        finding: regime.finding)
    }
  }

  /// One part leaves for infinity.
  private func escaping(_ parts: [Searched]) -> Regime? {
    let leaving = parts.filter(\.escapes)
    // What is proved first, and of two the one that grows.
    guard
      let first = leaving.max(by: {
        ($0.regime.proved ? 2 : 0) + ($0.regime.outcome == .divergent ? 1 : 0)
          < ($1.regime.proved ? 2 : 0) + ($1.regime.outcome == .divergent ? 1 : 0)
      })
    else { return nil }
    let others = parts.filter { $0.variables != first.variables }
    let rest = others.filter { !$0.lasts }
    if !rest.isEmpty, !rest.allSatisfy({ $0.regime.outcome != .undecided }) { return nil }
    // C falls to a finite infimum only where it does in every part.
    let falls = parts.allSatisfy {
      $0.regime.outcome == .runsOff || $0.regime.outcome == .stationary
    }
    let proved =
      first.regime.proved && rest.isEmpty
      && (!falls || others.allSatisfy { $0.regime.proved })
    var r = Regime(
      falls ? .runsOff : .divergent, proved: proved,
      .apart(([first] + others).map(\.part), oneDecides: true))
    r.notes = first.regime.notes
    return r
  }

  /// Every part comes to rest.
  private func settledParts(_ parts: [Searched]) -> Regime {
    var r = Regime(
      .stationary, proved: parts.allSatisfy(\.regime.proved),
      .apart(parts.map(\.part), oneDecides: false))
    r.limit = plan.start.indices.map { k in
      for p in parts {
        if let at = p.variables.firstIndex(of: k) { return p.regime.limit[at] }
      }
      return plan.start[k].value(CertifiedArithmetic(bits: 256))
    }
    slowest(parts.map(\.regime), &r)
    completed(&r)
    let states = parts.map(\.regime.multipliers)
    if !plan.step.isGradientDescent, !plan.isSchedule, states.allSatisfy({ !$0.isEmpty }) {
      r.multipliers = states.flatMap(\.self)
      r.lyapunov = exponent(r.multipliers, 1)
    }
    return r
  }

  /// The rate of several parts together: that of the slowest.
  func slowest(_ parts: [Regime], _ r: inout Regime) {
    let order: [Regime.Convergence] = [.finite, .superlinear, .linear, .sublinear]
    let ranks = parts.map { $0.convergence.flatMap(order.firstIndex) }
    guard ranks.allSatisfy({ $0 != nil }), let worst = ranks.compactMap(\.self).max() else {
      return
    }
    r.convergence = order[worst]
    guard order[worst] == .linear else { return }
    let factors = parts.filter { $0.convergence == .linear }.map(\.factor)
    let known = factors.compactMap(\.self)
    guard known.count == factors.count else { return }
    r.factor = known.max { abs($0.estimate ?? 0) < abs($1.estimate ?? 0) }
    r.alternates = r.factor?.sign.map { $0 < 0 }
  }

  /// Kind and multipliers at a limit found in fewer variables, and what a push off them would do.
  func completed(_ r: inout Regime) {
    let (convergence, factor, alternates) = (r.convergence, r.factor, r.alternates)
    // At a tie or a kink the line knows nothing of what is beside it.
    (r.kind, r.multipliers, r.lyapunov) = (nil, [], nil)
    describe(&r)
    (r.convergence, r.factor, r.alternates) = (convergence, factor, alternates)
    let beyond = r.multipliers.contains { $0.imaginary.sign == 0 && $0.modulus > 1 }
    if r.outcome == .stationary, convergence != .finite, beyond { r.notes.append(.pushMovesAway) }
  }
}

extension RegimeSearch {
  /// The regime of another plan, of which no step has been made.
  func regime(of plan: DescentPlan, _ effort: Effort) -> Regime {
    let start = Trajectory(plan: plan, rows: [], stop: .stepsUsed, steps: 0)
    return RegimeSearch(start, effort, cancelled).found()
  }
}
