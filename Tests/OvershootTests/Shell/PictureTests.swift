// What a picture holds, as a value: the points, the window, the series, the legend. That a renderer draws
// them is tested beside the renderers.
import Foundation
import Testing

@testable import Descent
@testable import Plotting
@testable import Shell

/// The figure that the last statement drew.
private func figure(_ source: String, in session: Session = Session()) throws -> Figure {
  let said = try say(source, in: session)
  #expect(said.errors.filter { $0["kind"] as? String == "error" }.isEmpty, "\(said.text)")
  return try #require(session.shownFigure, "\(said.text)")
}

extension Figure {
  fileprivate func points(_ name: String) -> [Point] {
    series.first { $0.name == name }?.points ?? []
  }

  fileprivate var lines: [Line] {
    layers.compactMap { if case .line(let l) = $0 { l } else { nil } }
  }

  fileprivate var marks: [Marks] {
    layers.compactMap { if case .marks(let m) = $0 { m } else { nil } }
  }

  fileprivate var kinds: [ClassMap.Kind] {
    layers.compactMap { if case .map(let m) = $0 { m } else { nil } }.first?.kinds ?? []
  }
}

struct RunPictureTests {
  /// The picture of a step out of the domain: the domain ends in it, and the rate is a line.
  @Test func theStepThatLeavesIsDrawn() throws {
    let log = try figure("f = log(x); descend eta=1.5 x0=0.5; why; plot")
    let bands = log.layers.compactMap { if case .band(let b) = $0 { b } else { nil } }
    #expect(
      bands.contains { $0.label == "outside the domain" && near($0.range.lowerBound, 0.25, 1e-9) })
    let guides = log.layers.compactMap { if case .guide(let g) = $0 { g.label } else { nil } }
    #expect(guides.contains("yours") && log.points.allSatisfy(\.y.isFinite))
    let gap = try figure("f = log(x^2-1); why eta=2.9 x0=2; plot")
    let outside = gap.layers.compactMap { if case .band(let b) = $0 { b } else { nil } }.first {
      $0.label == "outside the domain"
    }
    // Outside between x = 1 and x = −1: from η = 3/4 to 9/4.
    #expect(
      near(outside?.range.lowerBound, 0.75, 1e-9) && near(outside?.range.upperBound, 2.25, 0.05))
  }

  @Test(arguments: [("1.125", 19, 69.3889390390723), ("1.5", 8, 256)])
  func everyPointOfARunIsInItsPicture(_ eta: String, _ steps: Int, _ last: Double) throws {
    let picture = try figure("f = x^2; descend eta=\(eta) x0=-1 steps=\(steps); plot")
    let points = picture.points("steps")
    #expect(points.count == steps + 1)
    #expect(abs(abs(points.last?.x ?? 0) - last) < 1e-9)
    #expect(picture.outside == 0)
    let window = picture.window
    #expect(points.allSatisfy { window.x.contains($0.x) && window.y.contains($0.y) })
    #expect(!picture.text().plain.joined().contains("outside"))
  }

  /// 1.4⁶⁰ is 6·10⁸: of the first step nothing would be seen.
  @Test func whatLiesOutsideIsCounted() throws {
    let picture = try figure("f = x^2; descend eta=1.2 x0=-1 steps=60; plot")
    let points = picture.points("steps")
    #expect(points.count == 61)
    let outside = points.count { !picture.window.x.contains($0.x) }
    #expect(outside == 42 && picture.outside == outside)
    for (columns, rows) in [(80, 24), (40, 15)] {
      let text = picture.text(TextOptions(columns: columns, rows: rows)).plain
      #expect(text.joined().contains("42 of 61 points lie outside"))
    }
    // The line goes on to where it leaves the frame.
    let line = try #require(picture.lines.first { $0.name == "steps" })
    let end = try #require(
      clippedRuns(line.points.map(picture.projection().unit)).last?.points.last)
    #expect(end.x == 0 || end.x == 1 || end.y == 1)
  }

  /// x⁴ at η = 1 from 2: x is beyond the doubles after a few steps.
  @Test func whatNoDoubleCanNameIsOutside() throws {
    let picture = try figure("f = x^4; descend eta=1 x0=2 steps=20; plot")
    let points = picture.points("steps")
    #expect(points.count > 3 && picture.outside == points.count - 2)
    #expect(picture.window.x.upperBound < 1e4)
  }

  @Test func readersOfJSONGetAllPoints() throws {
    let said = try say("f = x^2; descend eta=1.2 x0=-1 steps=60; plot")
    let answer = try #require(said.answers.last)
    let window = try #require(answer["window"] as? [String: [Double]])
    #expect(window["x"]?.count == 2 && window["y"]?.count == 2)
    let series = try #require(answer["series"] as? [[String: Any]])
    #expect(series.compactMap { $0["name"] as? String }.contains("f"))
    let steps = try #require(series.first { $0["name"] as? String == "steps" })
    let points = try #require(steps["points"] as? [[Double]])
    #expect(points.count == 61 && points[1] == [1.4, 1.96])
    #expect(answer["outside"] as? Int == 42)
    let whole = try say("f = x^2; plot f x=-1..1")
    #expect(whole.answers.last?["outside"] as? Int == 0)
  }

  @Test func aLongRunSaysThatNotAllPointsAreDrawn() throws {
    let picture = try figure(
      "f = x^4; descend eta=0.01 x0=1 steps=20000 tier=double; plot")
    let drawn = picture.points("steps").count
    #expect(drawn > 200 && drawn < 20_001)
    #expect(picture.note == "\(drawn) of 20001 points are drawn")
  }

  @Test func allRunsOfAnAnswerAreDrawn() throws {
    let source = "f = x^2; descend eta=[0.1, 0.5, 0.9, 1.05] x0=-1 steps=12; "
    let names = ["η = 0.1", "η = 0.5", "η = 0.9", "η = 1.05"]
    for command in ["plot", "plot loss"] {
      let picture = try figure(source + command)
      let runs = picture.series.filter { names.contains($0.name) }
      #expect(runs.map(\.name) == names)
      #expect(runs.map(\.points.count) == [13, 2, 13, 13])
      #expect(picture.legend().map(\.name).filter(names.contains) == names)
      #expect(Set(picture.lines.filter { names.contains($0.name) }.map(\.hue)).count == 4)
      #expect(picture.points.count == 41)
    }
    let plane = try figure(
      "f(x,y) = x^2+3y^2; descend eta=[0.1, 0.2] from=[1,1] method=[gd, momentum]; plot")
    #expect(
      plane.legend().map(\.name).dropFirst().prefix(4)
        == ["gd, η = 0.1", "gd, η = 0.2", "momentum, η = 0.1", "momentum, η = 0.2"])
    // step goes on in the last one.
    let one = try figure(source + "step; plot")
    #expect(one.points("steps").count == 14)
  }

  @Test func aLineIsSeenBetweenItsMarks() throws {
    let picture = try figure(
      "f(x,y) = (1-x)^2+100(y-x^2)^2; descend eta=0.001 from=[-1.2,1] steps=500; plot")
    #expect(picture.points("steps").count == 501)
    let painter = picture.painted(TextOptions(), .of(.blocks), [])
    let marks = try #require(picture.marks.first { $0.name == "steps" })
    let shown = painter.shown(marks)
    #expect(shown.count < 30)
    // The first and the last step are among them.
    #expect(shown.first?.index == 0 && shown.last?.index == 500)
    let line = painter.canvas.picture.lines.joined().filter {
      $0.style.foreground == .text(Look.run) && $0.text.contains { "─│╱╲".contains($0) }
    }
    #expect(line.reduce(0) { $0 + $1.text.count } > 8, "\(painter.canvas.picture.plain)")
  }

  @Test func rangesOfARunAreKept() throws {
    let run = "f = x^2; descend eta=1.2 x0=-1 steps=10; "
    let picture = try figure(run + "plot run x=-2..2")
    #expect(picture.window.x == -2...2)
    #expect(picture.points("f").first?.x == -2 && picture.points("f").last?.x == 2)
    #expect(picture.points("steps").count == 11 && picture.outside == 8)
    // Without its name it is the same picture, and the loss has a range too.
    #expect(try figure(run + "plot x=-2..2").points("steps").count == 11)
    #expect(try figure(run + "plot run x=-2..2 f=0..1").window.y == 0...1)
    #expect(try figure(run + "plot loss t=2..5").window.x == 2...5)
    #expect(try figure(run + "plot cobweb x=-1..1").window.x == -1...1)
    let signum = "method signum: x = x - eta*sign(g); f = x^2; descend method=signum eta=.3 x0=1; "
    let steps = try figure(signum + "plot cobweb").points("a step by signum")
    #expect(
      steps.count > 100 && steps.allSatisfy { abs(abs($0.y - $0.x) - 0.3) < 1e-12 || $0.x == 0 })
    let plane = try figure(
      "f(x,y) = x^2+3y^2; descend eta=0.1 from=[1,1]; plot run x=-2..2 y=0..1")
    #expect(plane.window.x == -2...2 && plane.window.y == 0...1)
    for wrong in ["plot run q=0..1", "plot run x=1", "plot run x=2..1", "plot run g"] {
      #expect(try say(run + wrong).errors.count == 1, "\(wrong)")
    }
  }

  /// In the table they are ▲ in red.
  @Test func risesHaveOneColour() throws {
    let run = "f = x^2; descend eta=1.2 x0=-1 steps=3; "
    let hues = try ["plot run", "plot loss", "plot dC"].map { plot in
      try #require(try figure(run + plot).marks.first { $0.symbol == .up }).hue
    }
    #expect(Set(hues) == [Look.rise])
    #expect(!(0..<40).contains { Look.of($0).hue == Look.rise || Look.of($0).symbol == .up })
  }

  @Test func stepNumbersAreWhole() throws {
    let run = "f = x^2; descend eta=0.4 x0=1 steps=2; "
    for plot in ["plot loss", "plot dC", "plot sharpness"] {
      let picture = try figure(run + plot)
      #expect(picture.x.isWhole)
      let layout = picture.painted(TextOptions(), .of(.blocks), []).layout
      #expect(["0 1", "0 1 2"].contains(layout.xTicks.marks.map(\.label).joined(separator: " ")))
    }
    #expect(try figure("f = x^2; compare eta=[0.1, 0.2] x0=1; plot").x.isWhole)
  }

  @Test func pointsOnAHeapHaveNoNumbers() throws {
    let picture = try figure("f = x^2; descend eta=0.9 x0=1 steps=20; plot")
    let painter = picture.painted(TextOptions(), .of(.blocks), [])
    let marks = try #require(picture.marks.first { $0.name == "steps" })
    #expect(marks.labels[0] == "0" && marks.labels[4] == "4")
    let columns = painter.shown(marks).map(\.column)
    for box in painter.placement.placed {
      // Beside every number there is one mark alone.
      let near = columns.filter { abs(Double($0) + 0.5 - box.x - box.width / 2) <= 1.5 }
      #expect(near.count <= 2, "\(painter.canvas.picture.plain)")
    }
  }
}

struct LatestPictureTests {
  @Test(arguments: [
    ("map eta=0.1..0.5 x0=-1..1 size=8", "How descent on f(x) = x⁴ ends"),
    ("bifurcate eta=0.1..0.5 columns=8 x0=0.1", "Where descent on f(x) = x⁴ ends, by rate"),
    ("compare eta=[0.1, 0.2] x0=1", "f(x) = x⁴: the loss against t"),
    ("sweep eta=0.1..0.2 count=3 x0=1", "Sweep of f(x) = x⁴"),
    ("sweep method=momentum eta=0.1..0.2 count=3 x0=1", "Sweep of f(x) = x⁴ by momentum"),
    ("why eta=0.2 x0=1", "One step of f(x) = x⁴ from x = 1"),
  ])
  func aRedefinitionDoesNotHideIt(_ command: String, _ title: String) throws {
    let before = "f = x^2; descend eta=0.4 x0=1; f = x^4; "
    #expect(try figure(before + command + "; plot").title == title)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "latest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.svg")
    #expect(try say(before + command + "; plot to \"\(file.path)\"").errors.count <= 1)
    #expect(try String(contentsOf: file, encoding: .utf8).contains("<title>\(title)</title>"))
  }

  @Test func whatCameAfterThePictureIsDrawn() throws {
    // Defined anew, the loss itself.
    #expect(try figure("f = x^2; descend eta=0.4 x0=1; f = x^4; plot").title == "f(x) = x⁴")
    #expect(
      try figure("f = x^2; map eta=0.1..0.5 x0=-1..1 size=8; f = x^4; plot").title == "f(x) = x⁴")
    // play shows the run again.
    let played = "f = x^2; descend eta=0.4 x0=1; map eta=0.1..0.5 size=8; play; plot"
    #expect(try figure(played).title == "f(x) = x², η = 0.4")
    // What has no picture leaves the last one.
    let kept = "f = x^2; h = 3; map f eta=0.1..0.5 x0=-1..1 size=8; forget h; loss f; f(2); plot"
    #expect(try figure(kept).title == "How descent on f(x) = x² ends")
    // A new run has a step of its own.
    let step = "f = x^2; why eta=0.4 x0=3; descend eta=0.4 x0=1; plot why"
    #expect(try figure(step).title == "One step of f(x) = x² from x = 1")
    // A sweep is not drawn as the comparison that came after it.
    let both = "f = x^2; sweep eta=0.1..0.2 count=3 x0=1; compare eta=[0.1, 0.2]; plot sweep"
    #expect(try figure(both).title == "Sweep of f(x) = x²")
  }

  /// The slower of two runs settles after some steps; what the others do later is not shown, but said.
  @Test func aComparisonSaysWhereItEnds() throws {
    let both = try figure("f = x^2; compare eta=[0.1, 1.5] x0=1; plot")
    let settled = try #require(both.series.first { $0.name == "η = 0.1" }).points.count
    #expect(both.note == "shown up to t = \(settled - 1)")
    #expect(try figure("f = x^2; compare eta=[0.1, 0.2] x0=1; plot").note.isEmpty)
  }

  @Test func severalRatesOfOneStepAreMarked() throws {
    let picture = try figure("f = x^2; why eta=0.3 x0=1; why eta=[0.1, 0.5, -0.2] x0=2; plot")
    #expect(picture.title == "One step of f(x) = x² from x = 2")
    #expect(picture.marks.flatMap(\.labels).prefix(3) == ["η = 0.1", "η = 0.5", "η = -0.2"])
    #expect(picture.outside == 0 && picture.window.x.lowerBound < -0.2)
  }

  @Test func aSweepFollowsABifurcation() throws {
    let said = try say("f = x^2; bifurcate eta=0.1..0.9 columns=8 x0=2; sweep eta=0.1..0.3 count=3")
    let at = try #require(said.answers.last?["at"] as? [String: Double], "\(said.text)")
    #expect(at == ["x": 2])
    let first = try say(
      "f = x^2; descend eta=0.4 x0=3; sweep eta=0.1..0.3 count=3 x0=2; bifurcate eta=0.1..0.9 columns=8"
    )
    #expect(first.answers.last?["at"] as? [String: Double] == ["x": 2])
  }
}

struct FormulaPictureTests {
  @Test func severalFormulasAreDrawn() throws {
    let picture = try figure("f = x^2; g = sin(x); plot f g x=-3..3")
    #expect(picture.series.map(\.name) == ["f", "g"])
    #expect(picture.series.allSatisfy { $0.points.count == 600 })
    #expect(picture.legend().map(\.name) == ["f", "g"])
    #expect(picture.title == "f(x) = x², g(x) = sin(x)")
    #expect(picture.window.x == -3...3)
    let other = try say("f = x^2; g(w) = w^3; plot f g")
    #expect(other.errors.first?["message"] as? String == "f is of x, g of w")
    #expect(try say("f(x,y) = x*y; g(x,y) = x+y; plot f g").errors.count == 1)
    #expect(try say("f = x^2; plot f nothing").errors.count == 1)
  }

  @Test(arguments: ["plot f x=-80..80", "plot x=-80..80 f", "plot x = -80 .. 80 f"])
  func argumentsHaveNoOrder(_ command: String) throws {
    let picture = try figure("f = x^2; \(command)")
    #expect(picture.title == "f(x) = x²" && picture.window.x == -80...80)
  }

  /// A name that is a number still multiplies.
  @Test func aBoundMayBeAProduct() throws {
    #expect(try figure("a = 2; f = x^2; plot f x=0..3 a").window.x == 0...6)
    #expect(try figure("f = x^2; plot f x=0..3 f(2)").window.x == 0...12)
    #expect(try figure("f = x^2; plot f x=0..2 pi").window.x.upperBound > 6.28)
    #expect(try figure("f = x^2; g = x; plot x=0..2 f g").series.map(\.name) == ["f", "g"])
  }

  /// In Rosenbrock's valley, a few cells wide, a level line stays within a fiftieth of a cell of the level.
  @Test func levelLinesDoNotWiggle() throws {
    let picture = try figure("f(x,y) = (1-x)^2+100(y-x^2)^2; plot f x=-1.5..1.5 y=0..1.2")
    guard case .contours(let contours)? = picture.layers.first else {
      Issue.record("there are no level lines")
      return
    }
    let (dx, dy) = (3 / Double(contours.grid.columns - 1), 1.2 / Double(contours.grid.rows - 1))
    for level in contours.levels {
      for p in contours.grid.lines(at: level).flatMap(\.self) {
        let (x, y) = (-1.5 + dx * p.x, dy * p.y)
        let u = y - x * x
        let value = (1 - x) * (1 - x) + 100 * u * u
        let slope = (-2 * (1 - x) - 400 * x * u, 200 * u)
        let steep = max(abs(slope.0 * dx), abs(slope.1 * dy))
        #expect(abs(value - level) < 0.02 * steep + 1e-9, "\(level) at \(x), \(y)")
      }
    }
  }
}

struct MapPictureTests {
  /// Limits, cycles, chaos and escape in one map: each in a colour of its own.
  @Test func everyClassHasItsColour() throws {
    let session = Session()
    let picture = try figure(
      "f = x^2/2 - x^3/3; map eta=1.8..3 x0=0..1.2 size=40; plot", in: session)
    let map = try #require(session.lastMap)
    let kinds = picture.kinds
    #expect(kinds.count == map.legend.count && kinds.count >= 8)
    #expect(Set(kinds.map(\.hue)).count == kinds.count)
    #expect(Set(kinds.map(\.letter)).count == kinds.count)
    #expect(picture.note.isEmpty)
  }

  /// Fourteen wells: more than there are colours.
  @Test func whereColoursEndThatIsSaid() throws {
    let picture = try figure("f = cos(x); map eta=0.1..1 x0=-44..44 size=[4, 120]; plot")
    let hues = picture.kinds.map(\.hue)
    let shared = Dictionary(grouping: hues) { $0 }.values.filter { $0.count > 1 }
    let count = try #require(shared.first?.count)
    #expect(shared.count == 1)
    #expect(picture.note == "the \(count) rarest classes share a colour")
    #expect(picture.text(TextOptions(hasColor: true)).plain.joined().contains(picture.note))
  }

  /// Only what has a time is paler than the legend's colour, and the legend shows those shades.
  @Test func shadesMatchTheLegend() throws {
    let picture = try figure("f = x^2/2 - x^3/3; map eta=1.8..3 x0=0..1.2 size=40; plot")
    guard case .map(let map)? = picture.layers.first else {
      Issue.record("there is no map")
      return
    }
    for (kind, isShaded) in map.kinds(seenIn: 1600) {
      let hasTime =
        kind.name.contains("diverges") || kind.family.contains("settles")
        || kind.name.contains("settles")
      #expect(isShaded == hasTime, "\(kind)")
    }
    let painter = picture.painted(TextOptions(hasColor: true), .of(.blocks), [])
    let fills = painter.canvas.picture.lines.suffix(3).joined().compactMap(\.style.background)
    let areas = painter.canvas.picture.lines.dropLast(3).joined().flatMap {
      [$0.style.background, $0.style.foreground].compactMap(\.self)
    }
    for case .area(let hue, let shade) in areas {
      #expect(fills.contains(.area(hue, shade: shade)), "\(hue) \(shade)")
    }
  }

  @Test func chaosIsColouredByItsEvidence() throws {
    let session = Session()
    let said = try say("f = x^2/2 - x^3/3; map eta=2.9..3 x0=0.1..0.9 size=20", in: session)
    let map = try #require(session.lastMap)
    let count = map.legend.filter { $0.kind == .chaotic }.reduce(0) { $0 + $1.count }
    #expect(count > 300)
    let counts = try #require(said.answers.last?["counts"] as? [String: Int])
    #expect(counts["chaotic"] == count)
    #expect(said.text.contains("chaotic, evidence"))
    #expect(try figure("plot", in: session).kinds.map(\.name).contains("chaotic, evidence"))
  }

  /// Above η = 4.7 cos x throws orbits from well to well for ever, with a slow drift or without; at 2.3 it
  /// goes to a cycle; x² and x⁴ know no chaos.
  @Test(arguments: [
    ("cos(x)", "4.8..6"), ("cos(x)+x/10000", "4.8..6"), ("cos(x)", "2.1..2.4"),
    ("x^2", "0.1..1.2"), ("x^4", "0.01..0.1"), ("abs(x)", "0.1..1"), ("log(cosh(x))", "2.1..4"),
  ])
  func whatWandersIsNotChaotic(_ loss: String, _ rates: String) throws {
    let session = Session()
    _ = try say("f = \(loss); map eta=\(rates) x0=0.1..2 size=20", in: session)
    let map = try #require(session.lastMap)
    #expect(!map.legend.contains { $0.kind == .chaotic }, "\(map.legend)")
  }
}
