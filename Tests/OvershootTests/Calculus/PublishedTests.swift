// What of a number reaches a reader: certain digits, a bound, or that it is not decided. The midpoint of
// an enclosure never does, and nothing that is not decided is called undefined.
import Calculus
import Foundation
import Shell
import Testing

struct PublishedTests {
  private func value(_ statement: String) throws -> [String: Any] {
    let said = try say(statement)
    #expect(said.errors.isEmpty, "\(statement): \(said.text)")
    return said.answers.last ?? [:]
  }

  /// A value that no precision decides has its bounds in the text and null in JSON.
  @Test(arguments: [
    ("floor(exp(log(8)))", "[7, 8]"), ("3*floor(sqrt(2)^2)", "[3, 6]"),
    ("-floor(exp(log(8)))", "[-8, -7]"), ("if(sqrt(2)^2==2,10,20)", "[10, 20]"),
    ("asin(sqrt(2)^2/2)", "not decided"), ("acosh(sqrt(3)^2/3)", "not decided"),
    ("1/(floor(sqrt(2)^2)-1)", "not decided"), ("sqrt(exp(log(3))-3)", "not decided"),
    ("log(sqrt(2)^2-2)", "not decided"), ("if(sqrt(2)^2==2, log(-1), 20)", "not decided"),
  ])
  func whatIsNotDecidedIsNoNumber(_ formula: String, _ text: String) throws {
    let answer = try value(formula)
    #expect(answer["value"] is NSNull && answer["text"] as? String == text, "\(formula)")
    #expect((answer["value_status"] as? String)?.hasPrefix("not decided") == true)
  }

  /// Undefined is said only of what is.
  @Test(arguments: [
    "asin(1.0000000000000000000000000000000000000000000000000000000000000001)", "log(0)",
    "sqrt(-exp(-1e6))", "1/(floor(sqrt(3)^2+1/2)-3)", "if(1 < 2, log(-1), 20)", "acosh(cos(1))",
  ])
  func whatIsUndefinedIsRefused(_ formula: String) throws {
    let said = try say(formula)
    #expect(said.errors.first?["message"] as? String ?? "" != "" && said.answers.isEmpty)
    #expect(said.text.contains("undefined: "), "\(formula): \(said.text)")
  }

  /// Inside a formula no exponent is too large.
  @Test(arguments: [
    ("log(exp(-1e10))", -1e10), ("logcosh(1e6)", 999999.30685281944), ("softplus(1e7)", 1e7),
    ("log(exp(1e6))", 1e6), ("log(sigmoid(-5e6))", -5e6), ("log(erfc(1000))", -1000007.4801207218),
  ])
  func overflowInsideIsNoOverflow(_ formula: String, _ truth: Double) throws {
    #expect(near(try value(formula)["value"] as? Double, truth, 1e-15), "\(formula)")
  }

  /// Beyond the doubles a value has its digits all the same, as a text.
  @Test(arguments: [
    ("exp(2000)", "3.88118e868"), ("exp(-1e6)", "3.29683e-434295"), ("exp(1e6)", "3.03322e434294"),
    ("-exp(exp(20))", "-1.50655e210704567"),
  ])
  func hugeAndTinyValuesHaveDigits(_ formula: String, _ text: String) throws {
    let answer = try value(formula)
    #expect(answer["value"] as? String == text && answer["text"] as? String == text)
  }

  /// What exceeds 2^(2^60) is overflow, with its order of magnitude.
  @Test func overflowNamesItsOrder() throws {
    let text = try value("exp(exp(50))")["text"] as? String ?? ""
    #expect(text.hasPrefix("overflow (> 1e3470"), "\(text)")
    #expect(try value("-9^9^9^9")["text"] as? String == text.replacing("(> ", with: "(< -"))
  }

  /// An argument that is not decided is no number to go on with.
  @Test func argumentsAreDecided() throws {
    let said = try say("f = x^2; descend eta=floor(exp(log(8))) x0=1")
    #expect(said.text.contains("the value is not decided: [7, 8]"), "\(said.text)")
  }

  /// A zero that only enclosures show is 0 with a note of how far that is known.
  @Test func aZeroOfEnclosuresIsBelowNotice() throws {
    let answer = try value("sqrt(2)^2-2")
    #expect(answer["value"] as? Double == 0)
    #expect(answer["value_status"] as? String == "below 1e-300")
  }

  /// A run stops where too few digits tell whether it goes on, and claims nothing.
  @Test(arguments: [
    "f(x,y)=1/max(x^2,y^2)+exp(x)+exp(y); regime eta=0.02 from=[2,2]",
    "f(x)=log(exp(-x^2)); regime eta=10 x0=1", "f(x)=-log(exp(-x^2)); regime eta=1000 x0=1",
    "f(x)=atanh(tanh(x))^2; regime eta=1.5 x0=1", "f(x)=1/(1-tanh(x)^2); regime eta=4 x0=1",
    "f(x)=log(sigmoid(x)); regime eta=1e7 x0=0", "f(x)=sqrt(exp(-x^2)); regime eta=1e5 x0=1",
    "f(x)=asin(sqrt(2)^2/2)+x^2; regime eta=0.1 x0=1",
  ])
  func whatIsNotDecidedLeavesNoDomain(_ statement: String) throws {
    let said = try say(statement)
    let outcome = said.answers.last?["outcome"] as? String
    #expect(outcome != "leaves-domain", "\(statement): \(said.text)")
  }

  @Test func aRunGoesOnWhereOnlyDoublesOverflow() throws {
    let one = try value("f(x)=logcosh(x-1e6); descend eta=1 x0=0 steps=2")
    let rows = one["rows"] as? [[String: Any]] ?? []
    #expect((rows[1]["at"] as? [Double]) == [1])
    let two = try value("f(x)=log(erfc(x)); descend eta=8.2 x0=3.7 steps=2")
    let last = (two["rows"] as? [[String: Any]])?.last?["value"] as? Double
    #expect(near(last, -1337478.2, 1e-7))
  }
}
