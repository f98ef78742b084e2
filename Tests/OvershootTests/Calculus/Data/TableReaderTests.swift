// Texts to tables: RFC 4180 and what files have beside it; each mistake is told with its place.
import Testing

@testable import Calculus

/// What is read of a text that comes in pieces of some length.
private func read(
  _ bytes: [UInt8], piece: Int = 1 << 20, _ options: TableReader.Options = .init()
) throws -> TableReader.Result {
  var reader = TableReader("f.csv", options)
  var at = 0
  while at < bytes.count {
    let end = min(bytes.count, at + piece)
    try bytes[at..<end].withUnsafeBufferPointer { p in try reader.feed(p) }
    at = end
  }
  return try reader.finish()
}

private func numbers(_ r: TableReader.Result, _ k: Int) -> [Double] {
  (0..<r.columns[k].numbers.count).map { r.columns[k].numbers[$0] }
}

private func fault(_ text: String, _ options: TableReader.Options = .init()) -> Fault? {
  do {
    _ = try read(Array(text.utf8), options)
    return nil
  } catch { return error as? Fault }
}

struct TableReaderTests {
  /// The same table, written in many ways and cut anywhere.
  @Test(arguments: [
    "x,y\n1,2\n3,4.5\n", "x,y\r\n1,2\r\n3,4.5\r\n", "\u{FEFF}\"x\",\"y\"\r\n1,2\r\n3,4.5",
    "x\ty\n1\t2\n3\t4.5\n", "x;y\n1;2\n3;4.5\n", "x y\n1 2\n3 4.5\n", "  x   y \n 1   2\n 3\t4.5\n",
    "# made by hand\nx,y\n\n1 , 2\n+3, 4.50e0 \n\n", "\"x\",\"y\"\n\"1\",\"2\"\n\"3\",\"4.5\"\n",
    "x,y\n1,2.\n3,.45e1\n",
  ]) func oneTableManyTexts(_ text: String) throws {
    for piece in [1, 2, 3, 7, 1 << 20] {
      let r = try read(Array(text.utf8), piece: piece)
      #expect(r.columns.map(\.name) == ["x", "y"], "\(text.debugDescription)")
      #expect(numbers(r, 0) == [1, 3] && numbers(r, 1) == [2, 4.5], "\(text.debugDescription)")
    }
  }

  @Test func quotesHoldSeparatorsNewlinesAndQuotes() throws {
    let text = "name,v\n\"a, b\",1\n\"say \"\"hi\"\"\",2\n\"two\nlines\",3\n"
    for piece in [1, 5, 1 << 20] {
      let r = try read(Array(text.utf8), piece: piece)
      #expect(r.columns[0].levels == ["a, b", "say \"hi\"", "two\nlines"])
      #expect(numbers(r, 0) == [0, 1, 2] && numbers(r, 1) == [1, 2, 3])
    }
  }

  @Test func namesAreFoundOrMade() throws {
    #expect(try read(Array("1,2\n3,4\n".utf8)).columns.map(\.name) == ["x1", "x2"])
    #expect(try read(Array("7\n8\n".utf8)).columns.map(\.name) == ["x"])
    #expect(try read(Array(",a,a\n0,1,2\n".utf8)).columns.map(\.name) == ["c1", "a", "a_2"])
    var no = TableReader.Options()
    no.hasHeader = false
    #expect(try read(Array("a,b\nc,d\n".utf8), no).columns[0].levels == ["a", "c"])
    var comma = TableReader.Options()
    comma.point = 0x2C
    #expect(numbers(try read(Array("x;y\n1,5;2\n".utf8), comma), 0) == [1.5])
  }

  /// Each double is the nearest one: against Swift's own reader, also of more digits than any double has.
  @Test func decimalsAreTheNearestDoubles() throws {
    let s = RandomStream(seed: 3, .data, occurrence: 1)
    var texts = [
      "9007199254740993", "1e22", "1e23", "4.9e-324", "1.7976931348623157e308", "0.1",
    ]
    for k in 0..<4000 {
      let bits = s.bits(UInt64(k))
      let whole = bits % (k % 3 == 0 ? 1_000_000_000_000_000_000 : 100_000)
      let fraction = s.bits(UInt64(k + 10_000)) % 10_000_000
      texts.append(
        "\(bits % 2 == 0 ? "-" : "")\(whole).\(fraction)"
          + (k % 5 == 0 ? "e\(Int(bits % 500) - 250)" : ""))
    }
    let r = try read(Array(("v\n" + texts.joined(separator: "\n")).utf8))
    for (k, t) in texts.enumerated() { #expect(r.columns[0].numbers[k] == Double(t), "\(t)") }
  }

  @Test(arguments: [
    ("x,y\n1,2\n3,abc\n", "f.csv:3:3: found abc where column y has numbers"),
    ("x,y\n1,2\n3\n", "f.csv:3: 1 field in this row, and 2 columns"),
    ("x,y\n1,2\n3,4,5\n", "f.csv:3: 3 fields in this row, and 2 columns"),
    ("x,y\n1,NA\n", "f.csv:2:3: NA where column y has numbers"),
    ("x,y\n1,\n", "f.csv:2:3: nothing where column y has numbers"),
    ("x,y\n1,nan\n", "f.csv:2:3: nan where column y has numbers"),
    ("x,y\n1,inf\n", "f.csv:2:3: inf where column y has numbers"),
    ("x,y\n1,1e400\n", "f.csv:2:3: 1e400 is beyond the doubles"),
    ("x,y\n1,2e-999\n", "f.csv:2:3: 2e-999 is below the smallest double"),
    ("x,y\r1,2\r3,4\r", "its lines end in CR alone"),
    ("x,y\n1,2\n3,0x10\n", "f.csv:3:3: found 0x10"),
    ("x,y\n1,2\n3,1_000\n", "f.csv:3:3: found 1_000"),
    ("x,y\n1,2\n3,１\n", "f.csv:3:3: found １"),
    ("größe,y\n1,2\n\"ä\",3\n", "f.csv:3:1: found ä"),
    ("a,b\n\"x,1\ny,2\n", "f.csv:2: a quote that opens"),
    ("x,y\n1,\"2\"3\n", "f.csv:2:6: text behind a closing quote"),
    ("", "f.csv has no rows"), ("x,y\n", "f.csv has no rows"), ("\n\n", "f.csv has no rows"),
    ("x;y\n1;2\n1,5;2\n", "f.csv:3:1: found 1,5 where column x has numbers"),
    ("\u{1F}\u{8B}", "not text"), ("x,y\n1,2\u{0}\n", "f.csv is not text: byte 0x0 at 7"),
  ]) func mistakesHaveTheirPlace(_ text: String, _ said: String) throws {
    let f = try #require(fault(text), "\(text.debugDescription)")
    #expect(f.message.contains(said), "\(f.message)")
  }

  @Test func otherFormatsAreNamed() throws {
    let known: [([UInt8], String)] = [
      ([0x1F, 0x8B, 8, 0], "gzip"), ([0x89, 0x50, 0x4E, 0x47], "byte 0x89 at 0"),
      ([0xFF, 0xFE, 0x78, 0], "UTF-16"), ([0x50, 0x4B, 3, 4], "spreadsheet"),
    ]
    for (bytes, said) in known {
      #expect(throws: Fault.self) { try read(bytes) }
      do { _ = try read(bytes) } catch {
        #expect((error as? Fault)?.message.contains(said) == true)
      }
    }
  }

  @Test func rowsThatLackANumberAreLeftOut() throws {
    var skip = TableReader.Options()
    skip.skipsMissing = true
    let r = try read(Array("x,y\n1,2\nNA,3\n4,\n5,6\n".utf8), skip)
    #expect(numbers(r, 0) == [1, 5] && numbers(r, 1) == [2, 6])
    #expect(r.skipped == 2 && r.missing == [1, 1])
    #expect(fault("x\nNA\n", skip)?.message.contains("no row without") == true)
  }

  /// A line that never ends is refused at 16 MiB, also inside quotes.
  @Test func endlessLinesAreRefused() {
    for first in ["x", "\""] {
      var reader = TableReader("f.csv")
      let piece = [UInt8](repeating: 0x31, count: 1 << 20)
      #expect(throws: Fault.self) {
        try Array(first.utf8).withUnsafeBufferPointer { p in try reader.feed(p) }
        for _ in 0..<20 { try piece.withUnsafeBufferPointer { p in try reader.feed(p) } }
      }
    }
  }
}
