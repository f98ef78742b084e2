// Equal arguments of min and max that attain it have equal shares of the slope, however they are nested.
import Calculus
import Testing

struct TieTests {
  @Test(arguments: [
    ("max(x, y, z)", "1 1 1", "1/3 1/3 1/3"), ("max(x, y, z)", "1 1 0", "1/2 1/2 0"),
    ("max(x, y, z)", "0 1 1", "0 1/2 1/2"), ("max(x, y, z)", "1 0 1", "1/2 0 1/2"),
    ("max(x, y, z)", "2 1 2", "1/2 0 1/2"), ("max(x, max(y, z))", "1 1 1", "1/3 1/3 1/3"),
    ("max(max(x, y), max(y, z))", "1 1 1", "1/4 1/2 1/4"),
    ("min(x, y, z, x+y)", "0 0 0", "1/2 1/2 1/4"), ("max(x, x, y)", "1 1 1", "1/2 1/2 0"),
    ("max(x, y) + max(x, y, z)", "1 1 1", "5/6 5/6 1/3"),
    ("max(min(x, y), min(y, z), min(x, z))", "1 1 1", "1/3 1/3 1/3"),
    ("max(x, y)", "1 1 0", "1/2 1/2 0"), ("max(x^2, x, y, z, 1)", "1 1 0", "3/4 1/4 0"),
  ])
  func sharesAreEqualInEveryWay(_ text: String, _ at: String, _ shares: String) throws {
    let names = ["x", "y", "z"]
    let point = at.split(separator: " ").map { Rational(Int($0) ?? 0) }
    let wanted = try shares.split(separator: " ").map { s in
      try Program(parsing: String(s)).run(CertifiedArithmetic(bits: 64), at: [])[0].rational
    }
    let parsed = try Program(parsing: text)
    // The order of the variables is that of the text.
    let places = parsed.variables.compactMap(names.firstIndex)
    let a = CertifiedArithmetic(bits: 64)
    let x = places.map { Certified.exact(point[$0]) }
    let reverse = parsed.gradient().run(a, at: x).dropFirst()
    let jets = JetArithmetic(a, order: 2)
    for (k, place) in places.enumerated() {
      func seed(_ j: Int) -> Certified { .exact(j == k ? .one : .zero) }
      let dual = parsed.run(
        DualArithmetic(a), at: x.enumerated().map { Dual(value: $1, tangent: seed($0)) })
      let jet = parsed.run(jets, at: x.enumerated().map { jets.variable($1, slope: seed($0)) })
      let tangent = parsed.tangent(by: parsed.variables[k])
      let ways = [
        reverse[1 + k], dual[0].tangent, jet[0][1], tangent.run(a, at: x)[0],
        tangent.simplified().program().run(a, at: x)[0],
      ]
      for way in ways { #expect(way.rational == wanted[place], "\(text) by \(names[place])") }
    }
  }

  /// One argument after another, without recursion and without repetition.
  @Test func longListsAreCheap() throws {
    let text = "max(" + (0..<2000).map { "x*\($0)" }.joined(separator: ", ") + ")"
    let g = try Program(parsing: text).gradient()
    #expect(g.instructions.count < 40_000)
    #expect(near(g.run(DoubleArithmetic(), at: [0])[1], 999.5, 1e-12))
  }

  @Test func aTieIsCalledOne() throws {
    let said = try say("f = max(x, y, z); grad f x=1 y=1 z=1; g = if(x < 1, x, x^2); grad g x=1")
    #expect(said.text.contains("equal arguments share the slope"), "\(said.text)")
    #expect(!said.text.contains("midpoint"), "\(said.text)")
  }
}
