// Labels of logarithmic axes: powers of ten, with 2 and 5 between them where there are few decades,
// every 2nd, 3rd, 5th … decade where there are many; below half a decade, round numbers.

import Glibc

extension Ticks {
  static func logarithmic(_ span: Span, _ room: LabelRoom) -> Ticks {
    let lowest = whole(Glibc.log10(span.lower).rounded(.down))
    let highest = whole(Glibc.log10(span.upper).rounded(.up))
    let decades = Glibc.log10(span.upper) - Glibc.log10(span.lower)
    func decimals(_ digits: [Int], every step: Int) -> [Decimal] {
      (lowest...highest).filter { $0 % step == 0 }.flatMap { e in
        digits.map { Decimal(digits: $0, exponent: e) }
      }.filter { isInside(span.unit($0.value)) }
    }
    let minor =
      decades > 8 ? [] : decimals(Array(2...9), every: 1).map { span.unit($0.value) }
    if decades > 0.5 {
      let sets: [([Int], Int)] =
        (decades < 1 ? [(Array(1...9), 1)] : []) + [([1, 2, 5], 1), ([1, 3], 1)]
        + [1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200].map { ([1], $0) }
      for (digits, step) in sets {
        let marks = Ticks.powers(decimals(digits, every: step), span)
        if marks.count < 2 { break }
        if Double(marks.count) <= max(3, 1.6 * Double(room.target)) && room.fits(marks) {
          return Ticks(marks, minor: minor)
        }
      }
    }
    // Less than a decade: round numbers, unevenly spaced on the paper.
    var fewer = room.target
    while fewer >= 2 {
      let linear = Span(.linear, span.lower, span.upper)
      let ample = LabelRoom(length: .infinity, gap: 0, target: fewer, extent: { _ in 0 })
      if var ticks = Ticks.linear(linear, ample) {
        ticks.marks = ticks.marks.map {
          Tick(value: $0.value, unit: span.unit($0.value), label: $0.label)
        }
        if room.fits(ticks.marks) { return ticks }
      }
      fewer -= 1
    }
    return Ticks()
  }

  /// 0, and powers of ten on both sides of it.
  static func symmetric(_ span: Span, linearBelow c: Double, _ room: LabelRoom) -> Ticks {
    let largest = max(abs(span.lower), abs(span.upper))
    let lowest = whole(Glibc.log10(c).rounded(.up))
    let highest = max(lowest, whole(Glibc.log10(largest).rounded(.up)))
    for step in [1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200] {
      // Counted from the top, so that the outermost decades keep their labels.
      let top = whole(Glibc.log10(largest).rounded(.down))
      let powers = (lowest...highest).filter { $0 <= top && (top - $0) % step == 0 }
      let numbers =
        powers.reversed().map { Decimal(digits: -1, exponent: $0) }
        + [Decimal(digits: 0, exponent: 0)] + powers.map { Decimal(digits: 1, exponent: $0) }
      let marks = Ticks.powers(numbers.filter { isInside(span.unit($0.value)) }, span)
      if Double(marks.count) <= max(3, 1.6 * Double(room.target)) && room.fits(marks) {
        if marks.count >= 2 { return Ticks(marks) }
        break
      }
    }
    return Ticks.linear(span, room) ?? Ticks()
  }

  private static func isInside(_ unit: Double) -> Bool { unit > -1e-9 && unit < 1 + 1e-9 }

  /// Plain decimals while all are short, else powers of ten.
  static func powers(_ numbers: [Decimal], _ span: Span) -> [Tick] {
    let isShort = numbers.compactMap(\.magnitude).allSatisfy { (-3...4).contains($0) }
    return numbers.map {
      Tick(
        value: $0.value, unit: span.unit($0.value), label: isShort ? $0.text : $0.powerText)
    }
  }
}
