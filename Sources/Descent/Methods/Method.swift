// Descent methods. Each is a declaration in the language itself (`MethodDeclaration`): the built-in ones
// are rows of `Methods`, others are typed at the prompt.
import Calculus

/// A declared method with the values of its parameters.
package struct Method: Sendable {
  package let declaration: MethodDeclaration
  /// In the order of the declaration.
  package let values: [Rational]
  /// What other names of the rule stand for.
  let environment: Environment
  package var name: String { declaration.name }

  /// - Parameter values: by name those that are given.
  package init(
    _ declaration: MethodDeclaration, _ values: [String: Rational] = [:],
    in environment: Environment = Environment()
  ) {
    self.declaration = declaration
    self.values = declaration.parameters.map { values[$0.name] ?? $0.number ?? .zero }
    self.environment = environment
  }

  /// Gradient descent.
  package static let gradientDescent = Method(Methods.gradientDescent)

  /// Whether every name of the rule has a meaning, for one variable and for several: the law that it is
  /// known to follow, if any.
  ///
  /// - Throws: what has no meaning, with its place in the declaration.
  package func check() throws(Fault) -> Law? {
    _ = try RuleProgram(self, entries: 1)
    _ = try RuleProgram(self, entries: 2)
    return LinearRule(self, entries: 2)?.law
  }

  /// The value that a state has before the first step: the parameter NAME0, else 0.
  func start(of state: String) -> Rational {
    declaration.parameters.firstIndex { $0.name == state + "0" }.map { values[$0] } ?? .zero
  }
}

/// The methods that come with the language.
package enum Methods {
  private static let beta = ["beta": "how much of the last step is kept"]

  /// Gradient descent, the heavy ball, Nesterov's accelerated gradient.
  ///
  /// Cauchy 1847; Polyak 1964; Nesterov 1983 in the form of Sutskever and others, 2013.
  package static let builtIn: [MethodDeclaration] = [
    gradientDescent,
    declared(
      "momentum(beta=0.9): v = beta*v - eta*g, x = x + v",
      "heavy ball: v ← βv − η∇C, x ← x + v", beta),
    declared(
      "nesterov(beta=0.9): v = beta*v - eta*g(x + beta*v), x = x + v",
      "look ahead: v ← βv − η∇C(x + βv), x ← x + v", beta),
  ]

  /// The first row, by its name.
  static let gradientDescent = declared(
    "gd: x = x - eta*g", "gradient descent: x ← x − η∇C")

  private static func declared(
    _ text: String, _ summary: String, _ parameters: [String: String] = [:]
  ) -> MethodDeclaration {
    guard var p = try? Parser(Lexer(Array(text.utf8))),
      let d = try? MethodDeclaration(&p, summary: summary, summaries: parameters)
    else { preconditionFailure("the method \(text) does not parse") }
    return d
  }
}
