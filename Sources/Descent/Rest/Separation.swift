// A loss that is a sum of parts whose variables do not meet: descent moves each part by itself, so that
// what is proved of one part holds whatever the others do. The sum is read from the instructions as
// typed, so that the parts are defined together exactly where the loss is.
import Calculus

/// The parts of a loss, each with the places of its variables among those of the loss.
struct Separation {
  var parts: [(variables: [Int], loss: Loss)]

  /// Nil where the variables do not fall apart.
  init?(_ loss: Loss) {
    let program = loss.program
    guard loss.variables.count > 1 else { return nil }
    let holders = Separation.variables(of: program)
    let output = program.outputs[0]
    var terms: [Set<Int>] = []
    Separation.walk(program, output, holders) { terms.append($0) }
    // Terms that share a variable belong together.
    var groups: [Set<Int>] = []
    for term in terms where !term.isEmpty {
      let (apart, together) = groups.reduce(into: ([Set<Int>](), term)) {
        if $0.1.isDisjoint(with: $1) { $0.0.append($1) } else { $0.1.formUnion($1) }
      }
      groups = apart + [together]
    }
    guard groups.count > 1 else { return nil }
    let whole = groups.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    parts = whole.map { group in
      (group, Loss(name: loss.name, program: Separation.part(of: program, holders, group)))
    }
  }

  /// By register the variables that it depends on.
  private static func variables(of program: Program) -> [Set<Int>] {
    var out: [Set<Int>] = []
    for i in program.instructions {
      var held: Set<Int> = i.opcode == .variable ? [Int(i.a)] : []
      i.forEachOperand { held.formUnion(out[Int($0)]) }
      out.append(held)
    }
    return out
  }

  /// The operands of a sum or difference; of a product with a number the other factor; empty for what
  /// is no sum.
  private static func summands(
    _ program: Program, _ r: Register, _ holders: [Set<Int>]
  ) -> [Register] {
    let i = program.instructions[Int(r)]
    switch i.opcode {
    case .add, .subtract: return [i.a, i.b]
    case .negate: return [i.a]
    case .multiply where holders[Int(i.a)].isEmpty: return [i.b]
    case .multiply where holders[Int(i.b)].isEmpty, .divide where holders[Int(i.b)].isEmpty:
      return [i.a]
    default: return []
    }
  }

  private static func walk(
    _ program: Program, _ root: Register, _ holders: [Set<Int>], _ term: (Set<Int>) -> Void
  ) {
    var pending = [root]
    var left = longest
    while let r = pending.popLast() {
      left -= 1
      let next = left > 0 && holders[Int(r)].count > 1 ? summands(program, r, holders) : []
      if next.isEmpty { term(holders[Int(r)]) } else { pending += next }
    }
  }

  /// A sum of more operands than this is left whole.
  private static let longest = 10_000

  /// The sum of the terms in some variables; terms without variables are left out.
  private static func part(of program: Program, _ holders: [Set<Int>], _ group: [Int]) -> Program {
    let kept = Set(group)
    let root = program.outputs[0]
    // What the spine of the sum leaves out is not copied.
    var needed: Set<Register> = []
    var spine: Set<Register> = []
    var pending = [root]
    while let r = pending.popLast() {
      guard needed.insert(r).inserted else { continue }
      let next =
        holders[Int(r)].isSubset(of: kept) ? [] : summands(program, r, holders)
      if next.isEmpty {
        program.instructions[Int(r)].forEachOperand { pending.append($0) }
        continue
      }
      spine.insert(r)
      program.instructions[Int(r)].forEachOperand {
        if holders[Int($0)].isEmpty ? next.count == 1 : !holders[Int($0)].isDisjoint(with: kept) {
          pending.append($0)
        }
      }
    }
    var b = ProgramBuilder(variables: group.map { program.variables[$0] })
    var map: [Register: Register] = [:]
    for r in needed.sorted() {
      let i = program.instructions[Int(r)]
      if spine.contains(r), i.opcode == .add || i.opcode == .subtract {
        switch (map[i.a], map[i.b]) {
        case (let x?, let y?): map[r] = i.opcode == .add ? b.add(x, y) : b.subtract(x, y)
        case (let x?, nil): map[r] = x
        case (nil, let y?): map[r] = i.opcode == .add ? y : b.negate(y)
        case (nil, nil): break
        }
      } else {
        map[r] = b.copy(i, of: program) { map[$0] ?? 0 }
      }
    }
    return b.program(outputs: [map[root] ?? b.constant(.zero)])
  }
}
