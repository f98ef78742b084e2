// The engine for arrays in doubles beside the runner for any arithmetic, at every level of this machine:
// random programs, and programs over more entries than a strip holds.
import Testing

@testable import Calculus

struct ArrayEngineTests {
  /// What the engine says where `point` stands, entry by entry.
  private func engine(
    _ p: Program, _ point: [Double], _ level: BlockProgram.Level
  ) -> [Double] {
    let e = ArrayEngine(p, level: level)
    var out = [Double](repeating: 0, count: e.outputCount)
    for (k, v) in point.enumerated() { e.input[k] = v }
    for _ in 0..<2 { e.run() }
    let isFinite = out.withUnsafeMutableBufferPointer { e.copyOutputs(from: 0, to: $0) }
    #expect(isFinite == out.allSatisfy { $0.isFinite })
    #expect(out.indices.allSatisfy { e[$0] == out[$0] || out[$0].isNaN && e[$0].isNaN })
    return out
  }

  private func agree(_ x: [Double], _ y: [Double], _ share: Double) -> Bool {
    x.count == y.count
      && zip(x, y).allSatisfy { a, b in
        a == b || a.isNaN && b.isNaN || abs(a - b) <= share * max(1, abs(b))
      }
  }

  /// Whole numbers: no order of summation changes them.
  @Test(arguments: BlockProgram.Level.available)
  func randomProgramsHaveTheSameValues(_ level: BlockProgram.Level) {
    for seed in 1...300 {
      let drawn = RandomProgram(seed)
      let p = drawn.builder.program(outputs: [drawn.output])
      var d = Draw(seed + 4242)
      let point = d.numbers(p.layout.count).map(\.nearestDouble)
      for q in [p, p.gradientOfSum] {
        let right = q.run(DoubleArithmetic(), at: point)
        #expect(agree(engine(q, point, level), right, 1e-12), "\(seed)")
      }
    }
  }

  private static let long = [
    "var x[2000]; sum(100*(x[2..2000] - x[1..1999]^2)^2 + (1 - x[1..1999])^2)",
    "var x[1500]; logsumexp(x) + max(x) + norm(x) + mean(exp(-x^2)) + sum(if(x > 0, x^3, x^(-2)))",
    "var x[700]; sum(softplus(x) .* tanh(x)) / (1 + sum(x[3..600]^9))",
    "var W[30,40], v[40]; sum((W*v)^2) + sum(W'*W) + max(sum(W, 1)) + sum(logsumexp(W)) + sum(W .* v')",
    "var W[33,17], U[17,5]; sum(tanh(tanh(W*U)*U')) + sum(min(W, 0.1)) + sum(U[2..9,3])",
    "var x[1000]; sum((x .- mean(x))^2 ./ (1 .+ x[1]^2)) + sum(x[1..3])",
  ]

  static func program(_ text: String) throws -> Program {
    var environment = Environment()
    let parts = text.split(separator: ";", maxSplits: 1).map(String.init)
    for v in parts[0].dropFirst(4).split(separator: " ") {
      let name = String(v.prefix { $0 != "[" })
      let sizes = v.dropFirst(name.count + 1).prefix { $0 != "]" }.split(separator: ",").compactMap
      {
        Int($0)
      }
      environment.declare(name, Shape(sizes[0], sizes.count > 1 ? sizes[1] : 1))
    }
    var parser = try Parser(Lexer(Array(parts[1].utf8)))
    return try environment.program(of: try parser.expression())
  }

  @Test(arguments: long)
  func longArraysHaveTheSameValues(_ text: String) throws {
    let p = try Self.program(text)
    var d = Draw(5)
    let point = (0..<p.layout.count).map { _ in Double(d.below(2001) - 1000) / 1000 + 1e-4 }
    let g = p.gradient()
    let right = g.run(DoubleArithmetic(), at: point)
    #expect(right.allSatisfy { $0.isFinite })
    let best = engine(g, point, .best)
    let gaps = best.indices.filter { !agree([best[$0]], [right[$0]], 1e-9) }
    #expect(gaps.isEmpty, "\(text): \(gaps.prefix(5).map { "\($0): \(best[$0]) \(right[$0])" })")
    for level in BlockProgram.Level.available where level != .portable {
      // Functions differ from level to level in the last digits, sums and products do not.
      #expect(agree(engine(g, point, level), best, 1e-12), "\(text)")
    }
    // The entries written out say the same.
    #expect(agree(p.expanded.gradient().run(DoubleArithmetic(), at: point), right, 1e-9))
    // A prepared program takes the engine.
    let prepared = DoubleProgram(g)
    prepared.run(at: point)
    #expect(agree(prepared.outputs, best, 0))
  }

  /// The same bits at every level where there are no functions.
  @Test func sumsHaveOneOrder() throws {
    let p = try Self.program(
      "var W[37,41], x[3001]; sum(x ./ 3) + sum(W*W') + sum(W'*x[1..37]) + max(x)")
    var d = Draw(11)
    let point = (0..<p.layout.count).map { _ in Double(d.below(100_000)) / 7 }
    let g = p.gradient()
    let all = BlockProgram.Level.available.map { engine(g, point, $0) }
    let first = try #require(all.first)
    for one in all { #expect(one == first) }
  }

  /// An exponent that no kernel takes is a number in memory that no run writes to.
  @Test func exponentsLast() throws {
    let p = try Self.program(
      "var x[6], y[600]; sum(((x*2 + 1)*3 - x)^2 + x)^(-3) + sum((x + 1)^(-2)) + sum(y^12) + sum(y)^9"
    )
    let point = (0..<606).map { 0.5 + Double($0 % 7) / 8 }
    let g = p.gradient()
    #expect(agree(engine(g, point, .best), g.run(DoubleArithmetic(), at: point), 1e-9))
  }

  /// What is not defined shows, and only where it is.
  @Test func undefinedEntriesAreNaN() throws {
    let p = try Self.program("var x[600]; sum(if(x > 0, log(x), 0)) + max(x)")
    var point = [Double](repeating: 2, count: 600)
    point[7] = -1
    #expect(engine(p.gradient(), point, .best).allSatisfy { $0.isFinite })
    let q = try Self.program("var x[600]; log(x)")
    let values = engine(q, point, .best)
    #expect(values.indices.filter { values[$0].isNaN } == [7])
  }
}

extension Program {
  /// The gradient of the sum of an output's entries.
  var gradientOfSum: Program {
    var b = ProgramBuilder(self)
    let total = b.sum(outputs[0])
    let adjoints = b.adjoints(of: total, by: variables)
    return b.program(outputs: outputs + adjoints)
  }
}
