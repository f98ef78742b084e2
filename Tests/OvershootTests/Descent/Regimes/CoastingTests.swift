// Runs that come to rest on a flat stretch by the momentum that they have: the limits by fractions, with a
// loop written here; what looks alike and does not rest there.
import Calculus
import Foundation
import Testing

@testable import Shell

struct CoastingTests {
  /// Where momentum (or Nesterov's method) ends on max(0, x − 1)², by 400 steps in fractions of its own
  /// loop, and the way that is left then.
  private func end(_ eta: Rational, _ beta: Rational, from start: Rational, ahead: Bool) -> Double {
    var (x, v) = (start, Rational.zero)
    for _ in 0..<400 {
      let at = ahead ? x + beta * v : x
      let slope = at > .one ? Rational(2) * (at - .one) : .zero
      v = beta * v - eta * slope
      x = x + v
    }
    return (x + v * beta / (.one - beta)).nearestDouble
  }

  @Test(arguments: [
    (1, 9, 3, false), (3, 5, 3, false), (9, 5, 3, true), (1, 9, 7, true), (2, -3, 4, false),
  ])
  func theLimitIsThatOfTheOwnLoop(_ eta: Int, _ beta: Int, _ start: Int, _ ahead: Bool) throws {
    let tenth = Rational(1) / Rational(10)
    let (e, b) = (Rational(eta) * tenth, Rational(beta) * tenth)
    let wanted = end(e, b, from: Rational(start), ahead: ahead)
    let method = ahead ? "nesterov" : "momentum"
    let said = try say(
      "f = max(0, x-1)^2; regime eta=\(eta)/10 x0=\(start) method=\(method) beta=\(beta)/10")
    let r = try #require(said.answers.last)
    guard wanted < 1 else { return #expect(r["proved"] as? Bool != true, "\(said.text)") }
    #expect(r["outcome"] as? String == "stationary" && r["proved"] as? Bool == true)
    let limit = try #require((r["limit"] as? [Double])?.first)
    #expect(abs(limit - wanted) < 1e-12 * max(1, abs(wanted)), "\(limit), \(wanted)")
  }

  /// The stretch ends, the slope is 0 at one point only, the weight is no less than 1.
  @Test(arguments: [
    "f = max(0, abs(x)-1)^2; regime eta=3 x0=3 method=momentum beta=0.1",
    "f = x^4; regime eta=0.1 x0=1 method=momentum beta=0.9",
    "f = max(0, x-1)^2; regime eta=0.1 x0=3 method=momentum beta=1",
  ])
  func noOtherRunCoasts(_ line: String) throws {
    let said = try say(line)
    #expect((said.answers.last?["evidence"] as? String)?.contains("all along the way") == false)
  }

  @Test func aStretchBetweenTwoWallsIsCoastedOnOnlyWhenTheRunStaysThere() throws {
    let said = try say("f = max(0, abs(x)-1)^2; regime eta=0.1 x0=3 method=momentum beta=0.9")
    let r = try #require(said.answers.last)
    let limit = try #require((r["limit"] as? [Double])?.first)
    // Its own loop in doubles, long enough to stand still.
    var (x, v) = (3.0, 0.0)
    for _ in 0..<4000 {
      let slope = abs(x) > 1 ? 2 * (abs(x) - 1) * (x > 0 ? 1 : -1) : 0
      v = 0.9 * v - 0.1 * slope
      x += v
    }
    #expect(abs(limit - x) < 1e-9 && abs(x) < 1)
  }

  /// −0.9·√2 + 0.9·√2 is 0: x stands still from step 1 on, which no digits show, so that no factor is named.
  @Test func whatIsNotKnownToMoveHasNoFactor() throws {
    let said = try say(
      "f=relu(x-2.5)+0.9*relu(1-x); regime eta=sqrt(2) x0=3 method=nesterov beta=0.9")
    let r = try #require(said.answers.last)
    #expect(r["outcome"] as? String == "stationary" && r["proved"] as? Bool == true)
    #expect(r["rate"] is NSNull && r["factor"] is NSNull, "\(said.text)")
  }

  /// A limit on a jump has no Hessian; one of many digits is found with more bits.
  @Test func limitsAreTold() throws {
    let jump = try say("f=max(0,x-1)+floor(2*x); regime eta=1 x0=1.5 method=momentum beta=0.5")
    #expect(jump.answers.last?["limit_kind"] is NSNull)
    let fine = try say("f=max(0,x-1); regime eta=1 x0=1+1e-300 method=momentum beta=0.5")
    #expect((fine.answers.last?["limit"] as? [Double])?.first == -1, "\(fine.text)")
  }
}
