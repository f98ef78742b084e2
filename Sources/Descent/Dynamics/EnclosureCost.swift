// What a program costs in enclosures of so many bits, in the unit of `Effort`: one sum at few bits, some
// 0.3 µs, most of it for making the number. MPFR multiplies n bits in about n^1.6 and takes sin, exp,
// log in about n^1.4 with a factor that grows from 10 at 128 bits (measured from 64 to 65,536 bits); at
// 8,192 bits a sine costs a thousand sums. erf and erfc are series whose terms are as many as the bits:
// erfc(200) takes 51 s at 16,384 (MPFR 4.2).
import Calculus
import Glibc

extension Program {
  /// The cost of one run at this precision.
  func cost(bits: Int) -> Int {
    let product = 1 + pow(Double(bits) / 1024, 1.6)
    let function = 10 * max(1, pow(Double(bits) / 128, 1.4))
    let total = instructions.reduce(0.0) { sum, i in
      // Balls take a hundredth of the time.
      let rows = tables[i.extent.axis].map { max(1, Double($0.rowCount) / 100) } ?? 1
      if let f = i.elementary { return sum + rows * function * f.effort.inExps(bits: bits) }
      return i.opcode == .constant ? sum : sum + rows * product
    }
    return 1 + (Int(exactly: min(total, 1e15).rounded(.down)) ?? 0)
  }
}

extension Program {
  /// What an answer in enclosures may cost at its last precision, in the unit of `Effort`: some half a second.
  fileprivate static let mostCost = 1_500_000
  /// Precisions up to here are always tried: digits that are asked for need them.
  private static let modestBits = 512

  /// Whether a value is to be tried with so many bits, where fewer did not decide it.
  package func affords(bits: Int) -> Bool {
    bits <= Program.modestBits || cost(bits: bits) <= Program.mostCost
  }
}

extension Loss {
  /// Whether so many steps at a precision are within half a second; a step runs the gradient here and the
  /// loss there.
  func affords(bits: Int, steps: Int = 1) -> Bool {
    steps * (gradient.cost(bits: bits) + program.cost(bits: bits)) <= Program.mostCost
  }
}

extension EnclosedOrbit {
  /// What a step costs: the Jacobian over the ball, the step of its centre, the norm.
  static func cost(of map: DescentMap, bits: Int) -> Int {
    map.costOfStep(bits: bits) + 8 * map.dimension * map.dimension + 20
  }
}

/// Work in enclosures that is still allowed to a search, whoever asks for it.
final class Allowance {
  private(set) var left: Int

  init(_ budget: Int) { left = budget }

  /// Takes what work costs; false where that was more than was left.
  func take(_ cost: Int) -> Bool {
    left -= min(left, cost)
    return left > 0
  }
}
