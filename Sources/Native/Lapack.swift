// LAPACK's eigenvalues of symmetric matrices as a Swift value, opened on first use. The prototype is that of
// dsyevd (LAPACK Users' Guide, 3rd ed., 1999; netlib 3.11), with the lengths of its two texts behind, as
// Fortran compilers pass them.

/// The functions of LAPACK that spectra are found with.
package struct Lapack: Sendable {
  /// Fortran's INTEGER, by reference.
  package typealias Whole = UnsafeMutablePointer<Int32>
  /// An array of DOUBLE PRECISION.
  package typealias Numbers = UnsafeMutablePointer<Double>
  /// CHARACTER.
  package typealias Text = UnsafePointer<CChar>

  /// Eigenvalues, ascending, and eigenvectors of a symmetric matrix (divide and conquer).
  package let dsyevd:
    @Sendable @convention(c) (
      Text?, Text?, Whole?, Numbers?, Whole?, Numbers?, Numbers?, Whole?, Whole?, Whole?, Whole?,
      Int, Int
    ) -> Void

  package static let library = Library(
    soname: "liblapack.so.3", package: "liblapack3",
    purpose: "all eigenvalues of more than 32 variables")

  /// The functions, looked up once per process; the same failure every time where they are missing.
  private static let shared = Result<Lapack, MissingLibrary> { () throws(MissingLibrary) in
    try Lapack(library.open())
  }

  /// LAPACK, opened when this is first called.
  ///
  /// - Throws: `MissingLibrary` with the sentence to print.
  package static func opened() throws(MissingLibrary) -> Lapack { try shared.get() }

  package init(_ open: OpenLibrary) throws(MissingLibrary) {
    dsyevd = try open.function("dsyevd_")
  }
}
