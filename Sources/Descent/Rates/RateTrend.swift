// What a schedule of rates η(t) does for all steps from some T on, proved from its expression: it stays
// the same, or it tends to 0 and the sum of the rates is infinite (Robbins & Monro 1951) or finite. The
// step number is a far variable of `FarArithmetic`; beside its growth each number carries its exact
// value where t does not matter.
import Calculus

enum RateTrend {
  /// η(t) is this number for every t ≥ T.
  case constant(Rational, from: Int)
  /// 0 < η(t) ≤ the bound for t ≥ T, η → 0, and Σ η(t) is infinite.
  case decays(atMost: Rational, from: Int)
  /// Σ η(t) is finite.
  case summable

  /// The trends proved from T = 2^e on for e up to `most`, ascending; what is constant or summable ends
  /// the search.
  ///
  /// - Parameter rate: a program of at most one variable, the step number.
  static func all(of rate: Program, upTo most: Int) -> [RateTrend] {
    var out: [RateTrend] = []
    for e in 0...most {
      let f = EventualArithmetic(exponent: e)
      let t = EventualNumber(far: f.far.far(0, side: 1), exact: nil)
      let eta = rate.run(f, at: rate.variables.map { _ in t })[0]
      if let value = eta.exact?.rational { return [.constant(value, from: 1 << e)] }
      guard eta.far.bound.isDefined, eta.far.sign == 1, eta.far.bound.rational != nil else {
        continue
      }
      let power = eta.far.powers[0]
      if power < -FarArithmetic.unit { return [.summable] }
      guard power < 0, eta.far.bound.sign == 1, let (_, largest) = f.far.range(eta.far).rational
      else { continue }
      out.append(.decays(atMost: largest, from: 1 << e))
    }
    return out
  }
}

/// A number over all late steps, and its exact value where it does not depend on them.
struct EventualNumber {
  var far: FarNumber
  var exact: Certified?
}

struct EventualArithmetic: Arithmetic {
  let far: FarArithmetic
  private let base = CertifiedArithmetic(bits: 128)

  init(exponent: Int) { far = FarArithmetic(count: 1, exponent: exponent) }

  func constant(_ value: Rational) -> EventualNumber {
    EventualNumber(far: far.constant(value), exact: .exact(value))
  }

  private func both(
    _ a: EventualNumber, _ b: EventualNumber, _ f: (Certified, Certified) -> Certified
  ) -> Certified? {
    a.exact.flatMap { x in b.exact.map { f(x, $0) } }
  }

  func add(_ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    EventualNumber(far: far.add(a.far, b.far), exact: both(a, b, base.add))
  }
  func subtract(_ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    EventualNumber(far: far.subtract(a.far, b.far), exact: both(a, b, base.subtract))
  }
  func multiply(_ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    EventualNumber(far: far.multiply(a.far, b.far), exact: both(a, b, base.multiply))
  }
  func divide(_ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    EventualNumber(far: far.divide(a.far, b.far), exact: both(a, b, base.divide))
  }
  func negate(_ a: EventualNumber) -> EventualNumber {
    EventualNumber(far: far.negate(a.far), exact: a.exact.map(base.negate))
  }
  func power(_ a: EventualNumber, _ n: Int) -> EventualNumber {
    EventualNumber(far: far.power(a.far, n), exact: a.exact.map { base.power($0, n) })
  }
  func lift(_ f: ElementaryFunction, _ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    if f.chooses, let s = far.subtract(a.far, b.far).sign {
      return (s >= 0) == (f.special == .max) ? a : b
    }
    return EventualNumber(
      far: far.lift(f, a.far, b.far), exact: both(a, b) { base.lift(f, $0, $1) })
  }
  func compare(_ c: Comparison, _ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    if let x = both(a, b, { base.compare(c, $0, $1) }) {
      return EventualNumber(far: far.compare(c, a.far, b.far), exact: x)
    }
    let out = far.compare(c, a.far, b.far)
    return EventualNumber(far: out, exact: out.bound.exact.map(Certified.exact))
  }
  func select(_ c: EventualNumber, _ a: EventualNumber, _ b: EventualNumber) -> EventualNumber {
    if let s = c.exact?.sign ?? c.far.sign { return s == 0 ? b : a }
    return EventualNumber(far: far.select(c.far, a.far, b.far), exact: nil)
  }
  func isZero(_ a: EventualNumber) -> Bool { a.exact?.sign == 0 }
}
