// Ranges worth looking at where none are given: start values around the stationary points, rates from
// small to somewhat beyond 2/λ at the sharpest minimum, where every regime of a smooth loss shows.
import Calculus

/// What a coarse search along one variable finds, in doubles; for choosing windows only.
package struct MapRanges: Sendable {
  /// The stationary points found in [−10, 10], ascending.
  package let stationary: [Double]
  /// The largest curvature at a minimum among them, or where it is 0, at starts within 1 of it.
  package let sharpest: Double?

  private static let reach = 10.0
  private static let samples = 4000

  /// Searches along `variable`; the others stand at `values` (one entry per variable of the loss).
  package init(_ loss: Loss, along variable: Int, values: [Double]) {
    let a = DoubleArithmetic()
    let slope = loss.program.gradient(by: [loss.variables[variable]])
    func g(_ x: Double) -> Double {
      var at = values
      at[variable] = x
      return slope.run(a, at: at)[1]
    }
    var found: [Double] = []
    var curvatures: [Double] = []
    let h = 2 * MapRanges.reach / Double(MapRanges.samples)
    // Off the round numbers, so that a root there lies between two samples.
    var x = -MapRanges.reach - h / 3
    var before = g(x)
    for _ in 0...MapRanges.samples {
      let after = g(x + h)
      if before.isFinite, after.isFinite, before * after < 0 {
        let root = MapRanges.root(g, x, x + h, before)
        found.append(root)
        if before < 0 {
          // Where the curvature is 0 the slope across a wider stretch grows faster than its width.
          let here = (after - before) / h
          let around = (g(root + 8 * h) - g(root - 8 * h)) / (16 * h)
          curvatures.append(around > 10 * here ? MapRanges.sharpest(g, about: root) : here)
        }
      }
      x += h
      before = after
    }
    stationary = found
    sharpest = curvatures.max()
  }

  /// A zero of g between a and b by bisection; `left` is g(a).
  private static func root(_ g: (Double) -> Double, _ a: Double, _ b: Double, _ left: Double)
    -> Double
  {
    var (l, u) = (a, b)
    for _ in 0..<60 {
      let middle = l + (u - l) / 2
      let value = g(middle)
      if value == 0 { return middle }
      if (value < 0) == (left < 0) { l = middle } else { u = middle }
    }
    return l
  }

  /// The largest curvature at the starts next to a minimum without any.
  private static func sharpest(_ g: (Double) -> Double, about x: Double) -> Double {
    let h = 1.0 / 16
    return (-16..<16).map { k in
      let at = x + Double(k) * h
      return (g(at + h) - g(at)) / h
    }.filter(\.isFinite).max() ?? 1
  }

  /// A range of start values that shows the stationary points and the points `also`, with room around.
  package func start(showing also: [Double] = []) -> (Double, Double) {
    let all = stationary + also.filter(\.isFinite)
    guard let least = all.min(), let most = all.max() else { return (-2, 2) }
    let room = max(1, (most - least) / 4)
    return (MapRanges.down(min(least - room, -1)), -MapRanges.down(-max(most + room, 1)))
  }

  /// A range of rates that passes 2/λ by half, and `also`; λ is the sharpest curvature of several searches.
  package static func rates(_ searches: [MapRanges], showing also: Double? = nil) -> (
    Double, Double
  ) {
    var top = searches.compactMap(\.sharpest).max().map { 3.2 / $0 } ?? 2
    if let also, also.isFinite { top = max(top, 1.5 * also) }
    top = -down(-top)
    return (down(top / 100), top)
  }

  /// A rate at which most starts near the minima settle: below 1/λ; nil where no minimum was found.
  package static func rate(_ searches: [MapRanges]) -> Double? {
    searches.compactMap(\.sharpest).max().map { down(1 / $0) }
  }

  /// The next number of two significant digits that is not above.
  static func down(_ x: Double) -> Double {
    guard x != 0, x.isFinite else { return x }
    var unit = 1.0
    while abs(x) / unit >= 100 { unit *= 10 }
    while abs(x) / unit < 10 { unit /= 10 }
    let k = (x / unit + 1e-9).rounded(.down)
    // Powers of ten below 1 are not doubles; their reciprocals are.
    return unit < 1 ? k / (1 / unit).rounded() : k * unit
  }
}
