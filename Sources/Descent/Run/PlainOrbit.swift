// Gradient descent at a constant rate in plain doubles, in place: for runs of millions of steps.
import Calculus

package struct PlainOrbit {
  private let gradient: DoubleProgram
  private let eta: Double
  private let tolerance: Double
  package private(set) var x: [Double]
  private var next: [Double]
  /// The last states, as many as asked for, state t at place t mod `depth`.
  private var ring: [Double]
  private let depth: Int
  /// Steps done.
  package private(set) var t: Int

  /// - Parameters:
  ///   - step: the number of the state `x`.
  ///   - kept: how many of the last states `recent` returns.
  package init(
    _ loss: Loss, eta: Double, from x: [Double], step: Int = 0, tolerance: Double = 0,
    kept: Int = 1
  ) {
    gradient = DoubleProgram(loss.gradient)
    self.eta = eta
    self.tolerance = tolerance
    self.x = x
    next = x
    depth = kept
    ring = Array(repeating: x, count: kept).flatMap { $0 }
    t = step
  }

  /// Goes on to step `end`; returns why it stopped before, or nil.
  package mutating func advance(to end: Int) -> Stop? {
    let n = x.count
    while t < end {
      gradient.run(at: x)
      let value = gradient[0]
      var squares = 0.0
      var finite = value.isFinite
      var moved = false
      for k in 0..<n {
        let g = gradient[k + 1]
        squares += g * g
        let y = x[k] - eta * g
        if !y.isFinite { finite = false }
        if y != x[k] { moved = true }
        next[k] = y
      }
      if squares == 0, (0..<n).allSatisfy({ gradient[$0 + 1] == 0 }) { return .landed }
      if squares.squareRoot() < tolerance { return .gradientBelow }
      if !finite {
        return next.contains(where: \.isNaN) && value.isNaN ? .undefined("a value") : .overflow
      }
      if !moved { return .stalled }
      swap(&x, &next)
      t += 1
      let place = (t % depth) * n
      for k in 0..<n { ring[place + k] = x[k] }
    }
    return nil
  }

  /// The last states, oldest first: those from step `first` on that are kept.
  package func recent(from first: Int) -> [(t: Int, x: [Double])] {
    let n = x.count
    return (max(first, t - depth + 1)...t).map { s in
      let place = (s % depth) * n
      return (s, Array(ring[place..<(place + n)]))
    }
  }
}
