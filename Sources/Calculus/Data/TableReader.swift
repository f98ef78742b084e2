// A table from the bytes of a text: CSV (RFC 4180), TSV, or columns between blanks. Bytes come in pieces; what is
// kept is the numbers and the record that is not yet complete.
import Glibc

/// Reads a table piece by piece; nothing of it is there before all of it is.
package struct TableReader {
  /// What is known of a text before it is read; nil is found out.
  package struct Options: Sendable {
    /// Between fields; a blank stands for any number of blanks.
    package var separator: UInt8?
    /// In decimals: `.` or `,`.
    package var point: UInt8 = 0x2E
    /// Whether rows that lack a number are left out, rather than refused.
    package var skipsMissing = false
    /// Whether the first record has the names of the columns.
    package var hasHeader: Bool?
    /// Everything is found out.
    package init() {}
  }

  /// What was read.
  package struct Result: Sendable {
    /// The columns, numbers or texts.
    package let columns: [Column]
    /// How many rows were left out because they lack a number.
    package let skipped: Int
    /// Per column, how many of its values were missing.
    package let missing: [Int]
  }

  let options: Options
  /// What faults call the text.
  let source: String
  private var pending: [UInt8] = []
  private var isFirst = true
  /// Of the record that is read: where it begins.
  private(set) var line = 1
  private(set) var separator: UInt8?
  var names: [String] = []
  var columns: [ColumnReader] = []
  var skipped = 0

  /// The longest record.
  private static let longest = 16 << 20

  /// - Parameters:
  ///   - source: what faults call the text.
  ///   - options: what is known of it.
  package init(_ source: String, _ options: Options = Options()) {
    self.source = source
    self.options = options
    separator = options.separator
  }

  /// Reads the complete records of a piece.
  ///
  /// - Throws: at what is no table, with its line and column.
  package mutating func feed(_ piece: UnsafeBufferPointer<UInt8>) throws(Fault) {
    if !isFirst, pending.isEmpty { return try keep(piece, from: records(of: piece)) }
    pending.append(contentsOf: piece)
    if isFirst {
      guard pending.count >= TableReader.head else { return }
      try begin()
    }
    let all = pending
    try all.withUnsafeBufferPointer { p throws(Fault) in try keep(p, from: records(of: p)) }
  }

  /// Bytes that show what a text is.
  private static let head = 4096

  /// Looks at the first bytes, and leaves a mark of their order out.
  private mutating func begin() throws(Fault) {
    isFirst = false
    let all = pending
    try all.withUnsafeBufferPointer { p throws(Fault) in try checkStart(p) }
    if all.starts(with: [0xEF, 0xBB, 0xBF]) { pending.removeFirst(3) }
  }

  /// Keeps what is not yet a whole record.
  private mutating func keep(
    _ piece: UnsafeBufferPointer<UInt8>, from start: Int
  ) throws(Fault) {
    pending = Array(piece[start...])
    guard pending.count <= TableReader.longest else {
      throw pending.contains(0x22)
        ? unclosed()
        : Fault(
          "\(source):\(line): this line is longer than 16 MiB",
          hint: "a table has a row on each line")
    }
  }

  private func unclosed() -> Fault {
    Fault(
      "\(source):\(line): a quote that opens in this record is never closed",
      hint: "inside quotes \"\" is a quote")
  }

  /// Reads the last record, and makes the columns.
  package mutating func finish() throws(Fault) -> Result {
    if isFirst { try begin() }
    if !pending.isEmpty {
      let last = pending + [0x0A]
      pending = []
      let end = try last.withUnsafeBufferPointer { p throws(Fault) in try records(of: p) }
      if end < last.count { throw unclosed() }
    }
    guard let first = columns.first, first.numbers.count > 0 else {
      throw Fault(
        skipped > 0
          ? "\(source) has no row without a missing value"
          : "\(source) has no rows",
        hint: names.isEmpty ? "" : "the first line was taken as names; header=no reads it as data")
    }
    return Result(
      columns: zip(names, columns).map { $1.column(named: $0) }, skipped: skipped,
      missing: columns.map(\.missing))
  }

  /// Reads all whole records of a piece; returns where the first that is not whole begins.
  private mutating func records(of piece: UnsafeBufferPointer<UInt8>) throws(Fault) -> Int {
    guard let base = piece.baseAddress else { return 0 }
    var start = 0
    let hasQuotes = memchr(base, 0x22, piece.count) != nil
    while start < piece.count {
      var (end, lines) = (start, 1)
      if hasQuotes {
        var isInside = false
        while end < piece.count, isInside || piece[end] != 0x0A {
          if piece[end] == 0x22 { isInside.toggle() }
          if piece[end] == 0x0A { lines += 1 }
          end += 1
        }
        guard end < piece.count else { return start }
      } else {
        guard let found = memchr(base + start, 0x0A, piece.count - start) else { return start }
        end = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
      }
      let stop = end > start && piece[end - 1] == 0x0D ? end - 1 : end
      try record(UnsafeBufferPointer(rebasing: piece[start..<stop]))
      line += lines
      start = end + 1
    }
    return start
  }

  /// Reads one record.
  private mutating func record(_ r: UnsafeBufferPointer<UInt8>) throws(Fault) {
    guard let first = r.first(where: { $0 != 0x20 && $0 != 0x09 }), first != 0x23 else { return }
    if columns.isEmpty {
      if separator == nil { separator = TableReader.separator(of: r) }
      return try begin(r)
    }
    try row(r)
  }

  /// Tab, semicolon, comma or blanks, in this order the first that stands outside quotes.
  private static func separator(of r: UnsafeBufferPointer<UInt8>) -> UInt8 {
    var isInside = false
    var found: Set<UInt8> = []
    for b in r {
      if b == 0x22 { isInside.toggle() }
      if !isInside { found.insert(b) }
    }
    return [0x09, 0x3B, 0x2C].first { found.contains($0) } ?? 0x20
  }

  /// What the first bytes show that is no text.
  private func checkStart(_ p: UnsafeBufferPointer<UInt8>) throws(Fault) {
    let known: [([UInt8], String, String)] = [
      ([0x1F, 0x8B], "gzip", "gunzip it first"),
      ([0x50, 0x4B, 0x03, 0x04], "a zip or spreadsheet file", "save it as CSV"),
      ([0xFF, 0xFE], "UTF-16", "save it as UTF-8: iconv -f UTF-16 -t UTF-8"),
      ([0xFE, 0xFF], "UTF-16", "save it as UTF-8: iconv -f UTF-16 -t UTF-8"),
    ]
    for (bytes, what, hint) in known where p.starts(with: bytes) {
      throw Fault("\(source) is \(what), not text", hint: hint)
    }
    let head = p.prefix(TableReader.head)
    if !head.contains(0x0A), let k = head.firstIndex(of: 0x0D), k + 1 < head.count {
      throw Fault(
        "\(source): its lines end in CR alone", hint: "save it with line feeds: tr '\\r' '\\n'")
    }
    let isControl = { (b: UInt8) in b < 0x09 || b > 0x0D && b < 0x20 && b != 0x1B }
    if let k = head.firstIndex(where: isControl)
      ?? (head.first.map { $0 == 0x89 } == true ? 0 : nil)
    {
      throw Fault(
        "\(source) is not text: byte 0x\(String(p[k], radix: 16)) at \(k)",
        hint: "a table is CSV, TSV, columns between blanks, .npy or .npz")
    }
  }
}
