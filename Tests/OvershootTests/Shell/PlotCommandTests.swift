// Pictures as a user asks for them: what is drawn after what, files, frames.
import Foundation
import FoundationXML
import Testing

@testable import Shell

struct PlotCommandTests {
  @Test(arguments: [
    ("f = x^2; descend eta=1.2 x0=-1 steps=3", "f(x) = x², η = 1.2"),
    ("f = x^2; why eta=1.2 x0=-1", "One step of f(x) = x²"),
    ("f(x,y) = x^2+3y^2; descend eta=0.1 from=[1,1]", "f(x, y) = x² + 3·y², η = 0.1"),
    ("f(x,y,z) = x^2+y^2+z^2; descend eta=0.1 from=[1,1,1]", "η = 0.1"),
    ("f = x^2; sweep eta=0.1..1.2 count=5 x0=1", "Sweep of f(x) = x²"),
    ("f = x^2; compare eta=[0.1, 0.2] x0=1", "the loss against t"),
    ("f = x^2; flow eta=0.1 x0=1", "steps beside the flow"),
    ("f = x^2/2-x^3/3; bifurcate eta=1.9..2.5 columns=40 x0=0.1", "ends, by rate"),
    ("f = x^2; map eta=0..2 x0=-2..2 size=20", "How descent on f(x) = x² ends"),
  ])
  func theLastAnswerIsDrawn(_ statements: String, _ title: String) throws {
    let said = try say(statements + "\nplot")
    #expect(said.errors.isEmpty)
    #expect(said.answers.last?["kind"] as? String == "plot")
    let picture = try #require(said.texts.last)
    #expect(picture.contains(title), "\(picture)")
    let lines = picture.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count > 10 && lines.count <= 24)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(!picture.contains("\u{1B}"))
  }

  @Test(arguments: ["run", "loss", "dC", "why", "error", "cobweb", "sharpness"])
  func everyPictureOfARunHasAxes(_ name: String) throws {
    let said = try say("f = x^4/4-x^2/2; descend eta=1.1 x0=0.3\nplot \(name)")
    #expect(said.errors.isEmpty)
    #expect(said.text.contains("└") && said.text.contains("┤"))
  }

  @Test func formulasAreDrawnWithoutARun() throws {
    let said = try say(
      "f = sin(x); plot f x=-3..3; plot x=0..1; g(x,y) = x*y; plot g x=0..1 y=0..1")
    #expect(said.errors.isEmpty)
    #expect(said.texts.filter { $0.contains("└") }.count == 3)
  }

  @Test func filesSayTheirFormat() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "overshoot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let base = folder.path
    let said = try say(
      """
      f = x^2; descend eta=1.2 x0=-1 steps=3
      plot to "\(base)/a.svg"
      plot to "\(base)/a.png" width=400 height=300
      plot to "\(base)/a.pdf"
      plot to "\(base)/a.svg"
      plot to "\(base)/a.gif"
      plot "\(base)/b.svg"
      """)
    #expect(said.answers.suffix(3).compactMap { $0["file"] as? String }.count == 3)
    #expect(said.errors.compactMap { $0["message"] as? String }.count == 3)
    #expect((said.errors[0]["message"] as? String)?.contains("exists already") == true)
    #expect((said.errors[1]["message"] as? String)?.contains("format") == true)
    func bytes(_ name: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }
    #expect(XMLParser(data: Data(try bytes("a.svg"))).parse())
    #expect(try bytes("a.pdf").starts(with: "%PDF".utf8))
    let png = try bytes("a.png")
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(png[16..<24].elementsEqual([0, 0, 1, 144, 0, 0, 1, 44]))
    let safe = Session()
    safe.safe = true
    let refused = try say("f = x^2; plot f to \"\(base)/c.svg\"", in: safe)
    #expect((refused.errors.last?["message"] as? String)?.contains("--safe") == true)
  }

  @Test func plotToWritesThePictureThatWasSeen() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "overshoot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func svg(_ name: String) throws -> String {
      try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
    let said = try say(
      """
      f = x^2; descend eta=1.2 x0=-1 steps=3
      plot why; set digits 9; plot to "\(folder.path)/why.svg"
      plot f x=-2..2; plot to "\(folder.path)/curve.svg"; plot to "\(folder.path)/again.svg"
      descend eta=0.3 x0=1; plot to "\(folder.path)/run.svg"
      """)
    #expect(said.errors.isEmpty)
    #expect(try svg("why.svg").contains("<title>One step of f(x) = x² from x = -1</title>"))
    #expect(try svg("curve.svg").contains("<title>f(x) = x²</title>"))
    #expect(try svg("again.svg").contains("<title>f(x) = x²</title>"))
    #expect(try svg("run.svg").contains("<title>f(x) = x², η = 0.3</title>"))
  }

  @Test func glyphsAreChosen() throws {
    func picture(_ glyphs: String) throws -> String {
      try #require(try say("set glyphs=\(glyphs); plot x^2 x=-1..1").texts.last)
    }
    #expect(try picture("blocks").contains("▀"))
    let braille = try picture("braille")
    #expect(braille.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    #expect(try picture("ascii").unicodeScalars.allSatisfy { $0.isASCII })
    #expect(try say("set glyphs=runes").errors.count == 1)
  }

  @Test func flowIsACurve() throws {
    let session = Session()
    let said = try say("f = x^4/4-x^2/2; flow eta=1.2 x0=0.3", in: session)
    #expect(said.errors.isEmpty)
    let flow = try #require(session.lastFlow)
    #expect(flow.times.count == 11 && flow.flow.count > 100)
    for (a, b) in zip(flow.flow, flow.flow.dropFirst()) { #expect(abs(a[0] - b[0]) < 0.02) }
  }

  @Test func stepDrawsWhereThatIsSet() throws {
    let said = try say(
      "set picture=on; f = x^2; descend eta=0.3 x0=1 steps=2; back; set picture=off; step")
    #expect(said.texts[3].contains("prediction") && said.texts[3].contains("└"))
    #expect(said.texts.last?.contains("└") == false)
  }

  @Test func playShowsAFramePerStep() throws {
    let session = Session()
    session.display.animates = true
    var frames = 0
    let source = "f = x^2; descend eta=0.9 x0=1 steps=4; play pause=0"
    _ = session.run(Array(source.utf8), name: "test") { event in
      if case .frame = event { frames += 1 }
    }
    #expect(frames == 4)
  }
}
