// What is proved about where a run ends: escapes by sets from which nothing comes back, cycles of methods
// with a memory, rotations, schedules and valleys. Truths come from simulations written here and from
// arithmetic that a reader can do.
import Calculus
import Descent
import Foundation
import Shell
import Testing

struct RegimeProofTests {
  private func answer(_ source: String) throws -> [String: Any] {
    let said = try say(source)
    return try #require(said.answers.last, "\(said.text)")
  }

  private func expect(_ source: String, _ outcome: String, proved: Bool = true) throws -> [String:
    Any]
  {
    let a = try answer(source)
    #expect(a["outcome"] as? String == outcome, "\(source): \(a["evidence"] ?? "")")
    #expect(a["proved"] as? Bool == proved, "\(source): \(a["evidence"] ?? "")")
    return a
  }

  @Test(arguments: [
    "f = x^4/4-x^2/2; regime eta=1.1 x0=5", "f = x^2/2-x^3/3; regime eta=1 x0=-2",
    "f = x^4 + sin(5x); regime eta=0.5 x0=3", "f = cosh(x); regime eta=1 x0=4",
    "f = exp(x^2); regime eta=1 x0=1", "f = abs(x)^3; regime eta=1 x0=2",
    "f = x^2 + cos(x); regime eta=2 x0=1", "f = -x + sin(x)/2; regime eta=1 x0=1",
    "f = -log(x); regime eta=1 x0=1", "f = x*exp(-x^2) - x^2; regime eta=0.1 x0=3",
    "f(x, y) = (1-x)^2 + 100*(y-x^2)^2; regime eta=0.01 x0=-1.2 y0=1",
    "f(x, y) = 0.5*(x*y)^2; regime eta=1 x0=2 y0=1.7",
    "f(x, y) = (x^2+y^2-1)^2; regime eta=1 x0=2 y0=1",
    "f(x, y) = (x^2-1)^2/4 + 0.2*x*y + y^2/2; regime eta=1 x0=3 y0=1",
    "f(x, y, z) = x^4 + y^4 + z^4 + x*y*z; regime eta=1 x0=1 y0=2 z0=1.5",
    "f = x^4; regime eta=3 x0=2 method=momentum",
    "f = x^4/4-x^2/2; regime eta=2.2 x0=0.3 method=nesterov",
  ])
  func divergenceIsProved(_ source: String) throws {
    _ = try expect(source, "divergent")
  }

  @Test(arguments: [
    "f = exp(-x); regime eta=1 x0=-2", "f = exp(-x); regime eta=1 x0=-50",
    "f = log(1+exp(-x)); regime eta=1 x0=0", "f = 1/x; regime eta=1 x0=1",
  ])
  func runningOffIsProved(_ source: String) throws {
    _ = try expect(source, "runs-off")
  }

  /// Far out is no escape where the loss turns the orbit back.
  @Test(arguments: [
    ("exp(x)-x", "5", "1"), ("log(cosh(x))", "9", "3"), ("x^4/1e200-x^2", "1", "1"),
    ("sqrt(1+x^2)", "7", "50"), ("x^2/2+3*cos(x)", "1.9", "9"),
    ("exp(-x)+x/1000", "1", "-3"),
  ])
  func whatComesBackIsNoEscape(_ formula: String, _ eta: String, _ x0: String) throws {
    let r = try regime(formula, eta, from: [x0])
    #expect(r.outcome != .divergent && r.outcome != .runsOff, "\(r.outcome): \(r.finding)")
  }

  /// The 2-cycle of the heavy ball and of Nesterov's method on log cosh, against plain iteration.
  @Test(arguments: [("momentum", "5"), ("nesterov", "5"), ("momentum", "4.5")])
  func cyclesOfMemoriesAreProved(_ method: String, _ rate: String) throws {
    let a = try expect(
      "f = log(cosh(x)); regime eta=\(rate) x0=0.3 method=\(method)", "cycle")
    #expect(a["period"] as? Int == 2)
    let eta = try #require(Double(rate))
    var (x, v) = (0.3, 0.0)
    for _ in 0..<3000 {
      let at = method == "nesterov" ? x + 0.9 * v : x
      v = 0.9 * v - eta * tanh(at)
      x += v
    }
    let points = try #require(a["points"] as? [[Double]]).compactMap(\.first)
    #expect(points.contains { abs($0 - x) < 1e-9 }, "\(points) have no \(x)")
    #expect(abs((points.first ?? 0) + (points.last ?? 0)) < 1e-12)
  }

  /// a(x + y − s)² + b(x − y)² at η = 1/(2a): along (1, 1) the step mirrors, along (1, −1) it shrinks.
  @Test(arguments: [
    (3, 1, 0, 1, 0), (5, 2, 1, -3, 4), (7, 6, -2, 0, 9), (2, 1, 4, 10, -6), (9, 1, 0, 2, -2),
  ])
  func aRateCriticalForOneDirectionMirrorsThereAlone(
    _ a: Int, _ b: Int, _ s: Int, _ p: Int, _ q: Int
  ) throws {
    let f = "f = \(a)*(x+y-\(s))^2+\(b)*(x-y)^2; regime eta=1/\(2 * a) from=[\(p), \(q)]"
    // By hand: the distance from the middle along (1, 1) in each coordinate.
    let (middle, away) = (Double(s) / 2, Double(p + q - s) / 2)
    let said = try expect(f, away == 0 ? "stationary" : "cycle")
    if away == 0 {
      #expect(said["limit"] as? [Double] == [middle, middle])
    } else {
      #expect(said["period"] as? Int == 2)
      #expect(
        (said["points"] as? [[Double]])?.sorted { $0[0] < $1[0] }
          == [[middle - abs(away), middle - abs(away)], [middle + abs(away), middle + abs(away)]])
    }
  }

  @Test func criticalForOneCoordinateIsACycleThere() throws {
    let a = try expect("f = x^2+10y^2+10*z^2; regime eta=0.1 from=[3, 1, 2]", "cycle")
    #expect(a["points"] as? [[Double]] == [[0, 1, 2], [0, -1, -2]])
    let m = (a["multipliers"] as? [Double])?.sorted()
    #expect(m?.count == 3 && near(m?.first, 0.64, 1e-15) && m?.last == 1)
    // Next to critical is not critical.
    _ = try expect("f = x^2+10y^2; regime eta=0.0999999999 from=[3, 1]", "stationary")
    _ = try expect("f = x^2+10y^2; regime eta=0.1000000001 from=[3, 1]", "divergent")
  }

  @Test func stationaryPointsOfMemoriesAreProved() throws {
    let a = try expect("f = x^4/4-x^2/2; regime eta=0.5 x0=1.3 method=momentum", "stationary")
    #expect((a["limit"] as? [Double]) == [1])
    _ = try expect("f = x^2; regime eta=0.1 x0=1 method=momentum", "stationary")
    _ = try expect("f = x^2; regime eta=2 x0=1 method=momentum", "divergent")
    // trace and determinant on the border: 2·1.9 = 3.8 is the critical bend of the heavy ball with 0.9.
    _ = try expect("f = x^2; regime eta=1.8999999999 x0=1 method=momentum", "stationary")
    _ = try expect("f = x^2; regime eta=1.9000000001 x0=1 method=momentum", "divergent")
  }

  /// With β = 1 the angle has 2cos θ = 2 − ηλ.
  ///
  /// A rational cosine belongs to a rational part of a turn only where it is 0, ±1/2 or ±1.
  @Test func rotationsAreToldFromCycles() throws {
    for (eta, period) in [("0.5", 6), ("1", 4), ("1.5", 3)] {
      let a = try expect("f = x^2; regime eta=\(eta) x0=1 method=momentum beta=1", "cycle")
      #expect(a["period"] as? Int == period)
    }
    for eta in ["0.1", "0.499999999999", "1.7"] {
      let a = try expect("f = x^2; regime eta=\(eta) x0=1 method=momentum beta=1", "quasiperiodic")
      #expect(a["lyapunov"] as? Double == 0)
      // It keeps x² − xv·… bounded: the energy v² + ηλx(x − v) of the rotation is the same at every step.
      let h = 2 * (Double(eta) ?? 0)
      var (x, v) = (1.0, 0.0)
      var range = (x, x)
      for _ in 0..<20_000 {
        v -= h * x
        x += v
        range = (min(range.0, x), max(range.1, x))
        #expect(abs(v * v + h * x * (x - v) - h) < 1e-8)
      }
      #expect(range.1 - range.0 > 1.5)
    }
  }

  /// Two variables beyond a Neimark–Sacker bifurcation: plain iteration shows no period, and neighbours
  /// that neither part nor meet.
  @Test(arguments: [
    ([-0.7, 1.46, 0.63, -0.96, 1.14], "0.64"), ([0.54, 0.47, 0.61, 0.41, -0.35], "0.37"),
  ])
  func invariantCirclesAreQuasiperiodic(_ c: [Double], _ rate: String) throws {
    let text =
      "f(x, y) = (\(c[0]))*x^2/2 + (\(c[1]))*y^2/2 + (\(c[2]))*x*y + (\(c[3]))*x^2*y + (\(c[4]))*x*y^2 + x^4/4 + y^4/4"
    _ = try expect("\(text); regime eta=\(rate) x0=0.3 y0=0.2", "quasiperiodic", proved: false)
    let eta = try #require(Double(rate))
    func step(_ p: (Double, Double)) -> (Double, Double) {
      let (x, y) = p
      let gx = c[0] * x + c[2] * y + 2 * c[3] * x * y + c[4] * y * y + x * x * x
      let gy = c[1] * y + c[2] * x + c[3] * x * x + 2 * c[4] * x * y + y * y * y
      return (x - eta * gx, y - eta * gy)
    }
    var (p, q) = ((0.3, 0.2), (0.3 + 1e-9, 0.2))
    for _ in 0..<20_000 { (p, q) = (step(p), step(q)) }
    #expect(hypot(p.0 - q.0, p.1 - q.1) < 1e-5)
    let start = p
    var nearest = Double.infinity
    for _ in 0..<400 {
      p = step(p)
      nearest = min(nearest, hypot(p.0 - start.0, p.1 - start.1))
    }
    #expect(nearest > 1e-6)
  }

  @Test func schedulesThatEndConstantAreDecided() throws {
    let a = try expect("f = x^2; regime eta=if(t<2, 0.6, 0.05) x0=1", "stationary")
    #expect(a["factor"] as? Double == 0.9)
    #expect((a["evidence"] as? String)?.hasPrefix("from step 2 on the rate is always 0.05") == true)
    let cycle = try expect("f = log(cosh(x)); regime eta=if(t<20, 0.6, 2.5) x0=0.3", "cycle")
    #expect(cycle["period"] as? Int == 2)
    _ = try expect("f = x^2; regime eta=if(t<5, 0.1, 1.5) x0=1", "divergent")
    _ = try expect("f = log(cosh(x)); regime eta=max(0.1, 1/(1+t)) x0=3", "stationary")
    // A memory is kept across the change of the rate: its state there is not found.
    let memory = try expect(
      "f = x^2; regime eta=if(t<2, 0.6, 0.05) x0=1 method=momentum", "undecided", proved: false)
    #expect((memory["evidence"] as? String)?.contains("no longer does") == true)
    let none = try expect(
      "f = x^2; regime eta=if(t<3, 0.1, 0) x0=1", "undecided", proved: false)
    #expect((none["evidence"] as? String)?.contains("the rate is 0") == true)
  }

  @Test func ratesThatDieOutSlowlyArriveAndFastOnesMayNot() throws {
    let a = try expect("f = log(cosh(x)); regime eta=0.5/(1+t/10) x0=3", "stationary")
    #expect((a["limit"] as? [Double]) == [0])
    _ = try expect("f(x, y) = x^2+3*y^2+x*y^3/10; regime eta=0.3/(1+t/5) x0=1 y0=1", "stationary")
    for eta in ["2^(-t)", "0.5*0.9^t", "1/(1+t)^2", "exp(-t)"] {
      let b = try expect("f = log(cosh(x)); regime eta=\(eta) x0=3", "undecided", proved: false)
      #expect((b["evidence"] as? String)?.contains("finite sum") == true, "\(eta)")
    }
    for eta in ["0.1+0.05*sin(t)", "0.1*t"] {
      _ = try expect("f = log(cosh(x)); regime eta=\(eta) x0=3", "undecided", proved: false)
    }
  }

  @Test func straightValleysAreExact() throws {
    let a = try expect("f(x, y) = (x+y)^2; regime eta=0.1 x0=1 y0=2", "stationary")
    #expect((a["limit"] as? [Double]) == [-0.5, 0.5])
    #expect(a["factor"] as? Double == 0.6)
    _ = try expect("f(x, y) = (x+y)^2 + x - y; regime eta=0.1 x0=1 y0=2", "divergent")
  }

  /// Next to ±1 the multiplier of a parabola is decided exactly, in one variable and in two.
  @Test func mapsDecideQuadraticsNextToTheBorder() throws {
    for (formula, start) in [("x^2", [String: Double]()), ("x^2 + y^2/3", ["y": 0.5])] {
      let plan = RegimeMapPlan(
        StepProgram(descending: Loss(name: "f", program: try Program(parsing: formula))),
        horizontal: MapAxis(.rate, 0.9999, 1.0001), vertical: MapAxis(.start("x"), 0.5, 1.5),
        columns: 8, rows: 4, start: start)
      let map = plan.run()
      for (k, c) in map.cells.enumerated() {
        let rate = plan.horizontal.value(k % 8, of: 8)
        #expect(
          map.legend[Int(c)].outcome == (rate > 1 ? "divergent" : "stationary"),
          "\(formula) \(rate)")
      }
    }
  }

  @Test func limitsInTwoVariablesAreCertified() throws {
    let plan = RegimeMapPlan(
      StepProgram(
        descending: Loss(
          name: "f", program: try Program(parsing: "(x^2 - 1)^2/4 + 3*x*y/10 + y^2/2"))),
      horizontal: MapAxis(.start("x"), -1.2, 1.2), vertical: MapAxis(.start("y"), -1, 1),
      columns: 6, rows: 5, rate: 0.3)
    let map = plan.run()
    let limits = map.legend.compactMap { c -> MapLimit? in
      if case .stationary(let x?) = c.kind { return map.limit(x) }
      return nil
    }
    #expect(limits.count == 2)
    for limit in limits {
      #expect(limit.kind == "minimum")
      let at = try #require(limit.certified)
      // y = −0.3x and x² = 1 + 0.09.
      #expect(at[0].certainDigits(15) == 15)
      #expect(near(abs(at[0].nearestDouble ?? 0), 1.09.squareRoot(), 1e-15))
    }
  }

  @Test func onsetsInTwoVariablesAreEnclosed() throws {
    let loss = Loss(
      name: "f",
      program: try Program(
        parsing: "(4*x + 3*y)^4/2500 - (4*x + 3*y)^2/50 + (4*y - 3*x)^2/100"))
    let found = try Bifurcation(
      StepProgram(descending: loss), from: exact("0.8"), to: exact("1.3"),
      start: [exact("0.2"), exact("0.3")]
    ).onsets
    // As for x⁴/4 − x²/2, whose 2-cycle doubles at √5 − 1.
    let second = try #require(found.dropFirst().first)
    #expect(second.eta.certainDigits(13) == 13)
    #expect(near(second.eta.estimate, 5.0.squareRoot() - 1, 1e-13))
  }
}
