// What is made when it is first asked for, and then kept.
import Synchronization

/// A value that is made once, when it is first asked for; copies of what holds it share it.
final class OnDemand<Value: Sendable>: Sendable {
  /// nil until it is asked for.
  let made = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  /// The value.
  ///
  /// Two threads that ask at once make it once: the other waits.
  var value: Value {
    made.withLock { made in
      if let made { return made }
      let new = make()
      made = new
      return new
    }
  }
}
