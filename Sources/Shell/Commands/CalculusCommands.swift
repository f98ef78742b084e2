// grad, hess, diff, taylor, check.
import Calculus
import Descent

private let point = Parameter(name: "from", summary: "all values in order, as in from=[1, 2]")

let calculusCommands: [Command] = [
  Command(
    name: "grad", summary: "the gradient, as formulas or at a point", usage: "grad [f] [x=1 y=2]",
    parameters: [point], examples: ["f = x^2*y; grad f", "f = x^2*y; grad f x=1 y=2"],
    isAboutFormulas: true,
    takesPoint: true, goesOverRows: true
  ) { call throws(Fault) in
    let loss = try call.loss()
    try call.checkArguments([], loss.source.layout)
    guard let x = try call.point(of: loss, start: false) else {
      try call.refuseFormula(of: loss)
      return [try call.session.gradient(of: loss)]
    }
    let s = call.session
    let values = try s.certified(loss.gradient, at: x)
    var lines = [s.pointLine(loss, x) + ": \(loss.name) = \(values[0].text(digits: s.digits))"]
    var texts: [JSON] = []
    let all = Array(zip(loss.variables, values.dropFirst()))
    let isLong = all.count > SymmetricEigenvalues.largest
    for (v, g) in isLong ? Array(all.prefix(Session.mostEntries)) : all {
      let line = "∂\(loss.name)/∂\(Spelling.shown(v, unicode: true)) = \(g.text(digits: s.digits))"
      lines.append(line)
      texts.append(.string(line))
    }
    if isLong {
      let length = norm(CertifiedArithmetic(bits: 256), Array(values.dropFirst()))
      lines.append(
        "… \(all.count) slopes in all, ‖∇\(loss.name)‖ = \(length.text(digits: s.digits))")
    }
    lines += s.kinks(loss, x)
    return [
      Answer(
        "grad",
        s.variablesJSON(loss) + [("at", s.pointJSON(loss, x))]
          + member("value", values[0], digits: s.digits)
          + [("gradient", .array(values.dropFirst().map(json))), ("text", .array(texts))],
        lines: lines)
    ]
  },
  Command(
    name: "diff", summary: "the derivative as a formula", usage: "diff f [x] [order=2]",
    parameters: [Parameter(name: "order", summary: "how often, up to 10", standard: "1")],
    examples: ["f = x^2*exp(-x); diff f"], isAboutFormulas: true, bareValues: 2
  ) { call throws(Fault) in
    let loss = try call.loss()
    try call.checkArguments([])
    let order = try call.integer("order", 1, in: 1...10)
    let by =
      call.word(1).map(Spelling.canonical) ?? (loss.variables.count == 1 ? loss.variables[0] : nil)
    guard let by, loss.variables.contains(by) else {
      throw Fault(
        "\(loss.name) has the variables \(loss.variables.joined(separator: ", "))",
        hint: "say by which: diff \(loss.name) \(loss.variables[0])")
    }
    return [call.session.derivative(of: loss, by: by, order: order)]
  },
  Command(
    name: "hess",
    summary: "the Hessian at a point; of a loss of one column, without a point, its formula",
    usage: "hess [f] x=1 y=2",
    parameters: [point], examples: ["f = x^2*y; hess f x=1 y=2"], isAboutFormulas: true,
    takesPoint: true, goesOverRows: true
  ) { call throws(Fault) in
    let loss = try call.loss()
    try call.checkArguments([], loss.source.layout)
    let s = call.session
    let isFormula = try call.pointExpressions(of: loss, start: false) == nil
    if isFormula { try call.refuseFormula(of: loss) }
    if isFormula, !loss.source.isScalar {
      guard let found = s.arrayHessian(loss), let text = found.texts[.unicode],
        let typed = found.texts[.ascii]
      else {
        throw Fault(
          "the Hessian of \(loss.name) has no formula here",
          hint: "of a loss of one column it may have one; at a point: "
            + "hess \(loss.name) "
            + loss.source.layout.variables.map { $0.example($0.name) }.joined(separator: " "))
      }
      let lines =
        ["H of \(loss.name) = \(text)"]
        + (found.hasIdentity ? ["I is the identity; typed: \(typed)"] : [])
        + (loss.hasKink ? ["Where no function in \(loss.name) has its kink."] : [])
      return [
        Answer(
          "hess",
          s.variablesJSON(loss) + [
            ("text", .string(text)), ("typed", .string(typed)),
            ("latex", found.texts[.latex].map(JSON.string) ?? .null),
          ], lines: lines)
      ]
    }
    let x = try call.requiredPoint(of: loss)
    let n = x.count
    let curvature = Curvature(loss, at: x.map(Certified.exact))
    if n > SymmetricEigenvalues.largest { return [s.spectrumAnswer(loss, x, curvature)] }
    let eigenvalues = curvature?.eigenvalues
    let all = try s.certified(loss.hessian, at: x)
    var rest = all[(1 + n)...]
    var full = Array(repeating: Array(repeating: Certified.exact(.zero), count: n), count: n)
    for i in 0..<n {
      for j in i..<n {
        full[i][j] = rest.removeFirst()
        full[j][i] = full[i][j]
      }
    }
    let table = Table(
      columns: [.init(title: "", isText: true)]
        + loss.variables.map { .init(title: Spelling.shown($0, unicode: true)) },
      rows: full.enumerated().map { i, row in
        [Spelling.shown(loss.variables[i], unicode: true)] + row.map { $0.text(digits: s.digits) }
      })
    return [
      Answer(
        "hess",
        s.variablesJSON(loss) + [("at", s.pointJSON(loss, x))]
          + member("value", all[0], digits: s.digits)
          + (eigenvalues.map { [("eigenvalues", .array($0.map(json)))] }
            ?? member("eigenvalues", .undefined("where the Hessian exists")))
          + [
            ("gradient", .array(all[1...n].map(json))),
            ("hessian", .array(full.map { .array($0.map(json)) })),
          ],
        [.line("H of \(loss.name) at " + s.pointLine(loss, x)), .table(table)]
          + (eigenvalues.map { e in
            [.line("eigenvalues " + e.map { $0.text(digits: s.digits) }.joined(separator: ", "))]
          } ?? []) + s.kinks(loss, x).prefix(1).map { .line($0) })
    ]
  },
  Command(
    name: "taylor", summary: "the Taylor coefficients at a point, or along a step",
    usage: "taylor f order=4 x=1",
    parameters: [
      Parameter(name: "order", summary: "the highest power, up to 30", standard: "4"), point,
    ],
    examples: ["f = exp(x); taylor f order=4 x=0", "f(x, y) = x^2*y; taylor f x=1 y=2"],
    isAboutFormulas: true,
    takesPoint: true
  ) { call throws(Fault) in
    let loss = try call.loss()
    try call.checkArguments([], loss.source.layout)
    let order = try call.integer("order", 4, in: 0...30)
    let given = try call.pointExpressions(of: loss, start: false)
    if given == nil, loss.variables.count > 1 {
      let values = loss.variables.map { $0 + "=1" }.joined(separator: " ")
      throw Fault(
        "the series of \(loss.name) along its step needs a point",
        hint: "type taylor \(loss.name) \(values)")
    }
    let x = try given?.map { e throws(Fault) in try call.session.typed(e) } ?? [TypedNumber(.zero)]
    return [try call.session.taylor(loss, at: x, order: order)]
  },
  Command(
    name: "check", summary: "several independent derivatives side by side",
    usage: "check [f] x=1", parameters: [point], examples: ["f = x^2*exp(-x); check f x=1"],
    isAboutFormulas: true,
    takesPoint: true
  ) { call throws(Fault) in
    let loss = try call.loss()
    try call.checkArguments([], loss.source.layout)
    return [try call.session.check(loss, try call.requiredPoint(of: loss))]
  },
]

extension Call {
  /// Refuses a formula over rows that are too many to be written out.
  fileprivate func refuseFormula(of loss: Loss) throws(Fault) {
    guard loss.overRows else { return }
    throw Fault(
      "\(loss.name) goes through \(loss.rowCount) rows: there is no formula of numbers",
      hint: "at a point: \(command.name) \(loss.name) "
        + loss.source.layout.variables.map { $0.example($0.name) }.joined(separator: " "))
  }
}
