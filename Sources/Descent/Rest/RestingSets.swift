// Stationary points that are not isolated. Where all slopes share a factor h, every point with h = 0
// rests: algebra proves it, and there the Hessian is q(∇h)ᵀ with ∇C = h·q, so of the multipliers one
// is 1 − η·(q·∇h) and the others are 1. Else points found with a singular Hessian are looked at
// along the flat directions: a whole line where the slopes vanish identically on it, else evidence.
import Calculus
import Glibc

/// All points where a formula is 0; each of them is stationary.
package struct RestingSet: Sendable {
  /// h, whose zeros they are.
  package let equation: Formula
  /// The curvature across it as a formula that holds on it; the number 0 where it is flat.
  package let across: Formula
  /// q, with ∇C = h^exponent·q.
  let rest: [Formula]
  let exponent: Int32
  /// Whether the equation is linear.
  package let isStraight: Bool

  /// Every such set of a loss of two or more variables that an equation of its slopes shows.
  ///
  /// Empty where the slope may jump. An equation counts only where it changes its sign somewhere:
  /// x² + y² is 0 at one point alone. Cost: a few simplifications of the gradient.
  package static func all(of loss: Loss) -> [RestingSet] {
    let n = loss.variables.count
    guard n > 1, !loss.hasKink else { return [] }
    let slopes = Array(loss.gradient.outputs.dropFirst())
    return loss.gradient.commonFactors(of: slopes).compactMap { common in
      let h = common.factor.program()
      guard common.factor.text(unicode: true).count <= longest, changesSign(h) else { return nil }
      var b = ProgramBuilder(variables: loss.variables)
      let x = loss.variables.map { b.variable($0) }
      var across = b.constant(.zero)
      if common.exponent == 1 {
        for (name, q) in zip(loss.variables, common.rest) {
          let slope = b.inline(h.tangent(by: name), x)[0]
          across = b.add(across, b.multiply(b.inline(q.program(), x)[0], slope))
        }
      }
      // What holds on the set alone: there h is 0, also inside of other factors.
      let zero = b.inline(h, x)[0]
      let all = b.program(outputs: [across])
      var there = ProgramBuilder(variables: loss.variables)
      let y = loss.variables.map { there.variable($0) }
      let reduced = there.inline(all, y, zero: zero < all.instructions.count ? zero : nil)
      let straight = loss.variables.allSatisfy { h.tangent(by: $0).simplified().value != nil }
      return RestingSet(
        equation: common.factor, across: there.program(outputs: reduced).simplified(whereZero: h),
        rest: common.rest, exponent: common.exponent, isStraight: straight)
    }
  }

  /// What `field` gives at a point, by name.
  struct Field<Number> {
    let h: Number
    let q: [Number]
    /// ∇h.
    let slopes: [Number]

    init(_ all: [Number]) {
      let n = (all.count - 1) / 2
      (h, q, slopes) = (all[0], Array(all[1...n]), Array(all[(n + 1)...]))
    }
  }

  /// h, q and ∇h over the variables of the loss (`Field`).
  func field(_ variables: [String]) -> Program {
    var b = ProgramBuilder(variables: variables)
    let x = variables.map { b.variable($0) }
    let h = equation.program()
    let place = h.variables.map { name in variables.firstIndex(of: name).map { x[$0] } ?? x[0] }
    func copy(_ f: Program) -> Register {
      let inputs = f.variables.map { name in
        variables.firstIndex(of: name).map { x[$0] } ?? x[0]
      }
      return b.inline(f, inputs)[0]
    }
    let value = b.inline(h, place)[0]
    let q = rest.map { copy($0.program()) }
    let slopes = variables.map { copy(h.tangent(by: $0)) }
    return b.program(outputs: [value] + q + slopes)
  }

  /// Characters of an equation; a longer one tells a reader nothing.
  private static let longest = 40

  /// Whether two points are found at which a function has certainly opposite signs.
  private static func changesSign(_ h: Program) -> Bool {
    let a = EnclosureArithmetic(bits: 96)
    var signs: Set<Int> = []
    for x in StationarySearch.starts(h.variables.count) {
      if let s = h.run(a, at: x.map { a.constant($0) })[0].sign { signs.insert(s) }
      if signs.isSuperset(of: [-1, 1]) { return true }
    }
    return false
  }

  /// Whether a point lies on it, nearly.
  func holds(_ x: [Double]) -> Bool {
    let h = equation.program()
    let value = h.run(DoubleArithmetic(), at: x)[0]
    let slope = h.gradient().evaluate(DoubleArithmetic(), at: x).slopes
    let length = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return abs(value) <= 1e-7 * max(length, 1e-7)
  }
}

/// A stationary point with flat directions along which others lie.
package struct RestingFlat: Sendable {
  /// Exact where `directions` are given, else to some 10 digits.
  package let at: [Certified]
  /// The directions of a line or plane of stationary points, in echelon form; empty where
  /// only neighbours were found.
  package let directions: [[Rational]]
  /// The curvatures that are not 0, ascending: enclosed where `directions` are given, else to some 9
  /// digits.
  package let curvatures: [Certified]
  /// How many multipliers are 1.
  package let flat: Int
  /// Whether the curvatures are the same all along.
  package let isConstant: Bool

  /// Whether a point is one that this already speaks of: on its line, or any where it has none.
  func covers(_ x: [Double]) -> Bool {
    var rest = zip(x, at).map { $0 - ($1.estimate ?? .nan) }
    for v in directions.map({ $0.map(\.nearestDouble) }) {
      // Echelon form: the leading entry of each direction is 1, and 0 in the others.
      guard let lead = v.firstIndex(where: { $0 != 0 }) else { continue }
      let share = rest[lead] / v[lead]
      rest = zip(rest, v).map { $0 - share * $1 }
    }
    return directions.isEmpty || rest.allSatisfy { abs($0) < 1e-6 }
  }
}

extension Loss {
  /// What a stationary point with a singular Hessian belongs to; nil where neither a line is proved
  /// nor a step along each flat direction finds another one.
  func flat(at x: [Double], _ spectrum: StationarySearch.Spectrum) -> RestingFlat? {
    let flat = spectrum.flat.count
    // Seen in doubles only: evidence, to the digits that Jacobi's method leaves.
    let top = spectrum.curved.reduce(0) { max($0, abs($1)) }
    let curved = spectrum.curved.map {
      Certified.approximate($0, within: SpectralNorm.margin * top)
    }
    if let basis = StationarySearch.shortBasis(spectrum.flat),
      let point = StationarySearch.short(x), isQuadratic || flat == 1,
      basis.allSatisfy({ restsAlong(point, $0) })
    {
      let here = point.map(Certified.exact)
      let sure = SymmetricEigenvalues.enclosures(of: hessian(at: here))?.filter {
        $0.sign.map { $0 != 0 } ?? false
      }
      return RestingFlat(
        at: here, directions: basis,
        curvatures: sure.map { $0.count == curved.count ? $0 : curved } ?? curved, flat: flat,
        isConstant: isQuadratic)
    }
    let size = max(1, x.reduce(0) { max($0, abs($1)) })
    for v in spectrum.flat {
      for way in [0.5, -0.5, 0.25] {
        let start = zip(x, v).map { $0 + way * size * $1 }
        guard let other = StationarySearch.settle(self, start, within: size),
          other.spectrum.flat.count >= flat
        else { return nil }
        let gap = zip(other.x, x).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        // Not back to where it came from, and not far away.
        guard gap > 0.6 * abs(way) * size, gap < 2 * abs(way) * size else { return nil }
      }
    }
    return RestingFlat(
      at: x.map { .approximate($0, within: 1e-10 * size) }, directions: [], curvatures: curved,
      flat: flat, isConstant: false)
  }

  /// Whether the gradient is exactly 0 all along a line, by the coefficients of its polynomials.
  private func restsAlong(_ x: [Rational], _ v: [Rational]) -> Bool {
    guard let degree, degree <= 24 else { return false }
    let jets = JetArithmetic(CertifiedArithmetic(bits: 64, limit: 1 << 14), order: max(degree, 1))
    let along = zip(x, v).map { jets.variable(.exact($0), slope: .exact($1)) }
    return gradient.evaluate(jets, at: along).slopes.allSatisfy {
      $0.allSatisfy { $0.rational?.isZero == true }
    }
  }
}
