// Every rate at which one step turns from one thing into another, at any scale: ranges of log₂ s are
// halved from the scale of the step on, octaves are searched by `RootSearch`. Below, a bound of φ′ from
// 0 on shows that nothing happens; beyond the last octave, growth at infinity does, or nothing is said.
// Goals in order: nothing found is false, nothing of the range searched is missed unsaid, a bounded
// number of operations.
import Calculus

/// m·2^e with 1 ≤ m < 2, exact however large e is.
struct ScaledNumber: Sendable {
  let mantissa: Rational
  let exponent: Int

  init(_ mantissa: Rational, _ exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// A positive number.
  init(_ value: Rational) {
    let e = EnclosureArithmetic(bits: 64).constant(value).leastExponent ?? 0
    let m = value * (Rational(2).power(-e) ?? .one)
    // The bounds of the enclosure may lie beyond a power of two.
    self =
      m < .one
      ? Self(m * Rational(2), e - 1) : m < Rational(2) ? Self(m, e) : Self(m * .half, e + 1)
  }

  func number(_ a: EnclosureArithmetic) -> Enclosure {
    a.scaled(a.constant(mantissa), by: exponent)
  }

  /// The number as one that can be shown.
  var certified: Certified { Certified.exact(mantissa).scaled(by: exponent) }
}

extension Certified {
  /// Exact powers of two are multiplied in up to this exponent; beyond, a fraction has too many digits.
  private static let largestExact = 1 << 14

  /// The number times 2^e.
  func scaled(by e: Int) -> Certified {
    if case .exact(let r) = self, abs(e) <= Certified.largestExact, let p = Rational(2).power(e) {
      return .exact(r * p)
    }
    let a = EnclosureArithmetic(bits: 512)
    return .enclosed(a.scaled(number(a), by: e))
  }
}

/// The roots and minimisers of φ along a step.
final class RateSearch {
  /// What is looked for.
  enum Question: Sendable {
    /// Zeros of φ(s) − share·φ′(0)·s.
    case change(share: Rational)
    /// Zeros of φ′, and its jumps over 0.
    case slope
  }

  struct Found: Sendable {
    var roots: [RootSearch.Root] = []
    /// From where on something could not be decided; what is found before is all that is there.
    var doubt: ScaledNumber?
    /// The sign all the way beyond the range, where growth at infinity shows it.
    var beyond: Int?
    /// The sign just after 0, where it is shown.
    var atStart: Int?
    /// Up to where the range was searched, and whether that is its end.
    var reach: ScaledNumber
    var isComplete = false
  }

  private let along: AlongStep
  /// log₂ of the scales of the step.
  private let scales: (low: Int, high: Int)
  /// Every question is decided on (0, 2^first], or just after 0 where `isSmooth` is false.
  private let first: Int
  /// Whether φ′ is close to φ′(0) on [0, 2^first].
  let isSmooth: Bool
  private let end: ScaledNumber
  private let isOpen: Bool
  private var samples: [Place: AlongStep.Sample] = [:]
  private struct Place: Hashable { let exponents: [Int]; let ends: [Double] }

  /// What one question may cost, in the unit of `Effort`: some 0.3 s.
  private static let effort = 600_000
  /// Beyond the scale of the step so many octaves are searched: what is critical for a loss near its
  /// own scale is found with room to spare.
  private static let octaves = 5
  /// No range ends further beyond the scale.
  private static let farthest = 40
  /// Scales further apart than this are no scales: a curvature of 10⁻¹⁰⁰ beside a kink decides nothing.
  private static let widest = 256
  /// How far below the scale a kink at the start is set apart from others.
  private static let depth = 1 << 40
  /// The same away from the origin, where a step shows against the point with that many bits more.
  private static let shallow = 3000
  /// Roots beyond so many say nothing that the first did not.
  private static let most = 48
  /// Digits of a box besides those that the step takes to show against the point.
  private static let bits = 96

  /// - Parameter edge: where the domain ends, if it does.
  init(_ along: AlongStep, until edge: ScaledNumber?) {
    self.along = along
    let c = along.context(bits: 192)
    scales = RateSearch.scales(along, c)
    (first, isSmooth) = RateSearch.quiet(along, c, below: scales.low)
    isOpen = edge == nil
    end = edge ?? RateSearch.last(along, scales.high)
  }

  /// log₂ of ‖g‖²/|gᵀHg| and of ‖x‖/‖d‖ (of 1/‖d‖ at the origin), in order.
  static func scales(_ along: AlongStep, _ c: AlongStep.Context) -> (low: Int, high: Int) {
    let s = along.sample(c, c.a.constant(.zero))
    let n = c.inputs.count / 2
    let size = c.inputs[..<n].compactMap(\.exponent).max() ?? 0
    let move = c.inputs[n...].compactMap(\.exponent).max() ?? 0
    let length = size - move
    let curvature =
      c.slope.exponent.flatMap { p in s.curvature.leastExponent.map { p - $0 } } ?? length
    let low = min(curvature, length)
    return (low, min(max(curvature, length), low + widest))
  }

  /// The end of the range: as asked, else well beyond the scales, and 16 where that is not far.
  static func last(_ along: AlongStep, _ scale: Int) -> ScaledNumber {
    if let wanted = along.wanted { return ScaledNumber(wanted) }
    // A share of a step that was made is searched to four times the step.
    let least = along.unit == .rate ? 4 : 2
    return ScaledNumber(.one, min(max(scale + octaves, least), scale + farthest))
  }

  /// The largest octave, going down from the scale by doubled strides, up to which φ′ stays within 10 %
  /// of φ′(0).
  private static func quiet(
    _ along: AlongStep, _ c: AlongStep.Context, below scale: Int
  ) -> (Int, Bool) {
    let a = c.a
    func holds(_ e: Int) -> Bool {
      let box = a.hull(a.constant(.zero), a.scaled(a.constant(.one), by: e))
      let s = along.sample(c, box).slope
      guard s.isDefined, let p = c.slope.sign, p != 0 else { return false }
      let ratio = a.divide(s, c.slope)
      let band = a.hull(
        a.constant(Rational(9) / Rational(10)), a.constant(Rational(11) / Rational(10)))
      return ratio.isInside(band)
    }
    var stride = 4
    while stride <= depth {
      if holds(scale - stride) {
        var (low, high) = (scale - stride, scale - stride / 2)
        while high - low > 1 {
          let middle = low + (high - low) / 2
          if holds(middle) { low = middle } else { high = middle }
        }
        return (low, true)
      }
      stride *= 2
    }
    let n = c.inputs.count / 2
    let isAtOrigin = c.inputs[..<n].allSatisfy { $0.sign == 0 }
    return (scale - (isAtOrigin ? depth : shallow), false)
  }

  /// Bits with which a step of length 2^e shows against the point.
  private func bits(_ e: Int) -> Int {
    let c = along.context(bits: 192)
    let n = c.inputs.count / 2
    let size = c.inputs[..<n].compactMap(\.exponent).max() ?? 0
    let move = (c.inputs[n...].compactMap(\.exponent).max() ?? 0) + e
    // Contexts are made by the hundred bits.
    let more = (min(max(size - move, 0), 4096) + 99) / 100 * 100
    return RateSearch.bits + more
  }

  /// What a box of one octave costs: the function over it and at its middle, and the sums of its form.
  private func cost(_ e: Int) -> Int {
    2 * along.program.cost(bits: bits(e)) + RateSearch.formCost
  }
  private static let formCost = 12

  private func sample(_ e: Int, _ m: Enclosure, bits: Int, span: Int = 1) -> AlongStep.Sample {
    let c = along.context(bits: bits)
    let key = Place(exponents: [e, bits, span], ends: [m.lowerDouble, m.upperDouble])
    if let known = samples[key] { return known }
    let made = along.sample(c, c.a.scaled(m, by: e))
    // Boxes are short dyadic numbers, which doubles hold exactly; refined ones are asked for once.
    if bits < 512 { samples[key] = made }
    return made
  }

  /// The function of a question and its derivative by s.
  private func function(
    _ q: Question, _ c: AlongStep.Context, _ sample: AlongStep.Sample, _ s: Enclosure
  ) -> (value: Enclosure, slope: Enclosure) {
    switch q {
    case .slope: return (sample.slope, sample.curvature)
    case .change(let share):
      if share.isZero { return (sample.phi, sample.slope) }
      let line = c.a.multiply(c.a.constant(share), c.slope)
      return (c.a.subtract(sample.phi, c.a.multiply(line, s)), c.a.subtract(sample.slope, line))
    }
  }

  /// The answer to one question over the range.
  func find(_ q: Question) -> Found {
    var out = Found(reach: ScaledNumber(.one, first))
    out.atStart = signAtStart(q)
    if out.atStart == nil { out.doubt = ScaledNumber(.one, first) }
    var budget = max(RateSearch.effort, 100 * cost(first))
    let last = end(q)
    var pending = pieces(to: last)
    while let (low, high) = pending.popLast() {
      budget -= cost(low)
      if budget < 0 || along.cancelled() || out.roots.count >= RateSearch.most {
        return out
      }
      let top = high ?? low + 1
      if !excludes(q, low, top, out.atStart) {
        if let high, high - low > 1 {
          let middle = low + (high - low) / 2
          pending += [(middle, high), (low, middle)]
          continue
        }
        guard search(q, low, high == nil ? last.mantissa : Rational(2), &out, &budget) else {
          return out
        }
      }
      out.reach = high.map { ScaledNumber(.one, $0) } ?? last
    }
    out.isComplete = true
    if isOpen { out.beyond = beyond(q, last) }
    return out
  }

  /// Where the search for a question ends: sooner where growth at infinity tells the rest.
  private func end(_ q: Question) -> ScaledNumber {
    let near = ScaledNumber(.one, scales.high + RateSearch.octaves)
    guard isOpen, end.exponent > near.exponent, beyond(q, near) != nil else { return end }
    return near
  }

  /// The ranges of log₂ s to look at, the first one last; nil for a part of an octave.
  private func pieces(to end: ScaledNumber) -> [(Int, Int?)] {
    var out: [(Int, Int?)] = []
    if end.mantissa > .one, end.exponent >= first { out.append((end.exponent, nil)) }
    if end.exponent > first { out.append((first, end.exponent)) }
    return out
  }

  /// Whether a range of octaves holds no root: by the value, or by the derivative from the start on.
  private func excludes(_ q: Question, _ low: Int, _ high: Int, _ atStart: Int?) -> Bool {
    let bits = self.bits(low)
    let c = along.context(bits: bits)
    let a = c.a
    let ends = a.hull(a.constant(.one), a.scaled(a.constant(.one), by: high - low))
    let box = a.scaled(ends, by: low)
    let here = function(q, c, sample(low, ends, bits: bits, span: high - low), box)
    if here.value.decoration == .ill || (here.value.boundSign ?? 0) != 0 { return true }
    guard case .change = q, let atStart else { return false }
    let origin = isSmooth ? a.constant(.zero) : a.scaled(a.constant(.one), by: first)
    let whole = a.hull(origin, a.scaled(a.constant(.one), by: high))
    // The shortest step of the box must show.
    let fine = isSmooth ? c : along.context(bits: self.bits(first))
    return function(q, fine, along.sample(fine, whole), whole).slope.sign == atStart
  }

  /// Searches one octave, or the part of it below `upper`; false where the budget ended that.
  private func search(
    _ q: Question, _ e: Int, _ upper: Rational, _ out: inout Found, _ budget: inout Int
  ) -> Bool {
    var roots = RootSearch(lower: .one, upper: upper)
    roots.bits = bits(e)
    roots.budget = budget / cost(e)
    roots.cancelled = along.cancelled
    roots.jumps = { if case .slope = q { return along.loss.hasKink } else { return false } }()
    roots.most = RateSearch.most
    roots.isRoot = { [along] m in
      Certified.exact(m).scaled(by: e).rational.map { along.isExactly(q, at: $0) } ?? false
    }
    let found = roots.roots { a, m in
      let c = self.along.context(bits: a.bits)
      let f = self.function(q, c, self.sample(e, m, bits: a.bits), a.scaled(m, by: e))
      return (f.value, a.scaled(f.slope, by: e))
    }
    budget -= found.boxes * cost(e)
    if out.doubt == nil, found.doubt != found.ended {
      out.doubt = found.doubt.map { ScaledNumber($0, e) }
    }
    for var root in found.roots {
      root.at = root.at.scaled(by: e)
      // The end of an octave belongs to both.
      if let last = out.roots.last, RootSearch.meet(last.at, root.at) { continue }
      out.roots.append(root)
    }
    if let ended = found.ended, ended > .one { out.reach = ScaledNumber(ended, e) }
    return found.ended == nil
  }

  /// The sign just after 0: that of φ′(0)·(1 − share) where φ is smooth, else of the one-sided
  /// derivative.
  private func signAtStart(_ q: Question) -> Int? {
    let c = along.context(bits: 512)
    switch q {
    case .change(let share):
      if isSmooth { return c.slope.sign.map { $0 * (Rational.one - share).sign } }
      return along.signAtStart(share)
    case .slope:
      return isSmooth ? c.slope.sign : along.signAtStart(.zero)
    }
  }

  /// The sign of the question's function for every s from `end` on; nil where growth at infinity does
  /// not tell.
  private func beyond(_ q: Question, _ end: ScaledNumber) -> Int? {
    if case .slope = q, along.loss.hasKink { return nil }
    // Counted in steps of the lower scale the far number is at least 1, as the growth of log wants.
    let exponent = end.exponent - scales.low
    guard exponent >= 0, exponent <= 2 * RateSearch.widest else { return nil }
    let far = FarArithmetic(count: 1, exponent: exponent)
    let c = along.context(bits: far.base.bits)
    let n = c.inputs.count / 2
    let unit = c.inputs[n...].map { c.a.scaled($0, by: scales.low) }
    let s = far.far(0, side: 1)
    let level = far.constant(.zero).powers
    let inputs = (c.inputs[..<n] + unit).map { FarNumber(level, $0) }
    let r = along.program.run(far, at: [s] + inputs)
    guard r[0].bound.isDefined else { return nil }
    switch q {
    case .slope: return r[1].bound.isDefined ? r[1].sign : nil
    case .change(let share):
      let phi = far.subtract(r[0], FarNumber(level, c.base))
      if share.isZero { return phi.sign }
      let slope = c.a.scaled(c.a.multiply(c.a.constant(share), c.slope), by: scales.low)
      return far.subtract(phi, far.multiply(FarNumber(level, slope), s)).sign
    }
  }
}

extension AlongStep {
  /// Whether a rate is exactly a root, by exact numbers; of the slope also where it jumps over 0 there.
  func isExactly(_ q: RateSearch.Question, at s: Rational) -> Bool {
    let a = CertifiedArithmetic(bits: 512)
    let (x, d, start) = line(a)
    let there = landing(a, s)
    switch q {
    case .change(let share):
      let phi = a.subtract(loss.program.run(a, at: there)[0], start.value)
      let line = a.multiply(.exact(share * s), slope(a, start.slopes, d))
      return a.subtract(phi, share.isZero ? .exact(.zero) : line).isExactZero
    case .slope:
      guard x.count == there.count else { return false }
      let sides = [Rational.one, Rational(-1)].map { side in
        loss.program.run(
          OneSidedArithmetic(a),
          at: zip(there, d).map { Dual(value: $0, tangent: a.multiply(.exact(side), $1)) })[0]
      }
      // Along d and back: both rise, or both are flat. Where the value jumps, neither counts.
      let here = loss.program.run(a, at: there)[0]
      guard sides.allSatisfy({ a.subtract($0.value, here).isExactZero }) else { return false }
      let signs = sides.map(\.tangent.sign)
      return signs == [1, 1] || signs == [0, 0] && sides.allSatisfy { $0.tangent.isExactZero }
    }
  }

  /// ∇C·d.
  func slope(_ a: CertifiedArithmetic, _ g: [Certified], _ d: [Certified]) -> Certified {
    unit == .rate ? a.negate(squaredNorm(a, g)) : dot(a, g, d)
  }
}
