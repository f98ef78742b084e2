// rule: the descent map with η symbolic, the change of one step as a polynomial in η, fixed points.
import Calculus
import Descent

let ruleCommand = Command(
  name: "rule", summary: "the update rule with η symbolic, and where it rests", usage: "rule [f]",
  examples: ["f = x^2; rule", "f = x^4/4-x^2/2; rule"]
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
    return Answer("rule", [("text", .array(lines.map(JSON.string)))], lines: lines)
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
    let power = eta + (k == 0 ? "" : (k + 1).superscript)
    let sign = out.isEmpty ? (negative ? "−" : "") : negative ? " − " : " + "
    out += sign + text + (text.isEmpty ? "" : "·") + power
  }
  return out.isEmpty ? "0" : out
}
