// What people type who come from paper or from other programs: it works, or the first answer says what
// to type instead.
import Calculus
import Shell
import Testing

struct HintTests {
  @Test(arguments: [
    ("f = sin^2(x)", "write sin(x)^2"), ("f = cos²(x)", "write cos(x)^2"),
    ("f = sin^-1(x)", "write asin(x), or sin(x)^(-1)"), ("f = log^3(x+1)", "write log(x + 1)^3"),
    ("f = exp*x", "write exp(x)"), ("f = exp^(2x)", "write exp(2*x)"),
    ("f = 2*exp*(x+1)", "write exp(x + 1)"),
    ("f = relu*x", "relu(x)"),
    ("f = sqrt + 1", "write sqrt(x)"), ("f = xsin(x)", "x*sin(…)"), ("f = ln(x)", "log"),
    ("ln(2)", "log"), ("f = x^2; descend 0.1", "descend eta=0.1"),
    ("f = x^2; regime -0.5 x0=1", "regime eta=-0.5"), ("f = sin(2pi x)", "2pi*x"),
    ("f = (3x y)", "3x*y"), ("f = 2pi x", "2pi*x"), ("f = x^2; f(x0=1)", "f(3)"),
    ("def f(x): x^2", "f(x) = x^2"), ("lambda x: x^2", "f(x) = x^2"),
    ("f = lambda x: x^2", "f(x) = x^2"), ("minimize x^2", "descend f"),
    ("f = x^2; minimize f", "descend f"), ("f = x^2; minimize(f)", "descend f"),
    ("f = x^2; gradient f", "grad f"), ("f = x^2; gradient(f)", "grad f"),
    ("f = x^2; print f", "name alone"), ("import numpy", "nothing needs importing"),
    ("|x|", "write abs(x)"), ("f = |x - 1| + 2", "write abs(x - 1)"), ("f = |x", "abs(x)"),
    ("f = ½*x^2", "write (1/2)"), ("f = ⅔x", "write (2/3)"),
    ("data = load \"a.csv\"", "write load"),
    ("f = descend g", "write descend"), ("[1 -2]", "for two write 1, -2, for one 1 - 2"),
    ("w = [3, 1 -0.5]", "write 1, -0.5"),
    ("f = x^2; descend eta=[0.1 -0.5] x0=1", "0.1, -0.5"),
    ("[0.1 0.2]", "commas"), ("f=x^2; descend eta=0.1 x0=1; step eta=0.1", "again eta="),
    ("f=x^2; descend eta=0.1 x0=1; back n=2", "again n="),
    ("f = x\u{200B}^2", "delete it"), ("f = x\u{AD}^2", "delete it"),
    ("f = x\u{2062}y", "delete it"),
  ])
  func theHintIsRight(_ source: String, _ hint: String) throws {
    let said = try say(source)
    let given = said.errors.last?["hint"] as? String ?? "none"
    #expect(given.contains(hint), "\(source): \(said.text)")
  }

  @Test(arguments: [
    ("\u{200B}", "a zero-width space (U+200B)"), ("\u{AD}", "a soft hyphen (U+00AD)"),
    ("\u{2062}", "an invisible times (U+2062)"), ("\u{FEFF}", "a byte order mark (U+FEFF)"),
  ])
  func unseenCharactersAreNamed(_ character: String, _ name: String) throws {
    let message = try say("f = x\(character)^2").errors.first?["message"] as? String
    #expect(message?.contains(name) == true, "\(message ?? "")")
  }

  /// A warning: such names may be meant.
  @Test(arguments: [
    ("f = xe^x", "x*e^x"), ("f = ax^2+bx", "a*x^2+b*x"), ("f = ax^2 + bx + c", "a*x^2 + b*x + c"),
    ("f = cosx + 1", "cos(x) + 1"), ("f = xy", "x*y"), ("f = 3xy^2", "3x*y^2"),
  ])
  func productsWithoutASignAreWarnedOf(_ source: String, _ meant: String) throws {
    let said = try say(source)
    #expect(said.answers.first?["kind"] as? String == "definition")
    let warning = try #require(said.errors.first, "\(source)")
    #expect(warning["kind"] as? String == "warning")
    #expect(warning["hint"] as? String == "for products write \(meant)")
  }

  @Test(arguments: [
    "f(ax) = ax^2", "f = dx^2", "f = theta1^2", "f = lr*x", "ax = 3; f = ax*y", "f = eta*x",
    "f = xi",
    "f = x1*x2", "f(exp) = exp*2",
  ])
  func namesThatAreMeantAreNotWarnedOf(_ source: String) throws {
    #expect(try say(source).errors.isEmpty, "\(source)")
  }

  @Test(arguments: [
    ("2\u{2009}x", 6.0), ("x\u{202F}+\u{205F}1", 4), ("x\u{3000}*\u{A0}2", 6), ("x₁", 3),
  ])
  func wideAndNarrowBlanksAreBlanks(_ text: String, _ value: Double) throws {
    #expect(try Program(parsing: text).run(DoubleArithmetic(), at: [3]) == [value])
  }

  @Test func matricesKeepTheirRows() throws {
    let said = try say("[1,2;3,4]; A = [1, 2; 3, 4]; [1, 2, 3]; w = [1; 2]; [1 - 2]; [1-2, -3]")
    #expect(
      said.texts == [
        "[1, 2; 3, 4]", "A = [1, 2; 3, 4]", "[1, 2, 3]", "w = [1, 2]", "-1", "[-1, -3]",
      ])
    #expect(said.answers[0]["value"] as? [[Double]] == [[1, 2], [3, 4]])
    #expect(said.answers[2]["value"] as? [Double] == [1, 2, 3])
  }

  @Test(arguments: [
    ("help method", "momentum"), ("help run", "descend"), ("help scan", "bifurcate"),
    ("help steps", "how many steps"), ("help tol", "descend, precise"), ("help max", "share"),
  ])
  func helpIsNotEmpty(_ source: String, _ part: String) throws {
    let said = try say(source)
    #expect(said.errors.isEmpty && said.text.contains(part), "\(said.text)")
  }

  @Test func tabBehindAnEqualSignOffersValuesOnly() {
    let session = Session()
    #expect(session.complete("lesson line=").candidates.isEmpty)
    #expect(session.complete("descend eta=").candidates.isEmpty)
    #expect(session.complete("descend method=").candidates.map(\.text).contains("momentum"))
    #expect(session.complete("descend method=mo").candidates.map(\.text) == ["momentum"])
    #expect(session.complete("descend method=[gd, ne").candidates.map(\.text) == ["nesterov"])
    #expect(session.complete("help neste").candidates.map(\.text) == ["nesterov"])
    #expect(session.complete("lesson ").candidates.map(\.text) == ["line="])
    // A method's parameters are those of its declaration.
    let beta = try? say("f = x^2; descend eta=0.1 beta=0.5 x0=1")
    #expect(beta?.text.contains("beta= is an argument of method=momentum") == true)
    #expect(!session.complete("descend be").candidates.map(\.text).contains("beta="))
    let known = session.complete("descend method=momentum be").candidates
    #expect(known.map(\.text) == ["beta="] && known[0].summary.contains("(0.9)"))
    _ = session.run(
      Array("method heavy(drag=0.5): v = drag*v - eta*g, x = x + v".utf8), name: "",
      events: { _ in })
    #expect(
      session.complete("compare method=[gd, heavy] dr").candidates.map(\.text) == ["drag="])
  }

  @Test func aRunThatEndsEarlySaysWhy() throws {
    let said = try say("f = x^2; descend eta=0.1 x0=1 steps=1000000")
    #expect(said.text.contains("The rows end at step 3332"), "\(said.text.suffix(500))")
    #expect(try say("f = x^2; descend eta=1.2 x0=1 steps=9000").text.contains("overflow"))
  }

  /// Beyond every length to which texts are cut for showing.
  @Test func longFormulasAreComparedAndKeptWhole() throws {
    let long = (0..<900).map { "sin(x/\($0 + 1))" }.joined(separator: " + ")
    let session = Session()
    _ = try say("f = x^2 + \(long) + 1; descend eta=0.001 x0=1 steps=1", in: session)
    #expect(try say("why", in: session).errors.isEmpty)
    _ = try say("f = x^2 + \(long) + 2", in: session)
    let message = try say("why", in: session).errors.first?["message"] as? String
    #expect(message == "f has changed since its run")
    #expect(try say("undo; why", in: session).errors.isEmpty)
  }
}
