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
    let isStart = parameters == nil && name.hasSuffix("0")
    for (n, call) in body.references where call && environment[n] == nil {
      // What draws is a start, which the command draws that starts there.
      if isStart, Distribution.named(n) != nil { continue }
      try checkCall(n, parameters, body)
    }
    if let parameters {
      for (n, call) in body.references where !call && !parameters.contains(n) {
        if environment[n] == nil, !Environment.isTaken(n) { throw unknownName(n, in: body) }
      }
    }
    for (n, call) in body.references where !call && !(parameters ?? []).contains(n) {
      if Environment.functions.contains(where: { $0.name == n }) {
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
    if Environment.isTaken(n), environment.definitions[n] == nil { return }
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
      hint: ArrayFunction.elsewhere(n) ?? product ?? close.map { "did you mean \($0)?" }
        ?? "for a product write \(n)*(…)",
      at: range)
  }

  /// The answer to a definition: what was understood.
  private func echo(_ name: String, _ before: Definition?) throws(Fault) -> Answer {
    guard let d = environment.definitions[name] else { return Answer("definition", lines: []) }
    var lines: [String] = []
    let label = Spelling.shown(name, unicode: true)
    var members: [(String, JSON)] = [("name", .string(name))]
    let variables = environment.variables(of: d)
    let formula = typed(d)
    var head = label
    if d.parameters != nil || !variables.isEmpty {
      head +=
        "(" + variables.map { Spelling.shown($0, unicode: true) }.joined(separator: ", ") + ")"
    }
    var line = "\(head) = \(formula.text)"
    if !environment.draws(in: d.body).isEmpty {
      line += ", drawn where a command starts there"
    } else if variables.isEmpty, d.parameters == nil,
      let axis = try? environment.program(of: d).extent(of: 0).axis, axis > 0
    {
      line += ", in each row"
    } else if variables.isEmpty, d.parameters == nil {
      let (entries, shape) = try array(d.body)
      let shown = shape.isScalar ? entries[0].text(digits: digits) : arrayText(entries, shape)
      if formula.text != shown { line += " = \(shown)" }
      members +=
        shape.isScalar
        ? member("value", entries[0], digits: digits) : [("value", arrayJSON(entries, shape))]
    }
    lines.append(line)
    // Shapes that do not fit yet may fit when what is used gets its own.
    if environment.hasArrays, !variables.isEmpty, let fault = shapeFault(in: d) {
      warn(fault.message, hint: fault.hint)
    }
    members += [
      ("variables", .array(variables.map(JSON.string))), ("text", .string(line)),
      ("latex", formula.latex.isEmpty ? .null : .string(formula.latex)),
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

  /// What does not fit in a definition as names stand now.
  private func shapeFault(in d: Definition) -> Fault? {
    do throws(Fault) {
      _ = try environment.program(of: d)
      return nil
    } catch { return error }
  }

  /// Takes the last definition back.
  func undo() throws(Fault) -> Answer {
    guard let last = history.popLast() else { throw Fault("there is nothing to take back") }
    switch last.before {
    case .definition(let before?): environment.define(last.name, before.parameters, before.body)
    case .definition(nil): environment.forget(last.name)
    case .method(let before): put(before, named: last.name)
    case .shape(let before): environment.declare(last.name, before)
    case .table(let before): environment.keep(before, named: last.name)
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
    case .derivative where !environment.isOfData(e.arena.names[Int(n.a)]):
      // Of an array ' is the transpose, below.
      let isOfNumber = try environment.valueShape(e.arena.names[Int(n.a)]).isScalar
      if isOfNumber || n.b > 1 {
        return try derivativeText(e.arena.names[Int(n.a)], order: Int(n.b), in: e)
      }
    case .name:
      let name = e.arena.names[Int(n.a)]
      if let d = environment.definitions[name],
        d.parameters != nil || !environment.variables(of: d).isEmpty
      {
        return try echo(name, nil)
      }
    case .string: throw Fault("a text alone says nothing", at: n.range)
    default: break
    }
    if let rows = try rowsAnswer(e) { return rows }
    let (entries, shape) = try array(e)
    remember(entries, shape)
    if !shape.isScalar {
      let text = arrayText(entries, shape)
      return Answer(
        "value", [("value", arrayJSON(entries, shape)), ("text", .string(text))], lines: [text])
    }
    let text = entries[0].text(digits: digits)
    return Answer(
      "value", member("value", entries[0], digits: digits) + [("text", .string(text))],
      lines: [text])
  }

  /// Makes a value available as `ans`.
  private func remember(_ entries: [Certified], _ shape: Shape) {
    let literals = entries.compactMap { v -> String? in
      if let r = v.rational, r.bits < 4000 {
        return r.isInteger ? r.description : "(\(r.description))"
      }
      guard let d = v.nearestDouble, d.isFinite else { return nil }
      return JSON.shortest(d)
    }
    guard literals.count == entries.count else { return }
    let rows = stride(from: 0, to: literals.count, by: shape.columns).map {
      literals[$0..<($0 + shape.columns)].joined(separator: ", ")
    }
    let literal = shape.isScalar ? literals[0] : "[\(rows.joined(separator: "; "))]"
    guard var parser = try? Parser(Lexer(Array(literal.utf8))),
      let body = try? parser.expression()
    else { return }
    environment.define("ans", nil, body)
  }
}
