// Numbers far out hold every value that the expression takes there: compared with enclosures at points
// from R to 10⁴⁰·R on both sides, for all values and for their strict signs.
import Calculus
import Descent
import Testing

struct FarArithmeticTests {
  private static let formulas = [
    "x^3 - x", "x^4/4 - 7*x^2 + x", "(x^2 + 1)/(x - 0.3)", "exp(-x)", "exp(x)/x", "1/(1 + exp(-x))",
    "log(cosh(x/100))", "tanh(x)*x", "sin(x)*x + x^2", "sqrt(1 + x^2)", "cbrt(x^3 + 1)",
    "abs(x)^3 - 2*x",
    "x*exp(-x^2)", "log(1 + x^2)", "max(x, 2 - x)", "hypot(x, 3)", "exp2(-x)", "if(x < 1, 5, 1/x)",
    "atan(x) - 1", "sinh(x/50) - x", "(1 + abs(x))^1.5", "expm1(x)", "0.9^x", "x^2/(1 + x^2) - 1",
  ]

  @Test(arguments: formulas)
  func everyValueIsHeld(_ formula: String) throws {
    let program = try Program(parsing: formula)
    let gradient = program.gradient()
    var compared = 0
    for exponent in [1, 4, 20] {
      let far = FarArithmetic(count: 1, exponent: exponent)
      let a = EnclosureArithmetic(bits: 256)
      for side in [-1, 1] {
        let all = gradient.run(far, at: [far.far(0, side: side)])
        for scale in [1.0, 1.37, 29, 1e3, 1e10, 1e40] {
          // Functions that overflow say nothing.
          let size = Double(sign: .plus, exponent: exponent, significand: scale)
          let x = a.constant(size * Double(side))
          for (number, value) in zip(all, gradient.run(a, at: [x])) where number.bound.isDefined {
            guard value.isDefined, value.rational != nil else { continue }
            let power = Rational(number.powers[0]) / Rational(FarArithmetic.unit)
            let y = a.constant(size)
            let growth = a.lift(.row(named: "pow"), y, a.constant(power))
            let share = a.divide(value, growth)
            let place = "\(formula) at \(side)·\(size): \(share.midpoint)"
            #expect(!share.isBelow(number.bound) && !number.bound.isBelow(share), "\(place)")
            if let s = number.sign, let t = value.sign { #expect(s == t, "\(place)") }
            compared += 1
          }
        }
      }
    }
    #expect(compared > 0, "\(formula): nothing was claimed far out")
  }

  /// The leading term decides, and what cancels is not claimed.
  @Test func leadingTermsDecide() throws {
    func slope(_ formula: String) throws -> FarNumber {
      let far = FarArithmetic(count: 1, exponent: 3)
      return try Program(parsing: formula).run(far, at: [far.far(0, side: 1)])[0]
    }
    #expect(try slope("x^3 - 5*x").sign == 1)
    #expect(try slope("x^3 - 9*x^2").sign == nil)
    #expect(try slope("exp(-x)").sign == 1)
    #expect(try slope("x - x^2").powers == [2 * FarArithmetic.unit])
    #expect(try slope("exp(x) - exp(x)").sign == nil)
  }
}
