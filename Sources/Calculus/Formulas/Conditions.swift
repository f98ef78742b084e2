// Conditions are numbers: 0 is false, everything else is true, and what is computed here is 1 or 0. The
// left operand of `and`, `or` decides where it can; the right one is then a branch not taken, which may
// be undefined.

extension ProgramBuilder {
  /// 1 where `c` is 0, else 0.
  package mutating func not(_ c: Register) -> Register {
    truth(select(c, constant(.zero, extent(c)), constant(.one, extent(c))))
  }

  /// 1 where neither is 0; where `a` is 0, `b` may be undefined.
  package mutating func and(_ a: Register, _ b: Register) -> Register {
    let decided = isTruth(b) ? b : select(b, constant(.one, extent(b)), constant(.zero, extent(b)))
    return truth(select(a, decided, constant(.zero, extent(a))))
  }

  /// 1 where one of them is not 0; where `a` is not, `b` may be undefined.
  package mutating func or(_ a: Register, _ b: Register) -> Register {
    let decided = isTruth(b) ? b : select(b, constant(.one, extent(b)), constant(.zero, extent(b)))
    return truth(select(a, constant(.one, extent(a)), decided))
  }

  private func isTruth(_ r: Register) -> Bool {
    truths.contains(r) || instruction(r).opcode == .compare
  }

  private mutating func truth(_ r: Register) -> Register {
    truths.insert(r)
    return r
  }
}

extension Formula {
  /// A selection that is read as logic.
  enum Logic {
    case not(Int32)
    case and(Int32, Int32)
    case or(Int32, Int32)
  }

  /// What a node says where it is a selection between 1 and 0.
  func logic(_ n: Int32) -> Logic? {
    guard case .select(let c, let a, let b) = nodes[Int(n)] else { return nil }
    switch (constant(a), constant(b)) {
    case (.zero?, .one?): return .not(c)
    case (nil, .zero?): return isTruth(a) ? .and(c, a) : nil
    case (.one?, nil): return isTruth(b) ? .or(c, b) : nil
    default: return nil
    }
  }

  private func constant(_ n: Int32) -> Rational? {
    if case .number(let v) = nodes[Int(n)] { return v }
    return nil
  }

  /// Whether a node is 1 or 0 wherever it has a value.
  private func isTruth(_ n: Int32) -> Bool {
    var at = n
    while true {
      switch nodes[Int(at)] {
      case .compare: return true
      case .number(let v): return v.isZero || v == .one
      case .select(_, let a, let b):
        // Of a chain one branch is a number, so that the way down is one.
        guard let v = constant(a) ?? constant(b), v.isZero || v == .one else { return false }
        at = constant(a) == nil ? a : b
      default: return false
      }
    }
  }
}
