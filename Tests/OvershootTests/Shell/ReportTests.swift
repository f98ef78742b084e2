// What a class can read from the last row: long runs fit a window of 24 lines, narrow windows get whole
// rows, and every answer says which loss it is about.
import Foundation
import Shell
import Testing

struct ReportTests {
  /// The lines of the last answer at a width.
  private func lines(_ source: String, _ width: Int = 80) throws -> [String] {
    let session = Session()
    var last = ""
    let outcome = session.run(Array(source.utf8), name: "test") { event in
      if case .answer(let a) = event { last = a.text(Display(width: width)) }
    }
    #expect(outcome == .done)
    return last.components(separatedBy: "\n")
  }

  static let runs = [
    "f = x^2; descend eta=1.2 x0=-1", "f = (1-x)^2 + 100(y-x^2)^2; descend eta=0.001 x0=-1.2 y0=1",
    "f = (u*v)^2/2; descend eta=0.3 u0=2 v0=1",
    "f = x^2+3y^2+5z^2+x*y*z; descend eta=0.07 from=[1, 2, 3]",
  ]

  @Test(arguments: runs, [80, 40])
  func aTableIsNeverBroken(_ run: String, _ width: Int) throws {
    let text = try lines(run + " steps=8", width)
    #expect(text.filter { $0.hasPrefix(" t ") }.count == 1, "\(text)")
    #expect(text.allSatisfy { $0.count <= width })
    for t in 0...8 { #expect(text.filter { "\($0) ".hasPrefix(" \(t) ") }.count == 1) }
  }

  @Test(arguments: runs)
  func columnsThatAreLeftOutCanBeHad(_ run: String) throws {
    let text = try lines(run + " steps=8", 40).joined(separator: " ")
    let note = try #require(text.range(of: "left out to fit: again columns=["))
    let names = text[note.upperBound...].prefix { $0 != "]" }
    let shown = try lines(run + " steps=8; again columns=[\(names)]", 200)
    #expect(shown.contains { $0.contains("‖∇f‖") }, "\(shown)")
    // What is asked for by name is not left out.
    let narrow = try lines(run + " steps=8 columns=[\(names)]", 40).joined(separator: " ")
    #expect(!narrow.contains("left out"))
    #expect(narrow.contains("‖∇f‖"))
  }

  @Test(arguments: [(13, 14), (14, 11), (50, 11), (100, 11), (1000, 11)])
  func aLongRunShowsHeadAndTail(_ steps: Int, _ rows: Int) throws {
    let text = try lines("f = x^2; descend eta=0.1 x0=1 steps=\(steps)")
    let isRow = { (s: String) in s.drop { $0 == " " }.prefix { $0.isNumber }.count > 0 }
    let numbered = text.filter { $0.hasPrefix(" ") && isRow($0) }
    #expect(numbered.count == rows)
    #expect(text.count <= 22, "with the line typed and the prompt, a window of 24 lines")
    let gap = text.filter { $0.contains("⋮") }
    #expect(gap.count == (steps > 13 ? 1 : 0))
    if steps > 13 {
      #expect(gap[0].contains("\(steps + 1 - rows) rows: again every=1 shows all"))
      let all = try lines("f = x^2; descend eta=0.1 x0=1 steps=\(steps); again every=1")
      #expect(all.filter { $0.hasPrefix(" ") && isRow($0) }.count == steps + 1)
      #expect(!all.contains { $0.contains("⋮") })
    }
  }

  @Test func whatWasNotKeptIsOfferedInSteps() throws {
    let text = try lines("f = x^4; descend eta=0.1 x0=1 steps=30000")
    #expect(text.contains { $0.contains("⋮  29990 rows: again every=2000 shows some") }, "\(text)")
    let more = try lines("f = x^4; descend eta=0.1 x0=1 steps=30000 every=2000")
    for t in stride(from: 2000, through: 28000, by: 2000) {
      #expect(more.contains { $0.hasPrefix(" \(t)≈ ") || $0.hasPrefix("  \(t)≈ ") }, "\(t)")
    }
  }

  @Test func stepsShowTheColumnsOfTheirRun() throws {
    let run = "f = x^2+3y^2+5z^2+x*y*z; descend eta=0.07 from=[1, 2, 3]; step; step"
    #expect(try lines(run).contains { $0.contains("left out to fit: again columns=") })
    let chosen = try lines(run + "; again columns=[t, x, y, z]; step")
    #expect(chosen.first?.split(separator: " ") == ["t", "x", "y", "z"], "\(chosen)")
    #expect(chosen.count == 3)
  }

  /// Texts in tables are broken below themselves.
  @Test(arguments: [
    "f = x^4/4 - x^3/3 - x^2/2; map eta=0.1..0.9 x0=-2..2 size=20",
    "f = x^4/4 - x^3/3 - x^2/2; threshold x0=1 eta=0.1",
    "f = (u*v)^2/2; sweep eta=0.1..1 u0=3 v0=1 count=5",
  ])
  func reportsFitANarrowWindow(_ source: String) throws {
    let text = try lines(source, 40)
    #expect(text.allSatisfy { $0.count <= 40 }, "\(text)")
  }

  @Test func everyRowIsInTheJSON() throws {
    let said = try say("f = x^2; descend eta=0.1 x0=1 steps=100")
    #expect((said.answers.last?["rows"] as? [Any])?.count == 101)
  }

  @Test(arguments: [
    ("C = x^2; f = 5; rule", "f has no variable to descend in: the loss is C"),
    ("C = x^2; f0 = x^4; rule", "f0 has the name of a start value: the loss is C"),
    (
      "C = x^2; loss C; g = x^4; grad",
      "the loss is still C, as loss C said: loss g changes it"
    ),
  ])
  func theLossIsSaidWhereAnotherIsExpected(_ source: String, _ sentence: String) throws {
    let session = Session()
    let said = try say(source, in: session)
    #expect(said.errors.compactMap { $0["message"] as? String } == [sentence])
    // Once is enough.
    #expect(try say("rule; descend eta=0.1 x0=1", in: session).errors.isEmpty)
  }

  @Test(arguments: [
    "C = x^2; eta = 0.1; x0 = 1; descend", "a = 2; C = a*x^2; a = 3; rule", "C = x^2; 1+1; rule",
    "C = x^2; s = 0.5/(1+t); descend eta=s x0=1", "C = x^2; g = x^4; descend C eta=0.1 x0=1",
    "C = x^2; r = 0.1; descend eta=r x0=1",
  ])
  func whatIsNoRivalIsNotSpokenOf(_ source: String) throws {
    let said = try say(source)
    #expect(said.outcome == .done && said.errors.isEmpty, "\(said.text)")
  }

  @Test func aScheduleInTheArgumentsIsNotTheLoss() throws {
    let said = try say("C = x^2; s = 0.5/(1+t); descend eta=s x0=1 steps=2")
    #expect(said.answers.last?["loss"] as? String == "C")
    let columns = try say("f = x^2; descend eta=0.1 x0=1 columns=[t, f]")
    #expect(columns.answers.last?["loss"] as? String == "f")
    let wrong = try say("C = x^2; s = 0.5/(1+t); descend eta=0.1 x0=1")
    #expect(wrong.text.contains("the loss here is s(t)"), "\(wrong.text)")
  }

  @Test func whyThereIsNoLossIsSaid() throws {
    #expect(try say("rule").text.contains("no loss is defined yet"))
    let number = try say("f = 5; descend")
    #expect(number.text.contains("there is no loss: f has no variable to descend in"))
    #expect(number.text.contains("type one: f = x^2"))
    #expect(try say("f = x^2; x = 3; rule").text.contains("forget x"))
  }

  @Test(arguments: [
    ("descend", "type descend f eta=0.1 x0=1"), ("descend f eta=2", "type descend f eta=2 x0=1"),
    ("why", "type why f eta=0.1 x0=1"), ("threshold", "add x0=1"),
  ])
  func aMissingStartIsNamed(_ line: String, _ hint: String) throws {
    let said = try say("f = x^2; \(line)")
    #expect(said.errors.last?["message"] as? String == "a start is missing")
    #expect(said.errors.last?["hint"] as? String == hint)
  }

  @Test(arguments: ["hess", "check"])
  func aMissingPointIsNamed(_ line: String) throws {
    let said = try say("f = x^2 + y; \(line)")
    #expect(said.errors.last?["message"] as? String == "\(line) wants a point")
    #expect(said.errors.last?["hint"] as? String == "add x=1 y=1")
  }
}
