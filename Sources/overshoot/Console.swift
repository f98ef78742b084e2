// Where events go: answers to standard output, diagnostics to standard error, progress to a line
// that is wiped before anything else appears. With --json, answers and diagnostics are both
// objects on standard output.

import CLibedit
import Glibc
import Shell

/// The two streams and how text is shown on each.
final class Console {
  private let output = Output(STDOUT_FILENO)
  private let errors = Output(STDERR_FILENO)
  private let json: Bool
  private let outputIsTerminal = isatty(STDOUT_FILENO) != 0
  private let showsProgress = understandsEscapes(STDERR_FILENO)
  private var hasProgress = false
  /// Lines of the frame on the screen; 0 where there is none.
  private var frameHeight = 0
  /// Shows pictures as images; nil outside a conversation, and where none can be.
  private var images: Images?
  /// How standard output shows things.
  private(set) var display: Display
  private var errorDisplay: Display

  init(_ options: Options) {
    json = options.json
    let unicode = !outputIsTerminal || prepareUnicode()
    display = Display(unicode: unicode, color: usesColor(options.color, STDOUT_FILENO))
    errorDisplay = Display(unicode: unicode, color: usesColor(options.color, STDERR_FILENO))
    display.basicColors = hasBasicColors()
    display.animates = outputIsTerminal && understandsEscapes(STDOUT_FILENO)
    measure()
  }

  /// Asks the terminal for its size again.
  func measure() {
    (display.width, display.height) = outputSize()
    errorDisplay.width = display.width
  }

  /// Gives up colours, on a terminal that turned out not to know escapes.
  func withoutColor() {
    display.color = false
    errorDisplay.color = false
  }

  /// Lets pictures be images, where the terminal says that it shows them.
  ///
  /// Only a terminal that is read by the line editor can be asked.
  func allowImages() {
    images = json ? nil : Images()
  }

  /// Shows one event.
  func show(_ event: Event) { show(event, hasImages: false) }

  /// Shows one event; its pictures as images where they are wanted and possible.
  func show(_ event: Event, hasImages: Bool) {
    if case .progress(let text) = event { return showProgress(text) }
    wipeProgress()
    if case .frame(let answer, let seconds) = event { return showFrame(answer, seconds) }
    frameHeight = 0
    switch event {
    case .answer(let answer):
      write(json ? answer.json : answer.text(display) { hasImages ? shown($0) : nil })
    case .diagnostic(let diagnostic) where json:
      write(diagnostic.json)
    case .diagnostic(let diagnostic):
      writeError(diagnostic.text(errorDisplay))
    case .progress, .frame:
      break
    }
  }

  /// Prints lines on standard output; what is hidden in them is spelled.
  func say(_ lines: String...) { say(lines) }
  func say(_ lines: [String]) { write(lines.map(visible).joined(separator: "\n")) }

  /// Prints lines on standard error, after what was said before; what is hidden in them is spelled.
  func complain(_ lines: String...) { complain(lines) }
  func complain(_ lines: [String]) { writeError(lines.map(visible).joined(separator: "\n")) }

  /// Prints an answer that is rendered already, at once: a reader may wait for it, and what follows may
  /// be slow or be killed.
  private func write(_ text: String) {
    guard !text.isEmpty else { return }
    output.write(text)
    output.write("\n")
    output.flush()
  }

  private func writeError(_ text: String) {
    output.flush()
    errors.write(text)
    errors.write("\n")
    errors.flush()
  }

  /// Writes raw text, escapes of our own among it, to the terminal at once.
  func put(_ text: String) {
    output.write(text)
    output.flush()
  }

  /// Ends a run: nothing transient is left and everything said is written.
  func settle() {
    wipeProgress()
    output.flush()
  }

  private func shown(_ image: Image) -> String? {
    // What was said stands before the question, should that be visible after all.
    output.flush()
    return images?.shown(image)
  }

  private func showProgress(_ text: String) {
    guard showsProgress, !json else { return }
    output.flush()
    errors.write("\r\(visible(text).prefix(max(1, display.width - 1)))\u{1B}[K")
    errors.flush()
    hasProgress = true
  }

  /// Draws a picture over the one before, and leaves time to look at it.
  private func showFrame(_ answer: Answer, _ seconds: Double) {
    guard display.animates, !json else { return }
    let text = answer.text(display)
    output.write(frameHeight > 0 ? "\u{1B}[\(frameHeight)A\r\u{1B}[J" : "")
    write(text)
    frameHeight = text.utf8.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    usleep(UInt32(exactly: (seconds * 1e6).rounded()) ?? 0)
  }

  private func wipeProgress() {
    guard hasProgress else { return }
    errors.write("\r\u{1B}[K")
    errors.flush()
    hasProgress = false
  }
}
