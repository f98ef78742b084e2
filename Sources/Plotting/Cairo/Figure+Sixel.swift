// A figure as sixels: drawn by cairo, its colours reduced to those that the terminal has registers
// for, encoded by libsixel. What comes out begins with the control that opens sixels and ends with
// the one that closes them.

import Native

extension Figure {
  /// The figure as the characters that show it in a terminal with sixel graphics.
  ///
  /// - Parameters:
  ///   - width, height: in pixels; a height that is no multiple of 6 is filled up by the terminal.
  ///   - colors: how many different ones the terminal has, 2 to 256.
  /// - Throws: `PictureFault` where libcairo or libsixel is missing or fails. Cost: tens of
  ///   milliseconds.
  package func sixels(width: Int, height: Int, colors: Int) throws(PictureFault) -> [UInt8] {
    let sixel: Sixel
    do { sixel = try Sixel.opened() } catch { throw .missing(error) }
    guard let drawn = try painted(as: .png, width: width, height: height).pixels() else {
      throw .failed("there are no pixels")
    }
    var pixels = drawn
    var dither: OpaquePointer?
    var output: OpaquePointer?
    defer {
      if dither != nil { sixel.ditherUnref(dither) }
      if output != nil { sixel.outputUnref(output) }
    }
    let sink = SixelSink()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    let (columns, rows) = (Int32(clamping: width), Int32(clamping: height))
    // Statuses below 0x1000 are successes; the sink outlives the calls.
    let done = withExtendedLifetime(sink) {
      sixel.ditherNew(&dither, Int32(clamping: min(max(colors, 2), 256)), nil) < 0x1000
        && sixel.ditherInitialize(
          dither, &pixels, columns, rows, SixelValue.rgb888, SixelValue.automatic,
          SixelValue.automatic, SixelValue.high) < 0x1000
        && sixel.outputNew(&output, SixelSink.write, closure, nil) < 0x1000
        && encode(sixel, &pixels, columns, rows, dither, output)
    }
    guard done else { throw .failed("libsixel could not encode it") }
    return sink.bytes
  }

  private func encode(
    _ sixel: Sixel, _ pixels: inout [UInt8], _ columns: Int32, _ rows: Int32,
    _ dither: OpaquePointer?, _ output: OpaquePointer?
  ) -> Bool {
    // Letters and lines stay clean: no dots in colours between the registers.
    sixel.ditherSetDiffusionType(dither, SixelValue.noDiffusion)
    return sixel.encode(&pixels, columns, rows, 3, dither, output) < 0x1000
  }
}

/// Where libsixel's characters are collected.
private final class SixelSink {
  var bytes: [UInt8] = []

  /// libsixel's callback: `closure` is a sink that outlives the call.
  static let write: Sixel.Write = { data, count, closure in
    guard let closure, let data else { return -1 }
    let sink = Unmanaged<SixelSink>.fromOpaque(closure).takeUnretainedValue()
    for k in 0..<max(0, Int(clamping: count)) { sink.bytes.append(UInt8(bitPattern: data[k])) }
    return count
  }
}

/// Values of sixel.h's enumerations.
private enum SixelValue {
  static let rgb888: Int32 = 3
  static let automatic: Int32 = 0
  static let high: Int32 = 1
  static let noDiffusion: Int32 = 1
}
