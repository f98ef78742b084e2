// What is made when it is first asked for.
import Synchronization
import Testing

@testable import Calculus
@testable import Descent

struct OnDemandTests {
  @Test func aValueIsMadeOnceAndOnlyWhenAskedFor() {
    let made = Mutex(0)
    let held = OnDemand {
      made.withLock {
        $0 += 1
        return $0
      }
    }
    #expect(made.withLock { $0 } == 0)
    let shared = held
    let all = inParallel(parts: 64, threads: 8, cancelled: { false }, progress: { _ in }) { _ in
      { _ in _ = shared.value }
    }
    #expect(all)
    #expect(held.value == 1)
    #expect(made.withLock { $0 } == 1)
  }

  /// 300 variables have 45,150 curvatures: a loss, its step and its map are there without them.
  @Test func aLossOfManyVariablesHasAMapWithoutItsHessian() throws {
    var b = ProgramBuilder(variables: (0..<300).map { "x\($0)" })
    let squares = b.variables.map { name in
      let x = b.variable(name)
      return b.power(x, 2)
    }
    let sum = squares.dropFirst().reduce(squares[0]) { b.add($0, $1) }
    let loss = Loss(name: "f", program: b.program(outputs: [sum]))
    let map = DescentMap(loss, eta: .half)
    let next = map.next(DoubleArithmetic(), Array(repeating: 3, count: 300))
    #expect(next == Array(repeating: 0, count: 300))
    #expect(loss.curvatures.made.withLock { $0 == nil })
    #expect(loss.hessian.outputs.count == 1 + 300 + 45_150)
    #expect(map.loss.curvatures.made.withLock { $0 != nil })
  }
}
