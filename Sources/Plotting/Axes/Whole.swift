// Where coordinates become places. A conversion that traps would end the program over a picture.

/// `d` towards zero: 0 for NaN, and at most 2⁵³ in size, up to which doubles know every whole number.
///
/// Far beyond any picture, and yet a hundred times it is still an `Int`.
func whole(_ d: Double) -> Int {
  let most = 0x1p53
  return d.isNaN ? 0 : Int(exactly: min(max(d, -most), most).rounded(.towardZero)) ?? 0
}

/// A share of 1 as a level of 0...255.
func level(_ share: Double) -> UInt32 { UInt32(clamping: whole((255 * share).rounded())) }
