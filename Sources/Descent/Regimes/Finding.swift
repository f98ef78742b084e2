// What a search for the end of a run has found, as facts with their numbers: of a verdict its reason, of
// none what keeps it open. `Shell` words them (`FindingWords`); nothing reads those words.
import Calculus

/// The reason of a regime.
///
/// Variables are named as they were typed. Steps are counted from the start of the run that was
/// searched, which is a part of the run where the finding is inside another.
package indirect enum Finding: Sendable {
  // What the rows show exactly.

  /// The gradient is exactly 0 from a step on.
  case gradientVanishes(after: Int)
  /// The rule makes no step any more.
  case rests(after: Int)
  /// From a step on the slope is 0 all along the way that momentum still makes.
  case coasts(from: Int)
  /// A step is exactly where an earlier one was.
  case returns(step: Int, to: Int)
  /// A step leads out of the domain, for the reason given.
  case leavesDomain(step: Int, reason: MissingValue)

  // Losses of degree 2, where the map is linear.

  /// The slope is the same everywhere and not 0.
  case slopeIsConstant(rises: Bool)
  /// Every step multiplies the distance from the stationary point by a factor.
  case distanceIsMultiplied(by: Certified)
  /// The factor is −1: every step mirrors x about the stationary point.
  case mirrors
  /// Every multiplier is inside the unit circle.
  case multipliersAreInside
  /// A multiplier of which the run has a share is outside the unit circle.
  case multiplierIsOutside
  /// ‖∇C‖ grows in a step, which only a multiplier beyond ±1 can do.
  case gradientGrows(at: Int)
  /// The slope at the start is an eigenvector of the Hessian, so that the run keeps to its line.
  case keepsToEigenvector(factor: Certified)
  /// There is a slope along the direction without curvature; whether the loss falls without limit.
  case slopesAlongFlat(falls: Bool)
  /// A straight line of stationary points, towards which every step multiplies the distance.
  case approachesLine(factor: Certified)
  /// The start has nothing of the direction whose multiplier is −1.
  case missesCritical
  /// Along the direction of this curvature every step mirrors the point; the rest dies out.
  case mirrorsAlong(curvature: Rational)
  /// Both multipliers of the state on the unit circle, at an angle with this cosine: a rational part of a
  /// turn, after which it is back, or none.
  case turns(cosine: Rational, period: Int?)

  // What draws an orbit in or leads it away.

  /// An orbit in the basin of a stationary point or a cycle whose multipliers are inside the unit circle.
  case attracted(Attraction, Sighting)
  /// An orbit close to a point where the curvature jumps.
  case closeToKink(step: Int)
  /// An orbit in a set from which none comes back.
  case escapes(NoReturn, step: Int)
  /// An orbit in the interval about a point of multiplier −1 that two steps draw in.
  case neutralInterval(radius: Rational, step: Int)
  /// One variable: the slope keeps its sign up to the limit, and ηf″ ≤ 1 on the way.
  case creeps(from: Int)
  /// Every slope has the factor h, and |h| shrinks so fast that the way left is finite.
  case equationShrinks(Formula, Sighting)
  /// Rates that tend to 0 with an infinite sum, all below one that draws in a ball the orbit is in.
  case ratesDecay(below: Rational, Sighting)

  // What is seen in doubles.

  /// ‖x‖ passes a size and still grows, each step by about the factor where it is known.
  case grows(size: Double, step: Int, factor: Double?)
  /// A point of multiplier −1 that the cubic term of two steps draws to.
  case neutralPoint
  /// The steps shrink like t^−power.
  case stepsShrinkAsPower(Double)
  /// The steps shrink by a factor to a point with so many flat directions.
  case stepsShrinkByFactor(flat: Int)
  /// ‖x‖ grows and ahead the loss keeps falling towards a value.
  case keepsFalling(steps: Int, value: Double, towards: Double)
  /// ‖x‖ grows and ahead the loss falls without limit.
  case fallsWithoutLimit
  /// Not settled, but one way.
  case drifts(Drift)
  /// Neighbours part in a bounded range, and no attracting cycle is in reach.
  case chaos(OrbitStatistics, in: ObservedRange)
  /// The same where the loss repeats, so that x counts mod its period.
  case chaosOnCircle(OrbitStatistics, variable: String, period: Double)
  /// Bounded, neighbours neither part nor meet.
  case turnsForEver(OrbitStatistics)

  // What is found of another run.

  /// Some variables never move, others stay equal; the run in what is left.
  case onInvariant(held: [String], free: [String], tied: Bool, Finding)
  /// The variables do not meet: the parts, first the one that decides where one alone does.
  case apart([Part], oneDecides: Bool)
  /// x moves by whole periods of the slope at every step; the run beside that.
  case runsByPeriods(Periods, Finding)
  /// The rate is always the same from a step on; the run from there.
  case rateSettles(from: Int, at: Rational, Finding)

  /// Nothing is decided.
  case open(Obstacle)
}

/// Where an orbit was seen to be.
package struct Sighting: Sendable {
  package let step: Int
  /// Whether the enclosed orbit is there, or one in doubles.
  package let isEnclosed: Bool
}

/// What attracts an orbit.
package struct Attraction: Sendable {
  package let isCycle: Bool
  /// How many multipliers it has.
  package let multipliers: Int
  /// The largest of their sizes, where it is worth telling.
  package var largest: Double?
}

/// A slow motion one way.
package struct Drift: Sendable {
  package let steps: Int
  /// The variable that goes farthest, and by how much a step.
  package let variable: String
  package let pace: Double
  /// The loss at an early look and at the last.
  package let before: (step: Int, value: Double)
  package let now: (step: Int, value: Double)
}

/// What a long orbit in doubles was asked.
package struct OrbitStatistics: Sendable {
  package let exponent: LyapunovMean
  package let steps: Int
  /// No cycle of a period up to this one was found.
  package let longestPeriod: Int
}

/// A Lyapunov exponent per step, the mean of batches with its standard error.
package struct LyapunovMean: Sendable {
  package let value: Double
  package let error: Double
}

/// The range of a variable over the last steps of an orbit.
package struct ObservedRange: Sendable {
  package let variable: String
  package let low: Double
  package let high: Double
  package let steps: Int
}

/// One of the parts into which a loss falls.
package struct Part: Sendable {
  package let variables: [String]
  package let outcome: Regime.Outcome
  package let finding: Finding
}

/// A motion by whole periods of the slope.
package struct Periods: Sendable {
  package let variable: String
  package let period: Double
  /// Periods a step, with the sign of the direction.
  package let count: Int
  /// After how many steps x mod the period is the same again.
  package let round: Int
}

/// What keeps a verdict open.
package enum Obstacle: Sendable {
  /// The rule reads the number of the step.
  case readsStep
  case tooManyVariables(most: Int)
  /// Each step draws.
  case drawn
  /// The loss goes through more rows of data than can be written out.
  case tooManyRows
  /// Whether the rate is 0 cannot be told.
  case rateMayVanish
  case firstStepOverflows
  case startBeyondDoubles
  case stopped(after: Int)
  /// A number beyond the doubles, where the way there proves nothing.
  case overflows(step: Int)
  /// A step without a value in doubles.
  case hasNoValue(step: Int)
  /// Outside the domain in doubles; whether rounding has grown to the size of x by then.
  case mayLeaveDomain(step: Int, reason: MissingValue, roundingHasGrown: Bool)
  /// It leaves in doubles, but not every start that differs by rounding does within so many steps.
  case neighboursStay(steps: Int, within: Int)
  /// It leaves in doubles after so many steps that more digits cost too much.
  case tooFarToConfirm(steps: Int)
  /// It leaves in doubles, but with more digits it does not, or elsewhere.
  case staysWithMoreDigits
  /// At rest in doubles after a chaotic way.
  case restsAfterChaos(step: Int)
  /// Next to a repelling point rounding decides which way it leaves.
  case passesRepeller
  /// With more digits the orbit is elsewhere.
  case elsewhereWithMoreDigits(step: Int)
  /// It ends in a cycle of this period after a chaotic way, and its neighbours elsewhere.
  case neighboursEndElsewhere(period: Int)
  /// It comes to a neutral point, and its neighbours elsewhere.
  case boundaryIsNear
  /// Nothing is settled, and no cycle up to a period.
  case notSettled(steps: Int, longestPeriod: Int)
  /// Nothing moves in doubles.
  case stuckInDoubles
  /// A cycle that attracts exists, but the orbit has not come to it.
  case attractorElsewhere(period: Int, steps: Int)
  /// Errors grow, but whether an attracting cycle is in reach was not found out.
  case attractorsNotSearched(OrbitStatistics)
  /// With more digits the orbit keeps to a line that rounding pushes the doubles off.
  case pushedOff
  /// Neighbours part, but a quantity is not seen to stay in a range.
  case unbounded(String, Boundedness.Flaw, OrbitStatistics)
  /// The loss, or the rule, has kinks: a long cycle may hold it.
  case kinksMayHold(OrbitStatistics)
  /// It almost comes back after so many steps; whether neighbours part.
  case almostBack(after: Int, neighboursPart: Bool)
  /// The Lyapunov exponent is not clearly above 0.
  case exponentNotPositive(OrbitStatistics)
  /// A multiplier of the state is −1.
  case multiplierIsMinusOne
  /// From a step on the rate is 0.
  case rateVanishes(from: Int)
  /// The rate changes with the step.
  case rateChanges(Change)

  /// What a changing rate leaves open.
  package enum Change: Sendable {
    /// No multiplier decides.
    case always
    /// Where it no longer changes the state is not known well enough.
    case stateUnknown
    /// All rates together make a finite sum.
    case sumIsFinite
    /// It tends to 0, but no minimum with a basin was seen to catch the orbit.
    case noBasin
  }
}

extension Regime {
  /// What is found where something keeps it open.
  static func undecided(_ obstacle: Obstacle) -> Regime { Regime(.undecided, .open(obstacle)) }
}
