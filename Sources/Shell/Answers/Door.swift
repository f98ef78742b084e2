// The door of overshoot: what a front end (terminal, pipe, later a notebook) says to a session and
// hears from it. `Session.run` is the one call; answers and faults arrive as events, in order.

import Plotting

/// How a front end wants text shown.
package struct Display: Sendable {
  /// Columns that fit on a line.
  package var width: Int
  /// Lines that fit in the window.
  package var height: Int
  /// Whether η, ∇ and ▲ can be shown; otherwise ASCII spellings are used.
  package var unicode: Bool
  /// Whether ANSI colours may be used.
  package var color: Bool

  /// Whether only the eight basic colours are there.
  package var basicColors: Bool
  /// Whether frames are shown.
  package var animates = false

  package init(
    width: Int = 80, height: Int = 24, unicode: Bool = true, color: Bool = false,
    basicColors: Bool = false
  ) {
    self.width = width
    self.height = height
    self.basicColors = basicColors
    self.unicode = unicode
    self.color = color
  }
}

/// A picture of an answer, for front ends that can show more than characters.
package struct Image {
  let figure: Figure

  /// The picture as a PNG file; nil where libcairo is missing or the size cannot be drawn.
  package func png(width: Int, height: Int) -> [UInt8]? {
    try? figure.rendered(as: .png, width: width, height: height)
  }

  /// The picture as sixels; nil where libcairo or libsixel is missing or the size cannot be drawn.
  package func sixels(width: Int, height: Int, colors: Int) -> [UInt8]? {
    try? figure.sixels(width: width, height: height, colors: colors)
  }
}

/// What a running session reports.
package enum Event {
  /// A statement's answer.
  case answer(Answer)
  /// A statement failed, or something deserves a warning.
  case diagnostic(Diagnostic)
  /// One picture of a series that is shown in place for so many seconds; a front end that cannot show
  /// pictures in place leaves it out.
  case frame(Answer, seconds: Double)
  /// One transient line about a computation under way; a terminal may show and erase it.
  case progress(String)
}

/// How a run of statements ended.
package enum Outcome: Equatable, Sendable {
  case done, failed, interrupted
  /// `quit` was said.
  case quit
}

/// What a line inside an open bracket means that cannot belong there.
package enum Aside: Sendable {
  /// `quit`, or a word for it.
  case leaves
  /// `help`.
  case asks
  /// An empty line, a command or a definition.
  case stuck
}

/// One candidate of a completion.
package struct Candidate: Equatable, Sendable {
  /// The text that replaces the word before the cursor.
  package var text: String
  /// One line of help, may be empty.
  package var summary: String

  package init(_ text: String, _ summary: String = "") {
    self.text = text
    self.summary = summary
  }
}
