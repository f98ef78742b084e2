// Labels of a linear axis: the step, the start and the number of labels that together score best.
// J. Talbot, S. Lin, P. Hanrahan, "An extension of Wilkinson's algorithm for positioning tick
// labels on axes", IEEE TVCG 16 (2010): score = 0.2·simplicity + 0.25·coverage + 0.5·density
// + 0.05·legibility. The four sums below are section 4's; the loops are its figure 6, which leaves
// a loop as soon as no later candidate can win. Two changes: labels outside the axis do not count,
// because the axis may be given; legibility is all or nothing (overlap).

import Glibc

extension Ticks {
  /// The nice numbers in their order of preference, in tenths.
  private static let niceTenths = [10, 50, 20, 25, 40, 30]

  /// Round labels inside the span; nil where not even one fits.
  static func linear(_ span: Span, _ room: LabelRoom) -> Ticks? {
    guard (span.upper - span.lower).isFinite else {
      // Scores need the length of the axis, which overflows.
      let huge = [-1, 0, 1].map { Decimal(digits: $0, exponent: 308) }
      let ticks = Ticks.decimals(huge, span)
      return room.fits(ticks.marks) ? ticks : nil
    }
    var search = LabelSearch(span, room)
    search.run()
    return search.best
  }

  private struct LabelSearch {
    let span: Span
    let room: LabelRoom
    let low: Double
    let high: Double
    /// The number of labels aimed at.
    let m: Double
    var score = -2.0
    var best: Ticks?

    init(_ span: Span, _ room: LabelRoom) {
      self.span = span
      self.room = room
      low = span.lower
      high = span.upper
      m = Double(max(room.target, 2))
    }

    mutating func run() {
      var skip = 1
      while true {
        for (place, nice) in niceTenths.enumerated() {
          let simplest = simplicity(place, skip, hasZero: true)
          if total(simplest, 1, 1) < score { return }
          tryCounts(place, nice, skip, simplest)
        }
        skip += 1
      }
    }

    /// All numbers of labels for one nice number and one skip.
    private mutating func tryCounts(_ place: Int, _ nice: Int, _ skip: Int, _ simplest: Double) {
      var count = 2.0
      while true {
        let densest = count >= m ? 2 - (count - 1) / (m - 1) : 1
        if total(simplest, 1, densest) < score { return }
        let smallest = (high / 2 - low / 2) / (count + 1) * 2 / Double(skip) / Double(nice) * 10
        var power = Int(Glibc.log10(smallest).rounded(.up))
        while true {
          // One label is every `skip`-th multiple of nice·10^(power−1).
          let grain = Decimal(digits: nice, exponent: power - 1)
          let step = grain.value * Double(skip)
          guard step.isFinite, step > 0 else { break }
          let widest = coverageAtBest(step * (count - 1))
          if total(simplest, widest, densest) < score { break }
          tryStarts(place, grain, skip, Int(count), step)
          power += 1
        }
        count += 1
      }
    }

    private mutating func tryStarts(
      _ place: Int, _ grain: Decimal, _ skip: Int, _ count: Int, _ step: Double
    ) {
      let unit = step / Double(skip)
      let first = (low / unit).rounded(.up)
      let last = (high / unit).rounded(.down) - Double(skip * (count - 1))
      // Beyond 2⁵³ grains from 0 a double cannot name them all.
      guard first <= last, abs(first) < 0x1p53, abs(last) < 0x1p53 else { return }
      for start in Int(first)...Int(last) {
        let numbers = (0..<count).map {
          Decimal(digits: (start + $0 * skip) * grain.digits, exponent: grain.exponent)
        }
        guard let bottom = numbers.first?.value, let top = numbers.last?.value else { continue }
        let hasZero = numbers.contains { $0.digits == 0 }
        let candidate = total(
          simplicity(place, skip, hasZero: hasZero), coverage(bottom, top),
          density(Double(count), bottom, top))
        if candidate <= score { continue }
        let ticks = Ticks.decimals(numbers, span)
        if room.fits(ticks.marks) {
          score = candidate
          best = ticks
        }
      }
    }

    private func total(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
      0.2 * simplicity + 0.25 * coverage + 0.5 * density + 0.05
    }

    private func simplicity(_ place: Int, _ skip: Int, hasZero: Bool) -> Double {
      1 - Double(place) / Double(niceTenths.count - 1) - Double(skip) + (hasZero ? 1 : 0)
    }

    private func coverage(_ bottom: Double, _ top: Double) -> Double {
      let size = high - low
      let a = (high - top) / (0.1 * size)
      let b = (low - bottom) / (0.1 * size)
      return 1 - 0.5 * (a * a + b * b)
    }

    /// The best coverage of labels that span `width`; labels wider than the axis lie outside it.
    private func coverageAtBest(_ width: Double) -> Double {
      let size = high - low
      if width > size * (1 + 1e-9) { return -.infinity }
      let half = (size - width) / 2 / (0.1 * size)
      return 1 - half * half
    }

    private func density(_ count: Double, _ bottom: Double, _ top: Double) -> Double {
      let actual = (count - 1) / (top - bottom)
      let wanted = (m - 1) / (high - low)
      return 2 - max(actual / wanted, wanted / actual)
    }
  }
}
