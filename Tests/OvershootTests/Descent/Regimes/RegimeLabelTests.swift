// Labels and sentences that once were wrong: what cannot be said safely is undecided, and a proof says
// where it holds. The truths are by hand or with 60 digits.
import Testing

struct RegimeLabelTests {
  private func answer(_ source: String) throws -> [String: Any] {
    let said = try say(source)
    return try #require(said.answers.last, "\(said.text)")
  }

  /// The multipliers of the state are −1 and −0.9: it ends in x ↔ −x, and nothing turns.
  @Test(arguments: [
    "f = x^2; regime eta=1.9 method=momentum x0=1",
    "f = x^2/2; regime eta=3.8 method=momentum x0=1",
    "f(x,y) = x^2+y^2/2; regime eta=1.9 method=momentum x0=1 y0=1",
  ])
  func aMultiplierOfMinusOneDoesNotTurn(_ source: String) throws {
    let a = try answer(source)
    #expect(a["outcome"] as? String == "undecided")
    #expect((a["evidence"] as? String)?.contains("is -1") == true, "\(a["evidence"] ?? "")")
  }

  /// On the unit circle without a multiplier −1 it does turn.
  @Test(arguments: [
    ("f = x^2/2; regime eta=1 method=momentum beta=1 x0=1", "cycle"),
    ("f = x^2/2; regime eta=0.5 method=momentum beta=1 x0=1", "quasiperiodic"),
  ])
  func aComplexPairTurns(_ source: String, _ outcome: String) throws {
    #expect(try answer(source)["outcome"] as? String == outcome)
  }

  /// A ring of 2-cycles, one for each direction: slow to come to, and neutral along the ring.
  @Test func almostComingBackIsNotTurning() throws {
    let a = try answer(
      "f = (x^2+y^2-1)^2; regime method=nesterov beta=0.3 eta=0.225 from=[-0.438,-1.231]")
    #expect(["undecided", "cycle"].contains(a["outcome"] as? String))
  }

  /// Between kinks the state moves by a shift: long cycles, which no exponent tells from turning.
  @Test(arguments: [
    "f = abs(x); regime eta=0.1 method=momentum x0=1",
    "f = max(x,-2x); regime eta=0.1 method=momentum x0=1",
    "f = relu(x)-x/3; regime eta=0.1 method=nesterov x0=1",
    "f = abs(x-1)+abs(x+1); regime eta=0.1 method=nesterov x0=3",
  ])
  func lossesWithKinksAreNotCalledQuasiperiodic(_ source: String) throws {
    let a = try answer(source)
    #expect(["undecided", "cycle"].contains(a["outcome"] as? String), "\(a["evidence"] ?? "")")
  }

  /// For x ≤ −1 the factor of x³ is 1 − 1.2x ≥ 2.2; at x = 1 it is −0.2.
  @Test func aProofOnOneSideNamesThatSide() throws {
    let one = try #require(try answer("f = x^3; regime eta=0.4 x0=1")["evidence"] as? String)
    #expect(one.hasPrefix("for x ≤ -1 every step multiplies |x| by at least 1.1,"), "\(one)")
    let other = try #require(try answer("f = -x^3; regime eta=0.4 x0=2")["evidence"] as? String)
    #expect(other.hasPrefix("for x ≥ 1 every step multiplies |x| by at least 1.1,"), "\(other)")
    let even = "f = x^4/4 - x^2/2; regime eta=1.2 x0=3"
    let both = try #require(try answer(even)["evidence"] as? String)
    #expect(both.hasPrefix("for |x| ≥ 2 every step multiplies |x| by at least"), "\(both)")
  }

  /// m(1) = 1 − 2η/e is 1.3e-17, where doubles have 0.
  @Test func aDomainThatOnlyDoublesLeaveIsUndecided() throws {
    let a = try answer("f = exp(-1/x^2); regime eta=1.3591409142295226 x0=1")
    #expect(a["outcome"] as? String == "undecided")
    #expect((a["evidence"] as? String)?.hasPrefix("doubles cannot tell") == true)
    let left = try answer("f = sqrt(x); regime eta=0.3 x0=2")
    #expect(left["outcome"] as? String == "leaves-domain" && left["proved"] as? Bool == true)
  }

  @Test func aDriftDoesNotFallWhereTheLossStaysTheSame() throws {
    let flat = try #require(
      try answer("f = sin(x); regime eta=6.4 x0=-0.2")["evidence"] as? String)
    #expect(flat.contains("x mod 6.28319") && !flat.contains("falls"))
  }

  /// The true limit is 0; the orbit is only known to come within 10⁻⁵ of it.
  @Test func aLimitWithoutACertainDigitIsNull() throws {
    let slow = try answer("f = abs(x)^3; regime eta=0.3 x0=1")
    let limit = try #require(slow["limit"] as? [Any])
    #expect(slow["outcome"] as? String == "stationary" && limit.count == 1)
    #expect(limit.allSatisfy { !($0 is Double) }, "\(limit)")
    #expect(try answer("f = x^2/2+cos(x); regime eta=0.3 x0=1")["limit"] is [Any])
    let sure = try answer("f = (x-0.5)^2 + (x-0.5)^4; regime eta=0.3 x0=1")
    #expect((sure["limit"] as? [Double])?.first == 0.5)
  }
}
