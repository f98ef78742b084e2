// On which side of an onset a rate is, proved: the p-cycle enclosed by Krawczyk's operator for
// mᵖ(x) = x, and over that box the sign of det(M + I), M the product of the Jacobians: an odd number of
// multipliers passes −1 where it changes. In one variable it is μ + 1.
import Calculus

extension Bifurcation {
  /// The certain sign of det(M + I) of the p-cycle near x at a rate.
  func side(_ eta: Rational, _ p: Int, _ x: [Double]) -> Int? {
    let map = DescentMap(loss, eta: eta)
    let n = x.count
    let reach = 0.1 * x.reduce(1) { max($0, abs($1)) }
    guard let points = map.polished(near: x, period: p, within: reach), points.count == p else {
      return nil
    }
    let a = EnclosureArithmetic(bits: DescentMap.cycleBits)
    let radius = a.constant(Rational(2).power(-150) ?? .zero)
    let box = points[0].map { a.ball($0, radius) }
    var there = box
    // mᵏ(c) is in middle + error, which grows only as the map stretches.
    var middle = points[0]
    var error = middle.map { _ in a.constant(.zero) }
    var product: [[Enclosure]] = []
    for _ in 0..<p {
      let j = map.step(a, there).jacobian
      guard j.allSatisfy({ $0.allSatisfy(\.isDefined) }) else { return nil }
      product = product.isEmpty ? j : a.product(j, product)
      // Mean-value form for the box, too.
      let image = map.next(a, middle)
      func carried(_ u: [Enclosure], onto start: [Enclosure]) -> [Enclosure] {
        zip(start, j).map { m, row in
          zip(row, u).reduce(m) { a.add($0, a.multiply($1.0, $1.1)) }
        }
      }
      let away = zip(there, middle).map { a.subtract($0, $1) }
      there = carried(away, onto: image)
      let rounded = image.map(a.center)
      error = carried(error, onto: zip(image, rounded).map { a.subtract($0, $1) })
      middle = rounded
    }
    // F = mᵖ(x) − x, F′ = M − I, Y close to the inverse of F′.
    var slope = product
    for k in 0..<n { slope[k][k] = a.subtract(slope[k][k], a.constant(.one)) }
    let near = slope.map { $0.map(a.center) }
    let point = MidpointArithmetic(base: a)
    var columns: [[Enclosure]] = []
    for k in 0..<n {
      let unit = (0..<n).map { a.constant($0 == k ? Rational.one : Rational.zero) }
      guard let column = point.solve(near, unit) else { return nil }
      columns.append(column)
    }
    let gap = points[0].indices.map { k in
      a.add(a.subtract(middle[k], points[0][k]), error[k])
    }
    for i in 0..<n {
      var k = points[0][i]
      for j in 0..<n {
        let y = columns[j][i]
        k = a.subtract(k, a.multiply(y, gap[j]))
        var defect = i == j ? a.constant(.one) : a.constant(.zero)
        for l in 0..<n {
          defect = a.subtract(defect, a.multiply(columns[l][i], slope[l][j]))
        }
        k = a.add(k, a.multiply(defect, a.subtract(box[j], points[0][j])))
      }
      guard k.isInside(box[i]) else { return nil }
    }
    for k in 0..<n { product[k][k] = a.add(product[k][k], a.constant(.one)) }
    return a.determinant(product).sign
  }
}
