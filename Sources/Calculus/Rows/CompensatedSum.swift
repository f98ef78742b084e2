// A sum of many doubles with its error: the sum of the rounding errors is kept beside it (Neumaier 1974; Ogita, Rump
// & Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005).

/// A sum of doubles, within a bound.
package struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var rest = 0.0
  private var sizes = 0.0
  private var count = 0

  package init() {}

  /// Adds a number.
  @inline(__always)
  package mutating func add(_ x: Double) {
    let s = sum + x
    let b = s - sum
    rest += (sum - (s - b)) + (x - b)
    sum = s
    sizes += abs(x)
    count += 1
  }

  /// The sum as an enclosure.
  ///
  /// - Parameter areDecimals: whether what was added stands for decimals, each within half a unit in its last
  ///   place.
  ///
  /// Error: n²u²·Σ|x| with u = 2⁻⁵² (Ogita, Rump & Oishi, proposition 4.5, has 2⁻⁵³: the rest is margin), and
  /// u·Σ|x| and a smallest double each for decimals. Undefined where it overflows.
  package func enclosure(areDecimals: Bool) -> Enclosure {
    let a = EnclosureArithmetic(bits: 128)
    guard let s = Rational(sum), let r = Rational(rest), let size = Rational(sizes) else {
      return a.undefined
    }
    let u = Rational(2).power(-52) ?? .one
    let n = Rational(count)
    // Σ|x| itself is rounded by at most n·u of it.
    let total = size * (.one + n * u)
    let least = Rational(Double.leastNonzeroMagnitude) ?? .zero
    let bound = total * n * n * u * u + (areDecimals ? total * u + n * least : .zero)
    return a.hull(a.constant(s + r - bound), a.constant(s + r + bound))
  }
}
