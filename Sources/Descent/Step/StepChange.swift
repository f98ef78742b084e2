// The change ΔC of one step in powers of η: C(x − ηp) expanded about x, with p the slope,
// ΔC = −‖p‖²·η + ½·pᵀHp·η² − …, the Taylor polynomial along the step. A polynomial ends; of another
// loss the first two terms are shown. The slopes stand as they are, or, where that is long, as p.
import Calculus

/// ΔC = Σ ±size·η^power, checked against the loss before it is shown.
///
/// For losses without a kink, of 3 variables or, where quadratic, of 8.
package struct StepChange {
  /// One power of η.
  package struct Term {
    package let power: Int
    /// Whether the term is taken away.
    package let isNegative: Bool
    /// The coefficient without that sign, over the loss's variables and `names`.
    package let size: Formula
  }
  /// By ascending powers, without those that are 0.
  package let terms: [Term]
  /// Letters for the slopes, in the order of the variables; empty where none is used.
  package let names: [String]
  /// Whether more terms follow.
  package let goesOn: Bool
  /// The last power of η; nil where there is none.
  package let degree: Int?

  /// Above this degree a polynomial is not written out.
  private static let highest = 6
  /// Above so many characters of ΔC letters for the slopes are tried.
  private static let readable = 60

  /// - Parameter slopes: the simplified partial derivatives.
  init?(_ loss: Loss, slopes: [Formula], rate: String) {
    guard !loss.hasKink, loss.variables.count <= 3 || loss.isQuadratic,
      loss.variables.count <= 8, loss.program.instructions.count <= 400
    else { return nil }
    let degree = loss.degree.map { max($0, 1) } ?? .max
    let order = degree <= StepChange.highest ? degree : 2
    goesOn = degree > order
    self.degree = loss.degree.map { max($0, 1) }
    guard let expansion = Expansion(loss, order: order) else { return nil }
    let plain = StepChange.terms(expansion, slopes, names: nil)
    guard let letters = StepChange.letters(loss, rate),
      StepChange.length(plain) > StepChange.readable
    else {
      guard StepChange.agree(loss, plain, slopes, nil, rate, order, goesOn) else { return nil }
      terms = plain
      names = []
      return
    }
    let short = StepChange.terms(expansion, slopes, names: letters)
    let meaning = slopes.count == 1 ? slopes[0].text(unicode: true).count + 6 : 20
    // Monomials are read at a glance.
    let hasSums = slopes.contains { f in f.isSum || f.factors.above.contains { f.isSum(at: $0) } }
    let named =
      (hasSums || StepChange.length(plain) > 2 * StepChange.readable)
      && StepChange.length(short) + meaning < StepChange.length(plain)
    names = named ? letters : []
    terms = named ? short : plain
    let meant = named ? letters : nil
    guard StepChange.agree(loss, terms, slopes, meant, rate, order, goesOn) else { return nil }
  }

  private static func length(_ terms: [Term]) -> Int {
    terms.reduce(0) { $0 + $1.size.text(unicode: true).count + 6 }
  }

  /// g for one slope, p, q, r for several, unless the loss uses these names.
  private static func letters(_ loss: Loss, _ rate: String) -> [String]? {
    let n = loss.variables.count
    let all = n == 1 ? ["g", "p", "s"] : ["p", "q", "r"]
    let free = all.filter { !loss.variables.contains($0) && $0 != rate && $0 != loss.name }
    if n == 1 { return free.first.map { [$0] } }
    return n <= 3 && free.count == 3 ? Array(free.prefix(n)) : nil
  }

  /// (−1)^k Σ D^αC/α!·p^α over |α| = k, for each k.
  private static func terms(
    _ expansion: Expansion, _ slopes: [Formula], names: [String]?
  ) -> [Term] {
    expansion.orders.enumerated().compactMap { k, parts in
      var b = ProgramBuilder(variables: expansion.variables + (names ?? []))
      let letters = names.map { $0.map { b.variable($0) } }
      let p = letters ?? slopes.map { $0.registers(in: &b)[Int($0.root)] }
      var sum: Register?
      // The sign of what is read first is the sign of the whole.
      let turns = (parts.first?.coefficient.factors.isNegative ?? false)
      for part in parts {
        let f = part.coefficient.factors
        let (over, under) = f.number.parts
        let nodes = part.coefficient.registers(in: &b)
        var factors = over == .one ? [] : [b.constant(over)]
        factors += f.above.map { nodes[Int($0)] }
        for (i, e) in part.exponents.enumerated() where e > 0 {
          factors.append(e == 1 ? p[i] : b.power(p[i], Int32(clamping: e)))
        }
        var term = factors[0]
        for r in factors.dropFirst() { term = b.multiply(term, r) }
        var below = under == .one ? [] : [b.constant(under)]
        below += f.below.map { nodes[Int($0)] }
        if var divisor = below.first {
          for r in below.dropFirst() { divisor = b.multiply(divisor, r) }
          term = b.divide(term, divisor)
        }
        let minus = f.isNegative != turns
        sum =
          sum.map { minus ? b.subtract($0, term) : b.add($0, term) }
          ?? (minus ? b.negate(term) : term)
      }
      guard let sum else { return nil }
      let program = b.program(outputs: [sum])
      var negative = (k % 2 == 0) != turns
      var size = Formula(program)
      if names != nil {
        let product = program.simplified(as: .product, turns: false)
        if product.text(unicode: true).count < size.text(unicode: true).count,
          !product.factors.isNegative || product.isSum
        {
          size = product
        }
      } else {
        size = program.simplified(as: .product, turns: false)
        if size.isZero { return nil }
        let text = size.factors
        if text.isNegative, !size.isSum {
          negative.toggle()
          size = program.negated.simplified(as: .product, turns: false)
        }
      }
      return Term(power: k + 1, isNegative: negative, size: size)
    }
  }

  /// Whether the terms are, as a function of the point and η, what one step does: all of it for a
  /// polynomial, else its first two derivatives by η at 0.
  private static func agree(
    _ loss: Loss, _ terms: [Term], _ slopes: [Formula], _ names: [String]?, _ rate: String,
    _ order: Int, _ goesOn: Bool
  ) -> Bool {
    let variables = loss.variables + [rate]
    var b = ProgramBuilder(variables: variables)
    let x = loss.variables.map { b.variable($0) }
    let eta = b.variable(rate)
    let p = slopes.map { b.inline($0.program(), x)[0] }
    var sum = b.constant(.zero)
    for t in terms {
      let c = b.inline(t.size.program(), names == nil ? x : x + p)[0]
      let power = b.multiply(c, b.power(eta, Int32(clamping: t.power)))
      sum = t.isNegative ? b.subtract(sum, power) : b.add(sum, power)
    }
    var shown = b.program(outputs: [sum])
    var t = ProgramBuilder(variables: variables)
    let y = loss.variables.map { t.variable($0) }
    let moved = t.inline(
      StepProgram(descending: loss).written(rate: rate), y + [t.variable(rate)])
    let change = t.subtract(t.inline(loss.program, moved)[0], t.inline(loss.program, y)[0])
    var typed = t.program(outputs: [change])
    if !goesOn { return agrees(typed, shown) }
    for _ in 1...order {
      typed = typed.tangent(by: rate)
      shown = shown.tangent(by: rate)
      if !agrees(typed.fixed(rate, at: .zero), shown.fixed(rate, at: .zero)) { return false }
    }
    return true
  }
}

/// The partial derivatives of a loss by order, D^αC/α!.
private struct Expansion {
  struct Part {
    let exponents: [Int]
    let coefficient: Formula
  }
  let variables: [String]
  /// For the orders 1, 2, …: those that are not 0.
  let orders: [[Part]]

  /// nil where more than 60 derivatives would be needed.
  init?(_ loss: Loss, order: Int) {
    variables = loss.variables
    let n = variables.count
    var level: [(exponents: [Int], program: Program)] = [
      (Array(repeating: 0, count: n), loss.program)
    ]
    var all: [[Part]] = []
    var count = 0
    var unit = ProgramBuilder(variables: loss.variables)
    let r = unit.constant(.one)
    let one = Formula(unit.program(outputs: [r]))
    for k in 1...order {
      var next: [(exponents: [Int], program: Program)] = []
      for (e, program) in level {
        // Each α once: by the variables from its last one on.
        let from = e.lastIndex { $0 > 0 } ?? 0
        for i in from..<n {
          var up = e
          up[i] += 1
          next.append((up, program.tangent(by: variables[i])))
        }
      }
      count += next.count
      if count > 60 { return nil }
      if k == 1 {
        // ∂C/∂x is the slope p itself.
        all.append(
          (0..<n).map { i in
            var e = Array(repeating: 0, count: n)
            e[i] = 2
            return Part(exponents: e, coefficient: one)
          })
      } else {
        all.append(
          next.compactMap { e, program in
            var b = ProgramBuilder(variables: loss.variables)
            let x = loss.variables.map { b.variable($0) }
            let factorial = e.reduce(1) { $0 * (1...max($1, 1)).reduce(1, *) }
            let d = b.inline(program, x)[0]
            let scaled = b.multiply(b.constant(.one / Rational(factorial)), d)
            let f = b.program(outputs: [scaled]).simplified(as: .product, turns: false)
            return f.isZero ? nil : Part(exponents: e, coefficient: f)
          })
      }
      level = next
    }
    orders = all
  }
}

extension Rational {
  /// Numerator and denominator of a fraction that is not written as a decimal, else itself over 1.
  fileprivate var parts: (over: Rational, under: Rational) {
    guard bits < 60, !isInteger else { return (self, .one) }
    var under = Rational.one
    while under < Rational(720), !(self * under).isInteger { under = under + .one }
    return (self * under).isInteger ? (self * under, under) : (self, .one)
  }
}

extension Program {
  /// The first output with the opposite sign.
  var negated: Program {
    var b = ProgramBuilder(self)
    let r = b.negate(outputs[0])
    return b.program(outputs: [r])
  }

  /// The first output with one variable given; it is over the others.
  fileprivate func fixed(_ name: String, at value: Rational) -> Program {
    let others = variables.filter { $0 != name }
    var b = ProgramBuilder(variables: others)
    let x = variables.map { $0 == name ? b.constant(value) : b.variable($0) }
    let r = b.inline(self, x)[0]
    return b.program(outputs: [r])
  }
}
