// data: a table read from a file, typed, pasted, or made up.
import Calculus
import Descent

let dataCommand = Command(
  name: "data", summary: "reads, types or makes a table of data; its columns are pts.x, pts.y",
  usage: "data pts \"points.csv\"   data pts x=[1, 2, 3] y=[2, 4, 7]",
  parameters: [
    Parameter(
      name: "sep", summary: "what separates fields, as in sep=\";\"", standard: "found out",
      takesWords: true),
    Parameter(
      name: "decimal", summary: "the decimal sign, \".\" or \",\"", standard: "\".\"",
      takesWords: true),
    Parameter(
      name: "na", summary: "skip leaves out rows that lack a number; error refuses them",
      standard: "error", takesWords: true),
    Parameter(
      name: "header", summary: "whether the first line has names: yes or no",
      standard: "found out", takesWords: true),
    Parameter(name: "rows", summary: "of made-up data how many rows"),
    Parameter(name: "seed", summary: "of made-up data the seed", standard: "1"),
  ],
  notes: [
    "from a file: data pts \"points.csv\": CSV, TSV, or columns between blanks; - is standard input",
    "pasted: data pts [, then rows, then ]",
    "made up: data pts rows=200 x=uniform(-1, 1) y=2x + normal(0, 0.3); row is the number of the row",
    "from pandas: df.to_csv(\"points.csv\", index=False)",
    "from R: write.csv(df, \"points.csv\", row.names=FALSE)",
    "columns: pts.x, pts[\"Weight (kg)\"], pts[x, y] side by side; pts.kind == \"a\" of texts",
    "a loss over all rows: L = mean((w*pts.x + b - pts.y)^2); batches of them: descend L batch=32 epochs=20",
    "x in standard deviations: z = (pts.x - mean(pts.x))/std(pts.x)",
  ],
  examples: [
    "data p x=[1, 2, 3] y=[2, 4, 7]; L = mean((w*p.x - p.y)^2); grad L w=1",
    "data p rows=200 seed=1 x=uniform(-1, 1) y=2x + normal(0, 0.3)",
  ], isRepeatable: false, bareValues: 2
) { call throws(Fault) in [try call.data()] }

extension Call {
  fileprivate func data() throws(Fault) -> Answer {
    guard let name = word(0), positional[0].value.arena.nodes.count == 1 else {
      guard positional.isEmpty, arguments.isEmpty else {
        throw Fault(
          "data wants a name", hint: "write data pts \"points.csv\"", at: positional.first?.range)
      }
      return session.tableList()
    }
    let own = Spelling.canonical(name)
    let known = command.parameters.map(\.name)
    let columns = arguments.filter { a in a.name.map { !known.contains($0) } ?? false }
    let read: (columns: [Column], file: String?, skipped: Int, missing: [Int])
    if positional.count > 1 {
      guard columns.isEmpty, argument("rows") == nil else {
        throw Fault("data is read from a file, or typed: not both", at: positional[1].range)
      }
      let path = try path()
      let r = try session.readTable(path, try readerOptions())
      read = (r.columns, path, r.skipped, r.missing)
    } else if columns.isEmpty {
      guard let table = session.environment.tables[own] else {
        throw Fault(
          "there is no data \(own)", hint: "data \(own) \"file.csv\" reads it",
          at: positional[0].range)
      }
      return session.summary(of: table)
    } else {
      let made = argument("rows") == nil ? try typed(columns) : try madeUp(columns, own)
      read = (made, nil, 0, made.map { _ in 0 })
    }
    return try session.keep(read, named: own, at: positional[0].range)
  }

  /// The quoted name of the file.
  private func path() throws(Fault) -> String {
    let e = positional[1].value
    let n = e.arena.nodes[Int(e.root)]
    guard n.kind == .string else {
      throw Fault(
        "file names are quoted", hint: "write data \(word(0) ?? "pts") \"\(e.text.trimmedBlanks)\"",
        at: positional[1].range)
    }
    return e.arena.names[Int(n.a)]
  }

  /// The text of an option, in quotes or not.
  private func option(_ name: String) -> (text: String, at: SourceRange)? {
    guard let a = argument(name) else { return nil }
    let e = a.value
    let n = e.arena.nodes[Int(e.root)]
    return (n.kind == .string ? e.arena.names[Int(n.a)] : e.text.trimmedBlanks, a.range)
  }

  private func readerOptions() throws(Fault) -> TableReader.Options {
    var out = TableReader.Options()
    if let (text, at) = option("sep") {
      let all: [String: UInt8] = ["tab": 0x09, "\\t": 0x09, "blank": 0x20, "space": 0x20]
      guard let sep = all[text] ?? (text.utf8.count == 1 ? text.utf8.first : nil) else {
        throw Fault("sep= is one character, or tab", hint: "write sep=\";\"", at: at)
      }
      out.separator = sep
    }
    if let (text, at) = option("decimal") {
      guard text == "." || text == "," else {
        throw Fault("decimal= is \".\" or \",\"", at: at)
      }
      out.point = text == "," ? 0x2C : 0x2E
    }
    if let (text, at) = option("na") {
      guard text == "skip" || text == "error" else { throw Fault("na= is skip or error", at: at) }
      out.skipsMissing = text == "skip"
    }
    if let (text, at) = option("header") {
      guard let known = ["yes": true, "no": false][text] else {
        throw Fault("header= is yes or no", at: at)
      }
      out.hasHeader = known
    }
    return out
  }

  /// Columns of numbers that were typed, `x=[1, 2, 3]`.
  private func typed(_ arguments: [Argument]) throws(Fault) -> [Column] {
    var out: [Column] = []
    for a in arguments {
      let (entries, shape) = try session.array(a.value)
      guard shape.columns == 1 || shape.rows == 1 else {
        throw Fault("a column of data is a list of numbers", hint: "x=[1, 2, 3]", at: a.range)
      }
      guard
        let numbers = entries.reduce(
          [Double]?.some([]),
          { all, c in
            c.nearestDouble.flatMap { d in d.isFinite ? all.map { $0 + [d] } : nil }
          })
      else { throw Fault("a column of data is of numbers that doubles have", at: a.range) }
      if let first = out.first, first.numbers.count != numbers.count {
        throw Fault(
          "\(a.name ?? "") has \(numbers.count) number\(numbers.count == 1 ? "" : "s"), and \(first.name) has \(first.numbers.count)",
          at: a.range)
      }
      let areDecimals = zip(entries, numbers).allSatisfy {
        $0.rational == Rational(shortestDecimalOf: $1)
      }
      out.append(
        Column(a.name ?? "", numbers: numbers, meaning: areDecimals ? .decimal : .binary))
    }
    return out
  }

  /// Columns drawn and computed row by row, `x=uniform(-1, 1) y=2x + normal(0, 0.3)`.
  private func madeUp(_ arguments: [Argument], _ own: String) throws(Fault) -> [Column] {
    let rows = try integer("rows", 100, in: 1...100_000_000)
    let seed = try seed()
    var out: [Column] = []
    for (place, a) in arguments.enumerated() {
      let made = try session.column(
        a.value, rows: rows, seed: seed, place: place, beside: out)
      for k in 0..<rows where !made[k].isFinite {
        throw Fault(
          "\(a.name ?? "") has no value in row \(k + 1)", at: a.range)
      }
      out.append(Column(a.name ?? "", made, meaning: .binary))
    }
    return out
  }
}
