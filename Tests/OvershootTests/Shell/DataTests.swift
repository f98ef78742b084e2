// Data and what draws, as typed: tables, losses over rows, batches, noise, and what is said of them.
import Shell
import Testing

private func number(_ any: Any?) -> Double { any as? Double ?? .nan }

struct DataTests {
  @Test func aTypedTableIsExact() throws {
    let said = try say(
      "data pts x=[1,2,3] y=[2,4,7]; L = mean((w*pts.x + b - pts.y)^2); descend L eta=0.1 w0=0 b0=0 steps=1; L(1,0); mean(pts.y); sum(pts.x.*pts.y)/count(pts.x)"
    )
    #expect(said.answers[3]["value"] as? Double == 7)
    #expect(said.answers[4]["text"] as? String == "4.33333")
    #expect(said.answers[5]["text"] as? String == "10.3333")
    let rows = try #require(said.answers[2]["rows"] as? [[String: Any]])
    // η‖∇L‖² with ∇L = (−62/3, −26/3).
    #expect(abs(number(rows[0]["predicted"]) + (62.0 * 62 + 26 * 26) / 90) < 1e-12)
    #expect(rows[0]["tier"] as? String == "exact")
    #expect(said.text.contains("proved"))
  }

  /// A table that is made up is the seed's, with columns that use earlier ones and the number of the row.
  @Test func madeUpDataAreTheSeeds() throws {
    let line = "data d rows=200 seed=4 x=uniform(-1,1) y=2x+1+normal(0,0.3) z=row; "
    let said = try say(line + "mean(d.z); max(d.x) < 1; std(d.y - 2*d.x)")
    #expect(said.answers[1]["value"] as? Double == 100.5)
    #expect(said.answers[2]["value"] as? Double == 1)
    #expect(abs(number(said.answers[3]["value"]) - 0.3) < 0.06)
    let again = try say(line + "mean(d.z); max(d.x) < 1; std(d.y - 2*d.x)")
    #expect(said.text == again.text)
    let other = try say(line.replacing("seed=4", with: "seed=5") + "std(d.y - 2*d.x)")
    #expect(number(other.answers[1]["value"]) != number(said.answers[3]["value"]))
  }

  @Test(arguments: [
    ("pts.z", "pts has no column z"), ("q.x", "there is no data q"),
    ("pts.x + r.x", "rows of different data"), ("pts.x'", "side by side"),
    ("pts.x[2]", "rows have no places"), ("L = pts.x*w; descend L eta=0.1 w0=1", "mean(L) is"),
    ("softmax(pts.x)", "this is one column"),
    ("x0 = pts.x; f = x^2; descend f eta=0.1", "value in each row"),
    ("[pts.x; 1]", "stand beside"), ("np.exp(1)", "there are no modules"),
    ("pts[2]", "names of columns"), ("pts.x == setosa", "unknown name setosa"),
    ("data pts x=[1,2] y=[1]", "y has 1 number, and x has 2"),
    ("f = x^2; descend f eta=0.1 x0=1 batch=2", "has none"),
    ("L = mean((w-pts.x)^2); descend L eta=k w0=1", "k is the epoch"),
    ("L = mean((w-pts.x)^2); descend L eta=0.1 w0=1 epochs=2", "add batch=32"),
    ("L = mean((w-pts.x)^2); descend L eta=0.1 w0=1 batch=1 noise=1", "batch= or noise="),
    ("L = mean((w-pts.x)^2); descend L eta=0.1 w0=1 noise=-1", "not negative"),
    ("L = mean((w-pts.x)^2); descend L eta=0.1 w0=1 batch=1 seed=1; regime", "draw nothing"),
  ]) func mistakesAreTold(_ line: String, _ words: String) throws {
    let said = try say("data pts x=[1,2,3]; data r x=[1,2]; " + line)
    #expect(
      said.text.replacing("\n", with: " ").replacing("  ", with: " ").contains(words),
      "\(said.text)")
  }

  /// classroom.md's batch, by hand: rows ½(w − 1)², ½(w + 1)², from 0.3 at 0.5.
  @Test func aBatchIsToldBesideAllRows() throws {
    let said = try say(
      "data p x=[1,-1]; L = mean((w-p.x)^2/2); descend L eta=0.5 w0=0.3 batch=1 shuffle=no steps=2; why"
    )
    let why = try #require(said.answers.last)
    let told: [(String, Double)] = [
      ("batch_predicted", -0.245), ("batch_error", 0.06125), ("batch_change", -0.18375),
      ("predicted", 0.105), ("error", 0.06125), ("change", 0.16625), ("gain", 0.045),
      ("bend", 0.01125), ("noise_cost", 0.125), ("mean_change", 0.09125),
    ]
    for (name, value) in told { #expect(number(why[name]) == value, "\(name)") }
    #expect(said.text.contains("gains 0.0045, pays 0.0001125 and 0.00125: L falls by"))
  }

  /// The average over all batches, by going through all of them: 4 of 6 rows, with and without replacement.
  @Test func averagesAreThoseOfAllBatches() throws {
    let x = [1.0, -2, 0.5, 3, 2, -1], y = [2.0, 1, 0, 4, -1, 0.5]
    let (w, eta) = (0.75, 0.2)
    func f(_ w: Double, _ rows: [Int]) -> Double {
      rows.reduce(0) { $0 + (w * x[$1] - y[$1]) * (w * x[$1] - y[$1]) } / Double(rows.count)
    }
    func slope(_ rows: [Int]) -> Double {
      rows.reduce(0) { $0 + 2 * x[$1] * (w * x[$1] - y[$1]) } / Double(rows.count)
    }
    let all = Array(0..<6)
    var (sums, counts) = ([0.0, 0], [0, 0])
    for code in 0..<(6 * 6 * 6 * 6) {
      let rows = [code % 6, code / 6 % 6, code / 36 % 6, code / 216]
      let change = f(w - eta * slope(rows), all) - f(w, all)
      sums[0] += change
      counts[0] += 1
      if Set(rows).count == 4 {
        sums[1] += change
        counts[1] += 1
      }
    }
    for (k, replace) in ["yes", "no"].enumerated() {
      let said = try say(
        "data p x=[1,-2,0.5,3,2,-1] y=[2,1,0,4,-1,0.5]; L = mean((w*p.x-p.y)^2); descend L eta=0.2 w0=0.75 batch=4 replace=\(replace) seed=1 steps=1; why"
      )
      let mean = number(said.answers.last?["mean_change"])
      #expect(abs(mean - sums[k] / Double(counts[k])) < 1e-12, "\(replace)")
    }
  }

  /// Noise of 0 draws nothing; a mean over seeds is a column only where it is known.
  @Test func noNoiseIsNoDraw() throws {
    let none = try say("h = x^2; descend h eta=0.1 noise=0 x0=1 steps=3")
    #expect(none.text.contains("every step multiplies x") && !none.text.contains("noise"))
    let momentum = try say("h = x^2; descend h eta=0.1 noise=1 seed=1 x0=1 steps=3 method=momentum")
    #expect(!momentum.text.contains("all seeds"))
    let well = try say("g = x^4/4 - x^2/2; descend g eta=0.3 noise=0.1 seed=1 x0=1 steps=5")
    #expect(!well.text.contains("In the end") && well.text.contains("While it stays near"))
  }

  /// A sum over rows, or a root of a mean, is no mean over rows: nothing is told of an average.
  @Test(arguments: ["sum((w*p.x - p.y)^2)", "sqrt(mean((w*p.x - p.y)^2))"])
  func whatIsNoMeanHasNoAverage(_ loss: String) throws {
    for rows in [40, 20_000] {
      let said = try say(
        "data p rows=\(rows) seed=1 x=normal(0,1) y=2x+normal(0,1); L = \(loss); descend L eta=1e-6 w0=0 batch=4 seed=1 steps=1; why"
      )
      let why = try #require(said.answers.last)
      #expect(why["batch_change"] != nil && why["noise_cost"] == nil, "\(said.text)")
    }
  }

  /// The last batch of an epoch is smaller: one of three rows at w = ½, by fractions.
  @Test func theLastBatchHasANoiseOfItsOwn() throws {
    let said = try say(
      "data p x=[1,2,3] y=[2,4,7]; L = mean((w*p.x - p.y)^2); descend L eta=0.05 w0=0.5 batch=2 shuffle=no epochs=1 every=1; why 1; threshold L w0=0.5 batch=2"
    )
    let x = [1.0, 2, 3], y = [2.0, 4, 7]
    let why = said.answers[3]
    let w = try #require((why["at"] as? [Double])?.first ?? (why["at"] as? [String: Double])?["w"])
    func f(_ w: Double) -> Double {
      zip(x, y).reduce(0) { $0 + (w * $1.0 - $1.1) * (w * $1.0 - $1.1) } / 3
    }
    let mean =
      zip(x, y).reduce(0) { sum, p in
        sum + f(w - 0.05 * 2 * p.0 * (w * p.0 - p.1)) - f(w)
      } / 3
    #expect(abs(number(why["mean_change"]) - mean) < 1e-12)
    // One whole batch of two.
    #expect((said.answers[4]["batches"] as? [Double])?.count == 1)
  }

  @Test func criticalRatesOfBatchesAreTold() throws {
    let said = try say(
      "data p rows=300 seed=1 x=normal(0,1) y=x; L = mean((w*p.x-p.y)^2); threshold L w0=0 eta=0.3 batch=10"
    )
    let found = try #require(said.answers.last?["batches"] as? [Double])
    #expect(found.count == 25 && found == found.sorted() && found[0] < found[24])
    let top = number(said.answers.last?["two_over_lambda_max"])
    #expect(found[0] < top && top < found[24])
  }

  /// Over many rows a quadratic loss has its verdict from enclosed curvatures; others have none.
  @Test func manyRowsAreProvedWhereTheLossIsQuadratic() throws {
    let data = "data q rows=20000 seed=1 x=normal(0,1) y=2x+1+normal(0,0.3); "
    let settles = try say(
      data + "M = mean((w*q.x + b - q.y)^2); descend M eta=0.1 w0=0 b0=0 steps=2")
    let answer = try #require(settles.answers.last)
    #expect(answer["proved"] as? Bool == true && answer["outcome"] as? String == "stationary")
    // The digits of the rows about their own doubles, and of the limit, by sums in another order.
    #expect(settles.text.contains("Settles to (") && settles.text.contains("≈"))
    let diverges = try say(
      data + "M = mean((w*q.x + b - q.y)^2); descend M eta=1.2 w0=0 b0=0 steps=2")
    #expect(diverges.answers.last?["outcome"] as? String == "divergent")
    let one = try say(data + "M = mean((w*q.x - q.y)^2); descend M eta=0.1 w0=0 steps=2")
    #expect(one.answers.last?["proved"] as? Bool == true)
    // A flat direction, a saddle, no quadratic.
    for loss in ["(w*q.x + v*q.x - q.y)^2", "w*v*q.x^2 + w^2", "cosh(w*q.x) + v^2"] {
      let said = try say(data + "M = mean(\(loss)); descend M eta=0.1 w0=1 v0=1 steps=2")
      let outcome = said.answers.last?["outcome"] as? String
      #expect(outcome == "undecided" || outcome == "divergent", "\(loss) \(outcome ?? "")")
    }
  }

  /// A comparison of data, or |−2|, is a number: no kink, and the minimum has its rate.
  @Test(arguments: [
    "B = 3*abs(-2)*(w-1)^2; threshold B w0=0 b0=0",
    "B = mean(abs(p.x)*(w*p.x+b-2)^2); threshold B w0=0 b0=0",
    "B = mean(softplus(w*p.x+b) - (p.k == 1)*(w*p.x+b)); threshold B w0=0 b0=0",
  ]) func choicesOfDataAreNoKinks(_ line: String) throws {
    let said = try say(
      "data p x=[1,2,3,4,5] k=[0,0,1,0,1]; "
        + line.replacing("B w0=0 b0=0", with: line.contains("+b") ? "B w0=0 b0=0" : "B w0=0"))
    #expect(!said.text.contains("kink") && !said.text.contains("condition"), "\(said.text)")
    #expect(said.text.contains("the minimum at"), "\(said.text)")
  }

  /// All rows in each step draw nothing, and are proved as ever; a rate beyond 2/λmax is told.
  @Test func aBatchOfAllRowsDrawsNothing() throws {
    let data = "data i x=[1,2,3] y=[1,2,2]; L = mean((w*i.x+b-i.y)^2); "
    let all = try say(data + "descend L eta=0.1 w0=0 b0=0 batch=3 epochs=2; threshold batch=2")
    #expect(all.text.contains("proved") && !all.text.contains("seed"))
    #expect(all.answers.last?["batches"] as? [Double] != nil)
    let over = try say(data + "descend L eta=0.5 w0=0 b0=0 batch=2 epochs=3 seed=1; why")
    #expect(over.text.contains("2.77 times critical") && over.text.contains("Both rise here"))
  }

  /// Ten variables of data: descend, threshold and sweep know the same minimum.
  @Test func manyColumnsHaveTheirMinimum() throws {
    let columns = (1...6).map { "x\($0)=normal(0,1)" }.joined(separator: " ")
    let said = try say(
      "data d rows=20 seed=2 \(columns) y=x1-2x2+normal(0,0.1); var v[6]; X = d[x1,x2,x3,x4,x5,x6]; M = mean((X*v + b - d.y)^2); threshold M v0=0 b0=0 eta=0.3"
    )
    #expect(said.text.contains("the minimum downhill"), "\(said.text)")
  }

  /// The same text is answered the same, and undo takes a table back.
  @Test func tablesAreTakenBack() throws {
    let said = try say("data p x=[1,2]; undo; p.x")
    #expect(said.text.contains("there is no data p"))
    let forgot = try say("data p x=[1,2]; forget p; data")
    #expect(forgot.text.contains("there is no data yet"))
    let shown = try say("data p x=[1,2] y=[3,4]; show; p; pts")
    #expect(
      shown.text.contains("p: 2 rows, 2 columns (x, y)") && shown.text.contains("[1, 3; 2, 4]"))
  }
}
