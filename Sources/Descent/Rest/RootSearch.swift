// Every zero of a function of one variable in a range, with certainty: subdivision throws away boxes
// without a zero, a box on which the function is monotone holds at most one, Newton's method for
// intervals refines it (Moore, Kearfott & Cloud, Introduction to Interval Analysis, ch. 8).
import Calculus
import Glibc

/// A search for sign changes (and exact zeros) of a function on (lower, upper].
package struct RootSearch {
  /// A function and its derivative over an enclosure; the arithmetic carries the precision.
  package typealias Function =
    (EnclosureArithmetic, Enclosure) -> (value: Enclosure, slope: Enclosure)

  /// A zero, or a jump over 0.
  package struct Root: Sendable {
    package var at: Certified
    /// The signs just before and just after it; 0 where the function stays 0, nil where it is not known.
    package let before: Int?
    package let after: Int?
    /// The box in which nothing shows that it is the only one; nil where it is.
    package fileprivate(set) var crowd: (lower: Rational, upper: Rational)?
  }

  /// Where a search ended.
  package struct Roots: Sendable {
    package var roots: [Root] = []
    /// Stretches on all of which it is exactly 0, in the order of the search and apart from one another.
    package var stretches: [(lower: Rational, upper: Rational)] = []
    /// Where the first box begins that could not be decided.
    package var doubt: Rational?
    /// Whether some box could not be decided.
    package var undecided: Bool { doubt != nil }
    /// Up to where everything was looked at, where the budget ended the search.
    package var ended: Rational?
    /// How many boxes were looked at, what else was asked counted by its cost in boxes.
    package var boxes = 0

    /// Adds a root; boxes that touch may both have found the one at their common end.
    fileprivate mutating func add(_ root: Root) {
      guard let last = roots.last, RootSearch.meet(last.at, root.at) else {
        return roots.append(root)
      }
      roots[roots.count - 1].crowd = root.crowd ?? last.crowd
    }

    /// Adds a box of zeros, to the last stretch where they touch.
    fileprivate mutating func extend(by box: (lower: Rational, upper: Rational)) {
      if let last = stretches.last, last.upper == box.lower || last.lower == box.upper {
        stretches[stretches.count - 1] =
          (min(last.lower, box.lower), max(last.upper, box.upper))
      } else {
        stretches.append(box)
      }
    }
  }

  package var lower: Rational
  package var upper: Rational
  /// Whether the function is discontinuous somewhere, so that its derivative says nothing across a
  /// box on which it is not shown to be continuous.
  package var jumps = false
  /// How many boxes may be looked at, as `Roots.boxes` counts.
  package var budget = RootSearch.usualBudget
  /// Some 0.1 s for a short formula.
  package static let usualBudget = 12_000
  /// Polled at each box; what it ends is undecided.
  package var cancelled: () -> Bool = { false }
  /// Whether to look from the upper end downwards.
  package var descending = false
  /// How many roots are wanted.
  package var most = Int.max
  /// Precision of the boxes.
  package var bits = 96
  /// Whether the function is shown to be exactly 0 at a number, or to jump over 0 there, where exact
  /// numbers show more than an enclosure can.
  package var isRoot: (Rational) -> Bool = { _ in false }

  /// Boxes are not divided below this share of the range.
  static let leastShare = Rational(2).power(-40) ?? .one
  /// After so many boxes that no precision decides, none is expected to be.
  private static let mostDoubts = 16
  /// A root is enclosed to so many bits of the box that holds it.
  private static let refinement = 128
  /// A fraction with more digits than the refinement tells apart is no candidate for a root.
  private static let longestFraction = 96
  private static let shares = [
    Rational.half, Rational(3) / Rational(8), Rational(5) / Rational(8),
  ]

  package init(lower: Rational, upper: Rational) {
    self.lower = lower
    self.upper = upper
  }

  /// The roots in the order of the search, to about 38 digits, exact where they are shown to be short
  /// fractions.
  package func roots(of f: Function) -> Roots {
    let a = EnclosureArithmetic(bits: bits)
    var out = Roots()
    var pending: [(Rational, Rational)] = [(lower, upper)]
    let least = (upper - lower) * RootSearch.leastShare
    var doubts = 0
    while out.roots.count < most, let (lo, hi) = pending.popLast() {
      if out.boxes >= budget || cancelled() {
        out.ended = descending ? hi : lo
        out.doubt = out.doubt ?? out.ended
        break
      }
      out.boxes += 1
      let box = a.hull(a.constant(lo), a.constant(hi))
      let (value, slope) = f(a, box)
      // Where it is defined, if anywhere, it is not 0.
      if value.decoration == .ill || value.boundSign.map({ $0 != 0 }) == true { continue }
      if value.sign == 0 {
        out.extend(by: (lo, hi))
        continue
      }
      if !jumps || value.isContinuous {
        let mid = a.constant((lo + hi) * .half)
        let form = a.add(f(a, mid).value, a.multiply(slope, a.subtract(box, mid)))
        if let s = form.sign {
          if s != 0 { continue }
          if slope.sign == 0, value.isContinuous {
            out.extend(by: (lo, hi))
            continue
          }
        }
        if let s = slope.sign, s != 0, value.isDefined {
          switch refine(f, lo, hi, rising: s, &out.boxes) {
          case .none: continue
          case .at(let root):
            out.add(Root(at: root, before: -s, after: s))
            continue
          case .undecided: break
          }
        }
      }
      if hi - lo < least {
        if value.isDefined, let root = crossing(f, lo - least, hi + least, &out.boxes) {
          out.add(root)
        } else {
          out.doubt = out.doubt ?? lo
          doubts += 1
          if doubts > RootSearch.mostDoubts {
            out.ended = descending ? lo : hi
            break
          }
        }
        continue
      }
      let mid = (lo + hi) * .half
      pending += descending ? [(lo, mid), (mid, hi)] : [(mid, hi), (lo, mid)]
    }
    return out
  }

  /// Whether two numbers may be the same.
  static func meet(_ a: Certified, _ b: Certified) -> Bool {
    let e = EnclosureArithmetic(bits: 512)
    return !a.number(e).isDisjoint(from: b.number(e))
  }

  private enum Refined {
    case none
    case at(Certified)
    case undecided
  }

  /// The root of a function that is monotone on [lo, hi].
  private func refine(
    _ f: Function, _ lo: Rational, _ hi: Rational, rising: Int, _ cost: inout Int
  ) -> Refined {
    var (l, u) = (lo, hi)
    var (sl, su) = (sign(f, lo, &cost), sign(f, hi, &cost))
    if sl == 0 { return .at(.exact(lo)) }
    if su == 0 { return .at(.exact(hi)) }
    if sl == rising || su == -rising { return .none }
    // An end at which no precision tells is perhaps the root: from a little beyond it is told.
    let beyond = (hi - lo) * RootSearch.leastShare
    if sl == nil {
      if isRoot(lo) { return .at(.exact(lo)) }
      l = lo - beyond
      sl = sign(f, l, &cost)
    }
    if su == nil {
      if isRoot(hi) { return .at(.exact(hi)) }
      u = hi + beyond
      su = sign(f, u, &cost)
    }
    guard sl == -rising, su == rising, l == lo && u == hi || isMonotone(f, l, u, rising) else {
      return .undecided
    }
    return .at(narrowed(f, l, u, until: rising, isMonotone: true, &cost))
  }

  private func isMonotone(_ f: Function, _ l: Rational, _ u: Rational, _ rising: Int) -> Bool {
    let a = EnclosureArithmetic(bits: bits)
    let (value, slope) = f(a, a.hull(a.constant(l), a.constant(u)))
    return value.isDefined && (!jumps || value.isContinuous) && slope.sign == rising
  }

  /// Where between two numbers the sign first is `after`: exact if that is shown.
  private func narrowed(
    _ f: Function, _ lo: Rational, _ hi: Rational, until after: Int, isMonotone: Bool = false,
    _ cost: inout Int
  ) -> Certified {
    let width = (hi - lo) * (Rational(2).power(-RootSearch.refinement) ?? .one)
    var (l, u) = isMonotone ? contracted(f, lo, hi, to: width, &cost) : (lo, hi)
    // The function is exactly 0 there.
    if l == u { return .exact(l) }
    bisection: while u - l > width {
      // Beside the middle, where the root is at the middle and no precision tells.
      for share in RootSearch.shares {
        let m = l + (u - l) * share
        guard let s = sign(f, m, &cost) else { continue }
        if s == after {
          u = m
        } else if s == 0 {
          return .exact(m)
        } else {
          l = m
        }
        continue bisection
      }
      break
    }
    if after != 0, let r = Rational.shortest(between: l, and: u),
      r.bits < RootSearch.longestFraction, isRoot(r)
    {
      return .exact(r)
    }
    let a = EnclosureArithmetic(bits: 512)
    return .enclosed(a.hull(a.constant(l), a.constant(u)))
  }

  /// A box about the root of a monotone function: X ← X ∩ (m − f(m)/f′(X)), for as long as that halves it.
  private func contracted(
    _ f: Function, _ lo: Rational, _ hi: Rational, to width: Rational, _ cost: inout Int
  ) -> (Rational, Rational) {
    var (l, u) = (lo, hi)
    let a = EnclosureArithmetic(bits: bits + RootSearch.moreBits[0])
    while u - l > width {
      cost += 2 * self.cost(a.bits)
      let middle = a.constant((l + u) * .half)
      let (value, slope) = (f(a, middle).value, f(a, a.hull(a.constant(l), a.constant(u))).slope)
      guard value.isDefined, slope.sign.map({ $0 != 0 }) == true,
        let (low, high) = a.subtract(middle, a.divide(value, slope)).rational,
        low <= u, high >= l
      else { break }
      let next = (max(l, low), min(u, high))
      let halves = next.1 - next.0 <= (u - l) * .half
      (l, u) = next
      if !halves { break }
    }
    return (l, u)
  }

  /// A box too small to divide: a multiple root, the jump at a kink, or the end of a stretch of zeros.
  private func crossing(
    _ f: Function, _ lo: Rational, _ hi: Rational, _ cost: inout Int
  ) -> Root? {
    let (l, u) = (sign(f, lo, &cost), sign(f, hi, &cost))
    func root(_ at: Certified) -> Root {
      Root(at: at, before: l, after: u, crowd: (lo, hi))
    }
    if let l, let u, l != u {
      // Of a stretch of zeros that ends here the last number is found from the other side.
      return root(l == 0 ? ending(f, lo, hi, &cost) : narrowed(f, lo, hi, until: u, &cost))
    }
    // Where it is not certainly other than 0 on some side, that may be a stretch that no box shows.
    guard (l ?? 0) != 0 || (u ?? 0) != 0,
      let short = Rational.shortest(between: lo, and: hi), isRoot(short)
    else { return nil }
    return root(.exact(short))
  }

  /// Where between two numbers, the first of which is in a stretch of zeros, that ends.
  private func ending(
    _ f: Function, _ lo: Rational, _ hi: Rational, _ cost: inout Int
  ) -> Certified {
    var (l, u) = (lo, hi)
    for _ in 0..<RootSearch.refinement {
      let m = (l + u) * .half
      guard let s = sign(f, m, &cost) else { break }
      if s == 0 { l = m } else { u = m }
    }
    let a = EnclosureArithmetic(bits: 512)
    return .enclosed(a.hull(a.constant(l), a.constant(u)))
  }

  /// The sign at a number, 0 only where that is shown; nil where 4096 bits do not tell.
  private func sign(_ f: Function, _ x: Rational, _ cost: inout Int) -> Int? {
    for (k, more) in RootSearch.moreBits.enumerated() {
      if k > 0, patience.left == 0 { return nil }
      let a = EnclosureArithmetic(bits: bits + more)
      cost += self.cost(a.bits)
      if let s = f(a, a.constant(x)).value.sign {
        if k > 0 { patience.left = Patience.most }
        return s
      }
    }
    patience.left -= 1
    return nil
  }
  /// Bits beside those of a box.
  private static let moreBits = [416, 4000]
  /// What one number at more bits costs in boxes: MPFR's functions take about n^1.4 (`Program.cost`).
  private func cost(_ more: Int) -> Int {
    Int(exactly: pow(Double(more) / Double(max(bits, 96)), 1.4).rounded()) ?? 1
  }

  /// How often in a row the many bits may tell nothing before they are no longer asked: a condition
  /// that no precision decides is undecided everywhere.
  private final class Patience {
    static let most = 6
    var left = most
  }
  private let patience = Patience()
}
