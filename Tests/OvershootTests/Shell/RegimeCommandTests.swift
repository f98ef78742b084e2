// regime and bifurcate as a user types them: their members of JSON, their words, their faults.
import Foundation
import Shell
import Testing

struct RegimeCommandTests {
  @Test func regimeCarriesItsMembers() throws {
    let said = try say("f = log(cosh(x)); regime eta=2.5 x0=2")
    let a = try #require(said.answers.last)
    for name in [
      "outcome", "limit", "limit_kind", "rate", "factor", "alternates", "period", "points",
      "multipliers", "lyapunov", "standard_error", "N", "proved", "evidence", "fixed_points",
    ] { #expect(a[name] != nil, "\(name)") }
    #expect(a["kind"] as? String == "regime")
    #expect(a["outcome"] as? String == "cycle")
    #expect(a["period"] as? Int == 2)
    #expect(a["proved"] as? Bool == true)
    let points = (a["points"] as? [[Double]] ?? []).flatMap { $0 }.sorted()
    #expect(points.count == 2)
    #expect(near(points.last, 0.8880147293, 1e-9))
    let fixed = try #require((a["fixed_points"] as? [[String: Any]])?.first)
    #expect(fixed["at"] as? [Double] == [0])
    #expect(fixed["multipliers"] as? [Double] == [-1.5])
    #expect(fixed["eta_stable"] as? Double == 2)
    #expect(said.text.contains("0 < η < 2"))
  }

  @Test func regimeFollowsTheLastRun() throws {
    let session = Session()
    let run = try say("f = x^4/4-x^2/2; descend eta=0.25 x0=-0.5 steps=3", in: session)
    #expect(run.answers.last?["outcome"] as? String == "stationary")
    #expect(run.text.contains("Settles to x = -1, a minimum"))
    let said = try say("regime", in: session)
    #expect(said.answers.last?["limit"] as? [Double] == [-1])
    #expect(said.answers.last?["factor"] as? Double == 0.5)
  }

  @Test func superstableIsSaid() throws {
    let a = try #require(try say("f = x^4/4-x^2/2; regime eta=0.5 x0=2.2").answers.last)
    #expect(a["rate"] as? String == "superlinear")
    #expect(a["lyapunov"] is NSNull)
    #expect(a["lyapunov_status"] as? String == "minus infinity")
  }

  @Test func divergenceNamesItsDirection() throws {
    let said = try say("f(x, y) = x^2 + 50y^2; descend eta=0.1 x0=1 y0=1 steps=3")
    #expect(said.answers.last?["outcome"] as? String == "divergent")
    #expect(said.answers.last?["proved"] as? Bool == true)
    for part in ["λmax = 100", "2/λmax = 0.02", "5 times", "along y"] {
      let verdict = said.answers.last?["verdict"] as? String ?? ""
      #expect(verdict.contains(part), "\(part) is not in \(verdict)")
    }
  }

  @Test func schedulesSayWhyTheyAreUndecided() throws {
    let said = try say("f = x^4; descend eta=0.1/(1+t) x0=1 steps=3")
    #expect(said.answers.last?["outcome"] as? String == "undecided")
    #expect(said.text.contains("the rate changes with the step"))
  }

  @Test(arguments: ["momentum", "nesterov"])
  func memoriesHaveMultipliers(_ method: String) throws {
    let settles = try say("f = x^2 + 10y^2; regime method=\(method) eta=0.05 x0=1 y0=1")
    #expect(settles.answers.last?["outcome"] as? String == "stationary")
    let leaves = try say("f = x^2/2 + x^4; regime method=\(method) eta=4.5 x0=0.1")
    #expect(leaves.answers.last?["outcome"] as? String == "divergent")
  }

  @Test func hessiansOfMoreVariablesHaveEigenvalues() throws {
    let said = try say("f = x^2 + x*y + y^2 + 3z^2; hess f x=1 y=2 z=3")
    #expect(said.answers.last?["eigenvalues"] as? [Double] == [1, 3, 6])
    let why = try say("f = x^2 + x*y + y^2 + 3z^2; why f eta=0.1 from=[1, 2, 3]")
    #expect(near(why.answers.last?["lambda_max"] as? Double, 6, 0))
    #expect(near(why.answers.last?["two_over_lambda_max"] as? Double, 1.0 / 3, 1e-15))
  }

  @Test func bifurcateCarriesItsMembers() throws {
    let said = try say("f = x^2/2-x^3/3; bifurcate eta=1.9..2.2 columns=12 burn=600")
    let a = try #require(said.answers.last, "\(said.text)")
    #expect(a["kind"] as? String == "bifurcate")
    let onsets = try #require(a["onsets"] as? [[String: Any]])
    #expect(onsets.map { $0["eta"] as? Double } == [2])
    #expect(onsets.map { $0["period"] as? Int } == [2])
    let points = try #require(a["points"] as? [[Double]])
    #expect(points.allSatisfy { $0.count == 2 && $0[0] >= 1.9 && $0[0] <= 2.2 })
    #expect(Set(points.map { $0[0] }).count == 12)
  }

  @Test(arguments: [
    "f = x^2; bifurcate eta=1.2", "f = x^2; bifurcate", "f = x^2; bifurcate eta=3..1",
    "f = x*y; bifurcate eta=0.1..1", "f = exp(-x); bifurcate eta=0.1..1",
    "f = x^2; regime eta=0.1",
  ])
  func whatIsMissingIsSaid(_ source: String) throws {
    let error = try #require(try say(source).errors.last)
    #expect((error["hint"] as? String ?? "").isEmpty == false, "\(error)")
  }
}
