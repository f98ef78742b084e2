// Vectors and matrices as they are typed: values, what follows from a shape, and thirty-odd mistakes of shape
// that a newcomer makes, each with what is said.
import Calculus
import Shell
import Testing

struct ArrayLanguageTests {
  private static let given = "A = [2, 0; 0, 1; 1, 1]; b = [1, 2, 3]; "

  @Test(arguments: [
    ("A", "[2, 0; 0, 1; 1, 1]"), ("A'", "[2, 0, 1; 0, 1, 1]"), ("Aᵀ", "[2, 0, 1; 0, 1, 1]"),
    ("A'*b", "[5, 5]"), ("A'*A", "[5, 1; 1, 2]"), ("b*b", "[1, 4, 9]"), ("b'*b", "14"),
    ("b*b'", "[1, 2, 3; 2, 4, 6; 3, 6, 9]"), ("A.*A", "[4, 0; 0, 1; 1, 1]"),
    ("A ⊙ A", "[4, 0; 0, 1; 1, 1]"),
    ("b^2", "[1, 4, 9]"), ("2^b", "[2, 4, 8]"), ("A.^2", "[4, 0; 0, 1; 1, 1]"),
    ("1/b", "[1, 0.5, 0.333333]"), ("b/b", "[1, 1, 1]"), ("b/2", "[0.5, 1, 1.5]"),
    ("1 ./ [1, 2; 4, 8]", "[1, 0.5; 0.25, 0.125]"),
    ("b + 1", "[2, 3, 4]"), ("b .+ [10, 20]'", "[11, 21; 12, 22; 13, 23]"),
    ("A .- b", "[1, -1; -2, -1; -2, -2]"), ("A ./ [1, 2]'", "[2, 0; 0, 0.5; 1, 0.5]"),
    ("b[2]", "2"), ("b[2..3]", "[2, 3]"), ("A[1,:]", "[2, 0]'"), ("A[:,2]", "[0, 1, 1]"),
    ("A[2..3,2]'", "[1, 1]'"), ("A[3,1]", "1"), ("b[:]", "[1, 2, 3]"),
    ("[b, b]", "[1, 2, 3, 1, 2, 3]"), ("[0, b, 4]", "[0, 1, 2, 3, 4]"),
    ("[b', [4, 5]']", "[1, 2, 3, 4, 5]'"), ("[A, A]", "[2, 0, 2, 0; 0, 1, 0, 1; 1, 1, 1, 1]"),
    ("var s[1]; s0 = 3; b[1]", "1"), ("[A, b]", "[2, 0, 1; 0, 1, 2; 1, 1, 3]"),
    ("[A; b[1..2]']", "[2, 0; 0, 1; 1, 1; 1, 2]"), ("[1; 2]", "[1, 2]"),
    ("sum(A)", "5"), ("sum(A, 1)", "[3, 2]'"), ("sum(A, 2)", "[2, 1, 2]"), ("count(A)", "6"),
    ("max(b)", "3"), ("min(A)", "0"), ("max(b, 2)", "[2, 2, 3]"),
    ("max(b, b[1..3], 2)", "[2, 2, 3]"),
    ("mean(b)", "2"), ("variance(b)", "0.666667"), ("std(b)^2", "0.666667"), ("dot(b, b)", "14"),
    ("norm(b)^2", "14"), ("‖[3, 4]‖", "5"), ("norm(-3)", "3"), ("mse(b, 1)", "1.66667"),
    ("softmax([0, 0])", "[0.5, 0.5]"), ("softmax([0, 0; 5, 5])", "[0.5, 0.5; 0.5, 0.5]"),
    ("logsumexp([1000, 1000]) - 1000", "0.693147"),
    ("logsumexp([0, 0; 1, 1])", "[0.693147, 1.69315]"),
    ("softmaxloss([0, 0; 0, 0], [1, 0; 0, 1])", "0.693147"),
    ("crossentropy([0.5, 0.5], [0, 1])", "[0.693147, 0.693147]"),
    ("b == [1, 5, 3]", "[1, 0, 1]"), ("b > 1 and b < 3", "[0, 1, 0]"), ("not b[1..2]", "[0, 0]"),
    ("if(b > 1.5, b, -b)", "[-1, 2, 3]"), ("exp([0, 0])", "[1, 1]"), ("e^[0, 0]", "[1, 1]"),
    ("sum(huber(b, 2))", "6.5"), ("sigmoid([0; 0])", "[0.5, 0.5]"),
    ("k(x) = [x, x^2]; k(3)", "[3, 9]"), ("f = x^2; f(b)", "[1, 4, 9]"),
    ("f = x^2; f'(b)", "[2, 4, 6]"),
    ("exp'([0, 0])", "[1, 1]"), ("c = [x, x^2]; c'(3)", "[1, 6]"),
    ("f = x^2; g = f'*2; g(3)", "12"), ("ans = 1", "ans = 1"),
    ("b[2]^2 + b[1]", "5"), ("(b + 1)'", "[2, 3, 4]'"), ("(A*[1, 1])[1]", ""),
  ])
  func valuesAreRight(_ source: String, _ expected: String) throws {
    let said = try say(Self.given + source)
    if expected.isEmpty {
      #expect(!said.errors.isEmpty, "\(source): \(said.text)")
      return
    }
    let last = said.answers.last?["text"] as? String ?? said.text
    #expect(last == expected, "\(source)")
  }

  /// Mistakes: what is said names both shapes or the place, and the hint is a line to type.
  @Test(arguments: [
    ("A*b", "A is 3×2 and b is 3×1: 2 columns times 3 rows", "A'*b multiplies by the transpose"),
    ("A*A", "2 columns times 3 rows", "A.*A multiplies entry by entry"),
    ("A + b", "A is 3×2 and b is 3×1: + wants equal shapes, or a number", "A .+ b repeats"),
    ("b + [1, 2]", "b is 3×1 and [1, 2] is 2×1", "b[1..2]"),
    ("b - b'", "b is 3×1 and b' is 1×3", "write b"),
    ("b' - b", "b' is 1×3 and b is 3×1", "write b"),
    ("b .+ [1, 2]", ".+ wants shapes that differ only where one is 1", ""),
    ("A^2", "^ could mean its entries or a product", "A.^2 of the entries"),
    ("[1, 2; 3, 4]^2", "2×2", "[1, 2; 3, 4]*[1, 2; 3, 4] the product"),
    ("1/A", "A is 3×2: / divides by a number", "1 ./ A"),
    ("b[4]", "b has 3 entries: there is no b[4]", ""), ("b[0]", "a whole number from 1", ""),
    ("b[1.5]", "a whole number from 1", ""), ("b[3..2]", "3..2 goes down", ""),
    ("A[4,1]", "A has 3 rows: there is no row 4", ""),
    ("A[1,3]", "A has 2 columns: there is no column 3", ""),
    ("A[1]", "could be a row or an entry", "A[1,:] is the row"),
    ("b[1,1,1]", "two places at most", ""),
    ("A(1)", "places stand in square brackets", "write A[1]"),
    ("[1, 2; 3]", "the rows differ in length", ""),
    ("[A; b]", "3×2 and 3×1 do not stand below each other", "[A, b] puts them side by side"),
    ("[A, A[1,:]]", "3×2 and 1×2 do not stand side by side", "[A; B] puts them below each other"),
    ("[A, 5]", "3×2 and 1×1 do not stand side by side", "A' is the transpose"),
    (
      "[[1, 2], [3, 4]]", "this could mean rows or one column",
      "[1, 2; 3, 4], for a column [1, 2, 3, 4]"
    ),
    ("A[1:2,1]", "a range of places is written with two points", "1..2"),
    ("b[1:2]", "a range of places is written with two points", "1..2"),
    ("var x[2]; x'", "x is a variable, 2×1, and has no value here", "f = norm(x)^2"),
    ("zeros(3)", "zeros is not a function", "[0, 0, 0]"),
    ("var x[2]; f = norm(x)^2; descend f x0[1]=1 eta=0.1", "no value for x0", "add x0=[1, 1]"),
    ("var x[2]; f = norm(x)^2; grad f x=[0, 0] x[1]=0..1", "x[1] takes one number here", "x[1]=1"),
    ("max(b, [1, 2])", "b is 3×1, [1, 2] is 2×1: max wants equal shapes", ""),
    ("dot(b, b')", "dot wants equal shapes", "write b"),
    ("crossentropy(b, b')", "crossentropy wants equal shapes", "write b"),
    ("if(b > 1, [1, 2], 0)", "if wants equal shapes", ""),
    ("b < [1, 2]", "the comparison wants equal shapes", ""),
    ("sum(A, 3)", "1, for each column, or 2, for each row", ""),
    ("f = A*x; descend f x0=[1, 1] eta=0.1", "f is 3×2: a loss is one number", "sum(f^2)"),
    ("var x[2]; f = A*x; descend f x0=1 eta=0.1", "f is 3×1: a loss is one number", "sum(f^2)"),
    (
      "var x[2]; f = norm(A*x - b)^2; descend f x0=[1, 2, 3] eta=0.1", "x is 2×1, and x0 is 3×1",
      "write x0=[1, 1]"
    ),
    ("var w[3]; f = norm(A*w)^2; descend f w0=0 eta=1", "A is 3×2 and w is 3×1", "A'*w"),
    ("var w[4]; f = norm(A*w)^2; descend f w0=0 eta=1", "A is 3×2 and w is 4×1", "var w[2]"),
    ("y[3]", "y is a number here and has no entries", "var y[3]"),
    ("f = norm(A*x - b)^2", "A*x is 3×2 and b is 3×1", "var x[2]"),
    ("var b[3]", "b is defined, so that it is no variable", "forget b"),
    ("var sum[3]", "sum has a meaning already", "choose another name"),
    ("var w[0]", "whole numbers from 1", "var w[3]"), ("var w[3", "a [ is not closed", ""),
    ("var w[2,2,2]", "rows and columns", ""), ("var", "var wants a name", "var w[3]"),
    ("var w[2] = 3", "var gives a shape, no value", "w0 = "),
    ("f = w'*w", "w' transposes, and w is a number here", "var w[3]"),
    ("(1 + 2)'", "this is a number", "g'(x)"),
    ("ones(3)", "ones is not a function", "[1, 1, 1]"), ("A @ b", "@", "A*b"),
    ("A.T", ".T is not read", "A'"), ("inv(A)", "inv is not a function", "no inverse"),
    ("1 ./ A", "undefined: division by zero: 1/0", ""),
    ("f = x^2; descend f eta=A x0=1", "one number is wanted", ""),
    ("f = x^2; descend f eta=0.1 x0=1 steps=[2, 3]", "one number is wanted", ""),
  ])
  func mistakesOfShapeAreTold(_ source: String, _ message: String, _ typed: String) throws {
    let said = try say(Self.given + source)
    let told = said.errors.last?["message"] as? String ?? "nothing"
    let hint = said.errors.last?["hint"] as? String ?? ""
    #expect(told.contains(message), "\(source): \(said.text)")
    #expect(typed.isEmpty || hint.contains(typed), "\(source): \(said.text)")
  }

  /// A variable has the shape of its declaration, of its start's definition, or of the start in a command.
  @Test(arguments: [
    "var w[2]; f = w'*w; descend f w0=[1, 2] eta=0.1",
    "w0 = [1, 2]; f = sum(w^2); descend f eta=0.1",
    "f = sum(w^2); descend f w0=[1, 2] eta=0.1",
    "var w[2]; f = dot(w, w); descend f w0=[1; 2] eta=0.1",
    "var w[2]; v = [1, 2]; f = norm(w)^2; descend f w0=v eta=0.1",
  ])
  func shapesComeFromWhereTheyAreGiven(_ source: String) throws {
    let said = try say(source)
    let rows = said.answers.last?["rows"] as? [[String: Any]] ?? []
    #expect(rows.last.map { "\($0)" }?.isEmpty == false, "\(said.text)")
    #expect(said.answers.last?["variables"] as? [String] == ["w"])
    #expect(said.answers.last?["shapes"] as? [String: [Int]] == ["w": [2, 1]])
    #expect(rows.first?["at"] as? [[Double]] == [[1, 2]])
    #expect(said.text.contains("w = [1, 2]"), "\(said.text)")
  }

  /// An entry of its own stands before what the whole says, and entries together make a point.
  @Test(arguments: [
    "descend f x0=[0, 2] x0[1]=1 eta=0.1 steps=1", "descend f x0[1]=1 x0[2]=2 eta=0.1 steps=1",
    "x0 = [5, 2]; descend f x0[1]=1 eta=0.1 steps=1", "descend f x[1]=1 x[2]=2 eta=0.1 steps=1",
    "descend f x0=2 x0[1]=1 eta=0.1 steps=1", "grad f x[1]=1 x[2]=2", "hess f x=[0, 2] x[1]=1",
    "check f x[1]=1 x[2]=2", "taylor f x[1]=1 x[2]=2", "threshold f x[1]=1 x[2]=2",
    "why f x[1]=1 x[2]=2 eta=0.1",
  ])
  func entriesAreArguments(_ command: String) throws {
    let said = try say("var x[2]; f = norm(x)^2 + x[1]^4; \(command)")
    #expect(said.errors.allSatisfy { $0["kind"] as? String == "warning" }, "\(said.text)")
    let answer = said.answers.last
    let at = answer?["at"] as? [String: [Double]]
    let row = (answer?["rows"] as? [[String: Any]])?.first?["at"] as? [[Double]]
    #expect(
      at?["x"] == [1, 2] || row == [[1, 2]] || said.text.contains("x = [1, 2]"), "\(said.text)")
  }

  /// A variable of one entry may be indexed as it was declared.
  @Test func oneEntryIsAnEntry() throws {
    let said = try say("var s[1]; h = s[1]^2; descend h s0=1 eta=0.1 steps=1")
    #expect(said.errors.isEmpty, "\(said.text)")
  }

  /// A scalar start fills a declared variable, and nothing of a failed command is kept.
  @Test func aNumberFillsAVariable() throws {
    let filled = try say("var w[3]; f = sum(w^2); descend f w0=2 eta=0.1 steps=1")
    #expect(filled.text.contains("w = [2, 2, 2]"))
    let failed = try say("f = x^2; descend f x0=[1, 2] eta=0.1; descend f x0=1 eta=0.1 steps=1")
    #expect(failed.answers.last?["variables"] as? [String] == ["x"])
  }

  /// What is undone is the shape again that was there before.
  @Test func declarationsAreTakenBack() throws {
    let said = try say("var w[2]; var w[3]; undo; f = sum(w^2); descend f w0=1 eta=0.1 steps=1")
    #expect(said.answers.last?["shapes"] as? [String: [Int]] == ["w": [2, 1]])
  }

  /// Of many entries a table has the length, a line the first and the last, and all in JSON.
  @Test func manyEntriesAreShortened() throws {
    let said = try say(
      "var x[20]; f = x'*x; descend f x0=1 eta=0.1 steps=2; again columns=[t, x[2], norm]")
    #expect(said.text.contains("x = 1 in all 20 entries"))
    let nearly = try say(
      "var x[9]; f = x'*x; grad f x=1 x[9]=1.00000001; w0 = [1, 1, 1, 1, 1, 1, 1, 1, 1.00000001]")
    #expect(!nearly.text.contains("in all"), "\(nearly.text)")
    #expect(said.text.contains("‖x‖ is the length of all 20 entries"))
    #expect(said.text.contains("(0, 0, 0, 0, …, 0)"), "\(said.text)")
    #expect(said.text.contains("4.47214"))
    let at = (said.answers.last?["rows"] as? [[String: Any]])?.first?["at"] as? [[Double]]
    #expect(at?.first?.count == 20)
  }

  /// What is written is read back as the same.
  @Test(arguments: [
    "[1, 2, 3]", "[1, 2; 3, 4]", "A'*b", "(A*b)'", "A[1,:]'", "b[2..3] .+ 1", "A .* A ./ 2 .- 1",
    "(A .^ 2)'", "-b'", "[b, b]", "w[1]^2 + w[2]",
  ])
  func writtenIsReadBack(_ source: String) throws {
    for unicode in [true, false] {
      func read(_ text: String) throws -> String {
        var p = try Parser(Lexer(Array(text.utf8)))
        return try p.expression().written(unicode: unicode, isArray: { _ in true })
      }
      let once = try read(source)
      #expect(try read(once) == once, "\(source): \(once)")
    }
  }
}
