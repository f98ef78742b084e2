// Pictures as images in the terminal itself, where it says that it shows them. At the first picture
// it is asked for its name (XTVERSION); one that tells it, and is no multiplexer, then whether it
// knows kitty's graphics. tmux and screen would make that second question a title, older ones show
// it, so nothing else is ever sent on suspicion. No answer in time means characters; a late one
// counts for the next picture. Sixels are for terminals that count them (4) among their attributes
// (DA1) and tell the size of their window in pixels; how many colours they have they are asked then.
// Sources: xterm's ctlseqs (XTVERSION, DA1, XTSMGRAPHICS); the terminal graphics protocol of kitty;
// iTerm2's inline images protocol, which WezTerm knows too.

import CLibedit
import Glibc
import Shell

/// The images of one terminal.
struct Images {
  private enum Form {
    case kitty, iTerm, sixel
  }

  /// Beginnings of TERM where even the question for the name could be seen, or means nothing.
  private static let silent = [
    "dumb", "linux", "vt", "ansi", "cons", "sun", "eterm", "screen", "tmux",
  ]
  /// How long an answer may take, in milliseconds: `$OVERSHOOT_ANSWER` for slow lines, else 150.
  private let patience: Int32

  private var hasAskedName = false
  private var hasAskedGraphics = false
  private var hasAskedColors = false

  /// Nil on terminals that are not asked.
  init?() {
    guard let term = environment("TERM"), environment("TMUX") == nil, environment("STY") == nil,
      !Images.silent.contains(where: term.hasPrefix)
    else { return nil }
    let given = environment("OVERSHOOT_ANSWER").flatMap { Int($0) } ?? 150
    patience = Int32(clamping: min(max(given, 1), 10_000))
  }

  /// What makes the terminal show the image where the cursor is; nil where it cannot, the window is
  /// too small, or libcairo is missing.
  mutating func shown(_ image: Image) -> String? {
    guard let form = form() else { return nil }
    let room = ImageRoom()
    func png() -> [UInt8]? { image.png(width: room.width, height: room.height) }
    switch form {
    case .sixel: return sixels(image, room)
    case .kitty: return png().map { kitty(base64($0), room) }
    case .iTerm:
      guard let png = png() else { return nil }
      let text = String(decoding: base64(png), as: UTF8.self)
      return "\u{1B}]1337;File=inline=1;size=\(png.count);width=\(room.columns);"
        + "height=\(room.rows):\(text)\u{1B}\\"
    }
  }

  /// Whole bands of six pixels, so that the picture ends inside its last row.
  private mutating func sixels(_ image: Image, _ room: ImageRoom) -> String? {
    guard room.knowsPixels else { return nil }
    if !hasAskedColors {
      hasAskedColors = terminal_ask("\u{1B}[?1;1;0S" + Images.attributes, patience)
    }
    // "1;0;256S": item 1, no error, so many registers; the VT340 had 16.
    let told = answer(after: "\u{1B}[?1;0;").flatMap { Int($0.prefix { $0 != "S" }) }
    let height = room.height / 6 * 6
    return image.sixels(width: room.width, height: height, colors: min(told ?? 16, 256)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static let attributes = "\u{1B}[c"

  /// What the terminal shows, as far as its answers tell by now.
  private mutating func form() -> Form? {
    if !hasAskedName { hasAskedName = terminal_ask("\u{1B}[>q" + Images.attributes, patience) }
    guard let name = answer(after: "\u{1B}P>|") else { return nil }
    if ["iTerm2", "WezTerm"].contains(where: name.hasPrefix) { return .iTerm }
    if ["tmux", "screen"].contains(where: name.lowercased().hasPrefix) { return nil }
    if !hasAskedGraphics {
      hasAskedGraphics = terminal_ask(
        "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\" + Images.attributes, patience)
    }
    if answer(after: "\u{1B}_Gi=31;") == "OK" { return .kitty }
    return hasSixels ? .sixel : nil
  }

  /// Whether sixels are among the attributes: "63;1;2;4;6;9;15;22c".
  private var hasSixels: Bool {
    let answers = String(cString: terminal_answers())
    var rest = answers[...]
    while let start = rest.firstRange(of: "\u{1B}[?") {
      rest = rest[start.upperBound...]
      let given = rest.prefix { $0.isNumber || $0 == ";" }
      if rest.dropFirst(given.count).first == "c" {
        return given.split(separator: ";").dropFirst().contains("4")
      }
    }
    return false
  }

  /// What the terminal answered after `opening`.
  private func answer(after opening: String) -> Substring? {
    let answers = String(cString: terminal_answers())
    return answers.firstRange(of: opening).map {
      answers[$0.upperBound...].prefix { $0 != "\u{1B}" }
    }
  }

  /// A PNG in pieces of 4096 bytes, as kitty wants them; `q=2` keeps it from answering.
  private func kitty(_ data: [UInt8], _ room: ImageRoom) -> String {
    var out = ""
    var rest = data[...]
    var keys = "a=T,f=100,c=\(room.columns),r=\(room.rows),q=2"
    repeat {
      let piece = String(decoding: rest.prefix(4096), as: UTF8.self)
      rest = rest.dropFirst(4096)
      out += "\u{1B}_G\(keys),m=\(rest.isEmpty ? 0 : 1);\(piece)\u{1B}\\"
      keys = "q=2"
    } while !rest.isEmpty
    return out
  }
}

/// Where an image fits: in cells, and in pixels.
///
/// The width is the window's up to 1000 pixels or 100 columns, whatever is more, without a last
/// column, behind which the cursor would wrap; three rows are left to statement and prompt. A
/// terminal that does not tell its pixels has cells of 10 × 20.
private struct ImageRoom {
  let columns, rows, width, height: Int
  /// Whether the terminal tells its size in pixels.
  let knowsPixels: Bool

  init() {
    let window = outputSize()
    var size = winsize()
    knowsPixels =
      ioctl(STDOUT_FILENO, UInt(clamping: TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      && size.ws_row > 0
      && size.ws_xpixel >= size.ws_col && size.ws_ypixel >= size.ws_row
    let cell =
      knowsPixels
      ? (Int(size.ws_xpixel / size.ws_col), Int(size.ws_ypixel / size.ws_row)) : (10, 20)
    columns = min(window.columns - 1, max(100, 1000 / cell.0))
    width = columns * cell.0
    rows = min(window.rows - 3, max(1, width * 7 / 10 / cell.1))
    height = rows * cell.1
  }
}

/// The bytes in base 64 (RFC 4648, section 4).
private func base64(_ bytes: [UInt8]) -> [UInt8] {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  out.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = (0..<3).reduce(0) {
      $0 << 8 | (start + $1 < group.endIndex ? Int(group[start + $1]) : 0)
    }
    for k in 0..<4 {
      out.append(k <= group.count ? letters[bits >> (18 - 6 * k) & 63] : UInt8(ascii: "="))
    }
  }
  return out
}
