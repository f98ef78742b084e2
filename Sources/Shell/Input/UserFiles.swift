// The one door to files: reading regular files, replacing a file whole.
import Calculus
import Glibc

enum UserFiles {
  /// Where lessons may be: PREFIX/share/overshoot/Samples of a program in PREFIX/bin, and the source tree
  /// that it was built in.
  ///
  /// Never the folder that one is in, nor whatever lies above the program: a lesson's lines are run, so
  /// they come from whom the program comes from. Empty where /proc does not tell where it lies.
  static func lessonFolders() -> [String] {
    guard let real = realpath("/proc/self/exe", nil) else { return [] }
    let parts = String(cString: real).split(separator: "/").dropLast()
    free(real)
    func folder(_ levels: Int, _ below: String) -> String {
      parts.dropLast(levels).map { "/" + $0 }.joined() + below
    }
    var folders: [String] = []
    if parts.last == "bin" { folders.append(folder(1, "/share/overshoot/Samples")) }
    // .build/TRIPLE/release
    if parts.dropLast(2).last?.hasPrefix(".build") == true { folders.append(folder(3, "/Samples")) }
    return folders
  }

  /// A file of data by its name: where one is, else among the lessons, whose tables lie beside them.
  static func dataPath(_ path: String) -> String {
    if path.isEmpty || path == "-" || path.contains("/") || access(path, F_OK) == 0 { return path }
    return lessonFolders().map { "\($0)/\(path)" }.first { access($0, R_OK) == 0 } ?? path
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
    var out: [UInt8] = []
    try pieces(of: path, most: 1 << 30) { out.append(contentsOf: $0) }
    return out
  }

  /// Gives a regular file, or `-` for what comes in, to `body` piece by piece.
  ///
  /// - Parameter most: bytes of the largest file.
  static func pieces(
    of path: String, most: Int = .max,
    _ body: (UnsafeBufferPointer<UInt8>) throws(Fault) -> Void
  ) throws(Fault) {
    try checkName(path)
    let isInput = path == "-"
    let fd = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard fd >= 0 else { throw failure("cannot read", path) }
    defer { if !isInput { close(fd) } }
    var info = stat()
    guard fstat(fd, &info) == 0 else { throw failure("cannot read", path) }
    guard isInput || info.st_mode & S_IFMT == S_IFREG else {
      throw Fault("cannot read \"\(path)\": it is not a regular file")
    }
    guard isInput || info.st_size <= most else {
      throw Fault("cannot read \"\(path)\": it is too large")
    }
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
    defer { buffer.deallocate() }
    while true {
      let n = Glibc.read(fd, buffer.baseAddress, buffer.count)
      if n < 0 && errno == EINTR { continue }
      guard n >= 0 else { throw failure("cannot read", path) }
      if n == 0 { return }
      try body(UnsafeBufferPointer(rebasing: buffer[..<n]))
    }
  }

  /// Writes a file whole or not at all: a temporary file beside it, synced, put in its place; then the
  /// folder is synced.
  ///
  /// A link stays a link, also one that points at nothing yet; mode and owner of an existing file are kept. A
  /// device or a fifo is refused: it would be replaced, not written to. Without `overwrite` a file that
  /// another program makes meanwhile is left alone too.
  /// - Parameter otherwise: what to type to replace an existing file.
  static func replace(
    _ path: String, with bytes: [UInt8], overwrite: Bool, otherwise: String
  ) throws(Fault) {
    try checkName(path)
    let target = try followed(path)
    var info = stat()
    let exists = stat(target, &info) == 0
    guard exists || errno == ENOENT else { throw failure("cannot write", path) }
    if exists {
      guard info.st_mode & S_IFMT == S_IFREG else {
        throw Fault(
          "cannot write \"\(path)\": it is not a regular file", hint: "name a file, or a new one")
      }
      guard overwrite else { throw Fault("\"\(path)\" exists already", hint: otherwise) }
      guard access(target, W_OK) == 0 else { throw failure("cannot write", path) }
    }
    let folder = self.folder(of: target)
    // What replaces a private file is private from its first byte on.
    let (fd, temporary) = try makeTemporary(in: folder, mode: exists ? 0o600 : 0o666, path)
    do throws(Fault) {
      defer { close(fd) }
      try write(bytes, to: fd, path)
      if exists {
        // Only root can give a file away; whoever saves another's file then owns it.
        _ = fchown(fd, info.st_uid, info.st_gid)
        guard fchmod(fd, info.st_mode & 0o777) == 0 else { throw failure("cannot write", path) }
      }
      guard fsync(fd) == 0 else { throw failure("cannot write", path) }
      // A second name, unlike a new one, is never given to what is another's. Some file systems have none.
      let isPlaced = !overwrite && link(temporary, target) == 0
      if !overwrite, !isPlaced, errno == EEXIST {
        throw Fault("\"\(path)\" exists already", hint: otherwise)
      }
      if isPlaced { unlink(temporary) }
      guard isPlaced || rename(temporary, target) == 0 else { throw failure("cannot write", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    sync(folder)
  }

  /// A new file in `folder` (empty for the current one) under a name that nothing has.
  ///
  /// The name does not grow with the file's own, which may be as long as names can be.
  private static func makeTemporary(
    in folder: String, mode: mode_t, _ path: String
  ) throws(Fault) -> (descriptor: Int32, name: String) {
    while true {
      let name = "\(folder).overshoot-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
      let fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
      if fd >= 0 { return (fd, name) }
      guard errno == EEXIST else { throw failure("cannot write", path) }
    }
  }

  /// Makes what was renamed in a folder last through a power cut; file systems that cannot, do not.
  private static func sync(_ folder: String) {
    let fd = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard fd >= 0 else { return }
    fsync(fd)
    close(fd)
  }

  /// The name that a link, or a chain of them, leads to in the end, whether something has it or not.
  private static func followed(_ path: String) throws(Fault) -> String {
    var target = path
    // As many as the kernel follows.
    for _ in 0...40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(target, &buffer, buffer.count)
      guard count >= 0 else { return target }
      let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
      guard let next = String(validating: bytes, as: UTF8.self) else {
        errno = EILSEQ
        throw failure("cannot write", path)
      }
      target = next.hasPrefix("/") ? next : folder(of: target) + next
    }
    errno = ELOOP
    throw failure("cannot write", path)
  }

  /// What stands before the name, with its slash; empty for a bare name.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Refuses a name that would be read only up to its U+0000.
  private static func checkName(_ path: String) throws(Fault) {
    guard path.utf8.contains(0) else { return }
    throw Fault("no file name has U+0000 in it")
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
