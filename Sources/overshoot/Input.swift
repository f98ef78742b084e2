// Bytes in: standard input as its lines come, or a regular file whole. A fifo or a device given as a file
// is refused before it is read, because opening it could wait forever.

import Glibc
import Shell

/// Why input could not be read, in a form that a sentence can end with.
struct InputFault: Error {
  let reason: String
  /// Whether there is no such file.
  var isMissing = false

  static func system(_ number: Int32) -> InputFault {
    InputFault(reason: String(cString: strerror(number)), isMissing: number == ENOENT)
  }
}

/// Reads what `descriptor` gives next, waiting where it does not block; nothing at its end.
///
/// Returns nil when interrupted.
func readSome(_ descriptor: Int32, interrupted: () -> Bool) throws(InputFault) -> [UInt8]? {
  while !interrupted() {
    var fault: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      let got = read(descriptor, buffer.baseAddress, buffer.count)
      fault = got < 0 ? errno : 0
      count = max(0, got)
    }
    switch fault {
    case 0: return bytes
    case EINTR: continue
    case EAGAIN:
      var poll = pollfd(fd: descriptor, events: Int16(clamping: POLLIN), revents: 0)
      _ = Glibc.poll(&poll, 1, -1)
    default: throw .system(fault)
    }
  }
  return nil
}

/// Reads everything that a file gives.
func readAll(_ descriptor: Int32) throws(InputFault) -> [UInt8] {
  var bytes: [UInt8] = []
  while let some = try readSome(descriptor, interrupted: { false }), !some.isEmpty { bytes += some }
  return bytes
}

/// Statements from a descriptor, handed on as soon as their lines are complete.
struct StatementReader {
  private let descriptor: Int32
  private var lines = CompleteLines()
  /// The beginning of a statement whose line has not come to its end.
  private var held: [UInt8] = []
  private var isAtEnd = false

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next lines that are complete; nil at the end, and when interrupted.
  mutating func next(interrupted: () -> Bool) throws(InputFault) -> [UInt8]? {
    while !isAtEnd, let some = try readSome(descriptor, interrupted: interrupted) {
      isAtEnd = some.isEmpty
      guard let end = lines.take(some) else {
        held += some
        continue
      }
      defer { held = Array(some[end...]) }
      return held + some[..<end]
    }
    defer { held = [] }
    return isAtEnd && !held.isEmpty ? held : nil
  }
}

/// Opens a regular file for reading; returns its descriptor and size.
func openRegular(_ path: String) throws(InputFault) -> (descriptor: Int32, size: Int) {
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
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
  return try readAll(descriptor)
}

/// The variable's value, or nil when it is unset or empty.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
