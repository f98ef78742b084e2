// The test of a range against sequences whose truth is known: what stays, what drifts, what wanders by
// chance, what doubles can no longer tell.
import Calculus
import Testing

@testable import Descent

struct BoundednessTests {
  private static let steps = 200_000

  /// Judges a sequence of x beside y = the logistic map; C is their sum.
  private func judged(
    formula: String = "sin(x)+sin(y)", from start: Double = 0,
    _ next: (_ t: Int, _ x: Double, _ y: Double) -> Double
  ) throws -> Boundedness {
    let loss = Loss(name: "f", program: try Program(parsing: formula))
    var blocks = OrbitBlocks(variables: 2, steps: Self.steps)
    var (x, y) = (start, 0.3)
    for t in 0..<Self.steps {
      let (u, v) = (next(t, x, y), 3.99 * y * (1 - y))
      blocks.add([u, v], from: [x, y], value: v + 0.001 * u)
      (x, y) = (u, v)
    }
    return blocks.judged(of: loss, mixes: true)
  }

  @Test func whatStaysIsBounded() throws {
    #expect(try judged { _, x, y in 0.3 * x + y } == .bounded)
    // Of a narrow range, far out.
    #expect(try judged(from: 1e3) { _, _, y in 1e3 + 1e-3 * y } == .bounded)
  }

  /// A constant drift, the logarithm of the time, a walk by chance, one way with pauses.
  @Test func whatGoesIsNot() throws {
    func unbounded(_ b: Boundedness) -> Bool {
      if case .unbounded(0, _) = b { return true }
      return false
    }
    #expect(unbounded(try judged { _, x, _ in x + 1e-9 }))
    #expect(unbounded(try judged { t, x, _ in x + 1 / Double(t + 1) }))
    #expect(unbounded(try judged { _, x, y in x + (y > 0.5 ? 1 : -1) }))
    #expect(unbounded(try judged { t, x, y in x + (t % 1000 == 0 ? y : 0) }))
    #expect(unbounded(try judged { t, _, y in y + 2e-6 * Double(t) }))
  }

  @Test func roundingIsNoRest() throws {
    // A step of 1e-10 at 1 is a million spacings; at 10⁵ it is ten.
    #expect(try judged(from: 1e5) { _, _, y in 1e5 + 1e-10 * y } == .unbounded(0, .coarse))
    // At rest in doubles with a slope that nothing bends back.
    #expect(try judged(formula: "x*1e-20+sin(y)") { _, x, _ in x } == .unbounded(0, .coarse))
  }

  @Test func aSlopeOfOneSignIsSeen() throws {
    // It stays in the sequence, but no orbit of this loss can.
    #expect(try judged(formula: "x+sin(y)/2+atan(x)") { _, _, y in y } == .unbounded(0, .oneWay))
  }

  /// A pole in the range throws an orbit ever farther, as rarely as one waits.
  @Test func aPoleIsNoRange() throws {
    func swung(_ formula: String, _ share: Double = 2) throws -> Boundedness {
      try judged(formula: formula) { _, _, y in share * (y - 0.5) }
    }
    #expect(try swung("1/x^2+x^2+sin(y)") == .unbounded(0, .thrown))
    #expect(try swung("x*log(abs(x))+x^2+sin(y)") == .unbounded(0, .thrown))
    // A pole just beyond where it has been.
    #expect(try swung("1/(x-1.02)^2+x^2+sin(y)") == .unbounded(0, .thrown))
    // No pole: beside the range, or where only wide boxes cannot tell.
    #expect(try swung("1/(x-1.2)^2+x^2+sin(y)") == .bounded)
    #expect(try swung("1/(x^2-2*x+1.5)+x^2+sin(y)") == .bounded)
  }
}
