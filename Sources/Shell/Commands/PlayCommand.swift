// play: the last run animated in place, one picture per step.
import Calculus
import Descent

let playCommand = Command(
  name: "play", summary: "the last run animated in place; Ctrl-C stops", usage: "play [pause=0.4]",
  parameters: [Parameter(name: "pause", summary: "seconds per step", standard: "0.4")],
  examples: ["f = x^2; descend eta=0.9 x0=1 steps=4; play"],
  isSaved: false, isRepeatable: false, picture: "run", bareValues: 0
) { call throws(Fault) in
  let s = call.session
  try call.checkArguments([])
  let run = try s.lastRun()
  let drawn = [DrawnRun(s.thinned(run))]
  let pause = try call.argument("pause").map { a throws(Fault) in
    try s.rational(a.value).nearestDouble
  }
  let seconds = pause ?? 0.4
  guard (0...60).contains(seconds) else { throw Fault("pause= wants seconds from 0 to 60") }
  let before = s.results.runs.row
  defer { s.results.runs.row = before }
  if s.display.animates {
    for row in run.rows where row.change != nil {
      if s.cancelled() { break }
      s.results.runs.row = row.t
      let line = "t = \(row.t): \(s.changeWords(row, run.plan.loss))"
      s.frame(
        Answer("play", [], [.figure(s.picture(of: drawn, until: row.t)), .line(line)]),
        seconds: seconds)
    }
    s.interrupted = s.cancelled()
    return [Answer("play", lines: ["\(run.steps) steps. plot shows them all; step goes on."])]
  }
  return [Answer("play", [], [.figure(s.picture(of: drawn))])]
}

extension Session {
  /// `f changes by -0.4 (predicted -0.5)`.
  fileprivate func changeWords(_ row: Row, _ loss: Loss) -> String {
    let change = row.change?.text(digits: digits, signed: true) ?? "nothing"
    let predicted = row.predicted?.text(digits: digits, signed: true) ?? "nothing"
    return
      "\(row.rose == true ? "▲ " : "")\(loss.name) changes by \(change), predicted \(predicted)"
  }
}
