// What exact numbers show: the rows of the run, and the orbit in fractions for as long as they stay short.
import Calculus

extension RegimeSearch {
  /// What the run ended with, where that is exact.
  func exactRows() throws(Lack) -> Regime {
    guard let last = run.rows.last, last.tier != .double else { throw .rowsShowNoEnd }
    switch run.stop {
    case .landed:
      var r = Regime(.stationary, proved: true, .gradientVanishes(after: run.steps))
      r.limit = last.point
      r.convergence = .finite
      describe(&r)
      return r
    case .cycle(1) where plan.step.law == nil:
      return resting(last.point, run.steps - 1)
    case .cycle(let p):
      let points = run.rows.suffix(p + 1).prefix(p).map(\.point)
      return recurring(points, .returns(step: run.steps, to: run.steps - p))
    case .undefined(let why):
      return Regime(
        .leavesDomain, proved: true, .leavesDomain(step: run.steps, reason: why))
    case .overflow where run.steps == 0: return .undecided(.firstStepOverflows)
    default: throw .rowsShowNoEnd
    }
  }

  /// A rule that makes no step any more, from a step on.
  private func resting(_ x: [Certified], _ k: Int) -> Regime {
    var r = Regime(.stationary, proved: true, .rests(after: k))
    r.limit = x
    r.convergence = .finite
    describe(&r)
    return r
  }

  /// An exact cycle, met or tended to.
  func recurring(_ points: [[Certified]], _ why: Finding) -> Regime {
    var r = Regime(.cycle, proved: true, why)
    r.isReached = true
    r.period = points.count
    r.points = points
    if plan.step.isGradientDescent, plan.constantRate != nil,
      points.count <= 512, points[0].count <= SymmetricEigenvalues.largest
    {
      let fine = EnclosureArithmetic(bits: 256)
      if points.contains(where: { p in loss.meetsKink(fine, p.map { $0.number(fine) }) }) {
        return r
      }
      r.multipliers = map.multipliers(points)
      r.lyapunov = exponent(r.multipliers, points.count)
    }
    return r
  }

  /// The orbit as exact fractions for as long as they stay short: landing or recurrence.
  func recurrence() throws(Lack) -> Regime {
    let a = CertifiedArithmetic(bits: 64, limit: 1024)
    let start = try plan.start.rationals.or(.need(.exactStart))
    let n = start.count
    var x = start + plan.step.rule.initial
    var seen: [[Rational]: Int] = [:]
    var orbit: [[Rational]] = []
    let most = min(2000, max(50, effort.enclosures / max(1, loss.gradient.instructions.count)))
    while orbit.count < most {
      if let k = seen[x] {
        // What is kept may go round while x does not, or more often.
        let round = orbit[k...].map { Array($0.prefix(n)) }
        let period = (1...round.count).first { p in
          round.count % p == 0 && zip(round, round.dropFirst(p)).allSatisfy { $0 == $1 }
        }
        let points = round.prefix(period ?? round.count).map { $0.map(Certified.exact) }
        if points.count == 1 {
          if plan.step.law == nil {
            let first = orbit.lastIndex { Array($0.prefix(n)) != round[0] }.map { $0 + 1 } ?? 0
            return resting(points[0], first)
          }
          // At η = 0 nothing moves, whatever the slope.
          let exact = CertifiedArithmetic(bits: 64)
          guard loss.gradient.evaluate(exact, at: points[0]).slopes.allSatisfy(\.isExactZero)
          else { return recurring(points, .returns(step: k + 1, to: k)) }
          var r = Regime(.stationary, proved: true, .gradientVanishes(after: k))
          r.limit = points[0]
          r.convergence = .finite
          describe(&r)
          return r
        }
        return recurring(points, .returns(step: k + points.count, to: k))
      }
      seen[x] = orbit.count
      orbit.append(x)
      let y = stateMap.next(a, x.map(Certified.exact)).compactMap(\.rational)
      guard y.count == x.count else { throw .noFractions(after: orbit.count - 1) }
      guard y.allSatisfy({ $0.bits <= 1024 }) else {
        throw .fractionsTooLong(steps: orbit.count)
      }
      x = y
    }
    throw .noReturn(steps: most)
  }
}
