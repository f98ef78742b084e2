// The table of a run: what a column is called, what heads it and what it says of a row.
import Calculus
import Descent

/// What of a run is shown.
struct RunView {
  /// Every so many rows; nil shows head and tail of a long run.
  var every: Int?
  /// The columns by name; nil for all.
  var columns: [String]?

  /// Whether a loss has more entries than a table shows.
  static func hasMany(_ loss: Loss) -> Bool {
    loss.variables.count > (loss.source.isScalar ? Session.mostEntries : 4)
  }
}

/// A column of a run's table.
enum RunColumn {
  case step, epoch, length, entry(Int), full, value, expected, slope, predicted, actual, error,
    sharpness

  /// All of a loss, in their order.
  static func all(_ loss: Loss) -> [RunColumn] {
    [.step, .epoch, .length] + loss.variables.indices.map(RunColumn.entry)
      + [.full, .value, .expected, .slope, .predicted, .actual, .error, .sharpness]
  }

  /// Those shown where none are asked for: of many entries their length, and λmax, which takes long to find,
  /// of none.
  private static func standard(_ plan: DescentPlan) -> [RunColumn] {
    let loss = plan.loss
    let hasMany = RunView.hasMany(loss)
    return all(loss).filter {
      switch $0 {
      case .length: hasMany
      case .entry: !hasMany
      case .sharpness: false
      case .epoch: plan.sampling?.batches != nil
      case .full: plan.fullEvery != nil
      case .expected: plan.hasExpectedLoss
      case .step, .value, .slope, .predicted, .actual, .error: true
      }
    }
  }

  /// Those of a view; of two of one name the first.
  static func chosen(_ view: RunView, _ plan: DescentPlan) -> [RunColumn] {
    guard let names = view.columns else { return standard(plan) }
    let loss = plan.loss
    let all = all(loss)
    return names.compactMap { name in all.first { $0.name(loss) == name } }
  }

  /// What `columns=` calls it.
  func name(_ loss: Loss) -> String {
    switch self {
    case .step: "t"
    case .epoch: "k"
    case .full: "full"
    case .expected: "expected"
    case .length: "norm"
    case .entry(let k): loss.variables[k]
    case .value: loss.name
    case .slope: "gradient"
    case .predicted: "predicted"
    case .actual: "actual"
    case .error: "error"
    case .sharpness: "sharpness"
    }
  }

  fileprivate func head(_ plan: DescentPlan) -> Table.Column {
    let loss = plan.loss
    let several = loss.variables.count > 1
    let isOfBatch = plan.sampling?.batches != nil
    let name = loss.name
    return switch self {
    case .epoch: .init(title: "k", subtitle: "epoch")
    case .full: .init(title: name, subtitle: "all rows")
    case .expected: .init(title: "mean \(name)", subtitle: "all seeds")
    case .step: .init(title: "t")
    case .length: .init(title: "‖x‖", spared: 2)
    case .entry(let k):
      .init(title: Spelling.shown(loss.variables[k], unicode: true), spared: several ? 2 : 1)
    case .value:
      .init(title: name, subtitle: isOfBatch ? "batch" : "", spared: several ? 1 : 3)
    case .slope: .init(title: "‖∇\(name)‖", spared: 4)
    case .predicted:
      .init(
        title: "predicted",
        subtitle: plan.step.isGradientDescent && plan.sampling?.deviations == nil
          ? "−η‖∇\(name)‖²" : "∇\(name)·Δx")
    case .actual: .init(title: "actual Δ\(name)", subtitle: isOfBatch ? "batch" : "")
    case .error: .init(title: "error", spared: several ? 3 : 2)
    case .sharpness: .init(title: "λmax")
    }
  }

  fileprivate func cell(_ r: Row, _ plan: DescentPlan, _ digits: Int) -> String {
    let loss = plan.loss
    switch self {
    case .epoch: return "\(plan.epoch(r.t))"
    case .full: return r.full?.text(digits: digits) ?? ""
    // An average is told as one.
    case .expected: return r.expected?.text(digits: min(digits, 4)) ?? ""
    case .step: return "\(r.t)\(r.tier == .double ? "≈" : "")"
    case .length: return norm(CertifiedArithmetic(bits: 256), r.point).text(digits: digits)
    case .entry(let k): return r.point[k].text(digits: digits)
    case .value: return r.value.text(digits: digits)
    case .slope: return r.slopeNorm.text(digits: digits)
    case .predicted: return r.predicted?.text(digits: digits) ?? ""
    case .actual:
      let mark = r.rose == true ? "▲ " : ""
      return r.change.map { mark + $0.text(digits: digits, signed: true) } ?? ""
    case .error: return r.error?.text(digits: digits, signed: true) ?? ""
    case .sharpness:
      return Curvature(loss, at: r.point, bits: 128)?.topText(digits) ?? "not found"
    }
  }
}

/// The rows of a run; a long one shows its head and tail, and says how to see the others.
func runTable(_ run: Trajectory, digits: Int, _ view: RunView = RunView()) -> Table {
  let loss = run.plan.loss
  let plan = run.plan
  let chosen = RunColumn.chosen(view, plan)
  let (shown, gaps) = shownRows(run, every: view.every)
  var table = Table(
    columns: chosen.map { $0.head(plan) },
    rows: shown.map { row in
      chosen.map { column in row.map { column.cell($0, plan, digits) } ?? "" }
    })
  table.gaps = gaps
  guard view.columns == nil else {
    for k in table.columns.indices { table.columns[k].spared = 0 }
    return table
  }
  let titles = table.columns.map(\.title)
  table.note = { left in
    let gone = left.map { titles[$0] }.joined(separator: ", ")
    let options = (["t"] + left.map { chosen[$0].name(loss) }).joined(separator: ", ")
    return "\(gone) left out to fit: again columns=[\(options)]"
  }
  return table
}

/// Rows that a run shows whole, and of a longer one its first and last: with verdict and prompt they
/// fill a window of 24 lines.
private let (whole, head, tail) = (14, 6, 5)

/// The rows to show, nil for each gap, and the words for the gaps by their places.
private func shownRows(_ run: Trajectory, every: Int?) -> ([Row?], [Int: String]) {
  let step = every ?? 1
  let all = run.rows.filter { $0.t % step == 0 || $0.t == run.steps }
  let isLong = every == nil && all.count > whole
  var shown: [Row?] = []
  var gaps: [Int: String] = [:]
  var last: Int?
  for (k, r) in all.enumerated() where !isLong || k < head || k >= all.count - tail {
    if let last, r.t > last + step {
      gaps[shown.count] = "\(r.t - last - 1) rows: \(wayToSee(run, after: every))"
      shown.append(nil)
    }
    last = r.t
    shown.append(r)
  }
  return (shown, gaps)
}

/// What shows more rows: all of them where they were kept, else about twenty.
private func wayToSee(_ run: Trajectory, after every: Int?) -> String {
  if every == nil, run.rows.count > run.steps { return "again every=1 shows all" }
  var power = 1
  while power < run.steps / 20 { power *= 10 }
  let step = [power / 5, power / 2, power].first { $0 > 0 && $0 >= run.steps / 20 } ?? power
  return "again every=\(step) shows some"
}
