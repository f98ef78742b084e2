// The corpora of one-number variables again, with vectors: x, y, z as the entries of one column, and each as
// a column of its own, of which every operation acts on the entries. The digits are those that were computed
// elsewhere for numbers; value, gradient by reverse mode over arrays, Hessian by products.
import Testing

@testable import Calculus

struct VectorCorpusTests {
  private struct Case {
    let id: String
    let text: Expression
    let point: [Double]
    let value: Double
    let gradient: [Double]
    /// By rows, symmetric.
    let hessian: [[Double]]
  }

  private static let names = ["x", "y", "z"]

  private static let cases = Result {
    try CorpusRow.all.get().map { row in
      var parser = try Parser(Lexer(Array(row.text.utf8)))
      return Case(
        id: row.id, text: try parser.expression(), point: names.map(row.at), value: row.value,
        gradient: names.map(row.slope), hessian: names.map { a in names.map { row.bend(a, $0) } })
    }
  }

  private func numbers(_ p: Program, _ x: [Double], isExact: Bool) -> [Double?] {
    isExact
      ? p.run(CertifiedArithmetic(bits: 256), at: x.map { Certified($0) }).map(\.estimate)
      : p.run(DoubleArithmetic(), at: x)
  }

  /// What a program gives and what is wanted, where they differ.
  private func check(
    _ c: Case, _ p: Program, _ x: [Double], _ want: [Double], isExact: Bool
  ) -> String? {
    let got = numbers(p, x, isExact: isExact)
    let (share, floor) = isExact ? (1e-14, 1e-40) : (1e-10, 1)
    let same =
      got.count == want.count && zip(got, want).allSatisfy { near($0, $1, share, floor: floor) }
    return same ? nil : "\(c.id): \(got) is not \(want)"
  }

  /// f(v[1], v[2], v[3]) of one column v.
  @Test(arguments: [false, true])
  func variablesAreEntriesOfAColumn(_ isExact: Bool) throws {
    var environment = Environment()
    environment.declare("v", Shape(3, 1))
    for (k, name) in Self.names.enumerated() {
      var parser = try Parser(Lexer(Array("v[\(k + 1)]".utf8)))
      environment.define(name, nil, try parser.expression())
    }
    var wrong: [String] = []
    let cases = try Self.cases.get()
    #expect(cases.count == 1500)
    for c in cases {
      let p = try environment.program(of: c.text)
      guard p.variables == ["v"] else {
        wrong.append("\(c.id) reads \(p.variables)")
        continue
      }
      let gradient = p.gradient()
      let product = gradient.product(along: ["v"])
      wrong += [check(c, gradient, c.point, [c.value] + c.gradient, isExact: isExact)]
        .compactMap { $0 }
      for k in 0..<3 {
        let way = (0..<3).map { $0 == k ? 1.0 : 0 }
        wrong += [check(c, product, c.point + way, c.hessian[k], isExact: isExact)]
          .compactMap { $0 }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
  }

  /// f(x, y, z), entry by entry, of columns of two entries.
  @Test(arguments: [false, true])
  func operationsActOnEntries(_ isExact: Bool) throws {
    var environment = Environment()
    for name in Self.names { environment.declare(name, Shape(2, 1)) }
    var wrong: [String] = []
    for c in try Self.cases.get() {
      let typed = try environment.program(of: c.text, variables: Self.names)
      // What has none of the variables is one number.
      guard typed.extent(of: 0).count == 2 else {
        let value = numbers(typed, c.point + c.point, isExact: isExact)
        if !near(value[0], c.value, 1e-10, floor: 1) { wrong.append(c.id) }
        continue
      }
      let all = typed.gradientOfSum
      let x = c.point.flatMap { [$0, $0] }
      let want = [c.value, c.value] + c.gradient.flatMap { [$0, $0] }
      wrong += [check(c, all, x, want, isExact: isExact)].compactMap { $0 }
      let product = all.product(along: Self.names)
      for k in 0..<3 {
        // Along the first entry of one variable only: nothing of it reaches the second ones.
        let way = (0..<6).map { $0 == 2 * k ? 1.0 : 0 }
        let bends = c.hessian[k].flatMap { [$0, 0.0] }
        wrong += [check(c, product, x + way, bends, isExact: isExact)].compactMap { $0 }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
  }

  /// The traps, with x the second entry of a column.
  @Test func trapsAreMetByEntries() throws {
    var environment = Environment()
    environment.declare("v", Shape(2, 1))
    var parser = try Parser(Lexer(Array("v[2]".utf8)))
    environment.define("x", nil, try parser.expression())
    for row in try Cases.objects("calculus-traps.jsonl") {
      let (id, source) = (row["id"] as? String ?? "", row["expr"] as? String ?? "")
      if row["expect_error"] as? Bool == true { continue }
      var parser = try Parser(Lexer(Array(source.utf8)))
      let p = try environment.program(of: try parser.expression(), variables: ["v"])
      let x = (row["point"] as? [String: Double])?["x"] ?? .nan
      let got = p.gradient().run(
        CertifiedArithmetic(bits: 256), at: [Certified(7), Certified(x)])
      for (number, key) in zip([got[0], got[2]], ["value", "d1"]) {
        guard let text = row[key] as? String, text != "undefined" else {
          if key == "value" || row[key] != nil { #expect(!number.isDefined, "\(id): \(key)") }
          continue
        }
        #expect(near(number.estimate, Double(text) ?? .nan, 1e-14, floor: 1e-40), "\(id): \(key)")
      }
    }
  }
}
