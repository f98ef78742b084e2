// Invariant lines: a coordinate whose slope is 0 wherever the others are, as y in x²y² + x² at y = 0, and
// coordinates that start equal in a loss that may swap them. Both are kept exactly by every step, so that
// the run is one of fewer variables; doubles round it off, and enclosures of the whole meet the tie of a
// max for ever.
import Calculus

/// Numbers that are known exactly, or not at all.
private struct PartlyKnown: Arithmetic {
  private let base = CertifiedArithmetic(bits: 64)

  private func both(
    _ a: Rational?, _ b: Rational?, _ f: (Certified, Certified) -> Certified
  ) -> Rational? {
    a.flatMap { x in b.flatMap { f(.exact(x), .exact($0)).rational } }
  }
  func constant(_ value: Rational) -> Rational? { value }
  func add(_ a: Rational?, _ b: Rational?) -> Rational? { both(a, b, base.add) }
  func subtract(_ a: Rational?, _ b: Rational?) -> Rational? { both(a, b, base.subtract) }
  /// 0 times what has a value is 0; what has none leaves the domain of the slope anyway.
  func multiply(_ a: Rational?, _ b: Rational?) -> Rational? {
    a?.isZero == true || b?.isZero == true ? .zero : both(a, b, base.multiply)
  }
  func divide(_ a: Rational?, _ b: Rational?) -> Rational? {
    a?.isZero == true && b?.isZero != true ? .zero : both(a, b, base.divide)
  }
  func negate(_ a: Rational?) -> Rational? { a.map { -$0 } }
  func power(_ a: Rational?, _ n: Int) -> Rational? {
    n == 0 ? .one : a.flatMap { base.power(.exact($0), n).rational }
  }
  func lift(_ f: ElementaryFunction, _ a: Rational?, _ b: Rational?) -> Rational? {
    f.arity == 1 ? both(a, a) { x, _ in base.lift(f, x, x) } : both(a, b) { base.lift(f, $0, $1) }
  }
  func compare(_ c: Comparison, _ a: Rational?, _ b: Rational?) -> Rational? {
    both(a, b) { base.compare(c, $0, $1) }
  }
  func select(_ c: Rational?, _ a: Rational?, _ b: Rational?) -> Rational? {
    c.flatMap { $0.isZero ? b : a } ?? (a == b ? a : nil)
  }
  func isZero(_ a: Rational?) -> Bool { a?.isZero == true }
}

extension Loss {
  /// The coordinates at which descent from a point never moves, because their slopes are 0 wherever the
  /// others go.
  func pinned(at start: [Rational]) -> Set<Int> {
    let a = CertifiedArithmetic(bits: 64)
    let first = gradient.evaluate(a, at: start.map(Certified.exact)).slopes.map(\.isExactZero)
    var out = Set(first.indices.filter { first[$0] })
    while !out.isEmpty, out.count < start.count {
      let known = start.indices.map { out.contains($0) ? Optional(start[$0]) : nil }
      let slopes = gradient.evaluate(PartlyKnown(), at: known).slopes
      let kept = out.filter { slopes[$0]?.isZero == true }
      if kept == out { break }
      out = kept
    }
    return out
  }

  /// Whether the slope is 0 at every point, by the instructions.
  var restsEverywhere: Bool {
    gradient.evaluate(PartlyKnown(), at: variables.map { _ in nil }).slopes.allSatisfy {
      $0?.isZero == true
    }
  }

  /// Whether every two variables may be swapped, by the instructions: sums and products in any order.
  var isSymmetric: Bool {
    variables.count > 1 && (1..<variables.count).allSatisfy { swaps($0 - 1, $0) }
  }

  /// Whether two variables may be swapped, by the instructions: sums and products in any order.
  func swaps(_ i: Int, _ j: Int) -> Bool {
    guard program.instructions.count < 2000 else { return false }
    var table = CanonicalTable()
    var places = Array(variables.indices)
    let plain = table.number(program, places)
    places.swapAt(i, j)
    return table.number(program, places) == plain
  }

  /// The loss with some variables held at numbers, and all others equal to the first of them where
  /// `tied`.
  func restricted(to free: [Int], held start: [Rational], tied: Bool) -> Loss {
    let names = tied ? [variables[free[0]]] : free.map { variables[$0] }
    var b = ProgramBuilder(variables: names)
    let inputs = variables.indices.map { k in
      free.contains(k)
        ? b.variable(tied ? names[0] : variables[k]) : b.constant(start[k])
    }
    let outputs = b.inline(program, inputs)
    return Loss(name: name, program: b.program(outputs: outputs))
  }
}

/// Numbers for expressions, equal for those that differ by the order of sums, products and ties only.
private struct CanonicalTable {
  private struct Key: Hashable {
    var opcode: Opcode
    var function: UInt8
    var parts: [Int]
    var constant: Rational?
  }
  private var numbers: [Key: Int] = [:]

  private mutating func number(_ key: Key) -> Int {
    if let n = numbers[key] { return n }
    let n = numbers.count + 1
    numbers[key] = n
    return n
  }

  /// The number of a program's first output, its variable k read as that at `places[k]`.
  mutating func number(_ program: Program, _ places: [Int]) -> Int {
    var out: [Int] = []
    // The terms of a sum, negative where subtracted; the factors of a product.
    var terms: [[Int]] = []
    var factors: [[Int]] = []
    for i in program.instructions {
      func key(_ parts: [Int], _ constant: Rational? = nil) -> Key {
        Key(opcode: i.opcode, function: i.function, parts: parts, constant: constant)
      }
      var sum: [Int]?
      var product: [Int]?
      let n: Int
      switch i.opcode {
      case .constant: n = number(key([], program.constants[Int(i.a)]))
      case .variable: n = number(key([places[Int(i.a)]]))
      case .add, .subtract, .negate:
        let right =
          i.opcode == .add
          ? terms[Int(i.b)] : i.opcode == .subtract ? terms[Int(i.b)].map { -$0 } : []
        let left = i.opcode == .negate ? terms[Int(i.a)].map { -$0 } : terms[Int(i.a)]
        let all = (left + right).sorted()
        sum = all
        n = number(Key(opcode: .add, function: 0, parts: all, constant: nil))
      case .multiply:
        let all = (factors[Int(i.a)] + factors[Int(i.b)]).sorted()
        product = all
        n = number(key(all))
      case .apply where i.elementary?.isSymmetric == true:
        n = number(key([out[Int(i.a)], out[Int(i.b)]].sorted()))
      case .power: n = number(key([out[Int(i.a)], Int(i.b)]))
      default:
        var parts: [Int] = []
        i.forEachOperand { parts.append(out[Int($0)]) }
        n = number(key(parts))
      }
      out.append(n)
      terms.append(sum ?? [n])
      factors.append(product ?? [n])
    }
    return out[Int(program.outputs[0])]
  }
}
