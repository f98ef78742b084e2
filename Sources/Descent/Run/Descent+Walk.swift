// The run in plain doubles at a constant rate, for what only has to look along it: which rate stays inside
// the domain, how fast a limit is approached.
import Calculus

extension DescentPlan {
  /// Of a half of a rate, a quarter and so on the first, rounded down to two digits, at which the run has
  /// a value at every step; nil where none of ten has.
  ///
  /// In doubles: a suggestion, no proof. Cost: ten runs.
  package func rateThatStays(below rate: Rational) -> Rational? {
    var candidate = rate
    for _ in 0..<10 {
      candidate = (candidate * .half).rounded(digits: 2, .lower)
      var isInside = true
      walk(rate: candidate.nearestDouble, for: steps) { _, value in
        isInside = !value.isNaN
        return isInside
      }
      if isInside { return candidate }
    }
    return nil
  }

  /// The run in doubles at a constant rate: `goesOn` sees x and C(x) at the start and after each step,
  /// and says whether to go on.
  func walk(rate: Double, for steps: Int, _ goesOn: (ArraySlice<Double>, Double) -> Bool) {
    let runner = DoubleProgram(step.moves)
    let n = start.count
    var state = start.doubles + step.start(DoubleArithmetic())
    for t in 0...max(0, steps) {
      runner.run(at: state + [rate, Double(t)])
      guard goesOn(state[..<n], runner[state.count]) else { return }
      for k in state.indices { state[k] = runner[k] }
    }
  }
}
