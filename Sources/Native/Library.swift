// A C library opened when it is first needed: start-up stays short, and a machine without the
// library loses one feature, not the program. Symbols are typed where they are looked up, in one
// table per library; nothing else in the product calls dlopen (POSIX.1-2017, dlopen, dlsym).

import Glibc

/// A shared library of the system, opened on first use and never closed.
package struct Library: Sendable {
  /// The name that the dynamic linker knows, `libcairo.so.2`.
  package let soname: String
  /// The Debian package that brings it, `libcairo2`.
  package let package: String
  /// What cannot be done without it, as the beginning of a sentence: "pictures in files".
  package let purpose: String

  package init(soname: String, package: String, purpose: String) {
    self.soname = soname
    self.package = package
    self.purpose = purpose
  }

  /// Opens the library.
  ///
  /// - Throws: `MissingLibrary` where the dynamic linker does not find it. Cost: milliseconds the
  ///   first time, a counter afterwards.
  package func open() throws(MissingLibrary) -> OpenLibrary {
    guard let handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL) else {
      throw MissingLibrary(library: self, symbol: nil)
    }
    return OpenLibrary(library: self, handle: handle)
  }
}

/// A library that is open: its symbols can be looked up.
package struct OpenLibrary {
  private let library: Library
  private let handle: UnsafeMutableRawPointer

  fileprivate init(library: Library, handle: UnsafeMutableRawPointer) {
    self.library = library
    self.handle = handle
  }

  /// The function `name` as the type that the caller states.
  ///
  /// The type must be a `@convention(c)` function with the prototype of the library's manual:
  /// nothing can check it here.
  ///
  /// - Throws: `MissingLibrary` naming the symbol, where the library is too old to have it.
  package func function<T>(_ name: String, _ type: T.Type = T.self) throws(MissingLibrary) -> T {
    precondition(MemoryLayout<T>.size == MemoryLayout<UnsafeMutableRawPointer>.size)
    guard let address = dlsym(handle, name) else {
      throw MissingLibrary(library: library, symbol: name)
    }
    return unsafeBitCast(address, to: type)
  }
}

/// A library, or a function in it, that this machine does not have.
package struct MissingLibrary: Error, Equatable, CustomStringConvertible {
  /// The name that the dynamic linker was asked for.
  package let soname: String
  package let package: String
  package let purpose: String
  /// The function that was missing, where the library itself was found.
  package let symbol: String?

  init(library: Library, symbol: String?) {
    soname = library.soname
    package = library.package
    purpose = library.purpose
    self.symbol = symbol
  }

  /// One plain sentence that says what to install.
  package var description: String {
    guard let symbol else {
      return "\(purpose) need \(soname): on Debian, apt-get install \(package)"
    }
    return "\(purpose) need a newer \(soname) (\(symbol) is missing): "
      + "on Debian, apt-get install \(package)"
  }
}
