// Several equal ways to write a sum; the one with the least to read wins, as it stands at a tie.

extension Algebra {
  /// The shortest among: as it stands, expanded, common factors taken out, one denominator.
  mutating func shortest(_ s: Terms) throws(Unsimplified) -> Terms {
    var best = s
    var least = cost(s)
    let wide = try expanded(s)
    var candidates = [wide, try factored(s), try factored(wide)]
    if let over = try overCommonDenominator(s) { candidates.append(over) }
    for candidate in candidates where cost(candidate) < least {
      best = candidate
      least = cost(candidate)
    }
    return best
  }

  /// Sums in numerators multiplied out, as far as this stays small.
  mutating func expanded(_ s: Terms) throws(Unsimplified) -> Terms {
    var terms = s
    for _ in 0..<8 {
      var out: Terms = []
      var changed = false
      for m in terms {
        guard
          let k = m.factors.firstIndex(where: { f in
            guard f.exponent > 0, f.exponent <= 6, case .sum = bases[Int(f.base)] else {
              return false
            }
            return true
          }), case .sum(let inner) = bases[Int(m.factors[k].base)], inner.count <= 12
        else {
          out.append(m)
          continue
        }
        changed = true
        var rest = m
        rest.factors[k].exponent -= 1
        if rest.factors[k].exponent == 0 { rest.factors.remove(at: k) }
        for t in inner { out.append(try times(rest, t)) }
      }
      guard changed else { break }
      terms = try sum(out)
      if terms.count > 200 { return s }
    }
    return terms
  }

  /// One product where there are common factors or numbers, the shorter of the ways to write its sum.
  mutating func asProduct(_ s: Terms) throws(Unsimplified) -> Terms {
    if s.count < 2 { return try s.map { m throws(Unsimplified) in try withSquares(m) } }
    let asBuilt = try factored(s, numbersToo: true)
    let wide = try factored(try expanded(s), numbersToo: true)
    // Powers of a sum that were built stay, unless hardly more is to be read without.
    let best =
      cost(wide) < (asBuilt.count == 1 ? cost(asBuilt) - 2 : cost(asBuilt)) ? wide : asBuilt
    if best.count == 1 { return [try withSquares(best[0])] }
    guard let root = square(best) else { return best }
    return [Monomial(coefficient: .one, factors: [Factor(base: base(.sum(root)), exponent: 2)])]
  }

  /// The product with a² + 2ab + b² among its factors written (a + b)².
  private mutating func withSquares(_ m: Monomial) throws(Unsimplified) -> Monomial {
    var out = Monomial(coefficient: m.coefficient)
    for f in m.factors {
      var one = Monomial(coefficient: .one, factors: [f])
      if f.exponent > 0, f.exponent < 1 << 15, case .sum(let s) = bases[Int(f.base)],
        let root = square(s)
      {
        one.factors = [Factor(base: base(.sum(root)), exponent: 2 * f.exponent)]
      }
      out = try times(out, one)
    }
    return out
  }

  /// a ± b where a sum is a² ± 2ab + b² of monomials, total so that no domain changes.
  private func square(_ s: Terms) -> Terms? {
    guard s.count == 3, isTotal(s) else { return nil }
    let ordered = readingOrder(s)
    for k in 0..<3 {
      let others = ordered.indices.filter { $0 != k }.map { ordered[$0] }
      let middle = ordered[k]
      guard let a = root(others[0]), let b = root(others[1]) else { continue }
      let product = (a.factors + b.factors).sorted { $0.base < $1.base }
      let double = a.coefficient * b.coefficient * Rational(2)
      guard Set(a.factors.map(\.base)).isDisjoint(with: b.factors.map(\.base)),
        middle.factors == product, middle.coefficient.magnitude == double
      else { continue }
      return [
        a,
        Monomial(
          coefficient: middle.coefficient.sign < 0 ? -b.coefficient : b.coefficient,
          factors: b.factors),
      ]
    }
    return nil
  }

  /// The monomial whose square this is, with a positive number.
  private func root(_ m: Monomial) -> Monomial? {
    guard m.coefficient.sign > 0, m.factors.allSatisfy({ $0.exponent % 2 == 0 }),
      let c = m.coefficient.squareRoot
    else { return nil }
    return Monomial(
      coefficient: c,
      factors: m.factors.map { Factor(base: $0.base, exponent: $0.exponent / 2) })
  }

  /// Factors common to all terms taken out, with the common divisor of the coefficients.
  ///
  /// - Parameter numbersToo: whether that divisor is taken out where there is no common factor.
  mutating func factored(
    _ s: Terms, numbersToo: Bool = false
  ) throws(Unsimplified) -> Terms {
    guard s.count > 1 else { return s }
    var common = s[0].factors
    for m in s.dropFirst() {
      common = common.compactMap { f in
        guard
          let g = m.factors.first(where: {
            $0.base == f.base && ($0.exponent > 0) == (f.exponent > 0)
          })
        else { return nil }
        let n = Swift.min(f.exponent.magnitude, g.exponent.magnitude)
        let size = Int32(clamping: n)
        return Factor(base: f.base, exponent: f.exponent > 0 ? size : -size)
      }
    }
    let content = self.content(s)
    guard !common.isEmpty || numbersToo else { return s }
    var rest: Terms = []
    for m in s {
      var t = Monomial(coefficient: m.coefficient / content)
      for f in m.factors {
        let taken =
          common.first { $0.base == f.base && ($0.exponent > 0) == (f.exponent > 0) }?.exponent ?? 0
        if f.exponent != taken {
          t.factors.append(Factor(base: f.base, exponent: f.exponent - taken))
        }
      }
      rest.append(t)
    }
    var inner = try sum(rest)
    // x² + y² - 1 + 2·(x² + y²): what was kept together may meet like terms now.
    let wide = try expanded(inner)
    if cost(wide) < cost(inner) { inner = wide }
    let outer = Monomial(coefficient: content, factors: common)
    if inner.isEmpty { return [] }
    if inner.count == 1 { return [try times(outer, inner[0])] }
    return [try times(outer, primitive(inner))]
  }

  /// The greatest common divisor of the coefficients, 1 where they are large.
  func content(_ s: Terms) -> Rational {
    var (over, under) = (0, 1)
    for m in s {
      guard let (p, q) = m.coefficient.fraction, p.magnitude < 1 << 30, q < 1 << 15 else {
        return .one
      }
      over = gcd(over, Int(p.magnitude))
      under = under / gcd(under, q) * q
      if under > 1 << 30 { return .one }
    }
    return over == 0 ? .one : Rational(over) / Rational(under)
  }

  private func gcd(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// All terms over one denominator, which some term has already: the domain stays.
  private mutating func overCommonDenominator(_ s: Terms) throws(Unsimplified) -> Terms? {
    guard s.count > 1, s.count <= 40 else { return nil }
    var most: [Int32: Int32] = [:]
    for f in s.flatMap(\.factors) where f.exponent < 0 {
      most[f.base] = Swift.max(most[f.base] ?? 0, -f.exponent)
    }
    guard !most.isEmpty, most.count <= 4 else { return nil }
    let bases = most.keys.sorted()
    var numerator: Terms = []
    for m in s {
      var t = Monomial(coefficient: m.coefficient, factors: m.factors.filter { $0.exponent > 0 })
      for b in bases {
        let had = m.factors.first { $0.base == b && $0.exponent < 0 }?.exponent ?? 0
        let n = (most[b] ?? 0) + had
        if n > 0 {
          t = try times(
            t, Monomial(coefficient: .one, factors: [Factor(base: b, exponent: n)]))
        }
      }
      numerator.append(t)
    }
    let wide = try expanded(try sum(numerator))
    let over = try factored(wide)
    if over.isEmpty { return nil }
    let minus = over.count > 1 && readingOrder(over)[0].coefficient.sign < 0
    var m = over[0]
    if over.count > 1 {
      let b = base(.sum(minus ? scaled(over, Rational(-1)) : over))
      m = Monomial(
        coefficient: Rational(minus ? -1 : 1), factors: [Factor(base: b, exponent: 1)])
    }
    for b in bases {
      m.factors.append(Factor(base: b, exponent: -(most[b] ?? 0)))
    }
    m.factors.sort { $0.base != $1.base ? $0.base < $1.base : $0.exponent > $1.exponent }
    return [m]
  }
}
