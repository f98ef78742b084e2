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
  name: "plot", summary: "the picture of the last answer, or of a formula",
  usage: "plot   plot f x=-2..2   plot why   plot to \"figure.svg\"",
  parameters: fileParameters,
  examples: ["f = x^2; descend eta=1.2 x0=-1 steps=2; plot"], isSaved: false,
  isRepeatable: false, keepsPicture: true, bareValues: 3, takesPoint: true
) { call throws(Fault) in
  let s = call.session
  var call = call
  let path = try call.takeFile()
  let words = call.positional.map { $0.value.text.trimmedBlanks }
  let figure: Figure
  if let word = words.first, let picture = Picture.named(word) {
    figure = try picture.make(s)
  } else if let first = call.positional.first, let word = words.first {
    let isWord = call.word(0) != nil && s.environment[Spelling.canonical(word)] == nil
    guard !isWord else {
      let names = Picture.all.map(\.name)
      throw Fault(
        "there is no picture and no formula \(word)",
        hint: Nearest.match(word, among: names).map { "did you mean plot \($0)?" }
          ?? "the pictures are \(names.joined(separator: ", "))", at: first.range)
    }
    figure = try call.curvePicture(try s.loss(first.value))
  } else if call.arguments.contains(where: { $0.upper != nil }) {
    figure = try call.curvePicture(try call.loss())
  } else if path != nil, let seen = s.shownFigure {
    figure = seen
  } else if s.trajectory == nil, s.storedRun != nil {
    // The loss is no longer that of the last answers: its own curve.
    figure = try call.curvePicture(try call.loss())
  } else if let name = s.lastPicture, let picture = Picture.named(name) {
    figure = try picture.make(s)
  } else if s.trajectory != nil {
    throw Fault(
      "the last answer has no picture",
      hint: "plot run draws the last run; others: "
        + Picture.all.dropFirst().map(\.name).joined(separator: ", "))
  } else {
    figure = try call.curvePicture(try call.loss())
  }
  try s.stopIfCancelled()
  s.shownFigure = figure
  var members: [(String, JSON)] = [
    ("title", .string(figure.title)), ("text", .string(figure.description)),
  ]
  guard let path else {
    return [Answer("plot", members + [("file", .null)], [.figure(figure)])]
  }
  let line = try call.write(figure, to: path)
  members.append(("file", .string(path)))
  return [Answer("plot", members, lines: [line])]
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

  /// A formula of one variable as a curve, of two as level lines.
  fileprivate func curvePicture(_ loss: Loss) throws(Fault) -> Figure {
    let s = session
    try checkArguments([], loss.variables)
    var ranges: [ClosedRange<Double>] = []
    for v in loss.variables {
      if let a = argument(v), let upper = a.upper {
        let low = try s.rational(a.value).nearestDouble
        let high = try s.rational(upper).nearestDouble
        guard low < high else { throw Fault("the range goes up: \(v)=-2..2", at: a.range) }
        ranges.append(low...high)
      } else if let a = argument(v) {
        throw Fault("\(v)= wants a range", hint: "write \(v)=-2..2", at: a.range)
      } else {
        ranges.append(-3...3)
      }
    }
    switch ranges.count {
    case 1:
      return Figure(
        title: s.formulaTitle(loss), description: "The curve of \(loss.name).",
        x: Axis(s.label(loss.variables[0]), .linear, ranges[0]), y: Axis(loss.name),
        layers: [.line(Line("", s.curve(loss, ranges[0]), hue: .blue, weight: .thick))])
    case 2:
      return Figure(
        title: s.formulaTitle(loss), description: "Level lines of \(loss.name).",
        x: Axis(s.label(loss.variables[0]), .linear, ranges[0]),
        y: Axis(s.label(loss.variables[1]), .linear, ranges[1]),
        layers: [.contours(s.contours(loss, ranges[0], ranges[1]))])
    default:
      throw Fault(
        "a picture of a formula is for one or two variables; \(loss.name) has \(ranges.count)",
        hint: "after a run type plot loss")
    }
  }
}
