// Words and habits of other languages, and what to type here instead.
import Calculus

enum Foreign {
  /// First words of statements, and what is meant by them here.
  private static let words: [(words: [String], hint: String)] = [
    (
      ["def", "function", "func", "fun", "fn", "let", "var", "val", "const", "lambda", "define"],
      "a definition needs no word: f(x) = x^2"
    ),
    (
      ["minimize", "minimise", "optimize", "optimise", "fmin", "argmin", "train", "fit", "run"],
      "write descend f eta=0.1 x0=1"
    ),
    (["gradient", "derivative", "differentiate", "derive", "deriv"], "write grad f, or f'"),
    (["hessian"], "write hess f x=1"),
    (["print", "echo", "disp", "display", "puts", "return"], "write the name alone: f"),
    (["import", "from", "using", "include", "require"], "nothing needs importing: exp(1), plot f"),
    (["for", "while", "repeat", "loop"], "descend runs the steps: steps=20; sweep tries rates"),
    (["solve", "roots", "fsolve"], "rule finds where descent rests"),
    (["clear", "delete", "del", "unset"], "write forget x"),
    (["draw", "graph", "show_plot"], "write plot f x=-2..2"),
  ]

  /// What to write instead of a statement that begins with `word`; nil where it is no such word.
  static func hint(_ word: String) -> String? {
    words.first { $0.words.contains(word.lowercased()) }?.hint
  }

  /// A formula with a function's name used as a number: sin^2(x), exp*x.
  ///
  /// - Returns: what to write instead.
  static func call(of name: String, in e: Expression) -> String {
    let nodes = e.arena.nodes
    // What is too long to be read as a hint is not written.
    guard nodes.count <= 200, let k = nodes.firstIndex(where: { isName($0, name, e) }) else {
      return "write \(name)(x)"
    }
    func text(_ i: Int32) -> String {
      Expression(arena: e.arena.pruned(to: i), root: i, text: "").written(unicode: false)
    }
    func user(of i: Int, from k: KeyPath<Node, Int32> = \.a) -> Int? {
      nodes.indices.first {
        [.multiply, .power].contains(nodes[$0].kind) && Int(nodes[$0][keyPath: k]) == i
      }
    }
    // In 2*exp*x the name is the right one of a product that is the left one of the next.
    let outer = user(of: k, from: \.b).flatMap { nodes[$0].kind == .multiply ? user(of: $0) : nil }
    guard let above = user(of: k) ?? outer else { return "write \(name)(x)" }
    if nodes[above].kind == .multiply { return "write \(name)(\(text(nodes[above].b)))" }
    let exponent = text(nodes[above].b)
    if name == "exp" { return "write exp(\(exponent))" }
    let argument = user(of: above).map { text(nodes[$0].b) } ?? "x"
    let square = "\(name)(\(argument))^\(exponent.hasPrefix("-") ? "(\(exponent))" : exponent)"
    let inverse = "a" + name
    return exponent == "-1" && ElementaryFunction.named(inverse) != nil
      ? "write \(inverse)(\(argument)), or \(square)" : "write \(square)"
  }

  private static func isName(_ n: Node, _ name: String, _ e: Expression) -> Bool {
    n.kind == .name && e.arena.names[Int(n.a)] == name
  }

  /// Names that look like products: ax in a formula, xe before a power, cosx.
  ///
  /// - Returns: the names with the products that may have been meant.
  static func products(_ names: [String], in e: Expression) -> [(name: String, product: String)] {
    let known = Spelling.greek.map(\.name)
    return names.compactMap { name in
      guard name.utf8.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }),
        !known.contains(name)
      else { return nil }
      for f in ElementaryFunction.table where f.arity == 1 && name.hasPrefix(f.name) {
        let rest = name.dropFirst(f.name.count)
        if rest.count == 1 { return (name, "\(f.name)(\(rest))") }
      }
      guard name.count == 2, let first = name.first, let last = name.last, first != last else {
        return nil
      }
      let isPower = e.arena.nodes.contains {
        $0.kind == .power && isName(e.arena.nodes[Int($0.a)], name, e)
      }
      // dx, dy are usual names.
      let isProduct = "xyz".contains(last) && first != "d" || last == "e" && isPower
      return isProduct ? (name, "\(first)*\(last)") : nil
    }
  }
}
