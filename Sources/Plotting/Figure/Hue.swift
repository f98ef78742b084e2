// The palette. On white paper: the colour-blind-safe set of Okabe and Ito (2008) without its
// yellow, its purple darkened and a brown added; five more for maps of many classes, each as far from all
// others for every eye as those are. In a terminal: colours of the 256 with at least
// 3:1 contrast on black *and* on white (WCAG 2.1, 1.4.11); tests compute both. Colour is never the
// only difference: strokes, symbols and letters repeat it.

/// A colour by name; renderers choose the shade.
package enum Hue: Int, Sendable, CaseIterable {
  case ink, blue, vermilion, green, purple, sky, amber, brown
  case navy, violet, pink, yellow, cream

  /// Red, green and blue on white, each in 0...1.
  package var onPaper: (red: Double, green: Double, blue: Double) {
    let rgb = Hue.paper[rawValue]
    func part(_ shift: Int) -> Double { Double((rgb >> shift) & 0xff) / 255 }
    return (part(16), part(8), part(0))
  }

  /// The colour of text on an unknown background, of the terminal's 256; nil is the terminal's own.
  package var terminal256: UInt8? { Hue.foregrounds[rawValue] }

  /// The same of the eight basic colours, 0...7, never yellow or white; nil is the terminal's own.
  package var terminal8: UInt8? { Hue.basic[rawValue] }

  /// Three colours for areas, of the terminal's 256, from full to pale.
  ///
  /// An area brings its own background, so these need no contrast with the terminal's. No two hues share
  /// one: a pale area is never taken for another class.
  package var fills256: [UInt8] { Hue.fills[rawValue] }

  private static let paper: [UInt32] = [
    0x1a1a1a, 0x0072b2, 0xd55e00, 0x009e73, 0xaa3377, 0x56b4e9, 0xe69f00, 0x6b3a00,
    0x20207a, 0x7a4fe0, 0xf2a0c0, 0xfff04a, 0xf5ddb0,
  ]
  private static let foregrounds: [UInt8?] = [
    nil, 32, 166, 29, 133, 31, 130, 94, 62, 98, 168, 136, 138,
  ]
  private static let basic: [UInt8?] = [nil, 4, 1, 2, 5, 6, 1, 5, 4, 5, 5, 2, 6]
  private static let fills: [[UInt8]] = [
    [238, 243, 248], [25, 68, 111], [166, 173, 216], [29, 72, 115],
    [90, 133, 176], [38, 81, 159], [178, 179, 222], [94, 137, 180],
    [18, 61, 104], [98, 141, 183], [211, 218, 225], [226, 227, 229], [223, 224, 230],
  ]
}

extension Hue {
  /// The colour on white with a share, 0...1, of the way to the palest shade of a map.
  func onPaper(paled share: Double) -> (red: Double, green: Double, blue: Double) {
    let (r, g, b) = onPaper
    func part(_ v: Double) -> Double { v + (1 - v) * ClassMap.palest * share }
    return (part(r), part(g), part(b))
  }

  /// Whether black text is easier to read on this colour's paper shade than white.
  var wantsBlackText: Bool {
    let (r, g, b) = onPaper
    return 0.299 * r + 0.587 * g + 0.114 * b > 0.55
  }
}
