// One step taken apart, of any method: change, prediction, error, and the orders of the expansion.
import Calculus

/// A step taken apart: prediction, change, error, and its orders.
package struct Dissection: Sendable {
  /// Undefined, as the error is, where the step `leaves`.
  package let change: Certified
  package let predicted: Certified
  package let error: Certified
  /// ‖∇C‖².
  package let squared: Certified
  /// 2·error over the squared length of the step: a weighted mean of the curvature along it.
  package let curvatureMet: Certified
  package let displacement: [Certified]
  package let next: [Certified]
  /// The terms c₁s, c₂s², … of C along the step; of gradient descent s is η, else the share of the step,
  /// which is 1.
  package let orders: [Certified]
  /// The point and the rate.
  package let at: [Certified]
  package let eta: Certified
  /// The operation by which the loss has no value where the step lands; nil where it has one.
  package let leaves: Undefinedness?

  private static let mostBits = 16_384
  /// What is undefined with so many bits stays so.
  private static let bitsForDomain = 4096

  /// - Throws: where the loss or its slope is undefined, or where no precision tells whether it
  ///   has a value at the end of the step.
  package init(
    _ step: StepProgram, from start: StepStart, eta: TypedNumber, digits: Int, order: Int = 4
  ) throws(NoDissection) {
    let loss = step.loss
    var bits = 128
    while true {
      let a = CertifiedArithmetic(bits: bits)
      let state = start.state(of: step, bits: bits)
      let point = state.x
      let rate = eta.value(a)
      let raw = step.raw(a, from: state, eta: rate, t: start.t)
      let all = [raw.value, raw.change, raw.slopeSquared]
      let lost = all.contains { !$0.isDefined }
      let outside =
        raw.value.isDefined && raw.slopeSquared.isDefined && raw.change.isCertainlyUndefined
        ? Undefinedness.first(in: loss.program, at: raw.next.x) : nil
      if lost && outside == nil
        && (bits >= Dissection.bitsForDomain || all.contains(where: \.isCertainlyUndefined))
      {
        throw NoDissection(cause: step.missing(a, from: state, eta: rate, t: start.t))
      }
      let moved = zip(raw.next.x, point).map { a.subtract($0, $1) }
      let isPlain = step.isAlongGradient(state)
      let length =
        isPlain
        ? a.multiply(a.multiply(rate, rate), raw.slopeSquared) : squaredNorm(a, moved)
      let shown = outside == nil ? [raw.change, raw.predicted, raw.error] : [raw.predicted]
      let certain = (outside != nil || !lost) && shown.allSatisfy { $0.isCertain(digits) }
      if !certain, bits < Dissection.mostBits, loss.affords(bits: 2 * bits) {
        bits *= 2
        continue
      }
      at = point
      self.eta = rate
      leaves = outside
      change = raw.change
      predicted = raw.predicted
      error = raw.error
      squared = raw.slopeSquared
      curvatureMet = a.divide(a.multiply(.exact(Rational(2)), raw.error), length)
      next = raw.next.x
      displacement = moved
      let direction = isPlain ? raw.slope.map(a.negate) : moved
      let jets = JetArithmetic(a, order: order)
      let inputs = zip(point, direction).map { jets.variable($0, slope: $1) }
      var power = Certified.exact(.one)
      var terms: [Certified] = []
      for c in loss.program.run(jets, at: inputs)[0].dropFirst() {
        if isPlain { power = a.multiply(power, rate) }
        terms.append(a.multiply(c, power))
      }
      orders = terms
      return
    }
  }
}

/// There is no step to dissect: the loss, its slope or the landing has no value, or no precision tells.
package struct NoDissection: Error {
  /// What has no value, where that is known.
  package let cause: MissingValue?
}
