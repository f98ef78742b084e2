// A command is a value: name, summary, parameters with help, examples, and what it does. Parsing of
// its arguments, help, completion and error messages come from this one declaration.
import Calculus
import Descent

/// A command: what it takes, what help says of it, and what it does.
struct Command: Sendable {
  var name: String
  var summary: String
  var usage: String
  var parameters: [Parameter] = []
  /// Lines that help says behind the parameters.
  var notes: [String] = []
  /// Sessions that help runs live.
  var examples: [String] = []
  /// Whether `save` writes it.
  var isSaved = true
  /// Whether `again` and Enter repeat it.
  var isRepeatable = true
  /// Whether it goes on in the last run, so that `again` changes what came before it.
  var movesInRun = false
  /// Whether what follows may begin with a parenthesis.
  var takesExpression = true
  /// The picture that `plot` shows after it.
  var picture: String?
  /// Whether `plot to` writes afterwards what was seen before.
  var keepsPicture = false
  /// Whether it is about a formula at a point rather than about runs: the point is `x=`, not `x0=`.
  var isAboutFormulas = false
  /// How many values it takes without a name.
  var bareValues = 1
  /// Whether the loss's variables are arguments (`x=1`, `x0=1`).
  var takesPoint = false
  /// Whether a missing start is that of the last run.
  var followsRun = false
  /// Whether it is also about a loss over more rows of data than can be written out.
  var goesOverRows = false
  /// Whether `eta=0.1..1` is a scan.
  var scansRates = false
  var run: @Sendable (Call) throws(Fault) -> [Answer]

  /// All commands, as `help` lists them.
  static let groups: [(name: String, commands: [Command])] = [
    ("run", descentCommands),
    ("explain", [whyCommand, ruleCommand, thresholdCommand, regimeCommand, flowCommand]),
    ("picture", [plotCommand, playCommand]),
    ("scan", [sweepCommand, compareCommand, bifurcateCommand, mapCommand]),
    ("calculus", calculusCommands),
    (
      "session",
      sessionCommands + [dataCommand] + fileCommands + [lessonCommand, helpCommand, quitCommand]
    ),
  ]
  static let all: [Command] = groups.flatMap(\.commands)

  private static let byName = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0) }
      + aliases.compactMap { alias, name in
        all.first { $0.name == name }.map { (alias, $0) }
      })
  private static let aliases = [("exit", "quit")]

  static func named(_ name: String) -> Command? { byName[name] }
}

/// One use of a command.
struct Call {
  let session: Session
  let command: Command
  var arguments: [Argument]
  /// Whether the command was written with `!`.
  var forced = false

  var positional: [Argument] { arguments.filter { $0.name == nil } }
  func argument(_ name: String) -> Argument? { arguments.last { $0.name == name } }

  /// The text of a positional argument that is a plain word, or an entry as `w[2]`.
  func word(_ k: Int) -> String? {
    guard k < positional.count else { return nil }
    let e = positional[k].value
    let n = e.arena.nodes[Int(e.root)]
    return [.name, .number, .index].contains(n.kind) ? e.text.trimmedBlanks : nil
  }

  /// The quoted text among the positional arguments.
  func quoted() throws(Fault) -> String {
    guard let first = positional.first else {
      throw Fault("\(command.name) wants a file name", hint: "write \(command.name) \"x.over\"")
    }
    let t = first.value.text.trimmedBlanks
    guard t.hasPrefix("\""), t.hasSuffix("\""), t.count >= 2 else {
      throw Fault(
        "file names are quoted", hint: "write \(command.name) \"\(t)\"", at: first.range)
    }
    return String(t.dropFirst().dropLast())
  }

  /// Whether a switch is on; off where it is not given.
  func isOn(_ name: String) throws(Fault) -> Bool {
    guard let a = argument(name) else { return false }
    switch a.value.text.trimmedBlanks {
    case "on": return true
    case "off": return false
    default: throw Fault("\(name)= is on or off", at: a.range)
    }
  }

  /// A whole number in a range.
  func integer(
    _ name: String, _ standard: Int, in range: ClosedRange<Int>
  ) throws(Fault) -> Int {
    guard let a = argument(name) else { return standard }
    let v = try session.rational(a.value)
    guard let n = v.integer, range.contains(n) else {
      throw Fault(
        "\(name)= wants a whole number from \(range.lowerBound) to \(Call.words(range.upperBound))",
        at: a.range)
    }
    return n
  }

  /// A limit: powers of ten that are hard to count as such.
  private static func words(_ limit: Int) -> String {
    limit < 1_000_000 ? "\(limit)" : Certified.exact(Rational(limit)).text(digits: 6)
  }

  /// The loss that the command is about: the first positional argument, or the current one.
  ///
  /// A variable without a declaration takes the shape of the value that the arguments give it, if the loss
  /// is one number with it.
  func loss() throws(Fault) -> Loss {
    let loss = try shapedLoss()
    guard !loss.overRows || command.goesOverRows else {
      let able = Command.all.filter(\.goesOverRows).map(\.name).joined(separator: ", ")
      throw Fault(
        "\(loss.name) goes through too many rows of data for \(command.name)",
        hint:
          "\(able) go through any number; the others through some \(Loss.largestOverRows) operations",
        at: positional.first?.range)
    }
    return loss
  }

  private func shapedLoss() throws(Fault) -> Loss {
    let before = session.environment
    let adopted = adoptShapes()
    if !adopted.isEmpty, let loss = try? namedLoss(), adopted.isSubset(of: loss.source.variables) {
      return loss
    }
    session.environment = before
    return try namedLoss()
  }

  /// Declares variables that get arrays; returns their names.
  private func adoptShapes() -> Set<String> {
    var out: Set<String> = []
    for a in arguments where command.takesPoint {
      guard let name = a.name, a.upper == nil, let shape = try? session.shape(a.value),
        !shape.isScalar, !command.parameters.contains(where: { $0.name == name })
      else { continue }
      let base =
        name.hasSuffix("_0") ? name.dropLast(2) : name.hasSuffix("0") ? name.dropLast() : name[...]
      let variable = String(base)
      if session.environment[variable] == nil, session.environment.declared[variable] == nil {
        session.environment.declare(variable, shape)
        out.insert(variable)
      }
    }
    return out
  }

  private func namedLoss() throws(Fault) -> Loss {
    if let e = positional.first?.value {
      let text = e.text.trimmedBlanks
      if e.literal != nil, command.parameters.contains(where: { $0.name == "eta" }) {
        throw Fault(
          "\(text) is no loss", hint: "for the rate write \(command.name) eta=\(text)",
          at: positional.first?.range)
      }
      return try session.loss(e)
    }
    // `descend eta=s`: the schedule s is not what descends.
    let used = arguments.filter { a in
      !command.parameters.contains { $0.name == a.name && $0.takesWords }
    }.flatMap { [$0.value, $0.upper].compactMap(\.self) }.flatMap { $0.references.map(\.name) }
    return try session.currentLoss(besides: Set(used), tells: true)
  }

  /// The fault where a run has no start: what to add, or with an η the whole line.
  func missingStart(of loss: Loss, eta: String? = nil) -> Fault {
    let starts = loss.source.layout.variables.map { $0.example($0.name + "0") }
      .joined(separator: " ")
    let isDefined = session.environment.definitions[loss.name] != nil
    let name = isDefined ? "\(loss.name) " : ""
    return session.noRun(
      "a start is missing",
      hint: eta.map { "type \(command.name) \(name)eta=\($0) \(starts)" } ?? "add \(starts)")
  }

  /// The point that the command wants, from `x=`.
  func requiredPoint(of loss: Loss) throws(Fault) -> [Rational] {
    if let x = try point(of: loss, start: false) { return x }
    throw Fault(
      "\(command.name) wants a point",
      hint: "add "
        + loss.source.layout.variables.map { $0.example($0.name) }
        .joined(separator: " "))
  }

  /// The values of a loss's variables from arguments `x=`, or `x0=`, `from=`, or definitions.
  /// - Parameter start: whether start values (`x0`) are meant.
  func point(of loss: Loss, start: Bool) throws(Fault) -> [Rational]? {
    guard let values = try pointExpressions(of: loss, start: start) else { return nil }
    return try values.map { e throws(Fault) in try session.rational(e) }
  }

  /// The same as typed, an expression for each entry.
  func pointExpressions(of loss: Loss, start: Bool) throws(Fault) -> [Expression]? {
    let layout = loss.source.layout
    // One entry draws a stream behind those of the variables.
    func one(_ e: Expression, _ entry: Int) throws(Fault) -> Expression {
      let place = layout.variables.count + entry
      return try drawn(e, for: Variable("", .scalar), at: place)?.entries[0] ?? e
    }
    if let from = argument("from") {
      let all = try session.entries(from.value, count: loss.variables.count)
      return try all.enumerated().map { k, e throws(Fault) in try one(e, k) }
    }
    var out: [Expression] = []
    var missing: [Variable] = []
    for (k, v) in layout.variables.enumerated() {
      let starts = startNames(v, of: loss)
      let names = start ? starts + [v.name] : [v.name] + starts
      var all: [Expression?] =
        v.shape.isScalar ? [nil] : Array(repeating: nil, count: v.shape.count)
      if let a = names.lazy.compactMap({ argument($0) }).first {
        try refuseRange(a, v.name)
        all = try entries(of: v, from: a.value, named: a.name ?? v.name, at: a.range, in: loss)
      } else if start, let d = starts.lazy.compactMap({ session.environment[$0] }).first {
        all = try entries(of: v, from: d.body, named: d.name, at: nil, in: loss)
      }
      // An entry of its own stands before what the whole says.
      for (e, label) in layout.labels[layout.range(k)].enumerated() where !v.shape.isScalar {
        let names = start ? label.startNames + [label] : [label] + label.startNames
        guard let a = names.lazy.compactMap({ argument($0) }).first else { continue }
        try refuseRange(a, label)
        all[e] = try one(a.value, layout.starts[k] + e)
      }
      let given = all.compactMap(\.self)
      if given.count == all.count { out += given } else { missing.append(v) }
    }
    if missing.isEmpty { return out }
    let isNothingGiven = missing.count == layout.variables.count
    if isNothingGiven, !layout.labels.contains(where: isGiven) { return nil }
    let s = missing.map { start ? $0.name + "0" : $0.name }.joined(separator: ", ")
    throw Fault(
      "no value for \(s)",
      hint: "add "
        + missing.map { $0.example(start ? $0.name + "0" : $0.name) }
        .joined(separator: " "))
  }

  /// Whether an argument is about an entry of an array.
  private func isGiven(_ label: String) -> Bool {
    label.hasSuffix("]") && ([label] + label.startNames).contains { argument($0) != nil }
  }

  private func refuseRange(_ a: Argument, _ name: String) throws(Fault) {
    guard a.upper != nil else { return }
    throw Fault(
      "\(a.name ?? name) takes one number here", hint: "write \(a.name ?? name)=1", at: a.range)
  }

  /// The start values that arguments and definitions give, by entry.
  func startExpressions(of loss: Loss) throws(Fault) -> [String: Expression] {
    var out: [String: Expression] = [:]
    let layout = loss.source.layout
    for (k, v) in layout.variables.enumerated() {
      let names = startNames(v, of: loss)
      let given = names.lazy.compactMap { argument($0) }.first
      guard given?.upper == nil,
        let e = given?.value
          ?? names.lazy.compactMap({ session.environment.definitions[$0]?.body }).first
      else { continue }
      let all = try entries(of: v, from: e, named: names[0], at: given?.range, in: loss)
      for (label, entry) in zip(layout.labels[layout.range(k)], all) { out[label] = entry }
    }
    return out
  }

  /// What a variable's start is called.
  private func startNames(_ v: Variable, of loss: Loss) -> [String] {
    v.name.startNames.filter { !loss.source.variables.contains($0) }
  }

  /// What is given for a variable, entry by entry: one number fills it.
  private func entries(
    of v: Variable, from e: Expression, named name: String, at range: SourceRange?, in loss: Loss
  ) throws(Fault) -> [Expression] {
    let place = loss.source.layout.variables.firstIndex { $0.name == v.name } ?? 0
    let drawn = try drawn(e, for: v, at: place)
    let shape: Shape
    if let drawn { shape = drawn.shape } else { shape = try session.shape(e) }
    if shape.isScalar { return Array(repeating: drawn?.entries[0] ?? e, count: v.shape.count) }
    if shape == v.shape { return drawn?.entries ?? session.entryExpressions(e, shape) }
    if v.shape.isScalar, loss.source.variables.count > 1 {
      throw Fault(
        "\(v.name) takes one number",
        hint: loss.source.isScalar
          ? "for all variables in order write from=\(e.text)"
          : "var \(v.name)[\(shape.declared)] gives it entries", at: range)
    }
    throw Fault(
      v.shape.isScalar
        ? "\(v.name) takes one number, here are \(shape.count)"
        : "\(v.name) is \(v.shape), and \(name) is \(shape)",
      hint: v.shape.isScalar
        ? "var \(v.name)[\(shape.declared)] gives it entries" : "write " + v.example(name),
      at: range)
  }

  /// Refuses more values without a name than the command takes.
  func checkBareValues() throws(Fault) {
    // Commands that are not about a point may take their arguments as words, as `set digits 9`.
    for (k, a) in positional.enumerated() where command.takesPoint {
      guard let word = word(k), session.environment[word] == nil,
        let p = command.parameters.first(where: { $0.name == word })
      else { continue }
      throw Fault(
        "\(word) wants a value", hint: "write \(word)=…: \(p.described)", at: a.range)
    }
    guard positional.count > command.bareValues, let extra = positional.last else { return }
    let word = extra.value.text.trimmedBlanks
    let starts = command.takesPoint ? (try? loss())?.source.variables.map(\.startName) ?? [] : []
    throw (command.parameters.map(\.name) + starts).contains(word)
      ? Fault("\(word) wants a value", hint: "write \(word)=1", at: extra.range)
      : Fault("\(word) is one argument too many", hint: command.usage, at: extra.range)
  }

  /// Refuses named arguments that the command does not take.
  func checkArguments(_ extra: [Parameter], _ variables: Layout = Layout()) throws(Fault) {
    var known = (command.parameters + extra).map(\.name)
    if command.takesPoint {
      known += (variables.names + variables.labels).flatMap { [$0] + $0.startNames } + ["seed"]
      try checkSeed(of: variables)
    }
    // Of arrays the variable, not each entry.
    let points =
      command.takesPoint
      ? variables.names.map { command.isAboutFormulas ? $0 : $0.startName } : []
    let told = (command.parameters + extra).map(\.name) + points
    for a in arguments {
      guard let name = a.name, !known.contains(name) else { continue }
      let close = ClosestName.match(name, among: known)
      let owner =
        known.contains("method")
        ? session.methods.first { $0.parameters.contains { $0.name == name } } : nil
      let hint =
        owner.map { "\(name)= is an argument of method=\($0.name)" }
        ?? close.map { "did you mean \($0)=?" }
        ?? (!known.isEmpty
          ? "it takes \(told.joined(separator: ", "))"
          : command.movesInRun
            ? "again \(name)=… is the run with another \(name)" : "write \(command.usage)")
      // A start that does not fit may show that another loss was meant.
      let current = positional.isEmpty && command.takesPoint ? try? session.currentLoss() : nil
      let which = current.map {
        "; the loss here is \($0.name)(\(variables.names.joined(separator: ", ")))"
      }
      throw Fault(
        "\(command.name) has no argument \(name)",
        hint: hint + (name.hasSuffix("0") ? which ?? "" : ""),
        at: a.range)
    }
  }
}

extension String {
  /// What the start of a variable or an entry is called: `x0`, of `w[2]` `w0[2]`.
  var startName: String { startNames[0] }
  /// All that it may be called.
  var startNames: [String] {
    let base = prefix { $0 != "[" }
    return ["0", "_0"].map { base + $0 + dropFirst(base.count) }
  }
}

extension Variable {
  /// A value that it may be given, as typed.
  func example(_ name: String) -> String {
    if shape.isScalar { return "\(name)=1" }
    guard shape.isColumn, shape.count <= 4 else { return "\(name)=0" }
    return "\(name)=[\(Array(repeating: "1", count: shape.count).joined(separator: ", "))]"
  }
}
