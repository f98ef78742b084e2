// What the command line asks for. Runs of the plain shape (`-e TEXT …`, `FILE`, nothing) are
// recognised here and start at once; everything else is ArgumentParser's (Arguments.swift).

/// One piece of source that the command line names.
enum Source: Equatable {
  case file(String)
  case text(String)
}

/// When colours are used.
enum ColorChoice: String, CaseIterable {
  case auto, always, never
}

/// The command line, understood.
struct Options: Equatable {
  var sources: [Source] = []
  /// Read standard input after the sources; always so without any.
  var stay = false
  var json = false
  var keepGoing = false
  var color = ColorChoice.auto
  var readsInit = true
  var safe = false

  /// Understands arguments without ArgumentParser, or returns nil when that takes more.
  init?(plain arguments: [String]) {
    var rest = arguments[...]
    while let first = rest.popFirst() {
      if first == "-e", let text = rest.popFirst() {
        sources.append(.text(text))
      } else if !first.hasPrefix("-"), !first.isEmpty, sources.isEmpty, rest.isEmpty {
        sources.append(.file(first))
      } else {
        return nil
      }
    }
  }

  init() {}
}
