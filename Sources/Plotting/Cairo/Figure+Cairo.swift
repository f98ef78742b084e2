// A figure as the bytes of an SVG, PDF or PNG file, all drawn by one routine through cairo. No file
// is opened here: cairo hands over bytes, and whoever asked decides where they go.

import Native

/// The kinds of files that a figure can become.
package enum PictureFormat: String, Sendable, CaseIterable { case svg, pdf, png }

/// Why there is no picture, in one sentence.
package enum PictureFault: Error, CustomStringConvertible {
  case missing(MissingLibrary)
  case failed(String)

  package var description: String {
    switch self {
    case .missing(let library): library.description
    case .failed(let reason): "the picture could not be drawn: \(reason)"
    }
  }
}

extension Figure {
  /// Widths and heights that are drawn.
  package static let pictureSizes = 100...16_384

  /// The figure as a file of `width` × `height` pixels (PDF: points).
  ///
  /// Text grows with the picture: 20 pixels for numbers at 1000 × 700. Maps and clouds become
  /// images inside SVG and PDF.
  ///
  /// - Throws: `PictureFault` where libcairo is missing, the size is not in `pictureSizes`, or
  ///   cairo fails. Cost: tens of milliseconds, and one pass over maps and clouds.
  package func rendered(
    as format: PictureFormat, width: Int = 1000, height: Int = 700
  ) throws(PictureFault) -> [UInt8] {
    let bytes = try painted(as: format, width: width, height: height).finish()
    return format == .svg ? named(bytes) : bytes
  }

  /// The page with the figure on it, not yet a file.
  func painted(as format: PictureFormat, width: Int, height: Int) throws(PictureFault) -> Paper {
    guard Figure.pictureSizes.contains(width), Figure.pictureSizes.contains(height) else {
      throw .failed(
        "\(width) × \(height) is not within \(Figure.pictureSizes.lowerBound) and "
          + "\(Figure.pictureSizes.upperBound) pixels")
    }
    let cairo: Cairo
    do { cairo = try Cairo.opened() } catch { throw .missing(error) }
    // Names that find no place in the picture go to the legend, which takes room from the picture.
    var inLegend: Set<String> = []
    var attempts = 0
    while true {
      let paper = Paper(cairo, format, width: width, height: height)
      if format == .pdf { paper.name(title: title, subject: description) }
      var painter = PaperPainter(self, paper, inLegend)
      painter.paint(self)
      attempts += 1
      if painter.leftOut.isEmpty || attempts > 3 { return paper }
      inLegend.formUnion(painter.leftOut)
    }
  }

  /// An SVG with the figure's title and description behind its root tag.
  private func named(_ svg: [UInt8]) -> [UInt8] {
    guard let root = svg.firstRange(of: Array("<svg".utf8)),
      let end = svg[root.upperBound...].firstIndex(of: UInt8(ascii: ">"))
    else { return svg }
    let names =
      "\n<title>\(xmlEscaped(title))</title>\n<desc>\(xmlEscaped(description))</desc>"
    return svg[...end] + Array(names.utf8) + svg[(end + 1)...]
  }
}

/// Text between tags: markup is escaped, characters that XML 1.0 (section 2.2) forbids are dropped.
func xmlEscaped(_ text: String) -> String {
  var out = ""
  for s in text.unicodeScalars {
    switch s {
    case "&": out += "&amp;"
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "\"": out += "&quot;"
    case "'": out += "&apos;"
    case "\t", "\n", "\r": out.unicodeScalars.append(s)
    default:
      if s.value >= 0x20, s.value != 0xfffe, s.value != 0xffff { out.unicodeScalars.append(s) }
    }
  }
  return out
}

extension Array where Element == UInt8 {
  /// The first place where `part` stands.
  fileprivate func firstRange(of part: [UInt8]) -> Range<Int>? {
    guard count >= part.count else { return nil }
    for start in 0...count - part.count where self[start..<start + part.count].elementsEqual(part) {
      return start..<start + part.count
    }
    return nil
  }
}
