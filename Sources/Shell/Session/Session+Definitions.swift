// Definitions: live, echoed, undone.
import Calculus
import Descent

extension Session {
  func define(
    _ name: String, _ parameters: [String]?, _ body: Expression, _ at: SourceRange, _ text: String
  ) throws(Fault) -> Answer {
    if Environment.isTaken(name) {
      throw Fault(
        "\(name) has a meaning already", hint: "choose another name; help \(name) tells it", at: at)
    }
    if let parameters {
      for (i, p) in parameters.enumerated() where parameters[..<i].contains(p) {
        throw Fault("the parameter \(p) is named twice", at: at)
      }
    }
    if body.references.contains(where: { $0.name == name }), !(parameters ?? []).contains(name) {
      let why =
        parameters == nil
        ? "\(name) is defined through itself" : "\(name) calls itself: recursion is not supported"
      let isRule = body.references.contains { $0.name == "g" } && name == "x"
      throw Fault(
        why,
        hint: isRule
          ? "a method is declared: method mine: x = x - eta*g" : "use another name on one side",
        at: at)
    }
    if environment.usedNames.contains(name),
      let circle = environment.circle(defining: name, parameters, body)
    {
      throw Fault("a circle: " + circle.joined(separator: " -> "), at: at)
    }
    for (n, call) in body.references where call && environment[n] == nil {
      try checkCall(n, parameters, body)
    }
    if let parameters {
      for (n, call) in body.references where !call && !parameters.contains(n) {
        if environment[n] == nil, !Environment.isTaken(n) { throw unknownName(n, in: body) }
      }
    }
    for (n, call) in body.references where !call && !(parameters ?? []).contains(n) {
      if ElementaryFunction.named(n) != nil || Prelude.definition(n) != nil {
        let range = body.arena.nodes.first {
          $0.kind == .name && body.arena.names[Int($0.a)] == n
        }?.range
        throw Fault(
          "\(n) wants its argument in parentheses", hint: Foreign.call(of: n, in: body), at: range)
      }
    }
    let before = environment.definitions[name]
    environment.define(name, parameters, body)
    warnOfProducts(name, parameters, body)
    history.append(Change(name: name, before: .definition(before), statement: text))
    do throws(Fault) {
      return try echo(name, before)
    } catch {
      if let before {
        environment.define(name, before.parameters, before.body)
      } else {
        environment.forget(name)
      }
      history.removeLast()
      throw error
    }
  }

  /// Says that a name is one name where a product may have been meant.
  private func warnOfProducts(_ name: String, _ parameters: [String]?, _ body: Expression) {
    guard parameters == nil, let d = environment[name] else { return }
    var found = Foreign.products(body.references.filter { !$0.call }.map(\.name), in: body)
    if found.isEmpty || body.text.isEmpty { return }
    let free = environment.variables(of: d)
    found.removeAll { !free.contains($0.name) }
    guard let first = found.first else { return }
    var meant = body.text.trimmedBlanks
    for (name, product) in found { meant = meant.replacing(name: name, with: product) }
    let others =
      found.count > 1
      ? "\(found.map(\.name).joined(separator: ", ")) are single names"
      : "\(first.name) is one name"
    warn(others, hint: "for products write \(meant)")
  }

  private func checkCall(
    _ n: String, _ parameters: [String]?, _ body: Expression
  ) throws(Fault) {
    if n == "if" || n == "not" || ElementaryFunction.named(n) != nil { return }
    let range = body.arena.nodes.first {
      [.call, .derivative, .gradient].contains($0.kind) && body.arena.names[Int($0.a)] == n
    }?.range
    let close = ClosestName.match(n, among: environment.functionNames)
    let known = (parameters ?? []).contains(n) || environment[n] != nil
    // xsin(x) is x*sin(x).
    let tail = n.dropFirst()
    let product =
      !known && tail.count > 2 && ElementaryFunction.named(String(tail)) != nil
      ? "for a product write \(n.prefix(1))*\(tail)(…)" : nil
    throw Fault(
      known ? "\(n) is not a function" : "there is no function \(n)",
      hint: product ?? close.map { "did you mean \($0)?" } ?? "for a product write \(n)*(…)",
      at: range)
  }

  /// The answer to a definition: what was understood.
  private func echo(_ name: String, _ before: Definition?) throws(Fault) -> Answer {
    guard let d = environment.definitions[name] else { return Answer("definition", lines: []) }
    let n = d.body.arena.nodes[Int(d.body.root)]
    var lines: [String] = []
    let label = Spelling.shown(name, unicode: true)
    var members: [(String, JSON)] = [("name", .string(name))]
    if n.kind == .matrix {
      lines = ["\(label) = \(try matrix(d.body).text)"]
      members += [("variables", .array([])), ("text", .string(lines[0])), ("latex", .null)]
      return Answer("definition", members, lines: lines)
    }
    let variables = environment.variables(of: d)
    let formula = typed(d)
    var head = label
    if d.parameters != nil || !variables.isEmpty {
      head +=
        "(" + variables.map { Spelling.shown($0, unicode: true) }.joined(separator: ", ") + ")"
    }
    var line = "\(head) = \(formula.text)"
    if variables.isEmpty, d.parameters == nil {
      let v = try value(d.body)
      let shown = v.text(digits: digits)
      if formula.text != shown { line += " = \(shown)" }
      members.append(contentsOf: member("value", v, digits: digits))
    }
    lines.append(line)
    members += [
      ("variables", .array(variables.map(JSON.string))), ("text", .string(line)),
      ("latex", .string(formula.latex)),
    ]
    let users =
      !environment.usedNames.contains(name)
      ? []
      : environment.definitions.values.filter { other in
        other.name != name && other.parameters == nil
          && other.body.references.contains { $0.name == name }
      }.map(\.name).sorted()
    if before == nil, !users.isEmpty, variables.isEmpty {
      lines.append(
        "\(label) was a variable of \(users.joined(separator: ", ")) and is a number now; forget \(name) takes that back"
      )
    } else if before != nil, !users.isEmpty {
      lines.append("\(users.joined(separator: ", ")) follow\(users.count == 1 ? "s" : "")")
    }
    return Answer("definition", members, lines: lines)
  }

  /// Takes the last definition back.
  func undo() throws(Fault) -> Answer {
    guard let last = history.popLast() else { throw Fault("there is nothing to take back") }
    switch last.before {
    case .definition(let before?): environment.define(last.name, before.parameters, before.body)
    case .definition(nil): environment.forget(last.name)
    case .method(let before): put(before, named: last.name)
    }
    undone[last.name] = last.statement
    if let k = worked.lastIndex(of: last.statement) { worked.remove(at: k) }
    let state =
      last.before.isNone ? "\(last.name) is not defined any more" : "\(last.name) is as before"
    return Answer(
      "undo", [("text", .string(state))], lines: ["taken back: \(limited(last.statement))", state])
  }

  /// The answer to a bare expression: a value, or the formula of a name or a derivative.
  func evaluate(_ e: Expression) throws(Fault) -> Answer {
    let n = e.arena.nodes[Int(e.root)]
    switch n.kind {
    case .gradient: return try gradientText(of: e.arena.names[Int(n.a)], in: e)
    case .derivative: return try derivativeText(e.arena.names[Int(n.a)], order: Int(n.b), in: e)
    case .name:
      let name = e.arena.names[Int(n.a)]
      if let d = environment.definitions[name],
        d.parameters != nil || !environment.variables(of: d).isEmpty
      {
        return try echo(name, nil)
      }
    case .matrix:
      let (text, value) = try matrix(e)
      return Answer("value", [("value", value), ("text", .string(text))], lines: [text])
    case .string: throw Fault("a text alone says nothing", at: n.range)
    default: break
    }
    let v = try value(e)
    let text = v.text(digits: digits)
    remember(v)
    return Answer(
      "value", member("value", v, digits: digits) + [("text", .string(text))], lines: [text])
  }

  /// The text and the rows of `[1, 2; 3, 4]`; a vector is one array.
  private func matrix(_ e: Expression) throws(Fault) -> (text: String, value: JSON) {
    let columns = max(1, Int(e.arena.nodes[Int(e.root)].b))
    let values = try list(e).map(Certified.exact)
    func text(_ part: some Sequence<Certified>) -> String {
      part.map { $0.text(digits: digits) }.joined(separator: ", ")
    }
    if columns == 1 { return ("[\(text(values))]", .array(values.map(json))) }
    let rows = stride(from: 0, to: values.count, by: columns).map { values[$0..<($0 + columns)] }
    return (
      "[\(rows.map { text($0) }.joined(separator: "; "))]",
      .array(rows.map { .array($0.map(json)) })
    )
  }

  /// Makes a value available as `ans`.
  private func remember(_ v: Certified) {
    let literal: String
    if let r = v.rational, r.bits < 4000 {
      literal = r.isInteger ? r.description : "(\(r.description))"
    } else if let d = v.nearestDouble, d.isFinite {
      literal = JSON.shortest(d)
    } else {
      return
    }
    guard var parser = try? Parser(Lexer(Array(literal.utf8))),
      let body = try? parser.expression()
    else { return }
    environment.define("ans", nil, body)
  }
}
