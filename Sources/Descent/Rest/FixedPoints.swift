// The stationary points of a loss as fixed points of descent: where they are, what they are, their
// multipliers 1 − ηλ and the rates for which they attract, 0 < η < 2/λmax at a minimum.
import Calculus

/// One stationary point.
package struct FixedPoint: Sendable {
  package var at: [Certified]
  /// Eigenvalues of the Hessian, ascending; empty at a kink.
  package var curvatures: [Certified]
  /// nil where the signs of the curvatures do not decide.
  package var kind: Regime.Kind?

  init(_ loss: Loss, at x: [Certified]) {
    at = x
    // At a kink the Hessian says nothing.
    let fine = EnclosureArithmetic(bits: 256)
    let atKink = loss.meetsKink(fine, x.map { $0.number(fine) })
    curvatures = atKink ? [] : SymmetricEigenvalues.enclosures(of: loss.hessian(at: x)) ?? []
    kind = Regime.Kind(signs: curvatures.map(\.sign))
  }

  /// The multipliers 1 − ηλ, least first.
  package func multipliers(_ eta: Rate) -> [Certified] {
    let a = CertifiedArithmetic(bits: 256)
    return curvatures.reversed().map { a.subtract(.exact(.one), a.multiply(eta.number(a), $0)) }
  }

  /// 2/λmax at a minimum: it attracts for 0 < η < this.
  package var stableBelow: Certified? {
    guard kind == .minimum, let top = curvatures.last else { return nil }
    return CertifiedArithmetic(bits: 256).divide(.exact(Rational(2)), top)
  }
}

/// Where descent rests: points, curves, flats and stretches, and whether these are all in a range.
package struct FixedPoints: Sendable {
  package var points: [FixedPoint]
  /// The range searched, in one variable.
  package var searched: (Rational, Rational)?
  /// Whether every zero of f′ in that range is among the points and stretches.
  package var complete: Bool
  /// Whether every point of ℝ rests.
  package var everywhere = false
  /// Curves and surfaces of stationary points, whose points are not among `points`.
  package var sets: [RestingSet] = []
  /// Stationary points that others touch, which no equation of `sets` names.
  package var flats: [RestingFlat] = []
  /// Intervals of one variable on which every point rests, ascending; their points are not among `points`.
  package var stretches: [RestingStretch] = []

  /// The stationary points of a loss for a report: all in a range in one variable, those found from
  /// many starts in several; nil for more than 8 variables.
  ///
  /// - Parameters:
  ///   - around: points of interest, of which a search should know.
  ///   - limit: a stationary point that is known; empty for none.
  package static func search(
    _ loss: Loss, around: [[Double]], limit: [Certified] = [], budget: Int = RootSearch.usualBudget
  ) -> FixedPoints? {
    guard var out = search(loss, around: around, budget: budget) else { return nil }
    let x = limit.compactMap(\.estimate)
    guard x.count == loss.variables.count else { return out }
    let near = 1e-6 * x.reduce(1) { max($0, abs($1)) }
    let isKnown =
      out.points.contains { p in
        zip(p.at, x).allSatisfy { abs(($0.estimate ?? .nan) - $1) <= near }
      } || out.sets.contains { $0.holds(x) } || out.flats.contains { $0.covers(x) }
      || out.stretches.contains { $0.covers(limit[0]) }
    if !isKnown, !out.everywhere {
      out.points.append(FixedPoint(loss, at: limit))
    }
    return out
  }

  private static func search(_ loss: Loss, around: [[Double]], budget: Int) -> FixedPoints? {
    let n = loss.variables.count
    if n == 1 { return all(of: loss, around: around.flatMap { $0 }, budget: budget) }
    guard n <= 8 else { return nil }
    let map = DescentMap(loss, eta: .one)
    var out = FixedPoints(points: [], searched: nil, complete: false)
    out.sets = RestingSet.all(of: loss)
    var seen: [[Double]] = []
    var candidates: [[Double]] = []
    let given = around.filter { $0.count == n && $0.allSatisfy(\.isFinite) }
    for start in given + StationarySearch.starts(n) {
      let reach = 1e3 * start.reduce(1) { max($0, abs($1)) }
      guard let found = StationarySearch.settle(loss, start, within: reach) else { continue }
      let x = found.x
      let size = max(1, x.reduce(0) { max($0, abs($1)) })
      if seen.contains(where: { zip($0, x).allSatisfy { abs($0 - $1) < 1e-6 * size } })
        || out.sets.contains(where: { $0.holds(x) })
      {
        continue
      }
      seen.append(x)
      if found.spectrum.flat.isEmpty {
        candidates.append(x)
      } else if !loss.hasKink, out.flats.count < 4, !out.flats.contains(where: { $0.covers(x) }),
        let flat = loss.flat(at: x, found.spectrum)
      {
        out.flats.append(flat)
      } else if out.points.count < FixedPoints.most, let p = StationarySearch.short(x),
        !out.flats.contains(where: { $0.covers(x) }),
        loss.gradient.evaluate(CertifiedArithmetic(bits: 64), at: p.map(Certified.exact)).slopes
          .allSatisfy({ $0.sign == 0 })
      {
        // A degenerate point, isolated for all that is known.
        out.points.append(FixedPoint(loss, at: p.map(Certified.exact)))
      }
    }
    func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }
    // Nearest to the origin first, within a distance by coordinates.
    candidates.sort {
      let (u, v) = (length($0), length($1))
      return abs(u - v) > 1e-9 * (u + v) ? u < v : $0.lexicographicallyPrecedes($1)
    }
    for x in minimaFirst(loss, candidates) {
      if out.points.count >= FixedPoints.most { break }
      if let c = map.stationary(near: x, within: 1e-3 * max(1, length(x))) {
        out.points.append(FixedPoint(loss, at: c))
      }
    }
    return out
  }

  /// How many points of several variables are certified and shown.
  private static let most = 12

  /// Where there are more than are shown, the minima come first: descent ends there.
  private static func minimaFirst(_ loss: Loss, _ points: [[Double]]) -> [[Double]] {
    guard points.count > most else { return points }
    func isMinimum(_ x: [Double]) -> Bool {
      let h = loss.hessian.evaluate(DoubleArithmetic(), at: x).hessian
      return SpectralNorm.eigenvalues(h).allSatisfy { $0 > 0 }
    }
    let minima = points.filter(isMinimum).prefix(most)
    let rest = points.filter { !minima.contains($0) }.prefix(most - minima.count)
    return points.filter { minima.contains($0) || rest.contains($0) }
  }

  /// All zeros of f′ of a one-variable loss in a range about the start, certified.
  ///
  /// The range is [−R, R] with R the power of two from 16 on that is at least 4|x| for every x of
  /// `around`. Cost: at most `budget` boxes.
  package static func all(
    of loss: Loss, around: [Double], budget: Int = RootSearch.usualBudget
  ) -> FixedPoints {
    var reach = 16
    let most = around.reduce(0) { max($0, abs($1)) }
    while Double(reach) < 4 * most, reach < 1 << 40 { reach *= 2 }
    var search = RootSearch(lower: Rational(-reach), upper: Rational(reach))
    search.budget = budget
    search.jumps = loss.hasKink
    search.most = 64
    let map = DescentMap(loss, eta: .one)
    search.isRoot = loss.rests
    let found = search.roots { a, box in loss.slope(a, box) }
    let everywhere = loss.restsEverywhere && loss.program.isTotal
    let stretches =
      everywhere
      ? []
      : found.stretches.map { loss.restingStretch($0, in: found, of: (search.lower, search.upper)) }
    var isComplete = !found.undecided && found.roots.count < search.most
    var points: [Certified] = []
    for root in found.roots {
      let crowd =
        root.crowd.map { loss.crowd(about: root.at, in: $0, beside: found.stretches) }
        ?? .alone(root.at)
      if case .open = crowd { isComplete = false }
      if stretches.contains(where: { $0.covers(root.at) }) { continue }
      switch crowd {
      case .alone(let p): points.append(p)
      case .jump: break
      // A jump over 0 need not be a zero.
      case .open: if !loss.hasKink || isZero(loss, root.at) { points.append(root.at) }
      }
    }
    // What the search had no boxes left for: a point of interest that is one.
    for x in around where x.isFinite {
      let reach = 1e-6 * max(1, abs(x))
      guard let c = map.stationary(near: [x], within: reach)?.first,
        !loss.hasKink || isZero(loss, c), !stretches.contains(where: { $0.covers(c) }),
        !points.contains(where: { abs(($0.estimate ?? .nan) - x) <= 2 * reach })
      else { continue }
      points.append(c)
    }
    points.sort { ($0.estimate ?? 0) < ($1.estimate ?? 0) }
    return FixedPoints(
      points: points.map { FixedPoint(loss, at: [$0]) },
      searched: (search.lower, search.upper),
      complete: isComplete,
      everywhere: everywhere, stretches: stretches)
  }

  private static func isZero(_ loss: Loss, _ x: Certified) -> Bool {
    let a = EnclosureArithmetic(bits: 512)
    let g = loss.gradient.evaluate(a, at: [x.number(a)]).slope(0)
    return g.isDefined && g.sign.map { $0 == 0 } ?? true
      && abs(g.upperDouble - g.lowerDouble) < 1e-20
  }

  /// Stationary points near starts in several variables, by Newton's method, each certified by a
  /// contraction where it attracts at a small rate, else by Krawczyk's operator.
  package static func near(_ loss: Loss, starts: [[Double]]) -> FixedPoints {
    let map = DescentMap(loss, eta: .one)
    var points: [FixedPoint] = []
    for x in starts {
      let reach = 1e3 * x.reduce(1) { max($0, abs($1)) }
      guard let c = map.stationary(near: x, within: reach) else { continue }
      let known = points.contains { p in
        zip(p.at, c).allSatisfy { abs(($0.estimate ?? 0) - ($1.estimate ?? 1)) < 1e-9 }
      }
      if !known { points.append(FixedPoint(loss, at: c)) }
    }
    return FixedPoints(points: points, searched: nil, complete: false)
  }
}

extension DescentMap {
  /// A stationary point near x, enclosed by Krawczyk's operator; nil where none is certified.
  ///
  /// K = c − Yg(c) + (I − YH(X))(X − c) ⊂ int X proves exactly one zero of ∇C in X, with Y an
  /// approximate inverse of H(c) (Krawczyk 1969; Moore 1977).
  func stationary(near x: [Double], within reach: Double) -> [Certified]? {
    guard let c = cycle(near: x, period: 1, within: reach) else { return nil }
    if c.points[0].allSatisfy({ $0.rational != nil }) || c.isIsolated { return c.points[0] }
    let a = EnclosureArithmetic(bits: DescentMap.cycleBits)
    let n = dimension
    let middle = c.points[0].map { a.center($0.number(a)) }
    let here = loss.hessian.evaluate(a, at: middle)
    guard here.everything.allSatisfy(\.isDefined) else { return nil }
    let h = here.hessian
    let point = MidpointArithmetic(base: a)
    var inverse: [[Enclosure]] = []
    for k in 0..<n {
      let unit = (0..<n).map { a.constant($0 == k ? Rational.one : Rational.zero) }
      // H is symmetric: rows of the inverse are its columns.
      guard let row = point.solve(h, unit) else { return nil }
      inverse.append(row)
    }
    let radius = a.constant(Rational(2).power(-180) ?? .zero)
    let box = middle.map { a.ball($0, radius) }
    let around = loss.hessian.evaluate(a, at: box)
    // The mean-value form is that of a slope which does not jump.
    guard around.first.allSatisfy(\.isContinuous) else { return nil }
    for i in 0..<n {
      var k = middle[i]
      for j in 0..<n {
        k = a.subtract(k, a.multiply(inverse[i][j], here.slope(j)))
        var defect = i == j ? a.constant(.one) : a.constant(.zero)
        for l in 0..<n {
          defect = a.subtract(defect, a.multiply(inverse[i][l], around.curvature(l, j)))
        }
        k = a.add(k, a.multiply(defect, a.subtract(box[j], middle[j])))
      }
      guard k.isInside(box[i]) else { return nil }
    }
    return box.map(Certified.enclosed)
  }
}
