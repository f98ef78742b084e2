// What pictures in characters promise beyond their golden texts: strokes that can be told apart, equal
// steps that look equal, labels beside their marks, names that are never lost.
import Testing

@testable import Native
@testable import Plotting

struct StrokeTests {
  private func figure(_ layers: [Layer], y: ClosedRange<Double> = 0...10) -> Figure {
    Figure(title: "", x: Axis("", .linear, 0...10), y: Axis("", .linear, y), layers: layers)
  }

  /// The plot area alone, without its frame.
  private func area(_ figure: Figure, _ options: TextOptions = TextOptions()) -> [String] {
    figure.painted(options, GlyphSet.of(options.glyphs), []).canvas.picture.plain.compactMap {
      $0.firstIndex { "│┤|+".contains($0) }.map { [line = $0] in String(line[$0...].dropFirst()) }
    }
  }

  private func characters(_ layers: [Layer]) -> Set<Character> {
    Set(area(figure(layers)).joined()).subtracting([" "])
  }

  @Test func everyStrokeHasItsGlyphs() {
    let rise = [Point(1, 1), Point(9, 9)]
    #expect(characters([.line(Line("", rise))]).isSubset(of: Set("▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")))
    #expect(characters([.line(Line("", rise, weight: .thin))]) == ["─", "╱"])
    #expect(characters([.line(Line("", rise, stroke: .dotted))]) == ["·"])
    let steep = [Point(5, 9), Point(5.2, 1)]
    #expect(characters([.line(Line("", steep, weight: .thin))]).isSubset(of: ["│", "╲"]))
    let flat = area(figure([.line(Line("", [Point(1, 5), Point(9, 5)], stroke: .dashed))]))
    #expect(flat.joined().contains("── ── ──"))
  }

  @Test func cobwebsHaveCorners() {
    let box = [Point(2, 2), Point(2, 8), Point(8, 8), Point(8, 2), Point(2, 2)]
    #expect(
      characters([.line(Line("", box, weight: .thin))]) == ["─", "│", "┌", "┐", "└", "┘"])
    let crossed = box + [Point(8, 2), Point(5, 2), Point(5, 8)]
    #expect(characters([.line(Line("", crossed, weight: .thin))]).isSuperset(of: ["┬", "┴"]))
  }

  @Test func marksAreNeverHidden() {
    let layers: [Layer] = [
      .marks(Marks("", [Point(5, 5)], symbol: .diamond)),
      .line(Line("", [Point(0, 5), Point(10, 5)])),
      .line(Line("", [Point(0, 5), Point(10, 5)], weight: .thin)),
    ]
    #expect(characters(layers).contains("◆"))
    #expect(!characters(layers).contains("─"), "a curve is in front of a thin stroke")
  }

  @Test func equalStepsAreEqualRows() throws {
    for (low, high) in [(0.0, 1.6), (-0.3, 9.1), (-2000.0, 1450), (3.2e-5, 8.7e-5)] {
      for options in [TextOptions(), TextOptions(columns: 40, rows: 15)] {
        let layout = TextLayout(
          figure([], y: low...high), options, GlyphSet.of(.blocks), [])
        let canvas = TextCanvas(
          columns: options.columns, rows: options.rows, glyphs: .of(.blocks), area: layout.area)
        let rows = layout.yTicks.marks.map { canvas.cell(Point(0, $0.unit)).row }
        #expect(rows.count >= 3, "\(low)...\(high)")
        #expect(layout.projection.y.lower <= low && layout.projection.y.upper >= high)
        let steps = Set(zip(rows, rows.dropFirst()).map { $0 - $1 })
        #expect((steps.max() ?? 0) - (steps.min() ?? 0) <= 1, "\(low)...\(high): \(rows)")
        guard EvenAxis.isEven(layout, low...high) else { continue }
        #expect(steps.count == 1, "\(low)...\(high): \(rows)")
      }
    }
  }

  @Test func zeroIsLabelledWhereItIsShown() {
    for low in [-0.25, -1.7, -3.3, -40] {
      for high in [0.3, 1.55, 7.2, 90] {
        for length in [20.0, 40, 70, 140] {
          let room = LabelRoom(
            length: length, gap: 2, target: max(3, Int(length) / 11), extent: { Double($0.count) })
          let labels = Ticks(Span(.linear, low, high), room).marks.map(\.label)
          #expect(labels.contains("0"), "\(low)...\(high) in \(length): \(labels)")
        }
      }
    }
  }

  @Test func aLabelStandsBesideItsMarkOrNotAtAll() {
    // Ten marks side by side: a number between two would be read as the nearer one's.
    let points = (0..<10).map { Point(4 + 0.2 * Double($0), 5) }
    let marks = Marks("steps", points, labels: points.indices.map(String.init))
    for options in [TextOptions(), TextOptions(columns: 40, rows: 15)] {
      let painter = figure([.marks(marks)]).painted(options, .of(.blocks), [])
      let cells = points.map { p -> (x: Double, y: Double) in
        let (column, row) = painter.canvas.cell(painter.projection.unit(p))
        return (Double(column) + 0.5, Double(row) + 0.5)
      }
      #expect(!painter.placement.placed.isEmpty)
      for box in painter.placement.placed {
        let nearest = cells.map { box.distance(to: $0.x, $0.y, tall: 2) }.min() ?? 99
        #expect(nearest <= 1.5)
      }
    }
  }

  @Test func denseMarksStandApart() {
    let row = (0..<500).map { (x: Double($0) / 10, y: 0.0) }
    let chosen = uncrowded(row) { $0 % 100 == 50 }
    #expect(chosen.first == 0 && chosen.last == 499)
    // Preferred ones come first.
    #expect([50, 150, 250, 350, 450].allSatisfy(chosen.contains))
    for (a, b) in zip(chosen, chosen.dropFirst()) { #expect(b - a >= 30) }
    #expect(chosen.count > 10)
    #expect(uncrowded(Array(row.prefix(24))) { _ in false } == Array(0..<24))
    #expect(uncrowded([]) { _ in true }.isEmpty)
    // On a heap only the first has a label.
    #expect(unheaped(Array(row.prefix(20)) + [(x: 5.0, y: 0.0)]) == [0, 20])
  }

  /// Whatever the slope, and wherever at the frame the line ends.
  @Test func arrowheadsAreInsideTheFrame() throws {
    let cairo = try Cairo.opened()
    for end in [
      Point(10, 3), Point(9, 0), Point(5, 0), Point(20, 1), Point(0.5, 10), Point(6, 5),
    ] {
      let arrow = Line("", [Point(5, 5), end], end: .arrow)
      let picture = figure([.line(arrow)])
      let paper = Paper(cairo, .png, width: 1000, height: 700)
      let painter = PaperPainter(picture, paper)
      let run = try #require(
        clippedRuns(arrow.points.map(painter.projection.unit)).last, "\(end)")
      let ends = run.points.map(painter.place)
      let head = try #require(
        painter.arrowHead(ends[0], ends[ends.count - 1], painter.width(arrow.weight)))
      #expect(head.allSatisfy(painter.layout.area.holds), "\(end): \(head)")
    }
  }

  @Test func wholeAxesHaveWholeNumbers() {
    for end in [1.0, 2, 3, 4, 7, 10, 19, 50, 333, 1e4] {
      for (columns, rows) in [(80, 24), (40, 15), (131, 40)] {
        var figure = figure([])
        figure.x = Axis("t", .linear, 0...end, isWhole: true)
        figure.y = Axis("n", .linear, 0...end, isWhole: true)
        let layout = figure.painted(
          TextOptions(columns: columns, rows: rows), .of(.blocks), []
        ).layout
        for tick in layout.xTicks.marks + layout.yTicks.marks {
          #expect(tick.value == tick.value.rounded(), "\(end) in \(columns)")
        }
        #expect(layout.xTicks.marks.count >= 2)
      }
    }
  }

  @Test func namesWithoutRoomGoToTheLegend() {
    let wide = Band(2...8, "chaos")
    let narrow = Band(8...8.3, "cycle of 2", hue: .sky)
    let crowd = (0..<800).map { Point(Double($0 % 40) / 20 + 4, Double($0 / 40) / 4 + 3) }
    // In layers of few marks, which are all drawn.
    let crowds = stride(from: 0, to: 800, by: 20).map {
      Layer.marks(Marks("m", Array(crowd[$0..<$0 + 20])))
    }
    let start = Marks("", [Point(5.07, 5.5)], labels: ["start"], symbol: .ring)
    let text = figure([.band(wide), .band(narrow)] + crowds + [.marks(start)]).text().plain
    #expect(text.dropLast(3).joined().contains("chaos"))
    #expect(text.suffix(2).joined().contains("▒▒▒ cycle of 2"))
    #expect(text.suffix(2).joined().contains("○ start"))
  }

  @Test func aLegendWithoutRoomSaysSo() {
    let lines = (0..<30).map { Layer.line(Line("line number \($0)", [Point(0, 0), Point(9, 9)])) }
    var figure = figure(lines)
    figure.elsewhere = "see the table"
    for rows in [10, 15, 24] {
      let text = figure.text(TextOptions(columns: 40, rows: rows)).plain
      let legend = text.filter { $0.contains("line number") || $0.contains("more") }
      let area = text.filter { $0.contains("│") || $0.contains("┤") }
      #expect(legend.count <= area.count)
      #expect(legend.last?.contains("more: see the table") == true, "\(text)")
    }
  }

  @Test func longTitlesAreBrokenWhereTheyMayBe() {
    func lines(_ title: String, _ short: String = "", rows: Int = 15) -> [String] {
      var figure = figure([])
      figure.title = title
      figure.shortTitle = short
      return figure.text(TextOptions(columns: 40, rows: rows)).plain.prefix(2).map { $0 }
    }
    let rosenbrock = "f(x, y) = (1 - x)² + 100·(y - x²)², η = 0.002"
    #expect(lines(rosenbrock) == ["f(x, y) = (1 - x)² + 100·(y - x²)²,", "η = 0.002"])
    #expect(
      lines("How descent on f(u, v) = (u·v)²/2 + (u - v)²/4 ends")
        == ["How descent on f(u, v) = (u·v)²/2", "+ (u - v)²/4 ends"])
    #expect(lines(rosenbrock, "f, η = 0.002", rows: 10)[0] == "f, η = 0.002")
  }

  @Test(arguments: [
    ([0.3, 1.2, 2.4, 11, 60, 300], [0.2, 1, 2, 10, 50, 200]),
    ([-9, -3, -0.4, 0, 2.2, 8], [-10, -2, -0.5, 0, 2, 10]),
    ([1001, 1002, 1003.1, 1004, 1005.2, 1006], [1001, 1002, 1003, 1004, 1005, 1006]),
    ([], []),
  ])
  func levelsAreRound(_ wanted: [Double], _ values: [Double]) {
    let levels = RoundLevels(near: wanted)
    #expect(levels.values == values)
    #expect(levels.texts.allSatisfy { $0.count <= 5 })
  }
}

extension EvenAxis {
  /// Whether the y axis of a layout was widened to whole rows.
  fileprivate static func isEven(_ layout: TextLayout, _ given: ClosedRange<Double>) -> Bool {
    layout.projection.y.lower != given.lowerBound || layout.projection.y.upper != given.upperBound
  }
}
