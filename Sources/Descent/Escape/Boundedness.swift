// Whether a long orbit is seen to stay in a range. A range that it had for a while is none: a drift of
// 10⁻⁹ a step beside a chaotic coordinate, the steps of exp(−x), a coordinate that wanders like chance all
// look bounded for long. Each test asks one question of every coordinate and of C, after a quarter of
// burn-in; the first that fails is the finding. Evidence, never proof.
import Calculus

/// What a test of an orbit's range found.
package enum Boundedness: Equatable, Sendable {
  case bounded
  /// The coordinate (or C, after the last) that is not seen to stay, and why.
  case unbounded(Int, Flaw)

  /// Why a range is not seen to be kept.
  package enum Flaw: Equatable, Sendable {
    /// Its slope has one sign wherever it may go, so that it never turns.
    case oneWay
    /// A later quarter of the steps does not come back to the box of the first.
    case leavesItsBox
    /// Its range keeps growing.
    case widens
    /// Its mean squared displacement grows with the time, as by chance.
    case spreads
    /// Its mean moves.
    case drifts
    /// Its slope is unbounded where it goes, so that a step may lead anywhere.
    case thrown
    /// The spacing of doubles is no longer small against its steps.
    case coarse
  }

  /// A range may grow by this share from one window to the next, twice as long.
  ///
  /// An orbit that goes one way doubles it, one by chance makes it √2 times as wide.
  static let widening = 1.05
  /// MSD(2n)/MSD(n) is 1 for what stays, 2 for what wanders by chance, 4 for what runs; the noise of
  /// 3,072 blocks is below 0.05.
  static let spreading = 1.2
  /// Mean squared displacements below this share of the range, squared, are no wandering.
  static let negligible = 1e-3
  /// The distance of two means, in standard errors: by chance once in 16,000.
  static let drifting = 4.0
  /// The largest share of a typical step that the spacing of doubles may be: rounding then acts below
  /// what six digits show.
  static let coarseness = 1e-6
  /// A slope that is not bounded on a box of this share of the range is not bounded: 2⁻³⁰ of a range is met
  /// within 10⁹ steps.
  static let narrowest = 0x1p-30
  /// So many boxes are asked before a slope counts as unbounded; a pole takes some sixty a variable.
  static let mostBoxes = 4000
  /// A coordinate at rest in doubles is within so many spacings of where its slope is 0.
  static let settled = 8.0
}

extension OrbitBlocks {
  /// The blocks after a quarter of burn-in.
  private var kept: ArraySlice<Block> { blocks.dropFirst(blocks.count / 4) }

  /// The range of a quantity after the burn-in.
  func range(_ k: Int) -> (low: Double, high: Double) { span(kept, k) }

  /// How many steps `range` covers.
  var steps: Int { kept.count * length }

  private func span(_ blocks: ArraySlice<Block>, _ k: Int) -> (low: Double, high: Double) {
    blocks.reduce((Double.infinity, -Double.infinity)) {
      (min($0.0, $1.low[k]), max($0.1, $1.high[k]))
    }
  }

  /// Judges the orbit.
  ///
  /// - Parameters:
  ///   - loss: whose orbit it is.
  ///   - mixes: whether it forgets where it was, so that displacements may be compared.
  ///   - pull: what moves it, by coordinate; nil for the slopes of the loss.
  ///   - beside: the ranges of what else that reads.
  func judged(
    of loss: Loss, mixes: Bool, by pull: Program? = nil,
    beside: [(low: Double, high: Double)] = []
  ) -> Boundedness {
    guard kept.count >= 64 else { return .unbounded(0, .widens) }
    // What does not move at all is at rest, or stuck in doubles.
    guard (0..<variables).contains(where: moves) else { return .unbounded(0, .coarse) }
    if let k = (0..<variables).first(where: { isCoarse($0, loss) }) {
      return .unbounded(k, .coarse)
    }
    if let k = (0..<variables).first(where: { goesOneWay($0, loss) }) {
      return .unbounded(k, .oneWay)
    }
    if let k = leaving { return .unbounded(k, .leavesItsBox) }
    let slopes = loss.gradient.with(outputs: Array(loss.gradient.outputs.dropFirst()))
    if let k = thrown(by: pull ?? slopes, beside) { return .unbounded(k, .thrown) }
    for k in 0...variables {
      if widens(k) { return .unbounded(k, .widens) }
      if drifts(k) { return .unbounded(k, .drifts) }
      if mixes, spreads(k) { return .unbounded(k, .spreads) }
    }
    return .bounded
  }

  /// A coordinate by which some later quarter never comes back into the box of the first.
  private var leaving: Int? {
    let quarter = kept.count / 4
    let first = kept.prefix(quarter)
    let box = (0..<variables).map { span(first, $0) }
    func outside(_ x: [Double]) -> Int? {
      box.indices.first { x[$0] < box[$0].low || x[$0] > box[$0].high }
    }
    for q in 1..<4 {
      let part = kept.dropFirst(q * quarter).prefix(quarter)
      let first = part.first.flatMap { outside($0.end) }
      if let first, part.allSatisfy({ outside($0.end) != nil }) { return first }
    }
    return nil
  }

  /// A coordinate along which what moves it is not shown to be bounded over the range of the orbit and a
  /// little beyond: by halves, the narrowest first.
  ///
  /// What comes near a pole at times is thrown the farther the longer one waits: the largest of a tail
  /// like X^(−1/3) falls into the first quarter of the steps as often as into any other.
  private func thrown(
    by pull: Program, _ beside: [(low: Double, high: Double)]
  ) -> Int? {
    let a = EnclosureArithmetic(bits: 64)
    let ranges = ((0..<variables).map(range) + beside).map { s -> (low: Double, high: Double) in
      let beyond = (Boundedness.widening - 1) * (s.high - s.low)
      return (s.low - beyond, s.high + beyond)
    }
    guard ranges.allSatisfy({ $0.low.isFinite && $0.high.isFinite }) else { return 0 }
    var pending = [ranges]
    var last = 0
    for _ in 0..<Boundedness.mostBoxes {
      guard let box = pending.popLast() else { return nil }
      let slopes = pull.run(a, at: box.map { a.hull(a.constant($0.low), a.constant($0.high)) })
      guard
        let k = slopes.firstIndex(where: {
          $0.decoration != .ill && !($0.lowerDouble.isFinite && $0.upperDouble.isFinite)
        })
      else { continue }
      last = k
      let shares = zip(box, ranges).map { part, all in
        all.high > all.low ? (part.high - part.low) / (all.high - all.low) : 0
      }
      guard let widest = box.indices.max(by: { shares[$0] < shares[$1] }),
        shares[widest] > Boundedness.narrowest
      else { return last }
      let middle = box[widest].low / 2 + box[widest].high / 2
      var (lower, upper) = (box, box)
      lower[widest].high = middle
      upper[widest].low = middle
      pending += [lower, upper]
    }
    return last
  }

  private func widens(_ k: Int) -> Bool {
    let n = kept.count
    let widths = [n / 4, n / 2, n].map { m -> Double in
      let s = span(kept.prefix(m), k)
      return s.high - s.low
    }
    return zip(widths, widths.dropFirst()).contains {
      !($1 <= Boundedness.widening * $0 || isRounding(k, $1))
    }
  }

  /// Whether a width is of the size of the spacing of doubles there.
  private func isRounding(_ k: Int, _ width: Double) -> Bool {
    let s = range(k)
    return width <= 64 * max(abs(s.low), abs(s.high)).ulp
  }

  private func means(_ k: Int, groups: Int) -> [Double] {
    let size = kept.count / groups
    return (0..<groups).map { g in
      kept.dropFirst(g * size).prefix(size).reduce(0) { $0 + $1.sum[k] / Double($1.count) }
        / Double(size)
    }
  }

  private func drifts(_ k: Int) -> Bool {
    let all = means(k, groups: 64)
    func mean(_ x: ArraySlice<Double>) -> Double { x.reduce(0, +) / Double(x.count) }
    func variance(_ x: ArraySlice<Double>) -> Double {
      let m = mean(x)
      return x.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(x.count - 1)
    }
    let (early, late) = (all.prefix(32), all.suffix(32))
    let error = ((variance(early) + variance(late)) / 32).squareRoot()
    let gap = abs(mean(late) - mean(early))
    let s = range(k)
    return gap > Boundedness.drifting * error && gap > 1e-6 * (s.high - s.low)
      && !isRounding(k, gap)
  }

  private func spreads(_ k: Int) -> Bool {
    let mean = kept.map { $0.sum[k] / Double($0.count) }
    let s = range(k)
    let small = Boundedness.negligible * (s.high - s.low)
    func displacement(_ lag: Int) -> Double {
      zip(mean, mean.dropFirst(lag)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        / Double(mean.count - lag)
    }
    var lag = 8
    while 2 * lag <= mean.count / 8 {
      let far = displacement(2 * lag)
      if far > small * small, far > Boundedness.spreading * displacement(lag) { return true }
      lag *= 2
    }
    return false
  }

  /// Whether doubles are too coarse for a coordinate that has not come to where its slope is 0.
  private func isCoarse(_ k: Int, _ loss: Loss) -> Bool {
    if moves(k) { return false }
    guard let x = kept.last?.end else { return true }
    let spacing = spacing(k)
    let here = loss.hessian.evaluate(DoubleArithmetic(), at: x)
    let slope = abs(here.slope(k))
    if slope == 0 { return false }
    return !(slope <= Boundedness.settled * spacing * here.curvature(k, k))
  }

  /// The spacing of doubles where a coordinate is.
  private func spacing(_ k: Int) -> Double {
    let s = range(k)
    return max(abs(s.low), abs(s.high)).ulp
  }

  /// Whether a typical step is far above the spacing of doubles.
  private func moves(_ k: Int) -> Bool {
    let step = kept.reduce(0) { $0 + $1.way[k] } / Double(max(steps, 1))
    return spacing(k) <= Boundedness.coarseness * step
  }

  /// Whether the slope by a coordinate, wherever it is defined, keeps one sign over the box, this
  /// coordinate from −∞ to ∞.
  private func goesOneWay(_ k: Int, _ loss: Loss) -> Bool {
    let ranges = (0..<variables).map(range)
    let most = max(abs(ranges[k].low), abs(ranges[k].high), 1)
    guard most < 1e60, ranges.allSatisfy({ $0.low.isFinite && $0.high.isFinite }) else {
      return false
    }
    let e = Int(most.exponent) + 1
    func side(_ slope: Enclosure) -> Int? {
      guard slope.decoration > .ill else { return nil }
      return slope.lowerDouble > 0 ? 1 : slope.upperDouble < 0 ? -1 : nil
    }
    let a = EnclosureArithmetic(bits: 96)
    let reach = Double(sign: .plus, exponent: e, significand: 1)
    let near = ranges.indices.map { i in
      let (low, high) = i == k ? (-reach, reach) : ranges[i]
      return a.hull(a.constant(low), a.constant(high))
    }
    guard let s = side(loss.gradient.evaluate(a, at: near).slope(k)) else { return false }
    let f = FarArithmetic(count: 1, exponent: e)
    return [-1, 1].allSatisfy { end in
      let x = ranges.indices.map { i in
        i == k ? f.far(0, side: end) : FarNumber([0], near[i])
      }
      let slope = f.range(loss.gradient.evaluate(f, at: x).slope(k))
      return side(slope) == s
    }
  }
}
