// What of a run is drawn, from the arguments: batches of rows, noise.
import Calculus
import Descent

let samplingParameters = [
  Parameter(name: "batch", summary: "rows of data that each step goes through", standard: "all"),
  Parameter(name: "epochs", summary: "of batches, how often each row comes"),
  Parameter(
    name: "shuffle", summary: "no: batches in the order of the rows", standard: "yes",
    takesWords: true),
  Parameter(
    name: "replace", summary: "yes: each row of a batch is drawn from all rows", standard: "no",
    takesWords: true),
  Parameter(
    name: "full", summary: "when the loss over all rows is told: epoch, step, no",
    standard: "epoch, of a run in epochs", takesWords: true),
  Parameter(
    name: "noise",
    summary: "standard deviation of normal noise on the gradient, or a list of them"),
]

extension Call {
  /// What the arguments draw, and the loss in a form that it can be drawn in.
  func sampling(of loss: Loss) throws(Fault) -> (Sampling?, Loss) {
    let ofBatches = ["epochs", "shuffle", "replace", "full"]
    guard command.parameters.contains(where: { $0.name == "batch" }) else { return (nil, loss) }
    let batch = argument("batch")
    if let a = argument("noise") {
      if let batch {
        throw Fault("batches have noise of their own: batch= or noise=", at: batch.range)
      }
      return (try noise(a, loss), loss)
    }
    guard let batch else {
      if let a = ofBatches.compactMap(argument).first {
        throw Fault(
          "\(a.name ?? "")= is of batches", hint: "add batch=32", at: a.range)
      }
      return (nil, loss)
    }
    guard loss.rowCount > 0 else {
      throw Fault(
        "batch= is of rows of data, and \(loss.name) has none",
        hint: "data pts \"points.csv\", then a loss such as mean((w*pts.x - pts.y)^2)",
        at: batch.range)
    }
    guard let byRow = loss.byRow else {
      throw Fault("batches are of the rows of one table", at: batch.range)
    }
    let rows = loss.rowCount
    var size = try integer("batch", 32, in: 1...1_000_000_000)
    if size > rows {
      session.warn("batch=\(size) is more than the \(rows) rows: each step takes all of them")
      size = rows
    }
    let replaces = try isYes("replace", else: false)
    let shuffles = try isYes("shuffle", else: true)
    if replaces, argument("shuffle") != nil {
      throw Fault(
        "shuffle= is of rows in an order, and replace=yes draws each anew",
        at: argument("shuffle")?.range)
    }
    let batches = Batches(size: size, of: rows, replaces: replaces, shuffles: shuffles)
    // All rows in every step draw nothing.
    if size == rows, !replaces { return (nil, loss) }
    let draws = shuffles || replaces
    return (Sampling(.batches(batches), seed: draws ? try seed() : 1), byRow)
  }

  /// How many steps the epochs asked for are; nil where none are.
  func epochs(_ sampling: Sampling?) throws(Fault) -> Int? {
    guard let a = argument("epochs") else { return nil }
    if argument("steps") != nil {
      throw Fault("an epoch has its steps: give steps= or epochs=", at: a.range)
    }
    let each = sampling?.batches?.stepsOfEpoch ?? 1
    return try integer("epochs", 1, in: 0...1_000_000_000) * each
  }

  /// The noise of an argument; nil where it is 0, so that nothing is drawn.
  private func noise(_ a: Argument, _ loss: Loss) throws(Fault) -> Sampling? {
    let all = try session.entries(a.value).map { e throws(Fault) in try session.rational(e) }
    if all.contains(where: { $0.sign < 0 }) {
      throw Fault("a standard deviation is not negative", at: a.range)
    }
    if all.allSatisfy(\.isZero) { return nil }
    let n = loss.variables.count
    guard all.count == 1 || all.count == n else {
      throw Fault(
        "noise= has \(all.count) numbers, and \(loss.name) has \(n) \(n == 1 ? "variable" : "variables")",
        hint: "one number is for all", at: a.range)
    }
    return Sampling(
      .noise(all.count == n ? all : Array(repeating: all[0], count: n)), seed: try seed())
  }

  private func isYes(_ name: String, else standard: Bool) throws(Fault) -> Bool {
    guard let a = argument(name) else { return standard }
    switch a.value.text.trimmedBlanks {
    case "yes", "on": return true
    case "no", "off": return false
    default: throw Fault("\(name)= is yes or no", at: a.range)
    }
  }
}

extension Call {
  /// Refuses a run that draws, or that goes through too many rows, where something is proved of it.
  func refuseDrawn(_ plan: DescentPlan) throws(Fault) {
    if plan.isAnalysable { return }
    throw Fault(
      plan.sampling == nil
        ? "\(plan.loss.name) goes through too many rows of data for \(command.name)"
        : "\(command.name) is of runs that draw nothing, and each step of this one draws",
      hint: plan.sampling == nil
        ? "why and plot loss tell of it"
        : "descend without \(plan.sampling?.batches == nil ? "noise=" : "batch="), then \(command.name)"
    )
  }
}
