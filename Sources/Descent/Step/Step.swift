// One step, analysed. The heart: the actual change ΔC, the linear prediction ∇C·Δx (for gradient
// descent −η‖∇C‖²), and the error of that prediction, all under one arithmetic so that the
// subtraction is honest: exact where the numbers are rational, else in enclosures.
import Calculus

/// A step's quantities as numbers of one arithmetic.
struct RawStep<Number> {
  var value: Number
  /// ‖∇C‖².
  var slopeSquared: Number
  var slope: [Number]
  var next: State<Number>
  var displacement: [Number]
  var nextValue: Number
  var change: Number
  var predicted: Number
  var error: Number
}

extension StepProgram {
  /// Step t from a state, with the value where it leads.
  ///
  /// - Parameters: see `run`.
  func raw<A: Arithmetic>(
    _ a: A, from state: State<A.Number>, eta: A.Number, t: Int, noise: [A.Number] = [],
    picks: RowPicks? = nil
  ) -> RawStep<A.Number> {
    raw(a, run(a, from: state, eta: eta, t: t, noise: noise, picks: picks)) {
      loss.program.run(a, at: $0, picks: picks)[0]
    }
  }

  /// A step that was made, with the value where it leads.
  func raw<A: Arithmetic>(
    _ a: A, _ made: Outcome<A.Number>, value: ([A.Number]) -> A.Number
  ) -> RawStep<A.Number> {
    // What does not move does not change, also where enclosures could not prove it.
    let stays = made.displacement.allSatisfy(a.isZero)
    let nextValue = stays ? made.value : value(made.next.x)
    let change = stays ? a.constant(.zero) : a.subtract(nextValue, made.value)
    return RawStep(
      value: made.value, slopeSquared: made.slopeSquared, slope: made.slope, next: made.next,
      displacement: made.displacement, nextValue: nextValue, change: change,
      predicted: made.predicted,
      error: a.subtract(change, made.predicted))
  }
}

/// Σ uₖvₖ.
func dot<A: Arithmetic>(_ a: A, _ u: [A.Number], _ v: [A.Number]) -> A.Number {
  var sum = a.constant(.zero)
  for (x, y) in zip(u, v) { sum = a.add(sum, a.multiply(x, y)) }
  return sum
}

/// Σ uₖ², each as a power, so that no lower bound falls below 0.
func squaredNorm<A: Arithmetic>(_ a: A, _ u: [A.Number]) -> A.Number {
  u.reduce(a.constant(.zero)) { a.add($0, a.power($1, 2)) }
}

/// √Σ uₖ².
package func norm<A: Arithmetic>(_ a: A, _ u: [A.Number]) -> A.Number {
  let squares = squaredNorm(a, u)
  return a.lift(.squareRoot, squares, squares)
}

/// Row t of a run: the state at t and the change made by the step from t to t + 1.
package struct Row: Sendable {
  /// How the state of a row is known: exactly, as the enclosed orbit, as a double.
  package enum Tier: String, Sendable { case exact, orbit, double }
  package var t: Int
  package var state: State<Certified>
  package var value: Certified
  package var slopeNorm: Certified
  /// nil in the last row.
  package var change: Certified?
  package var predicted: Certified?
  package var error: Certified?
  package var tier: Tier
  /// Of a run over batches the loss over all rows, where it is told.
  package var full: Certified?
  /// Of a noisy run on a quadratic loss what the loss is on average over all seeds.
  package var expected: Certified?
  /// Trusted digits of the orbit itself; nil where all that are shown.
  package var trusted: Int?
  /// x.
  package var point: [Certified] { state.x }
  /// Whether C rose; nil where it cannot be decided or there is no step.
  package var rose: Bool? { change?.sign.map { $0 > 0 } }
}

extension Row {
  init(
    _ t: Int, _ state: State<Certified>, _ raw: RawStep<Certified>, _ a: CertifiedArithmetic,
    _ tier: Tier
  ) {
    let norm =
      raw.slope.count == 1
      ? a.lift(.row(named: "abs"), raw.slope[0], raw.slope[0])
      : a.lift(.row(named: "sqrt"), raw.slopeSquared, raw.slopeSquared)
    self.init(t: t, state: state, value: raw.value, slopeNorm: norm, tier: tier)
    change = raw.change
    predicted = raw.predicted
    error = raw.error
  }

  /// Whether every number shows at least so many digits (a number that may be 0 counts as not).
  func isCertified(_ digits: Int) -> Bool {
    let all = point + [value, slopeNorm, change, predicted, error].compactMap { $0 }
    return all.allSatisfy { $0.isCertain(digits) || $0.isBelowNotice || !$0.isDefined }
  }

  /// Without the step: the last row.
  var asLast: Row {
    var r = self
    r.change = nil
    r.predicted = nil
    r.error = nil
    return r
  }
}
