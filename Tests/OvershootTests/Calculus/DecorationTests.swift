// What an enclosure knows of a function's being defined and continuous over a box: the decorations of
// IEEE 1788 by hand, for formulas and boxes.
import Calculus
import Testing

struct DecorationTests {
  private func decoration(
    _ formula: String, _ lower: Double, _ upper: Double, bits: Int = 128
  ) throws -> Decoration {
    let a = EnclosureArithmetic(bits: bits)
    let program = try Program(parsing: formula)
    let box = a.hull(a.constant(lower), a.constant(upper))
    return program.run(a, at: program.variables.map { _ in box })[0].decoration
  }

  @Test(arguments: [
    // Inside the domain, touching its end, wholly outside.
    ("sqrt(x)", 0, 1, Decoration.dac), ("sqrt(x)", -1, 1, .trv), ("sqrt(x)", -1, 0, .trv),
    ("sqrt(x)", -2, -1, .ill), ("log(x)", 0, 1, .trv), ("log(x)", -1, 0, .ill),
    ("asin(x)", -1, 1, .dac), ("asin(x)", 1, 2, .trv), ("atanh(x)", -1, 0, .trv),
    ("1/x", 1, 2, .dac), ("1/x", 0, 1, .trv), ("1/x", -1, 1, .trv), ("1/x", 0, 0, .ill),
    ("x^(-2)", -1, 1, .trv), ("x^0.5", -1, 1, .trv), ("x^0.5", -2, -1, .ill),
    ("x^1.5", 0, 1, .dac), ("tan(x)", 1, 1.5, .dac), ("tan(x)", 1, 2, .trv),
    // Jumps: defined, continuous only where none is met.
    ("floor(x)", 0.2, 0.8, .dac), ("floor(x)", 0.5, 1.5, .def), ("sign(x)", 1, 2, .dac),
    ("sign(x)", -1, 1, .def), ("if(x < 0, 1, 2)", -1, 1, .def), ("if(x < 0, 1, 2)", 1, 2, .dac),
    ("atan2(x, -1)", -1, 1, .def), ("atan2(x, 1)", -1, 1, .dac), ("floor(floor(x)/3)", 0, 2, .dac),
    // Kinks are continuous, their slopes are not.
    ("abs(x)", -1, 1, .dac), ("max(x, -2x)", -1, 1, .dac), ("min(x, y)", -1, 1, .dac),
    ("hypot(x, y)", -1, 1, .dac),
    // A branch that is not certainly taken makes nothing undefined.
    ("if(x < 0, log(-1), 2)", -1, 1, .trv), ("if(x < 0, log(-1), 2)", 1, 2, .dac),
    ("if(x < 0, log(-1), 2)", -2, -1, .ill), ("if(log(x) < 5, 1, 2)", -1, 1, .trv),
    ("if(log(x) < 5, 1, 2)", -2, -1, .ill),
    // The least of the operands.
    ("floor(x)+sqrt(x)", 0.5, 1.5, .def), ("0*log(x)", -1, 1, .trv), ("log(x)^0", -1, 1, .trv),
    ("sin(x)*exp(x)-cosh(x)", -1e300, 1e300, .dac),
  ])
  func eachBoxHasItsDecoration(
    _ formula: String, _ lower: Double, _ upper: Double, _ expected: Decoration
  ) throws {
    #expect(try decoration(formula, lower, upper) == expected, "\(formula)")
  }

  /// The slope jumps where two arguments tie.
  @Test func slopesOfKinksJump() throws {
    let a = EnclosureArithmetic(bits: 128)
    let box = a.hull(a.constant(-1.0), a.constant(1.0))
    for formula in ["abs(x)", "max(x, -2x)", "min(x, x^2)"] {
      let all = try Program(parsing: formula).gradient().run(a, at: [box])
      #expect(all[0].decoration == .dac && all[1].decoration == .def, "\(formula)")
    }
  }

  /// The bounds of the part inside the domain hold there.
  @Test func whatIsPartlyDefinedKeepsItsBounds() throws {
    let a = EnclosureArithmetic(bits: 128)
    let box = a.hull(a.constant(-1.0), a.constant(4.0))
    let root = try Program(parsing: "sqrt(x)").run(a, at: [box])[0]
    #expect(root.decoration == .trv && root.lowerDouble == 0 && root.upperDouble == 2)
    #expect(try decoration("log(-1-sqrt(x))", -1, 4) == .ill)
  }

  /// An exponent beyond the doubles is no end of the numbers.
  @Test(arguments: [
    ("log(exp(-1e10))", -1e10), ("log(exp(1e15))", 1e15), ("log(log(exp(exp(20))))", 20),
    ("sqrt(exp(-1e9))*exp(5e8)", 1), ("atanh(tanh(300))", 300), ("log(erfc(1e6))", -1e12),
  ])
  func exponentsAreWide(_ formula: String, _ value: Double) throws {
    let x = try Program(parsing: formula).run(EnclosureArithmetic(bits: 1024), at: [])[0]
    #expect(x.isContinuous && abs(x.lowerDouble - value) <= 1e-10 * abs(value), "\(formula)")
  }

  /// Beyond them the bounds are infinite, and nothing takes an infinite number for a point.
  @Test func overflowBoundsOnOneSideOnly() throws {
    let a = EnclosureArithmetic(bits: 64)
    let huge = try Program(parsing: "exp(exp(50))").run(a, at: [])[0]
    #expect(huge.isContinuous && huge.upperDouble == .infinity && huge.sign == 1)
    #expect(huge.rational == nil && huge.exact == nil && !a.center(huge).isDefined)
    #expect(a.subtract(huge, huge).sign == nil && a.divide(a.constant(.one), huge).sign == nil)
  }

  /// The sine of a number of thousands of digits is some number from −1 to 1, at once.
  @Test func hugeAnglesAreNotReduced() throws {
    let a = EnclosureArithmetic(bits: 128)
    let sine = try Program(parsing: "sin(exp(1e9))").run(a, at: [])[0]
    #expect(sine.isContinuous && sine.lowerDouble == -1 && sine.upperDouble == 1)
    #expect(try Program(parsing: "tan(exp(1e9))").run(a, at: [])[0].decoration == .trv)
  }
}
