// Maps of classes in characters: in colour two cells per character, stacked, with one letter in
// the largest square of each class; without colour the class's letter everywhere.

extension TextPainter {
  mutating func paint(_ map: ClassMap) {
    let a = layout.area
    let parts = options.hasColor && options.glyphs != .ascii ? 2 : 1
    let xs = Span(projection.x.scale, map.xRange.lowerBound, map.xRange.upperBound)
    let ys = Span(projection.y.scale, map.yRange.lowerBound, map.yRange.upperBound)
    func bound(_ k: Int, _ count: Int, _ shown: Span, _ own: Span) -> Double {
      own.unit(shown.value(Double(k) / Double(count)))
    }
    let xBounds = (0...a.columns).map { bound($0, a.columns, projection.x, xs) }
    let yBounds = (0...a.rows * parts).map { bound($0, a.rows * parts, projection.y, ys) }
    func sample(_ column: Int, _ part: Int) -> ClassMap.Sample? {
      map.sample(
        x: xBounds[column]...max(xBounds[column], xBounds[column + 1]),
        y: yBounds[part]...max(yBounds[part], yBounds[part + 1]))
    }
    var kinds = [Int?](repeating: nil, count: a.columns * a.rows)
    for up in 0..<a.rows {
      let row = a.row + a.rows - 1 - up
      for i in 0..<a.columns {
        if parts == 1 {
          guard let s = sample(i, up) else { continue }
          kinds[up * a.columns + i] = s.kind
          canvas.put(
            letter(map.kinds[s.kind]), a.column + i, row, style(map.kinds[s.kind]), .area)
        } else {
          let low = sample(i, 2 * up)
          let high = sample(i, 2 * up + 1)
          if low?.kind == high?.kind { kinds[up * a.columns + i] = low?.kind }
          putHalves(color(low, map), color(high, map), a.column + i, row)
        }
      }
    }
    guard options.hasColor else { return }
    for anchor in ClassMap.anchors(a.columns, a.rows, { kinds[$1 * a.columns + $0] }) {
      let kind = map.kinds[anchor.kind]
      canvas.put(
        letter(kind), a.column + whole(anchor.x - 0.01),
        a.row + a.rows - 1 - whole(anchor.y - 0.01),
        TextStyle(
          foreground: kind.hue.wantsBlackText ? .black : .white,
          background: .area(kind.hue, shade: 0), isBold: true))
    }
  }

  private func letter(_ kind: ClassMap.Kind) -> Unicode.Scalar {
    scalars(String(kind.letter)).first ?? "?"
  }

  private func style(_ kind: ClassMap.Kind) -> TextStyle {
    TextStyle(foreground: .text(kind.hue))
  }

  private func color(_ sample: ClassMap.Sample?, _ map: ClassMap) -> TextStyle.Color? {
    sample.map {
      .area(map.kinds[$0.kind].hue, shade: min(2, whole(Double(max(0, $0.shading * 3)))))
    }
  }

  /// The lower and the upper half of a character in their own colours.
  private mutating func putHalves(
    _ low: TextStyle.Color?, _ high: TextStyle.Color?, _ column: Int, _ row: Int
  ) {
    if let low {
      if low == high {
        canvas.put(" ", column, row, TextStyle(background: low), .area)
      } else {
        canvas.put("▄", column, row, TextStyle(foreground: low, background: high), .area)
      }
    } else if let high {
      canvas.put("▀", column, row, TextStyle(foreground: high), .area)
    }
  }
}
