// Derivatives as formulas, as certified numbers, and by several independent ways.
import Calculus
import Descent

extension Session {
  /// A program's outputs at exact numbers, with the digits wanted certain where that can be.
  func certified(_ program: Program, at x: [Rational]) throws(Fault) -> [Certified] {
    var bits = 128
    let point = x.map(Certified.exact)
    while true {
      try stopIfCancelled()
      let v = program.run(CertifiedArithmetic(bits: bits), at: point)
      let good = v.allSatisfy { $0.isDefined && $0.isCertain(digits) }
      let isLast = bits >= 8192 || !program.affords(bits: 2 * bits)
      if good || isLast || v.contains(where: \.isCertainlyUndefined) {
        if v.contains(where: { !$0.isDefined }) {
          let isSure = v.contains(where: \.isCertainlyUndefined)
          let why = Undefinedness.first(in: program, at: point)?.words ?? "no value"
          let doubt = "not decided whether it is defined here: "
          throw Fault((isSure ? "undefined here: " : doubt) + why)
        }
        return v
      }
      bits *= 2
    }
  }

  /// Where a step goes: `w = 0.3 → 0.65`, `(0, 0) → (1.5, 0.5)`.
  func arrow(_ loss: Loss, from x: [Certified], to y: [Certified]) -> String {
    func shown(_ all: [Certified]) -> [String] {
      all.map { $0.text(digits: digits) }.abbreviated(to: Session.mostEntries)
    }
    let (here, next) = (shown(x), shown(y))
    return here.count == 1
      ? "\(Spelling.shown(loss.variables[0], unicode: true)) = \(here[0]) → \(next[0])"
      : "(\(here.joined(separator: ", "))) → (\(next.joined(separator: ", ")))"
  }

  func pointLine(_ loss: Loss, _ x: [Rational]) -> String {
    pointLine(loss, x.map(Certified.exact))
  }

  func pointLine(_ loss: Loss, _ x: [TypedNumber]) -> String {
    pointLine(loss, x.values(CertifiedArithmetic(bits: 256)))
  }

  func pointLine(_ loss: Loss, _ x: [Certified]) -> String {
    let layout = loss.source.layout
    return layout.variables.enumerated().map { k, v in
      let entries = Array(x[layout.range(k)])
      let name = Spelling.shown(v.name, unicode: true)
      if v.shape.isScalar { return "\(name) = \(entries[0].text(digits: digits))" }
      let texts = entries.map { $0.text(digits: digits) }
      // What looks the same in the digits shown need not be.
      if texts.count > Session.mostEntries, let first = entries[0].rational,
        entries.allSatisfy({ $0.rational == first })
      {
        return "\(name) = \(texts[0]) in all \(texts.count) entries"
      }
      return "\(name) = "
        + (texts.count > Session.mostEntries
          ? "[" + texts.abbreviated(to: Session.mostEntries).joined(separator: ", ") + "]"
          : arrayText(entries, v.shape))
    }.joined(separator: ", ")
  }

  func pointJSON(_ loss: Loss, _ x: [Rational]) -> JSON {
    pointJSON(loss, x.map(Certified.exact))
  }

  func pointJSON(_ loss: Loss, _ x: [TypedNumber]) -> JSON {
    pointJSON(loss, x.values(CertifiedArithmetic(bits: 256)))
  }

  func pointJSON(_ loss: Loss, _ x: [Certified]) -> JSON {
    let layout = loss.source.layout
    return .object(zip(layout.names, entriesJSON(loss, x)).map { ($0, $1) })
  }

  /// What stands for each variable: a number, or its entries.
  func entriesJSON(_ loss: Loss, _ x: [Certified]) -> [JSON] {
    let layout = loss.source.layout
    return layout.variables.enumerated().map { k, v in
      v.shape.isScalar
        ? json(x[layout.starts[k]]) : arrayJSON(Array(x[layout.range(k)]), v.shape)
    }
  }

  /// The variables of a loss, and the shapes of those that are arrays.
  func variablesJSON(_ loss: Loss) -> [(String, JSON)] {
    let layout = loss.source.layout
    let names = ("variables", JSON.array(layout.names.map(JSON.string)))
    let shapes = layout.variables.filter { !$0.shape.isScalar }.map {
      ($0.name, shapeJSON($0.shape))
    }
    return shapes.isEmpty ? [names] : [names, ("shapes", .object(shapes))]
  }

  /// Says where a kink makes the slope a convention.
  ///
  /// Empty where the point is not given by rationals.
  func kinks(_ loss: Loss, _ x: [Rational]) -> [String] {
    loss.kinks(at: x).map { name in
      guard let f = ElementaryFunction.named(name) else {
        return "a condition turns here: the slope shown is that of the branch taken"
      }
      if f.jumps { return "\(name) jumps here: the slope shown is that on both sides, 0" }
      return f.kink == .equalArguments
        ? "\(name) has a kink here: at a tie equal arguments share the slope"
        : "\(name) has a kink here: the slope shown is the midpoint of the one-sided slopes"
    }
  }

  /// The gradient by symbolic forms, dual numbers and jets.
  ///
  /// - Parameter chosen: the entries of the gradient that are asked for.
  private func independentGradients(
    _ loss: Loss, _ point: [Certified], _ chosen: [Int], _ a: CertifiedArithmetic
  ) -> [(way: String, gradient: [Certified])] {
    func seed(_ k: Int, _ j: Int) -> Certified { .exact(j == k ? .one : .zero) }
    let symbolic = chosen.map {
      symbolicProgram(loss, by: loss.variables[$0]).run(a, at: point)[0]
    }
    let dual = chosen.map { k in
      loss.program.run(
        DualArithmetic(a),
        at: point.enumerated().map { Dual(value: $1, tangent: seed(k, $0)) })[0].tangent
    }
    let jets = JetArithmetic(a, order: 1)
    let jet = chosen.map { k in
      loss.program.run(
        jets, at: point.enumerated().map { jets.variable($1, slope: seed(k, $0)) })[0][1]
    }
    return [("symbolic", symbolic), ("dual", dual), ("jet", jet)]
  }

  /// The gradient by symbolic forms, dual numbers, jets, reverse mode and differences.
  func check(_ loss: Loss, _ x: [Rational]) throws(Fault) -> Answer {
    let point = x.map(Certified.exact)
    // Of many entries some, evenly apart.
    let most = Session.mostEntries
    let chosen =
      x.count > SymmetricEigenvalues.largest
      ? (0..<most).map { $0 * (x.count - 1) / (most - 1) } : Array(x.indices)
    let whole = Array(try certified(loss.gradient, at: x).dropFirst())
    let reverse = chosen.map { whole[$0] }
    var bits = 256
    var a = CertifiedArithmetic(bits: bits)
    var ways = independentGradients(loss, point, chosen, a)
    // Where cancellation leaves a way undecided, more digits.
    while ways.contains(where: { $0.gradient.contains { !$0.isDefined } }), bits < 16_384 {
      bits *= 4
      a = CertifiedArithmetic(bits: bits)
      ways = independentGradients(loss, point, chosen, a)
    }
    ways.append((way: "reverse", gradient: reverse))
    let h = Rational(1) / Rational(1 << 40)
    let difference: [Certified] = chosen.map { k in
      func shifted(_ s: Rational) -> Certified {
        loss.program.run(a, at: x.enumerated().map { .exact($0 == k ? $1 + s : $1) })[0]
      }
      return a.divide(a.subtract(shifted(h), shifted(-h)), .exact(h + h))
    }
    let agree = ways.allSatisfy { w in
      zip(w.gradient, reverse).allSatisfy { u, v in
        u.isDefined && a.subtract(u, v).sign.map { $0 == 0 } ?? true
      }
    }
    let rows = (ways + [("difference", difference)]).map { way, g in
      [way] + g.map { agree ? $0.text(digits: digits) : "internal disagreement" }
    }
    let table = Table(
      columns: [.init(title: "way", isText: true)]
        + chosen.map { .init(title: "∂/∂" + Spelling.shown(loss.variables[$0], unicode: true)) },
      rows: rows)
    return Answer(
      "check",
      [
        ("at", pointJSON(loss, x)),
        ("variables", .array(chosen.map { .string(loss.variables[$0]) })),
        (
          "ways",
          .array(
            (ways + [("difference", difference)]).map { way, g in
              .object([("way", .string(way)), ("gradient", .array(agree ? g.map(json) : []))])
            })
        ), ("agree", .bool(agree)),
      ],
      [
        .line("∇\(loss.name) at \(pointLine(loss, x))"), .table(table),
        .line(
          agree
            ? (chosen.count < x.count ? "\(chosen.count) of \(x.count) slopes. " : "")
              + "The first four agree in every certified digit; the difference uses h = 2⁻⁴⁰."
            : "internal disagreement: please report this formula"),
      ])
  }
}
