// Sessions as a user types them, through the one door: answers, live names, undo, files, guesses,
// and the JSON contract.
import Calculus
import Foundation
import Shell
import Testing

/// What a session said.
struct Said {
  var outcome = Outcome.done
  var texts: [String] = []
  var answers: [[String: Any]] = []
  var errors: [[String: Any]] = []
  var text: String { texts.joined(separator: "\n") }
}

/// Runs statements in a session and hears everything.
func say(_ source: String, in session: Session = Session()) throws -> Said {
  var said = Said()
  var lines: [(String, Bool)] = []
  said.outcome = session.run(Array(source.utf8), name: "test", keepGoing: true) { event in
    switch event {
    case .answer(let a):
      said.texts.append(a.text(Display()))
      lines.append((a.json, true))
    case .diagnostic(let d):
      said.texts.append(d.text(Display()))
      lines.append((d.json, false))
    case .progress, .frame: break
    }
  }
  for (line, isAnswer) in lines {
    #expect(!line.contains("\n"))
    let object = try Cases.object(line)
    #expect(object["overshoot"] as? Int == 1)
    #expect(object["source"] is String, "\(line)")
    if isAnswer { said.answers.append(object) } else { said.errors.append(object) }
  }
  return said
}

struct SessionTests {
  @Test func theFirstSession() throws {
    let said = try say("f = x^2; descend eta=1.2 x0=-1 steps=3\nwhy")
    #expect(said.outcome == .done)
    #expect(said.errors.isEmpty)
    for part in [
      "f(x) = x²", "∇f = 2·x", "-4.8", "+0.96", "+5.76", "-9.408", "+1.8816", "+11.2896",
      "-18.4397", "+3.68794", "+22.1276", "7.52954", "5.488", "Diverges",
    ] { #expect(said.text.contains(part), "\(part) is not in\n\(said.text)") }
    let rows = try #require(said.answers[1]["rows"] as? [[String: Any]])
    #expect(rows.compactMap { $0["change"] as? Double } == [0.96, 1.8816, 3.687936])
    #expect(rows.compactMap { $0["predicted"] as? Double } == [-4.8, -9.408, -18.43968])
    #expect(rows.compactMap { $0["error"] as? Double } == [5.76, 11.2896, 22.127616])
    #expect(rows.compactMap { $0["rose"] as? Bool } == [true, true, true])
    #expect(rows.compactMap { $0["t"] as? Int } == [0, 1, 2, 3])
  }

  @Test func aNameOfOnesOwnDoesNotLeave() throws {
    let said = try say("q = 3; q; q+1; forget q; quit now; 1+1; q; 2+2")
    #expect(said.outcome == .quit)
    #expect(said.answers.compactMap { $0["value"] as? Double } == [3, 3, 4, 2])
    #expect((said.errors.first?["message"] as? String)?.contains("too many") == true)
  }

  @Test func namesAreLive() throws {
    let said = try say("a = 3; f(x) = a*x; f(2); a = 5; f(2)")
    let values = said.answers.filter { $0["kind"] as? String == "value" }
    #expect(values.compactMap { $0["value"] as? Double } == [6, 10])
  }

  /// A run belongs to the loss that it was made with; the name may mean another one since.
  @Test func aRunOfAFormerLossIsNotTakenForTheNewOne() throws {
    let session = Session()
    _ = try say("f = x^2; descend eta=0.2 x0=-1 steps=2; f = x^4", in: session)
    for command in ["why", "threshold", "step", "plot loss"] {
      let said = try say(command, in: session)
      #expect(
        said.errors.first?["message"] as? String == "f has changed since its run", "\(command)")
    }
    #expect(try say("plot", in: session).text.contains("f(x) = x⁴"))
    // Taken back, the definition is that of the run again; again runs the new one.
    let before = "f = x^2; descend eta=0.2 x0=-1 steps=2; f = x^4; "
    #expect(try say(before + "undo; why").errors.isEmpty)
    #expect(try say(before + "again eta=0.1; why").text.contains("-1.6"))
  }

  @Test func wordsOfAnswersHaveHelp() throws {
    for word in ["bend", "kept", "multiplier", "Lyapunov", "evidence", "trusted", "eta"] {
      let said = try say("help \(word)")
      #expect(said.errors.isEmpty && said.text.count > 20, "\(word)")
    }
    #expect(try say("help words").text.contains("predicted: −η‖∇f‖²"))
  }

  @Test func powersOfEAreExponentials() throws {
    #expect(try say("f = e^x; f'").text == "f(x) = e^x\nf′(x) = exp(x)")
    #expect(try say("g = e^(2x) - x; g'").text.contains("2·exp(2·x) - 1"))
  }

  @Test func undoTakesBack() throws {
    let said = try say("a = 3; a = 5; undo; a; undo; a + 1")
    #expect(said.answers.compactMap { $0["value"] as? Double }.first == 3)
  }

  @Test func forgetFreesAName() throws {
    let session = Session()
    #expect(try say("f = x^2; x = 3; f", in: session).answers.last?["value"] as? Double == 9)
    #expect(try say("forget x; grad f x=5", in: session).errors.isEmpty)
    #expect(try say("forget nothing", in: session).errors.count == 1)
  }

  @Test(arguments: ["a = b; b = a", "a = a + 1", "g(x) = x; f(x) = g(x); g(x) = f(x)"])
  func circlesAreRefused(_ source: String) throws {
    let said = try say(source)
    #expect(said.outcome == .failed)
    let message = said.errors.last?["message"] as? String ?? ""
    #expect(message.contains("circle") || message.contains("itself"), "\(said.text)")
  }

  @Test(arguments: [("sine(1)", "sin"), ("f = x^2; descnd eta=1 x0=1", "descend")])
  func misspellingsAreGuessed(_ source: String, _ guess: String) throws {
    let error = try #require(try say(source).errors.first)
    let hint = error["hint"] as? String ?? ""
    #expect(hint.contains(guess) && hint.contains("did you mean"), "\(error)")
  }

  @Test func filesGoRoundTrip() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overshoot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.over").path
    let first = Session()
    #expect(try say("a = 3; f(x) = a*x^2; oops); save \"\(path)\"", in: first).errors.count == 1)
    let second = Session()
    let said = try say("load \"\(path)\"; f(2)", in: second)
    #expect(said.errors.isEmpty)
    #expect(said.answers.last?["value"] as? Double == 12)
    // An existing file is replaced only where that was said.
    #expect(try say("save \"\(path)\"", in: second).errors.count == 1)
    #expect(try say("save! \"\(path)\"", in: second).errors.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.over"])
    #expect(try say("load \"\(path).not\"").errors.count == 1)
  }
}

struct ContractTests {
  @Test(arguments: [
    ("f = x^2", "definition", ["name", "variables", "text", "latex"]),
    ("1+1", "value", ["value", "text"]),
    ("grad g x=1 y=2", "grad", ["variables", "at", "value", "gradient", "text"]),
    ("grad g", "grad", ["variables", "text", "latex"]),
    ("hess g x=1 y=2", "hess", ["variables", "at", "value", "gradient", "hessian", "eigenvalues"]),
    ("taylor h order=4 x=1", "taylor", ["coefficients"]),
    ("check g x=1 y=2", "check", ["ways", "agree"]),
    (
      "descend h eta=0.1 x0=1", "descend",
      ["loss", "method", "eta", "variables", "rows", "stopped", "verdict", "outcome"]
    ),
    (
      "why h eta=1.2 x0=-1", "why",
      [
        "at", "eta", "step", "change", "predicted", "error", "orders", "curvature_met",
        "two_over_eta", "bound", "eta_trust", "eta_critical", "falls", "eta_best",
        "eta_best_global", "lambda_max", "two_over_lambda_max", "text",
      ]
    ),
    ("why h eta=[0.1, 1.2] x0=-1", "why", ["rates"]),
  ])
  func answersCarryTheirMembers(_ statement: String, _ kind: String, _ names: [String]) throws {
    let session = Session()
    let setup = try say("g = x^2 + x*y + y^2; h = x^2", in: session)
    #expect(setup.errors.isEmpty)
    let said = try say(statement, in: session)
    let answer = try #require(said.answers.last, "\(said.text)")
    #expect(answer["kind"] as? String == kind)
    #expect(answer["source"] as? String == statement)
    let missing = names.filter { answer[$0] == nil }
    #expect(missing.isEmpty, "\(answer.keys.sorted())")
  }

  @Test func rowsCarryTheirMembers() throws {
    let said = try say("h = x^2; descend eta=0.1 x0=1 steps=2")
    let rows = try #require(said.answers.last?["rows"] as? [[String: Any]])
    #expect(rows.count == 3)
    let state = ["t", "at", "value", "gradnorm", "tier", "digits"]
    for row in rows { #expect(state.allSatisfy { row[$0] != nil }, "\(row)") }
    for row in rows.dropLast() {
      #expect(["change", "predicted", "error", "rose"].allSatisfy { row[$0] != nil }, "\(row)")
    }
  }

  @Test func checksAgreeInEveryWay() throws {
    let said = try say("g = exp(x)*y; check g x=1 y=2")
    let answer = try #require(said.answers.last)
    #expect(answer["agree"] as? Bool == true)
    let ways = (answer["ways"] as? [[String: Any]] ?? []).compactMap { $0["way"] as? String }
    #expect(Set(ways) == ["symbolic", "dual", "jet", "reverse", "difference"])
  }

  @Test func errorsCarryTheirMembers() throws {
    let error = try #require(try say("1+1\n  2 + sine(3)").errors.first)
    #expect(error["kind"] as? String == "error")
    #expect(error["message"] is String)
    #expect(error["hint"] is String)
    #expect(error["line"] as? Int == 2)
    #expect(error["column"] as? Int == 7)
    #expect(error["length"] is Int)
  }

  @Test func whatIsNoNumberIsNull() throws {
    let said = try say("log(-1)")
    let all = said.answers + said.errors
    #expect(all.count == 1)
    #expect(!said.text.lowercased().contains("nan"))
  }
}
