// Bytes out. Swift's `print` to a full disk exits 0 and loses them silently, so every write(2) here
// is checked; whoever holds an `Output` need not think of it again.

import Glibc

/// A buffered file descriptor whose failure ends the program.
final class Output {
  private let descriptor: Int32
  /// A terminal that hung up is no longer one, so this is asked at the start.
  private let isTerminal: Bool
  private var buffer: [UInt8] = []

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) != 0
  }

  /// Adds `text`; it is written at 64 kB or when flushed.
  func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { flush() }
  }

  /// Writes what is held.
  ///
  /// A closed pipe ends the program quietly with 141, any other failure with one sentence and 74.
  func flush() {
    var rest = buffer[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0 {
        wait(after: errno)
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Waits until a write may go on, or ends the program.
  private func wait(after fault: Int32) {
    switch fault {
    case EINTR: return
    case EAGAIN:
      var poll = pollfd(fd: descriptor, events: Int16(clamping: POLLOUT), revents: 0)
      _ = Glibc.poll(&poll, 1, -1)
    case EPIPE: _exit(141)
    // The terminal is gone: the exit that SIGHUP would have brought.
    case EIO where isTerminal: _exit(129)
    default:
      let stream = descriptor == STDOUT_FILENO ? "output" : "diagnostics"
      let reason = String(cString: strerror(fault))
      let message = "overshoot: the \(stream) could not be written: \(reason)\n"
      _ = message.utf8CString.withUnsafeBytes {
        Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count - 1)
      }
      _exit(74)
    }
  }
}
