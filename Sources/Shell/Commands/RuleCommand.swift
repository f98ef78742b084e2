// rule: the descent map with η symbolic, the change of one step in powers of η, and where it rests.
import Calculus
import Descent

let ruleCommand = Command(
  name: "rule", summary: "the update rule with η symbolic, and where it rests",
  usage: "rule [f] [method=gd]",
  parameters: [
    Parameter(name: "method", summary: "whose rule is shown", standard: "gd", takesWords: true)
  ],
  examples: ["f = x^2; rule", "f = x^4/4-x^2/2; rule", "f = x^2; rule method=momentum"],
  isAboutFormulas: true
) { call throws(Fault) in
  let loss = try call.loss()
  let (method, extra) = try call.scannedMethod()
  try call.checkArguments(extra)
  let step = try StepProgram(method, on: loss)
  if !loss.source.isScalar, loss.variables.count > Session.mostEntries {
    return [call.session.arrayRule(of: step)]
  }
  return [
    step.isGradientDescent ? call.session.rule(loss) : try call.session.rule(of: step)
  ]
}

extension Session {
  /// The assignments of a method on a loss of many entries: as they are declared, and what g is.
  fileprivate func arrayRule(of step: StepProgram) -> Answer {
    let loss = step.loss
    let texts = arrayGradient(loss)
    var lines = step.method.declaration.steps
    lines.append("x is all \(loss.variables.count) entries, g their slopes:")
    for (k, name) in loss.source.layout.names.enumerated() {
      let shown = Spelling.shown(name, unicode: true)
      lines.append(
        texts?[.unicode].map { "g by \(shown) = \($0[k])" }
          ?? "g by \(shown): grad \(loss.name) \(name)=1 shows it at a point")
    }
    lines.append("Resting points are looked for with up to 8 variables.")
    return Answer(
      "rule",
      [
        ("method", .string(step.method.name)), ("text", .array(lines.map(JSON.string))),
        ("latex", .array((texts?[.latex] ?? []).map(JSON.string))), ("fixed_points", .array([])),
      ], lines: lines)
  }

  /// The assignments of a method on a loss.
  fileprivate func rule(of step: StepProgram) throws(Fault) -> Answer {
    let rule = try SymbolicRule(step, rate: step.loss.rateName)
    let all = rule.assignments.flatMap(\.self)
    let lines = all.map {
      "\(Spelling.shown($0.name, unicode: true)) ← \($0.formula.text(unicode: true))"
    }
    return Answer(
      "rule",
      [
        ("method", .string(step.method.name)), ("text", .array(lines.map(JSON.string))),
        ("latex", .array(all.map { .string($0.formula.latex()) })),
        ("fixed_points", .array([])),
      ], lines: lines)
  }

  func rule(_ loss: Loss) -> Answer {
    let rate = loss.rateName
    let rule = UpdateRule(loss, rate: rate)
    let eta = Spelling.shown(rate, unicode: true)
    let maps = zip(loss.variables, rule.next).map { v, f in
      "\(Spelling.shown(v, unicode: true)) ← \(f.text(unicode: true))"
    }
    let change = changeLines(rule, loss, eta)
    let run = trajectory.map { $0.plan.loss.name == loss.name ? $0 : nil } ?? nil
    let ends = run.map { r in
      [r.plan.start.doubles, r.last?.point.compactMap(\.nearestDouble) ?? []]
    }
    let rests = FixedPointReport(loss, around: ends ?? [], session: self)
    let joined = change.isEmpty ? [] : [change.map(\.trimmedBlanks).joined(separator: " ")]
    return Answer(
      "rule",
      [
        ("text", .array((maps + joined).map(JSON.string))),
        ("latex", .array(rule.next.map { .string($0.latex()) })), ("fixed_points", rests.json),
      ], (maps + change).map(Answer.Block.line) + rests.blocks)
  }

  /// ΔC in powers of η: on one line where that is short, else a line for each power.
  private func changeLines(_ rule: UpdateRule, _ loss: Loss, _ eta: String) -> [String] {
    guard !loss.hasKink else { return [] }
    let head = "Δ\(loss.name) = "
    let general = [
      "\(head)−‖∇\(loss.name)‖²·\(eta) + ½·∇\(loss.name)ᵀH∇\(loss.name)·\(eta)² − …",
      loss.degree.map { "   a polynomial of degree \($0) in \(eta), too long to show" }
        ?? "   too long to show: plot why shows it along a step",
    ]
    guard let change = rule.change else { return general }
    var parts = change.terms.enumerated().map { k, t in
      let sign = k == 0 ? (t.isNegative ? "−" : "") : t.isNegative ? "− " : "+ "
      return sign + coefficient(t.size) + eta + (t.power == 1 ? "" : Spelling.raised(t.power))
    }
    if parts.isEmpty { return ["\(head)0"] }
    if change.goesOn { parts.append("+ …") }
    let one = head + parts.joined(separator: " ")
    if one.count > (change.goesOn ? 160 : 260) { return general }
    let indent = String(repeating: " ", count: head.count)
    var lines = [one]
    if one.count > 76 {
      lines = parts.enumerated().map { ($0 == 0 ? head : indent) + $1 }
    }
    if change.names.count == 1 {
      lines.append("   with \(change.names[0]) = \(rule.slopes[0].text(unicode: true)), the slope")
    } else if !change.names.isEmpty {
      let all = zip(change.names, loss.variables).map {
        "\($0) = ∂\(loss.name)/∂\(Spelling.shown($1, unicode: true))"
      }
      lines.append("   with " + all.joined(separator: ", ") + ", the slopes")
    }
    if change.goesOn {
      lines.append(
        change.degree.map { "   and so on up to \(eta)\(Spelling.raised($0))" }
          ?? "   higher orders of \(eta) are not shown")
    }
    return lines
  }

  /// `4·x²·`, with brackets round a sum; nothing for 1.
  private func coefficient(_ size: Formula) -> String {
    let text = size.text(unicode: true)
    if text == "1" { return "" }
    return (size.isSum ? "(\(text))" : text) + "·"
  }
}
