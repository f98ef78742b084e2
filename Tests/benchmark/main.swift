// The speed of the core beside hand-written Swift, in one run; prints ratios, asserts nothing.
//
//   swift run -c release core-benchmark
import Calculus
import Descent
import Glibc

/// The median seconds of one call, over repetitions that take turns with `other`.
func medians(_ runs: Int, _ one: () -> Void, _ other: () -> Void) -> (Double, Double) {
  func seconds(_ work: () -> Void) -> Double {
    let clock = ContinuousClock()
    let d = clock.measure(work).components
    return Double(d.seconds) + Double(d.attoseconds) * 1e-18
  }
  var a: [Double] = []
  var b: [Double] = []
  for k in 0...runs {
    let pair = (seconds(one), seconds(other))
    if k > 0 {
      a.append(pair.0)
      b.append(pair.1)
    }
  }
  return (a.sorted()[runs / 2], b.sorted()[runs / 2])
}

func program(_ text: String) throws -> Program {
  var parser = try Parser(Lexer(Array(text.utf8)))
  return try Environment().program(of: try parser.expression())
}

nonisolated(unsafe) var sink = 0.0

/// d/dx of sin(x + 1)·sin(x + 2)⋯: typed text to gradient program, beside its value by hand.
func sines() throws {
  let text = (1...1000).map { "sin(x+\($0))" }.joined(separator: "*")
  let (mine, hand) = medians(
    15,
    {
      guard let p = try? program(text) else { return }
      let g = DoubleProgram(p.gradient())
      g.run(at: [0.3])
      sink += g.outputs[1]
    },
    {
      var before = [1.0]
      for k in 1...1000 { before.append(before[k - 1] * sin(0.3 + Double(k))) }
      var after = 1.0
      for k in stride(from: 1000, to: 0, by: -1) {
        sink += before[k - 1] * cos(0.3 + Double(k)) * after
        after *= sin(0.3 + Double(k))
      }
    })
  print(
    "product of 1000 sines: parse, differentiate, evaluate   \(ms(mine)) ms; its value by hand \(ms(hand)) ms, ratio \(ratio(mine, hand))"
  )
}

func orbit() throws {
  let loss = Loss(name: "f", program: try program("x^2/2+cos(3*x)"))
  let steps = 1_000_000
  var rate = ProgramBuilder(variables: ["t"])
  let chaotic = rate.constant(Rational(9) / Rational(20))
  let plan = DescentPlan(
    StepProgram(descending: loss), eta: rate.program(outputs: [chaotic]),
    start: [TypedNumber(.one)], steps: steps, doublesOnly: true)
  let (mine, hand) = medians(
    5, { sink += plan.run().last?.point[0].nearestDouble ?? 0 },
    {
      var x = 1.0
      for _ in 0..<steps { x -= 0.45 * (x - 3 * sin(3 * x)) }
      sink += x
    })
  print(
    "orbit of x²/2 + cos 3x   \(ns(mine / Double(steps))) ns a step; by hand \(ns(hand / Double(steps))) ns, ratio \(ratio(mine, hand))"
  )
}

func certifiedRow() throws {
  let loss = Loss(name: "f", program: try program("exp(x)"))
  var rate = ProgramBuilder(variables: ["t"])
  let half = rate.constant(.half)
  let plan = DescentPlan(
    StepProgram(descending: loss), eta: rate.program(outputs: [half]),
    start: [TypedNumber(Rational(7) / Rational(10))], steps: 39)
  let (mine, hand) = medians(
    15, { sink += plan.run().last?.value.nearestDouble ?? 0 },
    {
      var x = 0.7
      for _ in 0..<40 {
        let g = exp(x)
        let change = exp(x - 0.5 * g) - g
        sink += change + 0.5 * g * g
        x -= 0.5 * g
      }
    })
  print(
    "certified row of exp   \(us(mine / 40)) µs; in plain doubles \(us(hand / 40)) µs, ratio \(ratio(mine, hand))"
  )
}

func us(_ s: Double) -> String { rounded(s * 1e6) }
func ms(_ s: Double) -> String { rounded(s * 1e3) }
func ns(_ s: Double) -> String { rounded(s * 1e9) }
func ratio(_ a: Double, _ b: Double) -> String { rounded(a / b) }
func rounded(_ x: Double) -> String { "\((x * 100).rounded() / 100)" }

// All, or those named: `core-benchmark W5`.
let parts: [(name: String, run: () throws -> Void)] = [
  ("W4", chainedRosenbrock), ("W5", network), ("sines", sines), ("orbit", orbit),
  ("row", certifiedRow),
]
let named = CommandLine.arguments.dropFirst()
for part in parts where named.isEmpty || named.contains(part.name) { try part.run() }
if sink.isNaN { print("undefined") }
