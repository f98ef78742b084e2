// The one loop. Short runs carry the orbit itself: exactly while it is rational and small, then in
// enclosures whose precision doubles until every digit shown is certain. Long runs go on in doubles,
// and each row shown is certified about the double x_t.
import Calculus

/// What to run.
package struct DescentPlan: Sendable {
  package private(set) var step: StepProgram
  package var loss: Loss { step.loss }
  package var method: Method { step.method }
  /// The rate as a program in the step number t.
  package var eta: Program
  /// Where the run starts.
  package var start: [TypedNumber]
  package var steps: Int
  /// Stop when ‖∇C‖ falls below; 0 for never.
  package var tolerance: Rational
  /// Significant digits wanted in every row.
  package var digits: Int
  /// Where only doubles are wanted.
  package var doublesOnly: Bool
  /// Of a long run in doubles every so many rows are kept besides head and tail; 1 keeps those alone.
  package var every = 1
  /// How many steps may carry the orbit itself.
  package var certifiedSteps: Int
  /// What each step draws; nil where nothing is drawn.
  package var sampling: Sampling?
  /// Of a run over batches after how many steps the loss over all rows is told; nil for never.
  package var fullEvery: Int?

  package init(
    _ step: StepProgram, eta: Program, start: [TypedNumber], steps: Int,
    tolerance: Rational = .zero, digits: Int = 6, doublesOnly: Bool = false,
    certifiedSteps: Int = 1000
  ) {
    self.step = step
    self.eta = eta
    self.start = start
    self.steps = steps
    self.tolerance = tolerance
    self.digits = digits
    self.doublesOnly = doublesOnly
    self.certifiedSteps = certifiedSteps
  }
}

extension DescentPlan {
  /// The same of another loss; nil where the rule has no meaning for it.
  func with(_ loss: Loss, start: [TypedNumber]) -> DescentPlan? {
    guard let step = try? StepProgram(method, on: loss) else { return nil }
    var out = self
    out.step = step
    out.start = start
    return out
  }
}

/// Why a run ended.
package enum Stop: Equatable, Sendable {
  case stepsUsed
  /// The gradient is exactly 0.
  case landed
  /// In doubles the step is too short to move x.
  case stalled
  case gradientBelow
  /// The state is exactly one met before, so many steps ago.
  case cycle(Int)
  case overflow
  /// The loss, its slope or the step has no value.
  case undefined(MissingValue)
  /// Too few digits tell whether it has one.
  case undecided(MissingValue)
  case interrupted
}

/// A run: its rows, and why it stopped.
package struct Trajectory: Sendable {
  package var plan: DescentPlan
  /// All rows of a short run; head and tail of a long one.
  package var rows: [Row]
  package var stop: Stop
  /// Steps done.
  package var steps: Int
  /// Where the run ends and how, once `classified`.
  package var regime: Regime?
  package var last: Row? { rows.last }
}

extension DescentPlan {
  /// Runs the plan; `cancelled` is polled each step, `progress` hears the step number at times.
  package func run(
    cancelled: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) -> Trajectory {
    var out = carried(cancelled, progress)
    if var expected = ExpectedLoss(self) {
      var row = 0
      for t in 0...out.steps {
        guard row < out.rows.count, let value = expected.next() else { break }
        if out.rows[row].t == t {
          out.rows[row].expected = value
          row += 1
        }
      }
    }
    if let fullEvery {
      let a = CertifiedArithmetic(bits: 128)
      for k in out.rows.indices where out.rows[k].t % fullEvery == 0 || k == out.rows.count - 1 {
        out.rows[k].full = loss.program.run(a, at: out.rows[k].point)[0]
      }
    }
    return out
  }

  private func carried(_ cancelled: () -> Bool, _ progress: (Int) -> Void) -> Trajectory {
    var out = Trajectory(plan: self, rows: [], stop: .stepsUsed, steps: 0)
    if doublesOnly || rowsOfStep > DescentPlan.mostCertifiedRows {
      let start = step.start(DoubleArithmetic(), at: start.doubles)
      runDoubles(&out, from: start, cancelled, progress)
      return out
    }
    let orbit = min(steps, certifiedSteps)
    guard let end = runOrbit(&out, orbit, cancelled) else { return out }
    if !out.rows.isEmpty { out.rows.removeLast() }
    runDoubles(&out, from: end, cancelled, progress)
    return out
  }

  /// Whether what is proved of runs may be asked of this one: it draws nothing, and its loss is written out.
  package var isAnalysable: Bool { sampling == nil && !loss.overRows }

  /// Whether its loss has a mean over all seeds that can be followed (`ExpectedLoss`).
  package var hasExpectedLoss: Bool {
    sampling?.deviations != nil && step.isGradientDescent && loss.isQuadratic && !loss.overRows
      && start.count <= SymmetricEigenvalues.largest
  }

  /// Rows up to which a step is taken in exact numbers or enclosures.
  static let mostCertifiedRows = 1000

  /// How many rows of data a step goes through; 1 where they are written out or there are none.
  var rowsOfStep: Int {
    guard loss.overRows else { return 1 }
    return sampling?.batches?.size ?? loss.rowCount
  }

  private func affords(bits: Int, steps: Int) -> Bool {
    loss.affords(bits: bits, steps: steps * rowsOfStep)
  }

  /// Step t from a state, with what it draws.
  func raw<A: Arithmetic>(_ a: A, _ state: State<A.Number>, _ t: Int) -> RawStep<A.Number> {
    step.raw(
      a, from: state, eta: rate(a, t), t: t, noise: sampling?.noise(t).map(a.constant) ?? [],
      picks: sampling?.picks(t))
  }

  /// η at step t.
  package func rate<A: Arithmetic>(_ a: A, _ t: Int) -> A.Number {
    eta.run(a, at: countsOfRate(t).map { a.constant(Rational($0)) })[0]
  }

  /// The numbers that the rate is a formula in: the epoch where it is called k, else the step.
  func countsOfRate(_ t: Int) -> [Int] { eta.variables.map { $0 == "k" ? epoch(t) : t } }

  /// The epoch that step t belongs to, from 0.
  package func epoch(_ t: Int) -> Int { t / (sampling?.batches?.stepsOfEpoch ?? 1) }

  func below(_ norm: Certified) -> Bool {
    guard !tolerance.isZero, let n = norm.nearestDouble else { return false }
    return n < tolerance.nearestDouble
  }

  /// The orbit itself from exact data; restarts with twice the bits until the rows are certain.
  ///
  /// Returns the last state as doubles where the run goes on in them, nil where it ended: after `to` steps,
  /// or where the next row takes more digits than the effort allows.
  private func runOrbit(
    _ out: inout Trajectory, _ to: Int, _ cancelled: () -> Bool
  ) -> State<Double>? {
    var bits = 128
    // What fewer bits reached: all that there is when the next attempt is interrupted early.
    var reached: [Row] = []
    while true {
      let a = CertifiedArithmetic(bits: bits)
      var here = state(a)
      var recent: [[Rational]] = []
      out.rows = []
      out.steps = 0
      var stop: Stop?
      var isTooLong = false
      while stop == nil {
        let t = out.steps
        let raw = raw(a, here, t)
        let exact = here.x.compactMap(\.rational)
        let isExact = exact.count == here.x.count
        var row = Row(t, here, raw, a, isExact ? .exact : .orbit)
        row.trusted = row.point.map { $0.certainDigits(digits) }.min()
        let numbers = [raw.value, raw.change] + raw.slope + raw.next.x
        let lost = numbers.contains { !$0.isDefined }
        let enough = !lost && (t >= to ? row.asLast : row).isCertified(digits)
        let hopeless = numbers.contains { $0.isCertainlyUndefined || $0.overflows }
        let wantsMore = !enough && !hopeless && bits < DescentPlan.mostBits
        let affordable =
          affords(bits: bits, steps: t + 1)
          && (!wantsMore || affords(bits: 2 * bits, steps: min(to, 2 * t + 16) + 1))
        if !affordable, !hopeless {
          // In doubles it goes on from the last row, or from the start.
          if let last = out.rows.last {
            out.steps = last.t
            here = last.state
          }
          stop = .stepsUsed
          isTooLong = true
          break
        }
        if wantsMore { break }
        let kept = zip(raw.next.kept, here.kept).map { a.subtract($0, $1) }
        let stays = row.slopeNorm.sign == 0 && (raw.displacement + kept).allSatisfy { $0.sign == 0 }
        if lost && !(t >= to && raw.value.isDefined && row.slopeNorm.isDefined) {
          stop = lostAt(row, raw, a, &out)
          break
        }
        if stays, restsForGood {
          stop = .landed
        } else if step.isMemoryless, isAutonomous, isExact,
          let k = recent.lastIndex(of: exact)
        {
          stop = .cycle(recent.count - k)
        } else if below(row.slopeNorm) {
          stop = .gradientBelow
        } else if t >= to {
          stop = .stepsUsed
        } else if cancelled() {
          stop = .interrupted
        } else if ([raw.value, raw.nextValue] + raw.next.x).contains(where: \.overflows) {
          stop = .overflow
        }
        out.rows.append(stop == nil || stop == .landed ? row : row.asLast)
        if stop != nil { break }
        recent.append(exact)
        if recent.count > 64 { recent.removeFirst() }
        here = raw.next
        out.steps += 1
      }
      if let stop {
        out.stop = stop
        if stop == .interrupted, let last = reached.last, last.t > out.steps {
          out.rows = reached.dropLast() + [last.asLast]
          out.steps = last.t
        }
        guard stop == .stepsUsed, to < steps || isTooLong else { return nil }
        return here.map { $0.estimate ?? .nan }
      }
      if out.rows.count > reached.count { reached = out.rows }
      bits *= 2
    }
  }

  /// Beyond this precision a row is printed with the digits that it has.
  static let mostBits = 16_384

  /// Whether the rate depends on the step.
  package var isSchedule: Bool { eta.instructions.contains { $0.opcode == .variable } }

  /// Whether what a step does not move no later step moves: of a known law, or where all steps are alike.
  var restsForGood: Bool { sampling == nil && (step.law != nil || isAutonomous) }

  /// Whether every step is made in the same way.
  package var isAutonomous: Bool { !isSchedule && !step.readsStep && sampling == nil }

  /// Ends a run at a row whose value, slope or step is undefined.
  private func lostAt(
    _ row: Row, _ raw: RawStep<Certified>, _ a: CertifiedArithmetic, _ out: inout Trajectory
  ) -> Stop {
    func stop(_ numbers: [Certified], _ why: MissingValue) -> Stop {
      numbers.contains(where: \.isCertainlyUndefined) ? .undefined(why) : .undecided(why)
    }
    let missing = missing(a, row)
    let end: Stop =
      switch missing {
      case .value: stop([raw.value], missing)
      case .slope, .slopeOfFunction: stop(raw.slope, missing)
      case .rate: stop([rate(a, row.t)], missing)
      case .asked, .rule, .inDoubles: stop(raw.next.x, missing)
      case .landing: stop(raw.next.x + [raw.nextValue], missing)
      }
    guard case .landing = missing else { return end }
    var last = row
    if case .undefined = end { (last.change, last.error) = (.undefined(""), .undefined("")) }
    out.rows.append(last)
    return end
  }

  /// What of the step from a row has no value.
  private func missing(_ a: CertifiedArithmetic, _ row: Row) -> MissingValue {
    let eta = rate(a, row.t)
    guard eta.isDefined else {
      return .rate(
        .first(in: self.eta, at: self.eta.variables.map { _ in .exact(Rational(row.t)) }))
    }
    return step.missing(a, from: row.state, eta: eta, t: row.t) ?? .landing(nil)
  }
}
