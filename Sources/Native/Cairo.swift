// cairo's C functions as Swift values, opened on first use. One row per function: the prototypes
// are those of cairo's manual (https://www.cairographics.org/manual/, version 1.16). Surfaces and
// contexts are opaque; enumerations are `Int32` with the values of cairo.h.

/// The functions of cairo that pictures are drawn with.
package struct Cairo: Sendable {
  package typealias Object = OpaquePointer
  /// Receives the bytes of a file as they are made; returns a status, 0 for success.
  package typealias Write =
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt32) -> Int32
  package typealias Make = @Sendable @convention(c) (Object?) -> Object?
  package typealias Act = @Sendable @convention(c) (Object?) -> Void
  package typealias Status = @Sendable @convention(c) (Object?) -> Int32
  package typealias Set1 = @Sendable @convention(c) (Object?, Double) -> Void
  package typealias Set2 = @Sendable @convention(c) (Object?, Double, Double) -> Void
  package typealias Set4 =
    @Sendable @convention(c) (Object?, Double, Double, Double, Double) -> Void
  package typealias Set5 =
    @Sendable @convention(c) (Object?, Double, Double, Double, Double, Double) -> Void
  package typealias SetEnum = @Sendable @convention(c) (Object?, Int32) -> Void
  package typealias Stream =
    @Sendable @convention(c) (Write?, UnsafeMutableRawPointer?, Double, Double) -> Object?
  package typealias Text = @Sendable @convention(c) (Object?, UnsafePointer<CChar>?) -> Void

  // Surfaces
  package let imageSurfaceCreate: @Sendable @convention(c) (Int32, Int32, Int32) -> Object?
  package let imageSurfaceGetData:
    @Sendable @convention(c) (Object?) -> UnsafeMutablePointer<UInt8>?
  package let imageSurfaceGetStride: Status
  package let svgSurfaceCreateForStream: Stream
  package let svgSurfaceSetDocumentUnit: SetEnum
  package let pdfSurfaceCreateForStream: Stream
  package let pdfSurfaceSetMetadata:
    @Sendable @convention(c) (Object?, Int32, UnsafePointer<CChar>?) -> Void
  package let surfaceWriteToPNGStream:
    @Sendable @convention(c) (Object?, Write?, UnsafeMutableRawPointer?) -> Int32
  package let surfaceStatus: Status
  package let statusToString: @Sendable @convention(c) (Int32) -> UnsafePointer<CChar>?
  package let surfaceFlush: Act
  package let surfaceMarkDirty: Act
  package let surfaceFinish: Act
  package let surfaceDestroy: Act
  // Contexts
  package let create: Make
  package let destroy: Act
  package let status: Status
  package let save: Act
  package let restore: Act
  package let translate: Set2
  package let scale: Set2
  // Paths and paint
  package let newPath: Act
  package let moveTo: Set2
  package let lineTo: Set2
  package let closePath: Act
  package let rectangle: Set4
  package let arc: Set5
  package let clip: Act
  package let stroke: Act
  package let fill: Act
  package let fillPreserve: Act
  package let paint: Act
  package let setSourceRGBA: Set4
  package let setSourceSurface: @Sendable @convention(c) (Object?, Object?, Double, Double) -> Void
  package let getSource: Make
  package let patternSetFilter: SetEnum
  package let setLineWidth: Set1
  package let setLineCap: SetEnum
  package let setLineJoin: SetEnum
  package let setDash:
    @Sendable @convention(c) (Object?, UnsafePointer<Double>?, Int32, Double) -> Void
  // Text
  package let selectFontFace:
    @Sendable @convention(c) (Object?, UnsafePointer<CChar>?, Int32, Int32) -> Void
  package let setFontSize: Set1
  /// Writes a `cairo_text_extents_t`: six doubles, x and y bearing, width, height, x and y advance.
  package let textExtents:
    @Sendable @convention(c) (Object?, UnsafePointer<CChar>?, UnsafeMutablePointer<Double>?) -> Void
  package let showText: Text

  package static let library = Library(
    soname: "libcairo.so.2", package: "libcairo2", purpose: "SVG, PDF and PNG pictures")

  /// The functions, looked up once per process; the same failure every time where they are missing.
  private static let shared = Result<Cairo, MissingLibrary> { () throws(MissingLibrary) in
    try Cairo(library.open())
  }

  /// cairo, opened when this is first called.
  ///
  /// - Throws: `MissingLibrary` with the sentence to print.
  package static func opened() throws(MissingLibrary) -> Cairo { try shared.get() }

  package init(_ open: OpenLibrary) throws(MissingLibrary) {
    imageSurfaceCreate = try open.function("cairo_image_surface_create")
    imageSurfaceGetData = try open.function("cairo_image_surface_get_data")
    imageSurfaceGetStride = try open.function("cairo_image_surface_get_stride")
    svgSurfaceCreateForStream = try open.function("cairo_svg_surface_create_for_stream")
    svgSurfaceSetDocumentUnit = try open.function("cairo_svg_surface_set_document_unit")
    pdfSurfaceCreateForStream = try open.function("cairo_pdf_surface_create_for_stream")
    pdfSurfaceSetMetadata = try open.function("cairo_pdf_surface_set_metadata")
    surfaceWriteToPNGStream = try open.function("cairo_surface_write_to_png_stream")
    statusToString = try open.function("cairo_status_to_string")
    surfaceStatus = try open.function("cairo_surface_status")
    surfaceFlush = try open.function("cairo_surface_flush")
    surfaceMarkDirty = try open.function("cairo_surface_mark_dirty")
    surfaceFinish = try open.function("cairo_surface_finish")
    surfaceDestroy = try open.function("cairo_surface_destroy")
    create = try open.function("cairo_create")
    destroy = try open.function("cairo_destroy")
    status = try open.function("cairo_status")
    save = try open.function("cairo_save")
    restore = try open.function("cairo_restore")
    translate = try open.function("cairo_translate")
    scale = try open.function("cairo_scale")
    newPath = try open.function("cairo_new_path")
    moveTo = try open.function("cairo_move_to")
    lineTo = try open.function("cairo_line_to")
    closePath = try open.function("cairo_close_path")
    rectangle = try open.function("cairo_rectangle")
    arc = try open.function("cairo_arc")
    clip = try open.function("cairo_clip")
    stroke = try open.function("cairo_stroke")
    fill = try open.function("cairo_fill")
    fillPreserve = try open.function("cairo_fill_preserve")
    paint = try open.function("cairo_paint")
    setSourceRGBA = try open.function("cairo_set_source_rgba")
    setSourceSurface = try open.function("cairo_set_source_surface")
    getSource = try open.function("cairo_get_source")
    patternSetFilter = try open.function("cairo_pattern_set_filter")
    setLineWidth = try open.function("cairo_set_line_width")
    setLineCap = try open.function("cairo_set_line_cap")
    setLineJoin = try open.function("cairo_set_line_join")
    setDash = try open.function("cairo_set_dash")
    selectFontFace = try open.function("cairo_select_font_face")
    setFontSize = try open.function("cairo_set_font_size")
    textExtents = try open.function("cairo_text_extents")
    showText = try open.function("cairo_show_text")
  }
}
