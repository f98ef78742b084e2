// The legend of a text picture: which rows fit, and what stands before each name.

/// The rows of the legend before they have their place.
struct TextLegend {
  let entries: [TextLayout.LegendPlace]
  let rows: Int
  private let page: Double
  private let left: (Int) -> TextLayout.LegendPlace

  init(_ figure: Figure, _ options: TextOptions, _ glyphs: GlyphSet, _ named: Set<String>) {
    let width = options.columns - 2
    func box(_ entry: LegendEntry) -> TextLayout.LegendPlace {
      let heading = columnScalars(entry.heading, ascii: options.glyphs == .ascii)
      let sample = glyphs.sample(entry.sample, hasColor: options.hasColor)
      let name = columnScalars(entry.name, ascii: options.glyphs == .ascii)
      return TextLayout.LegendPlace(
        entry: entry, row: 0, column: 0, heading: heading, sample: sample,
        name: cut(name, to: width - heading.count - sample.count - 2, glyphs.ellipsis))
    }
    // What fewer than one character in the picture can be expected to show comes last.
    entries = figure.legend(naming: named, cells: options.columns * options.rows / 2).map(box)
    left = { box(figure.leftOutOfLegend($0)) }
    page = Double(width)
    rows = (flow(entries.map(\.width), gap: 3, page: page).last?.row ?? -1) + 1
  }

  /// As many as fit in so many rows, from row 0.
  func placed(rows: Int) -> [TextLayout.LegendPlace] {
    guard !entries.isEmpty else { return [] }
    let (shown, places) = flow(
      entries.map(\.width), gap: 3, page: page, rows: rows, left: { left($0).width })
    var boxes = Array(entries.prefix(shown))
    if shown < entries.count { boxes.append(left(entries.count - shown)) }
    return zip(boxes, places).map {
      TextLayout.LegendPlace(
        entry: $0.entry, row: $1.row, column: 1 + whole($1.offset), heading: $0.heading,
        sample: $0.sample, name: $0.name)
    }
  }
}

extension TextLayout.LegendPlace {
  fileprivate var width: Double {
    let parts = [heading, sample, name].filter { !$0.isEmpty }
    return Double(parts.reduce(0) { $0 + $1.count } + max(0, parts.count - 1))
  }
}

extension GlyphSet {
  /// The filling of a band: colours tell bands apart where there are any.
  func texture(_ number: Int, hasColor: Bool) -> Unicode.Scalar {
    textures[hasColor ? 0 : number % textures.count]
  }

  /// What stands before a name in the legend: the stroke and symbol of the picture.
  func sample(_ s: LegendEntry.Sample, hasColor: Bool) -> [Unicode.Scalar] {
    switch s {
    case .line(let line):
      let isCurve = line.stroke == .solid && line.weight != .thin
      let bar = isCurve ? curve : frame.horizontal
      let symbol = line.symbol.map(self.symbol)
      return switch line.stroke {
      case .solid: [bar, symbol ?? bar, bar]
      case .dashed: symbol.map { [bar, " ", $0, " ", bar] } ?? [bar, " ", bar]
      case .dotted: [dot, symbol ?? (dotStep > 1 ? " " : dot), dot]
      case .dashDotted: symbol.map { [bar, dot, $0, dot, bar] } ?? [bar, dot, bar]
      }
    case .marks(let s, _): return [symbol(s)]
    case .kind(let kind, let isShaded):
      let letter = kind.letter.unicodeScalars.first ?? "?"
      return !hasColor ? [letter] : isShaded ? [letter, " ", " "] : [" ", letter, " "]
    case .contours: return [dot, dotStep > 1 ? " " : dot, dot]
    // Every other pixel of the first row, and the others of the second.
    case .cloud: return [block(across == 1 ? bits[1] : bits[0] | bits[3])]
    case .guide(let guide):
      if case .vertical = guide.position { return [frame.guideVertical] }
      return [frame.guideHorizontal, frame.guideHorizontal]
    case .band(_, let texture):
      return Array(repeating: self.texture(texture, hasColor: hasColor), count: 3)
    case .none: return []
    }
  }
}
