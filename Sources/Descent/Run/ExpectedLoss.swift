// What the loss of a noisy run is on average over all seeds. On a quadratic loss with Hessian H the mean of x is the run
// without noise, and the covariance V of x goes to (I − ηH)V(I − ηH) + η²·diag(σ²): E[C] = C(mean) + ½tr(HV).
import Calculus

/// The loss averaged over all seeds, step by step, in numbers of 192 bits.
package struct ExpectedLoss {
  private let plan: DescentPlan
  private let quiet: StepProgram
  private let a = MidpointArithmetic(base: EnclosureArithmetic(bits: ExpectedLoss.bits))
  private let hessian: [[Enclosure]]
  private let noise: [Enclosure]
  private var mean: State<Enclosure>
  private var covariance: [[Enclosure]]
  private var t = 0
  /// Work that is left, in operations of some 0.3 µs.
  private var budget = ExpectedLoss.effort
  private let cost: Int

  /// As of a run's reference orbit: what 60 digits lose in a run of millions of steps leaves those that are shown.
  private static let bits = 192
  private static let effort = 3_000_000

  /// nil unless gradient descent with noise on a quadratic loss of up to 32 variables.
  package init?(_ plan: DescentPlan) {
    let n = plan.start.count
    guard plan.hasExpectedLoss, let deviations = plan.sampling?.deviations,
      let quiet = try? StepProgram(plan.method, on: plan.loss)
    else { return nil }
    let a = self.a
    self.plan = plan
    self.quiet = quiet
    mean = plan.state(a)
    hessian = plan.loss.hessian.evaluate(a, at: mean.x).hessian
    noise = deviations.map { a.constant($0 * $0) }
    covariance = Array(repeating: Array(repeating: a.constant(.zero), count: n), count: n)
    cost = 2 * n * n * n + quiet.whole.instructions.count + 10
  }

  /// E[C] at the step that is next, and goes on to the one behind it; nil where it has no value, or the work was
  /// done.
  ///
  /// Cost: 2n³ products and a step.
  package mutating func next() -> Certified? {
    budget -= cost
    guard budget >= 0 else { return nil }
    let eta = plan.rate(a, t)
    let made = quiet.run(a, from: mean, eta: eta, t: t)
    let n = covariance.count
    var spread = a.constant(.zero)
    for i in 0..<n {
      for j in 0..<n {
        spread = a.add(spread, a.multiply(hessian[i][j], covariance[i][j]))
      }
    }
    let value = a.add(made.value, a.multiply(a.constant(.half), spread))
    let factor = (0..<n).map { i in
      (0..<n).map { j in
        a.subtract(a.constant(i == j ? .one : .zero), a.multiply(eta, hessian[i][j]))
      }
    }
    covariance = a.product(a.product(factor, covariance), factor)
    for i in 0..<n {
      covariance[i][i] = a.add(covariance[i][i], a.multiply(a.multiply(eta, eta), noise[i]))
    }
    mean = made.next
    t += 1
    guard value.isDefined, value.isFinite else { return nil }
    // Of a number in 192 bits a double has its digits.
    return .approximate(value.midpoint, within: abs(value.midpoint) * ExpectedLoss.rounding)
  }

  /// Two roundings to doubles.
  private static let rounding = 0x1p-52
}

/// Eigenvalues and eigenvectors of a Hessian, in doubles.
struct CurvatureFrame {
  let values: [Double]
  /// Columns are eigenvectors.
  private let vectors: [[Double]]

  /// nil beyond 32 variables, or where the Hessian is not finite.
  ///
  /// Cost: a Hessian and Jacobi's method.
  init?(_ loss: Loss, at x: [Double]) {
    guard x.count <= SymmetricEigenvalues.largest else { return nil }
    let h = loss.hessian.evaluate(DoubleArithmetic(), at: x).hessian
    guard h.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    let (d, v) = Jacobi.rotate(DoubleArithmetic(), h, sweeps: 12)
    values = d.indices.map { d[$0][$0] }
    vectors = v
  }

  /// The variances along the eigenvectors of independent numbers with these variances.
  func variances(of entries: [Double]) -> [Double] {
    values.indices.map { i in
      entries.indices.reduce(0) { $0 + vectors[$1][i] * vectors[$1][i] * entries[$1] }
    }
  }
}

/// How far above its minimum noise holds a quadratic loss at a constant rate, on average.
package struct NoiseFloor: Sendable {
  /// In units of the loss; infinite where the rate is not below 2/λmax.
  package let excess: Double
  /// The same at a tenth of the rate.
  package let atTenth: Double

  /// Of noise on the gradient, on a loss of up to 32 variables; nil where it is not known.
  ///
  /// Each eigenvector has ησ²/(2(2 − ηλ)).
  package init?(_ plan: DescentPlan, at x: [Double]) {
    guard let deviations = plan.sampling?.deviations, plan.step.isGradientDescent,
      !plan.isSchedule, !plan.loss.overRows, let frame = CurvatureFrame(plan.loss, at: x),
      frame.values.allSatisfy({ $0 > 0 })
    else { return nil }
    let eta = plan.rate(DoubleArithmetic(), 0)
    let noise = frame.variances(of: deviations.map { $0.nearestDouble * $0.nearestDouble })
    excess = NoiseFloor.total(eta, frame.values, noise)
    atTenth = NoiseFloor.total(eta / 10, frame.values, noise)
  }

  private static func total(_ eta: Double, _ values: [Double], _ noise: [Double]) -> Double {
    // Where a direction diverges its mean does, too, with noise or without.
    guard values.allSatisfy({ eta * $0 < 2 }) else { return .infinity }
    return zip(values, noise).reduce(0) { $0 + eta * $1.1 / (2 * (2 - eta * $1.0)) }
  }
}
