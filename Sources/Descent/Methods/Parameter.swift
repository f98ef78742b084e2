// A named argument of a command or of a method: one declaration from which parsing, help, completion and
// error messages come.
import Calculus

/// A named argument.
package struct Parameter: Sendable {
  /// What holds where it is not given.
  package enum Standard: Sendable, ExpressibleByStringLiteral {
    case none
    case number(Rational)
    /// As a command says it: a number as it is typed, or words.
    case words(String)

    package init(stringLiteral words: String) { self = words.isEmpty ? .none : .words(words) }
  }

  package let name: String
  package let summary: String
  package let standard: Standard
  /// Whether its values are words, such as columns, and no formulas of the session.
  package let takesWords: Bool

  package init(
    name: String, summary: String, standard: Standard = .none, takesWords: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.standard = standard
    self.takesWords = takesWords
  }

  /// The number that holds; nil where it is none, or only said.
  package var number: Rational? {
    if case .number(let value) = standard { value } else { nil }
  }

  /// What it is and what holds, as help and completion say it.
  package var described: String {
    standardText.isEmpty ? summary : "\(summary) (\(standardText))"
  }

  /// What holds, to six digits; empty where nothing does.
  package var standardText: String {
    switch standard {
    case .none: ""
    case .number(let value): Certified.exact(value).text(digits: 6)
    case .words(let words): words
    }
  }
}
