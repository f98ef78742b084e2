// Formulas over arrays written out: 2·Aᵀ·(A·x − b). What is written reads back as the same; where the language
// has no notation there is no text.

/// A notation of formulas over arrays: for reading, for typing, for print.
package enum Notation: Sendable, CaseIterable { case unicode, ascii, latex }

/// The writer of one formula.
struct ArrayText {
  let algebra: ArrayAlgebra
  let notation: Notation

  /// How tightly a text holds together, loosest first.
  private enum Rank: Int, Comparable {
    case comparison, sum, product, power, atom
    static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  /// A text, and the shape that it has when it is read: of what is spread still the smaller one.
  private struct Written {
    var text: String
    var rank: Rank
    var shape: Shape

    func at(least r: Rank) -> String { rank >= r ? text : "(\(text))" }
  }

  /// The text of a form; nil where there is none, or where it would be read with another shape.
  func text(_ form: ArrayAlgebra.Form, _ shape: Shape) -> String? {
    guard let w = write(form, shape), w.shape == shape else { return nil }
    return w.text
  }

  private func sign(_ unicode: String, _ ascii: String, _ latex: String) -> String {
    notation == .unicode ? unicode : notation == .ascii ? ascii : latex
  }
  private var times: String { sign("·", "*", " ") }

  private func write(_ form: ArrayAlgebra.Form, _ shape: Shape) -> Written? {
    guard !form.isEmpty else { return Written(text: "0", rank: .atom, shape: .scalar) }
    var parts: [(isNegative: Bool, written: Written)] = []
    for t in form {
      guard let w = term(t.coefficient.magnitude, t.core) else { return nil }
      parts.append((t.coefficient.sign < 0, w))
    }
    // What is read first should not be a minus.
    if parts.count > 1, let k = parts.firstIndex(where: { !$0.isNegative }) { parts.swapAt(0, k) }
    if parts.count == 1, !parts[0].isNegative { return parts[0].written }
    var read = Shape.scalar
    var needsDots = false
    for p in parts {
      let s = p.written.shape
      let all = Shape(max(read.rows, s.rows), max(read.columns, s.columns))
      guard read.spreads(to: all), s.spreads(to: all) else { return nil }
      if !read.isScalar, !s.isScalar, read != s { needsDots = true }
      read = all
    }
    var text =
      (parts[0].isNegative ? "-" : "")
      + parts[0].written.at(least: parts[0].isNegative ? .product : .sum)
    for p in parts.dropFirst() {
      let dot = needsDots && notation != .latex ? "." : ""
      text += " \(dot)\(p.isNegative ? "-" : "+") " + p.written.at(least: .product)
    }
    return Written(text: text, rank: .sum, shape: read)
  }

  /// A number times a node.
  private func term(_ c: Rational, _ core: Int) -> Written? {
    var c = c
    let all = algebra.factors(core)
    // A sum over its n entries is n times their mean: 1/n of it is written as that.
    let isMean = all.first { f in
      guard f.power == 1, case .fold(let k) = algebra.nodes[f.factor].kind,
        k == ArrayOperation.sum.index,
        algebra.nodes[f.factor].shape.isScalar
      else { return false }
      let n = algebra.nodes[algebra.nodes[f.factor].operands[0]].shape.count
      return !c.isInteger && (c * Rational(n)).isInteger
    }
    if let isMean {
      c = c * Rational(algebra.nodes[algebra.nodes[isMean.factor].operands[0]].shape.count)
    }
    let scalars = all.filter { algebra.nodes[$0.factor].shape.isScalar }
    let arrays = all.filter { !algebra.nodes[$0.factor].shape.isScalar }
    guard let above = factors(scalars.filter { $0.power > 0 }, mean: isMean?.factor),
      let below = factors(scalars.filter { $0.power < 0 }),
      let top = factors(arrays.filter { $0.power > 0 }),
      let bottom = factors(arrays.filter { $0.power < 0 })
    else { return nil }
    var pieces: [String] = []
    let isAlone = above.isEmpty && top.isEmpty
    if c != .one || isAlone { pieces.append(number(c)) }
    pieces += above.map { $0.at(least: .power) }
    if let first = top.first {
      // A chain behind numbers is the same chain.
      pieces.append(first.at(least: first.rank == .product ? .product : .power))
    }
    var text = pieces.joined(separator: times)
    var read = top.first?.shape ?? .scalar
    for w in top.dropFirst() {
      guard let s = joined(read, w.shape) else { return nil }
      read = s
      text += sign(" ⊙ ", ".*", " \\odot ") + w.at(least: .power)
    }
    if !below.isEmpty {
      let divisor = below.map { $0.at(least: .power) }.joined(separator: times)
      text =
        notation == .latex
        ? "\\frac{\(text)}{\(divisor)}" : text + "/" + (below.count > 1 ? "(\(divisor))" : divisor)
    }
    for w in bottom {
      guard let s = joined(read, w.shape) else { return nil }
      read = s
      text += sign(" ⊘ ", " ./ ", " \\oslash ") + w.at(least: .power)
    }
    let isPlain = pieces.count == 1 && top.count < 2 && below.isEmpty && bottom.isEmpty
    if isPlain, let only = top.first ?? above.first { return only }
    return Written(text: text, rank: isPlain ? .atom : .product, shape: read)
  }

  /// The shape of two that are repeated to fit each other.
  private func joined(_ a: Shape, _ b: Shape) -> Shape? {
    let all = Shape(max(a.rows, b.rows), max(a.columns, b.columns))
    return a.spreads(to: all) && b.spreads(to: all) ? all : nil
  }

  /// Factors with their powers, those below as what stands below.
  ///
  /// - Parameter mean: a sum that is written as a mean.
  private func factors(_ all: [(factor: Int, power: Int)], mean: Int? = nil) -> [Written]? {
    var out: [Written] = []
    for (f, p) in all {
      guard var w = write(f) else { return nil }
      if f == mean, let inner = whole(algebra.nodes[f].operands[0]) {
        w = Written(text: function("mean", [inner.text]), rank: .atom, shape: .scalar)
      }
      out.append(raised(w, Int(p.magnitude)))
    }
    return out
  }

  private func raised(_ w: Written, _ n: Int) -> Written {
    if n == 1 { return w }
    let base = w.at(least: .atom)
    let isMatrix = w.shape.columns > 1
    let text: String
    switch notation {
    case .latex: text = "\(base)^{\(isMatrix ? "\\circ " : "")\(n)}"
    case .unicode where !isMatrix: text = base + Spelling.raised(n)
    default: text = base + (isMatrix ? ".^" : "^") + "\(n)"
    }
    return Written(text: text, rank: .power, shape: w.shape)
  }

  private func number(_ c: Rational) -> String {
    if notation == .latex, !c.isInteger, c.decimal == nil {
      let parts = c.description.split(separator: "/")
      return "\\frac{\(parts[0])}{\(parts[parts.count - 1])}"
    }
    return c.decimal ?? c.description
  }

  /// A node; what is read must have its shape but for what is spread.
  private func write(_ n: Int) -> Written? {
    let node = algebra.nodes[n]
    switch node.kind {
    case .variable(let name):
      return Written(
        text: notation == .latex
          ? name.latexVariable : Spelling.shown(name, unicode: notation == .unicode),
        rank: .atom, shape: node.shape)
    case .constant(let entries): return literal(entries, node.shape)
    case .sum(let coefficients):
      return write(
        zip(coefficients, node.operands).map { ArrayAlgebra.Term(coefficient: $0, core: $1) },
        node.shape)
    case .product: return term(.one, n)
    case .chain: return chain(node)
    case .transpose:
      guard let w = whole(node.operands[0]) else { return nil }
      return Written(
        text: w.at(least: .atom) + sign("ᵀ", "'", "^{\\top}"), rank: .power, shape: node.shape)
    case .norm:
      guard let w = whole(node.operands[0]) else { return nil }
      return Written(
        text: notation == .unicode
          ? "‖\(w.text)‖" : notation == .ascii ? "norm(\(w.text))" : "\\left\\|\(w.text)\\right\\|",
        rank: .atom, shape: .scalar)
    case .softmax:
      guard let w = whole(node.operands[0]) else { return nil }
      return Written(text: function("softmax", [w.text]), rank: .atom, shape: w.shape)
    case .spread: return write(node.operands[0])
    case .identity:
      if notation != .ascii { return Written(text: "I", rank: .atom, shape: node.shape) }
      // x⁰ where a list would be long.
      let n = node.shape.rows
      let ones =
        literal(Array(repeating: .one, count: n), Shape(n, 1))?.text
        ?? write(node.operands[0]).map { raised($0, 0).text }
      return ones.map {
        Written(text: function("diag", [$0]), rank: .atom, shape: node.shape)
      }
    case .diagonal:
      return whole(node.operands[0]).map {
        Written(text: function("diag", [$0.text]), rank: .atom, shape: node.shape)
      }
    case .call(let f): return call(ElementaryFunction.table[Int(f)], node)
    case .compare(let c):
      guard let x = aligned(node.operands) else { return nil }
      let sign = Comparison.allCases[Int(c)].text(unicode: notation != .ascii)
      return Written(
        text: "\(x.written[0].at(least: .sum)) \(sign) \(x.written[1].at(least: .sum))",
        rank: .comparison,
        shape: x.shape)
    case .select:
      guard let x = aligned(node.operands) else { return nil }
      return Written(
        text: function("if", x.written.map(\.text)), rank: .atom, shape: x.shape)
    case .fold(let k): return fold(ArrayOperation.table[Int(k)], node)
    case .slice(let row, let column): return slice(node, row, column)
    case .stack(let isVertical):
      let parts = node.operands.compactMap { whole($0) }
      guard isVertical, parts.count == node.operands.count else { return nil }
      let separator = parts.allSatisfy { $0.shape.isScalar } ? ", " : "; "
      return Written(
        text: "[\(parts.map(\.text).joined(separator: separator))]", rank: .atom, shape: node.shape)
    }
  }

  /// A node whose text has its shape; nil else.
  private func whole(_ n: Int) -> Written? {
    write(n).flatMap { $0.shape == algebra.nodes[n].shape ? $0 : nil }
  }

  /// Operands of one shape, or numbers.
  private func aligned(_ all: [Int]) -> (written: [Written], shape: Shape)? {
    let out = all.compactMap { write($0) }
    guard out.count == all.count else { return nil }
    let shape = out.first { !$0.shape.isScalar }?.shape ?? .scalar
    return out.allSatisfy { $0.shape.isScalar || $0.shape == shape } ? (out, shape) : nil
  }

  private func chain(_ node: ArrayAlgebra.Node) -> Written? {
    let links = node.operands.compactMap { whole($0) }
    guard links.count == node.operands.count else { return nil }
    // A column beside a column is read entry by entry.
    for (a, b) in zip(links, links.dropFirst()) where a.shape == b.shape && a.shape.isColumn {
      return nil
    }
    if links.contains(where: { $0.shape.isScalar }) { return nil }
    return Written(
      text: links.map { $0.at(least: .power) }.joined(separator: times), rank: .product,
      shape: node.shape)
  }

  private func function(_ name: String, _ arguments: [String]) -> String {
    let list = arguments.joined(separator: ", ")
    return notation == .latex ? "\\operatorname{\(name)}\\left(\(list)\\right)" : "\(name)(\(list))"
  }

  private func call(_ f: ElementaryFunction, _ node: ArrayAlgebra.Node) -> Written? {
    guard let x = aligned(node.operands) else { return nil }
    if f == .power {
      return Written(
        text: x.written[0].at(least: .atom) + (x.shape.columns > 1 ? ".^" : "^")
          + x.written[1].at(least: .atom),
        rank: .power, shape: x.shape)
    }
    if notation == .latex, case .around(let open, let close) = f.latex {
      return Written(text: open + x.written[0].text + close, rank: .atom, shape: x.shape)
    }
    return Written(text: function(f.name, x.written.map(\.text)), rank: .atom, shape: x.shape)
  }

  private func fold(_ operation: ArrayOperation, _ node: ArrayAlgebra.Node) -> Written? {
    guard let w = whole(node.operands[0]) else { return nil }
    let (from, to) = (w.shape, node.shape)
    if operation == .sum {
      let along = to.isScalar ? [] : [to.rows == 1 ? "1" : "2"]
      return Written(text: function("sum", [w.text] + along), rank: .atom, shape: to)
    }
    guard operation == .logSumExp ? to == Shape(from.isColumn ? 1 : from.rows, 1) : to.isScalar
    else { return nil }
    return Written(text: function(operation.name, [w.text]), rank: .atom, shape: to)
  }

  private func slice(_ node: ArrayAlgebra.Node, _ row: Int, _ column: Int) -> Written? {
    let whole = algebra.nodes[node.operands[0]]
    guard case .variable = whole.kind, notation != .latex, let w = write(node.operands[0]) else {
      return nil
    }
    func places(_ from: Int, _ count: Int, of size: Int) -> String {
      count == size ? ":" : count == 1 ? "\(from + 1)" : "\(from + 1)..\(from + count)"
    }
    let rows = places(row, node.shape.rows, of: whole.shape.rows)
    let columns = places(column, node.shape.columns, of: whole.shape.columns)
    let inside =
      whole.shape.columns == 1 ? rows : whole.shape.rows == 1 ? columns : "\(rows),\(columns)"
    return Written(text: "\(w.text)[\(inside)]", rank: .atom, shape: node.shape)
  }

  private func literal(_ entries: [Rational], _ shape: Shape) -> Written? {
    guard entries.count <= 9, notation != .latex else { return nil }
    let all = entries.map { $0.decimal ?? $0.description }
    if shape.columns == 1 {
      return Written(text: "[\(all.joined(separator: ", "))]", rank: .atom, shape: shape)
    }
    let rows = stride(from: 0, to: all.count, by: shape.columns).map {
      all[$0..<($0 + shape.columns)].joined(separator: ", ")
    }
    guard shape.rows > 1 else { return nil }
    return Written(text: "[\(rows.joined(separator: "; "))]", rank: .atom, shape: shape)
  }
}
