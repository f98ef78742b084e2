// show, forget, loss, undo, set, again, quit.
import Calculus
import Descent
import Plotting

let sessionCommands: [Command] = [
  Command(
    name: "show", summary: "what is defined", usage: "show [name]", examples: ["f = x^2; show"],
    isRepeatable: false
  ) { call throws(Fault) in
    let s = call.session
    let names = s.environment.definitions.values.sorted { $0.serial < $1.serial }.map(\.name)
    let wanted = call.word(0).map { [Spelling.canonical($0)] } ?? names.filter { $0 != "ans" }
    var lines: [String] = []
    for n in wanted {
      if s.environment[n] == nil, let table = s.environment.tables[n] {
        return [s.summary(of: table)]
      }
      guard let d = s.environment[n] else {
        throw Fault("\(n) is not defined", hint: "show lists what is")
      }
      let v = d.parameters ?? s.environment.variables(of: d)
      let head = v.isEmpty ? n : "\(n)(\(v.joined(separator: ", ")))"
      lines.append("\(head) = \(s.typed(d).text)")
    }
    if call.word(0) == nil {
      lines += s.environment.tables.values.sorted { $0.axis < $1.axis }.map(\.summary)
      lines += s.declaredMethods.map {
        "method \($0.name)\($0.text.split { $0.isNewline }.map(String.init).map(\.trimmedBlanks).joined(separator: " "))"
      }
    }
    return [
      Answer(
        "show", [("text", .array(lines.map(JSON.string)))],
        lines: lines.isEmpty ? ["nothing is defined yet; try f = x^2"] : lines)
    ]
  },
  Command(
    name: "forget", summary: "removes a definition", usage: "forget name",
    examples: ["f = x^2; x = 3; forget x"]
  ) { call throws(Fault) in
    guard let w = call.word(0) else { throw Fault("forget wants a name", hint: "write forget f") }
    let name = Spelling.canonical(w)
    let s = call.session
    if let before = s.environment.definitions[name] {
      s.environment.forget(name)
      s.history.append(
        .init(name: name, before: .definition(before), statement: "forget \(name)"))
    } else if let before = s.declaredMethods.first(where: { $0.name == name }) {
      s.put(nil, named: name)
      s.history.append(.init(name: name, before: .method(before), statement: "forget \(name)"))
    } else if let before = s.environment.tables[name] {
      s.environment.keep(nil, named: name)
      s.history.append(.init(name: name, before: .table(before), statement: "forget \(name)"))
    } else {
      let all =
        Array(s.environment.definitions.keys) + s.declaredMethods.map(\.name)
        + Array(s.environment.tables.keys)
      let close = ClosestName.match(name, among: all)
      if Methods.builtIn.contains(where: { $0.name == name }) {
        throw Fault("\(name) comes with the language and stays")
      }
      throw Fault("\(name) is not defined", hint: close.map { "did you mean \($0)?" } ?? "")
    }
    return [Answer("forget", [("name", .string(name))], lines: ["\(name) is free again"])]
  },
  Command(
    name: "loss", summary: "names the current loss", usage: "loss [name]",
    examples: ["f = x^2; g = x^4; loss f"]
  ) { call throws(Fault) in
    if let e = call.positional.first?.value {
      let l = try call.session.loss(e)
      guard call.session.environment.definitions[l.name] != nil else {
        throw Fault("loss wants the name of a formula", hint: "define it first: f = …")
      }
      call.session.chosenLoss = l.name
    }
    let l = try call.session.currentLoss()
    let text = "the loss is \(l.name)(\(l.variables.joined(separator: ", ")))"
    return [Answer("loss", [("name", .string(l.name)), ("text", .string(text))], lines: [text])]
  },
  Command(
    name: "undo", summary: "takes the last definition back", usage: "undo",
    examples: ["f = x^2; f = x^4; undo; f"], isSaved: false, isRepeatable: false, bareValues: 0
  ) { call throws(Fault) in [try call.session.undo()] },
  Command(
    name: "set", summary: "settings: digits, picture, images, glyphs",
    usage: "set digits 12   set picture=on   set images=off",
    parameters: [
      Parameter(name: "digits", summary: "significant digits shown, 1 to 1000", standard: "6"),
      Parameter(
        name: "picture", summary: "on: step and back draw the run each time", standard: "off"),
      Parameter(
        name: "images", summary: "auto: real pictures where the terminal shows them; off",
        standard: "auto"),
      Parameter(
        name: "glyphs", summary: "what pictures are made of: blocks, braille (finer) or ascii",
        standard: "blocks"),
    ],
    examples: ["set digits 12; 1/3"], isRepeatable: false, keepsPicture: true, bareValues: 2
  ) { call throws(Fault) in [try call.set()] },
  Command(
    name: "again", summary: "the last command with an argument changed",
    usage: "again eta=1", examples: ["f = x^2; descend eta=1.2 x0=-1 steps=2; again eta=0.9"],
    isRepeatable: false
  ) { call throws(Fault) in
    guard let (command, old) = call.session.lastAsked else {
      throw Fault("there is no command to run again")
    }
    let fresh = call.arguments.compactMap(\.name)
    let kept = old.filter {
      $0.name == nil ? call.positional.isEmpty : !fresh.contains($0.name ?? "")
    }
    let arguments = kept + call.arguments
    return try call.session.perform(command, arguments, forced: false)
  },
]

let quitCommand = Command(
  name: "quit", summary: "leaves (also exit, Ctrl-D)", usage: "quit", isSaved: false,
  bareValues: 0
) {
  call throws(Fault) in
  call.session.quitting = true
  return []
}

extension Call {
  /// `set digits 12` and `set digits=12` are the same.
  fileprivate func set() throws(Fault) -> Answer {
    let known = command.parameters.map(\.name)
    var given: [(name: String, value: Expression)] = arguments.compactMap { a in
      a.name.map { ($0, a.value) }
    }
    if let what = word(0) {
      guard known.contains(what) else {
        throw Fault(
          "there is no setting \(what)", hint: "the settings are \(known.joined(separator: ", "))")
      }
      guard positional.count == 2 else {
        throw Fault("set \(what) wants a value", hint: command.usage)
      }
      given.append((what, positional[1].value))
    }
    try checkArguments([])
    for (name, value) in given {
      switch name {
      case "picture": session.drawsSteps = try isOn(name, value, "on")
      case "glyphs":
        let said = value.text.trimmedBlanks
        guard let glyphs = TextOptions.Glyphs(rawValue: said) else {
          throw Fault("glyphs are blocks, braille or ascii", hint: "set glyphs=braille")
        }
        session.glyphs = glyphs
      case "images": session.showsImages = try isOn(name, value, "auto")
      default:
        guard let n = try session.rational(value).integer, (1...1000).contains(n) else {
          throw Fault("digits wants a whole number from 1 to 1000", hint: "write set digits 12")
        }
        session.digits = n
      }
    }
    let picture = session.drawsSteps ? "on" : "off"
    let images = session.showsImages ? "auto" : "off"
    let glyphs = (session.glyphs ?? .blocks).rawValue
    let all = [
      ("digits", "\(session.digits)"), ("picture", picture), ("images", images),
      ("glyphs", glyphs),
    ]
    let told = given.isEmpty ? all : all.filter { a in given.contains { $0.name == a.0 } }
    return Answer(
      "set",
      [
        ("digits", .number(Double(session.digits))), ("picture", .string(picture)),
        ("images", .string(images)), ("glyphs", .string(glyphs)),
      ],
      lines: [told.map { "\($0.0) \($0.1)" }.joined(separator: ", ")])
  }

  /// Whether a setting that is `on` or off is on.
  private func isOn(_ name: String, _ value: Expression, _ on: String) throws(Fault) -> Bool {
    switch value.text.trimmedBlanks {
    case on: return true
    case "off": return false
    default: throw Fault("\(name) is \(on) or off", hint: "set \(name)=\(on)")
    }
  }
}
