// What this process's terminal can do: columns, characters, colours.

import Glibc

/// Columns and lines of the terminal; COLUMNS and LINES elsewhere, 80 × 24 without them.
func outputSize() -> (columns: Int, rows: Int) {
  var size = winsize()
  guard ioctl(STDOUT_FILENO, UInt(clamping: TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
    func named(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
    return (
      named("COLUMNS").map { min(max($0, 20), 10_000) } ?? 80,
      named("LINES").map { min(max($0, 5), 10_000) } ?? 24
    )
  }
  return (Int(size.ws_col), max(Int(size.ws_row), 5))
}

/// Whether the terminal has only the eight basic colours.
func hasBasicColors() -> Bool {
  func text(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
  return !text("TERM").contains("256") && text("COLORTERM").isEmpty
}

/// Makes characters beyond ASCII work where that is possible, and says whether it is.
///
/// Only LC_CTYPE is set: LC_NUMERIC would change the decimal point. libedit drops η without a word
/// in the C locale, so that one is replaced by C.UTF-8.
func prepareUnicode() -> Bool {
  setlocale(LC_CTYPE, "")
  if codesetIsUTF8() { return true }
  return setlocale(LC_CTYPE, "C.UTF-8") != nil && codesetIsUTF8()
}

private func codesetIsUTF8() -> Bool {
  String(cString: nl_langinfo(nl_item(clamping: CODESET))) == "UTF-8"
}

/// Whether the terminal behind `descriptor` understands escapes as far as TERM tells.
func understandsEscapes(_ descriptor: Int32) -> Bool {
  isatty(descriptor) != 0 && environment("TERM").map { $0 != "dumb" } ?? false
}

/// Whether `descriptor` gets colours.
func usesColor(_ choice: ColorChoice, _ descriptor: Int32) -> Bool {
  switch choice {
  case .always: true
  case .never: false
  case .auto: environment("NO_COLOR") == nil && understandsEscapes(descriptor)
  }
}
