// Nesterov's accelerated gradient (1983), in the form of Sutskever et al. (2013):
//
//   v ← βv − η∇C(x + βv)
//   x ← x + v
import Calculus

package struct Nesterov: Method {
  package static let name = "nesterov"
  package static let summary = "look ahead: v ← βv − η∇C(x + βv), x ← x + v"
  package static let parameters = Momentum.parameters
  private let beta: Rational

  package init(_ values: [Rational]) { beta = values[0] }

  package func move<A: Arithmetic>(
    _ a: A, from x: [A.Number], slope g: [A.Number], eta: A.Number, memory: [A.Number],
    gradient: ([A.Number]) -> [A.Number]
  ) -> (displacement: [A.Number], memory: [A.Number]) {
    var slope = g
    if !memory.isEmpty {
      slope = gradient(
        x.indices.map { a.add(x[$0], a.multiply(a.constant(beta), memory[$0])) })
    }
    let v = velocity(a, beta, memory, eta, slope)
    return (v, v)
  }

  package func linear<A: Arithmetic>(
    _ a: A, _ bend: A.Number
  ) -> (trace: A.Number, determinant: A.Number) {
    let rest = a.subtract(a.constant(.one), bend)
    return (a.multiply(a.constant(.one + beta), rest), a.multiply(a.constant(beta), rest))
  }

  package var inertia: Inertia? { Inertia(weight: beta, looksAhead: true) }
}
