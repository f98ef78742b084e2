// Orbits that go one way without a factor: slow convergence at a neutral point or by steps whose sum is
// finite, flights along which C falls to a finite infimum, drift. All evidence, never proof.
import Calculus
import Glibc

extension RegimeSearch {
  /// A stationary point with the multiplier exactly −1 in one variable: the third-order term of two
  /// steps decides (x ← x + cx³: attracts where c < 0).
  func neutralPoint() throws(Lack) -> Regime {
    guard let c = observed.neutral, c.period == 1,
      let p = c.points[0][0].rational,
      c.multipliers.first?.real.rational == -.one
    else { throw .noNeutralPoint }
    let jets = JetArithmetic(CertifiedArithmetic(bits: 256), order: 3)
    let x = jets.variable(.exact(p), slope: .exact(.one))
    let two = map.next(jets, map.next(jets, [x]))[0]
    guard two[3].sign == -1 else { throw .cycleRepels(period: 1) }
    // Looks are four times apart, but for the last: 1/√t halves from one to the next.
    let looks = observed.looks.dropLast().suffix(3).map { abs($0.x[0] - p.nearestDouble) }
    guard looks.count == 3, zip(looks, looks.dropFirst()).allSatisfy({ $1 < 0.75 * $0 }) else {
      throw .doesNotComeCloser
    }
    if orbit.errors.areDecisive {
      // The doubles passed a boundary closely: which side the true orbit takes is not known.
      let near = max(1e-6 * max(1, abs(p.nearestDouble)), 1.5 * (looks.first ?? 0))
      let agree = othersAgree(orbit.t) { end in
        end.map { abs($0[0] - p.nearestDouble) <= near } ?? false
      }
      if !agree {
        return resolved(about: 2 * orbit.t) ?? .undecided(.boundaryIsNear)
      }
    }
    var r = Regime(.stationary, .neutralPoint)
    r.limit = [.exact(p)]
    describe(&r)
    r.convergence = .sublinear
    r.alternates = true
    r.lyapunov = 0
    return r
  }

  /// Steps that fall like t^−a with a > 1: convergence slower than any factor.
  func slowApproach() throws(Lack) -> Regime {
    let looks = observed.looks.suffix(4)
    if orbit.errors.areDecisive { throw .roundingDecides }
    guard looks.count == 4, orbit.size < 1e6 else { throw .tooFewSteps }
    let powers = zip(looks, looks.dropFirst()).map {
      log($0.step / $1.step) / log(Double($1.t) / Double($0.t))
    }
    guard powers.allSatisfy({ $0 > 1.15 && $0 < 3 }),
      let low = powers.min(), let high = powers.max(), high - low < 0.15,
      let last = looks.last, last.step > 0
    else { throw .stepsAreNoPower }
    // Beyond the last look the orbit still moves by the sum of its steps, about step·t/(a − 1).
    let rest = last.step * Double(last.t) / (low - 1)
    guard rest < 0.2 * max(1, orbit.size) else { throw .stepsAreNoPower }
    // It must be a stationary point without a multiplier beyond ±1.
    let here = orbit.x.map { Certified($0) }
    let h = loss.hessian(at: here).map { $0.map { $0.estimate ?? .nan } }
    guard h.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { throw .curvaturesNotEnclosed }
    let eta = map.eta.nearestDouble
    let factors = SpectralNorm.eigenvalues(h).map { 1 - eta * $0 }
    guard factors.allSatisfy({ abs($0) < 1 + 10 * rest * eta }),
      loss.gradient.evaluate(DoubleArithmetic(), at: orbit.x).slopes.allSatisfy({ abs($0) < 1e-3 }),
      holdsStationaryPoint(orbit.x, 2 * rest)
    else { throw .noRestNear }
    let a = EnclosureArithmetic(bits: 128)
    var r = Regime(.stationary, .stepsShrinkAsPower(low))
    r.limit = here.map { .enclosed(a.ball($0.number(a), a.constant(2 * rest))) }
    r.kind = .degenerate
    r.convergence = .sublinear
    return r
  }

  /// The way ahead along the last displacement, at distances 1, 2, 4 …: slope and fall of C.
  func fallAhead() throws(Lack) -> Regime {
    let looks = observed.looks.suffix(3)
    if orbit.errors.areDecisive { throw .roundingDecides }
    guard looks.count == 3, let last = looks.last, let first = looks.first,
      zip(looks, looks.dropFirst()).allSatisfy({ $1.value <= $0.value })
    else { throw .doesNotGoOneWay }
    let move = zip(last.x, first.x).map { $0 - $1 }
    let length = move.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let norm = last.x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, norm >= first.x.reduce(0, { $0 + $1 * $1 }).squareRoot() else {
      throw .doesNotGoOutward
    }
    // One way: the looks lie on nearly one line.
    let half = zip(looks[looks.startIndex + 1].x, first.x).map { $0 - $1 }
    let along = zip(half, move).reduce(0) { $0 + $1.0 * $1.1 } / length
    let size = half.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard along > 0.9 * size else { throw .doesNotGoOneWay }
    let d = move.map { $0 / length }
    let runner = DoubleProgram(loss.gradient)
    var values: [Double] = []
    // 40 doublings show how C falls; beyond them, as far as doubles go, it must not rise again.
    for k in 0..<1000 {
      let s = max(1, norm) * (pow(2, Double(k)) - 1)
      let x = zip(last.x, d).map { $0 + s * $1 }
      runner.run(at: x)
      let slope = d.indices.reduce(0) { $0 + runner[1 + $1] * d[$1] }
      guard runner[0].isFinite, !slope.isNaN, s.isFinite else {
        if !hasValue(x) { throw .domainEndsAhead }
        break
      }
      if slope > 0 { throw .slopeTurnsAhead }
      guard k < 40 else { continue }
      values.append(runner[0])
      if k > 0, !certainlyFalls(last.x, d, norm, k) { throw .slopeTurnsAhead }
    }
    // exp overflows soon; what falls so fast shows it early.
    let falls = zip(values, values.dropFirst()).map { $0 - $1 }
    guard values.count >= 7, falls.allSatisfy({ $0 >= 0 }) else { throw .fallsUnlikeEither }
    let tail = falls.suffix(6)
    let ratios = zip(tail, tail.dropFirst()).map { $0 > 0 ? $1 / $0 : 0 }
    if ratios.allSatisfy({ $0 < 0.75 }), let infimum = values.last {
      return Regime(
        .runsOff, .keepsFalling(steps: orbit.t, value: orbit.value, towards: infimum))
    }
    if values.count >= 20, ratios.allSatisfy({ $0 > 1 - 1e-6 }) {
      return Regime(.divergent, .fallsWithoutLimit)
    }
    throw .fallsUnlikeEither
  }

  /// Whether the loss has a value at a point where the doubles have none.
  ///
  /// exp overflows there, and a logarithm may end. A point beyond the doubles counts.
  private func hasValue(_ x: [Double]) -> Bool {
    guard x.allSatisfy(\.isFinite) else { return true }
    let a = EnclosureArithmetic(bits: 96)
    return loss.gradient.evaluate(a, at: x.map { a.constant($0) }).everything.allSatisfy(
      \.isDefined)
  }

  /// One variable: f′ has no zero between two of the distances, by subdivision.
  private func certainlyFalls(
    _ x: [Double], _ d: [Double], _ norm: Double, _ k: Int
  ) -> Bool {
    guard x.count == 1 else { return true }
    let a = EnclosureArithmetic(bits: 96)
    let ends = [k - 1, k].map { a.constant(x[0] + d[0] * max(1, norm) * (pow(2, Double($0)) - 1)) }
    var pending = [(ends[0], ends[1])]
    var budget = 200
    while let (l, u) = pending.popLast() {
      budget -= 1
      if budget < 0 { return false }
      let slope = loss.gradient.evaluate(a, at: [a.hull(l, u)]).slope(0)
      if let s = slope.sign, s * (d[0] > 0 ? 1 : -1) < 0 { continue }
      // exp(−x²) and the like underflow to [−tiny, 0].
      if slope.isDefined, abs(slope.lowerDouble) < 1e-300, abs(slope.upperDouble) < 1e-300 {
        continue
      }
      let m = a.center(a.hull(l, u))
      pending += [(l, m), (m, u)]
    }
    return true
  }

  /// One way, slowly: C falls at every look and the last step is a small part of the way.
  func drift() throws(Lack) -> Regime {
    let looks = observed.looks.suffix(3)
    guard looks.count == 3, let last = looks.last, let first = looks.first,
      zip(looks, looks.dropFirst()).allSatisfy({ $1.value < $0.value }), last.step > 0
    else { throw .doesNotGoOneWay }
    let way = zip(last.x, first.x).reduce(0) { max($0, abs($1.0 - $1.1)) }
    let recent = zip(last.x, orbit.state(min(200, orbit.t))).reduce(0) {
      max($0, abs($1.0 - $1.1))
    }
    // 200 steps one way make 200 steps of way.
    guard last.step < 1e-2 * max(way, 1e-12), recent > 100 * last.step || recent < 1e-3 * way else {
      throw .doesNotGoOneWay
    }
    // The coordinate that goes farthest, by what it gains and not by how it swings.
    let gone = zip(last.x, first.x).map { abs($0 - $1) }
    let k = gone.indices.max { gone[$0] < gone[$1] } ?? 0
    let steps = min(200, orbit.t)
    return Regime(
      .drifting,
      .drifts(
        Drift(
          steps: orbit.t, variable: loss.variables[k],
          pace: abs(orbit.x[k] - orbit.state(steps)[k]) / Double(steps),
          before: (first.t, first.value), now: (last.t, last.value))))
  }
}
