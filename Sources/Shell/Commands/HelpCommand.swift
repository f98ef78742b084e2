// help: everything in a page; a command, function, method or topic with its examples run live.
import Calculus
import Descent

let helpCommand = Command(
  name: "help", summary: "this page; help NAME tells more", usage: "help [name]",
  isSaved: false, isRepeatable: false, keepsPicture: true,
  // The first word counts: help map zoom, help why eta.
  bareValues: 3
) { call throws(Fault) in
  guard let w = call.positional.first?.value.text.trimmedBlanks, !w.isEmpty else {
    return [overview()]
  }
  let name = Spelling.canonical(w)
  if let t = topics.first(where: { $0.name == name }) {
    return [
      Answer(
        "help", [("topic", .string(name)), ("text", .array(t.lines.map(JSON.string)))],
        lines: t.lines)
    ]
  }
  if let c = Command.named(name) { return [describe(c)] }
  if let f = ElementaryFunction.named(name) {
    let x = f.arity == 1 ? "(x)" : "(x, y)"
    var lines = ["\(f.name)\(x)  \(f.summary)"]
    let condition = f.domain.condition("x")
    if !condition.isEmpty { lines.append("  needs \(condition)") }
    for (k, slope) in f.slopes.enumerated() {
      let note =
        f.slope(k, reads: "t")
        ? "   where t is its share on a tie: of n equal arguments 1/n"
        : f.slope(k, reads: "f") ? "   where f is the value" : ""
      lines.append("  ∂/∂\(["x", "y"][k]) = \(slope)" + note)
    }
    return [Answer("help", [("topic", .string(name))], lines: lines)]
  }
  if let g = glossary.first(where: { $0.name == name.lowercased() }) {
    return [Answer("help", [("topic", .string(name))], lines: ["\(g.name): \(g.meaning)."])]
  }
  if let f = ArrayFunction.named(name) {
    return [Answer("help", [("topic", .string(name))], lines: ["\(f.name)(x)  \(f.summary)"])]
  }
  if let d = Distribution.named(name) {
    let call = "\(d.name)(\(d.arguments.joined(separator: ", ")))"
    return [
      Answer(
        "help", [("topic", .string(name))],
        lines: ["\(call)  draws a start, \(d.summary): x0=\(d.example); help draws"])
    ]
  }
  if let p = Prelude.texts.first(where: { $0.name == name }) {
    let line = "\(p.name)(\(p.parameters.joined(separator: ", "))) = \(p.body)   \(p.summary)"
    return [Answer("help", [("topic", .string(name))], lines: [line])]
  }
  if let m = call.session.method(named: name) {
    let lines = m.parameters.map { "  \($0.name)=  \($0.described)" }
    return [
      Answer(
        "help", [("topic", .string(name))], lines: ["method=\(m.name)  \(m.summary)"] + lines)
    ]
  }
  if let group = Command.groups.first(where: { $0.name == name }) {
    return [listed(name, group.commands.map { [$0.name, $0.summary] })]
  }
  if name == "method" || name == "methods" {
    return [listed("method=", call.session.methods.map { [$0.name, $0.summary] })]
  }
  let takers = Command.all.filter { $0.parameters.contains { $0.name == name } }
  if let p = takers.first?.parameters.first(where: { $0.name == name }) {
    let line = "\(name)=  \(p.described)"
    let names = takers.map(\.name).joined(separator: ", ")
    return [Answer("help", [("topic", .string(name))], lines: [line, "  of \(names)"])]
  }
  let all =
    Command.all.map(\.name) + Environment.functions.map(\.name) + topics.map(\.name)
    + glossary.map(\.name) + call.session.methods.map(\.name)
  throw Fault(
    "there is no help on \(w)",
    hint: ClosestName.match(name, among: all).map { "did you mean \($0)?" }
      ?? "help lists everything")
}

private func overview() -> Answer {
  let commands = Command.groups.map {
    [$0.name, $0.commands.map(\.name).joined(separator: "  ")]
  }
  let blank = [Table.Column(title: "", isText: true), Table.Column(title: "", isText: true)]
  return Answer(
    "help", [("commands", .array(Command.all.map { .string($0.name) }))],
    [
      .line("Type a loss, then descend:   f = x^2; descend eta=1.2 x0=-1"),
      .line("Then:   why   again eta=0.9   step   set digits 12"),
      .line(""), .table(Table(columns: blank, rows: commands)), .line(""),
      .line(
        "Functions: " + Environment.functions.map(\.name).joined(separator: " ")),
      .line(
        "help NAME tells more: " + topics.map(\.name).joined(separator: ", ")
          + "; commands, functions and methods too: help descend. Ctrl-C stops, Ctrl-D leaves."),
    ])
}

/// Names with a line on each.
private func listed(_ topic: String, _ rows: [[String]]) -> Answer {
  let text = Table.Column(title: "", isText: true)
  return Answer(
    "help", [("topic", .string(topic))],
    [
      .line(topic), .table(Table(columns: [text, text], rows: rows)),
      .line("help NAME tells more."),
    ])
}

private func describe(_ c: Command) -> Answer {
  var blocks: [Answer.Block] = [.line("\(c.name)  \(c.summary)"), .line("  \(c.usage)")]
  if !c.parameters.isEmpty {
    blocks.append(
      .table(
        Table(
          columns: [
            .init(title: "", isText: true), .init(title: "", isText: true),
            .init(title: "", isText: true),
          ],
          rows: c.parameters.map {
            [$0.name + "=", $0.summary, $0.standardText.isEmpty ? "" : "(\($0.standardText))"]
          })))
  }
  blocks += c.notes.map(Answer.Block.line)
  if c.name == "plot" {
    blocks.append(.line("The pictures:"))
    let text = Table.Column(title: "", isText: true)
    blocks.append(
      .table(Table(columns: [text, text], rows: Picture.all.map { [$0.name, $0.summary] })))
  }
  // The examples run live, each in a session of its own.
  for example in c.examples {
    blocks.append(.line("∇> \(example)"))
    let s = Session()
    _ = s.run(Array(example.utf8), name: "help") { event in
      if case .answer(let a) = event { blocks += a.blocks }
    }
  }
  return Answer(
    "help",
    [("topic", .string(c.name)), ("usage", .string(c.usage)), ("summary", .string(c.summary))],
    blocks)
}

/// The words that answers use.
private let glossary: [(name: String, meaning: String)] = [
  ("eta", "η, the learning rate: a step is −η times the gradient"),
  ("gradient", "∇f, the slopes by each variable; ‖∇f‖ is its length"),
  ("predicted", "−η‖∇f‖², the change of f if the slope stayed as it is here"),
  ("actual", "Δf, the change of f that the step makes"),
  ("error", "actual minus predicted"),
  ("bend", "the error, seen as what the curve's bending adds: it grows as η²"),
  ("curvature", "how fast the slope changes; λmax is the largest over all directions"),
  ("kept", "actual/predicted: how much of the prediction came true"),
  ("critical", "the rate above which something fails; the table says what"),
  ("best", "the rate at which this one step ends lowest"),
  ("multiplier", "what one step, or one round of a cycle, does to a small distance from its end"),
  ("batch", "the rows of data that one step goes through; each goes downhill on its own"),
  ("epoch", "so many steps that each row of data came once; k counts them"),
  ("noise", "what differs from draw to draw; its floor is how far above the minimum it holds f"),
  ("cycle", "points that the run visits in turn, for ever"),
  ("chaotic", "bounded, never repeating, and neighbouring runs part"),
  ("lyapunov", "Lyapunov exponent: the mean logarithm of what a step does to a small distance"),
  ("proved", "shown by exact numbers or enclosures, beyond doubt"),
  ("evidence", "seen in a long run in doubles, not proved"),
  ("trusted", "how many digits of a run in doubles are those of the true orbit"),
  ("sharpness", "λmax along the run"),
]

let topics: [(name: String, lines: [String])] = [
  ("words", glossary.map { "\($0.name): \($0.meaning)." }),
  (
    "rising",
    [
      "▲ marks a step on which the loss rose.",
      "It does not mean that the run diverges: a run may rise for a while and still settle.",
      "There is always a small enough η where the gradient exists and is not 0: why shows the largest one.",
      "Which η to use: below 2/λmax at the minimum, or steps near it grow in the end; and below the rate at which f rises here, or this step climbs. why shows both for its point, and the best step along it.",
    ]
  ),
  (
    "language",
    [
      "f = x^2          a formula; free names are its variables",
      "f(x, y) = …      the same with its variables named",
      "a = 3            a number; what uses a follows when a changes",
      "f(3)  f'(3)  f'  ∇f   values and derivatives",
      "2x, 2(x+1), (x+1)(x-1) are products; a name before ( is always a call",
      "-x^2 is -(x^2); 2^3^2 is 2^9; if(x > 0, a, b); ; separates; # comments",
      "eta and η, x^2 and x², * and · are the same",
    ]
  ),
  (
    "arrays",
    [
      "w = [1, 2, 3]       a column; [1, 2; 3, 4] a matrix",
      "[A, b]  [A; B]      side by side, below each other; [u, v] is one column",
      "var w[3], W[8,2]    variables with entries; a start w0=0 fills them",
      "w[2]  w[2..5]       an entry, a part; A[1,:] a row; A' the transpose",
      "A*x                 the product; of two columns, and .*, ./, .^, by entries",
      "u + v  A .+ b       equal shapes, or a number; .+ and .- repeat a row, a column",
      "sum(A)  sum(A, 1)   all entries, each column; sum(A, 2) each row; max, norm",
      "diff f w[2]         entries where variables stand, as x0[1]=5, columns=[t, w[2]]",
    ]
  ),
  (
    "draws",
    [
      "x0=uniform(-1, 1)   evenly between two numbers; of an array each entry",
      "x0=normal(0, 0.5)   about a mean, with a standard deviation",
      "seed=3              other numbers; the same seed draws the same everywhere",
      "W0=glorot(1)        ±√(6/(rows + columns)), for tanh; 1 is its seed",
      "W0=he(1)            variance 2/rows, rows being what goes in, for max(0, x)",
      "W0=orthogonal(1)    columns of length 1 at right angles",
      "w0=2+uniform(0,1)   they are numbers: a run from them is exact as ever",
    ]
  ),
  (
    "files",
    [
      "init: its statements run before the first prompt. $XDG_CONFIG_HOME/overshoot/init, else ~/.config/overshoot/init; --no-init leaves it out",
      "history: the lines typed at the prompt, for you alone. $OVERSHOOT_HISTORY, else $XDG_STATE_HOME/overshoot/history, else ~/.local/state/overshoot/history; a line that begins with a blank is not kept",
      "lessons: share/overshoot/Samples beside the bin folder of overshoot, or Samples of the source tree that it was built in",
      "save, load and plot to read and write where they are told; save! replaces a file whole or leaves it as it was",
      "--safe: statements neither read nor write files, lessons aside, and no history is kept or read",
    ]
  ),
  (
    "keys",
    [
      "Tab completes; \\eta then Tab types η; Up searches what starts like the line; Ctrl-R searches;",
      "Ctrl-C clears the line, stops a run (its steps are kept) or ends a lesson; Ctrl-D leaves.",
    ]
  ),
]
