// Starts that are drawn, as they are typed.
import Calculus
import Shell
import Testing

struct DrawTests {
  private func start(_ source: String) throws -> [Double] {
    let said = try say(source)
    let rows = try #require(said.answers.last?["rows"] as? [[String: Any]], "\(said.text)")
    let at = try #require(rows.first?["at"] as? [Any])
    func numbers(_ v: Any) -> [Double] {
      (v as? [Any])?.flatMap(numbers) ?? (v as? Double).map { [$0] } ?? []
    }
    return numbers(at)
  }

  private static let f = "var w[3]; f = norm(w)^2; "

  @Test func startsAreDrawn() throws {
    let first = try start(Self.f + "descend f eta=0.1 steps=1 w0=uniform(-2, 2) seed=3")
    #expect(first.count == 3 && first.allSatisfy { abs($0) < 2 } && Set(first).count == 3)
    // The same seed draws the same, another one other numbers.
    #expect(try start(Self.f + "descend f eta=0.2 steps=1 w0=uniform(-2, 2) seed=3") == first)
    let other = try start(Self.f + "descend f eta=0.1 steps=1 w0=uniform(-2, 2) seed=4")
    #expect(Set(other).isDisjoint(with: first))
    // What is drawn may be computed with, and stand in a definition.
    let far = try start(Self.f + "descend f eta=0.1 steps=1 w0=10 + uniform(-2, 2)/2 seed=3")
    #expect(zip(far, first).allSatisfy { abs($0 - 10 - $1 / 2) < 1e-12 })
    let defined = try start(Self.f + "w0 = uniform(-2, 2); descend f eta=0.1 steps=1 seed=3")
    #expect(defined == first)
    // Two calls are two draws; of two variables each has its own.
    let two = try start(
      "g = x^2 + y^2; descend g eta=0.1 steps=1 x0=uniform(0,1) y0=uniform(0,1) seed=1")
    #expect(two[0] != two[1])
    let sum = try start(
      "g = x^2; descend g eta=0.1 steps=1 x0=uniform(0,1)-uniform(0,1) seed=1")
    #expect(sum[0] != 0 && abs(sum[0]) < 1)
    let entry = try start(Self.f + "descend f eta=0.1 steps=1 w0=0 w0[2]=normal(0,1) seed=1")
    #expect(entry[0] == 0 && entry[1] != 0 && entry[2] == 0)
    let from = try start("g = x^2 + y^2; descend g eta=0.1 steps=1 from=[uniform(0,1), 2] seed=1")
    #expect(from[1] == 2 && from[0] > 0 && from[0] < 1)
  }

  @Test func networksStart() throws {
    let w = try start(
      "var W[4,3]; L = sum(tanh(W).^2); descend L eta=0.1 steps=1 W0=glorot(7)")
    #expect(w.count == 12 && w.allSatisfy { abs($0) < (6.0 / 7).squareRoot() })
    let q = try start("var W[3,3]; L = sum(W.^2); descend L eta=0.1 steps=1 W0=orthogonal(1)")
    // The sum of the squares of three columns of length 1.
    #expect(abs(q.reduce(0) { $0 + $1 * $1 } - 3) < 1e-12)
    let h = try start("var W[50,2]; L = sum(W.^2); descend L eta=0.1 steps=1 W0=he(2)")
    #expect(h.allSatisfy { abs($0) < 1 })
  }

  @Test func withoutASeedItIsSaid() throws {
    let said = try say(Self.f + "descend f eta=0.1 steps=1 w0=normal(0, 1)")
    #expect(said.text.contains("seed is not given: seed=1 is used"))
  }

  @Test(arguments: [
    ("descend f eta=0.1 w0=uniform(2)", "uniform takes 2 numbers, here are 1"),
    ("descend f eta=0.1 w0=uniform(2, 1)", "from a smaller number to a larger"),
    ("descend f eta=0.1 w0=normal(0, -1) seed=1", "a standard deviation is not negative"),
    ("descend f eta=0.1 w0=glorot(1.5)", "a seed is a whole number from 0 on"),
    ("descend f eta=0.1 w0=uniform(-1, 1) seed=-1", "a seed is a whole number from 0 on"),
    ("descend f eta=0.1 w0=1 seed=1", "seed= is of numbers that are drawn, and none is"),
    ("descend f eta=0.1 w0=uniform(0, uniform(1, 2)) seed=1", "are numbers, not draws"),
    ("descend f eta=0.1 w0=nomral(0,1) seed=2", "did you mean normal?"),
    ("descend f eta=0.1 w0=glorto(3)", "did you mean glorot?"),
    ("descend f eta=0.1 w0=glorot", "wants its arguments in parentheses"),
    ("descend f eta=0.1 w0=glorot(1) seed=3", "seed= is not for glorot, which has its own"),
    ("descend f eta=0.1 w0=unif(-1,1) seed=3", "x0=uniform(-1, 1) seed=1 draws start values"),
    ("help normal", "x0=normal(0, 1)"),
    ("uniform(-1, 1)", "draws start values"), ("f = x*normal(0, 1)", "draws start values"),
    ("a = rand(3)", "draws start values"), ("b = xavier(3)", "W0=glorot(1)"),
    ("descend f eta=0.1 w0=uniform(a, 1)", "unknown name a"),
  ])
  func mistakesAreTold(_ source: String, _ expected: String) throws {
    #expect(try say(Self.f + source).text.contains(expected), "\(source)")
  }

  /// Other commands take the same start.
  @Test(arguments: [
    "regime f eta=0.1", "why f eta=0.1", "compare f eta=[0.1, 0.2] steps=5",
    "sweep f eta=0.1..0.9 count=3", "threshold f", "check f", "flow f eta=0.1",
  ])
  func everyCommandTakesADraw(_ command: String) throws {
    let said = try say(Self.f + command + " w0=uniform(-1, 1) seed=2")
    #expect(said.errors.isEmpty, "\(said.text)")
  }
}
