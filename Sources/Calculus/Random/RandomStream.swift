// Random numbers by counting: number k of a stream is a function of k alone, so that every machine draws the
// same and no number of a stream moves another. Threefry-2x64-20 (Salmon, Moraes, Dror & Shaw, Parallel random
// numbers: as easy as 1, 2, 3, SC 2011, section 4.2).

/// The numbers that one written call draws.
package struct RandomStream: Sendable {
  /// What is drawn: streams of different purposes have nothing in common.
  package enum Purpose: UInt64, Sendable {
    /// Where a run starts.
    case start = 1
    /// Where a search for a direction begins.
    case direction = 2
    /// The rows of made-up data.
    case data = 3
    /// Noise on gradients.
    case noise = 4
    /// The order of rows in an epoch; an epoch is an occurrence.
    case shuffle = 5
    /// Rows drawn with replacement.
    case replacement = 6
  }

  private let key: (UInt64, UInt64)

  /// - Parameter occurrence: which of the calls for a purpose this is.
  package init(seed: UInt64, _ purpose: Purpose, occurrence: UInt32) {
    key = (seed, purpose.rawValue << 32 | UInt64(clamping: occurrence))
  }

  /// 64 random bits.
  ///
  /// Cost: 20 rounds, some 10 ns.
  package func bits(_ k: UInt64) -> UInt64 { RandomStream.threefry((k, 0), key).0 }

  /// A number above 0 and below 1, evenly: an odd multiple of 2⁻⁵⁴, so that ½ is in the middle.
  package func unit(_ k: UInt64) -> Rational {
    let odd = Int(exactly: bits(k) >> 11).map { 2 * $0 + 1 } ?? 1
    return Rational(odd) / RandomStream.grid
  }

  /// A normal number of mean 0 and deviation 1, by the quantile of `unit` (AS 241).
  package func normal(_ k: UInt64) -> Double { NormalQuantile.value(unit(k)) }
  private static let grid = Rational(2).power(54) ?? .one

  private static let rotations: [UInt64] = [16, 42, 12, 31, 16, 32, 24, 21]
  private static let parity: UInt64 = 0x1BD1_1BDA_A9FC_1A22

  /// The block of a counter under a key.
  static func threefry(
    _ counter: (UInt64, UInt64), _ key: (UInt64, UInt64)
  ) -> (UInt64, UInt64) {
    let keys = [key.0, key.1, parity ^ key.0 ^ key.1]
    var (x, y) = (counter.0 &+ keys[0], counter.1 &+ keys[1])
    for round in 0..<20 {
      x = x &+ y
      let by = rotations[round % 8]
      y = (y << by | y >> (64 - by)) ^ x
      if round % 4 == 3 {
        let i = (round + 1) / 4
        x = x &+ keys[i % 3]
        y = y &+ keys[(i + 1) % 3] &+ UInt64(clamping: i)
      }
    }
    return (x, y)
  }
}
