// The report of a map: how many cells of each class, the dimension of the boundary, its JSON.
import Calculus
import Descent

extension Session {
  /// Runs a plan, and keeps the result for `plot` and `map zoom`.
  func map(_ plan: RegimeMapPlan) throws(Fault) -> RegimeMap {
    let result = plan.run(cancelled: cancelled) { share in
      report("map \(Int(exactly: (share * 100).rounded(.down)) ?? 0) % …")
    }
    results.keep(.map(result))
    if !result.isComplete { interrupted = true }
    return result
  }

  /// The report of a map.
  ///
  /// - Parameters:
  ///   - note: why it shows this part.
  ///   - file: where its picture was written, and the line that says so.
  func mapAnswer(_ map: RegimeMap, note: String?, _ file: (path: String, line: String)?) -> Answer {
    let plan = map.plan
    let cells = map.cells.count
    var blocks: [Answer.Block] = [
      .line(
        "map of \(plan.loss.name)\(byMethod(plan.step)) over \(axesText(plan))\(fixedText(map))"),
      .line("\(plan.columns) × \(plan.rows) cells, \(plan.steps) steps each"),
    ]
    if let note { blocks.insert(.line(note), at: 0) }
    let limits = limits(map)
    blocks.append(
      .table(
        Table(
          columns: [
            .init(title: "", isText: true), .init(title: "where it ends", isText: true),
            .init(title: "cells"), .init(title: "share"),
          ],
          rows: shownClasses(map, limits).map {
            [$0.mark, $0.words, String($0.count), percent($0.count, of: cells)]
          })))
    if let b = map.boundary {
      blocks.append(
        .line(
          "The boundary between the classes has dimension \(hundredths(b.value)) ± \(hundredths(b.standardError)) (counted in boxes of \(b.sides[0]) to \(b.sides[b.sides.count - 1]) cells; a smooth line has 1)."
        ))
    }
    blocks += notes(map).map(Answer.Block.line)
    if let file { blocks.append(.line(file.line)) }
    let path = file.map { JSON.string($0.path) } ?? .null
    return Answer("map", members(map, limits) + [("file", path)], blocks)
  }

  /// What is known of the limits of the legend, nil for other classes.
  private func limits(_ map: RegimeMap) -> [MapLimit?] {
    map.legend.map { c -> MapLimit? in
      switch c.kind {
      case .stationary(let x?), .approaching(let x): map.limit(x)
      default: nil
      }
    }
  }

  /// The legend in the words of the report, for a picture.
  func legendWords(_ map: RegimeMap) -> [String] {
    zip(map.legend, limits(map)).map { c, limit in
      if case .cycle(let p) = c.kind { return "cycle of \(p)" }
      var short = limit
      short?.kind = nil
      return words(c.kind, short, map, digits: 3)
    }
  }

  /// The character of each class of the legend, in the table and in the picture: limits are letters,
  /// cycles the digits of their periods, then capitals.
  func marks(_ map: RegimeMap) -> [Character] {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let periods = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var limits = 0
    return map.legend.map { c in
      switch c.kind {
      case .divergent: return "."
      case .chaotic: return "~"
      case .undecided: return "?"
      case .leavesDomain: return "x"
      case .missing: return " "
      case .cycle(let p): return periods[p % periods.count]
      case .stationary, .approaching:
        limits += 1
        return letters[(limits - 1) % letters.count]
      }
    }
  }

  /// The classes in words with their marks and cells; the rarer long cycles stand together.
  private func shownClasses(
    _ map: RegimeMap, _ limits: [MapLimit?]
  ) -> [(mark: String, words: String, count: Int)] {
    var out: [(mark: String, words: String, count: Int)] = []
    var first: Character?
    for ((c, limit), mark) in zip(zip(map.legend, limits), marks(map)) {
      if case .cycle(let p) = c.kind, p > 8 {
        if let first, let last = out.popLast() {
          out.append(("\(first)-\(mark)", last.words, last.count + c.count))
        } else {
          first = mark
          out.append((String(mark), "cycle of period 9 to \(map.plan.longestPeriod)", c.count))
        }
      } else {
        out.append((String(mark), words(c.kind, limit, map, digits: digits), c.count))
      }
    }
    return out
  }

  private func notes(_ map: RegimeMap) -> [String] {
    var out: [String] = []
    if !map.isComplete { out.append("Stopped: the cells done so far are kept.") }
    if map.legend.contains(where: { $0.kind == .undecided }) {
      out.append(
        "Undecided: after \(map.plan.steps) steps neither at rest nor in a cycle of up to \(map.plan.longestPeriod) points, nor clearly chaotic: slow, or a longer cycle. More steps= may decide."
      )
    }
    if map.legend.contains(where: { $0.kind == .chaotic }) {
      out.append(
        "Chaotic, evidence: in \(RegimeMap.chaosSteps) more steps it keeps its range, and neighbours part (Lyapunov exponent above 0)."
      )
    }
    if map.legend.contains(where: { if case .approaching = $0.kind { true } else { false } }) {
      out.append(
        "Creeps: from where it is after \(map.plan.steps) steps it is certain to end there, but it is not yet at rest."
      )
    }
    return out + [
      "A class is what \(map.plan.steps) steps in doubles show, not a proof. Try: plot, map zoom"
    ]
  }

  /// `η = 0.1 … 3 and x0 = -2 … 2`.
  func axesText(_ plan: RegimeMapPlan) -> String {
    [plan.horizontal, plan.vertical].map {
      "\(shownName($0.quantity)) = \(short($0.lower)) … \(short($0.upper))"
    }.joined(separator: " and ")
  }

  /// What is not on an axis.
  private func fixedText(_ map: RegimeMap) -> String {
    let plan = map.plan
    let axes = [plan.horizontal.quantity, plan.vertical.quantity]
    var parts: [String] = []
    if !axes.contains(.rate) { parts.append("η = \(short(plan.rate))") }
    for v in plan.loss.variables {
      if let a = plan.parameters[v] {
        parts.append("\(Spelling.shown(v, unicode: true)) = \(short(a)) held")
      } else if map.moving.contains(v), !axes.contains(.start(v)), let x = plan.start[v] {
        parts.append("\(Spelling.shown(v, unicode: true).startName) = \(short(x))")
      }
    }
    return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
  }

  private func shownName(_ q: MapAxis.Quantity) -> String {
    switch q {
    case .rate: "η"
    case .start(let v): Spelling.shown(v, unicode: true).startName
    case .parameter(let v): Spelling.shown(v, unicode: true)
    }
  }

  private func jsonName(_ q: MapAxis.Quantity) -> String {
    switch q {
    case .rate: "eta"
    case .start(let v): v.startName
    case .parameter(let v): v
    }
  }

  private func words(
    _ kind: MapClass.Kind, _ limit: MapLimit?, _ map: RegimeMap, digits: Int
  ) -> String {
    switch kind {
    case .approaching:
      let at = limit?.certified?.map { $0.text(digits: digits) } ?? []
      return "creeps towards \(point(at, map))\(limit?.kind.map { ", a \($0)" } ?? "")"
    case .stationary:
      guard let limit else { return "settles (many different limits)" }
      let kind = limit.kind.map { ", a \($0)" } ?? ""
      if let c = limit.certified {
        return "settles at \(point(c.map { $0.text(digits: digits) }, map))\(kind)"
      }
      return "settles near \(point(limit.nearest.map { rough($0) }, map))\(kind)"
    case .cycle(let p): return "cycle of period \(p)"
    case .divergent: return "diverges"
    case .leavesDomain: return "leaves the domain of \(map.plan.loss.name)"
    case .chaotic: return "chaotic, evidence"
    case .undecided: return "undecided"
    case .missing: return "not computed"
    }
  }

  private func point(_ texts: [String], _ map: RegimeMap) -> String {
    if texts.count == 1 { return "\(Spelling.shown(map.moving[0], unicode: true)) = \(texts[0])" }
    return "(\(texts.joined(separator: ", ")))"
  }

  private func short(_ x: Double) -> String { Certified(x).text(digits: 6) }
  private func rough(_ x: Double) -> String {
    abs(x) < 1e-5 ? "0" : Certified(x).text(digits: 4)
  }
  private func hundredths(_ x: Double) -> String {
    let n = Int(exactly: (x * 100).rounded()) ?? 0
    return "\(n / 100)." + (n % 100 < 10 ? "0" : "") + "\(n % 100)"
  }

  /// With one decimal; a class that has cells never shows as 0.
  private func percent(_ n: Int, of all: Int) -> String {
    let tenths = (n * 1000 + all / 2) / all
    return tenths == 0 ? "< 0.1 %" : "\(tenths / 10).\(tenths % 10) %"
  }

  /// Whether cells that tend to a limit have come to rest there; null for other classes.
  private func atRest(_ kind: MapClass.Kind) -> JSON {
    switch kind {
    case .stationary: .bool(true)
    case .approaching: .bool(false)
    default: .null
    }
  }

  private func members(_ map: RegimeMap, _ limits: [MapLimit?]) -> [(String, JSON)] {
    let plan = map.plan
    var counts: [(String, JSON)] = []
    for name in [
      "stationary", "cycle", "divergent", "leaves-domain", "chaotic", "undecided", "missing",
    ] {
      let n = map.legend.filter { $0.outcome == name }.reduce(0) { $0 + $1.count }
      if n > 0 { counts.append((name, .number(Double(n)))) }
    }
    let axes = zip([plan.horizontal, plan.vertical], [plan.columns, plan.rows]).map { a, n in
      JSON.object([
        ("name", .string(jsonName(a.quantity))), ("from", .number(a.lower)),
        ("to", .number(a.upper)), ("cells", .number(Double(n))),
      ])
    }
    let classes = zip(map.legend, limits).map { c, limit -> JSON in
      var period: JSON = .null
      if case .cycle(let p) = c.kind { period = .number(Double(p)) }
      let point = limit.map { l in
        JSON.array(l.certified.map { $0.map(json) } ?? l.nearest.map(JSON.number))
      }
      return .object([
        ("outcome", .string(c.outcome)), ("at_rest", atRest(c.kind)), ("period", period),
        ("limit", point ?? .null),
        ("count", .number(Double(c.count))),
      ])
    }
    return [
      ("loss", .string(plan.loss.name)), ("method", .string(plan.step.method.name)),
      ("axes", .array(axes)),
      ("steps", .number(Double(plan.steps))), ("counts", .object(counts)),
      ("classes", .array(classes)),
      ("boundary_dimension", map.boundary.map { .number($0.value) } ?? .null),
      ("boundary_standard_error", map.boundary.map { .number($0.standardError) } ?? .null),
      ("complete", .bool(map.isComplete)),
    ]
  }
}
