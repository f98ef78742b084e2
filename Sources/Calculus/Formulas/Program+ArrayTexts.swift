// Derivatives of programs over arrays as texts.

extension Program {
  /// Texts of the gradient by variables in array form, one for each; a notation in which one has none is
  /// left out.
  ///
  /// - Parameter symmetric: matrices that are their transposes.
  ///
  /// Cost: linear in the program.
  package func gradientTexts(
    by names: [String], symmetric: Set<String> = []
  ) -> [Notation: [String]] {
    var b = ProgramBuilder(self)
    let registers = b.adjoints(of: outputs[0], by: names)
    let gradient = b.program(outputs: registers)
    var algebra = ArrayAlgebra(symmetric: symmetric)
    guard let forms = algebra.forms(of: gradient, outputs: registers) else { return [:] }
    return algebra.texts(forms)
  }

  /// The Hessian by a column in array form, by notation, and whether the identity stands in it; none where it
  /// has no notation.
  ///
  /// - Parameter symmetric: matrices that are their transposes.
  ///
  /// Cost: linear in the program.
  func hessianTexts(
    by name: String, symmetric: Set<String> = []
  ) -> (texts: [Notation: String], hasIdentity: Bool) {
    guard let variable = layout[name], variable.shape.isColumn else { return ([:], false) }
    let product = gradient(by: [name]).product(along: [name])
    var algebra = ArrayAlgebra(symmetric: symmetric)
    guard let all = algebra.forms(of: product, outputs: product.outputs), all.count == 1,
      let matrix = algebra.jacobian(of: all[0].form, all[0].shape, by: name + "′", like: name)
    else { return ([:], false) }
    let n = variable.shape.count
    return (
      algebra.texts([(matrix, Shape(n, n))]).mapValues { $0[0] },
      matrix.contains { algebra.containsIdentity($0.core) }
    )
  }
}

extension ArrayAlgebra {
  fileprivate func containsIdentity(_ n: Int) -> Bool {
    nodes[n].kind == .identity || nodes[n].operands.contains { containsIdentity($0) }
  }

  /// Texts of forms by notation; one in which some has none is left out.
  fileprivate mutating func texts(_ all: [(form: Form, shape: Shape)]) -> [Notation: [String]] {
    var forms = all
    for k in forms.indices { forms[k].form = positive(forms[k].form) }
    var out: [Notation: [String]] = [:]
    for notation in Notation.allCases {
      let writer = ArrayText(algebra: self, notation: notation)
      let texts = forms.compactMap { writer.text($0.form, $0.shape) }
      if texts.count == forms.count { out[notation] = texts }
    }
    return out
  }
}
