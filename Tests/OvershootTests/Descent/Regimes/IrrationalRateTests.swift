// Rates that are no rational numbers: every regime that a rational one has, with its proof.
import Calculus
import Testing

struct IrrationalRateTests {
  @Test(arguments: [
    ("x^2", "sqrt(2)/2", "1", "stationary", true), ("x^2", "sqrt(2)", "1", "divergent", true),
    ("x^2", "pi/4", "1", "stationary", true),
    ("x^4/4-x^2/2", "sqrt(2)-1", "0.3", "stationary", true),
    ("log(cosh(x))", "pi", "2", "cycle", true),
    ("x^2/2-x^3/3", "sqrt(6)-0.1", "0.3", "cycle", true),
    ("exp(-x)", "e/3", "0", "runs-off", true), ("x^2", "-sqrt(2)", "1", "divergent", true),
  ])
  func regimesAreFound(
    _ loss: String, _ eta: String, _ x: String, _ outcome: String, _ proved: Bool
  ) throws {
    let said = try say("f = \(loss); regime eta=\(eta) x0=\(x)")
    let answer = try #require(said.answers.last)
    #expect(answer["outcome"] as? String == outcome, "\(said.text)")
    #expect(answer["proved"] as? Bool == proved, "\(said.text)")
    #expect(!said.text.contains("too many variables"))
  }

  @Test func severalVariablesAndMemory() throws {
    let two = try say("f = x^2 + y^2/2; regime eta=sqrt(2)/2 from=[1, 1]")
    #expect(two.answers.last?["outcome"] as? String == "stationary", "\(two.text)")
    let memory = try say("f = x^2; regime eta=sqrt(2)/2 x0=1 method=momentum")
    #expect(memory.answers.last?["outcome"] as? String == "stationary", "\(memory.text)")
    let run = try say("f = x^2; descend eta=sqrt(2)/2 x0=1 steps=3")
    #expect(run.text.contains("1 − 2η = -0.414214"), "\(run.text)")
  }

  /// A rate whose sign no precision tells.
  @Test func aRateThatMayBeZeroIsNotJudged() throws {
    let said = try say("f = x^2; regime eta=sin(pi) x0=1")
    let message = said.errors.last?["message"] as? String
    #expect(message?.contains("not decided") == true, "\(said.text)")
  }
}
