// A start is as exact as it was typed: an irrational one is never rounded and called exact, and one that
// may be the resting point itself is not said to leave it.
import Calculus
import Descent
import Foundation
import Testing

struct StartTests {
  private func outcome(_ statement: String) throws -> String {
    let said = try say(statement)
    return said.answers.last?["outcome"] as? String ?? ""
  }

  @Test(arguments: [
    "f(x,y)=(x-sqrt(2))^2+(y-1)^2; regime eta=3 from=[sqrt(2),1]",
    "f(x)=x^2; regime eta=3 x0=sqrt(2)^2-2 method=momentum beta=0.5",
    "f(x)=x^2; regime eta=3 x0=sqrt(2)^2-2", "f(x)=x^2; regime eta=1 x0=exp(log(3))-3",
    "f(x)=(x-sqrt(3))^2; regime eta=2 x0=sqrt(3)", "f(x)=(x-sqrt(2))^2; regime eta=-1 x0=sqrt(2)",
    "f(x,y)=(x-sqrt(2))^2+y^2; regime eta=3 from=[sqrt(2),0] method=nesterov beta=0.5",
    "f(x)=(x-sqrt(2))^4-(x-sqrt(2))^2; regime eta=0.1 x0=sqrt(2)",
  ])
  func aStartThatMayRestIsNotSaidToLeave(_ statement: String) throws {
    let found = try outcome(statement)
    #expect(["stationary", "undecided"].contains(found), "\(statement): \(found)")
  }

  @Test(arguments: [
    ("f(x)=x^2; regime eta=0.1 x0=sqrt(2)", "stationary"),
    ("f(x)=x^2; regime eta=1.1 x0=sqrt(2)", "divergent"),
    ("f(x)=x^2; regime eta=1 x0=sqrt(2)", "cycle"),
    ("f(x)=x^2; regime eta=1.5 x0=sqrt(2)-1.41421356237309 method=momentum beta=0", "divergent"),
    ("f(x,y)=x^2+y^2; regime eta=1.5 from=[sqrt(2),pi]", "divergent"),
  ])
  func irrationalStartsAreDecided(_ statement: String, _ expected: String) throws {
    #expect(try outcome(statement) == expected)
  }

  /// The limit of a quadratic does not depend on the start, and is exact.
  @Test func theLimitOfAQuadraticIsExact() throws {
    let answer = try #require(try say("f(x)=(x-3)^2; regime eta=0.1 x0=sqrt(2)").answers.last)
    #expect(answer["limit"] as? [Double] == [3] && answer["proved"] as? Bool == true)
  }

  @Test func aTypedNumberIsAnyPrecisionsOwn() throws {
    let root = TypedNumber(try Program(parsing: "sqrt(2)"))
    #expect(root.rational == nil && [root].rationals == nil)
    for bits in [64, 512, 4096] {
      let a = EnclosureArithmetic(bits: bits)
      let square = a.power(root.value(a), 2)
      #expect(a.subtract(square, a.constant(2.0)).sign == nil)
      #expect(square.upperDouble - square.lowerDouble < 1e-15)
    }
    #expect(root.nearestDouble == 2.0.squareRoot())
    #expect(TypedNumber(try Program(parsing: "sqrt(4)")).rational == Rational(2))
  }
}
