// Inputs on which a claim about one step or its rates was once false: huge and tiny scales, starts that
// are no fractions, kinks that are none, rates below 0, steps with a memory.
import Calculus
import Descent
import Shell
import Testing

struct RateTrapTests {
  /// The last answer, and everything said in one line.
  private func ask(_ source: String) throws -> (answer: [String: Any], text: String) {
    let said = try say(source)
    #expect(said.errors.isEmpty, "\(source): \(said.text)")
    let words = said.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return (try #require(said.answers.last), words)
  }

  @Test(arguments: [
    ("f(x)=exp(x); why eta=0.1 x0=2000", "eta_trust", "5.52811e-870"),
    ("f(x)=cosh(100x); threshold x0=10 eta=0.1", "eta_critical", "2.03038e-435"),
    ("f(x)=exp(x^2); threshold x0=40 eta=0.1", "eta_critical", "1.34533e-695"),
  ])
  func ratesBeyondTheDoublesAreStrings(_ source: String, _ name: String, _ rate: String) throws {
    #expect(try ask(source).answer[name] as? String == rate)
  }

  @Test func theBestStepOfExpIsNone() throws {
    for start in ["0", "2000"] {
      let (answer, text) = try ask("f(x)=exp(x); why eta=0.1 x0=\(start)")
      #expect(answer["eta_best_status"] as? String == "none")
      #expect(answer["eta_critical_status"] as? String == "infinite")
      #expect(text.contains("best step: none") && text.contains("f rises at no rate"))
    }
  }

  @Test(arguments: [
    ("f(x)=x^2; why eta=-0.3 x0=1", "other side"), ("f(x)=x^2; why eta=-0.3 x0=1", "yours is"),
    ("f(x)=x^2; threshold eta=-0.1 x0=1", "settle"),
    ("f(x)=sqrt((x^2-2)*(x^2-2))+x/10; why eta=0.1 x0=3", "domain"),
    ("f(x)=sqrt((x^2-2)*(x^2-2))+x/10; why eta=0.1 x0=3", "not defined"),
    ("f(x,y)=x^2+10y^2; threshold eta=0.15 from=[1,0]", "no run settles"),
    ("f(x)=x+x^6*(x+1); why eta=1 x0=0", "straight"),
    ("f(x)=x*abs(x)+x; why eta=0.1 x0=0", "kink of"),
    ("f(x)=max(x,-2x)-100*exp(-((x-7.0001)/0.0001)^2); why eta=1 x0=0", "overshoot"),
    ("f(x)=exp(-exp(x)); threshold x0=14", "bends down"),
    ("f(x)=cos(x)^2+sin(x)^2+x^2; rule f", "no polynomial"),
    ("f(x)=x^2; why eta=0.1 x0=1", "η² to"), ("f(x)=x^4; why eta=0.1 x0=1", "grows as"),
    ("f(x)=x^2; descend eta=0.3 x0=1 steps=2", "from any start"),
  ])
  func whatIsFalseIsNotSaid(_ source: String, _ claim: String) throws {
    let text = try ask(source).text
    #expect(!text.contains(claim), "\(source): \(text)")
  }

  @Test func whereTheSlopeIsNotToldFromZeroNothingElseIsSaid() throws {
    for source in [
      "f(x)=(x-sqrt(2))^2; why eta=0.1 x0=sqrt(2)", "f(x)=x-x^3/3; why eta=0.1 x0=1+exp(-1e6)",
      "f(x)=cos(x); why eta=0.1 x0=pi",
    ] {
      let (answer, text) = try ask(source)
      #expect(text.contains("is not decided"), "\(source): \(text)")
      #expect(!text.contains("The gradient is 0"))
      let change = answer["change"] as? Double
      #expect(change == nil || change == 0, "\(source)")
      #expect(answer["eta_critical"] == nil)
    }
  }

  @Test func aStepThatEndsAtZeroIsNotRounded() throws {
    let next = try ask("f=sqrt(2)*x; why eta=1 x0=sqrt(2)").text
    #expect(next.contains("x = 1.41421 → |·|<1e-300") || next.contains("x = 1.41421 → 0"))
  }

  @Test func noRateWhereTheCurvatureIsZero() throws {
    let (answer, text) = try ask("f(x,y)=sin(x)*y^2; threshold from=[pi,0]")
    #expect(!(answer["two_over_lambda_max"] is Double), "\(text)")
    #expect(!(answer["eta_critical"] is Double))
  }

  @Test func theMinimumOfAStiffParabolaIsFound() throws {
    let (answer, text) = try ask(
      "C(w,b)=((35w+b-70)^2+(20w+b-41)^2+(50w+b-99)^2+(10w+b-22)^2)/4; threshold w=2 b=2")
    #expect(text.contains("the minimum at (1.92653, 2.61224)"), "\(text)")
    let rate = answer["minimum_two_over_lambda_max"] as? Double
    #expect(near(rate.map { $0 * 1e3 }, 0.946045, 1e-6))
  }

  @Test func whatIsNotDecidedEndsSoon() throws {
    for command in ["threshold x0=1", "why x0=1"] {
      let (answer, _) = try ask("f(x)=floor(exp(log(3)))+x^2; \(command)")
      #expect((answer["eta_critical_status"] as? String ?? "").contains("not decided"))
    }
    for source in [
      "f(x)=tan(x); threshold x0=0.2 eta=0.1", "f(x)=x^2/2-x^3/3; threshold x0=1",
      "f(x)=erf(1)+0*x; threshold x0=1", "f(x)=cos(x); threshold x0=pi",
    ] { _ = try ask(source) }
  }

  /// Its three numbers are those of the row.
  @Test(arguments: ["momentum", "nesterov", "gd"])
  func whyDissectsTheStepThatTheRunMade(_ method: String) throws {
    let session = Session()
    let run = try say(
      "f(x,y)=x^2+10y^2+exp(x); descend method=\(method) eta=0.07 from=[1,1] steps=5", in: session)
    let rows = try #require(run.answers.last?["rows"] as? [[String: Any]])
    for t in 0..<5 {
      let why = try #require(try say("why \(t)", in: session).answers.last)
      for name in ["change", "predicted", "error"] {
        #expect(why[name] as? Double == rows[t][name] as? Double, "\(method), step \(t): \(name)")
      }
      #expect(why["method"] as? String == method)
    }
  }

  @Test func aRunOfIrrationalNumbersIsDissectedExactly() throws {
    let session = Session()
    let run = try say(
      "f(x)=exp(x)+x^2; descend eta=sqrt(2)/10 x0=sqrt(3) steps=30", in: session)
    let rows = try #require(run.answers.last?["rows"] as? [[String: Any]])
    let why = try #require(try say("why 25", in: session).answers.last)
    #expect(why["change"] as? Double == rows[25]["change"] as? Double)
    #expect(why["eta_best"] is Double)
  }

  @Test func lowestIsOnlyTheLeastOfTheRange() throws {
    let rosenbrock = try ask("f(x,y)=(1-x)^2+100*(y-x^2)^2; why eta=0.002 from=[-1.2,1]")
    #expect(rosenbrock.text.contains("has its first low point at η = 0.000788002"))
    #expect(
      near((rosenbrock.answer["eta_best_global"] as? Double).map { $0 * 100 }, 1.224897, 1e-6))
    #expect(try ask("f=x^2; why eta=1.2 x0=-1").text.contains("f is lowest at η = 0.5"))
  }

  @Test func theSeriesOfAKinkIsToldFromBothSides() throws {
    let cube = try ask("f(x)=abs(x)^3; taylor f x=0")
    #expect(cube.answer["left"] as? [Double] == [0, 0, 0, -1, 0])
    #expect(cube.answer["right"] as? [Double] == [0, 0, 0, 1, 0])
    #expect(
      (cube.answer["coefficients"] as? [Any])?.prefix(3).compactMap { $0 as? Double } == [0, 0, 0])
    #expect(cube.text.contains("from order 3 on f has no Taylor coefficient"))
    let step = try ask("f(x,y)=x^2*y; taylor f x=1 y=2")
    #expect(step.answer["coefficients"] as? [Double] == [2, -17, 40, -16, 0])
  }

  /// Scaled by powers of ten the rates scale, and nothing else changes.
  @Test(arguments: [-300, -40, 40, 300])
  func ratesScaleWithTheLoss(_ power: Int) throws {
    let plain = try ask("f(x)=x^4-x^2+sin(3x)/4; why eta=0.1 x0=1").answer
    let scaled = try ask("f(x)=1e\(power)*(x^4-x^2+sin(3x)/4); why eta=1e\(-power) x0=1").answer
    for name in ["eta_trust", "eta_critical", "eta_best"] {
      let one = try #require(plain[name] as? Double)
      let other = try #require(scaled[name] as? Double)
      #expect(near(other * (Double("1e\(power)") ?? .nan), one, 1e-12, floor: 1e-3), "\(name)")
    }
    #expect((plain["falls"] as? [Any])?.count == (scaled["falls"] as? [Any])?.count)
  }

  /// A touching root is critical, though φ does not rise there; a flat stretch is not lower.
  @Test func touchingEdges() throws {
    let touch = try ask("f(x)=x^6-x^2; why eta=0.1 x0=1").answer
    #expect(touch["eta_critical"] as? Double == 0.25)
    #expect((touch["falls"] as? [Any])?.count == 2)
    let flat = try ask("f(x)=max(x,0)^2; why eta=0.1 x0=1").answer
    #expect(flat["eta_best"] as? Double == 0.5)
    #expect(flat["eta_critical_status"] as? String == "infinite")
  }
}
