// Runs that leave by whole periods: where f′(x + P) = f′(x), as of sin(x) and x/10 + cos(3x), an orbit that
// moves by jP a step is one of the same descent on f + (jP/η)·x, counted in x − t·jP; if that one
// settles, x runs to infinity, and x mod P repeats.
import Calculus

/// What a translation of the variable by 2π/g does to a register.
private struct Translation {
  /// The value grows by this times 2π/g·g, in units of the variable.
  var slope = Rational.zero
  /// Of the sines and cosines within.
  var frequencies: Set<Rational> = []
}

extension Loss {
  /// g with f′(x + 2π/g) = f′(x) for every x, by the instructions; nil where none is seen.
  var frequency: Rational? { repetition?.frequency }

  /// The same, and whether f itself repeats.
  var repetition: (frequency: Rational, ofValue: Bool)? {
    guard variables.count == 1 else { return nil }
    var seen: [Translation?] = []
    for i in gradient.instructions {
      func at(_ r: Register) -> Translation? { seen[Int(r)] }
      func constant(_ r: Register) -> Rational? {
        let i = gradient.instructions[Int(r)]
        return i.opcode == .constant ? gradient.constants[Int(i.a)] : nil
      }
      /// Of what does not change when its operands do not.
      func still(_ operands: [Translation?]) -> Translation? {
        let known = operands.compactMap(\.self)
        guard known.count == operands.count, known.allSatisfy(\.slope.isZero) else { return nil }
        return Translation(frequencies: known.reduce(into: []) { $0.formUnion($1.frequencies) })
      }
      func sum(_ sign: Rational) -> Translation? {
        guard let a = at(i.a), let b = at(i.b) else { return nil }
        return Translation(
          slope: a.slope + sign * b.slope, frequencies: a.frequencies.union(b.frequencies))
      }
      func scaled(_ r: Register, _ by: Rational) -> Translation? {
        at(r).map { Translation(slope: $0.slope * by, frequencies: $0.frequencies) }
      }
      switch i.opcode {
      case .constant: seen.append(Translation())
      case .variable: seen.append(Translation(slope: .one))
      case .add: seen.append(sum(.one))
      case .subtract: seen.append(sum(-.one))
      case .negate: seen.append(scaled(i.a, -.one))
      case .multiply:
        seen.append(
          constant(i.a).flatMap { scaled(i.b, $0) } ?? constant(i.b).flatMap { scaled(i.a, $0) }
            ?? still([at(i.a), at(i.b)]))
      case .divide:
        let number = constant(i.b).flatMap { $0.isZero ? nil : Rational.one / $0 }
        seen.append(number.flatMap { scaled(i.a, $0) } ?? still([at(i.a), at(i.b)]))
      case .apply where i.elementary?.isPeriodic == true:
        seen.append(
          at(i.a).map { u in
            u.slope.isZero
              ? u : Translation(frequencies: u.frequencies.union([u.slope.magnitude]))
          })
      default:
        var operands: [Translation?] = []
        i.forEachOperand { operands.append(at($0)) }
        seen.append(still(operands))
      }
    }
    guard let slope = seen[Int(gradient.outputs[1])], slope.slope.isZero else { return nil }
    let value = seen[Int(gradient.outputs[0])]
    let all = slope.frequencies.union(value?.frequencies ?? []).sorted()
    guard let first = all.first else { return nil }
    return (all.dropFirst().reduce(first) { Rational.common($0, $1) }, value?.slope.isZero == true)
  }

  /// f + (j·2π/(g·η))·x.
  func tilted(_ j: Int, frequency g: Rational, eta: Rational) -> Loss {
    var b = ProgramBuilder(program)
    let x = b.variable(variables[0])
    // atan(1) is π/4.
    let quarter = b.apply(.row(named: "atan"), b.constant(.one))
    let share = b.constant(Rational(8 * j) / (g * eta))
    let outputs = [b.add(program.outputs[0], b.multiply(b.multiply(share, quarter), x))]
    return Loss(name: name, program: b.program(outputs: outputs))
  }
}

extension Rational {
  /// The largest number of which both positive numbers are whole multiples.
  fileprivate static func common(_ a: Rational, _ b: Rational) -> Rational {
    var (u, v) = (a, b)
    while !v.isZero { (u, v) = (v, u - (u / v).floor * v) }
    return u
  }
}

extension RegimeSearch {
  /// An orbit that moves by a whole number of periods of the slope at every step.
  func wholePeriods() throws(Lack) -> Regime {
    guard orbit.t >= 64 else { throw .tooFewSteps }
    let g = try loss.frequency.or(.slopeDoesNotRepeat)
    if observed.soughtPeriods { throw .remainderDoesNotSettle }
    let period = 2 * Double.pi / g.nearestDouble
    let steps = min(orbit.t, Orbit.remembered - 1) & ~1
    let pace = (orbit.x[0] - orbit.state(steps)[0]) / Double(steps)
    let j = (pace / period).rounded()
    guard j != 0, abs(j) < 1e6, abs(pace - j * period) < 1e-3 * period,
      let eta = map.eta.rational, let periods = Int(exactly: j)
    else { throw .paceIsNoPeriod }
    observed.soughtPeriods = true
    let tilted = loss.tilted(periods, frequency: g, eta: eta)
    let own = try plan.with(tilted, start: plan.start).or(.remainderDoesNotSettle)
    let share = Effort(doubles: effort.doubles / 4, enclosures: effort.enclosures / 2)
    let found = regime(of: own, share)
    guard found.outcome == .stationary || found.outcome == .cycle else {
      throw .remainderDoesNotSettle
    }
    let motion = Periods(
      variable: loss.variables[0], period: period, count: periods, round: found.period ?? 1)
    return Regime(.divergent, proved: found.proved, .runsByPeriods(motion, found.finding))
  }
}
