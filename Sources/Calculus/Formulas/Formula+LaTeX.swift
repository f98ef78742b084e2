// Formulas as LaTeX for mathematics mode.

extension Formula {
  /// The formula in LaTeX, cut to so many characters.
  package func latex(limit: Int = 2000) -> String {
    write(
      limit: limit, open: "\\left(", close: "\\right)", binding: latexBinding, pieces: latexPieces)
  }

  private func latexBinding(_ n: Int32) -> Binding {
    switch nodes[Int(n)] {
    case .quotient: .product
    case .apply(let f, _) where f == Algebra.exponential && !isE(n): .power
    default: textBinding(n)
    }
  }

  private func latexPieces(_ n: Int32) -> [Piece] {
    switch nodes[Int(n)] {
    case .number(let v): return [.text(latex(v))]
    case .variable(let v): return [.text(variables[Int(v)].latexVariable)]
    case .sum(let terms): return sumPieces(terms)
    case .product(let factors):
      return factors.enumerated().flatMap { k, f -> [Piece] in
        if k == 0 { return [.node(f, .product)] }
        let joint = startsWithDigit(f) ? " \\cdot " : isNumber(factors[k - 1]) ? "" : " "
        return [.text(joint), .node(f, .power)]
      }
    case .quotient(let a, let b):
      return [.text("\\frac{"), .node(a, .sum), .text("}{"), .node(b, .sum), .text("}")]
    case .negate(let a): return [.text("-"), .node(a, .product)]
    case .power(let a, let n): return [.node(a, .atom), .text("^{\(n)}")]
    case .apply(let f, let x): return latexCall(n, ElementaryFunction.table[Int(f)], x)
    case .compare(let c, let a, let b):
      let sign =
        switch Comparison.allCases[Int(c)] {
        case .less: "<"
        case .lessOrEqual: "\\le"
        case .greater: ">"
        case .greaterOrEqual: "\\ge"
        case .equal: "="
        case .notEqual: "\\ne"
        }
      return [.node(a, .sum), .text(" \(sign) "), .node(b, .sum)]
    case .select(let c, let a, let b):
      switch logic(n) {
      case .or(let p, let q): return [.node(p, .or), .text(" \\lor "), .node(q, .and)]
      case .and(let p, let q): return [.node(p, .and), .text(" \\land "), .node(q, .not)]
      case .not(let p): return [.text("\\lnot "), .node(p, .atom)]
      case nil: break
      }
      return [
        .text("\\begin{cases}"), .node(a, .sum), .text(" & \\text{if } "), .node(c, .or),
        .text(" \\\\ "), .node(b, .sum), .text(" & \\text{otherwise}\\end{cases}"),
      ]
    }
  }

  private func latexCall(_ n: Int32, _ f: ElementaryFunction, _ x: [Int32]) -> [Piece] {
    if isPi(n) { return [.text("\\pi")] }
    if isE(n) { return [.text("e")] }
    switch f.latex {
    case .around(let open, let close): return [.text(open), .node(x[0], .sum), .text(close)]
    case .superscript:
      return [.node(x[0], .atom), .text("^{"), .node(x[1], .sum), .text("}")]
    case .called(let name):
      var out: [Piece] = [.text(name + "\\left(")]
      for (k, a) in x.enumerated() {
        if k > 0 { out.append(.text(", ")) }
        out.append(.node(a, .sum))
      }
      return out + [.text("\\right)")]
    }
  }

  private func latex(_ v: Rational) -> String {
    if let text = v.decimal {
      let parts = text.split(separator: "e")
      return parts.count == 1 ? text : "\(parts[0]) \\cdot 10^{\(parts[1])}"
    }
    let parts = v.magnitude.description.split(separator: "/")
    return "\(v.sign < 0 ? "-" : "")\\frac{\(parts[0])}{\(parts[1])}"
  }

  private func isNumber(_ n: Int32) -> Bool {
    if case .number = nodes[Int(n)] { return true }
    return false
  }

  private func startsWithDigit(_ n: Int32) -> Bool {
    switch nodes[Int(n)] {
    case .number(let v): v.sign >= 0
    case .power(let a, _): isNumber(a)
    case .apply(let f, let x): f == ElementaryFunction.power.index && isNumber(x[0])
    default: false
    }
  }
}

extension String {
  /// A name in LaTeX: η as `\\eta`, x1 as `x_{1}`, an entry w[2] as `w_{2}`, longer names upright.
  var latexVariable: String {
    let head = String(prefix { $0.isLetter })
    let tail = String(dropFirst(head.count))
    let base =
      Spelling.greek.contains { $0.name == head }
      ? "\\" + head : head.count == 1 ? head : "\\mathrm{\(head)}"
    if tail.isEmpty { return base }
    if tail.hasSuffix("]"), let open = tail.firstIndex(of: "[") {
      let index = tail[tail.index(after: open)...].dropLast()
      return "\(base)_{\(tail[..<open])\(open == tail.startIndex ? "" : ",")\(index)}"
    }
    guard tail.allSatisfy({ $0.isNumber }) else {
      return "\\mathrm{\(split(separator: "_").joined(separator: "\\_"))}"
    }
    return "\(base)_{\(tail)}"
  }
}
