// Formulas as text that the parser reads back. An explicit stack instead of recursion; a product
// binds tighter than a unary minus, a power tighter than both.

/// How tightly a written form holds together, loosest first.
enum Binding: Int, Comparable {
  case or, and, not, comparison, sum, negation, product, power, atom
  static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
}

/// What a printer still has to write.
enum Piece {
  case text(String)
  case node(Int32, Binding)
}

extension Formula {
  /// `2·x²`, or `2*x^2` without Unicode.
  ///
  /// Above `limit` characters the rest is left out, and said.
  package func text(unicode: Bool = true, limit: Int = 2000) -> String {
    write(limit: limit, open: "(", close: ")", binding: textBinding) {
      textPieces($0, unicode: unicode)
    }
  }

  func write(
    limit: Int, open: String, close: String, binding: (Int32) -> Binding,
    pieces: (Int32) -> [Piece]
  ) -> String {
    var out = ""
    var length = 0
    var stack: [Piece] = [.node(root, .or)]
    while let piece = stack.popLast() {
      switch piece {
      case .text(let s):
        out += s
        length += s.utf8.count
        if length > 4 * limit || (length > limit && out.count > limit) {
          return out.prefix(limit) + " … (\(nodes.count) nodes)"
        }
      case .node(let n, let minimum):
        let bare = binding(n) >= minimum
        if !bare { stack.append(.text(close)) }
        stack.append(contentsOf: pieces(n).reversed())
        if !bare { stack.append(.text(open)) }
      }
    }
    return out
  }

  func textBinding(_ n: Int32) -> Binding {
    switch nodes[Int(n)] {
    case .number(let v): v.sign < 0 ? .negation : v.isInteger || v.decimal != nil ? .atom : .product
    case .variable: .atom
    case .select:
      switch logic(n) {
      case .or: .or
      case .and: .and
      case .not: .not
      case nil: .atom
      }
    case .sum: .sum
    case .product, .quotient: .product
    case .negate: .negation
    case .power: .power
    case .apply(let f, _): f == ElementaryFunction.power.index ? .power : .atom
    case .compare: .comparison
    }
  }

  private func textPieces(_ n: Int32, unicode: Bool) -> [Piece] {
    let dot = unicode ? "·" : "*"
    switch nodes[Int(n)] {
    case .number(let v): return [.text(v.decimal ?? v.description)]
    case .variable(let v):
      return [.text(Spelling.shown(variables[Int(v)], unicode: unicode))]
    case .sum(let terms): return sumPieces(terms)
    case .product(let factors):
      return factors.enumerated().flatMap { k, f in
        k == 0 ? [.node(f, .negation)] : [.text(dot), .node(f, .power)]
      }
    case .quotient(let a, let b): return [.node(a, .negation), .text("/"), .node(b, .power)]
    case .negate(let a): return [.text("-"), .node(a, .product)]
    case .power(let a, let n):
      let exponent = n < 0 ? "^(\(n))" : unicode ? Spelling.raised(Int(n)) : "^\(n)"
      return [.node(a, .atom), .text(exponent)]
    case .apply(let f, let x):
      if f == ElementaryFunction.power.index {
        return [.node(x[0], .atom), .text("^"), .node(x[1], .atom)]
      }
      if isPi(n) { return [.text(unicode ? "π" : "pi")] }
      if isE(n) { return [.text("e")] }
      return call(ElementaryFunction.table[Int(f)].name, x)
    case .compare(let c, let a, let b):
      let sign = Comparison.allCases[Int(c)].text(unicode: unicode)
      return [.node(a, .sum), .text(" \(sign) "), .node(b, .sum)]
    case .select(let c, let a, let b):
      switch logic(n) {
      case .or(let p, let q): return [.node(p, .or), .text(" or "), .node(q, .and)]
      case .and(let p, let q): return [.node(p, .and), .text(" and "), .node(q, .not)]
      case .not(let p): return [.text("not "), .node(p, .not)]
      case nil: return call("if", [c, a, b])
      }
    }
  }

  private func call(_ name: String, _ x: [Int32]) -> [Piece] {
    var out: [Piece] = [.text(name + "(")]
    for (k, a) in x.enumerated() {
      if k > 0 { out.append(.text(", ")) }
      out.append(.node(a, .or))
    }
    return out + [.text(")")]
  }

  /// Terms with a minus before what is negated or a negative number.
  func sumPieces(_ terms: [Int32]) -> [Piece] {
    var out: [Piece] = [.node(terms[0], .sum)]
    for t in terms.dropFirst() {
      if case .negate(let a) = nodes[Int(t)] {
        out += [.text(" - "), .node(a, startsWithMinus(a) ? .atom : .product)]
      } else if case .number(let v) = nodes[Int(t)], v.sign < 0, v.isInteger || v.decimal != nil {
        out += [.text(" - \((-v).decimal ?? (-v).description)")]
      } else {
        out += [.text(" + "), .node(t, startsWithMinus(t) ? .atom : .product)]
      }
    }
    return out
  }

  /// Whether the text of a term begins with a minus.
  private func startsWithMinus(_ n: Int32) -> Bool {
    var at = n
    while true {
      switch nodes[Int(at)] {
      case .product(let factors): at = factors[0]
      case .quotient(let a, _): at = a
      case .negate: return true
      case .number(let v): return v.sign < 0
      default: return false
      }
    }
  }

  func isPi(_ n: Int32) -> Bool { isCall("acos", of: Rational(-1), n) }
  func isE(_ n: Int32) -> Bool { isCall("exp", of: .one, n) }

  private func isCall(_ name: String, of value: Rational, _ n: Int32) -> Bool {
    guard case .apply(let f, let x) = nodes[Int(n)], x.count == 1 else { return false }
    return nodes[Int(x[0])] == .number(value) && ElementaryFunction.table[Int(f)].name == name
  }
}

extension Comparison {
  func text(unicode: Bool) -> String {
    switch self {
    case .less: "<"
    case .lessOrEqual: unicode ? "≤" : "<="
    case .greater: ">"
    case .greaterOrEqual: unicode ? "≥" : ">="
    case .equal: "=="
    case .notEqual: unicode ? "≠" : "!="
    }
  }
}
