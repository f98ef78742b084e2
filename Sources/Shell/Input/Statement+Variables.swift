// `var w[3], W[8,2]`: names of variables with their shapes.
import Calculus

extension Statement {
  /// The largest shape: what a point holds is one array of doubles.
  private static let mostEntries = 1 << 24

  /// What follows `var`.
  ///
  /// - Throws: where a shape is none.
  static func variables(_ p: inout Parser) throws(Fault) -> Statement {
    let word = p.token.range
    try p.advance()
    var out: [Variable] = []
    while p.token.kind != .end {
      guard p.token.kind == .name else {
        throw Fault(
          "\(p.text(p.token.range)) cannot stand here", hint: "write var w[3], W[8,2]",
          at: p.token.range)
      }
      let name = p.name(p.token)
      try p.advance()
      let shape = p.token.kind == .openBracket ? try shape(&p, name) : .scalar
      out.append(Variable(name, shape))
      if p.token.kind == .assign {
        throw Fault(
          "var gives a shape, no value", hint: "a start is \(name)0 = …", at: p.token.range)
      }
      if p.token.kind == .comma { try p.advance() }
    }
    if out.isEmpty { throw Fault("var wants a name", hint: "write var w[3]", at: word) }
    return .variables(out, at: SourceRange(word.start, p.token.range.start))
  }

  private static func shape(_ p: inout Parser, _ name: String) throws(Fault) -> Shape {
    let open = p.token.range
    var sizes: [Int] = []
    repeat {
      try p.advance()
      guard p.token.kind == .number, let n = Int(p.text(p.token.range)), n > 0, n <= mostEntries
      else {
        throw Fault(
          "rows and columns are whole numbers from 1 to \(mostEntries)",
          hint: "write var \(name)[3], or var \(name)[8,2]", at: p.token.range)
      }
      sizes.append(n)
      try p.advance()
    } while p.token.kind == .comma
    guard p.token.kind == .closeBracket else {
      throw Fault("a [ is not closed: missing ]", at: SourceRange(open.start, p.token.range.end))
    }
    let range = SourceRange(open.start, p.token.range.end)
    try p.advance()
    guard sizes.count <= 2, sizes.reduce(1, *) <= mostEntries else {
      throw Fault(
        "an array has rows and columns, and \(mostEntries) entries at most", at: range)
    }
    return Shape(sizes[0], sizes.count == 2 ? sizes[1] : 1)
  }
}
