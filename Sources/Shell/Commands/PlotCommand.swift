// plot: the picture of the last answer, of a formula, or one named; in the terminal or to a file.
import Calculus
import Descent
import Plotting

/// The parameters of every picture that goes to a file.
let fileParameters = [
  Parameter(name: "width", summary: "of a file, in pixels", standard: "1000"),
  Parameter(name: "height", summary: "of a file, in pixels", standard: "700"),
]

let plotCommand = Command(
  name: "plot", summary: "the picture of the last answer, or of formulas",
  usage: "plot   plot f g x=-2..2   plot run x=-2..2   plot why   plot to \"figure.svg\"",
  parameters: fileParameters,
  examples: [
    "f = x^2; descend eta=1.2 x0=-1 steps=2; plot", "f = x^2; g = x^4; plot f g x=-1..1",
  ], isSaved: false, isRepeatable: false, keepsPicture: true, bareValues: 8, takesPoint: true
) { call throws(Fault) in
  let s = call.session
  var call = call
  let path = try call.takeFile()
  let figure = try call.figure(toFile: path != nil)
  try s.stopIfCancelled()
  s.shownFigure = figure
  let line = try path.map { path throws(Fault) in try call.write(figure, to: path) }
  return [
    Answer(
      "plot", deferred: { figure.members + [("file", path.map(JSON.string) ?? .null)] },
      line.map { [.line($0)] } ?? [.figure(figure)])
  ]
}

extension Figure {
  /// What a reader of JSON is told of it.
  fileprivate var members: [(String, JSON)] {
    func range(_ r: ClosedRange<Double>) -> JSON {
      .array([.number(r.lowerBound), .number(r.upperBound)])
    }
    let shown = window
    let series = series.map { s in
      JSON.object([
        ("name", .string(s.name)),
        ("points", .array(s.points.map { .array([.number($0.x), .number($0.y)]) })),
      ])
    }
    return [
      ("title", .string(title)), ("text", .string(description)),
      ("window", .object([("x", range(shown.x)), ("y", range(shown.y))])),
      ("series", .array(series)), ("outside", .number(Double(outside))),
      ("note", note.isEmpty ? .null : .string(note)),
    ]
  }
}

extension Call {
  /// The picture that the arguments ask for: one by its name, formulas, or that of the last answer.
  fileprivate func figure(toFile: Bool) throws(Fault) -> Figure {
    let s = session
    let window = try window()
    let words = positional.map { $0.value.text.trimmedBlanks }
    if let word = words.first, let picture = Picture.named(word) {
      if let extra = positional.dropFirst().first {
        throw Fault(
          "one picture at a time: plot \(word) takes no \(words[1])", hint: "plot \(words[1])",
          at: extra.range)
      }
      return try picture.make(s, window).showing(window)
    }
    if !positional.isEmpty {
      return try s.picture(of: try positional.map { a throws(Fault) in try formula(a) }, window)
    }
    if toFile, window.parts.isEmpty, let seen = s.shownFigure { return seen }
    let last = s.lastPicture.flatMap(Picture.named)
    if let last, let loss = s.loss(of: last.kinds), s.isCurrent(loss) {
      let figure = try last.make(s, window)
      if figure.has(window) { return try figure.showing(window) }
    }
    // There is no answer with a picture, or its loss has been defined anew since, or the ranges are of
    // other axes: the loss itself.
    return try s.picture(of: [try loss()], window)
  }

  /// The formula that a bare value names or is.
  private func formula(_ a: Argument) throws(Fault) -> Loss {
    let word = a.value.text.trimmedBlanks
    let n = a.value.arena.nodes[Int(a.value.root)]
    guard n.kind == .name || n.kind == .number, session.environment[Spelling.canonical(word)] == nil
    else { return try session.loss(a.value) }
    if n.kind == .name, Picture.named(word) != nil {
      throw Fault(
        "one picture at a time: \(word) is a picture of its own", hint: "plot \(word)", at: a.range)
    }
    let names = Picture.all.map(\.name)
    throw Fault(
      "there is no picture and no formula \(word)",
      hint: ClosestName.match(word, among: names).map { "did you mean plot \($0)?" }
        ?? "the pictures are \(names.joined(separator: ", "))", at: a.range)
  }
}

extension Call {
  /// Takes `to "figure.svg"` off the arguments: the file name, nil where there is none.
  mutating func takeFile() throws(Fault) -> String? {
    let bare = arguments.indices.filter { arguments[$0].name == nil }
    let words = bare.map { arguments[$0].value.text.trimmedBlanks }
    let last = words.last ?? ""
    let isQuoted = last.hasPrefix("\"") && last.hasSuffix("\"") && last.count > 2
    guard let to = words.firstIndex(of: "to") else {
      if last.hasPrefix("\""), let k = bare.last {
        throw Fault(
          "the word to is missing", hint: "\(command.name) to \(last)", at: arguments[k].range)
      }
      return nil
    }
    guard to + 2 == words.count, isQuoted else {
      throw Fault("to wants a quoted file name", hint: "\(command.name) to \"figure.svg\"")
    }
    if session.safe { throw Fault("--safe: nothing is written") }
    let path = String(last.dropFirst().dropLast())
    _ = try format(of: path)
    for k in bare[to...].reversed() { arguments.remove(at: k) }
    return path
  }

  private func format(of path: String) throws(Fault) -> PictureFormat {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if let format = PictureFormat(rawValue: ending) { return format }
    let known = PictureFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
    throw Fault(
      "the file name says the format: \(known)", hint: "\(command.name) to \"figure.svg\"")
  }

  /// Writes a picture to a file; the line that says so.
  func write(_ figure: Figure, to path: String) throws(Fault) -> String {
    let width = try integer("width", 1000, in: Figure.pictureSizes)
    let height = try integer("height", 700, in: Figure.pictureSizes)
    let format = try format(of: path)
    let bytes: [UInt8]
    do throws(PictureFault) {
      bytes = try figure.rendered(as: format, width: width, height: height)
    } catch {
      throw Fault(error.description)
    }
    try UserFiles.replace(
      path, with: bytes, overwrite: forced,
      otherwise: "\(command.name)! … to \"\(path)\" replaces it")
    return "wrote \"\(path)\" (\(bytes.count) bytes)"
  }
}
