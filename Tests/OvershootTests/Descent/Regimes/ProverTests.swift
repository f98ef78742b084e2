// The table of provers: each once, its order the search, and what each lacked told truly.
import Calculus
import Descent
import Foundation
import Testing

@testable import Shell

struct ProverTests {
  private func attempts(_ line: String) throws -> (outcome: String, rows: [Row]) {
    let said = try regimeAnswer(line)
    let rows = try #require(said["provers"] as? [[String: Any]])
    return (
      said["outcome"] as? String ?? "",
      rows.map {
        Row(
          name: $0["name"] as? String ?? "", search: $0["search"] as? Int ?? 0,
          applies: $0["applies"] as? Bool ?? false,
          lacked: $0["lacked"] as? String)
      }
    )
  }

  private struct Row {
    let name: String
    let search: Int
    let applies: Bool
    let lacked: String?
  }

  private func regimeAnswer(_ line: String) throws -> [String: Any] {
    let said = try say(line)
    return try #require(said.answers.last)
  }

  @Test func eachProverIsOneRow() {
    #expect(Set(Prover.table.map(\.name)) == Set(Prover.Name.allCases))
    #expect(Prover.table.count == Prover.Name.allCases.count)
  }

  /// Of a decided run one row decides, and nothing after it was asked.
  @Test(arguments: [
    ("f = x^2; regime eta=1.2 x0=-1 explain=on", "degree 2", "divergent"),
    ("f = x^4 - x^2; regime eta=0.2 x0=0.3 explain=on", "attracting cycle", "stationary"),
    ("f = x^4; regime eta=2 x0=3 explain=on", "proved flight", "divergent"),
    ("f = x^4; regime eta=0.1 x0=1 explain=on", "creep to a limit", "stationary"),
    ("f = abs(x); regime eta=0.3 x0=1 explain=on", "the rows", "cycle"),
    (
      "f = x^2 + y^2*x; regime eta=0.1 x0=1 y0=0 explain=on", "invariant line, degree 2",
      "stationary"
    ),
    ("f = exp(-x); regime eta=1 x0=1 explain=on", "escape set", "runs-off"),
    ("f = x^4 - x^2; regime eta=0.9 x0=0.3 explain=on", "long statistics", "chaotic"),
    (
      "f = x^2/2; regime eta=0.5 x0=1 method=momentum beta=0.5 explain=on",
      "degree 2 with a state", "stationary"
    ),
    (
      "f = log(cosh(x)); regime eta=0.5 x0=1 method=momentum beta=0.5 explain=on",
      "rest of the state", "stationary"
    ),
  ])
  func oneRowDecides(_ line: String, _ name: String, _ outcome: String) throws {
    let (end, rows) = try attempts(line)
    #expect(end == outcome)
    let deciders = rows.filter { $0.lacked == nil }
    #expect(deciders.map(\.name).joined(separator: ", ") == name, "\(rows)")
    #expect(deciders.allSatisfy { $0.applies })
    // Each search in the order of the table; that of the line after that of the plane.
    let order = Prover.table.map { FindingWords.name($0.name) }
    let places = rows.compactMap { row in
      order.firstIndex(of: row.name).map { row.search * order.count + $0 }
    }
    #expect(places == places.sorted())
  }

  /// What a row lacked is a fact of the run: whatever it says it wants, the run is not.
  @Test func needsAreThoseOfTheRun() throws {
    let one = try attempts("f = sin(x) + x^2/10; regime eta=0.3 x0=1 explain=on").rows
    let wants = Set(one.filter { !$0.applies }.compactMap(\.lacked))
    #expect(
      wants == [
        "wants a loss of degree 2", "wants several variables", "wants a rate that changes",
        "wants another method than gradient descent",
      ])
  }

  /// At η = 0 every point rests, whatever the slope: nothing is said of the loss.
  @Test(arguments: [
    "f = x^2/2; regime eta=0 x0=1 method=momentum", "f = x^2/2; regime eta=0 x0=1 method=nesterov",
    "f(x,y) = x^2+y^2*x; regime eta=0 from=[1,2] method=momentum",
    "f = exp(x); descend eta=0 x0=1 method=momentum beta=2",
  ])
  func atARateOfZeroNothingIsSaidOfTheSlope(_ line: String) throws {
    let said = try regimeAnswer(line)
    #expect(said["outcome"] as? String == "cycle" && said["period"] as? Double == 1, "\(said)")
    #expect(said["limit_kind"] is NSNull)
  }

  /// acos ends at 10⁶, √(10¹² − x) at 10¹²: neither falls without limit.
  @Test(arguments: [
    "f = acos(x/1e6); regime eta=0.1 x0=1", "f = sqrt(1e12-x); regime eta=0.1 x0=1",
    "f = log(1e9-x); regime eta=1 x0=0", "f = acosh(1e6-x); regime eta=0.1 x0=1",
  ])
  func whatEndsAheadDoesNotFallForEver(_ line: String) throws {
    let outcome = try regimeAnswer(line)["outcome"] as? String
    #expect(["undecided", "drifting", "leaves-domain"].contains(outcome), "\(outcome ?? "")")
  }

  /// Cycles of 128, 110 and 200,000 steps, by 60 digits and by fractions.
  @Test(arguments: [
    "f=x^4/4-x^2/2; regime eta=1.302277 x0=0.3 method=momentum beta=0",
    "method smom(beta=0.9): v = beta*v - eta*sign(g), x = x + v; f=x^2; regime eta=1 x0=1 method=smom beta=0.99",
    "method rot: x = x + eta*1 - 2*floor((x+eta*1)/2); f=x^2; regime eta=1.00137 x0=0.3 method=rot",
  ])
  func longCyclesAreNotCalledQuasiperiodic(_ line: String) throws {
    let outcome = try regimeAnswer(line)["outcome"] as? String
    #expect(["undecided", "cycle"].contains(outcome), "\(outcome ?? "")")
  }

  /// Two equal real multipliers are not a pair that turns.
  @Test func equalMultipliersDoNotTurn() throws {
    let text = try say(
      "f(x, y) = log(cosh(x)) + log(cosh(y)); regime eta=1.5 from=[-1, -0.1] method=nesterov beta=1"
    ).text
    #expect(text.contains("0.06726") && !text.contains("turning"), "\(text)")
  }

  /// Newton's method in doubles went to and fro between the smallest of them about a point at 0.
  @Test func pointsAtZeroAreFound() throws {
    let said = try regimeAnswer(
      "f(x) = 1.54*x^2/2 + cos(1.23*x); regime f eta=0.549 from=[0.717] method=momentum beta=0.3")
    #expect(said["proved"] as? Bool == true && said["outcome"] as? String == "stationary")
    let rests = try regimeAnswer(
      "f(x, y) = x^2/2 + y^2/2 + 1.94*sin(0.53*x*y); regime f eta=0.178 from=[0.247, 0.515]")
    let points = try #require(rests["fixed_points"] as? [[String: Any]])
    #expect(
      points.contains { $0["at"] as? [Double] == [0, 0] && $0["kind"] as? String == "saddle" })
  }

  /// Two steps that each multiply x by more than the one before, the next beyond the doubles.
  @Test func explosionsAreSeenFromTheStart() throws {
    let said = try regimeAnswer(
      "f(x) = 1.21*x*exp(-x) + 0.26*x^2; regime f eta=9.95 from=[0.85] method=momentum beta=0.95")
    #expect(said["outcome"] as? String == "divergent", "\(said)")
  }

  @Test func aSwitchWithoutItsValueSaysWhatToWrite() throws {
    let wrong = try say("f = x^2; regime explain eta=1 x0=1")
    #expect(wrong.text.contains("explain wants a value") && wrong.text.contains("explain="))
  }

  @Test func anOpenVerdictSaysWhatEachLacked() throws {
    // A saddle-like wander that nothing decides: rounding is said to have grown.
    let (end, rows) = try attempts(
      "f = x^2/2; regime eta=3 x0=1 method=momentum beta=0.5 explain=on")
    #expect(end == "undecided")
    #expect(rows.contains { $0.applies && $0.lacked != nil })
    let text = try say("f = x^4 - x^2; regime eta=0.9 x0=0.3 explain=on").text
    #expect(text.contains("what it lacked") && text.contains("Not for this run: "))
    let off = try say("f = x^4 - x^2; regime eta=0.9 x0=0.3 explain=off").text
    #expect(!off.contains("what it lacked"))
    let wrong = try say("f = x^2; regime eta=1 x0=1 explain=perhaps")
    #expect(wrong.text.contains("on or off"))
  }
}
