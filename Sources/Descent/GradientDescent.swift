// Gradient descent (Cauchy 1847):
//
//   x ← x − η∇C(x)
import Calculus

package struct GradientDescent: Method {
  package static let name = "gd"
  package static let summary = "gradient descent: x ← x − η∇C"
  package static let parameters: [MethodParameter] = []

  package init(_ values: [Rational] = []) {}

  package func move<A: Arithmetic>(
    _ a: A, from x: [A.Number], slope g: [A.Number], eta: A.Number, memory: [A.Number],
    gradient: ([A.Number]) -> [A.Number]
  ) -> (displacement: [A.Number], memory: [A.Number]) {
    (g.map { a.negate(a.multiply(eta, $0)) }, [])
  }

  /// −η‖∇C‖²: as a sum of squares its enclosure keeps its sign.
  package func predicted<A: Arithmetic>(
    _ a: A, slope g: [A.Number], squared: A.Number, displacement d: [A.Number], eta: A.Number
  ) -> A.Number { a.negate(a.multiply(eta, squared)) }

  package func linear<A: Arithmetic>(
    _ a: A, _ bend: A.Number
  ) -> (trace: A.Number, determinant: A.Number) {
    (a.subtract(a.constant(.one), bend), a.constant(.zero))
  }

  package var inertia: Inertia? { nil }
}
