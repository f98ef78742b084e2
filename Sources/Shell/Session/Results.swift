// What commands have made that others go on from: `plot`, `step`, `why`, `flow`, `map zoom`. Of each kind
// the last is kept, with the loss that it was made with; whether that loss is still what its name says is
// asked where it is used.
import Calculus
import Descent

/// A result of a command.
enum KeptResult {
  case runs(Runs)
  case step(StepPlace)
  case sweep([RunSummary])
  case comparison([RunSummary])
  case bifurcation(Bifurcation)
  case map(RegimeMap)
  case flow(FlowSeries)

  enum Kind { case runs, step, sweep, comparison, bifurcation, map, flow }

  var kind: Kind {
    switch self {
    case .runs: .runs
    case .step: .step
    case .sweep: .sweep
    case .comparison: .comparison
    case .bifurcation: .bifurcation
    case .map: .map
    case .flow: .flow
    }
  }

  /// The loss that it was made with; nil where nothing was made.
  var loss: Loss? {
    switch self {
    case .runs(let r): r.last?.plan.loss
    case .step(let s): s.loss
    case .sweep(let all), .comparison(let all): all.first?.plan.loss
    case .bifurcation(let b): b.loss
    case .map(let m): m.plan.loss
    case .flow(let f): f.loss
    }
  }
}

/// The runs of one answer, one per rate and method.
struct Runs {
  var all: [Trajectory] = []
  /// The row of the last at which `step` and `back` stand.
  var row: Int?
  /// The columns that were asked for; nil for all.
  var columns: [String]?
  /// The run that goes on.
  var last: Trajectory? { all.last }
}

/// The last result of each kind.
struct Results {
  private var last: [KeptResult.Kind: KeptResult] = [:]

  subscript(_ kind: KeptResult.Kind) -> KeptResult? { last[kind] }

  /// Keeps a result; after a run no earlier step is asked about.
  mutating func keep(_ result: KeptResult) {
    last[result.kind] = result
    if case .runs = result { last[.step] = nil }
  }

  /// The runs of the last answer, whatever became of their loss; one of no runs before the first.
  var runs: Runs {
    get {
      guard case .runs(let r)? = last[.runs] else { return Runs() }
      return r
    }
    set { last[.runs] = .runs(newValue) }
  }
}

extension Session {
  /// The last run, while its loss is still what its name says.
  var trajectory: Trajectory? {
    results.runs.last.flatMap { isCurrent($0.plan.loss) ? $0 : nil }
  }

  /// The loss of the first of some kinds of which there is a result.
  func loss(of kinds: [KeptResult.Kind]) -> Loss? {
    kinds.lazy.compactMap { self.results[$0]?.loss }.first
  }
}

/// Where a command started: the values of the variables, in order.
struct StartPlace {
  var variables: [String]
  var values: [TypedNumber]
}
