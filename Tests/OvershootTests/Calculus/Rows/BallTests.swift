// Balls hold the true result of every operation, compared with enclosures of 300 bits at random operands, also of
// sizes at the ends of the doubles.
import Testing

@testable import Calculus

struct BallTests {
  /// Operands about which balls are drawn: ordinary, tiny, huge, whole.
  private func ball(_ s: RandomStream, _ k: UInt64) -> Ball {
    let bits = s.bits(k)
    let unit = s.unit(k + 1).nearestDouble * 4 - 2
    let scales = [1, 1, 1e-3, 1e150, 1e-160, 0x1p-1060, 1e300]
    let middle = unit * scales[Int(bits % 7)]
    let radii = [0, 0, 1e-16, 1e-9, 0.1]
    return Ball(bits % 11 == 0 ? unit.rounded() : middle, abs(middle) * radii[Int(bits / 7 % 5)])
  }

  /// A point of a ball, its ends among them.
  private func point(_ b: Ball, _ s: RandomStream, _ k: UInt64) -> Rational {
    let m = Rational(b.middle) ?? .zero
    let r = Rational(b.radius) ?? .zero
    return switch s.bits(k) % 4 {
    case 0: m - r
    case 1: m + r
    case 2: m
    default: m + r * (s.unit(k) * Rational(2) - .one)
    }
  }

  private func holds(_ b: Ball, _ x: Enclosure) -> Bool {
    guard b.radius < .infinity, !b.middle.isNaN else { return true }
    guard x.isDefined else { return false }
    let e = EnclosureArithmetic(bits: 300)
    let m = e.constant(Rational(b.middle) ?? .zero)
    let gap = e.lift(.magnitude, e.subtract(x, m), m)
    return e.subtract(gap, e.constant(Rational(b.radius) ?? .zero)).boundSign != 1
  }

  @Test(arguments: 0..<4) func operationsHoldTheTruth(_ seed: Int) {
    let (a, e) = (BallArithmetic(), EnclosureArithmetic(bits: 300))
    let s = RandomStream(seed: UInt64(seed), .start, occurrence: 9)
    var known = 0
    for n in 0..<3000 {
      let k = UInt64(n * 10)
      let (u, v) = (ball(s, k), ball(s, k + 2))
      let (x, y) = (e.constant(point(u, s, k + 4)), e.constant(point(v, s, k + 5)))
      let results: [(Ball, Enclosure)] = [
        (a.add(u, v), e.add(x, y)), (a.subtract(u, v), e.subtract(x, y)),
        (a.multiply(u, v), e.multiply(x, y)), (a.divide(u, v), e.divide(x, y)),
        (a.power(u, 3), e.power(x, 3)), (a.power(u, 2), e.power(x, 2)),
        (a.power(u, -1), e.power(x, -1)), (a.negate(u), e.negate(x)),
      ]
      for (k, r) in results.enumerated() {
        #expect(holds(r.0, r.1), "operation \(k) of \(u), \(v) is \(r.0)")
        if r.0.radius < .infinity { known += 1 }
      }
      for name in ["exp", "log", "sqrt", "tanh", "abs", "max", "sin"] {
        let f = ElementaryFunction.row(named: name)
        let made = a.lift(f, u, v)
        let truth = e.lift(f, x, f.arity == 2 ? y : x)
        if truth.isDefined { #expect(holds(made, truth), "\(name) of \(u), \(v) is \(made)") }
      }
    }
    #expect(known > 12_000)
  }

  /// The functions with a proof of their own, over their range, as points: within the units that are proved.
  @Test func functionsAreWithinTheirBounds() {
    let (a, e) = (BallArithmetic(), EnclosureArithmetic(bits: 200))
    let s = RandomStream(seed: 11, .start, occurrence: 3)
    let units: [(String, Double)] = [
      ("exp", 8), ("cosh", 16), ("log", 12), ("log1p", 16), ("expm1", 32), ("softplus", 32),
      ("logsigmoid", 32), ("tanh", 40),
    ]
    for (name, bound) in units {
      let f = ElementaryFunction.row(named: name)
      #expect(BallFunctions.table[f.index] != nil)
      for n in 0..<6000 {
        let u = s.unit(UInt64(clamping: n)).nearestDouble
        let scale = [1, 0.01, 1e-9, 30, 340, 1e-200][n % 6]
        var x = (2 * u - 1) * scale
        if name == "log" { x = n % 2 == 0 ? abs(x) : 1 + x / max(scale, 1) * 0.4 }
        if name == "log1p" { x = x < -0.99 ? -x : x }
        guard let made = BallFunctions.table[f.index]?(Ball(x)) else { continue }
        let exact = e.lift(f, e.constant(Rational(x) ?? .zero), e.constant(.zero))
        #expect(holds(made, exact), "\(name) \(x): \(made)")
        #expect(made.radius <= abs(made.middle) * (bound + 1) * Ball.unit + 2 * Ball.least)
        // And as balls: at both ends and inside.
        let wide = Ball(x, abs(x) * [1e-15, 1e-6, 0.01][n % 3])
        let there = e.constant(point(wide, s, UInt64(clamping: n + 50_000)))
        let truth = e.lift(f, there, there)
        if truth.isDefined { #expect(holds(a.lift(f, wide, wide), truth), "\(name) of \(wide)") }
      }
    }
  }

  @Test func whatIsUndefinedIsNoBall() {
    let a = BallArithmetic()
    #expect(a.divide(Ball(1), Ball(0)).middle.isNaN)
    #expect(a.divide(Ball(1), Ball(0, 1)).radius == .infinity)
    #expect(a.lift(.row(named: "log"), Ball(-1), Ball(0)).middle.isNaN)
    #expect(a.multiply(Ball(0), a.divide(Ball(1), Ball(0, 1))).radius == .infinity)
    #expect(a.select(Ball(0), a.divide(Ball(1), Ball(0)), Ball(3)).middle == 3)
    #expect(a.compare(.less, Ball(1, 0.1), Ball(1.05)).radius == 0.5)
    #expect(a.multiply(Ball(1e200), Ball(1e200)).radius == .infinity)
  }
}
