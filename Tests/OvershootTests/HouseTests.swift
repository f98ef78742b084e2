// The rules of the house that a machine can check: imports, sizes, top-level names.
import Foundation
import Testing

struct HouseTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Swift files below a folder, as paths from the root.
  private func swiftFiles(_ folder: String) throws -> [String] {
    let path = Self.root.appendingPathComponent(folder).path
    let all = try FileManager.default.subpathsOfDirectory(atPath: path)
    return all.filter { $0.hasSuffix(".swift") }.map { folder + "/" + $0 }.sorted()
  }

  private func lines(_ path: String) throws -> [Substring] {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test(arguments: [
    ("Calculus", ["CMPFR", "CVector", "Glibc"]), ("Descent", ["Calculus", "Glibc"]),
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
          "CLibedit", "CMPFR", "CVector", "Calculus", "Descent", "Native", "Plotting", "Shell",
          "overshoot",
        ])
  }

  @Test func nothingImportsFoundation() throws {
    for file in try swiftFiles("Sources") {
      #expect(try !lines(file).contains { $0.contains("import Foundation") }, "\(file)")
    }
  }

  @Test func filesStayShort() throws {
    for file in try swiftFiles("Sources") + swiftFiles("Tests") {
      let count = try lines(file).count - 1
      #expect(count <= 400, "\(file) has \(count) lines")
    }
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
