// What is said of a run that draws: batches, noise, and the floor at which they hold the loss.
import Calculus
import Descent

extension Sampling {
  /// As in `batches of 32 of 1000 rows, seed 1`.
  var words: String {
    switch way {
    case .noise(let d):
      let all = d.allSatisfy { $0 == d.first } ? Array(d.prefix(1)) : d
      let texts = all.map { Certified.exact($0).text(digits: 6) }
      return
        "noise \(texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"), seed \(seed)"
    case .batches(let b):
      let how =
        b.replaces
        ? ", drawn with replacement, seed \(seed)"
        : !b.shuffles ? " in their order" : b.size == b.rows ? "" : ", seed \(seed)"
      return "batches of \(b.size) of \(b.rows) rows\(how)"
    }
  }

  /// What JSON has of it.
  var members: [(String, JSON)] {
    var out: [(String, JSON)] = [("seed", .number(Double(seed)))]
    switch way {
    case .noise(let d): out.append(("noise", .array(d.map { .number($0.nearestDouble) })))
    case .batches(let b): out.append(("batch", .number(Double(b.size))))
    }
    return out
  }
}

/// What is said of a run that draws, where nothing can be proved.
func samplingVerdict(_ run: Trajectory, _ s: Session) -> String {
  let plan = run.plan
  let name = plan.loss.name
  var sentences: [String] = []
  switch run.stop {
  case .stepsUsed, .interrupted, .gradientBelow: break
  default: sentences.append("The rows end at step \(run.steps): \(words(run.stop, run)).")
  }
  if plan.sampling?.batches != nil {
    sentences.append(
      tooFar(run)
        ?? "Each step follows the slope of its own batch only: \(name) over all rows may rise where the batch's falls."
    )
    if let batches = plan.sampling?.batches, plan.fullEvery == nil {
      let shown = batches.stepsOfEpoch > 1 ? "epoch" : "step"
      sentences.append("again full=\(shown) tells \(name) over all rows.")
    }
  } else {
    sentences.append(
      "Each step is told the slope and a random number; the prediction knows the slope only.")
  }
  if let last = run.rows.last?.point.map({ $0.estimate ?? .nan }),
    let floor = NoiseFloor(plan, at: last)
  {
    let isQuadratic = plan.loss.isQuadratic
    let (start, about, which) =
      isQuadratic
      ? ("In the end", "", "its minimum") : ("While it stays near a minimum,", "about ", "it")
    sentences.append(
      floor.excess.isFinite
        ? "\(start) noise holds \(name) at \(about)\(floor.excess.rough(3)) above \(which), on average; at a tenth of the rate at \(about)\(floor.atTenth.rough(3)): turning the rate down lowers the floor, and slows what is still on its way."
        : "This rate is beyond 2/λmax\(isQuadratic ? "" : " at the last step"): there a distance grows from step to step, and noise with it."
    )
  }
  return (sentences + ["Try: plot loss, again seed=\(1 + (plan.sampling?.seed ?? 0))"]).joined(
    separator: " ")
}

/// That a rate is beyond 2/λmax over all rows; nil where it is not, or that is not known.
private func tooFar(_ run: Trajectory) -> String? {
  let plan = run.plan
  guard plan.step.isGradientDescent, !plan.isSchedule, let row = run.rows.first,
    let found = RowThresholds(plan.loss, at: row.point, batch: nil), found.largest.sign == 1
  else { return nil }
  let a = CertifiedArithmetic(bits: 256)
  let times = a.divide(a.multiply(plan.rate(a, 0), found.largest), .exact(Rational(2)))
  guard a.subtract(times, .exact(.one)).sign == 1 else { return nil }
  let critical = a.divide(.exact(Rational(2)), found.largest).text(digits: 6)
  let which = plan.loss.isQuadratic ? "every step" : "a step there"
  return
    "This rate is \(multipleWords(times)) times critical at the start (2/λmax = \(critical) over all rows): along the direction of largest curvature \(which) goes too far, on average over the batches."
}
