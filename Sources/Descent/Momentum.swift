// The heavy ball (Polyak 1964):
//
//   v ← βv − η∇C(x)
//   x ← x + v
import Calculus

package struct Momentum: Method {
  package static let name = "momentum"
  package static let summary = "heavy ball: v ← βv − η∇C, x ← x + v"
  package static let parameters = [
    MethodParameter(
      name: "beta", standard: Rational(9) / Rational(10),
      summary: "how much of the last step is kept")
  ]
  private let beta: Rational

  package init(_ values: [Rational]) { beta = values[0] }

  package func move<A: Arithmetic>(
    _ a: A, from x: [A.Number], slope g: [A.Number], eta: A.Number, memory: [A.Number],
    gradient: ([A.Number]) -> [A.Number]
  ) -> (displacement: [A.Number], memory: [A.Number]) {
    let v = velocity(a, beta, memory, eta, g)
    return (v, v)
  }

  package func linear<A: Arithmetic>(
    _ a: A, _ bend: A.Number
  ) -> (trace: A.Number, determinant: A.Number) {
    (a.subtract(a.constant(.one + beta), bend), a.constant(beta))
  }

  package var inertia: Inertia? { Inertia(weight: beta, looksAhead: false) }
}

/// βv − ηg, with v = 0 at the start.
func velocity<A: Arithmetic>(
  _ a: A, _ beta: Rational, _ v: [A.Number], _ eta: A.Number, _ g: [A.Number]
) -> [A.Number] {
  g.indices.map { k in
    let push = a.negate(a.multiply(eta, g[k]))
    return v.isEmpty ? push : a.add(a.multiply(a.constant(beta), v[k]), push)
  }
}
