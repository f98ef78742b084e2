// The current loss: what a command is about that names none. One sentence says which it is where the
// latest definition makes one expect another.
import Calculus
import Descent

extension Session {
  /// The latest formula with variables that nothing else uses, or the one that `loss` chose.
  ///
  /// - Parameters:
  ///   - names: what the arguments of the command use.
  ///   - tells: whether a loss that is not the latest definition is said, once.
  func currentLoss(besides names: Set<String> = [], tells: Bool = false) throws(Fault) -> Loss {
    let used = names.union(
      environment.definitions.values.flatMap { $0.body.references.map(\.name) })
    let latest = environment.definitions.values.filter { !used.contains($0.name) }
      .sorted { $0.serial > $1.serial }
    let loss: Definition?
    if let chosenLoss, let d = environment.definitions[chosenLoss] {
      guard !environment.variables(of: d).isEmpty else { throw noVariables(chosenLoss, d) }
      loss = d
    } else {
      loss = latest.first { reasonAgainst($0) == nil }
    }
    let rival = latest.first { $0.name != "ans" && $0.name != "eta" && !isStartValue($0) }
    guard let loss else {
      guard let rival, let reason = reasonAgainst(rival) else {
        throw Fault("no loss is defined yet", hint: "type one: f = x^2")
      }
      let way = noVariables(rival.name, rival).hint
      throw Fault("there is no loss: \(reason)", hint: way.isEmpty ? "type one: f = x^2" : way)
    }
    if tells, let rival, rival.serial > loss.serial, rival.serial != toldLoss {
      let shown = Spelling.shown(loss.name, unicode: true)
      warn(
        reasonAgainst(rival).map { "\($0): the loss is \(shown)" }
          ?? "the loss is still \(shown), as loss \(loss.name) said: loss \(rival.name) changes it")
      untoldLoss = rival.serial
    }
    return try self.loss(loss)
  }

  /// A number whose name ends in 0 is where a run starts.
  private func isStartValue(_ d: Definition) -> Bool {
    d.name.hasSuffix("0") && environment.variables(of: d).isEmpty
  }

  /// Why a definition cannot be the current loss; nil where it can.
  private func reasonAgainst(_ d: Definition) -> String? {
    let name = Spelling.shown(d.name, unicode: true)
    if environment.variables(of: d).isEmpty { return "\(name) has no variable to descend in" }
    if d.name == "eta" { return "\(name) is the rate" }
    if d.name.hasSuffix("0") { return "\(name) has the name of a start value" }
    if environment.hasArrays, let extent = try? environment.program(of: d).extent(of: 0),
      !extent.isScalar
    {
      return extent.axis > 0
        ? "\(name) is a number in each row of data"
        : "\(name) is \(extent.shape) and no single number"
    }
    return nil
  }

  /// Whether a loss is still what its name says; one without a name always is.
  func isCurrent(_ loss: Loss) -> Bool {
    guard let d = environment.definitions[loss.name] else { return true }
    guard let program = try? environment.program(of: d) else { return false }
    return program.isSame(as: loss.source)
  }

  /// What to say where a run is wanted and there is none, or none of the loss as it is now.
  func noRun(_ what: String, hint: String) -> Fault {
    guard trajectory == nil, let name = results.runs.last?.plan.loss.name else {
      return Fault(what, hint: hint)
    }
    return Fault(
      "\(name) has changed since its run", hint: "again runs it anew; or " + hint)
  }
}
