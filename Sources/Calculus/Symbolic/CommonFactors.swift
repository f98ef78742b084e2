// Factors that several formulas share: where one of them is 0, all the formulas are. For a gradient
// that is a whole curve or surface of stationary points, found by algebra and so proved.

/// A factor with its power, and what is left of each formula: formula k = factor^exponent · rest k.
package struct CommonFactor: Sendable {
  package let factor: Formula
  /// The least power in which the formulas have it, at least 1.
  package let exponent: Int32
  /// In the order of the formulas; 0 of one that is 0.
  package let rest: [Formula]
}

extension Program {
  /// The factors, not numbers, that all `outputs` have, where each is defined everywhere.
  ///
  /// Each product is compared with the output by exact numbers and enclosures. Empty where there is
  /// none, where all are 0, and where the program is too large to be simplified.
  package func commonFactors(of outputs: [Register]) -> [CommonFactor] {
    guard instructions.count <= Self.simplificationLimit / 10 else { return [] }
    for expands in [false, true] {
      var algebra = Algebra()
      guard let found = try? algebra.common(self, outputs, expands), !found.isEmpty else {
        continue
      }
      return found.filter { c in
        zip(outputs, c.rest).allSatisfy { output, rest in
          var b = ProgramBuilder(variables: variables)
          let base = c.factor.registers(in: &b)[Int(c.factor.root)]
          let other = rest.registers(in: &b)[Int(rest.root)]
          let product = b.multiply(b.power(base, c.exponent), other)
          return agrees(with(outputs: [output]), b.program(outputs: [product]))
        }
      }
    }
    return []
  }
}

extension Program {
  /// The first output simplified for points at which the first output of `zero` is 0: a number times
  /// `zero` may be taken away where that leaves less to read.
  package func simplified(whereZero zero: Program) -> Formula {
    var algebra = Algebra()
    var formula = Formula(variables: variables)
    guard variables == zero.variables,
      let own = try? algebra.terms(of: self, outputs: outputs)[0],
      let other = try? algebra.terms(of: zero, outputs: zero.outputs)[0],
      let least = try? algebra.reduced(own, by: other),
      let root = try? algebra.asProduct(least)
    else { return simplified(as: .product, turns: false) }
    formula.root = algebra.write(root, into: &formula, turns: false)
    return formula
  }
}

extension Algebra {
  fileprivate mutating func reduced(_ s: Terms, by zero: Terms) throws(Unsimplified) -> Terms {
    let own = try expanded(s)
    let other = try expanded(zero)
    var best = own
    for m in own {
      guard let t = other.first(where: { $0.factors == m.factors }) else { continue }
      let less = try sum(own + scaled(other, -m.coefficient / t.coefficient))
      if cost(less) < cost(best) { best = less }
    }
    return best
  }

  fileprivate mutating func common(
    _ program: Program, _ outputs: [Register], _ expands: Bool
  ) throws(Unsimplified) -> [CommonFactor] {
    var products: [Monomial?] = []
    for s in try terms(of: program, outputs: outputs) {
      guard isTotal(s) else { return [] }
      let one = try factored(expands ? try expanded(s) : s, numbersToo: true)
      if one.isEmpty {
        products.append(nil)
      } else {
        products.append(try takenApart(one.count == 1 ? one[0] : primitive(one)))
      }
    }
    guard let first = products.compactMap({ $0 }).first else { return [] }
    var out: [CommonFactor] = []
    for f in first.factors where f.exponent > 0 && !isPositive[Int(f.base)] {
      var least = f.exponent
      for case .some(let m) in products {
        least = min(least, m.factors.first { $0.base == f.base }?.exponent ?? 0)
      }
      guard least > 0 else { continue }
      var rest: [Formula] = []
      for m in products {
        var formula = Formula(variables: program.variables)
        var left = m.map { [$0] } ?? []
        if let k = left.first?.factors.firstIndex(where: { $0.base == f.base }) {
          left[0].factors[k].exponent -= least
          if left[0].factors[k].exponent == 0 { left[0].factors.remove(at: k) }
        }
        formula.root = write(left, into: &formula, turns: false)
        rest.append(formula)
      }
      var factor = Formula(variables: program.variables)
      factor.root = write(single(f.base), into: &factor)
      out.append(CommonFactor(factor: factor, exponent: least, rest: rest))
    }
    return out
  }

  /// A product whose sums are products again where their terms share factors.
  private mutating func takenApart(_ m: Monomial) throws(Unsimplified) -> Monomial {
    var out = m
    for _ in 0..<4 {
      var next = Monomial(coefficient: out.coefficient)
      for f in out.factors {
        var one = Monomial(coefficient: .one, factors: [f])
        if f.exponent > 0, f.exponent <= 8, case .sum(let s) = bases[Int(f.base)] {
          let apart = try factored(s, numbersToo: true)
          if apart.count == 1, apart[0].factors.count > 1,
            let c = apart[0].coefficient.power(Int(f.exponent))
          {
            one = Monomial(
              coefficient: c,
              factors: apart[0].factors.map {
                Factor(base: $0.base, exponent: $0.exponent * f.exponent)
              })
          }
        }
        next = try times(next, one)
      }
      if next == out { break }
      out = next
    }
    return out
  }
}
