// Whether an orbit leaves for infinity: it has grown very far without a step back, or each step
// multiplies its size by more than the one before until the doubles overflow. Size alone decides
// nothing: a rate of 10¹⁰⁰ makes large cycles, exp(x) − x throws x far out and lets it creep back, and
// where sin and cos have lost their argument the size wanders over many powers of ten.

struct Growth {
  /// What counts as very far.
  static let far = 1e60

  private var scale: Double
  /// The size when the orbit last came back a little.
  private var base: Double
  private var count = 0
  /// The last sizes, newest first.
  private var last = (0.0, 0.0, 0.0)

  init(from size: Double) {
    scale = max(1, size)
    base = scale
    last.0 = size
  }

  mutating func add(_ size: Double) {
    count += 1
    // The first steps set the scale.
    if count <= 8 { scale = max(scale, size) }
    if size <= last.0 || count <= 8 { base = max(scale, size) }
    last = (size, last.0, last.1)
  }

  /// Grown far without a step back.
  var isSteady: Bool { last.0 > Growth.far * base }

  /// Each of the last steps multiplied the size by more than the one before.
  var isExplosive: Bool {
    let (c, b, a) = last
    return a > 0 && b > a && c / b > b / a && c / b > 10
  }

  /// What the last step multiplied the size by.
  var factor: Double { last.1 > 0 ? last.0 / last.1 : .infinity }
}

/// Growth step by step, and where the method swings of the largest of every 64 steps.
struct SwingingGrowth {
  private let swings: Bool
  private var each: Growth
  private var widest: Growth
  private var swing = 0.0
  private var count = 0

  init(from size: Double, swings: Bool) {
    self.swings = swings
    each = Growth(from: size)
    widest = each
  }

  mutating func add(_ size: Double) {
    each.add(size)
    guard swings else { return }
    swing = max(swing, size)
    count += 1
    if count % 64 == 0 {
      widest.add(swing)
      swing = 0
    }
  }

  var isSteady: Bool { each.isSteady || widest.isSteady }
  var isExplosive: Bool { each.isExplosive }
  /// What the last step multiplied the size by, where steps are alike.
  var factor: Double? { swings ? nil : each.factor }
}
