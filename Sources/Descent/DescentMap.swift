// The map of gradient descent at a constant rate, m(x) = x − η∇C(x), and its Jacobian I − ηH.
import Calculus

/// The map of one step at a constant rate, x ← x − η∇C, or of a state (x, v) where there is a memory.
package struct DescentMap: Sendable {
  package let loss: Loss
  package private(set) var eta: Rate
  /// Of a method with a memory: the map is then that of the state (x, v).
  let inertia: Inertia?
  /// Of what is mapped: n, or 2n with a memory.
  package var dimension: Int { loss.variables.count * (inertia == nil ? 1 : 2) }
  /// Value, gradient, upper triangle of the Hessian by rows.
  let hessian: Program

  package init(_ loss: Loss, eta: Rational, inertia: Inertia? = nil) {
    self.init(loss, eta: Rate(eta), inertia: inertia)
  }

  package init(_ loss: Loss, eta: Rate, inertia: Inertia? = nil) {
    self.loss = loss
    self.eta = eta
    self.inertia = inertia
    hessian = loss.program.hessian()
  }

  /// The same map at another rate.
  func at(_ eta: Rational) -> DescentMap { at(Rate(eta)) }

  /// The same map at another rate, which may be irrational.
  func at(_ eta: Rate) -> DescentMap {
    var out = self
    out.eta = eta
    return out
  }

  /// The next point and the Jacobian I − ηH by rows (of the state, where there is a memory).
  func step<A: Arithmetic>(_ a: A, _ x: [A.Number]) -> (next: [A.Number], jacobian: [[A.Number]]) {
    if let inertia { return step(a, x, inertia) }
    let n = x.count
    let all = hessian.run(a, at: x)
    let rate = eta.number(a)
    let one = a.constant(.one)
    let next = (0..<n).map { a.subtract(x[$0], a.multiply(rate, all[1 + $0])) }
    let jacobian = (0..<n).map { i in
      (0..<n).map { j in
        let move = a.multiply(rate, all[1 + n + Triangle.index(i, j, n)])
        return i == j ? a.subtract(one, move) : a.negate(move)
      }
    }
    return (next, jacobian)
  }

  /// The next state with inertia: [[I − ηH, B], [−ηH, B]] with B = β(I − ηH) where the slope is taken
  /// ahead, else βI.
  private func step<A: Arithmetic>(
    _ a: A, _ z: [A.Number], _ inertia: Inertia
  ) -> (next: [A.Number], jacobian: [[A.Number]]) {
    let n = z.count / 2
    let all = hessian.run(a, at: place(a, z))
    let (rate, weight, one) = (eta.number(a), a.constant(inertia.weight), a.constant(.one))
    var rows = [[A.Number]](repeating: [], count: 2 * n)
    for i in 0..<n {
      var (ahead, pull): ([A.Number], [A.Number]) = ([], [])
      for j in 0..<n {
        let move = a.multiply(rate, all[1 + n + Triangle.index(i, j, n)])
        let kept = i == j ? a.subtract(one, move) : a.negate(move)
        pull.append(a.negate(move))
        rows[i].append(kept)
        let plain = i == j ? weight : a.constant(.zero)
        ahead.append(inertia.looksAhead ? a.multiply(weight, kept) : plain)
      }
      rows[i] += ahead
      rows[n + i] = pull + ahead
    }
    return (moved(a, z, (0..<n).map { all[1 + $0] }, inertia), rows)
  }

  private func moved<A: Arithmetic>(
    _ a: A, _ z: [A.Number], _ slope: [A.Number], _ inertia: Inertia
  ) -> [A.Number] {
    let n = z.count / 2
    var slope = slope
    if inertia.looksAhead {
      // The loss has to have a value where the state is, not only ahead.
      let nought = a.multiply(a.constant(.zero), loss.program.run(a, at: Array(z[..<n]))[0])
      slope = slope.map { a.add($0, nought) }
    }
    let v = velocity(a, inertia.weight, Array(z[n...]), eta.number(a), slope)
    return (0..<n).map { a.add(z[$0], v[$0]) } + v
  }

  /// Where the slope is taken in a state: at x, or ahead.
  func place<A: Arithmetic>(_ a: A, _ z: [A.Number]) -> [A.Number] {
    guard let inertia else { return z }
    let n = z.count / 2
    guard inertia.looksAhead else { return Array(z[..<n]) }
    let weight = a.constant(inertia.weight)
    return (0..<n).map { a.add(z[$0], a.multiply(weight, z[n + $0])) }
  }

  /// Whether the slope may jump somewhere in a box of states.
  func meetsKink(_ a: EnclosureArithmetic, _ box: [Enclosure]) -> Bool {
    loss.hasKink && loss.meetsKink(a, place(a, box))
  }

  /// An upper bound of the norm of a Jacobian; nil where it is undefined.
  func stretch(_ jacobian: [[Enclosure]]) -> Double? {
    inertia == nil ? SpectralNorm.bound(jacobian) : SpectralNorm.generalBound(jacobian)
  }

  /// The next point alone.
  func next<A: Arithmetic>(_ a: A, _ x: [A.Number]) -> [A.Number] {
    if let inertia {
      let all = loss.gradient.run(a, at: place(a, x))
      return moved(a, x, Array(all.dropFirst()), inertia)
    }
    let all = loss.gradient.run(a, at: x)
    let rate = eta.number(a)
    return x.indices.map { a.subtract(x[$0], a.multiply(rate, all[1 + $0])) }
  }

  /// f′ and f″ of one variable, for a root search.
  func slope(_ a: EnclosureArithmetic, _ x: Enclosure) -> (value: Enclosure, slope: Enclosure) {
    let all = hessian.run(a, at: [x])
    return (all[1], all[2])
  }

  /// Whether the slope of one variable is exactly 0 at a number, by exact numbers.
  func rests(at x: Rational) -> Bool {
    loss.gradient.run(CertifiedArithmetic(bits: 256), at: [.exact(x)])[1].isExactZero
  }

  /// The Hessian at a point, by rows.
  package func hessian(at x: [Certified], bits: Int = 256) -> [[Certified]] {
    let n = loss.variables.count
    let all = hessian.run(CertifiedArithmetic(bits: bits), at: x)
    return (0..<n).map { i in (0..<n).map { all[1 + n + Triangle.index(i, $0, n)] } }
  }
}

/// Places in the upper triangle of a symmetric matrix, by rows.
enum Triangle {
  static func index(_ i: Int, _ j: Int, _ n: Int) -> Int {
    let (p, q) = i <= j ? (i, j) : (j, i)
    return p * n - p * (p - 1) / 2 + (q - p)
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
