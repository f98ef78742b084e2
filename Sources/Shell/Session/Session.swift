// A session: what is defined, what was run last, and the one door `run`.
import Calculus
import Descent
import Plotting

/// What was defined and done so far; `run` is its one door.
package final class Session {
  package var display = Display()
  package var safe = false
  package var interactive = false
  /// Whether the front end asks for the lines of a lesson one by one (`offer`).
  package var offersLessons = false
  /// Whether pictures may be shown as images where the front end can.
  package var showsImages = true

  var environment = Environment()
  /// The methods declared here.
  var declaredMethods: [MethodDeclaration] = []
  /// The loss named by `loss g`; otherwise the latest suitable definition.
  var chosenLoss: String?
  /// The latest definition of which it was said that it is not the loss, and one of which the statement
  /// under way says it.
  var toldLoss = 0
  var untoldLoss = 0
  var digits = 6
  /// What a statement changed, newest last, for `undo`.
  var history: [Change] = []
  /// What `undo` took back, by name.
  var undone: [String: String] = [:]
  /// The statements that worked, for `save`.
  var worked: [String] = []
  /// What commands have made that others go on from.
  var results = Results()
  /// What was run last, for commands that leave the loss or the rate out.
  var lastPlan: DescentPlan?
  /// Whether `step` and `back` draw the picture.
  var drawsSteps = false
  /// The picture of the last answer that has one.
  var lastPicture: String?
  /// The picture seen last, until another answer comes: what `plot to` writes.
  var shownFigure: Figure?
  /// What pictures in the terminal are made of, where that was said.
  var glyphs: TextOptions.Glyphs?
  /// Where the last command started, for commands that leave the start out.
  var lastStart: StartPlace?
  /// The last command: Enter repeats a `step`.
  var lastCommand: (Command, [Argument])?
  /// The last command that `again` changes; `step` and `back` go on in its run.
  var lastAsked: (Command, [Argument])?
  var loading: [String] = []
  /// The lesson under way.
  var lesson: Lesson?
  var quitting = false
  var interrupted = false

  private var emit: (Event) -> Void = { _ in }
  private(set) var cancelled: () -> Bool = { false }
  private var warnings: [Fault] = []

  struct Change {
    /// What a name stood for.
    enum Meaning {
      case definition(Definition?)
      case method(MethodDeclaration?)
      case shape(Shape?)
      case table(DataTable?)
      var isNone: Bool {
        switch self {
        case .definition(let d): d == nil
        case .method(let m): m == nil
        case .shape(let s): s == nil
        case .table(let t): t == nil
        }
      }
    }
    var name: String
    var before: Meaning
    var statement: String
  }

  package init() {}

  /// Runs the statements of a text in order.
  ///
  /// Answers and faults are reported as they come.
  /// - Parameters:
  ///   - name: of the source, for diagnostics.
  ///   - keepGoing: whether a failed statement does not end the run.
  package func run(
    _ source: [UInt8], name: String, firstLine: Int = 1, keepGoing: Bool = false,
    events: (Event) -> Void, cancelled: @escaping () -> Bool = { false }
  ) -> Outcome {
    withoutActuallyEscaping(events) { events in
      emit = events
      self.cancelled = cancelled
      defer {
        emit = { _ in }
        self.cancelled = { false }
      }
      return runAll(source, name, firstLine, keepGoing)
    }
  }

  private func runAll(
    _ source: [UInt8], _ name: String, _ firstLine: Int, _ keepGoing: Bool
  ) -> Outcome {
    if interactive, loading.isEmpty, let (command, arguments) = lastCommand, command.name == "step",
      source.allSatisfy({ $0 == 0x20 || $0 == 0x0A })
    {
      return perform(
        .command(command, arguments, forced: false), "step", source, SourceRange(0, 0), name, 1)
        ? .done : .failed
    }
    var splitter = StatementSplitter(source)
    var failed = false
    var lineCount = (line: firstLine, offset: 0)
    interrupted = false
    while let range = splitter.next() {
      if self.cancelled() { return .interrupted }
      for b in source[lineCount.offset..<range.start] where b == 0x0A { lineCount.line += 1 }
      lineCount.offset = range.start
      let ok = statement(source, range, name, lineCount.line)
      if quitting { return .quit }
      if interrupted { return .interrupted }
      if !ok {
        failed = true
        if !keepGoing { return .failed }
      }
    }
    return failed ? .failed : .done
  }

  private func statement(
    _ source: [UInt8], _ range: SourceRange, _ name: String, _ line: Int
  ) -> Bool {
    let text = String(decoding: source[range.start..<range.end], as: UTF8.self).trimmedBlanks
    do throws(Fault) {
      let s = try Statement.parse(
        source, range, isDefined: { environment.definitions[$0] != nil },
        isFormula: { [environment] name in
          environment.definitions[name].map { !environment.variables(of: $0).isEmpty } ?? false
        }, isTable: { [environment] in environment.tables[$0] != nil })
      return perform(s, text, source, range, name, line)
    } catch {
      diagnose(error, source, range, name, line, text)
      return false
    }
  }

  private func perform(
    _ s: Statement, _ text: String, _ source: [UInt8], _ range: SourceRange, _ name: String,
    _ line: Int
  ) -> Bool {
    warnings = underflowWarnings(source, range)
    do throws(Fault) {
      // What is kept is kept whole.
      let whole =
        range.end - range.start <= 4000
        ? text : String(decoding: source[range.start..<range.end], as: UTF8.self).trimmedBlanks
      let answers = try execute(s, whole, source)
      toldLoss = max(toldLoss, untoldLoss)
      for w in warnings { diagnose(w, source, range, name, line, text, warning: true) }
      for var a in answers {
        a.glyphs = glyphs
        emit(.answer(a.from(source: text)))
      }
      if case .command(let c, _, _) = s, !c.isSaved { return true }
      worked.append(whole)
      return true
    } catch {
      diagnose(error, source, range, name, line, text)
      return false
    }
  }

  private func execute(
    _ s: Statement, _ text: String, _ source: [UInt8]
  ) throws(Fault) -> [Answer] {
    if case .command(let c, _, _) = s, c.keepsPicture {} else { shownFigure = nil }
    switch s {
    case .definition(let name, let parameters, let body, let at):
      return [try define(name, parameters, body, at, text)]
    case .expression(let e): return [try evaluate(e)]
    case .method(let m, let at): return [try declare(m, at: at, text)]
    case .variables(let all, let at): return [try declare(all, at: at, text)]
    case .table(let name, let rows, let at):
      return [try paste(source[rows.start..<rows.end], as: name, at: at)]
    case .command(let c, let arguments, let forced):
      return try perform(c, arguments, forced: forced)
    }
  }

  /// Runs a command and remembers it for `again`, Enter and `plot`.
  func perform(_ c: Command, _ arguments: [Argument], forced: Bool) throws(Fault) -> [Answer] {
    let call = Call(session: self, command: c, arguments: arguments, forced: forced)
    try call.checkBareValues()
    let answers = try c.run(call)
    if c.isRepeatable {
      lastCommand = (c, arguments)
      if !c.movesInRun { lastAsked = (c, arguments) }
    }
    let hasStep = trajectory?.plan.isAnalysable ?? true
    lastPicture = c.picture.map { !hasStep && $0 == "why" ? "loss" : $0 } ?? lastPicture
    return answers
  }

  /// Runs the statements of a loaded file; whether all worked.
  func runNested(_ bytes: [UInt8], name: String) -> Bool {
    let saved = warnings
    defer { warnings = saved }
    let outcome = runAll(bytes, name, 1, false)
    return outcome == .done || outcome == .quit
  }

  /// Ends the statement under way after Ctrl-C.
  func stopIfCancelled() throws(Fault) {
    guard cancelled() else { return }
    interrupted = true
    throw Fault("stopped before the answer was found")
  }

  func answer(_ a: Answer) { emit(.answer(a)) }
  /// Warns once in a statement.
  func warn(_ message: String, hint: String = "") {
    if warnings.contains(where: { $0.message == message }) { return }
    warnings.append(Fault(message, hint: hint))
  }
  func frame(_ a: Answer, seconds: Double) {
    var a = a
    a.glyphs = glyphs
    emit(.frame(a, seconds: seconds))
  }
  func report(_ progress: String) { emit(.progress(progress)) }

  private func underflowWarnings(_ source: [UInt8], _ range: SourceRange) -> [Fault] {
    guard range.end - range.start < 2000, source[range.start..<range.end].contains(0x65) else {
      return []
    }
    var out: [Fault] = []
    var lexer = Lexer(source, from: range.start, to: range.end)
    while let t = try? lexer.next(), t.kind != .end {
      let text = lexer.text(t.range)
      if t.kind == .number, !t.superscript, Literal.underflows(text) {
        out.append(Fault("\(text) rounds to 0: it is below the smallest double", at: t.range))
      }
    }
    return out
  }

  private func diagnose(
    _ fault: Fault, _ source: [UInt8], _ range: SourceRange, _ name: String, _ line: Int,
    _ text: String, warning: Bool = false
  ) {
    let at = min(max(fault.range?.start ?? range.start, 0), source.count)
    var lineStart = at
    while lineStart > 0, source[lineStart - 1] != 0x0A, at - lineStart < 10_000_000 {
      lineStart -= 1
    }
    var lineEnd = at
    while lineEnd < source.count, source[lineEnd] != 0x0A, source[lineEnd] != 0x0D { lineEnd += 1 }
    let before = source[min(range.start, at)..<at].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    let column = String(decoding: source[lineStart..<at], as: UTF8.self).unicodeScalars.count + 1
    let excerpt = String(
      decoding: source[lineStart..<min(lineEnd, lineStart + 1000)], as: UTF8.self)
    emit(
      .diagnostic(
        Diagnostic(
          isWarning: warning, fault: fault, name: name, line: line + before, column: column,
          excerpt: excerpt, statement: text, interactive: interactive && loading.isEmpty)))
  }

  /// What closes the bracket inside which a text ends, so that more lines are wanted; nil where it is
  /// complete.
  package func missingBracket(_ source: String) -> String? {
    StatementSplitter.openBracket(Array(source.utf8)).map { $0 == 0x28 ? ")" : "]" }
  }

  /// Whether a text ends in a line of a method's rule that goes on in the next.
  package func ruleGoesOn(_ source: String) -> Bool {
    StatementSplitter.ruleGoesOn(Array(source.utf8))
  }

  /// What a line inside an open bracket shows that its writer takes it for a line of its own.
  package func aside(_ line: String) -> Aside? {
    let bytes = Array(line.utf8)
    let text = line.trimmedBlanks
    if text.isEmpty { return .stuck }
    // A plain q may well be a name there.
    guard text != "q",
      let s = try? Statement.parse(
        bytes, SourceRange(0, bytes.count), isDefined: { environment.definitions[$0] != nil })
    else { return nil }
    switch s {
    case .command(let c, _, _):
      return c.name == "quit" ? .leaves : c.name == "help" ? .asks : .stuck
    case .definition, .method, .variables, .table: return .stuck
    case .expression: return nil
    }
  }
}
