// A derivative exists only where the function does, and so does a step: the orbits that a slope alone
// would lead through a hole in the domain and on. Steps and ends were found with 200 and 600 digits.
import Calculus
import Foundation
import Shell
import Testing

@testable import Descent

struct DomainTests {
  /// The step out of the domain is the one that is asked about.
  @Test func whyDissectsTheStepThatLeaves() throws {
    let said = try say("f = log(x); descend eta=1.5 x0=0.5; why")
    #expect(said.text.contains("step 0: x = 0.5 → -2.5"), "\(said.text)")
    #expect(said.text.contains("Cause: where the step lands f has no value: log of"))
    #expect(said.text.contains("it stays inside."))
    let last = try #require(said.answers.last)
    #expect(last["change"] is NSNull && near(last["predicted"] as? Double, -6, 1e-15))
    #expect(near(last["eta_domain_edge"] as? Double, 0.25, 1e-15))
    let later = try say("f = log(x); descend eta=0.3 x0=1 steps=30; why")
    #expect(later.text.contains("step 2: x = 0.271429 → -0.833835"), "\(later.text)")
    let heavy = try say("f = sqrt(x)+x; descend eta=0.9 x0=1.5 method=momentum beta=0.9; why")
    #expect(heavy.text.contains("of the step it stays inside."), "\(heavy.text)")
    // A start outside has no step.
    #expect(try say("f = log(x); why eta=0.1 x0=-1").errors.count == 1)
  }

  /// Rates that tend to 0 and do not keep the run inside: the step by 60 digits.
  @Test(arguments: [
    ("sqrt(x)", "0.5/sqrt(1+t)", "2.2", 27), ("0.1*x^2+log1p(x)", "2/(1+t)", "12.7", 88),
  ])
  func decayingRatesLeave(_ f: String, _ eta: String, _ x: String, _ step: Int) throws {
    let said = try say("f = \(f); regime eta=\(eta) x0=\(x)").answers.last
    #expect(said?["outcome"] as? String == "leaves-domain" && said?["proved"] as? Bool == true)
    #expect(
      (said?["evidence"] as? String)?.hasPrefix("at step \(step), ") == true, "\(said ?? [:])")
  }

  /// Beyond a pole it may fall again: that it rises is said up to the edge, and of no step beyond.
  @Test func whatRisesIsSaidUpToTheEdge() throws {
    let said = try say("f = 9/x^2+(17/7)/(x+4); why eta=0.24 x0=-1; threshold x0=-1 eta=0.24")
    #expect(said.text.contains("first rises above η = 0.154257"), "\(said.text)")
    #expect(said.text.contains("before its") && said.text.contains("η = 0.169203"))
    #expect(!said.text.contains("yours is"))
    #expect(said.text.contains("this step (there f first rises)"))
    let plain = try say("f = x^2; why eta=1.2 x0=-1")
    #expect(plain.text.contains("f rises above"))
    // The search did not come to its end: nothing is the lowest of it.
    let far = try say("f = sin(x)*exp(x)+1; why eta=5.6 x0=3").answers.last
    #expect(far?["eta_best_global"] is NSNull)
  }

  /// A line that leaves the domain and comes back: nothing is said of all rates beyond.
  @Test func aGapInTheDomainIsNoEndOfIt() throws {
    let said = try say("f = log(x^2-1); why eta=2.9 x0=2")
    #expect(said.text.contains("At η = 0.75 the line leaves the domain of f"), "\(said.text)")
    // It falls four times before the edge, and rises between.
    let waves = try say("f = cos(9x)+sqrt(4-x); why eta=0.3 x0=1")
    #expect(!waves.text.contains("up to its edge") && waves.text.contains("first"))
    // φ = 4η(4η − 1)(4η − 2)² is 0 again at ½.
    let touch = try say("f = x*(x-1)*(x-2)^2; why eta=0.3 x0=0")
    #expect(touch.text.contains("first rises above"))
  }

  /// What falls again beyond the range that is searched has no lowest point that is known.
  @Test(arguments: [
    ("x^2-x^4/1e4", "0.8", "1"), ("x^2+x^3/1e5", "0.8", "1"), ("x^2-x^6/1e12", "1.5", "1"),
    ("1/(x-1)+x", "1", "3"), ("sin(x/10+10)-1/(8*x+.4)", "20", "-1.2"),
  ])
  func theFirstLowPointIsNotCalledTheLowest(_ f: String, _ eta: String, _ x: String) throws {
    let said = try say("f = \(f); why eta=\(eta) x0=\(x)")
    #expect(!said.text.contains("lowest point") && !said.text.contains("is lowest"), "\(said.text)")
    let parabola = try say("f = x^2; why eta=1.2 x0=-1")
    #expect(parabola.text.contains("is lowest"))
  }

  @Test func ratesThatLeaveHaveTheirLine() throws {
    let said = try say("f = log(x); why eta=[0.1, 0.5] x0=0.5")
    let rates = try #require(said.answers.last?["rates"] as? [[String: Any]])
    #expect(rates.count == 2 && rates[1]["change"] is NSNull)
    #expect(near(rates[0]["change"] as? Double, -0.5108256237659907, 1e-15))
  }

  /// A series is there only where the value is; the start of a run is a point, too.
  @Test func seriesKeepTheDomain() throws {
    let said = try say("f = log(x); taylor x=-1; taylor x0=2; grad f x0=2")
    let at = said.answers.dropFirst().first
    #expect((at?["coefficients"] as? [Any])?.allSatisfy { $0 is NSNull } == true)
    #expect(said.text.contains("(x - 2)^1     0.5"), "\(said.text)")
    #expect(said.text.contains("∂f/∂x = 0.5"), "\(said.text)")
  }

  /// Formulas whose slopes have values where they have none, and such a point.
  @Test(arguments: [
    ("log(x)", -1), ("log2(x)", -1), ("log10(x)", -3), ("log1p(x)", -2), ("atanh(x)", 2),
    ("floor(log(x))", -1), ("0*log(x)+x^2", -1), ("x^2/2+3x+log(x)", -2.5),
    ("x^2+sign(sqrt(x))", -1), ("if(log(x) < 0, x, x^2)", -1), ("x + 0*log(x)*x", -2),
  ])
  func slopesExistOnlyWhereTheValueDoes(_ formula: String, _ at: Double) throws {
    let program = try Program(parsing: formula)
    let loss = Loss(name: "f", program: program)
    let a = EnclosureArithmetic(bits: 128)
    let exact = CertifiedArithmetic(bits: 128)
    for p in [loss.gradient, program.hessian(), loss.curvatureAlong] {
      let point = p.variables.map { $0 == "x" ? at : 1 }
      let all = [
        p.run(DoubleArithmetic(), at: point).map(\.isNaN),
        p.run(a, at: point.map { a.constant($0) }).map { $0.decoration == .ill },
        p.run(exact, at: point.map { Certified($0) }).map(\.isCertainlyUndefined),
      ]
      #expect(all.allSatisfy { $0.allSatisfy { $0 } }, "\(formula): \(all)")
    }
    let inside = loss.gradient.run(exact, at: [Certified(0.5)]).filter { !$0.isDefined }
    #expect(inside.isEmpty, "\(formula)")
  }

  /// What is defined everywhere pays nothing for it.
  @Test(arguments: [
    ("1/(1+x^2)", true), ("log(1+x^2)", true), ("sqrt(1+x^2)", true), ("floor(x)", true),
    ("cbrt(x)", true), ("exp(exp(x))", true), ("max(x, 2)", true), ("if(x > 0, log(2), x)", true),
    ("1/x", false), ("tan(x)", false), ("atan2(x, x)", false), ("x^2.5", false),
    ("log(x)", false), ("x^(-2)", false), ("sqrt(x^2-1)", false),
  ])
  func totalProgramsAreKnown(_ formula: String, _ total: Bool) throws {
    let program = try Program(parsing: formula)
    #expect(program.isTotal == total)
    var b = ProgramBuilder(program)
    let count = b.instructions.count
    let slope = b.variable("x")
    let confined = b.confined([slope], to: program.outputs[0])
    #expect((confined == [slope]) == total && (b.instructions.count > count) == !total)
  }

  @Test func primesKeepTheDomain() throws {
    let said = try say("f(x) = log(x); g(x) = f'(x); diff g; f''(2); g(-1)")
    #expect(said.text.contains("g′(x) = -1/x²") && said.text.contains("-0.25"), "\(said.text)")
    #expect(said.errors.count == 1 && said.text.contains("log of -1"), "\(said.text)")
  }

  @Test(arguments: [
    ("log(x)", "eta=.001 x0=1", 503), ("log(x)", "eta=.001 x0=1 method=momentum", 70),
    ("log(x)", "eta=.001 x0=1 method=nesterov", 68), ("x^2/2+3x+log(x)", "eta=.0001 x0=1", 1593),
    ("x^2/2+3x+log(x)", "eta=.0003 x0=1", 532),
  ])
  func orbitsLeaveWhereTheLossDoes(_ f: String, _ plan: String, _ step: Int) throws {
    let r = try #require(try say("f = \(f); regime \(plan)").answers.last)
    #expect(r["outcome"] as? String == "leaves-domain" && r["proved"] as? Bool == true, "\(r)")
    #expect((r["evidence"] as? String ?? "").contains("step \(step),"), "\(r["evidence"] ?? "")")
  }

  /// On the left the slope has a zero, but f has no value there: nothing settles, and no point is listed.
  @Test(arguments: [
    "f = x^2/2+3x+log(x); regime eta=.0005 x0=2",
    "f = x^2/2+3x+log(x)+y^2; regime eta=.0005 from=[1,1]",
    "f = x^2/2+3x+log(x); regime eta=.0007 x0=1 method=momentum beta=.1",
  ])
  func noneSettlesWhereThereIsNoValue(_ source: String) throws {
    let r = try #require(try say(source).answers.last)
    #expect(r["outcome"] as? String == "leaves-domain", "\(r)")
    #expect((r["fixed_points"] as? [Any] ?? []).isEmpty, "\(r)")
  }

  /// x = 0.4 is outside the domain of log(x² − 1), the place ahead of it, −1.04, inside.
  @Test func aStateAheadIsNotEnough() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "log(x^2-1)"))
    let nesterov = try #require(Methods.builtIn.first { $0.name == "nesterov" })
    let map = DescentMap(
      try StepProgram(Method(nesterov), on: loss), eta: Rate(Rational(6) / Rational(5)))
    let a = EnclosureArithmetic(bits: 128)
    let first = map.next(a, [a.constant(2.0), a.constant(0.0)])
    #expect(first.filter { !$0.isDefined }.isEmpty && abs(first[0].midpoint - 0.4) < 1e-12)
    #expect(map.next(a, first).allSatisfy { $0.decoration == .ill })
    #expect(map.places(a, first)[1][0].upperDouble < -1)
  }

  /// Beside 0 the reciprocal has one sign.
  @Test func reciprocalsBesideZeroKeepTheirSign() throws {
    let a = EnclosureArithmetic(bits: 128)
    for (text, l, u, least, most) in [
      ("1/x", 0.0, 2.0, 0.5, Double.infinity), ("1/x", -2, 0, -Double.infinity, -0.5),
      ("-3/x", 0, 2, -Double.infinity, -1.5), ("x^(-2)", 0, 2, 0.25, Double.infinity),
      ("x^(-2)", -2, 1, 0.25, Double.infinity), ("x^(-3)", -2, 0, -Double.infinity, -0.125),
      ("x/x", 0, 2, 0, Double.infinity), ("1/x", -1, 2, -Double.infinity, Double.infinity),
    ] {
      let r = try Program(parsing: text).run(a, at: [a.hull(a.constant(l), a.constant(u))])[0]
      #expect(r.decoration == .trv && r.lowerDouble == least && r.upperDouble == most, "\(text)")
    }
    let said = try say("f = log(x); regime eta=.3 x0=.1")
    #expect(said.text.contains("It rests nowhere between -16 and 16."), "\(said.text)")
  }

  /// At 0, the edge of its domain, a power with a moving exponent has a gradient by every way.
  @Test(arguments: [
    "x^z; check f x=0 z=2.3", "(-x)^(z^1.2); check f x=0 z=2", "x^z; check f x=0 z=1",
  ])
  func waysAgreeAtTheEdgeOfAPower(_ source: String) throws {
    let r = try #require(try say("f = " + source).answers.last)
    #expect(r["agree"] as? Bool == true, "\(r)")
  }

  /// The slope is x + e^(−10⁶): its zero is next to 0, not 0.
  @Test func aRestingPointBelowAllDoublesIsNotExactlyZero() throws {
    let said = try say("f = x^2/2+x*exp(-1e6); regime eta=0.5 x0=1")
    let r = try #require(said.answers.last)
    let points = r["fixed_points"] as? [[String: Any]] ?? []
    #expect(
      points.count == 1 && (points[0]["at_status"] as? [String])?.first?.hasPrefix("below") == true)
    #expect((r["limit"] as? [String])?.first?.hasPrefix("-3.29683e-434295") == true, "\(r)")
    #expect(said.text.contains("x = 0~") && !said.text.contains("x = 0 "), "\(said.text)")
  }

  /// What carries the domain is not for reading.
  @Test func rulesAreReadWithoutTheirDomain() throws {
    let said = try say("f = log(x); rule")
    #expect(said.text.contains("x ← x - η/x\n"), "\(said.text)")
    #expect(said.text.contains("Δf = −1/x²·η − 1/(2·x⁴)·η² + …"), "\(said.text)")
  }

  /// The suggested rate is one at which the run has a value at every step; of log no short one is.
  @Test func theRateSuggestedStays() throws {
    let source = "f = x^2-log(x); descend eta=1/(1+t) x0=2 steps=12"
    let said = try say(source)
    #expect(said.text.contains("Try: why, again eta=0.5"), "\(said.text)")
    #expect(!said.text.contains("rows before"), "\(said.text)")
    let again = try say(source + "; again eta=0.5").answers.last
    #expect(again?["outcome"] as? String != "leaves-domain", "\(again ?? [:])")
    let log = try say("f = log(x); descend eta=0.9 x0=0.001 steps=100000")
    #expect(log.text.contains("Try: why") && log.text.contains("leaves"), "\(log.text)")
  }

  @Test func bifurcationsTellHowOrbitsLeave() throws {
    let said = try say("f = log(x); bifurcate eta=0.1..2 x0=1 columns=20")
    #expect(said.text.contains("it leaves the domain from about η = 0.1"), "\(said.text)")
    #expect(!said.text.contains("infinity"), "\(said.text)")
  }

  /// x² = 1 − 2s: at s = ½ the flow is at the edge, where its log is −∞.
  @Test func theFlowIsNotDecidedAtTheEdge() throws {
    let said = try say("f = log(x); descend eta=0.1 x0=1; flow")
    let rows = said.answers.last?["rows"] as? [[String: Any]] ?? []
    #expect(rows.count >= 5 && near((rows[4]["flow"] as? [Double])?.first, 0.2.squareRoot(), 1e-6))
    #expect(rows.dropFirst(5).allSatisfy { $0["flow_value"] is NSNull }, "\(rows)")
    #expect(rows[0]["flow_value"] as? Double == 0)
  }

  /// With the first rate it is at exp(exp(16)) after a few steps: where it is when the second begins is not
  /// known.
  @Test func whatHasFledIsNoStart() throws {
    let r = try #require(
      try say("f = exp(x*y/2)+0.27*(x^2+y^2); regime eta=if(t<10, 2.31, 0.77) x=0.81 y=0.81")
        .answers.last)
    #expect(r["outcome"] as? String != "stationary", "\(r)")
  }

  /// Chaos on the way: doubles end in another well than the orbit, which is followed with as many digits
  /// as it takes.
  @Test func schedulesAreFollowedThroughChaos() throws {
    let source = "f = -1.37sin(3x)-0.39x; regime eta=4.36/sqrt(1+t) x0=2.11"
    let r = try #require(try say(source).answers.last)
    #expect(r["outcome"] as? String == "stationary" && r["proved"] as? Bool == true, "\(r)")
    #expect(near((r["limit"] as? [Double])?.first, 75.9535002929, 1e-10), "\(r)")
  }
}
