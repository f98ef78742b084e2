// Rows of a run over data that are too many to be written out: each is certified about its double in balls.
import Calculus

/// What makes the rows of a run over data.
final class RowsOverData {
  private let plan: DescentPlan
  private let whole: BallEngine
  private let value: BallEngine

  init(_ plan: DescentPlan) {
    self.plan = plan
    whole = BallEngine(plan.step.whole)
    value = BallEngine(plan.loss.program)
  }

  /// Step t from a state in doubles.
  ///
  /// Cost: two passes over the data in balls.
  func row(_ t: Int, _ state: State<Double>) -> Row {
    let a = BallArithmetic()
    let e = EnclosureArithmetic(bits: RowsOverData.bits)
    let here = state.all.map { Ball($0) }
    let eta = plan.rate(CertifiedArithmetic(bits: RowsOverData.bits), t).number(e)
    let noise = plan.sampling?.noise(t).map(a.constant) ?? []
    let picks = plan.sampling?.picks(t)
    let made = plan.step.outcome(
      whole.run(at: here + [Ball(around: eta), Ball(Double(t))] + noise, picks: picks))
    let raw = plan.step.raw(a, made) { value.run(at: $0, picks: picks)[0] }
    return Row(
      t, state.map { Certified($0) }, raw.map { .enclosed($0.enclosure(e)) },
      CertifiedArithmetic(bits: RowsOverData.bits), .double)
  }

  private static let bits = 128
}

extension RawStep {
  /// The same in other numbers.
  fileprivate func map<Other>(_ other: (Number) -> Other) -> RawStep<Other> {
    RawStep<Other>(
      value: other(value), slopeSquared: other(slopeSquared), slope: slope.map(other),
      next: next.map(other), displacement: displacement.map(other), nextValue: other(nextValue),
      change: other(change), predicted: other(predicted), error: other(error))
  }
}
