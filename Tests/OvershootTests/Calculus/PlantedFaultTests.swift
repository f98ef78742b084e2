// Every row of the function table is held against certified differences, and the same checker is
// shown to notice a planted fault in every row, so that a passing row means something.
import Calculus
import Testing

struct PlantedFaultTests {
  private static let a = EnclosureArithmetic(bits: 320)
  private static let rows = ElementaryFunction.table.flatMap { f in
    (0..<f.arity).map { (f.name, $0) }
  }

  /// Points inside the domain and off the kinks.
  private func samples(_ f: ElementaryFunction) -> [[Rational]] {
    let texts: [[String]]
    switch f.domain {
    case _ where f.name == "pow": texts = [["0.4", "1.9"], ["1.7", "0.6"], ["2.3", "-0.8"]]
    case _ where f.arity == 2: texts = [["0.4", "1.9"], ["1.7", "-0.6"], ["-1.2", "0.5"]]
    case .all: texts = [["-2.3"], ["-0.7"], ["0.4"], ["1.9"]]
    case .positive, .nonNegative: texts = [["0.3"], ["1.7"], ["12.4"]]
    case .aboveMinusOne: texts = [["-0.6"], ["0.3"], ["4.2"]]
    case .atLeastOne: texts = [["1.2"], ["3.4"]]
    case .closedUnit, .openUnit: texts = [["-0.8"], ["0.3"], ["0.9"]]
    }
    return texts.map { $0.map { (try? exact($0)) ?? .zero } }
  }

  private func value(_ f: ElementaryFunction, _ x: [Rational]) -> Enclosure {
    let p = x.map(Self.a.constant)
    return Self.a.lift(f, p[0], p[f.arity - 1])
  }

  private func moved(_ x: [Rational], _ k: Int, _ h: Rational) -> [Rational] {
    var y = x
    y[k] = y[k] + h
    return y
  }

  /// Whether the slope of the row, plus a planted fault, certainly differs from a central
  /// difference at a point.
  private func differs(
    _ f: ElementaryFunction, _ k: Int, at x: [Rational], fault: Rational = .zero
  ) throws -> Bool {
    let a = Self.a
    let h = try #require(Rational(2).power(-40))
    let rise = a.subtract(value(f, moved(x, k, h)), value(f, moved(x, k, -h)))
    let difference = a.divide(rise, a.constant(h + h))
    let p = x.map(a.constant)
    let rule = f.slope(k).run(a, at: [p[0], p[f.arity - 1], value(f, x), a.constant(.half)])[0]
    let gap = a.subtract(a.add(rule, a.constant(fault)), difference)
    try #require(gap.isDefined, "\(f.name) at \(x.map(\.nearestDouble))")
    // The difference is right to h² times a third derivative.
    return max(abs(gap.lowerDouble), abs(gap.upperDouble)) > 1e-18
  }

  @Test(arguments: rows)
  func slopesAreRight(_ name: String, _ k: Int) throws {
    let f = try #require(ElementaryFunction.named(name))
    for x in samples(f) {
      #expect(try !differs(f, k, at: x), "\(name) by \(k) at \(x.map(\.nearestDouble))")
    }
  }

  @Test(arguments: rows)
  func wrongSlopesAreNoticed(_ name: String, _ k: Int) throws {
    let f = try #require(ElementaryFunction.named(name))
    let fault = Rational(1) / Rational(1000)
    for x in samples(f) {
      #expect(try differs(f, k, at: x, fault: fault), "\(name) by \(k)")
      #expect(try differs(f, k, at: x, fault: -fault), "\(name) by \(k)")
    }
  }

  @Test(arguments: ElementaryFunction.table.map(\.name))
  func enclosuresContainSamples(_ name: String) throws {
    let f = try #require(ElementaryFunction.named(name))
    let a = Self.a
    for x in samples(f) {
      for radius in [Rational(1) / Rational(16), Rational(1) / Rational(1_000_000)] {
        let boxes = x.map { a.hull(a.constant($0 - radius), a.constant($0 + radius)) }
        let image = a.lift(f, boxes[0], boxes[f.arity - 1])
        try #require(image.isDefined)
        for n in -4...4 {
          for m in f.arity == 1 ? 0...0 : -4...4 {
            let steps = [n, m].map { radius * Rational($0) / Rational(4) }
            let inside = value(f, zip(x, steps).map { $0 + $1 })
            #expect(image.lowerDouble <= inside.upperDouble, "\(name)")
            #expect(inside.lowerDouble <= image.upperDouble, "\(name)")
          }
        }
      }
    }
  }

  @Test(arguments: rows)
  func jetsMatchDifferences(_ name: String, _ k: Int) throws {
    let f = try #require(ElementaryFunction.named(name))
    let a = Self.a
    let jets = JetArithmetic(a, order: 3)
    let h = try #require(Rational(2).power(-30))
    for x in samples(f) {
      let inputs = x.enumerated().map {
        jets.variable(a.constant($1), slope: a.constant($0 == k ? .one : .zero))
      }
      let jet = jets.lift(f, inputs[0], inputs[f.arity - 1])
      let v = [-2, -1, 0, 1, 2].map { value(f, moved(x, k, h * Rational($0))) }
      let rises = a.subtract(v[3], v[1])
      let bend = a.subtract(a.add(v[1], v[3]), a.add(v[2], v[2]))
      let outer = a.subtract(v[4], v[0])
      let twist = a.subtract(outer, a.add(rises, rises))
      let truths = [(rises, 1, Rational(2)), (bend, 2, Rational(2)), (twist, 3, Rational(12))].map {
        a.divide($0, a.constant($2 * (h.power($1) ?? .one))).midpoint
      }
      for (c, truth) in zip(jet.dropFirst(), truths) {
        #expect(near(c.midpoint, truth, 1e-11), "\(name) by \(k): \(c.midpoint), not \(truth)")
      }
    }
  }
}
