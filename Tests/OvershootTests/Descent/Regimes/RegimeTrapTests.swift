// Losses whose orbit in doubles ends where the true orbit does not, or not yet: the label must be the
// true one, or undecided. The truths were found with 80 digits and more.
import Foundation
import Shell
import Testing

struct RegimeTrapTests {
  private func answer(_ source: String) throws -> [String: Any] {
    let said = try say(source)
    return try #require(said.answers.last, "\(said.text)")
  }

  /// Chaos on the way: with 1,000 digits each of these still moves at step 1500.
  @Test(arguments: [
    "f = sin(3x)+x^2/10; descend eta=0.36 x0=-2.128 method=momentum steps=6",
    "f = sin(3x)+x^2/10; regime eta=0.419 x0=-1.782 method=momentum",
    "f = cos(x); regime eta=3.394 x0=-2.383 method=momentum",
    "f = x^2/2+cos(4x); regime eta=0.162 x0=-0.649 method=nesterov",
  ])
  func memoriesDoNotSettleByRounding(_ source: String) throws {
    let a = try answer(source)
    let limit = (a["limit"] as? [Double])?.first
    let truth = source.contains("nesterov") ? 3.641 : .nan
    #expect(
      a["outcome"] as? String == "undecided" || limit.map { abs($0 - truth) < 1e-2 } == true)
  }

  /// Starts a rounding away from √5, √3 and √2, on either side: more digits tell on which.
  @Test(arguments: [
    ("0.5", "2.2360679774997896", "stationary"),
    ("0.5", "2.2360679774997896409173668731", "stationary"),
    ("0.5", "2.2360679774997897", "divergent"),
    ("0.5", "2.236067977499789696409173668731276235441", "divergent"),
    ("0.5", "2.236067977499789696409173668731276235440", "stationary"),
    ("1", "1.7320508075688773", "divergent"), ("1", "1.7320508075688772", "stationary"),
    ("1", "1.41421356237309504", "stationary"),
  ])
  func boundaryStartsAreDecidedByMoreDigits(_ eta: String, _ x0: String, _ end: String) throws {
    let r = try regime("x^4/4 - x^2/2", eta, from: [x0], effort: .full)
    #expect(r.outcome.rawValue == end && r.proved, "\(r.outcome): \(r.finding)")
    if r.outcome == .stationary { #expect(r.limit.first?.rational?.magnitude == .one) }
  }

  /// On the boundary itself no digits decide.
  @Test(arguments: [("0.5", "sqrt(5)"), ("1", "sqrt(3)")])
  func theBoundaryItselfIsUndecided(_ eta: String, _ x0: String) throws {
    let a = try answer("f = x^4/4 - x^2/2; regime eta=\(eta) x0=\(x0)")
    #expect(a["outcome"] as? String == "undecided", "\(a["evidence"] ?? "")")
  }

  @Test func awayFromTheBoundaryTheLabelsStay() throws {
    #expect(try regime("x^4/4 - x^2/2", "0.5", from: ["2.2361"]).outcome == .divergent)
    #expect(try regime("x^4/4 - x^2/2", "0.5", from: ["2.236"]).outcome == .stationary)
    let slow = try regime("x^4/4 - x^2/2", "1", from: ["0.7"])
    #expect(slow.outcome == .stationary && slow.convergence == .sublinear, "\(slow.finding)")
  }

  /// On the line y = 3x the orbit halves at every step for ever.
  @Test func anInvariantLineIsNoChaos() throws {
    let formula = "(3x-y)^4/4-(3x-y)^2/2+(x+3y)^2/2"
    let r = try regime(formula, "0.15", from: ["0.1", "0.3"], variables: ["x", "y"])
    #expect(r.outcome == .undecided || r.kind == .saddle, "\(r.outcome): \(r.finding)")
    let off = try regime(formula, "0.15", from: ["0.1", "0.2"], variables: ["x", "y"])
    #expect(off.outcome == .chaotic, "\(off.outcome): \(off.finding)")
  }

  @Test(arguments: [
    ("relu(x)^2", "0.1", "0.25"), ("relu(x)^2+0.5*x^2", "0.9", "1"),
    ("relu(x)^2*40+x^2*10", "0.03", "1"),
  ])
  func whereTheCurvatureJumpsNoMultiplierIsPrinted(
    _ formula: String, _ eta: String, _ x0: String
  ) throws {
    let r = try regime(formula, eta, from: [x0])
    #expect(r.outcome == .stationary && r.limit.first?.sign == 0, "\(r.finding)")
    #expect(r.multipliers.isEmpty && r.factor == nil && r.alternates == nil && r.lyapunov == nil)
  }

  /// The orbit passes, or goes on for longer than it was followed.
  @Test(arguments: [
    ("x^4/4+x^3/3+1e-13*x", "0.1", "1"), ("1/(1+x^2)+1e-14*x^2", "0.1", "1"),
    ("-x+1e-40*x^4", "0.1", "1"), ("x^4/1e200-x^2", "1", "1"),
    ("x^2/2-x^3/3", "2.9999976468890829379068187", "0.1"),
  ])
  func longWaysAheadAreNotJudged(_ formula: String, _ eta: String, _ x0: String) throws {
    let r = try regime(formula, eta, from: [x0])
    #expect(r.outcome == .undecided || r.outcome == .drifting, "\(formula): \(r.finding)")
  }

  @Test func aSmallCurvatureIsNoCurveOfMinima() throws {
    let r = try regime(
      "x^4+x^2+1e-12*y^2+1e-12*x*y", "0.1", from: ["1", "1"], variables: ["x", "y"])
    #expect(r.outcome == .undecided || r.outcome == .drifting, "\(r.finding)")
    // Where y moves by itself, its multiplier next to 1 decides.
    let apart = try regime("x^4+x^2+1e-12*y^2", "0.1", from: ["1", "1"], variables: ["x", "y"])
    #expect(apart.outcome == .stationary && apart.kind == .minimum, "\(apart.finding)")
    let circle = try regime("(x^2+y^2-1)^2", "0.1", from: ["2", "0.3"], variables: ["x", "y"])
    #expect(circle.outcome == .stationary && circle.kind == .degenerate, "\(circle.finding)")
  }

  @Test func aMultiplierThatMayBe0HasNoRate() throws {
    let a = try answer("f = cos(x); regime eta=1 x0=1")
    #expect(a["outcome"] as? String == "stationary")
    #expect(a["factor"] == nil || a["factor"] is NSNull)
    #expect(a["lyapunov"] is NSNull)
  }

  /// On every line through the origin there is a cycle of period 4: neighbours keep their distance.
  @Test func aCycleBesideOthersIsNotCalledQuasiperiodic() throws {
    let sphere = "f(x, y, z) = (x^2+y^2+z^2-1)^2/4; regime eta=1.83 from=[0.83, -0.54, 0.82]"
    let a = try answer(sphere)
    #expect(a["outcome"] as? String != "quasiperiodic" && a["proved"] as? Bool == false)
  }

  /// A start without a share of the slowest direction: the factor is that of the others, or none is said.
  @Test(arguments: [
    ("x^2+y^2/4", ".9", "[0,1]", 0.55), ("x^2+x*y+y^2", "3/5", "[1,-1]", 0.4),
    ("x^2-x+y^2/4", ".9", "[1/2,3/5]", 0.55), ("x^2+x*y+y^2+(x+y)^4", ".6", "[1,-1]", 0.4),
    ("x^2+y^2/4+z^2/100", ".9", "[1,1,0]", nil), ("x^2+y^2/4", ".9", "[1,1]", -0.8),
  ])
  func theFactorIsThatOfTheRun(
    _ f: String, _ eta: String, _ start: String, _ factor: Double?
  ) throws {
    let a = try answer("f = \(f); regime eta=\(eta) from=\(start)")
    #expect(a["outcome"] as? String == "stationary")
    if let said = a["factor"] as? Double {
      #expect(factor.map { near(said, $0, 1e-12) } ?? false, "\(a)")
    }
    if factor == -0.8 { #expect(a["factor"] is Double) }
  }

  /// With u = x + 2y, v = 2x − y: v stays 0, so that a round brings u closer by 0.18, not v by 0.76.
  @Test func aRoundIsThatOfTheRun() throws {
    let f = "f(x, y) = ((x+2*y)^2-1)^2/20+0.17*(2*x-y)^2; regime eta=1.1 "
    let along = try say(f + "from=[0.06, 0.12]")
    #expect(along.answers.last?["outcome"] as? String == "cycle", "\(along.text)")
    #expect(!along.text.contains("multiplies the distance"), "\(along.text)")
    let off = try say(f + "from=[0.06, 0.13]")
    #expect(off.text.contains("multiplies the distance to it by 0.7569"), "\(off.text)")
  }

  @Test func restInDoublesIsNotCalledRepelling() throws {
    let said = try say("f = -exp(-x^2); regime eta=0.1 x0=6")
    #expect(said.answers.last?["outcome"] as? String == "undecided")
    #expect(!said.text.contains("repelling"))
    let evidence = said.answers.last?["evidence"] as? String ?? ""
    #expect(evidence.contains("no longer moves in doubles"))
  }

  @Test(arguments: [("1.0000000001", "-1.0000000002"), ("0.9999999999", "-0.9999999998")])
  func factorsNextTo1AreNotRoundedTo1(_ eta: String, _ factor: String) throws {
    let said = try say("f = x^2; regime eta=\(eta) x0=1")
    let evidence = said.answers.last?["evidence"] as? String ?? ""
    #expect(evidence == "every step multiplies the distance by \(factor)")
  }

  @Test func onlyCertainDigitsOfExponentsAndMultipliersArePrinted() throws {
    let cycle = try say("set digits 30; f = log(cosh(x)); regime eta=2.5 x0=2")
    #expect(cycle.text.contains("-1.43427632421519~"), "\(cycle.text)")
    let heavy = try say(
      "set digits 30; f(x, y) = x^2+10y^2+x^4; regime eta=0.03 x0=1 y0=1 method=momentum")
    #expect(heavy.text.contains("0.65 - 0.6910") && !heavy.text.contains("0.6499"), "\(heavy.text)")
    let circle = try say("set digits 17; f(x, y) = (x^2+y^2-1)^2; regime eta=0.05 x0=2 y0=0.3")
    #expect(circle.text.contains("factor 0.6\n"), "\(circle.text)")
  }
}
