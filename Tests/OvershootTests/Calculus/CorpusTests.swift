// 1500 random expressions and the hand-written traps under every arithmetic and every way to
// differentiate, against digits that were computed elsewhere.
import Calculus
import Testing

/// One row of calculus.jsonl: digits that were computed elsewhere.
struct CorpusRow: Sendable {
  let id: String
  let text: String
  let value: Double
  private let point: [String: Double]
  private let slopes: [String: String]
  private let bends: [String: String]

  static let all = Result { try Cases.objects("calculus.jsonl").map(CorpusRow.init) }

  private init(_ row: [String: Any]) {
    id = row["id"] as? String ?? ""
    text = row["expr"] as? String ?? ""
    value = Double(row["value"] as? String ?? "") ?? .nan
    // Foundation reads some decimals one bit off; hexadecimal digits are exact.
    point = (row["point_hex"] as? [String: String] ?? [:]).compactMapValues(Double.init)
    slopes = row["gradient"] as? [String: String] ?? [:]
    bends = row["hessian"] as? [String: String] ?? [:]
  }

  /// The variables of which there are digits.
  var names: [String] { Array(slopes.keys) }
  func at(_ name: String) -> Double { point[name] ?? .nan }
  func slope(_ name: String) -> Double { Double(slopes[name] ?? "") ?? .nan }
  func bend(_ a: String, _ b: String) -> Double {
    Double(bends[min(a, b) + max(a, b)] ?? "") ?? .nan
  }
}

struct CorpusTests {
  /// One row of calculus.jsonl, its numbers in the order of the program's variables.
  private struct Case {
    let id: String
    let program: Program
    let point: [Double]
    let value: Double
    let gradient: [Double]
    /// f, g…, and the upper triangle of the Hessian, as `Program.hessian()` gives them.
    let all: [Double]
    /// Whether names that the program does not have truly do not matter.
    let restIsZero: Bool

    init(_ row: CorpusRow) throws {
      id = row.id
      program = try Program(parsing: row.text)
      let names = program.variables
      point = names.map(row.at)
      value = row.value
      gradient = names.map(row.slope)
      var triangle: [Double] = []
      for (i, a) in names.enumerated() { triangle += names[i...].map { row.bend(a, $0) } }
      all = [value] + gradient + triangle
      restIsZero = row.names.allSatisfy { names.contains($0) || row.slope($0) == 0 }
    }
  }

  private static let cases = Result { try CorpusRow.all.get().map(Case.init) }

  /// Every row for which `numbers` gives something else than `truth`.
  private func mismatches(
    _ share: Double, floor: Double = 1, _ truth: KeyPath<Case, [Double]>,
    _ numbers: (Case) -> [Double?]
  ) throws -> [String] {
    let cases = try CorpusTests.cases.get()
    #expect(cases.count == 1500)
    return cases.compactMap { c in
      let got = numbers(c)
      let want = c[keyPath: truth]
      let same =
        got.count == want.count
        && zip(got, want).allSatisfy { near($0, $1, share, floor: floor) }
      return same ? nil : "\(c.id): \(got) is not \(want)"
    }
  }

  @Test func variablesAreAllThatMatters() throws {
    #expect(try CorpusTests.cases.get().filter { !$0.restIsZero }.map(\.id).isEmpty)
  }

  @Test func doublesGiveValueGradientAndHessian() throws {
    let wrong = try mismatches(1e-10, \.all) {
      $0.program.hessian().run(DoubleArithmetic(), at: $0.point)
    }
    #expect(wrong.isEmpty)
  }

  @Test func preparedProgramsGiveTheSameBits() throws {
    for c in try CorpusTests.cases.get() {
      let p = c.program.hessian()
      let want = p.run(DoubleArithmetic(), at: c.point)
      let prepared = DoubleProgram(p)
      prepared.run(at: c.point.map { $0 + 1 })
      prepared.run(at: c.point)
      #expect(
        prepared.outputs.map(\.bitPattern) == want.map(\.bitPattern), "\(c.id)")
    }
  }

  @Test func certifiedNumbersGiveValueGradientAndHessian() throws {
    let a = CertifiedArithmetic(bits: 256)
    let wrong = try mismatches(1e-14, floor: 1e-40, \.all) {
      let at = $0.point.map { Certified($0) }
      return $0.program.hessian().run(a, at: at).map(\.estimate)
    }
    #expect(wrong.isEmpty)
  }

  @Test func reverseModeGivesGradients() throws {
    let wrong = try mismatches(1e-10, \.gradient) {
      Array($0.program.gradient().run(DoubleArithmetic(), at: $0.point).dropFirst())
    }
    #expect(wrong.isEmpty)
  }

  @Test func dualNumbersGiveGradients() throws {
    let a = DualArithmetic(DoubleArithmetic())
    let wrong = try mismatches(1e-10, \.gradient) { c in
      c.point.indices.map { k in
        let at = c.point.enumerated().map { Dual(value: $1, tangent: $0 == k ? 1 : 0) }
        return c.program.run(a, at: at)[0].tangent
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func jetsGiveGradients() throws {
    let a = JetArithmetic(DoubleArithmetic(), order: 1)
    let wrong = try mismatches(1e-10, \.gradient) { c in
      c.point.indices.map { k in
        let at = c.point.enumerated().map { a.variable($1, slope: $0 == k ? 1 : 0) }
        return c.program.run(a, at: at)[0][1]
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func symbolicDerivativesGiveGradients() throws {
    let wrong = try mismatches(1e-10, \.gradient) { c in
      let at = Dictionary(uniqueKeysWithValues: zip(c.program.variables, c.point))
      return c.program.variables.map { name in
        let d = Formula.derivative(of: c.program, by: name).program()
        return d.run(DoubleArithmetic(), at: d.variables.map { at[$0] ?? .nan })[0]
      }
    }
    #expect(wrong.isEmpty)
  }
}

struct TrapTests {
  @Test func trapsAreMet() throws {
    let rows = try Cases.objects("calculus-traps.jsonl")
    #expect(rows.count == 34)
    for row in rows { try check(row) }
  }

  private func check(_ row: [String: Any]) throws {
    let source = row["expr"] as? String ?? ""
    let id = row["id"] as? String ?? ""
    if row["expect_error"] as? Bool == true {
      #expect(throws: Fault.self, "\(id)") { try Program(parsing: source) }
      return
    }
    let program = try Program(parsing: source)
    let x = (row["point"] as? [String: Double])?["x"] ?? .nan
    let values = [program, program.tangent(by: "x"), program.tangent(by: "x").tangent(by: "x")]
      .map { p in
        p.run(
          CertifiedArithmetic(bits: 256),
          at: p.variables.map { _ in Certified(x) })[0]
      }
    let doubled = program.run(DoubleArithmetic(), at: program.variables.map { _ in x })[0]
    guard let value = row["value"] as? String else {
      #expect(!values[0].isDefined, "\(id): \(source)")
      #expect(!doubled.isFinite, "\(id): \(source)")
      return
    }
    for (got, key) in zip(values, ["value", "d1", "d2"]) {
      guard let text = key == "value" ? value : row[key] as? String else { continue }
      if text == "undefined" {
        #expect(!got.isDefined, "\(id): \(key) of \(source)")
      } else {
        // 0 stands in the file for what no double can tell from it.
        let truth = Double(text) ?? .nan
        #expect(
          near(got.estimate, truth, 1e-14, floor: 1e-40),
          "\(id): \(key) of \(source) is \(got.text(digits: 17)), not \(text)")
      }
    }
  }
}
