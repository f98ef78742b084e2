// What the loss of a noisy run is on average over all seeds. On a quadratic loss the mean of x is the run without
// noise, and in each eigenvector of the Hessian the variance v goes to (1 − ηλ)²v + η²σ²: E[C] = C(mean) + ½Σλv.
import Calculus

/// The loss averaged over all seeds, step by step.
package struct ExpectedLoss {
  private let orbit: Orbit
  private let eigenvalues: [Double]
  /// The variance of the noise in each eigenvector.
  private let noise: [Double]
  private var variances: [Double]
  private let rate: (Int) -> Double

  /// nil unless gradient descent with noise on a quadratic loss of up to 32 variables.
  package init?(_ plan: DescentPlan) {
    guard let deviations = plan.sampling?.deviations, plan.step.isGradientDescent,
      plan.loss.isQuadratic, !plan.loss.overRows,
      let frame = CurvatureFrame(plan.loss, at: plan.start.doubles)
    else { return nil }
    var quiet = plan
    quiet.sampling = nil
    guard let step = try? StepProgram(plan.method, on: plan.loss) else { return nil }
    quiet = DescentPlan(step, eta: plan.eta, start: plan.start, steps: plan.steps)
    orbit = Orbit(quiet, from: step.start(DoubleArithmetic(), at: plan.start.doubles), kept: 1)
    eigenvalues = frame.values
    noise = frame.variances(of: deviations.map { $0.nearestDouble * $0.nearestDouble })
    variances = noise.map { _ in 0 }
    rate = { plan.rate(DoubleArithmetic(), $0) }
  }

  /// E[C] at the step that is next, and goes on to the one behind it; nil where it is not finite.
  ///
  /// Error: that of a sum of 2n products and a run in doubles.
  package mutating func next() -> Double? {
    let isFinite = orbit.run()
    let spread = zip(eigenvalues, variances).reduce(0) { $0 + $1.0 * $1.1 } / 2
    let value = orbit.valueHere + spread
    let eta = rate(orbit.t)
    for i in variances.indices {
      let kept = 1 - eta * eigenvalues[i]
      variances[i] = kept * kept * variances[i] + eta * eta * noise[i]
    }
    if isFinite { orbit.accept() }
    return value.isFinite ? value : nil
  }
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

  /// The variances along the eigenvectors of vectors with a covariance.
  func variances(of covariance: [[Double]]) -> [Double] {
    values.indices.map { i in
      var sum = 0.0
      for j in covariance.indices {
        for k in covariance.indices { sum += vectors[j][i] * covariance[j][k] * vectors[k][i] }
      }
      return sum
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
    zip(values, noise).reduce(0) { sum, next in
      if next.1 == 0 { return sum }
      return eta * next.0 < 2 ? sum + eta * next.1 / (2 * (2 - eta * next.0)) : .infinity
    }
  }
}
