// A descent method as it is declared, in the language itself:
//
//   method    := NAME [ '(' NAME '=' number { ',' NAME '=' number } ')' ] ':' rule
//   rule      := NAME '=' expression { ',' NAME '=' expression }
//
//   momentum(beta=0.9): v = beta*v - eta*g, x = x + v
//
// Assignments run from left to right; a name is its newest value, else its value when the step begins.
// What is read before it is assigned is state: it is 0 at the start, or the parameter NAME0. x stands for
// all variables and is assigned once; f and g are the loss and its gradient at the old point, f(u) and
// g(u) those elsewhere; eta is the rate, t the number of the step. Rules work entry by entry; only dot,
// norm, sum, max, min of one argument and count read across entries.
import Calculus

/// What was declared: names and expressions, before anything is known of the loss.
package struct MethodDeclaration: Sendable {
  /// `name = value`, in the order of the step.
  package struct Assignment: Sendable {
    package let name: String
    package let value: Expression
  }
  package let name: String
  package let parameters: [Parameter]
  package let assignments: [Assignment]
  /// The names that are kept from step to step, in order of appearance; none where each step forgets.
  package let states: [String]
  /// Everything behind the name as it was typed.
  package let text: String
  /// What help says of it.
  package let summary: String

  /// Names that a rule is given.
  package static let given: Set<String> = ["x", "f", "g", "eta", "t"]
  /// Functions that read all entries of their argument.
  package static let reductions: Set<String> = ["dot", "norm", "sum", "max", "min", "count"]

  /// Reads a declaration from its name on, to the end of the text.
  ///
  /// - Parameter summaries: what the parameters are, where more is to be said than their names.
  /// - Throws: what is wrong, with its place.
  package init(
    _ p: inout Parser, summary: String? = nil, summaries: [String: String] = [:]
  ) throws(Fault) {
    guard p.token.kind == .name else {
      throw Fault(
        "a method wants a name and a rule",
        hint: MethodDeclaration.example + "; help method lists those that are there",
        at: p.token.range)
    }
    let name = p.name(p.token)
    self.name = name
    try p.advance()
    let start = p.token.range.start
    parameters = try MethodDeclaration.parameters(&p, summaries)
    guard p.token.kind == .colon else {
      throw Fault(
        "a colon and the rule are due here", hint: MethodDeclaration.example, at: p.token.range)
    }
    var assignments: [Assignment] = []
    var end = start
    repeat {
      repeat { try p.advance() } while p.token.kind == .newline
      let target = p.token.range
      guard p.token.kind == .name, p.peek()?.kind == .assign else {
        throw Fault(
          "an assignment is due here",
          hint: "as in x = x - eta*g, with = and commas between several", at: target)
      }
      let assigned = p.name(p.token)
      try MethodDeclaration.check(assigned, parameters, assignments, at: target)
      try p.advance()
      try p.advance()
      let value = try p.expression()
      end = p.token.range.start
      assignments.append(Assignment(name: assigned, value: value))
    } while p.token.kind == .comma
    while p.token.kind == .newline { try p.advance() }
    guard p.token.kind == .end else {
      let isFactor = [.name, .number].contains(p.token.kind)
      throw Fault(
        "\(p.text(p.token.range)) cannot stand here",
        hint: "assignments are parted by commas"
          + (isFactor ? "; for a product write *, for a choice if(c, a, b)" : ""),
        at: p.token.range)
    }
    guard assignments.contains(where: { $0.name == "x" }) else {
      throw Fault(
        "the rule of \(name) does not move x",
        hint: "end it with x = x - …; a line that ends in a comma goes on")
    }
    self.assignments = assignments
    text = p.text(SourceRange(start, end)).trimmedBlanks
    states = MethodDeclaration.states(assignments, Set(parameters.map(\.name)))
    self.summary = summary ?? MethodDeclaration.written(assignments).joined(separator: ", ")
  }

  private static let example = "as in method mine(beta=0.9): v = beta*v - eta*g, x = x + v"

  /// `(name = number, …)`, or nothing.
  private static func parameters(
    _ p: inout Parser, _ summaries: [String: String]
  ) throws(Fault) -> [Parameter] {
    var out: [Parameter] = []
    guard p.token.kind == .open else { return out }
    repeat {
      try p.advance()
      let at = p.token.range
      guard p.token.kind == .name else {
        throw Fault("a parameter wants a name", hint: "write (beta=0.9)", at: at)
      }
      let name = p.name(p.token)
      if given.contains(name), name != "eta" {
        throw Fault("\(name) is given to every rule", hint: "leave it out", at: at)
      }
      try p.advance()
      guard p.token.kind == .assign else {
        throw Fault(
          "the parameter \(name) wants a value that holds where none is given",
          hint: "write \(name)=0.9", at: at)
      }
      if out.contains(where: { $0.name == name }) {
        throw Fault("the parameter \(name) is named twice", at: at)
      }
      try p.advance()
      let value = try p.expression()
      guard let standard = try Environment().program(of: value, variables: []).number else {
        throw Fault("\(name)= wants a number", at: SourceRange(at.start, value.end ?? at.end))
      }
      out.append(
        Parameter(
          name: name, summary: summaries[name] ?? "parameter of the method",
          standard: .number(standard)))
    } while p.token.kind == .comma
    guard p.token.kind == .close else {
      throw Fault("the parameters are not closed", hint: "end them with )", at: p.token.range)
    }
    try p.advance()
    return out
  }

  /// Whether a name may be assigned.
  private static func check(
    _ name: String, _ parameters: [Parameter], _ before: [Assignment], at range: SourceRange
  ) throws(Fault) {
    if name == "x", before.contains(where: { $0.name == "x" }) {
      throw Fault("x moves once in a step", hint: "gather the step in one line", at: range)
    }
    if given.contains(name), name != "x" {
      throw Fault("\(name) is given and cannot be assigned", hint: "choose another name", at: range)
    }
    if parameters.contains(where: { $0.name == name }) {
      throw Fault("\(name) is a parameter and keeps its value", at: range)
    }
    if Environment.isTaken(name) || reductions.contains(name) {
      throw Fault("\(name) has a meaning already", hint: "choose another name", at: range)
    }
  }

  /// The assigned names that are read before they are assigned.
  private static func states(
    _ assignments: [Assignment], _ parameters: Set<String>
  ) -> [String] {
    var assigned: Set<String> = []
    let all = Set(assignments.map(\.name)).subtracting(["x"])
    var out: [String] = []
    for a in assignments {
      for (name, isCall) in a.value.references where !isCall && all.contains(name) {
        if !assigned.contains(name), !out.contains(name) { out.append(name) }
      }
      assigned.insert(a.name)
    }
    return out
  }

  /// The assignments in symbols, as v ← β·v - η·g.
  package var steps: [String] { MethodDeclaration.written(assignments) }

  private static func written(_ assignments: [Assignment]) -> [String] {
    assignments.map {
      "\(Spelling.shown($0.name, unicode: true)) ← \($0.value.written(unicode: true))"
    }
  }

  /// The assignments in LaTeX; nil for those that call what only rules know, as g(u) and what reads all
  /// entries.
  package var stepsInLaTeX: [String?] {
    assignments.map { a in
      // Of one number the largest entry is itself, of a rule's it is not.
      let arena = a.value.arena
      let readsAll = arena.nodes.contains { n in
        guard n.kind == .call else { return false }
        let name = arena.names[Int(n.a)]
        let isOfPairs = ElementaryFunction.named(name) != nil && arena.list(at: n.b).count > 1
        return MethodDeclaration.reductions.contains(name) && !isOfPairs
      }
      if readsAll { return nil }
      let names = a.value.references.filter { !$0.call }.map(\.name)
      guard let program = try? Environment().program(of: a.value, variables: names) else {
        return nil
      }
      var b = ProgramBuilder()
      let target = b.variable(a.name)
      let name = Formula.latex(of: b.program(outputs: [target]))
      return "\(name) \\leftarrow \(Formula.latex(of: program))"
    }
  }
}

extension Expression {
  /// Where its last node ends in the source.
  fileprivate var end: Int? { arena.nodes.map { Int($0.end) }.max() }
}

extension Program {
  /// The value of a program that reads no variable, where it is an exact number.
  fileprivate var number: Rational? {
    variables.isEmpty ? run(CertifiedArithmetic(bits: 64), at: [])[0].rational : nil
  }
}
