// What was tried for a verdict and what each try lacked, in words: `regime explain=on`.
import Calculus
import Descent

extension FindingWords {
  /// What was asked, in the order of the search; then of the run in fewer variables, or from a later step
  /// on, that it led to.
  func blocks(_ attempts: [Attempt], decided: Bool) -> [Answer.Block] {
    searches(attempts).enumerated().flatMap { k, search in
      (k == 0 ? [] : [.line("Of the run that is left:")]) + table(search, decided: decided)
    }
  }

  /// The searches one after another: each begins with the rows.
  private func searches(_ attempts: [Attempt]) -> [[Attempt]] {
    let starts = attempts.indices.filter { attempts[$0].prover == .exactRows } + [attempts.count]
    return zip(starts, starts.dropFirst()).map { Array(attempts[$0..<$1]) }
  }

  /// One search, and last what its run is not.
  private func table(_ attempts: [Attempt], decided: Bool) -> [Answer.Block] {
    var rows: [[String]] = []
    var unfit: [String] = []
    for a in attempts {
      let name = FindingWords.name(a.prover)
      switch a.lack {
      case .need(let need)?: unfit.append("\(name) (\(FindingWords.text(need)))")
      case let lack?: rows.append([name, a.cost.rawValue, text(lack)])
      case nil:
        rows.append([name, a.cost.rawValue, decided ? "decided" : "leaves it open (above)"])
      }
    }
    let table = Table(
      columns: [
        .init(title: "asked in this order", isText: true), .init(title: "by", isText: true),
        .init(title: "what it lacked", isText: true),
      ], rows: rows)
    return [.table(table)]
      + (unfit.isEmpty ? [] : [.line("Not for this run: \(unfit.joined(separator: ", ")).")])
  }

  /// The same as members of JSON.
  func json(_ attempts: [Attempt]) -> JSON {
    .array(
      searches(attempts).enumerated().flatMap { k, search in
        search.map { a in
          var applies = true
          if case .need? = a.lack { applies = false }
          return .object([
            ("search", .number(Double(k))), ("name", .string(FindingWords.name(a.prover))),
            ("prover", .string(a.prover.rawValue)),
            ("by", .string(a.cost.rawValue)), ("applies", .bool(applies)),
            ("lacked", a.lack.map { .string(text($0)) } ?? .null),
          ])
        }
      })
  }

  /// What a prover is called.
  static func name(_ prover: Prover.Name) -> String {
    switch prover {
    case .exactRows: "the rows"
    case .quadratic: "degree 2"
    case .quadraticState: "degree 2 with a state"
    case .invariantLine: "invariant line"
    case .parts: "parts"
    case .schedule: "schedule"
    case .recurrence: "exact return"
    case .attractingCycle: "attracting cycle"
    case .creep: "creep to a limit"
    case .restingSet: "curve of rest"
    case .shrinkingSteps: "shrinking steps"
    case .wholePeriods: "whole periods"
    case .coasting: "coasting"
    case .stateRest: "rest of the state"
    case .stateCycle: "cycle of the state"
    case .escapeSet: "escape set"
    case .domainEdge: "the domain's edge"
    case .provedFlight: "proved flight"
    case .steadyGrowth: "steady growth"
    case .neutralPoint: "neutral point"
    case .fallAhead: "fall ahead"
    case .slowApproach: "slow approach"
    case .drift: "drift"
    case .statistics: "long statistics"
    }
  }

  private static func text(_ need: Prover.Need) -> String {
    switch need {
    case .gradientDescent: "wants gradient descent"
    case .state: "wants another method than gradient descent"
    case .memory: "wants momentum's or Nesterov's rule"
    case .knownRule: "wants a rule whose resting points are known"
    case .constantRate: "wants one rate"
    case .changingRate: "wants a rate that changes"
    case .positiveRate: "wants η > 0"
    case .quadratic: "wants a loss of degree 2"
    case .noKink: "wants a loss without kinks"
    case .oneVariable: "wants one variable"
    case .severalVariables: "wants several variables"
    case .exactStart: "wants a start in exact numbers"
    }
  }

  /// What a try lacked.
  private func text(_ lack: Lack) -> String {
    switch lack {
    case .need(let need): FindingWords.text(need)
    case .rowsShowNoEnd: "no row is exactly at rest, back at an earlier one or outside"
    case .rateIsZero: "the rate is 0"
    case .curvaturesNotEnclosed: "no digits of the curvatures"
    case .startsAtRest: "the slope at the start is 0"
    case .multipliersLeaveOpen: "the multipliers alone do not decide"
    case .keepsToNoLine: "every variable moves, and no two alike"
    case .isOnePart: "all variables meet in \(loss)"
    case .partsLeaveOpen: "no part decides alone, and not all come to rest"
    case .noReturn(let k): "no step is exactly where an earlier one was, in \(steps(k))"
    case .noFractions(let k): "after \(steps(k)) x is no exact fraction any more"
    case .fractionsTooLong(let k): "exact fractions grow too long after \(steps(k))"
    case .tooFewSteps: "too few steps"
    case .noCycleNear: "the orbit is not seen to come to a cycle"
    case .cycleRepels(let p): "\(goal(p)) nearby repels"
    case .cycleIsNeutral(let p): "\(goal(p)) nearby has a multiplier of size 1"
    case .outsideBasin(let p): "the orbit is not yet in the ball that \(goal(p)) draws in"
    case .doesNotCreep: "the steps change sides, or shrink fast"
    case .noRestAhead: "no zero of the slope found ahead"
    case .slopeTurnsAhead: "the slope is not known to keep its sign on the way ahead"
    case .roundingDecides: "rounding has grown to 1e-6 of x on the way"
    case .noSetOfRest: "no curve of stationary points passes there"
    case .notDrawnToSet: "steps are not known to come closer to that curve"
    case .stepsDoNotShrink: "the steps do not shrink by a steady factor"
    case .slopeDoesNotRepeat: "the slope does not repeat"
    case .paceIsNoPeriod: "x does not move by whole periods"
    case .remainderDoesNotSettle: "beside its periods x does not settle"
    case .wayIsNotFlat: "the slope is not 0 all along the way that is left"
    case .noRestNear: "the orbit is not seen to come to a stationary point"
    case .multiplierNotInside: "a multiplier there is not inside the unit circle"
    case .meetsKink: "the slope jumps there"
    case .endIsNotClear: "the end is at a kink of the rule, or not told from 0"
    case .noEscapeSet: "no set found from which nothing comes back"
    case .notInEscapeSet: "the orbit is in no set from which nothing comes back"
    case .notFollowed: "the enclosed orbit loses its digits or costs too much on the way"
    case .isInDomain: "the orbit is inside the domain"
    case .noSteadyGrowth: "the orbit does not grow steadily"
    case .noNeutralPoint: "no point of multiplier -1 nearby"
    case .doesNotComeCloser: "the distance does not shrink like 1/√t"
    case .doesNotGoOneWay: "the orbit is not seen to go one way, \(loss) falling"
    case .doesNotGoOutward: "the orbit does not go outward"
    case .domainEndsAhead: "ahead \(loss) or its slope is not known to have a value"
    case .fallsUnlikeEither: "ahead \(loss) falls neither to a value nor without limit"
    case .stepsAreNoPower: "the steps do not shrink like a power of t"
    }
  }

  private func goal(_ period: Int) -> String {
    period == 1 ? "a stationary point" : "a \(period)-cycle"
  }
}
