// A group of instructions over equally many entries, strip by strip. What is read once, by the next addition
// or multiplication, is computed together with it: two operations, each rounded, and one value written.
import CVector

/// What a strip does at once: a kernel and the registers that it reads.
struct StripForm {
  var kernel: VectorOperation
  var operands: [Int]
  /// Of two operations at once, by what the first is multiplied.
  var factor: Int?

  /// The instruction by itself; a square is a product.
  init(_ r: Int, _ plan: ArrayPlan) {
    kernel = VectorOperation(plan.program.instructions[r], plan.level)
    operands = plan.operands(r)
    if kernel.exponent == 2 {
      (kernel, operands) = (.multiply, [operands[0], operands[0]])
    }
  }

  init(_ kernel: VectorOperation, _ operands: [Int], factor: Int? = nil) {
    (self.kernel, self.operands, self.factor) = (kernel, operands, factor)
  }

  /// Where two operations at once have those whose first is a subtraction, and a square.
  private static let subtraction = 2
  private static let square = 3

  /// The place among multiplication, addition, subtraction, in which two operations at once count the first.
  private var first: Int? {
    [VECTOR_MULTIPLY, VECTOR_ADD, VECTOR_SUBTRACT].firstIndex { Int(kernel.operation) == Int($0) }
  }

  /// Whether this is a product entry by entry of two arrays.
  func isProduct(in plan: ArrayPlan) -> Bool {
    first == 0 && !operands.contains { plan.views[$0].isSpread }
  }

  /// The register whose squares this adds up; nil where it does something else.
  var squared: Int? {
    kernel.operation == VectorOperation.sumOfProducts.operation && operands[0] == operands[1]
      ? operands[0] : nil
  }

  /// Whether a kernel adds up the squares of its results on the way: it ends in a sum or a difference.
  var addsSquares: Bool {
    if let fused { return fused.second != 3 }
    return first == 1 || first == StripForm.subtraction
  }

  /// Two operations at once: where the first counts among the kernels, and the second.
  private var fused: (first: Int, second: Int)? {
    let k = Int(kernel.operation) - Int(VECTOR_FUSED)
    return (0..<16).contains(k) ? (k / 4, k % 4) : nil
  }

  /// This with operand k computed on the way, by `inner`; nil where no kernel does both.
  func with(_ k: Int, by inner: StripForm, in plan: ArrayPlan) -> StripForm? {
    guard let own = first, operands[k] != operands[1 - k] else { return nil }
    // In the order of the kernels: added, less c, from c, times c.
    let second = [3, 0, k == 0 ? 1 : 2][own]
    let other = operands[1 - k]
    if let (before, times) = inner.fused {
      // (a ∘ b)·k, and one more: k becomes the factor.
      guard times == 3, inner.factor == nil, plan.views[inner.operands[2]].isSpread else {
        return nil
      }
      return StripForm(
        .fused(4 * before + second), [inner.operands[0], inner.operands[1], other],
        factor: inner.operands[2])
    }
    guard let before = inner.first else { return nil }
    var (x, y) = (inner.operands[0], inner.operands[1])
    if plan.views[y].isSpread {
      guard before != StripForm.subtraction else { return nil }
      swap(&x, &y)
    }
    let isSquare = before == 0 && x == y
    return StripForm(.fused(4 * (isSquare ? StripForm.square : before) + second), [x, y, other])
  }
}

/// What a strip runs, one after the other.
private struct StripStep {
  enum Result {
    case register(Int)
    /// Partial sums of a register, at a place of their own.
    case sums(Int)
    /// Entries of an array from an offset on.
    case part(of: Int, Int)
  }
  var form: StripForm
  var result: Result
  /// The sum of its squares, which it makes on the way.
  var squares: Int?
  /// A register that it makes beside its result.
  var second: Int?
}

extension ArrayPlan {
  /// A group of instructions over equally many entries.
  mutating func strips(_ all: [Int], _ isLocal: [Bool]) {
    let entries = width(all[0])
    let start = code.count
    // What lasts has its room first: what a strip leaves behind is overwritten in the next.
    var sums: [(parts: Int, result: Int)] = []
    var sumOf: [Int: Int] = [:]
    for r in all where !isLocal[r] {
      places[r] = room(kinds[r] == .sum ? 1 : count(r))
      if kinds[r] == .sum {
        let place = room(Int(VECTOR_SUMS))
        sumOf[r] = place
        sums.append((place, places[r]))
      }
    }
    let steps = steps(all, isLocal)
    var lastRead: [Int: Int] = [:]
    for (n, s) in steps.enumerated() {
      for o in s.form.operands where isLocal[o] { lastRead[o] = n }
    }
    let strip = min(entries, Int(VECTOR_STRIP))
    for (n, s) in steps.enumerated() {
      // Kernels read an entry before they write it: a result may stand where an operand stood.
      var code = self.strip(0, s.form, isLocal, moves: true)
      code.squares = s.squares.flatMap { sumOf[$0] }
      code.factor = s.form.factor.map { places[views[$0].root] + views[$0].offset }
      for o in Set(s.form.operands) where lastRead[o] == n { release(places[o], strip) }
      if let second = s.second {
        if isLocal[second] {
          places[second] = room(strip)
        } else {
          code.moves |= UInt8(clamping: VECTOR_MOVES_SECOND)
        }
        code.second = places[second]
      }
      switch s.result {
      case .register(let r):
        if isLocal[r] {
          places[r] = room(strip)
        } else {
          code.moves |= UInt8(clamping: VECTOR_MOVES_RESULT)
        }
        code.result = places[r]
      case .sums(let r): code.result = sumOf[r] ?? 0
      case .part(let r, let offset):
        code.result = places[r] + offset
        code.scalars |= UInt16(clamping: VECTOR_EXACT)
        code.moves |= UInt8(clamping: VECTOR_MOVES_RESULT)
        // A part that is added to what stands there.
        for (k, o) in s.form.operands.enumerated() where o == r { code.operands[k] += offset }
      }
      self.code.append(code)
    }
    for s in sums { release(s.parts, Int(VECTOR_SUMS)) }
    for r in all where kinds[r] == .parts {
      guard let first = ordered(r).first else { continue }
      let end = first.offset + entries
      tasks.append(
        .clear([(places[r], first.offset), (places[r] + end, count(r) - end)].filter { $0.1 > 0 }))
    }
    tasks.append(
      .strips(first: start, count: code.count - start, entries: entries, sums: sums))
  }

  /// The parts of an array, that which stands last first: when it is written, strip by strip, the others
  /// have not yet been added to where it goes.
  private func ordered(_ r: Int) -> [Part] { (parts[r] ?? []).sorted { $0.offset > $1.offset } }

  private func steps(_ all: [Int], _ isLocal: [Bool]) -> [StripStep] {
    let twins = slopes(all)
    var forms: [Int: StripForm] = [:]
    var isDone: Set<Int> = []
    /// The form of an operand that is read once, here, and can be computed on the way.
    func free(_ o: Int) -> StripForm? {
      isLocal[o] && uses[o] == 1 && !isDone.contains(o) && twins.of[o] == nil ? forms[o] : nil
    }
    var out: [StripStep] = []
    /// Where a register is made.
    var madeAt: [Int: Int] = [:]
    for r in all where !twins.absorbed.contains(r) {
      switch kinds[r] {
      case .sum:
        let o = operands(r)[0]
        var form = StripForm(.sum, [o])
        if let inner = free(o), inner.isProduct(in: self) {
          form = StripForm(.sumOfProducts, inner.operands)
          isDone.insert(o)
        }
        if let x = form.squared, let n = madeAt[x], out[n].form.addsSquares, out[n].squares == nil {
          out[n].squares = r
        } else {
          out.append(StripStep(form: form, result: .sums(r)))
        }
      case .parts:
        for (n, part) in ordered(r).enumerated() {
          let o = part.register
          var form = n == 0 ? StripForm(.copy, [o]) : StripForm(.add, [o, r])
          if let inner = free(o) {
            if n == 0 {
              form = inner
              isDone.insert(o)
            } else if let both = form.with(0, by: inner, in: self) {
              form = both
              isDone.insert(o)
            }
          }
          out.append(StripStep(form: form, result: .part(of: r, part.offset)))
        }
      default:
        var form = StripForm(r, self)
        for k in form.operands.indices.reversed() {
          guard let inner = free(form.operands[k]),
            let both = form.with(k, by: inner, in: self)
          else { continue }
          isDone.insert(form.operands[k])
          form = both
          break
        }
        forms[r] = form
        madeAt[r] = out.count
        out.append(StripStep(form: form, result: .register(r), second: twins.of[r]))
      }
    }
    return out.filter { step in
      if case .register(let r) = step.result { return !isDone.contains(r) }
      return true
    }
  }

  /// Of the applications of tanh in a group the 1/cosh² of the same number, which its kernel makes beside it,
  /// and what need not be computed for it.
  private func slopes(_ all: [Int]) -> (of: [Int: Int], absorbed: Set<Int>) {
    let group = Set(all)
    var tanh: [Register: Int] = [:]
    var (of, absorbed): ([Int: Int], Set<Int>) = ([:], [])
    for r in all {
      let i = program.instructions[r]
      if i.elementary.map({ $0 == .hyperbolicTangent }) ?? false { tanh[i.a] = r }
      guard i.opcode == .divide, views[Int(i.a)].isSpread, isOne(views[Int(i.a)].root) else {
        continue
      }
      let square = program.instructions[Int(i.b)]
      guard square.opcode == .power, square.b == 2, uses[Int(i.b)] == 1, uses[Int(square.a)] == 1,
        group.isSuperset(of: [Int(i.b), Int(square.a)])
      else { continue }
      let cosh = program.instructions[Int(square.a)]
      guard cosh.elementary.map({ $0 == .hyperbolicCosine }) ?? false, let twin = tanh[cosh.a],
        of[twin] == nil
      else { continue }
      of[twin] = r
      absorbed.formUnion([r, Int(i.b), Int(square.a)])
    }
    return (of, absorbed)
  }

  /// Whether a register is the number 1.
  private func isOne(_ r: Int) -> Bool {
    let i = program.instructions[r]
    return i.opcode == .constant && i.extent.isScalar && program.entries(ofConstant: i)[0] == .one
  }

  /// The code of a form but for its result.
  mutating func strip(_ result: Int, _ form: StripForm, _ locals: [Bool], moves: Bool) -> Code {
    var out = Code(kernel: form.kernel, result: result, operands: [], scalars: 0, moves: 0)
    for (k, o) in form.operands.enumerated() {
      let v = views[o]
      out.operands.append(places[v.root] + v.offset)
      if v.isSpread {
        out.scalars |= 1 << k
      } else if moves, !locals[v.root] {
        out.moves |= UInt8(clamping: VECTOR_MOVES_A) << k
      }
    }
    if let number = form.kernel.number {
      out.operands.append(ownConstant(number))
      out.scalars |= 2
    }
    return out
  }
}
