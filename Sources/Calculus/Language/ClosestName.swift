// "Did you mean": the candidate with the least edit distance (Damerau 1964, restricted).

/// The name that was meant, of those that there are.
package enum ClosestName {
  /// The closest candidate that is close enough to be meant.
  package static func match(_ typed: String, among candidates: [String]) -> String? {
    if let meant = synonyms[typed.lowercased()], candidates.contains(meant) { return meant }
    let limit = typed.count <= 3 ? 1 : typed.count <= 7 ? 2 : 3
    let begun = candidates.filter {
      typed.count > 2 && $0.lowercased().hasPrefix(typed.lowercased())
    }
    if let shortest = begun.min(by: { ($0.count, $0) < ($1.count, $1) }) { return shortest }
    var best: (distance: Int, name: String)?
    for c in Set(candidates).sorted() where abs(c.count - typed.count) <= limit {
      let folded = c.lowercased() == typed.lowercased()
      let d = folded ? 0 : distance(Array(typed), Array(c))
      let begins = typed.hasPrefix(c) || c.hasPrefix(typed)
      let known = best.map { d < $0.distance || (d == $0.distance && begins) } ?? true
      // Far guesses begin alike.
      if d > 1, c.first?.lowercased() != typed.first?.lowercased() { continue }
      if d <= limit, d < max(typed.count, folded ? 2 : 1), known { best = (d, c) }
    }
    return best?.name
  }

  /// What other programs and books call it.
  private static let synonyms = [
    "ln": "log", "lr": "eta", "alpha": "eta", "rate": "eta", "learning_rate": "eta",
    "arctan": "atan", "arcsin": "asin", "arccos": "acos", "fabs": "abs", "sgn": "sign",
    "signum": "sign", "tg": "tan", "power": "pow", "sqr": "square", "lb": "log2", "lg": "log10",
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "argmin": "min", "maximum": "max",
    "minimum": "min", "logistic": "sigmoid",
  ]

  /// Insertions, deletions, changes and swaps of neighbours that lead from `a` to `b`.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...max(a.count, 1) where i <= a.count {
      var row = [i]
      for j in 1...max(b.count, 1) where j <= b.count {
        var d = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          d = min(d, before[j - 2] + 1)
        }
        row.append(d)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
