// What is asked of a program as a formula: how it was typed, and its derivative.

extension Formula {
  /// The definition as typed, with `·` and superscripts.
  package static func text(
    of program: Program, output: Int = 0, unicode: Bool = true, limit: Int = 2000
  ) -> String {
    Formula(program, output: output).text(unicode: unicode, limit: limit)
  }

  /// The definition as typed, in LaTeX.
  package static func latex(of program: Program, output: Int = 0, limit: Int = 2000) -> String {
    Formula(program, output: output).latex(limit: limit)
  }

  /// The derivative by `name`, simplified for reading.
  ///
  /// - Parameter turns: see `Program.simplified`.
  package static func derivative(
    of program: Program, by name: String, output: Int = 0, turns: Bool = true
  ) -> Formula {
    program.with(outputs: [program.outputs[output]]).tangent(by: name).simplified(turns: turns)
  }

  /// The text of the derivative by `name`.
  package static func derivativeText(
    of program: Program, by name: String, output: Int = 0, unicode: Bool = true, limit: Int = 2000
  ) -> String {
    derivative(of: program, by: name, output: output).text(unicode: unicode, limit: limit)
  }
}
