// Exponents and degrees beyond what an integer holds: values and slopes, never the end of the program.
import Calculus
import Descent
import Testing

struct HugeExponentTests {
  @Test(arguments: [
    ("z^1e10", 1e10), ("z^2147483648", 2_147_483_648), ("z^-2147483649", -2_147_483_649),
    ("z^1073741824", 1_073_741_824), ("z^1073741823", 1_073_741_823),
    ("z^-1073741823*z^-1073741823/z^2/z", -2_147_483_649), ("z^(2^40)", 1_099_511_627_776),
  ])
  func slopesAreRight(_ text: String, _ slope: Double) throws {
    let said = try say("h = \(text); grad h z=1; grad h; hess h z=1; diff h order=10; check h z=1")
    #expect(said.errors.isEmpty, "\(said.text)")
    #expect(said.answers[1]["gradient"] as? [Double] == [slope])
    #expect(said.answers.last?["agree"] as? Bool == true, "\(said.text)")
  }

  /// Squares of squares: the degree is 2¹⁰⁰.
  @Test func degreesDoNotOverflow() throws {
    let chain = (1...100).map { "a\($0) = a\($0 - 1)*a\($0 - 1)" }.joined(separator: "; ")
    let said = try say(chain + "; descend a100 eta=0.1 from=[0.5] steps=2; regime")
    #expect(said.errors.isEmpty, "\(said.text)")
  }

  @Test(arguments: ["1/x^1073741823/x^1073741823/x^2", "x^1000000000*x^1000000000*x^147483648"])
  func simplificationGivesUp(_ text: String) throws {
    let program = try Program(parsing: text)
    #expect(!program.simplified().text().isEmpty)
    #expect(!Formula.derivativeText(of: program, by: "x").isEmpty)
  }

  /// The rates of a scan whose ends are further apart than the doubles go.
  @Test func ratesSpreadOverAnyRange() throws {
    let said = try say("f = x^2/2-x^3/3; sweep eta=1e-300..1e300 x0=2.5 count=5 steps=10")
    for source in [
      "f = x^2; sweep eta=0.1..1e308 x0=2.5 count=2 steps=100",
      "f = not x < 2^0.5; bifurcate eta=0.1..1e308 x0=-2147483648 columns=20 burn=100",
      "f = x^2; map eta=1e-300..1e308 x0=-1e308..1e308 columns=8 rows=8; plot",
      "f = ((x)^-1e10)^1073741823; threshold f eta=0.5 x0=1/3; regime",
      "f = (x^1e9)^1e9.5; regime eta=0.1 x0=2",
      "f = exp(x); regime eta=1e308 x0=1e308; f = x^2; flow x0=1e308 eta=1e300",
      "f = 1e3^x; compare f method=[gd, momentum] eta=0.1 x0=-9223372036854775809 steps=100",
      "f = abs(x); flow f x0=exp(1000)",
      "f = sqrt(x); descend eta=1.2 from=[exp(1000)] steps=6 tier=double",
      "f = x^2+y^2; descend eta=1.2 from=[exp(1000), 1] steps=6 tier=double; rule; plot; why",
    ] {
      let said = try say(source)
      #expect(said.answers.count + said.errors.count > 1, "\(source)")
      #expect(!said.text.contains("undefined."), "\(source): \(said.text)")
      #expect(!said.text.contains("At step 0 about"), "\(source): \(said.text)")
    }
    let rows = said.answers.last?["rows"] as? [[String: Any]] ?? []
    #expect(rows.compactMap { $0["eta"] as? Double } == [1e-300, 1e-150, 1, 1e150, 1e300])
  }

  /// One power an order, not two: with two, order 30 would take hours.
  @Test func seriesOfPowersTakeLinearWork() throws {
    let said = try say("f = x^2.5; taylor order=30 x=1")
    let all = said.answers.last?["coefficients"] as? [Double] ?? []
    // The binomial coefficients of 2.5.
    var expected = [1.0]
    for k in 0..<30 { expected.append(expected[k] * (2.5 - Double(k)) / Double(k + 1)) }
    #expect(all.count == 31 && zip(all, expected).allSatisfy { near($0, $1, 1e-12, floor: 0) })
  }

  /// cos has 3,000 digits of slope to lose on the way; what two seconds do not carry is stepped in doubles.
  @Test func orbitsThatTakeTooManyDigitsGoOnInDoubles() throws {
    let said = try say("f = cos(x); precise eta=1 x0=2 steps=3000 every=1")
    let rows = said.answers.last?["rows"] as? [[String: Any]] ?? []
    let certified = rows.prefix { $0["tier"] as? String != "double" }
    #expect(certified.count > 900 && certified.count < rows.count, "\(certified.count)")
    #expect(said.text.contains("takes more digits than two seconds"), "\(said.text)")
    #expect(
      rows.allSatisfy {
        $0["t"] as? Int ?? 0 < 4 || near(($0["at"] as? [Double])?.first, .pi, 1e-15)
      })
  }

  /// The largest and the smallest integers as exponents.
  @Test func smallestIntegersAreExponents() throws {
    #expect(Rational.one.power(.min) == .one && Rational(2).power(-3) == Rational(1) / Rational(8))
    let a = CertifiedArithmetic(bits: 128)
    let p = a.lift(.row(named: "pow"), .exact(Rational(1000)), .exact(Rational(.min)))
    #expect(p.isDefined && p.number(a.enclosures).lowerDouble == 0)
  }
}
