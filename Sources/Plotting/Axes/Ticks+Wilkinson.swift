// Labels of a linear axis: of the round steps the one that scores best. J. Talbot, S. Lin,
// P. Hanrahan, "An extension of Wilkinson's algorithm for positioning tick labels on axes", IEEE
// TVCG 16 (2010), section 4: score = 0.2·simplicity + 0.25·coverage + 0.5·density
// + 0.05·legibility. Three changes: labels are multiples of the step (their j = 1), so that 0 is one
// wherever it is shown; labels outside the axis do not count, because the axis may be given;
// legibility is all or nothing (overlap).

import Glibc

extension Ticks {
  /// The nice numbers in their order of preference, in tenths.
  static let niceTenths = [10, 50, 20, 25]

  /// Round labels inside the span; nil where not even two fit.
  static func linear(_ span: Span, _ room: LabelRoom) -> Ticks? {
    guard (span.upper - span.lower).isFinite else {
      // Scores need the length of the axis, which overflows.
      let huge = [-1, 0, 1].map { Decimal(digits: $0, exponent: 308) }
      let ticks = Ticks.decimals(huge, span)
      return room.fits(ticks.marks) ? ticks : nil
    }
    // Where so few fit that no step has two multiples, two of every k-th multiple are better than none.
    return best(span, room, skip: 1) ?? (2...5).lazy.compactMap { best(span, room, skip: $0) }.first
  }

  /// The best labels among every `skip`-th multiple of the round steps.
  private static func best(_ span: Span, _ room: LabelRoom, skip: Int) -> Ticks? {
    var best: (ticks: Ticks, score: Double)?
    for (grain, place) in grains(of: span) {
      let first = (span.lower / grain.value).rounded(.up)
      let last = (span.upper / grain.value).rounded(.down)
      // Beyond 2⁵³ steps from 0 a double cannot name them all.
      guard abs(first) < 0x1p53, abs(last) < 0x1p53, last - first >= Double(skip),
        last - first < Double(6 * skip * room.target)
      else { continue }
      for offset in 0..<skip {
        let numbers = stride(from: whole(first) + offset, through: whole(last), by: skip).map {
          Decimal(digits: $0 * grain.digits, exponent: grain.exponent)
        }
        guard numbers.count > 1 else { continue }
        let ends = (numbers[0].value, numbers[numbers.count - 1].value)
        let score =
          0.2 * simplicity(place) + 0.25 * coverage(ends, span)
          + 0.5 * density(Double(numbers.count - 1) / (ends.1 - ends.0), span, room.target)
        guard score > best?.score ?? -.infinity else { continue }
        let ticks = Ticks.decimals(numbers, span)
        if room.fits(ticks.marks) { best = (ticks, score) }
      }
    }
    return best?.ticks
  }

  /// The round steps for an axis, on one of whole numbers whole themselves.
  static func grains(of span: Span) -> [(grain: Decimal, place: Int)] {
    let all = grains(span.upper - span.lower)
    return span.isWhole ? all.filter { $0.grain.reduced.exponent >= 0 } : all
  }

  /// The round steps for an axis of a size, from far too fine to far too coarse, with the places of
  /// their nice numbers in the order of preference.
  private static func grains(_ size: Double) -> [(grain: Decimal, place: Int)] {
    guard size > 0 else { return [] }
    let power = whole(Glibc.log10(size).rounded(.down))
    return (power - 4...power + 1).flatMap { e in
      niceTenths.enumerated().map { (Decimal(digits: $1, exponent: e - 1), $0) }
    }.filter { $0.0.value > 0 && $0.0.value.isFinite }
  }

  /// 1 for the nicest number, 0 for the last.
  static func simplicity(_ place: Int) -> Double {
    1 - Double(place) / Double(niceTenths.count - 1)
  }

  private static func coverage(_ ends: (Double, Double), _ span: Span) -> Double {
    let size = span.upper - span.lower
    let a = (span.upper - ends.1) / (0.1 * size)
    let b = (span.lower - ends.0) / (0.1 * size)
    return 1 - 0.5 * (a * a + b * b)
  }

  /// 1 where there are as many labels per length as wanted.
  private static func density(_ actual: Double, _ span: Span, _ target: Int) -> Double {
    let wanted = Double(max(target, 2) - 1) / (span.upper - span.lower)
    return 2 - max(actual / wanted, wanted / actual)
  }
}
