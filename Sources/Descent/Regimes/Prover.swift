// The table of what may decide where a run ends. Its order is the search: a row is asked where its needs
// are met, and what it then lacked is kept, so that `regime explain=on` can say why a verdict is open. To
// add one: a function that finds or throws what it lacked, and a row.
import Calculus

/// A way to find the regime of a run.
package struct Prover: Sendable {
  /// The function of a row, by name.
  package enum Name: String, Sendable, CaseIterable {
    case exactRows, quadratic, quadraticState, invariantLine, parts, schedule, recurrence
    case attractingCycle, creep, restingSet, shrinkingSteps, wholePeriods
    case coasting, stateRest, stateCycle, escapeSet
    case domainEdge, provedFlight, steadyGrowth
    case neutralPoint, fallAhead, slowApproach, drift, statistics
  }

  /// When a row is asked.
  enum Stage: Sendable {
    /// Before the orbit is followed.
    case start
    /// At the orbit in doubles, after 16, 64, 256 … steps.
    case look
    /// Where the orbit has grown far, or has no next step.
    case left
    /// Where the orbit has come to nothing.
    case end
  }

  /// What a row takes.
  package enum Need: Sendable {
    /// Gradient descent, and any other method.
    case gradientDescent, state
    /// A rule that is momentum's or Nesterov's; one of these or gradient descent, whose resting points are
    /// those of the loss.
    case memory, knownRule
    case constantRate, changingRate, positiveRate
    case quadratic, noKink, oneVariable, severalVariables, exactStart
  }

  /// On what an answer rests, and so what it costs: the fractions and enclosures of a few steps; the orbit
  /// in doubles; an enclosed orbit within the effort.
  package enum Cost: String, Sendable { case exact, doubles, enclosures }

  package let name: Name
  let stage: Stage
  let needs: [Need]
  package let cost: Cost
  let attempt: @Sendable (RegimeSearch) -> () throws(Lack) -> Regime

  private init(
    _ name: Name, _ stage: Stage, _ needs: [Need], _ cost: Cost,
    _ attempt: @escaping @Sendable (RegimeSearch) -> () throws(Lack) -> Regime
  ) {
    (self.name, self.stage, self.needs, self.cost) = (name, stage, needs, cost)
    self.attempt = attempt
  }

  /// Every prover, in the order of the search.
  package static let table: [Prover] = [
    Prover(.exactRows, .start, [], .exact, S.exactRows),
    Prover(.quadratic, .start, [.gradientDescent, .constantRate, .quadratic], .exact, S.quadratic),
    Prover(
      .quadraticState, .start, [.state, .constantRate, .quadratic], .exact, S.quadraticState),
    Prover(
      .invariantLine, .start, [.knownRule, .severalVariables, .exactStart], .exact,
      S.invariantLine),
    Prover(.parts, .start, [.knownRule, .severalVariables], .exact, S.parts),
    Prover(.schedule, .start, [.changingRate], .enclosures, S.schedule),
    Prover(.recurrence, .start, [.constantRate, .exactStart], .exact, S.recurrence),

    Prover(.attractingCycle, .look, [.gradientDescent], .enclosures, S.attractingCycle),
    Prover(
      .creep, .look, [.gradientDescent, .oneVariable, .positiveRate, .noKink], .enclosures,
      S.creep),
    Prover(.restingSet, .look, [.gradientDescent, .severalVariables], .enclosures, S.restingSet),
    Prover(
      .shrinkingSteps, .look, [.gradientDescent, .severalVariables], .doubles, S.shrinkingSteps),
    Prover(.wholePeriods, .look, [.gradientDescent, .oneVariable], .enclosures, S.wholePeriods),
    Prover(.coasting, .look, [.memory], .enclosures, S.coasting),
    Prover(.stateRest, .look, [.memory], .enclosures, S.stateRest),
    Prover(.stateCycle, .look, [.state], .enclosures, S.stateCycle),
    Prover(.escapeSet, .look, [.knownRule, .oneVariable], .enclosures, S.escapeSet),

    Prover(.domainEdge, .left, [], .enclosures, S.domainEdge),
    Prover(.provedFlight, .left, [.knownRule], .enclosures, S.provedFlight),
    Prover(.steadyGrowth, .left, [], .doubles, S.steadyGrowth),

    Prover(.neutralPoint, .end, [.gradientDescent, .oneVariable], .doubles, S.neutralPoint),
    Prover(.fallAhead, .end, [.gradientDescent, .positiveRate], .doubles, S.fallAhead),
    Prover(.slowApproach, .end, [.gradientDescent], .doubles, S.slowApproach),
    Prover(.drift, .end, [.gradientDescent], .doubles, S.drift),
    Prover(.statistics, .end, [], .doubles, S.statistics),
  ]
  private typealias S = RegimeSearch
}

/// What a prover lacked to decide.
package enum Lack: Error, Sendable {
  /// A need that the run does not meet.
  case need(Prover.Need)

  // Before the orbit is followed.

  case rowsShowNoEnd
  case rateIsZero
  case curvaturesNotEnclosed
  case startsAtRest
  /// The multipliers are not known to be inside or outside, or a part on the edge is left.
  case multipliersLeaveOpen
  case keepsToNoLine
  case isOnePart
  case partsLeaveOpen
  /// No step of so many is exactly where an earlier one was.
  case noReturn(steps: Int)
  case fractionsTooLong(steps: Int)
  /// The step after so many leads to numbers that are no fractions.
  case noFractions(after: Int)

  // What the orbit comes to.

  case tooFewSteps
  case noCycleNear
  case cycleRepels(period: Int)
  case cycleIsNeutral(period: Int)
  case outsideBasin(period: Int)
  /// Steps one way that become smaller slowly.
  case doesNotCreep
  case noRestAhead
  case slopeTurnsAhead
  case roundingDecides
  case noSetOfRest
  case notDrawnToSet
  case stepsDoNotShrink
  case slopeDoesNotRepeat
  case paceIsNoPeriod
  /// The run beside the periods does not settle.
  case remainderDoesNotSettle
  case wayIsNotFlat
  case noRestNear
  case multiplierNotInside
  case meetsKink
  /// Of a rule that is not known: the end is next to a kink of it, or not told from 0.
  case endIsNotClear

  // Where it leaves.

  case noEscapeSet
  case notInEscapeSet
  /// The enclosed orbit loses its digits or costs too much before it is there.
  case notFollowed
  case isInDomain
  case noSteadyGrowth

  // Where it comes to nothing.

  case noNeutralPoint
  case doesNotComeCloser
  case doesNotGoOneWay
  case doesNotGoOutward
  case domainEndsAhead
  case fallsUnlikeEither
  case stepsAreNoPower
}

/// What became of a row of the table.
package struct Attempt: Sendable {
  package let prover: Prover.Name
  package let cost: Prover.Cost
  /// What it lacked the last time it was asked; nil where it decided.
  package let lack: Lack?
}

extension Optional {
  /// The value, or what is lacking.
  func or(_ lack: Lack) throws(Lack) -> Wrapped {
    guard let self else { throw lack }
    return self
  }
}
