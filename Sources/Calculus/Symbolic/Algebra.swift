// Sums of monomials over interned bases: the form in which like terms meet. Nothing cancels that
// could be undefined: x·x⁻¹ stays two factors, and 0·log(x) keeps its log(x).

/// A base to an integer power other than 0.
///
/// One monomial may hold x² and x⁻¹ side by side.
struct Factor: Hashable {
  var base: Int32
  var exponent: Int32
}

struct Monomial: Hashable {
  var coefficient: Rational
  /// Sorted by base, the positive power first.
  var factors: [Factor] = []
}

typealias Terms = [Monomial]

/// What a factor can be a power of.
enum Base: Hashable {
  case variable(Int32)
  case apply(UInt8, [Terms])
  case compare(UInt8, Terms, Terms)
  case select(Terms, Terms, Terms)
  case sum(Terms)
}

/// Thrown where simplification gives up: too large, or a division by the number 0.
struct Unsimplified: Error {}

struct Algebra {
  private(set) var bases: [Base] = []
  private(set) var isTotal: [Bool] = []
  private(set) var isPositive: [Bool] = []
  private(set) var costs: [Int] = []
  /// The first variable that occurs.
  private(set) var leads: [Int32] = []
  private var index: [Base: Int32] = [:]
  /// Monomials that may still be made.
  var budget = 200_000

  static let exponential = ElementaryFunction.row(named: "exp").index

  mutating func base(_ b: Base) -> Int32 {
    if let i = index[b] { return i }
    let (total, positive, cost) = traits(b)
    bases.append(b)
    isTotal.append(total)
    isPositive.append(positive)
    // What is shared is counted wherever it stands: the count would soon be beyond any integer.
    costs.append(min(cost, 1 << 40))
    leads.append(lead(b))
    index[b] = Int32(clamping: bases.count - 1)
    return Int32(clamping: bases.count - 1)
  }

  private func lead(_ b: Base) -> Int32 {
    func of(_ s: Terms) -> Int32 {
      s.flatMap(\.factors).map { leads[Int($0.base)] }.min() ?? .max
    }
    return switch b {
    case .variable(let v): v
    case .sum(let s): of(s)
    case .apply(_, let x): x.map(of).min() ?? .max
    case .compare(_, let x, let y): min(of(x), of(y))
    case .select(let c, let x, let y): min(of(c), of(x), of(y))
    }
  }

  private func traits(_ b: Base) -> (total: Bool, positive: Bool, cost: Int) {
    switch b {
    case .variable: return (true, false, 1)
    case .sum(let s): return (isTotal(s), isPositive(s), cost(s))
    case .compare(_, let a, let b): return (isTotal(a) && isTotal(b), false, cost(a) + cost(b) + 1)
    case .select(let c, let a, let b):
      return (
        isTotal(c) && isTotal(a) && isTotal(b), isPositive(a) && isPositive(b),
        cost(c) + cost(a) + cost(b) + 1
      )
    case .apply(let f, let x):
      let row = ElementaryFunction.table[Int(f)]
      let total = row.isTotal && x.allSatisfy(isTotal)
      let constant = x.allSatisfy { $0.isEmpty || ($0.count == 1 && $0[0].factors.isEmpty) }
      let value = constant ? doubleValue(row, x) : 0
      return (
        total || (constant && value.isFinite), row.isPositive || value > 0,
        x.reduce(1) { $0 + cost($1) }
      )
    }
  }

  private func doubleValue(_ row: ElementaryFunction, _ x: [Terms]) -> Double {
    let a = x.map { $0.first?.coefficient.nearestDouble ?? 0 }
    return DoubleArithmetic().lift(row, a[0], a.count > 1 ? a[1] : a[0])
  }

  /// Whether the value exists wherever the variables do.
  func isTotal(_ s: Terms) -> Bool { s.allSatisfy(isTotal) }
  func isTotal(_ m: Monomial) -> Bool {
    m.factors.allSatisfy {
      isTotal[Int($0.base)] && ($0.exponent > 0 || isPositive[Int($0.base)])
    }
  }

  /// Whether the value is certainly above 0 wherever it exists.
  func isPositive(_ s: Terms) -> Bool {
    func power(_ f: Factor) -> Bool { f.exponent % 2 == 0 || isPositive[Int(f.base)] }
    return s.allSatisfy { $0.coefficient.sign > 0 && $0.factors.allSatisfy(power) }
      && s.contains { $0.factors.allSatisfy { isPositive[Int($0.base)] } }
  }

  /// How much there is to read.
  func cost(_ s: Terms) -> Int { s.isEmpty ? 1 : s.reduce(0) { $0 + cost($1) } }
  private func cost(_ m: Monomial) -> Int {
    let number =
      m.coefficient.magnitude == .one && !m.factors.isEmpty ? 0 : m.coefficient.isInteger ? 1 : 2
    return m.factors.reduce(number) {
      $0 + costs[Int($1.base)] + ($1.exponent.magnitude == 1 ? 0 : 1)
    }
  }

  func number(_ v: Rational) -> Terms { v.isZero ? [] : [Monomial(coefficient: v)] }
  func value(_ s: Terms) -> Rational? {
    s.isEmpty ? .zero : s.count == 1 && s[0].factors.isEmpty ? s[0].coefficient : nil
  }
  func single(_ base: Int32) -> Terms {
    [Monomial(coefficient: .one, factors: [Factor(base: base, exponent: 1)])]
  }

  mutating func spend(_ n: Int) throws(Unsimplified) {
    budget -= n
    if budget < 0 { throw Unsimplified() }
  }

  /// The sum with like terms collected; a total term with coefficient 0 goes.
  mutating func sum(_ terms: Terms) throws(Unsimplified) -> Terms {
    try spend(terms.count)
    var place: [[Factor]: Int] = [:]
    var out: Terms = []
    for m in terms.flatMap(opened) {
      guard m.coefficient.bits < 4096 else { throw Unsimplified() }
      if let p = place[m.factors] {
        out[p].coefficient = out[p].coefficient + m.coefficient
      } else {
        place[m.factors] = out.count
        out.append(m)
      }
    }
    out.removeAll { $0.coefficient.isZero && isTotal($0) }
    if let cancelled = cancelled(out) { return try sum(cancelled) }
    return out.sorted { a, b in
      a.factors.lexicographicallyPrecedes(b.factors) {
        $0.base != $1.base ? $0.base < $1.base : $0.exponent > $1.exponent
      }
    }
  }

  func scaled(_ s: Terms, _ c: Rational) -> Terms {
    s.map { Monomial(coefficient: $0.coefficient * c, factors: $0.factors) }
  }

  /// One monomial equal to `s`: several terms become one base, its first term in reading order
  /// positive, so that 1 − x and x − 1 are powers of the same.
  mutating func monomial(_ s: Terms) throws(Unsimplified) -> Monomial {
    if s.isEmpty { return Monomial(coefficient: .zero) }
    let short = s.count > 1 ? try shortest(s) : s
    if short.count == 1 { return short[0] }
    if short.isEmpty { return Monomial(coefficient: .zero) }
    return primitive(short)
  }

  /// Several terms as a number times one base: what is read first is positive, and whole numbers have
  /// no divisor in common.
  mutating func primitive(_ s: Terms) -> Monomial {
    let common = content(s)
    let size = common.isInteger ? common : .one
    let number = readingOrder(s)[0].coefficient.sign < 0 ? -size : size
    let b = base(.sum(scaled(s, .one / number)))
    return Monomial(coefficient: number, factors: [Factor(base: b, exponent: 1)])
  }

  /// A unit multiple of one sum is that sum again.
  func opened(_ m: Monomial) -> Terms {
    if m.coefficient.magnitude == .one, m.factors.count == 1, m.factors[0].exponent == 1,
      case .sum(let s) = bases[Int(m.factors[0].base)]
    {
      return scaled(s, m.coefficient)
    }
    return [m]
  }
}
