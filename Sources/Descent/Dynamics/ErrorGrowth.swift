// How an error of rounding grows along an orbit (Benettin et al. 1980).

/// The logarithm of the stretch of an error, step by step.
struct ErrorGrowth {
  /// Σ log of the stretch.
  private(set) var stretch = 0.0
  private var least = 0.0
  /// The largest rise of that sum: the log of how much the error of one rounding has grown.
  private(set) var growth = 0.0

  /// Adds the log of the stretch of one step.
  mutating func add(_ log: Double) {
    stretch += log
    least = min(least, stretch)
    growth = max(growth, stretch - least)
  }

  /// Within so much of x an orbit counts as come to a point.
  static let share = 1e-6
  /// Whether an error of one rounding has grown to that share of x.
  var areDecisive: Bool { growth > ErrorGrowth.decisive }
  /// log(10⁻⁶/2⁻⁵³).
  private static let decisive = 22.9
}
