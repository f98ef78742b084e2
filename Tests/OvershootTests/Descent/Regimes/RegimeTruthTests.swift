// Claims of `regime` that were false once, with the truth found by hand: each is now right, or not made.
import Calculus
import Foundation
import Testing

@testable import Descent

struct RegimeTruthTests {
  private func answer(_ source: String) throws -> (json: [String: Any], text: String) {
    let said = try say(source)
    return (try #require(said.answers.last, "\(said.text)"), said.text)
  }

  /// What runs to infinity, however slowly, beside what moves about.
  @Test(arguments: [
    "f(x,y) = exp(-x)+y^4/4-y^2/2; regime eta=1.6 from=[0,0.3]",
    "f(x,y) = y^4/4-y^2/2-1e-9*x; regime eta=1.6 from=[1,0.3]",
    "f(x,y) = y^4/4-y^2/2-1e-9*atan(x); regime eta=1.6 from=[1,0.3]",
    "f(x,y) = y^4/4-y^2/2+1e-9*log(1+exp(-x)); regime eta=1.6 from=[1,0.3]",
    "f(x,y) = y^4/4-y^2/2+1e-9*exp(-x)*(2+sin(x)); regime eta=1.6 from=[1,0.3]",
    "f(x,y) = y^4/4-y^2/2-1e-18*x; regime eta=1.6 from=[1,0.3]",
    "f(x) = tan(x); descend eta=0.3 x0=0.2", "f(x) = 0.0001x+cos(x); descend eta=5 x0=1",
    "f(x,y) = (1+0.1*cos(y))*1e-4*x + y^4/4-y^2/2; descend eta=1.6 from=[1,0.3]",
  ])
  func whatLeavesIsNotCalledChaotic(_ source: String) throws {
    let (json, text) = try answer(source)
    #expect(json["outcome"] as? String != "chaotic", "\(text)")
    #expect(!text.contains("stays between"), "\(text)")
  }

  /// What a periodic loss sees of a wandering x is bounded; x is not.
  @Test func onACircleChaosIsNamedWithItsPeriod() throws {
    let (json, text) = try answer("f(x) = cos(x); descend eta=5 x0=1")
    let evidence = json["evidence"] as? String ?? ""
    #expect(json["outcome"] as? String == "chaotic", "\(text)")
    #expect(evidence.contains("every 6.28319") && evidence.contains("wanders"), "\(text)")
    #expect(!evidence.contains("between"))
  }

  /// A coordinate that leaves decides, whatever another does.
  @Test(arguments: [
    ("f(x,y) = 0.01x+cos(y); regime eta=4 from=[0,1]", "divergent"),
    ("f(x,y) = exp(-x)+y^2/2; regime eta=0.5 from=[0,1]", "runs-off"),
    ("f(x,y) = y^4/4-y^2/2-1e-9*x; regime eta=1.6 from=[1,0.3]", "divergent"),
  ])
  func oneOfTwoThatDoNotMeetDecides(_ source: String, _ end: String) throws {
    let (json, text) = try answer(source)
    #expect(json["outcome"] as? String == end && json["proved"] as? Bool == true, "\(text)")
  }

  @Test func aDriftNamesItsCoordinateAndItsPace() throws {
    let (_, text) = try answer("f(x,y) = 0.01x+cos(y)+1e-9*x*y; regime eta=4 from=[0,1]")
    #expect(!text.contains("3.8"), "\(text)")
  }

  @Test func whatRisesIsNotSaidToFall() throws {
    let up = try answer("f(x,y) = x+y^2; regime eta=1.5 from=[0,1]")
    #expect(
      up.json["outcome"] as? String == "divergent" && !up.text.contains("falls"), "\(up.text)")
    let down = try answer("f(x,y) = x+y^2; regime eta=0.5 from=[0,1]")
    #expect(down.text.contains("falls without limit"), "\(down.text)")
    let ascent = try answer("f = 3x; regime eta=-0.1 x0=1")
    #expect(!ascent.text.contains("falls"), "\(ascent.text)")
  }

  /// A curve of minima: the whole way left is finite.
  @Test(arguments: [
    ("f(w,v) = 0.5*(w*v-1)^2; regime eta=0.1 w0=0.1 v0=0.2", true),
    ("f(x,y) = (x^2+y^2-1)^2; regime eta=0.1 x0=2 y0=0.3", true),
  ])
  func curvesOfMinimaAreReachedByProof(_ source: String, _ proved: Bool) throws {
    let (json, text) = try answer(source)
    #expect(json["outcome"] as? String == "stationary", "\(text)")
    #expect(json["proved"] as? Bool == proved, "\(text)")
    #expect(json["limit_kind"] as? String == "degenerate")
    // The largest multiplier is 1, so the exponent is 0.
    #expect(json["lyapunov"] as? Double == 0)
    let limit = try #require(json["limit"] as? [Double])
    let h = source.contains("w*v") ? limit[0] * limit[1] : limit[0] * limit[0] + limit[1] * limit[1]
    #expect(abs(h - 1) < 1e-14)
  }

  @Test func aFactorNextTo1IsNotCalled1() throws {
    let (_, text) = try answer("f(x) = exp(-x)*(1+0.47*sin(2.81*x)); regime eta=0.39 from=[-2.45]")
    #expect(!text.contains("distance by 1 ") && !text.contains("factor 1\n"), "\(text)")
  }

  @Test func onlyWhatWasTestedIsSaid() throws {
    let (_, text) = try answer("f(x) = log(1+x^2); regime eta=0.1 x0=50")
    #expect(!text.contains("0 ≤ ηf″"), "\(text)")
  }

  @Test func aLimitIsAmongTheRestingPoints() throws {
    let (json, text) = try answer("f(x) = x-log(abs(sin(x))); regime eta=0.05 x0=1")
    let points = try #require(json["fixed_points"] as? [[String: Any]])
    let places = points.compactMap { ($0["at"] as? [Double])?.first }
    #expect(places.contains { abs($0 - 0.785398163397) < 1e-9 }, "\(text)")
    #expect(!text.contains("No resting point"))
  }

  @Test func aConstantRestsEverywhere() throws {
    let (_, text) = try answer("f(x) = 0*x+1; regime eta=0.1 x0=1")
    #expect(text.contains("It rests everywhere") && !text.contains("nowhere"), "\(text)")
  }

  @Test func allMinimaOfHimmelblauAreListed() throws {
    let (json, text) = try answer("f(x,y) = (x^2+y-11)^2+(x+y^2-7)^2; regime eta=0.01 from=[0,0]")
    let points = try #require(json["fixed_points"] as? [[String: Any]])
    #expect(points.filter { $0["kind"] as? String == "minimum" }.count == 4, "\(text)")
  }

  /// Orbits on invariant lines end where the line does.
  @Test(arguments: [
    ("f(x,y) = x^2/2-y^2/2; regime eta=0.1 from=[1,0]", [0.0, 0]),
    ("f(x,y) = x*y+x^4/4+y^4/4; regime eta=0.1 from=[1,1]", [0, 0]),
    (
      "f(x,y) = max(x^2,y^2)+exp(x)+exp(y); regime eta=0.02 from=[2,2]",
      [-0.5671432904, -0.5671432904]
    ),
    (
      "f(x,y) = 1/max(x^2,y^2)+exp(x)+exp(y); regime eta=0.02 from=[2,2]",
      [0.772882959, 0.772882959]
    ),
    ("f(x) = exp(x)+exp(-x)+1/max(x^2,x^2); regime eta=0.1 x0=2.46", [0.963170774]),
  ])
  func whatKeepsToALineIsFollowedOnIt(_ source: String, _ end: [Double]) throws {
    let (json, text) = try answer(source)
    #expect(json["outcome"] as? String == "stationary", "\(text)")
    #expect(json["proved"] as? Bool == true, "\(text)")
    let limit = try #require(json["limit"] as? [Double])
    for (a, b) in zip(limit, end) { #expect(abs(a - b) < 1e-6, "\(text)") }
  }

  /// The rule of a tie is ½ each only where the two are swapped freely.
  @Test func onlySymmetricLossesAreFoldedTogether() throws {
    let names = ["x", "y"]
    func symmetric(_ text: String, _ names: [String] = names) throws -> Bool {
      let p = try Program(parsing: text)
      var b = ProgramBuilder(variables: names)
      let r = b.inline(p, p.variables.map { b.variable($0) })
      return Loss(name: "f", program: b.program(outputs: r)).isSymmetric
    }
    #expect(try symmetric("x*y + max(x^2, y^2) - sin(y) - sin(x)"))
    #expect(try symmetric("x^2 + y^2 + z^2 + x*y*z", ["x", "y", "z"]))
    #expect(try !symmetric("x - y"))
    #expect(try !symmetric("max(max(x, y), z)", ["x", "y", "z"]))
    #expect(try !symmetric("x^2 + 2*y^2"))
    #expect(try !symmetric("x^y"))
  }

  @Test(arguments: [
    ("f(x) = sin(x); regime eta=6.3 x0=1", "6.28319"),
    ("f(x) = x/10+cos(3x); regime eta=0.72 x0=0.3", "2.0944"),
  ])
  func aRunByWholePeriodsIsNamed(_ source: String, _ period: String) throws {
    let (json, text) = try answer(source)
    if json["outcome"] as? String == "divergent" {
      #expect((json["evidence"] as? String ?? "").contains("mod \(period)"), "\(text)")
    } else {
      #expect(!source.contains("sin"), "\(text)")
    }
  }

  @Test(arguments: [
    ("sin(3x)+cos(2x)", "1"), ("sin(x/2)+cos(x/3)+x", "1/6"), ("cos(x)^2", "1"),
  ])
  func periodsOfSlopesAreSeen(_ formula: String, _ frequency: String) throws {
    let loss = Loss(name: "f", program: try Program(parsing: formula))
    let parts = frequency.split(separator: "/").map { Rational(Int($0) ?? 1) }
    #expect(loss.frequency == (parts.count == 2 ? parts[0] / parts[1] : parts[0]))
  }

  @Test(arguments: ["x^2+sin(x)", "sin(x^2)", "exp(-x)*sin(x)", "x*sin(x)", "x^2"])
  func whatDoesNotRepeatHasNoPeriod(_ formula: String) throws {
    #expect(Loss(name: "f", program: try Program(parsing: formula)).frequency == nil)
  }

  /// Orbits that look chaotic for 10⁵ to 10⁷ steps and then settle (20 of 20, 12 of 20 and 7 of 20 starts
  /// beside these, followed in C): a sink is near.
  @Test(arguments: [("1.42", "1.771"), ("2", "0.3"), ("3", "0.4")])
  func slowTransientsAreNotCalledChaos(_ eta: String, _ x: String) throws {
    let said = try say(
      "f=log(1+x^2); regime eta=\(eta) x0=\(x) method=momentum beta=0.999")
    let r = try #require(said.answers.last)
    #expect(r["outcome"] as? String == "undecided")
    #expect(
      (r["evidence"] as? String)?.contains("exists, but this orbit has not come to it") == true)
  }
}
