// How a number becomes a place on an axis. The symmetric logarithm is sgn(v)·log10(1 + |v|/c)
// (J. B. W. Webber, "A bi-symmetric log transformation", Meas. Sci. Technol. 24, 2013): straight
// near 0, logarithmic far from it, without a seam.

import Glibc

/// How numbers stand along an axis.
package enum Scale: Sendable, Equatable {
  case linear
  /// Only positive numbers have a place.
  case log10
  /// Logarithmic on both sides of 0, linear where |v| is below the given number, which is positive.
  case symlog(Double)

  /// The number on a linear axis; NaN where the scale has no place for it.
  func transformed(_ v: Double) -> Double {
    switch self {
    case .linear: v
    case .log10: v > 0 ? Glibc.log10(v) : .nan
    case .symlog(let c): (v < 0 ? -1 : 1) * Scale.logarithm(abs(v), c)
    }
  }

  func restored(_ t: Double) -> Double {
    switch self {
    case .linear: t
    case .log10: pow(10, t)
    case .symlog(let c): (t < 0 ? -1 : 1) * Scale.power(abs(t), c)
    }
  }

  /// log₁₀(1 + v/c) without overflow or cancellation.
  private static func logarithm(_ v: Double, _ c: Double) -> Double {
    v / c > 1e16 ? Glibc.log10(v) - Glibc.log10(c) : log1p(v / c) / M_LN10
  }

  /// Its inverse.
  private static func power(_ t: Double, _ c: Double) -> Double {
    t > 16 ? pow(10, t + Glibc.log10(c)) : c * expm1(t * M_LN10)
  }
}

/// The part of an axis that is shown, mapped to 0...1 from left to right or bottom to top.
struct Span: Sendable {
  let scale: Scale
  let lower: Double
  let upper: Double
  /// Whether only whole numbers are written beside it.
  let isWhole: Bool
  private let start: Double
  private let size: Double

  /// A span that is never empty: bounds that the scale cannot show or tell apart are widened.
  init(_ scale: Scale, _ lower: Double, _ upper: Double, isWhole: Bool = false) {
    self.scale = scale
    self.isWhole = isWhole
    var l = min(lower, upper)
    var u = max(lower, upper)
    if case .log10 = scale {
      if !(u > 0) { u = 1 }
      if !(l > 0) { l = u / 1e6 }
      if u / l < 1 + 1e-12 { (l, u) = (l / 3, u * 3) }
      l = max(l, .leastNormalMagnitude)
      u = max(min(u, .greatestFiniteMagnitude), 3 * l)
    } else if u / 2 - l / 2 <= 8 * max(abs(l), abs(u)).ulp {
      let room = l == 0 && u == 0 ? 1 : max(0.1 * max(abs(l), abs(u)), 1e-300)
      (l, u) = (max(l - room, -.greatestFiniteMagnitude), min(u + room, .greatestFiniteMagnitude))
    }
    self.lower = l
    self.upper = u
    // Halves: the difference of two finite doubles may overflow.
    start = scale.transformed(l) / 2
    size = scale.transformed(u) / 2 - start
  }

  /// The place of `v`, outside 0...1 where it is not shown, NaN where it has none.
  func unit(_ v: Double) -> Double { (scale.transformed(v) / 2 - start) / size }

  /// The number at a place.
  func value(_ unit: Double) -> Double { scale.restored(2 * (start + unit * size)) }
}

/// Both axes: points of the data to the unit square.
struct Projection: Sendable {
  let x: Span
  let y: Span

  func unit(_ p: Point) -> Point { Point(x.unit(p.x), y.unit(p.y)) }
}
