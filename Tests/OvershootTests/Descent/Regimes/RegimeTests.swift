// Regimes: the labels of the committed rows, cycles and their exponents to their digits, chaos by its
// exponent, and the traps (a small loss that is no convergence, growth that is no divergence).
import Calculus
import Descent
import Foundation
import Testing

/// The regime of gradient descent, as a run of a few steps classifies it.
func regime(
  _ formula: String, _ eta: String, from start: [String], variables: [String]? = nil,
  effort: Effort = .verdict
) throws -> Regime {
  var program = try Program(parsing: formula)
  if let variables {
    var b = ProgramBuilder(variables: variables)
    let r = b.inline(program, program.variables.map { b.variable($0) })
    program = b.program(outputs: r)
  }
  var b = ProgramBuilder(variables: ["t"])
  let rate = b.constant(try exact(eta))
  let plan = DescentPlan(
    StepProgram(descending: Loss(name: "f", program: program)),
    eta: b.program(outputs: [rate]), start: try start.map { TypedNumber(try exact($0)) }, steps: 20)
  return try #require(plan.run().classified(effort).regime)
}

struct RegimeTests {
  private struct Row {
    var formula: String
    var eta: String
    var x0: String
    var regime: String
    var members: [String: Any]
  }

  private func rows() throws -> [Row] {
    let all = try Cases.object(Cases.text("regimes.json"))["rows"] as? [[String: Any]] ?? []
    return all.map { r in
      func text(_ k: String) -> String { r[k] as? String ?? "" }
      return Row(
        formula: text("formula"), eta: text("eta"), x0: text("x0"), regime: text("regime"),
        members: r)
    }
  }

  @Test func everyRowHasItsLabel() throws {
    let all = try rows()
    #expect(all.count == 44)
    for row in all {
      let r = try regime(row.formula, row.eta, from: [row.x0])
      let name = "\(row.formula), η = \(row.eta), x0 = \(row.x0): \(r.outcome), \(r.finding)"
      switch row.regime {
      case "divergent": #expect(r.outcome == .divergent, "\(name)")
      case "chaotic": #expect(r.outcome == .chaotic, "\(name)")
      case let c where c.hasPrefix("cycle-"):
        #expect(r.outcome == .cycle, "\(name)")
        #expect(r.period.map(String.init) == String(c.dropFirst(6)), "\(name)")
      default: #expect(r.outcome == .stationary, "\(name)")
      }
      if let limit = row.members["limit"] as? String {
        #expect(near(r.limit.first?.nearestDouble, Double(limit) ?? .nan, 1e-9), "\(name)")
      }
      switch row.regime {
      case "converges-monotone":
        #expect(r.convergence == .linear && r.alternates == false, "\(name)")
      case "converges-oscillating":
        #expect(r.convergence == .linear && r.alternates == true, "\(name)")
      case "converges-sublinear": #expect(r.convergence == .sublinear, "\(name)")
      case "converges-finite(1 steps)": #expect(r.convergence == .finite, "\(name)")
      // Limits and cycles of these rows are all proved.
      case "converges": #expect(r.convergence == .superlinear, "\(name)")
      default: break
      }
      if r.outcome == .stationary || r.outcome == .cycle { #expect(r.proved, "\(name)") }
      let points = r.points.compactMap { $0[0].nearestDouble }.sorted()
      for (got, want) in zip(points, row.members["points"] as? [String] ?? []) {
        #expect(abs(got - (Double(want) ?? .nan)) < 1e-9, "\(name)")
      }
      try checkExponent(r, row)
    }
  }

  private func checkExponent(_ r: Regime, _ row: Row) throws {
    guard let want = (row.members["lyapunov"] as? String).flatMap(Double.init) else { return }
    switch r.outcome {
    case .cycle:
      let m = r.multipliers.reduce(1) { $0 * $1.modulus }
      let own = try #require(r.lyapunov)
      #expect(abs(own - log(m) / Double(r.points.count)) < 1e-12)
      // The file's are means along orbits that still settle.
      #expect(abs(own - want) < 3e-3, "\(row.formula): \(own)")
    case .stationary where r.convergence == .linear:
      #expect(near(r.lyapunov, want, 1e-5), "\(row.formula)")
    case .chaotic:
      // The stated tolerance of means over about 2,000 steps.
      #expect(abs((r.lyapunov ?? .nan) - want) < 0.03, "\(row.formula)")
      #expect((r.standardError ?? .nan) < 0.01)
    default: break
    }
  }

  @Test func chaosHasTheExponentsOfTheConjugateMaps() throws {
    // Full chaos: the logistic map at r = 4 and the cubic map at r = 3.
    for (formula, eta, x0, want) in [
      ("x^2/2 - x^3/3", "3", "0.3", log(2.0)), ("x^4/4 - x^2/2", "2", "0.3", log(3.0)),
    ] {
      let r = try regime(formula, eta, from: [x0])
      #expect(r.outcome == .chaotic, "\(r.finding)")
      let gap = abs((r.lyapunov ?? .nan) - want)
      #expect(gap < max(3 * (r.standardError ?? 0), 1e-3), "\(formula): \(gap)")
    }
  }

  @Test func cyclesOfLogCosh() throws {
    let rows = try Cases.rows("logcosh-2cycle")
    #expect(rows.count == 6)
    for row in rows.prefix(5) {
      let eta = try #require(row["eta"] as? String)
      let map = DescentMap(
        Loss(name: "f", program: try Program(parsing: "log(cosh(x))")), eta: try exact(eta))
      let amplitude = try #require(row["amplitude"] as? String)
      let close = try #require(Double(amplitude)) * (1 + 1e-6)
      let c = try #require(map.cycle(near: [close], period: 2, within: 1))
      #expect(c.period == 2)
      #expect(c.isIsolated)
      try expectDigits(c.points[0][0], amplitude, 20)
      try expectDigits(c.multipliers[0].real, row["cycle_multiplier"] as? String ?? "", 20)
    }
    let r = try regime("log(cosh(x))", "4", from: ["0.1"])
    #expect(r.outcome == .cycle && r.period == 2 && r.proved)
  }

  @Test func cyclesOfTheLogisticMap() throws {
    let cycles = try Cases.hard("bif-cubicloss")["two_cycles"] as? [[String: Any]] ?? []
    #expect(cycles.count == 3)
    for row in cycles {
      let r = try regime("x^2/2 - x^3/3", row["eta"] as? String ?? "", from: ["0.1"])
      #expect(r.outcome == .cycle && r.proved)
      let sorted = r.points.sorted { ($0[0].nearestDouble ?? 0) < ($1[0].nearestDouble ?? 0) }
      for (p, want) in zip(sorted, row["points"] as? [String] ?? []) {
        try expectDigits(p[0], want, 20)
      }
      try expectDigits(r.multipliers[0].real, row["multiplier"] as? String ?? "", 20)
    }
  }

  @Test func theCatapultConverges() throws {
    let rows = try Cases.rows("catapult")
    #expect(rows.count == 8)
    for row in rows {
      let text = { (k: String) in row[k] as? String ?? "" }
      let r = try regime("0.5*(u*v)^2", text("eta"), from: [text("u0"), text("v0")])
      guard text("status") == "converged" else {
        #expect(r.outcome == .divergent, "\(r.finding)")
        continue
      }
      #expect(r.outcome == .stationary && r.kind == .degenerate, "\(r.finding)")
      // The curvature at the limit, u² + v², below 2/η.
      let at = r.limit.compactMap(\.estimate)
      let sharpness = at.reduce(0) { $0 + $1 * $1 }
      #expect(near(sharpness, Double(text("final_lambda")) ?? .nan, 1e-9), "\(sharpness)")
      #expect(sharpness < Double(text("two_over_eta")) ?? .nan)
    }
  }

  @Test func aSmallLossIsNoConvergence() throws {
    let formula = "100*(y - x^2)^2 + (1 - x)^2"
    let r = try regime(formula, "0.002", from: ["-1.2", "1"], variables: ["x", "y"])
    #expect(r.outcome == .cycle && r.period == 2, "\(r.finding)")
    guard case .passed(_, let least, let step, _, let multiplier?)? = r.notes.first else {
      Issue.record("\(r.notes)")
      return
    }
    #expect(step == 14368 && abs(least - 2.1e-11) < 5e-13)
    #expect(multiplier.text(digits: 5) == "-1.0032")
    // At the edge of stability: the curvature along the segment between the points is 2/η.
    let (p, q) = (r.points[0], r.points[1])
    let a = CertifiedArithmetic(bits: 256)
    let loss = Loss(name: "f", program: try Program(parsing: "100*(y - x^2)^2 + (1 - x)^2"))
    let value = { (x: [Certified]) in loss.program.run(a, at: [x[1], x[0]])[0].nearestDouble }
    #expect(near(value(p), 0.00125, 0.05))
    #expect(q.count == 2)
  }

  @Test func rosenbrocksLimits() throws {
    let row = try Cases.hard("rosenbrock")
    let loss = Loss(name: "f", program: try Program(parsing: "(1 - x)^2 + 100*(y - x^2)^2"))
    #expect(loss.variables == ["x", "y"])
    let minimum = try #require(FixedPoints.near(loss, starts: [[0.9, 0.8]]).points.first)
    #expect(minimum.at.map(\.rational) == [.one, .one])
    #expect(minimum.kind == .minimum)
    try expectDigits(minimum.stableBelow, row["two_over_lmax_min"] as? String ?? "", 20)
    let start = try Curvature(loss, at: [.exact(exact("-1.2")), .exact(.one)])
    for (got, want) in zip(start?.eigenvalues ?? [], row["eig0"] as? [String] ?? []) {
      try expectDigits(got, want, 20)
    }
    try expectDigits(start?.twoOverLargest, row["two_over_lmax0"] as? String ?? "", 20)
    #expect(start?.along?.variable == "x")
    let r = try regime("(1 - x)^2 + 100*(y - x^2)^2", "0.005", from: ["-1.2", "1"])
    #expect(r.outcome == .cycle && r.period == 2)
    let seen = (row["gd_rows"] as? [[String: Any]])?.last?["final"] as? [Double] ?? []
    #expect(
      r.points.contains { p in
        zip(p, seen).allSatisfy { abs(($0.nearestDouble ?? .nan) - $1) < 1e-9 }
      })
  }

  @Test func slowPlacesAreNotLimits() throws {
    // A plateau: the slope is 5e-15, and the minimum is 6 away.
    let flat = try regime("-exp(-x^2)", "0.5", from: ["6"])
    #expect(flat.outcome == .drifting || flat.outcome == .undecided || flat.limit.first?.sign == 0)
    #expect(try regime("exp(-x)", "1", from: ["0"]).outcome == .runsOff)
    #expect(try regime("log(1 + exp(-x))", "1", from: ["0"]).outcome == .runsOff)
    #expect(try regime("-log(1 + x^2)", "0.5", from: ["1"]).outcome == .divergent)
    // A start on the ridge stays on it: a saddle, exactly.
    let ridge = try regime("(x^2 - 1)^2/4 + y^2", "0.5", from: ["0", "1"])
    #expect(ridge.outcome == .stationary && ridge.kind == .saddle && ridge.convergence == .finite)
    let slow = try regime("(x^2 - 1)^2/4 + y^2", "0.1", from: ["0", "1"])
    #expect(slow.outcome != .stationary || slow.kind == .saddle, "\(slow.finding)")
  }

  @Test func farIsNoDivergence() throws {
    // Thrown out by eˣ, it creeps back; a huge rate makes huge cycles; e⁸⁰⁰ is one leap.
    for (formula, eta, x0) in [
      ("exp(x) - 5*x", "150", "1"), ("sqrt(1 + x^2)", "1e70", "1"), ("exp(x)", "1", "800"),
    ] {
      let r = try regime(formula, eta, from: [x0])
      #expect(r.outcome == .undecided || r.outcome == .drifting, "\(formula): \(r.finding)")
    }
    #expect(try regime("cosh(x)", "10", from: ["1"]).outcome == .divergent)
    #expect(try regime("x^2 + sin(x)", "1.1", from: ["1"]).outcome == .divergent)
  }

  @Test func kinksCycleExactly() throws {
    let lands = try regime("abs(x - 0.3)", "0.1", from: ["0"])
    #expect(lands.outcome == .stationary && lands.convergence == .finite)
    #expect(lands.limit.first?.rational == (try exact("0.3")))
    let bounces = try regime("abs(x - 0.3)", "0.1", from: ["0.25"])
    #expect(bounces.outcome == .cycle && bounces.period == 2 && bounces.proved)
  }

  @Test func randomLossesKeepTheirLabels() throws {
    var decided = 0
    for line in try Cases.lines("regimes-random.tsv") where !line.hasPrefix("#") {
      let f = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let r = try regime(
        f[0], f[2], from: f[3].split(separator: ",").map(String.init),
        variables: f[1].split(separator: ",").map(String.init))
      // Less effort than the rows were made with: undecided is no fault, another label is.
      if r.outcome == .undecided || f[4] == "undecided" { continue }
      #expect(r.outcome.rawValue == f[4], "\(line): \(r.finding)")
      decided += 1
      if f[4] == "cycle" { #expect(r.period.map(String.init) == f[5], "\(line)") }
      let places = f[6].split(separator: ";").map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
      guard let place = places.first, r.convergence != .sublinear else { continue }
      let own = (r.points.isEmpty ? [r.limit] : r.points).map { $0.compactMap(\.nearestDouble) }
      #expect(
        own.contains { p in zip(p, place).allSatisfy { near($0, $1, 1e-9) } }, "\(line): \(own)")
    }
    #expect(decided > 20)
  }
}

/// So many digits, all certain, equal to those of a decimal text.
func expectDigits(_ got: Certified?, _ want: String, _ digits: Int) throws {
  let shown = try #require(got).text(digits: digits)
  try #require(!shown.hasSuffix("~") && !want.isEmpty, "\(shown)")
  let truth = try exact(want)
  let gap = (try exact(shown) - truth).magnitude
  let unit = try #require(Rational(10).power(1 - digits))
  #expect(gap <= unit * truth.magnitude, "\(shown) is not \(want)")
}
