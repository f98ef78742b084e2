// Balls in doubles: a middle and a radius, both doubles, so that large sums over data have digits that are certain
// at some nanoseconds an operation (van der Hoeven, Ball arithmetic, 2009; Johansson, Arb, 2017, section 2).

/// All numbers within `radius` of `middle`.
///
/// A middle that is no number says that there is no value; an infinite radius that nothing is known, not even
/// whether there is one.
package struct Ball: Sendable {
  /// The middle.
  package var middle: Double
  /// How far from it a number may be.
  package var radius: Double

  /// A number, or a ball about it.
  @inline(__always)
  package init(_ middle: Double, _ radius: Double = 0) {
    self.middle = middle
    self.radius = radius
  }

  static let unknown = Ball(0, .infinity)
  static let undefined = Ball(.nan, .infinity)

  /// The set as an enclosure of so many bits.
  package func enclosure(_ a: EnclosureArithmetic) -> Enclosure {
    if middle.isNaN { return a.undefined }
    guard let m = Rational(middle), let r = Rational(radius) else { return a.anything(.trv) }
    return a.hull(a.constant(m - r), a.constant(m + r))
  }

  /// What contains an enclosure.
  package init(around e: Enclosure) {
    guard e.decoration > .ill else {
      self = .undefined
      return
    }
    let (l, u) = (e.lowerDouble, e.upperDouble)
    let m = l / 2 + u / 2
    guard e.isDefined, m.isFinite else {
      self = .unknown
      return
    }
    // Both differences are rounded once: 2⁻⁵³ of them each.
    self.init(m, l == u ? 0 : max(u - m, m - l) * (1 + 4 * Ball.unit) + Ball.least)
  }

  /// Half a unit in the last place of 1, 2⁻⁵³: what rounding makes of a result, at most, as a share of it.
  static let unit = 0x1p-53
  /// More than rounding makes of some results that are no normal doubles.
  static let least = 0x1p-1070
  /// What computing a radius of up to eight roundings in doubles may lose, given back.
  static let outward = 1 + 16 * unit
}

/// Arithmetic of balls.
///
/// Each radius is that of the operands carried over (van der Hoeven, section 3), half a unit in the last place of
/// the middle, and what its own rounding may lose. Functions go through enclosures of 64 bits but for those with a
/// proof of their own (`BallFunctions`).
package struct BallArithmetic: Arithmetic {
  package typealias Number = Ball
  private let enclosures = EnclosureArithmetic(bits: 64)

  package init() {}

  package static var sharesTies: Bool { false }

  @inline(__always)
  private func made(_ middle: Double, _ radius: Double) -> Ball {
    let outer = radius * Ball.outward + Ball.least
    if middle.isFinite, outer < .infinity { return Ball(middle, outer) }
    return middle.isNaN ? .undefined : .unknown
  }

  package func constant(_ value: Rational) -> Ball {
    let d = value.nearestDouble
    guard d.isFinite else { return .unknown }
    return Rational(d) == value ? Ball(d) : Ball(d, abs(d) * Ball.unit + Ball.least)
  }

  @inline(__always)
  package func datum(_ column: Column, _ row: Int) -> Ball {
    let d = column.numbers[row]
    return Ball(d, column.radius(of: d))
  }

  @inline(__always)
  package func add(_ a: Ball, _ b: Ball) -> Ball {
    let s = a.middle + b.middle
    if a.radius == 0, b.radius == 0, a.middle == 0 || b.middle == 0 { return Ball(s) }
    return made(s, a.radius + b.radius + abs(s) * Ball.unit)
  }

  @inline(__always)
  package func subtract(_ a: Ball, _ b: Ball) -> Ball { add(a, negate(b)) }

  @inline(__always)
  package func multiply(_ a: Ball, _ b: Ball) -> Ball {
    let p = a.middle * b.middle
    if a.radius == 0, b.radius == 0, a.middle == 0 || b.middle == 0 || abs(b.middle) == 1 {
      return p.isNaN ? .undefined : Ball(p)
    }
    return made(
      p,
      abs(a.middle) * b.radius + abs(b.middle) * a.radius + a.radius * b.radius
        + abs(p) * Ball.unit)
  }

  @inline(__always)
  package func divide(_ a: Ball, _ b: Ball) -> Ball {
    if a.middle.isNaN || b.middle.isNaN || b.middle == 0 && b.radius == 0 { return .undefined }
    let least = (abs(b.middle) - b.radius) * (1 - 4 * Ball.unit)
    guard least > 0 else { return .unknown }
    let q = a.middle / b.middle
    return made(
      q,
      (a.radius + abs(q) * (1 + 4 * Ball.unit) * b.radius + Ball.least) / least
        + abs(q) * Ball.unit)
  }

  package func negate(_ a: Ball) -> Ball { Ball(-a.middle, a.radius) }

  package func power(_ a: Ball, _ n: Int) -> Ball {
    if n == 0 { return a.middle.isNaN ? .undefined : a.radius == .infinity ? .unknown : Ball(1) }
    if n < 0 { return divide(Ball(1), power(a, -n)) }
    var (out, base, rest) = (Ball?.none, a, n)
    while true {
      if rest & 1 == 1 { out = out.map { multiply($0, base) } ?? base }
      rest >>= 1
      if rest == 0 { return out ?? a }
      base = multiply(base, base)
    }
  }

  package func lift(_ f: ElementaryFunction, _ a: Ball, _ b: Ball) -> Ball {
    if f == .magnitude { return Ball(abs(a.middle), a.radius) }
    if f == .squareRoot, a.middle > a.radius { return root(a) }
    if f.chooses { return chosen(f, a, b) }
    if let own = BallFunctions.table[f.index], a.radius < .infinity, !a.middle.isNaN,
      let made = own(a)
    {
      return made
    }
    let e = enclosures
    return Ball(around: e.lift(f, a.enclosure(e), f.arity == 2 ? b.enclosure(e) : a.enclosure(e)))
  }

  /// √ at both ends, each rounded outward.
  private func root(_ a: Ball) -> Ball {
    let l = ((a.middle - a.radius) * (1 - 4 * Ball.unit)).squareRoot() * (1 - 4 * Ball.unit)
    let u = ((a.middle + a.radius) * Ball.outward).squareRoot() * Ball.outward
    let m = a.middle.squareRoot()
    return made(m, max(u - m, m - l))
  }

  /// The larger or the smaller of two; where that is not decided their hull.
  private func chosen(_ f: ElementaryFunction, _ a: Ball, _ b: Ball) -> Ball {
    let d = subtract(a, b)
    if d.middle.isNaN { return .undefined }
    if abs(d.middle) > d.radius || d.radius == 0 {
      return (d.middle > 0) == (f == .maximum) ? a : b
    }
    return select(Ball(0.5, 0.5), a, b)
  }

  package func lift(
    _ f: ElementaryFunction, _ a: Ball, _ b: Ball, ties: (Ball, Ball)
  ) -> Ball { lift(f, a, b) }

  package func compare(_ c: Comparison, _ a: Ball, _ b: Ball) -> Ball {
    if a.middle.isNaN || b.middle.isNaN { return .undefined }
    if a.radius == .infinity || b.radius == .infinity { return .unknown }
    let d = subtract(a, b)
    if a.radius == 0, b.radius == 0 {
      return Ball(c.holds(a.middle < b.middle ? -1 : a.middle > b.middle ? 1 : 0) ? 1 : 0)
    }
    guard abs(d.middle) <= d.radius else { return Ball(c.holds(d.middle < 0 ? -1 : 1) ? 1 : 0) }
    return Ball(0.5, 0.5)
  }

  package func select(_ condition: Ball, _ a: Ball, _ b: Ball) -> Ball {
    if condition.middle.isNaN { return .undefined }
    if condition.radius == 0 { return condition.middle != 0 ? a : b }
    if abs(condition.middle) > condition.radius { return a }
    guard a.middle.isFinite, b.middle.isFinite else { return .unknown }
    let m = a.middle / 2 + b.middle / 2
    return made(
      m, max(abs(a.middle - m) + a.radius, abs(b.middle - m) + b.radius) + abs(m) * Ball.unit)
  }

  package func isZero(_ a: Ball) -> Bool { a.middle == 0 && a.radius == 0 }
}

extension Column {
  /// How far what a double of it stands for may be from it.
  @inline(__always)
  func radius(of d: Double) -> Double {
    meaning == .binary || abs(d) < 0x1p53 && d == d.rounded()
      ? 0 : abs(d) * Ball.unit + Ball.least
  }
}
