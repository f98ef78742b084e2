// What a reader sees of formulas: the typed form, the simplified derivative, and that neither
// changes a value or a domain.
import Testing

@testable import Calculus

struct SymbolicTests {
  @Test(arguments: [
    ("x^2", "x", "2·x"), ("x^4/4-x^2/2", "x", "x³ - x"), ("(x^2)^3", "x", "6·x⁵"),
    ("(1-x)^2", "x", "2·(x - 1)"), ("x^2*exp(-x)", "x", "x·(2 - x)·exp(-x)"),
    ("x*exp(-x)", "x", "(1 - x)·exp(-x)"), ("log(1+exp(x))", "x", "exp(x)/(1 + exp(x))"),
    ("(1-x)^2+100*(y-x^2)^2", "x", "400·x·(x² - y) + 2·(x - 1)"),
    ("(1-x)^2+100*(y-x^2)^2", "y", "200·(y - x²)"),
    ("1/(1+exp(-x))", "x", "exp(-x)/(1 + exp(-x))²"), ("x*log(x)", "x", "1 + log(x)"),
    ("sqrt(x)", "x", "1/(2·sqrt(x))"), ("sqrt(x^2)", "x", "x/sqrt(x²)"),
    ("asin(x)", "x", "1/sqrt(1 - x²)"), ("x^y", "x", "y·x^(y - 1)"),
    ("x^(1/2)", "x", "1/(2·x^(1/2))"), ("0.15*x^2+1.2*x", "x", "0.3·x + 1.2"),
    ("erf(x)", "x", "2·exp(-x²)/sqrt(π)"), ("log(x)-log(x)", "x", "0/x"), ("x-x", "x", "0"),
    ("exp(log(x))", "x", "exp(log(x))/x"), ("1/x", "x", "-1/x²"),
    ("if(x>0, x^2, -x)", "x", "if(x > 0, 2·x, -1)"), ("abs(x)", "x", "sign(x)"),
    ("x/(1+x^2)", "x", "(1 - x²)/(x² + 1)²"),
    ("(w*2+b-1)^2+(w*3+b-2.5)^2", "w", "26·w + 10·b - 19"),
  ])
  func derivativesReadWell(_ source: String, _ variable: String, _ expected: String) throws {
    let program = try Program(parsing: source)
    let derivative = Formula.derivative(of: program, by: variable)
    #expect(derivative.text() == expected)
    #expect(agrees(program.tangent(by: variable), derivative.program()))
    for unicode in [true, false] {
      let again = try Program(parsing: derivative.text(unicode: unicode))
      // Fewer variables may be left, so values are compared where the names are the same.
      if again.variables == program.variables { #expect(agrees(derivative.program(), again)) }
    }
  }

  @Test(arguments: [
    ("2x^2", "2·x²"), ("x/x", "x/x"), ("0*log(x)", "0·log(x)"), ("(1-x)^2", "(1 - x)²"),
    ("1.2*eta", "1.2·η"), ("x-(y-1)", "x - (y - 1)"), ("2^x", "2^x"), ("x^(-1)", "x^(-1)"),
  ])
  func definitionsStayAsTyped(_ source: String, _ expected: String) throws {
    #expect(Formula.text(of: try Program(parsing: source)) == expected)
  }

  @Test func whatWasTypedReadsBackAsTheSameTree() throws {
    let own = [
      "2^-3^x", "(-z)^2*-x", "a-(b-c)/(d/e)", "-(x*y)", "if(x>0 and not y<1 or x==2, 1.5, -x)",
      "sigmoid(2x)^2+relu(-x)", "x+(-y)-(-z)", "(x^2)^3", "-x^2*(-3)",
    ]
    let corpus = try Cases.objects("calculus.jsonl").compactMap { $0["expr"] as? String }
    for source in own + corpus {
      var parser = try Parser(Lexer(Array(source.utf8)))
      let typed = try parser.expression()
      let names = Environment().variables(of: typed)
      let program = try Environment().program(of: typed, variables: names)
      for unicode in [true, false] {
        let text = typed.written(unicode: unicode)
        var again = try Parser(Lexer(Array(text.utf8)))
        let read = try Environment().program(of: try again.expression(), variables: names)
        #expect(read.instructions == program.instructions, "\(source) became \(text)")
        #expect(read.constants == program.constants, "\(source) became \(text)")
      }
    }
  }

  /// As one product, its sums never turned round: the same factor looks the same everywhere.
  @Test(arguments: [
    ("4*x^2+400*y^2", "4·(x² + 100·y²)"), ("-4*x^2-400*y^2", "-4·(x² + 100·y²)"),
    ("(1-x)^3/3", "-(x - 1)³/3"), ("(24*x-12)*y^3/6", "2·y³·(2·x - 1)"),
    ("x^4+2*x^2*y^2+y^4", "(x² + y²)²"), ("9*x^2-6*x*y+y^2", "(3·x - y)²"),
    ("(x^2+y^2)^3*(x^4+2*x^2*y^2+y^4)", "(x² + y²)⁵"), ("x^2+x*y+y^2", "x² + x·y + y²"),
    ("x*log(x)-x*log(x)", "0·x·log(x)"), ("x^2/x-2*y+y^2/x", "x + y²/x - 2·y"),
  ])
  func productsReadWell(_ source: String, _ expected: String) throws {
    let program = try Program(parsing: source)
    let product = program.simplified(as: .product, turns: false)
    #expect(product.text() == expected)
    #expect(agrees(program, product.program()))
  }

  /// Where all have a factor; nothing where it could not be 0 or a slope is not defined everywhere.
  @Test func commonFactorsAreFound() throws {
    func factors(_ source: String) throws -> [String] {
      let g = try Program(parsing: source).gradient()
      return g.commonFactors(of: Array(g.outputs.dropFirst())).map { $0.factor.text() }
    }
    #expect(try factors("(x*y-1)^2") == ["x·y - 1"])
    #expect(try factors("(u*v)^2") == ["u", "v"])
    #expect(try factors("x*y") == [])
    #expect(try factors("exp(x+y)") == [])
    #expect(try factors("log(x)*y") == [])
  }

  @Test func domainsSurvive() throws {
    #expect(try Program(parsing: "x/x").simplified().text() == "x/x")
    #expect(try Program(parsing: "0*log(x)").simplified().text() == "0·log(x)")
    #expect(try Program(parsing: "sqrt(x^2)").simplified().text() == "sqrt(x²)")
    #expect(try Program(parsing: "1/(1/x)").simplified().text() == "1/(1/x)")
  }

  @Test func latexIsWritten() throws {
    let f = try Program(parsing: "x^4/4 + log(1+exp(x))*eta")
    #expect(
      Formula.latex(of: f)
        == "\\frac{x^{4}}{4} + \\ln\\left(1 + e^{x}\\right) \\eta")
  }

  @Test func hugeFormulasAreCutAndSaid() {
    var b = ProgramBuilder()
    var sum = b.variable("x")
    for k in 0..<200_000 { sum = b.add(b.multiply(sum, sum), b.constant(Rational(k))) }
    let text = b.program(outputs: [sum]).simplified().text(limit: 100)
    #expect(text.hasSuffix("nodes)"))
  }
}
