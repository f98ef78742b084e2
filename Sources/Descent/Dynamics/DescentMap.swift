// The map of one step at a constant rate, of x or of a state (x, v) where the method keeps something, and
// its Jacobian; of gradient descent m(x) = x − η∇C(x) and I − ηH.
import Calculus

/// The map of one step at a constant rate, of a method whose rule does not read the number of the step.
package struct DescentMap: Sendable {
  /// The loss that the step descends on.
  package var loss: Loss { motion.loss }
  /// The step whose map it is.
  let motion: StepProgram
  package private(set) var eta: Rate
  /// How the last step is kept, of the heavy ball and Nesterov's method.
  var inertia: Inertia? { motion.inertia }
  /// Whether its Jacobian is symmetric: I − ηH of gradient descent.
  var hasSymmetricJacobian: Bool { motion.isGradientDescent }
  /// Of what is mapped: n, and what the method keeps.
  package var dimension: Int { motion.rule.entries + motion.rule.memory }
  /// Over the state, η and t: the next state, the Jacobian by rows.
  private let jacobian: OnDemand<Program>
  /// The next state alone.
  private let following: OnDemand<Program>

  /// Of gradient descent at a rational rate.
  package init(_ loss: Loss, eta: Rational) {
    self.init(loss, eta: Rate(eta))
  }

  /// Of gradient descent.
  package init(_ loss: Loss, eta: Rate) {
    self.init(StepProgram(descending: loss), eta: eta)
  }

  /// Of any method whose rule does not read the number of the step.
  ///
  /// Cost: nothing until the step or its Jacobian is asked for; that takes a Hessian for each place where
  /// the rule asks for the gradient.
  package init(_ motion: StepProgram, eta: Rate) {
    self.motion = motion
    self.eta = eta
    jacobian = OnDemand { motion.jacobian(motion.loss.hessian) }
    following = OnDemand { motion.map }
  }

  /// The same map at another rate.
  func at(_ eta: Rational) -> DescentMap { at(Rate(eta)) }

  /// The same map at another rate, which may be irrational.
  func at(_ eta: Rate) -> DescentMap {
    var out = self
    out.eta = eta
    return out
  }

  /// The next state and the Jacobian by rows.
  func step<A: Arithmetic>(_ a: A, _ z: [A.Number]) -> (next: [A.Number], jacobian: [[A.Number]]) {
    let n = dimension
    let all = jacobian.value.run(a, at: z + [eta.number(a), a.constant(.zero)])
    return (Array(all[..<n]), (0..<n).map { Array(all[(n + n * $0)..<(2 * n + n * $0)]) })
  }

  /// The points where the slope is taken in a state.
  func places<A: Arithmetic>(_ a: A, _ z: [A.Number]) -> [[A.Number]] {
    motion.places(a, z + [eta.number(a), a.constant(.zero)])
  }

  /// Whether the slope, or the rule, may jump somewhere in a box of states.
  func meetsKink(_ a: EnclosureArithmetic, _ box: [Enclosure]) -> Bool {
    if loss.hasKink, places(a, box).contains(where: { loss.meetsKink(a, $0) }) { return true }
    return motion.rule.hasKink
      && following.value.meetsKink(a, box + [eta.number(a), a.constant(.zero)])
  }

  /// An upper bound of the norm of a Jacobian; nil where it is undefined.
  func stretch(_ jacobian: [[Enclosure]]) -> Double? {
    hasSymmetricJacobian ? SpectralNorm.bound(jacobian) : SpectralNorm.generalBound(jacobian)
  }

  /// What the Jacobian and the next state cost in enclosures, each once.
  func costOfStep(bits: Int) -> Int {
    jacobian.value.cost(bits: bits) + following.value.cost(bits: bits)
  }

  /// The next state alone.
  func next<A: Arithmetic>(_ a: A, _ z: [A.Number]) -> [A.Number] {
    following.value.run(a, at: z + [eta.number(a), a.constant(.zero)])
  }
}

extension Loss {
  /// The Hessian times a vector, over the variables and the entries of the vector: value, gradient,
  /// H·v.
  ///
  /// Reverse mode on ∇C·v (Pearlmutter 1994).
  var curvatureAlong: Program {
    var b = ProgramBuilder(gradient)
    let value = gradient.outputs[0]
    let g = Array(gradient.outputs.dropFirst())
    var sum = b.constant(.zero)
    for (k, r) in g.enumerated() {
      let v = b.variable("v\(k)′")
      sum = b.add(sum, b.multiply(r, v))
    }
    var product = b.adjoints(of: sum, by: variables)
    product = b.confined(product, to: value)
    return b.program(outputs: [value] + g + product)
  }
}
