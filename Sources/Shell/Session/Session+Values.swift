// Expressions as values: numbers, lists, losses.
import Calculus
import Descent

extension Session {
  /// The value of an expression without variables, a number, to the digits wanted.
  func value(_ e: Expression) throws(Fault) -> Certified {
    let program = try numberProgram(of: e)
    if let unknown = program.variables.first { throw unknownName(unknown, in: e) }
    return try value(of: program, at: [], in: e)
  }

  /// The entries of an expression without variables, and their shape.
  func array(_ e: Expression) throws(Fault) -> (entries: [Certified], shape: Shape) {
    let program = try plainProgram(of: e)
    if let unknown = program.variables.first { throw unknownName(unknown, in: e) }
    return (try values(of: program, at: [], in: e), program.extent(of: 0).shape)
  }

  /// A program's output at exact numbers; see `values`.
  func value(
    of program: Program, at point: [Rational], in e: Expression? = nil
  ) throws(Fault) -> Certified {
    try values(of: program, at: point, in: e)[0]
  }

  /// The entries of a program's first output at exact numbers; the precision doubles until the digits are
  /// certain.
  ///
  /// What no precision decides comes back undecided. Throws where there is no value.
  func values(
    of program: Program, at point: [Rational], in e: Expression? = nil
  ) throws(Fault) -> [Certified] {
    var bits = 128
    let x = point.map(Certified.exact)
    let count = program.extent(of: 0).count
    while true {
      try stopIfCancelled()
      let v = Array(program.run(CertifiedArithmetic(bits: bits), at: x).prefix(count))
      if v.contains(where: \.isCertainlyUndefined) {
        let why = Undefinedness.first(in: program, at: x)
        throw Fault(
          "undefined: " + (why?.words ?? "no value"),
          at: e.flatMap { _ in why.flatMap { place($0.origin) } })
      }
      let isSettled = v.allSatisfy {
        $0.isDefined ? $0.isCertain(digits) || bits >= 16_384 : bits >= 4096
      }
      if isSettled || !program.affords(bits: 2 * bits) { return v }
      bits *= 2
    }
  }

  private func place(_ origin: Int) -> SourceRange? {
    origin < 0 ? nil : SourceRange(origin, origin + 1)
  }

  /// A number for an argument: exact where it is rational, else to 70 digits.
  func rational(_ e: Expression) throws(Fault) -> Rational {
    let program = try numberProgram(of: e)
    if let unknown = program.variables.first {
      if ["nan", "inf", "infinity", "NaN", "Inf"].contains(unknown) {
        throw Fault("\(unknown) is not a number", at: e.arena.nodes[Int(e.root)].range)
      }
      throw unknownName(unknown, in: e)
    }
    let v = try value(of: program, at: [], in: e)
    if let r = v.rational { return r }
    let range = e.arena.nodes[Int(e.root)].range
    guard case .enclosed(let x) = v, v.certainDigits(1) > 0 else {
      throw Fault("the value is not decided: \(v.text(digits: digits))", at: range)
    }
    guard let (l, _) = x.rational else { throw Fault("the value is too large", at: range) }
    return l
  }

  /// The entries of `[1, 2]`, or a single expression as a list of one.
  func entries(_ e: Expression, count: Int? = nil) throws(Fault) -> [Expression] {
    let n = e.arena.nodes[Int(e.root)]
    let out =
      n.kind == .matrix
      ? e.arena.list(at: n.a).map {
        Expression(arena: e.arena.pruned(to: $0), root: $0, text: e.text)
      }
      : [e]
    if let count, out.count != count {
      throw Fault("\(count) values are needed, here are \(out.count)", at: n.range)
    }
    return out
  }

  /// The entries as plain words, or entries of arrays as `w[2]`; "" for what is neither.
  func nameList(_ e: Expression) throws(Fault) -> [String] {
    try entries(e).map { e in
      let n = e.arena.nodes[Int(e.root)]
      if n.kind == .index { return e.written(unicode: false).filter { $0 != " " } }
      return n.kind == .name ? e.arena.names[Int(n.a)] : ""
    }
  }

  /// The values of the entries.
  func list(_ e: Expression, count: Int? = nil) throws(Fault) -> [Rational] {
    try entries(e, count: count).map { e throws(Fault) in try rational(e) }
  }

  /// The text of a bound, rounded away from the interval, to the digits shown.
  func outward(_ bound: Rational, _ side: OutwardSide) -> String {
    // Beyond the range of doubles a bound may have millions of digits, of which none is of interest.
    let least = Rational(10).power(-300) ?? .zero
    if bound.magnitude < least {
      if side == .lower { return bound.sign < 0 ? "-1e-300" : "0" }
      return bound.sign > 0 ? "1e-300" : "0"
    }
    return Certified.exact(bound.rounded(digits: digits, side)).text(digits: digits)
  }

  /// The loss that an expression names or is.
  func loss(_ e: Expression) throws(Fault) -> Loss {
    let n = e.arena.nodes[Int(e.root)]
    if n.kind == .name {
      let name = e.arena.names[Int(n.a)]
      if let d = environment[name] {
        let program = try environment.program(of: d)
        guard !program.variables.isEmpty else { throw noVariables(name, d) }
        return try loss(d, at: n.range)
      }
      throw unknownName(name, in: e)
    }
    let program = try environment.program(of: e)
    guard !program.variables.isEmpty else {
      throw Fault("this has no variable to descend in", at: n.range)
    }
    return try loss(
      Definition(name: "C", parameters: nil, body: e, serial: 0), at: n.range)
  }

  func noVariables(_ name: String, _ d: Definition) -> Fault {
    let fixed = d.body.namesUsed.first { environment.definitions[$0] != nil }
    return Fault(
      "\(name) has no variables",
      hint: fixed.map { "\($0) is a number now; forget \($0) makes it a variable again" } ?? "")
  }

  func unknownName(_ name: String, in e: Expression) -> Fault {
    let range = e.arena.nodes.first {
      $0.kind == .name && e.arena.names[Int($0.a)] == name
    }?.range
    let others = Array(environment.definitions.keys)
    if let shape = environment.declared[name] {
      return Fault(
        "\(name) is a variable\(shape.isScalar ? "" : ", \(shape),") and has no value here",
        hint: "a loss uses it: f = norm(\(name))^2; descend gives it values", at: range)
    }
    if let other = others.first(where: { $0.lowercased() == name.lowercased() }) {
      return Fault("unknown name \(name)", hint: "you defined \(other), not \(name)", at: range)
    }
    if let d = Distribution.named(name) {
      return Fault(
        "\(name) wants its arguments in parentheses", hint: "write \(d.example)", at: range)
    }
    if let statement = undone[name] {
      return Fault("unknown name \(name)", hint: "undo took it back: \(statement)", at: range)
    }
    let close = ClosestName.match(
      name, among: others + environment.functionNames + Command.all.map(\.name))
    let shown = name.unicodeScalars.allSatisfy { $0.value < 0x250 || $0.properties.isAlphabetic }
    return Fault(
      "unknown name \(shown ? name : "here")",
      hint: close.map { "did you mean \($0)?" }
        ?? "give it a value (\(name) = 1), or name it as a variable: f(\(name)) = …",
      at: range)
  }
}
