// Products and powers of sums of monomials, and functions of them.

extension Algebra {
  mutating func product(_ a: Terms, _ b: Terms) throws(Unsimplified) -> Terms {
    if let v = value(a), v.magnitude == .one { return scaled(b, v) }
    if let v = value(b), v.magnitude == .one { return scaled(a, v) }
    let m = try times(monomial(a), monomial(b))
    return try sum(opened(m))
  }

  /// The product of two monomials.
  ///
  /// Powers of one sign add up; of both signs only where the base is
  /// total and never 0. Exponentials merge.
  mutating func times(_ a: Monomial, _ b: Monomial) throws(Unsimplified) -> Monomial {
    try spend(1)
    var factors: [Factor] = []
    var exponentials: [Factor] = []
    for f in a.factors + b.factors {
      if isMergedExponential(f.base) {
        exponentials.append(f)
      } else if let k = factors.firstIndex(where: { meets($0, f) }) {
        let n = try exponent(factors[k].exponent.addingReportingOverflow(f.exponent))
        if n == 0 { factors.remove(at: k) } else { factors[k].exponent = n }
      } else {
        factors.append(f)
      }
    }
    if exponentials.count == 1, exponentials[0].exponent == 1 {
      factors.append(exponentials[0])
    } else if !exponentials.isEmpty {
      var argument: Terms = []
      for f in exponentials {
        guard case .apply(_, let x) = bases[Int(f.base)] else { continue }
        argument += scaled(x[0], Rational(Int(f.exponent)))
      }
      let merged = try sum(argument)
      if !merged.isEmpty {
        factors.append(Factor(base: base(.apply(Self.exponential, [merged])), exponent: 1))
      }
    }
    factors = reduced(factors)
    factors.sort { $0.base != $1.base ? $0.base < $1.base : $0.exponent > $1.exponent }
    return Monomial(coefficient: a.coefficient * b.coefficient, factors: factors)
  }

  /// An exponent that can be counted with: such as a `.power` may have.
  private func exponent(
    _ n: (partialValue: Int32, overflow: Bool)
  ) throws(Unsimplified) -> Int32 {
    guard !n.overflow, n.partialValue.magnitude < 1 << 30 else { throw Unsimplified() }
    return n.partialValue
  }

  /// x/x² is 1/x: what stays in the denominator is undefined at the same points.
  private func reduced(_ factors: [Factor]) -> [Factor] {
    var out = factors
    for f in factors where f.exponent > 0 {
      if let k = out.firstIndex(where: { $0.base == f.base && $0.exponent < -f.exponent }) {
        out[k].exponent += f.exponent
        out.removeAll { $0 == f }
      }
    }
    return out
  }

  /// The terms with x/x left out beside a term with log(x) or 1/x.
  ///
  /// That one stays, so
  /// the sum is undefined at 0 either way. nil where there is nothing to cancel.
  func cancelled(_ s: Terms) -> Terms? {
    var out = s
    var changed = false
    for k in s.indices {
      for f in s[k].factors where f.exponent > 0 {
        guard let below = s[k].factors.first(where: { $0.base == f.base && $0.exponent < 0 }),
          s.indices.contains(where: { $0 != k && excludesZero(of: f.base, s[$0]) })
        else { continue }
        out[k].factors.removeAll { $0 == below }
        if let p = out[k].factors.firstIndex(of: f) {
          out[k].factors[p].exponent += below.exponent
          if out[k].factors[p].exponent == 0 { out[k].factors.remove(at: p) }
        }
        changed = true
      }
    }
    return changed ? out : nil
  }

  /// Whether the monomial is undefined where the base is 0, and stays so.
  private func excludesZero(of b: Int32, _ m: Monomial) -> Bool {
    let powers = m.factors.filter { $0.base == b }
    if powers.count == 1, powers[0].exponent < 0 { return true }
    return m.factors.contains {
      guard case .apply(let f, let x) = bases[Int($0.base)], x[0] == single(b) else { return false }
      return ElementaryFunction.table[Int(f)].domain == .positive
    }
  }

  private func meets(_ f: Factor, _ g: Factor) -> Bool {
    f.base == g.base
      && ((f.exponent > 0) == (g.exponent > 0)
        || (isPositive[Int(f.base)] && isTotal[Int(f.base)]))
  }

  /// exp of something that is not a number: e² stays a power of e.
  private func isMergedExponential(_ b: Int32) -> Bool {
    guard case .apply(Self.exponential, let x) = bases[Int(b)] else { return false }
    return value(x[0]) == nil
  }

  mutating func power(_ a: Terms, _ n: Int32) throws(Unsimplified) -> Terms {
    if n == 0 {
      guard isTotal(a) else { throw Unsimplified() }
      return number(.one)
    }
    guard n.magnitude <= 1 << 16 else { throw Unsimplified() }
    var m = try monomial(a)
    // 1/(1/x) is undefined at 0: what holds a denominator is inverted as a whole.
    if n < 0, m.factors.contains(where: { $0.exponent < 0 && !isPositive[Int($0.base)] }) {
      m = Monomial(
        coefficient: .one, factors: [Factor(base: base(.sum([m])), exponent: 1)])
    }
    guard m.coefficient.bits * Int(n.magnitude) < 4096, let c = m.coefficient.power(Int(n)) else {
      throw Unsimplified()
    }
    var raised = Monomial(coefficient: c)
    for f in m.factors {
      let e = try exponent(f.exponent.multipliedReportingOverflow(by: n))
      raised = try times(
        raised,
        Monomial(coefficient: .one, factors: [Factor(base: f.base, exponent: e)]))
    }
    return try sum(opened(raised))
  }

  mutating func call(_ f: UInt8, _ x: [Terms]) throws(Unsimplified) -> Terms {
    let arguments = try x.map { (s) throws(Unsimplified) in try shortest(s) }
    let row = ElementaryFunction.table[Int(f)]
    let values = arguments.compactMap(value)
    if values.count == arguments.count,
      let exact = row.exact(values[0], values.count > 1 ? values[1] : .zero)
    {
      return number(exact)
    }
    if row.special == .pow, let n = value(arguments[1])?.integer, n != 0 || isTotal(arguments[0]) {
      guard n.magnitude <= 1 << 16 else { throw Unsimplified() }
      return try power(arguments[0], Int32(clamping: n))
    }
    return single(base(.apply(f, arguments)))
  }

  mutating func comparison(_ c: UInt8, _ a: Terms, _ b: Terms) throws(Unsimplified) -> Terms {
    if let x = value(a), let y = value(b) {
      let order = x < y ? -1 : x > y ? 1 : 0
      return number(Comparison.allCases[Int(c)].holds(order) ? .one : .zero)
    }
    return single(base(.compare(c, try shortest(a), try shortest(b))))
  }

  mutating func selection(_ c: Terms, _ a: Terms, _ b: Terms) throws(Unsimplified) -> Terms {
    if let v = value(c) { return v.isZero ? b : a }
    let (x, y) = (try shortest(a), try shortest(b))
    if x == y, isTotal(c) { return x }
    return single(base(.select(c, x, y)))
  }
}
