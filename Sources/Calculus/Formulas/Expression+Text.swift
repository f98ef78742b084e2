// What was typed, written back as it was understood: `2x^2` becomes `2·x²`, calls keep their names,
// brackets stand where the parser needs them. One pass, children before parents.

extension Expression {
  /// How tightly a form holds together, loosest first (the order of the grammar).
  private enum Rank: Int, Comparable {
    case or, and, not, comparison, sum, product, negation, power, atom
    static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  private struct Written {
    var text: String
    var rank: Rank
    var startsWithMinus = false

    func at(least r: Rank) -> String { rank >= r ? text : "(\(text))" }
    /// As an operand behind an operator: a leading minus wants brackets.
    func behind(_ r: Rank) -> String { startsWithMinus ? "(\(text))" : at(least: r) }
  }

  /// The text with `·` and superscripts, or in ASCII; the parser reads it back as the same tree.
  ///
  /// - Complexity: quadratic in the depth at worst; meant for a few thousand nodes.
  ///
  /// - Parameter isArray: of a name, whether its ' is a transpose; else it is a derivative.
  package func written(
    unicode: Bool = true, isArray: (String) -> Bool = { _ in false }
  ) -> String {
    var out: [Written] = []
    for n in arena.nodes.prefix(Int(root) + 1) { out.append(write(n, out, unicode, isArray)) }
    return out.last?.text ?? ""
  }

  private func write(
    _ n: Node, _ out: [Written], _ unicode: Bool, _ isArray: (String) -> Bool
  ) -> Written {
    func child(_ i: Int32) -> Written { out[Int(i)] }
    func list(_ i: Int32) -> String {
      arena.list(at: i).map { child($0).text }.joined(separator: ", ")
    }
    func infix(_ sign: String, _ rank: Rank, left: Rank, right: Rank) -> Written {
      let l = child(n.a)
      let text = l.at(least: left) + sign + child(n.b).behind(right)
      return Written(
        text: text, rank: rank, startsWithMinus: l.startsWithMinus && l.rank >= left)
    }
    func compare(_ c: Comparison) -> Written {
      infix(" \(c.text(unicode: unicode)) ", .comparison, left: .sum, right: .sum)
    }
    func name(_ i: Int32) -> String { Spelling.shown(arena.names[Int(i)], unicode: unicode) }
    switch n.kind {
    case .number:
      let v = arena.numbers[Int(n.a)]
      return Written(text: v.decimal ?? v.description, rank: .atom)
    case .name: return Written(text: name(n.a), rank: .atom)
    case .negate:
      return Written(
        text: "-" + child(n.a).behind(.power), rank: .negation, startsWithMinus: true)
    case .not: return Written(text: "not " + child(n.a).at(least: .not), rank: .not)
    case .add: return infix(" + ", .sum, left: .sum, right: .product)
    case .subtract: return infix(" - ", .sum, left: .sum, right: .product)
    case .multiply:
      return infix(unicode ? "·" : "*", .product, left: .product, right: .negation)
    case .divide: return infix("/", .product, left: .product, right: .negation)
    case .dotAdd: return infix(" .+ ", .sum, left: .sum, right: .product)
    case .dotSubtract: return infix(" .- ", .sum, left: .sum, right: .product)
    case .dotMultiply: return infix(" .* ", .product, left: .product, right: .negation)
    case .dotDivide: return infix(" ./ ", .product, left: .product, right: .negation)
    case .dotPower:
      return Written(
        text: child(n.a).at(least: .atom) + ".^" + child(n.b).at(least: .negation), rank: .power)
    case .power:
      let exponent = child(n.b)
      let base = child(n.a).at(least: .atom)
      if unicode, let whole = Int(exponent.text), exponent.rank == .atom {
        return Written(text: base + Spelling.raised(whole), rank: .power)
      }
      return Written(text: base + "^" + exponent.at(least: .negation), rank: .power)
    case .less: return compare(.less)
    case .lessOrEqual: return compare(.lessOrEqual)
    case .greater: return compare(.greater)
    case .greaterOrEqual: return compare(.greaterOrEqual)
    case .equal: return compare(.equal)
    case .notEqual: return compare(.notEqual)
    case .and: return infix(" and ", .and, left: .and, right: .not)
    case .or: return infix(" or ", .or, left: .or, right: .and)
    case .call: return Written(text: "\(name(n.a))(\(list(n.b)))", rank: .atom)
    case .derivative where n.b == 1 && isArray(arena.names[Int(n.a)]):
      return Written(text: name(n.a) + (unicode ? "ᵀ" : "'"), rank: .atom)
    case .derivative:
      let primes = String(repeating: unicode ? "′" : "'", count: Int(n.b))
      return Written(text: name(n.a) + primes, rank: .atom)
    case .derivativeCall: return Written(text: "\(child(n.a).text)(\(list(n.b)))", rank: .atom)
    case .gradient: return Written(text: "∇" + name(n.a), rank: .atom)
    case .matrix:
      let entries = arena.list(at: n.a).map { child($0).text }
      // A column of numbers is written as a list.
      let isList = arena.list(at: n.a).allSatisfy { arena.nodes[Int($0)].kind == .number }
      let columns = n.b == 0 || (n.b == 1 && isList) ? max(1, entries.count) : Int(n.b)
      let rows = stride(from: 0, to: entries.count, by: columns).map {
        entries[$0..<min($0 + columns, entries.count)].joined(separator: ", ")
      }
      return Written(text: "[\(rows.joined(separator: "; "))]", rank: .atom)
    case .transpose:
      let inner = child(n.a)
      let isBracketed = [.index, .matrix, .call, .name].contains(arena.nodes[Int(n.a)].kind)
      return Written(
        text: (isBracketed ? inner.text : "(\(inner.text))") + (unicode ? "ᵀ" : "'"), rank: .atom)
    case .index: return Written(text: "\(child(n.a).text)[\(list(n.b))]", rank: .atom)
    case .range: return Written(text: "\(child(n.a).text)..\(child(n.b).text)", rank: .or)
    case .all: return Written(text: ":", rank: .atom)
    case .string:
      return Written(text: "\"\(arena.names[Int(n.a)])\"", rank: .atom)
    }
  }
}
