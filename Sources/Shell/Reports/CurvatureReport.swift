// Curvatures of many variables told: how they were found, and what is certain of them.
import Calculus
import Descent

extension Certified {
  /// A number that this is not below, or with `.upper` not above, with so many digits.
  func bound(_ side: OutwardSide, _ digits: Int) -> String {
    guard let (low, high) = rationalBounds else { return text(digits: digits) }
    let outer = (side == .lower ? low : high).rounded(digits: digits, side)
    return Certified.exact(outer).text(digits: digits)
  }
}

extension Curvature {
  /// λmax, or with ≥ what it is at least.
  func topText(_ digits: Int) -> String? {
    largest.map { isBound ? "≥ " + $0.bound(.lower, digits) : $0.text(digits: digits) }
  }

  /// 2/λmax, or with ≤ what it is at most; nil where it is not known to be above 0.
  func limitText(_ digits: Int) -> String? {
    twoOverLargest.map { isBound ? "≤ " + $0.bound(.upper, digits) : $0.text(digits: digits) }
  }

  /// How the eigenvalues were found, where they are not simply certified.
  func sourceWords(_ digits: Int) -> String? {
    func short(_ x: Double) -> String { Certified(x).text(digits: 2) }
    guard let top = topText(digits) else { return nil }
    switch source {
    case .certified: return nil
    case .dense(let within):
      return
        "λmax = \(top): LAPACK's largest of \(eigenvalues.count) eigenvalues of the Hessian in doubles, each within \(short(within))."
    case .lanczos(let products, let residual):
      return
        "λmax \(top), certified: Lanczos' method found it with \(products) products, and an eigenvalue lies within \(short(residual)) of it. That none is larger is not."
    }
  }

  /// The same in JSON.
  var members: [(String, JSON)] {
    switch source {
    case .certified: []
    case .dense(let within):
      [("curvature_by", .string("lapack")), ("curvature_within", .number(within))]
    case .lanczos(let products, let residual):
      [
        ("curvature_by", .string("lanczos")), ("lambda_max_is", .string("at least")),
        ("products", .number(Double(products))), ("curvature_within", .number(residual)),
      ]
    }
  }
}

extension Session {
  /// What `hess` says of more variables than a table holds: the spectrum.
  func spectrumAnswer(_ loss: Loss, _ x: [Rational], _ curvature: Curvature?) -> Answer {
    let n = x.count
    var lines = ["H of \(loss.name) is \(n)×\(n) at " + pointLine(loss, x)]
    var members = variablesJSON(loss) + [("at", pointJSON(loss, x))]
    guard let curvature, let low = curvature.eigenvalues.first, let top = curvature.largest else {
      members += member("eigenvalues", .undefined("not found"))
      return Answer(
        "hess", members,
        lines: lines + [
          "Its eigenvalues were not found: in doubles it is not finite, or not defined."
        ])
    }
    let t = { (c: Certified) in c.text(digits: self.digits) }
    members += curvature.members
    if curvature.isBound {
      lines.append(
        "λmin ≤ \(low.bound(.upper, digits)), λmax \(curvature.topText(digits) ?? ""): the ends that Lanczos' method found"
      )
      members += member("lambda_min", low) + member("lambda_max", top)
    } else {
      let all = curvature.eigenvalues
      members.append(("eigenvalues", .array(all.map(json))))
      lines.append("eigenvalues " + all.map(t).abbreviated(to: 6).joined(separator: ", "))
      let kinds: [(sign: Int?, words: String)] = [
        (1, "above 0"), (-1, "below 0"), (0, "0"), (nil, "not told from 0"),
      ]
      let signs = kinds.compactMap { sign, words -> String? in
        let count = all.filter { $0.sign == sign }.count
        return count > 0 ? "\(count) \(words)" : nil
      }
      lines.append(signs.joined(separator: ", "))
      if low.sign == 1 {
        let a = CertifiedArithmetic(bits: 256)
        lines.append("λmax/λmin = \(t(a.divide(top, low))), the condition number")
      }
    }
    if top.sign == 1, let along = curvature.along, along.share > 0.8 {
      lines.append(
        "The largest lies nearly all along \(Spelling.shown(along.variable, unicode: true)).")
    }
    if let words = curvature.sourceWords(digits) { lines.append(words) }
    lines.append("Entries are shown for up to \(SymmetricEigenvalues.largest) variables.")
    lines += kinks(loss, x).prefix(1)
    return Answer("hess", members, lines: lines)
  }
}
