// The process: understands the command line, runs what it names, then standard input, and turns
// the outcome into an exit status.

import CLibedit
import Glibc
import Shell

let version = "0.1.0"

@main
struct Overshoot {
  static func main() {
    streams_guard()
    signals_install()
    let arguments = (0..<arguments_count()).dropFirst().map { String(cString: argument($0)) }
    let options = Options(plain: arguments) ?? Arguments.options(arguments)
    let console = Console(options)
    let run = Run(options, console)
    let status = run.everything()
    console.settle()
    exit(status)
  }
}

/// One process's worth of statements, in one session.
struct Run {
  let options: Options
  let console: Console
  let session = Session()

  init(_ options: Options, _ console: Console) {
    self.options = options
    self.console = console
    session.safe = options.safe
  }

  /// Runs the sources of the command line, then standard input when it is wanted; returns the
  /// exit status.
  func everything() -> Int32 {
    let reads = options.sources.isEmpty || options.stay
    let converses = reads && isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
    signals_catch_interrupt(!converses)
    var failed = false
    for (index, source) in options.sources.enumerated() {
      switch outcome(of: source, number: index + 1) {
      case .done: continue
      case .quit: return failed ? 1 : 0
      case .interrupted: return 130
      case .failed where options.keepGoing || converses: failed = true
      case .failed: return 1
      }
    }
    if converses { return Conversation(session, console, options).hold() }
    guard reads else { return failed ? 1 : 0 }
    switch standardInput() {
    case .interrupted: return 130
    case .failed: return 1
    case .done, .quit: return failed ? 1 : 0
    }
  }

  private func outcome(of source: Source, number: Int) -> Outcome {
    switch source {
    case .text(let text): return run(Array(text.utf8), name: "-e", firstLine: number)
    case .file("-"): return standardInput()
    case .file(let path):
      do {
        return run(try readFile(path), name: path)
      } catch {
        console.complain("overshoot: cannot read \(path): \(error.reason)")
        return .failed
      }
    }
  }

  /// Runs each line when it has come, so that whoever writes them can wait for an answer.
  private func standardInput() -> Outcome {
    var reader = StatementReader(STDIN_FILENO)
    var line = 1
    var failed = false
    do {
      while let lines = try reader.next(interrupted: signals_interrupted) {
        switch run(lines, name: "<stdin>", firstLine: line) {
        case .done: break
        case .failed where options.keepGoing: failed = true
        case let end: return end
        }
        line += lines.count { $0 == 0x0A }
      }
      return signals_interrupted() ? .interrupted : failed ? .failed : .done
    } catch {
      console.complain("overshoot: cannot read standard input: \(error.reason)")
      return .failed
    }
  }

  private func run(_ source: [UInt8], name: String, firstLine: Int = 1) -> Outcome {
    console.measure()
    session.display = console.display
    return session.run(
      source, name: name, firstLine: firstLine, keepGoing: options.keepGoing,
      events: console.show, cancelled: signals_interrupted)
  }
}
