// Enclosures against ranges that were found from extremes, not by interval arithmetic: they contain
// the range (the inclusion property, Moore 1966) and are at most 2 units in the last place wider.
import Calculus
import Testing

struct EnclosureVectorTests {
  @Test(arguments: [53, 128])
  func enclosuresContainTheRangeAndAreTight(_ bits: Int) throws {
    let arithmetic = EnclosureArithmetic(bits: bits)
    let lines = try Cases.lines("intervals.tsv").filter { !$0.hasPrefix("#") }
    #expect(lines.count == 248)
    for line in lines {
      let row = try IntervalRow(line)
      let value = try row.enclosure(in: arithmetic)
      guard let range = row.range else {
        #expect(value.decoration == row.decoration, "\(line)")
        continue
      }
      #expect(value.isDefined, "\(line)")
      let (l, u) = (value.lowerDouble, value.upperDouble)
      #expect(l <= range.lower && range.upper <= u, "\(line): [\(l), \(u)] misses some")
      #expect(
        l >= range.lower.nextDown.nextDown && u <= range.upper.nextUp.nextUp,
        "\(line): [\(l), \(u)] is wide")
    }
  }

  /// −0 is the number 0: an angle of a negative x is then π.
  @Test func theSignOfZeroIsNoNumber() throws {
    let arithmetic = EnclosureArithmetic(bits: 64)
    let function = try #require(ElementaryFunction.named("atan2"))
    let zero = arithmetic.negate(arithmetic.constant(0.0))
    let angle = arithmetic.lift(function, zero, arithmetic.constant(-1.0))
    #expect(angle.lowerDouble == Double.pi && angle.upperDouble == Double.pi.nextUp)
  }
}

/// An operation on intervals, with its range, or with what is known of its being defined.
private struct IntervalRow {
  let operation: String
  let arguments: [(lower: Double, upper: Double)]
  let range: (lower: Double, upper: Double)?
  let decoration: Decoration

  init(_ line: Substring) throws {
    let fields = line.split(separator: "\t")
    operation = String(fields[0])
    decoration =
      switch fields.last {
      case "undefined": .ill
      case "uncertain": .trv
      default: .dac
      }
    let numbers = try fields.dropFirst().dropLast(decoration == .dac ? 0 : 1).map {
      try #require(Double($0))
    }
    var pairs = stride(from: 0, to: numbers.count, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    range = decoration == .dac ? pairs.removeLast() : nil
    arguments = pairs
  }

  func enclosure(in arithmetic: EnclosureArithmetic) throws -> Enclosure {
    let a = arguments.map {
      arithmetic.hull(arithmetic.constant($0.lower), arithmetic.constant($0.upper))
    }
    switch operation {
    case "neg": return arithmetic.negate(a[0])
    case "sqr": return arithmetic.power(a[0], 2)
    case "pown": return arithmetic.power(a[0], Int(exactly: arguments[1].lower) ?? 0)
    case "add": return arithmetic.add(a[0], a[1])
    case "sub": return arithmetic.subtract(a[0], a[1])
    case "mul": return arithmetic.multiply(a[0], a[1])
    case "div": return arithmetic.divide(a[0], a[1])
    default:
      return arithmetic.lift(
        try #require(ElementaryFunction.named(operation)), a[0], a[a.count - 1])
    }
  }
}
