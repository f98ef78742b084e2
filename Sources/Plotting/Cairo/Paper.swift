// A cairo surface and its context, with the few verbs that figures need. Units are pixels; y grows
// downwards.

import Native

/// Where cairo's bytes are collected.
private final class Sink {
  var bytes: [UInt8] = []

  /// cairo's callback: `closure` is a sink that outlives the surface.
  static let write: Cairo.Write = { closure, data, count in
    guard let closure, let data else { return 1 }
    let sink = Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(clamping: count)))
    return 0
  }
}

/// One page of one file.
final class Paper {
  let cairo: Cairo
  let format: PictureFormat
  let width: Double
  let height: Double
  /// 1 at 1000 × 700: all sizes of text and lines grow with it.
  let scale: Double
  let context: OpaquePointer?
  private let surface: OpaquePointer?
  private let sink = Sink()

  init(_ cairo: Cairo, _ format: PictureFormat, width: Int, height: Int) {
    self.cairo = cairo
    self.format = format
    self.width = Double(width)
    self.height = Double(height)
    scale = min(Double(width) / 1000, Double(height) / 700)
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    switch format {
    case .png:
      surface = cairo.imageSurfaceCreate(
        CairoValue.rgb24, Int32(clamping: width), Int32(clamping: height))
    case .svg:
      surface = cairo.svgSurfaceCreateForStream(Sink.write, closure, self.width, self.height)
      cairo.svgSurfaceSetDocumentUnit(surface, CairoValue.svgPixels)
    case .pdf:
      surface = cairo.pdfSurfaceCreateForStream(Sink.write, closure, self.width, self.height)
    }
    context = cairo.create(surface)
    cairo.setSourceRGBA(context, 1, 1, 1, 1)
    cairo.paint(context)
    cairo.setLineJoin(context, CairoValue.round)
  }

  deinit {
    cairo.destroy(context)
    cairo.surfaceDestroy(surface)
  }

  /// Title and subject of a PDF.
  func name(title: String, subject: String) {
    cairo.pdfSurfaceSetMetadata(surface, CairoValue.pdfTitle, printable(title))
    cairo.pdfSurfaceSetMetadata(surface, CairoValue.pdfSubject, printable(subject))
  }

  /// The bytes of the file; nothing can be drawn afterwards.
  func finish() throws(PictureFault) -> [UInt8] {
    var status = cairo.status(context)
    if status == 0, format == .png {
      let closure = Unmanaged.passUnretained(sink).toOpaque()
      status = cairo.surfaceWriteToPNGStream(surface, Sink.write, closure)
    }
    cairo.surfaceFinish(surface)
    if status == 0 { status = cairo.surfaceStatus(surface) }
    guard status == 0 else {
      throw .failed(cairo.statusToString(status).map { String(cString: $0) } ?? "cairo \(status)")
    }
    return sink.bytes
  }

  /// Red, green, blue of an image, row by row from the top; nil of other formats.
  func pixels() -> [UInt8]? {
    cairo.surfaceFlush(surface)
    guard format == .png, cairo.status(context) == 0,
      let data = cairo.imageSurfaceGetData(surface)
    else { return nil }
    let (columns, rows) = (whole(width), whole(height))
    let stride = Int(clamping: cairo.imageSurfaceGetStride(surface))
    var out: [UInt8] = []
    out.reserveCapacity(3 * columns * rows)
    for row in 0..<rows {
      let line = UnsafeRawPointer(data + row * stride)
      for column in 0..<columns {
        // The upper byte of a pixel is not used.
        let p = line.load(fromByteOffset: 4 * column, as: UInt32.self)
        out += [
          UInt8(clamping: p >> 16 & 255), UInt8(clamping: p >> 8 & 255), UInt8(clamping: p & 255),
        ]
      }
    }
    return out
  }

  func color(_ hue: Hue, alpha: Double = 1) {
    let (r, g, b) = hue.onPaper
    cairo.setSourceRGBA(context, r, g, b, alpha)
  }

  /// Draws inside a box only, until the matching `restore`.
  func clip(_ box: Box) {
    cairo.save(context)
    cairo.newPath(context)
    cairo.rectangle(context, box.x, box.y, box.width, box.height)
    cairo.clip(context)
  }

  func restore() { cairo.restore(context) }

  /// A line through points; dashes are lengths on and off.
  func stroke(_ points: [(x: Double, y: Double)], width: Double, dashes: [Double] = []) {
    guard let first = points.first else { return }
    cairo.newPath(context)
    cairo.moveTo(context, first.x, first.y)
    for p in points.dropFirst() { cairo.lineTo(context, p.x, p.y) }
    strokePath(width: width, dashes: dashes)
  }

  func strokePath(width: Double, dashes: [Double] = []) {
    cairo.setLineWidth(context, width)
    cairo.setLineCap(context, dashes.isEmpty ? CairoValue.round : CairoValue.butt)
    cairo.setDash(context, dashes, Int32(clamping: dashes.count), 0)
    cairo.stroke(context)
  }

  func polygon(_ points: [(x: Double, y: Double)]) {
    cairo.newPath(context)
    for p in points { cairo.lineTo(context, p.x, p.y) }
    cairo.closePath(context)
  }

  func fill(_ box: Box) {
    cairo.newPath(context)
    cairo.rectangle(context, box.x, box.y, box.width, box.height)
    cairo.fill(context)
  }

  /// Whiteness behind a label.
  func blank(_ box: Box) {
    cairo.setSourceRGBA(context, 1, 1, 1, 0.85)
    fill(box)
  }

  /// An image stretched over a box, cell by cell: pixels are ARGB, premultiplied, from the top.
  func image(_ pixels: [UInt32], columns: Int, rows: Int, in box: Box) {
    let image = cairo.imageSurfaceCreate(
      CairoValue.argb32, Int32(clamping: columns), Int32(clamping: rows))
    defer { cairo.surfaceDestroy(image) }
    guard cairo.surfaceStatus(image) == 0, let data = cairo.imageSurfaceGetData(image) else {
      return
    }
    cairo.surfaceFlush(image)
    let stride = Int(clamping: cairo.imageSurfaceGetStride(image))
    pixels.withUnsafeBytes { from in
      for row in 0..<rows {
        UnsafeMutableRawBufferPointer(start: data + row * stride, count: columns * 4)
          .copyMemory(
            from: UnsafeRawBufferPointer(
              rebasing: from[row * columns * 4..<(row + 1) * columns * 4]))
      }
    }
    cairo.surfaceMarkDirty(image)
    cairo.save(context)
    cairo.translate(context, box.x, box.y)
    cairo.scale(context, box.width / Double(columns), box.height / Double(rows))
    cairo.setSourceSurface(context, image, 0, 0)
    cairo.patternSetFilter(cairo.getSource(context), CairoValue.nearest)
    cairo.paint(context)
    cairo.restore(context)
  }
}

/// Values of cairo.h's enumerations.
enum CairoValue {
  static let argb32: Int32 = 0
  static let rgb24: Int32 = 1
  static let svgPixels: Int32 = 3
  static let pdfTitle: Int32 = 0
  static let pdfSubject: Int32 = 2
  static let nearest: Int32 = 3
  static let butt: Int32 = 0
  static let round: Int32 = 1
  static let normal: Int32 = 0
  static let bold: Int32 = 1
}

/// A text without control characters, which fonts show as boxes.
func printable(_ text: String) -> String {
  String(String.UnicodeScalarView(columnScalars(text, ascii: false)))
}
