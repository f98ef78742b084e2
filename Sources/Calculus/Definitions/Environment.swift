// What names mean: definitions, live. A definition binds its free names when it is used, not when
// it is made.

/// `name = body` or `name(parameters) = body`.
package struct Definition: Sendable {
  package var name: String
  /// nil for a formula, whose variables are its free names.
  package var parameters: [String]?
  package var body: Expression
  /// Set apart from every other definition, also of the same name.
  package let serial: Int

  package init(name: String, parameters: [String]?, body: Expression, serial: Int) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.serial = serial
  }
}

/// The definitions in force: the user's, then those that come with the language.
package struct Environment: Sendable {
  package private(set) var definitions: [String: Definition] = [:]
  private var serial = 1000
  /// The variables of each definition, while nothing that it uses changes.
  private var cachedVariables: [String: [String]] = [:]
  /// Every name that some definition has used: only these can close a circle or lose a variable.
  package private(set) var usedNames: Set<String> = []

  package init() {}

  /// What a name means: the definition of the session, else that of the Prelude; nil for a free name.
  package subscript(name: String) -> Definition? { definitions[name] ?? Prelude.definition(name) }

  /// Gives a name its meaning, in place of what it had.
  package mutating func define(_ name: String, _ parameters: [String]?, _ body: Expression) {
    serial += 1
    if usedNames.contains(name) || definitions[name] != nil { cachedVariables = [:] }
    let d = Definition(name: name, parameters: parameters, body: body, serial: serial)
    definitions[name] = d
    for (n, _) in body.references { usedNames.insert(n) }
    cachedVariables[name] = variables(of: d)
  }

  /// Makes a name free again.
  package mutating func forget(_ name: String) {
    definitions[name] = nil
    cachedVariables = [:]
  }

  /// The variables of a formula where they are known already.
  func knownVariables(_ name: String) -> [String]? { cachedVariables[name] }

  /// Names that have a meaning without being defined.
  package static let reserved: Set<String> = ["pi", "e", "if", "and", "or", "not"]

  /// Whether a name is a function or constant that cannot be redefined.
  package static func isTaken(_ name: String) -> Bool {
    reserved.contains(name) || ElementaryFunction.named(name) != nil
      || Prelude.texts.contains { $0.name == name }
  }
}

/// Functions written in the language itself: the same door that a user's function goes through.
package enum Prelude {
  package static let texts: [(name: String, parameters: [String], body: String, summary: String)] =
    [
      ("sigmoid", ["x"], "1/(1+exp(-x))", "1/(1 + e⁻ˣ)"),
      ("relu", ["x"], "max(x, 0)", "max(x, 0)"),
      ("logit", ["x"], "log(x/(1-x))", "the inverse of sigmoid"),
      ("square", ["x"], "x^2", "x²"),
      (
        "huber", ["x", "d"], "if(abs(x) <= d, x^2/2, d*(abs(x)-d/2))",
        "x²/2 up to |x| = d, then straight"
      ),
      (
        "crossentropy", ["p", "y"], "-y*log(p)-(1-y)*log(1-p)",
        "the cost of predicting p where y is true"
      ),
      ("norm", ["x"], "abs(x)", "the length of a vector; of a number, its absolute value"),
    ]

  private static let parsed: [String: Definition] = {
    var all: [String: Definition] = [:]
    for (i, t) in texts.enumerated() {
      guard var parser = try? Parser(Lexer(Array(t.body.utf8))),
        let body = try? parser.expression()
      else { preconditionFailure("the prelude's \(t.name) does not parse") }
      all[t.name] = Definition(name: t.name, parameters: t.parameters, body: body, serial: i)
    }
    return all
  }()

  /// The line of the Prelude that defines a name; nil where none does.
  package static func definition(_ name: String) -> Definition? {
    texts.contains { $0.name == name } ? parsed[name] : nil
  }
}
