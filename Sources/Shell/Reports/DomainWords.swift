// What is said of a number that does not exist: the operation, what it was asked of, and where it stands.
import Calculus
import Descent

extension Undefinedness {
  /// `log of -3.56 (log needs x > 0), at column 3`.
  var words: String {
    operation + (origin >= 0 ? ", at column \(origin + 1)" : "")
  }

  private var operation: String {
    let x = operands.map { $0.text(digits: 6) }
    if let f = function { return words(f, x) }
    switch instruction.opcode {
    case .divide: return "division by zero: \(x[0])/\(x[1])"
    case .power: return "division by zero: \(x[0])^\(instruction.b)"
    default: return "overflow"
    }
  }

  private func words(_ f: ElementaryFunction, _ x: [String]) -> String {
    if f.special == .pow {
      if x[0] == "0" {
        return x[1] == "0" ? "0^0 has no slope here" : "division by zero: 0^\(x[1])"
      }
      return "(\(x[0]))^\(x[1]) is not a real number (cbrt(x) is the cube root of any x)"
    }
    let wanted = f.domain.condition("x")
    return "\(f.name) of \(x.joined(separator: ", "))"
      + (wanted.isEmpty ? "" : " (\(f.name) needs \(wanted))")
  }
}

extension MissingValue {
  /// The whole reason: what has no value, and why.
  var words: String {
    switch self {
    case .value: cause
    case .slope, .slopeOfFunction: "the slope is not defined: " + cause
    case .rate: "the rate has no value: " + cause
    case .asked: "the rule asks where there is no value: " + cause
    case .rule: "the rule has no value: " + cause
    case .landing: "the step leaves the domain: " + cause
    case .inDoubles: cause
    }
  }

  /// Why alone.
  var cause: String {
    switch self {
    case .value(let u), .landing(let u): u?.words ?? "no value"
    case .slope(let u), .rate(let u), .asked(let u), .rule(let u): u?.words ?? "too few digits"
    case .slopeOfFunction(let f, let origin):
      "\(f.name) at column \(origin + 1) has no finite slope there (infinite, or a kink)"
    case .inDoubles: "a number in doubles has no value"
    }
  }
}

extension AlongStep.Edge {
  /// What goes wrong there.
  var words: String {
    switch reason {
    case .operation(let u): u.words
    case .overflow: "overflow"
    case .pole: "a division by 0, or the like"
    }
  }
}

extension Session {
  /// A step taken apart; where there is none, what is wrong as a fault of the line.
  func dissection(
    _ step: StepProgram, from start: StepStart, eta: TypedNumber, digits: Int? = nil, order: Int = 4
  ) throws(Fault) -> Dissection {
    do throws(NoDissection) {
      return try Dissection(
        step, from: start, eta: eta, digits: digits ?? self.digits, order: order)
    } catch {
      throw Fault("undefined: " + (error.cause?.cause ?? "overflow"))
    }
  }
}
