// plot: the picture of the last answer, of a formula, or one named; in the terminal or to a file.
import Calculus
import Descent
import Plotting

let plotCommand = Command(
  name: "plot", summary: "the picture of the last answer, or of a formula",
  usage: "plot   plot f x=-2..2   plot why   plot to \"figure.svg\"",
  parameters: [
    Parameter(name: "width", summary: "of a file, in pixels", standard: "1000"),
    Parameter(name: "height", summary: "of a file, in pixels", standard: "700"),
  ],
  examples: ["f = x^2; descend eta=1.2 x0=-1 steps=2; plot"], isSaved: false,
  isRepeatable: false, bareValues: 3, takesPoint: true
) { call throws(Fault) in
  let s = call.session
  let (words, path) = try call.plotWords()
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
    figure = try call.curvePicture(try s.currentLoss())
  } else if let name = s.lastPicture, let picture = Picture.named(name) {
    figure = try picture.make(s)
  } else if s.trajectory != nil {
    throw Fault(
      "the last answer has no picture",
      hint: "plot run draws the last run; others: "
        + Picture.all.dropFirst().map(\.name).joined(separator: ", "))
  } else {
    figure = try call.curvePicture(try s.currentLoss())
  }
  try s.stopIfCancelled()
  var members: [(String, JSON)] = [
    ("title", .string(figure.title)), ("text", .string(figure.description)),
  ]
  guard let path else {
    return [Answer("plot", members + [("file", .null)], [.figure(figure)])]
  }
  let bytes = try call.bytes(of: figure, path)
  try UserFiles.replace(
    path, with: bytes, overwrite: call.forced, otherwise: "plot! … to \"\(path)\" replaces it")
  members.append(("file", .string(path)))
  return [Answer("plot", members, lines: ["wrote \"\(path)\" (\(bytes.count) bytes)"])]
}

extension Call {
  /// The words before `to`, and the quoted file name after it.
  fileprivate func plotWords() throws(Fault) -> ([String], String?) {
    var words = positional.map { $0.value.text.trimmedBlanks }
    guard let to = words.firstIndex(of: "to") else {
      if let last = positional.last, words.last?.hasPrefix("\"") == true {
        throw Fault("the word to is missing", hint: "plot to \(words.last ?? "")", at: last.range)
      }
      return (words, nil)
    }
    guard to + 1 == words.count - 1, let quoted = words.last, quoted.hasPrefix("\""),
      quoted.hasSuffix("\""), quoted.count > 2
    else { throw Fault("to wants a quoted file name", hint: "plot to \"figure.svg\"") }
    if session.safe { throw Fault("--safe: nothing is written") }
    words.removeSubrange(to...)
    return (words, String(quoted.dropFirst().dropLast()))
  }

  fileprivate func bytes(of figure: Figure, _ path: String) throws(Fault) -> [UInt8] {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard let format = PictureFormat(rawValue: ending) else {
      let known = PictureFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
      throw Fault("the file name says the format: \(known)", hint: "plot to \"figure.svg\"")
    }
    let width = try integer("width", 1000, in: Figure.pictureSizes)
    let height = try integer("height", 700, in: Figure.pictureSizes)
    do throws(PictureFault) {
      return try figure.rendered(as: format, width: width, height: height)
    } catch {
      throw Fault(error.description)
    }
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
