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
    ("floor(x)*x", ["0 ≤ x < 1"]), ("relu(exp(x)-2)", ["x up to 0.693147"]),
    ("if(x>=8/3,floor(x),4/3-x)", ["x ≥ 2.66667"]),
    ("if(x+x<2/3,(-16)+x,floor(relu(x)))", ["x ≥ 0.333333"]),
    ("abs(relu(x+3/7))", ["x up to -0.428571"]), ("max(x,1e-50)", ["x up to 0~"]),
    ("relu(x^2-2)^2", ["x from -1.41421 up to 1.41421"]),
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

  /// Kinks over which the slope jumps, at numbers that are no binary fractions: those at which it is 0
  /// by the tie rest, and no others do.
  @Test(arguments: [
    ("abs(x-1/3)", "0.333333"), ("abs(x-0.1)", "0.1"), ("abs(x-1e-20)", "1e-20"),
    ("max(x-1/3,1/3-x)", "0.333333"), ("abs(-max(x,-4)+4/3)", "1.33333"),
    ("max(max(-x+1e-5,relu(x)),-17)", "5e-6"), ("if(x==3/7,relu(4),x+x)", "0.428571"),
    ("abs(x^2-2)", "1.41421"), ("abs(x-1/3)+x/2", nil), ("abs(x)+x/2", nil),
  ])
  func kinksThatRestAreListed(_ loss: String, _ at: String?) throws {
    let said = try say("f = \(loss); rule")
    if let at {
      #expect(said.text.contains("Resting points (all between -16 and 16)"), "\(said.text)")
      #expect(said.text.contains(" x = \(at) "), "\(said.text)")
    } else {
      #expect(said.text.contains("It rests nowhere"), "\(said.text)")
    }
  }

  /// Beside a kink elsewhere a zero of the slope is a zero.
  @Test func smoothZerosOfKinkedLossesAreListed() throws {
    let said = try say("f = abs(x)/10+(x^2-2)^2; rule")
    #expect(said.text.contains("(all between -16 and 16)"), "\(said.text)")
    // 4x(x² − 2) ± 1/10 = 0 beside 0, and the kink at 0 itself.
    for x in ["-1.40792", "-0.012501", "0 ", "0.012501", "1.40792"] {
      #expect(said.text.contains(" x = \(x)"), "\(said.text)")
    }
    let poles = try say("f = x-log(abs(sin(x))); rule")
    #expect(poles.text.contains("x = -14.9226") && poles.text.contains("x = -2.35619"))
  }

  /// What is narrower than the smallest box may hide others: "all" is not said.
  @Test(arguments: [
    "abs(x)+abs(x-1e-12)", "abs(x-1/3)+abs(x-1/3-1e-11)", "x^2*(x-1e-12)^2", "relu(x+4-(x+x))",
  ])
  func whatIsTooNarrowIsNotAll(_ loss: String) throws {
    let said = try say("f = \(loss); rule")
    #expect(!said.text.contains("(all between -16 and 16)"), "\(said.text)")
    #expect(!said.text.contains("It rests nowhere"), "\(said.text)")
  }

  /// Multiple zeros of smooth slopes are alone.
  @Test(arguments: ["x^4", "(x-1)^4", "(x+2)^3"])
  func multipleZerosAreAlone(_ loss: String) throws {
    let said = try say("f = \(loss); rule")
    #expect(said.text.contains("(all between -16 and 16)"), "\(said.text)")
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
