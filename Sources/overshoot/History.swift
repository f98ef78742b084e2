// What was typed, kept from one session to the next: a plain UTF-8 file, one entry a line, appended
// to as each line is accepted, so that a killed terminal loses nothing and two sessions do not
// overwrite each other. libedit's own format is not used: it replaces a file that it cannot read.

import Glibc

/// The history file of one session.
struct History {
  /// How many entries are loaded.
  static let limit = 1000

  /// Where the file is; nil when there is nowhere to keep one, or when it was found unusable.
  private(set) var path: String?
  private var last = ""

  /// `$OVERSHOOT_HISTORY`, else `overshoot/history` below the user's state folder.
  init() {
    path =
      environment("OVERSHOOT_HISTORY")
      ?? userFile("history", base: "XDG_STATE_HOME", home: ".local/state")
  }

  /// Reads the last entries, oldest first.
  ///
  /// On a fault the file is left alone from then on.
  mutating func load() throws(InputFault) -> [String] {
    guard let path else { return [] }
    do {
      let entries = try Self.entries(of: path).suffix(Self.limit)
      last = entries.last ?? ""
      return Array(entries)
    } catch {
      if error.isMissing { return [] }
      self.path = nil
      throw error
    }
  }

  /// Appends an entry, unless it repeats the last one or begins with a space.
  mutating func append(_ entry: String) throws(InputFault) {
    guard let path, !entry.isEmpty, !entry.hasPrefix(" "), entry != last else { return }
    last = entry
    do {
      try Self.append(Self.encoded(entry) + "\n", to: path)
    } catch {
      self.path = nil
      throw error
    }
  }

  private static func entries(of path: String) throws(InputFault) -> [String] {
    let (descriptor, size) = try openRegular(path)
    defer { close(descriptor) }
    let start = max(0, size - (1 << 20))
    lseek(descriptor, off_t(start), SEEK_SET)
    makePrivate(descriptor)
    var bytes = try readAll(descriptor)[...]
    if bytes.contains(0) { throw InputFault(reason: "it is not text") }
    // The first line of a long file was cut.
    if start > 0 { bytes = bytes.drop { $0 != UInt8(ascii: "\n") } }
    return bytes.split(separator: UInt8(ascii: "\n")).suffix(limit).compactMap {
      String(validating: $0, as: UTF8.self).map(decoded)
    }
  }

  /// Takes a file from everyone but its owner: earlier versions, and editors, made it as the umask says.
  private static func makePrivate(_ descriptor: Int32) {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
  }

  private static func append(_ line: String, to path: String) throws(InputFault) {
    makeFolders(of: path)
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw InputFault(reason: "it is not a regular file")
    }
    makePrivate(descriptor)
    // One write, so that lines of two sessions do not mix.
    let bytes = Array(line.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw .system(errno) }
    // Typing is slower than any disk; what was accepted survives a power cut.
    fdatasync(descriptor)
  }

  /// An entry as one line: newline as `\n`, backslash as `\\`.
  static func encoded(_ entry: String) -> String {
    entry.unicodeScalars.map { $0 == "\n" ? "\\n" : $0 == "\\" ? "\\\\" : String($0) }.joined()
  }

  /// The inverse of `encoded`; an unknown escape is kept as it stands.
  static func decoded(_ line: String) -> String {
    var entry = String.UnicodeScalarView()
    var escaped = false
    for scalar in line.unicodeScalars {
      if !escaped, scalar == "\\" {
        escaped = true
        continue
      }
      if escaped, scalar != "n", scalar != "\\" { entry.append("\\") }
      entry.append(escaped && scalar == "n" ? "\n" : scalar)
      escaped = false
    }
    if escaped { entry.append("\\") }
    return String(entry)
  }
}

/// The path of `overshoot/NAME` below the folder in variable `base`, else in `home` of `$HOME`.
///
/// Nil when neither is an absolute path (relative ones are void by the XDG rules).
func userFile(_ name: String, base: String, home: String) -> String? {
  if let folder = environment(base), folder.hasPrefix("/") { return "\(folder)/overshoot/\(name)" }
  guard let folder = environment("HOME"), folder.hasPrefix("/") else { return nil }
  return "\(folder)/\(home)/overshoot/\(name)"
}

/// Creates the folders above `path`, for the user alone; faults show when the file is opened.
private func makeFolders(of path: String) {
  for slash in path.indices.dropFirst() where path[slash] == "/" {
    mkdir(String(path[..<slash]), 0o700)
  }
}
