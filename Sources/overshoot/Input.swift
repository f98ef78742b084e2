// Bytes in: a whole pipe, or a whole regular file. A fifo or a device given as a file is refused
// before it is read, because opening it could wait forever.

import Glibc

/// Why input could not be read, in a form that a sentence can end with.
struct InputFault: Error {
  let reason: String
  /// Whether there is no such file.
  var isMissing = false

  static func system(_ number: Int32) -> InputFault {
    InputFault(reason: String(cString: strerror(number)), isMissing: number == ENOENT)
  }
}

/// Reads everything that `descriptor` gives, waiting where it does not block.
///
/// Returns nil when interrupted.
func readAll(_ descriptor: Int32, interrupted: () -> Bool) throws(InputFault) -> [UInt8]? {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while !interrupted() {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count == 0 { return bytes }
    if count > 0 {
      bytes.append(contentsOf: chunk[..<count])
      continue
    }
    switch errno {
    case EINTR: continue
    case EAGAIN:
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = Glibc.poll(&poll, 1, -1)
    default: throw .system(errno)
    }
  }
  return nil
}

/// Opens a regular file for reading; returns its descriptor and size.
func openRegular(_ path: String) throws(InputFault) -> (descriptor: Int32, size: Int) {
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else { throw .system(errno) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    close(descriptor)
    throw InputFault(
      reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a directory" : "it is not a regular file")
  }
  return (descriptor, Int(status.st_size))
}

/// Reads a regular file whole.
func readFile(_ path: String) throws(InputFault) -> [UInt8] {
  let (descriptor, _) = try openRegular(path)
  defer { close(descriptor) }
  return try readAll(descriptor, interrupted: { false }) ?? []
}

/// The variable's value, or nil when it is unset or empty.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
