// Sets from which no orbit of descent comes back: each step leads into the set again and farther out.
// What they are and what lies in them; `NoReturn+Side` and `NoReturn+Several` find them.
import Calculus

/// An escape set with what happens on it.
///
/// Each step of the method from a point of the set leads into the set again and farther out; found by
/// `FarArithmetic`, over all points at once.
package struct NoReturn: Sendable {
  /// Which points belong to it.
  enum Shape: Sendable {
    /// σxᵢ ≥ R for the sides named, and |xⱼ| ≤ κⱼ|xᵢ|^pⱼ for the others (p in twelfths).
    case cone(variable: Int, sides: [Int], widths: [Double], powers: [Int])
    /// Every |xᵢ| ≥ R.
    case allFar
    /// ‖x‖ ≥ R.
    case ball
    /// σx ≥ R, and with a memory σv ≥ 0.
    case outward(side: Int)
  }
  /// What becomes of x and the loss on it.
  package enum Flight: Sendable {
    /// ‖x‖ grows at least geometrically.
    case grows
    /// x creeps outward; the loss falls without limit, or to a finite infimum.
    case falls, runsOff
  }
  /// What every step does on the set.
  package enum Law: Sendable {
    /// Each |xᵢ| grows by a factor.
    case eachGrows
    /// ‖x‖ is multiplied by more than `leastGrowth`.
    case normGrows
    /// |x| of this variable grows by a factor and outgrows the rest.
    case outgrows(variable: String)
    /// |x| grows by at least this factor: on one side, or on both.
    case grows(variable: String, by: Double, side: Int?)
    /// The slope is never 0, and x goes farther out on this side.
    case outward(variable: String, side: Int)
  }
  var shape: Shape
  /// What becomes of x and the loss.
  package var flight: Flight
  /// log₂ of R.
  package var exponent: Int
  /// Whether each step changes the side, where that is certain.
  var alternates: Bool?
  /// What every step does.
  package var law: Law
  /// Whether the coordinates are, instead of (x, v), x and the point before, x − v.
  var usesPointBefore = false

  /// R as tried: near first, then so far that it is rarely of use.
  static let exponents = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]

  /// Whether a box lies in the set.
  func holds(_ a: EnclosureArithmetic, _ box: [Enclosure]) -> Bool {
    let least = a.power(a.constant(Rational(2)), exponent)
    func isFar(_ x: Enclosure) -> Bool { (a.subtract(x, least).sign ?? -1) >= 0 }
    let box = usesPointBefore ? NoReturn.withPointBefore(a, box) : box
    switch shape {
    case .outward(let side):
      let n = box.count / 2
      return box[0].sign == side && isFar(a.magnitude(box[0]))
        && box[n...].allSatisfy { (a.multiply($0, a.constant(Rational(side))).sign ?? -1) >= 0 }
    case .allFar: return box.allSatisfy { isFar(a.magnitude($0)) }
    case .ball:
      let s = squaredNorm(a, box.map(a.magnitude))
      return (a.subtract(s, a.power(least, 2)).sign ?? -1) >= 0
    case .cone(let i, let sides, let widths, let powers):
      guard let s = box[i].sign, s != 0, sides.contains(s), isFar(a.magnitude(box[i])) else {
        return false
      }
      return box.indices.allSatisfy { j in
        if j == i { return true }
        let room = a.multiply(
          a.constant(widths[j]), NoReturn.root(a, a.magnitude(box[i]), powers[j]))
        return (a.subtract(room, a.magnitude(box[j])).sign ?? -1) >= 0
      }
    }
  }

  /// (x, v) as (x, x − v), and back.
  static func withPointBefore<A: Arithmetic>(_ a: A, _ z: [A.Number]) -> [A.Number] {
    let n = z.count / 2
    return (0..<n).map { z[$0] } + (0..<n).map { a.subtract(z[$0], z[n + $0]) }
  }

  /// The least factor by which ‖x‖ grows on a ball's outside.
  package static let leastGrowth = 1.01

  /// Whether it is a side of one variable.
  func isOf(_ side: Int) -> Bool {
    if case .cone(_, let sides, _, _) = shape { return sides == [side] }
    return false
  }

  /// x^(p/12) of a positive enclosure.
  static func root(_ a: EnclosureArithmetic, _ x: Enclosure, _ p: Int) -> Enclosure {
    if p == 0 { return a.constant(.one) }
    if p == FarArithmetic.unit { return x }
    return a.lift(.power, x, a.constant(Rational(p) / Rational(FarArithmetic.unit)))
  }
}
