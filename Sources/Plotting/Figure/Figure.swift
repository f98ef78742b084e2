// A figure as a value: what is to be seen, not how it is drawn. Layers are drawn in order, labels
// last. Two renderers read it: `Figure.text` (a character canvas) and `Figure.rendered` (cairo).
// Nothing here knows what the numbers mean.

/// A picture with two axes.
package struct Figure: Sendable {
  /// One sentence with the formula, in two lines where one is too short.
  package var title: String
  /// The same in few words, where there is no room for it; empty for none.
  package var shortTitle: String
  /// Where the reader finds what the legend has no room for, as in "see the table".
  package var elsewhere = ""
  /// What a person who cannot see the picture should hear: the `<desc>` of an SVG.
  package var description: String
  package var x: Axis
  package var y: Axis
  /// Drawn in order, the first at the back.
  package var layers: [Layer]
  /// The points that the picture is about, in whatever layers they are drawn: of those that lie outside
  /// what is shown the picture says how many they are.
  package var points: [Point] = []
  /// What else must be said with the picture; empty for nothing.
  package var note = ""

  package init(
    title: String, shortTitle: String = "", description: String = "", x: Axis, y: Axis,
    layers: [Layer] = []
  ) {
    self.title = title
    self.shortTitle = shortTitle
    self.description = description
    self.x = x
    self.y = y
    self.layers = layers
  }
}

/// One axis: its name, how numbers become positions, and what part is shown.
package struct Axis: Sendable {
  package var label: String
  package var scale: Scale
  /// What is shown, in the units of the data; nil shows all finite data of the layers.
  package var range: ClosedRange<Double>?
  /// Whether only whole numbers have a meaning on it, so that no other is written beside it.
  package var isWhole: Bool

  package init(
    _ label: String, _ scale: Scale = .linear, _ range: ClosedRange<Double>? = nil,
    isWhole: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.range = range
    self.isWhole = isWhole
  }
}

/// What is drawn between the axes.
package enum Layer: Sendable {
  case line(Line)
  case marks(Marks)
  case guide(Guide)
  case band(Band)
  case contours(Contours)
  case map(ClassMap)
  case cloud(Cloud)
}

/// A place in the units of the data.
package struct Point: Sendable, Hashable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  var isFinite: Bool { x.isFinite && y.isFinite }
}
