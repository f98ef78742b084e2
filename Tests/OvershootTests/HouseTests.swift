// The rules of the house that a machine can check: imports, sizes, top-level names.
import Foundation
import Testing

struct HouseTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Swift files below a folder, as paths from the root.
  private func swiftFiles(_ folder: String) throws -> [String] {
    try files(folder, endings: ["swift"])
  }

  private func files(_ folder: String, endings: Set<String>) throws -> [String] {
    let path = Self.root.appendingPathComponent(folder).path
    let all = try FileManager.default.subpathsOfDirectory(atPath: path)
    return all.filter { endings.contains(($0 as NSString).pathExtension) }
      .map { folder + "/" + $0 }.sorted()
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  private func lines(_ path: String) throws -> [Substring] {
    try text(path).split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test(arguments: [
    ("Calculus", ["CMPFR", "CVector", "Native", "Glibc"]),
    ("Descent", ["Calculus", "Glibc", "Synchronization"]),
    ("Native", ["Glibc"]), ("Plotting", ["Native", "Glibc"]),
    ("Shell", ["Calculus", "Descent", "Plotting", "Glibc"]),
    ("overshoot", ["Shell", "CLibedit", "ArgumentParser", "Glibc"]),
  ])
  func modulesImportWhatTheyMay(_ module: String, _ allowed: [String]) throws {
    let files = try swiftFiles("Sources/" + module)
    #expect(!files.isEmpty)
    for file in files {
      for line in try lines(file) {
        let words = line.split(separator: " ")
        guard let k = words.firstIndex(of: "import"), words[..<k].allSatisfy(isModifier) else {
          continue
        }
        let name = words.dropFirst(k + 1).first.map(String.init) ?? ""
        #expect(allowed.contains(name), "\(file) imports \(name)")
      }
    }
  }

  private func isModifier(_ word: Substring) -> Bool {
    word.hasPrefix("@") || ["private", "internal", "package", "public"].contains(word)
  }

  @Test func everyModuleIsNamed() throws {
    let sources = Self.root.appendingPathComponent("Sources").path
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: sources).sorted()
        == [
          "CLibedit", "CMPFR", "CVector", "Calculus", "DESIGN.md", "Descent", "Native", "Plotting",
          "Shell", "overshoot",
        ])
  }

  @Test func nothingImportsFoundation() throws {
    for file in try swiftFiles("Sources") {
      #expect(try !lines(file).contains { $0.contains("import Foundation") }, "\(file)")
    }
  }

  /// What `Native` opens, the README's test command installs; what only a test opens, too, or the test says
  /// why it is skipped.
  @Test func librariesOpenedByNameAreInstalled() throws {
    let readme = try text("README.md")
    let start = try #require(readme.range(of: "<!-- test-command -->")?.upperBound)
    let installed = try #require(readme[start...].firstMatch(of: /apt-get install -y ([^)]*)\)/)).1
      .split(separator: " ")
    let opens = /dlopen\(|CDLL\(|LoadLibrary\(|find_library\(/
    var packages: [String: String] = [:]
    for file in try files("Sources", endings: ["swift", "c", "h"]) {
      let source = try text(file)
      if file != "Sources/Native/Library.swift" { #expect(!source.contains(opens), "\(file)") }
      for row in source.matches(of: /soname: "([^"]*)", package: "([^"]*)"/) {
        packages[String(row.1)] = String(row.2)
        #expect(installed.contains(row.2), "\(file): \(row.2) is not installed")
      }
    }
    #expect(packages.count >= 2)
    for file in try files("Tests", endings: ["swift", "py"]) {
      let source = try text(file)
      let isSkipped = source.contains(/skip(Test|Unless|If)\(|enabled\(if:/)
      if file.hasSuffix("HouseTests.swift") || isSkipped || !source.contains(opens) { continue }
      for name in source.matches(of: /lib[a-z0-9_+-]+\.so\.[0-9.]+/).map({ String($0.0) }) {
        #expect(packages[name] != nil, "\(file) opens \(name)")
      }
    }
  }

  /// A number that does not fit ends the program: a conversion says what becomes of it.
  ///
  /// Widening to Int is free but in Plotting, which counts in doubles; elsewhere the compiler warns of
  /// Int(double).
  @Test func noConversionTraps() throws {
    let labels = "(?!exactly:|clamping:|truncatingIfNeeded:|bitPattern:|ascii:)"
    let narrow = try Regex("(^|[^A-Za-z0-9_])(U?Int(8|16|32|64)|UInt|Register)\\(\(labels)")
    let any = try Regex("(^|[^A-Za-z0-9_])U?Int(8|16|32|64)?\\(\(labels)")
    let fraction = try Regex("(^|[^A-Za-z0-9_])Int\\((?!exactly:)[^()]*(\\.rounded|log|Double)")
    for file in try swiftFiles("Sources") where !file.hasSuffix("Numbers/Narrowing.swift") {
      for (n, line) in try lines(file).enumerated() where !line.contains("//") {
        let bad = file.contains("/Plotting/") ? any : narrow
        #expect(!line.contains(bad) && !line.contains(fraction), "\(file):\(n + 1): \(line)")
      }
    }
  }

  /// The bound of an enclosure that nothing holds is freed before it is read.
  @Test func boundsAreOfSomethingHeld() throws {
    let loose = try Regex("\\)\\.(lower|upper)\\b")
    for file in try swiftFiles("Sources/Calculus") {
      for (n, line) in try lines(file).enumerated() {
        #expect(!line.contains(loose), "\(file):\(n + 1): \(line)")
      }
    }
  }

  /// The middle of an enclosure serves iterations and the places of marks; what is read is published.
  @Test func midpointsAreNotShown() throws {
    for file in try swiftFiles("Sources/Shell") where !file.contains("/Pictures/") {
      for line in try lines(file) {
        #expect(!line.contains(".midpoint"), "\(file): \(line)")
        let isShown = ["text(", "json(", ".number(", "\\("].contains { line.contains($0) }
        #expect(!(line.contains(".estimate") && isShown), "\(file): \(line)")
      }
    }
  }

  /// What is asked of a function by its name is a column of its row that is missing.
  @Test func functionsAreNotAskedForTheirNames() throws {
    let asked = [
      "f.name ==", "row.name ==", "switch f.name", "switch row.name", ".contains(f.name)",
      ".contains(row.name)", "function)].name ==",
    ]
    for file in try swiftFiles("Sources/Calculus") + swiftFiles("Sources/Descent") {
      for line in try lines(file) {
        for part in asked { #expect(!line.contains(part), "\(file): \(line)") }
      }
    }
  }

  /// The core returns facts: no text is written there but faults in a method's own lines.
  @Test func factsHaveNoWords() throws {
    let files = try swiftFiles("Sources/Descent").filter { !$0.contains("/Methods/") }
    #expect(files.count > 60)
    for file in files {
      for line in try lines(file) where !line.contains("//") {
        let literals = line.split(separator: "\"", omittingEmptySubsequences: false)
        for (k, text) in literals.enumerated() where k % 2 == 1 {
          #expect(!text.contains(" "), "\(file): \(line)")
        }
      }
    }
  }

  /// What an arithmetic does under a name of the protocol is told there, equality and order by Swift.
  @Test func packageDeclarationsAreDocumented() throws {
    let told = Set(
      try lines("Sources/Calculus/Numbers/Arithmetic.swift").compactMap {
        $0.firstMatch(of: #/^  func (\w+)/#).map { String($0.1) }
      } + ["==", "<", "hash"])
    let declaration =
      #/^\s*(?:@\S+ )*package (?:static |mutating |final |indirect )*(func|struct|enum|class|protocol|subscript)\b *([\w=<]*)/#
    for file in try swiftFiles("Sources") {
      let lines = try lines(file)
      for (k, line) in lines.enumerated() {
        guard let found = line.firstMatch(of: declaration), !told.contains(String(found.2)) else {
          continue
        }
        let above = lines[..<k].last { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("@") }
        #expect(
          above?.trimmingCharacters(in: .whitespaces).hasPrefix("///") == true, "\(file): \(line)")
      }
    }
  }

  @Test func filesStayShort() throws {
    for file in try swiftFiles("Sources") + swiftFiles("Tests") {
      let count = try lines(file).count - 1
      #expect(count <= 400, "\(file) has \(count) lines")
    }
  }

  /// A folder of more than a dozen files holds two notions; of `Commands` each file is a value of one list.
  @Test func foldersHoldOneNotion() throws {
    let all = Dictionary(grouping: try swiftFiles("Sources")) {
      ($0 as NSString).deletingLastPathComponent
    }
    for (folder, files) in all where !folder.hasSuffix("/Commands") {
      #expect(files.count <= 12, "\(folder): \(files.count) files")
    }
  }

  /// The tables in the modules' README say which folders' types a folder names.
  @Test(arguments: ["Calculus", "Descent", "Shell"])
  func foldersNameWhatTheirTableSays(_ module: String) throws {
    let declaration = #/^( *)(?:(?:package|final|indirect) )*(?:struct|enum|class|protocol) (\w+)/#
    var homes: [String: String] = [:]
    var own: [String: Set<String>] = [:]
    var words: [String: Set<String>] = [:]
    for file in try swiftFiles("Sources/" + module) {
      let folder = String(file.split(separator: "/")[2])
      for line in try lines(file) where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
        if let found = line.firstMatch(of: declaration) {
          own[folder, default: []].insert(String(found.2))
          if found.1.isEmpty { homes[String(found.2)] = folder }
        }
        let code = line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")
        words[folder, default: []].formUnion(code.matches(of: #/\b[A-Z]\w+/#).map { String($0.0) })
      }
    }
    var told: Set<String> = []
    for line in try lines("Sources/\(module)/README.md") {
      guard let row = line.firstMatch(of: #/^\| `(\w+)/` \|.*\| ([^|]*) \|$/#) else { continue }
      let folder = String(row.1)
      told.insert(folder)
      let named = Set(
        words[folder, default: []].subtracting(own[folder, default: []]).compactMap { homes[$0] }
      ).subtracting([folder])
      let listed = Set(row.2.matches(of: #/[A-Z]\w+/#).map { String($0.0) })
      let said =
        row.2.hasPrefix("all")
        ? Set(homes.values).subtracting(listed).subtracting([folder])
        : listed.intersection(homes.values)
      #expect(named == said, "\(folder) names types of \(named.sorted())")
    }
    #expect(told == Set(words.keys))
  }

  @Test func testFoldersMirrorTheModules() throws {
    let fm = FileManager.default
    func folders(_ path: String) throws -> Set<String> {
      let base = Self.root.appendingPathComponent(path)
      return Set(
        try fm.contentsOfDirectory(at: base, includingPropertiesForKeys: [.isDirectoryKey])
          .filter(\.hasDirectoryPath).map(\.lastPathComponent))
    }
    let tested = try folders("Tests/OvershootTests").subtracting(["Cases"])
    #expect(tested.isSubset(of: try folders("Sources")) && tested.count >= 4)
  }

  @Test func topLevelNamesAreKnown() throws {
    // Package.resolved is made by builds and ignored by git.
    let known: Set = [
      "Package.swift", "Sources", "Tests", "Samples", "README.md", "LICENSE", "CHANGELOG.md",
      "Package.resolved",
    ]
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
    #expect(names.filter { !$0.hasPrefix(".") && !known.contains($0) }.isEmpty)
  }
}
