// Methods as declarations: what is typed equals what is built in, the methods of the literature equal
// loops written by hand, and what has no meaning is refused at its place.
import Calculus
import Foundation
import Testing

@testable import Descent

/// A method from its declaration.
private func method(_ text: String, _ values: [String: Rational] = [:]) throws -> Descent.Method {
  var p = try Parser(Lexer(Array(text.utf8)))
  return Method(try MethodDeclaration(&p), values)
}

struct MethodTests {
  /// The same rule under another name gives the same rows, regimes, multipliers, reasons.
  @Test(arguments: [
    ("momentum", "zz(beta=0.9): v = beta*v - eta*g, x = x + v", "beta=.7"),
    ("momentum", "zz(b=0.9): u = -(eta*g) + u*b, x = u + x", "beta=.7|b=.7"),
    ("nesterov", "zz(beta=0.9): v = beta*v - eta*g(x + beta*v), x = x + v", "beta=.3"),
    ("gd", "zz: x = x - eta*g", ""), ("gd", "zz: s = eta*g, x = x - s", ""),
  ])
  func whatIsTypedIsWhatIsBuiltIn(_ name: String, _ rule: String, _ values: String) throws {
    let own = values.split(separator: "|").map(String.init)
    for ask in [
      "f=x^4/4-x^2/2; descend eta=.3 x0=.7 steps=12", "f=x^2; regime eta=.5 x0=sqrt(2)",
      "f=x^2+3*y^2; descend eta=.2 x0=1 y0=2 steps=30", "f=exp(x)-x; regime eta=2.2 x0=1",
      "f=log(x)^2; descend eta=.9 x0=3 steps=30", "f=x^2; descend eta=1/(1+t) x0=1 steps=5",
    ] {
      let built = try say("\(ask) method=\(name) \(own.first ?? "")")
      let zz = try say("method \(rule)\n\(ask) method=zz \(own.last ?? "")")
      #expect(built.errors.isEmpty && zz.errors.isEmpty)
      let texts = [built, zz].map { s in
        (s.texts.last ?? "").replacingOccurrences(of: "zz", with: name)
          .replacingOccurrences(of: "(x, u)", with: "(x, v)").split { $0.isWhitespace }.joined(
            separator: " ")
      }
      #expect(texts[0] == texts[1])
      #expect(
        "\(built.answers.last?["multipliers"] ?? "")" == "\(zz.answers.last?["multipliers"] ?? "")")
    }
  }

  /// The law of a rule is what it is, however it is written; what only looks like one is none.
  @Test func lawsAreRecognised() throws {
    func law(_ rule: String, _ n: Int) throws -> String {
      switch LinearRule(try method("m\(rule)"), entries: n)?.law {
      case .gradient: "gd"
      case .inertia(let i): "\(i.looksAhead ? "nesterov" : "momentum") \(i.weight)"
      case nil: "none"
      }
    }
    for n in 1...3 {
      #expect(try law(": x = x - eta*g", n) == "gd")
      #expect(try law(": x = 2*x/2 - (eta + eta)*g/2", n) == "gd")
      #expect(try law("(b=1/2): v = b*v - eta*g, x = x + v", n) == "momentum 1/2")
      #expect(try law("(b=1/2): v = b*v - eta*g(x + b*v), x = x + v", n) == "nesterov 1/2")
      for other in [
        ": x = x - 2*eta*g", ": x = x - eta*g + 0*f(x+1)", ": x = x - eta^2*g",
        ": x = x - eta*g(2*x)",
        ": x = x - eta*sign(g)", ": x = x - eta*g/(1+t)", ": x = x - eta*norm(g)*g",
        ": x = x - eta*g + 1",
        "(b=1/2): v = b*v - eta*g, x = x + b*v", "(b=1/2): v = eta*v - eta*g, x = x + v",
        "(b=1/2): v = b*v - eta*g(x + v), x = x + v",
        "(b=1/2): v = b*v - eta*g(x + b*v + 0*f(2*x)), x = x + v", ": x = x - eta*(g + 0*g(3*x))",
        "(b=1/2, v0=1): v = b*v - eta*g, x = x + v",
        "(v0=1): v = v - eta*g*0, x = x + v",
      ] {
        #expect(try law(other, n) == "none", "\(other)")
      }
    }
    // One entry is its own sum.
    #expect(try law(": x = x - eta*sum(g)", 1) == "gd")
    #expect(try law(": x = x - eta*sum(g)", 2) == "none")
  }

  /// The Jacobian by the chain rule is the derivative of the map as a program, at points of all kinds.
  @Test func jacobiansAreDerivatives() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^3*y+cos(y)+exp(x*y/3)"))
    let a = CertifiedArithmetic(bits: 256)
    for rule in [
      "m: x = x - eta*g", "m(b=.9): v = b*v - eta*g, x = x + v",
      "m(b=.9): v = b*v - eta*g(x + b*v), x = x + v",
      "m(p0=.5): p = p*.9, s = .9*s + g^2, x = x - eta*g/(1+s)*p",
      "m: u = x - eta*g, x = x - eta*(g + g(u))/2", "m: x = x - eta*(f - 1)/(1+dot(g,g))*g(x + g)",
    ] {
      let step = try StepProgram(method(rule), on: loss)
      let map = DescentMap(step, eta: Rate(Rational(1) / Rational(7)))
      let size = map.dimension
      let at = (0..<size).map { Certified.exact(Rational(3 * $0 + 2) / Rational(5)) }
      let (_, jacobian) = map.step(a, at)
      let program = step.map
      for j in 0..<size {
        let column = program.tangent(by: program.variables[j]).run(
          a, at: at + [.exact(Rational(1) / Rational(7)), .exact(.zero)])
        for i in 0..<size {
          let gap = a.subtract(jacobian[i][j], column[i])
          #expect(abs(gap.estimate ?? .nan) < 1e-60, "\(rule) \(i) \(j)")
        }
      }
    }
  }

  /// Methods of the literature against loops by hand, in doubles.
  @Test func theMethodsOfTheLiterature() throws {
    typealias State = (x: [Double], kept: [[Double]])
    func gradient(_ x: [Double]) -> [Double] { [2 * x[0] + x[1], x[0] + 6 * x[1]] }
    func value(_ x: [Double]) -> Double { x[0] * x[0] + 3 * x[1] * x[1] + x[0] * x[1] }
    func square(_ g: [Double]) -> Double { g[0] * g[0] + g[1] * g[1] }
    let eta = 0.05
    let loss = Loss(name: "f", program: try Program(parsing: "x^2+3*y^2+x*y"))
    func check(
      _ rule: String, _ by: (_ t: Int, _ x: [Double], _ kept: inout [[Double]]) -> [Double]
    ) throws {
      let step = try StepProgram(method(rule), on: loss)
      let a = DoubleArithmetic()
      var state = step.start(a, at: [1.0, 2.0])
      var (y, kept) = ([1.0, 2.0], [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
      for t in 0..<100 {
        state = step.run(a, from: state, eta: eta, t: t).next
        let x = state.x
        y = by(t, y, &kept)
        let gap = max(abs(x[0] - y[0]), abs(x[1] - y[1]))
        #expect(gap <= 1e-10 * max(1e-3, abs(y[0]), abs(y[1])), "\(rule) at \(t)")
        if gap > 1e-9 { return }
      }
    }
    func each(_ f: (Int) -> Double) -> [Double] { [f(0), f(1)] }
    try check("adagrad(eps=1e-10): s = s + g.^2, x = x - eta*g./(sqrt(s)+eps)") { _, x, k in
      let g = gradient(x)
      k[0] = each { k[0][$0] + g[$0] * g[$0] }
      return each { x[$0] - eta * g[$0] / (k[0][$0].squareRoot() + 1e-10) }
    }
    try check(
      "rmsprop(rho=0.99, eps=1e-8): s = rho*s + (1-rho)*g.^2, x = x - eta*g./(sqrt(s)+eps)"
    ) { _, x, k in
      let g = gradient(x)
      k[0] = each { 0.99 * k[0][$0] + 0.01 * g[$0] * g[$0] }
      return each { x[$0] - eta * g[$0] / (k[0][$0].squareRoot() + 1e-8) }
    }
    try check(
      """
      adam(b1=0.9, b2=0.999, eps=1e-8, p0=1, q0=1): p = b1*p, q = b2*q, m = b1*m+(1-b1)*g,
        s = b2*s+(1-b2)*g.^2, x = x - eta*(m/(1-p))./(sqrt(s/(1-q))+eps)
      """
    ) { t, x, k in
      let g = gradient(x)
      k[0] = each { 0.9 * k[0][$0] + 0.1 * g[$0] }
      k[1] = each { 0.999 * k[1][$0] + 0.001 * g[$0] * g[$0] }
      func power(_ b: Double) -> Double { (0...t).reduce(1) { p, _ in p * b } }
      let (p, q) = (1 - power(0.9), 1 - power(0.999))
      return each { x[$0] - eta * (k[0][$0] / p) / ((k[1][$0] / q).squareRoot() + 1e-8) }
    }
    try check(
      "lion(b1=0.9, b2=0.99, decay=0.1): x = x - eta*(sign(b1*m+(1-b1)*g)+decay*x), m = b2*m+(1-b2)*g"
    ) { _, x, k in
      let g = gradient(x)
      let next = each { i -> Double in
        let u = 0.9 * k[0][i] + 0.1 * g[i]
        return x[i] - eta * ((u > 0 ? 1 : u < 0 ? -1 : 0) + 0.1 * x[i])
      }
      k[0] = each { 0.99 * k[0][$0] + 0.01 * g[$0] }
      return next
    }
    try check("normalized: x = x - eta*over(g, norm(g))") { _, x, _ in
      let g = gradient(x)
      return each { x[$0] - eta * g[$0] / square(g).squareRoot() }
    }
    try check("hypergradient(mu=1e-4): h = h + mu*dot(g,c), x = x - (eta+h)*g, c = g") { _, x, k in
      let g = gradient(x)
      k[1][0] += 1e-4 * (g[0] * k[0][0] + g[1] * k[0][1])
      k[0] = g
      return each { x[$0] - (eta + k[1][0]) * g[$0] }
    }
    try check("polyak(fstar=0): x = x - over(f-fstar, dot(g,g))*g") { _, x, _ in
      let g = gradient(x)
      return each { x[$0] - value(x) / square(g) * g[$0] }
    }
    try check("amsgrad: s = .9*s + .1*g^2, u = max(u, s), x = x - eta*g/sqrt(u)") { _, x, k in
      let g = gradient(x)
      k[0] = each { 0.9 * k[0][$0] + 0.1 * g[$0] * g[$0] }
      k[1] = each { max(k[1][$0], k[0][$0]) }
      return each { x[$0] - eta * g[$0] / k[1][$0].squareRoot() }
    }
    try check("clip(c=1): x = x - eta*g*min(1, over(c, norm(g)))") { _, x, _ in
      let g = gradient(x)
      return each { x[$0] - eta * g[$0] * min(1, 1 / square(g).squareRoot()) }
    }
    try check("switch: x = if(t < 5, x - eta*g, x - eta/2*g)") { t, x, _ in
      let g = gradient(x)
      return each { x[$0] - (t < 5 ? eta : eta / 2) * g[$0] }
    }
    try check("most: x = x - eta*g/max(abs(g))*count") { _, x, _ in
      let g = gradient(x)
      return each { x[$0] - eta * g[$0] / max(abs(g[0]), abs(g[1])) * 2 }
    }
  }

  /// Barzilai and Borwein: its first step is that of gradient descent, later ones fit the curvature.
  @Test func whatReadsTheStepIsNeverClassified() throws {
    let rule =
      "bb: d = x-c, y = g-b, a = if(t==0, eta, over(dot(d,d), dot(d,y))), c = x, b = g, x = x - a*g"
    let said = try say(
      "method \(rule); f = x^2; descend eta=.1 x0=1 steps=3 method=bb; regime eta=.1 x0=1 method=bb"
    )
    // On a parabola the second step ends in the minimum; what a later step does is not known of a rule.
    #expect(
      said.texts[2].contains("2   0") && said.texts[2].contains("reads the number of the step"))
    for rule in ["x - eta*g + floor(t/10)", "x - eta*g + (t==7)", "if(t < 3, x - eta*g, x)"] {
      let r = try #require(
        try say("method late: x = \(rule); f = x^2; regime eta=.5 x0=0 method=late").answers.last)
      #expect(r["outcome"] as? String == "undecided" && r["proved"] as? Bool == false, "\(rule)")
    }
    let leaves = try #require(
      try say("method late: x = x - eta*g + 0/(t-9); f = x^2; regime eta=.5 x0=1 method=late")
        .answers
        .last)
    #expect(leaves["outcome"] as? String == "leaves-domain" && leaves["proved"] as? Bool == true)
    let still = try say(
      "method wait: x = if(t < 3, x, x - eta*g); f = x^2; descend eta=.25 x0=1 steps=6 method=wait")
    // At rest until step 3, and then not: nothing is said to cycle or to rest.
    #expect(still.texts.last?.contains("rule reads the number of the step") == true)
    #expect(still.texts.last?.contains("0.5") == true)
  }

  /// Exact recurrence, proofs by the chain rule's Jacobian, and what is not proved.
  @Test(arguments: [
    ("signum: x = x - eta*sign(g)", "f=x^2; regime eta=.3 x0=1", "cycle", true),
    ("signum: x = x - eta*sign(g)", "f=x^2; regime eta=.25 x0=1", "stationary", true),
    ("soft: x = x - eta*tanh(g)", "f=logcosh(x-1/3); regime eta=.5 x0=2", "stationary", true),
    ("soft: x = x - eta*tanh(g)", "f=logcosh(x-1/3); regime eta=5 x0=2", "cycle", true),
    (
      "ema(b=0.9): v = b*v + (1-b)*g, x = x - eta*v", "f=x^2; regime eta=.4 x0=1", "stationary",
      true
    ),
    ("half: x = x - eta*g/2", "f=x^2; regime eta=2.5 x0=1", "divergent", false),
    // It rests at 0.8³, where the slope is not 0.
    ("dead: x = x - eta*g*(abs(g) > 1.1)", "f=x^2; regime eta=.1 x0=1", "stationary", true),
    // The same rules not from rest: y moves though its slope is 0; x is thrown off its cycle.
    (
      "swift(v0=3): v = v/2 - eta*g, x = x + v", "f(x,y)=x^2/2+0*y; regime eta=.5 from=[1,1]",
      "stationary", false
    ),
    (
      "turning(v0=10): v = -v - eta*g(x-v), x = x + v", "f=-x^2; regime eta=-1 x0=3", "cycle", true
    ),
    // A jump where the gradient is asked for is one of the rule.
    ("ahead: x = x - eta*g(if(x<0, x+10, x))", "f=x^2/2; regime eta=.5 x0=1", "stationary", false),
    // Newton's method for a root that is not there: its own pole throws it.
    ("root: x = x - over(f, g)", "f=x^2+1; regime eta=1 x0=.3", "undecided", false),
    // What is kept goes round, x does not.
    ("flips(h0=1): h = -h, x = x - eta*g", "f=x^2; regime eta=.5 x0=1", "stationary", true),
    // Neighbours part at the jump; y is exactly 0.
    (
      "signum: x = x - eta*sign(g)", "f(x,y)=x^2+y^2; regime eta=.3 from=[sqrt(2),0]", "cycle",
      false
    ),
    // On what does not grow, until rounding pushes it off.
    (
      "slow(k0=-1): k = k+0.1, x = x - eta*x*k + 0*g", "f=x^2; regime eta=1 x0=1", "stationary",
      false
    ),
    ("far(v0=1): v = v, x = x + v - 0*g", "f=exp(-x); regime eta=.1 x0=1", "divergent", false),
  ])
  func regimesOfOtherRules(
    _ rule: String, _ ask: String, _ outcome: String, _ proved: Bool
  ) throws {
    let name = rule.prefix { $0.isLetter }
    let r = try #require(try say("method \(rule); \(ask) method=\(name)").answers.last)
    #expect(
      r["outcome"] as? String == outcome || (!proved && r["outcome"] as? String == "undecided"))
    #expect(r["proved"] as? Bool == proved || !proved && r["proved"] as? Bool == false)
    // No point is called a minimum of f where its slope is not 0.
    if rule.hasPrefix("dead") {
      #expect(r["limit_kind"] == nil || "\(r["limit_kind"]!)" == "<null>")
    }
  }

  @Test(arguments: [
    ("method m x = x - eta*g", "a colon", "x = x"), ("method m:", "an assignment is due", ""),
    ("method m: v = eta*g", "does not move x", ""),
    ("method m: x = x - eta*g, x = x", "x moves once", "x = x"),
    ("method m: x = x - et*g", "et is neither assigned", "et*g"),
    ("method m: g = 2, x = x - g", "g is given", "g = 2"),
    ("method m(b): x = x - b*g", "wants a value", "b)"),
    ("method m(b=0.9, b=1): x = x - b*g", "named twice", "b=1"),
    ("method m(b=0.9): b = 2, x = x - b*g", "b is a parameter", "b = 2"),
    ("method m(t=1): x = x - t*g", "given to every rule", "t=1"),
    ("method m: x = x - eta*h(g)", "no function h", "h(g)"),
    ("method m: x = x - eta*dot(g)", "dot takes 2 arguments", "dot(g)"),
    ("method m: x = x - eta*[1,2]", "has no lists", "[1,2]"),
    ("method m: x = x - eta*f'(x)", "the gradient is g", "f'"),
    ("method m: sin = 2, x = x - sin*g", "sin has a meaning", "sin = 2"),
    ("method gd: x = x - eta*g", "gd comes with the language", "gd"),
    ("method m: x = x - eta*g; y = 2", "", ""),
    ("method m: x = x - eta*g v = 2", "cannot stand here", "v = 2"),
  ])
  func whatHasNoMeaningIsRefusedAtItsPlace(
    _ line: String, _ message: String, _ place: String
  ) throws {
    let said = try say(line)
    guard !message.isEmpty else {
      #expect(said.errors.isEmpty)
      return
    }
    let e = try #require(said.errors.first)
    #expect((e["message"] as? String)?.contains(message) == true, "\(e)")
    if !place.isEmpty, let column = e["column"] as? Int {
      #expect(line.dropFirst(column - 1).hasPrefix(place), "\(e)")
    }
  }

  @Test func aRuleMayGoOnInTheNextLine() throws {
    let said = try say(
      """
      method m(b=0.9):
        v = b*v - eta*g,   # the push
        x = x + v
      f = x^2
      descend eta=.1 x0=1 steps=1 method=m
      """)
    #expect(said.errors.isEmpty && said.answers.count == 3)
    // Other statements end with their line.
    #expect(try say("f = x^2\ndescend f eta=.1 x0=1,\n1+1").answers.count == 3)
  }

  @Test func methodsAreForgottenAndTakenBack() throws {
    let line = "method m: x = x - eta*g"
    let said = try say(
      "\(line); show; undo; f=x^2; descend eta=.1 x0=1 method=m; \(line); forget m; undo; descend eta=.1 x0=1 method=m steps=1; help m"
    )
    #expect(said.errors.count == 1)
    #expect(said.errors.first.map { "\($0)" }?.contains("there is no method m") == true)
    #expect(said.texts[1].contains("method m: x = x - eta*g"))
  }
}
