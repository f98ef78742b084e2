// What keeps a verdict open, in words.
import Calculus
import Descent

extension FindingWords {
  /// The clause of an obstacle, to stand after "Undecided:".
  func text(_ obstacle: Obstacle) -> String {
    switch obstacle {
    case .readsStep: return "the rule reads the number of the step, so no multiplier decides"
    case .drawn: return "each step draws, so that nothing is proved of where it ends"
    case .tooManyRows: return "where a run ends is proved over few rows of data only"
    case .tooManyVariables(let most): return "regimes are found for up to \(most) variables"
    case .rateMayVanish: return "whether the rate is 0 cannot be told from its digits"
    case .firstStepOverflows: return "overflow: a number of the first step is beyond 1.8e308"
    case .startBeyondDoubles: return "the start is beyond the doubles"
    case .stopped(let k): return "stopped after \(k) steps"
    case .overflows(let k):
      return
        "at step \(k) a number overflows the doubles, and the way there is not known to lead to infinity"
    case .hasNoValue(let k): return "step \(k) has no value in doubles"
    case .mayLeaveDomain(let k, let reason, roundingHasGrown: true):
      return
        "in doubles it leaves the domain at step \(k) (\(reason.words)), but rounding has grown to the size of x by then"
    case .mayLeaveDomain(let k, let reason, roundingHasGrown: false):
      return "doubles cannot tell whether it leaves the domain at step \(k) (\(reason.words))"
    case .neighboursStay(let k, let within):
      return
        "this orbit leaves for infinity after \(k) steps in doubles, but not all starts that differ by rounding do within \(within)"
    case .tooFarToConfirm(let k):
      return
        "this orbit leaves for infinity after \(k) steps in doubles, too many to follow it with more digits"
    case .staysWithMoreDigits:
      return "in doubles this orbit leaves, but with more digits it does not, or elsewhere"
    case .restsAfterChaos(let k):
      return
        "in doubles it is at rest at step \(k), but the way there is chaotic, and rounding decides where it ends"
    case .passesRepeller:
      return "it passes so close to a repelling point that rounding decides which way it leaves"
    case .elsewhereWithMoreDigits(let k):
      return
        "rounding decides where it goes: with more digits the orbit is elsewhere at step \(k)"
    case .neighboursEndElsewhere(let period):
      return
        "in doubles it ends in \(period == 1 ? "a stationary point" : "a \(period)-cycle"), but the way there is chaotic, and starts that differ by rounding end elsewhere or later"
    case .boundaryIsNear:
      return
        "in doubles it comes to a stationary point, but starts that differ by rounding end elsewhere"
    case .notSettled(let k, let longest):
      return
        "nothing is settled after \(k) steps, and no cycle of period up to \(longest) was found"
    case .stuckInDoubles:
      return
        "x no longer moves in doubles, or only back and forth, and no multiplier says what it comes to"
    case .attractorElsewhere(let period, let k):
      return
        "an attracting \(period == 1 ? "stationary point" : "cycle of period \(period)") exists, but this orbit has not come to it after \(k) steps"
    case .attractorsNotSearched(let orbit):
      return
        "errors grow (Lyapunov exponent \(FindingWords.value(orbit.exponent))), but whether an attracting cycle is in reach was not found out"
    case .pushedOff:
      return
        "in doubles it moves about, but with more digits the orbit does not: rounding may have pushed it off a line that it keeps to"
    case .unbounded(let quantity, let flaw, let orbit):
      return
        "nearby orbits part (\(exponent(orbit))), but it is not seen to stay in a range: \(why(flaw, FindingWords.shown(quantity)))"
    case .kinksMayHold(let orbit):
      return
        "it stays in its range and nearby orbits neither part nor meet, but there are kinks: a cycle longer than \(orbit.longestPeriod) may hold it, and \(orbit.steps) steps do not tell"
    case .almostBack(let k, neighboursPart: false):
      return
        "x almost comes back after \(k) steps, again and again, but neighbours neither part nor meet: perhaps a cycle beside others"
    case .almostBack(let k, neighboursPart: true):
      return "x comes back after \(k) steps, but neighbours part"
    case .exponentNotPositive(let orbit):
      return
        "no cycle of period up to \(orbit.longestPeriod) found after \(orbit.steps) steps, and the Lyapunov exponent \(FindingWords.value(orbit.exponent)) is not clearly above 0"
    case .multiplierIsMinusOne:
      return "\(loss) is quadratic and a multiplier of the state \(state ?? "x") is -1"
    case .rateVanishes(let k):
      return
        "from step \(k) on the rate is 0: x stays where it is, which need not be a stationary point"
    case .rateChanges(let change): return "the rate changes with the step" + text(change)
    }
  }

  private func text(_ change: Obstacle.Change) -> String {
    switch change {
    case .always: ", so no multiplier decides"
    case .stateUnknown: ", and where it no longer does the state is not known well enough"
    case .sumIsFinite:
      ", and all rates together make a finite sum, so that x may stop short of every stationary point"
    case .noBasin:
      " and tends to 0 with an infinite sum, but no minimum with a basin was seen to catch the orbit"
    }
  }

  private func why(_ flaw: Boundedness.Flaw, _ name: String) -> String {
    switch flaw {
    case .oneWay: "the slope along \(name) keeps one sign, so that \(name) does not come back"
    case .leavesItsBox: "\(name) does not come back to where it was"
    case .widens: "the range of \(name) keeps growing"
    case .spreads: "\(name) wanders ever farther, as by chance"
    case .drifts: "\(name) drifts"
    case .thrown:
      "the slope along \(name) is not bounded where \(name) goes, so that a step may throw it anywhere"
    case .coarse: "doubles are too coarse for the steps of \(name)"
    }
  }
}
