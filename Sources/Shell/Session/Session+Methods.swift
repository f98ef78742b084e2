// Methods: those that come with the language, and those that are declared at the prompt.
import Calculus
import Descent

extension Session {
  /// Every method by name, the user's last.
  var methods: [MethodDeclaration] { Methods.builtIn + declaredMethods }

  func method(named name: String) -> MethodDeclaration? { methods.first { $0.name == name } }

  /// Takes a declaration up, in place of one of the same name.
  ///
  /// - Throws: where a name of the rule has no meaning, or the method comes with the language.
  func declare(
    _ method: MethodDeclaration, at range: SourceRange, _ text: String
  ) throws(Fault) -> Answer {
    if Methods.builtIn.contains(where: { $0.name == method.name }) {
      throw Fault(
        "\(method.name) comes with the language", hint: "choose another name; help \(method.name)",
        at: range)
    }
    if Environment.isTaken(method.name) || Command.named(method.name) != nil {
      throw Fault("\(method.name) has a meaning already", hint: "choose another name", at: range)
    }
    let law = try Method(method, in: environment).check()
    let before = self.method(named: method.name)
    history.append(Change(name: method.name, before: .method(before), statement: text))
    put(method, named: method.name)
    return answer(of: method, law)
  }

  /// Puts a method, or none, where one of this name was.
  func put(_ method: MethodDeclaration?, named name: String) {
    let place = declaredMethods.firstIndex { $0.name == name }
    switch (method, place) {
    case (let method?, let place?): declaredMethods[place] = method
    case (let method?, nil): declaredMethods.append(method)
    case (nil, let place?): declaredMethods.remove(at: place)
    case (nil, nil): break
    }
  }

  /// ` by NAME`, for what is not gradient descent.
  func byMethod(_ step: StepProgram) -> String {
    step.isGradientDescent ? "" : " by \(step.method.name)"
  }

  /// What was understood: the rule, what is kept, and whether it is a method that is known.
  private func answer(of method: MethodDeclaration, _ law: Law?) -> Answer {
    var lines = ["\(method.name)\(parameterList(method)): \(method.summary)"]
    if !method.states.isEmpty {
      let starts = method.states.map { s in
        let start = method.parameters.first { $0.name == s + "0" }?.number ?? .zero
        return
          "\(Spelling.shown(s, unicode: true)) = \(Certified.exact(start).text(digits: digits))"
      }
      lines.append("it keeps \(starts.joined(separator: ", ")) at the start")
    }
    switch law {
    case .gradient: lines.append("this is gradient descent, as gd")
    case .inertia(let i):
      lines.append(
        "this is \(i.looksAhead ? "Nesterov's method, as nesterov" : "the heavy ball, as momentum")"
      )
    case nil: break
    }
    return Answer(
      "method",
      [
        ("name", .string(method.name)),
        (
          "parameters",
          .object(
            method.parameters.map { ($0.name, json(Certified.exact($0.number ?? .zero))) })
        ), ("state", .array(method.states.map(JSON.string))),
        ("rule", .array(method.steps.map(JSON.string))),
        ("latex", .array(method.stepsInLaTeX.map { $0.map(JSON.string) ?? .null })),
        ("text", .array(lines.map(JSON.string))),
      ], lines: lines)
  }

  /// `(beta = 0.9)`, or nothing.
  private func parameterList(_ method: MethodDeclaration) -> String {
    if method.parameters.isEmpty { return "" }
    let all = method.parameters.map {
      "\($0.name)=\($0.standardText)"
    }
    return "(\(all.joined(separator: ", ")))"
  }
}
