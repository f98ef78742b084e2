// Lessons: a front end that asks for their lines gets them one by one; others run them whole.
import Shell
import Testing

struct LessonTests {
  /// A session in which a lesson was begun.
  private func begun(_ command: String) throws -> Session {
    let session = Session()
    session.offersLessons = true
    let said = try say(command, in: session)
    #expect(said.outcome == .done && said.answers.isEmpty, "\(said.text)")
    return session
  }

  /// What a person does with the line that is offered; returns that line.
  @discardableResult
  private func type(_ typed: String?, in session: Session) throws -> String? {
    guard let offer = session.offer() else { return nil }
    guard let line = offer.line else { return nil }
    let text = typed ?? line
    session.finished(text, worked: try say(text, in: session).outcome == .done)
    return line
  }

  @Test func everyLineIsOfferedInOrder() throws {
    let session = try begun("lesson 2")
    var said: [String] = []
    var lines: [String] = []
    while session.hasLesson {
      guard let offer = session.offer() else { break }
      said.append(offer.said.text(Display()))
      guard let line = offer.line else { break }
      lines.append(line)
      let run = try say(line, in: session)
      #expect(run.outcome == .done)
      session.finished(line, worked: true)
    }
    #expect(lines.count == 9)
    #expect(lines.first == "f = x^2")
    #expect(said.first?.contains("Lesson 2") == true)
    #expect(said[0].contains("[line 1 of 9. Enter runs it, changed or not."))
    #expect(said[1].hasSuffix("[line 2 of 9]"))
    #expect(said.last?.hasSuffix("End of the lesson. Next: lesson 3") == true)
    #expect(session.offer() == nil)
  }

  @Test func aChangedLineCountsWhenItWorks() throws {
    let session = try begun("lesson 2")
    #expect(try type("f = x^4", in: session) == "f = x^2")
    let second = try #require(try type("descend f eta=", in: session))
    #expect(second.hasPrefix("descend"))
    // What failed is offered again; what was said before it is not said again.
    let again = try #require(session.offer())
    #expect(again.line == second)
    #expect(again.said.text(Display()) == "[line 2 of 9]")
    #expect(try type("descend f eta=0.1 x0=1", in: session) == second)
    #expect(try type(nil, in: session) != second)
  }

  @Test func somethingElseBringsTheLineBack() throws {
    let session = try begun("lesson 2")
    for other in ["1+1", "undo", "g = x", "help", "nonsense("] {
      #expect(try type(other, in: session) == "f = x^2", "\(other)")
    }
    #expect(try type(nil, in: session) == "f = x^2")
    #expect(try type(nil, in: session) != "f = x^2")
  }

  @Test func aLessonEndsAndGoesOn() throws {
    let session = try begun("lesson three-steps")
    try type(nil, in: session)
    let next = session.offer()?.line
    let end = try say("lesson stop", in: session)
    #expect(end.text == "The lesson ends at line 2 of 9. To go on there: lesson 2 line=2")
    #expect(session.offer() == nil && session.stopLesson() == nil)
    #expect(try say("lesson stop", in: session).outcome == .failed)
    #expect(try say("lesson 2 line=2", in: session).outcome == .done)
    #expect(session.offer()?.line == next)
  }

  @Test(arguments: ["lesson 99", "lesson nonsense", "lesson 2 line=99", "lesson 2 line=0"])
  func whatIsNoLessonIsRefused(_ line: String) throws {
    let session = Session()
    session.offersLessons = true
    #expect(try say(line, in: session).outcome == .failed)
    #expect(!session.hasLesson)
  }

  @Test(arguments: ["lesson 2", "lesson 2-three-steps", "lesson three-steps", "lesson steps"])
  func withoutAPromptALessonRunsWhole(_ line: String) throws {
    let said = try say(line)
    #expect(said.outcome == .done)
    #expect(said.answers.filter { $0["kind"] as? String == "descend" }.count >= 2)
    #expect(said.text.contains("∇> f = x^2\nf(x) = x²"), "\(said.text)")
  }

  @Test(arguments: [
    ("", Aside.stuck), ("descend f eta=0.1", .stuck), ("f = x^2", .stuck), ("help", .asks),
    ("?", .asks), ("quit()", .leaves), ("exit", .leaves), ("x + 1", nil), ("2, 3;", nil),
    ("q", nil),
  ])
  func linesThatDoNotBelongInABracketAreSeen(_ line: String, _ aside: Aside?) {
    #expect(Session().aside(line) == aside)
  }

  @Test func theMissingBracketIsNamed() {
    let session = Session()
    #expect(session.missingBracket("f(x") == ")")
    #expect(session.missingBracket("[1, (2)") == "]")
    #expect(session.missingBracket("f(x) # (") == nil)
  }
}
