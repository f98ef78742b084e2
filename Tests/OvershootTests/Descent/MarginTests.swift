// Bounds that a proof rests on, against numbers found another way: norms of matrices, zeros of
// polynomials, exponents.
import Calculus
import Testing

@testable import Descent

struct MarginTests {
  private let a = EnclosureArithmetic(bits: 256)

  /// A small generator, the same every time.
  private struct Draws {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) / 4_503_599_627_370_496
    }
  }

  /// xᵀMx/xᵀx at any x is a lower bound of the norm; at the vector of the largest eigenvalue it is the
  /// norm.
  @Test(arguments: [2, 3, 5, 8], [1.0, 1e-160, 1e70])
  func normsAreBoundedFromAboveAndClosely(_ n: Int, _ scale: Double) {
    var draws = Draws(state: UInt64(n))
    for _ in 0..<20 {
      var m = Array(repeating: Array(repeating: 0.0, count: n), count: n)
      for i in 0..<n {
        for j in 0...i {
          m[i][j] = draws.next() * scale
          m[j][i] = m[i][j]
        }
      }
      let boxes = m.map { $0.map { a.constant($0) } }
      let exact = m.map { $0.map { Certified($0) } }
      guard let values = SymmetricEigenvalues.enclosures(of: exact) else { continue }
      let truth = values.reduce(0.0) { max($0, abs($1.nearestDouble ?? .nan)) }
      for bound in [SpectralNorm.bound(boxes), SpectralNorm.generalBound(boxes)] {
        let b = bound ?? .nan
        #expect(b >= truth, "\(m)")
        #expect(b <= truth * (1 + 1e-7) + 1e-70, "\(b), \(truth)")
      }
    }
  }

  @Test func aMatrixLargerThanTheDerivationHasNoBound() {
    let n = SpectralNorm.largest + 1
    let zero = Array(repeating: Array(repeating: a.constant(.zero), count: n), count: n)
    #expect(SpectralNorm.bound(zero) == nil)
  }

  /// A bound beyond the doubles is none: a box of 10⁴⁰⁰, or one that is unbounded.
  @Test(arguments: [1, 2, 3])
  func whatIsBeyondTheDoublesHasNoBound(_ n: Int) {
    let huge = a.power(a.constant(Rational(10)), 400)
    let m = Array(repeating: Array(repeating: huge, count: n), count: n)
    #expect(SpectralNorm.bound(m) == nil && SpectralNorm.generalBound(m) == nil)
  }

  private func multipliers(_ m: [[Int]]) -> [Multiplier] {
    GeneralEigenvalues.multipliers(
      CertifiedArithmetic(bits: 256), m.map { $0.map { .exact(Rational($0)) } })
  }

  /// The companion matrix of (s − 1)(s − 2)(s² + 1): real zeros are exactly real, others are not.
  @Test func eigenvaluesAreEnclosedAndRealOnesAreReal() {
    let found = multipliers([[3, -3, 3, -2], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
    #expect(found.count == 4)
    let real = found.filter { $0.imaginary.sign == 0 }.compactMap(\.real.estimate).sorted()
    #expect(real == [1, 2])
    for m in found where m.imaginary.sign != 0 {
      #expect(abs(abs(m.imaginary.estimate ?? 0) - 1) < 1e-50)
      #expect(abs(m.real.estimate ?? 1) < 1e-50)
    }
  }

  /// Of a double zero it is not known that it is real, and its enclosure holds it.
  @Test func aDoubleZeroIsNotCalledReal() {
    let found = multipliers([[4, -5, 2], [1, 0, 0], [0, 1, 0]])
    let double = found.filter { abs(($0.real.estimate ?? 9) - 1) < 0.1 }
    #expect(double.count == 2)
    for m in double {
      #expect(m.imaginary.sign == nil)
      let real = m.real.number(a)
      #expect(real.lowerDouble <= 1 && real.upperDouble >= 1)
    }
  }

  @Test func zerosOfASquareAreEnclosed() {
    let c = CertifiedArithmetic(bits: 256)
    let pair = GeneralEigenvalues.zeros(c, trace: .exact(.one), determinant: .exact(.one))
    #expect(pair.allSatisfy { abs($0.modulus - 1) < 1e-15 && $0.imaginary.sign != 0 })
    let third = Certified.enclosed(a.divide(a.constant(.one), a.constant(Rational(3))))
    let double = GeneralEigenvalues.zeros(
      c, trace: c.add(third, third), determinant: c.multiply(third, third))
    #expect(double.allSatisfy { $0.imaginary.sign == nil && $0.real.sign == 1 })
  }

  /// Work at many bits is not counted as if it were cheap.
  @Test func precisionCosts() throws {
    let p = try Program(parsing: "cos(3x)+x^2/5")
    #expect(p.cost(bits: 8192) > 100 * p.cost(bits: 128))
    #expect(p.cost(bits: 64) < 100)
  }

  /// x^y by its two corners, and beside 1 by its series, meets the values at four times the digits, and is
  /// as narrow as one rounding of each of its parts lets it be.
  @Test func powersHoldTheirValues() {
    let fine = EnclosureArithmetic(bits: 1024)
    var draws = Draws(state: 11)
    for k in 0..<400 {
      let scale = [1.0, 1e-3, 1e-30, 1e-90, 1e-300][k % 5]
      let x = [1 + draws.next() * scale, abs(draws.next()) * 40 + 1e-9][k / 5 % 2]
      let y = draws.next() * [1, 1e-25, 1e-60, 1e-300, 30][k / 10 % 5]
      guard x > 0, y != 0 else { continue }
      let (l, u) = (x, k % 3 == 0 ? x * (1 + 1e-9) : x)
      let wide = a.lift(
        .power, a.hull(a.constant(l), a.constant(u)),
        a.hull(a.constant(y), a.constant(k % 4 == 0 ? y * 1.0001 : y)))
      for (p, q) in [(l, y), (u, y), (l, k % 4 == 0 ? y * 1.0001 : y)] {
        let value = fine.lift(.power, fine.constant(p), fine.constant(q))
        #expect(!value.isDisjoint(from: wide), "\(p)^\(q)")
      }
      if l == u, k % 4 != 0 {
        let width = a.radius(wide, about: a.center(wide))
        #expect((width.exponent ?? -999) - (wide.exponent ?? 0) < -250, "\(x)^\(y)")
      }
    }
  }

  /// Sine and cosine next to ±1, where they are hard to round, against four times the digits.
  @Test func wavesHoldTheirValuesOnTheCrest() {
    let coarse = EnclosureArithmetic(bits: 512)
    let fine = EnclosureArithmetic(bits: 4096)
    let pi = fine.lift(.row(named: "acos"), fine.constant(Rational(-1)), fine.constant(.zero))
    for k in -3...3 {
      for exponent in [-100, -140, -300, -700] {
        guard let off = Rational(2).power(exponent) else { continue }
        for name in ["sin", "cos"] {
          let f = ElementaryFunction.row(named: name)
          let half = name == "sin" ? Rational(2 * k + 1) / Rational(2) : Rational(k)
          let crest = fine.multiply(pi, fine.constant(half))
          for side in [off, -off] {
            let x = fine.add(crest, fine.constant(side))
            guard let point = fine.center(x).exact else { continue }
            let value = fine.lift(f, fine.constant(point), fine.constant(.zero))
            for box in [
              coarse.constant(point),
              coarse.hull(coarse.constant(point), coarse.constant(point + off)),
            ] {
              let wide = coarse.lift(f, box, box)
              #expect(!value.isDisjoint(from: wide), "\(name) \(k) \(exponent)")
              #expect(wide.upperDouble <= 1 && wide.lowerDouble >= -1)
            }
          }
        }
      }
    }
  }
}
