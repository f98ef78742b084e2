// A function that undoes another on all reals is no function at all: the value is what stands inside,
// wherever that is defined, and nothing overflows half-way.
import Calculus
import Testing

struct InverseTests {
  @Test(arguments: [
    "log(exp(x))", "log2(exp2(x))", "log1p(expm1(x))", "atanh(tanh(x))", "asinh(sinh(x))",
    "sinh(asinh(x))", "tan(atan(x))",
  ])
  func whatUndoesIsTheArgument(_ formula: String) throws {
    let program = try Program(parsing: formula)
    for x in [-1e300, -745.5, -3, 0, 1e-300, 0.7, 40, 1e10] {
      #expect(program.run(DoubleArithmetic(), at: [x])[0] == x, "\(formula) at \(x)")
    }
  }

  /// The other way round a domain is lost, so nothing is done.
  @Test(arguments: ["exp(log(x))", "exp2(log2(x))", "expm1(log1p(x))", "tanh(atanh(x))"])
  func whatHasADomainKeepsIt(_ formula: String) throws {
    let a = EnclosureArithmetic(bits: 64)
    let value = try Program(parsing: formula).run(a, at: [a.constant(-2.0)])[0]
    #expect(value.decoration == .ill, "\(formula)")
  }

  @Test(arguments: [
    "f(x)=log(exp(-x^2)); regime eta=10 x0=1", "f(x)=-log(exp(-x^2)); regime eta=1000 x0=1",
    "f(x)=atanh(tanh(x))^2; regime eta=1.5 x0=1",
  ])
  func runsOfSuchLossesAreThoseOfWhatStandsInside(_ statement: String) throws {
    let answer = try #require(try say(statement).answers.last)
    #expect(answer["outcome"] as? String == "divergent" && answer["proved"] as? Bool == true)
  }
}
