// The command line's options, declared; parsing, help and the texts of usage errors come from
// ArgumentParser. Its exit status for usage errors (64) becomes the customary 2.

import ArgumentParser
import Glibc
import Shell

struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overshoot",
    abstract: "Gradient descent under the microscope: predict, step, compare.",
    usage: "overshoot [OPTIONS] [FILE] [-e TEXT] ...",
    discussion: """
      Without FILE and -e, statements are read from standard input: typed at a prompt, or from a \
      pipe. `overshoot -e help` lists what can be said.

      Exit status: 0 all went well, 1 a statement failed, 2 wrong usage, 74 the output could not \
      be written, 130 interrupted.
      """,
    version: version)

  @Argument(help: "A script to run; - is standard input.", completion: .file())
  var file: String?

  @Option(
    name: .short, parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run TEXT; repeatable, definitions are shared.", valueName: "TEXT"))
  var e: [String] = []

  @Flag(name: .short, help: "Stay: read standard input after FILE and -e.")
  var interactive = false

  @Flag(help: "Print one JSON object per answer or error, on standard output.")
  var json = false

  @Flag(help: "Go on after a statement failed.")
  var keepGoing = false

  @Option(help: "Use colours: auto (on a terminal, unless NO_COLOR is set), always, never.")
  var color = ColorChoice.auto

  @Flag(help: "Do not run the init file before the first prompt.")
  var noInit = false

  @Flag(help: "Statements neither read nor write files; no history is kept.")
  var safe = false

  /// What was asked for.
  ///
  /// Ends the program after --help, --version and usage errors.
  static func options(_ arguments: [String]) -> Options {
    do {
      return try parse(arguments).options
    } catch {
      let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
      let isUsage = exitCode(for: error) != .success
      let output = Output(isUsage ? STDERR_FILENO : STDOUT_FILENO)
      output.write(lines.map { visible(String($0)) + "\n" }.joined())
      output.flush()
      Glibc.exit(isUsage ? 2 : 0)
    }
  }

  private var options: Options {
    var options = Options()
    // The script defines what the texts then use.
    options.sources = (file.map { [.file($0)] } ?? []) + e.map(Source.text)
    options.stay = interactive
    options.json = json
    options.keepGoing = keepGoing
    options.color = color
    options.readsInit = !noInit
    options.safe = safe
    return options
  }
}

extension ColorChoice: ExpressibleByArgument {}
