// Gradient descent with η symbolic: the map x ← x − η∇C(x), and the change ΔC of one step as a
// polynomial in η where the loss is a polynomial.
import Calculus

package struct UpdateRule {
  /// x − η∂C/∂x for each variable, simplified.
  package let next: [Formula]
  /// The coefficients of η, η², … of ΔC, simplified; nil where the loss is no polynomial, or one of
  /// a degree above 6.
  package let change: [Formula]?

  /// - Parameter rate: the name that η bears, so that it is none of the loss's.
  package init(_ loss: Loss, rate: String) {
    let names = loss.variables
    var b = ProgramBuilder(variables: names + [rate])
    let x = names.map { b.variable($0) }
    let eta = b.variable(rate)
    let map = DescentMap.program(of: loss, rate: rate)
    let moved = Array(b.inline(map, x + [eta]).prefix(x.count))
    let change = b.subtract(b.inline(loss.program, moved)[0], b.inline(loss.program, x)[0])
    next =
      UpdateRule.factored(loss, rate: rate).map { [$0] }
      ?? names.indices.map { map.simplified(output: $0) }
    guard let degree = loss.degree, degree <= 6 else {
      self.change = nil
      return
    }
    // The k-th coefficient is the k-th derivative by η at η = 0 over k!.
    var coefficients: [Formula] = []
    var derivative = b.program(outputs: [change])
    var factorial = Rational.one
    for k in 1...max(degree, 1) {
      derivative = derivative.tangent(by: rate)
      factorial = factorial * Rational(k)
      var at = ProgramBuilder(variables: names)
      let inputs = names.map { at.variable($0) } + [at.constant(.zero)]
      let r = at.inline(derivative, inputs)[0]
      let c = at.multiply(at.constant(.one / factorial), r)
      coefficients.append(at.program(outputs: [c]).simplified())
    }
    coefficients[0] = UpdateRule.shorter(coefficients[0], UpdateRule.minusSquares(loss))
    self.change = coefficients
  }

  /// −‖∇C‖² from the simplified partial derivatives.
  private static func minusSquares(_ loss: Loss) -> Formula {
    var b = ProgramBuilder(variables: loss.variables)
    let x = loss.variables.map { b.variable($0) }
    var sum: Register?
    for v in loss.variables {
      let slope = Writing.derivative(of: loss.program, by: v).program()
      let square = b.power(b.inline(slope, x)[0], 2)
      sum = sum.map { b.subtract($0, square) } ?? b.negate(square)
    }
    return Formula(b.program(outputs: [sum ?? b.constant(.zero)]))
  }

  private static func shorter(_ a: Formula, _ b: Formula) -> Formula {
    b.text(unicode: true).count < a.text(unicode: true).count ? b : a
  }

  /// The map of a polynomial of one variable in the form that shows the multiplier: m + (1 − λη)(x − m)
  /// for a parabola, x(1 − η·q(x)) where the slope vanishes at 0; nil for other losses.
  private static func factored(_ loss: Loss, rate: String) -> Formula? {
    guard loss.variables.count == 1, let degree = loss.degree, (2...12).contains(degree) else {
      return nil
    }
    let jets = JetArithmetic(CertifiedArithmetic(bits: 64, limit: 1 << 16), order: degree)
    let series = loss.program.run(jets, at: [jets.variable(.exact(.zero), slope: .exact(.one))])[0]
    let terms = series.compactMap(\.rational)
    guard terms.count == degree + 1 else { return nil }
    // The slope's coefficients: of x⁰, x¹, ….
    let slope = terms.enumerated().dropFirst().map { $1 * Rational($0) }
    var b = ProgramBuilder(variables: [rate] + loss.variables)
    let eta = b.variable(rate)
    var x = b.variable(loss.variables[0])
    var rest: Register?
    if degree == 2, !slope[0].isZero, !slope[1].isZero {
      let at = b.constant(-slope[0] / slope[1])
      rest = at
      x = b.subtract(x, at)
    } else if !slope[0].isZero {
      return nil
    }
    var factor = b.constant(.one)
    for (k, c) in slope.enumerated().dropFirst() where !c.isZero {
      let size = c.magnitude == .one ? eta : b.multiply(b.constant(c.magnitude), eta)
      let term = k == 1 ? size : b.multiply(size, b.power(x, Int32(k - 1)))
      factor = c.sign > 0 ? b.subtract(factor, term) : b.add(factor, term)
    }
    let product = b.multiply(factor, x)
    let map = rest.map { b.add($0, product) } ?? product
    return Formula(b.program(outputs: [map]))
  }
}
