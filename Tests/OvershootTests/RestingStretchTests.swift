// Losses that are flat on whole intervals: every point of these rests, and the table says so.
import Calculus
import Testing

@testable import Descent

@Suite struct RestingStretchTests {
  /// Losses with all their resting points between -16 and 16, by hand.
  @Test(arguments: [
    ("relu(x)", ["x < 0"]), ("max(x, 1)", ["x < 1"]), ("abs(x)-x", ["x > 0"]),
    ("if(x<1, exp(x), 2)", ["x ≥ 1"]), ("if(x>1, log(x), 2)", ["x ≤ 1"]),
    ("relu(x)^2", ["x ≤ 0"]), ("relu(x-1)^2", ["x ≤ 1"]), ("relu(x-1/3)^2", ["x ≤ 0.333333"]),
    ("max(x,0)^2", ["x ≤ 0"]), ("relu(x)^3", ["x ≤ 0"]), ("if(x > 0, x^2, 1)", ["x ≤ 0"]),
    ("if(x >= -2, x*x, 8)", ["x < -2", "x = 0"]), ("relu(abs(x)-1)", ["-1 < x < 1"]),
    ("floor(x)*x", ["0 ≤ x < 1"]), ("relu(exp(x)-2)", ["x < 0.693147"]),
    ("if(x>20, x, 1)", ["x ≤ 16"]), ("max(x^2, 4)", ["-2 < x < 2"]),
  ])
  func allOfAStretchRests(_ loss: String, _ places: [String]) throws {
    let said = try say("f = \(loss); rule")
    #expect(said.text.contains("Resting points (all between -16 and 16)"), "\(said.text)")
    let rows = said.text.split(separator: "\n").filter {
      $0.contains(" flat ") || $0.contains(" minimum ")
    }
    #expect(rows.count == places.count, "\(said.text)")
    for (row, place) in zip(rows, places) { #expect(row.hasPrefix(" \(place) "), "\(row)") }
  }

  @Test func everywhereIsWhereThereIsAValue() throws {
    let log = try say("f = log(x)-log(x); rule")
    #expect(log.text.contains(" x > 0 ") && !log.text.contains("rests everywhere"), "\(log.text)")
    for f in ["f(x) = 3", "f = floor(x)", "f(x) = erf(1)+0*x"] {
      let said = try say(f + "; rule")
      #expect(said.text.contains("It rests everywhere") && !said.text.contains("flat"))
    }
  }

  @Test(arguments: ["if(x<1, exp(x), 2)", "if(x >= -2, x*x, 8)", "relu(x)"])
  func aRegimeThatRestsThereListsIt(_ loss: String) throws {
    let x = loss.contains("exp") ? 5 : -5
    let said = try say("f = \(loss); regime eta=0.1 x0=\(x)")
    #expect(said.text.contains(" flat ") && said.text.contains("what lands there stays"))
    #expect(!said.text.contains("rests nowhere"))
    let items = said.answers.last?["fixed_points"] as? [[String: Any]] ?? []
    #expect(items.contains { $0["kind"] as? String == "flat" && $0["proved"] as? Bool == true })
  }

  /// Zeros that no box shows are no list of points, and not none.
  @Test(arguments: ["x/x", "if(x<=-2, sqrt(x), x/x)", "relu(x)^2/relu(x)"])
  func whatNoBoxShowsIsLeftOpen(_ loss: String) throws {
    let said = try say("f = \(loss); rule")
    #expect(said.text.contains("but perhaps there is one"), "\(said.text)")
  }

  /// The end is exact only where nothing else turns beside it: here a jump 10⁻⁵⁰ away hides.
  @Test func anEndBesideAnotherTurnIsNotExact() throws {
    let loss = Loss(
      name: "f",
      program: try Program(parsing: "if(x < 0, 0, x^2) + if(x > 1e-50, 1, 0) + relu(x - 1e-50)"))
    #expect(!loss.turnsOnly(at: .zero, between: Rational(-1), and: .one))
    let plain = Loss(name: "f", program: try Program(parsing: "if(x < 0, 0, x^2)"))
    #expect(plain.turnsOnly(at: .zero, between: Rational(-1), and: .one))
    #expect(!plain.turnsOnly(at: .half, between: Rational(-1), and: .one))
    // A domain that ends beside it, and one that ends there.
    let beside = Loss(
      name: "f", program: try Program(parsing: "if(x < 0, 0*sqrt(-x - 1e-50), x)"))
    #expect(!beside.turnsOnly(at: .zero, between: Rational(-1), and: .one))
    let there = Loss(name: "f", program: try Program(parsing: "if(x < 0, 1, log(x))"))
    #expect(there.turnsOnly(at: .zero, between: Rational(-1), and: .one))
  }

  /// Many zeros of one kind are asked no longer than the effort of a question.
  @Test func quotientsThatAreOneLeaveARateOpen() throws {
    let said = try say("f = 0.1*x^2 + x/x; threshold x0=1e-9")
    #expect(said.text.contains("none below") && said.text.contains("lands where f is undefined"))
  }
}
