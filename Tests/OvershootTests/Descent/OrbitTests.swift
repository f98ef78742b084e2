// The one orbit in doubles: its states against the step in doubles, its tangent against multipliers that are
// known, its ends against runs whose end is known.
import Calculus
import Foundation
import Testing

@testable import Descent

/// The step of a declared method on a loss.
private func step(_ rule: String, on text: String) throws -> StepProgram {
  var p = try Parser(Lexer(Array(rule.utf8)))
  let method = Method(try MethodDeclaration(&p))
  return try StepProgram(method, on: Loss(name: "f", program: try Program(parsing: text)))
}

struct OrbitTests {
  private static let rules = [
    "gd: x = x - eta*g", "momentum(b=.5): v = b*v - eta*g, x = x + v",
    "nest(b=.5): v = b*v - eta*g(x+b*v), x = x + v",
    "rms(s0=1): s = .9*s + .1*g^2, x = x - eta*g/sqrt(s)",
    // What is kept is the old point: the outputs are variables themselves.
    "bold: x = x - eta*g + 0.1*(x - c), c = x",
    "slow: x = x - eta*g/(1+t)",
  ]

  /// The same states as the step program under the arithmetic of doubles, to the last bit.
  @Test(arguments: rules)
  func statesAreThoseOfTheStep(_ rule: String) throws {
    let step = try step(rule, on: "x^4/4 - x^2/2 + x*y + y^2")
    let a = DoubleArithmetic()
    let orbit = Orbit(step, eta: 0.3, from: [0.7, -0.4], kept: 64)
    let beside = Orbit(tangentTo: step, eta: 0.3, from: [0.7, -0.4])
    var state = step.start(a, at: [0.7, -0.4])
    for t in 0..<50 {
      let made = step.run(a, from: state, eta: 0.3, t: t)
      state = made.next
      #expect(orbit.step() && beside.step())
      #expect(orbit.x == state.x && orbit.state.all == state.all && orbit.t == t + 1)
      #expect(beside.state.all == state.all)
      #expect(orbit.value == made.value && orbit.slope == made.slopeSquared.squareRoot())
    }
    #expect(orbit.state(0) == state.all && orbit.recent(3).count == 4)
    #expect(orbit.recent(from: 49).map(\.t) == [49, 50])
  }

  /// The tangent grows as the multipliers say: of the heavy ball on x²/2 at β = ½, η = 0.1 they are complex of
  /// modulus √β; of gradient descent on x² it is |1 − 2η|.
  @Test func tangentsGrowLikeMultipliers() throws {
    for (rule, text, eta, modulus) in [
      (Self.rules[1], "x^2/2", 0.1, 0.5.squareRoot()), (Self.rules[0], "x^2", 1.2, 1.4),
      (Self.rules[0], "x^2", 0.2, 0.6),
    ] {
      let orbit = Orbit(tangentTo: try step(rule, on: text), eta: eta, from: [1e-3])
      for _ in 0..<900 { #expect(orbit.step()) }
      #expect(abs(orbit.errors.stretch / 900 - log(modulus)) < 2e-3, "\(rule)")
    }
  }

  /// The tangent of a step that is not linear against the difference of two orbits.
  @Test(arguments: rules)
  func tangentsAreDifferences(_ rule: String) throws {
    let step = try step(rule, on: "sin(2*x)*exp(y/3) + x^2/5 + y^2")
    let way = Orbit.direction(2).map { 1e-7 * $0 }
    let orbit = Orbit(tangentTo: step, eta: 0.2, from: [0.7, -0.4])
    let (low, high) = (
      Orbit(step, eta: 0.2, from: [0.7 - way[0], -0.4 - way[1]], kept: 1),
      Orbit(step, eta: 0.2, from: [0.7 + way[0], -0.4 + way[1]], kept: 1)
    )
    for _ in 0..<6 { #expect(orbit.step() && low.step() && high.step()) }
    let gap = zip(high.state.all, low.state.all).reduce(0) { $0 + pow(($1.0 - $1.1) / 2e-7, 2) }
    #expect(abs(orbit.errors.stretch - log(gap.squareRoot())) < 1e-5, "\(rule)")
  }

  /// A long run by any method goes in place and ends as one step by step would.
  @Test func longRunsEndAlike() throws {
    func run(_ rule: String, _ eta: String, _ steps: Int) throws -> Trajectory {
      let step = try step(rule, on: "(1-x)^2+100*(y-x^2)^2")
      return DescentPlan(
        step, eta: try Program(parsing: eta), start: [TypedNumber(.zero), TypedNumber(.zero)],
        steps: steps, doublesOnly: true
      ).run()
    }
    let rests = try run(Self.rules[1], "0.001", 100_000)
    #expect(rests.stop == .stalled || rests.stop == .landed)
    #expect(rests.rows.count == 16 && rests.rows.last?.t == rests.steps)
    let flies = try run(Self.rules[1], "0.1", 100_000)
    #expect(flies.stop == .overflow && flies.steps < 100)
  }
}
