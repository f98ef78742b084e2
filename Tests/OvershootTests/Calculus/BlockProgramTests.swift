// Programs over blocks against the same programs in plain doubles: the bounds that BlockProgram states, special
// values, and that a place does not depend on its neighbours. All instruction sets of this machine.
import Calculus
import Testing

struct BlockProgramTests {
  private static let levels = BlockProgram.Level.available

  /// The outputs at points given by variable, through blocks of at most `size` points.
  private func run(
    _ program: Program, _ points: [[Double]], _ level: BlockProgram.Level,
    size: Int = BlockProgram.block
  ) -> [[Double]] {
    let workspace = BlockProgram(program, level: level).workspace()
    let n = points.first?.count ?? 0
    var out = program.outputs.map { _ in [Double](repeating: 0, count: n) }
    for start in stride(from: 0, to: n, by: size) {
      let count = min(size, n - start)
      for (k, x) in points.enumerated() {
        for lane in 0..<count { workspace.input(k)[lane] = x[start + lane] }
      }
      workspace.settlePadding(count)
      workspace.run(count)
      for k in out.indices {
        for lane in 0..<count { out[k][start + lane] = workspace.output(k)[lane] }
      }
    }
    return out
  }

  /// How many doubles lie between two numbers; 0 where both are NaN.
  private func ulps(_ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : .infinity }
    if a == b { return 0 }
    if !a.isFinite || !b.isFinite { return .infinity }
    return abs(a - b) / max(a.ulp, b.ulp)
  }

  private static let special: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, 10, -10, 1e-5, -1e-5, 1e-300, .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude, 1e-160,
    1e15, -1e15, 1e22, 1e300, -1e300, .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    .pi / 2, .pi, 100 * .pi, 0.999_999_999, -0.999_999_999, 709.7, -709.7, 745.2, -745.2, 710.5,
  ]

  /// Plain numbers of every size, and the special ones.
  private static let numbers: [Double] = {
    var state: UInt64 = 12345
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    let ordinary = (0..<2000).map { k in
      let size = [1, 1, 5, 30, 1000, 1e-3][k % 6]
      return (2 * random() - 1) * size
    }
    return special + ordinary
  }()

  private func program(of f: ElementaryFunction) throws -> Program {
    try Program(parsing: f.arity == 1 ? "\(f.name)(x)" : "\(f.name)(x, y)")
  }

  @Test(arguments: levels)
  func functionsAgreeWithinTheStatedBound(_ level: BlockProgram.Level) throws {
    for f in ElementaryFunction.table {
      let p = try program(of: f)
      let x = BlockProgramTests.numbers
      // Each number beside a shifted one: special with ordinary and with special.
      let shifts = f.arity == 1 ? [0] : [0, 1, 7, 40]
      for shift in shifts {
        let y = x.indices.map { x[($0 + shift) % x.count] }
        let got = run(p, f.arity == 1 ? [x] : [x, y], level)[0]
        for k in x.indices {
          let want = DoubleArithmetic().lift(f, x[k], f.arity == 1 ? x[k] : y[k])
          let off = ulps(got[k], want)
          // Of subnormal results half the digits are missing already.
          let bound: Double = abs(want) < 1e-307 ? 64 : 4
          #expect(
            off <= bound, "\(level) \(f.name)(\(x[k]), \(y[k])): \(got[k]) not \(want)")
        }
      }
    }
  }

  @Test(arguments: levels)
  func operationsHaveTheBitsOfDoubles(_ level: BlockProgram.Level) throws {
    let texts = [
      "x+y", "x-y", "x*y", "x/y", "-x+0*y", "x^2+y", "x^3+y", "x^0+y", "1/x+y", "2*x+y/3",
      "if(x<y, x, y)", "if(x<=y, 1, y)", "if(x>y, x, 2)", "if(x>=y, 3, 4)", "if(x==y, x, y^2)",
      "if(x!=y, x*y, x)", "if(x>0, 1/x, y)", "sqrt(x)+y", "abs(x)*y", "sign(x)+floor(y)",
      "min(x, y)", "max(x, y)", "max(x, 1)+min(2, y)",
    ]
    let x = BlockProgramTests.numbers
    let y = x.indices.map { x[($0 * 17 + 5) % x.count] }
    for text in texts {
      let p = try Program(parsing: text)
      let points = p.variables.map { $0 == "x" ? x : y }
      let got = run(p, points, level)[0]
      for k in x.indices {
        let want = p.run(DoubleArithmetic(), at: points.map { $0[k] })[0]
        let same = got[k] == want || (got[k].isNaN && want.isNaN)
        #expect(same, "\(level) \(text) at \(x[k]), \(y[k]): \(got[k]) not \(want)")
      }
    }
  }

  @Test(arguments: levels)
  func smallPowersKeepTheirBound(_ level: BlockProgram.Level) throws {
    for n in 2...12 {
      let p = try Program(parsing: "x^\(n)")
      let got = run(p, [BlockProgramTests.numbers], level)[0]
      for (x, value) in zip(BlockProgramTests.numbers, got) {
        let want = p.run(DoubleArithmetic(), at: [x])[0]
        if !want.isFinite || abs(want) < 1e-300 || want == .greatestFiniteMagnitude {
          #expect(value.isNaN == want.isNaN && abs(value) <= max(abs(want), 1e-300) || want.isNaN)
        } else {
          let share = n <= 8 ? Double(n) * 1.12e-16 : 1e-15
          #expect(near(value, want, share, floor: 0), "\(level) \(x)^\(n)")
        }
      }
    }
  }

  /// Value and gradient of the corpus, every expression over a block around its point.
  @Test(arguments: levels)
  func corpusAgreesWithDoubles(_ level: BlockProgram.Level) throws {
    var wrong: [String] = []
    for row in try Cases.objects("calculus.jsonl") {
      let text = row["expr"] as? String ?? ""
      let p = try Program(parsing: text).gradient()
      let at = (row["point_hex"] as? [String: String] ?? [:]).compactMapValues(Double.init)
      let shifts = [0, 1e-9, -1e-3, 0.25, -3, 1e6, 0, -1e18, .nan]
      let points = p.variables.map { v in shifts.map { (at[v] ?? 0) + $0 } }
      let got = run(p, points, level)
      for k in shifts.indices {
        let want = p.run(DoubleArithmetic(), at: points.map { $0[k] })
        for (g, w) in zip(got.map { $0[k] }, want) where !agree(g, w, k) {
          wrong.append("\(text) at \(points.map { $0[k] }): \(g) not \(w)")
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  /// At and near the corpus's points, where doubles themselves are good to 1e-10; elsewhere cancellation
  /// may have no limit, but what is undefined must be so in both.
  private func agree(_ got: Double, _ want: Double, _ shift: Int) -> Bool {
    if shift < 3 || shift == 6 { return near(got, want, 1e-10) }
    return got.isNaN == want.isNaN || !want.isFinite || !got.isFinite
  }

  @Test(arguments: levels)
  func placesDoNotDependOnTheirNeighbours(_ level: BlockProgram.Level) throws {
    let p = try Program(
      parsing: "exp(sin(x))*x^5 + log(x^2+1)*tanh(x) - if(x>1, x^1.5, cos(3x)/x)"
    ).gradient()
    let whole = run(p, [BlockProgramTests.numbers], level)
    for size in [1, 3, 8, 61] {
      let parts = run(p, [BlockProgramTests.numbers], level, size: size)
      for (a, b) in zip(whole.joined(), parts.joined()) {
        #expect(a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN))
      }
    }
  }

  @Test func uniformVariablesAreNumbers() throws {
    let p = try Program(parsing: "a*x^2 + sin(a)*exp(b) + b").gradient()
    let names = p.variables
    let values: [String: Double] = ["a": 1.25, "b": -0.5]
    let workspace = BlockProgram(p, uniform: names.map { values[$0] }).workspace()
    let x = names.firstIndex(of: "x") ?? 0
    for lane in 0..<8 { workspace.input(x)[lane] = Double(lane) }
    workspace.run(8)
    for lane in 0..<8 {
      let want = p.run(DoubleArithmetic(), at: names.map { values[$0] ?? Double(lane) })
      for (k, w) in want.enumerated() { #expect(near(workspace.output(k)[lane], w, 1e-15)) }
    }
  }

  /// What no step computes: variables, constants and repeated outputs.
  @Test func outputsMayBeInputs() throws {
    var b = ProgramBuilder(variables: ["x"])
    let x = b.variable("x")
    let c = b.constant(Rational(7))
    let square = b.multiply(x, x)
    let p = b.program(outputs: [x, square, c, square, x])
    let got = run(p, [[2, 3]], .best)
    #expect(got == [[2, 3], [4, 9], [7, 7], [4, 9], [2, 3]])
  }
}
