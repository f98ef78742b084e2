// Formulas over arrays, collected as one writes them: numbers and scalar factors stand in front, sums have
// their like terms together, products of matrices keep their order. A value is a sum of numbers times
// products; a product has scalar and elementwise factors, which may be swapped, or is a chain of matrices,
// which is never.

/// Nodes of formulas over arrays, hash-consed, and the operations that collect them.
struct ArrayAlgebra {
  /// What a node is, with its operands beside it.
  enum Kind: Hashable {
    case variable(String)
    /// An array of numbers, row by row.
    case constant([Rational])
    /// Σ coefficient · operand.
    case sum([Rational])
    /// Operands to integer powers, entry by entry; scalars among them multiply the whole. Without operands
    /// the number 1.
    case product([Int])
    /// The matrix product of the operands in this order.
    case chain
    case transpose
    /// The function of row so many; of arrays entry by entry.
    case call(UInt8)
    case compare(UInt8)
    case select
    /// ‖operand‖.
    case norm
    /// eᵘ in shares of their sum, of a column or along each row.
    case softmax
    case fold(UInt8)
    /// From a row and a column on.
    case slice(Int, Int)
    case stack(isVertical: Bool)
    /// A row or a column repeated to the shape.
    case spread
    /// 1 on the diagonal, of as many rows as the operand, a column, has.
    case identity
    /// The entries of a column on the diagonal.
    case diagonal
  }

  struct Node: Hashable {
    var kind: Kind
    var operands: [Int]
    var shape: Shape
  }

  /// A number times a node.
  struct Term {
    var coefficient: Rational
    var core: Int
  }
  typealias Form = [Term]

  /// Matrices that are known to be their transposes.
  let symmetric: Set<String>
  private(set) var nodes: [Node] = []
  private var index: [Node: Int] = [:]

  init(symmetric: Set<String> = []) { self.symmetric = symmetric }

  /// The number of a node, which is made if it is new.
  mutating func node(_ kind: Kind, _ operands: [Int], _ shape: Shape) -> Int {
    let n = Node(kind: kind, operands: operands, shape: shape)
    if let k = index[n] { return k }
    nodes.append(n)
    index[n] = nodes.count - 1
    return nodes.count - 1
  }

  /// The number 1, in every entry of a shape.
  mutating func unit(_ shape: Shape) -> Int { node(.product([]), [], shape) }

  mutating func number(_ c: Rational, _ shape: Shape) -> Form {
    c.isZero ? [] : [Term(coefficient: c, core: unit(shape))]
  }

  /// One node for a form: the node itself where its coefficient is 1.
  mutating func single(_ f: Form, _ shape: Shape) -> Int {
    if f.count == 1, f[0].coefficient == .one { return f[0].core }
    return node(.sum(f.map(\.coefficient)), f.map(\.core), shape)
  }

  /// The coefficient and the rest; of a sum what all its terms share.
  mutating func split(_ f: Form, _ shape: Shape) -> (Rational, Int) {
    if f.count == 1 { return (f[0].coefficient, f[0].core) }
    guard let first = f.first?.coefficient,
      f.allSatisfy({ $0.coefficient.magnitude == first.magnitude }),
      !first.isZero
    else { return (.one, single(f, shape)) }
    let scaled = f.map { Term(coefficient: $0.coefficient / first, core: $0.core) }
    return (first, single(scaled, shape))
  }

  /// The factors of a node with their powers; those that are numbers first.
  func factors(_ n: Int) -> [(factor: Int, power: Int)] {
    if case .product(let powers) = nodes[n].kind {
      return Array(zip(nodes[n].operands, powers)).map { ($0, $1) }
    }
    return [(n, 1)]
  }

  /// A product of factors to powers; like ones together, scalars in front.
  mutating func product(_ all: [(factor: Int, power: Int)], _ shape: Shape) -> Int {
    var out: [(factor: Int, power: Int)] = []
    for (f, p) in all {
      if let k = out.firstIndex(where: { $0.factor == f }) {
        out[k].power += p
      } else {
        out.append((f, p))
      }
    }
    out.removeAll { $0.power == 0 }
    let sorted =
      out.filter { nodes[$0.factor].shape.isScalar }
      + out.filter { !nodes[$0.factor].shape.isScalar }
    if sorted.count == 1, sorted[0].power == 1, nodes[sorted[0].factor].shape == shape {
      return sorted[0].factor
    }
    return node(.product(sorted.map(\.power)), sorted.map(\.factor), shape)
  }

  mutating func add(_ a: Form, _ b: Form, times c: Rational = .one) -> Form {
    var out = a
    for t in b {
      if let k = out.firstIndex(where: { $0.core == t.core }) {
        out[k].coefficient = out[k].coefficient + c * t.coefficient
      } else {
        out.append(Term(coefficient: c * t.coefficient, core: t.core))
      }
    }
    return out.filter { !$0.coefficient.isZero }
  }

  mutating func multiply(_ a: Form, _ b: Form, _ shape: Shape) -> Form {
    if a.isEmpty || b.isEmpty { return [] }
    let (x, u) = split(a, shape)
    let (y, v) = split(b, shape)
    return [Term(coefficient: x * y, core: product(factors(u) + factors(v), shape))]
  }

  mutating func power(_ a: Form, _ n: Int, _ shape: Shape) -> Form {
    guard !a.isEmpty else { return [] }
    let (x, u) = split(a, shape)
    guard let c = x.power(n) else {
      return [Term(coefficient: .one, core: product([(single(a, shape), n)], shape))]
    }
    return [
      Term(coefficient: c, core: product(factors(u).map { ($0.factor, $0.power * n) }, shape))
    ]
  }

  /// The number and the scalar factors of a form, and what is left as one node of its shape.
  mutating func pulled(_ f: Form, _ shape: Shape) -> (Rational, [(factor: Int, power: Int)], Int) {
    let (c, u) = split(f, shape)
    let all = factors(u)
    let scalars = all.filter { nodes[$0.factor].shape.isScalar }
    if shape.isScalar || scalars.isEmpty { return (c, [], u) }
    let rest = all.filter { !nodes[$0.factor].shape.isScalar }
    return (c, scalars, product(rest, shape))
  }

  mutating func matmul(_ a: Form, _ x: Shape, _ b: Form, _ y: Shape) -> Form {
    if a.isEmpty || b.isEmpty { return [] }
    let shape = Shape(x.rows, y.columns)
    // A number beside a row or a column multiplies it.
    if x.isScalar || y.isScalar { return multiply(a, b, shape) }
    let (c, s, u) = pulled(a, x)
    let (d, t, v) = pulled(b, y)
    func links(_ n: Int) -> [Int] { nodes[n].kind == .chain ? nodes[n].operands : [n] }
    let chain = node(.chain, links(u) + links(v), shape)
    return [Term(coefficient: c * d, core: product(s + t + [(chain, 1)], shape))]
  }

  mutating func transpose(_ a: Form, _ shape: Shape) -> Form {
    guard !a.isEmpty, !shape.isScalar else { return a }
    if a.count > 1 {
      // Term by term where a transposed matrix is itself.
      let all = a.map { (coefficient: $0.coefficient, turned: turned($0.core)) }
      if zip(a, all).contains(where: { $0.core == $1.turned }) {
        return all.reduce([]) { add($0, [Term(coefficient: $1.coefficient, core: $1.turned)]) }
      }
    }
    let (c, s, u) = pulled(a, shape)
    return [Term(coefficient: c, core: product(s + [(turned(u), 1)], shape.transposed))]
  }

  private mutating func turned(_ n: Int) -> Int {
    let shape = nodes[n].shape.transposed
    switch nodes[n].kind {
    case .transpose: return nodes[n].operands[0]
    case .variable(let name) where symmetric.contains(name): return n
    case .product([]): return unit(shape)
    case .chain:
      let links = nodes[n].operands.reversed().map { turned($0) }
      return node(.chain, links, shape)
    default: return shape.isScalar ? n : node(.transpose, [n], shape)
    }
  }

  /// A fold of a form; of a sum of products of two columns the product of one transposed.
  mutating func fold(_ operation: ArrayOperation, _ a: Form, _ from: Shape, _ to: Shape) -> Form {
    guard operation == .sum else {
      return [Term(coefficient: .one, core: node(.fold(operation.index), [single(a, from)], to))]
    }
    if a.isEmpty { return [] }
    if a.count > 1 {
      // Term by term where that leaves less to read.
      var parts: Form = []
      for t in a { parts = add(parts, fold(operation, [t], from, to)) }
      if parts.count < a.count { return parts }
    }
    let (c, s, u) = pulled(a, from)
    if case .sum(let coefficients) = nodes[u].kind {
      var parts: Form = []
      for (k, n) in zip(coefficients, nodes[u].operands) {
        parts = add(parts, fold(operation, [Term(coefficient: k, core: n)], from, to))
      }
      if parts.count < coefficients.count {
        let factor = [Term(coefficient: c, core: product(s, to))]
        return multiply(factor, parts, to)
      }
    }
    let all = factors(u)
    let core: Int
    if all.isEmpty {
      let times = Rational(from.count / to.count)
      return [Term(coefficient: c * times, core: product(s, to))]
    } else if to.isScalar, all.count == 1, all[0].power == 2 {
      let norm = node(.norm, [all[0].factor], .scalar)
      core = product([(norm, 2)], .scalar)
    } else if to.isScalar, from.columns == 1, all.count == 2, all.allSatisfy({ $0.power == 1 }) {
      core = node(.chain, [turned(all[0].factor), all[1].factor], .scalar)
    } else {
      core = node(.fold(operation.index), [u], to)
    }
    return [Term(coefficient: c, core: product(s + [(core, 1)], to))]
  }

  /// √ of a form: of a square of norms that norm.
  mutating func root(_ a: Form, _ shape: Shape) -> Form? {
    guard a.count == 1, let c = a[0].coefficient.squareRoot else { return nil }
    let all = factors(a[0].core)
    let isNorms = all.allSatisfy { f in f.power % 2 == 0 && nodes[f.factor].kind == .norm }
    guard isNorms, !all.isEmpty else { return nil }
    return [Term(coefficient: c, core: product(all.map { ($0.factor, $0.power / 2) }, shape))]
  }

  /// The u of a form u − logsumexp(u), of which exp is softmax(u).
  mutating func scores(_ a: Form, _ shape: Shape) -> Int? {
    for (k, t) in a.enumerated() where t.coefficient == Rational(-1) {
      var inner = t.core
      if case .product([1]) = nodes[inner].kind { inner = nodes[inner].operands[0] }
      if nodes[inner].kind == .spread { inner = nodes[inner].operands[0] }
      guard nodes[inner].kind == .fold(ArrayOperation.logSumExp.index) else { continue }
      var rest = a
      rest.remove(at: k)
      let u = single(rest, shape)
      if nodes[inner].operands[0] == u { return u }
    }
    return nil
  }

  /// −(Y − p) as p − Y: of one term below 0 a sum in it turned, where that begins with a plus.
  mutating func positive(_ f: Form) -> Form {
    guard f.count == 1, f[0].coefficient.sign < 0, let core = negated(f[0].core) else { return f }
    return [Term(coefficient: -f[0].coefficient, core: core)]
  }

  /// A node with a sum in it negated; nil where there is none with both signs.
  private mutating func negated(_ n: Int) -> Int? {
    let node = nodes[n]
    switch node.kind {
    case .sum(let coefficients):
      guard coefficients.contains(where: { $0.sign < 0 }),
        coefficients.contains(where: { $0.sign > 0 })
      else {
        return nil
      }
      return self.node(.sum(coefficients.map { -$0 }), node.operands, node.shape)
    case .chain, .product:
      let powers = factors(n).map(\.power)
      for (k, o) in node.operands.enumerated() {
        if case .product = node.kind, powers[k] != 1 { continue }
        guard let turned = negated(o) else { continue }
        var operands = node.operands
        operands[k] = turned
        return self.node(node.kind, operands, node.shape)
      }
      return nil
    default: return nil
    }
  }
}
