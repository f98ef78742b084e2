// One step of gradient descent taken apart: change, prediction, error, and the orders of the expansion.
import Calculus

package struct Dissection: Sendable {
  package let change: Certified
  package let predicted: Certified
  package let error: Certified
  /// ‖∇C‖².
  package let squared: Certified
  /// 2·error/(η²‖∇C‖²): a weighted mean of the curvature along the step.
  package let curvatureMet: Certified
  package let displacement: [Certified]
  package let next: [Certified]
  /// The terms c₁η, c₂η², … of C along the step.
  package let orders: [Certified]

  /// - Throws: a fault where the loss, its slope or the step is undefined.
  package init(
    _ loss: Loss, _ x: [Rational], _ eta: Rational, digits: Int, order: Int = 4
  ) throws(Fault) {
    let point = x.map(Certified.exact)
    var bits = 128
    while true {
      let a = CertifiedArithmetic(bits: bits)
      let raw = rawStep(
        a, loss, GradientDescent(), at: point, eta: .exact(eta), memory: [])
      let lost = [raw.value, raw.change, raw.slopeSquared].contains { !$0.isDefined }
      if lost
        && (bits >= 4096 || raw.value.isCertainlyUndefined
          || raw.slopeSquared.isCertainlyUndefined || raw.change.isCertainlyUndefined)
      {
        let why =
          Undefinedness.reason(of: loss.gradient, at: point)
          ?? Undefinedness.reason(of: loss.program, at: raw.next)
        throw Fault("undefined: " + (why?.0 ?? "overflow"))
      }
      let met = a.divide(
        a.multiply(.exact(Rational(2)), raw.error),
        a.multiply(.exact(eta * eta), raw.slopeSquared))
      let shown = [raw.change, raw.predicted, raw.error]
      let certain = !lost && shown.allSatisfy { $0.isCertain(digits) }
      if !certain && bits < 16_384 {
        bits *= 2
        continue
      }
      change = raw.change
      predicted = raw.predicted
      error = raw.error
      squared = raw.slopeSquared
      curvatureMet = met
      next = raw.next
      displacement = zip(raw.next, point).map { a.subtract($0, $1) }
      let jets = JetArithmetic(a, order: order)
      let inputs = zip(point, raw.slope).map { jets.variable($0, slope: a.negate($1)) }
      let series = loss.program.run(jets, at: inputs)[0]
      var power = Rational.one
      var terms: [Certified] = []
      for c in series.dropFirst() {
        power = power * eta
        terms.append(a.multiply(c, .exact(power)))
      }
      orders = terms
      return
    }
  }
}

extension AlongStep {
  /// Whether the loss is linear: every prediction is exact.
  package var isLinear: Bool { loss.degree.map { $0 <= 1 } ?? false }
}
