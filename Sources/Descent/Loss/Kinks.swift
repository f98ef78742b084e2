// Where the slope of a loss may jump, and whether it does: at a point, between two, in a box.
import Calculus

extension Instruction {
  /// Where what it computes has a kink, or turns.
  var kink: ElementaryFunction.Kink {
    opcode == .compare ? .equalArguments : elementary?.kink ?? .none
  }

  /// The number whose zeros are its kinks, of the values of a program: an argument, or the difference of
  /// two; nil where its kinks are elsewhere, or it has none.
  func turning<A: Arithmetic>(_ arithmetic: A, _ values: [A.Number]) -> A.Number? {
    switch kink {
    case .zero: values[Int(a)]
    case .equalArguments: arithmetic.subtract(values[Int(a)], values[Int(b)])
    case .none, .integers, .originOnly, .cut: nil
    }
  }
}

extension EnclosureArithmetic {
  /// Whether an integer may lie in an enclosure.
  fileprivate func mayMeetInteger(_ x: Enclosure) -> Bool {
    let below = lift(.row(named: "floor"), x, x)
    return !below.isPoint || subtract(x, below).sign != 1
  }
}

extension Program {
  /// Whether its slope may jump somewhere: a function with a kink, a comparison or a choice, in which a variable
  /// has a part.
  var hasKink: Bool {
    let depends = dependsOnVariables
    return instructions.enumerated().contains { n, i in
      if i.opcode == .select { return depends[Int(i.a)] }
      return depends[n] && i.kink != .none
    }
  }

  /// Whether a box may hold a point where a slope jumps or another branch is chosen.
  func meetsKink(_ a: EnclosureArithmetic, _ box: [Enclosure]) -> Bool {
    let values = trace(a, at: box)
    func mayVanish(_ x: Enclosure) -> Bool { (x.sign ?? 0) == 0 }
    return zip(instructions, values).contains { i, value in
      if i.opcode == .select { return !values[Int(i.a)].isPoint }
      if i.opcode == .compare { return !value.isPoint }
      guard i.opcode == .apply else { return false }
      if let d = i.turning(a, values) { return mayVanish(d) }
      let (u, v) = (values[Int(i.a)], i.operandCount > 1 ? values[Int(i.b)] : values[Int(i.a)])
      return switch i.kink {
      case .none, .zero, .equalArguments: false
      case .integers: a.mayMeetInteger(u)
      case .originOnly: mayVanish(u) && mayVanish(v)
      case .cut: mayVanish(u) && (v.sign ?? -1) == -1
      }
    }
  }
}

extension Loss {
  /// Whether the one-sided slopes along some axis differ at a point (a function like |x|·x has no such
  /// jump though |x| has one); nil where that is not decided.
  package func slopeJumps(at x: [Rational]) -> Bool? {
    guard x.count == variables.count else { return nil }
    if !hasKink { return false }
    let a = CertifiedArithmetic(bits: 256)
    let jumps = x.indices.map { k -> Bool? in
      let sides = [Rational.one, Rational(-1)].map { direction in
        let line = x.indices.map {
          Dual(
            value: Certified.exact(x[$0]),
            tangent: Certified.exact($0 == k ? direction : .zero))
        }
        return program.run(OneSidedArithmetic(a), at: line)[0].tangent
      }
      return a.add(sides[0], sides[1]).sign.map { $0 != 0 }
    }
    if jumps.contains(true) { return true }
    return jumps.contains(nil) ? nil : false
  }

  /// The functions that have a kink exactly at a point, by name; empty where the point has not a
  /// number for every variable.
  package func kinks(at x: [Rational]) -> [String] {
    guard x.count == variables.count, !overRows else { return [] }
    let a = CertifiedArithmetic(bits: 128)
    let values = program.trace(a, at: x.map(Certified.exact))
    var names: [String] = []
    for i in program.instructions {
      var name: String?
      if i.opcode == .compare, a.subtract(values[Int(i.a)], values[Int(i.b)]).sign == 0 {
        name = "if"
      } else if let f = i.elementary {
        let second = f.arity == 2 ? values[Int(i.b)] : .exact(.zero)
        if f.isAtKink(a, values[Int(i.a)], second) { name = f.name }
      }
      if let name, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The functions whose kink certainly lies between two points, by name.
  package func kinksCrossed(from x: [Certified], to y: [Certified]) -> [String] {
    if overRows { return [] }
    let a = CertifiedArithmetic(bits: 256)
    let here = program.trace(a, at: x)
    let there = program.trace(a, at: y)
    var names: [String] = []
    for i in program.instructions {
      guard let p = i.turning(a, here)?.sign, let q = i.turning(a, there)?.sign, p * q < 0 else {
        continue
      }
      let name = i.elementary?.name ?? "if"
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Whether a box may hold a point where the slope jumps or another branch is chosen.
  func meetsKink(_ a: EnclosureArithmetic, _ box: [Enclosure]) -> Bool {
    hasKink && program.meetsKink(a, box)
  }

  /// Whether between two numbers every kink, every condition and every edge of a domain at 0 is met at
  /// `x` alone, if at all, so that the loss of one variable is analytic on both sides of it, or nowhere
  /// defined.
  ///
  /// Each argument that may be 0 there has a slope without a zero and is exactly 0 at x. False where
  /// that is not shown. Cost: one run in dual enclosures.
  func turnsOnly(at x: Rational, between lower: Rational, and upper: Rational) -> Bool {
    let e = EnclosureArithmetic(bits: 256)
    let a = DualArithmetic(e)
    let box = e.hull(e.constant(lower), e.constant(upper))
    let around = program.trace(a, at: [Dual(value: box, tangent: e.constant(.one))])
    let exact = CertifiedArithmetic(bits: 256)
    let there = program.trace(exact, at: [.exact(x)])
    func turns(_ d: Dual<Enclosure>, _ value: Certified) -> Bool {
      if let s = d.value.sign, s != 0 { return true }
      return d.value.isContinuous && d.tangent.isDefined && d.tangent.sign.map { $0 != 0 } == true
        && value.isExactZero
    }
    return zip(program.instructions, around).allSatisfy { i, value in
      if let d = i.turning(a, around), let zero = i.turning(exact, there) { return turns(d, zero) }
      if let d = i.divisor { return turns(around[Int(d)], there[Int(d)]) }
      guard let f = i.elementary else { return true }
      let p = Int(i.a)
      switch f.kink {
      case .integers:
        let argument = around[p].value
        if let n = there[p].rational, n.integer != nil {
          // The one integer that is met is met there.
          let room = e.hull(e.constant(n - .one), e.constant(n + .one))
          let shift = a.subtract(around[p], a.constant(n))
          return argument.isInside(room) && turns(shift, .exact(.zero))
        }
        return !e.mayMeetInteger(argument)
      case .none:
        let endsAtZero = f.domain == .positive || f.domain == .nonNegative
        return value.value.isDefined || endsAtZero && turns(around[p], there[p])
      case .zero, .equalArguments, .originOnly, .cut: return false
      }
    }
  }
}
