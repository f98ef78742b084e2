// A program over arrays, read into collected forms.

extension ArrayAlgebra {
  /// The forms of registers; nil where an operation has no notation (a part placed among zeros).
  ///
  /// Cost: linear in the instructions, but for sums with many terms.
  mutating func forms(of program: Program, outputs: [Register]) -> [(form: Form, shape: Shape)]? {
    let used = program.needed(by: outputs)
    var forms = [Form](repeating: [], count: used.count)
    for r in used.indices where used[r] {
      guard let f = form(of: program.instructions[r], program, { forms[Int($0)] }) else {
        return nil
      }
      forms[r] = f
    }
    return outputs.map { (forms[Int($0)], program.instructions[Int($0)].extent.shape) }
  }

  private mutating func form(
    of i: Instruction, _ program: Program, _ at: (Register) -> Form
  ) -> Form? {
    let shape = i.extent.shape
    func extent(_ r: Register) -> Shape { program.instructions[Int(r)].extent.shape }
    func operand(_ r: Register, _ algebra: inout ArrayAlgebra) -> Int {
      algebra.single(at(r), extent(r))
    }
    func made(_ kind: Kind, _ operands: [Register], _ algebra: inout ArrayAlgebra) -> Form {
      let all = operands.map { operand($0, &algebra) }
      return [Term(coefficient: .one, core: algebra.node(kind, all, shape))]
    }
    switch i.opcode {
    case .constant:
      let entries = program.entries(ofConstant: i)
      if shape.isScalar { return number(entries[0], shape) }
      return [Term(coefficient: .one, core: node(.constant(entries), [], shape))]
    case .variable:
      let name = program.layout.names[Int(i.a)]
      return [Term(coefficient: .one, core: node(.variable(name), [], shape))]
    case .add: return add(at(i.a), at(i.b))
    case .subtract: return add(at(i.a), at(i.b), times: Rational(-1))
    case .negate: return add([], at(i.a), times: Rational(-1))
    case .multiply: return multiply(at(i.a), at(i.b), shape)
    case .divide:
      if at(i.b).isEmpty { return nil }
      return multiply(at(i.a), power(at(i.b), -1, shape), shape)
    case .power: return power(at(i.a), Int(i.b), shape)
    case .apply:
      if i.elementary.map({ $0 == .squareRoot }) ?? false, let root = root(at(i.a), shape) {
        return root
      }
      if i.function == ElementaryFunction.exponential.index, let u = scores(at(i.a), shape) {
        return [Term(coefficient: .one, core: node(.softmax, [u], shape))]
      }
      return made(.call(i.function), i.operandCount == 2 ? [i.a, i.b] : [i.a], &self)
    case .compare: return made(.compare(i.function), [i.a, i.b], &self)
    case .select: return made(.select, [i.a, i.b, i.c], &self)
    case .array: return array(i, at, extent)
    }
  }

  private mutating func array(
    _ i: Instruction, _ at: (Register) -> Form, _ shape: (Register) -> Shape
  ) -> Form? {
    guard let operation = i.arrayOperation else { return nil }
    let (to, from) = (i.extent.shape, shape(i.a))
    switch operation.loop {
    case .contract(let columns):
      let first = columns ? transpose(at(i.a), from) : at(i.a)
      return matmul(first, columns ? from.transposed : from, at(i.b), shape(i.b))
    case .fold: return fold(operation, at(i.a), from, to)
    case .attain, .data: return nil
    case .move:
      if operation == .transpose { return transpose(at(i.a), from) }
      if operation == .broadcast { return spread(at(i.a), from, to) }
      if operation == .place { return nil }
      if operation == .slice {
        let whole = single(at(i.a), from)
        return [Term(coefficient: .one, core: node(.slice(Int(i.b), Int(i.c)), [whole], to))]
      }
      let parts = [single(at(i.a), from), single(at(i.b), shape(i.b))]
      let kind = Kind.stack(isVertical: to.columns == from.columns)
      let flat = parts.flatMap { nodes[$0].kind == kind ? nodes[$0].operands : [$0] }
      return [Term(coefficient: .one, core: node(kind, flat, to))]
    }
  }

  /// A number in every entry is a factor of the product without others; a row or a column is a node.
  private mutating func spread(_ a: Form, _ from: Shape, _ to: Shape) -> Form {
    if from.isScalar {
      let one = [Term(coefficient: .one, core: unit(to))]
      return multiply(a, one, to)
    }
    if a.isEmpty { return [] }
    let (c, s, u) = pulled(a, from)
    let wide = u == unit(from) ? unit(to) : node(.spread, [u], to)
    return [Term(coefficient: c, core: product(s + [(wide, 1)], to))]
  }
}
