// Work cut into parts and shared by threads. Which thread does which part is chance; the parts do not
// depend on each other, so results do not depend on the number of threads.
import Glibc

/// What the threads of one piece of work share.
package final class PartQueue: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let count: Int
  private var next = 0
  private var finished = 0
  private var running = 0
  private var stopped = false

  init(count: Int) {
    self.count = count
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    pthread_cond_destroy(changed)
    lock.deallocate()
    changed.deallocate()
  }

  /// Whether the work is given up; asked from inside long parts.
  package var isStopped: Bool { locked { stopped } }

  fileprivate func stop() { locked { stopped = true } }
  fileprivate func begin() { locked { running += 1 } }

  fileprivate func take() -> Int? {
    locked {
      if stopped || next == count { return nil }
      next += 1
      return next - 1
    }
  }

  fileprivate func finishPart() { locked { finished += 1 } }

  fileprivate func end() {
    locked { running -= 1 }
    pthread_cond_signal(changed)
  }

  /// Waits until no thread runs any more, at most some milliseconds.
  fileprivate func wait(milliseconds: Int) -> (done: Bool, share: Double) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if running > 0 {
      var until = timespec()
      clock_gettime(CLOCK_REALTIME, &until)
      until.tv_nsec += milliseconds * 1_000_000
      until.tv_sec += until.tv_nsec / 1_000_000_000
      until.tv_nsec %= 1_000_000_000
      pthread_cond_timedwait(changed, lock, &until)
    }
    return (running == 0, Double(finished) / Double(max(count, 1)))
  }

  private func locked<T>(_ body: () -> T) -> T {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }
}

/// How many threads can run at once.
package func processorCount() -> Int {
  min(max(sysconf(Int32(clamping: _SC_NPROCESSORS_ONLN)), 1), 64)
}

/// Does the parts 0..<count on several threads; whether all were done.
///
/// - Parameters:
///   - cancelled: asked on the calling thread every 20 ms.
///   - progress: told the share done, on the calling thread, at most every 200 ms.
///   - worker: called once on every thread; makes what does one part. Long parts ask the queue whether
///     they are still wanted.
package func inParallel(
  parts count: Int, threads: Int, cancelled: () -> Bool, progress: (Double) -> Void,
  worker: @escaping @Sendable (PartQueue) -> (Int) -> Void
) -> Bool {
  let queue = PartQueue(count: count)
  let wanted = max(1, min(threads, count))
  let started = (0..<wanted).compactMap { _ in
    queue.begin()
    let thread = startThread {
      let work = worker(queue)
      while let part = queue.take() {
        work(part)
        queue.finishPart()
      }
      queue.end()
    }
    if thread == nil { queue.end() }
    return thread
  }
  if started.isEmpty {
    let work = worker(queue)
    while !cancelled(), let part = queue.take() { work(part) }
    return queue.take() == nil && !cancelled()
  }
  var stopped = false
  var polls = 0
  while true {
    let (done, share) = queue.wait(milliseconds: 20)
    if done { break }
    if !stopped, cancelled() {
      queue.stop()
      stopped = true
    }
    polls += 1
    if polls % 10 == 0 { progress(share) }
  }
  for thread in started { pthread_join(thread, nil) }
  return !stopped
}

/// A thread that runs `body`, or nil where the system gives none.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Body(body))
  let failed = pthread_create(
    &thread, nil,
    { raw in
      guard let raw else { return nil }
      Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
      return nil
    }, box.toOpaque())
  if failed != 0 {
    box.release()
    return nil
  }
  return thread
}
