// What is told of a table: its size, its columns, what their scales do; the first rows of a formula of data.
import Calculus

extension Session {
  /// The tables there are.
  func tableList() -> Answer {
    let all = environment.tables.values.sorted { $0.axis < $1.axis }
    let lines =
      all.isEmpty
      ? ["there is no data yet; data pts \"points.csv\" reads a table"] : all.map(\.summary)
    return Answer("data", [("text", .array(lines.map(JSON.string)))], lines: lines)
  }

  /// Rows, columns, and of each its least, mean and largest value.
  func summary(of table: DataTable, skipped: Int = 0, missing: [Int] = []) -> Answer {
    let facts = table.columns.map(ColumnFacts.init)
    var shown = Table(
      columns: [
        .init(title: "column", isText: true), .init(title: "min"), .init(title: "mean"),
        .init(title: "max"),
      ], rows: [])
    let hasMissing = missing.contains { $0 > 0 }
    if hasMissing { shown.columns.append(.init(title: "missing")) }
    for (k, c) in table.columns.enumerated() {
      var row = [table.typed(k)]
      if let f = facts[k] {
        row += [f.least, f.mean, f.largest].map { $0.text(digits: digits) }
      } else {
        row += ["", "\(c.levels.count) text\(c.levels.count == 1 ? "" : "s")", ""]
      }
      if hasMissing { row.append(missing[k] > 0 ? "\(missing[k])" : "") }
      shown.rows.append(row)
    }
    var lines = [table.summary]
    if skipped > 0 {
      lines[0] +=
        "; \(skipped) row\(skipped == 1 ? "" : "s") left out that lack\(skipped == 1 ? "s" : "") a number"
    }
    let advice = scaleAdvice(table, facts)
    let columns = table.columns.indices.map { k -> JSON in
      var members: [(String, JSON)] = [("name", .string(table.columns[k].name))]
      if let f = facts[k] {
        members += [("min", json(f.least)), ("mean", json(f.mean)), ("max", json(f.largest))]
      } else {
        members.append(("levels", .array(table.columns[k].levels.prefix(100).map(JSON.string))))
      }
      members.append(("missing", .number(Double(missing.isEmpty ? 0 : missing[k]))))
      return .object(members)
    }
    return Answer(
      "data",
      [
        ("name", .string(table.name)), ("rows", .number(Double(table.rowCount))),
        ("columns", .array(columns)), ("file", table.file.map(JSON.string) ?? .null),
        ("skipped", .number(Double(skipped))),
        ("text", .array((lines + advice).map(JSON.string))),
      ], lines.map(Answer.Block.line) + [.table(shown)] + advice.map(Answer.Block.line))
  }

  /// What scales do to a line w·x + b by least squares, and what to type; empty where they do little.
  private func scaleAdvice(_ table: DataTable, _ facts: [ColumnFacts?]) -> [String] {
    let constant = table.columns.indices.filter { facts[$0]?.isConstant ?? false }
    var lines = constant.map {
      "\(table.typed($0)) is the same in every row: it cannot be told from b"
    }
    // The last column is what is mostly to be explained by the others.
    let numeric = table.numeric
    let others = numeric.count > 1 ? numeric.dropLast() : numeric[...]
    let worst = others.filter { !constant.contains($0) }
      .max { (facts[$0]?.condition ?? 1) < (facts[$1]?.condition ?? 1) }
    guard let k = worst, let f = facts[k], f.condition >= ColumnFacts.worthTelling else {
      return lines
    }
    let (typed, own) = (table.typed(k), table.columns[k].name)
    let plain = own.isPlainName ? own : "x"
    let new = environment.isVariable("z" + plain) ? "z" + plain : "scaled"
    lines.append(
      "scales: a line w*\(typed) + b by least squares has a condition number of about \(f.condition.rough()), so that descent takes some \(f.condition.rough()) steps where it could take a few. Standardise: \(new) = (\(typed) - mean(\(typed)))/std(\(typed))"
    )
    return lines
  }
}

extension DataTable {
  /// `pts: 200 rows, columns x, y, from points.csv`.
  var summary: String {
    let names = columns.count <= 8 ? columns.map(\.name) : columns.prefix(7).map(\.name) + ["…"]
    let rows = "\(rowCount) row\(rowCount == 1 ? "" : "s")"
    let which =
      "\(columns.count) column\(columns.count == 1 ? "" : "s") (\(names.joined(separator: ", ")))"
    return "\(name): \(rows), \(which)"
      + (file.map { " from \($0 == "-" ? "standard input" : $0)" } ?? "")
  }
}

/// What a summary tells of a column of numbers.
struct ColumnFacts {
  let least: Certified
  let mean: Certified
  let largest: Certified
  let isConstant: Bool
  /// The condition number of fitting w·x + b by least squares, in doubles.
  let condition: Double

  /// From this condition number on descent is visibly slow.
  static let worthTelling = 1000.0

  /// Rows up to which the mean is a fraction.
  static let mostExact = 10_000

  /// nil for a column of texts.
  init?(_ c: Column) {
    guard !c.isText else { return nil }
    let n = c.numbers.count
    var (low, high) = (0, 0)
    var sum = CompensatedSum()
    for k in 0..<n {
      let v = c.numbers[k]
      if v < c.numbers[low] { low = k }
      if v > c.numbers[high] { high = k }
      sum.add(v)
    }
    least = .exact(c.exact(low))
    largest = .exact(c.exact(high))
    isConstant = c.numbers[low] == c.numbers[high]
    let a = CertifiedArithmetic(bits: 128)
    let total = Certified.enclosed(sum.enclosure(areDecimals: c.meaning == .decimal))
    let exact =
      n <= ColumnFacts.mostExact
      ? (0..<n).reduce(Rational.zero) { $0 + c.exact($1) } / Rational(n) : nil
    mean = isConstant ? least : exact.map(Certified.exact) ?? a.divide(total, .exact(Rational(n)))
    // Eigenvalues of the mean of (x, 1)(x, 1)ᵀ, about m and s: their quotient does not overflow.
    let m = mean.estimate ?? 0
    var squares = 0.0
    for k in 0..<n {
      let d = c.numbers[k] - m
      squares += d * d
    }
    let variance = squares / Double(n)
    let trace = variance + m * m + 1
    let root = (trace * trace - 4 * variance).squareRoot()
    condition = variance > 0 ? (trace + root) * (trace + root) / (4 * variance) : .infinity
  }
}

extension Session {
  /// The rows of an expression that varies along rows of data, the first few of them; nil of others.
  func rowsAnswer(_ e: Expression) throws(Fault) -> Answer? {
    let program = try environment.program(of: e)
    let extent = program.extent(of: 0)
    guard extent.axis > 0, let table = program.tables[extent.axis] else { return nil }
    if let unknown = program.variables.first { throw unknownName(unknown, in: e) }
    let shown = min(table.rowCount, Session.mostEntries)
    let shape = Shape(shown, extent.shape.columns)
    let entries = program.run(CertifiedArithmetic(bits: 256), at: [], rows: shown)
    let list = arrayText(entries, shape)
    let text =
      table.rowCount == shown
      ? list : "\(list.dropLast())\(shape.columns == 1 ? "," : ";") …], \(table.rowCount) rows"
    return Answer(
      "value",
      [
        ("value", arrayJSON(entries, shape)), ("rows", .number(Double(table.rowCount))),
        ("text", .string(text)),
      ], lines: [text])
  }
}
