// Every row of the table of array operations is held against exact numbers: ⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩, the
// tangent against the linear coefficient of the exact difference, the shape rule against one written anew.
// The same checkers notice a fault planted in any column of any row.
import Testing

@testable import Calculus

/// Random small numbers and shapes that are the same in every run.
struct Draw {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func below(_ n: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: state >> 33) % n
  }

  /// −3 … 3, so that many are equal.
  mutating func small() -> Rational { Rational(below(7) - 3) }
  mutating func numbers(_ n: Int) -> [Rational] { (0..<n).map { _ in small() } }
  mutating func shape() -> Shape { Shape(1 + below(3), 1 + below(3)) }
}

/// Whether two lists are the same exact numbers.
func areSame(_ x: [Certified], _ y: [Certified]) -> Bool {
  x.count == y.count && zip(x, y).allSatisfy { $0.rational != nil && $0.rational == $1.rational }
}

struct ArrayRowTests {
  private static let a = CertifiedArithmetic(bits: 300)

  /// Steps that fit a row: shapes drawn, the rule not asked.
  private func step(_ row: ArrayOperation, _ d: inout Draw) -> ArrayStep {
    let x = d.shape()
    switch row.name {
    case "broadcast":
      let from = Shape(d.below(2) == 0 ? 1 : x.rows, d.below(2) == 0 ? 1 : x.columns)
      return ArrayStep([Extent(from)], Extent(x))
    case "matmul": return ArrayStep([Extent(x), Extent(x.columns, 2)], Extent(x.rows, 2))
    case "crossprod": return ArrayStep([Extent(x), Extent(x.rows, 2)], Extent(x.columns, 2))
    case "transpose": return ArrayStep([Extent(x)], Extent(x.columns, x.rows))
    case "slice", "place":
      let whole = Extent(x.rows + d.below(2), x.columns + d.below(2))
      let (row0, column0) = (
        d.below(whole.shape.rows - x.rows + 1), d.below(whole.shape.columns - x.columns + 1)
      )
      return row.name == "slice"
        ? ArrayStep([whole], Extent(x), row: row0, column: column0)
        : ArrayStep([Extent(x)], whole, row: row0, column: column0)
    case "fixed": return ArrayStep([Extent(x)], Extent(x))
    case "attains":
      return ArrayStep([Extent(x)], Extent(x), row: d.below(2), column: d.below(2))
    case "stack":
      let n = 1 + d.below(2)
      return d.below(2) == 0
        ? ArrayStep([Extent(x), Extent(n, x.columns)], Extent(x.rows + n, x.columns))
        : ArrayStep([Extent(x), Extent(x.rows, n)], Extent(x.rows, x.columns + n))
    default:
      let to = Shape(d.below(2) == 0 ? 1 : x.rows, d.below(2) == 0 ? 1 : x.columns)
      return ArrayStep([Extent(x)], Extent(to))
    }
  }

  /// A program of one instruction over `a`, `b`, of this row's step.
  private func program(_ row: ArrayOperation, _ s: ArrayStep) -> (ProgramBuilder, Register) {
    var b = ProgramBuilder()
    let x = s.operands.enumerated().map { k, e in b.variable(["a", "b"][k], e.shape) }
    var i = Instruction(opcode: .array, function: row.index, a: x[0], extent: s.extent)
    if x.count == 2 {
      i.b = x[1]
    } else {
      i.b = Int32(clamping: s.row)
      i.c = Int32(clamping: s.column)
    }
    let r = b.array(i)
    return (b, r)
  }

  private func isZero(_ v: Certified) -> Bool {
    if v.isExactZero { return true }
    guard case .enclosed(let e) = v, e.isDefined else { return false }
    return max(abs(e.lowerDouble), abs(e.upperDouble)) < 1e-60
  }

  private func dot(_ x: [Certified], _ y: [Certified]) -> Certified {
    zip(x, y).reduce(.exact(.zero)) { Self.a.add($0, Self.a.multiply($1.0, $1.1)) }
  }

  /// Whether tangent and adjoint of a row say the same, and the tangent is what the exact values say.
  private func derivativesHold(_ row: ArrayOperation, _ d: inout Draw) -> Bool {
    let s = step(row, &d)
    let (start, r) = program(row, s)
    var b = start
    let n = b.layout.count
    let point = d.numbers(n)
    // Along equal numbers what is tied moves together, so that there is one slope.
    let way = point.map { Rational(2) * $0 * $0 + Rational(1) }
    let w = d.numbers(s.extent.count)
    func registers(_ entries: [Rational]) -> [Register] {
      b.layout.variables.indices.map { k in
        b.constant(Array(entries[b.layout.range(k)]), b.layout.variables[k].shape)
      }
    }
    let tangent = row.tangent(&b, r, registers(way))
    let seed = b.constant(w, s.extent.shape)
    let cotangent = Cotangent(register: r, instruction: b.instruction(r), value: seed, gate: -1)
    let adjoints = s.operands.indices.map { row.adjoint(&b, cotangent, $0) }
    let all = b.program(outputs: [r, tangent] + adjoints).run(
      Self.a, at: point.map(Certified.exact))
    let m = s.extent.count
    guard all.count == 2 * m + n else { return false }
    let jv = Array(all[m..<(2 * m)])
    let jw = Array(all[(2 * m)...])
    let weights = w.map(Certified.exact)
    let ways = way.map(Certified.exact)
    guard isZero(Self.a.subtract(dot(weights, jv), dot(jw, ways))) else { return false }
    return row.name == "logsumexp"
      || areSame(difference(start.program(outputs: [r]), point, way), jv)
  }

  /// The linear coefficient in h of the values at x + h·v, which are quadratic in h: exactly.
  private func difference(
    _ p: Program, _ x: [Rational], _ v: [Rational]
  ) -> [Certified] {
    let h = Rational(1) / Rational(1 << 40)
    func at(_ s: Rational) -> [Certified] {
      p.run(Self.a, at: zip(x, v).map { .exact($0 + s * $1) })
    }
    return zip(at(h), at(-h)).map { Self.a.divide(Self.a.subtract($0, $1), .exact(h + h)) }
  }

  @Test(arguments: ArrayOperation.table.filter { $0.arity > 0 }.map(\.name))
  func derivativesAreRight(_ name: String) throws {
    let row = try #require(ArrayOperation.table.first { $0.name == name })
    var d = Draw(name.count)
    for _ in 0..<60 { #expect(derivativesHold(row, &d), "\(name)") }
  }

  @Test(arguments: ArrayOperation.table.filter { $0.arity > 0 }.map(\.name))
  func wrongDerivativesAreNoticed(_ name: String) throws {
    let row = try #require(ArrayOperation.table.first { $0.name == name })
    let moved = ArrayOperation(
      name: row.name, arity: row.arity, fits: row.fits, loop: row.loop,
      adjoint: { b, c, k in
        let right = row.adjoint(&b, c, k)
        return b.add(right, b.constant(.one, b.extent(right)))
      }, gate: row.gate, tangent: row.tangent, index: row.index)
    let quick = ArrayOperation(
      name: row.name, arity: row.arity, fits: row.fits, loop: row.loop, adjoint: row.adjoint,
      gate: row.gate,
      tangent: { b, r, d in
        let right = row.tangent(&b, r, d)
        return b.add(right, b.constant(.one, b.extent(right)))
      }, index: row.index)
    for (planted, column) in [(moved, "adjoint"), (quick, "tangent")] {
      var d = Draw(name.count)
      #expect((0..<60).contains { _ in !derivativesHold(planted, &d) }, "\(name): \(column)")
    }
  }

  /// Which entries of an operand an entry of the result is made of, by hand: from what the operation means.
  private func reads(_ name: String, _ s: ArrayStep, _ k: Int, _ entry: Int, _ result: Int) -> Bool
  {
    let (x, y) = (s.operands[k].shape, s.extent.shape)
    let (i, j) = (entry / x.columns, entry % x.columns)
    let (p, q) = (result / y.columns, result % y.columns)
    switch name {
    case "broadcast": return (x.rows == 1 || i == p) && (x.columns == 1 || j == q)
    case "matmul": return k == 0 ? i == p : j == q
    case "crossprod": return k == 0 ? j == p : j == q
    case "transpose": return i == q && j == p
    case "slice": return i == p + s.row && j == q + s.column
    case "place": return i + s.row == p && j + s.column == q
    case "stack":
      let first = s.operands[0].shape
      let isBelow = y.columns == first.columns
      if k == 0 { return i == p && j == q }
      return isBelow ? i + first.rows == p && j == q : i == p && j + first.columns == q
    case "attains": return false
    default: return (y.rows == 1 || i == p) && (y.columns == 1 || j == q)
    }
  }

  /// Whether a row's gates are open just where an operand's entry is read by some entry that counts.
  private func gatesHold(_ row: ArrayOperation, _ d: inout Draw) -> Bool {
    let s = step(row, &d)
    let (start, r) = program(row, s)
    var b = start
    let open = (0..<s.extent.count).map { _ in
      Rational(d.below(2) == 0 ? 0 : d.below(2) == 0 ? 1 : -2)
    }
    let gate = b.constant(open, s.extent.shape)
    let seed = b.constant(.one, s.extent)
    let cotangent = Cotangent(register: r, instruction: b.instruction(r), value: seed, gate: gate)
    let gates = s.operands.indices.map { row.gate(&b, cotangent, $0) }
    let point = (0..<b.layout.count).map { _ in Certified.exact(.one) }
    let all = b.program(outputs: gates).run(Self.a, at: point).map { !$0.isExactZero }
    var expected: [Bool] = []
    for (k, e) in s.operands.enumerated() {
      for entry in 0..<e.count {
        expected.append(
          open.indices.contains { !open[$0].isZero && reads(row.name, s, k, entry, $0) })
      }
    }
    return all == expected
  }

  @Test(arguments: ArrayOperation.table.filter { $0.arity > 0 }.map(\.name))
  func gatesAreRight(_ name: String) throws {
    let row = try #require(ArrayOperation.table.first { $0.name == name })
    var d = Draw(17 + name.count)
    for _ in 0..<80 { #expect(gatesHold(row, &d), "\(name)") }
  }

  @Test(arguments: ArrayOperation.table.filter { $0.arity > 0 }.map(\.name))
  func wrongGatesAreNoticed(_ name: String) throws {
    let row = try #require(ArrayOperation.table.first { $0.name == name })
    for turned in [Rational.zero, .one] {
      // An operation without slope has closed gates: only open ones are wrong.
      if name == "attains", turned.isZero { continue }
      let planted = ArrayOperation(
        name: row.name, arity: row.arity, fits: row.fits, loop: row.loop, adjoint: row.adjoint,
        gate: { b, c, k in b.constant(turned, b.extent(k == 0 ? c.instruction.a : c.instruction.b))
        },
        tangent: row.tangent, index: row.index)
      var d = Draw(17 + name.count)
      #expect((0..<80).contains { _ in !gatesHold(planted, &d) }, "\(name)")
    }
  }

  /// What a row's rule must say, written from what the operation means.
  private func fits(_ name: String, _ s: ArrayStep) -> Bool {
    let x = s.operands[0].shape
    let y = s.extent.shape
    func within(_ part: Int, _ whole: Int, _ at: Int) -> Bool { at >= 0 && part + at <= whole }
    switch name {
    case "broadcast":
      return [x.rows, y.rows].contains(x.rows) && (x.rows == y.rows || x.rows == 1)
        && (x.columns == y.columns || x.columns == 1)
    case "matmul":
      let z = s.operands[1].shape
      return x.columns == z.rows && y.rows == x.rows && y.columns == z.columns
    case "crossprod":
      let z = s.operands[1].shape
      return x.rows == z.rows && y.rows == x.columns && y.columns == z.columns
    case "transpose": return y.rows == x.columns && y.columns == x.rows
    case "slice": return within(y.rows, x.rows, s.row) && within(y.columns, x.columns, s.column)
    case "place": return within(x.rows, y.rows, s.row) && within(x.columns, y.columns, s.column)
    case "attains": return x == y && s.row < 2 && s.column < 2
    case "fixed": return x == y
    case "stack":
      let z = s.operands[1].shape
      let isBelow = x.columns == z.columns && y.columns == x.columns && y.rows == x.rows + z.rows
      let isBeside = x.rows == z.rows && y.rows == x.rows && y.columns == x.columns + z.columns
      return isBelow || isBeside
    default:
      return (y.rows == x.rows || y.rows == 1) && (y.columns == x.columns || y.columns == 1)
    }
  }

  /// Whether a row's rule is right for fitting and for random shapes.
  private func rulesHold(_ row: ArrayOperation, _ d: inout Draw) -> Bool {
    let good = step(row, &d)
    guard row.fits(good) else { return false }
    let any = ArrayStep(
      (0..<row.arity).map { _ in Extent(d.shape()) }, Extent(d.shape()), row: d.below(3),
      column: d.below(3))
    return row.fits(any) == fits(row.name, any)
  }

  @Test(arguments: ArrayOperation.table.filter { $0.arity > 0 }.map(\.name))
  func shapeRulesAreRight(_ name: String) throws {
    let row = try #require(ArrayOperation.table.first { $0.name == name })
    var d = Draw(3 + name.count)
    for _ in 0..<400 { #expect(rulesHold(row, &d), "\(name)") }
  }

  @Test(arguments: ArrayOperation.table.filter { $0.arity > 0 }.map(\.name))
  func wrongShapeRulesAreNoticed(_ name: String) throws {
    let row = try #require(ArrayOperation.table.first { $0.name == name })
    let rules: [@Sendable (ArrayStep) -> Bool] = [
      { _ in true }, { _ in false },
      { s in
        // Right but for one row too many.
        row.fits(
          ArrayStep(
            s.operands, Extent(s.extent.shape.rows + 1, s.extent.shape.columns), row: s.row,
            column: s.column))
      },
    ]
    for rule in rules {
      let planted = ArrayOperation(
        name: row.name, arity: row.arity, fits: rule, loop: row.loop, adjoint: row.adjoint,
        gate: row.gate, tangent: row.tangent, index: row.index)
      var d = Draw(3 + name.count)
      #expect((0..<400).contains { _ in !rulesHold(planted, &d) }, "\(name)")
    }
  }

  /// Data rows are an axis: products are of each row, and only a fold makes one of them.
  @Test func rowsOfDataAreAnAxis() {
    let row = Extent(Shape(1, 3), axis: 1)
    let plain = Extent(3, 2)
    let out = Extent(Shape(1, 2), axis: 1)
    #expect(ArrayOperation.matmul.fits(ArrayStep([row, plain], out)))
    #expect(!ArrayOperation.matmul.fits(ArrayStep([row, plain], Extent(1, 2))))
    let cross = Extent(Shape(3, 2), axis: 1)
    #expect(ArrayOperation.crossprod.fits(ArrayStep([row, out], cross)))
    #expect(!ArrayOperation.crossprod.fits(ArrayStep([row, out], plain)))
    #expect(ArrayOperation.sum.fits(ArrayStep([cross], plain)))
    #expect(ArrayOperation.sum.fits(ArrayStep([row], .scalar)))
    #expect(ArrayOperation.broadcast.fits(ArrayStep([.scalar], row)))
    #expect(!ArrayOperation.broadcast.fits(ArrayStep([row], Extent(1, 3))))
    #expect(!ArrayOperation.transpose.fits(ArrayStep([row], Extent(3, 1))))
    #expect(ArrayOperation.transpose.fits(ArrayStep([row], Extent(Shape(3, 1), axis: 1))))
    let other = Extent(Shape(1, 3), axis: 2)
    #expect(!ArrayOperation.crossprod.fits(ArrayStep([row, other], Extent(3, 3))))
  }
}
