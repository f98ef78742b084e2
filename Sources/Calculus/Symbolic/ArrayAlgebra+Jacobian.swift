// The matrix of a linear form: where H·v is collected, H is what stands before v. c ⊙ v is diag(c)·v, and a
// number wᵀ·v times a column u is u·wᵀ·v.

extension ArrayAlgebra {
  /// v, and the identity on columns of its shape.
  private struct Direction {
    let v: Int
    let identity: Int
  }

  /// The matrix M of a column M·v; nil where there is no notation for it, or the form is not linear in v.
  ///
  /// - Parameters:
  ///   - name: what v is called, a column; `variable` is another of its shape.
  mutating func jacobian(
    of form: Form, _ shape: Shape, by name: String, like variable: String
  ) -> Form? {
    let identity = identity(like: variable, shape)
    guard shape.columns == 1,
      let v = nodes.firstIndex(where: { $0.kind == .variable(name) && $0.shape.columns == 1 })
    else {
      // Of a linear loss it has a shape, too.
      return form.isEmpty ? [Term(coefficient: .zero, core: identity)] : nil
    }
    return matrix(of: form, before: Direction(v: v, identity: identity))
  }

  /// 1 on the diagonal, with as many rows as a variable of this shape has.
  private mutating func identity(like variable: String, _ shape: Shape) -> Int {
    let column = node(.variable(variable), [], shape)
    return node(.identity, [column], Shape(shape.rows, shape.rows))
  }

  private mutating func matrix(of form: Form, before d: Direction) -> Form? {
    var out: Form = []
    for t in form {
      guard let part = matrix(of: t.core, before: d) else { return nil }
      out = add(out, part, times: t.coefficient)
    }
    return out
  }

  private func depends(_ n: Int, on v: Int) -> Bool {
    n == v || nodes[n].operands.contains { depends($0, on: v) }
  }

  private mutating func matrix(of n: Int, before d: Direction) -> Form? {
    if n == d.v { return [Term(coefficient: .one, core: d.identity)] }
    let (v, entries) = (d.v, nodes[d.v].shape.rows)
    let all = factors(n)
    guard let k = all.firstIndex(where: { depends($0.factor, on: v) }), all[k].power == 1 else {
      return nil
    }
    let moving = all[k].factor
    var rest = all
    rest.remove(at: k)
    guard !rest.contains(where: { depends($0.factor, on: v) }) else { return nil }
    if !rest.isEmpty, case .sum(let coefficients) = nodes[moving].kind {
      // Term by term: of c ⊙ (v − 1·wᵀ·v) each has a notation, of what is in parentheses none.
      let shape = nodes[n].shape
      let terms = zip(coefficients, nodes[moving].operands).map { c, o in
        Term(coefficient: c, core: product(rest + factors(o), shape))
      }
      return matrix(of: terms, before: d)
    }
    guard
      let inner = rest.isEmpty
        ? linear(moving, d) : matrix(of: moving, before: d)
    else {
      return nil
    }
    if rest.isEmpty { return inner }
    let (rows, columns) = (nodes[n].shape.rows, entries)
    let scalars = rest.filter { nodes[$0.factor].shape.isScalar }
    let arrays = rest.filter { !nodes[$0.factor].shape.isScalar }
    if nodes[moving].shape.isScalar, rows > 1 {
      // A number that is linear in v, times a column.
      guard !arrays.isEmpty else { return nil }
      let column = product(rest, Shape(rows, 1))
      return before(
        [Term(coefficient: .one, core: column)], Shape(rows, 1), inner, Shape(1, columns))
    }
    var out = inner
    if !arrays.isEmpty {
      let diagonal = node(
        .diagonal, [product(arrays, Shape(rows, 1))], Shape(rows, rows))
      out = before(
        [Term(coefficient: .one, core: diagonal)], Shape(rows, rows), inner, Shape(rows, columns))
    }
    return out.map { t in
      Term(
        coefficient: t.coefficient,
        core: product(scalars + factors(t.core), Shape(rows, columns)))
    }
  }

  /// The matrix of a node that is no product of factors.
  private mutating func linear(_ n: Int, _ d: Direction) -> Form? {
    let (node, v) = (nodes[n], d.v)
    switch node.kind {
    case .sum(let coefficients):
      return matrix(
        of: zip(coefficients, node.operands).map { Term(coefficient: $0, core: $1) },
        before: d)
    case .chain:
      let moving = node.operands.indices.filter { depends(node.operands[$0], on: v) }
      guard moving.count == 1, node.shape.columns == 1 else { return nil }
      if moving[0] == 0, node.shape.isScalar {
        // vᵀ·w is wᵀ·v.
        return linear(reversed(n), d)
      }
      guard moving[0] == node.operands.count - 1 else { return nil }
      let last = node.operands[moving[0]]
      guard let inner = matrix(of: last, before: d) else { return nil }
      let links = Array(node.operands.dropLast())
      let shape = Shape(nodes[links[0]].shape.rows, nodes[links[links.count - 1]].shape.columns)
      let chain = links.count == 1 ? links[0] : self.node(.chain, links, shape)
      return before(
        [Term(coefficient: .one, core: chain)], shape, inner,
        Shape(shape.columns, nodes[v].shape.rows))
    default: return nil
    }
  }

  /// The transposed chain of a number.
  private mutating func reversed(_ n: Int) -> Int {
    let links = nodes[n].operands.reversed().map { o in
      single(
        transpose([Term(coefficient: .one, core: o)], nodes[o].shape), nodes[o].shape.transposed)
    }
    return node(.chain, links, .scalar)
  }

  /// A·M, term by term of M; A·I is A.
  private mutating func before(_ a: Form, _ x: Shape, _ m: Form, _ y: Shape) -> Form {
    var out: Form = []
    for t in m {
      let part: Form
      if nodes[t.core].kind == .identity {
        part = a
      } else {
        part = matmul(a, x, [Term(coefficient: .one, core: t.core)], y)
      }
      out = add(out, part, times: t.coefficient)
    }
    return out
  }
}
