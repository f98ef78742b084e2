// Proof that a cycle attracts: a ball around its first point that the p-fold map (or a few rounds of
// it) contracts into itself. By Banach the ball holds exactly one periodic point and every orbit
// that enters it converges to the cycle. (Tucker, Validated Numerics, ch. 6.)
import Calculus

extension DescentMap {
  /// The largest ball tried that a round contracts into itself, about the first of `points`.
  func basin(_ points: [[Enclosure]], _ a: EnclosureArithmetic) -> Cycle.Basin? {
    let p = points.count
    let n = dimension
    var reach = points[0].reduce(1.0) { max($0, abs($1.midpoint)) }
    if p > 1 {
      for q in points.dropFirst() {
        let gap = zip(q, points[0]).reduce(0) { max($0, abs($1.0.midpoint - $1.1.midpoint)) }
        reach = min(reach, gap / 2)
      }
    }
    guard reach > 0 else { return nil }
    if !hasSymmetricJacobian { return framedBasin(points, reach: reach, a) }
    let small = a.constant(reach * 1e-9)
    var rounds = 1
    // Far from normal products need several rounds until their norm falls below 1.
    while true {
      if contraction(points, rounds, small, a) != nil { break }
      rounds *= 2
      if rounds > (n > 1 && p > 1 ? 32 : 1) { return nil }
    }
    var r = reach
    for _ in 0..<14 {
      if let found = contraction(points, rounds, a.constant(r), a), separate(points, found, a) {
        return found
      }
      r /= r > reach * 1e-3 ? 3 : 8
    }
    return contraction(points, rounds, small, a).flatMap { separate(points, $0, a) ? $0 : nil }
  }

  /// The round on the ball of radius r: a basin where it contracts the ball into itself.
  private func contraction(
    _ points: [[Enclosure]], _ rounds: Int, _ r: Enclosure, _ a: EnclosureArithmetic
  ) -> Cycle.Basin? {
    let zero = a.constant(.zero)
    let one = a.constant(.one)
    // Product of norms, norm of the product, distance of the centre's orbit from the points.
    var norms = one
    var product: [[Enclosure]] = []
    var drift = zero
    for k in 0..<(points.count * rounds) {
      let c = points[k % points.count]
      let lipschitz = least(norms, product, a)
      let size = a.upper(a.add(a.multiply(lipschitz, r), drift))
      let box = c.map { a.ball($0, size) }
      if meetsKink(a, box) { return nil }
      let jacobian = step(a, box).jacobian
      guard let stretch = self.stretch(jacobian) else { return nil }
      norms = a.upper(a.multiply(norms, a.constant(stretch)))
      if dimension > 1, points.count * rounds > 1 {
        product = product.isEmpty ? jacobian : a.product(jacobian, product)
      }
      let target = points[(k + 1) % points.count]
      let gap = zip(next(a, c), target).map { a.subtract($0, $1) }
      guard gap.allSatisfy(\.isDefined) else { return nil }
      let miss = EnclosedOrbit.length(a, gap.map { a.upper(a.magnitude($0)) })
      drift = a.upper(a.add(a.multiply(a.constant(stretch), drift), miss))
    }
    let lipschitz = least(norms, product, a)
    guard a.subtract(one, lipschitz).sign == 1 else { return nil }
    let reach = a.add(drift, a.multiply(lipschitz, r))
    guard a.subtract(r, reach).sign == 1 else { return nil }
    let offset = a.upper(a.divide(drift, a.subtract(one, lipschitz)))
    return Cycle.Basin(
      center: points[0], radius: r, contraction: lipschitz.upperDouble, offset: offset)
  }

  /// The smaller of the product of the norms and the Frobenius norm of the product.
  private func least(
    _ norms: Enclosure, _ product: [[Enclosure]], _ a: EnclosureArithmetic
  ) -> Enclosure {
    guard !product.isEmpty else { return norms }
    let s = squaredNorm(a, product.flatMap { $0 })
    let f = a.upper(a.lift(.row(named: "sqrt"), s, s))
    return f.isDefined && f.upperDouble < norms.upperDouble ? f : norms
  }

  /// Whether the period is minimal: the true points apart, by a prime divisor of the period.
  func separate(
    _ points: [[Enclosure]], _ b: Cycle.Basin, _ a: EnclosureArithmetic
  ) -> Bool {
    let boxes = enclosures(points, b, a)
    let p = points.count
    return (1..<max(p, 1)).allSatisfy { d in
      p % d != 0 || zip(boxes[0], boxes[d]).contains { $0.isDisjoint(from: $1) }
    }
  }

  /// Enclosures of the true points: the polished ones widened by their distance from the truth.
  func enclosures(
    _ points: [[Enclosure]], _ b: Cycle.Basin, _ a: EnclosureArithmetic
  ) -> [[Enclosure]] {
    var r = b.offset
    return points.indices.map { k in
      let box = points[k].map { a.ball($0, r) }
      let miss = zip(next(a, points[k]), points[(k + 1) % points.count]).map {
        a.upper(a.magnitude(a.subtract($0, $1)))
      }
      if let stretch = self.stretch(step(a, box).jacobian) {
        r = a.upper(
          a.add(a.multiply(a.constant(stretch), r), EnclosedOrbit.length(a, miss)))
      }
      return box
    }
  }
}
