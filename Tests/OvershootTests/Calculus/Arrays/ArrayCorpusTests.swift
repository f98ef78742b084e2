// Three hundred losses over arrays against JAX (doubles) and mpmath (digits); none of the truth is ours.
import Testing

@testable import Calculus

struct ArrayCorpusTests {
  struct Case {
    var text: String
    var program: Program
    var point: [Double]
    var way: [Double]
    var value: Double
    var gradient: [Double]
    var product: [Double]
    var digits: String
    var slopes: [(entry: Int, digits: String)]
  }

  private static func cases() throws -> [Case] {
    try Cases.objects("arrays.jsonl").map { o in
      var environment = Environment()
      for v in o["variables"] as? [[Any]] ?? [] {
        environment.declare(
          v[0] as? String ?? "", Shape(v[1] as? Int ?? 1, v[2] as? Int ?? 1))
      }
      let text = o["text"] as? String ?? ""
      var parser = try Parser(Lexer(Array(text.utf8)))
      let e = try parser.expression()
      // All variables in the order of the file, also those that the loss does not read.
      let names = (o["variables"] as? [[Any]] ?? []).compactMap { $0[0] as? String }
      return Case(
        text: text, program: try environment.program(of: e, variables: names),
        point: o["point"] as? [Double] ?? [], way: o["way"] as? [Double] ?? [],
        value: o["value"] as? Double ?? .nan, gradient: o["gradient"] as? [Double] ?? [],
        product: o["product"] as? [Double] ?? [], digits: o["digits"] as? String ?? "",
        slopes: (o["slopes"] as? [[Any]] ?? []).map { ($0[0] as? Int ?? 0, $0[1] as? String ?? "") }
      )
    }
  }

  /// Up to 1e-12 of the largest number of the answer: what cancels in one entry is not small in another.
  private func agree(_ x: [Double], _ y: [Double]) -> Bool {
    let size = max(1, y.map(abs).max() ?? 1)
    return x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 1e-12 * size }
  }

  @Test func valuesGradientsAndProductsAreThoseOfJAX() throws {
    let all = try Self.cases()
    #expect(all.count == 300)
    for c in all {
      let gradient = c.program.gradient()
      let product = gradient.product(along: c.program.variables)
      for p in [c.program, c.program.expanded] {
        // The entries written out are differentiated as numbers.
        let g = p.isScalar ? p.gradient() : gradient
        let run = DoubleProgram(g)
        run.run(at: c.point)
        #expect(agree(run.outputs, [c.value] + c.gradient), "\(c.text)")
      }
      let both = c.point + c.way
      let hv = product.run(DoubleArithmetic(), at: both)
      #expect(agree(hv, c.product), "\(c.text)")
      for p in [gradient, product] {
        let engine = ArrayEngine(p)
        let at = p.layout.count == both.count ? both : c.point
        for (k, v) in at.enumerated() { engine.input[k] = v }
        engine.run()
        let out = (0..<engine.outputCount).map { engine[$0] }
        #expect(
          agree(out, at.count == both.count ? c.product : [c.value] + c.gradient), "\(c.text)")
      }
    }
  }

  /// No certified digit is wrong, and none is held back: fifteen of each number.
  @Test func certifiedDigitsAreThoseOfMpmath() throws {
    let a = CertifiedArithmetic(bits: 256)
    var answers = 0
    for c in try Self.cases() {
      let point = c.point.map { Certified.exact(Rational($0) ?? .zero) }
      let out = c.program.gradient().run(a, at: point)
      let truths = [(0, c.digits)] + c.slopes.map { ($0.entry + 1, $0.digits) }
      for (k, digits) in truths {
        answers += 1
        let v = out[k]
        let truth = try #require(Double(digits))
        // Differences with h = 1e-30 leave an error of some 1e-55 where the slope is 0.
        if abs(truth) < 1e-40 {
          #expect(abs(v.nearestDouble ?? 0) < 1e-40, "\(c.text) \(k)")
          continue
        }
        #expect(v.isCertain(15), "\(c.text) \(k): \(v.text(digits: 15))")
        #expect(Double(v.text(digits: 15)) == rounded(digits, to: 15), "\(c.text) \(k)")
      }
    }
    #expect(answers >= 1000)
  }
}
