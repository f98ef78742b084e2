// Levels with short names: of values that are wanted, the nearest of the numbers 1, 2, 5 times a power
// of ten, and where those are too coarse, multiples of one of them.

import Glibc

/// Round numbers in increasing order, and their text.
package struct RoundLevels: Sendable {
  package let values: [Double]
  package let texts: [String]

  /// The round numbers nearest to some values in increasing order, each once.
  package init(near wanted: [Double]) {
    let finite = wanted.filter(\.isFinite)
    guard let low = finite.first, let high = finite.last else {
      (values, texts) = ([], [])
      return
    }
    func rounded(_ round: (Double) -> Decimal?) -> [Decimal] {
      var found: [Decimal] = []
      for v in finite {
        if let d = round(v), found.last.map({ $0.value < d.value }) ?? true { found.append(d) }
      }
      return found
    }
    var found = rounded(RoundLevels.nearest)
    // Where many fall on one number, they differ by less than their size: even steps are finer.
    if found.count < min(5, finite.count) {
      let even = rounded { RoundLevels.multiple($0, of: (high - low) / 8) }
      if even.count > found.count { found = even }
    }
    values = found.map(\.value)
    texts = found.map { d in
      let magnitude = d.magnitude ?? 0
      return (-4...5).contains(magnitude) ? d.text : d.powerText
    }
  }

  /// 1, 2 or 5 times a power of ten, by ratio; 0 stays.
  private static func nearest(_ v: Double) -> Decimal? {
    guard v != 0 else { return Decimal(digits: 0, exponent: 0) }
    let power = whole(Glibc.log10(abs(v)).rounded(.down))
    guard abs(power) < 300 else { return nil }
    let candidates = [1, 2, 5, 10].map { Decimal(digits: $0, exponent: power) }
    let best = candidates.min {
      abs(Glibc.log(abs(v) / $0.value)) < abs(Glibc.log(abs(v) / $1.value))
    }
    return best.map { Decimal(digits: v < 0 ? -$0.digits : $0.digits, exponent: $0.exponent) }
  }

  /// The nearest multiple of the round number next to `step`.
  private static func multiple(_ v: Double, of step: Double) -> Decimal? {
    guard let grain = nearest(step), abs(v / grain.value) < 0x1p50 else { return nil }
    return Decimal(
      digits: whole((v / grain.value).rounded()) * grain.digits, exponent: grain.exponent)
  }
}
