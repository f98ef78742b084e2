// A long orbit in blocks of equally many steps: of each coordinate and of C the least and largest value,
// the mean and the way, so that whether it stays in a range is judged by the whole of it and not by
// its last steps (`Boundedness`).

struct OrbitBlocks {
  /// One block: by quantity, the coordinates and then C.
  struct Block {
    var low: [Double]
    var high: [Double]
    var sum: [Double]
    /// Σ|Δx|.
    var way: [Double]
    /// The point at its end.
    var end: [Double] = []
    var count = 0

    init(_ quantities: Int) {
      low = Array(repeating: .infinity, count: quantities)
      high = Array(repeating: -.infinity, count: quantities)
      sum = Array(repeating: 0, count: quantities)
      way = sum
    }
  }

  /// So many blocks keep the noise of a mean squared displacement at 3 % (1/√3072 and some), so that a
  /// ratio of 1.2 is four deviations from 1.
  static let wanted = 4096

  let variables: Int
  let length: Int
  private var open: Block
  private(set) var blocks: [Block] = []

  /// - Parameter steps: about how many steps the orbit will make.
  init(variables n: Int, steps: Int) {
    variables = n
    length = max(1, steps / OrbitBlocks.wanted)
    open = Block(n + 1)
    blocks.reserveCapacity(OrbitBlocks.wanted + 1)
  }

  /// A step to the point in the first entries of `x` from that in `last`, where C was `value`.
  mutating func add(
    _ x: UnsafePointer<Double>, from last: UnsafePointer<Double>, value: Double
  ) {
    for k in 0...variables {
      let v = k < variables ? x[k] : value
      if v < open.low[k] { open.low[k] = v }
      if v > open.high[k] { open.high[k] = v }
      open.sum[k] += v
      if k < variables { open.way[k] += abs(v - last[k]) }
    }
    open.count += 1
    if open.count == length {
      open.end = (0..<variables).map { x[$0] }
      blocks.append(open)
      open = Block(variables + 1)
    }
  }
}
