// What regimes stand on: eigenvalues, enclosed orbits, fixed points, onsets.
import Calculus
import Foundation
import Testing

@testable import Descent

struct EigenvalueTests {
  private func matrix(_ n: Int, _ entry: (Int, Int) -> Rational) -> [[Certified]] {
    (0..<n).map { i in (0..<n).map { .exact(entry(i, $0)) } }
  }

  @Test(arguments: [3, 5, 12])
  func tridiagonal(_ n: Int) throws {
    let m = matrix(n) { i, j in i == j ? Rational(2) : abs(i - j) == 1 ? Rational(-1) : .zero }
    let values = try #require(SymmetricEigenvalues.enclosures(of: m))
    for (k, v) in values.enumerated() {
      let want = 2 - 2 * cos(Double(k + 1) * .pi / Double(n + 1))
      #expect(near(v.nearestDouble, want, 1e-14))
      #expect(v.certainDigits(30) == 30, "\(v.text(digits: 30))")
    }
  }

  @Test func rationalEigenvaluesAreExact() throws {
    // Eigenvalues 0, 0, 3 and a pair that is irrational.
    let ones = try #require(SymmetricEigenvalues.enclosures(of: matrix(3) { _, _ in .one }))
    #expect(ones.map(\.rational) == [.zero, .zero, Rational(3)])
    let block = matrix(4) { i, j in
      i == j ? Rational(i + 1) : (i < 2) == (j < 2) ? .one : .zero
    }
    let values = try #require(SymmetricEigenvalues.enclosures(of: block))
    let roots = [1.5 - sqrt(1.25), 1.5 + sqrt(1.25), 3.5 - sqrt(1.25), 3.5 + sqrt(1.25)].sorted()
    for (v, want) in zip(values, roots) { #expect(near(v.nearestDouble, want, 1e-14)) }
  }

  @Test func wideScalesKeepTheirDigits() throws {
    // Hilbert's matrix of order 6: its least eigenvalue is 1.08279948e-7.
    let h = matrix(6) { i, j in .one / Rational(i + j + 1) }
    let values = try #require(SymmetricEigenvalues.enclosures(of: h))
    #expect(near(values[0].nearestDouble, 1.082799484565550e-7, 1e-14, floor: 0))
    #expect(near(values[5].nearestDouble, 1.618899858924339, 1e-14))
    // Their product is the determinant, 1/186313420339200000.
    let a = CertifiedArithmetic(bits: 256)
    let product = values.reduce(Certified.exact(.one)) { a.multiply($0, $1) }
    let truth = try #require(Rational(digits: "186313420339200000", exponent: 0))
    let gap = a.subtract(a.multiply(product, .exact(truth)), .exact(.one))
    #expect(gap.sign == nil || gap.sign == 0)
  }
}

struct FixedPointTests {
  private func all(_ formula: String) throws -> FixedPoints {
    FixedPoints.all(of: Loss(name: "f", program: try Program(parsing: formula)), around: [1])
  }

  @Test func theDoubleWell() throws {
    let found = try all("x^4/4 - x^2/2")
    #expect(found.complete)
    #expect(found.points.map { $0.at[0].rational } == [-.one, .zero, .one])
    #expect(found.points.map(\.kind) == [.minimum, .maximum, .minimum])
    #expect(found.points.map { $0.stableBelow?.rational } == [.one, nil, .one])
    let m = found.points.map { $0.multipliers(Rate(Rational(1) / Rational(4)))[0].rational }
    #expect(m == [.half, Rational(5) / Rational(4), .half])
  }

  @Test(arguments: [
    ("x^4", 1, Regime.Kind.degenerate), ("exp(x) - x", 1, .minimum), ("x - log(x)", 1, .minimum),
    ("1 - cos(x)", 11, .maximum), ("exp(-x)", 0, .minimum),
  ])
  func counts(_ formula: String, _ count: Int, _ first: Regime.Kind) throws {
    let found = try all(formula)
    #expect(found.points.count == count, "\(found.points.map { $0.at[0].text(digits: 9) })")
    if count > 0 { #expect(found.points[0].kind == first) }
  }

  @Test func theMapHasItsJacobian() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^2 + 3*x*y"))
    let map = DescentMap(loss, eta: Rational(1) / Rational(10))
    let at = [Rational(1), Rational(2)].map(Certified.exact)
    let step = map.step(CertifiedArithmetic(bits: 64), at)
    let values = (step.next + step.jacobian.flatMap { $0 }).compactMap(\.rational)
    // x − η(2x + 3y), y − 3ηx, then 1 − 2η, −3η, −3η, 1.
    let want = try ["0.2", "1.7", "0.8", "-0.3", "-0.3", "1"].map { try exact($0) }
    #expect(values == want)
  }
}

struct OnsetTests {
  private func expect(_ id: String, _ low: String, _ high: String, _ x0: String) throws {
    let row = try Cases.hard(id)
    let loss = Loss(name: "f", program: try Program(parsing: row["formula"] as? String ?? ""))
    let b = try Bifurcation(
      StepProgram(descending: loss), from: exact(low), to: exact(high), start: [exact(x0)],
      columns: 60)
    let want = row["period_doubling_eta"] as? [String] ?? []
    let cascade = b.onsets
    #expect(cascade.count >= 4, "\(cascade.count) onsets")
    for (k, (o, truth)) in zip(cascade, want).enumerated() {
      #expect(o.period == 1 << (k + 1))
      #expect(near(o.eta.estimate, Double(truth) ?? .nan, 1e-10), "\(truth)")
      try expectDigits(o.eta, truth, 10)
    }
    for (r, truth) in zip(b.ratios, row["feigenbaum_ratios"] as? [String] ?? []) {
      #expect(near(r, Double(truth) ?? .nan, 1e-5), "\(r) is not \(truth)")
    }
  }

  @Test func theCubicLoss() throws { try expect("bif-cubicloss", "1.8", "2.6", "0.1") }
  @Test func theDoubleWell() throws { try expect("bif-doublewell", "0.9", "1.32", "1.1") }

  private func onsets(_ text: String, _ low: String, _ high: String, _ start: [String]) throws
    -> [Bifurcation.Onset]
  {
    let loss = Loss(name: "f", program: try Program(parsing: text))
    return try Bifurcation(
      StepProgram(descending: loss), from: exact(low), to: exact(high), start: try start.map(exact)
    ).onsets
  }

  /// y ends at 0: the onsets are those of the first variable alone.
  @Test func severalVariablesDoubleToo() throws {
    let found = try onsets("x^4/4 - x^2/2 + y^2/4", "0.8", "1.3", ["0.3", "0.1"])
    let want = [1, 1.2360679774997898, 1.2880317544828]
    #expect(found.count >= 3)
    for (o, truth) in zip(found, want) { #expect(near(o.eta.estimate, truth, 1e-10)) }
    #expect(found.first?.eta.rational == .one)
    // Turned by an angle with the tangent 3/4, both variables take part.
    let turned = try onsets(
      "(4*x + 3*y)^4/2500 - (4*x + 3*y)^2/50 + (4*y - 3*x)^2/100", "0.8", "1.3", ["0.2", "0.3"])
    #expect(turned.count >= 3)
    for (o, truth) in zip(turned, want) { #expect(near(o.eta.estimate, truth, 1e-9)) }
  }

  /// The 2-cycle of cos(x) splits in two at a pitchfork, which is no doubling, before it doubles.
  @Test func doublingsBeyondAPitchforkAreFound() throws {
    let found = try onsets("cos(x)", "1", "5", ["1"])
    #expect(found.count >= 4)
    for (o, truth) in zip(found, [2, 3.4452292233013, 3.5128924647516, 3.5275253712407]) {
      #expect(near(o.eta.estimate, truth, 1e-10))
    }
  }

  /// The gap between points two steps apart differs round a 4-cycle; it is no smaller for that.
  @Test func aFourCycleIsNotTakenForTwo() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "cos(x)"))
    let b = try Bifurcation(
      StepProgram(descending: loss), from: exact("3.46"), to: exact("3.51"), start: [exact("1")],
      columns: 40)
    #expect(b.columns.allSatisfy { $0.period == 4 })
  }

  @Test func aQuadraticDoublesNowhere() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^2"))
    let b = try Bifurcation(
      StepProgram(descending: loss), from: exact("0.5"), to: exact("1.5"), start: [exact("0.1")],
      columns: 40)
    #expect(b.onsets.isEmpty && b.columns.count == 40)
    #expect(b.columns.first?.period == 1)
    #expect(b.columns.last?.left == true)
    #expect(b.release?.rational == .one)
    // Two variables: the steeper one lets go, at 2/20.
    let bowl = Loss(name: "f", program: try Program(parsing: "x^2 + 10*y^2"))
    let both = try Bifurcation(
      StepProgram(descending: bowl), from: exact("0.01"), to: exact("0.2"), start: [.one, .one],
      columns: 480)
    #expect(both.release?.rational == Rational(1) / Rational(10))
  }

  @Test func aPlateauIsNoChaos() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "exp(-x^2)"))
    let b = try Bifurcation(
      StepProgram(descending: loss), from: exact("0.1"), to: exact("5"), start: [exact("0.5")],
      columns: 40)
    let creeping = b.columns.filter(\.creeps).count
    #expect(creeping > 30)
    #expect(b.release == nil && b.onsets.isEmpty)
    let chaos = Loss(name: "f", program: try Program(parsing: "x^2/2 - x^3/3"))
    let c = try Bifurcation(
      StepProgram(descending: chaos), from: exact("2.6"), to: exact("3"), start: [exact("0.1")],
      columns: 40)
    let amongChaos = c.columns.filter(\.creeps).count
    #expect(amongChaos == 0)
  }

  /// Far out is not on the way to infinity: only x² at rates that grow far within the steps leaves, and
  /// beside 7·10⁹ no orbit of the double well does at rates that hold it there.
  @Test func whatIsFarOutNeedNotLeave() throws {
    let rows: [(String, String, (String, String), Bool?)] = [
      ("(x-100000000)^2", "0", ("0.05", "0.95"), false),
      ("(x-100000000)^2", "0", ("1.15", "1.5"), true),
      ("x^4/1e20-x^2", "1", ("0.05", "0.45"), false),
      // −x² again beyond 10¹³, but no orbit comes there.
      (
        "if(abs(x) < 1e9, -x^2, if(abs(x) < 1e13, x^2 - 2e18, -x^2 + 2e26 - 2e18))", "1",
        ("0.05", "0.45"), nil
      ),
    ]
    for (text, start, range, leaves) in rows {
      let loss = Loss(name: "f", program: try Program(parsing: text))
      let b = try Bifurcation(
        StepProgram(descending: loss), from: exact(range.0), to: exact(range.1),
        start: [exact(start)], columns: 12)
      for c in b.columns {
        guard let leaves else {
          #expect(!c.left, "\(text) \(c.eta)")
          continue
        }
        #expect(c.left == leaves && (c.period == 1) == !leaves, "\(text) \(c.eta)")
      }
    }
  }
}
