// The layers of a figure: lines, marks, guides, bands, and clouds of very many points. Every layer
// that has a name gets a row in the legend, those of one name a row together; guides and bands carry
// their label in the picture. A name that finds no room there gets a row in the legend.

/// A series of points joined by straight lines; a point that is not finite breaks the line.
package struct Line: Sendable {
  /// How a line is broken.
  package enum Stroke: Sendable, CaseIterable { case solid, dashed, dotted, dashDotted }
  /// Thin: beside a main curve, as paths over it and guides are.
  package enum Weight: Sendable { case thin, normal, thick }
  /// What stands at the end of a line.
  package enum End: Sendable { case plain, arrow }

  /// The row in the legend; empty for none.
  package var name: String
  package var points: [Point]
  package var hue: Hue
  package var stroke: Stroke
  package var weight: Weight
  /// Drawn at every point, or at a few where there are many: tells series apart without colour.
  package var symbol: Symbol?
  /// How the last point is drawn.
  package var end: End

  package init(
    _ name: String = "", _ points: [Point], hue: Hue = .blue, stroke: Stroke = .solid,
    weight: Weight = .normal, symbol: Symbol? = nil, end: End = .plain
  ) {
    self.name = name
    self.points = points
    self.hue = hue
    self.stroke = stroke
    self.weight = weight
    self.symbol = symbol
    self.end = end
  }
}

/// The shape of a mark.
package enum Symbol: Sendable, CaseIterable {
  case dot, ring, cross, plus, up, down, square, diamond
}

/// Single points, each with a symbol and, where given, a label beside it.
package struct Marks: Sendable {
  package var name: String
  package var points: [Point]
  /// Empty, or one text per point, which stands next to its mark; an empty text is no label.
  ///
  /// Where there is no room a number is left out; a name goes to the legend, so that marks with
  /// names differ in their symbols.
  package var labels: [String]
  package var symbol: Symbol
  package var hue: Hue

  package init(
    _ name: String = "", _ points: [Point], labels: [String] = [], symbol: Symbol = .dot,
    hue: Hue = .ink
  ) {
    self.name = name
    self.points = points
    self.labels = labels
    self.symbol = symbol
    self.hue = hue
  }
}

/// A line across the whole picture at one value of an axis.
package struct Guide: Sendable {
  /// Where a guide stands.
  package enum Position: Sendable { case vertical(Double), horizontal(Double) }
  package var position: Position
  /// Written beside the line, right of a vertical one; may be empty.
  package var label: String
  package var hue: Hue

  package init(_ position: Position, _ label: String = "", hue: Hue = .ink) {
    self.position = position
    self.label = label
    self.hue = hue
  }
}

/// A shaded range of x.
package struct Band: Sendable {
  package var range: ClosedRange<Double>
  /// Written inside the band where it fits, else in the legend; may be empty.
  package var label: String
  package var hue: Hue

  package init(_ range: ClosedRange<Double>, _ label: String = "", hue: Hue = .green) {
    self.range = range
    self.label = label
    self.hue = hue
  }
}

/// Points too many for marks: where they lie dense, the picture is dark.
package struct Cloud: Sendable {
  package var name: String
  /// Coordinates of the points, as many of each.
  package var xs: [Double]
  package var ys: [Double]
  package var hue: Hue

  package init(_ name: String = "", xs: [Double], ys: [Double], hue: Hue = .blue) {
    self.name = name
    self.xs = xs
    self.ys = ys
    self.hue = hue
  }
}
