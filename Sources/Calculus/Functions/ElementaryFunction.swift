// The rule is a row. An elementary function of one or two arguments is one row of one table; the
// parser, help, completion, every arithmetic, every derivative, printing and the tests read it.
import CMPFR
import Glibc

/// One row of the function table.
package struct ElementaryFunction: Sendable {
  /// A correctly rounded MPFR function of one argument.
  package typealias Real =
    @Sendable (
      UnsafeMutablePointer<__mpfr_struct>?, UnsafePointer<__mpfr_struct>?, mpfr_rnd_t
    ) -> Int32

  /// How an enclosure of the values over an interval follows from correctly rounded values.
  package enum Variation: Sendable {
    case increasing(Real)
    case decreasing(Real)
    /// Even, and increasing for x > 0.
    case even(Real)
    /// A sine or a cosine with its slope, `sign` × the second function: monotone between extremes
    /// of −1 and 1 that are π apart.
    case wave(Real, slope: Real, sign: Int)
    /// Its own rule, in `Enclosure+Functions.swift`.
    case special(Special)
  }

  /// The value in doubles as a C function, which is called without counting references.
  package enum Native: Sendable {
    case unary(@convention(c) (Double) -> Double)
    case binary(@convention(c) (Double, Double) -> Double)
  }

  /// A function whose enclosure follows a rule of its own.
  package enum Special: Sendable { case tan, min, max, atan2, hypot, pow }

  /// What it does far out, where that is known beyond its enclosure.
  package enum Growth: Sendable {
    case unknown
    /// |x|.
    case magnitude
    /// The n-th root.
    case root(Int)
    /// eˣ, 2ˣ, and eˣ less 1.
    case exponential, exponentialOfBase2, exponentialLess1
    /// exp|x|/2, odd or even.
    case hyperbolic(isEven: Bool)
    /// log x, and log(1 + x).
    case logarithm, logarithmOf1Plus
    /// f(sx, sy) = s·f(x, y) for s > 0.
    case homogeneous
    /// x to the power y.
    case power
  }

  /// How it is written in LaTeX.
  package enum LaTeX: Sendable, ExpressibleByStringLiteral {
    /// A name before parentheses.
    case called(String)
    /// What stands before and behind the argument.
    case around(String, String)
    /// The first argument with the second above it.
    case superscript

    /// A name before parentheses.
    package init(stringLiteral name: String) { self = .called(name) }
  }

  /// Where a function is defined on the reals (of its first argument).
  package enum Domain: Sendable {
    case all, positive, nonNegative
    case aboveMinusOne, atLeastOne, closedUnit, openUnit
  }

  /// What an enclosure takes, in those of exp, and 1 where that is below 3: measured with MPFR at 96 to 512
  /// bits and arguments from 0.7 to 3.
  package enum Effort: Sendable, ExpressibleByIntegerLiteral {
    case times(Int)
    /// So many at 128 bits, and more by a power of the bits: a series whose terms are as many as the bits
    /// where the argument is near √bits. There erf takes 6 ms at 1,024 bits and 2.6 s at 16,384, erfc, which
    /// needs twice the bits, 28 ms at 1,024, 0.7 to 2 s at 4,096 and 14 to 51 s at 16,384 (MPFR 4.2).
    case series(Int, growth: Double)

    /// So many times an exp, at any precision.
    package init(integerLiteral value: Int) { self = .times(value) }

    /// At a precision.
    package func inExps(bits: Int) -> Double {
      switch self {
      case .times(let n): Double(n)
      case .series(let n, let growth): Double(n) * pow(max(1, Double(bits) / 128), growth)
      }
    }
  }

  /// Where the slope jumps, or the value: at 0, at a tie, at each integer, at the origin, or across the
  /// half-line on which the first argument is 0 and the second negative.
  package enum Kink: Sendable { case none, zero, equalArguments, integers, originOnly, cut }

  package let name: String
  package let arity: Int
  package let summary: String
  package let native: Native
  /// The derivative by each argument in overshoot's own notation; `x`, `y` are the arguments, `f` is
  /// the value and `t` this argument's share on a tie (`Ties.swift`).
  ///
  /// Written so that it does not cancel.
  package let slopes: [String]
  package let domain: Domain
  package let kink: Kink
  /// Whether the value itself jumps at the kink: the slope is 0 on both sides of it.
  package var jumps: Bool { kink != .none && slopes == ["0*x"] }
  /// The function defined on all reals that this one undoes, by its place: log(exp x) is x for every x.
  package var undoes: UInt8? { ElementaryFunction.undone[index] }
  private static let undone: [UInt8: UInt8] = Dictionary(
    uniqueKeysWithValues: [
      ("log", "exp"), ("log2", "exp2"), ("log1p", "expm1"), ("atanh", "tanh"), ("asinh", "sinh"),
      ("sinh", "asinh"), ("tan", "atan"),
    ].map { (named: (String, String)) in
      (ElementaryFunction.row(named: named.0).index, ElementaryFunction.row(named: named.1).index)
    })

  package let variation: Variation
  /// Its own rule of enclosure, if it has one.
  package var special: Special? {
    if case .special(let s) = variation { s } else { nil }
  }
  /// Whether it has a value wherever its arguments have one.
  package var isTotal: Bool {
    switch special {
    case .tan?, .pow?, .atan2?: false
    case .min?, .max?, .hypot?, nil: domain == .all
    }
  }
  /// Whether every value is above 0.
  package let isPositive: Bool
  /// Whether its values repeat every 2π, or more often.
  package var isPeriodic: Bool {
    if case .wave = variation { return true }
    return special == .tan
  }
  /// Whether it is one of its arguments, the same where they are equal.
  package var chooses: Bool { special == .min || special == .max }
  /// Whether its two arguments may be swapped, ties included.
  package var isSymmetric: Bool { chooses || special == .hypot }
  /// What it does far out, for values over all x ≥ R.
  package let growth: Growth
  /// How it is written in LaTeX.
  package let latex: LaTeX
  /// The exact value where it is rational and cheaply known.
  package let exact: @Sendable (Rational, Rational) -> Rational?
  /// What an enclosure of it takes.
  package let effort: Effort
  /// The value over x by other functions, where no library has it for vectors.
  let composedText: String?
  /// Its place in the table.
  package let index: UInt8

  /// The row of a name; nil where there is none.
  package static func named(_ name: String) -> ElementaryFunction? { byName[name] }
  private static let byName: [String: ElementaryFunction] = Dictionary(
    uniqueKeysWithValues: table.map { ($0.name, $0) })
}

extension ElementaryFunction.Domain {
  /// Its ends: where, whether the end itself is outside, and on which side (±1) the domain lies.
  var edges: [(at: Int, isOpen: Bool, side: Int)] {
    switch self {
    case .all: []
    case .positive: [(0, true, 1)]
    case .nonNegative: [(0, false, 1)]
    case .aboveMinusOne: [(-1, true, 1)]
    case .atLeastOne: [(1, false, 1)]
    case .closedUnit: [(-1, false, 1), (1, false, -1)]
    case .openUnit: [(-1, true, 1), (1, true, -1)]
    }
  }
  /// The text of the condition on an argument written as `x`.
  package func condition(_ x: String) -> String {
    switch self {
    case .all: ""
    case .positive: "\(x) > 0"
    case .nonNegative: "\(x) ≥ 0"
    case .aboveMinusOne: "\(x) > -1"
    case .atLeastOne: "\(x) ≥ 1"
    case .closedUnit: "-1 ≤ \(x) ≤ 1"
    case .openUnit: "-1 < \(x) < 1"
    }
  }
}

extension ElementaryFunction: Equatable {
  /// Whether it is the same row.
  package static func == (a: ElementaryFunction, b: ElementaryFunction) -> Bool {
    a.index == b.index
  }
}
