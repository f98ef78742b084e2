// A constant rate: a rational number, or a program without variables, such as √2/2, that every precision
// evaluates anew. Nothing rounds it on the way.
import Calculus

/// The η of a method that keeps it.
package struct Rate: Sendable {
  /// The value where it is a rational number.
  package let rational: Rational?
  /// −1, 0 or 1, which is known.
  package let sign: Int
  package let nearestDouble: Double
  private let program: Program

  package init(_ value: Rational) {
    rational = value
    sign = value.sign
    nearestDouble = value.nearestDouble
    var b = ProgramBuilder()
    let r = b.constant(value)
    program = b.program(outputs: [r])
  }

  /// The value of a program without variables; nil where it is undefined or no precision tells its sign.
  init?(_ program: Program) {
    var bits = 64
    while bits <= DescentPlan.mostBits {
      let v = program.run(CertifiedArithmetic(bits: bits), at: [])[0]
      if v.isDefined, let sign = v.sign, let d = v.nearestDouble {
        (self.program, self.sign, rational, nearestDouble) = (program, sign, v.rational, d)
        return
      }
      bits *= 4
    }
    return nil
  }

  package var isZero: Bool { sign == 0 }

  /// The value under an arithmetic.
  package func number<A: Arithmetic>(_ a: A) -> A.Number {
    rational.map(a.constant) ?? program.run(a, at: [])[0]
  }
}

extension DescentPlan {
  /// The rate where it is the same at every step; nil for a schedule, and where its sign is not known.
  package var constantRate: Rate? { isSchedule ? nil : Rate(eta.with(variables: [])) }

  /// The rate of one step; nil where its sign is not known.
  func rate(of t: Int) -> Rate? {
    var b = ProgramBuilder()
    let step = b.constant(Rational(t))
    let value = b.inline(eta, eta.variables.map { _ in step })
    return Rate(b.program(outputs: value))
  }
}

extension Program {
  /// The same code, which reads none of its variables.
  fileprivate func with(variables: [String]) -> Program {
    Program(
      layout: Layout(variables.map { Variable($0) }), constants: constants,
      instructions: instructions, origins: origins, outputs: outputs)
  }
}
