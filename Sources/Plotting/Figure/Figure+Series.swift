// What a figure shows as numbers: for readers that draw it themselves.

extension Figure {
  /// Lines, marks and clouds with all their points, in the order in which they are drawn; level lines and
  /// maps are not among them.
  ///
  /// A line and the marks on it are one series, where they have one name. What has no name is called by
  /// its label, a curve by the vertical axis.
  package var series: [(name: String, points: [Point])] {
    var out: [(name: String, points: [Point])] = []
    func add(_ name: String, _ points: [Point]) {
      // Of a line and its marks the marks have the points as they are.
      if let k = out.lastIndex(where: { $0.name == name && $0.points.count == points.count }) {
        out[k].points = points
      } else {
        out.append((name, points))
      }
    }
    for layer in layers {
      switch layer {
      case .line(let l): add(l.name.isEmpty ? y.label : l.name, l.points)
      case .marks(let m): add(m.name.isEmpty ? m.labels.first ?? "" : m.name, m.points)
      case .cloud(let c): add(c.name.isEmpty ? y.label : c.name, zip(c.xs, c.ys).map(Point.init))
      case .guide, .band, .contours, .map: break
      }
    }
    return out
  }
}
