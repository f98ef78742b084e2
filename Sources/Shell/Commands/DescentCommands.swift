// descend, precise, step, back.
import Calculus
import Descent

let runParameters = [
  Parameter(
    name: "eta", summary: "learning rate η: a number, a list, or a formula in t", standard: "0.1"),
  Parameter(name: "steps", summary: "how many steps", standard: "10"),
  Parameter(
    name: "method",
    summary: Methods.builtIn.map(\.name).joined(separator: ", ") + ", or one that method declares",
    standard: "gd", takesWords: true),
  Parameter(
    name: "seed", summary: "of what is drawn: starts as x0=uniform(-1, 1), batches, noise",
    standard: "1"),
  Parameter(name: "tol", summary: "stop when ‖∇f‖ is below", standard: "0"),
  Parameter(name: "from", summary: "the start values in order, as in from=[-1.2, 1]"),
  Parameter(
    name: "every", summary: "show every so many rows; 1 shows all", standard: "head and tail"),
  Parameter(
    name: "columns", summary: "which columns, as in columns=[t, x, error]", standard: "all",
    takesWords: true),
  Parameter(name: "tier", summary: "double: step in doubles only", standard: "auto"),
]

let descentCommands: [Command] = [
  Command(
    name: "descend", summary: "runs descent and shows every step",
    usage: "descend [f] eta=1.2 x0=-1 [steps=10] [method=gd] [tol=0]",
    parameters: runParameters + samplingParameters,
    examples: ["f = x^2; descend eta=1.2 x0=-1 steps=3"], picture: "run", takesPoint: true,
    goesOverRows: true
  ) { call throws(Fault) in try call.descend(certifiedSteps: 1000) },
  Command(
    name: "precise", summary: "the same with the orbit itself certified for as long as asked",
    usage: "precise [f] eta=2 x0=0.3 steps=1000", parameters: runParameters,
    examples: ["f = x^4/4-x^2/2; precise eta=2 x0=0.3 steps=40"], picture: "run", takesPoint: true,
    followsRun: true
  ) { call throws(Fault) in try call.descend(certifiedSteps: 100_000) },
  Command(
    name: "step", summary: "one more step of the last run; Enter repeats it", usage: "step [2]",
    examples: ["f = x^2; descend eta=0.4 x0=1 steps=1; step"], movesInRun: true, picture: "run"
  ) { call throws(Fault) in [try call.session.move(by: try call.count())] },
  Command(
    name: "back", summary: "one step back in the last run", usage: "back [2]",
    examples: ["f = x^2; descend eta=0.4 x0=1 steps=2; back"], movesInRun: true, picture: "run"
  ) { call throws(Fault) in [try call.session.move(by: -(try call.count()))] },
]

extension Call {
  /// The number behind `step` and `back`; 1 where there is none.
  fileprivate func count() throws(Fault) -> Int {
    try checkArguments([])
    guard let a = positional.first else { return 1 }
    guard let n = try session.rational(a.value).integer, (1...1_000_000).contains(n) else {
      throw Fault("\(command.name) takes a whole number of steps", at: a.range)
    }
    return n
  }

  /// The columns asked for, by name.
  private func columns(of loss: Loss) throws(Fault) -> [String]? {
    guard let a = argument("columns") else { return nil }
    let known = RunColumn.all(loss).map { $0.name(loss) }
    let layout = loss.source.layout
    let all = try session.nameList(a.value).map { name throws(Fault) -> [String] in
      if known.contains(name) { return [name] }
      // An array stands for its entries.
      if let k = layout.names.firstIndex(of: name) { return Array(layout.labels[layout.range(k)]) }
      throw Fault(
        "there is no column \(name)",
        hint: ClosestName.match(name, among: known).map { "did you mean \($0)?" }
          ?? "the columns are \(known.joined(separator: ", "))", at: a.range)
    }
    return all.flatMap(\.self)
  }

  /// Of a run over batches when the loss over all rows is told, and which rows are shown.
  private func tellsFull(_ plan: inout DescentPlan, _ view: inout RunView) throws(Fault) {
    guard let batches = plan.sampling?.batches else { return }
    let asked = argument("full")
    switch asked?.value.text.trimmedBlanks ?? (argument("epochs") == nil ? "no" : "epoch") {
    case "no": break
    case "step": plan.fullEvery = 1
    case "epoch": plan.fullEvery = batches.stepsOfEpoch
    default: throw Fault("full= is epoch, step or no", at: asked?.range)
    }
    if argument("epochs") != nil, view.every == nil {
      view.every = batches.stepsOfEpoch
      plan.every = batches.stepsOfEpoch
    }
  }

  func descend(certifiedSteps: Int) throws(Fault) -> [Answer] {
    var answers: [Answer] = []
    var runs: [Trajectory] = []
    var view = RunView()
    if argument("every") != nil { view.every = try integer("every", 1, in: 1...1_000_000_000) }
    for plan in try plans(certifiedSteps: certifiedSteps) {
      view.columns = try columns(of: plan.loss)
      var plan = plan
      plan.every = view.every ?? 1
      try tellsFull(&plan, &view)
      let s = session
      let run = plan.run(cancelled: s.cancelled) { s.report("step \($0) …") }
        .classified(cancelled: s.cancelled)
      if run.stop == .interrupted { s.interrupted = true }
      if let fault = startFault(run) { throw fault }
      runs.append(run)
      s.results.keep(.runs(Runs(all: runs, row: run.steps, columns: view.columns)))
      answers.append(runAnswer(run, session: s, view))
      if s.interrupted { break }
    }
    return answers
  }
}

/// What is wrong with a run that has not one row.
func startFault(_ run: Trajectory) -> Fault? {
  guard run.rows.isEmpty else { return nil }
  return switch run.stop {
  case .undefined(let why): Fault("undefined at the start: " + why.words)
  case .undecided(let why): Fault("not decided whether it is defined at the start: " + why.words)
  default: nil
  }
}

extension Session {
  /// `step` and `back`: the row after or before the one shown.
  func move(by k: Int) throws(Fault) -> Answer {
    guard var run = trajectory, let at = results.runs.row else {
      throw noRun("there is no run to step in", hint: "start one: descend eta=0.1 x0=1")
    }
    let t = at + k
    guard t >= 0 else { throw Fault("this is the start") }
    if t > run.steps {
      switch run.stop {
      case .stepsUsed, .interrupted, .gradientBelow, .cycle, .landed: break
      default: throw Fault("the run ended: \(words(run.stop, run))")
      }
      var plan = run.plan
      plan.steps = t
      plan.tolerance = .zero
      var longer = plan.run(cancelled: cancelled)
      try stopIfCancelled()
      if longer.steps >= t {
        // The orbit is the same: only an end reached on the way says more.
        if longer.stop == run.stop { longer.regime = run.regime }
        run = longer.regime == nil ? longer.classified(cancelled: cancelled) : longer
      } else {
        throw Fault("the run stays where it is: \(words(longer.stop, longer))")
      }
    }
    // Of several runs the last goes on, and is the one that is shown.
    results.runs.all = [run]
    results.runs.row = t
    guard let row = run.rows.first(where: { $0.t == t }) else {
      throw Fault("row \(t) was not kept in this long run")
    }
    // The row before shows the change that led here.
    var two = run
    two.rows = run.rows.filter { ($0.t == t - 1 && k > 0) || $0.t == t }
    var one = run
    one.rows = [row]
    var blocks: [Answer.Block] = [
      .table(runTable(two, digits: digits, RunView(columns: results.runs.columns)))
    ]
    if drawsSteps { blocks.append(.figure(picture(of: try drawnRuns()))) }
    return Answer(
      "descend", runMembers(one, session: self, columns: results.runs.columns), blocks)
  }
}
