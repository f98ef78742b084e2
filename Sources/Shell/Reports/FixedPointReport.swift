// Where descent rests, for `rule` and `regime`: stationary points and whole curves of them, with the
// multipliers 1 − ηλ, η symbolic or given, and the rates for which each attracts.
import Calculus
import Descent

struct FixedPointReport {
  let json: JSON
  let blocks: [Answer.Block]

  /// - Parameters:
  ///   - eta: the rate where the multipliers are wanted as numbers.
  ///   - around: points of interest.
  ///   - limit: a resting point that is known.
  init(
    _ loss: Loss, eta: Rate? = nil, around: [[Double]], limit: [Certified] = [],
    budget: Int = 6000, session s: Session
  ) {
    guard
      let found = FixedPoints.search(loss, around: around, limit: limit, budget: budget)
    else {
      json = .array([])
      blocks = [.line("Resting points are sought for up to 8 variables.")]
      return
    }
    let writer = Writer(loss: loss, rate: loss.rateName, value: eta, session: s)
    let rows =
      found.sets.map(writer.row) + found.flats.map(writer.row) + found.stretches.map(writer.row)
      + found.points.map(writer.row)
    json = .array(
      found.sets.map(writer.item) + found.flats.map(writer.item) + found.stretches.map(writer.item)
        + found.points.map(writer.item))
    var blocks: [Answer.Block] = [.line(FixedPointReport.head(found, loss))]
    if !rows.isEmpty {
      let titles = [
        "at", "kind", loss.variables.count == 1 ? "multiplier" : "multipliers", "attracts for",
      ]
      blocks.append(
        .table(Table(columns: titles.map { .init(title: $0, isText: true) }, rows: rows)))
    }
    blocks += FixedPointReport.evidence(found, loss).map(Answer.Block.line)
    self.blocks = blocks
  }

  private static func head(_ found: FixedPoints, _ loss: Loss) -> String {
    if found.everywhere {
      return "It rests everywhere: the slope is 0 at every point, and nothing moves at any rate."
    }
    if let (l, u) = found.searched {
      let range = "\(Certified.exact(l).text(digits: 6)) and \(Certified.exact(u).text(digits: 6))"
      if found.points.isEmpty, found.stretches.isEmpty {
        return found.complete
          ? "It rests nowhere between \(range)."
          : "No resting point was found between \(range), but perhaps there is one."
      }
      return "Resting points (all between \(range)\(found.complete ? "" : ", perhaps not all")):"
    }
    if found.points.isEmpty, found.sets.isEmpty, found.flats.isEmpty {
      return "No resting point was found from \(starts(loss)) starts."
    }
    return "Resting points (found from \(starts(loss)) starts, perhaps not all):"
  }

  private static func starts(_ loss: Loss) -> Int {
    StationarySearch.starts(loss.variables.count).count
  }

  /// Why the rows that are not points are true, in words.
  private static func evidence(_ found: FixedPoints, _ loss: Loss) -> [String] {
    var out: [String] = []
    let stays =
      "Pushed along it, a point stays where it is put: that multiplier is 1. Across it the other one decides."
    if !found.sets.isEmpty {
      let factors = found.sets.map { $0.equation.text(unicode: true) }
      let one = factors.count == 1
      out.append(
        "Proved: every slope has the factor\(one ? "" : "s") \(factors.joined(separator: " and ")), so \(loss.name) rests wherever \(one ? "it" : "one of them") is 0. \(stays)"
      )
    }
    let lines = found.flats.filter { !$0.directions.isEmpty }
    if !lines.isEmpty {
      out.append(
        "Proved: on the whole \(lines[0].directions.count == 1 ? "line" : "plane") every slope is exactly 0, for every \(letters(lines[0].directions.count, loss).joined(separator: " and ")). \(stays)"
      )
    }
    if let near = found.flats.first(where: \.directions.isEmpty) {
      out.append(
        "Not isolated: steps along the \(near.flat == 1 ? "flat direction" : "flat directions"), both ways, each lead to another resting point nearby. That is evidence, not a proof."
      )
    }
    return out
  }

  /// Names for the parameters of a line or plane that are none of the loss's.
  fileprivate static func letters(_ count: Int, _ loss: Loss) -> [String] {
    let free = ["t", "s", "k", "m", "a", "b", "c", "d", "e"].filter { !loss.variables.contains($0) }
    return Array(free.prefix(count))
  }
}

/// Rows and members for one loss and rate.
private struct Writer {
  let loss: Loss
  /// The rate's name as typed, and its value where numbers are wanted.
  let rate: String
  let value: Rate?
  let session: Session
  var eta: String { Spelling.shown(rate, unicode: true) }
  var digits: Int { session.digits }

  // A point.

  /// A point; of many variables some coordinates, to fewer digits.
  private func place(_ x: [Certified]) -> String {
    if x.count <= 3 { return pointWords(x, loss, digits) }
    let all = x.map { numeral($0, min(digits, 4)) }
    return "(" + all.abbreviated(to: 4).joined(separator: ", ") + ")"
  }

  func row(_ p: FixedPoint) -> [String] {
    let at = place(p.at)
    let point = p.at.compactMap(\.rational)
    if !loss.kinks(at: point).isEmpty {
      return loss.slopeJumps(at: point) == true
        ? [at, "kink", "the slope jumps", "only where it lands"]
        : [at, "not decided", "a function in it has a kink", "not decided"]
    }
    if p.curvatures.isEmpty {
      return [at, "not decided", "a function in it may have a kink", "not decided"]
    }
    let never =
      switch p.kind {
      case nil: "not decided"
      case .degenerate: "the multiplier 1 does not tell"
      default: "no \(eta) > 0: it repels"
      }
    return [
      at, p.kind?.rawValue ?? "not decided",
      p.curvatures.reversed().map(multiplier).abbreviated(to: 4).joined(separator: ", "),
      p.stableBelow.map { "0 < \(eta) < " + $0.text(digits: digits) } ?? never,
    ]
  }

  func item(_ p: FixedPoint) -> JSON {
    let multipliers: [JSON] =
      value.map { value in p.multipliers(value).map { coordinate($0).value } }
      ?? p.curvatures.reversed().map { .string(multiplier($0)) }
    return .object(
      member("at", of: p.at) + [
        ("kind", p.kind.map { .string($0.rawValue) } ?? .null),
        ("multipliers", .array(multipliers)),
      ] + member("eta_stable", p.stableBelow))
  }

  /// 1 − λη for a curvature λ, or its value.
  private func multiplier(_ curvature: Certified) -> String {
    if let value = value {
      let a = CertifiedArithmetic(bits: 256)
      return numeral(
        a.subtract(.exact(.one), a.multiply(value.number(a), curvature)), digits)
    }
    let text = numeral(curvature, digits)
    if text == "0" || text == "0~" { return "1" }
    let size = text.hasPrefix("-") ? String(text.dropFirst()) : text
    return "1 \(text.hasPrefix("-") ? "+" : "−") " + (size == "1" ? "" : size + "·") + eta
  }

  // A curve or surface given by an equation.

  func row(_ set: RestingSet) -> [String] {
    let n = loss.variables.count
    let kind =
      switch n {
      case 2: set.isStraight ? "line" : "curve"
      case 3: set.isStraight ? "plane" : "surface"
      default: "not isolated"
      }
    return [equation(set), kind, "1 along; \(across(set))", attraction(set)]
  }

  func item(_ set: RestingSet) -> JSON {
    .object([
      ("where", .string(equation(set))),
      ("multipliers", .array([.string("1"), .string(across(set))])),
      ("attracts", .string(attraction(set))), ("proved", .bool(true)),
    ])
  }

  private func equation(_ set: RestingSet) -> String { set.equation.text(unicode: true) + " = 0" }

  private func across(_ set: RestingSet) -> String {
    if let value = set.across.value { return multiplier(.exact(value)) }
    let size = UpdateRule.product(set.across, rate: rate).text(unicode: true)
    if size.count > 48 { return "1 − \(eta)·λ with the curvature λ across" }
    return "1 \(set.across.factors.isNegative ? "+" : "−") \(size)"
  }

  private func attraction(_ set: RestingSet) -> String {
    let f = set.across.factors
    if set.across.isZero { return "the multiplier 1 does not tell" }
    let two = Certified.exact(Rational(2) / f.number).text(digits: digits)
    if set.across.value != nil {
      return f.isNegative ? "no \(eta) > 0: it repels" : "0 < \(eta) < \(two)"
    }
    let rest =
      f.number == .one && !f.isNegative
      ? set.across : set.across.divided(by: f.isNegative ? -f.number : f.number)
    let text = rest.text(unicode: true)
    if text.count > 44 { return "where |multiplier| < 1" }
    let size = eta + "·" + (rest.isSum ? "(\(text))" : text)
    return f.isNegative ? "-\(two) < \(size) < 0" : "0 < \(size) < \(two)"
  }

  // An interval.

  func row(_ stretch: RestingStretch) -> [String] {
    [place(stretch), "flat", "1", "what lands there stays"]
  }

  func item(_ stretch: RestingStretch) -> JSON {
    .object(
      [("where", .string(place(stretch)))] + member("from", stretch.lower?.at)
        + member("to", stretch.upper?.at) + [
          ("kind", .string("flat")), ("multipliers", .array([.number(1)])),
          ("proved", .bool(true)),
        ])
  }

  /// `x < 0`, or `1 ≤ x ≤ 2`; in words where it is not known of an end whether it belongs to it.
  private func place(_ stretch: RestingStretch) -> String {
    func text(_ end: RestingStretch.End) -> (number: String, sign: String) {
      (numeral(end.at, digits), end.rests == true ? "≤" : "<")
    }
    let x = Spelling.shown(loss.variables[0], unicode: true)
    if [stretch.lower, stretch.upper].contains(where: { $0 != nil && $0?.rests == nil }) {
      let from = stretch.lower.map { " from \(text($0).number)" } ?? ""
      let to = stretch.upper.map { " up to \(text($0).number)" } ?? " on"
      return x + from + to
    }
    let (low, high) = (stretch.lower.map(text), stretch.upper.map(text))
    return switch (low, high) {
    case (nil, nil): "every \(x)"
    case (nil, let b?): "\(x) \(b.sign) \(b.number)"
    case (let a?, nil): "\(x) \(a.sign == "≤" ? "≥" : ">") \(a.number)"
    case (let a?, let b?): "\(a.number) \(a.sign) \(x) \(b.sign) \(b.number)"
    }
  }

  // A line or plane given by a point and directions, or a neighbourhood.

  func row(_ flat: RestingFlat) -> [String] {
    [place(flat), kind(flat), multipliers(flat), attraction(flat)]
  }

  func item(_ flat: RestingFlat) -> JSON {
    .object(
      member("at", of: flat.at) + [
        (
          "directions",
          .array(flat.directions.map { .array($0.map { .number($0.nearestDouble) }) })
        ), ("kind", .string(kind(flat))), ("multipliers", .string(multipliers(flat))),
        ("attracts", .string(attraction(flat))), ("proved", .bool(!flat.directions.isEmpty)),
      ])
  }

  private func kind(_ flat: RestingFlat) -> String {
    switch flat.directions.count {
    case 0: "not isolated"
    case 1: "line"
    case 2: "plane"
    default: "flat of dimension \(flat.directions.count)"
    }
  }

  /// `(t, -t, 1/2)`: each coordinate as point + t·direction.
  private func place(_ flat: RestingFlat) -> String {
    guard !flat.directions.isEmpty else { return "near " + place(flat.at) }
    let names = FixedPointReport.letters(flat.directions.count, loss)
    let entries = flat.at.indices.map { k -> String in
      var b = ProgramBuilder(variables: names)
      var sum = b.constant(flat.at[k].rational ?? .zero)
      for (name, v) in zip(names, flat.directions) {
        sum = b.add(sum, b.multiply(b.constant(v[k]), b.variable(name)))
      }
      return b.program(outputs: [sum]).simplified().text(unicode: true)
    }
    return "(" + entries.joined(separator: ", ") + ")"
  }

  private func multipliers(_ flat: RestingFlat) -> String {
    let others = flat.curvatures.reversed().map(multiplier).abbreviated(to: 3)
      .joined(separator: ", ")
    let along = flat.flat == 1 ? "1 along" : "1 along (\(flat.flat) times)"
    return (others.isEmpty ? along : "\(along); \(others)") + (flat.isConstant ? "" : " here")
  }

  private func attraction(_ flat: RestingFlat) -> String {
    guard let least = flat.curvatures.first, let top = flat.curvatures.last else { return "" }
    guard let sign = least.sign, sign != 0 else { return "not decided" }
    if sign < 0 { return "no \(eta) > 0: it repels" }
    let two = CertifiedArithmetic(bits: 128).divide(.exact(Rational(2)), top)
    return "0 < \(eta) < \(two.text(digits: digits))" + (flat.isConstant ? "" : " here")
  }
}

extension Loss {
  /// A name for η that is none of the variables.
  var rateName: String { variables.contains("eta") ? "rate" : "eta" }
}
