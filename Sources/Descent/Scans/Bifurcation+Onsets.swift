// The onsets: of doubling, where the multiplier of the p-cycle is −1; of a window, where it is +1 and
// the cycle is born with its repelling twin, so that (1 − μ)² is nearly linear in η there. Secant
// steps on η, Newton's method on x at each; then a change of sign of μ + 1 on an interval encloses.
import Calculus
import Glibc

extension Bifurcation {
  /// Periods beyond this are not followed.
  private static let longest = 64

  mutating func findOnsets(_ cancelled: () -> Bool) {
    guard columns.count > 2 else { return }
    var end = -Double.infinity
    for k in columns.indices.dropLast() {
      if cancelled() { return }
      let (here, next) = (columns[k], columns[k + 1])
      guard here.eta > end, !here.left, !next.left, next.period != here.period else { continue }
      if let p = here.period, let x = point(of: here, p) {
        // The first cascade, also beyond a pitchfork; doublings inside windows are not followed.
        guard p <= Bifurcation.longest, onsets.last.map({ $0.period == p }) ?? true else {
          continue
        }
        // The next column whose period is known: up to there the onset is sought.
        let later = columns[(k + 1)...].first { $0.left || $0.period != nil } ?? next
        if let q = later.period, q % (2 * p) != 0, later.eta == next.eta { continue }
        if let first = doubling(p, x, here.eta, next.eta, cancelled), first > here.eta,
          first < max(later.eta, next.eta + (next.eta - here.eta)),
          // The doubled cycle must attract beyond (on a quadratic nothing does).
          [0.5, 0.1].contains(where: { settle(2 * p, first + $0 * (next.eta - here.eta)) != nil })
        {
          end = follow(first, p, cancelled)
        }
      } else if start.count == 1, let q = next.period, q <= 12, k + 2 < columns.count,
        columns[k + 2].period == q,
        !onsets.contains(where: { $0.period == q && next.eta - ($0.eta.nearestDouble ?? 0) < 0.01 }
        ),
        let w = window(q, k + 1, cancelled), w > here.eta - 4 * (next.eta - here.eta)
      {
        windows.append(Onset(eta: w.certified(within: 1e-9), period: q))
      }
    }
    if onsets.isEmpty, !cancelled() { release = released(cancelled) }
  }

  /// The rate at which a resting point's multiplier is −1, between the last column that settles and
  /// the first that leaves, where columns between show no cycle.
  private func released(_ cancelled: () -> Bool) -> Certified? {
    let settled = columns.prefix { $0.period == 1 }
    // Just above the rate sought the orbit leaves so slowly that columns still show rest.
    guard let last = settled.last, let before = settled.dropLast(20).last ?? settled.first,
      let next = columns.first(where: { $0.eta > last.eta && ($0.left || $0.period != nil) }),
      next.left, let x = point(of: before, 1)
    else { return nil }
    let step = columns[1].eta - columns[0].eta
    guard let root = doubling(1, x, before.eta, before.eta + step, cancelled), root > before.eta,
      root < next.eta
    else { return nil }
    return enclosed(root, 1, cancelled)
  }

  /// A point of the cycle of a column; columns hold the first variable only.
  private func point(of c: Column, _ p: Int) -> [Double]? {
    start.count == 1 ? c.points.last.map { [$0] } : settle(p, c.eta)
  }

  /// Follows a cascade from its first onset, further the first one; returns the rate up to which the
  /// scan is accounted for.
  private mutating func follow(
    _ first: Double, _ period: Int, _ cancelled: () -> Bool
  ) -> Double {
    var p = period
    var eta = first
    onsets.append(Onset(eta: enclosed(eta, p, cancelled), period: 2 * p))
    // How far the next cycle lasts: seen in the columns, later by Feigenbaum's ratio.
    let step = columns[1].eta - columns[0].eta
    let after = columns.first { $0.eta > first && $0.period != 2 * p && $0.period != nil }
    let last = columns.last { c in
      c.eta > first && c.period == 2 * p && (after.map { c.eta < $0.eta } ?? true)
    }
    var width = max(step / 2, (last?.eta ?? first) - first)
    while 2 * p <= Bifurcation.longest, !cancelled() {
      p *= 2
      // Where the cycle does something else first, as at a pitchfork, the columns beyond tell.
      guard let next = nextDoubling(p, after: eta, width, cancelled), next < range.1.nearestDouble
      else {
        return eta
      }
      width = (next - eta) / 4.6692
      eta = next
      onsets.append(Onset(eta: enclosed(eta, p, cancelled), period: 2 * p))
      if width < 1e-9 { break }
    }
    return eta + width
  }

  /// The onset at which the p-cycle born at `after` doubles, tried from some way into its life.
  private func nextDoubling(
    _ p: Int, after eta: Double, _ width: Double, _ cancelled: () -> Bool
  ) -> Double? {
    for share in [0.5, 0.3, 0.15, 0.75] {
      let from = eta + share * width
      guard let x = settle(p, from), let root = doubling(p, x, from, from + width * 0.1, cancelled)
      else {
        continue
      }
      if root > eta, root < eta + 4 * width { return root }
    }
    return nil
  }

  /// A point of the attracting p-cycle at a rate, from the start by simulation.
  private func settle(_ p: Int, _ eta: Double) -> [Double]? {
    let orbit = Orbit(step, eta: eta, from: start.map(\.nearestDouble), kept: 1)
    for _ in 0..<12_000 {
      guard orbit.step(), orbit.size <= 1e30 else { return nil }
    }
    return cycle(p, orbit.x, eta)?.x
  }

  /// The p-cycle near x at a rate, of minimal period p, and its multiplier μ.
  ///
  /// In several variables instead of μ the number det(M + I) − 1, with M the product of the Jacobians
  /// round the cycle: it is −1, too, where a multiplier is.
  func cycle(_ p: Int, _ x: [Double], _ eta: Double) -> (x: [Double], multiplier: Double)? {
    guard eta > 0, let rate = Rational(eta) else { return nil }
    let map = DescentMap(loss, eta: rate)
    let reach = 0.1 * x.reduce(1) { max($0, abs($1)) }
    guard let points = map.polished(near: x, period: p, within: reach, bits: 128),
      points.count == p
    else { return nil }
    let a = MidpointArithmetic(base: EnclosureArithmetic(bits: 128))
    let n = x.count
    var product = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    for q in points {
      let j = map.step(a, q).jacobian.map { $0.map(\.midpoint) }
      product = DoubleArithmetic().product(j, product)
    }
    let at = points[0].map(\.midpoint)
    if n == 1 { return (at, product[0][0]) }
    for k in 0..<n { product[k][k] += 1 }
    return (at, DoubleArithmetic().determinant(product) - 1)
  }

  /// The rate at which the multiplier of the p-cycle is −1, by secant steps from two rates.
  private func doubling(
    _ p: Int, _ x: [Double], _ low: Double, _ high: Double, _ cancelled: () -> Bool
  ) -> Double? {
    let width = high - low
    // Close to the onset the cycle may be found on one side only: start a little below.
    var before = low - width / 2
    guard var at = cycle(p, x, low), let first = cycle(p, at.x, before) else { return nil }
    var (e, f) = (low, at.multiplier + 1)
    var g = first.multiplier + 1
    for _ in 0..<40 {
      if f == g { return abs(f) < 1e-9 ? e : nil }
      var next = e - f * (e - before) / (f - g)
      // No leap beyond what the columns showed.
      next = min(max(next, e - 2 * width), e + 2 * width)
      guard !cancelled(), let c = cycle(p, at.x, next) else { return nil }
      (before, g) = (e, f)
      (e, f) = (next, c.multiplier + 1)
      at = c
      if abs(e - before) <= 1e-15 * abs(e) || f == 0 { break }
    }
    return abs(f) < 1e-6 ? e : nil
  }

  /// An interval about an onset on whose ends the multiplier's enclosures lie on both sides of −1.
  private func enclosed(_ eta: Double, _ p: Int, _ cancelled: () -> Bool) -> Certified {
    guard let center = Rational(eta), let x = settle(p, eta) ?? settleBelow(p, eta) else {
      return eta.certified(within: 1e-9)
    }
    if p == 1, let exact = exactly(x) { return exact }
    for width in [4e-15, 4e-14, 1e-12, 1e-11, 1e-10] where !cancelled() {
      guard let d = Rational(abs(eta) * width) else { continue }
      let signs = [center - d, center + d].map { side($0, p, x) }
      if let l = signs[0], let u = signs[1], l * u < 0 {
        let a = EnclosureArithmetic(bits: 128)
        return .enclosed(a.hull(a.constant(center - d), a.constant(center + d)))
      }
    }
    return eta.certified(within: 1e-9)
  }

  /// 2/f″ at the minimum, where p is 1.
  private func exactly(_ x: [Double]) -> Certified? {
    FixedPoints.near(loss, starts: [x]).points.first?.stableBelow
  }

  private func settleBelow(_ p: Int, _ eta: Double) -> [Double]? {
    settle(p, eta * (1 - 1e-4)).flatMap { cycle(p, $0, eta)?.x }
  }

  /// Where the window of the q-cycle of a column begins: (1 − μ)² is 0.
  private func window(_ q: Int, _ k: Int, _ cancelled: () -> Bool) -> Double? {
    guard let x = columns[k].points.last, let one = cycle(q, [x], columns[k].eta),
      abs(one.multiplier) < 1
    else { return nil }
    let width = columns[1].eta - columns[0].eta
    var (e, f) = (columns[k].eta, (1 - one.multiplier) * (1 - one.multiplier))
    guard let two = cycle(q, one.x, e + width / 8), two.multiplier < one.multiplier else {
      return nil
    }
    var (before, g) = (e + width / 8, (1 - two.multiplier) * (1 - two.multiplier))
    var at = one
    for _ in 0..<60 {
      if f == g { break }
      let root = e - f * (e - before) / (f - g)
      // From within: the cycle does not exist beyond.
      let next = e + (root - e) * 0.98
      guard next < e, !cancelled(), let c = cycle(q, at.x, next), c.multiplier < 1 else { break }
      (before, g) = (e, f)
      (e, f) = (next, (1 - c.multiplier) * (1 - c.multiplier))
      at = c
      if e - root < 1e-11 * e { return root }
    }
    let root = e - f * (e - before) / (f - g)
    return root.isFinite && e - root < 1e-9 * e ? root : nil
  }
}

extension Double {
  /// The number as known to a relative error only.
  fileprivate func certified(within share: Double) -> Certified {
    let a = EnclosureArithmetic(bits: 128)
    return .enclosed(a.ball(a.constant(self), a.constant(abs(self) * share)))
  }
}
