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
  func walk(rate: Double, for steps: Int, _ goesOn: ([Double], Double) -> Bool) {
    let orbit = Orbit(step, eta: rate, from: start.doubles, kept: 1)
    for _ in 0...max(0, steps) {
      _ = orbit.run()
      guard goesOn(orbit.x, orbit.valueHere) else { return }
      orbit.accept()
    }
  }
}
