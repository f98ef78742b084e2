// Conditions decide from the left, in every arithmetic: what stands behind a false `and` or a true `or`
// may be undefined.
import Calculus
import Descent
import Testing

struct ConditionTests {
  /// A text in x, the point, and the value there.
  private static let cases: [(String, Int, Double)] = [
    ("if(x != 0 and 1/x > 2, 1, x^2)", 0, 0), ("if(x == 0 or log(x) < 0, x, x^2)", 0, 0),
    ("if(x == 0 or log(x) < 0, x, x^2)", 3, 9), ("if(not (x == 0 or 1/x < 0), 1, 5)", 0, 5),
    ("if(x != 0 and 1/x > 2 and log(x) > 1, 1, 7)", 0, 7),
    ("if(x > 1 or x == 0 or sqrt(x) > 2, 3, 4)", 0, 3), ("(x > 0 and 1/x > 2) + x", 0, 0),
    // Any number but 0 is true, and what and, or, not make is 1 or 0.
    ("x and 2", 3, 1), ("x or 2", 3, 1), ("not x", 3, 0), ("not x", 0, 1), ("x and 2", 0, 0),
    ("if(x, x^2, x^3)", 3, 9),
  ]

  @Test(arguments: cases)
  func decidesFromTheLeft(_ text: String, _ at: Int, _ value: Double) throws {
    let program = try Program(parsing: text)
    let x = Rational(at)
    let certified = CertifiedArithmetic(bits: 64)
    let enclosures = EnclosureArithmetic(bits: 64)
    #expect(program.run(certified, at: [.exact(x)])[0].rational == Rational(value))
    #expect(program.run(DoubleArithmetic(), at: [Double(at)]) == [value])
    let double = DoubleProgram(program)
    double.run(at: [Double(at)])
    #expect(double.outputs == [value])
    #expect(program.run(enclosures, at: [enclosures.constant(x)])[0].nearestDouble == value)
    let jets = JetArithmetic(certified, order: 3)
    let jet = program.run(jets, at: [jets.variable(.exact(x), slope: .exact(.one))])[0]
    #expect(jet[0].rational == Rational(value))
    // What is printed reads back as the same.
    let again = try Program(parsing: Formula.text(of: program))
    #expect(again.run(certified, at: [.exact(x)])[0].rational == Rational(value))
  }

  @Test(arguments: cases)
  func everySlopeAgrees(_ text: String, _ at: Int, _ value: Double) throws {
    let said = try say("f(x) = \(text); check f x=\(at)")
    #expect(said.errors.isEmpty, "\(said.text)")
    #expect(said.answers.last?["agree"] as? Bool == true, "\(said.text)")
  }

  /// A branch that is not taken is not why a value is missing.
  @Test(arguments: ["if(x != 0, 1/x, log(x))", "if(x != 0 and 1/x > 1, 1, log(x))"])
  func theBranchTakenIsToBlame(_ text: String) throws {
    let message = try say("f = \(text); f(0)").errors.first?["message"] as? String
    #expect(message?.contains("log of 0") == true, "\(message ?? "")")
  }

  @Test func logicIsWrittenAsLogic() throws {
    let said = try say("f = if(not (x > 1 or x < 0) and x != 0, x, x^2); grad f")
    #expect(said.text.contains("if(not (x > 1 or x < 0) and x ≠ 0, 1, 2·x)"), "\(said.text)")
  }
}
