// How typed text is read: precedence, implicit products, what is refused and where, and that what
// is printed reads back as the same.
import Calculus
import Testing

struct ParserTests {
  @Test(arguments: [
    ("-2^2", -4.0), ("(-2)^2", 4), ("2^3^2", 512), ("(2^3)^2", 64), ("2^-3", 0.125),
    ("2^-2^2", 0.0625), ("10-4-3", 3), ("10-(4-3)", 9), ("48/4/2", 6), ("6/2*3", 9),
    ("1/2*4", 2), ("2+3*4", 14), ("2*-3", -6), ("--3", 3), ("7/2", 3.5), ("2·3", 6), ("2×3−1", 5),
    ("3²", 9), ("√16", 4), ("1+2 > 2", 1), ("not 1 > 2", 1), ("1 > 2 or 2 > 1 and 3 > 2", 1),
    ("if(1 > 2, 5, 6)", 6), ("2(3+1)", 8), ("(1+1)(2+1)", 6), ("3sin(0)+1", 1), ("1e3", 1000),
    (".5", 0.5), ("2.5e-1", 0.25),
  ])
  func constantsFollowPrecedence(_ text: String, _ value: Double) throws {
    #expect(try Program(parsing: text).run(DoubleArithmetic(), at: []) == [value])
  }

  @Test(arguments: [
    ("-x^2", -9.0), ("2x^2", 18), ("-2x", -6), ("2x*3", 18), ("2^x", 8), ("x^-1*3", 1),
    ("2x/3", 2), ("x²+1", 10), ("abs(-x)", 3), ("2(x+1)(x-1)", 16), ("pow(x, 2)", 9),
  ])
  func variablesFollowPrecedence(_ text: String, _ value: Double) throws {
    let program = try Program(parsing: text)
    #expect(program.variables == ["x"])
    let got = program.run(DoubleArithmetic(), at: [3])[0]
    #expect(near(got, value, 1e-15), "\(text) is \(got)")
  }

  @Test(arguments: [
    "1.. 2", "1e", "1e+", "0x", ".", "1_000", "1.2.3", "1e3x", "x y", "1/2x", "sine(x)", "sin x",
    "sin()", "sin(1,2)", "2^", "(1", "1)", "x +", "* x", "if(x)", "",
  ])
  func badTextIsRefusedWithItsPlace(_ text: String) {
    do {
      _ = try Program(parsing: text)
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error.range != nil, "\(text): no place")
      #expect(!error.message.isEmpty)
      if let range = error.range {
        #expect(0 <= range.start && range.start <= text.utf8.count, "\(text): \(range)")
      }
    }
  }

  @Test func misspelledFunctionsAreGuessed() {
    #expect(throws: Fault.self) { try Program(parsing: "sine(x)") }
    do { _ = try Program(parsing: "sine(x)") } catch { #expect(error.hint.contains("sin")) }
  }

  @Test(arguments: [true, false])
  func printedFormulasReadBack(unicode: Bool) throws {
    let rows = try Cases.objects("calculus.jsonl")
    for row in rows.enumerated().filter({ $0.offset % 4 == 0 }).map(\.element) {
      let source = row["expr"] as? String ?? ""
      let at = row["point"] as? [String: Double] ?? [:]
      let program = try Program(parsing: source)
      let text = Formula.text(of: program, unicode: unicode)
      let again = try Program(parsing: text)
      let values = [program, again].map { p in
        p.run(DoubleArithmetic(), at: p.variables.map { at[$0] ?? .nan })[0]
      }
      #expect(near(values[1], values[0], 1e-11), "\(source) is printed as \(text)")
    }
  }
}
