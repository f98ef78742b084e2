// The long tier: steps in doubles, rows certified about the double x_t, head and tail kept.
import Calculus

extension DescentPlan {
  /// How many rows a long run keeps at each end.
  static let kept = 8

  func runDoubles(
    _ out: inout Trajectory, from x0: [Double], _ memory0: [Double],
    _ cancelled: () -> Bool, _ progress: (Int) -> Void
  ) {
    let a = DoubleArithmetic()
    var x = x0
    var memory = memory0
    var tail: [(t: Int, x: [Double], memory: [Double])] = []
    let first = out.steps
    let all = steps - first <= 1000
    var stop = Stop.stepsUsed
    var spread = 1e-16
    var digits: [Int: Int] = [:]
    while true {
      let t = out.steps
      if all || t < first + DescentPlan.kept {
        digits[t] = trusted(spread)
        out.rows.append(row(t, x, memory, digits[t]))
      } else if isKept(t) {
        out.rows.append(row(t, x, memory, nil))
        tail.removeAll()
      } else {
        tail.append((t, x, memory))
        if tail.count > 2 * DescentPlan.kept { tail.removeFirst(DescentPlan.kept) }
      }
      if t >= steps { break }
      if !all, t == first + DescentPlan.kept, step.isGradientDescent, !isSchedule {
        runPlain(&out, from: x, cancelled, progress)
        return
      }
      if all || t & 1023 == 0 {
        if cancelled() {
          stop = .interrupted
          break
        }
        if t & 0xF_FFFF == 0, t > first { progress(t) }
      }
      let eta = rate(a, t)
      let move = step.run(a, from: x, memory: memory, eta: eta, t: t)
      let norm = move.slopeSquared.squareRoot()
      if restsForGood, move.slope.allSatisfy({ $0 == 0 }),
        move.displacement.allSatisfy({ $0 == 0 }), move.memory == memory || step.law != nil
      {
        stop = .landed
        break
      }
      if norm < tolerance.nearestDouble {
        stop = .gradientBelow
        break
      }
      let next = move.next
      if next.contains(where: { !$0.isFinite }) || !move.value.isFinite {
        stop = next.contains(where: \.isNaN) && move.value.isNaN ? .undefined("a value") : .overflow
        break
      }
      if next == x, move.memory == memory, isAutonomous {
        stop = .stalled
        break
      }
      if all { spread = grow(spread, x, next, eta, memory, t) }
      x = next
      memory = move.memory
      out.steps += 1
    }
    for s in tail.suffix(DescentPlan.kept) { out.rows.append(row(s.t, s.x, s.memory, nil)) }
    if let l = out.rows.last { out.rows[out.rows.count - 1] = l.asLast }
    out.stop = stop
  }

  /// Whether a row of the middle of a long run is kept.
  private func isKept(_ t: Int) -> Bool { every > 1 && t % every == 0 && steps / every <= 5000 }

  /// The rest of a long run of gradient descent at a constant rate.
  private func runPlain(
    _ out: inout Trajectory, from x: [Double], _ cancelled: () -> Bool, _ progress: (Int) -> Void
  ) {
    let first = out.steps
    var orbit = PlainOrbit(
      loss, eta: rate(DoubleArithmetic(), 0), from: x, step: first,
      tolerance: tolerance.nearestDouble, kept: DescentPlan.kept)
    var stop: Stop?
    while stop == nil {
      let pause = every > 1 ? (orbit.t / every + 1) * every : steps
      stop = orbit.advance(to: min(steps, pause, (orbit.t | 1023) + 1))
      if stop == nil, isKept(orbit.t), orbit.t < steps {
        out.rows.append(row(orbit.t, orbit.x, [], nil))
      }
      if stop == nil, orbit.t >= steps { stop = .stepsUsed }
      if stop == nil, cancelled() { stop = .interrupted }
      if orbit.t & 0xF_FFFF == 0 { progress(orbit.t) }
    }
    out.steps = orbit.t
    let known = out.rows.last.map { $0.t + 1 } ?? first
    for s in orbit.recent(from: first) where s.t >= known {
      out.rows.append(row(s.t, s.x, [], nil))
    }
    if let l = out.rows.last { out.rows[out.rows.count - 1] = l.asLast }
    out.stop = stop ?? .stepsUsed
  }

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

  /// How a small error grows in one step: the map's own stretch measured by a nearby start, plus
  /// one rounding.
  ///
  /// An estimate, not a bound.
  private func grow(
    _ spread: Double, _ x: [Double], _ next: [Double], _ eta: Double, _ memory: [Double], _ t: Int
  ) -> Double {
    let a = DoubleArithmetic()
    var worst = 0.0
    for k in x.indices {
      var y = x
      let h = max(abs(x[k]), 1e-8) * 1e-6
      y[k] += h
      let moved = step.run(a, from: y, memory: memory, eta: eta, t: t).next
      for j in x.indices {
        let stretch = abs(moved[j] - next[j]) / h * abs(x[k]) / max(abs(next[j]), 1e-300)
        worst = max(worst, stretch)
      }
    }
    return min(1, spread * max(worst, 1e-3) + 2.3e-16)
  }

  private func row(
    _ t: Int, _ x: [Double], _ memory: [Double], _ trusted: Int?
  ) -> Row {
    let point = x.map { Certified($0) }
    let kept = memory.map { Certified($0) }
    var bits = 128
    while true {
      let a = CertifiedArithmetic(bits: bits)
      let raw = step.raw(a, at: point, eta: rate(a, t), memory: kept, t: t)
      var row = Row(t, point, raw, a, .double)
      row.memory = kept
      if row.isCertified(digits) || bits >= 2048 {
        // What has overflowed has no digit.
        row.trusted = x.allSatisfy(\.isFinite) ? trusted : nil
        return row
      }
      bits *= 2
    }
  }
}
