// What a labelled axis promises: round numbers, inside the axis, from end to end, never touching.
import Testing

@testable import Plotting

struct TickTests {
  /// A fixed sequence of pseudo-random numbers in 0..<1 (Knuth's MMIX generator).
  private struct Numbers {
    var state: UInt64 = 42
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
  }

  private func room(_ length: Double) -> LabelRoom {
    LabelRoom(
      length: length, gap: 2, target: max(3, Int(length) / 11), overhang: (6, 2),
      extent: { Double($0.unicodeScalars.count) })
  }

  private func expectNoOverlap(_ ticks: Ticks, _ room: LabelRoom, _ what: String) {
    for (a, b) in zip(ticks.marks, ticks.marks.dropFirst()) {
      #expect(
        room.start(of: a) + room.extent(a.label) + room.gap <= room.start(of: b) + 1e-9,
        "\(what): \(a.label) \(b.label)")
    }
  }

  @Test func linearLabelsAreRoundInsideAndApart() throws {
    var numbers = Numbers()
    for _ in 0..<400 {
      let size = exponential(numbers.next() * 24 - 12)
      let low = (numbers.next() - 0.5) * size * (numbers.next() < 0.3 ? 1e3 : 3)
      let span = Span(.linear, low, low + size)
      let room = room(20 + numbers.next() * 140)
      let ticks = Ticks(span, room)
      let what = "\(low)...\(low + size) in \(room.length)"
      #expect(ticks.marks.count >= 2, "\(what)")
      expectNoOverlap(ticks, room, what)
      let values = ticks.marks.map(\.value)
      guard let first = values.first, let last = values.last, values.count >= 2 else { continue }
      #expect(first >= span.lower && last <= span.upper, "\(what)")
      #expect(last - first >= 0.4 * size, "\(what): \(values)")
      let step = values[1] - values[0]
      for (a, b) in zip(values, values.dropFirst()) {
        #expect(abs(b - a - step) <= 1e-6 * step, "\(what): \(values)")
      }
      #expect(isRound(step), "\(what): step \(step)")
    }
  }

  /// Powers of ten without libm's rounding.
  private func exponential(_ power: Double) -> Double {
    Double("1e\(Int(power.rounded()))") ?? 1
  }

  /// Whether a step is a small multiple of 1, 1.5, 2, 2.5, 3, 4, 5 times a power of ten.
  private func isRound(_ step: Double) -> Bool {
    var tenths = step
    while tenths >= 999.5 { tenths /= 10 }
    while tenths < 99.95 { tenths *= 10 }
    return abs(tenths / 5 - (tenths / 5).rounded()) < 1e-4
  }

  @Test(
    arguments: [
      (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"], ""),
      (-3, 3, ["-3", "-2", "-1", "0", "1", "2", "3"], ""),
      (0, 6e6, ["0", "1", "2", "3", "4", "5", "6"], " (×10⁶)"),
      (0, 4e-7, ["0", "1", "2", "3", "4"], " (×10⁻⁷)"),
      (1.23456789, 1.2345679, ["1", "2", "3", "4", "5"], nil),
    ] as [(Double, Double, [String], String?)])
  func labelsAreShort(_ low: Double, _ high: Double, _ labels: [String], _ suffix: String?) {
    let room = LabelRoom(length: 70, gap: 2, target: 6, extent: { Double($0.count) })
    let ticks = Ticks(Span(.linear, low, high), room)
    if let suffix {
      #expect(ticks.marks.map(\.label) == labels)
      #expect(ticks.suffix == suffix)
    } else {
      // Ten digits that all labels share go into the axis label.
      #expect(ticks.marks.allSatisfy { $0.label.count <= 4 }, "\(ticks)")
      #expect(ticks.suffix.hasPrefix(" - 1.234567"), "\(ticks)")
    }
  }

  @Test func logarithmicLabelsArePowersOrRound() {
    var numbers = Numbers()
    for _ in 0..<300 {
      let low = exponential(numbers.next() * 300 - 150) * (1 + 8 * numbers.next())
      let high = low * exponential(numbers.next() * 40) * (1.2 + 8 * numbers.next())
      let span = Span(.log10, low, high)
      let room = room(30 + numbers.next() * 120)
      let ticks = Ticks(span, room)
      let what = "\(low)...\(high) in \(room.length)"
      #expect(ticks.marks.count >= 2, "\(what)")
      expectNoOverlap(ticks, room, what)
      #expect(ticks.marks.allSatisfy { $0.unit > -1e-6 && $0.unit < 1 + 1e-6 }, "\(what)")
    }
    let few = Ticks(Span(.log10, 0.01, 1), room(80))
    #expect(few.marks.map(\.label) == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"])
    let many = Ticks(Span(.log10, 1e-16, 3), room(80))
    #expect(many.marks.first?.label == "10⁻¹⁶")
    #expect(many.marks.last?.label == "1")
  }

  @Test func symmetricLabelsShowBothSigns() {
    let ticks = Ticks(Span(.symlog(0.01), -2000, 2000), room(120))
    let labels = ticks.marks.map(\.label)
    #expect(labels.contains("0"))
    #expect(labels.first == "-1000" && labels.last == "1000", "\(labels)")
    expectNoOverlap(ticks, room(120), "symlog")
  }

  private static let extremes: [(Double, Double)] = [
    (0, 0), (Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude),
    (0, Double.leastNonzeroMagnitude), (-1.7e308, 1.7e308), (1, 1), (1, 1.0.nextUp),
    (1e17, 1e17), (-1e308, -0.9e308), (1e-300, 2e-300),
  ]

  @Test(arguments: extremes)
  func extremeAxesEnd(_ low: Double, _ high: Double) {
    for scale in [Scale.linear, .log10, .symlog(1e-3)] {
      let ticks = Ticks(Span(scale, low, high), room(70))
      #expect(ticks.marks.allSatisfy { $0.value.isFinite && $0.unit.isFinite }, "\(ticks)")
    }
  }

  @Test func decimalsArePrintedShortest() {
    #expect(Decimal(digits: 250, exponent: -3).text == "0.25")
    #expect(Decimal(digits: -5, exponent: -1).text == "-0.5")
    #expect(Decimal(digits: 12, exponent: 2).text == "1200")
    #expect(Decimal(digits: 3, exponent: -1).value == 0.3)
    #expect(Decimal(digits: -2, exponent: 5).powerText == "-2·10⁵")
    #expect(Decimal(digits: 1, exponent: -12).powerText == "10⁻¹²")
  }
}
