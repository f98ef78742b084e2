// The map of regimes: for every point of a grid over two quantities (the rate, a start value, a parameter
// of the loss) where gradient descent ends. A cell is a class, never a number: its evidence is a run of
// doubles and the tests of `RegimeMap+Returns`.
import Calculus

/// One side of a map: a quantity, and the range of it.
package struct MapAxis: Sendable, Equatable {
  /// What an axis of a map changes.
  package enum Quantity: Sendable, Equatable {
    case rate
    /// The start value of a variable.
    case start(String)
    /// A variable of the loss that is held while the others descend.
    case parameter(String)
  }
  package var quantity: Quantity
  package var lower: Double
  package var upper: Double

  package init(_ quantity: Quantity, _ lower: Double, _ upper: Double) {
    self.quantity = quantity
    self.lower = lower
    self.upper = upper
  }

  /// The variable of the loss that it sets; nil for the rate.
  func variable(in loss: Loss) -> Int? {
    switch quantity {
    case .rate: nil
    case .start(let name), .parameter(let name): loss.variables.firstIndex(of: name)
    }
  }

  /// More cells than any side of a map has: a range so many times as wide must be a double.
  package static let mostCells = 1 << 20

  /// The value at cell k of n: the first and the last cell stand on the ends of the range.
  package func value(_ k: Int, of n: Int) -> Double {
    n == 1 ? lower : lower + (upper - lower) * Double(k) / Double(n - 1)
  }
}

/// What a map is asked for.
package struct RegimeMapPlan: Sendable {
  /// The loss that the step descends on.
  package var loss: Loss { step.loss }
  /// The step whose regimes are mapped.
  package var step: StepProgram
  package var horizontal: MapAxis
  package var vertical: MapAxis
  package var columns: Int
  package var rows: Int
  /// The rate, the start values and the held variables that are not on an axis.
  package var rate: Double
  package var start: [String: Double]
  package var parameters: [String: Double]
  package var steps = 200
  /// Orbits with |x| beyond this are asked whether they go on to infinity (`EscapeTest`).
  package var escape = 1e6
  /// A state returns when no variable differs by more than this, relative above 1000.
  package var tolerance = 1e-9
  /// The longest cycle looked for.
  package var longestPeriod = 16
  package var threads = processorCount()

  package init(
    _ step: StepProgram, horizontal: MapAxis, vertical: MapAxis, columns: Int, rows: Int,
    rate: Double = 0.1, start: [String: Double] = [:], parameters: [String: Double] = [:]
  ) {
    self.step = step
    self.horizontal = horizontal
    self.vertical = vertical
    self.columns = columns
    self.rows = rows
    self.rate = rate
    self.start = start
    self.parameters = parameters
  }

  /// The same map about a point, each side divided by `factor`.
  package func zoomed(x: Double, y: Double, by factor: Double) -> RegimeMapPlan {
    var out = self
    let halfWidth = (horizontal.upper - horizontal.lower) / (2 * factor)
    let halfHeight = (vertical.upper - vertical.lower) / (2 * factor)
    (out.horizontal.lower, out.horizontal.upper) = (x - halfWidth, x + halfWidth)
    (out.vertical.lower, out.vertical.upper) = (y - halfHeight, y + halfHeight)
    return out
  }

  /// Numbers that a run of this plan stores: budgets are checked before allocating.
  package var storage: Int { columns * rows * (loss.variables.count + step.rule.memory + 2) }
}

/// One class of cells.
package struct MapClass: Sendable, Equatable {
  /// What becomes of a cell.
  package enum Kind: Sendable, Equatable {
    /// Settles at a point; the limit, one entry per moving variable, or nil where the limits are too many
    /// to tell apart.
    case stationary(limit: [Double]?)
    /// Tends to a stationary point, but has not come to rest within the steps (`AttractingInterval`).
    case approaching(limit: [Double])
    case cycle(period: Int)
    case divergent
    case leavesDomain
    /// Bounded, and neighbours part: evidence, no proof (`ChaosTest`).
    case chaotic
    case undecided
    /// Not computed: the run was stopped.
    case missing
  }
  package var kind: Kind
  /// How many cells.
  package var count: Int

  /// The name of the outcome, as for a single run.
  package var outcome: String {
    switch kind {
    case .stationary, .approaching: Regime.Outcome.stationary.rawValue
    case .cycle: Regime.Outcome.cycle.rawValue
    case .divergent: Regime.Outcome.divergent.rawValue
    case .leavesDomain: Regime.Outcome.leavesDomain.rawValue
    case .chaotic: Regime.Outcome.chaotic.rawValue
    case .undecided: Regime.Outcome.undecided.rawValue
    case .missing: "missing"
    }
  }
}

/// A computed map.
///
/// Cells are stored by rows: the cell of column i and row j is `cells[j * columns + i]`; row 0 has the
/// least value of the vertical axis.
package struct RegimeMap: Sendable {
  package let plan: RegimeMapPlan
  /// The classes that occur: limits in ascending order, those approached slowly, cycles by period, then the others.
  package let legend: [MapClass]
  /// The class of each cell: an index into `legend`.
  package let cells: [UInt8]
  /// The step at which a cell escaped, or at which its steps had become smaller than the tolerance (seen
  /// at every fourth step); 0 for other cells.
  package let times: [UInt32]
  /// The dimension of the boundary between classes; nil where there is too little boundary.
  package let boundary: BoxDimension?
  /// Names of the variables that moved, in the order of the limits.
  package let moving: [String]
  /// After how many further steps a cell is called chaotic.
  package static let chaosSteps = ChaosTest.steps
  package var isComplete: Bool { !legend.contains { $0.kind == .missing } }

  /// How fast a cell was decided, from 1 (at once) to 0 (at the last step), logarithmic; nil where its class
  /// has no such time.
  package func shade(_ cell: Int) -> Double? {
    let t = Double(times[cell])
    guard t > 0, plan.steps > 1 else { return nil }
    return 1 - min(1, logarithm(t) / logarithm(Double(plan.steps)))
  }
}
