// What names mean: definitions, live. A definition binds its free names when it is used, not when
// it is made.

/// `name = body` or `name(parameters) = body`.
package struct Definition: Sendable {
  package var name: String
  /// nil for a formula, whose variables are its free names.
  package var parameters: [String]?
  package var body: Expression
  /// Set apart from every other definition, also of the same name.
  package let serial: Int

  package init(name: String, parameters: [String]?, body: Expression, serial: Int) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.serial = serial
  }
}

/// The definitions in force: the user's, then those that come with the language.
package struct Environment: Sendable {
  package private(set) var definitions: [String: Definition] = [:]
  private var serial = 1000
  /// The variables of each definition, while nothing that it uses changes.
  private var cachedVariables: [String: [String]] = [:]
  /// Every name that some definition has used: only these can close a circle or lose a variable.
  package private(set) var usedNames: Set<String> = []
  /// Shapes of variables that were declared.
  package private(set) var declared: [String: Shape] = [:]
  /// Tables of data by their names.
  package private(set) var tables: [String: DataTable] = [:]
  /// How many tables were ever made: their axes.
  private var lastAxis: Int32 = 0
  /// Whether something was ever an array, so that shapes may not fit.
  package private(set) var hasArrays = false

  package init() {}

  /// Gives a variable a shape; nil takes it back.
  package mutating func declare(_ name: String, _ shape: Shape?) {
    declared[name] = shape
    if shape != nil { hasArrays = true }
  }

  /// Gives a table its name, in place of what it had; nil takes it back.
  package mutating func keep(_ table: DataTable?, named name: String) {
    tables[name] = table
    cachedVariables = [:]
    if table != nil { hasArrays = true }
  }

  /// The axis of a table to be made.
  package mutating func newAxis() -> Int32 {
    lastAxis += 1
    return lastAxis
  }

  /// What a name means: the definition of the session, else that of the Prelude; nil for a free name.
  package subscript(name: String) -> Definition? { definitions[name] ?? Prelude.definition(name) }

  /// Gives a name its meaning, in place of what it had.
  package mutating func define(_ name: String, _ parameters: [String]?, _ body: Expression) {
    serial += 1
    if usedNames.contains(name) || definitions[name] != nil { cachedVariables = [:] }
    let d = Definition(name: name, parameters: parameters, body: body, serial: serial)
    definitions[name] = d
    if !hasArrays { hasArrays = body.arena.nodes.contains { $0.kind == .matrix } }
    for (n, _) in body.references { usedNames.insert(n) }
    cachedVariables[name] = variables(of: d)
  }

  /// Makes a name free again.
  package mutating func forget(_ name: String) {
    definitions[name] = nil
    cachedVariables = [:]
  }

  /// The variables of a formula where they are known already.
  func knownVariables(_ name: String) -> [String]? { cachedVariables[name] }

  /// Names that have a meaning without being defined.
  package static let reserved: Set<String> = ["pi", "e", "if", "and", "or", "not"]

  /// Whether a name means nothing but itself.
  package func isVariable(_ name: String) -> Bool {
    self[name] == nil && !Environment.isTaken(name) && !isOfData(name)
  }

  /// Whether a name is a function or constant that cannot be redefined.
  package static func isTaken(_ name: String) -> Bool {
    reserved.contains(name) || builtIn.contains(name)
  }
}
