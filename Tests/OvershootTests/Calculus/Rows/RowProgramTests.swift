// Programs over rows of data against the same program with the data written out as arrays, in exact numbers; the
// engines against sums of fractions.
import Testing

@testable import Calculus

/// A table of small fractions with three columns, as doubles that stand for decimals.
private func table(rows: Int, axis: Int32 = 1, seed: UInt64 = 1) -> DataTable {
  let stream = RandomStream(seed: seed, .data, occurrence: 0)
  let columns = (0..<3).map { c in
    Column(
      ["x", "y", "z"][c],
      numbers: (0..<rows).map { k in
        // Tenths from −2.0 to 2.0, never 0.
        let n = Int(stream.bits(UInt64(c * rows + k)) % 40) - 20
        return Double(n >= 0 ? n + 1 : n) / 10
      }, meaning: .decimal)
  }
  return DataTable(name: "d", axis: axis, columns: columns)
}

/// The program of a text over a table, and with its columns as arrays.
private func both(_ text: String, _ t: DataTable) throws -> (rows: Program, arrays: Program) {
  func program(_ text: String, _ environment: Environment) throws -> Program {
    var parser = try Parser(Lexer(Array(text.utf8)))
    parser.isTable = { environment.tables[$0] != nil }
    return try environment.program(of: try parser.expression())
  }
  var rows = Environment()
  rows.keep(t, named: "d")
  rows.declare("v", Shape(2, 1))
  var arrays = Environment()
  arrays.declare("v", Shape(2, 1))
  for (k, c) in t.columns.enumerated() {
    arrays.define(
      ["X", "Y", "Z"][k], nil,
      Expression(entries: (0..<t.rowCount).map(c.exact), Shape(t.rowCount, 1)))
  }
  let n = t.rowCount
  arrays.define(
    "XZ", nil,
    Expression(
      entries: (0..<(2 * n)).map { t.columns[$0 % 2 * 2].exact($0 / 2) }, Shape(n, 2)))
  arrays.define(
    "T", nil, Expression(entries: Array(repeating: Rational(2), count: n), Shape(n, 1)))
  let plain = text.replacing("[d.x*w, d.y, 2]", with: "[(X*w)'; Y'; T']'")
    .replacing("d[x, z]", with: "XZ").replacing("d.x", with: "X")
    .replacing("d.y", with: "Y").replacing("d.z", with: "Z")
  return (try program(text, rows), try program(plain, arrays))
}

private let losses = [
  "mean((w*d.x + b - d.y)^2)",
  "sum((d[x, z]*v .- w)^2)/count(d.x)",
  "mean(d.y*(w - mean(d.x*w))^2) + b^2",
  "variance(w*d.x - d.y) + w",
  "mean(d.x*w)^3 + sum(d.y)*b",
  "sum(if(d.x*w > d.y, d.x*w - d.y, 0)) + mean(max(d.x*w, d.z*b))",
  "max(d.x*w + b) - min(d.z*b)",
  "w*mean((d.x - mean(d.x))/d.y^2) + b/mean((d.z*w)^2)",
  "sum(sum(d[x, z], 1)*v)*w + sum(sum([d.x*w, d.y, 2], 2)*d.z)",
  "mean((d.x == 1)*w - d.y)^2",
]

struct RowProgramTests {
  /// Value, gradient, Hessian times a vector: the same fractions.
  @Test(arguments: losses) func rowsAreTheArraysThatTheyAre(_ text: String) throws {
    let (rows, arrays) = try both(text, table(rows: 7))
    #expect(rows.hasRows && !arrays.hasRows && rows.layout == arrays.layout)
    let a = CertifiedArithmetic(bits: 128)
    let point = (0..<rows.layout.count).map { Certified.exact(Rational($0 * 3 + 1) / Rational(7)) }
    let way = (0..<rows.layout.count).map { Certified.exact(Rational(2 - $0)) }
    func all(_ p: Program) -> [Rational?] {
      let g = p.gradient()
      return (g.run(a, at: point) + g.product(along: g.variables).run(a, at: point + way))
        .map(\.rational)
    }
    let (left, right) = (all(rows), all(arrays))
    #expect(left == right && !left.contains(nil), "\(text)")
    // Written out, entry by entry and row by row.
    #expect(
      rows.gradient().expanded.run(a, at: point).map(\.rational)
        == all(rows).prefix(left.count - point.count).map { $0 })
    let byRow = rows.expandedByRow
    #expect(
      byRow.hasRows
        && byRow.gradient().run(a, at: point).map(\.rational)
          == left.prefix(1 + point.count).map { $0 }
    )
  }

  /// In doubles and in balls over several segments, against fractions.
  @Test(arguments: losses) func enginesAddUpAllRows(_ text: String) throws {
    let (rows, _) = try both(text, table(rows: 9001, seed: 5))
    let gradient = rows.expandedByRow.gradient()
    // No two rows are equal then.
    let x = (0..<rows.layout.count).map { 0.1234567 + 0.7071071 * Double($0) }
    let truth = RowSchedule(gradient).run(
      CertifiedArithmetic(bits: 256), at: x.map { Certified($0) })
    let double = DoubleProgram(gradient)
    double.run(at: x)
    let balls = BallEngine(gradient).run(at: x.map { Ball($0) })
    for (k, t) in truth.enumerated() {
      let right = try #require(t.estimate)
      // 9,001 additions in 32 sums of each of three segments.
      #expect(abs(double[k] - right) <= 1e-12 * max(1, abs(right)), "\(text), \(k)")
      let exact = try #require(t.rational)
      let e = balls[k].enclosure(EnclosureArithmetic(bits: 256))
      #expect(e.lowerDouble <= exact.nearestDouble && exact.nearestDouble <= e.upperDouble)
      // Which row is the largest is not decided where the largest is enclosed.
      if !text.contains("max(d.x*w + b)") {
        #expect(balls[k].radius <= 1e-11 * max(1, abs(right)), "\(text), \(k)")
      }
    }
  }

  /// The same bits for any number of threads.
  @Test func threadsChangeNothing() throws {
    let (rows, _) = try both("mean(exp(w*d.x) + (b - d.y)^2)", table(rows: 70_000))
    let schedule = RowSchedule(rows.expandedByRow.gradient())
    let pass = try #require(schedule.passes.first)
    let uniform = (0..<(pass.terms.layout.count - pass.columns.count)).map { 0.25 + Double($0) }
    let one = SegmentedPass<SegmentRunner>(pass, threads: 1).run(uniform)
    for threads in 2...5 {
      #expect(SegmentedPass<SegmentRunner>(pass, threads: threads).run(uniform) == one)
    }
  }

  /// Value and gradient of a mean are one pass; what the data alone make is made apart, of all rows.
  @Test func passesAreAsFewAsReductionsAllow() throws {
    func schedule(_ text: String) throws -> RowSchedule {
      RowSchedule(
        try both(text, table(rows: 5)).rows.expandedByRow.withDataFixed.gradient())
    }
    #expect(try schedule("mean((w*d.x - d.y)^2)").passes.count == 1)
    #expect(try schedule("sqrt(mean((w*d.x - d.y)^2))").passes.count == 2)
    let scaled = try schedule("mean((w*(d.x - mean(d.x)) - d.y)^2)")
    #expect(scaled.passes.count == 1 && scaled.statics?.outputs.count == 1)
  }

  /// Over picked rows a loss is that of the table of these rows, but for what standardises a column.
  @Test func picksAreATableOfTheirRows() throws {
    let all = table(rows: 40, seed: 3)
    let picks: RowPicks = [3, 17, 3, 39, 0]
    let some = DataTable(
      name: "d", axis: 1,
      columns: all.columns.map { c in
        Column(c.name, numbers: picks.map { c.numbers[Int($0)] }, meaning: c.meaning)
      })
    let a = CertifiedArithmetic(bits: 128)
    func at(_ p: Program) -> [Certified] {
      (0..<p.layout.count).map { Certified.exact(Rational($0 + 2) / Rational(3)) }
    }
    for text in losses {
      let (whole, part) = (try both(text, all).rows, try both(text, some).rows)
      let (p, q) = (whole.expandedByRow.gradient(), part.expandedByRow.gradient())
      #expect(
        whole.expandedByRow.withDataFixed.gradient().run(a, at: at(whole)).map(\.rational)
          == p.run(a, at: at(whole)).map(\.rational), "\(text)")
      let x = at(p)
      #expect(p.run(a, at: x, picks: picks).map(\.rational) == q.run(a, at: x).map(\.rational))
      let y = x.map { $0.nearestDouble ?? 0 }
      let (left, right) = (DoubleProgram(p), DoubleProgram(q))
      left.pick(picks)
      left.run(at: y)
      right.run(at: y)
      #expect(left.outputs == right.outputs, "\(text)")
      let balls = BallEngine(p).run(at: y.map { Ball($0) }, picks: picks)
      #expect(balls.map(\.middle) == BallEngine(q).run(at: y.map { Ball($0) }).map(\.middle))
    }
    // The mean is that of the column.
    let (centred, _) = try both("mean(w*(d.x - mean(d.x)))", all)
    let mean = (0..<40).map(all.columns[0].exact).reduce(.zero, +) / Rational(40)
    let right = (Rational(2) * all.columns[0].exact(3) + all.columns[0].exact(17)) / Rational(3)
    let fixed = centred.expandedByRow.withDataFixed
    #expect(fixed.run(a, at: [.exact(.one)], picks: [3, 17, 3])[0].rational == right - mean)
    // A curvature is that of the rows picked, though it is made of the data alone.
    let square = try both("mean((w*d.x)^2)", all).rows.expandedByRow.withDataFixed
    let bend = square.hessian().run(a, at: [.exact(.one)], picks: [3])[2].rational
    let x3 = all.columns[0].exact(3)
    #expect(bend == Rational(2) * x3 * x3)
  }

  /// What lies within half a unit in the last place of a decimal's double lies in its ball.
  @Test func ballsHoldTheDecimalsWritten() {
    for text in ["0.1", "123.456", "1e-320", "-7.3e200", "3", "0.30000000000000004"] {
      let d = Double(text) ?? .nan
      let column = Column("x", numbers: [d], meaning: .decimal)
      let e = BallArithmetic().datum(column, 0).enclosure(EnclosureArithmetic(bits: 256))
      let exact = EnclosureArithmetic(bits: 256).constant(column.exact(0))
      #expect(e.lowerDouble <= exact.lowerDouble && exact.upperDouble <= e.upperDouble)
    }
    #expect(Rational(shortestDecimalOf: 0.1) == Rational(1) / Rational(10))
    #expect(Rational(shortestDecimalOf: -2.5e-7) == Rational(-1) / Rational(4_000_000))
    #expect(Rational(shortestDecimalOf: 1e22) == Rational(10).power(22))
  }
}
