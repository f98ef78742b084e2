// What is wrong with a text or a computation: a place, one plain sentence and what to do next.

/// Byte offsets in a source text, half open.
package struct SourceRange: Hashable, Sendable {
  package var start: Int
  package var end: Int
  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }
}

/// A statement cannot be carried out.
package struct Fault: Error, Sendable {
  package var message: String
  /// What to type instead; may be empty.
  package var hint: String
  /// Where in the statement's source; nil where no place is to blame.
  package var range: SourceRange?

  package init(_ message: String, hint: String = "", at range: SourceRange? = nil) {
    self.message = message
    self.hint = hint
    self.range = range
  }
}
