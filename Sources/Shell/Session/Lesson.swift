// A lesson: a sample of `Samples`, its lines offered one by one at the prompt. The teacher runs a line
// as it stands or changed, or types something else first; then the line is offered again. No mode:
// every line is a line like any other.
import Calculus

/// A sample taken apart into what is said and what is run.
struct Lesson {
  /// One line to run and what is said before it.
  struct Part {
    var speech: [String] = []
    var line = ""

    /// Without a blank line at the end of the speech.
    fileprivate var trimmed: Part {
      var part = self
      if part.speech.last?.isEmpty == true { part.speech.removeLast() }
      return part
    }
  }
  let name: String
  private(set) var parts: [Part] = []
  /// What is said at the end.
  private(set) var farewell: [String] = []
  /// The part offered next.
  var next = 0
  /// Whether the speech before it was said.
  var isSaid = false
  /// Whether it was said how a lesson goes.
  var isExplained = false

  static let explanation =
    "Enter runs it, changed or not. For something else press Ctrl-U and type; the line comes back. Ctrl-C or lesson stop ends the lesson."

  /// Takes a sample's text apart: comments are speech; lines with an open bracket go on.
  init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    var part = Part()
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if String(line).trimmedBlanks.isEmpty, part.line.isEmpty {
        // A blank line parts two thoughts.
        if let last = part.speech.last, !last.isEmpty { part.speech.append("") }
        continue
      }
      if line.hasPrefix("#"), part.line.isEmpty {
        part.speech.append(String(line.dropFirst()).trimmedBlanks)
        continue
      }
      part.line += (part.line.isEmpty ? "" : "\n") + line
      let typed = Array(part.line.utf8)
      if StatementSplitter.isOpen(typed) || StatementSplitter.ruleGoesOn(typed) { continue }
      parts.append(part.trimmed)
      part = Part()
    }
    farewell = part.trimmed.speech
  }

  /// What `lesson` wants to start it again.
  var number: String { String(name.prefix { $0 != "-" }) }

  var progress: String { "line \(next + 1) of \(parts.count)" }

  /// Whether a line is the offered one, as it stands or changed: it begins with the same word.
  func isOffered(_ line: String) -> Bool {
    func first(_ s: String) -> Substring {
      s.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    }
    let wanted = parts[next].line
    return line == wanted || (!first(line).isEmpty && first(line) == first(wanted))
  }
}

extension Session {
  /// The next line of the lesson under way, to stand at the prompt as if typed, and what is said before
  /// it; nil without a lesson.
  ///
  /// The end of a lesson is said by an answer without a line.
  package func offer() -> (said: Answer, line: String?)? {
    guard var under = lesson else { return nil }
    guard under.next < under.parts.count else {
      lesson = nil
      let following = UserFiles.lessons().map { Lesson($0.name, []).number }
        .drop { $0 != under.number }.dropFirst().first
      let end = "End of the lesson." + (following.map { " Next: lesson \($0)" } ?? "")
      return (Answer("lesson", lines: gap(under.farewell) + [end]), nil)
    }
    let part = under.parts[under.next]
    let speech = under.isSaid ? [] : gap(part.speech)
    let how = under.isExplained ? "" : ". " + Lesson.explanation
    under.isSaid = true
    under.isExplained = true
    lesson = under
    return (Answer("lesson", lines: speech + ["[\(under.progress)\(how)]"]), part.line)
  }

  /// Whether a lesson is under way.
  package var hasLesson: Bool { lesson != nil }

  /// Says that a line was run while a lesson was under way: its own line is done when it worked, or was
  /// not changed.
  package func finished(_ line: String, worked: Bool) {
    guard var under = lesson, under.isSaid, under.next < under.parts.count,
      under.isOffered(line), worked || line == under.parts[under.next].line
    else { return }
    under.next += 1
    under.isSaid = false
    lesson = under
  }

  /// Ends the lesson under way; what says so, nil without one.
  package func stopLesson() -> Answer? {
    guard let under = lesson else { return nil }
    lesson = nil
    let line =
      "The lesson ends at \(under.progress). To go on there: lesson \(under.number) line=\(under.next + 1)"
    return Answer("lesson", [("text", .string(line))], lines: [line])
  }

  private func gap(_ speech: [String]) -> [String] { speech.isEmpty ? [] : [""] + speech }
}
