// The characters that pictures are made of, one table per kind of terminal. All are one column
// wide and in the fonts of ordinary terminals (braille apart).

/// The characters of one kind of terminal.
struct GlyphSet {
  /// Pixels per character.
  let across: Int
  let down: Int
  /// The bit of each pixel, row by row from the top.
  let bits: [UInt8]
  private let blocks: [Unicode.Scalar]
  private let symbols: [Unicode.Scalar]
  /// East, north-east, north … counter-clockwise.
  let arrows: [Unicode.Scalar]
  let frame: Frame
  /// Fillings of bands, by which neighbours are told apart.
  let textures: [Unicode.Scalar]
  /// One dot of a dotted stroke.
  let dot: Unicode.Scalar
  /// Every how many characters a dotted stroke has its dot.
  let dotStep: Int
  /// A rising and a falling thin stroke.
  let rising: Unicode.Scalar
  let falling: Unicode.Scalar
  private let joints: [Arms: Unicode.Scalar]
  /// What a curve of pixels looks like in the legend.
  let curve: Unicode.Scalar
  let ellipsis: String

  struct Frame {
    let vertical: Unicode.Scalar
    let horizontal: Unicode.Scalar
    let corner: Unicode.Scalar
    let tickLeft: Unicode.Scalar
    let tickBelow: Unicode.Scalar
    let guideVertical: Unicode.Scalar
    let guideHorizontal: Unicode.Scalar
  }

  /// The character that shows a set of pixels.
  func block(_ mask: UInt8) -> Unicode.Scalar {
    if blocks.isEmpty { return Unicode.Scalar(0x2800 + UInt32(clamping: mask)) ?? " " }
    return blocks[Int(clamping: mask)]
  }

  /// The character of thin strokes along the grid that meet.
  func joint(_ arms: Arms) -> Unicode.Scalar {
    if arms.isSubset(of: [.east, .west]) { return frame.horizontal }
    if arms.isSubset(of: [.north, .south]) { return frame.vertical }
    return joints[arms] ?? frame.corner
  }

  func symbol(_ s: Symbol) -> Unicode.Scalar {
    switch s {
    case .dot: symbols[0]
    case .ring: symbols[1]
    case .cross: symbols[2]
    case .plus: symbols[3]
    case .up: symbols[4]
    case .down: symbols[5]
    case .square: symbols[6]
    case .diamond: symbols[7]
    }
  }

  static func of(_ glyphs: TextOptions.Glyphs) -> GlyphSet {
    switch glyphs {
    case .blocks: quadrants
    case .braille: braille
    case .ascii: ascii
    }
  }

  private static let unicodeFrame = Frame(
    vertical: "│", horizontal: "─", corner: "└", tickLeft: "┤", tickBelow: "┬",
    guideVertical: "┊", guideHorizontal: "┄")
  private static let unicodeTextures: [Unicode.Scalar] = ["░", "▒", "╱", "╲"]
  private static let unicodeSymbols: [Unicode.Scalar] = ["●", "○", "×", "+", "▲", "▼", "■", "◆"]
  private static let unicodeArrows: [Unicode.Scalar] = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"]

  private static let unicodeJoints: [Arms: Unicode.Scalar] = [
    [.east, .south]: "┌", [.west, .south]: "┐", [.east, .north]: "└", [.west, .north]: "┘",
    [.east, .north, .south]: "├", [.west, .north, .south]: "┤", [.east, .west, .south]: "┬",
    [.east, .west, .north]: "┴", [.east, .west, .north, .south]: "┼",
  ]

  private static let quadrants = GlyphSet(
    across: 2, down: 2, bits: [1, 2, 4, 8],
    blocks: [
      " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ],
    symbols: unicodeSymbols, arrows: unicodeArrows, frame: unicodeFrame, textures: unicodeTextures,
    dot: "·", dotStep: 1, rising: "╱", falling: "╲", joints: unicodeJoints, curve: "▄",
    ellipsis: "…")

  private static let braille = GlyphSet(
    across: 2, down: 4, bits: [1, 8, 2, 16, 4, 32, 64, 128], blocks: [],
    symbols: unicodeSymbols, arrows: unicodeArrows, frame: unicodeFrame, textures: unicodeTextures,
    dot: "·", dotStep: 1, rising: "╱", falling: "╲", joints: unicodeJoints, curve: "⠤",
    ellipsis: "…")

  private static let ascii = GlyphSet(
    across: 1, down: 2, bits: [1, 2], blocks: [" ", "'", ".", "|"],
    symbols: ["*", "o", "x", "+", "^", "v", "#", "@"],
    arrows: [">", "/", "^", "\\", "<", "/", "v", "\\"],
    frame: Frame(
      vertical: "|", horizontal: "-", corner: "+", tickLeft: "+", tickBelow: "+",
      guideVertical: ":", guideHorizontal: "-"),
    textures: ["~", ":", "%", "="], dot: ".", dotStep: 2, rising: "/", falling: "\\", joints: [:],
    curve: "'", ellipsis: "...")
}
