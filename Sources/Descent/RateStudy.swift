// What the rate decides along one step's direction: up to where the prediction can be trusted, where
// the loss is lowest, where it rises.
import Calculus

package struct RateStudy: Sendable {
  /// Rates at which φ changes sign, ascending; the first is 0 where no step, however short, goes
  /// downhill (a kink at the start).
  package let critical: AlongStep.Roots
  /// Local minimisers of φ, ascending.
  package let best: AlongStep.Roots
  /// The largest rate up to which the prediction is within 10 %; nil where it is within for all
  /// rates searched.
  package let trust: Certified?
  /// Whether every rate at which the prediction leaves 10 % was found.
  package let isTrustDecided: Bool
  /// Intervals on which φ < 0; an upper end is nil where the search ended inside.
  package let falls: [(lower: Certified, upper: Certified?)]
  /// The minimiser with the least φ; nil where φ is lower still at the end of the search.
  package let globalBest: Certified?
  /// Where the line leaves the domain: nothing is said of rates beyond.
  package let edge: AlongStep.Edge?
  /// φ just after 0 where it does not fall there: 1 where it rises, 0 where it stays; else nil.
  package let signAtStart: Int?
  /// The first rate above which φ > 0; a root before it is where φ only touches 0, or stays there.
  package let rises: Certified?
  /// Whether φ falls all the way: no root, no minimiser, and none was missed.
  package var fallsThroughout: Bool {
    critical.roots.isEmpty && best.roots.isEmpty && !critical.undecided && !best.undecided
  }

  package init(_ along: AlongStep) {
    critical = along.roots()
    best = along.minimisers()
    let tenth = Rational(1) / Rational(10)
    let low = along.roots(share: .one - tenth)
    let high = along.roots(share: .one + tenth, before: 1)
    isTrustDecided = !low.undecided && !high.undecided
    trust =
      (low.roots + high.roots)
      .compactMap { r in r.nearestDouble.map { (r, $0) } }.min { $0.1 < $1.1 }?.0
    falls = RateStudy.falls(critical.roots, along)
    globalBest = RateStudy.least(best.roots, along)
    rises = RateStudy.rises(critical.roots, along)
    edge = along.edge
    signAtStart = critical.roots.first?.sign == 0 ? (critical.startsFlat ? 0 : 1) : nil
  }

  private static func rises(_ roots: [Certified], _ along: AlongStep) -> Certified? {
    let ends = roots.dropFirst() + [.exact(along.reach)]
    return zip(roots, ends).first { l, u in
      guard let x = l.nearestDouble, let y = u.nearestDouble, y > x else { return false }
      return along.change(at: .exact(Rational(x + (y - x) / 2))).sign == 1
    }?.0
  }

  private static func falls(
    _ roots: [Certified], _ along: AlongStep
  ) -> [(lower: Certified, upper: Certified?)] {
    let ends = [.exact(.zero)] + roots + [.exact(along.reach)]
    var out: [(lower: Certified, upper: Certified?)] = []
    for (l, u) in zip(ends, ends.dropFirst()) {
      guard let x = l.nearestDouble, let y = u.nearestDouble, y > x else { continue }
      if along.change(at: .exact(Rational(x + (y - x) / 2))).sign == -1 {
        out.append((l, u.rational == along.reach ? along.edge?.rate : u))
      }
    }
    return out
  }

  private static func least(_ minimisers: [Certified], _ along: AlongStep) -> Certified? {
    let end = along.change(at: .exact(along.reach)).nearestDouble ?? .infinity
    let values = minimisers.compactMap { m in
      along.change(at: m).nearestDouble.map { (m, $0) }
    }
    guard let best = values.min(by: { $0.1 < $1.1 }), best.1 <= end else { return nil }
    return best.0
  }
}

extension Loss {
  /// Whether the one-sided slopes along some axis differ at a point: true where that is shown, else
  /// false (a function like |x|·x has no such jump though |x| has one).
  package func slopeJumps(at x: [Rational]) -> Bool {
    guard x.count == variables.count else { return false }
    let a = CertifiedArithmetic(bits: 256)
    return x.indices.contains { k in
      let sides = [Rational.one, Rational(-1)].map { direction in
        let line = x.indices.map {
          Dual(
            value: Certified.exact(x[$0]),
            tangent: Certified.exact($0 == k ? direction : .zero))
        }
        return program.run(OneSidedArithmetic(a), at: line)[0].tangent
      }
      return (a.add(sides[0], sides[1]).sign ?? 0) != 0
    }
  }

  /// The functions that have a kink exactly at a point, by name; empty where the point has not a
  /// number for every variable.
  package func kinks(at x: [Rational]) -> [String] {
    guard x.count == variables.count else { return [] }
    let a = CertifiedArithmetic(bits: 128)
    let values = program.trace(a, at: x.map(Certified.exact))
    var names: [String] = []
    for i in program.instructions {
      var name: String?
      if i.opcode == .compare, a.subtract(values[Int(i.a)], values[Int(i.b)]).sign == 0 {
        name = "if"
      } else if i.opcode == .apply {
        let f = ElementaryFunction.table[Int(i.function)]
        let second = f.arity == 2 ? values[Int(i.b)] : .exact(.zero)
        if f.isAtKink(a, values[Int(i.a)], second) { name = f.name }
      }
      if let name, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The functions whose kink certainly lies between two points, by name.
  package func kinksCrossed(from x: [Certified], to y: [Certified]) -> [String] {
    let a = CertifiedArithmetic(bits: 256)
    let here = program.trace(a, at: x)
    let there = program.trace(a, at: y)
    var names: [String] = []
    for i in program.instructions where i.opcode == .apply || i.opcode == .compare {
      let f = i.opcode == .apply ? ElementaryFunction.table[Int(i.function)] : nil
      func side(_ v: [Certified]) -> Int? {
        switch f?.kink ?? .equalArguments {
        case .zero: v[Int(i.a)].sign
        case .equalArguments: a.subtract(v[Int(i.a)], v[Int(i.b)]).sign
        case .none, .integers, .originOnly, .cut: nil
        }
      }
      let name = f?.name ?? "if"
      if let p = side(here), let q = side(there), p * q < 0, !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }
}
