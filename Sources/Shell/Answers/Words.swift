// Words in formulas, as the eye sees them; numbers that are told as sizes.
import Calculus

extension Double {
  /// So many digits of a number that is told as a size.
  func rough(_ digits: Int = 2) -> String {
    isFinite ? Certified(self).text(digits: digits).filter { $0 != "~" } : "∞"
  }
}

extension String {
  /// The text with each occurrence of `name` as a whole word replaced.
  func replacing(name: String, with text: String) -> String {
    var out = ""
    var word = ""
    for c in self {
      // A number before a name multiplies it.
      if c.isLetter || c == "_" || (!word.isEmpty && c.isNumber) {
        word.append(c)
        continue
      }
      out += word == name ? text : word
      out.append(c)
      word = ""
    }
    return out + (word == name ? text : word)
  }
}
