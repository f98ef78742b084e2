// Maps of regimes and scans of attractors against what is known exactly, against one orbit at a time in
// plain doubles, and against themselves with other numbers of threads.
import Calculus
import Descent
import Testing

struct RegimeMapTests {
  private func loss(_ text: String) throws -> Loss {
    Loss(name: "f", program: try Program(parsing: text))
  }

  private func plan(
    _ text: String, eta: (Double, Double), x0: (Double, Double), columns: Int, rows: Int,
    steps: Int
  ) throws -> RegimeMapPlan {
    var plan = RegimeMapPlan(
      StepProgram(descending: try loss(text)), horizontal: MapAxis(.rate, eta.0, eta.1),
      vertical: MapAxis(.start("x"), x0.0, x0.1), columns: columns, rows: rows)
    plan.steps = steps
    return plan
  }

  private func kind(_ map: RegimeMap, _ column: Int, _ row: Int) -> MapClass.Kind {
    map.legend[Int(map.cells[row * map.plan.columns + column])].kind
  }

  /// x² multiplies x by 1 − 2η: it settles inside (0, 1), mirrors at 1, diverges beyond.
  @Test func aParabolaIsDecidedByTheRate() throws {
    let map = try plan(
      "x^2", eta: (0.25, 1.5), x0: (-2, 2), columns: 6, rows: 4, steps: 2000
    ).run()
    for row in 0..<4 {
      for column in 0..<3 { #expect(kind(map, column, row) == .stationary(limit: [0])) }
      #expect(kind(map, 3, row) == .cycle(period: 2))
      for column in 4..<6 { #expect(kind(map, column, row) == .divergent) }
    }
    #expect(map.legend.map(\.count) == [12, 4, 8])
    // At η = 1.5 the factor is −2: from 2 it passes 10⁶ at step 19.
    #expect(map.times[5] == 19)
    #expect(map.isComplete)
  }

  @Test func theNumberOfThreadsDoesNotMatter() throws {
    var plan = try plan(
      "x^4/4 - x^2/2 + sin(5*x)/10", eta: (0.005, 1), x0: (-2, 2), columns: 70, rows: 41,
      steps: 100)
    let maps = [1, 2, 3, 7].map { threads in
      plan.threads = threads
      return plan.run()
    }
    for map in maps.dropFirst() {
      #expect(map.cells == maps[0].cells)
      #expect(map.times == maps[0].times)
      #expect(map.legend == maps[0].legend)
      #expect(map.boundary == maps[0].boundary)
    }
  }

  /// Every cell beside the orbit of its point, one at a time, with libm: convergence, divergence with its
  /// time, 2-cycles.
  @Test func cellsAgreeWithSingleOrbits() throws {
    let plan = try plan(
      "x^4/4 - x^2/2 + sin(5*x)/10", eta: (0.02, 1), x0: (-2, 2), columns: 33, rows: 29, steps: 150)
    let map = plan.run()
    var differing = 0
    for row in 0..<plan.rows {
      for column in 0..<plan.columns {
        let eta = plan.horizontal.value(column, of: plan.columns)
        var x = plan.vertical.value(row, of: plan.rows)
        var orbit = [x]
        while orbit.count <= plan.steps, abs(x) <= 1e6 {
          x -= eta * plan.loss.gradient.run(DoubleArithmetic(), at: [x])[1]
          orbit.append(x)
        }
        let cell = row * plan.columns + column
        let last = orbit.count - 1
        let same: Bool
        switch kind(map, column, row) {
        case .divergent: same = abs(x) > 1e6 && map.times[cell] == last
        case .stationary(let limit):
          same = abs(x - orbit[last - 1]) <= 1e-9 && near(x, limit?.first ?? .nan, 1e-5)
        case .cycle(let p):
          same = abs(x - orbit[last - p]) <= 1e-9 && abs(x - orbit[last - 1]) > 1e-6
        case .undecided, .chaotic: same = abs(x) <= 1e6
        default: same = false
        }
        if !same { differing += 1 }
      }
    }
    #expect(differing == 0)
    #expect(map.legend.count > 5)
  }

  /// The rows of regimes.json, each as a map of one cell.
  @Test func noRegimeOfTheCasesIsMislabelled() throws {
    let rows = try Cases.object(Cases.text("regimes.json"))["rows"] as? [[String: Any]] ?? []
    #expect(rows.count == 44)
    var decided = 0
    for row in rows {
      let text = row["formula"] as? String ?? ""
      let expected = row["regime"] as? String ?? ""
      let loss = try loss(text)
      guard loss.variables == ["x"], let eta = Double(row["eta"] as? String ?? ""),
        let x0 = Double(row["x0"] as? String ?? "")
      else { continue }
      var plan = RegimeMapPlan(
        StepProgram(descending: loss), horizontal: MapAxis(.rate, eta, eta.nextUp),
        vertical: MapAxis(.start("x"), x0, x0.nextUp), columns: 1, rows: 1)
      plan.steps = 3000
      let map = plan.run()
      let label = "\(text) \(eta) \(x0): \(map.legend) for \(expected)"
      switch map.legend[0].kind {
      case .stationary(let limit):
        #expect(expected.hasPrefix("converges"), "\(label)")
        let truth = Double(row["limit"] as? String ?? "") ?? .nan
        #expect(near(limit?.first, truth, 1e-6), "\(label)")
        decided += 1
      case .approaching(let limit):
        #expect(expected.contains("sublinear") || expected.hasPrefix("converges"), "\(label)")
        let truth = Double(row["limit"] as? String ?? "") ?? .nan
        #expect(near(limit.first, truth, 1e-6), "\(label)")
      case .cycle(let p):
        #expect(expected == "cycle-\(p)", "\(label)")
        decided += 1
      case .divergent:
        #expect(expected == "divergent", "\(label)")
        if let steps = row["steps_to_1e6"] as? Int {
          #expect(map.times[0] == UInt32(steps), "\(label)")
        }
        decided += 1
      case .leavesDomain: #expect(expected.contains("domain"), "\(label)")
      case .chaotic: #expect(expected.contains("chaotic"), "\(label)")
      case .undecided:
        // Longer cycles than 16 are not looked for.
        let slow = ["sublinear", "chaotic", "undecided", "quasi", "drift", "cycle-36"]
        #expect(slow.contains { expected.contains($0) }, "\(label)")
      case .missing: Issue.record("\(label)")
      }
    }
    #expect(decided >= 30)
  }

  /// log x ends at 0, although the slope 1 − 1/x of the loss goes on beyond.
  @Test func leavingTheDomainIsNoticed() throws {
    let map = try plan(
      "x - log(x)", eta: (0.5, 9), x0: (-1, 4), columns: 2, rows: 2, steps: 100
    ).run()
    #expect(kind(map, 0, 0) == .leavesDomain)
    #expect(map.times[0] == 0)
    #expect(kind(map, 0, 1) == .stationary(limit: [1]))
    // 4 − 9·3/4 = −2.75 at step 1.
    #expect(kind(map, 1, 1) == .leavesDomain)
    #expect(map.times[3] == 1)
  }

  /// exp(x²) overflows in one step from 100; inf − inf is no question of the domain.
  @Test func overflowIsDivergence() throws {
    let map = try plan(
      "exp(x^2) - exp(x^2 + 1)", eta: (0.1, 0.2), x0: (99, 100), columns: 2, rows: 2, steps: 10
    ).run()
    #expect(map.legend.map(\.kind) == [.divergent])
  }

  /// x⁴ shrinks like t^(−1/2): a small step is no limit, but where it tends to is certain.
  @Test func slowDriftIsNoLimit() throws {
    let map = try plan(
      "x^4", eta: (0.1, 0.2), x0: (0.001, 0.002), columns: 2, rows: 2, steps: 500
    ).run()
    #expect(map.legend.map(\.kind) == [.approaching(limit: [0])])
    // Also from 3 after twenty thousand steps, when a step is below 10⁻⁹; 4η·3² ≥ 2 is no proof.
    let far = try plan(
      "(x - 1/3)^4", eta: (0.01, 0.02), x0: (-2, 2), columns: 2, rows: 3, steps: 20_000
    ).run()
    #expect(far.legend.map(\.kind) == [.approaching(limit: [1 / 3])])
    // The slope of exp(−x) has no zero; at 800 it has only sunk below the doubles.
    let endless = try plan(
      "exp(-x)", eta: (1, 2), x0: (-800, 800), columns: 4, rows: 41, steps: 200
    ).run()
    #expect(endless.legend.map(\.kind) == [.undecided])
    // A concave side, and a rate that leaps across: nothing is certain.
    let saddle = try plan(
      "x^3", eta: (0.001, 0.002), x0: (0.1, 0.2), columns: 2, rows: 2, steps: 50
    ).run()
    #expect(saddle.legend.map(\.kind) == [.undecided])
  }

  /// Nothing moves at so small a rate; that is no rest.
  @Test func aRateTooSmallForDoublesIsNoRest() throws {
    let map = try plan(
      "x^2 + exp(-x)", eta: (1e-20, 1e-19), x0: (1, 2), columns: 2, rows: 2, steps: 50
    ).run()
    #expect(map.legend.map(\.kind) == [.undecided])
  }

  /// Size alone is no divergence.
  @Test func largeFiniteOrbitsDoNotDiverge() throws {
    func kinds(_ text: String, eta: (Double, Double), x0: (Double, Double)) throws -> [MapClass
      .Kind]
    {
      try plan(text, eta: eta, x0: x0, columns: 4, rows: 4, steps: 200).run().legend.map(\.kind)
    }
    let shifted = try kinds("(x - 1e8)^2", eta: (0.1, 0.2), x0: (0, 1))
    guard case .stationary(let limit?) = shifted.first, shifted.count == 1 else {
      Issue.record("\(shifted)")
      return
    }
    #expect(near(limit[0], 1e8, 1e-9))
    let wells = try kinds("x^4/1e16 - x^2", eta: (0.1, 0.2), x0: (0.5, 1))
    guard case .stationary(let well?) = wells.first, wells.count == 1 else {
      Issue.record("\(wells)")
      return
    }
    #expect(near(well[0], 70_710_678.1186547, 1e-9))
    // Cycles ±η/2, and rest at the start 0.
    let wide = try kinds("sqrt(1 + x^2)", eta: (1e7, 2e7), x0: (0.5, 1))
    #expect(wide.allSatisfy { $0 == .cycle(period: 2) || $0 == .undecided })
    // From 800 exp(x) − x leaps far to the left, beyond the doubles, and creeps back.
    let thrown = try kinds("exp(x) - x", eta: (0.1, 0.2), x0: (100, 800))
    #expect(thrown == [.undecided])
    // By 1.02 a step it takes long, but it goes on; where the slope falls off beyond 10³⁰ it does not.
    #expect(try kinds("x^2", eta: (1.01, 1.02), x0: (1e7, 1e8)) == [.divergent])
    let held = try kinds("1e60*log(1 + x^2/1e60)", eta: (1.01, 1.02), x0: (1e7, 1e8))
    #expect(held.allSatisfy { $0 != .divergent })
    // Starts far out are judged like others.
    #expect(try kinds("x^2", eta: (0.25, 0.5), x0: (1e8, 1e9)) == [.stationary(limit: [0])])
    #expect(try kinds("x^2", eta: (1.25, 1.5), x0: (1e8, 1e9)) == [.divergent])
    #expect(try kinds("x^4", eta: (1, 2), x0: (1e8, 1e9)) == [.divergent])
  }

  /// At η = 1 + 10⁻¹⁰ the factor is beyond −1: the orbit returns within the tolerance, but not to stay.
  @Test func aRepellingReturnIsNoCycle() throws {
    let map = try plan(
      "x^2", eta: (1.0000000001, 1.0000000002), x0: (1, 2), columns: 16, rows: 16, steps: 200
    ).run()
    #expect(map.legend.map(\.kind) == [.divergent])
    // Where the loss is no parabola the doubles cannot tell.
    let bent = try plan(
      "x^2 + x^4/1e30", eta: (1.0000000001, 1.0000000002), x0: (1, 2), columns: 4, rows: 4,
      steps: 200
    ).run()
    #expect(bent.legend.map(\.kind) == [.undecided])
  }

  /// Left of 0 the loss is flat: every start there is at rest, and its edge is where the others end.
  @Test func aPlateauIsRest() throws {
    let map = try plan(
      "max(x, 0)^2", eta: (0.1, 0.2), x0: (-2, 1), columns: 3, rows: 40, steps: 2000
    ).run()
    #expect(map.legend.map(\.kind) == [.stationary(limit: nil)])
  }

  /// 2/f″ of x⁴ at 0 is no rate; at starts up to 1, 2/12 is.
  @Test func ratesAreChosenAtDegenerateMinima() throws {
    let search = MapRanges(try loss("x^4"), along: 0, values: [0])
    #expect(near(search.sharpest, 12, 0.1))
    #expect(near(search.stationary.first, 0, 1e-12))
    let ordinary = MapRanges(try loss("x^4/4 - x^2/2"), along: 0, values: [0])
    #expect(near(ordinary.sharpest, 2, 1e-2))
  }

  @Test func parametersAreHeld() throws {
    var plan = RegimeMapPlan(
      StepProgram(descending: try loss("a*x^2/2 + y^2")),
      horizontal: MapAxis(.parameter("a"), 0.5, 2.5),
      vertical: MapAxis(.rate, 0.25, 1), columns: 5, rows: 4, start: ["x": 1, "y": 0.5])
    plan.steps = 3000
    let map = plan.run()
    #expect(map.moving == ["x", "y"])
    for row in 0..<4 {
      for column in 0..<5 {
        let a = plan.horizontal.value(column, of: 5)
        let eta = plan.vertical.value(row, of: 4)
        let factor = max(abs(1 - eta * a), abs(1 - 2 * eta))
        let want: MapClass.Kind =
          factor < 1 ? .stationary(limit: [0, 0]) : factor == 1 ? .cycle(period: 2) : .divergent
        #expect(kind(map, column, row) == want)
      }
    }
  }

  @Test func aStoppedMapKeepsWhatIsDone() throws {
    var plan = try plan(
      "sin(3*x) + x^2/4", eta: (0.3, 0.4), x0: (-4, 4), columns: 40, rows: 40, steps: 100_000_000)
    plan.threads = 2
    let map = plan.run(cancelled: { true })
    #expect(!map.isComplete)
    #expect(map.legend.contains { $0.kind == .missing })
    #expect(map.cells.count == 1600)
  }

  @Test func zoomKeepsThePointInTheMiddle() throws {
    let plan = try plan("x^2", eta: (0, 2), x0: (-2, 2), columns: 10, rows: 10, steps: 10)
    let closer = plan.zoomed(x: 0.5, y: -1, by: 4)
    #expect(closer.horizontal == MapAxis(.rate, 0.25, 0.75))
    #expect(closer.vertical == MapAxis(.start("x"), -1.5, -0.5))
  }

  @Test func limitsAreNumbersThatMayBePrinted() throws {
    let map = try plan(
      "x^4/4 - x^2/2 + sin(5*x)/10", eta: (0.1, 0.3), x0: (-2, 2), columns: 4, rows: 9, steps: 500
    ).run()
    let limits = map.legend.compactMap { c -> MapLimit? in
      if case .stationary(let x?) = c.kind { return map.limit(x) }
      return nil
    }
    #expect(limits.count == 3)
    for limit in limits {
      #expect(limit.kind == "minimum")
      let x = try #require(limit.certified?.first)
      #expect(x.certainDigits(12) == 12)
      let slope = map.plan.loss.gradient.run(DoubleArithmetic(), at: [x.estimate ?? .nan])[1]
      #expect(abs(slope) < 1e-14)
    }
  }
}

struct BoxDimensionTests {
  /// The cells (i, j) without a common binary digit are the Sierpinski triangle: log 3/log 2.
  @Test func theSierpinskiTriangleIsMeasured() throws {
    let n = 256
    let set = (0..<(n * n)).map { ($0 % n) & ($0 / n) == 0 }
    let d = try #require(BoxDimension(of: set, columns: n, rows: n))
    #expect(d.boxes.first == 6561)
    #expect(d.sides == [1, 2, 4, 8, 16, 32])
    #expect(near(d.value, 1.584962500721156, 1e-12))
    #expect(d.standardError < 1e-12)
  }

  @Test func aStraightBoundaryHasDimensionOne() throws {
    let (columns, rows) = (300, 200)
    let cells = (0..<(columns * rows)).map { UInt8($0 % columns < 117 ? 0 : 1) }
    let d = try #require(BoxDimension(boundaryOf: cells, columns: columns, rows: rows))
    #expect(near(d.value, 1, 0.02))
    #expect(BoxDimension(boundaryOf: [0, 1, 0, 1], columns: 2, rows: 2) == nil)
  }
}

struct AttractorTests {
  /// x²/2 − x³/3 is the logistic map: a limit below 2, a 2-cycle up to √6, then 4.
  @Test func theLogisticMapDoublesItsPeriod() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "x^2/2 - x^3/3"))
    var plan = AttractorPlan(
      StepProgram(descending: loss), rates: [1.5, 2.2, 2.5, 3.2], start: [0.3])
    plan.burnIn = 5000
    plan.kept = 32
    let scan = plan.run()
    let periods = (0..<3).map { k in Set(scan.points(at: k).map { ($0 * 1e9).rounded() }).count }
    #expect(periods == [1, 2, 4])
    #expect(scan.fates[0...2].allSatisfy { $0 == .bounded })
    guard case .escaped(.divergent, let step) = scan.fates[3] else {
      Issue.record("\(scan.fates[3])")
      return
    }
    #expect(step < 5032)
    let all = Array(scan.points(at: 3))
    #expect(all.filter { !$0.isNaN }.isEmpty)
  }

  @Test func recordedIteratesFollowEachOther() throws {
    let loss = Loss(name: "f", program: try Program(parsing: "sin(3*x) + x^2/4 + y^2"))
    let rates = (1...100).map { Double($0) / 250 }
    var plan = AttractorPlan(StepProgram(descending: loss), rates: rates, start: [2, 1])
    plan.burnIn = 50
    plan.kept = 20
    plan.threads = 1
    let one = plan.run()
    plan.threads = 3
    plan.quantity = .variable(0)
    #expect(plan.run().points.map(\.bitPattern) == one.points.map(\.bitPattern))
    plan.quantity = .loss
    let values = plan.run()
    for (k, eta) in rates.enumerated() {
      let x = Array(one.points(at: k))
      for (a, b) in zip(x, x.dropFirst()) {
        let slope = loss.gradient.run(DoubleArithmetic(), at: [a, 0])[1]
        #expect(near(a - eta * slope, b, 1e-14))
      }
      // y has died out where its factor 1 − 2η is small.
      if abs(1 - 2 * eta) < 0.4 {
        for (a, c) in zip(x, values.points(at: k)) {
          #expect(near(loss.program.run(DoubleArithmetic(), at: [a, 0])[0], c, 1e-13))
        }
      }
    }
  }
}
