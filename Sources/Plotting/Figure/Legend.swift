// The legend is read off the layers: whoever has a name has a row, layers of one name share it, and
// labels that found no room in the picture get one.

/// One row of a legend: a sample and its name.
struct LegendEntry {
  enum Sample {
    case line(Line)
    case marks(Symbol, Hue)
    /// Shaded where cells of the class are paler than its full colour.
    case kind(ClassMap.Kind, isShaded: Bool)
    /// Dots tell level lines from others where there is no colour, unless they are alone.
    case contours(Hue)
    case cloud(Hue)
    case guide(Guide)
    /// The texture is that of `Figure.texture`.
    case band(Hue, texture: Int)
    /// Words alone: how many rows are left out.
    case none
  }
  /// Words before the sample, which hold for the entries behind it as well.
  var heading = ""
  var sample: Sample
  var name: String

  /// Whether the sample is a stretch of line rather than one symbol.
  var isLong: Bool {
    switch sample {
    case .line, .contours, .cloud, .guide: true
    case .marks, .kind, .band, .none: false
    }
  }
}

extension Figure {
  /// The rows of the legend, the most important ones first.
  ///
  /// - Parameters:
  ///   - naming: labels that stand here instead of in the picture.
  ///   - cells: how many cells the picture has: kinds of a map that are rarer come last.
  func legend(naming: Set<String> = [], cells: Int = 1_000_000) -> [LegendEntry] {
    // What is said of the whole picture is never crowded out.
    var rows = remarks.map { LegendEntry(sample: .none, name: $0) }
    func add(_ sample: LegendEntry.Sample, _ name: String) {
      guard !name.isEmpty else { return }
      if let k = rows.firstIndex(where: { $0.name == name }) {
        if case .line(var line) = rows[k].sample, case .marks(let symbol, _) = sample {
          line.symbol = symbol
          rows[k].sample = .line(line)
        }
      } else {
        rows.append(LegendEntry(sample: sample, name: name))
      }
    }
    for layer in layers {
      switch layer {
      case .line(let l): add(.line(l), l.name)
      case .marks(let m):
        add(.marks(m.symbol, m.hue), m.name)
        for name in m.labels where naming.contains(name) { add(.marks(m.symbol, m.hue), name) }
      case .map(let m): rows += kinds(m.kinds(seenIn: cells))
      case .contours(let c): add(.contours(c.hue), c.name)
      case .cloud(let c): add(.cloud(c.hue), c.name)
      case .guide(let g): if naming.contains(g.label) { add(.guide(g), g.label) }
      case .band(let b):
        if naming.contains(b.label) { add(.band(b.hue, texture: texture(b)), b.label) }
      }
    }
    return rows
  }

  /// The rows of a map: where neighbours share their family, it is written once.
  private func kinds(_ rows: [(kind: ClassMap.Kind, isShaded: Bool)]) -> [LegendEntry] {
    rows.indices.map { k in
      let kind = rows[k].kind
      let sample = LegendEntry.Sample.kind(kind, isShaded: rows[k].isShaded)
      func isFamily(_ other: Int) -> Bool {
        rows.indices.contains(other) && !kind.family.isEmpty
          && rows[other].kind.family == kind.family
      }
      // The letter may say it all: cycle of [2] [3].
      let own = kind.name == String(kind.letter) ? "" : kind.name
      if isFamily(k - 1) { return LegendEntry(sample: sample, name: own) }
      if isFamily(k + 1) { return LegendEntry(heading: kind.family, sample: sample, name: own) }
      let name = kind.family.isEmpty ? kind.name : kind.family + " " + kind.name
      return LegendEntry(sample: sample, name: name)
    }
  }

  /// A number for each label of the bands, by which neighbours are told apart.
  func texture(_ band: Band) -> Int {
    var labels: [String] = []
    for case .band(let b) in layers where !labels.contains(b.label) { labels.append(b.label) }
    return labels.firstIndex(of: band.label) ?? 0
  }

  /// The last row of a legend that has no room for so many.
  func leftOutOfLegend(_ count: Int) -> LegendEntry {
    LegendEntry(
      sample: .none, name: "… and \(count) more" + (elsewhere.isEmpty ? "" : ": " + elsewhere))
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

/// As many boxes as stand in `rows` rows, and where: the last box says how many are left out.
///
/// - Parameter left: the width of the box that says so for a number of boxes.
func flow(
  _ widths: [Double], gap: Double, page: Double, rows: Int, left: (Int) -> Double
) -> (shown: Int, places: [(row: Int, offset: Double)]) {
  let all = flow(widths, gap: gap, page: page)
  if (all.last?.row ?? -1) < rows { return (widths.count, all) }
  for shown in stride(from: widths.count - 1, to: 0, by: -1) {
    let some = widths.prefix(shown) + [left(widths.count - shown)]
    let places = flow(Array(some), gap: gap, page: page)
    if (places.last?.row ?? 0) < rows { return (shown, places) }
  }
  return (0, flow([left(widths.count)], gap: gap, page: page))
}

extension Marks {
  /// Whether a point has a label.
  func hasLabel(_ k: Int) -> Bool { k < labels.count && !labels[k].isEmpty }

  /// Whether a label is a name, which must be read somewhere: a number is a place in a row.
  static func isName(_ label: String) -> Bool {
    !label.isEmpty && !label.allSatisfy(\.isWholeNumber)
  }
}
