// Five thousand single steps against golden digits: what the product is for.
import Calculus
import Descent
import Testing

struct RowTests {
  /// Debug builds run every fifth row, release builds all of them.
  private static var stride: Int {
    #if DEBUG
      5
    #else
      1
    #endif
  }

  @Test func everyStepIsCertified() throws {
    let lines = try Cases.lines("rows.tsv").filter { !$0.hasPrefix("#") }
    #expect(lines.count == 5000)
    var wrong: [String] = []
    for k in Swift.stride(from: 0, to: lines.count, by: RowTests.stride) {
      let fields = lines[k].split(separator: "\t").map(String.init)
      try #require(fields.count == 8)
      if let fault = try fault(fields) { wrong.append("row \(k): \(fault)") }
    }
    #expect(wrong.isEmpty)
  }

  @Test func longRunsTakeTheSameStepsInPlace() throws {
    let program = try Program(parsing: "x^4/4-x^2/2+y^2*x^2")
    let eta = Rational(13) / Rational(10)
    let start = [Rational(3) / Rational(10), Rational(1) / Rational(10)]
    let last = run(program, from: start, eta: eta, steps: 2000, doublesOnly: true).rows.last
    let gradient = program.gradient()
    var x = start.map(\.nearestDouble)
    for _ in 0..<2000 {
      let g = gradient.run(DoubleArithmetic(), at: x)
      x = zip(x, g.dropFirst()).map { $0 - 1.3 * $1 }
    }
    #expect(last?.t == 2000)
    #expect(last?.point.map(\.nearestDouble) == x)
  }

  /// Cubic convergence soon has errors of 10⁻¹⁰⁰⁰⁰: below 10⁻³⁰⁰ no more bits are spent on them.
  @Test func rowsThatHardlyMoveCostNoPrecision() throws {
    let orbit = run(
      try Program(parsing: "sin(x)*cos(y)"), from: [.one, .one], eta: .one, steps: 40)
    let row = try #require(orbit.rows.dropLast().last)
    #expect(row.change?.isBelowNotice == true)
    for case .enclosed(let e) in row.point { #expect((e.rational?.1.bits ?? 0) < 8192) }
    // What is larger is told to all its digits.
    let early = try #require(orbit.rows.first { $0.t == 6 })
    #expect(early.change?.text(digits: 6) == "-9.02065e-36")
  }

  /// What is wrong with the step of a row, or nil.
  private func fault(_ f: [String]) throws -> String? {
    let program = try Program(parsing: f[0])
    let names = f[1].split(separator: ",").map(String.init)
    let values = try f[2].split(separator: ",").map(exact)
    let point = Dictionary(uniqueKeysWithValues: zip(names, values))
    let start = program.variables.compactMap { point[$0] }
    guard start.count == program.variables.count else { return "variables of \(f[0])" }
    let row = try oneStep(program, from: start, eta: exact(f[3]))
    let numbers = [row?.value, row?.change, row?.predicted, row?.error]
    for (n, (name, text)) in zip(numbers, zip(["C", "dC", "predicted", "error"], f[4...])) {
      let where_ = "\(name) of \(f[0]) at \(f[2]), η = \(f[3])"
      guard let n else { return "no \(where_)" }
      let shown = n.text(digits: 6)
      // A zero that only enclosures reach cannot be proved; it is shown as a bound, never as a digit.
      if text == "0", n.sign == nil, shown == "|·|<1e-300" { continue }
      if n.nearestDouble != Double(text) {
        return "\(where_): \(n.nearestDouble.map { "\($0)" } ?? "nil") is not \(text)"
      }
      if Double(shown) != rounded(text, to: 6) { return "\(where_): \(shown) is not \(text)" }
    }
    return nil
  }
}

/// Row 0 of one step of gradient descent.
func oneStep(_ program: Program, from start: [Rational], eta: Rational) throws -> Row? {
  run(program, from: start, eta: eta, steps: 1).rows.first
}

/// A run of gradient descent at a constant rate.
func run(
  _ program: Program, from start: [Rational], eta: Rational, steps: Int, doublesOnly: Bool = false
) -> Trajectory {
  var b = ProgramBuilder()
  let rate = b.constant(eta)
  return DescentPlan(
    StepProgram(descending: Loss(name: "C", program: program)),
    eta: b.program(outputs: [rate]), start: start.map { TypedNumber($0) }, steps: steps,
    doublesOnly: doublesOnly
  ).run()
}
