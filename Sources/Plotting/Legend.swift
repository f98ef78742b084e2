// The legend is read off the layers: whoever has a name has a row.

/// One row of a legend: a sample and its name.
struct LegendEntry {
  enum Sample {
    case line(Line)
    case marks(Symbol, Hue)
    case kind(ClassMap.Kind)
    case contours(Hue)
    case cloud(Hue)
  }
  let sample: Sample
  let name: String

  /// Whether the sample is a stretch of line rather than one symbol.
  var isLong: Bool {
    switch sample {
    case .line, .contours, .cloud: true
    case .marks, .kind: false
    }
  }
}

extension Figure {
  var legend: [LegendEntry] {
    layers.flatMap { layer -> [LegendEntry] in
      switch layer {
      case .line(let l): [LegendEntry(sample: .line(l), name: l.name)]
      case .marks(let m): [LegendEntry(sample: .marks(m.symbol, m.hue), name: m.name)]
      case .map(let m): m.kinds.map { LegendEntry(sample: .kind($0), name: $0.name) }
      case .contours(let c): [LegendEntry(sample: .contours(c.hue), name: c.name)]
      case .cloud(let c): [LegendEntry(sample: .cloud(c.hue), name: c.name)]
      case .guide, .band: []
      }
    }.filter { !$0.name.isEmpty }
  }
}

/// Boxes of the given widths set in rows of a page, as words are.
///
/// Returns row and offset of each; a box wider than the page begins a row of its own.
func flow(_ widths: [Double], gap: Double, page: Double) -> [(row: Int, offset: Double)] {
  var row = 0
  var offset = 0.0
  var isFirst = true
  return widths.map { width in
    if !isFirst && offset + width > page {
      row += 1
      offset = 0
    }
    isFirst = false
    let place = (row, offset)
    offset += width + gap
    return place
  }
}
