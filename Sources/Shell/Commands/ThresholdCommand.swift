// threshold: the critical rates from a point, each with the words that say critical for what.
import Calculus
import Descent

let thresholdCommand = Command(
  name: "threshold", summary: "critical rates: for this step, for the minimum, for ever",
  usage: "threshold   threshold [f] x0=2 [eta=0.3]",
  parameters: [
    Parameter(name: "eta", summary: "your rate, to compare", standard: "that of the run"),
    Parameter(name: "from", summary: "the point, as in from=[-1.2, 1]"),
    Parameter(name: "search", summary: "how far rates are searched", standard: "16"),
    Parameter(name: "batch", summary: "of data, also the rates of batches of so many rows"),
  ],
  examples: ["f = x^4; threshold x0=1 eta=0.4"], picture: "why", takesPoint: true,
  goesOverRows: true
) { call throws(Fault) in
  let s = call.session
  let loss: Loss
  let start: StepStart
  var eta: TypedNumber?
  let placed = call.arguments.contains { !["eta", "search", "batch"].contains($0.name) }
  if let run = s.trajectory, !placed {
    loss = run.plan.loss
    start = StepStart(run.plan)
    if !run.plan.isSchedule { eta = TypedNumber(run.plan.eta, at: 0) }
  } else {
    loss = try call.loss()
    try call.checkArguments([], loss.source.layout)
    guard let given = try call.stepStart(of: loss) else { throw call.missingStart(of: loss) }
    start = given
  }
  // What is typed, else the run's, else what is defined.
  if let e = call.argument("eta")?.value ?? (eta == nil ? s.environment["eta"]?.body : nil) {
    eta = try s.typed(e)
  }
  if loss.overRows || call.argument("batch") != nil {
    return [try call.dataThreshold(loss, start, eta)]
  }
  let search = try call.searchedRates()
  try s.checkDefined(loss, at: start)
  s.results.keep(
    .step(
      StepPlace(
        step: StepProgram(descending: loss), start: start,
        eta: eta ?? TypedNumber(Rational(1) / Rational(10)))))
  let found = Thresholds(loss, from: start, searched: search, cancelled: s.cancelled)
  try s.stopIfCancelled()
  let value = eta.map { $0.value(CertifiedArithmetic(bits: 256)) }
  return [ThresholdReport(session: s, found: found, loss: loss, start: start, eta: value).answer()]
}

extension Session {
  /// Refuses a point at which the loss or its slope is undefined.
  fileprivate func checkDefined(_ loss: Loss, at start: StepStart) throws(Fault) {
    let bits = 4096
    let x = start.point(bits: bits)
    let all = loss.gradient.run(CertifiedArithmetic(bits: bits), at: x)
    guard all.allSatisfy(\.isDefined) else {
      throw Fault(
        "undefined here: " + (Undefinedness.first(in: loss.gradient, at: x)?.words ?? "overflow"))
    }
  }
}

extension Call {
  /// The critical rates of a loss over rows of data, and of batches of them.
  fileprivate func dataThreshold(
    _ loss: Loss, _ start: StepStart, _ eta: TypedNumber?
  ) throws(Fault) -> Answer {
    let run = session.trajectory.map { $0.plan.loss.name == loss.name ? $0.plan : nil } ?? nil
    guard let byRow = loss.byRow else {
      throw Fault("threshold is over the rows of one table", at: positional.first?.range)
    }
    let rows = loss.rowCount
    var size = run?.sampling?.batches?.size
    if argument("batch") != nil {
      size = min(rows, try integer("batch", 32, in: 1...1_000_000_000))
    }
    let found = RowThresholds(byRow, at: start.point(bits: 256), batch: size)
    try session.stopIfCancelled()
    guard let found else {
      throw Fault(
        "the curvature is not defined here, or of more than \(SymmetricEigenvalues.largest) variables"
      )
    }
    let value = eta.map { $0.value(CertifiedArithmetic(bits: 256)) }
    return session.threshold(found, byRow, start, eta: value)
  }
}
