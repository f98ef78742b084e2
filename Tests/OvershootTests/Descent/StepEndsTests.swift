// The two ends of a step's line: the kink that it may begin on, the edge of the domain that it may
// run into, and roots at any scale between.
import Calculus
import Descent
import Testing

@testable import Shell

struct StepEndsTests {
  private func study(_ formula: String, _ x: String) throws -> RateStudy {
    let loss = Loss(name: "f", program: try Program(parsing: formula))
    return RateStudy(AlongStep(StepProgram(descending: loss), from: StepStart([try exact(x)])))
  }

  @Test(arguments: [
    ("log(x)", "1", 1.0, false), ("sqrt(x)", "1", 2, false), ("1/x", "-1", 1, true),
    ("-log(x) + x", "3", 4.5, false), ("asin(x)", "0", 1, false),
  ])
  func domainEdgeIsFound(formula: String, x: String, rate: Double, isPoint: Bool) throws {
    let found = try #require(try study(formula, x).edge)
    #expect(found.rate.nearestDouble == rate)
    #expect(found.isPoint == isPoint)
    #expect(found.words.contains(isPoint ? "division by zero" : "needs"))
  }

  @Test func lossThatFallsToTheEdgeSaysSo() throws {
    let s = try study("log(x)", "1")
    #expect(s.critical.isNever)
    #expect(s.falls.count == 1)
    #expect(s.falls.first?.upper?.nearestDouble == 1)
  }

  @Test(arguments: ["exp(x)", "x^2", "sin(3x)+x^2/4", "log(1+x^2)", "1/(1+x^2)"])
  func domainOfAllNumbersHasNoEdge(formula: String) throws {
    #expect(try study(formula, "0.5").edge == nil)
  }

  @Test(arguments: [
    ("max(x, -2*x)", 1), ("if(x < 0, -x, 2*x)", 1), ("max(x, 0)", 0), ("abs(x) + x/2", 1),
  ])
  func startOnAKinkRisesAtOnce(formula: String, sign: Int) throws {
    let s = try study(formula, "0")
    #expect(s.signAtStart == sign)
    #expect(s.critical.rate?.rational == .zero)
    #expect(s.trust.rate?.rational == .zero)
    #expect(s.falls.isEmpty)
  }

  @Test(arguments: ["max(x, -2*x)", "abs(x)", "x^2", "exp(x)"])
  func startBesideAKinkFalls(formula: String) throws {
    #expect(try study(formula, "1").signAtStart == nil)
  }

  @Test func jumpAtTheStartIsNotDecided() throws {
    let s = try study("if(x < 0, 5, 2*x)", "0")
    #expect(s.signAtStart == nil)
    #expect(s.critical.isUndecided)
  }

  @Test func ratesAreFoundAtAnyScale() throws {
    let near = try study("abs(x)", "1e-13")
    #expect(near.critical.rate?.nearestDouble == 2e-13)
    // At a kink the minimiser is a jump of φ′, enclosed to 2⁻⁴⁰ of itself.
    let best = try #require(near.best.rate?.estimate)
    #expect(abs(best / 1e-13 - 1) < 0x1p-40)
    // x⁴ + sin(x) and the same times 10¹³: the rates are 10¹³ times smaller.
    let (one, steep) = (try study("x^4 + sin(x)", "1"), try study("1e13*(x^4 + sin(x))", "1"))
    let ratio =
      try #require(one.critical.rate?.nearestDouble)
      / (try #require(steep.critical.rate?.nearestDouble))
    #expect(abs(ratio / 1e13 - 1) < 1e-12)
  }

  @Test func edgesAreFoundAtAnyScale() throws {
    let s = try study("log(x)", "1e-13")
    #expect(near(s.edge?.rate.nearestDouble.map { $0 * 1e26 }, 1, 1e-12))
    #expect(near(s.falls.first?.upper?.nearestDouble.map { $0 * 1e26 }, 1, 1e-12))
  }

  /// Poles at rates that no short number hits: fractions by exact numbers, others by enclosures.
  @Test(arguments: [
    ("1/x + x", "3", 3.375), ("1/(x-1) + x^2", "0.2", 32.0 / 46.5),
    ("tan(x)", "0.3", 1.7074164), ("(x^2-1)/(x-3)", "0.945", 2.2976905),
  ])
  func polesEndTheSearch(formula: String, x: String, rate: Double) throws {
    let s = try study(formula, x)
    let edge = try #require(s.edge)
    #expect(edge.isPoint)
    #expect(near(edge.rate.nearestDouble, rate, 1e-6))
    #expect(s.falls.last?.upper != nil || s.rises.rate != nil)
  }

  @Test func jumpsBoundTheFallAndTheTrust() throws {
    let s = try study("if(x<0, 5, x^2)", "1")
    #expect(near(s.rises.rate?.nearestDouble, 0.5, 1e-9))
    let v = try study("if(x<0, 1-x, x)", "1")
    #expect(near(v.trust.rate?.nearestDouble, 1, 1e-9))
    #expect(near(v.rises.rate?.nearestDouble, 1, 1e-9))
    #expect(try study("-x + if(x>5, 3, 0)", "0").best.isUndecided)
  }

  /// φ only touches 0 at 1/4 (x⁶ − x² from 1, to 0) and rises from 1/2 on; min(x², 1) never rises.
  @Test func touchingIsNotRising() throws {
    let s = try study("x^6 - x^2", "1")
    #expect(s.critical.rate?.nearestDouble == 0.25)
    #expect(s.rises.rate?.nearestDouble == 0.5)
    let capped = try study("min(x^2, 1)", "1")
    #expect(capped.critical.rate?.nearestDouble == 2)
    #expect(capped.rises.rate == nil)
    let flat = try study("abs(x-1) + abs(x+1)", "1")
    #expect(flat.rises.rate?.nearestDouble == 2)
  }

  @Test func onlyWhatWasShownToFallFallsThroughout() throws {
    #expect(try study("exp(-x)", "0").fallsThroughout)
    #expect(try !study("sqrt(abs(x))", "1").fallsThroughout)
  }

  @Test func slopesThatOnlySeemToJump() throws {
    func jumps(_ formula: String) throws -> Bool? {
      Loss(name: "f", program: try Program(parsing: formula)).slopeJumps(at: [.zero])
    }
    for f in ["abs(x)", "max(x, -2*x)", "abs(x) + x^2", "if(x<0, -x, 2*x)"] {
      #expect(try jumps(f) == true, "\(f)")
    }
    for f in ["abs(x)*x", "abs(x)^3", "max(x, -x)^2", "if(x<0, x^2, 2*x^2)"] {
      #expect(try jumps(f) == false, "\(f)")
    }
    // A value that may jump has no one-sided slope to compare.
    #expect(try jumps("sign(x)*x^2") != true)
  }
}

extension RateStudy.Answer {
  /// Whether it is shown that there is none.
  fileprivate var isNever: Bool {
    if case .missing(.never) = self { return true }
    return false
  }
  fileprivate var isUndecided: Bool {
    if case .missing(.undecided) = self { return true }
    return false
  }
}
