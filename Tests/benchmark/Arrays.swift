// Losses over arrays in doubles: microseconds a call, beside which compare_arrays.py sets C and JAX.
import Calculus

/// The program of a text over variables with these shapes.
func program(_ text: String, _ shapes: [(String, Shape)]) throws -> Program {
  var environment = Environment()
  for (name, shape) in shapes { environment.declare(name, shape) }
  var parser = try Parser(Lexer(Array(text.utf8)))
  return try environment.program(of: try parser.expression())
}

/// Small numbers that are the same in every run and every language.
func sawtooth(_ n: Int, _ step: Int) -> [Double] {
  (0..<n).map { Double($0 * step % 101 - 50) / 100 }
}

/// The median seconds of one run of a program.
func seconds(_ p: Program, at x: [Double], _ runs: Int) -> Double {
  let prepared = DoubleProgram(p)
  for (k, v) in x.enumerated() { prepared.input[k] = v }
  return medians(
    runs,
    {
      prepared.run(); sink += prepared[0]
    }, {}
  ).0
}

/// Σ 100(xₖ₊₁ − xₖ²)² + (1 − xₖ)² over a hundred thousand entries.
func chainedRosenbrock() throws {
  let n = 100_000
  let p = try program(
    "sum(100*(x[2..\(n)] - x[1..\(n - 1)]^2)^2 + (1 - x[1..\(n - 1)])^2)", [("x", Shape(n, 1))])
  let x = sawtooth(n, 7)
  let (value, gradient) = (seconds(p, at: x, 400), seconds(p.gradient(), at: x, 400))
  print(
    "W4 chained Rosenbrock n=100000: value \(us(value)) µs, gradient \(us(gradient)) µs, ratio \(ratio(gradient, value))"
  )
}

/// A 20-90-1 network with tanh, mean square over 500 rows.
func network() throws {
  let (n, d, h) = (500, 20, 90)
  let shapes = [
    ("W", Shape(d, h)), ("b", Shape(1, h)), ("v", Shape(h, 1)), ("c", Shape.scalar),
    ("X", Shape(n, d)), ("y", Shape(n, 1)),
  ]
  let p = try program("mean((tanh(X*W .+ b)*v + c - y)^2)", shapes)
  let moving = ["W", "b", "v", "c"]
  let x = shapes.enumerated().flatMap { k, s in sawtooth(s.1.count, 7 + 2 * k) }
  let gradient = p.gradient(by: moving)
  let product = gradient.product(along: moving)
  let way = sawtooth(d * h + 2 * h + 1, 5)
  let prepared = DoubleProgram(product)
  for (k, v) in (x + way).enumerated() { prepared.input[k] = v }
  let largest = medians(
    5,
    {
      let found = Lanczos(dimension: way.count, most: 100, tolerance: 0) { v in
        for (k, e) in v.enumerated() { prepared.input[x.count + k] = e }
        prepared.run()
        return prepared.outputs
      }
      sink += found?.largest.value ?? 0
    }, {}
  ).0
  print(
    "W5 network 20-90-1, 500 rows: λmax in 100 products \(ms(largest)) ms, value \(us(seconds(p, at: x, 200))) µs, gradient \(us(seconds(gradient, at: x, 200))) µs, Hessian-vector product \(us(seconds(product, at: x + way, 200))) µs"
  )
}
