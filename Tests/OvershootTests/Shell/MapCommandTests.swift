// The command `map` as a user types it: ranges, defaults that are said, zoom, the JSON contract.
import Foundation
import Shell
import Testing

struct MapCommandTests {
  @Test func answersCarryTheirMembers() throws {
    let said = try say("f = x^2; map f eta=0.25..1.5 x0=-2..2 size=[6, 4] steps=2000")
    let answer = try #require(said.answers.last, "\(said.text)")
    #expect(said.errors.isEmpty)
    #expect(answer["kind"] as? String == "map")
    let counts = try #require(answer["counts"] as? [String: Int])
    #expect(counts == ["stationary": 12, "cycle": 4, "divergent": 8])
    let axes = try #require(answer["axes"] as? [[String: Any]])
    #expect(axes.compactMap { $0["name"] as? String } == ["eta", "x0"])
    #expect(axes.compactMap { $0["to"] as? Double } == [1.5, 2])
    #expect(axes.compactMap { $0["cells"] as? Int } == [6, 4])
    #expect(answer.keys.contains("file"))
    #expect(answer["complete"] as? Bool == true)
    for part in ["settles at x = 0, a minimum", "12   50.0 %", "cycle of period 2", "diverges"] {
      #expect(said.text.contains(part), "\(part) is not in\n\(said.text)")
    }
  }

  /// A limit has the same name in the table and in the picture.
  @Test func thePictureUsesTheWordsOfTheTable() throws {
    let said = try say("f = x^2; map f eta=0.25..1.5 x0=-2..2 size=[6, 4] steps=2000; plot")
    let words = said.text.components(separatedBy: "settles at x = 0")
    #expect(words.count >= 3, "\(said.text)")
    #expect(!said.text.contains("near"), "\(said.text)")
    let slow = try say("f = x^4; map f eta=0.01..0.05 x0=1..2 size=4; plot")
    #expect(
      slow.text.components(separatedBy: "creeps towards x = 0").count >= 3, "\(slow.text)")
    let answer = try #require(slow.answers.first { $0["kind"] as? String == "map" })
    let classes = try #require(answer["classes"] as? [[String: Any]])
    #expect(classes.first?["outcome"] as? String == "stationary")
    #expect(classes.first?["at_rest"] as? Bool == false)
  }

  /// A window's rate is known to 10⁻⁹ of it: no more digits are written.
  @Test func bifurcationsWriteCertainDigitsOnly() throws {
    let said = try say("f = x^2/2 - x^3/3; bifurcate f eta=2.8..2.9 x0=0.1")
    let answer = try #require(said.answers.last, "\(said.text)")
    let windows = try #require(answer["windows"] as? [[String: Any]])
    #expect(!windows.isEmpty, "\(said.text)")
    for w in windows {
      let eta = try #require(w["eta"] as? Double)
      #expect("\(eta)".count <= 10, "\(eta)")
    }
    // 1 + √8 for the logistic map, so √8 here.
    #expect(windows.contains { abs(($0["eta"] as? Double ?? 0) - 2.8284271247) < 1e-7 })
  }

  @Test func missingRangesAreChosenAndSaid() throws {
    let said = try say("f = x^4/4 - x^2/2; map size=8 steps=50")
    let warnings = said.errors.compactMap { $0["message"] as? String }
    #expect(warnings.count == 2)
    #expect(warnings.contains { $0.hasPrefix("eta has no range: eta=") })
    #expect(warnings.contains { $0 == "x0 has no range: x0=-2..2 is used" })
  }

  @Test func aRunGivesItsLossAndRate() throws {
    let said = try say(
      "g = x^2 + 2y^2; descend eta=0.125 x0=1 y0=1 steps=1; h = x^4; map size=8")
    let answer = try #require(said.answers.last)
    #expect(answer["loss"] as? String == "g")
    #expect(said.text.contains("η = 0.125"))
  }

  @Test func zoomNarrowsTheLastMap() throws {
    let said = try say(
      """
      f = x^2; map eta=0..2 x0=-2..2 size=8
      map zoom 0.5, -1, 4
      map zoom eta=0.3..0.4
      map zoom x0=0 factor=2
      """)
    let ranges = said.answers.dropFirst().map { answer in
      (answer["axes"] as? [[String: Any]] ?? []).flatMap { axis in
        [axis["from"] as? Double, axis["to"] as? Double].compactMap { $0 }
      }
    }
    #expect(ranges[1] == [0.25, 0.75, -1.5, -0.5])
    #expect(ranges[2] == [0.3, 0.4, -1.5, -0.5])
    #expect(ranges[3].count == 4)
    #expect(near(ranges[3][2], -0.25, 1e-15) && near(ranges[3][3], 0.25, 1e-15))
  }

  /// The marks of the picture stand in the table; words that classes share stand once.
  @Test func tableAndPictureAreReadTogether() throws {
    let said = try say("f = x^4/4 - x^2/2; map eta=0.1..1.9 x0=-2..2 size=60; plot")
    let table = said.texts[said.texts.count - 2]
    let legend = said.texts[said.texts.count - 1].components(separatedBy: " η\n").last ?? ""
    for (mark, inTable, inPicture) in [
      ("a", "settles at x = -1, a minimum", "settles at x = a -1"),
      ("b", "settles at x = 1, a minimum", "   b 1"),
      ("2", "cycle of period 2", "cycle of 2"), (".", "diverges", ". diverges"),
    ] {
      #expect(table.contains(" \(mark) +\(inTable)".replacing(" +", with: "   ")), "\(table)")
      #expect(legend.contains(inPicture), "\(legend)")
    }
  }

  @Test func aMapGoesToAFile() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("map-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/m.svg"
    let said = try say("f = x^2; map eta=0.1..2 x0=-2..2 size=10 to \"\(path)\"")
    #expect(said.errors.isEmpty, "\(said.text)")
    #expect(said.answers.last?["file"] as? String == path)
    #expect(FileManager.default.fileExists(atPath: path))
    let second = try say("f = x^2; map eta=0.1..2 x0=-2..2 size=10 to \"\(path)\"")
    #expect(second.errors.last?["hint"] as? String == "map! … to \"\(path)\" replaces it")
    #expect(try say("f = x^2; map! size=10 eta=0..1 x0=0..1 to \"\(path)\"").outcome == .done)
    let bare = try say("f = x^2; map eta=0.1..2 x0=-2..2 size=10")
    #expect(bare.answers.last?["file"] is NSNull)
  }

  /// Where it zooms to by itself, more classes meet than anywhere else of that size in the map.
  @Test func zoomFindsWhereMostClassesMeet() throws {
    let source = "f = x^4/4 - x^3/3 - x^2/2; map eta=0.05..0.9 x0=-1.7..2.7 size=80; "
    let zoomed = try say(source + "map zoom")
    let axes = try #require(zoomed.answers.last?["axes"] as? [[String: Any]])
    let ends = axes.flatMap { [$0["from"] as? Double ?? .nan, $0["to"] as? Double ?? .nan] }
    #expect(ends[0] >= 0.05 && ends[1] <= 0.9 + 1e-2 && ends[2] >= -1.7 && ends[3] <= 2.7 + 0.1)
    #expect(zoomed.text.contains("Zoomed in on the part where most classes meet"))
    let middle = try say(source + "map zoom 0.475, 0.5")
    func classes(_ said: Said) -> Int { (said.answers.last?["classes"] as? [Any])?.count ?? 0 }
    #expect(classes(zoomed) > classes(middle))
    let again = try say(source + "map zoom")
    #expect(again.answers.last?["axes"] as? NSArray == zoomed.answers.last?["axes"] as? NSArray)
    let plain = try say("f = x^2; map eta=0.1..0.2 x0=1..2 size=8; map zoom")
    #expect(plain.text.contains("One class everywhere: zoomed in on the middle."), "\(plain.text)")
  }

  @Test func aNumberWithARangeIsAParameter() throws {
    let said = try say(
      "a = 3; f = a*x^2; map a=0.5..1.5 eta=0.25..0.75 x0=1 size=[3, 2] steps=3000; f(1)")
    let map = said.answers[2]
    #expect((map["axes"] as? [[String: Any]])?.first?["name"] as? String == "a")
    // Factors 1 − 2aη: ½, 0, −½ and … 0.25, −½, −5/4.
    #expect(map["counts"] as? [String: Int] == ["stationary": 5, "divergent": 1])
    #expect(said.answers.last?["value"] as? Double == 3)
  }

  @Test(arguments: [
    "map", "f = x^2; map eta=0.1 x0=0..1", "f = x^2; map eta=2..1", "f = x^2; map size=1",
    "f = x^2; map size=90000", "f = x^2; map q=0..1", "f = x^2; map zoom",
    "f = x^2; map eta=0..1 x0=0..1 x=2..3",
    "f = x^2; map eta=0..1 x0=0..1 size=4; map zoom y0=0..1",
    "f = x^2+y^2; map eta=0..1 x0=0..1", "f = x^2; map steps=0",
  ])
  func whatCannotBeMappedIsRefused(_ source: String) throws {
    let said = try say(source)
    #expect(said.outcome == .failed)
    #expect(said.errors.contains { $0["kind"] as? String == "error" })
  }
}
