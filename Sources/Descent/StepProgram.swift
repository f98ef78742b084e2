// The step of a method as a program: what a method declares for any arithmetic, declared once to an
// arithmetic that builds. Run in doubles it costs what its operations do.
import Calculus

/// An arithmetic whose numbers are the registers of a program under construction.
private final class BuildingArithmetic: Arithmetic {
  var builder: ProgramBuilder

  init(variables: [String]) { builder = ProgramBuilder(variables: variables) }

  func constant(_ value: Rational) -> Register { builder.constant(value) }
  func add(_ a: Register, _ b: Register) -> Register { builder.add(a, b) }
  func subtract(_ a: Register, _ b: Register) -> Register { builder.subtract(a, b) }
  func multiply(_ a: Register, _ b: Register) -> Register { builder.multiply(a, b) }
  func divide(_ a: Register, _ b: Register) -> Register { builder.divide(a, b) }
  func negate(_ a: Register) -> Register { builder.negate(a) }
  func power(_ a: Register, _ n: Int) -> Register { builder.power(a, Int32(clamping: n)) }
  func lift(_ f: ElementaryFunction, _ a: Register, _ b: Register) -> Register {
    builder.apply(f, a, f.arity == 2 ? b : 0)
  }
  func compare(_ c: Comparison, _ a: Register, _ b: Register) -> Register {
    builder.compare(c, a, b)
  }
  func select(_ c: Register, _ a: Register, _ b: Register) -> Register { builder.select(c, a, b) }
  func isZero(_ a: Register) -> Bool { builder.constantValue(a)?.isZero == true }
}

extension Method {
  /// One step over x, the memory (an entry for each coordinate, 0 at the start and where there is none)
  /// and the rate, in this order: the displacement, the next memory, and C(x).
  func step(on loss: Loss) -> Program {
    let n = loss.variables.count
    let a = BuildingArithmetic(
      variables: loss.variables + loss.variables.map { $0 + "′" } + ["η"])
    let inputs = a.builder.variables.map { a.builder.variable($0) }
    func gradient(_ x: [Register]) -> [Register] { a.builder.inline(loss.gradient, x) }
    let here = gradient(Array(inputs[..<n]))
    let move = move(
      a, from: Array(inputs[..<n]), slope: Array(here.dropFirst()), eta: inputs[2 * n],
      memory: Array(inputs[n..<(2 * n)])
    ) { Array(gradient($0).dropFirst()) }
    let memory = isMemoryless ? Array(repeating: a.constant(.zero), count: n) : move.memory
    return a.builder.program(outputs: move.displacement + memory + [here[0]])
  }
}

extension DescentPlan {
  /// Of a half of a rate, a quarter and so on the first, rounded down to two digits, at which the run has
  /// a value at every step; nil where none of ten has.
  ///
  /// In doubles: a suggestion, no proof. Cost: ten runs.
  package func rateThatStays(below rate: Rational) -> Rational? {
    var candidate = rate
    for _ in 0..<10 {
      candidate = (candidate * .half).rounded(digits: 2, .lower)
      var isInside = true
      walk(rate: candidate.nearestDouble, for: steps) { _, value in
        isInside = !value.isNaN
        return isInside
      }
      if isInside { return candidate }
    }
    return nil
  }

  /// The run in doubles at a constant rate: `goesOn` sees x and C(x) at the start and after each step,
  /// and says whether to go on.
  func walk(rate: Double, for steps: Int, _ goesOn: (ArraySlice<Double>, Double) -> Bool) {
    let runner = DoubleProgram(method.step(on: loss))
    let n = start.count
    var state = start.doubles + Array(repeating: 0, count: n) + [rate]
    for _ in 0...max(0, steps) {
      runner.run(at: state)
      guard goesOn(state[..<n], runner[2 * n]) else { return }
      for k in 0..<n {
        state[k] += runner[k]
        state[n + k] = runner[n + k]
      }
    }
  }
}
