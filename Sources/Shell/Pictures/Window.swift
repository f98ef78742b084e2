// What part of a picture was asked for: ranges by the names of its axes, as in `plot run x=-2..2`.
import Calculus
import Plotting

/// Ranges that arguments ask a picture to show.
struct Window {
  struct Part {
    var name: String
    var range: ClosedRange<Double>
    var at: SourceRange
  }
  var parts: [Part] = []

  static let all = Window()

  /// What is asked for an axis; nil where nothing is.
  subscript(_ name: String) -> ClosedRange<Double>? { parts.last { $0.name == name }?.range }
}

extension Call {
  /// The ranges among the arguments.
  func window() throws(Fault) -> Window {
    var parts: [Window.Part] = []
    for a in arguments {
      guard let name = a.name, !command.parameters.contains(where: { $0.name == name }) else {
        continue
      }
      guard let upper = a.upper else {
        throw Fault("\(name)= wants a range", hint: "write \(name)=-2..2", at: a.range)
      }
      let low = try session.rational(a.value).nearestDouble
      let high = try session.rational(upper).nearestDouble
      guard low.isFinite, high.isFinite, low < high else {
        throw Fault("the range goes up: \(name)=-2..2", at: a.range)
      }
      parts.append(.init(name: name, range: low...high, at: a.range))
    }
    return Window(parts: parts)
  }
}

extension Axis {
  /// Its name as an argument has it; nil where none can be typed.
  fileprivate var name: String? {
    let name = Spelling.canonical(label.filter { $0 != "|" })
    // An entry, as w[2], is one.
    let letters = (name.hasSuffix("]") ? name.prefix { $0 != "[" } : name[...]).unicodeScalars
    guard let first = letters.first, first.properties.isAlphabetic,
      letters.allSatisfy({ $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" })
    else { return nil }
    return name
  }
}

extension Figure {
  /// The axis that a name means: `y` is the vertical one where no axis has that name.
  private func axis(_ name: String) -> WritableKeyPath<Figure, Axis>? {
    if x.name == name { return \.x }
    return y.name == name || name == "y" ? \.y : nil
  }

  /// Whether the window is about axes that the picture has.
  func has(_ window: Window) -> Bool { window.parts.allSatisfy { axis($0.name) != nil } }

  /// The same with the ranges that were asked for.
  func showing(_ window: Window) throws(Fault) -> Figure {
    var out = self
    for part in window.parts {
      guard let axis = axis(part.name) else {
        let known = [x.name, y.name].compactMap(\.self).joined(separator: " and ")
        throw Fault(
          "this picture has no axis \(part.name)",
          hint: known.isEmpty ? "its axes have no ranges" : "ranges are for \(known)", at: part.at)
      }
      out[keyPath: axis].range = part.range
    }
    return out
  }
}
