// Marks that lie so dense that they would hide the line they stand on, and each other: then only some
// carry their symbol, and the line between them is seen. No point is lost: the line goes through all.

/// Which of some places carry a symbol: all where there are few, else those that stand apart, the first
/// and the last among them, and others rather where they are preferred.
///
/// Places are in symbols, so that neighbours touch at a distance of 1. Cost: places times those chosen,
/// which fit side by side in the picture.
func uncrowded(_ places: [(x: Double, y: Double)], prefer: (Int) -> Bool) -> [Int] {
  let all = Array(places.indices)
  guard places.count > Crowding.few, let last = all.last else { return all }
  var chosen = [0, last]
  let others = all[1..<last]
  for k in others.filter(prefer) + others.filter({ !prefer($0) })
  where !chosen.contains(where: { gap(places[k], places[$0]) < Crowding.apart }) {
    chosen.append(k)
  }
  return chosen.sorted()
}

/// Which of some places, in symbols, may carry a label: of those that lie on one heap only the first,
/// so that no number stands for another's place.
///
/// Cost: places times those chosen.
func unheaped(_ places: [(x: Double, y: Double)]) -> [Int] {
  places.indices.reduce(into: []) { chosen, k in
    if !chosen.contains(where: { gap(places[k], places[$0]) < Crowding.beside }) {
      chosen.append(k)
    }
  }
}

/// How far apart two symbols are, along the axis along which they are farther.
private func gap(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> Double {
  max(abs(a.x - b.x), abs(a.y - b.y))
}

private enum Crowding {
  /// So many marks are told apart by eye even where some meet.
  static let few = 24
  /// From middle to middle, in symbols: between two of them twice as much line as mark is seen.
  static let apart = 3.0
  /// So near to a mark there is no room for the label of another.
  static let beside = 2.5
}
