// The rule of a method as a program over n entries, before a loss is known: where the gradient is asked
// for stands a variable. Everything that is known of a method follows from it: its step on a loss and the
// Jacobian of that step (`StepProgram`), its law where it is linear (`LinearRule`).
import Calculus

/// A rule lowered for so many entries.
struct RuleProgram: Sendable {
  /// Entries of x.
  let entries: Int
  /// Entries of the state behind x, all names together.
  let memory: Int
  /// The state at the start.
  let initial: [Rational]
  /// At how many points f and g are asked for; the first is always x.
  let calls: Int
  /// Whether the rule reads the number of the step.
  let readsStep: Bool
  /// Whether the loss or the gradient at x itself is read.
  let readsHere: Bool
  /// Whether the rule, or where it asks for the gradient, has a kink or a choice of its own.
  let hasKink: Bool
  /// Over x, the state, η, t, and of each call the n entries of g and f: the next x, the next state, the
  /// displacement.
  let moves: Program
  /// By call where f and g are taken: programs over what comes before it.
  let places: [Program]

  /// All that the rule computes itself.
  var instructions: [Instruction] { ([moves] + places).flatMap(\.instructions) }
  var rate: Int { entries + memory }
  var step: Int { entries + memory + 1 }
  /// Where the entries of g of a call begin; f stands behind them.
  func slope(_ call: Int) -> Int { entries + memory + 2 + call * (entries + 1) }
  var displacement: Range<Int> { (entries + memory)..<(2 * entries + memory) }

  /// - Throws: where a name has no meaning, or an operation no result.
  init(_ method: Method, entries n: Int) throws(Fault) {
    var lowering = try RuleLowering(method, n, RuleLowering.columns(of: method, n))
    _ = try lowering.run()
    self = lowering.finished()
  }

  fileprivate init(
    _ l: RuleLowering, next: [Register], state: [Register], displacement: [Register]
  ) {
    entries = l.entries
    memory = l.memory
    initial = l.initial
    calls = l.places.count
    moves = l.builder.program(outputs: next + state + displacement).pruned
    places = l.places.map { l.builder.program(outputs: $0).pruned }
    let read = Set(
      moves.instructions.filter { $0.opcode == .variable }.map { Int($0.a) })
    let step = l.entries + l.memory + 1
    readsStep = ([moves] + places).contains { p in
      p.instructions.contains { $0.opcode == .variable && Int($0.a) == step }
    }
    hasKink = ([moves] + places).contains(where: \.hasKink)
    readsHere = (0...l.entries).contains { read.contains(step + 1 + $0) }
  }
}

/// A number of a rule: one, or one for each entry.
struct RuleValue {
  var entries: [Register]
  var isColumn: Bool
  init(_ r: Register) { (entries, isColumn) = ([r], false) }
  init(column: [Register]) { (entries, isColumn) = (column, true) }
  subscript(k: Int) -> Register { isColumn ? entries[k] : entries[0] }
}

/// The lowering of a rule under a guess of which states have an entry for each of x.
struct RuleLowering {
  let method: Method
  let entries: Int
  var builder: ProgramBuilder
  private(set) var memory = 0
  private(set) var initial: [Rational] = []
  private(set) var places: [[Register]] = []
  /// What names stand for now.
  private var scope: [String: RuleValue] = [:]
  private var states: [(name: String, start: RuleValue)] = []
  private let x: [Register]

  init(_ method: Method, _ n: Int, _ columns: Set<String>) throws(Fault) {
    self.method = method
    entries = n
    var b = ProgramBuilder(variables: (0..<n).map { "x\($0)" })
    x = (0..<n).map { b.variable("x\($0)") }
    for name in method.declaration.states {
      let isColumn = columns.contains(name)
      let own = (0..<(isColumn ? n : 1)).map { b.variable("\(name)\($0)′") }
      let value = isColumn ? RuleValue(column: own) : RuleValue(own[0])
      states.append((name, value))
      scope[name] = value
      initial += Array(repeating: method.start(of: name), count: own.count)
    }
    memory = initial.count
    scope["x"] = RuleValue(column: x)
    scope["eta"] = RuleValue(b.variable("η"))
    scope["t"] = RuleValue(b.variable("t′"))
    for (p, v) in zip(method.declaration.parameters, method.values) where p.name != "eta" {
      scope[p.name] = RuleValue(b.constant(v))
    }
    builder = b
    _ = call(at: x)
  }

  /// The states that have an entry for each of x: the fewest with which every assignment fits.
  static func columns(of method: Method, _ n: Int) throws(Fault) -> Set<String> {
    var columns: Set<String> = []
    while true {
      var lowering = try RuleLowering(method, n, columns)
      let grown = try lowering.run()
      if grown == columns { return columns }
      columns = grown
    }
  }

  /// Lowers the assignments; which states turned out to have an entry for each of x.
  mutating func run() throws(Fault) -> Set<String> {
    var columns = Set(states.filter(\.start.isColumn).map(\.name))
    for a in method.declaration.assignments {
      let value = try value(of: a.value)
      scope[a.name] =
        a.name == "x" ? RuleValue(column: (0..<entries).map { value[$0] }) : value
      if value.isColumn, states.contains(where: { $0.name == a.name }) { columns.insert(a.name) }
    }
    return columns
  }

  /// Lowers the assignments one by one, as they are read: what was assigned before is a variable of its own,
  /// which `fresh` names.
  mutating func lines(
    _ fresh: (_ name: String, _ entry: Int?) -> String
  ) throws(Fault) -> [(name: String, entry: Int?, value: Register)] {
    var out: [(name: String, entry: Int?, value: Register)] = []
    for a in method.declaration.assignments {
      let value = try value(of: a.value)
      let isColumn = a.name == "x" || value.isColumn
      let own = isColumn ? (0..<entries).map(Int?.some) : [nil]
      out += own.map { (a.name, $0, value[$0 ?? 0]) }
      let registers = own.map { builder.variable(fresh(a.name, $0)) }
      scope[a.name] = isColumn ? RuleValue(column: registers) : RuleValue(registers[0])
    }
    return out
  }

  mutating func finished() -> RuleProgram {
    let next = scope["x"]?.entries ?? x
    let state = states.flatMap { s -> [Register] in
      let last = scope[s.name] ?? s.start
      return s.start.entries.indices.map { last[$0] }
    }
    let moves = zip(x, next).map { displacement(from: $0, to: $1) }
    return RuleProgram(self, next: next, state: state, displacement: moves)
  }

  /// What is added to an entry: read off where the rule adds to it, so that nothing is lost.
  private mutating func displacement(from x: Register, to next: Register) -> Register {
    let i = builder.instruction(next)
    switch i.opcode {
    case .add where i.a == x: return i.b
    case .add where i.b == x: return i.a
    case .subtract where i.a == x: return builder.negate(i.b)
    default: return next == x ? builder.constant(.zero) : builder.subtract(next, x)
    }
  }

  /// The number of the call that asks for f and g at a point.
  private mutating func call(at u: [Register]) -> Int {
    if let known = places.firstIndex(of: u) { return known }
    for k in 0..<entries { _ = builder.variable(RuleLowering.slope(places.count, k)) }
    _ = builder.variable(RuleLowering.loss(places.count))
    places.append(u)
    return places.count - 1
  }

  /// The variables that stand for an entry of g and for f at a call.
  static func slope(_ call: Int, _ entry: Int) -> String { "g\(call),\(entry)′" }
  static func loss(_ call: Int) -> String { "f\(call)′" }

  private mutating func slope(_ call: Int) -> RuleValue {
    RuleValue(column: (0..<entries).map { builder.variable(RuleLowering.slope(call, $0)) })
  }

  private mutating func loss(_ call: Int) -> RuleValue {
    RuleValue(builder.variable(RuleLowering.loss(call)))
  }

  private mutating func value(of e: Expression) throws(Fault) -> RuleValue {
    var values: [RuleValue] = []
    for n in e.arena.nodes.prefix(Int(e.root) + 1) { values.append(try value(of: n, e, values)) }
    return values[Int(e.root)]
  }

  private mutating func value(
    of n: Node, _ e: Expression, _ values: [RuleValue]
  ) throws(Fault) -> RuleValue {
    func child(_ i: Int32) -> RuleValue { values[Int(i)] }
    switch n.kind {
    case .number: return RuleValue(builder.constant(e.arena.numbers[Int(n.a)]))
    case .name: return try named(e.arena.names[Int(n.a)], n)
    case .negate: return each(child(n.a)) { $0.negate($1) }
    case .not: return each(child(n.a)) { $0.not($1) }
    case .add, .dotAdd: return both(child(n.a), child(n.b)) { $0.add($1, $2) }
    case .subtract, .dotSubtract: return both(child(n.a), child(n.b)) { $0.subtract($1, $2) }
    case .multiply, .dotMultiply: return both(child(n.a), child(n.b)) { $0.multiply($1, $2) }
    case .divide, .dotDivide: return both(child(n.a), child(n.b)) { $0.divide($1, $2) }
    case .power, .dotPower: return both(child(n.a), child(n.b)) { $0.raise($1, to: $2) }
    case .and: return both(child(n.a), child(n.b)) { $0.and($1, $2) }
    case .or: return both(child(n.a), child(n.b)) { $0.or($1, $2) }
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
      let c = Comparison.allCases[Int(n.kind.rawValue - Node.Kind.less.rawValue)]
      return both(child(n.a), child(n.b)) { $0.compare(c, $1, $2) }
    case .call:
      return try call(
        e.arena.names[Int(n.a)], e.arena.list(at: n.b).map { values[Int($0)] }, n)
    case .derivative, .derivativeCall, .gradient:
      throw Fault("in a rule the gradient is g, elsewhere g(u)", at: n.range)
    case .matrix, .transpose, .index, .range, .all:
      throw Fault("a rule has no lists: it acts on every entry of x", at: n.range)
    case .string: throw Fault("a text has no value", at: n.range)
    }
  }

  private mutating func named(_ name: String, _ n: Node) throws(Fault) -> RuleValue {
    if let value = scope[name] { return value }
    switch name {
    case "g": return slope(0)
    case "f": return loss(0)
    case "count": return RuleValue(builder.constant(Rational(entries)))
    default: break
    }
    if let r = builder.namedConstant(name) { return RuleValue(r) }
    let definition = method.environment[name]
    let program = try definition.map { d throws(Fault) in try method.environment.program(of: d) }
    guard definition?.parameters == nil, let program, program.variables.isEmpty, program.isScalar
    else {
      let others = MethodDeclaration.given.union(scope.keys).union(MethodDeclaration.reductions)
      throw Fault(
        definition != nil || Environment.isTaken(name)
          ? "\(name) is no number here" : "\(name) is neither assigned in the rule nor a parameter",
        hint: RuleLowering.gradient(name)
          ?? (ClosestName.match(name, among: others.sorted()).map { "did you mean \($0)? " } ?? "")
            + "for a parameter write \(method.name)(\(name)=1)",
        at: n.range)
    }
    return RuleValue(builder.inline(program, [])[0])
  }

  private mutating func call(
    _ name: String, _ arguments: [RuleValue], _ n: Node
  ) throws(Fault) -> RuleValue {
    func arity(_ expected: Int) throws(Fault) {
      guard arguments.count != expected else { return }
      throw Fault(
        "\(name) takes \(expected) argument\(expected == 1 ? "" : "s"), here are \(arguments.count)",
        at: n.range)
    }
    switch name {
    case "g", "f":
      try arity(1)
      let c = call(at: (0..<entries).map { arguments[0][$0] })
      return name == "g" ? slope(c) : loss(c)
    case "over":
      try arity(2)
      return both(arguments[0], arguments[1]) { b, u, v in
        let zero = b.constant(.zero)
        return b.select(b.compare(.equal, v, zero), zero, b.divide(u, v))
      }
    case "if":
      try arity(3)
      return spread(arguments) { $0.select($1[0], $1[1], $1[2]) }
    case "dot":
      try arity(2)
      return RuleValue(
        sum(
          (0..<entries).map { k in
            let (u, v) = (arguments[0][k], arguments[1][k])
            return u == v ? builder.power(u, 2) : builder.multiply(u, v)
          }))
    case "sum":
      try arity(1)
      return RuleValue(sum((0..<entries).map { arguments[0][$0] }))
    case "norm":
      try arity(1)
      let u = (0..<entries).map { arguments[0][$0] }
      if entries == 1 { return RuleValue(builder.apply(.row(named: "abs"), u[0])) }
      return RuleValue(builder.apply(.row(named: "sqrt"), sum(u.map { builder.power($0, 2) })))
    case "count":
      try arity(1)
      return RuleValue(builder.constant(Rational(entries)))
    case "max", "min":
      let row = ElementaryFunction.row(named: name)
      if arguments.count == 1 {
        let u = (0..<entries).map { arguments[0][$0] }
        return RuleValue(u.dropFirst().reduce(u[0]) { builder.apply(row, $0, $1) })
      }
      guard let first = arguments.first else { return try missing(name, n) }
      return arguments.dropFirst().reduce(first) { u, v in both(u, v) { $0.apply(row, $1, $2) } }
    default: break
    }
    if let row = ElementaryFunction.named(name) {
      try arity(row.arity)
      return spread(arguments) { $0.apply(row, $1[0], row.arity == 2 ? $1[1] : 0) }
    }
    guard let d = method.environment[name], let parameters = d.parameters else {
      return try missing(name, n)
    }
    try arity(parameters.count)
    var environment = method.environment
    for (p, a) in zip(parameters, arguments) {
      environment.declare(p, a.isColumn ? Shape(entries, 1) : .scalar)
    }
    let program = try environment.program(of: d)
    guard program.variables == parameters else {
      throw Fault("\(name) reads more than its arguments", at: n.range)
    }
    let inputs = arguments.flatMap { a in a.isColumn ? (0..<entries).map { a[$0] } : [a[0]] }
    let value = builder.inline(program.expanded, inputs)
    let isColumn = value.count == entries && arguments.contains(where: \.isColumn)
    return isColumn ? RuleValue(column: value) : RuleValue(value[0])
  }

  /// What to write for names that mean the gradient elsewhere.
  private static func gradient(_ name: String) -> String? {
    ["grad", "gradient", "nabla", "df", "dfdx", "dx"].contains(name)
      ? "the gradient is g, elsewhere g(u)" : nil
  }

  private func missing(_ name: String, _ n: Node) throws(Fault) -> RuleValue {
    let reductions = MethodDeclaration.reductions.sorted()
    if ArrayFunction.named(name) != nil {
      throw Fault(
        "\(name) is not read in a rule",
        hint: "of all entries a rule reads \(reductions.joined(separator: ", "))", at: n.range)
    }
    let all = method.environment.functionNames + ["over", "g", "f"] + reductions
    throw Fault(
      "there is no function \(name)",
      hint: RuleLowering.gradient(name)
        ?? ClosestName.match(name, among: all).map { "did you mean \($0)?" }
        ?? "for a product write \(name)*(…)", at: n.range)
  }

  private mutating func sum(_ all: [Register]) -> Register {
    all.dropFirst().reduce(all[0]) { builder.add($0, $1) }
  }

  private mutating func each(
    _ u: RuleValue, _ f: (inout ProgramBuilder, Register) -> Register
  ) -> RuleValue {
    spread([u]) { f(&$0, $1[0]) }
  }

  private mutating func both(
    _ u: RuleValue, _ v: RuleValue,
    _ f: (inout ProgramBuilder, Register, Register) -> Register
  ) -> RuleValue {
    spread([u, v]) { f(&$0, $1[0], $1[1]) }
  }

  /// An operation entry by entry; a single number stands beside each entry.
  private mutating func spread(
    _ all: [RuleValue], _ f: (inout ProgramBuilder, [Register]) -> Register
  ) -> RuleValue {
    guard all.contains(where: \.isColumn) else {
      return RuleValue(f(&builder, all.map(\.entries[0])))
    }
    return RuleValue(column: (0..<entries).map { k in f(&builder, all.map { $0[k] }) })
  }
}
