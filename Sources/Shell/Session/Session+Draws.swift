// Start values that are drawn: `x0=uniform(-2, 2) seed=3`, `W0=glorot(1)`. What is drawn is a number like any
// other that was typed: the run from it is exact and certified as ever.
import Calculus

extension Call {
  /// The entries of a start that draws, each a number; nil where it draws nothing.
  ///
  /// Each call in the text of each variable is a stream of its own: two of them are two draws, and one that is
  /// added behind them moves neither.
  ///
  /// - Parameter place: which of the loss's variables it is for.
  func drawn(
    _ e: Expression, for v: Variable, at place: Int
  ) throws(Fault) -> (entries: [Expression], shape: Shape)? {
    let environment = session.environment
    guard !environment.draws(in: e).isEmpty else { return nil }
    let program = try environment.program(
      of: e,
      drawing: { row, arguments, range, n throws(Fault) in
        let example = "\(row.name)(\(row.arguments.joined(separator: ", ")))"
        guard arguments.count == row.arguments.count else {
          throw Fault(
            "\(row.name) takes \(row.arguments.count) number\(row.arguments.count == 1 ? "" : "s"), here are \(arguments.count)",
            hint: "it is \(example)", at: range)
        }
        let values = try arguments.map { e throws(Fault) in try session.rational(e) }
        if let complaint = row.complaint(values) { throw Fault(complaint, at: range) }
        let seed = row.hasSeed ? try self.seed(values[0], at: range) : try self.seed()
        let which = UInt32(clamping: place << 16 | n)
        return row.draw(
          values, v.shape, RandomStream(seed: seed, .start, occurrence: which))
      }, v.shape)
    if let unknown = program.variables.first { throw session.unknownName(unknown, in: e) }
    let numbers = program.run(CertifiedArithmetic(bits: 256), at: []).map { n in
      n.rational ?? n.nearestDouble.flatMap { Rational($0) }
    }
    guard numbers.allSatisfy({ $0 != nil }) else {
      throw Fault("this draw has no value", at: e.arena.nodes[Int(e.root)].range)
    }
    return (numbers.compactMap { $0.map { Expression(number: $0) } }, program.extent(of: 0).shape)
  }

  /// The seed of the command; 1 where none is given, which is said.
  func seed() throws(Fault) -> UInt64 {
    guard let a = argument("seed") else {
      session.warn("seed is not given: seed=1 is used")
      return 1
    }
    return try seed(try session.rational(a.value), at: a.range)
  }

  private func seed(_ value: Rational, at range: SourceRange) throws(Fault) -> UInt64 {
    guard let n = value.integer, let seed = UInt64(exactly: n) else {
      throw Fault("a seed is a whole number from 0 on", at: range)
    }
    return seed
  }

  /// Refuses a seed where nothing is drawn.
  func checkSeed(of variables: Layout) throws(Fault) {
    guard let a = argument("seed"), !variables.names.contains("seed") else { return }
    if ["batch", "noise"].contains(where: { argument($0) != nil }) { return }
    let environment = session.environment
    let starts = variables.names.flatMap(\.startNames).compactMap { environment[$0]?.body }
    let drawing = arguments.map(\.value) + starts
    let all = drawing.flatMap { environment.draws(in: $0).map(\.call) }
    if let own = all.first, all.allSatisfy(\.hasSeed) {
      throw Fault(
        "seed= is not for \(own.name), which has its own", hint: "write \(own.example)", at: a.range
      )
    }
    // A call that nobody knows is told as that.
    let isMisspelt = arguments.contains { argument in
      argument.value.references.contains { $0.call && !environment.functionNames.contains($0.name) }
    }
    guard all.isEmpty, !isMisspelt else { return }
    let name = variables.names.first.map(\.startName) ?? "x0"
    throw Fault(
      "seed= is of numbers that are drawn, and none is",
      hint: "write \(name)=uniform(-1, 1) seed=1", at: a.range)
  }
}
