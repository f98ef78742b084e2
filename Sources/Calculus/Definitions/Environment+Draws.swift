// Calls of distributions in an expression become the numbers that they draw.

extension Expression {
  /// A name.
  package init(naming name: String) {
    var a = Arena()
    let root = a.append(.number, 0, 0, 0, 0)
    a.name(Int(root), name)
    self.init(arena: a, root: root, text: name)
  }

  /// One number.
  package init(number: Rational) { self.init(entries: [number], .scalar) }

  /// An array of numbers, row by row.
  init(entries: [Rational], _ shape: Shape) {
    var a = Arena()
    var children: [Int32] = []
    for v in entries {
      a.numbers.append(v)
      children.append(a.append(.number, Int32(clamping: a.numbers.count - 1), 0, 0, 0))
    }
    guard !shape.isScalar else {
      let root = children[0]
      self.init(arena: a, root: root, text: "")
      return
    }
    let list = a.list(children[...])
    let root = a.append(.matrix, list, Int32(clamping: shape.columns), 0, 0)
    self.init(arena: a, root: root, text: "")
  }
}

extension Environment {
  /// The calls of distributions in an expression, in order of appearance.
  package func draws(in e: Expression) -> [(call: Distribution, node: Int)] {
    e.arena.nodes.prefix(Int(e.root) + 1).enumerated().compactMap { k, n in
      guard n.kind == .call, self[e.arena.names[Int(n.a)]] == nil else { return nil }
      return Distribution.named(e.arena.names[Int(n.a)]).map { ($0, k) }
    }
  }

  /// An expression with an array of numbers for each call of a distribution.
  ///
  /// - Parameter numbers: what a call draws: its row, its arguments, where it stands, which one it is.
  package func program(
    of e: Expression,
    drawing numbers: (
      Distribution, [Expression], SourceRange, Int
    ) throws(Fault) -> [Rational], _ shape: Shape
  ) throws(Fault) -> Program {
    var (arena, environment) = (e.arena, self)
    let all = draws(in: e)
    for (n, draw) in all.enumerated() {
      let node = arena.nodes[draw.node]
      let isInner = all.contains {
        let other = e.arena.nodes[$0.node]
        return other.start > node.start && other.end < node.end
      }
      if isInner {
        throw Fault("what \(draw.call.name) takes are numbers, not draws", at: node.range)
      }
      let arguments = arena.list(at: node.b).map {
        Expression(arena: e.arena.alone($0), root: $0, text: e.text)
      }
      let drawn = try numbers(draw.call, arguments, node.range, n)
      let name = "\(draw.call.name)\(n)\u{2032}"
      environment.define(name, nil, Expression(entries: drawn, shape))
      arena.name(draw.node, name)
    }
    return try environment.program(of: Expression(arena: arena, root: e.root, text: e.text))
  }
}
