// rule: the descent map with η symbolic, the change of one step as a polynomial in η, fixed points.
import Calculus
import Descent

let ruleCommand = Command(
  name: "rule", summary: "the update rule with η symbolic, and where it rests", usage: "rule [f]",
  examples: ["f = x^2; rule", "f = x^4/4-x^2/2; rule"], isAboutFormulas: true
) { call throws(Fault) in
  let loss = try call.loss()
  try call.checkArguments([], [])
  return [call.session.rule(loss)]
}

extension Session {
  func rule(_ loss: Loss) -> Answer {
    let rate = loss.variables.contains("eta") ? "rate" : "eta"
    let rule = UpdateRule(loss, rate: rate)
    let eta = Spelling.shown(rate, unicode: true)
    var lines = zip(loss.variables, rule.next).map { v, f in
      "\(Spelling.shown(v, unicode: true)) ← \(f.text(unicode: true))"
    }
    if let change = rule.change {
      let text = polynomial(change, in: eta)
      lines.append(
        text.count < 200
          ? "Δ\(loss.name) = \(text)"
          : "Δ\(loss.name) is a polynomial of degree \(change.count) in \(eta), too long to show")
    }
    let (table, items, head) = restingPoints(loss, eta)
    return Answer(
      "rule",
      [
        ("text", .array(lines.map(JSON.string))),
        ("latex", .array(rule.next.map { .string($0.latex()) })), ("fixed_points", items),
      ], lines.map(Answer.Block.line) + [.line(head)] + (table.map { [.table($0)] } ?? []))
  }

  /// Where the map rests, with multipliers in η and the rates for which each point attracts.
  private func restingPoints(_ loss: Loss, _ eta: String) -> (Table?, JSON, String) {
    let run = trajectory.map { $0.plan.loss.name == loss.name ? $0 : nil } ?? nil
    let ends = run.map { r in
      [r.plan.start.map(\.nearestDouble), r.last?.point.compactMap(\.nearestDouble) ?? []]
    }
    let n = loss.variables.count
    let found: FixedPoints
    if n == 1 {
      found = FixedPoints.all(of: loss, around: (ends ?? []).flatMap { $0 })
    } else if n <= 8 {
      let ones = [0.0, 1, -1].map { Array(repeating: $0, count: n) }
      found = FixedPoints.near(loss, starts: ones + (ends ?? []).filter { $0.count == n })
    } else {
      return (nil, .array([]), "Fixed points are sought for up to 8 variables.")
    }
    let head: String
    if let (l, u) = found.searched {
      let range = "\(Certified.exact(l).text(digits: 6)) and \(Certified.exact(u).text(digits: 6))"
      head =
        found.points.isEmpty
        ? found.complete
          ? "It rests nowhere between \(range)."
          : "No resting point was found between \(range), but perhaps there is one."
        : "It rests at (all between \(range)\(found.complete ? "" : ", perhaps not all")):"
    } else {
      head =
        found.points.isEmpty
        ? "No resting point was found from the starts tried."
        : "It rests at (found from a few starts, perhaps not all):"
    }
    let rows = found.points.map { p in
      let never =
        switch p.kind {
        case nil: "not decided"
        case .degenerate: "the multiplier 1 does not tell"
        default: "no η > 0: it repels"
        }
      if !kinks(loss, p.at.compactMap(\.rational)).isEmpty {
        return [pointWords(p.at, loss, digits), "kink", "the slope jumps", "only where it lands"]
      }
      return [
        pointWords(p.at, loss, digits), p.kind?.rawValue ?? "not decided",
        p.curvatures.reversed().map { multiplier($0, eta) }.joined(separator: ", "),
        p.stableBelow.map { "0 < \(eta) < " + $0.text(digits: digits) } ?? never,
      ]
    }
    let titles = ["at", "kind", n == 1 ? "multiplier" : "multipliers", "attracts for"]
    let items = found.points.map { p in
      JSON.object(
        [
          ("at", .array(p.at.map { .number(nearest($0)) })),
          ("multipliers", .array(p.curvatures.reversed().map { .string(multiplier($0, eta)) })),
        ] + member("eta_stable", p.stableBelow))
    }
    let table = Table(columns: titles.map { .init(title: $0, isText: true) }, rows: rows)
    return (rows.isEmpty ? nil : table, .array(items), head)
  }

  /// 1 − λη for a curvature λ.
  private func multiplier(_ curvature: Certified, _ eta: String) -> String {
    let text = numeral(curvature, digits)
    if text == "0" || text == "0~" { return "1" }
    let size = text.hasPrefix("-") ? String(text.dropFirst()) : text
    return "1 \(text.hasPrefix("-") ? "+" : "−") " + (size == "1" ? eta : size + "·" + eta)
  }
}

/// Σ cₖηᵏ, with the signs of the coefficients as signs of the sum.
private func polynomial(_ coefficients: [Formula], in eta: String) -> String {
  var out = ""
  for (k, c) in coefficients.enumerated() {
    var text = c.text(unicode: true)
    if text == "0" { continue }
    let negative = text.hasPrefix("-") && !c.isSum
    if negative { text.removeFirst() }
    if c.isSum { text = "(\(text))" }
    if text == "1" { text = "" }
    let power = eta + (k == 0 ? "" : Spelling.raised(k + 1))
    let sign = out.isEmpty ? (negative ? "−" : "") : negative ? " − " : " + "
    out += sign + text + (text.isEmpty ? "" : "·") + power
  }
  return out.isEmpty ? "0" : out
}
