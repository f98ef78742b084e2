// Before a program over arrays runs in doubles its constant factors are gathered: −(2·((100·u)·v)) becomes
// −200·(u·v), and a factor of every entry leaves a sum. In exact numbers nothing changes; in doubles one
// rounding stands for several. Parts placed at the same place are added before they are placed, and a
// function that has no kernel is written with those that have one.

extension Program {
  /// The same outputs with their constant factors gathered.
  ///
  /// Domain: the same, but that a value within a factor 2⁶⁴ of the largest double may become infinite.
  /// Cost: linear.
  var withFactorsGathered: Program {
    var pass = FactorPass(self)
    return pass.run()
  }
}

/// One pass over a program; every value is a constant times a register of the new one.
private struct FactorPass {
  private struct Factored {
    var register: Register
    var factor = Rational.one
  }

  private let program: Program
  private var builder: ProgramBuilder
  private var values: [Factored] = []
  /// Of registers 1 by them, where it has been computed.
  private var reciprocals: [Register: Register] = [:]
  /// How often a register is read.
  private let uses: [Int]
  private struct Applied: Hashable {
    var function: UInt8
    var to: Register
  }
  /// Functions that have been applied, and to what.
  private var applied: Set<Applied> = []

  /// Factors between 2⁻⁶⁴ and 2⁶⁴ are moved.
  ///
  /// Whatever is added without them stays far from both ends of the doubles' range unless a descent has left
  /// it anyway. Longer ones than doubles hold are not.
  private static let largest = Rational(2).power(64) ?? .one
  private static let mostBits = 256

  init(_ program: Program) {
    self.program = program
    builder = ProgramBuilder(program.layout)
    uses = program.uses
  }

  mutating func run() -> Program {
    let needed = program.needed(by: program.outputs)
    for (n, i) in program.instructions.enumerated() {
      values.append(
        n < needed.count && needed[n] ? value(of: i) : Factored(register: 0))
    }
    let outputs = program.outputs.map { written(values[Int($0)]) }
    return builder.program(outputs: outputs)
  }

  private static func isModerate(_ k: Rational) -> Bool {
    let size = k.magnitude
    return size <= largest && size * largest >= .one && k.bits <= mostBits
  }

  /// The register of a value with its factor.
  private mutating func written(_ v: Factored) -> Register {
    if v.factor == .one { return v.register }
    let i = builder.instruction(v.register)
    if i.isPlaced {
      // A part within zeros has fewer entries.
      let part = written(Factored(register: i.a, factor: v.factor))
      return builder.place(part, Int(i.b), Int(i.c), in: i.extent)
    }
    if v.factor == -.one { return builder.negate(v.register) }
    let k = builder.constant(v.factor, builder.extent(v.register))
    return builder.multiply(k, v.register)
  }

  /// A register times a factor, which is written where it is not moderate.
  private mutating func times(_ k: Rational, _ r: Register) -> Factored {
    let v = Factored(register: r, factor: k)
    return FactorPass.isModerate(k) ? v : Factored(register: written(v))
  }

  /// The number that a value is in every entry, where it is known and moderate.
  private func number(_ v: Factored) -> Rational? {
    guard let c = builder.constantValue(v.register) else { return nil }
    let k = c * v.factor
    return FactorPass.isModerate(k) ? k : nil
  }

  private mutating func value(of i: Instruction) -> Factored {
    let (a, b) = (
      i.operandCount > 0 ? values[Int(i.a)] : nil, i.operandCount > 1 ? values[Int(i.b)] : nil
    )
    switch (i.opcode, a, b) {
    case (.multiply, let a?, let b?):
      if let k = number(a) { return times(k * b.factor, b.register) }
      if let k = number(b) { return times(k * a.factor, a.register) }
      let r = builder.multiply(a.register, b.register)
      return times(a.factor * b.factor, r)
    case (.divide, let a?, let b?):
      if let k = number(b) { return times(a.factor / k, a.register) }
      let r = quotient(a.register, b.register)
      return times(a.factor / b.factor, r)
    case (.negate, let a?, _): return Factored(register: a.register, factor: -a.factor)
    case (.add, let a?, let b?): return sum(a, b)
    case (.subtract, let a?, let b?):
      return sum(a, Factored(register: b.register, factor: -b.factor))
    case (.power, let a?, _) where i.b == 2:
      let r = builder.power(a.register, 2)
      return times(a.factor * a.factor, r)
    case (.select, let condition?, let yes?): return choice(condition, yes, values[Int(i.c)])
    case (.apply, _, _): return Factored(register: function(i))
    case (.array, let a?, _): return array(i, a, b)
    default:
      let written = operands(i)
      return Factored(register: builder.copy(i, of: program) { written[$0] ?? 0 })
    }
  }

  /// a/b, in which factors that are nowhere 0, as cosh u, are cancelled.
  ///
  /// By the reciprocal of b where that is at hand. Of the second derivative of tanh, tanh u·u′/cosh² u is left
  /// of six operations.
  private mutating func quotient(_ a: Register, _ b: Register) -> Register {
    if let k = number(Factored(register: a)), k == .one {
      let r = builder.divide(a, b)
      reciprocals[b] = r
      return r
    }
    var (above, below): ([Register], [Register]) = ([], [])
    guard spread(a, 1, &above), spread(b, 1, &below) else { return builder.divide(a, b) }
    for f in Set(below) where builder.instruction(f).elementary?.isPositive ?? false {
      let (n, m) = (above.filter { $0 == f }.count, below.filter { $0 == f }.count)
      // One stays: what is undefined is undefined still.
      for _ in 0..<(n == m ? n - 1 : min(n, m)) {
        above.remove(at: above.firstIndex(of: f) ?? 0)
        below.remove(at: below.firstIndex(of: f) ?? 0)
      }
    }
    guard let last = above.last, let divisor = product(below) else { return builder.divide(a, b) }
    guard let reciprocal = reciprocals[divisor] else {
      return product(above).map { builder.divide($0, divisor) } ?? builder.divide(a, b)
    }
    let share = builder.multiply(reciprocal, last)
    return above.dropLast().reversed().reduce(share) { builder.multiply($1, $0) }
  }

  /// The factors of a register, as often as they stand in it; false where they are many.
  private func spread(_ r: Register, _ times: Int, _ out: inout [Register]) -> Bool {
    let i = builder.instruction(r)
    guard times <= 8, out.count < 16 else { return false }
    if i.opcode == .multiply { return spread(i.a, times, &out) && spread(i.b, times, &out) }
    if i.opcode == .power, i.b > 0 { return spread(i.a, times * Int(clamping: i.b), &out) }
    out += Array(repeating: r, count: times)
    return true
  }

  /// The product of factors, equal ones as a power; nil of none.
  private mutating func product(_ all: [Register]) -> Register? {
    var out: Register?
    var seen: Set<Register> = []
    for f in all where seen.insert(f).inserted {
      let n = all.filter { $0 == f }.count
      let part = n == 1 ? f : builder.power(f, Int32(clamping: n))
      out = out.map { builder.multiply($0, part) } ?? part
    }
    return out
  }

  /// The operands of an instruction, with their factors.
  private mutating func operands(_ i: Instruction) -> [Register: Register] {
    var all: [Register] = []
    i.forEachOperand { all.append($0) }
    var out: [Register: Register] = [:]
    for r in all { out[r] = written(values[Int(r)]) }
    return out
  }

  private mutating func function(_ i: Instruction) -> Register {
    let written = operands(i)
    defer { applied.insert(Applied(function: i.function, to: written[i.a] ?? 0)) }
    if i.function == ElementaryFunction.hyperbolicSine.index, let x = written[i.a],
      [ElementaryFunction.hyperbolicTangent, .hyperbolicCosine].allSatisfy({
        applied.contains(Applied(function: $0.index, to: x))
      })
    {
      // Of the second derivative of tanh; there both are at hand.
      let (t, c) = (builder.apply(.hyperbolicTangent, x), builder.apply(.hyperbolicCosine, x))
      return builder.multiply(t, c)
    }
    if let f = i.elementary, let composed = f.composed {
      return builder.inline(composed, [written[i.a] ?? 0], over: i.extent)[0]
    }
    return builder.copy(i, of: program) { written[$0] ?? 0 }
  }

  private mutating func sum(_ a: Factored, _ b: Factored) -> Factored {
    if let together = placedTogether(a, b) { return together }
    if builder.instruction(a.register).isPlaced || builder.instruction(b.register).isPlaced {
      let (x, y) = (written(a), written(b))
      return Factored(register: builder.add(x, y))
    }
    if a.factor == b.factor {
      return Factored(register: builder.add(a.register, b.register), factor: a.factor)
    }
    if a.factor == -b.factor {
      return Factored(register: builder.subtract(a.register, b.register), factor: a.factor)
    }
    if b.factor == -.one {
      let first = written(a)
      return Factored(register: builder.subtract(first, b.register))
    }
    let (x, y) = (written(a), written(b))
    return Factored(register: builder.add(x, y))
  }

  /// The terms of a sum that is read once and of which none is negative anywhere.
  ///
  /// They may be summed over all entries apart, as nothing cancels.
  private func positiveParts(of r: Register) -> [Factored]? {
    let i = program.instructions[Int(r)]
    guard i.opcode == .add, uses[Int(r)] == 1 else { return nil }
    let parts = [values[Int(i.a)], values[Int(i.b)]]
    let isPositive = parts.allSatisfy { $0.factor.sign > 0 && builder.isSquare($0.register) }
    return isPositive ? parts : nil
  }

  /// The sum of two parts that stand at the same place.
  private mutating func placedTogether(_ a: Factored, _ b: Factored) -> Factored? {
    let (x, y) = (builder.instruction(a.register), builder.instruction(b.register))
    guard x.isPlaced, y.opcode == .array, x.function == y.function, (x.b, x.c) == (y.b, y.c),
      builder.extent(x.a) == builder.extent(y.a)
    else { return nil }
    let part = sum(
      Factored(register: x.a, factor: a.factor), Factored(register: y.a, factor: b.factor))
    let placed = builder.place(part.register, Int(x.b), Int(x.c), in: x.extent)
    return Factored(register: placed, factor: part.factor)
  }

  private mutating func choice(_ condition: Factored, _ yes: Factored, _ no: Factored) -> Factored {
    let isNought = (builder.isNought(yes.register), builder.isNought(no.register))
    if yes.factor == no.factor || isNought.0 || isNought.1 {
      let r = builder.select(condition.register, yes.register, no.register)
      return Factored(register: r, factor: isNought.0 ? no.factor : yes.factor)
    }
    let (x, y) = (written(yes), written(no))
    return Factored(register: builder.select(condition.register, x, y))
  }

  private mutating func array(_ i: Instruction, _ a: Factored, _ b: Factored?) -> Factored {
    let order = i.arrayOperation?.order
    if case .fold(.sum)? = i.arrayOperation?.loop, let parts = positiveParts(of: i.a) {
      let sums = parts.map { part in
        let sum = builder.sum(part.register, to: i.extent)
        return times(part.factor, sum)
      }
      return sum(sums[0], sums[1])
    }
    if order == .linear, i.operandCount == 1 {
      let r = builder.copy(i, of: program) { _ in a.register }
      return Factored(register: r, factor: a.factor)
    }
    if order == .bilinear, let b {
      let r = builder.array(i.with { $0 == i.a ? a.register : b.register })
      return times(a.factor * b.factor, r)
    }
    let written = operands(i)
    return Factored(register: builder.copy(i, of: program) { written[$0] ?? 0 })
  }
}

extension Instruction {
  /// Whether it stands within zeros.
  fileprivate var isPlaced: Bool { arrayOperation.map { $0 == .place } ?? false }
}

extension ElementaryFunction {
  static let hyperbolicSine = row(named: "sinh")
  static let hyperbolicCosine = row(named: "cosh")
  static let hyperbolicTangent = row(named: "tanh")
}
