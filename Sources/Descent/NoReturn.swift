// Sets from which no orbit of descent comes back: each step leads into the set again and farther out.
// In one variable a side |x| ≥ R on which a step multiplies x by at least q > 1 in size, or on which
// f′ pushes outward and vanishes nowhere; in several, where one variable outgrows the others, where all
// are far out, or where the norm grows by Cauchy and Schwarz. All by `FarArithmetic`.
import Calculus
import Glibc

/// An escape set with what happens on it.
struct NoReturn: Sendable {
  enum Shape: Sendable {
    /// σxᵢ ≥ R for the sides named, and |xⱼ| ≤ κⱼ|xᵢ|^pⱼ for the others (p in twelfths).
    case cone(variable: Int, sides: [Int], widths: [Double], powers: [Int])
    /// Every |xᵢ| ≥ R.
    case allFar
    /// ‖x‖ ≥ R.
    case ball
    /// σx ≥ R, and with a memory σv ≥ 0.
    case outward(side: Int)
  }
  enum Flight: Sendable {
    /// ‖x‖ grows at least geometrically.
    case grows
    /// x creeps outward; the loss falls without limit, or to a finite infimum.
    case falls, runsOff
  }
  var shape: Shape
  var flight: Flight
  /// log₂ of R.
  var exponent: Int
  /// Whether each step changes the side, where that is certain.
  var alternates: Bool?
  /// The condition that holds on the set, in words.
  var words: String
  /// Whether the coordinates are, instead of (x, v), x and the point before, x − v.
  var usesPointBefore = false

  /// R as tried: near first, then so far that it is rarely of use.
  static let exponents = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]

  /// Whether a box lies in the set.
  func holds(_ a: EnclosureArithmetic, _ box: [Enclosure]) -> Bool {
    let least = a.power(a.constant(Rational(2)), exponent)
    func isFar(_ x: Enclosure) -> Bool { (a.subtract(x, least).sign ?? -1) >= 0 }
    let box = usesPointBefore ? NoReturn.withPointBefore(a, box) : box
    switch shape {
    case .outward(let side):
      let n = box.count / 2
      return box[0].sign == side && isFar(a.magnitude(box[0]))
        && box[n...].allSatisfy { (a.multiply($0, a.constant(Rational(side))).sign ?? -1) >= 0 }
    case .allFar: return box.allSatisfy { isFar(a.magnitude($0)) }
    case .ball:
      let s = squaredNorm(a, box.map(a.magnitude))
      return (a.subtract(s, a.power(least, 2)).sign ?? -1) >= 0
    case .cone(let i, let sides, let widths, let powers):
      guard let s = box[i].sign, s != 0, sides.contains(s), isFar(a.magnitude(box[i])) else {
        return false
      }
      return box.indices.allSatisfy { j in
        if j == i { return true }
        let room = a.multiply(
          a.constant(widths[j]), NoReturn.root(a, a.magnitude(box[i]), powers[j]))
        return (a.subtract(room, a.magnitude(box[j])).sign ?? -1) >= 0
      }
    }
  }

  /// (x, v) as (x, x − v), and back.
  static func withPointBefore<A: Arithmetic>(_ a: A, _ z: [A.Number]) -> [A.Number] {
    let n = z.count / 2
    return (0..<n).map { z[$0] } + (0..<n).map { a.subtract(z[$0], z[n + $0]) }
  }

  /// 2^e for a sentence.
  static func size(_ e: Int) -> String { e <= 16 ? "\(1 << e)" : "2^\(e)" }

  /// Whether it is a side of one variable.
  func isOf(_ side: Int) -> Bool {
    if case .cone(_, let sides, _, _) = shape { return sides == [side] }
    return false
  }

  /// x^(p/12) of a positive enclosure.
  static func root(_ a: EnclosureArithmetic, _ x: Enclosure, _ p: Int) -> Enclosure {
    if p == 0 { return a.constant(.one) }
    if p == FarArithmetic.unit { return x }
    return a.lift(.power, x, a.constant(Rational(p) / Rational(FarArithmetic.unit)))
  }
}

extension DescentMap {
  /// The escape sets of one variable, by side, nearest first; at most one each for −1 and 1.
  func noReturns() -> [NoReturn] {
    guard loss.variables.count == 1, !eta.isZero else { return [] }
    if let inertia {
      // v keeps pointing outward where the slope does.
      guard inertia.weight.sign >= 0 else { return [] }
      return DescentMap(loss, eta: eta).noReturns().compactMap { set in
        if case .grows = set.flight { return nil }
        guard case .cone(_, let sides, _, _) = set.shape else { return nil }
        var out = set
        out.shape = .outward(side: sides[0])
        return out
      }
    }
    var out: [NoReturn] = []
    for e in NoReturn.exponents where out.count < 2 {
      let sides = [-1, 1].map { (side: $0, seen: side($0, exponent: e)) }
      for (side, seen) in sides where !out.contains(where: { $0.isOf(side) }) {
        guard let seen else { continue }
        // What changes sides needs the other side to be an escape set too.
        let other = sides.first { $0.side != side }?.seen
        if seen.leadsTo != side {
          guard let other, case .grows = other.flight else { continue }
        }
        out.append(
          NoReturn(
            shape: .cone(variable: 0, sides: [side], widths: [0], powers: [0]),
            flight: seen.flight, exponent: e,
            alternates: seen.leadsTo == side ? false : other?.leadsTo == side ? true : nil,
            words: seen.words))
      }
    }
    return out
  }

  /// Whether every x with σx ≥ 2^e moves outward, where to, and how.
  private func side(
    _ side: Int, exponent e: Int
  ) -> (leadsTo: Int, flight: NoReturn.Flight, words: String)? {
    let f = FarArithmetic(count: 1, exponent: e)
    let a = f.base
    let x = f.far(0, side: side)
    let all = loss.gradient.run(f, at: [x])
    let slope = all[1]
    guard all[0].bound.isDefined, slope.bound.isDefined else { return nil }
    let name = Spelling.shown(loss.variables[0], unicode: true)
    let rate = FarNumber(x.powers.map { _ in 0 }, a.constant(eta))
    let factor = f.subtract(f.constant(.one), f.multiply(rate, f.divide(slope, x)))
    if let s = factor.bound.sign, s != 0, factor.powers[0] >= 0 {
      let least = a.magnitude(f.range(factor)).lowerDouble
      if least > 1.0001 {
        let shown = Certified.exact(Rational(min(least, 1e6) * 0.999)).text(digits: 2)
        return (
          s * side, .grows,
          "for |\(name)| ≥ \(NoReturn.size(e)) every step multiplies |\(name)| by more than \(shown)"
        )
      }
    }
    // Outward on a side without a stationary point.
    guard eta.sign > 0, let s = slope.sign, s * side < 0,
      !loss.hasKink || slope.bound.sign != nil
    else { return nil }
    let power = slope.powers[0]
    let flight: NoReturn.Flight
    if power < -FarArithmetic.unit, slope.bound.upperDouble.isFinite,
      slope.bound.lowerDouble.isFinite
    {
      flight = .runsOff
    } else if power >= -FarArithmetic.unit, slope.bound.sign != nil {
      flight = .falls
    } else {
      return nil
    }
    let end = side > 0 ? "≥ \(NoReturn.size(e))" : "≤ -\(NoReturn.size(e))"
    return (
      side, flight,
      "for \(name) \(end) the slope is never 0 and every step goes farther out"
    )
  }

  /// An escape set of several variables that holds the points, if one is found; near the orbit first.
  func noReturn(holding points: [[Double]]) -> NoReturn? {
    guard dimension > 1, !points.isEmpty else { return nil }
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
        words:
          "where every variable is at least \(NoReturn.size(e)) in size, each grows by a factor")
    }
    for e in exponents(top / 2).dropFirst().prefix(3)
    where dimension <= 3 && inertia == nil && normGrows(exponent: e) {
      return NoReturn(
        shape: .ball, flight: .grows, exponent: e + 1, alternates: nil,
        words: "for ‖x‖ ≥ \(NoReturn.size(e + 1)) every step multiplies ‖x‖ by more than 1.01")
    }
    return nil
  }

  /// The next point over a far set.
  private func image(_ f: FarArithmetic, _ x: [FarNumber]) -> [FarNumber]? {
    let all = loss.gradient.run(f, at: place(f, x))
    guard all.allSatisfy({ $0.bound.isDefined }) else { return nil }
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
          let shown = Spelling.shown(loss.variables[i], unicode: true)
          var set = NoReturn(
            shape: .cone(
              variable: i, sides: [-1, 1], widths: widths,
              powers: Array(repeating: p, count: dimension)),
            flight: .grows, exponent: e, alternates: nil,
            words:
              "where |\(shown)| ≥ \(NoReturn.size(e)) and outgrows the rest, every step makes |\(shown)| larger by a factor and leads there again"
          )
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
        let all = loss.gradient.run(f, at: x)
        guard all.allSatisfy({ $0.bound.isDefined }) else { return false }
        var dot = f.constant(.zero)
        var square = f.constant(.zero)
        for k in 0..<n {
          dot = f.add(dot, f.multiply(x[k], all[1 + k]))
          square = f.add(square, f.power(x[k], 2))
        }
        let rate = FarNumber([0], a.constant(eta))
        let factor = f.subtract(f.constant(.one), f.multiply(rate, f.divide(dot, square)))
        guard factor.bound.sign != nil, factor.powers[0] >= 0,
          a.magnitude(f.range(factor)).lowerDouble > 1.01
        else { return false }
      }
    }
    return true
  }
}
