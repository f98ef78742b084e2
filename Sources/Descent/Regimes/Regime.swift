// Where a run ends and how, with the reason: a value with several axes. How it
// is found is in `RegimeSearch`.
import Calculus

/// Where a run ends and how, with the reason.
package struct Regime: Sendable {
  /// What a run comes to.
  package enum Outcome: String, Sendable {
    case stationary, cycle, quasiperiodic, chaotic, divergent, drifting, undecided
    case runsOff = "runs-off"
    case leavesDomain = "leaves-domain"
  }
  /// What a stationary point is, by the signs of the Hessian's eigenvalues.
  package enum Kind: String, Sendable { case minimum, saddle, maximum, degenerate }
  /// How fast a run comes closer to its end; `finite` where it is there after so many steps.
  package enum Convergence: String, Sendable { case finite, superlinear, linear, sublinear }

  package var outcome: Outcome
  package var limit: [Certified] = []
  package var kind: Kind?
  /// How fast a run that ends comes closer.
  package var convergence: Convergence?
  /// The factor of a linear rate: the multiplier at the limit, with its sign.
  package var factor: Certified?
  package var alternates: Bool?
  package var period: Int?
  package var points: [[Certified]] = []
  /// Whether the run is on the points of its cycle from some step on, not only ever closer to them.
  package var isReached = false
  /// Whether the run comes closer to its cycle by the largest multiplier: not where it has no share of
  /// that direction.
  package var keepsPace = true
  package var multipliers: [Multiplier] = []
  /// The mean of log‖stretch‖ per step; of a cycle log|multiplier|/period; −∞ where superstable.
  package var lyapunov: Double?
  package var standardError: Double?
  /// Steps that a statistical statement rests on.
  package var steps: Int?
  package var proved: Bool
  /// Why.
  package var finding: Finding
  /// What happened on the way that could mislead.
  package var notes: [Note] = []
  /// What was tried for it, in the order of the search; what was tried in fewer variables or from a later
  /// step comes after.
  package var attempts: [Attempt] = []

  package init(_ outcome: Outcome, proved: Bool = false, _ finding: Finding) {
    self.outcome = outcome
    self.proved = proved
    self.finding = finding
  }

  /// What could mislead.
  package enum Note: Sendable {
    /// The loss was small near a stationary point that repels, where its multiplier is beyond ±1.
    case passed(
      loss: String, value: Double, step: Int, at: [Certified], multiplier: Certified?)
    /// The rule rests where the slope is not 0.
    case slopeIsNotZero
    /// A multiplier at the limit is beyond ±1, but the run has no share of its direction.
    case pushMovesAway
  }
}

/// How much work a verdict may cost, counted in operations so that the answer is the same anywhere.
package struct Effort: Sendable {
  /// Operations in doubles (some 2 ns each), and in enclosures (some 0.3 µs each).
  package var doubles: Int
  package var enclosures: Int

  /// After every run: well below 50 ms.
  package static let verdict = Effort(doubles: 4_000_000, enclosures: 30_000)
  /// The command: up to a second.
  package static let full = Effort(doubles: 60_000_000, enclosures: 1_500_000)
}

extension Trajectory {
  /// The run with its regime found, once.
  package func classified(
    _ effort: Effort = .verdict, cancelled: @escaping () -> Bool = { false }
  ) -> Trajectory {
    var out = self
    out.regime = RegimeSearch(self, effort, cancelled).found()
    return out
  }
}

extension Certified {
  /// A number known to an absolute error, so that only its certain digits are printed; the error is
  /// derived where it is called, or the number is evidence and said to be.
  package static func approximate(_ d: Double, within error: Double) -> Certified {
    let a = EnclosureArithmetic(bits: 128)
    return .enclosed(a.ball(a.constant(d), a.constant(error)))
  }

  /// Enclosed within 10⁻³⁰ about 0: perhaps 0, perhaps not.
  package var mayVanish: Bool {
    guard case .enclosed(let e) = self, e.isDefined, e.sign == nil else { return false }
    return max(-e.lowerDouble, e.upperDouble) < 1e-30
  }
}

extension Regime.Kind {
  /// By the signs of eigenvalues, where all are certain.
  package init?(signs: [Int?]) {
    let known = signs.compactMap { $0 }
    guard known.count == signs.count, !known.isEmpty else { return nil }
    if known.contains(0) {
      self = .degenerate
    } else if known.allSatisfy({ $0 > 0 }) {
      self = .minimum
    } else if known.allSatisfy({ $0 < 0 }) {
      self = .maximum
    } else {
      self = .saddle
    }
  }
}
