// The trusted digits of sweeps against the orbit itself, carried exactly or in enclosures: never more
// than the truth has, and not uselessly few.
import Calculus
import Descent
import Glibc
import Shell
import Testing

struct TrustedDigitsTests {
  struct Row: Sendable {
    let loss: String
    let start: [String]
    let rates: [String]
    let steps: Int
  }
  /// Settling, sides changing, cycles, chaos, divergence, creeping, several variables.
  static let rows = [
    Row(loss: "x^2", start: ["0.3"], rates: ["0.1", "0.45", "0.7", "0.99", "1.1"], steps: 200),
    Row(
      loss: "x^4/4-x^2/2", start: ["0.3"],
      rates: ["0.2", "0.5", "0.8", "1.2", "1.25", "1.3", "1.4", "1.6", "2"], steps: 150),
    Row(
      loss: "sin(3*x)+x^2/4", start: ["2"],
      rates: ["0.02", "0.1", "0.2", "0.251", "0.316", "0.6", "1"], steps: 120),
    Row(loss: "log(cosh(x))", start: ["2"], rates: ["0.5", "1.5", "2.5", "3"], steps: 120),
    Row(
      loss: "x^2/2-x^3/3", start: ["0.3"], rates: ["1.9", "2.3", "2.5", "2.7", "2.9"], steps: 120),
    Row(loss: "exp(-x)", start: ["0.1"], rates: ["0.7", "3"], steps: 150),
    Row(
      loss: "(1-x)^2+100*(y-x^2)^2", start: ["-1.2", "1"],
      rates: ["0.0005", "0.001", "0.002", "0.0025", "0.003"], steps: 250),
    Row(loss: "(u*v)^2/2", start: ["2.1", "0.7"], rates: ["0.1", "0.3", "0.4"], steps: 150),
  ]

  private func plan(_ row: Row, _ rate: String) throws -> DescentPlan {
    var b = ProgramBuilder()
    let eta = b.constant(try exact(rate))
    return DescentPlan(
      StepProgram(descending: Loss(name: "f", program: try Program(parsing: row.loss))),
      eta: b.program(outputs: [eta]), start: try row.start.map { TypedNumber(try exact($0)) },
      steps: 10)
  }

  private func summary(_ row: Row, _ rate: String) throws -> RunSummary {
    RunSummary(try plan(row, rate), tolerance: 1e-6, most: row.steps) { false }
  }

  @Test func aSweepIsTheSameOnAnyNumberOfThreads() throws {
    let plans = try Self.rows.prefix(6).flatMap { row in try row.rates.map { try plan(row, $0) } }
    func swept(_ threads: Int) -> [String] {
      RunSummary.all(
        plans, tolerance: 1e-6, most: 100, following: 60_000, threads: threads,
        cancelled: { false }, progress: { _ in }
      ).map { s in
        "\(s.values) \(String(describing: s.steps)) \(String(describing: s.trusted)) "
          + "\(String(describing: s.regime?.outcome)) \(String(describing: s.regime?.lyapunov))"
      }
    }
    let one = swept(1)
    #expect(one.count == plans.count)
    #expect(swept(2) == one)
    #expect(swept(5) == one)
    let none = RunSummary.all(
      plans, tolerance: 1e-6, most: 100, following: 60_000, cancelled: { true }, progress: { _ in })
    #expect(none.count < plans.count)
  }

  /// The same doubles, step by step, and the true orbit at the same step.
  private func truth(_ s: RunSummary, _ most: Int) -> (doubles: [Double], orbit: [Certified]?) {
    let a = DoubleArithmetic()
    var x = s.plan.start.map(\.nearestDouble)
    let eta = s.plan.rate(a, 0)
    let steps = s.steps ?? most
    for _ in 0..<steps {
      let g = s.plan.loss.gradient.run(a, at: x)
      x = zip(x, g.dropFirst()).map { $0 - eta * $1 }
    }
    var plan = s.plan
    plan.steps = steps
    plan.digits = 17
    let run = plan.run()
    return (x, run.steps == steps ? run.last?.point : nil)
  }

  @Test(arguments: rows)
  func neverMoreThanTheTruthHas(_ row: Row) throws {
    for rate in row.rates {
      let s = try summary(row, rate)
      if s.isExact { continue }
      let (x, orbit) = truth(s, row.steps)
      let claimed = try #require(s.trusted, "\(row.loss) at \(rate)")
      let true_ = try #require(orbit, "\(row.loss) at \(rate): no true orbit")
      let fine = EnclosureArithmetic(bits: 256)
      var gap = 0.0
      var size = 0.0
      for (d, c) in zip(x, true_) {
        let away = fine.subtract(c.number(fine), fine.constant(d))
        gap = max(gap, max(abs(away.lowerDouble), abs(away.upperDouble)))
        size = max(size, abs(c.nearestDouble ?? .nan))
      }
      let has = gap == 0 ? 16 : max(0, Int(exactly: (-log10(gap / size)).rounded(.down)) ?? 0)
      #expect(claimed <= max(has, 0), "\(row.loss) at \(rate): \(claimed) claimed, \(has) true")
      #expect(
        claimed >= min(has, 16) - 1, "\(row.loss) at \(rate): \(claimed) claimed, \(has) true")
    }
  }

  @Test func theRowsCoverWhatMatters() throws {
    #expect(TrustedDigitsTests.rows.reduce(0) { $0 + $1.rates.count } >= 30)
    let well = TrustedDigitsTests.rows[1]
    // Settling and a cycle contract; chaos leaves nothing.
    #expect(try #require(try summary(well, "0.8").trusted) >= 14)
    #expect(try #require(try summary(well, "1.2").trusted) >= 14)
    #expect(try summary(well, "2").trusted == 0)
  }

  @Test func sweepsShowThem() throws {
    let said = try say("f = x^4/4-x^2/2; sweep eta=[0.5, 0.8, 2] x0=0.3")
    let rows = try #require(said.answers.last?["rows"] as? [[String: Any]])
    #expect(rows.map { $0["digits"] as? Int }.last == 0)
    #expect((rows[1]["digits"] as? Int ?? 0) >= 14)
    #expect(said.text.contains("trusted: digits of the last point"))
    #expect(said.text.contains("0 where errors of rounding"))
    let landed = try say("f = abs(x-0.3); sweep eta=[0.1] x0=0")
    #expect(((landed.answers.last?["rows"] as? [[String: Any]])?.first?["exact"]) as? Bool == true)
    #expect(landed.text.contains("all"))
  }

  @Test func sweepsFitTheirWindow() throws {
    let session = Session()
    for width in [80, 40] {
      session.display = Display(width: width)
      var text = ""
      let source = "f = sin(3x)+x^2/4; sweep eta=0.01..1 x0=2 count=5"
      _ = session.run(Array(source.utf8), name: "test") { event in
        if case .answer(let a) = event { text += a.text(session.display) + "\n" }
      }
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "\(text)")
    }
  }

  /// erfc takes minutes at thousands of bits: a first row that no effort decides goes on in doubles.
  @Test func aFirstRowMayBeTooLong() throws {
    let said = try say("f = sin((erfc(x))^-2); descend eta=0.1 x0=pi/2 steps=3")
    #expect(said.text.contains("from step 0 on"), "\(said.text)")
    #expect(said.text.contains("-219683") && said.text.contains("149.788"))
  }
}
