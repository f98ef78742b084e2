// Random numbers: the generator against the published blocks, the quantile against mpmath, each distribution
// against what it is called.
import Testing

@testable import Calculus

struct RandomTests {
  /// The known answers of Random123 1.14 (kat_vectors, threefry2x64, 20 rounds).
  @Test func blocksAreThosePublished() {
    let zero = RandomStream.threefry((0, 0), (0, 0))
    #expect(zero == (0xc2b6_e3a8_c2c6_9865, 0x6f81_ed42_f350_084d))
    let ones = RandomStream.threefry((.max, .max), (.max, .max))
    #expect(ones == (0xe02c_b7c4_d95d_277a, 0xd066_33d0_893b_8b68))
    let pi = RandomStream.threefry(
      (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344),
      (0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89))
    #expect(pi == (0x263c_7d30_bb0f_0af1, 0x56be_8361_d331_1526))
  }

  /// √2·erf⁻¹(2p − 1) by mpmath 1.3 with 40 digits; in the middle, in both tails and far out.
  @Test(arguments: [
    ("1/4", -0.6744897501960817432), ("0.925", 1.4395314709384559153),
    ("0.0749", -1.4402382675279636232), ("0.01", -2.3263478740408411009),
    ("0.00001", -4.2648907939228246285), ("1e-11", -6.7060231554951362873),
    ("1e-12", -7.0344838253011319298), ("0.999999", 4.7534243088228989482),
    ("0.6", 0.2533471031357997988), ("3e-17", -8.365225621581437386),
  ])
  func quantilesAreThoseOfMpmath(_ p: String, _ z: Double) throws {
    var parser = try Parser(Lexer(Array(p.utf8)))
    let program = try Environment().program(of: try parser.expression())
    let exact = try #require(program.run(CertifiedArithmetic(bits: 64), at: [])[0].rational)
    #expect(abs(NormalQuantile.value(exact) - z) <= 1e-15 * abs(z))
  }

  @Test func theMiddleIsZero() { #expect(NormalQuantile.value(.half) == 0) }

  private func draws(
    _ name: String, _ arguments: [Rational], _ shape: Shape, seed: UInt64 = 1,
    occurrence: UInt32 = 0
  ) throws -> [Rational] {
    let row = try #require(Distribution.named(name))
    return row.draw(arguments, shape, RandomStream(seed: seed, .start, occurrence: occurrence))
  }

  struct Moments: Sendable {
    var name: String
    var arguments: [Rational]
    var mean: Double
    var variance: Double
    /// The fourth moment less the square of the variance.
    var spread: Double
  }

  private static let moments: [Moments] = [
    Moments(
      name: "uniform", arguments: [Rational(-2), Rational(4)], mean: 1, variance: 3, spread: 7.2),
    Moments(
      name: "normal", arguments: [Rational(3), Rational(2)], mean: 3, variance: 4, spread: 32),
    // ±√0.02.
    Moments(
      name: "glorot", arguments: [.one], mean: 0, variance: 0.02 / 3, spread: 0.0004 * 4 / 45),
    Moments(name: "he", arguments: [.one], mean: 0, variance: 0.01, spread: 2e-4),
  ]

  /// Mean and variance of 20,000 numbers within five of their standard errors.
  @Test(arguments: moments)
  func numbersHaveTheirMoments(_ of: Moments) throws {
    let n = 20_000.0
    let (mean, variance, spread) = (of.mean, of.variance, of.spread)
    let x = try draws(of.name, of.arguments, Shape(200, 100)).map(\.nearestDouble)
    let m = x.reduce(0, +) / n
    let v = x.reduce(0) { $0 + ($1 - m) * ($1 - m) } / n
    #expect(abs(m - mean) < 5 * (variance / n).squareRoot(), "\(m)")
    // The standard error of a variance: √((fourth moment − variance²)/n).
    #expect(abs(v - variance) < 5 * (spread / n).squareRoot(), "\(v)")
    #expect(Set(x).count == x.count)
  }

  @Test func uniformNumbersStayInside() throws {
    let all = try draws("uniform", [Rational(-1), Rational(1)], Shape(1000, 1))
    #expect(all.allSatisfy { $0 > Rational(-1) && $0 < .one })
    #expect(all.map(\.nearestDouble).max()! > 0.99 && all.map(\.nearestDouble).min()! < -0.99)
  }

  /// Other seeds, calls and purposes draw other numbers; the same ones the same, whatever else is drawn.
  @Test func streamsAreApart() throws {
    let shape = Shape(50, 1)
    let first = try draws("normal", [.zero, .one], shape)
    #expect(first == (try draws("normal", [.zero, .one], shape)))
    for (seed, call) in [(2, 0), (1, 1), (1, 1 << 16)] {
      let other = try draws(
        "normal", [.zero, .one], shape, seed: UInt64(seed), occurrence: UInt32(call))
      #expect(Set(first).isDisjoint(with: other))
    }
    #expect(Array(try draws("normal", [.zero, .one], Shape(9, 1))) == Array(first.prefix(9)))
  }

  @Test(arguments: [Shape(7, 7), Shape(9, 4), Shape(3, 8), Shape(5, 1), .scalar])
  func orthogonalColumnsAreOrthogonal(_ shape: Shape) throws {
    let q = try draws("orthogonal", [.one], shape).map(\.nearestDouble)
    let isTall = shape.rows >= shape.columns
    let vectors = (0..<min(shape.rows, shape.columns)).map { k in
      (0..<max(shape.rows, shape.columns)).map { i in
        isTall ? q[i * shape.columns + k] : q[k * shape.columns + i]
      }
    }
    for (i, u) in vectors.enumerated() {
      for (j, v) in vectors.enumerated() {
        let product = zip(u, v).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-14)
      }
    }
  }
}
