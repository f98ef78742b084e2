// A number as it was typed: nothing is rounded and called exact.
import Calculus

/// A rational, or a program without variables (or in the step number alone) that every arithmetic
/// evaluates anew.
package struct TypedNumber: Sendable {
  /// The number where it is known to be rational.
  package let rational: Rational?
  private let program: Program?
  private let step: Int

  package init(_ value: Rational) {
    rational = value
    program = nil
    step = 0
  }

  /// - Parameter step: the value of the program's variables, if it has any.
  package init(_ program: Program, at step: Int = 0) {
    let inputs = program.variables.map { _ in Certified.exact(Rational(step)) }
    rational = program.run(CertifiedArithmetic(bits: 128), at: inputs)[0].rational
    self.program = rational == nil ? program : nil
    self.step = step
  }

  /// The number under an arithmetic.
  package func value<A: Arithmetic>(_ a: A) -> A.Number {
    guard let program else { return a.constant(rational ?? .zero) }
    return program.run(a, at: program.variables.map { _ in a.constant(Rational(step)) })[0]
  }

  /// The nearest double, or one next to it where 256 bits do not tell which; 0 where they do not tell
  /// it from 0, for a middle there is nothing but its error; NaN where there is no number.
  package var nearestDouble: Double {
    if let rational { return rational.nearestDouble }
    let v = value(CertifiedArithmetic(bits: 256))
    return v.isDefined && v.sign == nil ? 0 : v.estimate ?? .nan
  }

  /// The number in a program under construction.
  func register(in b: inout ProgramBuilder) -> Register {
    guard let program else { return b.constant(rational ?? .zero) }
    let inputs = program.variables.map { _ in b.constant(Rational(step)) }
    return b.inline(program, inputs)[0]
  }
}

extension [TypedNumber] {
  /// All of them, where all are known to be rational.
  package var rationals: [Rational]? {
    let all = compactMap(\.rational)
    return all.count == count ? all : nil
  }

  /// The numbers under an arithmetic.
  package func values<A: Arithmetic>(_ a: A) -> [A.Number] { map { $0.value(a) } }

  /// The numbers as doubles.
  package var doubles: [Double] { map(\.nearestDouble) }
}
