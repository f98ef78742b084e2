// Where an axis is labelled, and with what. The renderer says how much room there is and how large
// a label would be; what would overlap is never chosen.

/// One labelled place of an axis.
struct Tick: Sendable {
  let value: Double
  /// 0...1 along the axis.
  let unit: Double
  let label: String
}

/// The labels of an axis.
struct Ticks: Sendable {
  var marks: [Tick] = []
  /// Places of small marks without a label, 0...1.
  var minor: [Double] = []
  /// What the axis label must add: "(×10⁶)", or "- 1.234567 (×10⁻⁹)" far from 0.
  var suffix = ""

  init(_ marks: [Tick] = [], minor: [Double] = [], suffix: String = "") {
    self.marks = marks
    self.minor = minor
    self.suffix = suffix
  }

  init(_ span: Span, _ room: LabelRoom) {
    switch span.scale {
    case .linear: self = Ticks.linear(span, room) ?? Ticks()
    case .log10: self = Ticks.logarithmic(span, room)
    case .symlog(let c): self = Ticks.symmetric(span, linearBelow: c, room)
    }
  }
}

/// The room for labels along an axis, in the renderer's unit.
struct LabelRoom {
  /// Of the whole axis.
  let length: Double
  /// The least free space between two labels.
  let gap: Double
  /// How many labels would be pleasant; at least 2.
  let target: Int
  /// How far a label may reach beyond the ends of the axis.
  var overhang: (start: Double, end: Double) = (.infinity, .infinity)
  /// The size of a label along the axis.
  let extent: (String) -> Double

  /// Where a label begins: centred on its tick, moved where it would leave the picture.
  func start(of tick: Tick) -> Double {
    let size = extent(tick.label)
    return min(
      max(tick.unit * length - size / 2, -overhang.start), length + overhang.end - size)
  }

  /// Whether no two labels touch; the ticks must be sorted.
  func fits(_ ticks: [Tick]) -> Bool {
    var end = -Double.infinity
    for tick in ticks {
      let start = start(of: tick)
      if start < end + gap { return false }
      end = start + extent(tick.label)
    }
    return true
  }
}

extension Ticks {
  /// Labels of decimals that share one power of ten and one offset where their size demands it.
  ///
  /// A factor is split off above 99999 and below 0.001; an offset where more than six digits
  /// would repeat in every label.
  static func decimals(_ values: [Decimal], _ span: Span) -> Ticks {
    guard let unit = values.map(\.reduced).filter({ $0.digits != 0 }).map(\.exponent).min(),
      let top = values.compactMap(\.magnitude).max()
    else {
      return Ticks(values.map { Tick(value: $0.value, unit: span.unit($0.value), label: $0.text) })
    }
    var shown = values
    var suffix = ""
    var magnitude = top
    if top - unit > 6, let first = values.first, let last = values.last,
      first.digits.signum() == last.digits.signum()
    {
      // Of the digits that all share, all but the last two places of the step go to the axis label.
      let nearest = first.digits > 0 ? first : last
      var hundred = nearest.exponent == unit ? 100 : 10
      while last.digits - first.digits > 5 * hundred { hundred *= 10 }
      let base = Decimal(digits: nearest.digits / hundred * hundred, exponent: nearest.exponent)
      shown = values.map { Decimal(digits: $0.digits - base.digits, exponent: $0.exponent) }
      let size = Decimal(digits: abs(base.digits), exponent: base.exponent)
      suffix = (base.digits < 0 ? " + " : " - ") + offsetText(size)
      magnitude = shown.compactMap(\.magnitude).max() ?? unit
    }
    let factored = magnitude >= 5 || magnitude < -3
    if factored {
      suffix += " (×\(Decimal.powerOfTen(magnitude)))"
      shown = shown.map { Decimal(digits: $0.digits, exponent: $0.exponent - magnitude) }
    }
    return Ticks(
      zip(values, shown).map {
        Tick(value: $0.value, unit: span.unit($0.value), label: $1.text)
      }, suffix: suffix)
  }

  /// An offset with its power of ten: "1.234567", "1.234567·10⁸".
  private static func offsetText(_ d: Decimal) -> String {
    let r = d.reduced
    guard let m = r.magnitude, m >= 9 || m < -3 else { return r.text }
    return Decimal(digits: r.digits, exponent: r.exponent - m).text + "·" + Decimal.powerOfTen(m)
  }
}
