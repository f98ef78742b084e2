// Gradient descent with η symbolic: the map x ← x − η∇C(x), written so that the multiplier shows
// where the slope has x as a factor: x ← (1 − 2·η)·x. The change of one step is in StepChange.
import Calculus

/// The map of a loss and what one step changes, as formulas over the loss's variables and the rate.
///
/// What is simplified is shown only where it agrees with what was typed, by exact numbers and
/// enclosures. Cost: some simplifications for each variable; milliseconds for short losses.
package struct UpdateRule {
  /// x − η∂C/∂x for each variable, in a form to read.
  package let next: [Formula]
  /// ∂C/∂x for each variable, simplified.
  package let slopes: [Formula]
  /// ΔC of one step in powers of η; nil where no short form is known.
  package let change: StepChange?

  /// - Parameter rate: the name that η bears, so that it is none of the loss's.
  package init(_ loss: Loss, rate: String) {
    let slopes = loss.variables.map { Formula.derivative(of: loss.program, by: $0, turns: false) }
    self.slopes = slopes
    let moved = StepProgram(descending: loss).written(rate: rate)
    next =
      UpdateRule.factored(loss, rate: rate).map { [$0] }
      ?? loss.variables.indices.map { k in
        let typed = moved.with(outputs: [moved.outputs[k]]).pruned
        let shown = UpdateRule.moved(k, slopes[k], rate)
        return agrees(typed, shown.program(over: typed.variables)) ? shown : typed.simplified()
      }
    change = StepChange(loss, slopes: slopes, rate: rate)
  }

  /// x − η·slope; (1 − η·slope/x)·x where x is a factor of the slope.
  private static func moved(
    _ k: Int, _ slope: Formula, _ rate: String, falls: Bool = false
  ) -> Formula {
    if !falls, slope.isSum, slope.text(unicode: true).hasPrefix("-") {
      // η·(-a - b) is read as -η·(a + b).
      return moved(k, slope.program().negated.simplified(turns: false), rate, falls: true)
    }
    var b = ProgramBuilder(variables: slope.variables + [rate])
    let r = slope.registers(in: &b)
    let x = b.variable(slope.variables[k])
    let eta = b.variable(rate)
    var parts = slope.factors
    if falls { parts.isNegative.toggle() }
    if slope.isZero { return Formula(b.program(outputs: [x])) }
    var own: Register?
    if let p = parts.above.firstIndex(where: {
      slope.variablePower($0)?.variable == Int32(clamping: k)
    }),
      let power = slope.variablePower(parts.above[p])
    {
      parts.above.remove(at: p)
      own = power.exponent > 1 ? b.power(x, power.exponent - 1) : nil
      let size = UpdateRule.product(parts, r, eta, own, &b)
      let one = b.constant(.one)
      let factor = parts.isNegative ? b.add(one, size) : b.subtract(one, size)
      let moved = b.multiply(factor, x)
      return Formula(b.program(outputs: [moved]))
    }
    let size = UpdateRule.product(parts, r, eta, nil, &b)
    let moved = parts.isNegative ? b.add(x, size) : b.subtract(x, size)
    return Formula(b.program(outputs: [moved]))
  }

  /// The magnitude of a formula times the rate, which stands behind the number: 2·η·x.
  package static func product(_ f: Formula, rate: String) -> Formula {
    var b = ProgramBuilder(variables: f.variables + [rate])
    let r = f.registers(in: &b)
    let eta = b.variable(rate)
    let all = product(f.factors, r, eta, nil, &b)
    return Formula(b.program(outputs: [all]))
  }

  /// number · η · the factors.
  private static func product(
    _ parts: Formula.Factors, _ r: [Register], _ eta: Register, _ own: Register?,
    _ b: inout ProgramBuilder
  ) -> Register {
    var out = parts.number == .one ? eta : b.multiply(b.constant(parts.number), eta)
    if let own { out = b.multiply(out, own) }
    for f in parts.above { out = b.multiply(out, r[Int(f)]) }
    for f in parts.below { out = b.divide(out, r[Int(f)]) }
    return out
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
      let at = -slope[0] / slope[1]
      rest = b.constant(at)
      x = at.sign < 0 ? b.add(x, b.constant(-at)) : b.subtract(x, b.constant(at))
    } else if !slope[0].isZero {
      return nil
    }
    var factor = b.constant(.one)
    for (k, c) in slope.enumerated().dropFirst() where !c.isZero {
      let size = c.magnitude == .one ? eta : b.multiply(b.constant(c.magnitude), eta)
      let term = k == 1 ? size : b.multiply(size, b.power(x, Int32(clamping: k - 1)))
      factor = c.sign > 0 ? b.subtract(factor, term) : b.add(factor, term)
    }
    let product = b.multiply(factor, x)
    let map = rest.map { b.add($0, product) } ?? product
    return Formula(b.program(outputs: [map]))
  }
}
