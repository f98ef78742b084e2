// Figures as SVG, PDF and PNG, the palette, and libraries that are not there.
import Foundation
import FoundationXML
import Testing

@testable import Native
@testable import Plotting

struct PictureFileTests {
  /// Collects the text of two elements.
  private final class Names: NSObject, XMLParserDelegate {
    var texts: [String: String] = [:]
    var path: [String] = []
    func parser(
      _: XMLParser, didStartElement name: String, namespaceURI _: String?,
      qualifiedName _: String?, attributes: [String: String]
    ) {
      path.append(name)
      if name == "svg" {
        texts["size"] = "\(attributes["width"] ?? "") \(attributes["height"] ?? "")"
      }
    }
    func parser(
      _: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?
    ) { path.removeLast() }
    func parser(_: XMLParser, foundCharacters text: String) {
      if path.count == 2, let name = path.last { texts[name, default: ""] += text }
    }
  }

  private func read(_ svg: [UInt8]) -> Names? {
    let parser = XMLParser(data: Data(svg))
    let names = Names()
    parser.delegate = names
    return parser.parse() ? names : nil
  }

  @Test func svgIsXMLWithNames() throws {
    for (name, figure) in SampleFigures.all {
      let names = try #require(read(try figure.rendered(as: .svg)), "\(name)")
      #expect(names.texts["title"] == figure.title)
      #expect(names.texts["desc"] == figure.description)
      #expect(names.texts["size"] == "1000px 700px")
    }
  }

  @Test func svgEscapesAllText() throws {
    var figure = SampleFigures.curve
    figure.title = "a<b & \"c\" > 'd' ]]> \u{1b}\u{0}\u{fffe}<!-- x -->"
    figure.description = "</desc><script>x</script>"
    let names = try #require(read(try figure.rendered(as: .svg)))
    #expect(names.texts["title"] == "a<b & \"c\" > 'd' ]]> <!-- x -->")
    #expect(names.texts["desc"] == figure.description)
    #expect(names.texts["script"] == nil)
  }

  /// Width and height from the header chunk of a PNG.
  private func size(_ png: [UInt8]) -> [Int] {
    guard png.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) else { return [] }
    return [16, 20].map { at in png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test func pngHasTheSizeAskedFor() throws {
    for (width, height) in [(1000, 700), (640, 480), (333, 101), (100, 1200)] {
      for figure in [SampleFigures.map, SampleFigures.step] {
        let png = try figure.rendered(as: .png, width: width, height: height)
        #expect(size(png) == [width, height])
      }
    }
    #expect(throws: PictureFault.self) { try SampleFigures.map.rendered(as: .png, width: 99) }
    #expect(throws: PictureFault.self) { try SampleFigures.map.rendered(as: .png, height: 99_999) }
  }

  @Test func pdfIsComplete() throws {
    let text = String(decoding: try SampleFigures.contours.rendered(as: .pdf), as: UTF8.self)
    #expect(text.hasPrefix("%PDF-"))
    #expect(text.hasSuffix("%%EOF\n"))
  }

  @Test func labelsDoNotTouch() throws {
    let cairo = try Cairo.opened()
    for (name, figure) in SampleFigures.all {
      for (width, height) in [(1000, 700), (400, 300), (1600, 500)] {
        let paper = Paper(cairo, .png, width: width, height: height)
        var painter = PaperPainter(figure, paper)
        painter.paint(figure)
        let boxes = painter.placement.placed
        for (k, box) in boxes.enumerated() {
          #expect(!boxes.dropFirst(k + 1).contains { box.meets($0) }, "\(name)")
          #expect(box.lies(in: painter.layout.area), "\(name)")
        }
        let starts = painter.layout.xTicks.marks.map { tick -> (Double, Double) in
          let half = paper.width(tick.label, painter.layout.tickFont) / 2
          let middle = painter.place(Point(tick.unit, 0)).x
          return (middle - half, middle + half)
        }
        for (a, b) in zip(starts, starts.dropFirst()) { #expect(a.1 < b.0, "\(name)") }
      }
    }
  }
}

struct PaletteTests {
  /// Linear red, green, blue of an sRGB colour in 0...1 (IEC 61966-2-1).
  private func linear(_ rgb: [Double]) -> [Double] {
    rgb.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
  }

  private func luminance(_ rgb: [Double]) -> Double {
    let l = linear(rgb)
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]
  }

  /// A colour of the 6 × 6 × 6 cube of the terminal's 256.
  private func cube(_ code: UInt8) -> [Double] {
    let steps = [0.0, 95, 135, 175, 215, 255].map { $0 / 255 }
    let n = Int(code) - 16
    return [steps[n / 36], steps[n / 6 % 6], steps[n % 6]]
  }

  @Test(arguments: Hue.allCases) func terminalTextReadsOnBlackAndOnWhite(_ hue: Hue) {
    guard let code = hue.terminal256 else { return }
    let l = luminance(cube(code))
    #expect(1.05 / (l + 0.05) >= 3, "\(hue) on white")
    #expect((l + 0.05) / 0.05 >= 3, "\(hue) on black")
  }

  /// A pale area of one class is never the colour of another.
  @Test func noTwoFillsAreAlike() {
    let fills = Hue.allCases.flatMap(\.fills256)
    #expect(Set(fills).count == 3 * Hue.allCases.count)
  }

  @Test func basicColoursAreNeitherYellowNorWhiteNorBlack() {
    for hue in Hue.allCases {
      #expect(![0, 3, 7].contains(hue.terminal8.map(Int.init) ?? 1), "\(hue)")
    }
  }

  /// CIE L*a*b* of linear light, white D65.
  private func lab(_ l: [Double]) -> [Double] {
    func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
    let x = f((0.4124 * l[0] + 0.3576 * l[1] + 0.1805 * l[2]) / 0.9505)
    let y = f(0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2])
    let z = f((0.0193 * l[0] + 0.1192 * l[1] + 0.9505 * l[2]) / 1.089)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }

  // Linear light as seen without one kind of cone: F. Viénot, H. Brettel, J. D. Mollon,
  // "Digital video colourmaps for checking the legibility of displays by dichromats",
  // Color Research and Application 24 (1999).
  @Test(arguments: [
    [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]],
    [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  ])
  func paperColoursDifferForEveryEye(_ seen: [[Double]]) {
    let colours = Hue.allCases.map { hue -> [Double] in
      let (r, g, b) = hue.onPaper
      let l = linear([r, g, b])
      return lab(seen.map { row in min(max(zip(row, l).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1) })
    }
    for (k, a) in colours.enumerated() {
      for b in colours.dropFirst(k + 1) {
        let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        // About 2.3 is a just noticeable difference.
        #expect(distance > 18)
      }
    }
  }
}

struct NativeLibraryTests {
  @Test func aMissingLibraryNamesItsPackage() {
    let library = Library(
      soname: "no-such-library", package: "no-such-package", purpose: "Dreams")
    #expect {
      _ = try library.open()
    } throws: {
      "\($0)" == "Dreams need no-such-library: on Debian, apt-get install no-such-package"
    }
  }

  @Test func aMissingFunctionIsNamed() throws {
    let library = Library(soname: "libc.so.6", package: "libc6", purpose: "Dreams")
    let open = try library.open()
    let length = try open.function(
      "strlen", (@convention(c) (UnsafePointer<CChar>?) -> Int).self)
    #expect(length("four") == 4)
    #expect {
      _ = try open.function("overshoot_not_there", (@convention(c) () -> Void).self)
    } throws: { ($0 as? MissingLibrary)?.symbol == "overshoot_not_there" }
  }
}
