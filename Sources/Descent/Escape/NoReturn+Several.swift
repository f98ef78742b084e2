// Escape sets of several variables: where one variable outgrows the others, where all are far out, or
// where the norm grows by Cauchy and Schwarz. By `FarArithmetic`.
import Calculus
import Glibc

extension DescentMap {
  /// An escape set of several variables that holds the points, if one is found; near the orbit first.
  func noReturn(holding points: [[Double]]) -> NoReturn? {
    guard motion.law != nil, dimension > 1, !points.isEmpty else { return nil }
    let d = DoubleArithmetic()
    let points = inertia == nil ? points : points.map { NoReturn.withPointBefore(d, $0) }
    let last = points[points.count - 1]
    let largest = last.map(abs)
    guard let top = largest.prefix(loss.variables.count).max(), top.isFinite, top > 1 else {
      return nil
    }
    let order = loss.variables.indices.sorted { largest[$0] > largest[$1] }
    // R at most what the orbit has, near first.
    func exponents(_ size: Double) -> [Int] {
      size >= 1 ? NoReturn.exponents.filter { $0 <= Int(size.exponent) } : []
    }
    for e in exponents(top).prefix(12) {
      if let c = cone(order[0], exponent: e, points) { return c }
    }
    let all = exponents(largest.min() ?? 0)
    for e in all.prefix(6) where dimension <= 3 && inertia == nil && allGrow(exponent: e) {
      return NoReturn(
        shape: .allFar, flight: .grows, exponent: e, alternates: nil,
        law: .eachGrows)
    }
    for e in exponents(top / 2).dropFirst().prefix(3)
    where dimension <= 3 && inertia == nil && normGrows(exponent: e) {
      return NoReturn(
        shape: .ball, flight: .grows, exponent: e + 1, alternates: nil,
        law: .normGrows)
    }
    return nil
  }

  /// The next point over a far set.
  private func image(_ f: FarArithmetic, _ x: [FarNumber]) -> [FarNumber]? {
    let slopes = places(f, x).map { loss.gradient.run(f, at: $0) }
    guard slopes.joined().allSatisfy({ $0.bound.isDefined }) else { return nil }
    return next(f, x)
  }

  /// The same in the coordinates of a cone: of a memory, x and the point before.
  private func coneImage(_ f: FarArithmetic, _ w: [FarNumber]) -> [FarNumber]? {
    guard inertia != nil else { return image(f, w) }
    guard let z = image(f, NoReturn.withPointBefore(f, w)) else { return nil }
    let n = w.count / 2
    return Array(z.prefix(n)) + w.prefix(n)
  }

  /// |xᵢ| ≥ R and |xⱼ| ≤ κⱼ|xᵢ|^pⱼ, with κ from where the orbit is.
  private func cone(_ i: Int, exponent e: Int, _ points: [[Double]]) -> NoReturn? {
    let f = FarArithmetic(count: 1, exponent: e)
    let a = f.base
    let inside = points.filter { abs($0[i]) >= Double(sign: .plus, exponent: e, significand: 1) }
    guard !inside.isEmpty else { return nil }
    for p in [0, 4, 6, 8, 12] {
      let share = Double(p) / Double(FarArithmetic.unit)
      for slack in [2.0, 16.0] {
        let widths = (0..<dimension).map { j in
          slack * inside.reduce(0.01) { max($0, abs($1[j]) / pow(abs($1[i]), share)) }
        }
        guard widths.allSatisfy({ $0 < 1e6 }) else { continue }
        let kept = [-1, 1].allSatisfy { side in
          let x = (0..<dimension).map { j -> FarNumber in
            if j == i { return f.far(0, side: side) }
            return FarNumber([p], a.ball(a.constant(.zero), a.constant(widths[j])))
          }
          guard let next = coneImage(f, x), next[i].bound.sign != nil,
            next[i].powers[0] >= FarArithmetic.unit
          else { return false }
          let least = a.magnitude(next[i].bound)
          let growth = f.range(
            FarNumber([next[i].powers[0] - FarArithmetic.unit], least))
          guard growth.lowerDouble > 1.0001 else { return false }
          return (0..<dimension).allSatisfy { j in
            if j == i { return true }
            // κ·|xᵢ′|^p over |xⱼ′|, at the power that |xᵢ′| has.
            guard next[i].powers[0] * p % FarArithmetic.unit == 0 else { return false }
            let room = FarNumber(
              [next[i].powers[0] * p / FarArithmetic.unit],
              a.multiply(a.constant(widths[j]), NoReturn.root(a, least, p)))
            let used = FarNumber(next[j].powers, a.upper(a.magnitude(next[j].bound)))
            return used.powers[0] <= room.powers[0]
              && (f.subtract(room, used).bound.sign ?? -1) >= 0
          }
        }
        if kept {
          var set = NoReturn(
            shape: .cone(
              variable: i, sides: [-1, 1], widths: widths,
              powers: Array(repeating: p, count: dimension)),
            flight: .grows, exponent: e, alternates: nil,
            law: .outgrows(variable: loss.variables[i]))
          set.usesPointBefore = inertia != nil
          return set
        }
      }
    }
    return nil
  }

  /// Every variable at least R in size grows by a factor, whatever the signs.
  private func allGrow(exponent e: Int) -> Bool {
    let n = dimension
    let f = FarArithmetic(count: n, exponent: e)
    return (0..<(1 << n)).allSatisfy { signs in
      let x = (0..<n).map { f.far($0, side: signs >> $0 & 1 == 0 ? 1 : -1) }
      guard let next = image(f, x) else { return false }
      return (0..<n).allSatisfy { k in
        let factor = f.divide(next[k], x[k])
        return factor.bound.sign != nil && factor.powers.allSatisfy { $0 >= 0 }
          && f.base.magnitude(f.range(factor)).lowerDouble > 1.0001
      }
    }
  }

  /// |m(x)|·|x| ≥ |x·m(x)| = ‖x‖²·|1 − η x·∇C/‖x‖²|, by pieces of the faces of the cube.
  private func normGrows(exponent e: Int) -> Bool {
    let n = dimension
    let f = FarArithmetic(count: 1, exponent: e)
    let a = f.base
    let pieces = n == 2 ? 16 : 8
    let total = (1..<n).reduce(1) { m, _ in m * pieces }
    for face in 0..<(2 * n) {
      for piece in 0..<total {
        var rest = piece
        let x = (0..<n).map { k -> FarNumber in
          if k == face / 2 { return f.far(0, side: face % 2 == 0 ? 1 : -1) }
          let at = rest % pieces
          rest /= pieces
          let (l, u) = (Double(at) / Double(pieces), Double(at + 1) / Double(pieces))
          return FarNumber(
            [FarArithmetic.unit], a.hull(a.constant(2 * l - 1), a.constant(2 * u - 1)))
        }
        let here = loss.gradient.evaluate(f, at: x)
        guard here.everything.allSatisfy({ $0.bound.isDefined }) else { return false }
        var dot = f.constant(.zero)
        var square = f.constant(.zero)
        for k in 0..<n {
          dot = f.add(dot, f.multiply(x[k], here.slope(k)))
          square = f.add(square, f.power(x[k], 2))
        }
        let rate = FarNumber([0], eta.number(a))
        let factor = f.subtract(f.constant(.one), f.multiply(rate, f.divide(dot, square)))
        guard factor.bound.sign != nil, factor.powers[0] >= 0,
          a.magnitude(f.range(factor)).lowerDouble > NoReturn.leastGrowth
        else { return false }
      }
    }
    return true
  }
}
