// Functions that make one number, or one a row, of many: rows of a table, as the elementary functions are.

/// A function of the language that an array operation computes.
package struct ArrayFunction: Sendable {
  /// What it is called.
  package let name: String
  /// What help says of it.
  package let summary: String
  /// Whether a second argument 1 or 2 says along which dimension.
  package let takesDimension: Bool
  /// Whether its argument is a column.
  var takesColumn = false
  /// Whether of rows of data it needs several columns, as it is of each row.
  var wantsSeveralColumns = false
  /// The register of the function of one, which becomes an extent.
  let lower: @Sendable (inout ProgramBuilder, Register, Extent) -> Register
  /// The extent that it makes where no dimension is given.
  let target: @Sendable (Extent) -> Extent

  /// Entries on the longest diagonal of a matrix that is written out.
  static let longestDiagonal = 512

  /// All rows, in the order in which help lists them.
  package static let table: [ArrayFunction] = [
    ArrayFunction(
      name: "sum",
      summary: "the sum of all entries; sum(A, 1) of each column, sum(A, 2) of each row",
      takesDimension: true, lower: { $0.sum($1, to: $2) }, target: { _ in .scalar }),
    ArrayFunction(
      name: "count", summary: "how many entries there are", takesDimension: false,
      lower: { b, r, _ in
        let each = b.constant(Rational(b.extent(r).count))
        return b.tables[b.extent(r).axis].map { b.multiply(each, b.rowCount(of: $0)) } ?? each
      }, target: { _ in .scalar }),
    ArrayFunction(
      name: "norm", summary: "the length of a vector; of a number, its absolute value",
      takesDimension: false,
      lower: { b, r, _ in
        if b.extent(r).isScalar { return b.apply(.magnitude, r) }
        let squares = b.power(r, 2)
        return b.apply(.squareRoot, b.sum(squares))
      }, target: { _ in .scalar }),
    ArrayFunction(
      name: "logsumexp", summary: "log Σ eˣ without overflow: of a column, of each row of a matrix",
      takesDimension: false, wantsSeveralColumns: true, lower: { $0.logSumExp($1, to: $2) },
      target: { Extent(Shape($0.shape.isColumn ? 1 : $0.shape.rows, 1), axis: $0.axis) }),
    ArrayFunction(
      name: "diag", summary: "the matrix that has a column on its diagonal", takesDimension: false,
      takesColumn: true,
      lower: { b, r, extent in
        let n = extent.shape.rows
        let ones = (0..<(n * n)).map { $0 % (n + 1) == 0 ? Rational.one : .zero }
        let wide = b.broadcast(r, to: extent)
        return b.multiply(wide, b.constant(ones, extent.shape))
      }, target: { Extent($0.shape.rows, $0.shape.rows) }),
  ]

  /// The row of a name; nil where there is none.
  package static func named(_ name: String) -> ArrayFunction? { table.first { $0.name == name } }
}

extension ArrayFunction {
  /// What other languages call what is written otherwise here, or is not offered.
  package static func elsewhere(_ name: String) -> String? {
    if let d = Distribution.named(name) {
      let call = "\(name)(\(d.arguments.joined(separator: ", ")))"
      return "\(call) draws start values: descend f x0=\(d.example)\(d.hasSeed ? "" : " seed=1")"
    }
    return switch name {
    case "transpose", "t", "T": "A' is the transpose of A"
    case "matmul", "mm": "A*b is the product of matrices"
    case "ones", "fill", "full": "write [1, 1, 1]; a start w0=1 fills every entry of w"
    case "zeros": "write [0, 0, 0]; a start w0=0 fills every entry of w"
    case "eye", "identity": "diag([1, 1, 1]) has 1 on its diagonal"
    case "len", "length", "size", "numel": "count(w) is the number of entries"
    case "average": "mean(w)"
    case "var": "variance(w)"
    case "sd": "std(w)"
    case "eig", "eigs", "eigvals", "eigenvalues": "hess f x=1 shows the eigenvalues of the Hessian"
    case "jacobian", "hessian", "gradient": "grad f and hess f write the gradient and the Hessian"
    case "linspace", "arange", "range", "seq": "there are no ranges: write the list, [0, 0.5, 1]"
    case "shape", "dim", "ndim":
      "typing the name shows the array; count(A) is how many entries it has"
    case "inv", "det", "solve":
      "there is no inverse and no determinant: norm(A*x - b)^2 is smallest where A*x = b"
    case "rand", "random", "runif", "randu", "unif": "x0=uniform(-1, 1) seed=1 draws start values"
    case "randn", "rnorm", "gauss", "gaussian": "x0=normal(0, 1) seed=1 draws start values"
    case "xavier": "W0=glorot(1) draws start values"
    case "kaiming": "W0=he(1) draws start values"
    case "array", "matrix", "vector", "c": "write [1, 2, 3], or [1, 2; 3, 4]"
    default: nil
    }
  }
}

extension ElementaryFunction {
  /// The largest or smallest entry of an array.
  func chosen(of r: Register, in b: inout ProgramBuilder) -> Register {
    if b.extent(r).isScalar { return r }
    if self == .maximum { return b.maximum(r) }
    let negated = b.negate(r)
    let largest = b.maximum(negated)
    return b.negate(largest)
  }
}
