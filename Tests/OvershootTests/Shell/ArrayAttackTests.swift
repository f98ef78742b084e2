// What an attack on losses over arrays found, each with what is true.
import Shell
import Testing

struct ArrayAttackTests {
  /// Where f depends on w[1] − w[2] only, a tangent along (1, 1) sees nothing of chaos.
  ///
  /// d ← d − 2η(d³ − d) at η = 0.9 has the exponent 0.806: the mean of log|slope| over 400,000 steps.
  @Test func differencesOfEntriesMayBeChaotic() throws {
    let said = try say("var w[2]; f = ((w[1]-w[2])^2-1)^2/4; regime f eta=0.9 w0=[0.3,0]")
    let answer = try #require(said.answers.last)
    #expect(answer["outcome"] as? String == "chaotic")
    let exponent = try #require(answer["lyapunov"] as? Double)
    #expect(abs(exponent - 0.806) < 0.003)
    let soft = try say(
      "var w[2]; f = norm(softmax(w) - [0.3,0.7])^2; regime f eta=12 w0=[0,0]")
    #expect(soft.answers.last?["outcome"] as? String == "chaotic")
  }

  /// w[2] = w[3] at the start, and f may swap them: no limit has w[2] = −w[3].
  @Test(arguments: ["eta=0.02 w0=[2,-1,-1]", "eta=0.05 w0=[1.5,2,1.5]"])
  func symmetryIsNotBrokenByRounding(_ arguments: String) throws {
    let said = try say("var w[3]; f = (w[1]*w[2]*w[3] + 1)^2/2; regime f " + arguments)
    #expect(said.answers.last?["outcome"] as? String == "undecided", "\(said.text)")
  }

  /// On a linear loss steps and flow are the same, and 0 is not 5·10⁻¹⁷.
  @Test func flowShowsNoRounding() throws {
    let said = try say("var w[2]; f = 3*w[1] - 2*w[2]; flow f w0=[0.3,0.1] eta=0.1 steps=3")
    #expect(!said.text.contains("e-17") && said.text.contains("but for rounding"))
    let sum = try say("var w[2]; f = sum(w); flow f w0=[0.65,-1.12] eta=0.05 steps=4")
    #expect(!sum.text.contains("not decided"))
    let rows = try #require(sum.answers.last?["rows"] as? [[String: Any]])
    #expect(rows.count == 5)
    for (t, row) in rows.enumerated() {
      let flow = try #require(row["flow"] as? [Any]).compactMap { $0 as? Double }
      #expect(flow.count == 2 && abs(flow[0] - 0.65 + 0.05 * Double(t)) < 1e-12)
    }
  }

  @Test func manyMultipliersAreMarked() throws {
    let said = try say("var w[12]; f = sum(w^4) + sum(w^2)/2; regime f eta=0.1 w0=1")
    let line = try #require(said.text.split(separator: "\n").first { $0.contains("multipliers") })
    #expect(line.contains("…"))
  }

  @Test func reductionsHaveNoLaTeXOfOneEntry() throws {
    let said = try say("method a: x = x - eta*max(g); method b: x = x - eta*max(g, -1)")
    let latex = said.answers.compactMap { ($0["latex"] as? [Any])?.first }
    #expect(latex.count == 2 && latex[0] as? String == nil && latex[1] as? String != nil)
  }

  /// A bound that no double holds is none.
  @Test func boundsBelowAllDoublesAreNotTold() throws {
    let said = try say("var w[2]; f = max(abs(w)); why f eta=0.5 w0=[1,1]")
    #expect(!said.text.contains("e-9") && said.text.contains("within 10 % is not decided"))
  }
}

extension ArrayAttackTests {
  /// Any linear rule that keeps one number beside each entry settles on a quadratic where Jury's conditions
  /// hold in every direction.
  @Test func linearRulesOfTwoNumbersSettleProved() throws {
    let rule = "method late(c=0.5): x = x - eta*g - c*eta*q, q = g; "
    let loss = "var w[2]; A = [2, 0.5; 0.5, 3]; f = w'*A*w/2; "
    let said = try say(rule + loss + "regime f eta=0.3 w0=[1,2] method=late")
    let answer = try #require(said.answers.last)
    #expect(answer["outcome"] as? String == "stationary" && answer["proved"] as? Bool == true)
    // Curvature 3.28: trace 1 − 0.9·3.28, determinant 0.45·3.28: beyond 1.
    let far = try say(rule + loss + "regime f eta=0.9 w0=[1,2] method=late")
    #expect(far.answers.last?["outcome"] as? String == "divergent")
  }
}

extension ArrayAttackTests {
  /// A gradient that was typed back is no loss.
  @Test func arraysAreNotTheCurrentLoss() throws {
    let said = try say("var w[3]; f = norm(w)^2; G(w) = 2*w; descend eta=0.1 w0=1 steps=1")
    #expect(said.answers.last?["loss"] as? String == "f", "\(said.text)")
    #expect(said.text.contains("G is 3×1 and no single number: the loss is f"))
  }
}

extension ArrayAttackTests {
  /// A linear rule that shrinks x, or keeps a share of it, rests elsewhere than the loss: 1.29·(x + 0.34) pushes
  /// by 0.5616·g against half of x, so that it rests at −0.193, not at −0.34.
  @Test(arguments: [
    "q = 0.5*q + 0.06*g, x = 0.5*x - 0.56*eta*g + 0.94*q",
    "x = x - 0.61*eta*g + 0.97*q, q = 0.21*q - 0.21*g - 0.33*x",
  ])
  func rulesThatRestElsewhereAreNotProvedToSettleAtTheMinimum(_ rule: String) throws {
    let said = try say(
      "method m: \(rule); f = 1.29*(x + 0.34)^2/2; regime f eta=0.46 x0=1.67 method=m")
    let answer = try #require(said.answers.last)
    let limit = (answer["limit"] as? [Any])?.first as? Double
    let isProved = answer["proved"] as? Bool == true
    #expect(!(isProved && limit.map { abs($0 + 0.34) < 1e-3 } ?? false), "\(said.text)")
  }
}

/// What commands print of more entries than a table holds.
struct ManyEntriesTests {
  private static let given =
    "var w[60]; f = sum(w^2)/2 + sum(w[1..59] .* w[2..60])/4; g = sum(w^4)/4; "

  private func lines(_ text: String) throws -> Int {
    let said = try say(Self.given + text)
    #expect(said.errors.isEmpty, "\(said.text)")
    // Less what the definitions answer.
    return said.text.split(separator: "\n").count - 4
  }

  @Test(arguments: [
    "grad f w=1", "check f w=1", "rule f", "rule g", "rule f method=momentum",
    "flow f eta=0.1 w0=1 steps=3", "hess f w=1", "threshold f w0=1", "why f eta=0.1 w0=1",
    "regime f eta=0.1 w0=1", "descend f eta=0.1 w0=1 steps=40",
  ])
  func aWindowHoldsTheAnswer(_ command: String) throws {
    #expect(try lines(command) <= 24, "\(command)")
  }

  /// ∂f/∂w[1] = 1.25 at the ends and 1.5 between: √(2·1.25² + 58·1.5²) = 11.5596….
  @Test func someSlopesStandForAll() throws {
    let said = try say(Self.given + "grad f w=1")
    #expect(said.text.contains("∂f/∂w[1] = 1.25") && said.text.contains("∂f/∂w[8] = 1.5"))
    #expect(said.text.contains("60 slopes in all, ‖∇f‖ = 11.5596"))
    #expect((said.answers.last?["gradient"] as? [Double])?.count == 60)
    let check = try say(Self.given + "check f w=1")
    #expect(check.text.contains("8 of 60 slopes.") && check.answers.last?["agree"] as? Bool == true)
    #expect((check.answers.last?["variables"] as? [String])?.last == "w[60]")
  }

  @Test func rulesAreWrittenOverArrays() throws {
    let said = try say(Self.given + "rule g; rule g method=momentum; rule f")
    #expect(said.text.contains("x ← x - η·g") && said.text.contains("g by w = w³"))
    #expect(said.text.contains("v ← β·v - η·g"))
    #expect(said.text.contains("grad f w=1 shows it at a point"))
  }
}

extension ManyEntriesTests {
  /// Points of more than a hundred entries are only in JSON where a column asks for one.
  @Test func longPointsAreLeftOut() throws {
    func at(_ text: String) throws -> Any? {
      let rows = try say(text).answers.last?["rows"] as? [[String: Any]]
      return try #require(rows?.first)["at"]
    }
    let given = "var w[101]; f = norm(w)^2; descend f eta=0.1 w0=1 steps=2"
    #expect(try at(given) == nil)
    let asked = try at(given + " columns=[t, w[3]]") as? [[Double]]
    #expect(asked?.first?.count == 101)
    #expect(try at("var w[100]; f = norm(w)^2; descend f eta=0.1 w0=1 steps=2") != nil)
  }
}

extension ArrayAttackTests {
  /// A loss without a name has the same texts as one with a name.
  @Test func unnamedLossesAreWrittenOverArrays() throws {
    let given = "A = [2, 0; 0, 1; 1, 1]; b = [1, 2, 3]; var w[2]; "
    let said = try say(given + "grad sum((A*w - b)^2); hess sum((A*w - b)^2)")
    #expect(said.text.contains("∂C/∂w = 2·Aᵀ·(A·w - b)") && said.text.contains("H of C = 2·Aᵀ·A"))
  }

  @Test func anArrayIsItsColumns() throws {
    let said = try say("var w[2]; f = norm(w)^2; descend f eta=0.1 w0=1 steps=1 columns=[t, w, f]")
    #expect(said.text.contains("w[1]") && said.text.contains("w[2]"))
  }

  @Test func argumentsAreToldByVariable() throws {
    let said = try say("var W[3,4]; f = sum(W.^2); descend f eta=0.1 start=1")
    #expect(said.text.contains("W0") && !said.text.contains("W0[1,1]"))
  }
}
