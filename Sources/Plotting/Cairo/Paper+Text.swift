// Text on paper. Raised and lowered characters (x², 10⁻³, x₀) are drawn as ordinary ones, smaller
// and higher or lower, so that they can be read from the last row and need no glyphs that a font
// may lack.

/// A size of text; the widths of letters follow from it.
struct Font {
  var size: Double
  var isBold = false
}

extension Paper {
  /// DejaVu has the letters of mathematics; where it is missing fontconfig takes another.
  private static let family = "DejaVu Sans"
  /// The size of raised and lowered text, as a share.
  private static let smallSize = 0.72

  /// Where a piece of text stands, as a share of the size above the line.
  private enum Stand: Double { case line = 0, raised = 0.36, lowered = -0.14 }

  /// Pieces of a text that stand on one height.
  private func pieces(_ text: String) -> [(text: String, stand: Stand)] {
    var out: [(text: String, stand: Stand)] = []
    for s in columnScalars(text, ascii: false) {
      let (base, stand): (Unicode.Scalar, Stand) =
        if let base = superscripts[s] { (base, .raised) } else if let base = subscripts[s] {
          (base, .lowered)
        } else { (s, .line) }
      if out.last?.stand != stand { out.append(("", stand)) }
      out[out.count - 1].text.unicodeScalars.append(base)
    }
    return out
  }

  private func select(_ font: Font, _ stand: Stand) {
    cairo.selectFontFace(
      context, Paper.family, CairoValue.normal, font.isBold ? CairoValue.bold : CairoValue.normal)
    cairo.setFontSize(context, font.size * (stand == .line ? 1 : Paper.smallSize))
  }

  /// How wide a text is.
  func width(_ text: String, _ font: Font) -> Double {
    var extents = [Double](repeating: 0, count: 6)
    return pieces(text).reduce(0) { sum, piece in
      select(font, piece.stand)
      cairo.textExtents(context, piece.text, &extents)
      return sum + extents[4]
    }
  }

  /// Writes a text whose line begins at `x` and is centred on `y`.
  func write(_ text: String, _ font: Font, x: Double, y: Double) {
    var extents = [Double](repeating: 0, count: 6)
    var x = x
    // Digits and capitals are about 0.73 of the size high.
    let base = y + 0.365 * font.size
    for piece in pieces(text) {
      select(font, piece.stand)
      cairo.newPath(context)
      cairo.moveTo(context, x, base - piece.stand.rawValue * font.size)
      cairo.showText(context, piece.text)
      cairo.textExtents(context, piece.text, &extents)
      x += extents[4]
    }
  }

  /// A text cut to a width; the cut is marked.
  func cut(_ text: String, _ font: Font, to limit: Double) -> String {
    if width(text, font) <= limit { return text }
    let scalars = Array(text.unicodeScalars)
    func shorter(_ count: Int) -> String {
      String(String.UnicodeScalarView(scalars.prefix(count))) + "…"
    }
    // The longest beginning that fits, by bisection: `fits` does, `tooLong` does not.
    var (fits, tooLong) = (0, scalars.count)
    while tooLong - fits > 1 {
      let middle = (fits + tooLong) / 2
      if width(shorter(middle), font) <= limit { fits = middle } else { tooLong = middle }
    }
    return width(shorter(fits), font) <= limit ? shorter(fits) : ""
  }

  /// A text broken at blanks into at most `lines` lines; the last one is cut.
  func wrapped(_ text: String, _ font: Font, to limit: Double, lines: Int) -> [String] {
    func string(_ s: ArraySlice<Unicode.Scalar>) -> String {
      String(String.UnicodeScalarView(s))
    }
    return Plotting.wrapped(columnScalars(text, ascii: false), lines: lines) {
      width(string($0), font) <= limit
    }.map { cut(string($0), font, to: limit) }
  }
}
