// libsixel's C functions as Swift values, opened on first use: an image of pixels becomes sixels, the
// way of showing images that terminals have had since the VT240. One row per function; the
// prototypes are those of sixel.h (https://saitoha.github.io/libsixel/, version 1.10).

/// The functions of libsixel that pictures are encoded with.
package struct Sixel: Sendable {
  package typealias Object = OpaquePointer
  /// Receives characters as they are made; returns how many.
  package typealias Write =
    @convention(c) (UnsafeMutablePointer<CChar>?, Int32, UnsafeMutableRawPointer?) -> Int32
  package typealias Free = @Sendable @convention(c) (Object?) -> Void

  package let outputNew:
    @Sendable @convention(c) (
      UnsafeMutablePointer<Object?>?, Write?, UnsafeMutableRawPointer?, Object?
    ) -> Int32
  package let outputUnref: Free
  package let ditherNew:
    @Sendable @convention(c) (UnsafeMutablePointer<Object?>?, Int32, Object?) -> Int32
  package let ditherInitialize:
    @Sendable @convention(c) (
      Object?, UnsafeMutablePointer<UInt8>?, Int32, Int32, Int32, Int32, Int32, Int32
    ) -> Int32
  package let ditherSetDiffusionType: @Sendable @convention(c) (Object?, Int32) -> Void
  package let ditherUnref: Free
  package let encode:
    @Sendable @convention(c) (
      UnsafeMutablePointer<UInt8>?, Int32, Int32, Int32, Object?, Object?
    ) -> Int32

  package static let library = Library(
    soname: "libsixel.so.1", package: "libsixel1", purpose: "pictures as sixels")

  /// The functions, looked up once per process; the same failure every time where they are missing.
  private static let shared = Result<Sixel, MissingLibrary> { () throws(MissingLibrary) in
    try Sixel(library.open())
  }

  /// libsixel, opened when this is first called.
  ///
  /// - Throws: `MissingLibrary` with the sentence to print.
  package static func opened() throws(MissingLibrary) -> Sixel { try shared.get() }

  package init(_ open: OpenLibrary) throws(MissingLibrary) {
    outputNew = try open.function("sixel_output_new")
    outputUnref = try open.function("sixel_output_unref")
    ditherNew = try open.function("sixel_dither_new")
    ditherInitialize = try open.function("sixel_dither_initialize")
    ditherSetDiffusionType = try open.function("sixel_dither_set_diffusion_type")
    ditherUnref = try open.function("sixel_dither_unref")
    encode = try open.function("sixel_encode")
  }
}
