// What a cell has come to after its run: a state that returns, to rest or round a cycle. A return within
// the tolerance is confirmed by going round once more, and a limit by the slope about it (`RestTest`).
import Calculus

extension MapPart {
  func record() {
    let states = history + orbits.t % slots * width * BlockProgram.block
    for v in 0..<width {
      let x = orbits.position[v]
      for lane in 0..<orbits.count { states[v * BlockProgram.block + orbits.ids[lane]] = x[lane] }
    }
  }

  /// The largest difference of a coordinate between now and `back` steps ago.
  private func distance(_ lane: Int, back: Int) -> Double {
    let states = history + (orbits.t - back) % slots * width * BlockProgram.block + orbits.ids[lane]
    var largest = 0.0
    for v in 0..<width {
      largest = max(largest, abs(orbits.position[v][lane] - states[v * BlockProgram.block]))
    }
    return largest
  }

  /// The largest size of a variable above which tolerances are relative.
  private static let large = 1e3

  /// The tolerance at the size that the orbit in a lane has.
  private func tolerance(_ lane: Int) -> Double { tolerance * max(1, size(lane) / MapPart.large) }

  private func size(_ lane: Int) -> Double {
    orbits.position.reduce(0) { max($0, abs($1[lane])) }
  }

  /// The least period p with |x_T − x_{T−p}| within the tolerance, confirmed by going round once more;
  /// what is far out and does not return may be on its way to infinity.
  func confirmReturns(_ base: Int) {
    let fates = results.fates + base
    let last = orbits.t
    record()
    orbits.removeLanes { lane in
      let id = orbits.ids[lane]
      found[id] = period(lane, longest: last)
      guard found[id].period == 0 else { return false }
      let leaves = last > 0 && size(lane) > plan.escape && leaves(lane)
      end(base + id, lane, leaves ? .divergent : .undecided)
      if leaves { results.times[base + id] = UInt32(clamping: last) }
      return true
    }
    while orbits.count > 0 {
      orbits.step { id, _, _, _ in fates[id] = CellFate.undecided.code }
      let done = orbits.t - last
      orbits.removeLanes { lane in
        let id = orbits.ids[lane]
        guard found[id].period == done else { return false }
        let again = distance(lane, back: done)
        end(
          base + id, lane,
          isReturn(lane, done, found[id].distance, again) ? .returns(period: done) : .undecided)
        return true
      }
      record()
    }
  }

  /// The least period within the tolerance, and how well it returns; 0 where there is none, or where the
  /// points of the cycle are so close together that it may be a limit approached from both sides.
  private func period(_ lane: Int, longest: Int) -> (period: Int, distance: Double) {
    var least = Double.infinity
    let tolerance = tolerance(lane)
    for p in 1..<max(min(slots, longest + 1), 1) {
      let d = distance(lane, back: p)
      if d <= tolerance { return least > tolerance * 1e3 ? (p, d) : (0, d) }
      least = min(least, d)
    }
    return (0, 0)
  }

  /// Whether two rounds that ended `first` and `second` away from where they began show a return.
  ///
  /// The second must be the better one, and the distance still to go, as their geometric series has it,
  /// small: else it is a slow drift, or the cycle repels. Where both are roundings, a limit rests on the
  /// slope about it and a cycle on what a step aside becomes; a cycle that returns exactly is one.
  private func isReturn(_ lane: Int, _ period: Int, _ first: Double, _ second: Double) -> Bool {
    let rounding = 16 * size(lane).ulp
    let isRounding = first <= rounding && second <= rounding
    let shrinks =
      second <= 0.999 * first && second * second <= (first - second) * tolerance(lane) * 1e3
    if period == 1 {
      // What swings to a limit comes closer in some steps, not in each.
      let point = orbits.point(lane)
      return
        (isRounding || shrinks
        || rest.contracts(point, period: MapPart.swing, rate: orbits.rate(lane)))
        && isAtRest(lane)
    }
    if first == 0, second == 0 { return true }
    if isRounding {
      return rest.contracts(orbits.point(lane), period: period, rate: orbits.rate(lane))
    }
    return shrinks
  }

  /// In so many steps a spiral goes round several times, or its multipliers are next to 1.
  private static let swing = 32

  /// Whether a stationary point is near the orbit in a lane.
  func isAtRest(_ lane: Int) -> Bool {
    if sharesStationaryPoints, isKnown(lane) { return true }
    let x = orbits.point(lane)
    guard rest.isStationary(x) else { return false }
    known = orbits.moving.map { x[$0] }
    return true
  }

  private func isKnown(_ lane: Int) -> Bool {
    guard known.count == width else { return false }
    for v in 0..<width {
      let at = orbits.position[v][lane]
      if !(abs(at - known[v]) <= RestTest.reach / 2 * max(1, abs(at))) { return false }
    }
    return true
  }
}
