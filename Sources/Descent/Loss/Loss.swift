// A loss prepared for descent: its program, its gradient by reverse mode, and what is known of it.
import Calculus

/// A function of named variables to descend on.
///
/// Cost of making one: its gradient by reverse mode.
package struct Loss: Sendable {
  /// What it is called in answers.
  package let name: String
  /// The definition that it is, where it was typed.
  package let definition: Definition?
  /// Its value as it was typed, over variables that may be arrays.
  package let source: Program
  /// Whether it goes through rows of data that are too many to be written out: then nothing is proved of it.
  package let overRows: Bool
  /// Its value over the entries of the variables.
  package let program: Program
  /// Outputs: the value, then the gradient.
  package let gradient: Program
  let curvatures: OnDemand<Program>
  /// Value, gradient and upper triangle of the Hessian by rows, made when first asked for.
  ///
  /// Cost: n tangents of the gradient, once.
  package var hessian: Program { curvatures.value }
  /// The entries of its variables, in the order of every point.
  package var variables: [String] { program.variables }

  /// Entries of the arrays of the largest loss: curvatures are half as many squared.
  package static let mostEntries = 2000
  /// Operations on entries of the largest loss.
  package static let largest = 1 << 16

  /// The same where they go through rows of data: a step in exact numbers or enclosures takes some ms then, and
  /// beyond rows are gone through by engines.
  package static let largestOverRows = 1 << 13

  /// The loss of a program.
  ///
  /// - Parameters:
  ///   - source: one output, the value, a number.
  ///   - definition: what it was typed as, where it was.
  ///   - byRow: whether rows of data stay an axis however few they are, so that some of them can be picked.
  package init(
    name: String, program source: Program, definition: Definition? = nil, byRow: Bool = false
  ) {
    self.name = name
    self.definition = definition
    self.source = source
    overRows = source.hasRows && (byRow || source.expandedCount > Loss.largestOverRows)
    let program = (overRows ? source.expandedByRow.withDataFixed : source.expanded).choicesMade
    self.program = program
    gradient = program.gradient()
    curvatures = OnDemand { program.hessian() }
  }

  /// The same with rows of data as an axis; nil where it goes through none, or through those of several tables.
  package var byRow: Loss? {
    guard source.tables.count == 1 else { return nil }
    return overRows
      ? self : Loss(name: name, program: source, definition: definition, byRow: true)
  }

  /// Whether it is too large to be written out.
  package var isTooLong: Bool { overRows && source.expandedCount > Loss.largestOverRows }

  /// How many rows of data it goes through; 0 for none.
  package var rowCount: Int { source.tables.values.reduce(0) { max($0, $1.rowCount) } }

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
        case .compare: at(i.a) == 0 && at(i.b) == 0 ? 0 : nil
        case .select:
          at(i.a) == 0 ? at(i.b).flatMap { b in at(i.c).map { max(b, $0) } } : nil
        // Arrays are written out; rows of data are repeated and summed.
        case .array:
          switch i.arrayOperation?.loop {
          case .data?: 0
          case .move?, .fold(.sum)?: at(i.a)
          case .fold?, .attain?, .contract?, nil: nil
          }
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
