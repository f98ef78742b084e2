// Pictures of formulas: curves of one variable, level lines of two.
import Calculus
import Descent
import Plotting

/// How one of several series looks: each is told from the others with colour and without.
struct Look {
  let hue: Hue
  let stroke: Line.Stroke
  let weight: Line.Weight
  let symbol: Symbol

  /// The look of series `k`.
  ///
  /// Vermilion and the triangle are left to steps on which a loss rises.
  static func of(_ k: Int) -> Look {
    let (stroke, weight) = strokes[k % strokes.count]
    return Look(
      hue: hues[k % hues.count], stroke: stroke, weight: weight,
      symbol: symbols[(k + k / hues.count) % symbols.count])
  }

  /// Of the steps of a run, and of steps on which a loss rises, in every picture.
  static let run = Hue.purple
  static let rise = Hue.vermilion

  private static let hues: [Hue] = [
    .blue, .amber, .green, .purple, .sky, .brown, .violet, .ink, .navy, .pink,
  ]
  private static let strokes: [(Line.Stroke, Line.Weight)] = [
    (.solid, .normal), (.solid, .normal), (.dotted, .normal), (.solid, .thin),
    (.dashDotted, .normal),
  ]
  private static let symbols: [Symbol] = [
    .dot, .ring, .square, .cross, .diamond, .plus, .down,
  ]
}

extension Session {
  /// Formulas of one variable as curves over one another, of two variables as level lines.
  func picture(of losses: [Loss], _ window: Window) throws(Fault) -> Figure {
    guard let loss = losses.first else { throw Fault("there is no formula to draw") }
    let variables = loss.variables
    if let other = losses.first(where: { $0.variables != variables }) {
      throw Fault(
        "\(loss.name) is of \(variables.map(label).joined(separator: ", ")), \(other.name) of \(other.variables.map(label).joined(separator: ", "))",
        hint: "one picture is for formulas of the same variable")
    }
    guard losses.count == 1 || variables.count == 1 else {
      throw Fault(
        "one picture shows the level lines of one formula", hint: "plot them one by one")
    }
    let ranges = variables.map { window[$0] ?? -3...3 }
    let figure: Figure
    switch ranges.count {
    case 1:
      let several = losses.count > 1
      figure = Figure(
        title: losses.map(formulaTitle).joined(separator: ", "),
        shortTitle: several ? losses.map(\.name).joined(separator: ", ") : "",
        description: "The curve of \(losses.map(\.name).joined(separator: ", ")).",
        x: Axis(label(variables[0]), .linear, ranges[0]),
        y: Axis(losses.map(\.name).joined(separator: ", ")),
        layers: losses.enumerated().map { k, loss in
          let look = Look.of(k)
          return .line(
            Line(
              several ? loss.name : "", curve(loss, ranges[0]), hue: look.hue,
              stroke: look.stroke, weight: several ? look.weight : .thick,
              symbol: several ? look.symbol : nil))
        })
    case 2:
      figure = Figure(
        title: formulaTitle(loss), description: "Level lines of \(loss.name).",
        x: Axis(label(variables[0]), .linear, ranges[0]),
        y: Axis(label(variables[1]), .linear, ranges[1]),
        layers: [.contours(contours(loss, ranges[0], ranges[1]))])
    default:
      throw Fault(
        "a picture of a formula is for one or two variables; \(loss.name) has \(ranges.count)",
        hint: "after a run type plot loss")
    }
    return try figure.showing(window)
  }

  /// A curve in a range.
  func curve(_ loss: Loss, _ range: ClosedRange<Double>) -> [Point] {
    let program = DoubleProgram(loss.program)
    return samples(range, 600).map { x in
      program.run(at: [x])
      return Point(x, program.outputs[0])
    }
  }

  /// Level lines at round values near even shares of all values, so that valleys and walls both show.
  func contours(
    _ loss: Loss, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>
  ) -> Contours {
    let program = DoubleProgram(loss.program)
    // A cell is at most five pixels of a picture 1000 wide: its straight pieces of line look round.
    let (columns, rows) = (200, 150)
    let values = samples(yRange, rows).flatMap { y in
      samples(xRange, columns).map { x -> Double in
        program.run(at: [x, y])
        return program.outputs[0]
      }
    }
    let sorted = values.filter(\.isFinite).sorted()
    let shares = [0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85]
    let levels = RoundLevels(
      near: sorted.isEmpty
        ? []
        : shares.map { sorted[Int(exactly: ($0 * Double(sorted.count - 1)).rounded(.down)) ?? 0] })
    let grid = Grid(columns: columns, rows: rows, values: values, xRange: xRange, yRange: yRange)
    return Contours(
      "level of \(loss.name)", grid, levels: levels.values, labels: levels.texts, hue: .blue)
  }
}
