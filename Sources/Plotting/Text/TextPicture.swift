// What the text renderer is asked for and what it answers: lines of runs with a style. Whoever
// prints them adds escape codes, or does not; there is none in here.

/// How a figure is drawn in characters.
package struct TextOptions: Sendable {
  /// The characters that a picture is drawn with.
  package enum Glyphs: String, Sendable, CaseIterable {
    /// 2 × 2 blocks per character.
    case blocks
    /// 2 × 4 dots per character; missing or ragged in many fonts.
    case braille
    /// Nothing but ASCII; other letters are spelled out.
    case ascii
  }
  package var columns: Int
  package var rows: Int
  package var glyphs: Glyphs
  /// Whether styles will be seen.
  ///
  /// Maps are areas of colour then, and letters otherwise.
  package var hasColor: Bool

  package init(
    columns: Int = 80, rows: Int = 24, glyphs: Glyphs = .blocks, hasColor: Bool = false
  ) {
    self.columns = columns
    self.rows = rows
    self.glyphs = glyphs
    self.hasColor = hasColor
  }
}

/// A figure in characters: never more columns or lines than asked for.
package struct TextPicture: Sendable {
  /// Characters of one style.
  package struct Run: Sendable, Equatable {
    package var text: String
    package var style: TextStyle
  }
  package var lines: [[Run]]

  /// The characters alone, without blanks at the ends of lines.
  package var plain: [String] {
    lines.map { runs in
      var s = runs.map(\.text).joined()
      while s.last == " " { s.removeLast() }
      return s
    }
  }
}

/// How a run of characters looks.
package struct TextStyle: Sendable, Hashable {
  /// A colour of the terminal.
  package enum Color: Sendable, Hashable {
    /// For text on the terminal's own background.
    case text(Hue)
    /// For areas: shades 0 (full) to 2 (pale).
    case area(Hue, shade: Int)
    case black
    case white
    /// Grey: what stands behind the rest.
    case faint
  }
  package var foreground: Color?
  package var background: Color?
  package var isBold = false

  package static let plain = TextStyle()

  package init(foreground: Color? = nil, background: Color? = nil, isBold: Bool = false) {
    self.foreground = foreground
    self.background = background
    self.isBold = isBold
  }

  /// The parameters of the terminal's SGR sequence, "38;5;32"; empty for plain text.
  ///
  /// `basic` keeps to the eight colours that every colour terminal has.
  package func parameters(basic: Bool = false) -> String {
    var parts: [String] = isBold ? ["1"] : []
    if let c = foreground.flatMap({ TextStyle.code($0, basic) }) {
      parts.append(basic ? "3\(c)" : "38;5;\(c)")
    }
    if let c = background.flatMap({ TextStyle.code($0, basic) }) {
      parts.append(basic ? "4\(c)" : "48;5;\(c)")
    }
    return parts.joined(separator: ";")
  }

  private static func code(_ color: Color, _ basic: Bool) -> UInt8? {
    switch color {
    case .text(let hue): basic ? hue.terminal8 : hue.terminal256
    case .area(let hue, let shade):
      basic ? hue.terminal8 ?? 0 : hue.fills256[min(max(shade, 0), 2)]
    case .black: basic ? 0 : 16
    case .white: basic ? 7 : 231
    case .faint: basic ? nil : 102
    }
  }
}
