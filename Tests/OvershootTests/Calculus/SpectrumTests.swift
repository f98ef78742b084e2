// Spectra of many variables: LAPACK and Lanczos' method against matrices whose eigenvalues are known in closed
// form, and what is said of them.
import Glibc
import Native
import Shell
import Testing

@testable import Calculus

struct SpectrumTests {
  /// 2 on the diagonal and −1 beside it: 2 − 2·cos(kπ/(n + 1)).
  private func chain(_ n: Int) -> [Double] {
    (0..<(n * n)).map { k in
      let (i, j) = k.quotientAndRemainder(dividingBy: n)
      return i == j ? 2 : abs(i - j) == 1 ? -1 : 0
    }
  }

  private func eigenvalue(_ k: Int, _ n: Int) -> Double {
    2 - 2 * cos(Double(k) * .pi / Double(n + 1))
  }

  private func times(_ m: [Double], _ v: [Double]) -> [Double] {
    v.indices.map { i in v.indices.reduce(0) { $0 + m[i * v.count + $1] * v[$1] } }
  }

  @Test(arguments: [1, 2, 33, 200])
  func denseEigenvaluesAreWithinTheirBound(_ n: Int) throws {
    let found = try #require(try DenseEigenvalues(chain(n), n))
    #expect(found.within < 1e-9 && found.values.count == n)
    for k in 1...n {
      #expect(abs(found.values[k - 1] - eigenvalue(k, n)) <= found.within)
    }
    let image = times(chain(n), found.last)
    #expect(zip(image, found.last).allSatisfy { abs($0 - eigenvalue(n, n) * $1) <= found.within })
  }

  @Test func matricesThatAreNotFiniteHaveNone() throws {
    #expect(try DenseEigenvalues([1, .nan, .nan, 1], 2) == nil)
  }

  @Test(arguments: [1, 2, 40, 150])
  func endsAreThoseOfTheChain(_ n: Int) throws {
    let m = chain(n)
    let found = try #require(Lanczos(dimension: n) { times(m, $0) })
    #expect(abs(found.largest.value - eigenvalue(n, n)) <= found.largest.residual + 1e-12)
    #expect(abs(found.smallest.value - eigenvalue(1, n)) <= found.smallest.residual + 1e-12)
    #expect(found.products <= n)
  }

  /// Few products where few eigenvalues differ; multiplicity is no obstacle.
  @Test func fewDistinctEigenvaluesTakeFewProducts() throws {
    let n = 300
    let values = (0..<n).map { [5.0, -3, 0][$0 % 3] }
    let found = try #require(
      Lanczos(dimension: n) { v in zip(values, v).map { $0 * $1 } })
    #expect(found.products <= 8)
    #expect(abs(found.largest.value - 5) < 1e-12 && abs(found.smallest.value + 3) < 1e-12)
  }

  @Test func anOperatorThatIsZeroHasZero() throws {
    let found = try #require(Lanczos(dimension: 40) { $0.map { _ in 0 } })
    #expect(found.largest.value == 0 && found.products == 1)
  }

  @Test func tridiagonalEigenvectorsAreOrthogonal() {
    let n = 24
    let (values, vectors) = Tridiagonal.eigen(
      Array(repeating: 2, count: n), Array(repeating: -1, count: n - 1))
    for k in 0..<n {
      #expect(abs(values[k] - eigenvalue(k + 1, n)) < 1e-13)
      for l in 0..<n {
        let product = zip(vectors[k], vectors[l]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (k == l ? 1 : 0)) < 1e-13)
      }
    }
  }

  private static let chain = "var w[60]; f = sum(w^2) - sum(w[1..59] .* w[2..60]); "
  private static let long = "var w[600]; f = sum(w^2) - sum(w[1..599] .* w[2..600]); "

  /// 2 + 2·cos(π/61) = 3.99735…, its half in the table; the Hessian is the chain.
  @Test func curvatureOf60VariablesIsTold() throws {
    let said = try say(Self.chain + "threshold f w0=1; why f eta=0.1 w0=1; hess f w=1")
    #expect(said.text.contains("0.500332") && said.text.contains("LAPACK's largest of 60"))
    #expect(said.text.contains("2/λmax = 0.500332"))
    #expect(said.text.contains("60 above 0"))
    let hess = try #require(said.answers.last?["eigenvalues"] as? [Double])
    for k in 1...60 { #expect(abs(hess[k - 1] - eigenvalue(k, 60)) < 1e-9) }
  }

  /// Of 600 only what λmax is at least is said; the quotient of Rayleigh is not above 2 + 2·cos(π/601).
  @Test func curvatureOf600VariablesIsABound() throws {
    let said = try say(Self.long + "threshold f w0=uniform(-1, 1) seed=5")
    #expect(said.text.contains("≤ 0.50") && said.text.contains("Lanczos"))
    #expect(said.text.contains("That none is larger is not."))
    let answer = try #require(said.answers.last)
    let top = try #require(answer["lambda_max"] as? Double)
    #expect(top <= eigenvalue(600, 600) && top > 3.999)
    #expect(answer["lambda_max_is"] as? String == "at least")
  }

  /// Bounds are rounded outwards wherever they are told.
  @Test func boundsAreNotAboveWhatIsProved() throws {
    let said = try say(Self.long + "why f eta=0.1 w0=uniform(-1, 1) seed=5")
    let answer = try #require(said.answers.last)
    let top = try #require(answer["lambda_max"] as? Double)
    let line = try #require(
      said.text.split(separator: "\n").first { $0.contains("2/λmax ≤") }.map(String.init))
    let numbers = line.split { !($0.isNumber || $0 == ".") }.compactMap { Double($0) }
    // 2, the limit, the curvature.
    #expect(numbers.count >= 3 && numbers[1] >= 2 / top && numbers[2] <= top, "\(line)")
    #expect(numbers[1] < 2 / top * 1.00001 && numbers[2] > top * 0.99999)
  }

  /// What is defined and beyond the doubles is not called undefined.
  @Test func whatDoublesDoNotHoldIsNotFound() throws {
    let said = try say("var w[60]; f = sum(exp(w)); hess f w=800; threshold f w0=800")
    #expect(said.text.contains("in doubles it is not finite, or not defined"))
    #expect(said.text.contains("not found") && !said.text.contains("none here"))
  }

  @Test func zerosAreZeros() throws {
    let said = try say("var x[60]; f = sum(abs(x)); hess f x=1; hess f x=0")
    #expect(said.text.contains("60 0\n") && !said.text.contains("nearly all along"))
    #expect(said.text.contains("kink"))
  }

  /// λmax of what LAPACK finds is told with no more digits than its bound leaves.
  @Test func denseEigenvaluesHaveTheDigitsOfTheirBound() throws {
    let said = try say("set digits 15; " + Self.chain + "threshold f w0=1")
    let answer = try #require(said.answers.last)
    let within = try #require(answer["curvature_within"] as? Double)
    let line = try #require(
      said.text.split(separator: "\n").first { $0.hasPrefix("λmax = ") }.map(String.init))
    let digits = line.dropFirst(7).prefix { $0.isNumber || $0 == "." }
    let told = try #require(Double(digits))
    // The last digit told is worth more than the bound.
    let place = digits.count - 2
    #expect(pow(10, -Double(place)) >= within, "\(line)")
    #expect(abs(told - eigenvalue(60, 60)) <= pow(10, -Double(place)))
  }

  @Test func sharpnessIsAColumn() throws {
    let said = try say(
      "f = x^4/4; descend f eta=0.1 x0=1 steps=1 columns=[t, sharpness]")
    #expect(said.text.contains("λmax") && said.text.contains(" 0   3"))
    let several = try say(Self.chain + "descend f eta=0.1 w0=1 steps=1 columns=[t, sharpness]")
    #expect(several.text.contains("3.99735"))
  }
}
