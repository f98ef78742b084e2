// Where descent rests: curves of stationary points that algebra proves, lines that polynomials prove,
// and nothing claimed beyond what was found.
import Calculus
import Shell
import Testing

@testable import Descent

struct RestingTests {
  private func search(_ text: String) throws -> FixedPoints {
    try #require(
      FixedPoints.search(Loss(name: "f", program: try Program(parsing: text)), around: []))
  }

  /// The equation, the curvature across, and points on the set.
  @Test(arguments: [
    ("(x+y)^2", "x + y", "4", [[1.0, -1], [0.25, -0.25]]),
    ("(x*y-1)^2", "x·y - 1", "2·(x² + y²)", [[1, 1], [2, 0.5], [-4, -0.25]]),
    ("x^2*y^2-2*x*y+1", "x·y - 1", "2·(x² + y²)", [[0.5, 2]]),
    ("(x^2+y^2-1)^2", "x² + y² - 1", "8", [[1, 0], [0, -1], [0.6, 0.8]]),
    ("x^2*y", "x", "2·y", [[0, 3], [0, -2]]),
    ("x^2+0*y", "x", "2", [[0, 7]]),
    ("log(1+(x*y-1)^2)", "x·y - 1", "2·(x² + y²)", [[2, 0.5]]),
    ("(x^2-y)^2+(x^2-y)^4", "x² - y", "2·(4·y + 1)", [[2, 4], [-0.5, 0.25]]),
    ("(x-y)^4", "x - y", "0", [[3, 3]]),
  ])
  func curvesOfRestAreProved(
    _ text: String, _ equation: String, _ across: String, _ points: [[Double]]
  ) throws {
    let set = try #require(try search(text).sets.first)
    #expect(set.equation.text() == equation)
    #expect(set.across.text() == across)
    let loss = Loss(name: "f", program: try Program(parsing: text))
    for x in points {
      #expect(set.holds(x))
      // By the loss itself: the slope is 0 and the Hessian's other eigenvalue is the curvature shown.
      let g = loss.gradient.run(DoubleArithmetic(), at: x)
      #expect(g.dropFirst().allSatisfy { abs($0) < 1e-12 })
      let h = loss.hessian(at: x.map { Certified($0) })
      let values = SpectralNorm.eigenvalues(h.map { $0.map { $0.nearestDouble ?? .nan } })
      let shown = set.across.program().run(DoubleArithmetic(), at: x)[0]
      let trace = values.reduce(0, +)
      #expect(abs(shown - trace) < 1e-9, "\(text) at \(x): \(shown), \(values)")
      #expect(values.map(abs).min() ?? 1 < 1e-9)
    }
  }

  @Test func theCatapultRestsOnTwoLines() throws {
    let found = try search("(u*v)^2/2")
    #expect(found.sets.map { $0.equation.text() } == ["u", "v"])
    #expect(found.sets.map { $0.across.text() } == ["v²", "u²"])
    let said = try say("f(u, v) = (u*v)^2/2; rule")
    for part in ["u = 0", "1 along; 1 − η·v²", "0 < η·u² < 2", "Proved: every slope"] {
      #expect(said.text.contains(part), "\(said.text)")
    }
  }

  /// A sum of squares is 0 at a point, no curve; an exponential nowhere; a flat valley is none.
  @Test(arguments: [
    "(x^2+y^2)^2", "exp(x)*sin(y)+exp(x)*2", "(x-y)^2+(x*y)^4", "x^2+y^4", "x^4+y^4-4*x*y",
    "(1-x)^2+100*(y-x^2)^2", "x^2+x*y+y^2", "log(cosh(x))+y^4", "(x-y)^2+(x+y)^8",
    "sin(x)*cos(y)", "x^2+exp(-y)",
  ])
  func isolatedPointsAreNoCurves(_ text: String) throws {
    let found = try search(text)
    #expect(found.sets.isEmpty && found.flats.isEmpty, "\(found.sets) \(found.flats)")
  }

  @Test func linesInSpaceAreProved() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "(x+y+z-1)^2+x^2"))
    let flat = try #require(FixedPoints.search(loss, around: [])?.flats.first)
    let v = try #require(flat.directions.first)
    #expect(flat.isConstant && flat.flat == 1 && flat.curvatures.count == 2)
    for t in [-3, 0, 5] {
      let x = zip(flat.at, v).compactMap { p, d in p.rational.map { $0 + d * Rational(t) } }
      let g = loss.gradient.run(CertifiedArithmetic(bits: 64), at: x.map(Certified.exact))
      #expect(x.count == 3 && g.dropFirst().allSatisfy { $0.rational == .zero })
    }
    // λ of [[4, 2, 2], [2, 2, 2], [2, 2, 2]]: 0 and 4 ± 2√2.
    #expect(near(flat.curvatures.last?.estimate, 4 + 2 * 2.0.squareRoot(), 1e-9))
    #expect(try search("x*y*z").flats.count == 3)
  }

  @Test func whatIsNotProvedIsCalledEvidence() throws {
    let said = try say("f(x, y, z) = (x*y-1)^2+z^2; rule")
    #expect(said.text.contains("That is evidence, not a proof"), "\(said.text)")
    #expect(!said.text.contains("Proved"))
    let item = (said.answers.last?["fixed_points"] as? [[String: Any]])?.first
    #expect(item?["proved"] as? Bool == false)
  }

  @Test func ruleAndRegimeShareTheirTable() throws {
    for loss in ["f(u, v) = (u*v)^2/2", "f(x, y) = x^2+10y^2"] {
      let said = try say("\(loss); rule; regime eta=0.05 from=[2, 1]")
      let tables = said.answers.suffix(2).compactMap { $0["fixed_points"] as? [[String: Any]] }
      #expect(tables.count == 2 && tables[0].count == tables[1].count && !tables[0].isEmpty)
      #expect(said.texts.filter { $0.contains("Resting points (found from 39 starts") }.count == 2)
    }
  }

  @Test func ratesThatLeaveTheDomainAreCritical() throws {
    let log = try say("f = log(x); threshold x0=1")
    #expect(log.text.contains("this step (there it leaves the domain)"), "\(log.text)")
    #expect((log.answers.last?["falls"] as? [[Double]]) == [[0, 1]])
    // x − η(2x − 1/x) = 0 at x = 2: η = 2/3.5.
    let both = try say("f = x^2-log(x); threshold x0=2")
    #expect(both.text.contains("0.571429"), "\(both.text)")
    let none = try say("f = exp(-x); threshold x0=0 eta=1")
    #expect(none.text.contains("No minimum was found downhill"))
    let kink = try say("f = abs(x); threshold x0=1 eta=0.3")
    #expect(kink.text.contains("has a kink. Where the slope jumps"))
  }

  /// The rate suggested for another try needs no certificate, but the truth to its two digits.
  @Test func theRoughCurvatureIsTheCurvature() throws {
    let names = (1...10).map { "x\($0)" }
    let chain = zip(names, names.dropFirst()).map { "(1-\($0))^2+100*(\($1)-\($0)^2)^2" }
    let loss = Loss(name: "f", program: try Program(parsing: chain.joined(separator: "+")))
    let x = names.indices.map { $0 % 2 == 0 ? -1.2 : 1 }
    let rough = try #require(Curvature.roughLargest(loss, at: x))
    let exact = Curvature(loss, at: x.map { Certified($0) })?.largest?.nearestDouble
    #expect(near(exact, rough, 1e-12))
  }

  /// A comparison that stands in a formula jumps like one in `if`.
  @Test(arguments: [
    ("(x-3)^2/2+3*(x<2)*x", [0.0, 3]), ("(x-3)^2/2+if(x<2,3*x,0)", [0, 3]),
    ("(x<-1)*(x+2)^2+(x>=-1)*(x-1)^2", [-2, 1]), ("x^2*(x>1)+(x-1/3)^2", [1.0 / 3]),
  ])
  func comparisonsJump(_ text: String, _ points: [Double]) throws {
    let loss = Loss(name: "f", program: try Program(parsing: text))
    #expect(loss.hasKink)
    for near in [[], [[1.0]], [[points[0]]], [[-1.5]]] {
      let found = try #require(FixedPoints.search(loss, around: near))
      let at = found.points.compactMap { $0.at[0].estimate }.sorted()
      #expect(
        zip(at, points).allSatisfy { abs($0 - $1) < 1e-12 } && at.count == points.count, "\(at)")
    }
    let a = EnclosureArithmetic(bits: 64)
    #expect(loss.meetsKink(a, [a.hull(a.constant(-5.0), a.constant(5.0))]))
  }
}
