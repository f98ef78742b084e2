// From the algebra back to a formula: the order of terms and factors that people are used to.

extension Algebra {
  private func variable(_ f: Factor) -> Int32? {
    if f.exponent > 0, case .variable(let v) = bases[Int(f.base)] { return v }
    return nil
  }

  /// The terms in the order in which they are read.
  ///
  /// Polynomials by descending degree, then by variable; other sums in the order typed, a positive
  /// constant first. What would start with a minus starts with its first positive term.
  func readingOrder(_ s: Terms) -> Terms {
    var out = s
    if isPolynomial(s) {
      func key(_ m: Monomial) -> [[Int32]] {
        m.factors.map { [variable($0) ?? 0, -$0.exponent] }.sorted { $0[0] < $1[0] }
      }
      out.sort { a, b in
        let (m, n) = (degree(a), degree(b))
        if m != n { return m > n }
        return key(a).lexicographicallyPrecedes(key(b)) { $0.lexicographicallyPrecedes($1) }
      }
    } else if let k = out.firstIndex(where: { $0.factors.isEmpty }), out[k].coefficient.sign < 0 {
      out.append(out.remove(at: k))
    }
    return out
  }

  private func isPolynomial(_ s: Terms) -> Bool {
    s.allSatisfy { m in m.factors.allSatisfy { variable($0) != nil } }
  }

  private func degree(_ m: Monomial) -> Int { m.factors.reduce(0) { $0 + Int($1.exponent) } }

  private func shownOrder(_ s: Terms) -> Terms {
    var out = readingOrder(s)
    guard out.count > 1, out[0].coefficient.sign < 0 else { return out }
    if let last = out.last, last.factors.isEmpty, last.coefficient.sign > 0 {
      guard isPolynomial(s) else { return out.reversed() }
      // By ascending degree, within a degree by variable: 1 - x² - y².
      return out.enumerated().sorted {
        (degree($0.element), $0.offset) < (degree($1.element), $1.offset)
      }.map(\.element)
    }
    if let k = out.firstIndex(where: { $0.coefficient.sign > 0 }) {
      out.insert(out.remove(at: k), at: 0)
    }
    return out
  }

  /// Writes `s` into `formula`.
  ///
  /// Bases nest only as deep as the program within the size limit.
  /// - Parameter turns: whether a minus before a product may turn a factor round, -(x - 1) to 1 - x.
  func write(_ s: Terms, into formula: inout Formula, turns: Bool = true) -> Int32 {
    if s.isEmpty { return formula.add(.number(.zero)) }
    let terms = shownOrder(s).map { write($0, into: &formula, turns) }
    return terms.count == 1 ? terms[0] : formula.add(.sum(terms))
  }

  private func write(_ m: Monomial, into formula: inout Formula, _ turns: Bool) -> Int32 {
    var negative = m.coefficient.sign < 0
    var flipped: Int32 = -1
    if turns, negative, let f = m.factors.first(where: { isFlippable($0) }) {
      flipped = f.base
      negative = false
    }
    var (over, under) = (m.coefficient.magnitude, Rational.one)
    if !over.prefersDecimal {
      let parts = over.description.split(separator: "/").compactMap {
        Rational(digits: String($0), exponent: 0)
      }
      if parts.count == 2 { (over, under) = (parts[0], parts[1]) }
    }
    var above: [Int32] = []
    var below: [Int32] = []
    let ordered = m.factors.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }
    for (_, f) in ordered {
      let base = write(base: f.base, negated: f.base == flipped, into: &formula)
      if f.exponent > 0, let inverse = inverted(f, &formula) {
        below.append(inverse)
        continue
      }
      let n = Int32(clamping: f.exponent.magnitude)
      let node = n == 1 ? base : formula.add(.power(base, n))
      if f.exponent > 0 { above.append(node) } else { below.append(node) }
    }
    if over != .one || above.isEmpty { above.insert(formula.add(.number(over)), at: 0) }
    if under != .one { below.insert(formula.add(.number(under)), at: 0) }
    var node = above.count == 1 ? above[0] : formula.add(.product(above))
    if !below.isEmpty {
      let d = below.count == 1 ? below[0] : formula.add(.product(below))
      node = formula.add(.quotient(node, d))
    }
    if !negative { return node }
    if case .number(let v) = formula.nodes[Int(node)] { return formula.add(.number(-v)) }
    return formula.add(.negate(node))
  }

  /// x^(-1/2) is written 1/x^(1/2).
  private func inverted(_ f: Factor, _ formula: inout Formula) -> Int32? {
    guard f.exponent == 1, case .apply(let g, let x) = bases[Int(f.base)],
      g == ElementaryFunction.power.index, let p = value(x[1]), p.sign < 0
    else { return nil }
    let base = write(x[0], into: &formula)
    return formula.add(.apply(g, [base, write(number(-p), into: &formula)]))
  }

  /// An odd power of a sum that has a term to start with when its sign is turned.
  private func isFlippable(_ f: Factor) -> Bool {
    guard f.exponent % 2 != 0, case .sum(let s) = bases[Int(f.base)], s.count > 1 else {
      return false
    }
    return s.contains { $0.coefficient.sign < 0 }
  }

  /// Constants, variables, sums, functions by their first variable.
  private func rank(_ f: Factor) -> Int {
    switch bases[Int(f.base)] {
    case .variable(let v): 1 + Int(v)
    case .sum: 1 << 40
    case .apply(_, let x):
      x.allSatisfy { value($0) != nil } ? 0 : (1 << 41) + Int(leads[Int(f.base)])
    case .compare, .select: 1 << 42
    }
  }

  private func write(base b: Int32, negated: Bool, into formula: inout Formula) -> Int32 {
    switch bases[Int(b)] {
    case .variable(let v): return formula.add(.variable(v))
    case .sum(let s): return write(negated ? scaled(s, Rational(-1)) : s, into: &formula)
    case .apply(let f, let x):
      let arguments = x.map { write($0, into: &formula) }
      return formula.add(.apply(f, arguments))
    case .compare(let c, let x, let y):
      return formula.add(
        .compare(c, write(x, into: &formula), write(y, into: &formula)))
    case .select(let c, let x, let y):
      return formula.add(
        .select(
          write(c, into: &formula), write(x, into: &formula), write(y, into: &formula)))
    }
  }
}
