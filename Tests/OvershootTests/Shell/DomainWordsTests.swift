// Why a run has no next step, as a user reads it: the operation that is to blame, of the numbers that it was
// asked of, and whose it is: the loss's, the rate's, the rule's.
import Foundation
import Testing

@testable import Descent
@testable import Shell

struct DomainWordsTests {
  @Test(arguments: [
    (
      "f=log(x); descend eta=1 x0=2 method=nesterov beta=0.9 steps=5",
      "the rule asks where there is no value: log of -1.16452 (log needs x > 0), at column 3"
    ),
    (
      "f=max(0,sqrt(x)-1); descend eta=2 x0=2 method=nesterov beta=0.9 steps=5",
      "sqrt of -0.43174 (sqrt needs x ≥ 0), at column 9"
    ),
    (
      "f=x^2; descend eta=1/(t-3) x0=10", "at step 3, the rate has no value: division by zero: 1/0"
    ),
    ("f=log(x); descend eta=sqrt(1-t) x0=10", "the rate has no value: sqrt of -1"),
    (
      "f=log(x)+x^2; descend eta=1.2 x0=0.4",
      "the step leaves the domain: log of -3.56 (log needs x > 0), at column 3"
    ),
    ("f=sqrt(x); descend eta=0.1 x0=0", "sqrt at column 3 has no finite slope there"),
    (
      "method odd: x = x - eta*g/(x-1)\nf=x^2; descend method=odd eta=0.1 x0=1",
      "the rule has no value: division by zero"
    ),
  ])
  func theOperationToBlameIsNamed(_ line: String, _ reason: String) throws {
    let said = try say(line)
    let words = said.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(reason), "\(said.text)")
    #expect(!words.contains("overflow"), "\(said.text)")
  }

  /// Rows in doubles name the same operation.
  @Test func doublesBlameTheSame() throws {
    let said = try say(
      "f=log(x); descend eta=1 x0=2 method=nesterov beta=0.9 steps=5 tier=double")
    let stopped = try #require(said.answers.last?["stopped"] as? String)
    #expect(stopped.contains("log of -1.16452"), "\(stopped)")
  }

  /// The orbit comes to the edge of the domain by rounding: no overflow, and no number that large.
  @Test func whatHasNoValueInDoublesDoesNotOverflow() throws {
    let said = try say(
      "f=max(0,x-1)+if(x>-0.5,0,log(-1)); regime eta=1 x0=1.5 method=nesterov beta=0.5")
    let r = try #require(said.answers.last)
    #expect(r["outcome"] as? String == "undecided")
    #expect((r["evidence"] as? String)?.contains("has no value in doubles") == true)
    let far = try say("f=x^4; descend eta=3 x0=10 tier=double steps=30")
    #expect((far.answers.last?["stopped"] as? String)?.contains("overflow") == true)
  }

  /// A row without its step says why in JSON, too.
  @Test func membersWithoutAValueSayWhy() throws {
    let said = try say("f=log(x)+x^2; descend eta=1.2 x0=0.4")
    let row = try #require((said.answers.last?["rows"] as? [[String: Any]])?.last)
    for member in ["change_status", "error_status"] {
      #expect(
        row[member] as? String == "undefined: log of -3.56 (log needs x > 0), at column 3")
    }
  }

  /// `0.025 ± 0.003`: the digits end where the error begins.
  @Test(arguments: [
    (0.02504, 0.003, "0.025 ± 0.003"), (0.4551, 0.001, "0.455 ± 0.001"),
    (4e-6, 7e-6, "4e-6 ± 7e-6"), (0.0271, 0.0012, "0.027 ± 0.001"), (12.34, 0.2, "12.3 ± 0.2"),
  ])
  func exponentsEndWhereTheirErrorBegins(_ value: Double, _ error: Double, _ text: String) {
    #expect(FindingWords.value(LyapunovMean(value: value, error: error)) == text)
  }
}
