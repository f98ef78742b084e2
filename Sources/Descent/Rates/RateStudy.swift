// What the rate decides along one step's direction: up to where the prediction can be trusted, where
// the loss is lowest, where it rises. What was not found is told apart: shown not to be, not found in
// the range, not decided.
import Calculus

/// What the rate decides along one step: where f rises, the best step, where the prediction is good.
package struct RateStudy: Sendable {
  /// Why there is no number.
  package enum Absence: Sendable {
    /// There is none at any rate, by growth at infinity or up to where the domain ends.
    case never
    /// There is none up to here.
    case notBelow(Certified)
    /// From here on it could not be decided.
    case undecided(Certified)
  }

  /// A rate that was asked for.
  package enum Answer: Sendable {
    case at(Certified)
    case missing(Absence)

    package var rate: Certified? {
      if case .at(let r) = self { return r }
      return nil
    }
  }

  /// inf{s > 0 : φ(s) ≥ 0}: 0 where no step, however short, goes downhill.
  package let critical: Answer
  /// The first rate just above which φ > 0; a root before it is where φ only touches 0, or stays there.
  package let rises: Answer
  /// The first local minimiser of φ.
  package let best: Answer
  /// The minimiser with the least φ in the range; nil where that is not shown, or φ is lower still at
  /// the end of the range.
  package let lowest: Certified?
  /// Whether φ falls all the way: to infinity, to the edge of the domain, or to the end of the range.
  package let fallsThroughout: Bool
  /// The largest rate up to which the prediction is within 10 %.
  package let trust: Answer
  /// Intervals on which φ < 0; an upper end is nil where the search ended inside.
  package let falls: [(lower: Certified, upper: Certified?)]
  /// Whether φ > 0 at every rate above `rises`.
  package let risesForEver: Bool
  /// Whether the last of them goes on for ever.
  package let fallsForEver: Bool
  /// The end of the range searched for `falls`.
  package let reach: Certified
  /// Where the line leaves the domain: nothing is said of rates beyond.
  package let edge: AlongStep.Edge?
  /// φ just after 0 where it does not fall there: 1 where it rises, 0 where it stays; else nil.
  package let signAtStart: Int?
  /// Where it does not fall at the start: up to where φ is shown to be nowhere negative.
  package let notLowerUpTo: Certified?

  package init(_ along: AlongStep) {
    let edge = along.firstEdge()
    self.edge = edge
    let search = RateSearch(along, until: edge?.lower)
    let tenth = Rational(1) / Rational(10)
    let change = search.find(.change(share: .zero))
    let slope = search.find(.slope)
    let low = search.find(.change(share: .one - tenth))
    let high = search.find(.change(share: .one + tenth))
    let stretches = RateStudy.stretches(change, along)
    let setsOff = change.atStart.map { $0 >= 0 } ?? false
    signAtStart = setsOff ? change.atStart : nil
    notLowerUpTo =
      setsOff && change.doubt == nil
      ? stretches.prefix { ($0.sign ?? -1) >= 0 }.last?.upper : nil
    critical = setsOff ? .at(.exact(.zero)) : RateStudy.first(change, edge, change.roots.first?.at)
    let above = stretches.first { $0.sign == 1 && !$0.isFirst }
    rises = RateStudy.first(change, edge, above?.lower)
    reach = change.isComplete ? edge?.rate ?? change.reach.certified : change.reach.certified
    let last = change.isComplete ? edge?.rate : nil
    falls = stretches.filter { $0.sign == -1 }.map { ($0.lower, $0.isLast ? last : $0.upper) }
    risesForEver =
      edge == nil && above?.isLast == true && change.beyond == 1 && change.doubt == nil
    fallsForEver = edge == nil && change.beyond == -1 && change.doubt == nil
    let lows = RateStudy.lows(slope)
    // A jump upwards ends a fall without a zero of φ′.
    best =
      along.mayJump && lows.isEmpty
      ? .missing(.undecided(.exact(.zero))) : RateStudy.first(slope, edge, lows.first)
    lowest =
      along.mayJump || slope.doubt != nil || !slope.isComplete || edge != nil
        || (slope.beyond != 1 && change.beyond != 1)
      ? nil : RateStudy.least(lows, slope.reach, along)
    let endsDown = slope.roots.isEmpty && slope.doubt == nil && slope.atStart == -1
    fallsThroughout = endsDown && !along.mayJump
    trust = RateStudy.trust(low, high, edge)
  }

  /// Where φ′ turns from − to + or to 0.
  private static func lows(_ slope: RateSearch.Found) -> [Certified] {
    slope.roots.filter { $0.before == -1 && ($0.after ?? -1) >= 0 }.map(\.at)
  }

  /// The first of what was found, if nothing before it is in doubt.
  private static func first(
    _ found: RateSearch.Found, _ edge: AlongStep.Edge?, _ root: Certified?
  ) -> Answer {
    if let doubt = found.doubt {
      guard let root, isBelow(root, doubt) else { return .missing(.undecided(doubt.certified)) }
      return .at(root)
    }
    if let root { return .at(root) }
    // Up to the edge of the domain, and where the sign beyond is that of all rates, there is none.
    let isAll = found.isComplete && (edge != nil || found.beyond != nil)
    return .missing(isAll ? .never : .notBelow(found.reach.certified))
  }

  private static func isBelow(_ root: Certified, _ doubt: ScaledNumber) -> Bool {
    let a = EnclosureArithmetic(bits: 512)
    return root.number(a).isBelow(doubt.number(a))
  }

  /// Where the prediction leaves 10 %: the sign of either difference turns.
  private static func trust(
    _ low: RateSearch.Found, _ high: RateSearch.Found, _ edge: AlongStep.Edge?
  ) -> Answer {
    // Just after 0 the ratio of φ to the prediction is between the two.
    if let l = low.atStart, let h = high.atStart, l * h > 0 || l == 0 || h == 0 {
      return .at(.exact(.zero))
    }
    func leaves(_ f: RateSearch.Found) -> Answer {
      first(f, edge, f.roots.first { $0.before != $0.after || $0.after == nil }?.at)
    }
    let a = EnclosureArithmetic(bits: 512)
    switch (leaves(low), leaves(high)) {
    case (.at(let x), .at(let y)): return .at(y.number(a).isBelow(x.number(a)) ? y : x)
    case (.at(let x), .missing(let m)), (.missing(let m), .at(let x)):
      guard case .undecided(let from) = m else { return .at(x) }
      return x.number(a).isBelow(from.number(a)) ? .at(x) : .missing(m)
    case (.missing(let m), .missing(let n)):
      if case .undecided(let x) = m, case .undecided(let y) = n {
        return .missing(x.number(a).isBelow(y.number(a)) ? m : n)
      }
      if case .never = m { return .missing(n) }
      if case .undecided = n { return .missing(n) }
      return .missing(m)
    }
  }

  private struct Stretch {
    let lower: Certified
    let upper: Certified
    let sign: Int?
    let isFirst: Bool
    let isLast: Bool
  }

  /// The ranges between the roots of φ, with the sign that φ has half-way.
  private static func stretches(_ found: RateSearch.Found, _ along: AlongStep) -> [Stretch] {
    let reach = found.reach.certified
    let ends = [.exact(.zero)] + found.roots.map(\.at) + [reach]
    let c = along.context(bits: 512)
    return zip(ends, ends.dropFirst()).enumerated().compactMap { k, range in
      let (l, u) = (range.0.number(c.a), range.1.number(c.a))
      guard l.isBelow(u) else { return nil }
      let isFirst = k == 0
      let middle = c.a.between(l, u)
      let sign = isFirst ? found.atStart : along.sample(c, middle).phi.sign
      return Stretch(
        lower: range.0, upper: range.1, sign: sign, isFirst: isFirst, isLast: k == ends.count - 2)
    }
  }

  /// The minimiser at which φ is shown to be least.
  private static func least(
    _ lows: [Certified], _ reach: ScaledNumber, _ along: AlongStep
  ) -> Certified? {
    let c = along.context(bits: 512)
    let values = lows.map { along.sample(c, $0.number(c.a)).phi }
    let end = along.sample(c, reach.number(c.a)).phi
    return lows.indices.first { k in
      !end.isBelow(values[k]) && end.isDefined
        && lows.indices.allSatisfy { $0 == k || values[k].isBelow(values[$0]) }
    }.map { lows[$0] }
  }
}
