// What `rule` shows of a method, done by hand, is the step.
import Calculus
import Testing

@testable import Descent

struct SymbolicRuleTests {
  private func step(_ rule: String, _ loss: Loss) throws -> StepProgram {
    var p = try Parser(Lexer(Array(rule.utf8)))
    return try StepProgram(Method(try MethodDeclaration(&p)), on: loss)
  }

  /// The assignments that `rule` shows, done one after the other, are the step.
  @Test(arguments: [
    "m(b=.9): v = b*v - eta*g, x = x + v", "m(b=.9): v = b*v - eta*g(x + b*v), x = x + v",
    "m(p0=.5): p = p*.9, s = .9*s + g^2, x = x - eta*g/(1+s)*p",
    "m: h = h + dot(g,c), x = x - (eta+h)*g, c = g",
    "m: u = x - eta*g, x = x - eta*(g + g(u))/2", "m: x = x - eta*over(f(x+eta*g), 1+dot(g,g))*g",
    "m: y = x, x = y - eta*g",
  ])
  func whatRuleShowsIsTheStep(_ rule: String) throws {
    for formula in ["x^3*y+cos(y)+exp(x*y/3)", "v^4/4-v^2/2"] {
      let loss = Loss(name: "f", program: try Program(parsing: formula))
      let step = try step(rule, loss)
      let shown = try SymbolicRule(step, rate: "eta")
      let a = DoubleArithmetic()
      var state = step.start(a, at: loss.variables.indices.map { 0.7 - 0.3 * Double($0) })
      for t in 0..<3 {
        let made = step.run(a, from: state, eta: 0.1, t: t)
        var values = Dictionary(uniqueKeysWithValues: zip(loss.variables, state.x))
        (values["eta"], values["t"]) = (0.1, Double(t))
        let states = shown.assignments.joined().map(\.name).filter { !loss.variables.contains($0) }
        // What is kept, by the names that are read before they are assigned.
        for name in step.method.declaration.states {
          let own = states.filter { $0 == name || $0.hasPrefix(name + "_") }
          let before = step.method.declaration.states.prefix { $0 != name }.reduce(0) {
            sum, other in
            sum + Set(states.filter { $0 == other || $0.hasPrefix(other + "_") }).count
          }
          for (k, n) in own.enumerated() { values[n] = Array(state.kept)[before + k] }
        }
        for together in shown.assignments {
          let made = together.map { line -> Double in
            let program = line.formula.program()
            return program.run(a, at: program.variables.map { values[$0] ?? .nan })[0]
          }
          for (line, value) in zip(together, made) { values[line.name] = value }
        }
        for (name, next) in zip(loss.variables, made.next.x) {
          #expect(abs((values[name] ?? .nan) - next) < 1e-12 * max(1, abs(next)), "\(rule) \(name)")
        }
        state = made.next
      }
    }
  }
}
