// What a strip does at once: two operations in one kernel, squares added up on the way, parts added where
// they stand, factors gathered. Numbers are such that nothing is rounded: everything is compared bit by bit.
import CVector
import Testing

@testable import Calculus

struct StripTests {
  /// A random polynomial over overlapping parts of one array and a scalar, of degree ≤ 4.
  private static func polynomial(_ d: inout Draw, _ n: Int, _ degree: Int) -> String {
    if degree == 0 { return ["2", "1/2", "s", "-3", "1/4"][d.below(5)] }
    let part = ["x[1..\(n - 3)]", "x[4..\(n)]", "x[2..\(n - 2)]", "y"][d.below(4)]
    if degree == 1 {
      return [part, "(\(part) - 1)", "(s .- \(part))", "(2*\(part))", "(-\(part))"][d.below(5)]
    }
    let half = degree / 2
    let (p, q) = (polynomial(&d, n, half), polynomial(&d, n, degree - half))
    let (r, k) = (polynomial(&d, n, 1), polynomial(&d, n, 0))
    return [
      "(\(p) .* \(q))", "(\(r) - \(p) .* \(q))", "(\(k)*\(p) .* \(q))", "\(r)^2",
      "((\(r) .+ \(k)) .* \(q))", "(\(p) .* \(q) - \(k)*\(r)^2)",
    ][d.below(6)]
  }

  private func run(_ p: Program, _ point: [Double], _ level: BlockProgram.Level) -> [Double] {
    let e = ArrayEngine(p, level: level)
    for (k, v) in point.enumerated() { e.input[k] = v }
    e.run()
    let first = (0..<e.outputCount).map { e[$0] }
    // What a run leaves behind changes nothing.
    e.run()
    #expect(first.map(\.bitPattern) == (0..<e.outputCount).map { e[$0].bitPattern })
    return first
  }

  /// Two whole strips and a part of one that is no whole number of vectors.
  @Test(arguments: BlockProgram.Level.available)
  func polynomialsAreExact(_ level: BlockProgram.Level) throws {
    let n = 1102
    for seed in 1...150 {
      var d = Draw(seed)
      let text =
        "sum(\(Self.polynomial(&d, n, 2 + d.below(3)))) + sum(\(Self.polynomial(&d, n, 2)))"
      let p = try ArrayEngineTests.program("var x[\(n)], y[\(n - 3)], s[1]; \(text)")
      let point = (0..<p.layout.count).map { _ in Double(d.below(17) - 8) / 4 }
      for q in [p, p.gradient()] {
        #expect(run(q, point, level) == q.run(DoubleArithmetic(), at: point), "\(text)")
      }
    }
  }

  /// A product plus a row that is repeated, also where the row or the product is read again.
  @Test(arguments: BlockProgram.Level.available)
  func productsBeginWithARow(_ level: BlockProgram.Level) throws {
    for text in [
      "sum((X*W .+ b)^2)", "sum(tanh(X*W .+ b) .* (X*W .+ 1)) + sum(b)",
      "sum((b .+ X*W).^2) + sum((X .* 1 .+ c)^2)", "sum((X'*X .+ c).^2)",
    ] {
      let p = try ArrayEngineTests.program(
        "var X[37,5], W[5,21], b[1,21], c[1,5]; " + text.replacing(")^2", with: ").^2"))
      let point = (0..<p.layout.count).map { Double($0 * 7 % 17 - 8) / 8 }
      for q in [p, p.gradient()] {
        let (mine, right) = (run(q, point, level), q.run(DoubleArithmetic(), at: point))
        #expect(zip(mine, right).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) }, "\(text)")
      }
    }
  }

  /// tanh with its slope from one exponential, near 0 and far out; and its second derivative.
  @Test(arguments: BlockProgram.Level.available)
  func slopesOfTanhComeWithIt(_ level: BlockProgram.Level) throws {
    let p = try ArrayEngineTests.program("var x[1100], y[1100]; sum(tanh(x) .* y) + tanh(x)[3]")
    var point = (0..<2200).map { Double($0 % 1100 - 550) / 31 }
    (point[0], point[1], point[2], point[3]) = (-300, 170, 1e-300, 0)
    let g = p.gradient()
    for q in [g, g.product(along: ["x", "y"])] {
      let at = point + (q.layout.count > 2200 ? point.reversed() : [])
      for (k, (mine, right)) in zip(run(q, at, level), q.run(DoubleArithmetic(), at: at))
        .enumerated()
      {
        // The first of the gradient is a sum of 1,100 terms of size 10; of the product one entry is a
        // difference of two terms ten times its size.
        let isGradient = q.layout.count == 2200
        let (share, floor) = (isGradient ? 1e-14 : 1e-13, isGradient && k == 0 ? 1e-11 : 0)
        #expect(abs(mine - right) <= share * abs(right) + floor, "\(mine) \(right)")
      }
    }
    var plan = ArrayPlan(g.withFactorsGathered, .best)
    plan.schedule()
    #expect(plan.code.contains { $0.second != nil })
  }

  /// In exact numbers gathering factors changes nothing.
  @Test func gatheredFactorsAreTheSameNumbers() {
    for seed in 1...400 {
      let drawn = RandomProgram(seed)
      let p = drawn.builder.program(outputs: [drawn.output]).gradientOfSum
      var d = Draw(seed + 99)
      let point = d.numbers(p.layout.count).map(Certified.exact)
      let a = CertifiedArithmetic(bits: 64)
      let (mine, right) = (p.withFactorsGathered.run(a, at: point), p.run(a, at: point))
      #expect(mine.map { "\($0)" } == right.map { "\($0)" }, "\(seed)")
    }
  }

  /// What the chained Rosenbrock function takes by hand, a strip takes: residuals with the sums of their
  /// squares, and a gradient to which each term is added where it stands.
  @Test func gradientOfChainedRosenbrockIsFiveSteps() throws {
    let p = try ArrayEngineTests.program(
      "var x[2000]; sum(100*(x[2..2000] - x[1..1999]^2)^2 + (1 - x[1..1999])^2)")
    var plan = ArrayPlan(p.gradient().withFactorsGathered, .best)
    plan.schedule()
    guard case .strips(_, let count, let entries, let sums)? = plan.tasks.dropFirst().first else {
      Issue.record("strips come after the places that become 0")
      return
    }
    #expect(count == 5 && entries == 1999 && sums.count == 2)
    #expect(plan.code.prefix(5).filter { $0.squares != nil }.count == 2)
  }

  /// Ten times the entries, ten times the memory, but for what constants and sums take.
  @Test func memoryIsLinear() throws {
    let sizes = try [2000, 20_000, 200_000].map { n in
      let p = try ArrayEngineTests.program(
        "var x[\(n)]; sum(100*(x[2..\(n)] - x[1..\(n - 1)]^2)^2 + (1 - x[1..\(n - 1)])^2)")
      var plan = ArrayPlan(p.gradient().withFactorsGathered, .best)
      plan.schedule()
      return plan.size
    }
    // x and the gradient, and strips that stay as long.
    #expect(sizes[1] - sizes[0] == 2 * 18_000 && sizes[2] - sizes[1] == 2 * 180_000)
  }

  /// A factor is not moved where what is left could leave the doubles' range.
  @Test func factorsStayWhereTheyAreNeeded() throws {
    let p = try ArrayEngineTests.program("var x[600]; sum((1e-200*x)^2)*1e200")
    let point = [Double](repeating: 1e180, count: 600)
    let (mine, right) = (run(p, point, .best)[0], p.run(DoubleArithmetic(), at: point)[0])
    #expect(right.isFinite && abs(mine - right) <= 1e-13 * right)
  }

  /// A function that is nowhere 0 is cancelled, but not where it is undefined.
  @Test func whatIsCancelledIsUndefinedStill() throws {
    for text in ["y .* cosh(log(x)) ./ cosh(log(x))", "y .* cosh(log(x))^2 ./ cosh(log(x))"] {
      let p = try ArrayEngineTests.program("var x[600], y[600]; " + text)
      var point = [Double](repeating: 2, count: 1200)
      // y stands first, as in the text.
      point[607] = -1
      let (mine, right) = (run(p, point, .best), p.run(DoubleArithmetic(), at: point))
      #expect(right[7].isNaN && mine.indices.filter { mine[$0].isNaN } == [7], "\(text)")
      #expect(zip(mine, right).allSatisfy { $1.isNaN || abs($0 - $1) <= 1e-14 * abs($1) })
    }
  }

  /// Functions without a kernel of their own, far out and near 0.
  @Test(arguments: ["softplus", "logsigmoid", "logcosh"], BlockProgram.Level.available)
  func composedFunctionsHaveTheirValues(_ name: String, _ level: BlockProgram.Level) throws {
    let p = try ArrayEngineTests.program("var x[1100]; \(name)(x)")
    var point = (0..<1100).map { Double($0 - 550) / 7 }
    point[0] = -800
    point[1] = 800
    point[2] = 1e-9
    let right = p.run(DoubleArithmetic(), at: point)
    for (mine, value) in zip(run(p, point, level), right) {
      // Three functions within 4 units in the last place, and as many roundings.
      #expect(abs(mine - value) <= 4e-15 * abs(value), "\(name) \(value)")
    }
  }
}
