// Figures in characters and as files: golden pictures, sizes, contours, colours, hostile input.
// UPDATE=1 writes the golden pictures anew.
import Foundation
import Testing

@testable import Plotting

struct TextFigureTests {
  private static let sizes = [(80, 24), (40, 15)]

  private static func golden(_ figure: Figure) -> String {
    sizes.flatMap { columns, rows in
      [TextOptions.Glyphs.blocks, .ascii].map { glyphs in
        let picture = figure.text(TextOptions(columns: columns, rows: rows, glyphs: glyphs))
        return "== \(columns)x\(rows) \(glyphs)\n" + picture.plain.joined(separator: "\n") + "\n"
      }
    }.joined()
  }

  @Test(arguments: SampleFigures.all.map(\.name))
  func picturesAreGolden(_ name: String) throws {
    let figure = try #require(SampleFigures.all.first { $0.name == name }).figure
    let text = Self.golden(figure)
    if ProcessInfo.processInfo.environment["UPDATE"] == "1" {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Cases/figures")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: folder.appendingPathComponent(name + ".txt"))
    }
    #expect(try Cases.text("figures/\(name).txt") == text)
  }

  @Test(arguments: TextOptions.Glyphs.allCases)
  func textStaysInItsColumns(_ glyphs: TextOptions.Glyphs) {
    for (name, figure) in SampleFigures.all {
      for (columns, rows) in [(80, 24), (40, 15), (20, 8), (131, 40), (12, 3), (1, 1), (0, 0)] {
        for hasColor in [false, true] {
          let picture = figure.text(
            TextOptions(columns: columns, rows: rows, glyphs: glyphs, hasColor: hasColor))
          #expect(picture.lines.count <= rows, "\(name) \(columns)x\(rows)")
          for line in picture.lines {
            let scalars = line.flatMap(\.text.unicodeScalars)
            #expect(scalars.count <= columns, "\(name) \(columns)x\(rows)")
            #expect(scalars.allSatisfy { $0.value >= 0x20 }, "\(name): no escapes")
            if glyphs == .ascii { #expect(scalars.allSatisfy { $0.isASCII }, "\(name)") }
          }
        }
      }
    }
  }

  @Test func colourIsNotNeeded() {
    // Every series of the comparison shows its own symbol, every class of the map its letter.
    let compare = SampleFigures.compare.text().plain.dropLast().joined()
    for symbol in "●○▲■" { #expect(compare.contains(symbol)) }
    let map = SampleFigures.map.text().plain.dropLast().joined()
    for letter in "c2db" { #expect(map.contains(letter)) }
    let coloured = SampleFigures.map.text(TextOptions(hasColor: true)).plain.dropLast().joined()
    for letter in "c2db" { #expect(coloured.contains(letter)) }
  }

  @Test func labelsDoNotTouch() throws {
    for (name, figure) in SampleFigures.all {
      for options in [TextOptions(), TextOptions(columns: 40, rows: 15)] {
        let painter = figure.painted(options, GlyphSet.of(.blocks), [])
        expectDisjoint(painter.placement.placed, name)
      }
    }
  }

  @Test func hostileFiguresAreDrawn() throws {
    for figure in hostileFigures {
      let picture = figure.text()
      #expect(picture.lines.count <= 24)
      let png = try figure.rendered(as: .png, width: 320, height: 240)
      #expect(png.count > 100)
    }
  }
}

/// No two boxes share a point inside.
private func expectDisjoint(_ boxes: [Box], _ name: String) {
  for (k, box) in boxes.enumerated() {
    #expect(!boxes.dropFirst(k + 1).contains { box.meets($0) }, "\(name)")
  }
}

/// Figures without data, with numbers that have no place, and with text that is not text.
private var hostileFigures: [Figure] {
  let odd = [
    Double.nan, .infinity, -.infinity, 1e308, -1e308, 0, Double.leastNonzeroMagnitude, -0.0,
  ].map {
    Point($0, $0)
  }
  let title = "\u{0}\u{1b}[31m <&>\"' " + String(repeating: "wide", count: 200)
  return [Scale.linear, .log10, .symlog(1)].flatMap { scale in
    [
      Figure(title: title, x: Axis("", scale), y: Axis("", scale)),
      Figure(
        title: "", x: Axis(title, scale), y: Axis(title, scale, -1...1),
        layers: [
          .line(Line(title, odd, symbol: .up, end: .arrow)),
          .marks(Marks(title, odd, labels: odd.map { _ in title })),
          .guide(Guide(.vertical(.nan), "x")), .guide(Guide(.horizontal(.infinity), "y")),
          .band(Band(-1e308...1e308, title)),
          .cloud(Cloud(title, xs: odd.map(\.x), ys: odd.map(\.y))),
          .contours(
            Contours(
              "",
              Grid(
                columns: 2, rows: 2, values: [0, .nan, 1, .infinity], xRange: 0...0,
                yRange: -1e308...1e308), levels: [0.5, .nan], labels: [title])),
          .map(
            ClassMap(
              columns: 1, rows: 1, kinds: [], cells: [7], shading: [.nan], xRange: 0...0,
              yRange: -1e308...1e308)),
        ]),
    ]
  }
}

struct ContourTests {
  /// Values of x² + y² on −2...2.
  private func bowl(_ n: Int) -> Grid {
    let values = (0..<n * n).map { k in
      let x = -2 + 4 * Double(k % n) / Double(n - 1)
      let y = -2 + 4 * Double(k / n) / Double(n - 1)
      return x * x + y * y
    }
    return Grid(columns: n, rows: n, values: values, xRange: -2...2, yRange: -2...2)
  }

  @Test(arguments: [21, 41, 81]) func circlesAreRoundAndClosed(_ n: Int) throws {
    let h = 4 / Double(n - 1)
    let lines = bowl(n).lines(at: 1.5)
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line.first == line.last)
    for p in line {
      let x = -2 + h * p.x
      let y = -2 + h * p.y
      // A parabola is its own cubic: what is left is the halving of the edge, to 2⁻²⁰ of a cell.
      #expect(abs(x * x + y * y - 1.5) <= 4 * h * 0x1p-20)
    }
    // Its length is the circle's, to the same order.
    let length = zip(line, line.dropFirst()).reduce(0) { sum, ends in
      let dx = h * (ends.1.x - ends.0.x)
      let dy = h * (ends.1.y - ends.0.y)
      return sum + (dx * dx + dy * dy).squareRoot()
    }
    #expect(abs(length - 2 * .pi * 1.5.squareRoot()) < 2 * h * h)
  }

  @Test func openLinesEndAtTheEdge() {
    let lines = bowl(21).lines(at: 5)
    #expect(lines.count == 4)
    for line in lines {
      for end in [line[0], line[line.count - 1]] {
        #expect(end.x == 0 || end.x == 20 || end.y == 0 || end.y == 20)
      }
    }
  }

  @Test func saddlesAreCutTwiceByTheMean() {
    func lines(_ level: Double) -> [[Point]] {
      Grid(columns: 2, rows: 2, values: [1, 0, 0, 1], xRange: 0...1, yRange: 0...1)
        .lines(at: level)
    }
    // Below the mean 0.5 the high corners are joined: lines cut off the low ones, (1, 0) and (0, 1).
    #expect(lines(0.25).count == 2 && lines(0.75).count == 2)
    for line in lines(0.25) { #expect(line.allSatisfy { abs($0.x - $0.y) >= 0.5 }) }
    for line in lines(0.75) { #expect(line.allSatisfy { abs($0.x + $0.y - 1) >= 0.5 }) }
  }
}

struct ClippingTests {
  @Test func linesAreCutAtTheEdge() {
    let runs = clippedRuns([Point(-1, 0.5), Point(2, 0.5)])
    #expect(runs.map(\.points) == [[Point(0, 0.5), Point(1, 0.5)]])
    // An arrow that leaves the picture has its head at the frame.
    #expect(runs[0].isLast)
    #expect(!clippedRuns([Point(0, 0.5), Point(2, 0.5), Point(2, 2)])[0].isLast)
    #expect(clippedRuns([Point(-1, 0), Point(0.5, 3)]).isEmpty)
    #expect(clippedRuns([Point(0.5, 0.5), Point(.nan, 0), Point(0.6, 0.6)]).isEmpty)
    let huge = clippedRuns([Point(-1e308, -1e308), Point(1e308, 1e308)])
    #expect(huge.count == 1)
    #expect(huge[0].points.allSatisfy { isInside($0) && abs($0.x - $0.y) < 1e-9 })
    #expect(clippedRuns([Point(0, 0), Point(0.5, 1)])[0].isLast)
  }
}
