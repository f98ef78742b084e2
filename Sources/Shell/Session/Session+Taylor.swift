// taylor: the coefficients at a point of one variable, from both sides where a kink makes them differ;
// of several variables along the step that gradient descent would make there.
import Calculus
import Descent

extension Session {
  private static let mostBits = 4096

  func taylor(_ loss: Loss, at x: [TypedNumber], order: Int) throws(Fault) -> Answer {
    loss.variables.count == 1
      ? try taylorOfOne(loss, x, order) : try taylorAlongStep(loss, x, order)
  }

  /// Coefficients by a series, with the digits wanted certain where that can be.
  private func coefficients(
    _ series: (CertifiedArithmetic) -> [Certified]
  ) throws(Fault) -> [Certified] {
    var bits = 192
    while true {
      let a = CertifiedArithmetic(bits: bits)
      let all = series(a)
      // Coefficients are there only where the value is.
      let nought = a.multiply(.exact(.zero), all[0])
      let c = all.map { a.add($0, nought) }
      try stopIfCancelled()
      if bits >= Session.mostBits || c.allSatisfy({ $0.isDefined && $0.isCertain(digits) }) {
        return c
      }
      bits *= 2
    }
  }

  private func taylorOfOne(
    _ loss: Loss, _ x: [TypedNumber], _ order: Int
  ) throws(Fault) -> Answer {
    let place = x[0].value(CertifiedArithmetic(bits: 256))
    let kinks = x[0].rational.map { loss.kinks(at: [$0]) } ?? []
    let v = Spelling.shown(loss.variables[0], unicode: true)
    let around = place.isExactZero ? v : "(\(v) - \(place.text(digits: digits)))"
    let head = "\(loss.name) around \(pointLine(loss, [place]))"
    guard kinks.isEmpty else { return try taylorAtKink(loss, x[0], order, around, head, kinks) }
    let c = try coefficients { a in
      let jets = JetArithmetic(a, order: order, cancelled: cancelled)
      return loss.program.run(jets, at: [jets.variable(x[0].value(a), slope: .exact(.one))])[0]
    }
    return Answer(
      "taylor", [("at", pointJSON(loss, [place])), ("coefficients", .array(c.map(json)))],
      [.line(head), .table(powers(around, ["coefficient"], c.map { [$0.text(digits: digits)] }))])
  }

  /// The series of both sides; a coefficient is one where both have it, and all before it.
  private func taylorAtKink(
    _ loss: Loss, _ x: TypedNumber, _ order: Int, _ around: String, _ head: String,
    _ kinks: [String]
  ) throws(Fault) -> Answer {
    func side(_ direction: Int) throws(Fault) -> [Certified] {
      try coefficients { a in
        let jets = OneSidedJetArithmetic(a, order: order, cancelled: cancelled)
        let start = jets.variable(x.value(a), slope: .exact(Rational(direction)))
        let c = loss.program.run(jets, at: [start])[0]
        return c.enumerated().map { direction < 0 && $0 % 2 == 1 ? a.negate($1) : $1 }
      }
    }
    let (left, right) = (try side(-1), try side(1))
    let a = CertifiedArithmetic(bits: 512)
    let agreeing = zip(left, right).prefix { l, r in
      l.isDefined && r.isDefined && a.subtract(l, r).sign.map { $0 == 0 } ?? true
    }.count
    let c = right.enumerated().map { k, r in
      k < agreeing ? r : Certified.undefined("left and right differ from order \(agreeing) on")
    }
    let place = pointJSON(loss, [x.value(a)])
    var members: [(String, JSON)] = [("at", place), ("coefficients", .array(c.map(json)))]
    let names = kinks.joined(separator: " and ")
    if agreeing > order {
      let rows = c.map { [$0.text(digits: digits)] }
      return Answer(
        "taylor", members,
        [
          .line(head), .table(powers(around, ["coefficient"], rows)),
          .line("\(names) has a kink here; up to this order \(loss.name) shows none."),
        ])
    }
    members += [("left", .array(left.map(json))), ("right", .array(right.map(json)))]
    let rows = zip(left, right).map { [$0.text(digits: digits), $1.text(digits: digits)] }
    return Answer(
      "taylor", members,
      [
        .line(head), .table(powers(around, ["from the left", "from the right"], rows)),
        .line(
          "\(names) has a kink here: from order \(agreeing) on \(loss.name) has no Taylor coefficient, only one for each side."
        ),
      ])
  }

  private func powers(_ around: String, _ titles: [String], _ rows: [[String]]) -> Table {
    Table(
      columns: [.init(title: "power", isText: true)] + titles.map { .init(title: $0) },
      rows: rows.enumerated().map { ["\(around)^\($0)"] + $1 })
  }

  private func taylorAlongStep(
    _ loss: Loss, _ x: [TypedNumber], _ order: Int
  ) throws(Fault) -> Answer {
    let c = try coefficients { a in
      let point = x.map { $0.value(a) }
      let slope = loss.gradient.run(a, at: point).dropFirst()
      let jets = JetArithmetic(a, order: order, cancelled: cancelled)
      return loss.program.run(
        jets, at: zip(point, slope).map { jets.variable($0, slope: a.negate($1)) })[0]
    }
    let a = CertifiedArithmetic(bits: 256)
    let place = x.map { $0.value(a) }
    let kinks = StepStart(x).rational.map { loss.kinks(at: $0) } ?? []
    guard kinks.isEmpty else {
      throw Fault(
        "\(kinks.joined(separator: " and ")) has a kink at \(pointLine(loss, place)): there is no series",
        hint: "type why there: it looks at the step itself")
    }
    return Answer(
      "taylor",
      [
        ("at", pointJSON(loss, place)), ("along", .string("step")),
        ("coefficients", .array(c.map(json))),
      ],
      [
        .line("\(loss.name)(x − η∇\(loss.name)) around η = 0, from \(pointLine(loss, place))"),
        .table(powers("η", ["coefficient"], c.map { [$0.text(digits: digits)] })),
      ])
  }
}
