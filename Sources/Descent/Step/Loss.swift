// A loss prepared for descent: its program, its gradient by reverse mode, and what is known of it.
import Calculus

package struct Loss: Sendable {
  package let name: String
  package let program: Program
  /// Outputs: the value, then the gradient.
  package let gradient: Program
  private let curvatures: OnDemand<Program>
  /// Value, gradient and upper triangle of the Hessian by rows, made when first asked for.
  ///
  /// Cost: n tangents of the gradient, once.
  package var hessian: Program { curvatures.value }
  package var variables: [String] { program.variables }

  package init(name: String, program: Program) {
    self.name = name
    self.program = program
    gradient = program.gradient()
    curvatures = OnDemand { program.hessian() }
  }

  /// Whether the slope may jump somewhere: a function with a kink, or a choice.
  package var hasKink: Bool { program.hasKink }

  /// Whether it is a polynomial of degree 2 or less, so that its Hessian is constant.
  package var isQuadratic: Bool { degree.map { $0 <= 2 } ?? false }

  /// Degrees above are not told apart: products of products would soon be beyond any integer.
  private static let highestDegree = 1 << 20

  /// The polynomial degree of the loss, where it is a polynomial; an upper bound.
  package var degree: Int? {
    var degrees: [Int?] = []
    for i in program.instructions {
      func at(_ r: Register) -> Int? { degrees[Int(r)] }
      let d: Int? =
        switch i.opcode {
        case .constant: 0
        case .variable: 1
        case .add, .subtract: at(i.a).flatMap { a in at(i.b).map { max(a, $0) } }
        case .multiply: at(i.a).flatMap { a in at(i.b).map { min(a + $0, Loss.highestDegree) } }
        case .divide: at(i.b) == 0 ? at(i.a) : nil
        case .negate: at(i.a)
        case .power: i.b >= 0 ? at(i.a).map { min($0 * Int(i.b), Loss.highestDegree) } : nil
        case .apply: at(i.a) == 0 && (i.operandCount == 1 || at(i.b) == 0) ? 0 : nil
        case .compare, .select: nil
        }
      degrees.append(d)
    }
    return degrees[Int(program.outputs[0])]
  }
}

extension Loss {
  /// The Hessian at a point, by rows.
  package func hessian(at x: [Certified], bits: Int = 256) -> [[Certified]] {
    hessian.evaluate(CertifiedArithmetic(bits: bits), at: x).hessian
  }

  /// f′ and f″ of one variable, for a root search.
  func slope(_ a: EnclosureArithmetic, _ x: Enclosure) -> (value: Enclosure, slope: Enclosure) {
    let here = hessian.evaluate(a, at: [x])
    return (here.slope(0), here.curvature(0, 0))
  }

  /// Whether the slope of one variable is exactly 0 at a number, by exact numbers.
  func rests(at x: Rational) -> Bool {
    gradient.evaluate(CertifiedArithmetic(bits: 256), at: [.exact(x)]).slope(0).isExactZero
  }
}

/// Where a program stops being defined: the reason in words.
package enum Undefinedness {
  /// Finds the first instruction that is undefined though its operands are defined: the reason and
  /// the offset in the formula's text, or −1.
  package static func reason(of program: Program, at point: [Certified]) -> (String, Int)? {
    let a = EnclosureArithmetic(bits: 128)
    let values = program.trace(a, at: point.map { $0.number(a) })
    let matters = reached(program, values)
    for (k, i) in program.instructions.enumerated() where matters[k] && !values[k].isDefined {
      var operands: [Enclosure] = []
      i.forEachOperand { operands.append(values[Int($0)]) }
      if i.opcode == .select { operands = [operands[0]] }
      guard operands.allSatisfy(\.isDefined) else { continue }
      let shown = operands.map { Certified.enclosed($0).text(digits: 6) }
      let origin = Int(program.origins[k])
      let place = origin >= 0 ? ", at column \(origin + 1)" : ""
      return (sentence(i, shown) + place, origin)
    }
    return nil
  }

  /// Which registers the outputs need at these values: of a selection that is decided, the branch taken.
  private static func reached(_ program: Program, _ values: [Enclosure]) -> [Bool] {
    var needed = [Bool](repeating: false, count: values.count)
    for r in program.outputs { needed[Int(r)] = true }
    for (k, i) in program.instructions.enumerated().reversed() where needed[k] {
      if i.opcode == .select, let sign = values[Int(i.a)].sign {
        needed[Int(i.a)] = true
        needed[Int(sign == 0 ? i.c : i.b)] = true
      } else {
        i.forEachOperand { needed[Int($0)] = true }
      }
    }
    return needed
  }

  /// Why the gradient is undefined where the loss is defined.
  package static func ofSlope(_ loss: Loss, at point: [Certified]) -> String {
    guard let (why, origin) = reason(of: loss.gradient, at: point) else { return "too few digits" }
    let f = loss.program.instructions.indices.first {
      loss.program.instructions[$0].opcode == .apply && loss.program.origins[$0] == origin
    }.map { ElementaryFunction.table[Int(loss.program.instructions[$0].function)] }
    guard let f, why.hasPrefix("division") else { return "the slope is not defined: " + why }
    return
      "the slope is not defined: \(f.name) at column \(origin + 1) has no finite slope there (infinite, or a kink)"
  }

  private static func sentence(_ i: Instruction, _ x: [String]) -> String {
    switch i.opcode {
    case .divide: return "division by zero: \(x[0])/\(x[1])"
    case .power: return "division by zero: \(x[0])^\(i.b)"
    case .apply:
      let f = ElementaryFunction.table[Int(i.function)]
      if f.special == .pow {
        if x[0] == "0" {
          return x[1] == "0" ? "0^0 has no slope here" : "division by zero: 0^\(x[1])"
        }
        return "(\(x[0]))^\(x[1]) is not a real number (cbrt(x) is the cube root of any x)"
      }
      let wanted = f.domain.condition("x")
      return "\(f.name) of \(x.joined(separator: ", "))"
        + (wanted.isEmpty ? "" : " (\(f.name) needs \(wanted))")
    default: return "overflow"
    }
  }
}
