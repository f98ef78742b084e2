// The fields of a record, the names of the columns, and the numbers of a row.

/// A column while it is read.
final class ColumnReader {
  let numbers = ColumnNumbers()
  /// Whether it has texts; nil while all its values were missing.
  var isText: Bool?
  var missing = 0
  private var levels: [String] = []
  private var places: [String: Int] = [:]

  /// Adds a text by its level.
  func append(_ text: String) {
    let k = places[text] ?? levels.count
    if k == levels.count {
      places[text] = k
      levels.append(text)
    }
    numbers.append(Double(k))
  }

  /// The column, its levels without those of rows that were left out.
  func column(named name: String) -> Column {
    numbers.finish()
    guard isText == true else { return Column(name, numbers) }
    var place = [Int?](repeating: nil, count: levels.count)
    var used: [String] = []
    for k in 0..<numbers.count {
      let level = Int(exactly: numbers[k]) ?? 0
      if place[level] == nil {
        place[level] = used.count
        used.append(levels[level])
      }
      numbers.pointer[k] = Double(place[level] ?? 0)
    }
    return Column(name, numbers, levels: used)
  }
}

extension TableReader {
  /// Takes the first record: names, or the first row of a table without names.
  mutating func begin(_ r: UnsafeBufferPointer<UInt8>) throws(Fault) {
    var fields: [String] = []
    var hasNumber = false
    try eachField(of: r) { field, at throws(Fault) in
      if case .number = NumberField(field, point: options.point) { hasNumber = true }
      fields.append(try text(field, r, at))
    }
    let isHeader = options.hasHeader ?? !hasNumber
    if isHeader {
      for (k, f) in fields.enumerated() { names.append(unused(f.isEmpty ? "c\(k + 1)" : f)) }
    } else {
      names = fields.indices.map { fields.count == 1 ? "x" : "x\($0 + 1)" }
    }
    columns = fields.map { _ in ColumnReader() }
    if !isHeader { try row(r) }
  }

  /// A name, with a number behind it where a column has it already.
  private func unused(_ name: String) -> String {
    var out = name
    var k = 2
    while names.contains(out) {
      out = "\(name)_\(k)"
      k += 1
    }
    return out
  }

  /// Adds a row, or leaves it out where a number is missing.
  mutating func row(_ r: UnsafeBufferPointer<UInt8>) throws(Fault) {
    let before = columns[0].numbers.count
    let count = columns.count
    var k = 0
    var lacks = false
    try eachField(of: r) { field, at throws(Fault) in
      defer { k += 1 }
      guard k < count else { return }
      let c = columns[k]
      if c.isText == true {
        // Nothing is a text, too, and is counted.
        if field.isEmpty {
          c.missing += 1
          lacks = lacks || options.skipsMissing
        }
        return c.append(try text(field, r, at))
      }
      switch NumberField(field, point: options.point) {
      case .number(let v):
        c.isText = false
        c.numbers.append(v)
      case .missing:
        c.missing += 1
        lacks = true
        guard options.skipsMissing else { throw absent(field, k, r, at) }
        c.numbers.append(0)
      case .text where c.isText == nil:
        if case .number = NumberField(field, point: otherPoint), separator != otherPoint {
          throw misfit(field, k, r, at)
        }
        c.isText = true
        c.append(try text(field, r, at))
      case .text: throw misfit(field, k, r, at)
      case .tooSmall:
        throw Fault(
          "\(place(r, at)): \(try text(field, r, at)) is below the smallest double (4.9e-324)",
          hint: "scale column \(names[k])")
      case .tooLarge:
        throw Fault(
          "\(place(r, at)): \(try text(field, r, at)) is beyond the doubles (1.8e308)",
          hint: "scale column \(names[k])")
      }
    }
    guard k == count else {
      throw Fault(
        "\(source):\(line): \(k) field\(k == 1 ? "" : "s") in this row, and \(count) column\(count == 1 ? "" : "s")",
        hint: k < count
          ? "an empty field stands between two separators; sep=\";\" says what separates"
          : "a field with a separator in it stands in quotes")
    }
    if lacks {
      skipped += 1
      for c in columns { c.numbers.cut(to: before) }
    }
  }

  private func absent(
    _ field: UnsafeBufferPointer<UInt8>, _ k: Int, _ r: UnsafeBufferPointer<UInt8>, _ at: Int
  ) -> Fault {
    let shown = String(decoding: field, as: UTF8.self)
    return Fault(
      "\(place(r, at)): \(shown.isEmpty ? "nothing" : shown) where column \(names[k]) has numbers",
      hint: "na=skip leaves out the rows that lack a number")
  }

  /// The decimal sign that is not this text's.
  private var otherPoint: UInt8 { options.point == 0x2E ? 0x2C : 0x2E }

  private func misfit(
    _ field: UnsafeBufferPointer<UInt8>, _ k: Int, _ r: UnsafeBufferPointer<UInt8>, _ at: Int
  ) -> Fault {
    let shown = String(decoding: field.prefix(40), as: UTF8.self)
    let other = otherPoint
    var hint = "a number is written 1234.5 or 1e-3; na=skip is for values that are missing"
    if case .number = NumberField(field, point: other) {
      hint = "decimal=\"\(other == 0x2C ? "," : ".")\" reads it as a number"
    }
    return Fault("\(place(r, at)): found \(shown) where column \(names[k]) has numbers", hint: hint)
  }

  /// `points.csv:3:7`, from 1; columns count characters.
  private func place(_ r: UnsafeBufferPointer<UInt8>, _ at: Int) -> String {
    let before = String(decoding: r[..<min(at, r.count)], as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return "\(source):\(line + lines.count - 1):\((lines.last?.unicodeScalars.count ?? 0) + 1)"
  }

  private func text(
    _ field: UnsafeBufferPointer<UInt8>, _ r: UnsafeBufferPointer<UInt8>, _ at: Int
  ) throws(Fault) -> String {
    guard let text = String(validating: field, as: UTF8.self) else {
      throw Fault(
        "\(place(r, at)): this is not UTF-8", hint: "iconv -f LATIN1 -t UTF-8 converts it")
    }
    return text
  }

  /// Calls `body` with each field, without blanks around it and without its quotes, and where it begins.
  @inline(__always)
  func eachField(
    of r: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>, Int) throws(Fault) -> Void
  ) throws(Fault) {
    let sep = separator ?? 0x2C
    let isBlank = sep == 0x20
    var k = 0
    while true {
      while k < r.count, r[k] == 0x20 || r[k] == 0x09 && sep != 0x09 { k += 1 }
      if isBlank, k == r.count { return }
      let start = k
      if k < r.count, r[k] == 0x22 {
        let quoted = try quoted(r, &k)
        try quoted.withUnsafeBufferPointer { p throws(Fault) in try body(p, start) }
      } else {
        while k < r.count, r[k] != sep, !(isBlank && r[k] == 0x09) { k += 1 }
        var end = k
        while end > start, r[end - 1] == 0x20 || r[end - 1] == 0x09 { end -= 1 }
        try body(UnsafeBufferPointer(rebasing: r[start..<end]), start)
      }
      if k == r.count { return }
      k += 1
    }
  }

  /// What stands in quotes at k, which moves behind it to a separator or the end.
  private func quoted(_ r: UnsafeBufferPointer<UInt8>, _ k: inout Int) throws(Fault) -> [UInt8] {
    var out: [UInt8] = []
    k += 1
    while k < r.count {
      if r[k] == 0x22 {
        guard k + 1 < r.count, r[k + 1] == 0x22 else { break }
        k += 1
      }
      out.append(r[k])
      k += 1
    }
    k += 1
    while k < r.count, r[k] == 0x20 || r[k] == 0x09 && separator != 0x09 {
      if separator == 0x20 { return out }
      k += 1
    }
    guard k >= r.count || r[k] == separator else {
      throw Fault(
        "\(place(r, k)): text behind a closing quote", hint: "inside quotes \"\" is a quote")
    }
    k = min(k, r.count)
    return out
  }
}
