// Numbers from the sources that overshoot answers: the seeds, critical rates along a step, the
// orders of a step, thresholds and remainders.
import Calculus
import Descent
import Testing

struct HardNumberTests {
  @Test(arguments: ["0.1", "0.8", "1.2", "1.1", "1.0", "1.125"])
  func seeds(_ name: String) throws {
    let seed = try Cases.hard("seed-x2-" + name)
    let rows = try Cases.rows("seed-x2-" + name)
    let program = try Program(parsing: try text(seed, "formula"))
    let trajectory = run(
      program, from: [try exact(try text(seed, "x0"))], eta: try exact(try text(seed, "eta")),
      steps: rows.count)
    // A run ends early only where it is back at a state met before.
    #expect(trajectory.rows.count > rows.count || trajectory.stop == .cycle(2))
    for (row, truth) in zip(trajectory.rows, rows) {
      try expect(row.point[0], truth, "x")
      try expect(row.value, truth, "f")
      if let c = row.change { try expect(c, truth, "dC") }
      if let c = row.predicted { try expect(c, truth, "linear") }
      if let c = row.error { try expect(c, truth, "error") }
    }
    #expect(trajectory.rows.first?.error != nil)
  }

  @Test(arguments: ["seed-l1", "seed-l1-zero", "seed-l1-y0"])
  func absoluteValues(_ id: String) throws {
    let seed = try Cases.hard(id)
    let rows = try Cases.rows(id)
    let trajectory = run(
      try Program(parsing: try text(seed, "formula")),
      from: [try exact(try text(seed, "x0"))], eta: .one, steps: rows.count)
    #expect(trajectory.stop == (id == "seed-l1-zero" ? .landed : .cycle(2)))
    for (row, truth) in zip(trajectory.rows, rows) {
      try expect(row.point[0], truth, "theta")
      if truth["loss"] != nil { try expect(row.value, truth, "loss") }
    }
  }

  @Test func boostingShrinks() throws {
    for truth in try Cases.rows("seed-boost") {
      let lambda = try exact(try text(truth, "lam"))
      let end = run(try Program(parsing: "r^2/2"), from: [.one], eta: lambda, steps: 10).last
      try expect(try #require(end).point[0], truth, "factor")
    }
  }

  @Test func criticalRatesAlongTheStep() throws {
    let rows = try Cases.rows("critical-eta-along-step")
    #expect(rows.count == 7)
    for truth in rows {
      let (loss, start) = try problem(truth)
      let along = AlongStep(StepProgram(descending: loss), from: StepStart(start))
      let study = RateStudy(along)
      let root = study.critical.rate
      let minimum = study.best.rate
      try expectDigits(root, truth, "eta_zero_dC")
      try expectDigits(minimum, truth, "eta_exact_line_search")
    }
  }

  @Test func ordersOfAStep() throws {
    let rows = try Cases.rows("step-jets")
    #expect(rows.count == 4)
    let base = CertifiedArithmetic(bits: 256)
    let a = JetArithmetic(base, order: 8)
    for truth in rows {
      let (loss, start) = try problem(truth)
      let x = start.map(Certified.exact)
      let slope = loss.gradient.run(base, at: x).dropFirst().map(base.negate)
      let jet = loss.program.run(a, at: zip(x, slope).map { a.variable($0, slope: $1) })[0]
      let coefficients = truth["coeffs"] as? [String] ?? []
      #expect(coefficients.count == 9)
      for (got, want) in zip(jet, coefficients) {
        #expect(
          near(got.nearestDouble, Double(want) ?? .nan, 1e-15, floor: 1e-40),
          "\(loss.name): \(got.text(digits: 20)) is not \(want)")
      }
    }
  }

  @Test(arguments: ["threshold-x4", "threshold-x2half-x4"])
  func thresholdsTurnTheSign(_ id: String) throws {
    let program = try Program(parsing: try text(try Cases.hard(id), "formula"))
    let bend = id == "threshold-x4" ? Rational(0) : Rational(1)
    for truth in try Cases.rows(id) {
      let x = try exact(try text(truth, "x0"))
      if x.isZero { continue }
      // The step that leads from x to −x.
      let critical = Rational(2) / (bend + Rational(4) * x * x)
      #expect(critical.nearestDouble == Double(try text(truth, "eta_c")))
      let share = Rational(1) / Rational(1000)
      let signs = try [critical * (.one - share), critical, critical * (.one + share)].map {
        try oneStep(program, from: [x], eta: $0)?.change?.sign
      }
      #expect(signs == [-1, 0, 1])
      let along = AlongStep(
        StepProgram(descending: Loss(name: "f", program: program)), from: StepStart([x]))
      #expect(RateStudy(along).critical.rate?.nearestDouble == critical.nearestDouble)
    }
  }

  @Test func remainders() throws {
    let rows = try Cases.rows("remainder-bounds")
    #expect(!rows.isEmpty)
    for truth in rows {
      let program = try Program(parsing: try text(truth, "formula"))
      let row = try oneStep(
        program, from: [try exact(try text(truth, "x0"))], eta: exact(try text(truth, "eta")))
      try expect(try #require(row?.change), truth, "dC")
      try expect(try #require(row?.predicted), truth, "linear")
      try expect(try #require(row?.error), truth, "remainder")
      let loss = Loss(name: "C", program: program)
      let along = AlongStep(
        StepProgram(descending: loss), from: StepStart([try exact(try text(truth, "x0"))]))
      let bound = try #require(along.bound(at: TypedNumber(exact(try text(truth, "eta")))))
      let (low, high) = (bound.lower.nearestDouble ?? .nan, bound.upper.nearestDouble ?? .nan)
      let remainder = Double(try text(truth, "remainder")) ?? .nan
      #expect(low <= remainder && remainder <= high)
      // The truth's own range is that of a grid: at most 1 % more is allowed.
      let lower = Double(try text(truth, "remainder_lower")) ?? .nan
      let upper = Double(try text(truth, "remainder_upper")) ?? .nan
      let excess = 0.01 * max(abs(lower), abs(upper))
      #expect(low >= lower - excess && high <= upper + excess, "\(loss.name)")
    }
  }

  private func text(_ object: [String: Any], _ key: String) throws -> String {
    try #require(object[key] as? String)
  }

  private func problem(_ row: [String: Any]) throws -> (Loss, [Rational]) {
    let formula = try text(row, "formula")
    let program = try Program(parsing: formula)
    let names = row["vars"] as? [String] ?? []
    let start = try zip(names, row["x0"] as? [String] ?? []).map { ($0, try exact($1)) }
    let at = Dictionary(uniqueKeysWithValues: start)
    return (Loss(name: formula, program: program), program.variables.compactMap { at[$0] })
  }

  private func expect(_ got: Certified, _ row: [String: Any], _ key: String) throws {
    let want = try text(row, key)
    #expect(got.nearestDouble == Double(want), "\(key): \(got.text(digits: 17)) is not \(want)")
  }

  /// Twenty digits, all of them certain.
  private func expectDigits(_ got: Certified?, _ row: [String: Any], _ key: String) throws {
    let formula = try text(row, "formula")
    let shown = try #require(got, "\(key) of \(formula)").text(digits: 20)
    let want = try exact(try text(row, key))
    try #require(!shown.hasSuffix("~"), "\(key) of \(formula): \(shown)")
    let gap = (try exact(shown) - want).magnitude / want.magnitude
    #expect(gap < (try exact("1e-19")), "\(key) of \(formula): \(shown)")
  }
}
