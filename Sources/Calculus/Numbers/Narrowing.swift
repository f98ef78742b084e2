// A conversion that may not fit would end the program. Between integer types write `exactly:`, `clamping:`
// or `truncatingIfNeeded:`; from a double `exactly:` of the rounded number. These declarations hide those
// of the standard library, so that forgetting it is a warning; a test of the house looks for the rest.

extension Int {
  /// 0 where the number does not fit; there is always a better answer to that.
  @available(*, deprecated, message: "may not fit: use Int(exactly: x.rounded())")
  package init(_ d: Double) { self = Int(exactly: d.rounded(.towardZero)) ?? 0 }
}

extension Int32 {
  /// The nearest number that fits; there is always a better answer to that.
  @available(*, deprecated, message: "may not fit: use Int32(exactly:) or Int32(clamping:)")
  package init(_ n: Int) { self = Int32(clamping: n) }
}
