// The prompt: read a line, run it, again. A line that leaves a bracket open asks for more; from
// every state quit, Ctrl-C and Ctrl-D do what they say.

import CLibedit
import Glibc
import Shell

/// A session with a person at a terminal.
struct Conversation {
  private let session: Session
  private let console: Console
  private let options: Options
  /// Nil under --safe.
  private var history: History?
  /// Lines that wait for a bracket to close, each with its newline.
  private var pending = ""
  private var lineNumber = 1
  private var hasExplainedContinuation = false

  init(_ session: Session, _ console: Console, _ options: Options) {
    self.session = session
    self.console = console
    self.options = options
    history = options.safe ? nil : History()
  }

  /// Talks until the person leaves; returns the exit status.
  consuming func hold() -> Int32 {
    guard let editor = LineEditor(session, console, entries: History.limit) else {
      console.complain("overshoot: the terminal cannot be used for editing lines")
      return 1
    }
    if !options.json { console.say(fit(banner)) }
    warn("history") { () throws(InputFault) in
      for entry in try history?.load() ?? [] { editor.remember(entry) }
    }
    if options.readsInit, readInit() == .quit { return 0 }
    session.interactive = true
    session.offersLessons = !options.json
    while true {
      console.settle()
      let prompt = pending.isEmpty ? (console.display.unicode ? "∇>" : ">") : "...>"
      let offered = pending.isEmpty ? offer() : ""
      // Only here: a Ctrl-C right after Enter belongs to the computation.
      signals_clear()
      switch editor.read(prompt: prompt, offered: offered, color: console.display.color) {
      case .closed:
        console.put("\n")
        return 0
      case .interrupted:
        if pending.isEmpty, let end = session.stopLesson() { console.show(.answer(end)) }
        pending = ""
      case .line(let line):
        if accept(line, editor) == .quit { return 0 }
      }
    }
  }

  private var banner: String {
    "overshoot \(version) \(console.display.unicode ? "·" : "-") help shows how, Ctrl-D leaves"
  }

  private func fit(_ line: String) -> [String] {
    console.measure()
    return wrap(line, console.display.width)
  }

  /// The next line of a lesson under way, after what is said before it; empty without one.
  private func offer() -> String {
    guard let (said, line) = session.offer() else { return "" }
    console.measure()
    console.show(.answer(said))
    console.settle()
    return line ?? ""
  }

  /// Takes one line: runs it together with the pending ones, or lets it wait.
  private mutating func accept(_ line: String, _ editor: LineEditor) -> Outcome {
    let isRule = session.ruleGoesOn(pending)
    let aside = pending.isEmpty || isRule ? nil : session.aside(line)
    if aside == .leaves { return .quit }
    if aside == .asks { _ = run(line, firstLine: lineNumber) }
    let source = aside == .asks ? pending : pending + line
    if let bracket = session.missingBracket(source) {
      pending = aside == .asks ? source : source + "\n"
      if aside != nil || !hasExplainedContinuation { explainContinuation(bracket) }
      return .done
    }
    // An empty line ends a rule whose last line goes on.
    if session.ruleGoesOn(source), !line.trimmed.isEmpty {
      if !isRule {
        console.complain(fit("a rule that goes on: more lines are read; Ctrl-C clears"))
      }
      pending = source + "\n"
      return .done
    }
    pending = ""
    // Beside a lesson an empty line is no step: it brings the lesson's line back.
    if source.trimmed.isEmpty, session.hasLesson { return .done }
    if !source.trimmed.isEmpty {
      editor.remember(source)
      warn("history") { () throws(InputFault) in try history?.append(source) }
    }
    defer { lineNumber += source.count { $0.isNewline } + 1 }
    let outcome = run(source, firstLine: lineNumber)
    session.finished(source, worked: outcome == .done)
    return outcome
  }

  /// Says how to get out of an open bracket.
  private mutating func explainContinuation(_ bracket: String) {
    let start =
      hasExplainedContinuation ? "still inside a bracket" : "an open bracket: more lines are read"
    console.complain(fit("\(start); \(bracket) closes it, Ctrl-C clears, Ctrl-D leaves"))
    hasExplainedContinuation = true
  }

  private func run(_ source: String, name: String = "<stdin>", firstLine: Int) -> Outcome {
    console.measure()
    session.display = console.display
    var hasBrokenLine = false
    let outcome = session.run(
      Array(source.utf8), name: name, firstLine: firstLine, keepGoing: options.keepGoing,
      events: { event in
        // The terminal showed ^C where the cursor was.
        if signals_interrupted(), !hasBrokenLine {
          console.put("\n")
          hasBrokenLine = true
        }
        console.show(event, hasImages: session.showsImages)
      }, cancelled: signals_interrupted)
    if signals_interrupted(), !hasBrokenLine { console.put("\n") }
    console.settle()
    return outcome
  }

  /// Runs the user's own start-up statements, when there are any.
  private func readInit() -> Outcome {
    guard let path = userFile("init", base: "XDG_CONFIG_HOME", home: ".config") else {
      return .done
    }
    do {
      return run(String(decoding: try readFile(path), as: UTF8.self), name: path, firstLine: 1)
    } catch {
      if !error.isMissing { console.complain("warning: \(path) is not read: \(error.reason)") }
      return .done
    }
  }

  /// Tries `body`; a fault costs one warning, and `History` then leaves the file alone.
  private func warn(_ subject: String, _ body: () throws(InputFault) -> Void) {
    do {
      try body()
    } catch {
      console.complain("warning: no \(subject) is kept: \(error.reason)")
    }
  }
}

extension String {
  /// The text without blanks at its ends.
  fileprivate var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" }
    let head = drop(while: isBlank)
    return String(head.reversed().drop(while: isBlank).reversed())
  }
}
