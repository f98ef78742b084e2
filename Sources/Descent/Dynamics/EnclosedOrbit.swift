// An orbit itself, of any method, enclosed: a ball around an MPFR point, stepped in mean-value
// form, m(B(c, r)) ⊂ B(m(c), ‖m′(B)‖·r), so that it widens only as the map itself stretches.
import Calculus
import Glibc

struct EnclosedOrbit {
  /// Its rate may be changed between steps.
  var map: DescentMap
  let a: EnclosureArithmetic
  /// Points.
  private(set) var center: [Enclosure]
  /// A point; the Euclidean radius.
  private(set) var radius: Enclosure
  private(set) var steps = 0

  /// From the start of a plan, which may be irrational.
  init(_ map: DescentMap, from plan: DescentPlan, bits: Int) {
    self.map = map
    a = EnclosureArithmetic(bits: bits)
    let x = map.motion.start(a, at: plan.start.values(a)).all
    center = x.map(a.center)
    radius = EnclosedOrbit.length(a, zip(x, center).map { [a] in a.radius($0, about: $1) })
  }

  /// A box around the ball.
  var box: [Enclosure] { center.map { a.ball($0, radius) } }

  /// One step; false where the map is not defined or not smooth over the ball.
  mutating func step() -> Bool {
    let around = box
    guard !map.meetsKink(a, around) else { return false }
    let jacobian = map.step(a, around).jacobian
    guard let stretch = map.stretch(jacobian) else { return false }
    let next = map.next(a, center)
    guard next.allSatisfy(\.isDefined) else { return false }
    center = next.map(a.center)
    let rounding = EnclosedOrbit.length(a, zip(next, center).map { a.radius($0, about: $1) })
    radius = a.upper(a.add(a.multiply(a.constant(stretch), radius), rounding))
    steps += 1
    return radius.isDefined
  }

  /// The radius as a double, rounded up.
  var width: Double { radius.upperDouble }

  /// An upper bound of √Σuₖ² of points.
  static func length(_ a: EnclosureArithmetic, _ u: [Enclosure]) -> Enclosure {
    if u.count == 1 { return a.upper(a.magnitude(u[0])) }
    let s = squaredNorm(a, u)
    return a.upper(a.lift(.row(named: "sqrt"), s, s))
  }
}
