// The pictures by name: each is made from what the session did last. `plot` reads this table; so do
// completion and help.
import Calculus
import Descent
import Plotting

struct Picture: Sendable {
  var name: String
  var summary: String
  /// The results that it is drawn from, the first that there is.
  var kinds: [KeptResult.Kind]
  /// Throws where there is nothing to draw; ranges that shape what is drawn are taken from the window.
  var make: @Sendable (Session, Window) throws(Fault) -> Figure

  private static func ofRun(
    _ name: String, _ summary: String,
    _ make: @escaping @Sendable (Session, Window) throws(Fault) -> Figure
  ) -> Picture {
    Picture(name: name, summary: summary, kinds: [.runs], make: make)
  }

  private static func ofStep(
    _ name: String, _ summary: String,
    _ make: @escaping @Sendable (Session, Window) throws(Fault) -> Figure
  ) -> Picture {
    Picture(name: name, summary: summary, kinds: [.step, .runs], make: make)
  }

  static let all: [Picture] = [
    ofRun("run", "the loss with the trajectory on it, of several runs over one another") {
      s, w throws(Fault) in
      // A loss over many rows is drawn where the run was.
      let runs = try s.drawnRuns()
      let isLong = runs.contains { $0.run.plan.loss.isTooLong }
      return isLong ? s.againstTime(runs) : s.picture(of: runs, w)
    },
    ofRun("loss", "the loss against t") { s, _ throws(Fault) in
      s.againstTime(try s.drawnRuns())
    },
    ofRun("dC", "predicted and actual change per step") { s, _ throws(Fault) in
      try s.pictureOfChanges()
    },
    ofStep("why", "the change along the step against the rate") { s, _ throws(Fault) in
      try s.pictureOfStep()
    },
    ofStep("error", "|error of the prediction| against the rate, log-log") {
      s, _ throws(Fault) in try s.pictureOfError()
    },
    ofRun("cobweb", "the descent map with the staircase of the run") { s, w throws(Fault) in
      try s.pictureOfCobweb(w)
    },
    ofRun("sharpness", "the largest curvature along the run beside 2/η") { s, _ throws(Fault) in
      try s.pictureOfSharpness()
    },
    Picture(name: "sweep", summary: "steps needed against the rate", kinds: [.sweep]) {
      s, _ throws(Fault) in try s.pictureOfSweep()
    },
    Picture(name: "compare", summary: "the loss against t of several runs", kinds: [.comparison]) {
      s, _ throws(Fault) in try s.pictureOfComparison()
    },
    Picture(name: "bifurcate", summary: "the bifurcation diagram", kinds: [.bifurcation]) {
      s, _ throws(Fault) in try s.pictureOfBifurcation()
    },
    Picture(name: "map", summary: "the map of regimes", kinds: [.map]) {
      s, _ throws(Fault) in try s.pictureOfMap()
    },
    Picture(name: "flow", summary: "the run beside the gradient flow", kinds: [.flow]) {
      s, w throws(Fault) in try s.pictureOfFlow(w)
    },
  ]

  static func named(_ name: String) -> Picture? { all.first { $0.name == name } }
}

extension Session {
  /// The last run, or what to type to have one.
  func lastRun() throws(Fault) -> Trajectory {
    guard let run = trajectory, !run.rows.isEmpty else {
      throw noRun("there is no run to draw", hint: "start one: descend eta=0.1 x0=1")
    }
    return run
  }

  /// A name as it is shown.
  func label(_ name: String) -> String { Spelling.shown(name, unicode: true) }

  /// `f(x) = x²`, cut where it is long.
  func formulaTitle(_ loss: Loss) -> String {
    let isLong = loss.variables.count > Session.mostEntries
    let names = (isLong ? loss.source.layout.names : loss.variables).map(label)
      .joined(separator: ", ")
    let text =
      environment.definitions[loss.name].flatMap { isCurrent(loss) ? typed($0).text : nil }
      ?? Formula.text(of: loss.program, unicode: true)
    return "\(loss.name)(\(names)) = \(text.count > 60 ? String(text.prefix(57)) + "…" : text)"
  }
}

/// The finite numbers' least and greatest, widened by a share on both sides.
func hull(_ values: [Double], margin: Double = 0.15) -> ClosedRange<Double> {
  let finite = values.filter(\.isFinite)
  guard let low = finite.min(), let high = finite.max() else { return -1...1 }
  let room = high > low ? (high - low) * margin : max(1, abs(low)) * 0.5
  return (low - room)...(high + room)
}

/// Evenly spaced numbers, both ends among them.
func samples(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
  let step = (range.upperBound - range.lowerBound) / Double(count - 1)
  return (0..<count).map { range.lowerBound + step * Double($0) }
}
