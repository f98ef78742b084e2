// Completion: commands at the start of a statement, arguments of the command under way, names,
// functions, and \eta for η. Everything is read off the tables.
import Calculus
import Descent

extension Session {
  /// Candidates for the word that ends at the end of `head`, and how many scalars they replace.
  package func complete(_ head: String) -> (replace: Int, candidates: [Candidate]) {
    let scalars = Array(head.unicodeScalars)
    if let slash = scalars.lastIndex(of: "\\"),
      scalars[(slash + 1)...].allSatisfy({ $0.isASCII && $0.properties.isAlphabetic })
    {
      let word = string(scalars[(slash + 1)...])
      let exact = Spelling.symbols.filter { $0.name == word }
      let found = exact.isEmpty ? Spelling.symbols.filter { $0.name.hasPrefix(word) } : exact
      return (scalars.count - slash, found.map { Candidate($0.letter, $0.name) })
    }
    let start = (scalars.lastIndex { !isWord($0) } ?? -1) + 1
    let word = string(scalars[start...])
    let statement = string(
      scalars[((scalars[..<start].lastIndex { $0 == ";" || $0 == "\n" } ?? -1) + 1)..<start])
    let first = statement.trimmedBlanks
    var all: [Candidate] = []
    if first.isEmpty {
      all += Command.all.map { Candidate($0.name, $0.summary) }
    } else if let command = Command.named(String(first.prefix { $0 != " " })) {
      if first == "help" {
        all += (Command.all.map(\.name) + topics.map(\.name)).map { Candidate($0) }
        all += methods.map { Candidate($0.name, $0.summary) }
      }
      if command.name == "plot" {
        all += Picture.all.map { Candidate($0.name, $0.summary) }
      }
      let own = methods(in: statement).flatMap(\.parameters)
      all += (own + command.parameters).map { Candidate($0.name + "=", $0.described) }
      if command.takesPoint, let loss = try? currentLoss() {
        let suffix = command.isAboutFormulas ? "=" : "0="
        all += loss.source.variables.map { Candidate($0 + suffix, "value of \($0)") }
      }
    }
    if first.hasSuffix("=") || isInList(of: "method", first) {
      // A value: the methods are known, numbers are not guessed.
      let wantsMethod = !first.hasSuffix("=") || first.hasSuffix("method=")
      let methods = wantsMethod ? methods : []
      all = methods.map { Candidate($0.name, $0.summary) }
      if word.isEmpty { return (0, all) }
    }
    all += environment.definitions.keys.sorted().map { Candidate($0, "defined") }
    all += Environment.functions.map { Candidate($0.name + "(", $0.summary) }
    if first.hasSuffix("0=") {
      all += Distribution.table.map { Candidate($0.name + "(", $0.summary) }
    }
    let found = all.filter {
      $0.text.hasPrefix(word) && !word.isEmpty
        || (word.isEmpty && !first.isEmpty
          && ($0.text.hasSuffix("=") || Picture.named($0.text) != nil))
    }
    return (scalars.count - start, found)
  }

  /// Whether a statement ends in a list of values of a parameter, as `method=[gd, `.
  private func isInList(of parameter: String, _ statement: String) -> Bool {
    guard let at = statement.firstRange(of: parameter + "=[") else { return false }
    return !statement[at.upperBound...].contains("]")
  }

  /// The methods that a statement names, as `method=momentum` and `method=[gd, momentum]` do.
  private func methods(in statement: String) -> [MethodDeclaration] {
    guard let at = statement.firstRange(of: "method=") else { return [] }
    let value = statement[at.upperBound...]
    let list = value.hasPrefix("[") ? value.prefix { $0 != "]" } : value.prefix { $0 != " " }
    return list.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      .compactMap { method(named: String($0)) }
  }

  private func isWord(_ s: Unicode.Scalar) -> Bool {
    s.properties.isAlphabetic || (s.value >= 0x30 && s.value <= 0x39) || s == "_"
  }
  private func string(_ s: ArraySlice<Unicode.Scalar>) -> String {
    var out = String.UnicodeScalarView()
    out.append(contentsOf: s)
    return String(out)
  }
}
