// What part of the axes is shown where the figure does not say: all finite data, with a little air.

extension Figure {
  /// The spans of both axes.
  ///
  /// The y axis looks only at what the x axis shows. Cost: one pass over the data for each axis.
  ///
  /// - Parameter air: the usual room around the data is multiplied by this.
  func projection(air: Double = 1) -> Projection {
    let xs = span(x, 0.03 * air) { visit in
      forEachPoint { visit($0.x) }
      for case .guide(let g) in layers {
        if case .vertical(let v) = g.position { visit(v) }
      }
    }
    let ys = span(y, 0.06 * air) { visit in
      forEachPoint { if $0.x >= xs.lower && $0.x <= xs.upper { visit($0.y) } }
      for case .guide(let g) in layers {
        if case .horizontal(let v) = g.position { visit(v) }
      }
    }
    return Projection(x: xs, y: ys)
  }

  private func span(_ axis: Axis, _ air: Double, _ data: ((Double) -> Void) -> Void) -> Span {
    if let r = axis.range, r.lowerBound.isFinite, r.upperBound.isFinite {
      return Span(axis.scale, r.lowerBound, r.upperBound, isWhole: axis.isWhole)
    }
    var lower = Double.infinity
    var upper = -Double.infinity
    data { v in
      guard v.isFinite, axis.scale.transformed(v).isFinite else { return }
      lower = min(lower, v)
      upper = max(upper, v)
    }
    guard lower <= upper else {
      return Span(axis.scale, axis.scale == .log10 ? 0.1 : 0, 1, isWhole: axis.isWhole)
    }
    let tight = Span(axis.scale, lower, upper, isWhole: axis.isWhole)
    if hasArea { return tight }
    return Span(
      axis.scale, finite(tight.value(-air)), finite(tight.value(1 + air)), isWhole: axis.isWhole)
  }

  private func finite(_ v: Double) -> Double {
    min(max(v, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  /// What is shown of both axes, in the units of the data.
  package var window: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    let p = projection()
    return (p.x.lower...p.x.upper, p.y.lower...p.y.upper)
  }

  /// How many of the points lie outside the window; those that no double can name are outside.
  package var outside: Int {
    let p = projection()
    return points.reduce(0) { count, point in
      let u = p.unit(point)
      return u.isFinite && isInside(u) ? count : count + 1
    }
  }

  /// What the picture says of the points that it does not show, and its note.
  var remarks: [String] {
    let count = outside
    let lie = count == 1 ? "lies" : "lie"
    let words = "\(count) of \(points.count) points \(lie) outside"
    return (count > 0 ? [words] : []) + (note.isEmpty ? [] : [note])
  }

  /// Maps and contours fill their rectangle: air around them would look like data.
  var hasArea: Bool {
    layers.contains {
      switch $0 {
      case .map, .contours: true
      default: false
      }
    }
  }

  private func forEachPoint(_ visit: (Point) -> Void) {
    for layer in layers {
      switch layer {
      case .line(let l): l.points.forEach(visit)
      case .marks(let m): m.points.forEach(visit)
      case .contours(let c): c.grid.corners.forEach(visit)
      case .map(let m): m.corners.forEach(visit)
      case .cloud(let c):
        for k in 0..<min(c.xs.count, c.ys.count) { visit(Point(c.xs[k], c.ys[k])) }
      case .guide, .band: break
      }
    }
  }
}
