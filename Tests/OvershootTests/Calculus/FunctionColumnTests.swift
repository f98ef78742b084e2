// Columns of the function table that proofs read: each is checked against values, by MPFR.
import Testing

@testable import Calculus

struct FunctionColumnTests {
  private let a = EnclosureArithmetic(bits: 128)
  private let points = [-40, -7, -4, -3, -2, -1, 0, 1, 2, 3, 4, 7, 40].map {
    Rational($0) / Rational(4)
  }

  private func values(_ f: ElementaryFunction) -> [Enclosure] {
    points.flatMap { x in
      (f.arity == 1 ? [Rational.zero] : points).map {
        a.lift(f, a.constant(x), a.constant($0))
      }
    }.filter(\.isDefined)
  }

  /// Above 0 at every point where it is said to be, and not at some point where it is not.
  @Test func positiveIsWhatIsAboveZero() {
    for f in ElementaryFunction.table {
      let isAbove = values(f).allSatisfy { $0.lowerDouble > 0 }
      // √x, cosh⁻¹ and the like are 0 or undefined somewhere; the rest has both signs.
      #expect(f.isPositive == isAbove, "\(f.name)")
    }
  }

  /// Swapped arguments have the same value everywhere where they are said to have, and not elsewhere.
  @Test func symmetricIsWhatMayBeSwapped() {
    for f in ElementaryFunction.table where f.arity == 2 {
      let isSame = points.allSatisfy { x in
        points.allSatisfy { y in
          let (u, v) = (a.constant(x), a.constant(y))
          return a.lift(f, u, v).midpoint.bitPattern == a.lift(f, v, u).midpoint.bitPattern
        }
      }
      #expect(f.isSymmetric == isSame, "\(f.name)")
    }
  }

  /// A value everywhere where it is said to have one, and a place without one elsewhere.
  @Test func totalIsWhatHasAValueEverywhere() {
    let all = a.anything(.dac)
    for f in ElementaryFunction.table {
      let anywhere = a.lift(f, all, all)
      #expect(f.isTotal == (anywhere.decoration >= .def), "\(f.name)")
    }
  }

  /// The same 2π further on where it is said to repeat, and something else where it is not.
  @Test func periodicIsWhatRepeats() {
    let turn = a.multiply(
      a.constant(Rational(8)), a.lift(.row(named: "atan"), a.constant(.one), a.constant(.one)))
    for f in ElementaryFunction.table where f.arity == 1 {
      let pairs = points.map { x in
        (
          a.lift(f, a.constant(x), a.constant(x)),
          a.lift(f, a.add(a.constant(x), turn), a.constant(x))
        )
      }.filter { $0.0.isDefined && $0.1.isDefined }
      let repeats = !pairs.isEmpty && pairs.allSatisfy { !$0.0.isDisjoint(from: $0.1) }
      #expect(f.isPeriodic == repeats, "\(f.name)")
    }
  }

  /// Of equal arguments min and max are that argument.
  @Test func whatChoosesIsAnArgument() {
    for f in ElementaryFunction.table where f.arity == 2 {
      let isArgument = points.allSatisfy { f.exact($0, $0) == $0 }
      #expect(f.chooses == isArgument, "\(f.name)")
    }
  }
}
