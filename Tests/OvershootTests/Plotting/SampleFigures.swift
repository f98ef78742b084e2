// The figures of the tests: one of each kind that explains a learning rate, made of plain numbers.
import Glibc
import Plotting

enum SampleFigures {
  static let all: [(name: String, figure: Figure)] = [
    ("curve", curve), ("contours", contours), ("loss", loss), ("step", step),
    ("changes", changes), ("error", error), ("cobweb", cobweb), ("bifurcation", bifurcation),
    ("map", map), ("compare", compare), ("signed", signed),
  ]

  static func sampled(
    _ from: Double, _ to: Double, _ count: Int = 200, _ f: (Double) -> Double
  ) -> [Point] {
    (0...count).map {
      let x = from + (to - from) * Double($0) / Double(count)
      return Point(x, f(x))
    }
  }

  /// The points of x ← g(x).
  static func orbit(_ start: Double, _ count: Int, _ g: (Double) -> Double) -> [Double] {
    (0..<count).reduce(into: [start]) { xs, _ in xs.append(g(xs[xs.count - 1])) }
  }

  /// x² with the steps of η = 1.2 on it, the slope at the start and the step that it sends off.
  static var curve: Figure {
    let xs = orbit(-1, 3) { $0 - 1.2 * 2 * $0 }
    let points = xs.map { Point($0, $0 * $0) }
    return Figure(
      title: "f(x) = x², gradient descent with η = 1.2 from x = -1",
      description: "The parabola x² with four points that climb: -1, 1.4, -1.96, 2.744.",
      x: Axis("x", .linear, -3...3), y: Axis("f(x)", .linear, -1...9),
      layers: [
        .line(Line("f", sampled(-3, 3) { $0 * $0 }, hue: .blue, weight: .thick)),
        .line(Line("slope at t = 0", sampled(-3, 3) { -2 * $0 - 1 }, hue: .green, stroke: .dashed)),
        .line(Line("step", [points[0], points[1]], hue: .vermilion, weight: .thin, end: .arrow)),
        .line(Line("", Array(points[1...2]), hue: .vermilion, weight: .thin, end: .arrow)),
        .line(Line("", Array(points[2...3]), hue: .vermilion, weight: .thin, end: .arrow)),
        .marks(Marks("x at step t", points, labels: ["0", "1", "2", "3"])),
      ])
  }

  /// Rosenbrock's valley and a path down into it.
  static var contours: Figure {
    let n = 81
    func f(_ x: Double, _ y: Double) -> Double {
      (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
    }
    let values = (0..<n * n).map { k in
      f(-2 + 4 * Double(k % n) / Double(n - 1), -1 + 4 * Double(k / n) / Double(n - 1))
    }
    var path = [Point(-1.2, 2.2)]
    for _ in 0..<4000 {
      let p = path[path.count - 1]
      let gx = -2 * (1 - p.x) - 400 * p.x * (p.y - p.x * p.x)
      path.append(Point(p.x - 0.001 * gx, p.y - 0.001 * 200 * (p.y - p.x * p.x)))
    }
    return Figure(
      title: "f(x, y) = (1 - x)² + 100·(y - x²)², η = 0.001 from (-1.2, 2.2)",
      description: "Level lines of a bent valley; the path falls in and creeps along its floor.",
      x: Axis("x"), y: Axis("y"),
      layers: [
        .contours(
          Contours(
            "levels of f",
            Grid(columns: n, rows: n, values: values, xRange: -2...2, yRange: -1...3),
            levels: [1, 10, 100, 400, 1000], labels: ["1", "10", "100", "400", "1000"])),
        .line(Line("path", path, hue: .vermilion)),
        .marks(Marks("", [path[0]], labels: ["start"], symbol: .ring, hue: .vermilion)),
        .marks(Marks("", [Point(1, 1)], labels: ["minimum"], symbol: .diamond, hue: .green)),
      ])
  }

  static var loss: Figure {
    let xs = orbit(3, 40) { $0 - 0.42 * $0 }
    return Figure(
      title: "C against t: f(x) = ½·x², η = 0.42 from x = 3",
      description: "The loss falls by the same factor in every step: a straight line.",
      x: Axis("step t"), y: Axis("C", .log10),
      layers: [
        .line(Line("C", xs.enumerated().map { Point(Double($0), $1 * $1 / 2) }, symbol: .dot))
      ])
  }

  /// The loss along one step as the rate grows, with what the slope alone and the bend predict.
  static var step: Figure {
    func f(_ x: Double) -> Double { x * x * x * x / 4 - x * x / 2 }
    let x = 1.6
    let g = x * x * x - x
    func phi(_ eta: Double) -> Double { f(x - eta * g) - f(x) }
    let bend = (3 * x * x - 1) * g * g / 2
    // The change is 0 again between these rates: bisection.
    var (low, high) = (1.1, 1.5)
    for _ in 0..<60 {
      if phi((low + high) / 2) < 0 { low = (low + high) / 2 } else { high = (low + high) / 2 }
    }
    return Figure(
      title: "f(x) = x⁴/4 - x²/2: the change of f after one step from x = 1.6",
      description: "The change falls, turns at the best rate, and is 0 again at the critical one.",
      x: Axis("η", .linear, 0...1.6), y: Axis("Δf", .linear, -1.5...1),
      layers: [
        .band(Band(0...0.1 * g * g / bend, "within 10 %")),
        .guide(Guide(.horizontal(0))),
        .line(Line("actual", sampled(0, 1.6, 400, phi), weight: .thick)),
        .line(
          Line("-η‖∇f‖²", sampled(0, 1.6) { -$0 * g * g }, hue: .vermilion, stroke: .dashed)),
        .line(
          Line(
            "with the bend", sampled(0, 1.6) { -$0 * g * g + $0 * $0 * bend }, hue: .purple,
            stroke: .dotted)),
        .marks(Marks("", [Point(0.9, phi(0.9))], labels: ["your η"], symbol: .dot)),
        .marks(
          Marks("", [Point(0.6 / g, phi(0.6 / g))], labels: ["best"], symbol: .diamond)),
        .marks(Marks("", [Point(low, 0)], labels: ["critical"], symbol: .ring)),
      ])
  }

  static var changes: Figure {
    let xs = orbit(-1, 12) { $0 - 0.55 * (4 * $0 * ($0 * $0 - 1) + 0.3) * 0.5 }
    func f(_ x: Double) -> Double { (x * x - 1) * (x * x - 1) + 0.3 * x }
    let actual = zip(xs, xs.dropFirst()).map { f($1) - f($0) }
    let predicted = xs.dropLast().map { x in
      let g = 4 * x * (x * x - 1) + 0.3
      return -0.275 * g * g
    }
    func series(_ values: [Double]) -> [Point] {
      values.enumerated().map { Point(Double($0), $1) }
    }
    return Figure(
      title: "f(x) = (x² - 1)² + 0.3·x: predicted and actual change of each step, η = 0.275",
      description: "The prediction is never positive; the actual change often is.",
      x: Axis("step t"), y: Axis("Δf"),
      layers: [
        .guide(Guide(.horizontal(0))),
        .line(
          Line(
            "predicted -η‖∇f‖²", series(predicted), hue: .vermilion, stroke: .dashed, symbol: .ring)
        ),
        .line(Line("actual Δf", series(actual), hue: .blue, symbol: .dot)),
        .marks(Marks("f rose", series(actual).filter { $0.y > 0 }, symbol: .up, hue: .purple)),
      ])
  }

  static var error: Figure {
    let etas = (0...160).map { pow(10, -16 + 16.477 * Double($0) / 160) }
    return Figure(
      title: "f(x) = x² from x = -1: error of the prediction against η",
      description: "On logarithmic axes the error is a line of slope 2: it grows as η².",
      x: Axis("η", .log10, 1e-16...3), y: Axis("|error|", .log10),
      layers: [
        .line(Line("|Δf + η‖∇f‖²|", etas.map { Point($0, 4 * $0 * $0) }, weight: .thick)),
        .line(
          Line("slope 2", etas.map { Point($0, 1e3 * $0 * $0) }, hue: .vermilion, stroke: .dashed)),
        .guide(Guide(.vertical(1), "critical η = 1")),
      ])
  }

  static var cobweb: Figure {
    func g(_ x: Double) -> Double { x - 2.2 * (x - x * x) }
    let xs = orbit(0.3, 24, g)
    let web = xs.dropLast().flatMap { [Point($0, $0), Point($0, g($0))] }
    return Figure(
      title: "x ← x - η·f′(x), f(x) = x²/2 - x³/3, η = 2.2",
      description: "A cobweb that settles on a cycle of two points.",
      x: Axis("x"), y: Axis("next x"),
      layers: [
        .line(Line("x - η·f′(x)", sampled(-0.6, 0.6, 200, g), weight: .thick)),
        .line(Line("next x = x", sampled(-0.6, 0.6, 2) { $0 }, hue: .ink, stroke: .dashed)),
        .line(Line("orbit", web, hue: .vermilion, weight: .thin)),
        .marks(Marks("", [Point(0.3, 0.3)], labels: ["start"], symbol: .ring, hue: .vermilion)),
      ])
  }

  static var bifurcation: Figure {
    var xs: [Double] = []
    var ys: [Double] = []
    for k in 0..<600 {
      let eta = 1.8 + 1.2 * Double(k) / 600
      var x = 0.1
      for t in 0..<300 {
        x -= eta * (x - x * x)
        if t >= 200 {
          xs.append(eta)
          ys.append(x)
        }
      }
    }
    return Figure(
      title: "f(x) = x²/2 - x³/3: where gradient descent ends, for each η",
      description: "One branch splits in two at η = 2, again at 2.449, and dissolves into chaos.",
      x: Axis("η", .linear, 1.8...3), y: Axis("x"),
      layers: [
        .cloud(Cloud("attractor", xs: xs, ys: ys)),
        .guide(Guide(.vertical(2), "2")), .guide(Guide(.vertical(2.449489742783), "√6")),
        .guide(Guide(.vertical(2.5699457), "chaos", hue: .vermilion)),
      ])
  }

  static var map: Figure { regimes(240) }

  /// Where descent on x²/2 − x³/3 ends, over the rate and the start: n × n cells.
  static func regimes(_ n: Int) -> Figure {
    var cells: [UInt8] = []
    var shading: [Float] = []
    for j in 0..<n {
      for i in 0..<n {
        let eta = 0.5 + 3 * (Double(i) + 0.5) / Double(n)
        var x = -1 + 2.5 * (Double(j) + 0.5) / Double(n)
        var t = 0
        while t < 64, abs(x) < 1e3 {
          x -= eta * (x - x * x)
          t += 1
        }
        var y = x
        for _ in 0..<2 { y -= eta * (y - y * y) }
        let kind: UInt8 = t < 64 ? 2 : abs(x) < 1e-3 ? 0 : abs(x - y) < 1e-3 ? 1 : 3
        cells.append(kind)
        shading.append(kind == 2 ? min(1, Float(t) / 16) : 0)
      }
    }
    return Figure(
      title: "f(x) = x²/2 - x³/3: where gradient descent ends",
      description: "Small rates converge from the basin; larger ones cycle, then wander.",
      x: Axis("η"), y: Axis("x₀"),
      layers: [
        .map(
          ClassMap(
            columns: n, rows: n,
            kinds: [
              .init("converges to 0", "c", .blue), .init("2-cycle", "2", .green),
              .init("diverges", "d", .vermilion), .init("other bounded", "b", .purple),
            ], cells: cells, shading: shading, xRange: 0.5...3.5, yRange: -1...1.5))
      ])
  }

  static var compare: Figure {
    let looks: [(Double, Line.Stroke, Symbol, Hue)] = [
      (0.02, .solid, .dot, .blue), (0.1, .dashed, .ring, .vermilion),
      (0.18, .dotted, .up, .green), (0.201, .dashDotted, .square, .purple),
    ]
    return Figure(
      title: "f(x, y) = x²/2 + 5·y²: C against t for four rates from (3, 1)",
      description: "The middle rates fall fastest; above 0.2 the loss grows.",
      x: Axis("step t"), y: Axis("C", .log10, 1e-4...100),
      layers: looks.map { eta, stroke, symbol, hue in
        let points = (0...60).map { t in
          let x = 3 * pow(1 - eta, Double(t))
          let y = pow(1 - 10 * eta, Double(t))
          return Point(Double(t), x * x / 2 + 5 * y * y)
        }
        return .line(Line("η = \(eta)", points, hue: hue, stroke: stroke, symbol: symbol))
      })
  }

  /// Changes of both signs over many decades.
  static var signed: Figure {
    let xs = orbit(1e-3, 24) { -1.8 * $0 }
    return Figure(
      title: "x of a run that diverges, on an axis that shows both signs",
      description: "Points alternate around zero and grow on both sides.",
      x: Axis("step t"), y: Axis("x", .symlog(1e-2)),
      layers: [
        .guide(Guide(.horizontal(0))),
        .line(
          Line("x", xs.enumerated().map { Point(Double($0), $1) }, weight: .thin, symbol: .dot)),
      ])
  }
}
