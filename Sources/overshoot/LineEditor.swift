// libedit in Swift's words. The shim owns the one editor; this type owns what it calls back.

import CLibedit
import Shell

/// The line editor of the terminal, open while this object lives.
final class LineEditor {
  /// How a line came to its end.
  enum Reading {
    case line(String)
    /// Ctrl-C.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal is gone.
    case closed
  }

  private let session: Session
  private let console: Console

  /// Opens the editor; nil when libedit cannot start.
  init?(_ session: Session, _ console: Console, entries: Int) {
    self.session = session
    self.console = console
    let context = Unmanaged.passUnretained(self).toOpaque()
    let complete: editor_complete = { context, head, count in
      guard let context, let head else { return editor_beep }
      let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
      return editor.complete(text(UnsafeBufferPointer(start: head, count: count)))
    }
    guard editor_open("overshoot", Int32(clamping: entries), complete, context) else { return nil }
    if editor_is_plain() { console.withoutColor() } else { console.allowImages() }
  }

  deinit {
    editor_close()
  }

  /// Reads one line, or several when they were pasted together.
  ///
  /// - Parameter offered: stands in the line as if typed.
  func read(prompt: String, offered: String, color: Bool) -> Reading {
    var line: UnsafePointer<UInt32>?
    var count = 0
    switch editor_read(scalars(marked(prompt, color: color)), scalars(offered), &line, &count) {
    case editor_line: return .line(text(UnsafeBufferPointer(start: line, count: count)))
    case editor_interrupted: return .interrupted
    default: return .closed
    }
  }

  /// Makes `entry` the newest that the arrow keys find.
  func remember(_ entry: String) {
    editor_remember(scalars(entry))
  }

  /// The prompt in colour.
  ///
  /// The blank stays outside: libedit loses an escape that ends a prompt.
  private func marked(_ prompt: String, color: Bool) -> String {
    color ? "\u{1}\u{1B}[36m\u{1}\(prompt)\u{1}\u{1B}[0m\u{1} " : prompt + " "
  }

  /// What Tab does after `head`: inserts what is certain, else lists the choice.
  private func complete(_ head: String) -> editor_then {
    let (replace, candidates) = session.complete(head)
    guard let first = candidates.first else { return editor_beep }
    let shared = candidates.dropFirst().reduce(first.text) { commonPrefix($0, $1.text) }
    let word = String(String.UnicodeScalarView(head.unicodeScalars.suffix(replace)))
    if candidates.count == 1 || (shared != word && shared.hasPrefix(word)) {
      // What is typed already stays; redrawing it would flicker.
      if shared.hasPrefix(word) {
        editor_replace(0, scalars(String(shared.dropFirst(word.count))))
      } else {
        editor_replace(Int32(clamping: replace), scalars(shared))
      }
      return editor_refresh
    }
    console.measure()
    console.put("\n")
    console.say(listing(candidates, width: console.display.width))
    return editor_redisplay
  }
}

/// The text of `scalars`; what is not a Unicode scalar becomes U+FFFD.
private func text(_ scalars: UnsafeBufferPointer<UInt32>) -> String {
  var view = String.UnicodeScalarView()
  for value in scalars { view.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
  return String(view)
}

/// The scalars of `text`, ended by zero.
private func scalars(_ text: String) -> [UInt32] {
  text.unicodeScalars.map(\.value) + [0]
}

private func commonPrefix(_ a: String, _ b: String) -> String {
  let pairs = zip(a.unicodeScalars, b.unicodeScalars).prefix { $0 == $1 }
  return String(String.UnicodeScalarView(pairs.map(\.0)))
}

/// Candidates one a line, with their summaries, cut to the terminal's width.
func listing(_ candidates: [Candidate], width: Int) -> [String] {
  let longest = candidates.map(\.text.unicodeScalars.count).max() ?? 0
  let column = min(longest, max(8, width / 2))
  return candidates.map { candidate in
    let pad = String(repeating: " ", count: max(0, column - candidate.text.unicodeScalars.count))
    let line =
      candidate.summary.isEmpty ? candidate.text : "\(candidate.text)\(pad)  \(candidate.summary)"
    return String(line.prefix(max(1, width - 1)))
  }
}
