// What was typed, as one flat array of nodes, children before parents, each with its place in the
// source. Every pass over it is a loop.

/// One node; `a`, `b` are child nodes or indices as the kind says.
package struct Node: Sendable {
  /// What a node is, and what `a` and `b` mean for it.
  package enum Kind: UInt8, Sendable {
    /// `a` indexes `numbers`.
    case number
    /// `a` indexes `names`.
    case name
    case negate, not
    case add, subtract, multiply, divide, power
    /// Entry by entry, what is 1 in a dimension repeated along it.
    case dotAdd, dotSubtract, dotMultiply, dotDivide, dotPower
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual, and, or
    /// A call of the name `a` with the list of arguments `b`.
    case call
    /// The derivative of order `b` of the definition named `a`; called, it is `derivativeCall`.
    case derivative
    /// `a` is the derivative node, `b` the list of arguments.
    case derivativeCall
    /// ∇ of the definition named `a`.
    case gradient
    /// `a` is the list of entries row by row, `b` the number of columns, 0 for a list without `;`.
    case matrix
    /// `a` transposed.
    case transpose
    /// Of the array `a` what stands at the list of places `b`.
    case index
    /// Of a place: from `a` to `b`, and everything.
    case range, all
    /// The quoted text `a` of `names`.
    case string
  }
  package var kind: Kind
  package var a: Int32
  package var b: Int32
  package var start: Int32
  package var end: Int32
  package var range: SourceRange { SourceRange(Int(start), Int(end)) }
}

/// Nodes, names, numbers and lists of one text.
package struct Arena: Sendable {
  package internal(set) var nodes: [Node] = []
  package internal(set) var names: [String] = []
  package internal(set) var numbers: [Rational] = []
  /// Lists of children: a count, then so many nodes.
  package internal(set) var lists: [Int32] = []
  var nameIndex: [String: Int32] = [:]
  /// Where the line begins that the text stands in; columns count from there.
  var lineStart: Int32 = 0

  package init() {}

  /// The nodes of a list: arguments of a call, entries in brackets.
  package func list(at i: Int32) -> ArraySlice<Int32> {
    let count = Int(lists[Int(i)])
    return lists[(Int(i) + 1)..<(Int(i) + 1 + count)]
  }

  mutating func append(
    _ kind: Node.Kind, _ a: Int32, _ b: Int32 = 0, _ start: Int, _ end: Int
  ) -> Int32 {
    nodes.append(
      Node(kind: kind, a: a, b: b, start: Int32(clamping: start), end: Int32(clamping: end)))
    return Int32(clamping: nodes.count - 1)
  }

  mutating func intern(_ name: String) -> Int32 {
    if let i = nameIndex[name] { return i }
    names.append(name)
    nameIndex[name] = Int32(clamping: names.count - 1)
    return Int32(clamping: names.count - 1)
  }

  mutating func list(_ children: ArraySlice<Int32>) -> Int32 {
    lists.append(Int32(clamping: children.count))
    lists.append(contentsOf: children)
    return Int32(clamping: lists.count - children.count - 1)
  }
}

/// An expression: an arena and the node that stands for the whole.
package struct Expression: Sendable {
  package var arena: Arena
  package var root: Int32
  /// The text that was parsed.
  package var text: String

  package init(arena: Arena, root: Int32, text: String) {
    self.arena = arena
    self.root = root
    self.text = text
  }

  /// Names used as values or called, in order of appearance.
  package var namesUsed: [String] {
    var seen: Set<Int32> = []
    var out: [String] = []
    for n in arena.nodes {
      switch n.kind {
      case .name, .call, .derivative, .gradient:
        if seen.insert(n.a).inserted { out.append(arena.names[Int(n.a)]) }
      default: break
      }
    }
    return out
  }

  /// The entry of this array in a row and a column, from 1.
  package func entry(_ row: Int, _ column: Int) -> Expression {
    var a = arena
    let range = a.nodes[Int(root)].range
    let places = [row, column].map { k in
      a.numbers.append(Rational(k))
      return a.append(.number, Int32(clamping: a.numbers.count - 1), 0, range.start, range.end)
    }
    let list = a.list(places[...])
    let whole = a.append(.index, root, list, range.start, range.end)
    return Expression(arena: a, root: whole, text: text)
  }

  /// The value where it is one number, possibly negated.
  package var literal: Rational? {
    let n = arena.nodes[Int(root)]
    if n.kind == .number { return arena.numbers[Int(n.a)] }
    if n.kind == .negate, arena.nodes[Int(n.a)].kind == .number {
      return -arena.numbers[Int(arena.nodes[Int(n.a)].a)]
    }
    return nil
  }
}

extension Arena {
  /// The nodes up to `root`, without meaning where it does not need them.
  package func alone(_ root: Int32) -> Arena {
    var out = pruned(to: root)
    var isUsed = [Bool](repeating: false, count: out.nodes.count)
    var pending = [root]
    while let k = pending.popLast() {
      guard !isUsed[Int(k)] else { continue }
      isUsed[Int(k)] = true
      let n = nodes[Int(k)]
      switch n.kind {
      case .number, .name, .derivative, .gradient, .all, .string: break
      case .negate, .not, .transpose: pending.append(n.a)
      case .call: pending += list(at: n.b)
      case .matrix: pending += list(at: n.a)
      case .index, .derivativeCall: pending += [n.a] + list(at: n.b)
      case .add, .subtract, .multiply, .divide, .power, .dotAdd, .dotSubtract, .dotMultiply,
        .dotDivide, .dotPower, .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual,
        .and, .or, .range:
        pending += [n.a, n.b]
      }
    }
    for k in isUsed.indices where !isUsed[k] { out.nodes[k].kind = .all }
    return out
  }

  /// Makes a node a name.
  package mutating func name(_ node: Int, _ name: String) {
    nodes[node].kind = .name
    nodes[node].a = intern(name)
  }

  /// The first `count` nodes, with all names, numbers and lists.
  package func prefix(_ count: Int) -> Arena {
    var a = self
    a.nodes.removeSubrange(count...)
    return a
  }

  /// The nodes up to `root` only; names and numbers are kept.
  package func pruned(to root: Int32) -> Arena { prefix(Int(root) + 1) }
}
