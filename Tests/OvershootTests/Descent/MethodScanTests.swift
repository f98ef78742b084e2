// Maps and bifurcations by methods, against loops by hand.
import Calculus
import Foundation
import Testing

@testable import Descent

/// A method from its declaration.
private func method(_ text: String) throws -> Descent.Method {
  var p = try Parser(Lexer(Array(text.utf8)))
  return Method(try MethodDeclaration(&p))
}

struct MethodScanTests {
  /// The heavy ball on x²/2 at β = ½ swings to 0 below η = 2(1 + β) = 3, with multipliers of modulus √½ up
  /// to (1 + √½)² = 2.91: it settles in every cell.
  @Test func whatSwingsToALimitSettles() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^2/2"))
    let rule = "momentum(b=.5): v = b*v - eta*g, x = x + v"
    let map = RegimeMapPlan(
      try StepProgram(method(rule), on: loss), horizontal: MapAxis(.rate, 0.1, 2.9),
      vertical: MapAxis(.start("x"), -2, 2), columns: 20, rows: 10
    ).run()
    #expect(map.legend.count == 1)
    guard case .stationary(let limit?) = map.legend.first?.kind else {
      Issue.record("\(map.legend)")
      return
    }
    #expect(limit.allSatisfy { abs($0) < 1e-9 })
  }

  /// Every cell of a map by a method against the same orbit by hand, long and in doubles.
  @Test(arguments: [
    ("momentum(b=.5): v = b*v - eta*g, x = x + v", 0),
    ("nest(b=.5): v = b*v - eta*g(x+b*v), x = x + v", 1),
    ("rms(v0=1): v = .9*v + .1*g^2, x = x - eta*g/sqrt(v)", 2), ("soft: x = x - eta*tanh(g)", 3),
  ])
  func mapsFollowTheMethod(_ rule: String, _ kind: Int) throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^4/4-x^2/2"))
    var plan = RegimeMapPlan(
      try StepProgram(method(rule), on: loss), horizontal: MapAxis(.rate, 0.05, 2.5),
      vertical: MapAxis(.start("x"), -2, 2), columns: 12, rows: 12)
    plan.steps = 1000
    let map = plan.run()
    func slope(_ x: Double) -> Double { x * x * x - x }
    /// The last points of the orbit from x.
    func orbit(_ eta: Double, from start: Double) -> [Double] {
      var (x, v) = (start, kind == 2 ? 1.0 : 0)
      var last: [Double] = []
      for t in 0..<2000 {
        switch kind {
        case 0: (v, x) = (0.5 * v - eta * slope(x), x + 0.5 * v - eta * slope(x))
        case 1:
          v = 0.5 * v - eta * slope(x + 0.5 * v)
          x += v
        case 2:
          v = 0.9 * v + 0.1 * slope(x) * slope(x)
          x -= eta * slope(x) / v.squareRoot()
        default: x -= eta * tanh(slope(x))
        }
        if t >= 1984 { last.append(x) }
      }
      return last
    }
    var seen: Set<String> = []
    var compared = 0
    for (cell, c) in map.cells.enumerated() {
      let eta = plan.horizontal.value(cell % 12, of: 12)
      let start = plan.vertical.value(cell / 12, of: 12)
      let last = orbit(eta, from: start)
      let x = last[15]
      // Where rounding decides, nothing is compared.
      let others = [1e-13, -1e-13].map { orbit(eta, from: start + $0)[15] }
      if others.contains(where: { !(abs($0 - x) < 1e-3 || !(abs($0) < 1e3) && !(abs(x) < 1e3)) }) {
        continue
      }
      compared += 1
      let found = map.legend[Int(c)]
      seen.insert(found.outcome)
      let name =
        "\(rule) \(eta) \(plan.vertical.value(cell / 12, of: 12)): \(found.kind), \(last.suffix(2))"
      switch found.kind {
      case .stationary(let limit?):
        #expect(last.allSatisfy { abs($0 - limit[0]) < 1e-4 } && limit.count == 1, "\(name)")
      case .cycle(let p):
        #expect(p > 16 || abs(last[15] - last[15 - min(p, 15)]) < 1e-5, "\(name)")
        #expect(abs(last[15] - last[14]) > 1e-7, "\(name)")
      case .divergent: #expect(!(abs(x) < 1e3), "\(name)")
      case .chaotic: #expect(abs(x) < 1e6 && abs(last[15] - last[14]) > 1e-7, "\(name)")
      default: break
      }
    }
    #expect(compared > 60)
    // At a rate that stays, the root of a mean square never comes to rest.
    #expect(seen.contains("stationary") == (kind != 2) && !seen.isEmpty, "\(seen)")
  }

  @Test func scansByMethodsAreNamed() throws {
    let said = try say(
      """
      f = x^4/4-x^2/2
      map f eta=0.1..2 x0=-1..1 size=8 method=momentum beta=.5
      map zoom
      bifurcate f eta=0.1..2 x0=.4 columns=20 method=momentum
      map f eta=0.1..2 x0=-1..1 size=8 method=[gd,momentum]
      method late: x = if(t < 3, x, x - eta*g)
      map f eta=0.1..2 x0=-1..1 size=8 method=late
      h = a*x^2
      map h a=1..2 x0=-1..1 eta=.1 size=8 method=momentum
      """)
    #expect(said.answers.filter { $0["method"] as? String == "momentum" }.count == 3)
    #expect(said.texts[1].hasPrefix("map of f by momentum over"))
    let errors = said.errors.map { "\($0["message"] ?? "")" }
    #expect(
      errors == [
        "map follows one method",
        "late reads the number of the step: map follows rules that do not",
        "a map by momentum holds no variable of the loss",
      ], "\(errors)")
  }
}
