// Gradients of losses over arrays as a careful author writes them, each held against a reference derived by hand
// (The Matrix Cookbook's rules: ∂‖r‖² = 2·Jᵀ·r, ∂(xᵀMx) = (M + Mᵀ)·x, ∂f(u) = Jᵀ·f′(u), ∂(bᵀWv) = b·vᵀ), and each
// read back and run against reverse mode, in exact numbers or enclosures, for other shapes than those shown.
import Testing

@testable import Calculus

struct ArrayTextTests {
  /// In A (3×2), b (3), c (2), S (2×2, symmetric), M (2×2), Y (3×3); x (2), v (3), W (3×3), U (2×3), d (3) move.
  static let gradients: [(loss: String, texts: [String])] = [
    ("norm(A*x - b)^2", ["2·Aᵀ·(A·x - b)"]),
    ("norm(A*x - b)", ["Aᵀ·(A·x - b)/‖A·x - b‖"]),
    ("sum((A*x - b)^2)/2", ["Aᵀ·(A·x - b)"]),
    ("mean((A*x - b)^2)", ["2/3·Aᵀ·(A·x - b)"]),
    ("mse(A*x, b)", ["2/3·Aᵀ·(A·x - b)"]),
    ("x'*S*x/2 - c'*x", ["S·x - c"]),
    ("x'*S*x", ["2·S·x"]),
    ("x'*M*x", ["Mᵀ·x + M·x"]),
    ("c'*x", ["c"]),
    ("dot(c, x)^2", ["2·(cᵀ·x)·c"]),
    ("x'*x", ["2·x"]),
    ("norm(x)", ["x/‖x‖"]),
    ("norm(x)^3", ["3·‖x‖·x"]),
    ("1/norm(x)", ["-x/‖x‖³"]),
    ("exp(-norm(x)^2/2)", ["-exp(-0.5·‖x‖²)·x"]),
    ("log(1 + norm(x)^2)", ["2·x/(1 + ‖x‖²)"]),
    ("sqrt(1 + norm(x)^2)", ["x/sqrt(1 + ‖x‖²)"]),
    ("sum(exp(A*x))", ["Aᵀ·exp(A·x)"]),
    ("log(sum(exp(A*x)))", ["Aᵀ·exp(A·x)/sum(exp(A·x))"]),
    ("logsumexp(A*x)", ["Aᵀ·softmax(A·x)"]),
    ("logsumexp(x)", ["softmax(x)"]),
    ("sum(log(1 + exp(A*x)))", ["Aᵀ·(exp(A·x) ⊘ (1 + exp(A·x)))"]),
    ("sum(softplus(A*x))", ["Aᵀ·(1 ⊘ (1 + exp(-A·x)))"]),
    ("mean(softplus(-b.*(A*x)))", ["-1/3·Aᵀ·(b ⊘ (1 + exp(b ⊙ (A·x))))"]),
    ("sum(tanh(A*x))", ["Aᵀ·(1 ⊘ cosh(A·x)²)"]),
    ("sum(sigmoid(A*x))", ["Aᵀ·(exp(-A·x) ⊘ (1 + exp(-A·x))²)"]),
    ("norm(tanh(A*x) - b)^2", ["2·Aᵀ·((tanh(A·x) - b) ⊘ cosh(A·x)²)"]),
    ("norm(x .* c - 1)^2", ["2·(x ⊙ c - 1) ⊙ c"]),
    ("sum(c.*x^2)", ["2·c ⊙ x"]),
    ("sum(x^3)", ["3·x²"]),
    ("sum(sin(x).^2)", ["2·sin(x) ⊙ cos(x)"]),
    ("variance(x)", ["x - mean(x)"]),
    ("norm(x - mean(x))^2", ["2·(x - mean(x))"]),
    ("norm(x - c)^2 + 0.5*norm(A*x - b)^2", ["Aᵀ·(A·x - b) + 2·(x - c)"]),
    ("norm(A*x - b)^2 + 0.1*norm(x)^2", ["0.2·x + 2·Aᵀ·(A·x - b)"]),
    ("norm(A*x - b)^2 + 0.1*sum(abs(x))", ["0.1·sign(x) + 2·Aᵀ·(A·x - b)"]),
    ("norm(A*x - b)^4", ["4·‖A·x - b‖²·Aᵀ·(A·x - b)"]),
    ("(c'*x)*norm(x)^2", ["2·(cᵀ·x)·x + ‖x‖²·c"]),
    ("(c'*x)/norm(x)", ["c/‖x‖ - (cᵀ·x)·x/‖x‖³"]),
    ("x'*S*S*x", ["2·S·S·x"]),
    ("norm(S*x)^2", ["2·S·S·x"]),
    ("b'*A*x", ["Aᵀ·b"]),
    ("b'*tanh(A*x)", ["Aᵀ·(b ⊘ cosh(A·x)²)"]),
    ("sum(relu(A*x))", ["Aᵀ·if(A·x > 0, 1, if(A·x < 0, 0, 0.5))"]),
    ("exp(c'*x)", ["exp(cᵀ·x)·c"]),
    ("log(c'*x)", ["c/(cᵀ·x)"]),
    ("norm(W*v)^2", ["2·W·v·vᵀ", "2·Wᵀ·W·v"]),
    ("norm(W)^2", ["2·W"]),
    ("norm(W*v - b)^2", ["2·(W·v - b)·vᵀ", "2·Wᵀ·(W·v - b)"]),
    ("b'*W*v", ["b·vᵀ", "Wᵀ·b"]),
    ("sum(W.^2)", ["2·W"]),
    ("norm(W .- v')^2", ["2·(W .- vᵀ)", "-2·sum(W .- vᵀ, 1)ᵀ"]),
    (
      "norm(tanh(A*U)*v - b)^2",
      ["2·Aᵀ·((tanh(A·U)·v - b)·vᵀ ⊘ cosh(A·U).^2)", "2·tanh(A·U)ᵀ·(tanh(A·U)·v - b)"]
    ),
    ("softmaxloss(A*U, Y)", ["1/3·Aᵀ·(softmax(A·U) - Y)"]),
    ("sum(exp(W))", ["exp(W)"]),
    ("norm(A*U - Y)^2", ["2·Aᵀ·(A·U - Y)"]),
    ("sum(logsumexp(A*U))", ["Aᵀ·softmax(A·U)"]),
    (
      "mean((tanh(A*U .+ d')*v - b)^2)",
      [
        "2/3·Aᵀ·((tanh(A·U .+ dᵀ)·v - b)·vᵀ ⊘ cosh(A·U .+ dᵀ).^2)",
        "2/3·sum((tanh(A·U .+ dᵀ)·v - b)·vᵀ ⊘ cosh(A·U .+ dᵀ).^2, 1)ᵀ",
        "2/3·tanh(A·U .+ dᵀ)ᵀ·(tanh(A·U .+ dᵀ)·v - b)",
      ]
    ),
    ("sum(sqrt(1 + x^2))", ["x ⊘ sqrt(1 + x²)"]),
    ("norm(W*W'*b)^2", ["2·W·Wᵀ·b·bᵀ·W + 2·b·bᵀ·W·Wᵀ·W"]),
    ("sum(1 ./ (1 + x^2))", ["-2·x ⊘ (1 + x²)²"]),
    ("sum(x/(1+norm(x)))", ["1 ⊘ (1 + ‖x‖) - sum(x ⊘ (1 + ‖x‖)²)·x/‖x‖"]),
    ("norm(W*W'*b)^2", ["2·W·Wᵀ·b·bᵀ·W + 2·b·bᵀ·W·Wᵀ·W"]),
  ]

  private static func environment(
    _ n: Int, _ m: Int, _ k: Int, _ d: inout Draw
  ) throws -> Environment {
    var environment = Environment()
    for (name, shape) in [
      ("x", Shape(n, 1)), ("v", Shape(k, 1)), ("W", Shape(m, k)), ("U", Shape(n, k)),
      ("d", Shape(k, 1)),
    ] { environment.declare(name, shape) }
    func define(_ name: String, _ shape: Shape, isSymmetric: Bool = false) throws {
      var all = d.numbers(shape.count).map { $0.description }
      // M is none by chance.
      if name == "M" { all[1] = "7" }
      if isSymmetric {
        for i in 0..<shape.rows {
          for j in 0..<i { all[i * shape.rows + j] = all[j * shape.rows + i] }
        }
      }
      let rows = stride(from: 0, to: all.count, by: shape.columns).map {
        all[$0..<($0 + shape.columns)].joined(separator: ", ")
      }
      var parser = try Parser(Lexer(Array("[\(rows.joined(separator: "; "))]".utf8)))
      environment.define(name, nil, try parser.expression())
    }
    try define("A", Shape(m, n))
    try define("b", Shape(m, 1))
    try define("c", Shape(n, 1))
    try define("S", Shape(n, n), isSymmetric: true)
    try define("M", Shape(n, n))
    try define("Y", Shape(m, k))
    return environment
  }

  private static func texts(
    _ loss: String, _ environment: inout Environment, _ notation: Notation = .unicode
  ) throws -> [String]? {
    var parser = try Parser(Lexer(Array(loss.utf8)))
    environment.define("f", nil, try parser.expression())
    let d = try #require(environment.definitions["f"])
    return environment.gradientTexts(of: d)?[notation]
  }

  @Test func thereAreSixty() {
    #expect(Self.gradients.reduce(0) { $0 + $1.texts.count } >= 60)
  }

  @Test(arguments: gradients)
  func textsAreThoseDerivedByHand(_ row: (loss: String, texts: [String])) throws {
    var d = Draw(2)
    var environment = try Self.environment(2, 3, 3, &d)
    #expect(try Self.texts(row.loss, &environment) == row.texts, "\(row.loss)")
  }

  /// With other shapes the texts differ in numbers (1/n) only, and mean what reverse mode says.
  @Test(arguments: gradients)
  func textsMeanTheGradient(_ row: (loss: String, texts: [String])) throws {
    let a = CertifiedArithmetic(bits: 200)
    let isSquare = ["Y", "W*v", "W*W", "W .-"].contains { row.loss.contains($0) }
    var compared = 0
    for (seed, (n, m, k)) in [(4, 5, 3), (3, 2, 4), (5, 4, 2)].enumerated() {
      var d = Draw(seed + 31)
      var environment = try Self.environment(n, m, k, &d)
      // Products of Y or of W want shapes that only the shown ones have.
      guard let texts = try? Self.texts(row.loss, &environment), texts.count == row.texts.count
      else {
        #expect(isSquare, "\(row.loss) at \(n), \(m), \(k)")
        continue
      }
      let definition = try #require(environment.definitions["f"])
      let gradient = try environment.program(of: definition).gradient()
      // Away from the places where log, a root or a quotient has no value.
      let point = (0..<gradient.layout.count).map { _ in
        Certified.exact(Rational(1 + d.below(40)) / Rational(64))
      }
      let right = gradient.run(a, at: point).dropFirst()
      guard right.allSatisfy(\.isDefined) else { continue }
      var read: [Certified] = []
      for text in texts {
        var parser = try Parser(Lexer(Array(text.utf8)))
        let p = try environment.program(of: try parser.expression(), variables: gradient.variables)
        read += p.run(a, at: point)
      }
      #expect(read.count == right.count, "\(row.loss)")
      compared += 1
      for (x, y) in zip(read, right) {
        let gap = a.subtract(x, y).number(a.enclosures)
        #expect(
          gap.isDefined && max(abs(gap.lowerDouble), abs(gap.upperDouble)) < 1e-40,
          "\(row.loss): \(texts)")
      }
    }
    #expect(compared > 0 || isSquare, "\(row.loss)")
  }

  /// ASCII reads back as the same, LaTeX has its own signs.
  @Test func otherNotations() throws {
    var d = Draw(2)
    var environment = try Self.environment(2, 3, 3, &d)
    #expect(try Self.texts("norm(A*x - b)^2", &environment, .ascii) == ["2*A'*(A*x - b)"])
    #expect(try Self.texts("norm(A*x - b)^2", &environment, .latex) == ["2 A^{\\top} (A x - b)"])
    #expect(try Self.texts("norm(x)", &environment, .ascii) == ["x/norm(x)"])
    #expect(
      try Self.texts("norm(x)", &environment, .latex) == ["\\frac{x}{\\left\\|x\\right\\|}"])
    #expect(try Self.texts("norm(x.*c)^2", &environment, .ascii)?.count == 1)
  }

  /// What has no notation is left to the entries: a part among zeros, which entry is the largest.
  @Test(arguments: ["x[1]^2 + x[2]", "max(A*x)", "sum(x)"])
  func whatHasNoNotationHasNoText(_ loss: String) throws {
    var d = Draw(2)
    var environment = try Self.environment(2, 3, 3, &d)
    #expect(try Self.texts(loss, &environment) == nil)
  }

  /// A matrix product is never commuted: with matrices drawn here W·V and V·W differ.
  @Test func productsKeepTheirOrder() throws {
    var d = Draw(7)
    var environment = try Self.environment(3, 3, 3, &d)
    let text = try Self.texts("b'*M*W*S*v", &environment)
    #expect(text == ["Mᵀ·b·vᵀ·S", "S·Wᵀ·Mᵀ·b"])
  }
}
