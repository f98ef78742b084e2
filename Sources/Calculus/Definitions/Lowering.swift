// Arena → program. Names are resolved through the environment; a formula used twice is lowered
// once; calls are inlined. Frames are explicit, so chains of definitions may be of any length.

/// Turns expressions into registers of one program, names into what they mean.
package struct Lowering {
  package internal(set) var builder: ProgramBuilder
  let environment: Environment
  /// Names that stay variables whatever is defined (a command's arguments, a function's parameters).
  private let variables: Set<String>
  private var memo: [Key: Register] = [:]
  private var frames: [Frame] = []
  /// Variables that were numbers beside a matrix: name, matrix, its columns.
  var suspects: [(String, String, Int)] = []

  fileprivate struct Key: Hashable {
    var serial: Int
    var arguments: [Register]
  }

  struct Frame {
    fileprivate var definition: Definition?
    var arena: Arena
    fileprivate var root: Int32
    fileprivate var next = 0
    var registers: [Register]
    /// What names stand for here: a function's parameters, or the variables of a formula that was
    /// called; the latter hold in the formulas that it uses, too.
    fileprivate var bindings: [String: Register]
    fileprivate var scope: [Register]
    fileprivate var key: Key?
  }

  /// - Parameters:
  ///   - variables: names kept as variables; their order is the program's order.
  ///   - arrays: more of them, with their shapes, whatever their names mean.
  package init(_ environment: Environment, variables: [String] = [], arrays: [Variable] = []) {
    self.environment = environment
    self.variables = Set(variables + arrays.map(\.name))
    builder = ProgramBuilder(
      Layout(variables.map { Variable($0, environment.shape(of: $0)) } + arrays))
  }

  /// Lowers an expression and returns its register.
  package mutating func lower(
    _ e: Expression, of definition: Definition? = nil
  ) throws(Fault) -> Register {
    var result: Register = 0
    frames = [frame(e, definition, [:], [], nil)]
    while var f = frames.popLast() {
      var suspended = false
      while f.next < f.arena.nodes.count {
        let n = f.arena.nodes[f.next]
        builder.origin = frames.isEmpty ? n.start - f.arena.lineStart : -1
        guard let r = try value(of: n, in: &f) else {
          // A definition must be lowered first: this frame was put back below it.
          suspended = true
          break
        }
        f.registers[f.next] = r
        f.next += 1
      }
      if suspended { continue }
      result = f.registers[Int(f.root)]
      if let key = f.key { memo[key] = result }
    }
    builder.origin = -1
    return result
  }

  private func frame(
    _ e: Expression, _ d: Definition?, _ bindings: [String: Register], _ scope: [Register],
    _ key: Key?
  ) -> Frame {
    Frame(
      definition: d, arena: e.arena, root: e.root,
      registers: Array(repeating: -1, count: e.arena.nodes.count), bindings: bindings,
      scope: scope, key: key)
  }

  /// The node's register, or nil after pushing `f` and, on top of it, a frame that it waits for.
  private mutating func value(of n: Node, in f: inout Frame) throws(Fault) -> Register? {
    func child(_ i: Int32) -> Register { f.registers[Int(i)] }
    switch n.kind {
    case .number: return builder.constant(f.arena.numbers[Int(n.a)])
    case .name: return try named(f.arena.names[Int(n.a)], n, &f)
    case .negate: return builder.negate(child(n.a))
    case .not: return builder.not(child(n.a))
    case .add, .dotAdd:
      let (a, b) = try pair(n, f, isDotted: n.kind == .dotAdd)
      return builder.add(a, b)
    case .subtract, .dotSubtract:
      let (a, b) = try pair(n, f, isDotted: n.kind == .dotSubtract)
      return builder.subtract(a, b)
    case .multiply: return try product(n, f)
    case .dotMultiply:
      let (a, b) = try pair(n, f, isDotted: true)
      return builder.multiply(a, b)
    case .divide: return try quotient(n, f)
    case .dotDivide:
      let (a, b) = try pair(n, f, isDotted: true)
      return builder.divide(a, b)
    case .power, .dotPower: return try power(n, f, isDotted: n.kind == .dotPower)
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
      let c = Comparison.allCases[Int(n.kind.rawValue - Node.Kind.less.rawValue)]
      if let r = try textComparison(c, n, f) { return r }
      let (a, b) = try pair(n, f, isDotted: isOfRows(n, f))
      return builder.compare(c, a, b)
    case .and:
      let (a, b) = try pair(n, f)
      return builder.and(a, b)
    case .or:
      let (a, b) = try pair(n, f)
      return builder.or(a, b)
    case .call:
      let arguments = f.arena.list(at: n.b).map { f.registers[Int($0)] }
      return try call(f.arena.names[Int(n.a)], arguments, n, &f)
    case .derivative where f.arena.nodes.indices.contains(f.next + 1):
      // Used by a derivativeCall that follows; on its own it is refused below.
      return f.arena.nodes[(f.next + 1)...].contains {
        $0.kind == .derivativeCall && Int($0.a) == f.next
      } ? 0 : try derivativeOrTranspose(n, &f)
    case .derivative: return try derivativeOrTranspose(n, &f)
    case .derivativeCall:
      let d = f.arena.nodes[Int(n.a)]
      let arguments = f.arena.list(at: n.b).map { f.registers[Int($0)] }
      return try derivative(d, arguments: arguments, f)
    case .gradient:
      throw Fault("∇ stands alone in a statement", hint: "write grad f", at: n.range)
    case .matrix: return try literal(n, f)
    case .transpose: return try transposed(child(n.a), n)
    case .index: return try part(n, f)
    // Read by the place in an array that they belong to.
    case .range, .all: return 0
    // Compared with a column of texts; else it has no value.
    case .string:
      if comparesText(f.next, f) { return 0 }
      throw Fault("a text has no value", at: n.range)
    }
  }

  private mutating func named(
    _ name: String, _ n: Node, _ f: inout Frame
  ) throws(Fault) -> Register? {
    if let r = f.bindings[name] { return r }
    if let r = builder.namedConstant(name) { return r }
    if variables.contains(name) { return variable(name) }
    if let d = environment[name] {
      if let parameters = d.parameters {
        throw Fault(
          "\(name) is a function of \(parameters.joined(separator: ", "))",
          hint: "write \(name)(\(parameters.joined(separator: ", ")))", at: n.range)
      }
      return try enter(d, [], n, &f)
    }
    if environment.isOfData(name) {
      return environment.isTexts(name) && comparesText(f.next, f) ? 0 : try columns(name, n)
    }
    if let row = ElementaryFunction.named(name) {
      let example = row.arity == 1 ? "\(name)(x)" : "\(name)(x, y)"
      throw Fault(
        "\(name) wants its argument in parentheses", hint: "write \(example)", at: n.range)
    }
    return variable(name)
  }

  private mutating func variable(_ name: String) -> Register {
    builder.variable(name, environment.shape(of: name))
  }

  /// NAME' where no ( follows: of an array the transpose, of a formula its derivative.
  private mutating func derivativeOrTranspose(
    _ n: Node, _ f: inout Frame
  ) throws(Fault) -> Register? {
    let name = f.arena.names[Int(n.a)]
    if environment.isOfData(name) {
      throw Fault(
        "\(name)' would lay rows of data side by side",
        hint: "sum(u.*v) is the product of columns u and v", at: n.range)
    }
    let bound = f.bindings[name].map { builder.extent($0).shape }
    if n.b == 1, environment.isVariable(name), (bound ?? environment.shape(of: name)).isScalar {
      throw Fault(
        "\(name)' transposes, and \(name) is a number here",
        hint: "var \(name)[3] gives it 3 entries", at: n.range)
    }
    let own = builder.layout[name]?.shape
    let shape = if let known = bound ?? own { known } else { try environment.valueShape(name) }
    if n.b == 1, !shape.isScalar {
      guard let r = try named(name, n, &f) else { return nil }
      return builder.transpose(r)
    }
    return try derivative(n, arguments: nil, f)
  }

  private mutating func call(
    _ name: String, _ arguments: [Register], _ n: Node, _ f: inout Frame
  ) throws(Fault) -> Register? {
    func arity(_ expected: Int) throws(Fault) {
      guard arguments.count != expected else { return }
      let s = expected == 1 ? "" : "s"
      throw Fault(
        "\(name) takes \(expected) argument\(s), here are \(arguments.count)", at: n.range)
    }
    if name == "if" {
      try arity(3)
      let all = try self.arguments(arguments, of: name, n, f)
      return builder.select(all[0], all[1], all[2])
    }
    if let row = ElementaryFunction.named(name) {
      if row.chooses, arguments.count == 1 { return row.chosen(of: arguments[0], in: &builder) }
      if !row.chooses || arguments.count < 2 { try arity(row.arity) }
      let all = try self.arguments(arguments, of: name, n, f)
      if row == .power { return builder.raise(all[0], to: all[1]) }
      if row.arity == 1 { return builder.apply(row, all[0]) }
      return all.dropFirst().reduce(all[0]) { builder.apply(row, $0, $1) }
    }
    if let row = ArrayFunction.named(name) { return try reduced(row, arguments, n, f) }
    if let d = environment[name] {
      if let parameters = d.parameters {
        try arity(parameters.count)
        if Prelude.definition(name)?.serial == d.serial, arguments.count > 1 {
          _ = try self.arguments(arguments, of: name, n, f)
        }
      } else {
        let free = environment.variables(of: d)
        if free.isEmpty, try !environment.valueShape(name).isScalar {
          throw Fault(
            "\(name) is an array: places stand in square brackets",
            hint: "write \(text(Int32(clamping: f.next), f).replacingBrackets)", at: n.range)
        }
        try arity(free.count)
      }
      return try enter(d, arguments, n, &f)
    }
    throw Fault("\(name) is not a function", hint: nearest(to: name, or: n, f), at: n.range)
  }

  private func nearest(to name: String, or n: Node, _ f: Frame) -> String {
    if let point = name.firstIndex(of: ".") {
      let own = name[name.index(after: point)...]
      return "there are no modules: write \(own)(…)"
    }
    if let other = environment.definitions.keys.first(where: {
      $0.lowercased() == name.lowercased()
    }) {
      return "you defined \(other), not \(name)"
    }
    if let meant = ArrayFunction.elsewhere(name) { return meant }
    if let close = ClosestName.match(name, among: environment.functionNames) {
      return "did you mean \(close)?"
    }
    return "for a product write \(name)*(…)"
  }

  /// The register of a definition with the given arguments, or nil after pushing its frame.
  private mutating func enter(
    _ d: Definition, _ arguments: [Register], _ n: Node, _ f: inout Frame
  ) throws(Fault) -> Register? {
    let isFormula = d.parameters == nil
    let inherits = isFormula && arguments.isEmpty
    let scope = inherits ? f.scope : isFormula ? arguments : []
    let key = Key(serial: d.serial, arguments: inherits ? scope : arguments)
    if let r = memo[key] { return r }
    if f.definition?.serial == d.serial || frames.contains(where: { $0.key?.serial == d.serial }) {
      throw Fault("\(d.name) is defined through itself", at: n.range)
    }
    let names = d.parameters ?? (arguments.isEmpty ? [] : environment.variables(of: d))
    var bindings = inherits && !scope.isEmpty ? f.bindings : [:]
    for (name, r) in zip(names, arguments) { bindings[name] = r }
    frames.append(f)
    frames.append(frame(d.body, d, bindings, scope, key))
    return nil
  }

  /// f′ at given arguments: the definition's own program, differentiated, inlined.
  private mutating func derivative(
    _ n: Node, arguments: [Register]?, _ f: Frame
  ) throws(Fault) -> Register {
    let name = f.arena.names[Int(n.a)]
    let program: Program
    if let d = environment[name] {
      program = try environment.program(of: d)
    } else if let row = ElementaryFunction.named(name), row.arity == 1 {
      var b = ProgramBuilder(variables: ["x"])
      let r = b.apply(row, b.variable("x"))
      program = b.program(outputs: [r])
    } else {
      throw Fault("\(name) is not defined", at: n.range)
    }
    guard program.variables.count == 1, program.layout.isScalar else {
      let count = program.variables.count
      throw Fault(
        count == 1
          ? "\(name)' needs a number as variable; \(program.variables[0]) has \(program.layout.count) entries"
          : "\(name)' needs one variable; \(name) has \(count)",
        hint: "write grad \(name)", at: n.range)
    }
    guard n.b <= 10 else { throw Fault("at most 10 primes", hint: "use taylor", at: n.range) }
    var p = program
    for _ in 0..<n.b { p = p.tangent(by: p.variables[0]) }
    var b = ProgramBuilder(variables: p.variables)
    let x = [b.variable(p.variables[0])]
    let value = b.inline(program, x)[0]
    let slope = b.confined(b.inline(p, x), to: value)
    p = b.program(outputs: slope)
    let inputs: [Register]
    if let arguments {
      guard arguments.count == 1 else {
        throw Fault("\(name)' takes 1 argument, here are \(arguments.count)", at: n.range)
      }
      inputs = arguments
    } else {
      inputs = [f.bindings[p.variables[0]] ?? builder.variable(p.variables[0])]
    }
    let extent = builder.extent(inputs[0])
    guard p.isScalar || extent.isScalar else {
      throw Fault("\(name)' of an array takes one number, here is \(extent.shape)", at: n.range)
    }
    return builder.inline(p, inputs, over: extent)[0]
  }
}
