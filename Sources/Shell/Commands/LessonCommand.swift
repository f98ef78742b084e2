// lesson: lists the samples, hands one to a front end that offers its lines one by one, or runs it whole.
import Calculus
import Descent

let lessonCommand = Command(
  name: "lesson", summary: "lists the lessons; lesson 1 offers its lines one by one",
  usage: "lesson [number] [line=4]   lesson stop",
  parameters: [Parameter(name: "line", summary: "where to begin", standard: "1")],
  isSaved: false, isRepeatable: false
) { call throws(Fault) in
  let s = call.session
  let lessons = UserFiles.lessons()
  guard !lessons.isEmpty else {
    let folders = UserFiles.lessonFolders()
    throw Fault(
      "no lessons are found",
      hint: folders.isEmpty
        ? "they belong in share/overshoot/Samples beside the bin folder of overshoot; help files"
        : "looked in " + folders.joined(separator: ", "))
  }
  try call.checkArguments([])
  guard let word = call.positional.first?.value.text.trimmedBlanks else {
    let names = lessons.map { $0.name }
    return [
      Answer(
        "lesson", [("lessons", .array(names.map(JSON.string)))],
        lines: names + ["lesson 1 begins the first."])
    ]
  }
  if word == "stop" {
    if let end = s.stopLesson() { return [end] }
    throw Fault("no lesson is under way", hint: "lesson 1 begins the first")
  }
  guard
    let found = lessons.first(where: { $0.name == word || $0.name.hasPrefix(word + "-") })
      ?? lessons.first(where: { $0.name.hasSuffix("-" + word) })
      ?? lessons.first(where: { $0.name.contains("-\(word)-") })
  else { throw Fault("there is no lesson \(word)", hint: "lesson lists them") }
  var lesson = Lesson(found.name, try UserFiles.read(found.path))
  let first = try call.integer("line", 1, in: 1...max(1, lesson.parts.count))
  lesson.next = first - 1
  if s.offersLessons, s.loading.isEmpty {
    s.lesson = lesson
    return []
  }
  for (k, part) in lesson.parts[lesson.next...].enumerated() {
    s.say(part.speech, afterBlank: k > 0)
    s.say(["∇> " + part.line], afterBlank: true)
    guard s.runNested(Array(part.line.utf8), name: lesson.name) else {
      throw Fault("the lesson stopped here")
    }
  }
  s.say(lesson.farewell, afterBlank: true)
  return []
}

extension Session {
  /// Says the lines of a lesson, each an answer of its own for readers of JSON.
  fileprivate func say(_ lines: [String], afterBlank: Bool) {
    var gap = afterBlank ? [""] : []
    for line in lines {
      if !line.isEmpty {
        let said = Answer("lesson", [("text", .string(line))], lines: gap + [line])
        answer(said.from(source: line))
      }
      gap = line.isEmpty ? [""] : []
    }
  }
}
