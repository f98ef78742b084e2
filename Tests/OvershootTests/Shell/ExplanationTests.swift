// What explains a rate: the rule, the thresholds, the flow, sweeps and comparisons.
import Calculus
import Descent
import Shell
import Testing

struct UpdateRuleTests {
  @Test(arguments: [
    ("x^2", "x ← (1 - 2·η)·x", "Δf = −4·x²·η + 4·x²·η²"),
    ("(x-3)^2", "x ← 3 + (1 - 2·η)·(x - 3)", "Δf = −4·(x - 3)²·η + 4·(x - 3)²·η²"),
    ("x^4/4-x^2/2", "x ← (1 + η - η·x²)·x", "− x·g³·η³ + g⁴/4·η⁴\n   with g = x³ - x"),
    ("x^2/2-x^3/3", "x ← (1 - η + η·x)·x", "− (x² - x)³/3·η³"),
    ("0.15*x^2+1.2*x", "x ← -4 + (1 - 0.3·η)·(x + 4)", "Δf = −(0.3·x + 1.2)²·η"),
    ("x^3/3-x", "x ← x - η·(x² - 1)", "− (x² - 1)³/3·η³"),
    ("sin(x)", "x ← x - η·cos(x)", "Δf = −cos(x)²·η − cos(x)²·sin(x)/2·η² + …"),
    ("3x", "x ← x - 3·η", "Δf = −9·η"),
    ("exp(-x)", "x ← x + η·exp(-x)", "rests nowhere"),
  ])
  func rulesReadWell(_ loss: String, _ rule: String, _ change: String) throws {
    let said = try say("f = \(loss); rule")
    #expect(said.text.contains(rule + "\n"), "\(said.text)")
    #expect(said.text.contains(change), "\(said.text)")
  }

  /// Exactly, in rationals: the map is x − η∇f, and the coefficients add up to Δf.
  @Test(arguments: [
    "x^2", "(x-3)^2", "x^4/4-x^2/2", "x^6/6-x^3", "(1-x)^2+100*(y-x^2)^2", "0.5*(u*v)^2",
    "x^2+3*y^2+x*y-y", "2*x-7", "x^5/5+x",
  ])
  func rulesAreTheMap(_ text: String) throws {
    let loss = Loss(name: "f", program: try Program(parsing: text))
    let rule = UpdateRule(loss, rate: "eta")
    let a = CertifiedArithmetic(bits: 128, limit: 1 << 20)
    let eta = Rational(3) / Rational(7)
    for seed in [-5, 2, 9] {
      let x = loss.variables.indices.map { Rational(seed + 3 * $0) / Rational(4) }
      let names = loss.variables + ["eta"]
      func value(_ f: Formula) -> Rational? {
        let p = f.program()
        return p.run(
          a,
          at: p.variables.map { v in
            .exact(names.firstIndex(of: v).map { $0 < x.count ? x[$0] : eta } ?? .zero)
          })[0].rational
      }
      let all = loss.gradient.run(a, at: x.map(Certified.exact)).compactMap(\.rational)
      let next = zip(x, all.dropFirst()).map { $0 - eta * $1 }
      #expect(rule.next.map(value) == next)
      let after = loss.program.run(a, at: next.map(Certified.exact))[0].rational
      let change = try #require(rule.change)
      #expect(!change.goesOn)
      let slopes = change.names.isEmpty ? [] : Array(all.dropFirst())
      var sum = Rational.zero
      for t in change.terms {
        let c = try #require(
          t.size.program().run(a, at: (x + slopes).map(Certified.exact))[0].rational)
        let term = c * (try #require(eta.power(t.power)))
        sum = t.isNegative ? sum - term : sum + term
      }
      #expect(after.map { $0 - all[0] } == sum)
    }
  }

  /// Of a loss that is no polynomial the two terms shown leave an error of the third order in η.
  @Test(arguments: ["sin(x)", "exp(-x)", "log(1+exp(x))", "sin(3*x)+x^2/4", "sin(x)*cos(y)"])
  func theFirstTermsAreTaylors(_ text: String) throws {
    let loss = Loss(name: "f", program: try Program(parsing: text))
    let change = try #require(UpdateRule(loss, rate: "eta").change)
    #expect(change.goesOn)
    let a = DoubleArithmetic()
    let x = loss.variables.indices.map { 0.4 + 0.3 * Double($0) }
    let all = loss.gradient.run(a, at: x)
    let slopes = change.names.isEmpty ? [] : Array(all.dropFirst())
    func left(_ eta: Double) -> Double {
      let next = zip(x, all.dropFirst()).map { $0 - eta * $1 }
      let actual = loss.program.run(a, at: next)[0] - all[0]
      return change.terms.reduce(actual) { rest, t in
        let c = t.size.program().run(a, at: x + slopes)[0]
        let power = t.power == 1 ? eta : eta * eta
        return rest + (t.isNegative ? c : -c) * power
      }
    }
    // Half of η leaves an eighth.
    let ratio = left(1e-3) / left(5e-4)
    #expect(abs(ratio - 8) < 0.1, "\(text): \(ratio)")
  }

  @Test(arguments: [
    ("f(x, y) = x^2+10y^2", "x ← (1 - 2·η)·x\ny ← (1 - 20·η)·y"),
    ("f(x, y) = (1-x)^2+100(y-x^2)^2", "y ← y + 200·η·(x² - y)"),
    ("f(x, y) = (1-x)^2+100(y-x^2)^2", "− 200·p²·(2·x·p - q)·η³\n     + 100·p⁴·η⁴"),
    ("f(x, y) = x^2*y", "x ← (1 - 2·η·y)·x\ny ← y - η·x²"),
    ("f(x, y) = (x-y)^4", "x ← x - 4·η·(x - y)³\ny ← y + 4·η·(x - y)³"),
    ("f(x, y) = (x^2+y^2)^2", "− 256·(x² + y²)⁵·η³\n     + 256·(x² + y²)⁶·η⁴"),
    ("f(x, y) = (x^2+y^2-1)^2", "+ (p² + q²)²·η⁴"),
    ("f(u, v) = (u*v)^2/2", "− u⁴·v⁴·(u² + v²)·η³"),
    ("f(x, y) = sin(x)*cos(y)", "x ← x - η·cos(x)·cos(y)\ny ← y + η·sin(x)·sin(y)"),
    ("f(eta, y) = (eta*y-1)^2", "1 − 2·rate·(η² + y²)"),
  ])
  func rulesOfSeveralVariablesReadWell(_ loss: String, _ part: String) throws {
    let said = try say("\(loss); rule")
    #expect(said.text.contains(part), "\(said.text)")
  }

  /// A curvature of which not all digits of a double are certain has a sign all the same.
  @Test func valleysOfMinimaDoNotRepel() throws {
    let said = try say("f(a, b) = log(1+exp(a-b)) - 0.3*(a-b); regime f a0=0 b0=0 eta=0.1")
    #expect(said.text.contains("not isolated"), "\(said.text)")
    #expect(
      said.text.contains("0 < η < 4.7619 here") && !said.text.contains("repels"), "\(said.text)")
  }

  @Test func restingPointsTellWhenTheyAttract() throws {
    let said = try say("f = x^4/4-x^2/2; rule")
    let points = try #require(said.answers.last?["fixed_points"] as? [[String: Any]])
    #expect(points.compactMap { ($0["at"] as? [Double])?.first } == [-1, 0, 1])
    #expect(points.map { $0["eta_stable"] as? Double } == [1, nil, 1])
    #expect(
      points.compactMap { ($0["multipliers"] as? [String])?.first } == [
        "1 − 2·η", "1 + η", "1 − 2·η",
      ])
  }
}

struct ThresholdTests {
  @Test func thresholdsThatDependOnTheStart() throws {
    let quartic = try say("f = x^4; threshold x0=1 eta=0.4")
    #expect(quartic.answers.last?["eta_divergence"] as? Double == 0.5)
    let both = try say("f = x^2/2+x^4; threshold x0=1")
    #expect(near(both.answers.last?["eta_divergence"] as? Double, 0.4, 1e-15))
    #expect(both.answers.last?["minimum_two_over_lambda_max"] as? Double == 2)
    // The start does not matter, and nothing diverges: x², and a loss that grows like |x|.
    for loss in ["x^2", "log(cosh(x))"] {
      let none = try say("f = \(loss); threshold x0=1")
      #expect(none.answers.last?["eta_divergence"] is String == false)
      #expect(none.answers.last?["eta_divergence"] as? Double == nil)
    }
  }

  /// Beyond the threshold a start diverges, below it comes to rest: by plain iteration.
  @Test(arguments: [("x^4", 0.7), ("x^2/2+x^4", 1.3), ("x^6+x^2", 0.6)])
  func startsOnBothSidesOfTheThreshold(_ loss: String, _ x0: Double) throws {
    let said = try say("f = \(loss); threshold x0=\(x0)")
    let eta = try #require(said.answers.last?["eta_divergence"] as? Double)
    let gradient = try Program(parsing: loss).gradient()
    func end(_ rate: Double) -> Double {
      var x = x0
      for _ in 0..<20_000 where abs(x) < 1e6 {
        x -= rate * gradient.run(DoubleArithmetic(), at: [x])[1]
      }
      return abs(x)
    }
    #expect(end(eta * 0.999) < x0)
    #expect(end(eta * 1.001) >= 1e6)
  }

  @Test func rosenbrocksRatesToTwentyFiveDigits() throws {
    let said = try say(
      "set digits 25; f(x,y) = (1-x)^2+100*(y-x^2)^2; threshold from=[-1.2, 1] eta=0.002")
    for digits in ["0.001703601094336390", "0.001996803837438165226063569", "1.0016 times"] {
      #expect(said.text.contains(digits), "\(digits) is not in\n\(said.text)")
    }
  }
}

struct FlowTests {
  @Test func theFlowOfAParabolaDecaysExponentially() throws {
    let said = try say("f = x^2; flow eta=0.2 x0=1 steps=4")
    let rows = try #require(said.answers.last?["rows"] as? [[String: Any]])
    #expect(rows.count == 5)
    for (row, want) in zip(rows, [1, 0.6703200460356393, 0.4493289641172216]) {
      #expect(near((row["flow"] as? [Double])?.first, want, 1e-9))
    }
    #expect(said.text.contains("0.67032") && said.text.contains("0.449329"))
  }

  @Test func tighterTolerancesComeCloser() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^2/2+y^2*50"))
    let errors = [1e-4, 1e-7, 1e-10].map { tolerance in
      var flow = GradientFlow(loss, from: [1, 1], tolerance: tolerance)
      #expect(flow.advance(to: 1) == .arrived)
      return abs(flow.x[0] - 0.36787944117144233)
    }
    #expect(errors[0] > errors[1] && errors[1] > errors[2] && errors[2] < 1e-9)
  }

  @Test func aFlowThatEndsAtAPoleSaysSo() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "-sqrt(1-x)*0 + log(x)"))
    var flow = GradientFlow(loss, from: [0.5], tolerance: 1e-9)
    #expect(flow.advance(to: 10) == .leftDomain)
  }
}

struct SummaryTests {
  @Test func aSweepNamesTheWayEachRateEnds() throws {
    let said = try say("f = x^2; sweep eta=0.2..1.2 count=6 x0=1")
    let rows = try #require(said.answers.last?["rows"] as? [[String: Any]])
    #expect(
      rows.compactMap { $0["outcome"] as? String }
        == ["stationary", "stationary", "stationary", "stationary", "cycle", "divergent"])
    #expect(rows.map { $0["steps"] as? Int } == [29, 10, 10, 29, nil, nil])
    #expect(rows.compactMap { $0["rising"] as? Double }.last == 1)
    #expect(said.text.contains("Fastest: η = 0.4, 10 steps."))
  }

  @Test func wideRangesAreSweptInEvenRatios() throws {
    let said = try say("f = x^2; sweep eta=0.01..1 count=5 x0=1")
    let rows = try #require(said.answers.last?["rows"] as? [[String: Any]])
    #expect(rows.compactMap { $0["eta"] as? Double } == [0.01, 0.0316, 0.1, 0.316, 1])
  }

  @Test func methodsAreCompared() throws {
    let said = try say("f(x,y) = x^2+10y^2; compare method=[gd, momentum] eta=0.05 x0=1 y0=1")
    let runs = try #require(said.answers.last?["runs"] as? [[String: Any]])
    #expect(runs.compactMap { $0["method"] as? String } == ["gd", "momentum"])
    #expect(runs.compactMap { $0["outcome"] as? String } == ["stationary", "stationary"])
    // gd multiplies x by 0.9: 2·0.9^t < 1e-6 from t = 138 on.
    #expect(runs[0]["steps"] as? Int == 138)
  }

  @Test func aSweepFollowsTheLastStart() throws {
    let said = try say("f = x^4; descend eta=0.1 x0=2 steps=1; sweep eta=[0.1, 0.2]")
    #expect((said.answers.last?["at"] as? [String: Double]) == ["x": 2])
  }
}
