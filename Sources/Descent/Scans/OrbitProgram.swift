// A step compiled for blocks of orbits: which variables move, and which are held. Of gradient descent the
// slopes are compiled, and the rate is the block's; of another method z − M(z) for the state z, with η as a
// further variable that is held, so that a block that descends by it at the rate 1 makes its step.
import Calculus

/// A loss prepared for many orbits at once.
package struct OrbitProgram: Sendable {
  /// The variables that descend, as indices of the program; the others are parameters.
  let moving: [Int]
  /// How many of those that move are variables of the loss; what a method keeps comes behind them.
  let points: Int
  /// The place of η among the variables, where the program has it.
  let rate: Int?
  /// Outputs: the slopes of the moving variables, or z − M(z), then the value where it is asked for.
  let program: Program
  let blocks: BlockProgram
  let wantsValue: Bool
  /// Whether the loss has a value everywhere, so that no point is outside its domain.
  private let isTotal: Bool
  /// Whether a step is linear, as where the loss is of degree 2 and the rule is linear.
  let isLinear: Bool

  /// - Parameters:
  ///   - held: names of the variables that do not move.
  ///   - uniform: values of those held variables that are the same for all orbits.
  ///   - wantsValue: whether the loss is asked for at every step.
  package init(
    _ loss: Loss, held names: Set<String> = [], uniform: [String: Double] = [:],
    wantsValue: Bool = false, level: BlockProgram.Level = .best
  ) {
    let variables = loss.variables
    moving = variables.indices.filter { !names.contains(variables[$0]) }
    points = moving.count
    rate = nil
    let all = loss.program.gradient(by: moving.map { variables[$0] })
    self.wantsValue = wantsValue
    isTotal = loss.program.isTotal
    isLinear = loss.isQuadratic
    let slopes = Array(all.outputs.dropFirst())
    program = all.with(outputs: slopes + (wantsValue ? [all.outputs[0]] : []))
    let known = variables.map { names.contains($0) ? uniform[$0] : nil }
    blocks = BlockProgram(program, uniform: known, level: level)
  }

  /// The steps of a method; nothing is held but the rate.
  package static func following(
    _ step: StepProgram, wantsValue: Bool = false
  ) -> OrbitProgram {
    step.isGradientDescent
      ? OrbitProgram(step.loss, wantsValue: wantsValue)
      : OrbitProgram(stateOf: step, wantsValue: wantsValue)
  }

  private init(stateOf step: StepProgram, wantsValue: Bool) {
    let size = step.rule.entries + step.rule.memory
    moving = Array(0..<size)
    points = step.rule.entries
    rate = size
    program = step.shortfall(wantsValue: wantsValue)
    self.wantsValue = wantsValue
    isTotal = program.isTotal
    isLinear = step.linear != nil && step.loss.isQuadratic
    let known = program.variables.indices.map { $0 == size + 1 ? 0.0 : nil }
    blocks = BlockProgram(program, uniform: known, level: .best)
  }

  /// Puts a rate where the orbits of a block have it, and says at which rate the block descends.
  func set(_ eta: Double, in values: inout [Double]) -> Double {
    guard let rate else { return eta }
    values[rate] = eta
    return 1
  }

  /// Whether a point (one entry per variable) is outside the domain.
  func isOutside(_ point: [Double]) -> Bool {
    !isTotal && point.allSatisfy(\.isFinite)
      && program.run(DoubleArithmetic(), at: point).contains(where: \.isNaN)
      && !program.overflows(at: point)
  }
}
