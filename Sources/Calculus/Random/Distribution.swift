// What start values are drawn from: one row of a table each.

/// A way to draw the entries of an array.
package struct Distribution: Sendable {
  /// What it is called.
  package let name: String
  /// What its arguments are; one that is called `seed` is the seed of its own.
  package let arguments: [String]
  /// A call, as typed.
  package let example: String
  /// What help says of it.
  package let summary: String
  /// What is wrong with the arguments; nil where nothing is.
  package let complaint: @Sendable ([Rational]) -> String?
  /// The entries row by row, numbers that doubles have or fractions.
  package let draw: @Sendable ([Rational], Shape, RandomStream) -> [Rational]

  /// All rows, in the order in which help lists them.
  package static let table: [Distribution] = [
    Distribution(
      name: "uniform", arguments: ["low", "high"], example: "uniform(-1, 1)",
      summary: "evenly between two numbers",
      complaint: { $0[0] < $0[1] ? nil : "uniform goes from a smaller number to a larger one" },
      draw: { a, shape, stream in
        each(shape) { a[0] + (a[1] - a[0]) * stream.unit($0) }
      }),
    Distribution(
      name: "normal", arguments: ["mean", "deviation"], example: "normal(0, 1)",
      summary: "normally about a mean, with a standard deviation",
      complaint: { $0[1].sign < 0 ? "a standard deviation is not negative" : nil },
      draw: { a, shape, stream in
        each(shape) { a[0] + a[1] * number(NormalQuantile.value(stream.unit($0))) }
      }),
    Distribution(
      name: "glorot", arguments: ["seed"], example: "glorot(1)",
      summary: "uniform between ±√(6/(rows + columns)) (Glorot & Bengio 2010, for tanh)",
      complaint: { _ in nil },
      draw: { _, shape, stream in
        let bound = (6 / Double(shape.rows + shape.columns)).squareRoot()
        return each(shape) { number(bound * (Rational(2) * stream.unit($0) - .one).nearestDouble) }
      }),
    Distribution(
      name: "he", arguments: ["seed"], example: "he(1)",
      summary:
        "normal with variance 2/rows, rows being what goes in (He et al. 2015, for max(0, x))",
      complaint: { _ in nil },
      draw: { _, shape, stream in
        let deviation = (2 / Double(shape.rows)).squareRoot()
        return each(shape) { number(deviation * NormalQuantile.value(stream.unit($0))) }
      }),
    Distribution(
      name: "orthogonal", arguments: ["seed"], example: "orthogonal(1)",
      summary:
        "columns of length 1 at right angles, or rows where they are fewer (Saxe et al. 2014)",
      complaint: { _ in nil },
      draw: { _, shape, stream in orthogonal(shape, stream).map(number) }),
  ]

  /// The row of a name; nil where there is none.
  package static func named(_ name: String) -> Distribution? { table.first { $0.name == name } }

  /// Whether its argument is the seed.
  package var hasSeed: Bool { arguments == ["seed"] }

  private static func each(_ shape: Shape, _ number: (UInt64) -> Rational) -> [Rational] {
    (0..<shape.count).map { number(UInt64(clamping: $0)) }
  }

  private static func number(_ d: Double) -> Rational { Rational(d) ?? .zero }

  /// Normal columns made orthogonal one by one, each twice, which is enough (Giraud, Langou & Rozložník 2005);
  /// the signs are those of R's diagonal above 0, so that all directions are alike (Mezzadri 2007).
  private static func orthogonal(_ shape: Shape, _ stream: RandomStream) -> [Double] {
    let (length, count) = (max(shape.rows, shape.columns), min(shape.rows, shape.columns))
    var vectors: [[Double]] = []
    var next: UInt64 = 0
    while vectors.count < count {
      var v = (0..<length).map { _ -> Double in
        defer { next += 1 }
        return NormalQuantile.value(stream.unit(next))
      }
      for _ in 0..<2 {
        for u in vectors {
          let share = dot(u, v)
          for k in v.indices { v[k] -= share * u[k] }
        }
      }
      let size = dot(v, v).squareRoot()
      // Dependent but for rounding: another is drawn.
      guard size > 1e-8 else { continue }
      vectors.append(v.map { $0 / size })
    }
    return (0..<shape.count).map { k in
      let (row, column) = k.quotientAndRemainder(dividingBy: shape.columns)
      return shape.rows >= shape.columns ? vectors[column][row] : vectors[row][column]
    }
  }

  private static func dot(_ u: [Double], _ v: [Double]) -> Double {
    zip(u, v).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
