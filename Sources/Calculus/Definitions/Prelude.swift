// What comes with the language, written in it.

/// Functions written in the language itself: the same door that a user's function goes through.
package enum Prelude {
  package static let texts: [(name: String, parameters: [String], body: String, summary: String)] =
    [
      ("sigmoid", ["x"], "1 ./ (1+exp(-x))", "1/(1 + e⁻ˣ)"),
      ("relu", ["x"], "max(x, 0)", "max(x, 0)"),
      ("logit", ["x"], "log(x ./ (1-x))", "the inverse of sigmoid"),
      ("square", ["x"], "x.^2", "x²"),
      (
        "huber", ["x", "d"], "if(abs(x) <= d, x.^2/2, d*(abs(x)-d/2))",
        "x²/2 up to |x| = d, then straight"
      ),
      (
        "crossentropy", ["p", "y"], "-y.*log(p)-(1-y).*log(1-p)",
        "the cost of predicting p where y is true"
      ),
      ("dot", ["u", "v"], "sum(u.*v)", "the sum of the products of entries"),
      ("mean", ["x"], "sum(x)/count(x)", "the mean of all entries"),
      ("variance", ["x"], "mean((x-mean(x)).^2)", "the mean square of the distance from the mean"),
      ("std", ["x"], "sqrt(variance(x))", "the root of the variance"),
      ("mse", ["p", "y"], "mean((p-y).^2)", "the mean of the squared errors"),
      (
        "softmax", ["z"], "exp(z.-logsumexp(z))",
        "eᶻ in shares of their sum: of a column, of each row of a matrix"
      ),
      (
        "softmaxloss", ["z", "Y"], "mean(logsumexp(z))-sum(Y.*z)/count(logsumexp(z))",
        "the cost of scores z where Y is 1 in the column of the class, mean over rows"
      ),
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
