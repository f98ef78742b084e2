// Linear systems of exact numbers.
import Calculus

/// A matrix of exact numbers in reduced row echelon form (Gauss and Jordan).
struct RationalSystem {
  /// The rows that are not 0, each with a leading 1.
  private(set) var rows: [[Rational]] = []
  /// The column of each leading 1, ascending.
  private(set) var pivots: [Int] = []
  private let width: Int

  /// Reduces rows of one length.
  ///
  /// Cost: cubic; the numbers grow as determinants.
  init(_ matrix: [[Rational]]) {
    width = matrix.first?.count ?? 0
    var rest = matrix
    for column in 0..<width {
      guard let k = rest.firstIndex(where: { !$0[column].isZero }) else { continue }
      let chosen = rest.remove(at: k)
      let lead = chosen[column]
      let row = chosen.map { $0 / lead }
      func cleared(_ other: [Rational]) -> [Rational] {
        let share = other[column]
        return share.isZero ? other : zip(other, row).map { $0 - share * $1 }
      }
      rows = rows.map(cleared) + [row]
      rest = rest.map(cleared)
      pivots.append(column)
    }
  }

  /// A basis of all x with Mx = 0.
  var nullSpace: [[Rational]] {
    (0..<width).filter { !pivots.contains($0) }.map { free in
      var v = Array(repeating: Rational.zero, count: width)
      v[free] = .one
      for (row, pivot) in zip(rows, pivots) { v[pivot] = -row[free] }
      return v
    }
  }

  /// The one solution of Mx = b; nil where there is none or more than one.
  static func solution(of matrix: [[Rational]], _ right: [Rational]) -> [Rational]? {
    let n = matrix.first?.count ?? 0
    let system = RationalSystem(zip(matrix, right).map { $0 + [$1] })
    return system.pivots == Array(0..<n) ? system.rows.map { $0[n] } : nil
  }
}
