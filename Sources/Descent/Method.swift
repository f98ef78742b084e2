// Descent methods. Each declares its parameters and says how a point moves; one file each.
import Calculus

/// A rule that turns gradients into steps, under any arithmetic.
package protocol Method: Sendable {
  static var name: String { get }
  static var summary: String { get }
  static var parameters: [MethodParameter] { get }
  /// Values in the order of `parameters`.
  init(_ values: [Rational])
  /// The displacement from `x`, and the memory for the next step (empty at the start).
  func move<A: Arithmetic>(
    _ arithmetic: A, from x: [A.Number], slope g: [A.Number], eta: A.Number,
    memory: [A.Number], gradient: ([A.Number]) -> [A.Number]
  ) -> (displacement: [A.Number], memory: [A.Number])
  /// The linear prediction ∇C·Δx of the change, where `squared` is ‖∇C‖².
  func predicted<A: Arithmetic>(
    _ a: A, slope g: [A.Number], squared: A.Number, displacement d: [A.Number], eta: A.Number
  ) -> A.Number
  /// Trace and determinant of the step on (x, v) in a direction of constant curvature, where `bend`
  /// is η times the curvature: its eigenvalues are the multipliers of that direction.
  func linear<A: Arithmetic>(_ a: A, _ bend: A.Number) -> (trace: A.Number, determinant: A.Number)
  /// How the last step is kept; nil for a method without a memory.
  var inertia: Inertia? { get }
}

extension Method {
  package func predicted<A: Arithmetic>(
    _ a: A, slope g: [A.Number], squared: A.Number, displacement d: [A.Number], eta: A.Number
  ) -> A.Number { dot(a, g, d) }

  /// Whether a step needs nothing of those before it: x ← x − η∇C.
  package var isMemoryless: Bool { inertia == nil }
}

/// v ← βv − η∇C, x ← x + v, with the slope taken at x or ahead at x + βv.
package struct Inertia: Sendable {
  /// β.
  package var weight: Rational
  /// Whether the slope is taken at x + βv.
  package var looksAhead: Bool
}

/// The methods that exist, by name.
package enum Methods {
  package static let all: [any Method.Type] = [GradientDescent.self, Momentum.self, Nesterov.self]
  package static func named(_ name: String) -> (any Method.Type)? { all.first { $0.name == name } }
}
