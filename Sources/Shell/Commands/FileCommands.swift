// save and load.
import Calculus

let fileCommands: [Command] = [
  Command(
    name: "save", summary: "writes the statements that worked; save! overwrites",
    usage: "save \"x.over\"", isSaved: false
  ) { call throws(Fault) in
    let s = call.session
    guard !s.safe else { throw Fault("--safe: nothing is written") }
    let path = try call.quoted()
    let text = s.worked.joined(separator: "\n") + "\n"
    try UserFiles.replace(
      path, with: Array(text.utf8), overwrite: call.forced,
      otherwise: "save! \"\(path)\" replaces it")
    let line = "\(s.worked.count) statements are in \"\(path)\""
    return [Answer("save", [("file", .string(path)), ("text", .string(line))], lines: [line])]
  },
  Command(
    name: "load", summary: "runs the statements of a file", usage: "load \"x.over\"",
    isSaved: false
  ) {
    call throws(Fault) in
    let s = call.session
    guard !s.safe else { throw Fault("--safe: nothing is read") }
    let path = try call.quoted()
    if s.loading.contains(path) {
      throw Fault("circular load: " + (s.loading + [path]).joined(separator: " -> "))
    }
    let bytes = try UserFiles.read(path)
    s.loading.append(path)
    defer { s.loading.removeLast() }
    guard s.runNested(bytes, name: path) else {
      throw Fault("\"\(path)\" stopped at its first error", hint: "the statements before it hold")
    }
    return []
  },
]
