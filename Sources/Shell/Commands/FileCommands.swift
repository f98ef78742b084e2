// save, load, lesson.
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
  Command(
    name: "lesson", summary: "lists the lessons; lesson 1 runs one, line by line",
    usage: "lesson [number]", isSaved: false
  ) { call throws(Fault) in
    let s = call.session
    let lessons = UserFiles.lessons()
    guard !lessons.isEmpty else {
      throw Fault(
        "no lessons are found",
        hint: "looked in " + UserFiles.lessonFolders().joined(separator: ", "))
    }
    guard let w = call.word(0) else {
      let names = lessons.map { $0.name }
      return [
        Answer(
          "lesson", [("lessons", .array(names.map(JSON.string)))],
          lines: names + ["lesson 1 runs the first."])
      ]
    }
    guard let lesson = lessons.first(where: { $0.name.hasPrefix(w + "-") }) else {
      throw Fault("there is no lesson \(w)", hint: "lesson lists them")
    }
    let bytes = try UserFiles.read(lesson.path)
    var answered = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let isComment = line.hasPrefix("#")
      let said = isComment ? String(line.dropFirst()).trimmedBlanks : "∇> " + line
      // A blank line before each statement and before speech that follows an answer.
      let gap = !isComment || answered ? [""] : []
      answered = !isComment
      s.answer(Answer("lesson", [("text", .string(said))], lines: gap + [said]))
      if !isComment, !s.runNested(Array(line.utf8), name: lesson.name) {
        throw Fault("the lesson stopped here")
      }
    }
    return []
  },
]
