// threshold of a loss over rows of data: of all rows, of this step, of batches.
import Calculus
import Descent

extension Session {
  /// The critical rates of a loss over rows.
  func threshold(
    _ found: RowThresholds, _ loss: Loss, _ start: StepStart, eta: Certified?
  ) -> Answer {
    let a = CertifiedArithmetic(bits: 256)
    let name = Spelling.shown(loss.name, unicode: true)
    func t(_ c: Certified) -> String { c.text(digits: digits) }
    func times(_ rate: Certified?) -> String {
      guard let rate, let eta, rate.sign == 1, eta.sign == 1 else { return "" }
      return multipleWords(a.divide(eta, rate))
    }
    let top =
      found.largest.sign == 1 ? a.divide(.exact(Rational(2)), found.largest) : nil
    let noStep =
      switch found.bend {
      case -1: "none: \(name) falls at every rate"
      case 0: "none: no bend along it"
      default: "not decided"
      }
    var rows: [[String]] = []
    if loss.isQuadratic {
      rows.append([
        "this step (above it \(name) rises)", found.step.map(t) ?? noStep,
        times(found.step),
      ])
    }
    rows.append([
      "the curvature here (2/λmax)", top.map(t) ?? "none: λmax = \(t(found.largest))", times(top),
    ])
    var lines: [String] = []
    var members = member("lambda_max", found.largest)
    if let top { members += member("two_over_lambda_max", top) }
    if let size = found.size, let low = found.batches.first, let high = found.batches.last {
      rows.append([
        "batches of \(size) (2/λmax of \(found.batches.count) of them)",
        "\(low.rough(3)) to \(high.rough(3))",
        times(Certified(low)),
      ])
      lines.append(
        "A batch has a curvature of its own: above \(low.rough(3)) the sharpest of these \(found.batches.count) climbs on itself, though another may bring it down."
      )
      members.append(("batches", .array(found.batches.map(JSON.number))))
    }
    if loss.isQuadratic, found.isConvex, let top {
      lines.append(
        "\(name) is quadratic: gradient descent on all rows settles below η = \(t(top)), and from almost every start diverges above."
      )
    }
    members.append(("text", .array(lines.map(JSON.string))))
    let table = Table(
      columns: [
        .init(title: "critical for", isText: true), .init(title: "η", isText: true),
        .init(title: eta == nil ? "" : "yours/η"),
      ], rows: rows)
    let x = start.point(bits: 256)
    return Answer(
      "threshold", [("loss", .string(loss.name)), ("at", pointJSON(loss, x))] + members,
      [
        .line("critical rates of \(name) over \(loss.rowCount) rows, from \(pointLine(loss, x))"),
        .table(table),
      ] + lines.map(Answer.Block.line))
  }
}
