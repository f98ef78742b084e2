// Axes of cells. In characters a label can only stand at a whole row or column, so that equal steps
// look unequal where a step is 2.6 rows. Such an axis is widened a little, until the step between
// labels is a whole number of cells and every label stands in the middle of its cell. Of all pairs
// of a round step and a number of cells the one is taken that scores best in simplicity, density and
// how little it widens.

import Glibc

/// A span in cells, and its labels.
struct EvenAxis {
  let span: Span
  let ticks: Ticks

  /// The room of an axis in whole characters.
  struct Cells {
    let count: Int
    /// Pixels per character.
    let parts: Int
    /// The least number of cells from a label to the next one.
    let least: (_ widest: Int) -> Int
    /// The share by which the axis may grow.
    let slack: Double
    let room: LabelRoom
  }

  /// The axis widened; nil where no round step comes near whole cells, and for scales whose
  /// labels are not evenly spaced.
  init?(_ span: Span, _ cells: Cells) {
    let isLogarithmic = span.scale == .log10
    let (low, high) = (span.scale.transformed(span.lower), span.scale.transformed(span.upper))
    guard isLogarithmic || span.scale == .linear, (high - low).isFinite, cells.count > 3,
      !isLogarithmic || high - low > 2.5
    else { return nil }
    let steps: [(Decimal, Double)] =
      isLogarithmic
      ? [1, 2, 3, 4, 5, 10, 20, 25, 50, 100].map { (Decimal(digits: $0, exponent: 0), 1) }
      : Ticks.grains(of: span).map { ($0.grain, Ticks.simplicity($0.place)) }
    // The outermost pixels of the first and the last cell are shown, not their edges.
    let rim = Double(cells.parts - 1) / Double(2 * cells.parts)
    let inner = Double(cells.count - 1) + 2 * rim
    var best: (axis: (Span, Ticks), score: Double)?
    for (step, simplicity) in steps {
      let most = (step.value * inner / (high - low)).rounded(.down)
      guard most >= 2, most <= Double(cells.count) else { continue }
      for n in [whole(most), whole(most) - 1] where n >= 2 {
        let cell = step.value / Double(n)
        let first = (low / cell + rim).rounded(.down)
        let last = (high / cell - rim).rounded(.up)
        let spare = Double(cells.count) - (last - first + 1)
        guard abs(first) < 0x1p40, abs(last) < 0x1p40, spare >= 0 else { continue }
        let waste = cell * inner / (high - low) - 1
        guard waste <= cells.slack else { continue }
        let count = Double(cells.count) / Double(n)
        let wanted = Double(cells.room.target)
        // Unequal steps with enough labels are read better than few equal ones.
        guard count >= 0.5 * wanted else { continue }
        let score =
          0.2 * simplicity + 0.5 * (2 - max(count / wanted, wanted / count)) - 2 * waste
        guard score > best?.score ?? -.infinity else { continue }
        // What begins at 0 stays there.
        let bottom = low == 0 ? first : first - (spare / 2).rounded(.down)
        let wide = Span(
          span.scale, span.scale.restored((bottom - rim) * cell),
          span.scale.restored((bottom + inner - rim) * cell), isWhole: span.isWhole)
        let from = (bottom / Double(n)).rounded(.up)
        let to = ((bottom + Double(cells.count - 1)) / Double(n)).rounded(.down)
        // Two labels do not show whether an axis is straight, where there is room for three.
        guard wide.lower.isFinite, wide.upper.isFinite, to - from >= (cells.count > 5 ? 2 : 1)
        else { continue }
        let numbers = (whole(from)...whole(to)).map {
          isLogarithmic
            ? Decimal(digits: 1, exponent: $0 * step.digits)
            : Decimal(digits: $0 * step.digits, exponent: step.exponent)
        }
        let ticks =
          isLogarithmic ? Ticks(Ticks.powers(numbers, wide)) : Ticks.decimals(numbers, wide)
        let widest = ticks.marks.map { whole(cells.room.extent($0.label)) }.max() ?? 1
        if n >= cells.least(widest), cells.room.fits(ticks.marks) { best = ((wide, ticks), score) }
      }
    }
    guard let (span, ticks) = best?.axis else { return nil }
    self.span = span
    self.ticks = ticks
  }
}
