// Hessians over arrays as texts: references derived by hand with the shapes that they were derived for; each
// text is read back and run against products with the Hessian before it is shown.
import Calculus
import Shell
import Testing

struct HessianTextTests {
  private static let given =
    "A = [2, 0; 0, 1; 1, 1]; b = [1, 2, 3]; S = [2, 1; 1, 3]; B = [1, 2; 3, 4]; c = [1, 2]; var x[2]; "

  /// By hand, A 3×2, b 3×1, S symmetric, B and c as given, x 2×1.
  @Test(arguments: [
    ("norm(A*x - b)^2", "2·Aᵀ·A"), ("x'*S*x/2 - c'*x", "S"), ("x'*B*x", "Bᵀ + B"),
    ("norm(x)^2", "2·I"), ("sum(x^4)", "12·diag(x²)"), ("sum(log(x))", "-diag(1 ⊘ x²)"),
    ("logsumexp(A*x)", "Aᵀ·diag(softmax(A·x))·A - Aᵀ·softmax(A·x)·softmax(A·x)ᵀ·A"),
    ("norm(x)", "I/‖x‖ - x·xᵀ/‖x‖³"), ("exp(b'*A*x)", "exp(bᵀ·A·x)·Aᵀ·b·bᵀ·A"),
    ("mean((A*x - b)^2) + 3*norm(x)^2", "6·I + 2/3·Aᵀ·A"),
    ("(x'*x)^2", "4·(xᵀ·x)·I + 8·x·xᵀ"), ("dot(x, c)^2", "2·c·cᵀ"),
    ("norm(A*x - b)", "Aᵀ·A/‖A·x - b‖ - Aᵀ·(A·x - b)·(A·x - b)ᵀ·A/‖A·x - b‖³"),
    ("sum(tanh(A*x))", "-2·Aᵀ·diag(sinh(A·x) ⊘ cosh(A·x)³)·A"),
    ("(c'*x)*(x'*x)", "2·(cᵀ·x)·I + 2·x·cᵀ + 2·c·xᵀ"),
    ("norm(B*(A'*b - x))^2/2", "Bᵀ·B"), ("sum(exp(A*x))", "Aᵀ·diag(exp(A·x))·A"),
  ])
  func hessiansAreThoseByHand(_ loss: String, _ expected: String) throws {
    let said = try say(Self.given + "f = \(loss); hess f")
    let text = said.answers.last?["text"] as? String
    #expect(text == expected, "\(loss): \(text ?? said.text)")
    #expect(said.answers.last?["latex"] as? String != nil)
  }

  /// What is shown, typed again at a point, is the Hessian there by entries.
  @Test(arguments: [
    "norm(A*x - b)^2", "logsumexp(A*x)", "norm(x)", "exp(b'*A*x)", "(c'*x)*(x'*x)", "sum(x^4)",
    "sum(softplus(A*x))", "norm(A*x - b)",
  ])
  func textsReadBackAsTheHessian(_ loss: String) throws {
    let point = "[0.75, -0.5]"
    let said = try say(Self.given + "f = \(loss); hess f; hess f x=\(point)")
    let text = try #require(
      said.answers.dropLast().last?["typed"] as? String, "\(said.text)")
    let entries = try #require(said.answers.last?["hessian"] as? [[Double]])
    let read = try say(
      Self.given.replacing("var x[2]", with: "x = \(point)")
        + "H = \(text); H[1,1]; H[1,2]; H[2,1]; H[2,2]")
    #expect(read.errors.isEmpty, "\(read.text)")
    let values = read.answers.suffix(4).compactMap { $0["value"] as? Double }
    #expect(values.count == 4)
    for (value, entry) in zip(values, entries.flatMap(\.self)) {
      #expect(abs(value - entry) <= 1e-12 * max(1, abs(entry)), "\(text)")
    }
  }

  /// At a kink there is no Hessian, whatever its text says beside it.
  @Test func kinksAreSaid() throws {
    let said = try say("var w[3]; f = sum(abs(w)^3); hess f; g = norm(w)^2; hess g")
    let lines = said.text.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("Where no function in f has its kink") }.count == 1)
    #expect(!said.text.contains("Where no function in g"))
  }

  /// The identity of many entries is typed by a power.
  @Test func manyEntriesHaveAText() throws {
    let said = try say(
      "var z[16]; h = sum(z^4)/4 + norm(z)^2/2; hess h; var u[100]; k = sum(u^4); hess k")
    #expect(said.text.contains("H of h = I + 3·diag(z²)"))
    #expect(said.text.contains("typed: diag(z^0) + 3*diag(z^2)"))
    #expect(said.text.contains("H of k = 12·diag(u²)"))
  }

  /// The Hessian of a linear loss is 0, with its shape.
  @Test func linearLossesHaveAZeroHessian() throws {
    let said = try say("var w[3]; f = sum(w) + 2*w[1]; hess f; 0*diag([1, 1, 1])")
    #expect(said.text.contains("H of f = 0·I") && said.text.contains("typed: 0*diag([1, 1, 1])"))
  }

  /// Where there is no notation the point is asked for.
  @Test(arguments: ["sum(exp(x))*sum(x)", "sum(huber(x, 1))", "x[1]^2*x[2]"])
  func whatHasNoNotationWantsAPoint(_ loss: String) throws {
    #expect(try say(Self.given + "f = \(loss); hess f").text.contains("has no formula here"))
  }

  @Test(arguments: [
    ("diag(c)", "[1, 0; 0, 2]"), ("diag(A)", "diag takes a column, and A is 3×2"),
    ("diag(c')", "diag takes a column, and c' is 1×2"), ("diag(3)", "3"),
    ("sum(diag(c)*c)", "5"), ("var y[600]; diag(y)", "600 entries"),
  ])
  func diagonalsAreMatrices(_ source: String, _ expected: String) throws {
    #expect(try say(Self.given + source).text.contains(expected), "\(source)")
  }
}
