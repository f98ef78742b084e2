// The long tier: steps in doubles, rows certified about the double x_t, head and tail kept.
import Calculus

extension DescentPlan {
  /// Rows that a step in doubles goes through in some µs.
  private static let quickRows = 64

  /// How many rows a long run keeps at each end.
  static let kept = 8

  func runDoubles(
    _ out: inout Trajectory, from start: State<Double>,
    _ cancelled: () -> Bool, _ progress: (Int) -> Void
  ) {
    let first = out.steps
    let overData = rowsOfStep > DescentPlan.mostCertifiedRows ? RowsOverData(self) : nil
    func row(_ t: Int, _ state: State<Double>, _ trusted: Int?) -> Row {
      guard let overData else { return self.row(t, state, trusted) }
      var row = overData.row(t, state)
      row.trusted = trusted
      return row
    }
    let orbit = Orbit(self, from: start, t: first, kept: DescentPlan.kept)
    // Every row of a short run is shown, with the digits that its errors leave.
    let all = steps - first <= (loss.overRows ? 2 * DescentPlan.kept : 1000)
    // Steps between two looks at Ctrl-C: of many rows one takes some ms.
    let stretch = max(1, 1024 / max(1, rowsOfStep / DescentPlan.quickRows))
    // How errors grow is measured by steps of their own.
    let isMeasured = isAnalysable
    let head = all ? steps : first + DescentPlan.kept - 1
    var spread = 1e-16
    var stop: Stop?
    while stop == nil {
      let t = orbit.t
      if t <= head {
        out.rows.append(row(t, orbit.state, isMeasured ? trusted(spread) : nil))
      } else if isKept(t), t < steps {
        out.rows.append(row(t, orbit.state, nil))
      }
      if t >= steps {
        stop = .stepsUsed
      } else if all || t % stretch == 0, cancelled() {
        stop = .interrupted
      } else {
        if t & 0xF_FFFF == 0, t > first { progress(t) }
        let pause = every > 1 ? (t / every + 1) * every : steps
        let before = orbit.state
        stop = orbit.advance(
          self, to: t < head ? t + 1 : min(steps, pause, (t / stretch + 1) * stretch))
        if all, stop == nil, isMeasured {
          spread = grow(spread, before, orbit.x, rate(DoubleArithmetic(), t), t)
        }
      }
    }
    out.steps = orbit.t
    let known = out.rows.last.map { $0.t + 1 } ?? first
    for s in orbit.recent(from: known) { out.rows.append(row(s.t, s.state, nil)) }
    if let l = out.rows.last { out.rows[out.rows.count - 1] = l.asLast }
    out.stop = stop ?? .stepsUsed
  }

  /// Whether a row of the middle of a long run is kept.
  private func isKept(_ t: Int) -> Bool { every > 1 && t % every == 0 && steps / every <= 5000 }

  /// Digits that a relative error leaves.
  private func trusted(_ spread: Double) -> Int {
    var d = 0
    var s = spread
    while s < 0.05, d < 16 {
      s *= 10
      d += 1
    }
    return d
  }

  /// How a small error grows in one step: the map's own stretch measured by nearby starts, plus one rounding.
  ///
  /// An estimate, not a bound. Of many entries some are moved, evenly apart. Cost: a step for each.
  private func grow(
    _ spread: Double, _ state: State<Double>, _ next: [Double], _ eta: Double, _ t: Int
  ) -> Double {
    let a = DoubleArithmetic()
    let x = state.x
    var worst = 0.0
    let moved = min(x.count, DescentPlan.mostMoved)
    for k in (0..<moved).map({ $0 * x.count / moved }) {
      var y = state.all
      let h = max(abs(x[k]), 1e-8) * 1e-6
      y[k] += h
      let near = step.run(a, from: State(y, entries: x.count), eta: eta, t: t).next.x
      for j in x.indices {
        let stretch = abs(near[j] - next[j]) / h * abs(x[k]) / max(abs(next[j]), 1e-300)
        worst = max(worst, stretch)
      }
    }
    return min(1, spread * max(worst, 1e-3) + 2.3e-16)
  }

  /// How many entries are moved to see how errors grow.
  private static let mostMoved = 32

  /// Beyond this precision a row about a double is printed with the digits that it has.
  private static let mostRowBits = 2048
  /// What one such row may cost beyond 256 bits, in the unit of `Effort`: some 10 ms, a thousand of them 10 s.
  private static let rowEffort = 30_000

  private func row(
    _ t: Int, _ state: State<Double>, _ trusted: Int?
  ) -> Row {
    let here = state.map { Certified($0) }
    var bits = 128
    while true {
      let a = CertifiedArithmetic(bits: bits)
      let raw = raw(a, here, t)
      var row = Row(t, here, raw, a, .double)
      let isEnough =
        bits >= DescentPlan.mostRowBits
        || bits >= 256 && loss.gradient.cost(bits: 2 * bits) > DescentPlan.rowEffort
      if row.isCertified(digits) || isEnough {
        // What has overflowed has no digit.
        row.trusted = state.x.allSatisfy(\.isFinite) ? trusted : nil
        return row
      }
      bits *= 2
    }
  }
}

extension DescentPlan {
  /// η of the number of the step, prepared for many steps.
  final class Schedule {
    private let plan: DescentPlan
    private let runner: DoubleProgram

    init(_ plan: DescentPlan) {
      self.plan = plan
      runner = DoubleProgram(plan.eta)
    }

    /// The rate of step t.
    func rate(_ t: Int) -> Double {
      for (k, n) in plan.countsOfRate(t).enumerated() { runner.input[k] = Double(n) }
      runner.run()
      return runner[0]
    }
  }
}
