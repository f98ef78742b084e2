// A thousand random programs over arrays, in exact numbers: ⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩, the tangent against the
// linear coefficient of the exact difference, the program against its written-out form. Entries are small
// whole numbers, so that maxima are tied; what closed gates leave undefined stands in matrix products and
// sums.
import Testing

@testable import Calculus

/// A program drawn at random: `x`, `y` move, `gate` stands still and is 0 where nothing may count.
struct RandomProgram {
  var builder = ProgramBuilder()
  var output: Register = 0
  /// Every value is a polynomial of at most this degree in what moves, piece by piece.
  private var degrees: [Register: Int] = [:]
  private var pool: [Register] = []
  private var d: Draw

  static let highest = 8

  init(_ seed: Int) {
    d = Draw(seed)
    let shape = d.shape()
    for name in ["x", "y"] { add(builder.variable(name, shape), 1) }
    let gate = builder.variable("gate", shape)
    add(gated(by: gate, shape), 2)
    for _ in 0..<14 { grow() }
    for _ in 0..<40 where builder.extent(pool[pool.count - 1]).count > 6 { grow() }
    output = pool[pool.count - 1]
  }

  private mutating func add(_ r: Register, _ degree: Int) {
    degrees[r] = max(degree, degrees[r] ?? 0)
    pool.append(r)
  }

  /// x/gate where the gate is open, summed along each row and put through a product: closed gates hide a
  /// division by 0.
  private mutating func gated(by gate: Register, _ shape: Shape) -> Register {
    let quotient = builder.divide(pool[0], gate)
    let zero = builder.constant(.zero, builder.extent(gate))
    let open = builder.compare(.notEqual, gate, zero)
    let inside = builder.select(open, builder.multiply(quotient, pool[1]), zero)
    // Rows whose gates are all open count as a whole, others not at all.
    let closed = builder.compare(.equal, gate, zero)
    let isClosed = builder.maximum(closed, to: Extent(shape.rows, 1))
    let ones = builder.constant(.one, Extent(shape.columns, 2))
    let products = builder.matmul(quotient, ones)
    let sums = builder.sum(quotient, to: Extent(shape.rows, 1))
    let both = builder.add(products, builder.broadcast(sums, to: builder.extent(products)))
    let nothing = builder.constant(.zero, builder.extent(both))
    let kept = builder.select(builder.broadcast(isClosed, to: builder.extent(both)), nothing, both)
    return builder.add(inside, builder.broadcast(builder.sum(kept), to: builder.extent(inside)))
  }

  private mutating func grow() {
    let a = pool[d.below(pool.count)]
    let shape = builder.extent(a).shape
    let degree = degrees[a] ?? 1
    switch d.below(13) {
    case 0: add(builder.transpose(a), degree)
    case 1:
      let to = Shape(d.below(2) == 0 ? 1 : shape.rows, d.below(2) == 0 ? 1 : shape.columns)
      add(builder.sum(a, to: Extent(to)), degree)
    case 2:
      let to = Shape(d.below(2) == 0 ? 1 : shape.rows, d.below(2) == 0 ? 1 : shape.columns)
      add(builder.maximum(a, to: Extent(to)), degree)
    case 3:
      let to = Shape(
        shape.rows == 1 ? 1 + d.below(3) : shape.rows,
        shape.columns == 1 ? 1 + d.below(3) : shape.columns)
      add(builder.broadcast(a, to: Extent(to)), degree)
    case 4:
      let (row, column) = (d.below(shape.rows), d.below(shape.columns))
      let part = Shape(1 + d.below(shape.rows - row), 1 + d.below(shape.columns - column))
      add(builder.slice(a, row, column, part), degree)
    case 5:
      add(
        builder.place(a, d.below(2), d.below(2), in: Extent(shape.rows + 1, shape.columns + 1)),
        degree)
    case 6: add(builder.negate(a), degree)
    default: combine(a, shape, degree)
    }
  }

  /// With another value: of the same shape, or of one that a product wants.
  private mutating func combine(_ a: Register, _ shape: Shape, _ degree: Int) {
    let b = pool[d.below(pool.count)]
    let other = builder.extent(b).shape
    let (sum, top) = (degree + (degrees[b] ?? 1), max(degree, degrees[b] ?? 1))
    if d.below(3) == 0, sum <= Self.highest {
      if shape.columns == other.rows { return add(builder.matmul(a, b), sum) }
      if shape.rows == other.rows { return add(builder.crossprod(a, b), sum) }
    }
    if shape.stacked(below: other) != nil, d.below(3) == 0, shape.rows + other.rows < 5 {
      return add(builder.stack([a, b], vertically: true), top)
    }
    guard shape == other else { return }
    switch d.below(5) {
    case 0 where sum <= Self.highest: add(builder.multiply(a, b), sum)
    case 1: add(builder.apply(.maximum, a, b), top)
    case 2: add(builder.apply(.minimum, a, b), top)
    case 3:
      let gate = pool[2]
      guard builder.extent(gate).shape == shape else { return add(builder.subtract(a, b), top) }
      let still = builder.variable("gate", shape)
      let zero = builder.constant(.zero, Extent(shape))
      add(builder.select(builder.compare(.greater, still, zero), a, b), top)
    default: add(builder.add(a, b), top)
    }
  }
}

struct ArrayProgramTests {
  private static let a = CertifiedArithmetic(bits: 64, limit: 1 << 24)

  private func dot(_ x: [Certified], _ y: [Certified]) -> Certified {
    zip(x, y).reduce(.exact(.zero)) { Self.a.add($0, Self.a.multiply($1.0, $1.1)) }
  }

  /// The linear coefficient in h of p(x + h·v) for small h, by interpolation of polynomials through exact
  /// values: Σ f(kh)·ℓₖ′(0).
  private func linear(_ p: Program, _ x: [Rational], _ v: [Rational], side: Rational) -> [Certified]
  {
    let n = RandomProgram.highest + 3
    guard let tiny = Rational(2).power(-200) else { return [] }
    let nodes = (0...n).map { Rational($0) * tiny * side }
    var out: [Certified] = []
    for k in 0...n {
      var slope = Rational.zero
      for m in 0...n where m != k {
        var term = Rational.one / (nodes[k] - nodes[m])
        for j in 0...n where j != k && j != m { term = term * (-nodes[j]) / (nodes[k] - nodes[j]) }
        slope = slope + term
      }
      let f = p.run(Self.a, at: zip(x, v).map { .exact($0 + nodes[k] * $1) })
      let part = f.map { Self.a.multiply($0, .exact(slope)) }
      out = out.isEmpty ? part : zip(out, part).map { Self.a.add($0, $1) }
    }
    return out
  }

  @Test(arguments: 0..<10)
  func randomProgramsAreDifferentiatedRight(_ hundred: Int) throws {
    var (smooth, gates, ties, products) = (0, 0, 0, 0)
    for seed in (100 * hundred + 1)...(100 * hundred + 100) {
      let drawn = RandomProgram(seed)
      let p = drawn.builder.program(outputs: [drawn.output])
      var d = Draw(seed + 7777)
      let point = d.numbers(p.layout.count)
      // What stands still has gates; what is equal moves equally.
      let names = p.layout.variables.flatMap { v in (0..<v.shape.count).map { _ in v.name } }
      let way = zip(names, point).map { $0 == "gate" ? Rational.zero : $1 * $1 + Rational(2) * $1 }
      let w = d.numbers(p.extent(of: 0).count)

      var b = ProgramBuilder(p)
      let directions = Dictionary(
        uniqueKeysWithValues: p.layout.variables.indices.map { k in
          let v = p.layout.variables[k]
          return (v.name, b.constant(Array(way[p.layout.range(k)]), v.shape))
        })
      let tangent = b.tangents(of: p.outputs, along: directions)
      let weights = b.constant(w, p.extent(of: 0).shape)
      let total = b.sum(b.multiply(weights, p.outputs[0]))
      let adjoints = b.adjoints(of: total, by: p.variables)
      let exact = point.map(Certified.exact)
      let jv = b.program(outputs: tangent).run(Self.a, at: exact)
      let jw = b.program(outputs: adjoints).run(Self.a, at: exact)
      let left = dot(w.map(Certified.exact), jv)
      let back = dot(jw, way.map(Certified.exact))
      #expect(Self.a.subtract(left, back).isExactZero, "\(seed): \(left) \(back)")
      // Where different ones are tied by chance there are two slopes, and none to compare with.
      let right = linear(p, point, way, side: .one)
      if areSame(right, linear(p, point, way, side: Rational(-1))) {
        #expect(areSame(right, jv), "\(seed)")
        smooth += 1
      }
      // What is written out has the same values.
      #expect(areSame(p.expanded.run(Self.a, at: exact), p.run(Self.a, at: exact)), "\(seed)")
      #expect(p.expanded.isScalar && p.expanded.instructions.count <= p.expandedCount)

      let used = p.pruned.instructions
      gates += point.contains(where: \.isZero) && used.contains { $0.opcode == .select } ? 1 : 0
      ties += used.contains { $0.arrayOperation.map { $0 == .maximum } ?? false } ? 1 : 0
      products += used.contains { $0.arrayOperation?.order == .bilinear } ? 1 : 0
    }
    #expect(smooth > 90 && gates > 25 && ties > 25 && products > 25, "\(smooth) \(gates) \(ties)")
  }

  /// Dual numbers and jets share the ties of a maximum over what min and max made as reverse mode does.
  @Test func everyArithmeticSharesTies() throws {
    var b = ProgramBuilder()
    let x = b.variable("x", Shape(3, 1))
    let y = b.variable("y", Shape(3, 1))
    let larger = b.apply(.maximum, x, y)
    let top = b.maximum(larger)
    let p = b.program(outputs: [top])
    // Of six arguments five attain 2.
    let point = [2, 2, 2, 2, 1, 2].map { Certified.exact(Rational($0)) }
    let fifth = Certified.exact(Rational(1) / Rational(5))
    let expected = [2, 2, 2, 2, 1, 2].map { $0 == 2 ? fifth : .exact(.zero) }
    let a = Self.a
    let reverse = Array(p.gradient().run(a, at: point).dropFirst())
    #expect(areSame(reverse, expected))
    #expect(areSame(Array(p.expanded.gradient().run(a, at: point).dropFirst()), expected))
    for k in 0..<6 {
      let dual = p.run(
        DualArithmetic(a),
        at: point.enumerated().map { Dual(value: $1, tangent: .exact($0 == k ? .one : .zero)) })
      #expect(areSame([dual[0].tangent], [expected[k]]))
      let jets = JetArithmetic(a, order: 1)
      let series = p.run(
        jets,
        at: point.enumerated().map { jets.variable($1, slope: .exact($0 == k ? .one : .zero)) })
      #expect(areSame([series[0][1]], [expected[k]]))
    }
  }

  /// log Σ eˣ is smooth where all are equal, in doubles beyond their range, and the same in every form.
  @Test func logSumExpIsSmooth() throws {
    var b = ProgramBuilder()
    let x = b.variable("x", Shape(3, 1))
    let total = b.logSumExp(x)
    let p = b.program(outputs: [total])
    let equal = [Rational](repeating: Rational(5), count: 3).map(Certified.exact)
    let a = CertifiedArithmetic(bits: 200)
    let third = Rational(1) / Rational(3)
    for g in p.gradient().run(a, at: equal).dropFirst() {
      let gap = a.subtract(g, .exact(third)).number(a.enclosures)
      #expect(max(abs(gap.lowerDouble), abs(gap.upperDouble)) < 1e-50)
    }
    let far = DoubleArithmetic()
    #expect(p.run(far, at: [1000, 1000, -1000])[0] == 1000 + 0.6931471805599453)
    #expect(!p.expanded.instructions.contains { $0.elementary?.chooses ?? false })
  }
}
