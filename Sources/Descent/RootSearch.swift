// Every zero of a function of one variable in a range, with certainty: subdivision throws away boxes
// without a zero, a box on which the function is monotone holds at most one, bisection refines it
// (Moore, Kearfott & Cloud, Introduction to Interval Analysis, ch. 8).
import Calculus

/// A search for sign changes (and exact zeros) of a function on (lower, upper].
package struct RootSearch {
  /// A function and its derivative over an enclosure; the arithmetic carries the precision.
  package typealias Function =
    (EnclosureArithmetic, Enclosure) -> (value: Enclosure, slope: Enclosure)

  /// Where a search ended.
  package struct Roots: Sendable {
    package var roots: [Certified] = []
    /// Boxes that could not be decided.
    package var undecided = false
    /// Whether the function is exactly 0 just after a start at which it is 0 by its nature.
    package var startsFlat = false
  }

  package var lower: Rational
  package var upper: Rational
  /// Whether the function is 0 at `lower` by its nature, which is no root.
  package var startsAtZero = false
  /// Whether the function is known to keep one sign just after `lower`, which is 0, so that boxes there
  /// need not be decided below 10⁻³⁶⁰ of the range.
  package var leavesZero = false
  /// Whether the function is discontinuous somewhere, so that its derivative says nothing across a
  /// box.
  package var jumps = false
  /// How many boxes may be looked at.
  package var budget = 6000
  /// Polled at each box; what it ends is undecided.
  package var cancelled: () -> Bool = { false }
  /// Whether to look from the upper end downwards.
  package var descending = false
  /// How many roots are wanted.
  package var most = Int.max

  package init(lower: Rational, upper: Rational) {
    self.lower = lower
    self.upper = upper
  }

  /// The roots in the order of the search, to about 38 digits, exact where they are short fractions.
  package func roots(of f: Function) -> Roots {
    let a = EnclosureArithmetic(bits: 96)
    var out = Roots()
    var pending: [(Rational, Rational)] = [(lower, upper)]
    var left = budget
    let relative = Rational(2).power(-40) ?? .one
    let tiny = (upper - lower) * relative
    let speck = (upper - lower) * (Rational(2).power(-1200) ?? .one)
    while out.roots.count < most, let (lo, hi) = pending.popLast() {
      left -= 1
      if left < 0 || cancelled() {
        out.undecided = true
        break
      }
      let box = a.hull(a.constant(lo), a.constant(hi))
      let (value, slope) = f(a, box)
      if value.decoration == .ill { continue }
      let monotone = !jumps && slope.sign.map { $0 != 0 } ?? false
      if lo == lower && (startsAtZero || leavesZero) {
        // f(0) = 0: a slope that keeps its sign from there leaves no other root.
        if startsAtZero ? monotone : value.sign.map({ $0 != 0 }) ?? false { continue }
        if startsAtZero, value.sign == 0 {
          out.startsFlat = true
          continue
        }
        if leavesZero {
          if hi - lo > speck { pending += halves(lo, hi) }
          continue
        }
      } else {
        if let s = value.sign, s != 0 { continue }
        let mid = (lo + hi) * .half
        let m = a.constant(mid)
        let form = a.add(f(a, m).value, a.multiply(slope, a.subtract(box, m)))
        if !jumps, let s = form.sign, s != 0 || slope.sign == 0 { continue }
        if monotone {
          if let root = refine(f, lo, hi), out.roots.last.map({ !same($0, root) }) ?? true {
            out.roots.append(root)
          }
          continue
        }
      }
      let least = leavesZero ? min(tiny, hi * relative) : tiny
      if hi - lo < least {
        if value.isDefined, let root = crossing(f, lo - least, hi + least) {
          if out.roots.last.map({ !same($0, root, 1e-8) }) ?? true { out.roots.append(root) }
        } else {
          out.undecided = true
        }
        continue
      }
      pending += halves(lo, hi)
    }
    return out
  }

  /// The two halves of a box, the one to look at first last.
  private func halves(_ lo: Rational, _ hi: Rational) -> [(Rational, Rational)] {
    let mid = (lo + hi) * .half
    return descending ? [(lo, mid), (mid, hi)] : [(mid, hi), (lo, mid)]
  }

  /// A box too small to divide: a multiple root, or the jump at a kink.
  private func crossing(_ f: Function, _ lo: Rational, _ hi: Rational) -> Certified? {
    let a = EnclosureArithmetic(bits: 512)
    if startsAtZero, lo <= lower { return nil }
    let short = Rational.shortest(between: lo, and: hi)
    let isRoot = short.map { f(a, a.constant($0)).value.sign == 0 } ?? false
    guard let l = exactSign(f, lo), let u = exactSign(f, hi), l * u < 0 || isRoot else {
      return nil
    }
    if let short, short.bits < 24 || isRoot { return .exact(short) }
    return .enclosed(a.hull(a.constant(lo), a.constant(hi)))
  }

  private func same(_ a: Certified, _ b: Certified, _ tolerance: Double = 1e-14) -> Bool {
    guard let x = a.nearestDouble, let y = b.nearestDouble else { return false }
    return abs(x - y) <= tolerance * abs(x)
  }

  /// The root of a monotone function in [lo, hi], to about 38 digits; nil where its sign is the same
  /// at both ends.
  private func refine(_ f: Function, _ lo: Rational, _ hi: Rational) -> Certified? {
    var l = lo
    var u = hi
    guard let sl = exactSign(f, lo), let su = exactSign(f, hi) else { return nil }
    if sl == 0 { return startsAtZero && lo == lower ? nil : .exact(l) }
    if su == 0 { return .exact(u) }
    if sl == su { return nil }
    for _ in 0..<128 {
      let m = (l + u) * .half
      guard let s = exactSign(f, m) else { break }
      if s == 0 { return .exact(m) }
      if s == sl { l = m } else { u = m }
    }
    if let r = Rational.shortest(between: l, and: u), r.bits < 96, exactSign(f, r) == 0 {
      return .exact(r)
    }
    let a = EnclosureArithmetic(bits: 512)
    return .enclosed(a.hull(a.constant(l), a.constant(u)))
  }

  /// The sign at an exact number; 0 only where the enclosure is a point, or within 10⁻¹⁰⁰⁰ of 0.
  private func exactSign(_ f: Function, _ x: Rational) -> Int? {
    let a = EnclosureArithmetic(bits: 512)
    if let s = f(a, a.constant(x)).value.sign { return s }
    let wide = EnclosureArithmetic(bits: 4096)
    let v = f(wide, wide.constant(x)).value
    return v.isDefined ? (v.sign ?? 0) : nil
  }
}
