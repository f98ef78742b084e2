// Formulas shown: as typed, and derivatives simplified for reading.
import Calculus
import Descent

extension Session {
  /// A definition as it was understood.
  ///
  /// References to other definitions stay names.
  func typed(_ d: Definition) -> (text: String, latex: String) {
    guard d.body.arena.nodes.count < 5000 else {
      return (
        limited(d.body.text.isEmpty ? "…" : d.body.text) + " (\(d.body.arena.nodes.count) nodes)",
        ""
      )
    }
    let text = limited(
      d.body.written {
        environment.isVariable($0) || ((try? environment.valueShape($0)) ?? .scalar) != .scalar
      })
    // LaTeX comes from the program, in which calls of formulas are unfolded.
    let calls = d.body.references.contains {
      $0.call && ElementaryFunction.named($0.name) == nil && !Environment.reserved.contains($0.name)
    }
    let names = d.body.namesUsed
    guard !calls, !environment.hasArrays,
      let program = try? Environment().program(of: d.body, variables: names), program.isScalar
    else { return (text, "") }
    return (text, Formula.latex(of: program))
  }

  func limited(_ s: String) -> String { s.count > 2000 ? s.prefix(1999) + "…" : s }

  /// ∂loss/∂variable as a simplified formula.
  func symbolic(_ loss: Loss, by variable: String) -> Formula {
    Formula.derivative(of: loss.program, by: variable)
  }

  func symbolicProgram(_ loss: Loss, by variable: String) -> Program {
    symbolic(loss, by: variable).program()
  }

  /// Operations of the longest loss whose gradient is written over arrays.
  private static let longestFormula = 1000

  /// The gradient of a loss over arrays by its variables; nil where entries tell more.
  func arrayGradient(_ loss: Loss) -> [Notation: [String]]? {
    guard !loss.source.isScalar, loss.source.instructions.count <= Session.longestFormula,
      let d = loss.definition
    else { return nil }
    return environment.gradientTexts(of: d)
  }

  /// The Hessian of a loss of one column; nil where it has no notation.
  func arrayHessian(_ loss: Loss) -> (texts: [Notation: String], hasIdentity: Bool)? {
    guard !loss.source.isScalar, loss.source.instructions.count <= Session.longestFormula,
      let d = loss.definition
    else { return nil }
    return environment.hessianTexts(of: d)
  }

  /// `∇f = 2·x`, or one entry per variable.
  func gradientHead(_ loss: Loss) -> String {
    if let texts = arrayGradient(loss)?[.unicode] {
      let names = loss.source.layout.names.map { Spelling.shown($0, unicode: true) }
      if texts.count == 1 { return "∇\(loss.name) = \(texts[0])" }
      return zip(names, texts).map { "∇\(loss.name) by \($0) = \($1)" }.joined(separator: ", ")
    }
    let parts = loss.variables.map { symbolic(loss, by: $0).text(unicode: true) }
    return "∇\(loss.name) = "
      + (parts.count == 1 ? parts[0] : "(" + parts.joined(separator: ", ") + ")")
  }

  func gradient(of loss: Loss) throws(Fault) -> Answer {
    if let all = arrayGradient(loss), let texts = all[.unicode] {
      let names = loss.source.layout.names.map { Spelling.shown($0, unicode: true) }
      return Answer(
        "grad",
        variablesJSON(loss) + [
          ("text", .array(texts.map(JSON.string))),
          ("latex", all[.latex].map { .array($0.map(JSON.string)) } ?? .null),
        ], lines: zip(names, texts).map { "∂\(loss.name)/∂\($0) = \($1)" })
    }
    let formulas = loss.variables.map { symbolic(loss, by: $0) }
    let lines = zip(loss.variables, formulas).map { v, f in
      "∂\(loss.name)/∂\(Spelling.shown(v, unicode: true)) = \(f.text(unicode: true))"
    }
    return Answer(
      "grad",
      variablesJSON(loss) + [
        ("text", .array(formulas.map { .string($0.text(unicode: true)) })),
        ("latex", .array(formulas.map { .string($0.latex()) })),
      ], lines: lines)
  }

  func derivative(of loss: Loss, by variable: String, order: Int) -> Answer {
    var program = loss.program
    for _ in 0..<(order - 1) { program = program.tangent(by: variable) }
    let f = Formula.derivative(of: program, by: variable)
    let v = Spelling.shown(variable, unicode: true)
    let primes = String(repeating: "′", count: order)
    let head =
      loss.variables.count == 1
      ? "\(loss.name)\(order <= 3 ? primes : "^(\(order))")(\(v))"
      : order == 1 ? "∂\(loss.name)/∂\(v)" : "∂^\(order)\(loss.name)/∂\(v)^\(order)"
    let line = "\(head) = \(f.text(unicode: true))"
    return Answer(
      "diff",
      [("variable", .string(variable)), ("text", .string(line)), ("latex", .string(f.latex()))],
      lines: [line])
  }

  func gradientText(of name: String, in e: Expression) throws(Fault) -> Answer {
    guard let d = environment[name] else { throw unknownName(name, in: e) }
    return try gradient(of: try loss(d))
  }

  /// `f'` alone: the formula where f has one variable.
  func derivativeText(_ name: String, order: Int, in e: Expression) throws(Fault) -> Answer {
    guard let d = environment[name] else { throw unknownName(name, in: e) }
    let loss = try loss(d)
    guard loss.variables.count == 1 else {
      throw Fault(
        "\(name)' needs one variable; \(name) has \(loss.variables.joined(separator: ", "))",
        hint: "write grad \(name)")
    }
    guard order <= 10 else { throw Fault("at most 10 primes", hint: "use taylor") }
    return derivative(of: loss, by: loss.variables[0], order: order)
  }
}
