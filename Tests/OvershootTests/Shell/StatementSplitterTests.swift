// Where statements begin and end: a text that comes in pieces splits like the whole.
import Testing

@testable import Shell

struct StatementSplitterTests {
  private func statements(_ bytes: [UInt8]) -> [String] {
    var splitter = StatementSplitter(bytes)
    var out: [String] = []
    while let range = splitter.next() {
      out.append(String(decoding: bytes[range.start..<range.end], as: UTF8.self))
    }
    return out
  }

  /// The statements of a text that comes in pieces of one length.
  private func statements(_ bytes: [UInt8], inPiecesOf length: Int) -> [String] {
    var lines = CompleteLines()
    var held: [UInt8] = []
    var out: [String] = []
    for start in stride(from: 0, to: bytes.count, by: length) {
      let piece = Array(bytes[start..<min(start + length, bytes.count)])
      guard let end = lines.take(piece) else {
        held += piece
        continue
      }
      out += statements(held + piece[..<end])
      held = Array(piece[end...])
    }
    return out + statements(held)
  }

  @Test func bracketsCommentsAndQuotations() {
    let text = "a = (1 +\n2); b # c; (\nsave \"(;#\" ; d\r\n[1;\n2]\r  # only\n\ne"
    #expect(
      statements(Array(text.utf8))
        == ["a = (1 +\n2)", "b # c; (", "save \"(;#\" ", "d", "[1;\n2]", "e"])
  }

  @Test func aTextInPiecesSplitsLikeTheWhole() {
    var random = SystemRandomNumberGenerator()
    let alphabet = "ab1()[];#\"\n\n\r ".map { String($0) } + ["\u{FEFF}", "∇> ", "...> "]
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).flatMap { _ in
        Array(alphabet[Int.random(in: 0..<alphabet.count, using: &random)].utf8)
      }
      let whole = statements(bytes)
      for length in [1, 2, 7, 64] {
        let text = String(decoding: bytes, as: UTF8.self).debugDescription
        #expect(statements(bytes, inPiecesOf: length) == whole, "\(text) by \(length)")
      }
    }
  }
}
