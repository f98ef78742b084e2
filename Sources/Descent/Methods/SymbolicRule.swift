// A rule to read: every assignment of a method on a loss as a formula, with the gradient written out.
import Calculus

/// The assignments of a step over the loss's variables, what is kept, the rate and t.
package struct SymbolicRule {
  /// What is assigned, and its formula: done in this order, the entries of one assignment together.
  package let assignments: [[(name: String, formula: Formula)]]

  /// - Parameter rate: the name that η bears.
  /// - Throws: where the rule has no meaning for a loss of so many variables.
  package init(_ step: StepProgram, rate: String) throws(Fault) {
    let loss = step.loss
    let n = loss.variables.count
    let method = step.method
    func shown(_ name: String, _ entry: Int?) -> String {
      if name == "x" { return loss.variables[entry ?? 0] }
      let own = loss.variables.contains(name) || name == rate ? name + "_" : name
      return entry == nil || n == 1 ? own : "\(own)_\(loss.variables[entry ?? 0])"
    }
    let columns = try RuleLowering.columns(of: method, n)
    var lowering = try RuleLowering(method, n, columns)
    let states = method.declaration.states.flatMap { name in
      columns.contains(name) ? (0..<n).map { shown(name, $0) } : [shown(name, nil)]
    }
    let assigned = try lowering.lines { "\(shown($0, $1))\u{2033}" }
    var b = ProgramBuilder(variables: loss.variables + states + [rate, "t"])
    let given = b.variables.map { b.variable($0) }
    // The variables of the rule: x, the state, η, t in this order; others by name.
    let source = lowering.builder
    var inputs = source.variables.enumerated().map { k, name -> Register in
      if k < given.count { return given[k] }
      return name.hasSuffix("\u{2033}") ? b.variable(String(name.dropLast())) : b.constant(.zero)
    }
    // Behind the assignment of x the gradient is still that of the old point, which has no name then.
    let moved = assigned.lastIndex { $0.name == "x" } ?? 0
    let late = source.program(outputs: assigned[(moved + 1)...].map(\.value))
      .pruned.instructions.filter { $0.opcode == .variable }.map { source.variables[Int($0.a)] }
    var old: [(name: String, formula: Formula)] = []
    for (c, place) in lowering.places.enumerated() {
      let u = b.inline(source.program(outputs: place).pruned, inputs)
      for (k, v) in loss.variables.enumerated() {
        guard let at = source.variables.firstIndex(of: RuleLowering.slope(c, k)) else { continue }
        inputs[at] = b.inline(loss.program.tangent(by: v).pruned, u)[0]
        guard late.contains(source.variables[at]) else { continue }
        let name = shown(c == 0 ? "g" : "g\(c)", k)
        old.append((name, b.program(outputs: [inputs[at]]).pruned.simplified()))
        inputs[at] = b.variable(name)
      }
      if let at = source.variables.firstIndex(of: RuleLowering.loss(c)) {
        inputs[at] = b.inline(loss.program, u)[0]
        guard late.contains(source.variables[at]) else { continue }
        let name = shown(c == 0 ? "f" : "f\(c)", nil)
        old.append((name, b.program(outputs: [inputs[at]]).pruned.simplified()))
        inputs[at] = b.variable(name)
      }
    }
    let values = b.inline(source.program(outputs: assigned.map(\.value)).pruned, inputs)
    var groups = old.isEmpty ? [] : [old]
    for k in assigned.indices {
      let program = b.program(outputs: [values[k]]).pruned
      let line = (shown(assigned[k].name, assigned[k].entry), program.simplified())
      if let entry = assigned[k].entry, entry > 0 {
        groups[groups.count - 1].append(line)
      } else {
        groups.append([line])
      }
    }
    assignments = groups
  }
}
