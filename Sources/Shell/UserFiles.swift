// The one door to files: reading regular files, replacing a file whole.
import Calculus
import Glibc

enum UserFiles {
  /// Where lessons may be: where the program is installed, in the source tree that it was built in,
  /// in the folder that one is in.
  static func lessonFolders() -> [String] {
    guard let real = realpath("/proc/self/exe", nil) else { return ["Samples"] }
    let parts = String(cString: real).split(separator: "/").dropLast()
    free(real)
    func folder(_ levels: Int) -> String { parts.dropLast(levels).map { "/" + $0 }.joined() }
    // .build/TRIPLE/release/overshoot
    let above = (0..<min(4, parts.count)).map { folder($0) + "/Samples" }
    return [folder(1) + "/share/overshoot/Samples"] + above + ["Samples"]
  }

  /// The lessons in the first of the folders that has some.
  static func lessons() -> [(name: String, path: String)] {
    for folder in lessonFolders() {
      guard let directory = opendir(folder) else { continue }
      defer { closedir(directory) }
      var names: [String] = []
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(".over") { names.append(name) }
      }
      if names.isEmpty { continue }
      func number(_ s: String) -> Int { Int(s.prefix { $0.isNumber }) ?? .max }
      return names.sorted { (number($0), $0) < (number($1), $1) }.map {
        (String($0.dropLast(5)), "\(folder)/\($0)")
      }
    }
    return []
  }

  /// The bytes of a regular file of at most 1 GiB.
  static func read(_ path: String) throws(Fault) -> [UInt8] {
    let fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard fd >= 0 else { throw failure("cannot read", path) }
    defer { close(fd) }
    var info = stat()
    guard fstat(fd, &info) == 0 else { throw failure("cannot read", path) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw Fault("cannot read \"\(path)\": it is not a regular file")
    }
    guard info.st_size <= 1 << 30 else { throw Fault("cannot read \"\(path)\": it is too large") }
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let n = Glibc.read(fd, &buffer, buffer.count)
      if n < 0 && errno == EINTR { continue }
      guard n >= 0 else { throw failure("cannot read", path) }
      if n == 0 { return out }
      out.append(contentsOf: buffer[..<n])
    }
  }

  /// Writes a file whole or not at all: a temporary file beside it, synced, renamed.
  ///
  /// A link stays a link; the mode of an existing file is kept.
  /// - Parameter otherwise: what to type to replace an existing file.
  static func replace(
    _ path: String, with bytes: [UInt8], overwrite: Bool, otherwise: String
  ) throws(Fault) {
    var target = path
    if let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
      guard overwrite else {
        throw Fault("\"\(path)\" exists already", hint: otherwise)
      }
    }
    var info = stat()
    let mode = stat(target, &info) == 0 ? info.st_mode & 0o777 : 0o644
    let temporary = target + ".new"
    unlink(temporary)
    let fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard fd >= 0 else { throw failure("cannot write", path) }
    do throws(Fault) {
      try write(bytes, to: fd, path)
      guard fchmod(fd, mode) == 0, fsync(fd) == 0 else { throw failure("cannot write", path) }
    } catch {
      close(fd)
      unlink(temporary)
      throw error
    }
    guard close(fd) == 0, rename(temporary, target) == 0 else {
      let fault = failure("cannot write", path)
      unlink(temporary)
      throw fault
    }
  }

  private static func write(_ bytes: [UInt8], to fd: Int32, _ path: String) throws(Fault) {
    var done = 0
    while done < bytes.count {
      let n = bytes.withUnsafeBytes {
        Glibc.write(fd, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if n < 0 && errno == EINTR { continue }
      guard n > 0 else { throw failure("cannot write", path) }
      done += n
    }
  }

  private static func failure(_ what: String, _ path: String) -> Fault {
    let why = errno
    return Fault("\(what) \"\(path)\": \(String(cString: strerror(why)))")
  }
}
